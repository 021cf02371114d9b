"""A look around as a made-up person: on this machine only, and only if the site offers it."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from unclench_site.accounts.models import Person

NAMES: Final = {"member": "demonstration", "clinician": "demonstration clinician"}
HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def is_offered(request: HttpRequest) -> bool:
    """Whether the site offers it, and both it and the visitor are on this machine."""
    host = urlsplit(f"//{request.get_host()}").hostname
    return bool(settings.DEMONSTRATION) and host in HERE and settings.URL.hostname in HERE


@login_not_required
@require_POST
def look_around(request: HttpRequest, role: str) -> HttpResponse:
    """Sign in as the demonstration member, or as their clinician."""
    if not is_offered(request) or role not in NAMES:
        raise Http404
    person = get_object_or_404(Person, name=NAMES[role], is_active=True)
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    UserSession.objects.create_from_request(request)
    return redirect(settings.LOGIN_REDIRECT_URL)
