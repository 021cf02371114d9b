"""Addresses of the explore room."""

from __future__ import annotations

from django.urls import path

from unclench_site.explore import views

urlpatterns = [
    path("", views.explore, name="explore"),
    path("closer/", views.closer, name="explore-closer"),
    path("numbers.csv", views.numbers, name="explore-numbers"),
]
