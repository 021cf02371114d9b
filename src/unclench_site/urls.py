"""Every address of the site."""

from __future__ import annotations

from django.urls import include, path

from unclench_site import display, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("explore/", include("unclench_site.explore.urls")),
    path("learn/", include("unclench_site.learn.urls")),
    path("library/", include("unclench_site.library.urls")),
    path("", include("unclench_site.plans.urls")),
    path("", include("unclench_site.diary.urls")),
    path("account/", include("unclench_site.accounts.urls")),
    path("reminders/", include("unclench_site.reminders.urls")),
    path("clinic/", include("unclench_site.clinic.urls")),
    path("with/<uuid:whose>/clinic/", include("unclench_site.clinic.with_urls")),
    path("shared/", include("unclench_site.clinic.shared_urls")),
    path("lab/", include("unclench_site.lab.urls")),
    path("experience/", include("unclench_site.experience.urls")),
    path("help/", pages.help_page, name="help"),
    path("display/", display.choose, name="display"),
]

handler400 = "unclench_site.pages.bad_request"
handler403 = "unclench_site.pages.denied"
handler404 = "unclench_site.pages.missing"
handler500 = "unclench_site.pages.broken"
