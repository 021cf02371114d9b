"""The key pair by which push services know this site: made once, readable by its owner alone."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.conf import settings
from py_vapid import Vapid

from unclench.errors import InputError

NAME = "vapid-key.pem"


def key_file() -> Path:
    """Where the private key lies; it is made now if there is none.

    Losing it means that every device has to be told again; nothing else is lost.

    Raises:
        InputError: if other people can read it.
    """
    path: Path = settings.DATA / NAME
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        raise InputError(
            f"{path.name} can be read by other people.",
            expected="a file that only its owner can read",
            hint="chmod 600",
        )
    return path


def private_key() -> Vapid:
    """The key that signs what is handed to a push service."""
    return Vapid.from_file(str(key_file()))


def public_key() -> str:
    """The key that a browser subscribes with, as base64url without padding."""
    point = private_key().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode("ascii")


def _make(path: Path) -> None:
    """Write a new key: whole or not at all, and the first of two starting workers wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
