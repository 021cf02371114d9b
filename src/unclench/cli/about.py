"""What an answer says of itself: which version gave it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed


def version() -> str:
    """The version that is installed, or "not installed" where the source runs as it lies there."""
    try:
        return installed("unclench")
    except PackageNotFoundError:
        return "not installed"
