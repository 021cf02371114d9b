"""Fields of a trial's file: each is read, or its fault is noted and reading goes on."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeVar, final

from unclench.errors import InputError
from unclench.evidence import Estimate, Evidence
from unclench.units import Unit

__all__ = ["Reader", "pick"]

PROFILE: Final = re.compile(r"(?P<key>[^\[\]]+)\[(?P<at>\d+)\]")
Kind = TypeVar("Kind", bound=StrEnum)


@final
@dataclass(slots=True)
class Reader:
    """Reads fields, notes what is wrong and goes on."""

    evidence: Evidence
    faults: list[str] = field(default_factory=list)

    def fault(self, where: str, what: str, expected: str) -> None:
        """Note one fault."""
        self.faults.append(f"{where}: {what}. Expected: {expected}.")

    def table(self, where: str, content: Any, allowed: Iterable[str]) -> Mapping[str, Any]:
        """Read a table, and note fields that nobody knows."""
        if not isinstance(content, dict):
            self.fault(where, "this is not a table", "a table with fields")
            return {}
        for name in sorted(set(content) - set(allowed)):
            self.fault(where, f"there is no field {name!r}", f"some of {', '.join(allowed)}")
        return content

    def text(self, where: str, content: Any) -> str:
        """Read a text that says something."""
        if isinstance(content, str) and content.strip():
            return content
        self.fault(where, f"{content!r} is no text", "a few words")
        return ""

    def flag(self, where: str, content: Any) -> bool:
        """Read true or false."""
        if not isinstance(content, bool):
            self.fault(where, f"{content!r} is neither true nor false", "true or false")
        return content is True

    def choice(self, where: str, content: Any, kind: type[Kind]) -> Kind | None:
        """Read one of a few words; None where it is none of them."""
        for member in kind:
            if member.value == content:
                return member
        self.fault(where, f"there is no {content!r}", f"one of {', '.join(kind)}")
        return None

    def whole(self, where: str, content: Any, low: int, high: int) -> int:
        """Read a whole number within a window."""
        if isinstance(content, int) and not isinstance(content, bool) and low <= content <= high:
            return content
        self.fault(where, f"{content!r} does not fit", f"a whole number from {low} to {high}")
        return low

    def number(self, where: str, content: Any, unit: Unit, low: float, high: float) -> float:
        """Read a number within a window, given itself or by the key of the evidence."""
        value = content
        if isinstance(content, str):
            found = self.known(where, content)
            if found is None:
                return low
            try:
                value = pick(found, content, unit)
            except InputError as error:
                self.fault(where, f"{content} cannot be used: {error.what}", error.expected)
                return low
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault(where, f"{content!r} is no number", "a number, or a key of the evidence")
            return low
        if not (math.isfinite(value) and low <= value <= high):
            self.fault(where, f"{value:g} is out of its window", f"{low:g} to {high:g}")
            return low
        return float(value)

    def known(self, where: str, key: str) -> Estimate | None:
        """Find an entry of the evidence; None where there is none."""
        try:
            return self.evidence.estimate(key_of(key))
        except InputError as error:
            self.fault(where, error.what.rstrip("."), error.expected)
            return None


def key_of(text: str) -> str:
    """Give the key of an entry without the `[i]` that picks a number of its profile."""
    match = PROFILE.fullmatch(text)
    return text if match is None else match["key"]


def pick(found: Estimate, text: str, unit: Unit) -> float:
    """Give the number of an entry, or that of a profile which `[i]` behind the key names."""
    match = PROFILE.fullmatch(text)
    if match is None:
        return found.number(unit)
    values = found.profile(unit)
    at = int(match["at"])
    if at >= len(values):
        raise InputError(f"It has {len(values)} numbers.", expected=f"0 to {len(values) - 1}")
    return values[at]
