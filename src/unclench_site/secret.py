"""Secrets that stand in an address: 256 random bits, of which only a hash is kept."""

from __future__ import annotations

import hashlib
import secrets

BYTES = 32


def new_secret() -> str:
    """A new secret for an address; give it out once, for it is not kept.

    Example:
        >>> len(new_secret())
        43
    """
    return secrets.token_urlsafe(BYTES)


def hashed(secret: str) -> str:
    """What is kept of a secret. It is random and long, so one round of SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
