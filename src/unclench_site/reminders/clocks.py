"""Clock times on days: one moment for each, whatever the zone does that night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def moment(day: date, at: time, *, zone: ZoneInfo) -> datetime:
    """The moment when a clock on the wall shows a time on a day, in UTC.

    A time that comes twice in a night is its first; one that is skipped comes as much later as the
    clock was moved.

    Example:
        >>> moment(date(2027, 3, 28), time(2, 30), zone=ZoneInfo("Europe/Berlin")).isoformat()
        '2027-03-28T01:30:00+00:00'
    """
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)


def days(start: datetime, end: datetime, *, zone: ZoneInfo) -> Iterator[date]:
    """Each day that a clock in the zone shows between two moments, both included.

    Example:
        >>> start = datetime(2027, 1, 4, 23, 30, tzinfo=UTC)
        >>> [d.day for d in days(start, start, zone=ZoneInfo("Europe/Berlin"))]
        [5]
    """
    day, last = (one.astimezone(zone).date() for one in (start, end))
    while day <= last:
        yield day
        day += timedelta(days=1)


def offset_min(at: datetime, *, zone: ZoneInfo) -> int:
    """How many minutes a clock in the zone is ahead of UTC at a moment.

    Example:
        >>> offset_min(datetime(2027, 7, 1, tzinfo=UTC), zone=ZoneInfo("Europe/Berlin"))
        120
    """
    ahead = at.astimezone(zone).utcoffset() or timedelta()
    return int(ahead.total_seconds() // 60)


def end_of_quiet(
    at: datetime, *, quiet_from: time | None, quiet_until: time | None, zone: ZoneInfo
) -> datetime:
    """When quiet hours that hold a moment end; the moment itself where it is not quiet.

    The first minute is quiet, the last is not. Hours from 22:00 to 07:00 run over midnight.

    Example:
        >>> late = datetime(2027, 1, 4, 23, 0, tzinfo=UTC)
        >>> hours = {"quiet_from": time(22), "quiet_until": time(7), "zone": ZoneInfo("UTC")}
        >>> end_of_quiet(late, **hours).isoformat()
        '2027-01-05T07:00:00+00:00'
    """
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return at
    today = at.astimezone(zone).date()
    for first in (today - timedelta(days=1), today):
        last = first if quiet_until > quiet_from else first + timedelta(days=1)
        begins = moment(first, quiet_from, zone=zone)
        ends = moment(last, quiet_until, zone=zone)
        if begins <= at < ends:
            return ends
    return at
