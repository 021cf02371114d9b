"""Addresses of shared pages: neutral words, and a secret."""

from __future__ import annotations

from django.urls import path

from unclench_site.clinic import views

urlpatterns = [
    path("<str:secret>/", views.shared, name="shared"),
    path("<str:secret>/page.pdf", views.shared_file, {"kind": "pdf"}, name="shared-pdf"),
    path("<str:secret>/page.json", views.shared_file, {"kind": "json"}, name="shared-json"),
]
