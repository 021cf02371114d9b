"""Faults of evidence files: collected, so that one report names all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import final

from unclench.errors import InputError


@final
@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong: in which file, at which key, what, and what was expected."""

    file: str
    key: str
    what: str
    expected: str

    def __str__(self) -> str:
        where = f"{self.file}, {self.key}" if self.key else self.file
        return f"{where}: {self.what}. Expected: {self.expected}."


@final
@dataclass(slots=True)
class Faults:
    """The faults met so far; `refuse` raises them together."""

    met: list[Fault] = field(default_factory=list)

    def add(self, file: str, key: str, what: str, *, expected: str) -> None:
        """Note one fault and go on."""
        self.met.append(Fault(file, key, what, expected))

    def refuse(self) -> None:
        """Raise one InputError that names every fault, if there is any."""
        if not self.met:
            return
        lines = "\n".join(f"  {fault}" for fault in sorted(self.met))
        count = "1 fault" if len(self.met) == 1 else f"{len(self.met)} faults"
        raise InputError(
            f"The evidence has {count}:\n{lines}",
            expected="entries as the docstring of unclench.evidence describes them",
            hint="mend the files named above",
        )
