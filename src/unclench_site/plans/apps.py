"""The room of treatments and care plans."""

from __future__ import annotations

from typing import final

from django.apps import AppConfig


@final
class PlansConfig(AppConfig):
    """Plans and what they rest on."""

    name = "unclench_site.plans"

    def ready(self) -> None:
        """Register this room's parts of an export."""
        from unclench_site.plans import luggage

        luggage.register_all()
