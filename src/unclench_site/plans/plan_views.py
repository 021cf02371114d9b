"""Care plans: the member's page of today's step, and the clinician's way to write and sign one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from unclench.errors import InputError
from unclench.therapy import Finding, Severity, Symptom
from unclench_site.accounts.access import may_author_plans, me, owner_for
from unclench_site.accounts.models import Grant, Person, Scope
from unclench_site.plans.checking import felt_findings
from unclench_site.plans.following import Progress, State, mark, progress, resume, takes_otherwise
from unclench_site.plans.models import CarePlan, MarkKind, PlanKind, PlanMark, PlanVersion
from unclench_site.plans.signing import NotAllowed, verified
from unclench_site.plans.takes import Stale
from unclench_site.plans.views import as_uuid

MOST_PLANS = 30
MOST_PEOPLE = 100
NOT_OURS = "This form is not whole. Expected: a button of this page. Try: to load the page again."
MARKS = {kind.value: kind for kind in MarkKind if kind is not MarkKind.RESUME}


@require_safe
@never_cache
def plans(request: HttpRequest, whose: UUID | None = None) -> HttpResponse:
    """Every plan of somebody, newest first, each with where they stand."""
    owner, at = owner_for(request, whose, Scope.CARE_PLAN, what="care plans"), timezone.now()
    newest = (
        PlanVersion.objects.filter(plan__owner=owner, superseded_by=None)
        .select_related("plan", "signed_by")
        .prefetch_related("marks")
        .order_by("-plan_id")[:MOST_PLANS]
    )
    context = {
        "room": "plans",
        "owner": owner,
        "is_mine": owner == me(request),
        "listed": [(version, stands(version, owner)) for version in newest],
        "may_author": may_author_plans(me(request), owner, at=at),
        "kinds": PlanKind.choices,
    }
    return render(request, "plans/plans.html", context)


def stands(version: PlanVersion, owner: Person) -> Progress:
    """Where a member stands with a version whose marks were fetched."""
    return progress(version, sorted(version.marks.all(), key=lambda one: one.pk), owner=owner)


@require_safe
@never_cache
def plan(request: HttpRequest, plan: UUID, whose: UUID | None = None) -> HttpResponse:
    """One plan: today's step, what comes next and why, and every version that was signed."""
    owner = owner_for(request, whose, Scope.CARE_PLAN, what="care plan")
    return drawn(request, found_plan(owner, plan), owner=owner, whose=whose)


def found_plan(owner: Person, public_id: UUID) -> CarePlan:
    """Give one of somebody's plans."""
    found = CarePlan.objects.filter(owner=owner, public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def drawn(
    request: HttpRequest,
    shown: CarePlan,
    *,
    owner: Person,
    whose: UUID | None,
    fault: str = "",
    is_stale: bool = False,
) -> HttpResponse:
    """The page of a plan; with what could not be done, if something could not."""
    at = timezone.now()
    versions = list(
        shown.versions.select_related("signed_by").prefetch_related("marks").order_by("number")
    )
    newest = versions[-1]
    where = stands(newest, owner)
    today = at.astimezone(owner.zone).date()
    context: dict[str, Any] = {
        "room": "plans",
        "owner": owner,
        "is_mine": owner == me(request),
        "whose": whose,
        "plan": shown,
        "version": newest,
        "content": newest.content,
        "stands": where,
        "is_hold": where.state is State.HOLD,
        "is_followed": where.state in (State.FOLLOWED, State.HOLD, State.FINISHED),
        "takes_otherwise": takes_otherwise(where, owner=owner, at=at),
        "may_begin": where.may_begin_next(today),
        "versions": list(reversed(versions)),
        "is_intact": verified(versions, plan_id=shown.public_id),
        "urgent": urgent(owner, where.problem, at=at),
        "symptoms": [(one.value, one.words) for one in Symptom],
        "may_author": may_author_plans(me(request), owner, at=at),
        "key": uuid4(),
        "fault": fault,
        "is_stale": is_stale,
    }
    return render(request, "plans/plan.html", context, status=409 if is_stale or fault else 200)


def urgent(owner: Person, problem: PlanMark | None, *, at: datetime) -> list[Finding]:
    """What the rules say of a problem that was reported, emergencies first."""
    if problem is None or not problem.symptoms:
        return []
    felt = frozenset(one for one in Symptom if one.value in problem.symptoms)
    found = felt_findings(owner, at=at, felt=felt)
    return [one for one in found if one.severity.rank <= Severity.CAUTION.rank]


@require_POST
@never_cache
def add_mark(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Follow, begin a step, mark it done, report a problem, leave: the member's own plan only."""
    owner = me(request)
    shown = found_plan(owner, plan)
    kind, key = MARKS.get(request.POST.get("do", "")), as_uuid(request.POST.get("key", ""))
    step = request.POST.get("step", "0")
    if kind is None or key is None or not (step.isascii() and step.isdecimal() and len(step) < 4):
        return drawn(request, shown, owner=owner, whose=None, fault=NOT_OURS)
    known = {one.value for one in Symptom}
    try:
        mark(
            shown,
            by=owner,
            at=timezone.now(),
            kind=kind,
            seen=as_uuid(request.POST.get("version", "")),
            key=key,
            step=int(step),
            words=request.POST.get("words", ""),
            symptoms=[code for code in request.POST.getlist("felt") if code in known],
        )
    except Stale:
        return drawn(request, shown, owner=owner, whose=None, is_stale=True)
    except InputError as fault:
        return drawn(request, shown, owner=owner, whose=None, fault=str(fault))
    messages.success(request, SAID[kind])
    return HttpResponseRedirect(reverse("plan", args=[plan]))


SAID = {
    MarkKind.FOLLOW: "You follow this plan now.",
    MarkKind.START: "Noted: this step holds from now on.",
    MarkKind.DONE: "Noted: done.",
    MarkKind.PROBLEM: "Noted. The plan is on hold: read what to do.",
    MarkKind.LEAVE: "You left the plan. What you take stays as it is until you say otherwise.",
}


@require_POST
@never_cache
def add_resume(request: HttpRequest, whose: UUID, plan: UUID) -> HttpResponse:
    """A clinician ends a hold, with a word to the member."""
    owner = owner_for(request, whose, Scope.CARE_PLAN, what="care plan")
    shown = found_plan(owner, plan)
    try:
        resume(
            shown,
            by=me(request),
            at=timezone.now(),
            seen=as_uuid(request.POST.get("version", "")),
            key=as_uuid(request.POST.get("key", "")) or uuid4(),
            words=request.POST.get("words", ""),
        )
    except NotAllowed as fault:
        raise Http404 from fault
    except Stale:
        return drawn(request, shown, owner=owner, whose=whose, is_stale=True)
    except InputError as fault:
        return drawn(request, shown, owner=owner, whose=whose, fault=str(fault))
    messages.success(request, "The plan goes on.")
    return HttpResponseRedirect(reverse("with-plan", args=[whose, plan]))


@require_http_methods(["GET", "HEAD"])
@never_cache
def clinic_list(request: HttpRequest) -> HttpResponse:
    """The people who let this person in, and into what."""
    person, at = me(request), timezone.now()
    grants = (
        Grant.objects.live(at=at)
        .filter(to=person, owner__is_active=True)
        .select_related("owner")
        .order_by("owner__name", "scope")[: MOST_PEOPLE * len(Scope)]
    )
    people: dict[Person, set[str]] = {}
    for grant in grants:
        people.setdefault(grant.owner, set()).add(grant.scope)
    context = {
        "room": "clinic-list",
        "listed": [
            {
                "owner": owner,
                "treatment": Scope.TREATMENT.value in scopes,
                "plans": Scope.CARE_PLAN.value in scopes,
            }
            for owner, scopes in people.items()
        ],
        "may_write": person.is_verified_clinician,
    }
    return render(request, "plans/clinic_list.html", context)
