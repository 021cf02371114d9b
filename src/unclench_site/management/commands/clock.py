"""`manage.py clock`: everything that is done at its hour, by one process beside the server."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, final

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, close_old_connections
from django.utils import timezone

from unclench_site.experience.freezing import freeze
from unclench_site.lab.starting import wake
from unclench_site.reminders.claiming import tick

logger = logging.getLogger(__name__)


def prune(*, at: datetime) -> None:
    """Forget background work that is done, after a month."""
    call_command("prune_db_task_results", min_age_days=30, verbosity=0)


ROUND: Final[tuple[tuple[timedelta, Callable[..., object]], ...]] = (
    (timedelta(minutes=1), tick),
    (timedelta(minutes=1), wake),
    (timedelta(hours=1), freeze),
    (timedelta(days=1), prune),
)
"""What is done how often. Each may be done too often, or by two at once, and does no harm."""


@final
class Command(BaseCommand):
    """Claims reminders, wakes runs of the lab, freezes the week's figures, forgets old work."""

    help = "Do all that has its hour: reminders, the lab, the week's figures. Keeps running."

    def add_arguments(self, parser: CommandParser) -> None:
        """One option, for a machine's own timer."""
        parser.add_argument("--once", action="store_true", help="do everything once, then leave")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        """Do what is due, each minute."""
        done: dict[str, datetime] = {}
        self.round(done)
        while not once:
            time.sleep(60.0 - time.time() % 60.0)  # on the minute, where reminders stand
            self.round(done)

    def round(self, done: dict[str, datetime]) -> None:
        """Do what is due; a database that is away for a moment is asked again next time."""
        close_old_connections()
        now = timezone.now()
        for every, task in ROUND:
            name = task.__name__
            if name not in done or now - done[name] >= every - timedelta(seconds=5):
                try:
                    task(at=now)
                except Error:
                    logger.exception("the clock could not do its work")
                else:
                    done[name] = now
