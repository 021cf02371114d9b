"""The room, as Django knows it."""

from __future__ import annotations

from typing import final

from django.apps import AppConfig


@final
class ClinicConfig(AppConfig):
    """The page for the clinic."""

    name = "unclench_site.clinic"

    def ready(self) -> None:
        """Tell the account what this room keeps of a person."""
        from unclench_site.accounts import portable
        from unclench_site.clinic import luggage

        portable.register(
            "questions",
            title="Questions for the clinic",
            export=luggage.export_questions,
            load=luggage.load_questions,
        )
        # Links belong to this site and to their time: they are told of, and not made again.
        portable.register("shared-pages", title="Shared pages", export=luggage.export_shares)
