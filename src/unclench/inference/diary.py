"""A diary: what one person took, counted and felt, on days that are numbered from 1.

Time is whole minutes since 00:00 of day 1, without a time zone, as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from unclench.regimen import MINUTES_PER_DAY, Administration, Regimen

__all__ = ["Count", "Diary", "Earlier", "Rating"]


@final
@dataclass(frozen=True, slots=True, order=True)
class Count:
    """How many spasms there were between two minutes of one day."""

    start_min: int
    end_min: int
    spasms: int

    @property
    def day(self) -> int:
        """The day counted, 1 for the first."""
        return self.start_min // MINUTES_PER_DAY + 1

    @property
    def whole_day(self) -> bool:
        """Whether it covers a day from midnight to midnight."""
        return self.end_min - self.start_min == MINUTES_PER_DAY


@final
@dataclass(frozen=True, slots=True, order=True)
class Rating:
    """A feeling at a minute, as a whole number from 0 (none) to 10 (the most there can be)."""

    at_min: int
    score: int


@final
@dataclass(frozen=True, slots=True)
class Earlier:
    """What was taken before day 1, and for how many days."""

    regimen: Regimen
    days: int


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """What one person took, counted and felt.

    Args:
        days: How many days it covers, from day 1.
        taken: What was taken, in order of time; a pump's steady stretch is one entry.
        counts: Counted spasms, in order, without overlap. A day without any was not counted.
        drowsiness: How drowsy, in order of time.
        stiffness: How stiff, in order of time.
        earlier: What was taken before day 1; None where nothing was said.

    Example:
        >>> diary = Diary(days=2, counts=(Count(0, 1440, 7), Count(1440, 2880, 4)))
        >>> diary.counted_days
        2
    """

    days: int
    taken: tuple[Administration, ...] = ()
    counts: tuple[Count, ...] = ()
    drowsiness: tuple[Rating, ...] = ()
    stiffness: tuple[Rating, ...] = ()
    earlier: Earlier | None = None

    @property
    def counted_days(self) -> int:
        """On how many days spasms were counted, at least for some hours."""
        return len({count.day for count in self.counts})

    @property
    def end_min(self) -> int:
        """The midnight that ends the last day."""
        return self.days * MINUTES_PER_DAY
