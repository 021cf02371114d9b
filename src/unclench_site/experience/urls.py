"""Addresses of the experience room."""

from __future__ import annotations

from datetime import date
from typing import final

from django.urls import path, register_converter

from unclench_site.experience import views


@final
class DayConverter:
    """A day as 2026-11-16."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """Give the day; a ValueError is no such page."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """Write the day."""
        return str(value)


register_converter(DayConverter, "day")

urlpatterns = [
    path("", views.index, name="experience"),
    path("weeks/<day:week>/", views.week, name="experience-week"),
    path("weeks/<day:week>.json", views.figures, name="experience-figures"),
    path("yours/", views.yours, name="experience-yours"),
    path("yours/count/", views.count, name="experience-count"),
    path("yours/<slug:way>/", views.edit, name="experience-report"),
    path("yours/<slug:way>/withdraw/", views.withdraw, name="experience-withdraw"),
    path("readings/", views.readings, name="experience-readings"),
    path("readings/<uuid:public_id>/", views.decide, name="experience-decide"),
]
