"""The diary as an app of Django."""

from __future__ import annotations

from django.apps import AppConfig


class DiaryConfig(AppConfig):
    """The diary, with what a member can take along."""

    name = "unclench_site.diary"
    label = "diary"
    verbose_name = "Diary"

    def ready(self) -> None:
        """Register what is exported and imported."""
        from unclench_site.accounts import portable
        from unclench_site.diary import answer, luggage

        portable.register(
            "diary",
            title="Diary",
            export=luggage.export,
            load=luggage.load,
            forget=answer.forget,
        )
