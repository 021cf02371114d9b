"""The room of people: registers what of theirs can be exported."""

from __future__ import annotations

from typing import final

from django.apps import AppConfig


@final
class AccountsConfig(AppConfig):
    """People, whom they let in, and who looked."""

    name = "unclench_site.accounts"

    def ready(self) -> None:
        """Register this room's own parts of an export."""
        from unclench_site.accounts import own_parts

        own_parts.register_all()
