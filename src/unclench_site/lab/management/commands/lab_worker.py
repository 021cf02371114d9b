"""`manage.py lab_worker`: computes what the lab is asked, one run after the other."""

from __future__ import annotations

from typing import Any, final

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from unclench_site.lab.starting import wake
from unclench_site.lab.tasks import QUEUE


@final
class Command(BaseCommand):
    """Wakes what an earlier worker left behind, then works on the queue of the lab."""

    help = "Compute the runs of the lab. Start as many as should be computed at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say how it can end by itself."""
        parser.add_argument(
            "--batch", action="store_true", help="leave when nothing waits any more"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until told to stop."""
        wake(at=timezone.now())
        call_command(
            "db_worker", queue_name=QUEUE, batch=options["batch"], interval=1, reload=False
        )
