"""manage.py freeze_experience: take this week's snapshot of the figures, if there is none yet."""

from __future__ import annotations

from typing import final

from django.core.management.base import BaseCommand
from django.utils import timezone

from unclench_site.experience.freezing import freeze


@final
class Command(BaseCommand):
    """Takes the week's snapshot once, however often and wherever it is run."""

    help = "Take this week's snapshot of the members' figures. `clock` does it by itself."

    def handle(self, *args: object, **options: object) -> None:
        """Take the snapshot if the week has none."""
        snapshot, is_new = freeze(at=timezone.now())
        self.stdout.write(f"{snapshot}: {'taken' if is_new else 'was taken already'}")
