"""What a pattern of doses brings to cord and brain: a day at rest, or days as people take them.

Levels are linear in the dose, so they are solved once, exactly, on one unit of dose a day. With
every dose on time one day at rest serves every visit. Where doses are missed, late or doubled, the
days before each visit are lived one by one: the same person misses the same dose of a plan in a
cohort and in a trial.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol, final

import numpy as np
from numpy.typing import NDArray

from unclench.cohorts.adherence import Adherence, book_late, taken
from unclench.cohorts.courses import simulate_people
from unclench.cohorts.crowd import Crowd
from unclench.pharmacology.absorption import inputs
from unclench.pharmacology.people import courses, of_all
from unclench.pharmacology.timetable import timetable
from unclench.regimen import MINUTES_PER_DAY, Regimen, parse

__all__ = ["Given", "Levels", "LivedDays", "levels", "taken_levels"]

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

HOURS: Final = 24
REST_DAYS: Final = 6
"""After this many days on one dose, levels repeat from day to day."""
LOOKED_AT_DAYS: Final = 3
"""How many days before a visit are looked at, where no day is like the next."""
RUN_IN_DAYS: Final = 4
"""Days of tablets lived before those; what is left of earlier ones no longer counts."""
SITES: Final = ("cord_lumbar_ng_per_ml", "brain_ng_per_ml")


@final
@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Some days on one unit of dose a day (mg or pumped micrograms), (hours, people).

    `awake` says at which of these hours drowsiness and weakness are felt, (hours,); there are
    whole days of them, or one value for a pump, under which all hours are alike.
    """

    cord_ng_per_ml: Array
    brain_ng_per_ml: Array
    pump: bool
    awake: Bools

    def before(self, day: float) -> Levels:
        """Give the levels before a visit: always these."""
        return self

    def worst(self, values: Array) -> Array:
        """Give the mean over days of their highest waking value, (people,)."""
        days = max(1, values.shape[0] // HOURS)
        waking = np.where(self.awake[:, None], values, -np.inf)
        highest: Array = waking.reshape(days, -1, values.shape[1]).max(axis=1).mean(axis=0)
        return highest


class Given(Protocol):
    """What people are given: it knows their levels before each visit."""

    def before(self, day: float) -> Levels:
        """Give the levels of the days before a visit."""


def levels(people: Crowd, pattern: str, *, awake_from_h: int = 0) -> Levels:
    """Give a day at rest on a pattern, every dose on time, for one unit of dose a day.

    Args:
        people: Whose bodies.
        pattern: A regimen, such as "20 mg three times a day" or "pump 100 micrograms/day".
        awake_from_h: Hour of the day until which people sleep, from midnight on.
    """
    plan = parse(pattern)
    pump = plan.oral is None
    swallowed, pumped = plan.daily_mass(1)
    units = float(pumped.in_mcg) if pump else float(swallowed.in_mg)
    made = simulate_people(
        people.bodies,
        plan,
        days=REST_DAYS,
        step_min=60,
        channels=SITES,
        from_day=REST_DAYS,
    )
    hours = slice(-1, None) if pump else slice(1, None)
    cord, brain = (np.maximum(made[site][hours], 0.0) / units for site in SITES)
    awake = np.ones(1, np.bool_) if pump else _awake(1, awake_from_h)
    return Levels(cord, brain, pump, awake)


def taken_levels(
    people: Crowd, pattern: str, adherence: Adherence, *, awake_from_h: int = 0
) -> Levels | LivedDays:
    """Give what people have of a pattern as they take it; a pump runs whatever they do.

    Args:
        people: Whose bodies.
        pattern: A regimen that is the same on every day.
        adherence: How tablets are taken.
        awake_from_h: Hour of the day until which people sleep, from midnight on.
    """
    plan = parse(pattern)
    if adherence.perfect or plan.oral is None:
        return levels(people, pattern, awake_from_h=awake_from_h)
    return LivedDays(people=people, plan=plan, adherence=adherence, awake_from_h=awake_from_h)


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LivedDays:
    """Tablets as people take them: each visit sees the days before it, dose by dose.

    Args:
        people: Whose bodies.
        plan: What they should take, the same on every day.
        adherence: How they take it.
        awake_from_h: Hour of the day until which they sleep.
    """

    people: Crowd
    plan: Regimen
    adherence: Adherence
    awake_from_h: int

    def before(self, day: float) -> Levels:
        """Give the levels of the last days before a visit, at most three."""
        end = max(1, int(np.ceil(day)))
        shown = min(LOOKED_AT_DAYS, end)
        start = max(0, end - shown - RUN_IN_DAYS)
        swallowed, _ = self.plan.daily_mass(1)
        cord, brain = self._lived(start, end - start) / float(swallowed.in_mg)
        hours = slice(-HOURS * shown, None)
        return Levels(cord[hours], brain[hours], False, _awake(shown, self.awake_from_h))

    def _lived(self, start: int, days: int) -> Array:
        """Give the levels at each hour of some days, (sites, hours, people)."""
        bodies, minutes = self.people.bodies, days * MINUTES_PER_DAY
        given = inputs(self.plan.administrations(minutes), tip_cm=bodies.kinetics.tip_cm)
        booked, which = book_late(given, self.adherence)
        took = taken(
            self.adherence,
            [dose.at_min for dose in given.swallowed],
            which,
            seed=bodies.seed,
            first=bodies.first,
            people=bodies.people,
            first_dose=start * len(given.swallowed) // days,
            first_day=start,
        )
        made = courses(
            bodies.table,
            timetable(booked, minutes=minutes, step_min=60),
            channels=SITES,
            taken=took,
        )
        hourly = [of_all(one, bodies.people)[1:] for one in made]
        return np.maximum(np.array(hourly), 0.0)


def _awake(days: int, from_h: int) -> Bools:
    return np.tile(np.arange(1, HOURS + 1) > from_h, days)
