"""Days and clock times as a person lives them: in a zone, with clocks that change twice a year."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum
from typing import Final

from unclench.errors import InputError

DAY: Final = timedelta(days=1)
DAY_MIN: Final = 24 * 60
ZERO: Final = timedelta()


class Which(Enum):
    """Which of two: on one night a year the same clock times come twice."""

    FIRST = "first"
    SECOND = "second"


def midnight(day: date, zone: tzinfo) -> datetime:
    """The moment at which a day begins; where clocks skip midnight, the first moment after.

    Example:
        >>> from zoneinfo import ZoneInfo
        >>> midnight(date(2026, 3, 29), ZoneInfo("Europe/London")).isoformat()
        '2026-03-29T00:00:00+00:00'
    """
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC).astimezone(zone)


def bounds(first: date, last: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """The moments between which some days lie, from their first midnight to their last.

    Example:
        >>> from zoneinfo import ZoneInfo
        >>> start, end = bounds(date(2026, 3, 29), date(2026, 3, 29), ZoneInfo("Europe/London"))
        >>> (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() / 3600
        23.0
    """
    return midnight(first, zone), midnight(last + DAY, zone)


def wall_min(moment: datetime, *, zone: tzinfo, first: date) -> int:
    """The minutes that a wall clock shows since 00:00 of a first day.

    Example:
        >>> from zoneinfo import ZoneInfo
        >>> eight = datetime(2026, 3, 29, 7, 0, tzinfo=UTC)  # 08:00 in London, after the change
        >>> wall_min(eight, zone=ZoneInfo("Europe/London"), first=date(2026, 3, 28))
        1920
    """
    local = moment.astimezone(zone)
    return (local.date() - first).days * DAY_MIN + local.hour * 60 + local.minute


def came_twice(day: date, clock: time, *, zone: tzinfo) -> bool:
    """Whether a wall clock showed a time twice on a day, for clocks went back.

    Example:
        >>> from zoneinfo import ZoneInfo
        >>> came_twice(date(2026, 10, 25), time(1, 30), zone=ZoneInfo("Europe/London"))
        True
    """
    early, late = (datetime.combine(day, clock, tzinfo=zone).replace(fold=f) for f in (0, 1))
    return (late.utcoffset() or ZERO) < (early.utcoffset() or ZERO)


def on_the_wall(day: date, clock: time, *, zone: tzinfo, which: Which | None = None) -> datetime:
    """The moment at which a wall clock showed a time on a day.

    Args:
        day: The day.
        clock: What the clock showed.
        zone: Where it hung.
        which: Which of the two, on the night when clocks go back.

    Raises:
        InputError: if it came twice and nothing says which, or never, for clocks went forward.

    Example:
        >>> from zoneinfo import ZoneInfo
        >>> london = ZoneInfo("Europe/London")
        >>> twice = on_the_wall(date(2026, 10, 25), time(1, 30), zone=london, which=Which.SECOND)
        >>> twice.astimezone(UTC).isoformat()
        '2026-10-25T01:30:00+00:00'
    """
    early = datetime.combine(day, clock, tzinfo=zone)
    if early.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != early.replace(tzinfo=None):
        raise InputError(
            f"On that day there was no {clock:%H:%M}: the clocks went forward over it.",
            expected="a time that the clock showed",
        )
    if not came_twice(day, clock, zone=zone):
        return early
    if which is None:
        raise InputError(
            f"{clock:%H:%M} came twice on that day, for the clocks went back.",
            expected="which of the two you mean",
        )
    return early.replace(fold=0 if which is Which.FIRST else 1)
