"""Clinicians ask to be verified; whoever runs the site looks them up and decides."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from unclench_site.accounts.access import me
from unclench_site.accounts.forms import VerificationForm
from unclench_site.accounts.models import Decision, Person, Role, VerificationRequest


def ask(request: HttpRequest) -> HttpResponse:
    """A clinician says who they are and where that can be looked up."""
    person = me(request)
    if person.role != Role.CLINICIAN:
        raise Http404
    newest = VerificationRequest.objects.filter(person=person).order_by("-asked_at").first()
    waits = newest is not None and newest.decision == Decision.OPEN
    form = VerificationForm(request.POST or None)
    if request.method == "POST" and not waits and form.is_valid():
        form.instance.person, form.instance.asked_at = person, timezone.now()
        form.save()
        messages.success(request, "Sent to whoever runs this site.")
        return redirect("account_verification")
    return render(
        request,
        "accounts/verification.html",
        {"person": person, "form": form, "newest": newest, "waits": waits},
        status=422 if form.is_bound and not waits else 200,
    )


def administrator(request: HttpRequest) -> Person:
    """Whoever runs the site.

    Raises:
        Http404: for everybody else.
    """
    person = me(request)
    if not person.is_staff:
        raise Http404
    return person


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Open requests, the oldest first, and the newest decisions."""
    administrator(request)
    every = VerificationRequest.objects.select_related("person", "decided_by")
    return render(
        request,
        "accounts/requests.html",
        {
            "waiting": every.filter(decision=Decision.OPEN).order_by("asked_at")[:100],
            "decided": every.exclude(decision=Decision.OPEN).order_by("-decided_at")[:100],
        },
    )


@require_POST
def decide(request: HttpRequest, asked: UUID) -> HttpResponse:
    """Verify a clinician, or decline."""
    by = administrator(request)
    word = request.POST.get("decision")
    if word not in {Decision.VERIFIED, Decision.DECLINED}:
        raise Http404
    settle(asked, decision=Decision(word), by=by, at=timezone.now())
    messages.success(request, "Kept.")
    return redirect("account_requests")


@transaction.atomic
def settle(asked: UUID, *, decision: Decision, by: Person, at: datetime) -> None:
    """Write a decision once, and what follows from it for the clinician.

    Raises:
        Http404: if the request is decided already, or never was.
    """
    waiting = VerificationRequest.objects.select_for_update().filter(decision=Decision.OPEN)
    found = get_object_or_404(waiting, public_id=asked, person__role=Role.CLINICIAN)
    found.decision, found.decided_at, found.decided_by = decision, at, by
    found.save(update_fields=["decision", "decided_at", "decided_by"])
    if decision == Decision.VERIFIED:
        Person.objects.filter(pk=found.person_id).update(verified_at=at)
