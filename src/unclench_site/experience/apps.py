"""The experience room as an app of Django."""

from __future__ import annotations

from typing import final

from django.apps import AppConfig


@final
class ExperienceConfig(AppConfig):
    """Reports of treatments, with what a member can take along."""

    name = "unclench_site.experience"

    def ready(self) -> None:
        """Register what is exported and imported."""
        from unclench_site.accounts import portable
        from unclench_site.experience import luggage

        portable.register(
            "experience",
            title="Reports of your treatments",
            export=luggage.export,
            load=luggage.load,
        )
