"""Addresses of the reminders."""

from __future__ import annotations

from django.urls import path

from unclench_site.reminders import views

urlpatterns = [
    path("", views.page, name="reminders"),
    path("wishes/", views.keep_wishes, name="reminder-wishes"),
    path("test/", views.test, name="reminder-test"),
    path("own/", views.add_own, name="reminder-own"),
    path("own/<uuid:which>/end/", views.end_own, name="reminder-own-end"),
    path("devices/key/", views.key, name="reminder-key"),
    path("devices/", views.add_device, name="reminder-device"),
    path("devices/<uuid:which>/end/", views.end_device, name="reminder-device-end"),
    path("calendar/", views.make_feed, name="reminder-feed"),
    path("calendar/end/", views.end_feed, name="reminder-feed-end"),
    path("calendar/<str:secret>.ics", views.feed_file, name="reminder-feed-file"),
    path("<uuid:which>/", views.one, name="reminder"),
    path("<uuid:which>/snooze/", views.snooze, name="reminder-snooze"),
    path("<uuid:which>/done/", views.done, name="reminder-done"),
]
