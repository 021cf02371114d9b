"""A plan, or any dates, as a calendar file (iCalendar, RFC 5545) of whole days.

Whole days have no clock and no time zone, so that neither a journey nor daylight saving can move a
step. The same plan and first day make the same file, byte for byte: a calendar that reads it twice
shows it once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import final

from unclench.errors import InputError
from unclench.therapy import FOR_A_CLINICIAN, Plan, PlanStep
from unclench.therapy.plan import doses_text

__all__ = ["Entry", "as_calendar", "plan_entries"]

PRODUCT = "-//Unclench//Plan//EN"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One or more whole days of a calendar.

    Args:
        first: The first day.
        days: How many days.
        title: What the calendar shows.
        words: What it shows when it is opened.

    Raises:
        InputError: if the day is not a date, the days are not a count, or the title is blank.

    Example:
        >>> Entry(first=date(2027, 1, 4), days=1, title="Pump: refill by today", words="").after
        datetime.date(2027, 1, 5)
    """

    first: date
    days: int
    title: str
    words: str

    def __post_init__(self) -> None:
        """Refuse what no calendar could show."""
        check_day(self.first)
        if type(self.days) is not int or not 1 <= self.days <= 3650 or not self.title.strip():
            raise InputError(
                f"A calendar cannot show {self.title!r} for {self.days!r} days.",
                expected="a title, and a whole number of days from 1 to 3650",
            )

    @property
    def after(self) -> date:
        """The day after the last."""
        return self.first + timedelta(days=self.days)


def plan_entries(plan: Plan, *, first_day: date) -> tuple[Entry, ...]:
    """Give the steps of a plan as entries; a step without end is shown on its first day.

    Args:
        plan: The plan.
        first_day: The date of its day 1.

    Raises:
        InputError: if the first day is not a date.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> from unclench.therapy import screen
        >>> plan = screen(evidence=load_evidence())
        >>> plan_entries(plan, first_day=date(2027, 1, 4))[1].first
        datetime.date(2027, 1, 5)
    """
    check_day(first_day)
    return tuple(_entry(plan, step, first_day) for step in plan.steps)


def as_calendar(entries: Iterable[Entry]) -> bytes:
    """Give the content of a calendar file.

    Raises:
        InputError: if there is no entry, or the package `icalendar` is not installed.

    Example:
        >>> content = as_calendar([Entry(first=date(2027, 1, 4), days=3, title="A", words="")])
        >>> b"DTSTART;VALUE=DATE:20270104" in content
        True
    """
    try:
        from icalendar import Calendar, Event
    except ModuleNotFoundError:
        raise InputError(
            "A calendar file needs a package that is not installed.",
            expected="unclench with its export extra",
            hint="pip install 'unclench[export]'",
        ) from None
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    shown = sorted(entries, key=lambda entry: entry.first)
    if not shown:
        raise InputError("There is nothing to put in a calendar.", expected="at least one entry")
    for entry in shown:
        event = Event()
        event.add("uid", _uid(entry))
        event.add("dtstamp", datetime.combine(entry.first, time(), UTC))
        event.add("dtstart", entry.first)
        event.add("dtend", entry.after)
        event.add("summary", entry.title)
        if entry.words:
            event.add("description", entry.words)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def check_day(day: object) -> None:
    """Refuse what is not a day."""
    if type(day) is not date:
        raise InputError(f"{day!r} is not a day.", expected="a date", hint="date(2027, 1, 4)")


def _entry(plan: Plan, step: PlanStep, first_day: date) -> Entry:
    lasting = "from today on" if step.days is None else f"{step.when} of the plan"
    lines = (doses_text(step), step.words, f"{plan.title}, {lasting}.", FOR_A_CLINICIAN)
    return Entry(
        first=first_day + timedelta(days=step.first_day - 1),
        days=step.days or 1,
        title=f"Baclofen plan: {step.daily_text}{' a day' if step.daily else ''}",
        words="\n".join(line for line in lines if line),
    )


def _uid(entry: Entry) -> str:
    """Give a name that is the same for the same entry, and tells nothing."""
    told = "\n".join((entry.first.isoformat(), str(entry.days), entry.title, entry.words))
    return f"{hashlib.sha256(told.encode()).hexdigest()[:32]}@unclench"
