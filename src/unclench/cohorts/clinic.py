"""Weeks and months of treatment for many people, visit by visit.

Levels are linear in the dose and settle within days, so the days before a visit on a unit of dose
(`unclench.cohorts.taking`) serve every dose of a pattern. The slow states (tolerance, adaptation,
the easing of drowsiness) are stepped over the days between visits with the mean dimming of a day.

A `Policy` sees a `Seen` and nothing else: ratings, an examination, complaints.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from unclench.cohorts.crowd import Crowd
from unclench.cohorts.taking import Given, Levels
from unclench.pharmacology.response import penn_score

__all__ = [
    "Attended",
    "Day",
    "Goal",
    "Policy",
    "Seen",
    "Slow",
    "attend",
    "live",
]

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

HOURS_A_DAY: Final = 24.0
LONGEST_STEP_DAYS: Final = 10.0
"""Tolerance is followed in steps no longer than this."""
WORST_RATING: Final = 10.0


@final
@dataclass(frozen=True, slots=True, eq=False)
class Slow:
    """What moves over weeks, (people,): tolerance, adaptation of the cord, eased drowsiness."""

    tolerance: Array
    adaptation: Array
    eased: Array

    @classmethod
    def fresh(cls, people: int) -> Slow:
        """Give people who have never had the drug."""
        return cls(np.zeros(people), np.zeros(people), np.zeros(people))


@final
@dataclass(frozen=True, slots=True, eq=False)
class Day:
    """What a day is like, each (people,).

    Args:
        spasms: Spasms as a share of those without treatment.
        tone: The drive of tone as a share of that without treatment.
        drowsy: Drowsiness at its worst hour, 0 to 1.
        drowsiest: The same on the first day of this dose, before it eased.
        weak: Weakness at its worst hour, 0 to 1.
        confusion_per_day: Hazard of confusion.
    """

    spasms: Array
    tone: Array
    drowsy: Array
    drowsiest: Array
    weak: Array
    confusion_per_day: Array


def live(
    people: Crowd, given: Levels, dose: Array, before: Slow, *, days: float
) -> tuple[Day, Slow]:
    """Give the last day of some days on a dose, and the slow states at its end.

    Args:
        people: Who.
        given: Their days on one unit.
        dose: Units a day, (people,).
        before: Slow states at the start.
        days: How many days.
    """
    cord, brain = given.cord_ng_per_ml * dose, given.brain_ng_per_ml * dose
    hill, emax = people["hill"], people["emax"]
    steps = max(1, int(np.ceil(days / LONGEST_STEP_DAYS))) if given.pump else 1
    tolerance, adaptation = before.tolerance, before.adaptation
    hours = HOURS_A_DAY * days / steps
    spasm = _dimmed(cord, people["ec50_spasm"] * (1.0 + tolerance), hill)
    for _ in range(steps):
        if given.pump:
            limit = people["tolerance_limit"] * spasm.mean(axis=0)
            tolerance = _drawn(tolerance, limit, hours, people["tolerance_h"])
            spasm = _dimmed(cord, people["ec50_spasm"] * (1.0 + tolerance), hill)
        adaptation = _drawn(adaptation, spasm.mean(axis=0), hours, people["adaptation_h"])
    tone = _dimmed(cord, people["ec50_tone"] * (1.0 + tolerance), hill)
    risen = 1.0 + people["rebound_gain"] * np.maximum(0.0, adaptation - spasm)
    drive = (1.0 - emax * tone) * risen
    felt = _dimmed(brain, people["brain_ec50"], people["brain_hill"])
    eased = _drawn(before.eased, felt.mean(axis=0), HOURS_A_DAY * days, people["drowsiness_h"])
    worst, share = given.worst(felt), people["drowsiness_share"]
    need = people["standing_need"]
    short = given.worst(np.maximum(0.0, need - drive)) / np.where(need > 0.0, need, 1.0)
    day = Day(
        spasms=((1.0 - emax * spasm) ** people["spasm_gain"] * risen).mean(axis=0),
        tone=drive.mean(axis=0),
        drowsy=np.maximum(0.0, worst - share * eased),
        drowsiest=np.maximum(0.0, worst - share * before.eased),
        weak=short,
        confusion_per_day=_confusion(people, brain),
    )
    return day, Slow(tolerance, adaptation, eased)


def _dimmed(level: Array, ec50: Array, hill: Array) -> Array:
    power = np.exp(hill * np.log(np.maximum(level, 1e-12) / ec50))
    share: Array = power / (1.0 + power)
    return share


def _drawn(state: Array, to: Array, hours: float, time_constant_h: Array) -> Array:
    moved: Array = to + (state - to) * np.exp(-hours / time_constant_h)
    return moved


def _confusion(people: Crowd, brain: Array) -> Array:
    relative = brain / people["confusion_ng_per_ml"]
    hazard = people["confusion_per_h"] * relative ** people["confusion_power"]
    per_day: Array = HOURS_A_DAY * (people["confusion_baseline_per_h"] + hazard.mean(axis=0))
    return per_day


@final
@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What is visible at one visit, each (people,): the only thing that a policy may look at.

    Args:
        relief: Fall of the person's own 0 to 10 rating, as a share of the rating before.
        ashworth: The examination, 1 to 5.
        drowsy: Whether the person complains of drowsiness.
        weak: Whether the person complains of weakness.
    """

    relief: Array
    ashworth: Array
    drowsy: Bools
    weak: Bools


@final
class Goal(StrEnum):
    """When a dose is high enough."""

    RELIEF = "relief"
    """The person's own rating has fallen by a share."""
    ASHWORTH = "ashworth"
    """The examination is at or below a score."""
    DOSE = "dose"
    """Never before the planned dose is reached."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a dose is found: up until the goal, down at a complaint.

    Args:
        start: The first dose, units a day.
        most: The highest dose.
        rise: Units by which it rises at a visit.
        rise_share: Share of the dose by which it rises, in place of units.
        goal: What ends the rise.
        goal_value: The share or score that counts as the goal.
        lowers: Whether a complaint lowers the dose; otherwise it stays as planned.
        stops_after: At which complaint a person stops; 0 for never.
        stops_unless_goal: Whether a person also stops who has complained and misses the goal at a
            later visit: no dose both helps and is borne.
        last_rise_day: The dose is not raised after this day.
    """

    start: float
    most: float
    rise: float = 0.0
    rise_share: float = 0.0
    goal: Goal = Goal.DOSE
    goal_value: float = 0.0
    lowers: bool = False
    stops_after: int = 0
    stops_unless_goal: bool = False
    last_rise_day: float = np.inf

    def decide(self, seen: Seen, dose: Array, lowered: Bools, *, day: float) -> Array:
        """Give the next dose from what is visible and what was done before.

        Args:
            seen: What is visible.
            dose: Today's dose, units a day, (people,).
            lowered: Who had the dose lowered before and is not raised again.
            day: Days since the start.

        Example:
            >>> seen = Seen(np.array([0.0, 0.5]), np.ones(2), np.zeros(2, bool), np.zeros(2, bool))
            >>> policy = Policy(start=15, most=60, rise=15, goal=Goal.RELIEF, goal_value=0.3)
            >>> policy.decide(seen, np.array([15.0, 15.0]), np.zeros(2, bool), day=7)
            array([30., 15.])
        """
        step = self.rise + self.rise_share * dose
        wanting = self.wanting(seen)
        complains = (seen.drowsy | seen.weak) & self.lowers
        up = wanting & ~complains & ~lowered & (day <= self.last_rise_day)
        lower = np.maximum(dose - step, min(self.start, self.most))
        after = np.where(up, np.minimum(dose + step, self.most), dose)
        return np.where(complains & (dose > lower), lower, after)

    def wanting(self, seen: Seen) -> Bools:
        """Give who has not reached the goal, (people,)."""
        match self.goal:
            case Goal.RELIEF:
                missed: Bools = seen.relief < self.goal_value
            case Goal.ASHWORTH:
                missed = seen.ashworth > self.goal_value
            case _:
                missed = np.ones(seen.relief.shape, np.bool_)
        return missed

    def leaves(self, seen: Seen, complaints: Array, *, complains: Bools, borne: Bools) -> Bools:
        """Give who stops at a visit, from what is visible and was said before, (people,).

        Args:
            seen: What is visible.
            complaints: How often each has complained, today included.
            complains: Who complains today.
            borne: Who has never complained before today.
        """
        never = np.zeros(complains.shape, np.bool_)
        often = complains & (complaints >= self.stops_after) if self.stops_after else never
        vain = ~borne & self.wanting(seen) if self.stops_unless_goal else never
        stops: Bools = often | vain
        return stops


@final
@dataclass(frozen=True, slots=True, eq=False)
class Attended:
    """What came of it, visit by visit; each array is (visits, people) but for the last three.

    Args:
        days: Days of the visits since the start, (visits,).
        dose: The dose on which each visit found the person; 0 after stopping.
        spasms: Spasms as a share of those without treatment, by the drug alone.
        tone: Tone the same way.
        ashworth: The score by the drug alone, 1 to 5.
        penn: The Penn score by the drug alone.
        relief: What the person reports, as a share, placebo and noise within.
        points: The same in points of the 0 to 10 rating.
        drowsiest: The worst drowsiness since the visit before.
        drowsy: Drowsiness on the day of the visit.
        weak: Weakness on the day of the visit.
        confusion: Cumulative hazard of confusion until the visit.
        stopped_day: When each person stopped; infinite where not.
        for_weakness: Who stopped for weakness.
        for_drowsiness: Who stopped for drowsiness.
    """

    days: Array
    dose: Array
    spasms: Array
    tone: Array
    ashworth: Array
    penn: Array
    relief: Array
    points: Array
    drowsiest: Array
    drowsy: Array
    weak: Array
    confusion: Array
    stopped_day: Array
    for_weakness: Bools
    for_drowsiness: Bools


def attend(
    people: Crowd,
    given: Given,
    policy: Policy,
    days: Sequence[float],
    *,
    placebo: bool,
    purpose: str = "visit",
    fixed_dose: Array | None = None,
) -> Attended:
    """Take people through their visits.

    Args:
        people: Who; the same people in every arm share body, placebo response and noise.
        given: Their days on one unit.
        policy: How their dose is found.
        days: Days of the visits, rising, above 0.
        placebo: Whether a treatment that is none also relieves; it never enters the drug's effect.
        purpose: Names the noise of the visits.
        fixed_dose: A first dose for each person, in place of the policy's, (people,).
    """
    count = people.people
    dose = np.full(count, policy.start) if fixed_dose is None else fixed_dose.copy()
    slow, lowered = Slow.fresh(count), np.zeros(count, np.bool_)
    complaints, cumulative = np.zeros(count), np.zeros(count)
    stopped, reason = np.full(count, np.inf), np.zeros((2, count), np.bool_)
    blamed = np.zeros((2, count), np.bool_)
    first = np.maximum(_rated(people, people.stiffness, f"{purpose} 0"), 1.0)
    rows: list[tuple[Array, ...]] = []
    before = 0.0
    for number, today in enumerate(days, start=1):
        day, slow = live(people, given.before(today), dose, slow, days=today - before)
        cumulative = cumulative + day.confusion_per_day * (today - before)
        seen, penn, ashworth = _look(people, day, first, f"{purpose} {number}", placebo)
        rows.append(
            (dose, day.spasms, day.tone, ashworth, penn, seen.relief, seen.relief * first,
             day.drowsiest, day.drowsy, day.weak, cumulative)
        )  # fmt: skip
        complains = (seen.drowsy | seen.weak) & (dose > 0.0)
        borne, complaints = complaints == 0, complaints + complains
        blamed = np.where(complains, np.array([seen.weak, ~seen.weak]), blamed)
        leaves = policy.leaves(seen, complaints, complains=complains, borne=borne)
        leaves &= np.isinf(stopped)
        stopped = np.where(leaves, today, stopped)
        reason |= leaves & blamed
        after = policy.decide(seen, dose, lowered, day=today)
        lowered |= after < dose
        dose = np.where(np.isinf(stopped) & (dose > 0.0), after, 0.0)
        before = today
    columns: list[Any] = [np.array(column) for column in zip(*rows, strict=True)]
    columns += [stopped, reason[0], reason[1]]
    return Attended(np.asarray(days, np.float64), *columns)


def _look(
    people: Crowd, day: Day, first: Array, purpose: str, placebo: bool
) -> tuple[Seen, Array, Array]:
    """Give what a visit shows, and the Penn and Ashworth scores by the drug alone."""
    ashworth = np.minimum(1.0 + (people["ashworth"] - 1.0) * day.tone, 5.0)
    penn = penn_score(people["spasms_per_h"] * day.spasms)
    now = people.stiffness * day.tone - (people.placebo if placebo else 0.0)
    relief = 1.0 - _rated(people, now, purpose) / first
    examined = ashworth + people.ashworth_sd * people.normal(f"{purpose} examined")
    seen = Seen(
        relief=relief,
        ashworth=np.clip(examined, 1.0, 5.0),
        drowsy=day.drowsy > people.drowsy_from,
        weak=day.weak > people.weak_from,
    )
    return seen, penn, ashworth


def _rated(people: Crowd, score: Array, purpose: str) -> Array:
    rating: Array = np.clip(score + people.rating_sd * people.normal(purpose), 0.0, WORST_RATING)
    return rating
