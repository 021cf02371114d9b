"""What the queue runs: one task, whose only argument is the id of a run."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.utils import timezone
from django_tasks import task

QUEUE: Final = "lab"
"""A queue of its own: a run of an hour must not stand before a reminder."""


@task(queue_name=QUEUE)
def work_on(run: str) -> None:
    """Claim a run and compute it; nothing happens if somebody else holds it."""
    from unclench_site.lab.working import wake, work  # the pages need not load the model

    wake(at=timezone.now())
    work(UUID(run), clock=timezone.now)
