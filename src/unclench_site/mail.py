"""How the site sends mail: through a server if one is set, else into a folder that you can read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PORTS: Final = {"smtp": 587, "smtps": 465}
"""smtp begins in the open and turns to TLS before the password; smtps is TLS from the start."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What Django's EMAIL_* settings are made of.

    Attributes:
        sends: Whether mail leaves this machine.
    """

    backend: str
    sends: bool = False
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


def envmail(name: str, *, source: Mapping[str, str] = os.environ) -> Mail:
    """Mail as the variable says: smtp://person:password@host:587, smtps://, console: or nothing.

    With nothing, each message becomes a file in the data folder.

    Raises:
        ImproperlyConfigured: The address is of another kind, or names no host. The message never
            repeats it, for it holds a password.

    Example:
        >>> envmail("MAIL", source={"MAIL": "smtp://ann@mail.example"}).port
        587
    """
    text = source.get(name, "").strip()
    if not text:
        return Mail(backend="django.core.mail.backends.filebased.EmailBackend")
    if text == "console:":
        return Mail(backend="django.core.mail.backends.console.EmailBackend")
    try:
        url = urlsplit(text)
        port = url.port or PORTS.get(url.scheme, 0)
    except ValueError:  # a port that is no number
        url, port = urlsplit(""), 0
    if not port or not url.hostname:
        raise ImproperlyConfigured(
            f"{name} cannot be used. Expected: smtp://person:password@host:587, "
            "smtps://person:password@host:465, console: or nothing."
        )
    return Mail(
        backend="django.core.mail.backends.smtp.EmailBackend",
        sends=True,
        host=url.hostname,
        port=port,
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        starttls=url.scheme == "smtp",
        tls=url.scheme == "smtps",
    )


def remove_mail_with(words: str, *, folder: Path) -> int:
    """Delete each kept message that has these words in it; give how many there were.

    Example:
        >>> remove_mail_with("river@example.org", folder=Path("no-such-folder"))
        0
    """
    wanted = words.lower().encode()
    kept = sorted(folder.glob("*.log")) if words and folder.is_dir() else []
    found = [path for path in kept if wanted in path.read_bytes().lower()]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)
