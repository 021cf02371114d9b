"""Addresses of the library."""

from __future__ import annotations

from typing import final

from django.urls import path, register_converter

from unclench_site.library import views


@final
class KeyConverter:
    """A key of the evidence base: words with dots between them."""

    regex = r"[a-z0-9_]+(?:[.][a-z0-9_-]+)+"

    def to_python(self, value: str) -> str:
        """Give the key as it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """Give the address of the key."""
        return value


register_converter(KeyConverter, "key")

urlpatterns = [
    path("", views.index, name="library"),
    path("sources/", views.sources, name="library-sources"),
    path("topics/<slug:topic>/", views.topic, name="library-topic"),
    path("<key:key>/", views.entry, name="library-entry"),
]
