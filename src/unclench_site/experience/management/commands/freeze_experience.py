"""manage.py freeze_experience: take this week's snapshot of the figures, if there is none yet."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import final

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from unclench_site.experience.freezing import freeze


@final
class Command(BaseCommand):
    """Takes the week's snapshot once, however often and wherever it is run."""

    help = "Take this week's snapshot of the members' figures. Safe to run at any time."

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
        self.look()
        while every:
            time.sleep(max(1, every))
            close_old_connections()
            self.look()

    def look(self) -> None:
        """Take the snapshot if the week has none."""
        snapshot, is_new = freeze(at=timezone.now())
        self.stdout.write(f"{snapshot}: {'taken' if is_new else 'was taken already'}")
