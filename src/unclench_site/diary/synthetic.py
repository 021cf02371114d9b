"""A diary that nobody wrote: drawn from the model, from a seed, for the demonstration member.

Each day is drawn from a stream of its own, so that the same day is the same however often and on
whichever day it is made, and each entry has a key of its own, so that it is made once.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, final

import numpy as np

from unclench.pharmacology.simulate import TimeCourse, simulate
from unclench_site.accounts.models import Person
from unclench_site.diary.days import DAY, bounds
from unclench_site.diary.kinds import Kind
from unclench_site.diary.lived import lived
from unclench_site.diary.models import Entry
from unclench_site.evidence import evidence
from unclench_site.plans.intake import DueDose, due_doses, patient_of

__all__ = ["write_diary"]

UNMARKED: Final = 0.05
SKIPPED: Final = 0.04
MEAN_DELAY_MIN: Final = 14.0
NOT_COUNTED: Final = 0.07
OVERDISPERSION: Final = 12.0
TIRED: Final = 2.0
NOISE: Final = 0.9


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One entry before it is written."""

    kind: Kind
    at: datetime
    number: int
    value: int | None = None
    amount_mcg: Decimal | None = None
    due_key: str = ""
    what: str = ""


def write_diary(owner: Person, *, first: date, at: datetime, seed: int) -> int:
    """Write what is missing of a synthetic diary up to a time, and give how many entries that is.

    Args:
        owner: The demonstration member, with a treatment.
        first: The first day.
        at: Now.
        seed: Which diary.
    """
    last = at.astimezone(owner.zone).date()
    start, end = bounds(first, last, owner.zone)
    due = due_doses(owner, start=start, end=min(at, end))
    made = _written(owner, _doses(due, seed), at)
    course = _course(owner, first, at)
    felt = (
        draft
        for index in range((last - first).days + 1)
        for draft in _felt(owner, course, first, index, seed=seed)
    )
    return made + _written(owner, felt, at)


def _doses(due: tuple[DueDose, ...], seed: int) -> Iterator[Draft]:
    for number, dose in enumerate(due):
        draw = _stream(seed, dose.at.date(), 1 + number % 16)
        chance = float(draw.random())
        if chance < UNMARKED:
            continue
        kind = Kind.DOSE_SKIPPED if chance < UNMARKED + SKIPPED else Kind.DOSE_TAKEN
        delay = timedelta(minutes=round(float(draw.exponential(MEAN_DELAY_MIN))))
        yield Draft(
            kind=kind,
            at=dose.at + delay,
            number=0,
            amount_mcg=dose.amount_mcg,
            due_key=dose.key,
        )


def _felt(
    owner: Person, course: TimeCourse, first: date, index: int, *, seed: int
) -> Iterator[Draft]:
    """Spasms and ratings of one day, as the model of that day has them."""
    day = first + index * DAY
    draw = _stream(seed, day, 0)
    hours = slice(24 * index, 24 * index + 24)
    busy = float(draw.gamma(OVERDISPERSION, 1 / OVERDISPERSION))
    counts = draw.poisson(busy * course.spasms_per_h[hours])
    strength = draw.integers(1, 4, size=int(counts.sum()))
    minutes = draw.integers(0, 60, size=int(counts.sum()))
    if draw.random() > NOT_COUNTED:
        moments = np.repeat(np.arange(24), counts) * 60 + minutes
        for number, (minute, value) in enumerate(zip(moments.tolist(), strength, strict=True)):
            told = int(value) if number % 3 else None
            yield _draft(owner, Kind.SPASM, day, minute, number, told)
        if not counts.sum():
            yield _draft(owner, Kind.SPASM, day, 22 * 60, 0, 0)
    sleepy = 10 * float(course.drowsiness[hours].max()) + TIRED
    stiff = 2.5 * (float(course.ashworth[hours].mean()) - 1)
    for kind, minute, mean in (
        (Kind.SLEEPINESS, 10 * 60 + 30, sleepy),
        (Kind.RATING, 21 * 60, stiff),
        (Kind.SLEEP, 7 * 60 + 30, 8 - stiff / 2),
    ):
        score = round(float(np.clip(mean + NOISE * draw.standard_normal(), 0, 10)))
        if draw.random() > 0.2:
            yield _draft(owner, kind, day, minute, 0, score)
    if draw.random() < 0.05:
        yield Draft(kind=Kind.SIDE_EFFECT, at=_moment(owner, day, 11 * 60), number=0, what="dizzy")


def _course(owner: Person, first: date, at: datetime) -> TimeCourse:
    """What the model says of the doses that are in the diary, hour by hour."""
    days = lived(owner, first=first, last=at.astimezone(owner.zone).date(), at=at)
    return simulate(
        patient_of(owner, at=at),
        days.to_regimen(),
        evidence=evidence(),
        days=days.days,
        step_min=60,
    )


def _draft(
    owner: Person, kind: Kind, day: date, minute: int, number: int, value: int | None
) -> Draft:
    return Draft(kind=kind, at=_moment(owner, day, minute), number=number, value=value)


def _moment(owner: Person, day: date, minute: int) -> datetime:
    clock = time(minute // 60, minute % 60)
    return datetime.combine(day, clock, tzinfo=owner.zone).astimezone(UTC)


def _stream(seed: int, day: date, purpose: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=[seed, 64 * day.toordinal() + purpose]))


def _written(owner: Person, drafts: Iterator[Draft], at: datetime) -> int:
    """Write the drafts that are past and are not there yet."""
    known = set(
        Entry.objects.filter(owner=owner, key__startswith="synthetic").values_list("key", flat=True)
    )
    entries = []
    for draft in drafts:
        day = draft.at.astimezone(owner.zone).date()
        name = draft.due_key or f"{draft.kind}:{day}:{draft.number}"
        key = f"synthetic:{name}"
        if key in known or draft.at > at:
            continue
        entry = Entry(
            owner=owner,
            public_id=uuid.uuid4(),
            kind=draft.kind,
            happened_at=draft.at,
            recorded_at=draft.at,
            zone=owner.time_zone,
            value=draft.value,
            amount_mcg=draft.amount_mcg,
            due_key=draft.due_key,
            what=draft.what,
            key=key,
        )
        entry.thread = entry.public_id
        entries.append(entry)
    Entry.objects.bulk_create(entries, batch_size=500)
    return len(entries)
