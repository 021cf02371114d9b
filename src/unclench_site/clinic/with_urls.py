"""Addresses of the page of somebody who let one in."""

from __future__ import annotations

from django.urls import path

from unclench_site.clinic import views

urlpatterns = [
    path("", views.page, name="clinic-with"),
    path("page.pdf", views.page_file, {"kind": "pdf"}, name="clinic-with-pdf"),
    path("page.json", views.page_file, {"kind": "json"}, name="clinic-with-json"),
    path("card/", views.card, name="emergency-card-with"),
    path("card/card.pdf", views.card_file, name="emergency-card-with-pdf"),
]
