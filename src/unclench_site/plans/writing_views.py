"""The clinician writes a plan: asks a protocol, sees every finding, answers grave ones, signs."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from unclench.errors import InputError
from unclench_site.accounts.access import may_author_plans, me, owner_for
from unclench_site.accounts.models import Person, Scope
from unclench_site.evidence import evidence
from unclench_site.plans.checking import checked, daily_at
from unclench_site.plans.drafting import Draft, draft
from unclench_site.plans.models import PlanKind, PlanVersion
from unclench_site.plans.plan_forms import PLAN_FORMS, PlanForm
from unclench_site.plans.plan_views import found_plan
from unclench_site.plans.signing import NotAllowed, sign
from unclench_site.plans.takes import Stale
from unclench_site.plans.views import as_uuid, lines


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def write(request: HttpRequest, whose: UUID, kind: str) -> HttpResponse:
    """A new plan of a kind."""
    owner = author_for(request, whose)
    if kind not in PLAN_FORMS:
        raise Http404
    if request.method != "POST":
        return fields(request, begun(kind, owner), owner=owner, plan_id=uuid4(), on=None)
    return answered(request, kind, owner=owner, plan_id=as_uuid(request.POST.get("plan", "")))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def revise(request: HttpRequest, whose: UUID, plan: UUID) -> HttpResponse:
    """A new version of a plan: it begins with what was asked for the newest."""
    owner = author_for(request, whose)
    shown = found_plan(owner, plan)
    if request.method != "POST":
        newest = shown.versions.order_by("-number").first()
        if newest is None:
            raise Http404
        data = QueryDict(mutable=True)
        data.update(newest.content["asked"])
        form = PLAN_FORMS[shown.kind](data, evidence=evidence(), is_new=True)
        return fields(request, form, owner=owner, plan_id=plan, on=newest.public_id)
    return answered(request, shown.kind, owner=owner, plan_id=plan)


def author_for(request: HttpRequest, whose: UUID) -> Person:
    """Give the member for whom this clinician may write; for anybody else there is no such page."""
    owner = owner_for(request, whose, Scope.CARE_PLAN, what="care plan")
    if not may_author_plans(me(request), owner, at=timezone.now()):
        raise Http404
    return owner


def begun(kind: str, owner: Person) -> PlanForm:
    """Give an empty form that knows what is taken now."""
    data = QueryDict(mutable=True)
    at = timezone.now()
    found = checked(owner, at=at)
    if found.treatment is not None:
        day = (at.astimezone(owner.zone).date() - found.treatment.day_one).days + 1
        oral, pump = daily_at(found.treatment, day=max(1, day))
        taken = f"{oral.in_mg.normalize():f}"
        data["taken"] = taken
        if kind == PlanKind.TAPER and oral:
            data["start"] = taken
        if kind == PlanKind.PUMP and pump:
            data["start"] = f"{pump.in_mcg.normalize():f}"
    if found.details is not None and found.details.since_on:
        days = (at.astimezone(owner.zone).date() - found.details.since_on).days
        data["weeks"] = str(max(0, days // 7))
    return PLAN_FORMS[kind](data, evidence=evidence(), is_new=True)


def answered(
    request: HttpRequest, kind: str, *, owner: Person, plan_id: UUID | None
) -> HttpResponse:
    """What was sent: look at it, change it, or sign it."""
    on = as_uuid(request.POST.get("on", ""))
    form = PLAN_FORMS[kind](request.POST, evidence=evidence())
    if plan_id is None or not form.is_valid() or request.POST.get("do") == "edit":
        return fields(request, form, owner=owner, plan_id=plan_id or uuid4(), on=on)
    made = draft(owner, form, at=timezone.now())
    if request.POST.get("do") == "sign":
        return signed(request, made, form, owner=owner, plan_id=plan_id, on=on)
    return looked_at(request, made, form, owner=owner, plan_id=plan_id, on=on)


def signed(
    request: HttpRequest,
    made: Draft,
    form: PlanForm,
    *,
    owner: Person,
    plan_id: UUID,
    on: UUID | None,
) -> HttpResponse:
    """Sign what the page showed, or say why not and show it as it is now."""
    reasons = {one.code: request.POST.get(f"reason-{one.code}", "") for one in made.findings}
    again: dict[str, Any] = {"owner": owner, "plan_id": plan_id, "on": on}
    try:
        sign(
            made,
            owner=owner,
            by=me(request),
            at=timezone.now(),
            plan_id=plan_id,
            on=on,
            seal=request.POST.get("seal", ""),
            reasons=reasons,
        )
    except NotAllowed as fault:
        raise Http404 from fault
    except Stale:
        return looked_at(request, made, form, **again, reasons=reasons, is_stale=True)
    except InputError as fault:
        return looked_at(request, made, form, **again, reasons=reasons, fault=str(fault))
    messages.success(request, "Signed. The member sees it now.")
    return HttpResponseRedirect(reverse("with-plan", args=[owner.public_id, plan_id]))


def fields(
    request: HttpRequest, form: PlanForm, *, owner: Person, plan_id: UUID, on: UUID | None
) -> HttpResponse:
    """The form of a plan, beside what the member takes."""
    found = checked(owner, at=timezone.now())
    context = {
        "room": "plans",
        "owner": owner,
        "form": form,
        "faults": form.faults,
        "kind_words": PlanKind(form.kind).label,
        "found": found,
        "says": lines(found.treatment),
        "plan_id": plan_id,
        "on": on or "",
    }
    return render(request, "plans/write.html", context, status=422 if form.faults else 200)


def looked_at(
    request: HttpRequest,
    made: Draft,
    form: PlanForm,
    *,
    owner: Person,
    plan_id: UUID,
    on: UUID | None,
    reasons: dict[str, str] | None = None,
    fault: str = "",
    is_stale: bool = False,
) -> HttpResponse:
    """The plan with every finding, before it can be signed."""
    now_newest = (
        PlanVersion.objects.filter(plan__owner=owner, plan__public_id=plan_id)
        .select_related("signed_by")
        .order_by("-number")
        .first()
    )
    was_signed = is_stale and (None if now_newest is None else now_newest.public_id) != on
    own = {"plan", "on", "seal", "do"}
    context = {
        "room": "plans",
        "owner": owner,
        "content": made.content,
        "findings": [(one, (reasons or {}).get(one.code, "")) for one in made.findings],
        "has_emergency": made.has_emergency,
        "seal": made.seal,
        "resent": [
            (name, value)
            for name, value in form.hidden
            if name not in own and not name.startswith("reason-")
        ],
        "plan_id": plan_id,
        "on": on or "",
        "fault": fault,
        "is_stale": is_stale,
        "was_signed": now_newest if was_signed else None,
    }
    status = 409 if is_stale else 422 if fault else 200
    return render(request, "plans/sign.html", context, status=status)
