"""manage.py tick: look once whether a reminder is due, or again and again."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import final

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from unclench_site.reminders.claiming import tick


@final
class Command(BaseCommand):
    """Claims the reminders that are due and puts them into the queue for `db_worker`."""

    help = "Claim the reminders that are due. Run it every minute, or keep it running with --every."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the seconds between two looks."""
        parser.add_argument(
            "--every",
            type=int,
            metavar="SECONDS",
            help="keep running, and look each time this many seconds have passed",
        )

    def handle(self, *, every: int | None = None, **options: object) -> None:
        """Look once, or for ever."""
        tick(at=timezone.now())
        while every:
            time.sleep(max(1, every))
            close_old_connections()
            tick(at=timezone.now())
