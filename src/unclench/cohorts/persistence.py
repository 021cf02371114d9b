"""How long people stay on tablets: reasons to stop that compete, from costs and perceived relief.

Each person stops at a rate that is the sum of four, times how readily this person stops at all:

    h(t) = f (a cost(t) + n lack(t) + p + o),     f = exp(s z)

cost is drowsiness and weakness while awake, 0 to 1 and more; lack is 1 where nothing is felt to be
better and 0 from clear relief on, placebo and noise within, as people cannot tell them apart. p is
a need that has passed, o is everything else. The five numbers are calibrated on two points of a
register and on an assumed mix of reasons: a rate that is fitted, not a mechanism that is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from unclench.cohorts.adherence import usual_adherence
from unclench.cohorts.clinic import Goal, Policy, attend
from unclench.cohorts.crowd import Crowd, crowd
from unclench.cohorts.taking import taken_levels
from unclench.evidence import Evidence, cited, from_evidence
from unclench.units import Unit

__all__ = [
    "REASONS",
    "Costs",
    "Rates",
    "Scenario",
    "Stopping",
    "by_edss",
    "lived",
    "persistence",
    "stopping",
]

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

REASONS: Final = ("unwanted effect", "too little relief", "need has passed", "something else")
LAST_DAY: Final = 730.0
"""Two years, the end of watching."""
VISITS: Final = (28, 42, 60, 90, 120, 150, 180, 240, 300, 365, 450, 540, 630, 730)
GROUP: Final = 4000
"""People who are followed at once; it bounds the memory and changes nothing else."""
BY_DAY: Final = "10 mg at 08:00, 14:00, 20:00"
BY_NIGHT: Final = "5 mg at 08:00, 15:00 and 10 mg at 23:00"
NIGHT_ENDS_H: Final = 6


@final
class Scenario(StrEnum):
    """What is done otherwise: what the model thinks of it, nothing that was observed."""

    USUAL = "usual"
    SLOWER_TITRATION = "slower-titration"
    MORE_NIGHT_SHARE = "more-night-share"
    FEWER_SEDATIVES = "fewer-sedatives"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The five calibrated numbers: rates a day, and how unlike people are."""

    adverse_per_day: float = cited("persistence.rate.adverse_effect", Unit.PER_DAY)
    no_effect_per_day: float = cited("persistence.rate.no_effect", Unit.PER_DAY)
    need_passed_per_day: float = cited("persistence.rate.need_passed", Unit.PER_DAY)
    other_per_day: float = cited("persistence.rate.other", Unit.PER_DAY)
    readiness_log_sd: float = cited("persistence.readiness_log_sd", Unit.RATIO)


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Costs:
    """What people live through while they take tablets.

    Args:
        people: Who.
        days: Ends of the stretches between visits, (visits,).
        cost: Drowsiness and weakness in each stretch, (visits, people).
        lack: How much relief is lacking, 0 to 1, (visits, people).
        readiness: Each person's standard normal number for how readily they stop, (people,).
    """

    people: Crowd
    days: Array
    cost: Array
    lack: Array
    readiness: Array


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Stopping:
    """When and why people stop.

    Args:
        costs: What they live through.
        rates: How readily that makes them stop.
        pieces: Each reason's part of the cumulative hazard in each stretch, (4, visits, people).
    """

    costs: Costs
    rates: Rates
    pieces: Array = field(repr=False)

    @cached_property
    def cumulative(self) -> Array:
        """The cumulative hazard at the end of each stretch, (visits, people)."""
        total: Array = self.pieces.sum(axis=0).cumsum(axis=0)
        return total

    def stopped_share(self, day: float) -> float:
        """Give the share who have stopped by a day, without the chance of single people."""
        rows = np.vstack([np.zeros(self.costs.people.people), self.cumulative])
        knots = np.concatenate([[0.0], self.costs.days])
        at = min(int(np.searchsorted(knots, day, side="right")) - 1, len(knots) - 2)
        part = (day - knots[at]) / (knots[at + 1] - knots[at])
        return float(1.0 - np.exp(-(rows[at] + part * (rows[at + 1] - rows[at]))).mean())

    def reason_shares(self, day: float) -> Array:
        """Give each reason's share of those who have stopped by the end of a stretch, (4,)."""
        upto = int(np.searchsorted(self.costs.days, day)) + 1
        after = np.exp(-self.cumulative[:upto])
        before = np.vstack([np.ones(after.shape[1]), after[:-1]])
        whole = np.maximum(self.pieces[:, :upto].sum(axis=0), 1e-300)
        parts = (self.pieces[:, :upto] / whole * (before - after)).sum(axis=(1, 2))
        shares: Array = parts / parts.sum()
        return shares

    @cached_property
    def stopped_day(self) -> Array:
        """The day on which each person stops; infinite where not within two years, (people,)."""
        due = -np.log(self.costs.people.uniform("stops"))
        rows = np.vstack([np.zeros(due.size), self.cumulative])
        knots = np.concatenate([[0.0], self.costs.days])
        at = np.minimum((rows <= due).sum(axis=0) - 1, len(knots) - 2)
        who = np.arange(due.size)
        low, high = rows[at, who], rows[at + 1, who]
        part = (due - low) / np.maximum(high - low, 1e-300)
        day: Array = knots[at] + part * (knots[at + 1] - knots[at])
        return np.where(due < rows[-1], day, np.inf)


def lived(
    *,
    people: int,
    seed: int,
    evidence: Evidence,
    scenario: Scenario = Scenario.USUAL,
    step_days: float | None = None,
) -> Costs:
    """Take people through two years of tablets as if nobody stopped.

    Args:
        people: How many.
        seed: Which; the same under every scenario.
        evidence: The evidence base.
        scenario: What is done otherwise.
        step_days: Days between two rises of the dose; the label's if None.
    """
    if step_days is None:
        slow = scenario is Scenario.SLOWER_TITRATION
        key = "persistence.slow_interval" if slow else "dosing.us.step_interval"
        step_days = evidence.value(key, Unit.DAY)
    days = sorted({*(step_days * i for i in range(1, 5)), *VISITS})
    parts = [
        _felt(_starters(scenario, min(GROUP, people - first), seed, first, evidence), days,
              evidence, scenario)
        for first in range(0, people, GROUP)
    ]  # fmt: skip
    cost, lack = (np.hstack(part) for part in zip(*parts, strict=True))
    who = crowd(None, people=people, seed=seed, evidence=evidence)
    return Costs(
        people=who,
        days=np.asarray(days, np.float64),
        cost=cost,
        lack=lack,
        readiness=who.normal("readiness to stop"),
    )


def _starters(scenario: Scenario, people: int, seed: int, first: int, evidence: Evidence) -> Crowd:
    """Give people who start tablets; some take another medicine beside it that makes drowsy."""
    who = crowd(None, people=people, seed=seed, evidence=evidence, first=first)
    if scenario is Scenario.FEWER_SEDATIVES:
        return who
    share = evidence.value("persistence.sedative_share", Unit.FRACTION)
    factor = evidence.value("persistence.sedative_factor", Unit.RATIO)
    beside = who.uniform("sedative") < share
    return who.with_bodies({"brain_ec50": who["brain_ec50"] * np.where(beside, factor, 1.0)})


def _felt(
    who: Crowd, days: Sequence[float], evidence: Evidence, scenario: Scenario
) -> tuple[Array, Array]:
    """Give what tablets cost people and how much relief they lack, each (visits, people)."""
    pattern = BY_NIGHT if scenario is Scenario.MORE_NIGHT_SHARE else BY_DAY
    given = taken_levels(who, pattern, usual_adherence(evidence), awake_from_h=NIGHT_ENDS_H)
    seen = attend(who, given, _usual(evidence), days, placebo=True, purpose="persistence")
    clear = evidence.value("scale.nrs.clear", Unit.FRACTION) * evidence.value(
        "inference.stiffness_without_drug", Unit.SCORE
    )
    return seen.drowsy + seen.weak, np.clip(1.0 - seen.points / clear, 0.0, 1.0)


def _usual(evidence: Evidence) -> Policy:
    """Up in the label's steps until relief is clear, down at a complaint."""
    return Policy(
        start=evidence.value("dosing.us.start_daily", Unit.MG_PER_DAY),
        most=evidence.value("dosing.uk.usual_max_daily", Unit.MG_PER_DAY),
        rise=evidence.value("dosing.us.step", Unit.MG_PER_DAY),
        goal=Goal.RELIEF,
        goal_value=evidence.value("scale.nrs.clear", Unit.FRACTION),
        lowers=True,
    )


def stopping(costs: Costs, rates: Rates) -> Stopping:
    """Give when and why people stop who live through some costs."""
    stretch = np.diff(costs.days, prepend=0.0)[:, None]
    weight = stretch * np.exp(rates.readiness_log_sd * costs.readiness)
    flat = np.ones_like(costs.cost)
    parts = (
        rates.adverse_per_day * costs.cost,
        rates.no_effect_per_day * costs.lack,
        rates.need_passed_per_day * flat,
        rates.other_per_day * flat,
    )
    return Stopping(costs=costs, rates=rates, pieces=np.array([weight * part for part in parts]))


def persistence(
    *,
    people: int,
    seed: int,
    evidence: Evidence,
    scenario: Scenario = Scenario.USUAL,
    step_days: float | None = None,
) -> Stopping:
    """Give when and why virtual people stop tablets within two years.

    Args:
        people: How many.
        seed: Which.
        evidence: The evidence base.
        scenario: What is done otherwise.
        step_days: Days between two rises of the dose; the label's if None.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> made = persistence(people=200, seed=1, evidence=load_evidence())
        >>> 0.2 < made.stopped_share(150) < made.stopped_share(365) < 1
        True
    """
    costs = lived(
        people=people, seed=seed, evidence=evidence, scenario=scenario, step_days=step_days
    )
    return stopping(costs, from_evidence(Rates, evidence))


def by_edss(made: Stopping, evidence: Evidence) -> Mapping[str, Bools]:
    """Give who is in which group of disability, as the register groups people."""
    low, high = evidence.profile("persistence.edss_thirds", Unit.POINTS)
    edss = made.costs.people.edss
    return {
        "EDSS 0 to 2.5": edss < low,
        "EDSS 3 to 5.5": (edss >= low) & (edss < high),
        "EDSS 6 or more": edss >= high,
    }
