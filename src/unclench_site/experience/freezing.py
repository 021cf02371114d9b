"""One snapshot a week: taken once, kept for ever, never worked out again."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django_tasks import task

from unclench_site.accounts.models import Person, Role
from unclench_site.experience import counting, telling
from unclench_site.experience.models import Place, Report, Snapshot, Standing
from unclench_site.experience.words import Way

FORMAT: Final = 1
MEMBERS_ROUNDED_TO: Final = 50
logger = logging.getLogger("unclench.experience")


def week_of(at: datetime) -> date:
    """Give the Monday of the week of a moment, in UTC.

    Example:
        >>> from datetime import UTC
        >>> week_of(datetime(2026, 11, 22, 23, tzinfo=UTC))
        datetime.date(2026, 11, 16)
    """
    return (at - timedelta(days=at.weekday())).date()


def freeze(*, at: datetime) -> tuple[Snapshot, bool]:
    """Take the snapshot of this week, if it was not taken yet.

    Safe to call at any time, from any number of processes at once: the week is unique.

    Returns:
        The snapshot of the week, and whether it was taken now.
    """
    week = week_of(at)
    taken = Snapshot.objects.filter(week=week).first()
    if taken is not None:
        return taken, False
    try:
        with transaction.atomic():
            snapshot = _taken(week, at)
    except IntegrityError:  # another process was faster
        return Snapshot.objects.get(week=week), False
    logger.info("snapshot taken", extra={"facts": {"week": str(week)}})
    return snapshot, True


def _taken(week: date, at: datetime) -> Snapshot:
    """Work a snapshot out and write it once; whoever comes second finds the week taken."""
    last = Snapshot.objects.last_taken()
    before: dict[str, Any] = last.content["ways"] if last else {}
    ways: dict[str, Any] = {}
    private: dict[str, Any] = {}
    for way in Way.values:
        roll, is_new, private[way] = counting.next_roll(
            way, last.private.get(way, {}) if last else {}, at=at
        )
        counting.keep(way, roll)
        ways[way] = telling.told(way, counted(way)) if is_new else before.get(way)
    content = {"format": FORMAT, "members": members(), "ways": ways}
    return Snapshot.objects.create(week=week, taken_at=at, content=content, private=private)


def counted(way: str) -> list[Report]:
    """Give the versions that the roll counts, in the order in which they were written."""
    on = Place.objects.filter(way=way, standing=Standing.COUNTED).values("version")
    return list(Report.objects.filter(pk__in=on).select_related("owner").order_by("pk"))


def members() -> int:
    """Give how many live with MS among the members, to the nearest fifty."""
    known = Person.objects.filter(role=Role.MEMBER, is_active=True).count()
    return round(known / MEMBERS_ROUNDED_TO) * MEMBERS_ROUNDED_TO


@task()
def take_snapshot() -> None:
    """Take this week's snapshot, in the background."""
    from django.utils import timezone

    freeze(at=timezone.now())
