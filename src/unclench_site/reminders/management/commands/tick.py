"""manage.py tick: look once whether a reminder is due; `manage.py clock` does so each minute."""

from __future__ import annotations

from typing import final

from django.core.management.base import BaseCommand
from django.utils import timezone

from unclench_site.reminders.claiming import tick


@final
class Command(BaseCommand):
    """Claims the reminders that are due and puts them into the queue for `db_worker`."""

    help = "Claim the reminders that are due, once. `clock` does it each minute."

    def handle(self, *args: object, **options: object) -> None:
        """Look once."""
        tick(at=timezone.now())
