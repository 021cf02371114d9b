"""Making a passkey, and then being shown the recovery codes without being asked once more."""

from __future__ import annotations

from typing import Any, final

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.http import HttpResponse


@final
class MakePasskey(AddWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """allauth's view; making a passkey counts as having shown it: the device asked for the hand."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the passkey, and remember that its owner is here."""
        response: HttpResponse = super().form_valid(form)
        record_authentication(
            self.request,
            self.request.user,
            method="mfa",
            type="webauthn",
            reauthenticated=True,
        )
        return response
