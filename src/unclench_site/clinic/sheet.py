"""What stands on the page for the clinic: one value from which page, PDF and data are all made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final, TypedDict

import numpy as np

from unclench.errors import InputError
from unclench.patient import Patient
from unclench.pharmacology import TimeCourse, simulate
from unclench.regimen import format as written
from unclench.therapy import FindingDict
from unclench.therapy.review import review
from unclench_site.accounts.models import Person
from unclench_site.clinic.models import Question
from unclench_site.diary.days import DAY, bounds
from unclench_site.diary.lived import lived
from unclench_site.diary.summary import (
    SpasmWeek,
    adherence,
    side_effects,
    spasms_by_hour,
    spasms_by_week,
)
from unclench_site.evidence import evidence
from unclench_site.plans.intake import (
    Pump,
    health_details,
    medicines_at,
    patient_of,
    pump_of,
    treatment_at,
    treatments_between,
)
from unclench_site.plans.models import HealthDetails, Treatment

SPANS: Final = (4, 8, 12)
LEAD_DAYS: Final = 14
"""Days before the span from which the model starts, so that the first day is not a beginning."""
STEP_MIN: Final = 30
PER_DAY: Final = 24 * 60 // STEP_MIN
FORMAT: Final = "unclench-clinic-page"
VERSION: Final = 1


class Line(TypedDict):
    """A name and what is told under it."""

    name: str
    words: str


class Hours(TypedDict):
    """Spasms in each of the 24 hours of a day, a counted day's mean, and what the model expects."""

    days: int
    logged: list[float]
    model: list[float]


class Week(TypedDict):
    """One week from Monday: spasms logged, days counted, and both means of a day, if there are."""

    monday: str
    words: str
    spasms: int
    days: int
    a_day: float | None
    model: float | None


class Sheet(TypedDict):
    """The whole page, as JSON holds it."""

    format: str
    version: int
    name: str
    made_at: str
    made_words: str
    zone: str
    weeks: int
    first: str
    last: str
    span_words: str
    now: list[Line]
    changes: list[Line]
    medicines: list[str]
    health: list[Line]
    pump: list[Line]
    goals: list[str]
    adherence: str
    hours: Hours
    weekly: list[Week]
    effects: list[Line]
    questions: list[str]
    findings: list[FindingDict]
    notes: list[str]


def gather(owner: Person, *, weeks: int, at: datetime) -> Sheet:
    """Give the page of a person: the last weeks up to and with today.

    Args:
        owner: Whose page.
        weeks: One of SPANS.
        at: Now.

    Raises:
        InputError: if the span is not one of SPANS.
    """
    if weeks not in SPANS:
        raise InputError(f"The page cannot hold {weeks!r} weeks.", expected="4, 8 or 12", hint="8")
    last = at.astimezone(owner.zone).date()
    first = last - timedelta(days=7 * weeks - 1)
    start, end = bounds(first, last, owner.zone)
    details, treatment = health_details(owner), treatment_at(owner, at=at)
    patient = patient_of(owner, at=at)
    counted = spasms_by_hour(owner, start=start, end=end)
    model = modelled(owner, patient, details, first=first, last=last, at=at)
    taken = adherence(owner, start=start, end=end, at=at)
    effects = side_effects(owner, start=start, end=end)
    return Sheet(
        format=FORMAT,
        version=VERSION,
        name=owner.name,
        made_at=at.isoformat(timespec="minutes"),
        made_words=f"{spoken(last)}, {at.astimezone(owner.zone):%H:%M}",
        zone=owner.time_zone,
        weeks=weeks,
        first=first.isoformat(),
        last=last.isoformat(),
        span_words=f"{spoken(first)} to {spoken(last)}",
        now=_now(treatment, owner),
        changes=_changes(treatments_between(owner, start=start, end=end), owner),
        medicines=list(medicines_at(owner, at=at)),
        health=_health(details),
        pump=_pump(pump_of(owner)),
        goals=details.goal_words if details else [],
        adherence=taken.words,
        hours=Hours(
            days=counted.days, logged=_rounded(counted.a_day), model=_rounded(by_hour(model))
        ),
        weekly=_weekly(spasms_by_week(owner, start=start, end=end), model, first=first),
        effects=[
            Line(
                name=one.words,
                words=f"{one.times} {'time' if one.times == 1 else 'times'}, "
                f"last on {spoken(one.last_at.astimezone(owner.zone).date())}",
            )
            for one in effects
        ],
        questions=list(Question.objects.filter(owner=owner).open().values_list("words", flat=True)),
        findings=_findings(patient, treatment),
        notes=_notes(taken.unmarked, counted.days, has_model=model is not None),
    )


# The model beside the diary.


def modelled(
    owner: Person,
    patient: Patient,
    details: HealthDetails | None,
    *,
    first: date,
    last: date,
    at: datetime,
) -> np.ndarray | None:
    """Spasms in an hour that the model expects of what was taken, (days, steps of a day).

    Nothing where the person has not said how many spasms they had without baclofen: a curve that
    stands beside their own count would then be somebody else's.
    """
    if details is None or "spasms_per_day" not in details.known:
        return None
    days = lived(owner, first=first - LEAD_DAYS * DAY, last=last, at=at)
    if not days.is_treated:
        return None
    course: TimeCourse = simulate(
        patient, days.to_regimen(), evidence=evidence(), days=days.days, step_min=STEP_MIN
    )
    rate = course.spasms_per_h[:-1].reshape(days.days, PER_DAY)
    return rate[LEAD_DAYS:]


def by_hour(model: np.ndarray | None) -> list[float]:
    """The mean of each hour of the day, 24 of them; none without a model."""
    if model is None:
        return []
    hours: list[float] = model.mean(axis=0).reshape(24, -1).mean(axis=1).tolist()
    return hours


def _weekly(weeks: Iterable[SpasmWeek], model: np.ndarray | None, *, first: date) -> list[Week]:
    per_day = None if model is None else 24 * model.mean(axis=1)
    found = []
    for one in weeks:
        since = max(0, (one.monday - first).days)
        until = (one.monday - first).days + 7
        part = None if per_day is None else per_day[since:until]
        expected = float(part.mean()) if part is not None and part.size else None
        found.append(
            Week(
                monday=one.monday.isoformat(),
                words=f"{one.monday.day} {one.monday:%B}",
                spasms=one.spasms,
                days=one.days,
                a_day=None if one.a_day is None else round(one.a_day, 2),
                model=None if expected is None else round(expected, 2),
            )
        )
    return found


# Words.


def spoken(day: date) -> str:
    """A day as people say it.

    Example:
        >>> spoken(date(2027, 1, 4))
        '4 January 2027'
    """
    return f"{day.day} {day:%B %Y}"


def _now(treatment: Treatment | None, owner: Person) -> list[Line]:
    if treatment is None:
        return [Line(name="Baclofen", words="none, or not told")]
    return [
        Line(name="Baclofen", words=written(treatment.to_regimen())),
        Line(name="Since", words=spoken(treatment.from_at.astimezone(owner.zone).date())),
    ]


def _changes(treatments: list[Treatment], owner: Person) -> list[Line]:
    return [
        Line(
            name=f"from {spoken(one.from_at.astimezone(owner.zone).date())}",
            words=written(one.to_regimen()),
        )
        for one in treatments
    ][-6:]


def _health(details: HealthDetails | None) -> list[Line]:
    if details is None:
        return []
    kidney = ""
    if details.kidney_value is not None and details.kidney_on is not None:
        kind = details.get_kidney_kind_display()
        kidney = f"{details.kidney_value.normalize():f} ({kind}) on {spoken(details.kidney_on)}"
    told = (
        ("Born in", "" if details.birth_year is None else str(details.birth_year)),
        ("Weight", "" if details.weight_kg is None else f"{details.weight_kg.normalize():f} kg"),
        ("Kidneys", kidney),
        (
            "Spasms a day without baclofen",
            "" if details.spasms_per_day is None else str(details.spasms_per_day),
        ),
        ("At their worst", details.worst_time_words),
        ("Known", "; ".join(details.condition_words)),
    )
    return [Line(name=name, words=words) for name, words in told if words]


def _pump(pump: Pump | None) -> list[Line]:
    if pump is None:
        return []
    told = (
        ("Pump", pump.details.model or "make and model not told"),
        (
            "Drug",
            f"{pump.details.drug}, {pump.details.mcg_per_ml.normalize():f} micrograms in 1 mL",
        ),
        ("Told to give", f"{pump.daily.text('micrograms')} a day" if pump.daily else ""),
        ("Refill by", "" if pump.refill_due_on is None else spoken(pump.refill_due_on)),
        (
            "Stops at the latest on",
            "" if pump.end_of_service_on is None else spoken(pump.end_of_service_on),
        ),
        ("Clinic", f"{pump.details.clinic_name} {pump.details.clinic_phone}".strip()),
    )
    return [Line(name=name, words=words) for name, words in told if words]


def _findings(patient: Patient, treatment: Treatment | None) -> list[FindingDict]:
    if treatment is None:
        return []
    found = review(patient, treatment.to_regimen(), evidence=evidence())
    return [one.as_dict() for one in found]


def _notes(unmarked: int, counted: int, *, has_model: bool) -> list[str]:
    about = (
        "What is logged was logged by the person. A day without an entry is not a day without "
        "spasms; means are over the days that were counted."
    )
    notes = [about]
    if not counted:
        notes.append("No spasms were counted in these weeks.")
    if has_model:
        notes.append(
            "The model's curve is what one would expect of what was taken, for a person with these "
            "details; a dose that is not marked counts as taken. People differ widely from it."
        )
        if unmarked:
            notes.append(f"{unmarked} doses were marked neither as taken nor as skipped.")
    return notes


def _rounded(values: Iterable[float]) -> list[float]:
    return [round(float(value), 3) for value in values]
