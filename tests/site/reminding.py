"""What the tests of reminders share: a person who takes and wants something, and a worker."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django_tasks_db.models import DBTaskResult, get_date_max

from unclench_site.plans.models import Treatment
from unclench_site.reminders import clocks, sending
from unclench_site.reminders.models import Wishes

NOON = datetime(2027, 1, 4, 12, 0, tzinfo=UTC)
MIN = timedelta(minutes=1)
MARKER = "zzmarker"


def takes(person, regimen: str, *, since: datetime = NOON - timedelta(days=20)) -> Treatment:
    return Treatment.objects.create(
        owner=person,
        regimen=regimen,
        day_one=since.date(),
        from_at=since,
        zone=person.time_zone,
        recorded_at=since,
    )


def wants(person, *, since: datetime = NOON, **what) -> Wishes:
    person.email = f"{person.name}@example.org"
    person.save()
    return Wishes.objects.create(
        owner=person,
        seen_until=since,
        look_at=since,
        seen_offset_min=clocks.offset_min(since, zone=person.zone),
        **{"by_mail": True, **what},
    )


def run_queue(at: datetime) -> int:
    """What the worker does: every waiting task once."""
    due = Q(run_after__lte=at) | Q(run_after=get_date_max())
    tasks = list(DBTaskResult.objects.filter(due, status="READY"))
    for one in tasks:
        DBTaskResult.objects.filter(pk=one.pk).update(status="SUCCESSFUL")
        sending.send(uuid.UUID(one.args_kwargs["args"][0]), at=at)
    return len(tasks)
