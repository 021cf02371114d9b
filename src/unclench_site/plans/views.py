"""What I take, and what a clinician should know of me; the same page for whoever I let in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from unclench.errors import InputError
from unclench_site.accounts.access import me, owner_for
from unclench_site.accounts.models import Person, Scope
from unclench_site.plans.checking import Checked, check_version, checked
from unclench_site.plans.intake import health_details, newest_treatment, pump_of
from unclench_site.plans.models import PumpDetails, Treatment
from unclench_site.plans.takes import Stale, keep_health, keep_pump, keep_treatment, last_version
from unclench_site.plans.told_forms import HealthForm, PumpForm, health_as_sent, pump_as_sent
from unclench_site.plans.treatment_form import TreatmentForm, as_it_was, beginning
from unclench_site.plans.words import said

EARLIER = 20
"""Versions that a page shows before "More"."""


@require_safe
@never_cache
def treatment(request: HttpRequest, whose: UUID | None = None) -> HttpResponse:
    """What somebody takes now, what the rules say of it, and what came before."""
    owner = owner_for(request, whose, Scope.TREATMENT, what="treatment")
    found = checked(owner, at=timezone.now())
    rows, more = earlier(owner, request.GET.get("before", ""))
    context = {
        "room": "treatment",
        "owner": owner,
        "is_mine": owner == me(request),
        "found": found,
        "says": lines(found.treatment),
        "details": found.details,
        "pump": pump_of(owner),
        "earlier": [(row, lines(row)) for row in rows],
        "more": more,
    }
    return render(request, "plans/treatment.html", context)


def lines(version: Treatment | None) -> list[str]:
    """Say a version in sentences; nothing for none."""
    return [] if version is None or version.is_ended else said(version.to_regimen())


def earlier(owner: Person, before: str) -> tuple[list[Treatment], str]:
    """Give the versions on one page, newest first, and where the next page begins."""
    rows = Treatment.objects.filter(owner=owner).select_related("mark", "replaced_by")
    if before.isdecimal() and len(before) < 18:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-id")[: EARLIER + 1])
    return found[:EARLIER], str(found[EARLIER - 1].pk) if len(found) > EARLIER else ""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def change(request: HttpRequest, version: UUID | None = None) -> HttpResponse:
    """Say what is taken: fill in, see it in words, keep it. With a version: correct that one."""
    owner, at = me(request), timezone.now()
    wrong = None if version is None else own_version(owner, version)
    if request.method != "POST":
        held = newest_treatment(owner, at=at)
        now = at.astimezone(owner.zone)
        data = as_it_was(wrong, zone=owner.zone) if wrong else beginning(held, now=now)
        data["seen"] = str(last_version(owner) or "")
        return fields(
            request, TreatmentForm(data, zone=owner.zone, at=at), wrong=wrong, is_new=True
        )
    form = TreatmentForm(request.POST, zone=owner.zone, at=at)
    if not form.is_valid():
        return fields(request, form, wrong=wrong)
    if request.POST.get("do") == "keep":
        return keep(request, form, owner=owner, wrong=wrong, at=at)
    if request.POST.get("do") == "edit":
        return fields(request, form, wrong=wrong)
    return say_back(request, form, owner=owner, wrong=wrong, at=at)


def own_version(owner: Person, version: UUID) -> Treatment:
    """Give one of the person's own versions that still stands."""
    found = Treatment.objects.standing().filter(owner=owner, public_id=version).first()
    if found is None:
        raise Http404
    return found


def fields(
    request: HttpRequest, form: TreatmentForm, *, wrong: Treatment | None, is_new: bool = False
) -> HttpResponse:
    """The form, with what is wrong where something is."""
    faults = [] if is_new else form.faults
    context = {
        "room": "treatment",
        "owner": me(request),
        "form": form,
        "faults": faults,
        "wrong": {} if is_new else form.wrongs,
        "correcting": wrong,
    }
    return render(request, "plans/change.html", context, status=422 if faults else 200)


def say_back(
    request: HttpRequest,
    form: TreatmentForm,
    *,
    owner: Person,
    wrong: Treatment | None,
    at: datetime,
    is_stale: bool = False,
) -> HttpResponse:
    """What was understood, in words, with what the rules say, before anything is kept."""
    found = preview(form, owner=owner, wrong=wrong, at=at)
    resent = [(name, value) for name, value in form.hidden if name != "seen"]
    context = {
        "room": "treatment",
        "owner": owner,
        "form": form,
        "resent": resent,
        "seen": str(last_version(owner) or "") if is_stale else request.POST.get("seen", ""),
        "found": found,
        "says": lines(found.treatment),
        "from_at": form.cleaned_data["from_at"],
        "correcting": wrong,
        "is_stale": is_stale,
        "now_held": newest_treatment(owner, at=at) if is_stale else None,
    }
    return render(request, "plans/understood.html", context, status=409 if is_stale else 200)


def preview(
    form: TreatmentForm, *, owner: Person, wrong: Treatment | None, at: datetime
) -> Checked:
    """What the rules say of a version that is not kept yet."""
    given = form.cleaned_data
    regimen, from_at = given["regimen"], given["from_at"]
    version = Treatment(
        owner=owner,
        regimen="" if regimen is None else form.text(),
        day_one=from_at.date(),
        from_at=from_at,
        medicines=list(given["medicine_names"]),
    )
    rows = Treatment.objects.standing().filter(owner=owner, from_at__lte=from_at)
    before = [row for row in rows if wrong is None or row.pk != wrong.pk]
    return check_version(
        version, before, details=health_details(owner), owner=owner, at=max(at, from_at)
    )


def keep(
    request: HttpRequest,
    form: TreatmentForm,
    *,
    owner: Person,
    wrong: Treatment | None,
    at: datetime,
) -> HttpResponse:
    """Keep what was said back; if something was kept elsewhere meanwhile, show that first."""
    given = form.cleaned_data
    try:
        keep_treatment(
            owner,
            by=owner,
            at=at,
            from_at=given["from_at"],
            regimen=given["regimen"],
            medicines=given["medicine_names"],
            seen=as_uuid(request.POST.get("seen", "")),
            replaces=wrong,
        )
    except Stale:
        return say_back(request, form, owner=owner, wrong=wrong, at=at, is_stale=True)
    except InputError as fault:
        form.add_error("words", str(fault))
        return fields(request, form, wrong=wrong)
    messages.success(request, "Kept.")
    return HttpResponseRedirect(reverse("treatment"))


def as_uuid(text: str) -> UUID | None:
    """Read an id that a page carried; None if there is none, or it is not one."""
    try:
        return UUID(text)
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """What a clinician would want to know, and what I want from treatment."""
    owner, at = me(request), timezone.now()
    today = at.astimezone(owner.zone).date()
    if request.method != "POST":
        form = HealthForm(health_as_sent(health_details(owner)), today=today)
        return told(request, "plans/health.html", form, is_new=True)
    form = HealthForm(request.POST, today=today)
    if not form.is_valid():
        return told(request, "plans/health.html", form)
    keep_health(owner, by=owner, at=at, told=form.told())
    messages.success(request, "Kept.")
    return HttpResponseRedirect(reverse("treatment"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def pump(request: HttpRequest) -> HttpResponse:
    """What is known of my pump."""
    owner, at = me(request), timezone.now()
    today = at.astimezone(owner.zone).date()
    if request.method != "POST":
        held = PumpDetails.objects.filter(owner=owner).order_by("-id").first()
        form = PumpForm(pump_as_sent(held), today=today)
        return told(request, "plans/pump.html", form, is_new=True)
    form = PumpForm(request.POST, today=today)
    if not form.is_valid():
        return told(request, "plans/pump.html", form)
    keep_pump(owner, by=owner, at=at, told=form.told())
    messages.success(request, "Kept.")
    return HttpResponseRedirect(reverse("treatment"))


def told(
    request: HttpRequest, template: str, form: HealthForm | PumpForm, *, is_new: bool = False
) -> HttpResponse:
    """A form, with what is wrong where something is."""
    faults = [] if is_new else form.faults
    context: dict[str, Any] = {
        "room": "treatment",
        "form": form,
        "faults": faults,
        "wrong": {} if is_new else form.wrongs,
        "today": form.today,
    }
    return render(request, template, context, status=422 if faults else 200)
