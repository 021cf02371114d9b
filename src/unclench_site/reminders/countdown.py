"""The days until a pump must be filled again, and until it stops for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, final

from unclench_site.reminders.models import Kind

REFILL_DAYS: Final = (14, 7, 3, 1, 0, -1, -2, -3)
"""Days before the refill on which to say so; below zero it is overdue."""
SERVICE_DAYS: Final = (180, 90, 30, 14, 7, 1, 0)
NAMES: Final = {
    Kind.REFILL: "The refill of your pump",
    Kind.SERVICE: "The end of your pump's service",
}
OVERDUE: Final = {
    Kind.REFILL: "Call the clinic that fills your pump now, day or night. An empty pump brings "
    "withdrawal.",
    Kind.SERVICE: "Call the clinic that looks after your pump now. A pump that stops brings "
    "withdrawal.",
}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Countdown:
    """One date of a pump, as a clinic set it, seen from a day.

    Example:
        >>> soon = Countdown(kind=Kind.REFILL, on=date(2027, 1, 11), today=date(2027, 1, 4))
        >>> soon.words
        'The refill of your pump: in 7 days, by Monday 11 January 2027.'
    """

    kind: Kind
    on: date
    today: date

    @property
    def days(self) -> int:
        """Days left; below zero when the date has passed."""
        return (self.on - self.today).days

    @property
    def is_near(self) -> bool:
        """Whether it is time to act: two weeks before a refill, three months before the end."""
        return self.days <= (14 if self.kind is Kind.REFILL else 90)

    @property
    def words(self) -> str:
        """What it is, and how long there is still."""
        left = {0: "today", 1: "tomorrow"}.get(self.days, f"in {self.days} days")
        day = f"{self.on:%A} {self.on.day} {self.on:%B %Y}"
        if self.days < 0:
            return f"{NAMES[self.kind]} was due on {day}. {OVERDUE[self.kind]}"
        return f"{NAMES[self.kind]}: {left}, by {day}."


def steps(kind: Kind) -> tuple[int, ...]:
    """On which days before the date to remind of it."""
    return REFILL_DAYS if kind is Kind.REFILL else SERVICE_DAYS
