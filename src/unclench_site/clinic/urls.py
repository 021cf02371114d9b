"""Addresses of a person's own page for the clinic."""

from __future__ import annotations

from django.urls import path

from unclench_site.clinic import views

urlpatterns = [
    path("", views.page, name="clinic"),
    path("page.pdf", views.page_file, {"kind": "pdf"}, name="clinic-pdf"),
    path("page.json", views.page_file, {"kind": "json"}, name="clinic-json"),
    path("questions/", views.ask, name="clinic-ask"),
    path("questions/<uuid:which>/end/", views.end_question, name="clinic-question-end"),
    path("share/", views.make_share, name="clinic-share"),
    path("share/<uuid:which>/end/", views.end_share, name="clinic-share-end"),
    path("card/", views.card, name="emergency-card"),
    path("card/card.pdf", views.card_file, name="emergency-card-pdf"),
]
