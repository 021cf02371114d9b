"""Reads settings from the environment; a value that cannot be understood stops the start."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})
PLACES = frozenset({"threads", "processes"})


def envbool(name: str, *, default: bool, source: Mapping[str, str] = os.environ) -> bool:
    """A yes or no from the environment.

    Raises:
        ImproperlyConfigured: The variable is set to anything but a yes or a no.

    Example:
        >>> envbool("UNCLENCH_DEBUG", default=False, source={"UNCLENCH_DEBUG": "yes"})
        True
    """
    word = source.get(name, "").strip().lower()
    if not word:
        return default
    if word not in TRUE_WORDS | FALSE_WORDS:
        raise ImproperlyConfigured(f"{name} is {word!r}. Expected: yes or no.")
    return word in TRUE_WORDS


def envint(
    name: str, *, default: int, low: int, high: int, source: Mapping[str, str] = os.environ
) -> int:
    """A whole number between `low` and `high` from the environment.

    Raises:
        ImproperlyConfigured: The variable is not a whole number, or outside its limits.

    Example:
        >>> envint("UNCLENCH_HSTS_SECONDS", default=60, low=0, high=100, source={})
        60
    """
    word = source.get(name, "").strip()
    try:
        number = int(word) if word else default
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise ImproperlyConfigured(
            f"{name} is {word!r}. Expected: a whole number from {low} to {high}."
        )
    return number


def envlist(name: str, *, source: Mapping[str, str] = os.environ) -> list[str]:
    """The words of a variable, separated by commas; empty when it is not set.

    Example:
        >>> envlist("UNCLENCH_HOSTS", source={"UNCLENCH_HOSTS": "a.example, b.example"})
        ['a.example', 'b.example']
    """
    return [word.strip() for word in source.get(name, "").split(",") if word.strip()]


def envurl(name: str, *, default: str, source: Mapping[str, str] = os.environ) -> SplitResult:
    """The address that people type to reach the site: a scheme and a host, nothing behind them.

    Raises:
        ImproperlyConfigured: The address has another scheme than http or https, or a path.

    Example:
        >>> envurl("UNCLENCH_URL", default="http://localhost:8000").hostname
        'localhost'
    """
    text = source.get(name, "").strip() or default
    try:
        url = urlsplit(text)
        known = url.scheme in {"http", "https"} and bool(url.hostname) and url.port != 0
    except ValueError:  # a port that is no number
        url, known = urlsplit(""), False
    if not known or url.path.strip("/") or url.query or url.fragment:
        raise ImproperlyConfigured(
            f"{name} is {text!r}. Expected: an address such as https://unclench.example."
        )
    return url


def envplace(name: str, *, default: str, source: Mapping[str, str] = os.environ) -> str:
    """Where long runs are computed: "threads", "processes", or a Dask cluster at dask://HOST:PORT.

    Raises:
        ImproperlyConfigured: The variable is set to anything else.

    Example:
        >>> envplace("ON", default="processes", source={"ON": "dask://lab.example:8786"})
        'dask://lab.example:8786'
    """
    place = source.get(name, "").strip() or default
    try:
        url = urlsplit(place)
        far = url.scheme == "dask" and bool(url.hostname) and bool(url.port)
        far = far and not (url.path or url.query or url.fragment or "@" in url.netloc)
    except ValueError:  # a port that is no number
        far = False
    if not far and place not in PLACES:
        raise ImproperlyConfigured(
            f"{name} is {place!r}. Expected: threads, processes, or dask://HOST:PORT."
        )
    return place


def envdatabase(
    name: str, *, otherwise: dict[str, Any], source: Mapping[str, str] = os.environ
) -> dict[str, Any]:
    """Django's settings for postgresql://person:word@host:5432/name, or `otherwise` if not set.

    Raises:
        ImproperlyConfigured: The address is of another kind of database, or names none. The
            message never repeats the address, which holds a password.

    Example:
        >>> url = {"DB": "postgresql://ann@db.example/unclench"}
        >>> envdatabase("DB", otherwise={}, source=url)["NAME"]
        'unclench'
    """
    text = source.get(name, "").strip()
    if not text:
        return otherwise
    try:
        url = urlsplit(text)
        port = str(url.port or "")
    except ValueError:  # a port that is no number
        url, port = urlsplit(""), ""
    database = unquote(url.path.strip("/"))
    if url.scheme not in {"postgres", "postgresql"} or not database:
        raise ImproperlyConfigured(
            f"{name} cannot be used. Expected: postgresql://person:password@host:5432/database."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": port,
        "OPTIONS": {"pool": {"min_size": 2, "max_size": 6}},
    }


def envsecret(name: str, *, path: Path, source: Mapping[str, str] = os.environ) -> str:
    """A secret from the variable, or from the file named by `<name>_FILE`, or kept in `path`.

    At the very first start `path` is made, with a new secret that only its owner can read.

    Raises:
        ImproperlyConfigured: The secret is too short, or `path` can be read by other people.

    Example:
        >>> envsecret("MY_KEY", path=Path("unused"), source={"MY_KEY": 50 * "k"})
        'kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk'
    """
    secret = source.get(name, "")
    if not secret:
        named = source.get(f"{name}_FILE", "")
        secret = read_secret(Path(named)) if named else kept_secret(path)
    if len(secret) < 50:
        raise ImproperlyConfigured(
            f"{name} has {len(secret)} characters. Expected: at least 50, made by a machine."
        )
    return secret


def kept_secret(path: Path) -> str:
    """The secret in `path`, made now if there is none yet, and readable by its owner alone."""
    if not path.exists():
        make_secret(path)
    if path.stat().st_mode & 0o077:
        raise ImproperlyConfigured(
            f"{path} can be read by other people. Expected: only by its owner (chmod 600)."
        )
    return read_secret(path)


def make_secret(path: Path) -> None:
    """Write a new secret: whole or not at all, and the first of two starting workers wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()


def read_secret(path: Path) -> str:
    """The text of a secret's file."""
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError as fault:
        raise ImproperlyConfigured(f"{path} cannot be read: {fault.strerror}.") from fault
