"""What the rules say of what somebody takes, and of a plan laid over it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, final

from unclench.patient import Patient
from unclench.regimen import MINUTES_PER_DAY, Regimen, Route
from unclench.therapy import Finding, History, Severity, Symptom, read_medicines, review
from unclench.therapy.finding import by_gravity
from unclench.therapy.medicines import Reading
from unclench.units import ZERO, Mass
from unclench_site.accounts.models import Person
from unclench_site.evidence import evidence
from unclench_site.plans.intake import health_details, person_as_patient
from unclench_site.plans.models import HealthDetails, Treatment
from unclench_site.plans.onward import NOTHING

__all__ = [
    "Checked",
    "check_version",
    "checked",
    "daily_at",
    "felt_findings",
    "history_before",
    "whole",
]

NEWS: Final = timedelta(days=14)
"""A change of dose is compared with what came before it for two weeks: our own choice."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What somebody takes at a moment, and what the rules say of it, gravest first."""

    treatment: Treatment | None
    details: HealthDetails | None
    reading: Reading
    findings: tuple[Finding, ...]
    medicines: tuple[str, ...] = ()

    @property
    def emergencies(self) -> list[Finding]:
        """What stands above everything else on a page."""
        return [one for one in self.findings if one.severity is Severity.EMERGENCY]

    @property
    def others(self) -> list[Finding]:
        """Everything else, gravest first."""
        return [one for one in self.findings if one.severity is not Severity.EMERGENCY]


def checked(owner: Person, *, at: datetime) -> Checked:
    """Give what somebody takes and what the rules say of it. Two queries."""
    rows = list(Treatment.objects.standing().filter(owner=owner, from_at__lte=at))
    details = health_details(owner)
    if not rows:
        return Checked(treatment=None, details=details, reading=read_medicines(()), findings=())
    return check_version(rows[-1], rows[:-1], details=details, owner=owner, at=at)


def check_version(
    version: Treatment,
    before: Sequence[Treatment],
    *,
    details: HealthDetails | None,
    owner: Person,
    at: datetime,
) -> Checked:
    """Give what the rules say of a version, kept or about to be.

    Args:
        version: The version.
        before: The versions that stand before it, oldest first.
        details: What is known of the person's health.
        owner: Whose it is.
        at: When it is looked at.
    """
    medicines = tuple(version.medicines)
    patient = person_as_patient(details, medicines=medicines, on=at.astimezone(owner.zone))
    is_news = at - version.from_at <= NEWS
    history = history_before(before, upto=version, owner=owner) if is_news else History()
    regimen = NOTHING if version.is_ended else version.to_regimen()
    said = list(review(patient, regimen, evidence=evidence(), history=history))
    if is_news and before and version.mark_id is None:
        said += _stops(patient, before[-1], version, owner=owner)
    return Checked(
        treatment=None if version.is_ended else version,
        details=details,
        reading=read_medicines(medicines),
        findings=tuple(sorted({one.code: one for one in said}.values(), key=by_gravity)),
        medicines=medicines,
    )


def history_before(before: Sequence[Treatment], *, upto: Treatment, owner: Person) -> History:
    """Give what was taken just before a version began, as the rules ask for it."""
    gap = None
    earlier = list(before)
    if earlier and earlier[-1].is_ended:
        gap = max(0, (upto.day_one - earlier[-1].from_at.astimezone(owner.zone).date()).days)
        earlier = [one for one in earlier if not one.is_ended]
    if not earlier:
        return History()
    last = earlier[-1]
    days = max(0, (upto.day_one - last.day_one).days)
    oral, pump = daily_at(last, day=max(1, days))
    return History(
        oral_before=oral or None,
        days_at_oral=days if oral else None,
        pump_before=pump or None,
        days_without=gap,
    )


def daily_at(treatment: Treatment, *, day: int) -> tuple[Mass, Mass]:
    """Give what a version brings on one of its days: swallowed, and by the pump."""
    if treatment.is_ended:
        return ZERO, ZERO
    return treatment.to_regimen().daily_mass(day)


def whole(plan: Regimen, beside: Regimen | None) -> Regimen:
    """Give a plan together with what goes on beside it by the other way in."""
    if beside is None:
        return plan
    oral = beside.oral if plan.oral is None else plan.oral
    pump = beside.pump if plan.pump is None else plan.pump
    return Regimen(oral=oral, pump=pump, tests=plan.tests)


def _stops(patient: Patient, old: Treatment, new: Treatment, *, owner: Person) -> Iterable[Finding]:
    """Find what stopped from one version to the next: the rules are asked about the old one."""
    minute = max(1, _minutes(old, new, owner))
    day = minute // MINUTES_PER_DAY + 1
    had, has = daily_at(old, day=day), daily_at(new, day=1)
    for route, before, after in zip((Route.ORAL, Route.INTRATHECAL), had, has, strict=True):
        if before and not after:
            stopped = old.to_regimen().stopping(minute, route=route)
            for one in review(patient, stopped, evidence=evidence()):
                if one.code.startswith("stop."):
                    yield one


def _minutes(old: Treatment, new: Treatment, owner: Person) -> int:
    """Give the minute of the old regimen at which the new one began, on the wall's clock."""
    wall = new.from_at.astimezone(owner.zone)
    days = (wall.date() - old.day_one).days
    return days * MINUTES_PER_DAY + wall.hour * 60 + wall.minute


def felt_findings(owner: Person, *, at: datetime, felt: frozenset[Symptom]) -> tuple[Finding, ...]:
    """Give what the rules say of what is felt, and would not say without it. Two queries."""
    rows = list(Treatment.objects.standing().filter(owner=owner, from_at__lte=at))
    held = rows[-1] if rows else None
    medicines = tuple(held.medicines) if held else ()
    on = at.astimezone(owner.zone)
    patient = person_as_patient(health_details(owner), medicines=medicines, on=on)
    history = history_before(rows[:-1], upto=held, owner=owner) if held else History()
    regimen = NOTHING if held is None or held.is_ended else held.to_regimen()
    known = {one.code for one in review(patient, regimen, evidence=evidence(), history=history)}
    found = review(patient, regimen, evidence=evidence(), history=history, symptoms=felt)
    return tuple(one for one in found if one.code not in known)
