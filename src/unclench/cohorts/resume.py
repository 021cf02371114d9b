"""A folder of finished chunks: each is there whole or not at all, and belongs to one run."""

from __future__ import annotations

import json
import os
import re
import zipfile
from pathlib import Path
from typing import Final, final

import numpy as np

from unclench.cohorts.outcomes import Tally
from unclench.cohorts.spec import CohortSpec
from unclench.errors import InputError

__all__ = ["ResumeFolder"]

ABOUT: Final = "run.json"
CHUNK_FILE: Final = re.compile(r"chunk-(\d{6,})\.npz")


@final
class ResumeFolder:
    """The finished chunks of one run.

    Args:
        path: The folder; made where it is missing.
        spec: What the run is asked. A folder of another run is refused.
        chunk: People in a chunk; the size with which the folder began is kept in `chunk`.

    Raises:
        InputError: if it cannot be made, or holds something else.
    """

    def __init__(self, path: Path, spec: CohortSpec, chunk: int) -> None:
        self.path, self.chunk = path, chunk
        about = {"run": spec.digest, "chunk": chunk, "title": spec.title}
        try:
            path.mkdir(parents=True, exist_ok=True)
            if (path / ABOUT).exists():
                self.chunk = self._known(spec)
            elif any(path.iterdir()):
                raise InputError(
                    f"The folder {path} holds something else.",
                    expected="a folder that is empty, not there yet, or of this run",
                )
            else:
                _put(path / ABOUT, json.dumps(about, indent=2).encode())
        except OSError as error:
            raise InputError(
                f"The folder {path} cannot be used: {error}.", expected="a folder to write in"
            ) from error

    def _known(self, spec: CohortSpec) -> int:
        try:
            about = json.loads((self.path / ABOUT).read_text("utf-8"))
            run, chunk = about["run"], about["chunk"]
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{self.path / ABOUT} is damaged.", expected="what a run wrote there"
            ) from error
        if run != spec.digest or type(chunk) is not int or chunk < 1:
            raise InputError(
                f"The folder {self.path} belongs to another run.",
                expected="the same cohort, number of people, seed and evidence",
                hint="another folder for --resume",
            )
        return chunk

    def numbers(self) -> frozenset[int]:
        """Give the numbers of the chunks that are there."""
        found = (CHUNK_FILE.fullmatch(item.name) for item in self.path.iterdir())
        return frozenset(int(one[1]) for one in found if one)

    def read(self, number: int) -> Tally:
        """Give a chunk that is there.

        Raises:
            InputError: if somebody damaged it.
        """
        path = self._place(number)
        try:
            with np.load(path, allow_pickle=False) as parts:
                return Tally({name: parts[name] for name in parts.files})
        except (OSError, ValueError, EOFError, zipfile.BadZipFile, zipfile.LargeZipFile) as error:
            raise InputError(
                f"{path} is damaged.", expected="a chunk as a run wrote it", hint=f"remove {path}"
            ) from error

    def write(self, number: int, tally: Tally) -> None:
        """Put a chunk in its place, in one move."""
        place = self._place(number)
        part = place.with_suffix(f".{os.getpid()}.part")
        with part.open("wb") as out:
            np.savez_compressed(out, allow_pickle=False, **dict(tally.parts))
            out.flush()
            os.fsync(out.fileno())
        part.replace(place)

    def _place(self, number: int) -> Path:
        return self.path / f"chunk-{number:06d}.npz"


def _put(path: Path, content: bytes) -> None:
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
