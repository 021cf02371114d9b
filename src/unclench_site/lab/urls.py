"""Addresses of the lab."""

from __future__ import annotations

from django.urls import path

from unclench_site.lab import views

urlpatterns = [
    path("", views.index, name="lab"),
    path("new/", views.new, name="lab-new"),
    path("runs/<uuid:run>/", views.one, name="lab-run"),
    path("runs/<uuid:run>/stop/", views.stop, name="lab-stop"),
    path("runs/<uuid:run>/go-on/", views.go_on, name="lab-go-on"),
    path("runs/<uuid:run>/remove/", views.remove, name="lab-remove"),
    path("runs/<uuid:run>/<slug:key>.svg", views.picture, name="lab-picture"),
    path("runs/<uuid:run>/run.json", views.numbers, name="lab-json"),
    path("runs/<uuid:run>/run.parquet", views.parquet, name="lab-parquet"),
    path("<slug:kind>/<slug:name>/", views.published, name="lab-published"),
    path("<slug:kind>/<slug:name>/start/", views.start_published, name="lab-start"),
]
