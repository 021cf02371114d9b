"""The addresses of the diary."""

from __future__ import annotations

from django.urls import path

from unclench_site.diary import views, worker

PAGES = [
    ("", views.today, "diary"),
    ("week/", views.week, "diary-week"),
    ("months/", views.months, "diary-months"),
    ("answer/", views.answer, "diary-answer"),
    ("entries/", views.entries, "diary-entries"),
]

urlpatterns = [
    *(path(f"diary/{place}", view, name=name) for place, view, name in PAGES),
    *(
        path(f"with/<uuid:whose>/diary/{place}", view, name=f"with-{name}")
        for place, view, name in PAGES
    ),
    path("diary/log/", views.log, name="diary-log"),
    path("diary/add/<slug:kind>/", views.add, name="diary-add"),
    path("diary/entry/<uuid:public_id>/", views.entry, name="diary-entry"),
    path("diary/entry/<uuid:public_id>/strength/", views.strength, name="diary-strength"),
    path("diary/entry/<uuid:public_id>/undo/", views.take_back, name="diary-undo"),
    path(
        "diary/entry/<uuid:public_id>/put-back/",
        views.take_back,
        {"back": True},
        name="diary-put-back",
    ),
    path("diary/pump-beep/", worker.pump_beep, name="diary-pump-beep"),
    path("diary/offline/", worker.offline, name="diary-offline"),
    path("diary/token/", worker.token, name="diary-token"),
    path("service-worker.js", worker.service_worker, name="service-worker"),
    path("manifest.webmanifest", worker.manifest, name="manifest"),
]
