"""A plan as it will be signed: what was laid out, what the rules say of it, what was answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, final

from unclench.errors import InputError
from unclench.regimen import OralRegimen, PumpProgram, Regimen, Route, format
from unclench.therapy import FOR_A_CLINICIAN, Plan, Severity, review
from unclench.units import ZERO, Mass
from unclench_site.accounts.models import Person
from unclench_site.evidence import evidence
from unclench_site.plans.checking import daily_at, history_before, whole
from unclench_site.plans.intake import health_details, person_as_patient
from unclench_site.plans.models import PlanKind, Treatment
from unclench_site.plans.onward import onward
from unclench_site.plans.plan_forms import PlanForm
from unclench_site.plans.typed import one_line
from unclench_site.plans.words import said

__all__ = ["Draft", "Said", "canonical", "digest", "draft"]

LEAST_REASON: Final = 10
"""Characters of a reason: a tick is not one."""
RANKS: Final = {severity.value: severity.rank for severity in Severity}
SERIOUS: Final[str] = Severity.SERIOUS.value
OTHER_DOSE: Final = "plan.other-dose"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A finding as it was shown when a plan was signed."""

    code: str
    severity: str
    severity_words: str
    title: str
    words: str
    next_step: str
    evidence: list[str]
    reason: str = ""

    @property
    def needs_reason(self) -> bool:
        """Whether it must be answered before the plan can be signed."""
        return self.severity == SERIOUS


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A plan that is not signed yet.

    Args:
        content: Everything that will be signed, but for the reasons.
        findings: What the rules say of it, gravest first.
    """

    content: dict[str, Any]
    findings: tuple[Said, ...]

    @property
    def seal(self) -> str:
        """What the page carries, so that exactly what was shown is signed."""
        return digest(self.content)

    @property
    def has_emergency(self) -> bool:
        """Whether the rules find an emergency in it; such a plan is never signed."""
        return any(one.severity == Severity.EMERGENCY.value for one in self.findings)

    def answered(self, reasons: Mapping[str, str]) -> dict[str, Any]:
        """Give the content with a reason for each serious finding.

        Raises:
            InputError: if one has none, or the plan is an emergency.
        """
        if self.has_emergency:
            raise InputError(
                "The rules find an emergency in this plan.", expected="a plan without one"
            )
        given: dict[str, str] = {}
        for one in self.findings:
            if not one.needs_reason:
                continue
            reason = one_line(reasons.get(one.code, ""), most=500)
            if len(reason) < LEAST_REASON:
                raise InputError(
                    f"“{one.title}” has no reason.",
                    expected="why the plan is right all the same, in a sentence",
                )
            given[one.code] = reason
        return {**self.content, "acknowledged": given}


def draft(owner: Person, form: PlanForm, *, at: datetime) -> Draft:
    """Give the plan of a valid form as it would be signed, with what the rules say. Two queries."""
    plan: Plan = form.cleaned_data["plan"]
    rows = list(Treatment.objects.standing().filter(owner=owner, from_at__lte=at))
    today = at.astimezone(owner.zone).date()
    held = rows[-1] if rows and not rows[-1].is_ended else None
    details = health_details(owner)
    medicines = tuple(rows[-1].medicines) if rows else ()
    first = Treatment(owner=owner, day_one=today, from_at=at)
    taken = None if held is None else onward(held.to_regimen(), day=_day(held, today))
    findings = review(
        person_as_patient(details, medicines=medicines, on=today),
        whole(plan.regimen, taken),
        evidence=evidence(),
        history=history_before(rows, upto=first, owner=owner),
    )
    shown = [
        Said(
            code=one.code,
            severity=one.severity.value,
            severity_words=one.severity.words,
            title=one.title,
            words=one.words,
            next_step=one.next_step,
            evidence=list(one.evidence),
        )
        for one in findings
    ]
    before = daily_at(held, day=_day(held, today))[0] if held else ZERO
    shown = [*_other_dose(plan, before, told=bool(rows)), *shown]
    shown.sort(key=lambda one: RANKS[one.severity])
    content = _content(form, plan) | {
        "about": {
            "treatment": str(rows[-1].public_id) if rows else "",
            "takes": said(held.to_regimen()) if held else [],
            "medicines": list(medicines),
            "health": None if details is None else details.pk,
        },
        "findings": [_as_dict(one) for one in shown],
    }
    return Draft(content=content, findings=tuple(shown))


def _day(held: Treatment, today: date) -> int:
    return max(1, (today - held.day_one).days + 1)


def _other_dose(plan: Plan, before: Mass, *, told: bool) -> list[Said]:
    """Ask about a taper that begins elsewhere than where the person is."""
    if plan.before is None or not told or plan.before == before:
        return []
    return [
        Said(
            code=OTHER_DOSE,
            severity=Severity.SERIOUS.value,
            severity_words=Severity.SERIOUS.words,
            title="The plan begins from another dose than the one that is taken",
            words=f"The plan comes down from {plan.before.text('mg')} a day. "
            f"What is taken now is {before.text('mg')} a day, as the member says.",
            next_step="Ask what is really taken, and begin from that.",
            evidence=["withdrawal.taper.rule.clinician"],
        )
    ]


def _content(form: PlanForm, plan: Plan) -> dict[str, Any]:
    given = form.cleaned_data
    return {
        "kind": form.kind.value,
        "title": plan.title,
        "protocol": plan.protocol,
        "for_whom": FOR_A_CLINICIAN,
        "why": given["why"],
        "call": given["call"],
        "steps": [_step(plan, place) for place in range(len(plan.steps))],
        "words": list(plan.words),
        "evidence": list(plan.evidence),
        "hold": _hold(form.kind),
        "asked": form.asked,
    }


def _step(plan: Plan, place: int) -> dict[str, Any]:
    """Give a step as it is signed. Its regimen has no end: nothing goes on by itself."""
    step = plan.steps[place]
    regimen = _open_ended(plan.regimen, place)
    return {
        "number": place + 1,
        **step.as_dict(),
        "route": step.route.value,
        "says": [] if regimen is None else said(regimen),
        "regimen": "" if regimen is None else format(regimen),
    }


def _open_ended(regimen: Regimen, place: int) -> Regimen | None:
    """Give one step as a regimen; None for a test dose, which is nobody's daily treatment."""
    if regimen.oral is not None:
        step = replace(regimen.oral.steps[place], days=None)
        return Regimen(oral=OralRegimen((step,), formulation=regimen.oral.formulation))
    if regimen.pump is not None:
        return Regimen(pump=PumpProgram((replace(regimen.pump.steps[place], days=None),)))
    return None


def _hold(kind: PlanKind) -> list[str]:
    """Say what a problem means: nothing goes on, and nothing is changed alone."""
    stay = "The plan is on hold: do not begin the next step until your clinician says so."
    never = evidence().statement("withdrawal.never_sudden").text
    if kind is PlanKind.TAPER:
        return [stay, evidence().statement("withdrawal.taper.rule.hold").text, never]
    if kind is PlanKind.SCREENING:
        return [stay, "No further test dose is given until the clinic has looked at you."]
    return [stay, never]


def _as_dict(one: Said) -> dict[str, Any]:
    return {
        "code": one.code,
        "severity": one.severity,
        "severity_words": one.severity_words,
        "title": one.title,
        "words": one.words,
        "next_step": one.next_step,
        "evidence": one.evidence,
    }


def canonical(content: Mapping[str, Any]) -> str:
    """Give the one text of a content, whatever the order of its keys."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(content: Mapping[str, Any]) -> str:
    """Give the SHA-256 of a content."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def route_of(content: Mapping[str, Any]) -> str:
    """Give the way in that a plan is about."""
    return Route(content["steps"][0]["route"]).value
