"""A made-up community, so that the page of a new site shows something; gone with one call.

Everybody in it is named "synthetic 001" and so on, cannot sign in, and says nothing that a person
said. The page says so while any of them is there.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from unclench.errors import InputError
from unclench_site.accounts.models import Consent, Person, Purpose, Role
from unclench_site.experience.freezing import freeze
from unclench_site.experience.models import Place, Reading, Report, Snapshot
from unclench_site.experience.words import (
    NO_SIDE_EFFECT,
    Again,
    Effect,
    Goal,
    Reason,
    SideEffect,
    Way,
)

NAME: Final = "synthetic"
NOBODY: Final = "!"
"""No password fits this, and Django's own word for "none" is longer."""
PEOPLE: Final = {Way.ORAL: 420, Way.PUMP: 160}
NEVER_JOIN: Final = 0.9
SCALE_DAYS: Final = {Way.ORAL: 317.0, Way.PUMP: 9000.0}
SHAPE: Final = {Way.ORAL: 0.55, Way.PUMP: 0.9}
DOSES: Final = {
    Way.ORAL: ("5 mg x3", "10 mg x3", "10 mg x3", "15 mg x3", "20 mg x3", "25 mg x3", "10 mg x2"),
    Way.PUMP: (
        "pump 90 micrograms/day",
        "pump 180 micrograms/day",
        "pump 240 micrograms/day",
        "pump 350 micrograms/day",
        "pump 600 micrograms/day",
    ),
}
OFTEN: Final = {
    SideEffect.DROWSINESS: (0.46, 0.2),
    SideEffect.WEAKNESS: (0.33, 0.22),
    SideEffect.FATIGUE: (0.3, 0.2),
    SideEffect.DIZZINESS: (0.2, 0.1),
    SideEffect.NAUSEA: (0.13, 0.03),
    SideEffect.CONSTIPATION: (0.12, 0.2),
    SideEffect.CONFUSION: (0.1, 0.03),
    SideEffect.HEADACHE: (0.1, 0.12),
    SideEffect.BLADDER: (0.1, 0.08),
    SideEffect.MOOD: (0.11, 0.05),
}
"""How often each is made up, with tablets and with a pump."""
WISHES: Final = (
    "That the sleepiness gets less after the first two weeks.",
    "To write down the times. I kept forgetting the one at noon.",
    "That being a little stiff was what kept me standing.",
    "To ask what to do when I miss one, before I missed one.",
    "That my legs would feel strange at first.",
    "That it is fine to say that it does not help.",
    "How far in advance to order the next packet.",
    "That nights were what it would help most.",
    "What the beep sounds like.",
    "That nobody at work would notice.",
    "To start on a quiet week.",
    "That the first refill is less bad than the wait for it.",
    "That I could ask for the liquid.",
    "Never to stop it from one day to the next.",
)


@transaction.atomic
def demonstrate(seed: int, *, at: datetime) -> Snapshot:
    """Make the made-up community and this week's snapshot of it; an earlier one is removed first.

    Args:
        seed: The same seed, the same community.
        at: Now.

    Raises:
        InputError: if figures of real people are there.
    """
    if not is_shown() and any(map(_counts_somebody, Snapshot.objects.values_list("private"))):
        raise InputError(
            "There are figures of real people here.", expected="a site without any yet"
        )
    forget()
    Snapshot.objects.all().delete()  # weeks in which nobody was counted
    chance = random.Random(seed)  # noqa: S311 - a made-up community guards no secret
    made = [_made_up(way, chance, at) for way, many in PEOPLE.items() for _ in range(many)]
    people = Person.objects.bulk_create(
        Person(name=f"{NAME} {number:03}", password=NOBODY, role=Role.MEMBER, joined_at=joined)
        for number, (joined, _) in enumerate(made, start=1)
    )
    Consent.objects.bulk_create(
        Consent(person=person, purpose=Purpose.COUNT, given=True, at=person.joined_at)
        for person in people
    )
    for person, (_, report) in zip(people, made, strict=True):
        report.owner = person
    reports = Report.objects.bulk_create(report for _, report in made)
    Reading.objects.bulk_create(
        Reading(report=report, shown=True, at=at) for report in reports if report.wish
    )
    return freeze(at=at)[0]


@transaction.atomic
def forget() -> int:
    """Remove the made-up people with their reports; give how many there were.

    The snapshots are removed with them, for none of their figures is about anybody.
    """
    people = Person.objects.filter(name__startswith=f"{NAME} ", password=NOBODY)
    found = people.count()
    if found:
        Snapshot.objects.all().delete()
        Place.objects.all().delete()
        people.delete()
    return found


def is_shown() -> bool:
    """Whether any of the made-up people is there."""
    return Person.objects.filter(name__startswith=f"{NAME} ", password=NOBODY).exists()


def _counts_somebody(private: tuple[dict[str, dict[str, int]]]) -> bool:
    return any(notes["batch"] for notes in private[0].values())


def _made_up(way: Way, chance: random.Random, at: datetime) -> tuple[datetime, Report]:
    """Make up when somebody joined, and their report; most who stopped before it never joined."""
    while True:
        joined = at - timedelta(days=chance.randint(40, 500))
        started = joined.date() + timedelta(days=round(chance.uniform(-1500, 200)))
        lasts = timedelta(days=round(chance.weibullvariate(SCALE_DAYS[way], SHAPE[way])))
        heard = min(
            at.date(), max(joined.date(), started) + timedelta(days=chance.randint(20, 450))
        )
        is_late = started + lasts < joined.date() and chance.random() < NEVER_JOIN
        if started < heard and not is_late:
            break
    stopped = started + lasts if started + lasts <= heard else None
    helps = chance.random() < (0.8 if way == Way.PUMP else 0.55)
    return joined, Report(
        way=way,
        recorded_at=at - timedelta(days=(at.date() - heard).days),
        started_on=started,
        regimen=chance.choice(DOSES[way]),
        effects=_effects(helps, chance),
        side_effects=_side_effects(way, chance),
        again=_again(helps, chance),
        wish=chance.choice(WISHES) if chance.random() < 0.06 else "",
        **_stop(stopped, helps, chance),
    )


def _effects(helps: bool, chance: random.Random) -> dict[str, str]:
    good = (Effect.MUCH, Effect.LITTLE, Effect.LITTLE, Effect.NONE)
    bad = (Effect.LITTLE, Effect.NONE, Effect.NONE, Effect.WORSE)
    often = {Goal.SPASMS: 0.8, Goal.STIFFNESS: 0.7, Goal.WALKING: 0.4, Goal.SLEEP: 0.45}
    return {
        goal.value: chance.choice(good if helps else bad).value
        for goal in Goal
        if chance.random() < often.get(goal, 0.25)
    }


def _side_effects(way: Way, chance: random.Random) -> list[str]:
    place = [Way.ORAL, Way.PUMP].index(way)
    found = [code.value for code, often in OFTEN.items() if chance.random() < often[place]]
    return found or [NO_SIDE_EFFECT]


def _again(helps: bool, chance: random.Random) -> str:
    yes, no = Again.YES.value, Again.NO.value
    return chance.choice([yes, yes, yes, Again.UNSURE.value, no] if helps else [yes, no, no])


def _stop(stopped: date | None, helps: bool, chance: random.Random) -> dict[str, object]:
    if stopped is None:
        return {}
    reasons = [Reason.UNWANTED, Reason.UNWANTED, Reason.NEED_PASSED, Reason.OTHER]
    more = [] if helps else [Reason.NO_RELIEF, Reason.NO_RELIEF]
    return {"stopped_on": stopped, "reason": chance.choice([*reasons, *more]).value}
