"""Some days of a diary in the terms of the science: what was taken, counted and felt, and when.

Time is minutes on the person's own wall clock since the first midnight. A dose that was due and
that nobody marked counts as taken when it was due: the page says how many there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final, final
from zoneinfo import ZoneInfo

from unclench.inference import Count, Diary, Earlier, Rating
from unclench.regimen import (
    MINUTES_PER_DAY,
    Administration,
    OralRegimen,
    OralStep,
    PumpProgram,
    PumpStep,
    Regimen,
)
from unclench.units import ZERO, Mass, mcg
from unclench_site.accounts.models import Person
from unclench_site.diary.days import DAY, bounds, midnight, wall_min
from unclench_site.diary.kinds import Kind
from unclench_site.diary.models import Entry
from unclench_site.plans.intake import DueDose, due_doses
from unclench_site.plans.models import Treatment

QUARTER_MIN: Final = MINUTES_PER_DAY // 4
MOST_A_DAY: Final = 48
Taken = tuple[int, Decimal]
"""A minute, and the micrograms that were swallowed then."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """Some days as they were lived.

    Attributes:
        first: The first day.
        days: How many.
        zone: The zone in which the days are told apart.
        entries: What stands in the diary, newest first.
        due: The doses that were or are to be swallowed.
        taken: What was swallowed, or was to be and is not marked, in order of time.
        unmarked: How many doses were due and are marked neither way.
        skipped: How many were skipped.
        treatments: What was taken by plan, oldest first.
        marked: The entry of each intake that is marked, by its due key.
    """

    first: date
    days: int
    zone: ZoneInfo
    entries: tuple[Entry, ...]
    due: tuple[DueDose, ...]
    taken: tuple[Taken, ...]
    unmarked: int
    skipped: int
    treatments: tuple[Treatment, ...]
    marked: Mapping[str, Entry]

    def day(self, index: int) -> date:
        """The date of a day, 0 for the first."""
        return self.first + index * DAY

    def minute(self, moment: datetime) -> int:
        """A moment in minutes since the first midnight."""
        return wall_min(moment, zone=self.zone, first=self.first)

    @property
    def spasms(self) -> tuple[int, ...]:
        """When spasms were logged, in minutes, in order of time."""
        return tuple(sorted(self.minute(one.happened_at) for one in self.entries if one.is_spasm))

    @property
    def counted(self) -> frozenset[int]:
        """The days on which spasms were counted: one was logged, or that there was none."""
        about = (one for one in self.entries if one.kind == Kind.SPASM)
        return frozenset(self.minute(one.happened_at) // MINUTES_PER_DAY for one in about)

    @property
    def is_treated(self) -> bool:
        """Whether anything was taken, or is by plan."""
        return bool(self.taken) or any(not one.is_ended for one in self.treatments)

    def ratings(self, kind: Kind) -> tuple[Rating, ...]:
        """What was felt on a scale from 0 to 10; of two at one minute, the one logged last."""
        felt = {
            self.minute(one.happened_at): one.value
            for one in reversed(self.entries)
            if one.kind == kind and one.value is not None
        }
        return tuple(Rating(at_min, score) for at_min, score in sorted(felt.items()))

    def to_regimen(self) -> Regimen:
        """What was taken, day by day, as the model reads it."""
        steps = [OralStep(times=self._swallowed(index), days=1) for index in range(self.days)]
        return Regimen(oral=OralRegimen(steps=tuple(steps)), pump=self._pump())

    def to_diary(self) -> Diary:
        """The same for the personal answer."""
        given = self.to_regimen().administrations(self.days * MINUTES_PER_DAY)
        return Diary(
            days=self.days,
            taken=given,
            counts=self._counts(),
            drowsiness=self.ratings(Kind.SLEEPINESS),
            stiffness=self.ratings(Kind.RATING),
            earlier=self._earlier(),
        )

    def _swallowed(self, index: int) -> tuple[tuple[int, Mass], ...]:
        """The doses of one day; what was taken in one minute is one dose."""
        start = index * MINUTES_PER_DAY
        doses: dict[int, Mass] = {}
        for at_min, amount in self.taken:
            if start <= at_min < start + MINUTES_PER_DAY:
                doses[at_min - start] = doses.get(at_min - start, ZERO) + mcg(amount)
        return tuple(sorted(doses.items())[:MOST_A_DAY])

    def _pump(self) -> PumpProgram | None:
        steps = [
            _pump_day(self._treatment_on(index), self.day(index)) for index in range(self.days)
        ]
        return PumpProgram(tuple(steps)) if any(step.mass_a_day for step in steps) else None

    def _treatment_on(self, index: int) -> Treatment | None:
        """The version that holds at the end of a day."""
        end = midnight(self.day(index) + DAY, self.zone)
        return next((one for one in reversed(self.treatments) if one.from_at < end), None)

    def _counts(self) -> tuple[Count, ...]:
        """The spasms of each quarter of each day on which they were counted."""
        per = [0] * (4 * self.days)
        for at_min in self.spasms:
            per[at_min // QUARTER_MIN] += 1
        return tuple(
            Count(quarter * QUARTER_MIN, (quarter + 1) * QUARTER_MIN, per[quarter])
            for day in sorted(self.counted)
            for quarter in range(4 * day, 4 * day + 4)
        )

    def _earlier(self) -> Earlier | None:
        """What the plan said before the first day, and for how long; None where it says nothing."""
        start = midnight(self.first, self.zone)
        held = next((one for one in reversed(self.treatments) if one.from_at < start), None)
        if held is None or held.is_ended:
            return None
        begun = held.from_at.astimezone(self.zone).date()
        return Earlier(held.to_regimen(), min(365, max(1, (self.first - begun).days)))


def lived(owner: Person, *, first: date, last: date, at: datetime) -> Lived:
    """Give some days of a diary; three queries, whatever their number.

    Args:
        owner: Whose diary.
        first: The first day.
        last: The last day.
        at: Now: what is due later is drawn as planned.
    """
    zone = owner.zone
    start, end = bounds(first, last, zone)
    near = timedelta(hours=12)
    found = Entry.objects.filter(owner=owner).standing().between(start - near, end + near)
    around = tuple(found.newest_first())
    treatments = tuple(Treatment.objects.standing().filter(owner=owner, from_at__lt=end))
    due = due_doses(owner, start=start, end=end) if treatments else ()
    entries = tuple(one for one in around if start <= one.happened_at < end)
    marked = {one.due_key: one for one in around if one.due_key}
    unmarked = [dose for dose in due if dose.key not in marked]
    swallowed = [one for one in entries if one.kind == Kind.DOSE_TAKEN and one.amount_mcg]
    taken = [
        *((one.happened_at, one.amount_mcg or Decimal(0)) for one in swallowed),
        *((dose.at, dose.amount_mcg) for dose in unmarked),
    ]
    return Lived(
        first=first,
        days=(last - first).days + 1,
        zone=zone,
        entries=entries,
        due=due,
        taken=tuple(
            sorted((wall_min(when, zone=zone, first=first), amount) for when, amount in taken)
        ),
        unmarked=sum(dose.at < at for dose in unmarked),
        skipped=sum(one.kind == Kind.DOSE_SKIPPED for one in entries),
        treatments=treatments,
        marked=MappingProxyType(marked),
    )


def _pump_day(treatment: Treatment | None, day: date) -> PumpStep:
    """What the pump gives on one day."""
    off = PumpStep(segments=((0, ZERO),), days=1)
    if treatment is None or treatment.is_ended or day < treatment.day_one:
        return off
    pump = treatment.to_regimen().pump
    if pump is None:
        return off
    start = (day - treatment.day_one).days * MINUTES_PER_DAY
    given = pump.administrations(start, start + MINUTES_PER_DAY)
    boluses = tuple(
        (one.start_min - start, one.dose.amount) for one in given if not one.duration_min
    )
    return PumpStep(segments=_rates(given, start), boluses=boluses, days=1)


def _rates(given: Sequence[Administration], start: int) -> tuple[tuple[int, Mass], ...]:
    """The daily rate from each minute of a day at which it changes."""
    rates: dict[int, Mass] = {0: ZERO}
    for one in given:
        if one.duration_min:
            rates[one.start_min - start] = one.dose.amount * MINUTES_PER_DAY / one.duration_min
            if one.end_min - start < MINUTES_PER_DAY:
                rates.setdefault(one.end_min - start, ZERO)
    return tuple(sorted(rates.items()))
