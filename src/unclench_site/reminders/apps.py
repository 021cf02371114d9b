"""The room, as Django knows it."""

from __future__ import annotations

from typing import final

from django.apps import AppConfig


@final
class RemindersConfig(AppConfig):
    """Reminders."""

    name = "unclench_site.reminders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the account what this room keeps of a person."""
        from unclench_site.accounts import portable
        from unclench_site.reminders import luggage

        portable.register("reminders", title="Reminders", export=luggage.export, load=luggage.load)
