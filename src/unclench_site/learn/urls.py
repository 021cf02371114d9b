"""Addresses of the articles."""

from __future__ import annotations

from django.urls import path

from unclench_site.learn import views

urlpatterns = [
    path("", views.index, name="learn"),
    path("feed/", views.feed, name="learn-feed"),
    path("<slug:slug>/", views.article, name="learn-article"),
    path("<slug:slug>/plain/", views.plain, name="learn-plain"),
]
