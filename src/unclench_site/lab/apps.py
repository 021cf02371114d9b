"""What the lab keeps of a person goes with them."""

from __future__ import annotations

from typing import Any, final

from django.apps import AppConfig


@final
class LabConfig(AppConfig):
    """The lab."""

    name = "unclench_site.lab"

    def ready(self) -> None:
        """Register what can be exported; files go with the folder of their owner."""
        from unclench_site.accounts import portable
        from unclench_site.lab.models import Run

        fields = (
            *("kind", "name", "title", "question", "state", "asked_at", "ended_at", "finding"),
            *("evidence_hash", "version", "people", "done"),
        )

        def export(person: Any) -> portable.Rows:
            return list(Run.objects.of(person).order_by("asked_at", "id").values(*fields))

        # No load: only this site can vouch for what a run came to, and some of it is public.
        portable.register("lab", export=export, title="Runs in the lab")
