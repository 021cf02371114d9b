"""Where things are, and stamps that say for which state of them a step was finished."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
LOCKS = ROOT / "requirements"
DATA = Path(os.environ.get("UNCLENCH_DATA") or ROOT / "var").resolve()


def shown(path: Path) -> str:
    """Gives a path as a person would type it from the project's folder."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def fingerprint(*parts: object) -> str:
    """Gives one hash of values, and of the contents of the files and folders named by paths."""
    digest = hashlib.sha256()
    for part in parts:
        if not isinstance(part, Path):
            digest.update(repr(part).encode())
            continue
        files = [part] if part.is_file() else sorted(p for p in part.rglob("*") if p.is_file())
        for file in files:
            if file.suffix != ".pyc":
                digest.update(repr(str(file.relative_to(part))).encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def is_stamped(stamp: Path, want: str) -> bool:
    """Says whether a step was finished for exactly this state."""
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == want


def set_stamp(stamp: Path, want: str) -> None:
    """Records that a step was finished for this state."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(want, encoding="utf-8")
