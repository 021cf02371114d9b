"""Pages that belong to no room: help, and what is shown when something went wrong."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where somebody wants to be first: their own day, or the page to explore."""
    return redirect("diary" if request.user.is_authenticated else "explore")


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Emergency words first, then how this site works."""
    return render(request, "help.html")


@login_not_required
@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the address or the form could not be understood at all."""
    return render(request, "400.html", status=400)


@login_not_required
@requires_csrf_token
def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: understood, and not allowed."""
    return render(request, "403.html", status=403)


@login_not_required
@requires_csrf_token
def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without its token, as after deleting cookies."""
    return render(request, "403_csrf.html", status=403)


@login_not_required
@requires_csrf_token
def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such page, or none that this person may see."""
    return render(request, "404.html", status=404)


@login_not_required
@requires_csrf_token
def broken(request: HttpRequest) -> HttpResponse:
    """500: our mistake. Needs no database, for that may be what broke."""
    request.user = AnonymousUser()  # whoever it is, the frame of the page must not look them up
    return render(request, "500.html", status=500)
