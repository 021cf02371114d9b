"""What somebody takes, at a moment or over a time, for the rooms above: doses due, person, pump."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import final
from zoneinfo import ZoneInfo

from unclench.patient import Patient
from unclench.regimen import MINUTES_PER_DAY, Administration, Formulation, Route
from unclench.therapy import Refill, device, end_of_service, refill
from unclench.units import ZERO, Mass
from unclench_site.accounts.models import Person
from unclench_site.evidence import evidence
from unclench_site.plans.models import TIMES_OF_DAY, HealthDetails, PumpDetails, Treatment

__all__ = [
    "DueDose",
    "Pump",
    "due_doses",
    "health_details",
    "medicines_at",
    "newest_treatment",
    "patient_of",
    "pump_of",
    "treatment_at",
    "treatments_between",
]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class DueDose:
    """A dose that is to be swallowed.

    Args:
        at: When, in the person's zone.
        amount_mcg: How much, in micrograms.
        words: The same as people say it: "10 mg tablet", "2 mL (10 mg) liquid".
        route: The way in; always oral so far.
        key: The same for the same dose on every call: its clock time on the person's wall.
    """

    at: datetime
    amount_mcg: Decimal
    words: str
    route: Route
    key: str


def treatments_between(owner: Person, *, start: datetime, end: datetime) -> list[Treatment]:
    """Give the versions that hold at any moment from start up to, not with, end; oldest first.

    One query. Versions that say that nothing is taken are left out.
    """
    return [one for one, _, _ in _spans(owner, start=start, end=end) if not one.is_ended]


def treatment_at(owner: Person, *, at: datetime) -> Treatment | None:
    """Give what somebody takes at a moment; None if they take none or have not said."""
    held = newest_treatment(owner, at=at)
    return None if held is None or held.is_ended else held


def newest_treatment(owner: Person, *, at: datetime) -> Treatment | None:
    """Give the version that holds at a moment, one that says "nothing any more" too."""
    return Treatment.objects.standing().filter(owner=owner, from_at__lte=at).last()


def medicines_at(owner: Person, *, at: datetime) -> tuple[str, ...]:
    """Give the other medicines that somebody takes at a moment."""
    held = newest_treatment(owner, at=at)
    return () if held is None else tuple(held.medicines)


def due_doses(owner: Person, *, start: datetime, end: datetime) -> tuple[DueDose, ...]:
    """Give every dose that is to be swallowed from start up to, not with, end, in order of time.

    A clock time stays what the wall shows: 08:00 stays 08:00 when the clocks change. A time that
    the clocks jump over in spring is due right after the jump; one that they show twice in autumn
    is due once, the first time. One query, whatever the time asked for.
    """
    due = [
        dose
        for treatment, since, until in _spans(owner, start=start, end=end)
        if not treatment.is_ended
        for dose in _due(treatment, owner.zone, max(start, since), min(end, until))
    ]
    return tuple(sorted(due, key=lambda dose: (dose.at.astimezone(UTC), dose.key)))


def health_details(owner: Person) -> HealthDetails | None:
    """Give what somebody told about their health last."""
    return HealthDetails.objects.filter(owner=owner).order_by("-id").first()


def patient_of(owner: Person, *, at: datetime) -> Patient:
    """Give somebody as the rules and the model see one; usual values where they told nothing.

    `health_details(owner).known` says which were told.
    """
    return person_as_patient(
        health_details(owner), medicines=medicines_at(owner, at=at), on=at.astimezone(owner.zone)
    )


def person_as_patient(
    details: HealthDetails | None, *, medicines: tuple[str, ...], on: date
) -> Patient:
    """Give health details and medicines as a Patient on a day."""
    if details is None:
        return Patient(medications=medicines)
    usual = Patient()
    age = usual.age_years if details.birth_year is None else float(on.year - details.birth_year)
    since = details.since_on
    return Patient(
        weight_kg=_or(details.weight_kg, usual.weight_kg),
        age_years=age,
        crcl_ml_per_min=_or(details.kidney_value, usual.crcl_ml_per_min),
        spasms_per_day=_or(details.spasms_per_day, usual.spasms_per_day),
        worst_time=TIMES_OF_DAY.get(details.worst_time, usual.worst_time),
        conditions=details.condition_set,
        medications=medicines,
        weeks_on_baclofen=None if since is None else max(0.0, _days(since, on) / 7),
        country=details.country or None,
    )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Pump:
    """Somebody's pump, with what follows from its volumes and what it gives.

    Args:
        details: What the person told.
        daily: The largest daily dose that it has been told to give since it was filled.
        refill: The arithmetic of the refill; None without a filling or a dose.
        refill_due_on: The last day for the next refill; None likewise.
        end_of_service_on: The day on which it stops at the latest; None without an implantation.
        plan_replacement_by: The day to plan its successor by; None likewise.
    """

    details: PumpDetails
    daily: Mass
    refill: Refill | None
    refill_due_on: date | None
    end_of_service_on: date | None
    plan_replacement_by: date | None

    @property
    def mcg_per_ml(self) -> Decimal:
        """The concentration, in micrograms in each mL."""
        return self.details.mcg_per_ml

    @property
    def concentration(self) -> str:
        """The concentration in words."""
        return f"{self.mcg_per_ml.normalize():f} micrograms in each mL"

    @property
    def clinic_phone(self) -> str:
        """Whom to call."""
        return self.details.clinic_phone

    @property
    def clinic_name(self) -> str:
        """Which clinic fills it."""
        return self.details.clinic_name


def pump_of(owner: Person) -> Pump | None:
    """Give somebody's pump; None if they have told of none. Two queries.

    The refill is due by the largest daily dose since the filling, so that it is never late.
    """
    told = PumpDetails.objects.filter(owner=owner).order_by("-id").first()
    if told is None or told.is_removed:
        return None
    daily = _largest_daily(owner, told.filled_on)
    due = _refill(told, daily)
    service = (
        end_of_service(implanted_on=told.implanted_on, alert_on=told.alert_on, evidence=evidence())
        if told.implanted_on
        else None
    )
    return Pump(
        details=told,
        daily=daily,
        refill=due,
        refill_due_on=due.on(told.filled_on) if due and told.filled_on else None,
        end_of_service_on=service.stops_on if service else None,
        plan_replacement_by=service.plan_by if service else None,
    )


Span = tuple[Treatment, datetime, datetime]
"""A version with the moments between which it holds."""


def _spans(owner: Person, *, start: datetime, end: datetime) -> list[Span]:
    """Give each version that holds within a time, with its moments cut to `end`."""
    rows = list(Treatment.objects.standing().filter(owner=owner, from_at__lt=end))
    spans = [(row, row.from_at, later.from_at) for row, later in pairwise(rows)]
    if rows:
        spans.append((rows[-1], rows[-1].from_at, end))
    return [span for span in spans if span[1] < span[2] and span[2] > start]


def _due(treatment: Treatment, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[DueDose]:
    oral = treatment.to_regimen().oral
    if oral is None or start >= end:
        return
    # A day on either side covers what a change of the clocks can move.
    start, end = start.astimezone(UTC), end.astimezone(UTC)  # walls cannot be compared at night
    first = (start.astimezone(zone).date() - treatment.day_one).days - 1
    last = (end.astimezone(zone).date() - treatment.day_one).days + 2
    given = oral.administrations(max(0, first) * MINUTES_PER_DAY, max(0, last) * MINUTES_PER_DAY)
    for one in given:
        wall, at = _on_the_wall(treatment.day_one, one.start_min, zone)
        if start <= at.astimezone(UTC) < end:
            yield DueDose(
                at=at,
                amount_mcg=one.dose.amount.in_mcg,
                words=dose_words(one),
                route=Route.ORAL,
                key=f"oral:{wall:%Y-%m-%dT%H:%M}",
            )


def _on_the_wall(day_one: date, minute: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give what the wall was meant to show, and the moment at which that is."""
    days, minute_of_day = divmod(minute, MINUTES_PER_DAY)
    hour, minutes = divmod(minute_of_day, 60)
    wall = datetime.combine(day_one + timedelta(days=days), time(hour, minutes), tzinfo=zone)
    return wall, wall.astimezone(UTC).astimezone(zone)


def dose_words(given: Administration) -> str:
    """Say a dose that is swallowed: its amount, and what it is."""
    dose = given.dose
    form = dose.formulation
    food = " with food" if given.with_food else ""
    if form is not None and form.mg_per_ml is not None:
        volume = (dose.amount.in_mg / form.mg_per_ml).normalize()
        return f"{volume:f} mL ({dose.text}) liquid{food}"
    return f"{dose.text} {'granules' if form is Formulation.GRANULES else 'tablet'}{food}"


def _largest_daily(owner: Person, filled_on: date | None) -> Mass:
    """Give the largest daily dose of the pump in every version since a filling."""
    rows = list(Treatment.objects.standing().filter(owner=owner))
    filled = None if filled_on is None else datetime.combine(filled_on, time(), tzinfo=owner.zone)
    later = [*(row.from_at for row in rows[1:]), None][: len(rows)]
    held = [
        row
        for row, until in zip(rows, later, strict=True)
        if not row.is_ended and (until is None or (filled is not None and until > filled))
    ]
    pumps = [pump for row in held if (pump := row.to_regimen().pump) is not None]
    return max((step.mass_a_day for pump in pumps for step in pump.steps), default=ZERO)


def _refill(told: PumpDetails, daily: Mass) -> Refill | None:
    if told.filled_ml is None or not daily:
        return None
    volumes = device(
        reservoir_ml=told.reservoir_ml,
        alarm_ml=told.alarm_ml,
        tubing_ml=told.tubing_ml,
        catheter_ml=told.catheter_ml,
    )
    return refill(
        volumes,
        filled_ml=told.filled_ml,
        daily=daily,
        mcg_per_ml=told.mcg_per_ml,
        evidence=evidence(),
    )


def _or(told: Decimal | int | None, usual: float) -> float:
    return usual if told is None else float(told)


def _days(since: date, on: date) -> int:
    day = on.date() if isinstance(on, datetime) else on
    return (day - since).days
