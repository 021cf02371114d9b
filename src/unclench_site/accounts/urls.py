"""Addresses of the account; those of signing in are allauth's."""

from __future__ import annotations

from django.urls import include, path

from unclench_site.accounts import demonstration, luggage, passkeys, verifying, views

urlpatterns = [
    path("", views.account, name="account"),
    path("begin/", views.begin, name="account_begin"),
    path("details/", views.details, name="account_details"),
    path("sharing/", views.sharing_page, name="account_sharing"),
    path("sharing/end/", views.end_grant, name="account_end_grant"),
    path("trail/", views.trail, name="account_trail"),
    path("consent/", views.consent, name="account_consent"),
    path("sessions/end/", views.end_session, name="account_end_session"),
    path("everything/", luggage.everything, name="account_export"),
    path("everything/take/", luggage.take, name="account_take"),
    path("bring/", luggage.bring, name="account_import"),
    path("erase/", luggage.erase_page, name="account_erase"),
    path("erased/", luggage.erased, name="account_erased"),
    path("verification/", verifying.ask, name="account_verification"),
    path("requests/", verifying.requests, name="account_requests"),
    path("requests/<uuid:asked>/", verifying.decide, name="account_decide"),
    path("look-around/<slug:role>/", demonstration.look_around, name="account_look_around"),
    path("2fa/webauthn/add/", passkeys.MakePasskey.as_view(), name="mfa_add_webauthn"),
    path("", include("allauth.urls")),
]
