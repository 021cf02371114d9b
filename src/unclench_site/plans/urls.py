"""Addresses of treatments and care plans: one's own, and those of whoever let one in."""

from __future__ import annotations

from django.urls import path

from unclench_site.plans import views

urlpatterns = [
    path("treatment/", views.treatment, name="treatment"),
    path("treatment/change/", views.change, name="treatment-change"),
    path("treatment/<uuid:version>/correct/", views.change, name="treatment-correct"),
    path("treatment/health/", views.health, name="treatment-health"),
    path("treatment/pump/", views.pump, name="treatment-pump"),
    path("with/<uuid:whose>/treatment/", views.treatment, name="with-treatment"),
]
