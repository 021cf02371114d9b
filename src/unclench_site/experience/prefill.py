"""What the plans and the diary know already, as a first answer that the person may change."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from unclench.therapy import Symptom
from unclench_site.accounts.models import Person
from unclench_site.diary.kinds import Kind
from unclench_site.diary.models import Entry
from unclench_site.experience.words import Effect, SideEffect, Way
from unclench_site.plans import intake
from unclench_site.plans.models import Treatment

LOOK_BACK: Final = timedelta(days=90)
MEANS: Final = {
    Symptom.DROWSY.value: SideEffect.DROWSINESS,
    Symptom.DIZZY.value: SideEffect.DIZZINESS,
    Symptom.LIMP.value: SideEffect.WEAKNESS,
    Symptom.CONFUSION.value: SideEffect.CONFUSION,
}
"""Symptoms of the diary that the report asks for too."""


def from_diary(owner: Person, way: Way, *, at: datetime) -> dict[str, Any]:
    """Give the first answers for a form: the dose, the start, the goals, the side effects.

    Five queries, however long the diary. How well it works is for the person to say.
    """
    treatments = list(Treatment.objects.standing().filter(owner=owner, from_at__lte=at))
    of_way = [one for one in treatments if is_of(one, way)]
    details = intake.health_details(owner)
    found: dict[str, Any] = {}
    if of_way:
        found["regimen"] = last_part(of_way[-1], way)
        found["started_on"] = of_way[0].day_one
        if treatments[-1] is not of_way[-1]:
            after = treatments[treatments.index(of_way[-1]) + 1]
            found["stopped_on"] = after.from_at.astimezone(owner.zone).date()
    if details is not None:
        if details.since_on and way == Way.ORAL:
            found["started_on"] = details.since_on
        found |= {f"goal-{goal}": Effect.EARLY.value for goal in details.goals}
    if effects := side_effects(owner, at=at):
        found["side_effects"] = effects
    return found


def is_of(treatment: Treatment, way: Way) -> bool:
    """Whether a treatment goes this way."""
    if treatment.is_ended:
        return False
    regimen = treatment.to_regimen()
    return (regimen.oral if way == Way.ORAL else regimen.pump) is not None


def last_part(treatment: Treatment, way: Way) -> str:
    """Give the regimen of one way in our language."""
    whole = treatment.to_regimen()
    parts = treatment.regimen.split(" + ")
    if len(parts) == 1 or (whole.oral is None) != (whole.pump is None):
        return treatment.regimen
    wants_pump = way == Way.PUMP
    return next((one for one in parts if one.startswith("pump") == wants_pump), "")


def side_effects(owner: Person, *, at: datetime) -> list[str]:
    """Give the side effects of the last three months that the report asks for too."""
    logged = Entry.objects.standing().filter(owner=owner, happened_at__gte=at - LOOK_BACK)
    kinds = (
        logged.filter(kind__in=[Kind.SIDE_EFFECT, Kind.WEAKNESS])
        .values_list("kind", "what")
        .distinct()
    )
    found = {
        SideEffect.WEAKNESS if kind == Kind.WEAKNESS else MEANS.get(what) for kind, what in kinds
    }
    return [one.value for one in SideEffect if one in found]
