"""From people at visits to results: what is read off each person, sums and intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from unclench.cohorts.clinic import Attended
from unclench.cohorts.crowd import Crowd
from unclench.pharmacology.response import penn_score
from unclench.trials.design import Endpoint, Measure, Summary, TrialSpec

__all__ = ["Finding", "Group", "interval", "summed"]

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

MIDDLE_95: Final = (2.5, 97.5)
PERCENT: Final = 100.0
OF_SPASMS: Final = frozenset({Measure.SPASMS_RELIEVED, Measure.SPASMS_CONFIRMED})
BLIND: Final = frozenset({Measure.CONFIRMED, Measure.SPASMS_CONFIRMED})
REPORTED: Final = frozenset({Measure.RELIEVED, *OF_SPASMS, *BLIND})
"""Measures of relief as people report it."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A simulated result and its endpoint.

    Args:
        endpoint: What it is, with what was published.
        simulated: The result over all virtual people.
        interval: Where 95 % of trials of the published size end up.
    """

    endpoint: Endpoint
    simulated: float
    interval: tuple[float, float]

    @property
    def met(self) -> bool | None:
        """Whether the published result lies within the interval; None where there is none."""
        if self.endpoint.published is None:
            return None
        low, high = self.interval
        return low <= self.endpoint.published.value <= high


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group:
    """Everybody in one arm."""

    people: Crowd
    attended: Attended
    spec: TrialSpec

    def counted(self, endpoint: Endpoint) -> Bools:
        """Give who counts: not lost by then and, where only they are asked, with spasms."""
        last = self.attended.days[-1]
        lost = self.people.uniform("drop-out") * last / max(self.spec.drop_out.share, 1e-12)
        counts: Bools = lost > endpoint.day
        if endpoint.among_spasms:
            counts &= self.people.uniform("has spasms") < self.spec.people.with_spasms
        return counts

    def values(self, endpoint: Endpoint) -> Array:
        """Read a measure off each person, (people,); a share is 0 or 1, or a chance."""
        at = int(np.searchsorted(self.attended.days, endpoint.day))
        measure = endpoint.measure
        if measure in REPORTED:
            return self._relieved(spasms=measure in OF_SPASMS, blind=measure in BLIND)
        if measure is Measure.DROWSY_EVER:
            return self._drowsy(at, endpoint.background)
        if measure is Measure.TONE_POINTS:
            fall = np.minimum(1.0 - self.attended.tone[at] + self._faith(), 1.0)
            return np.asarray(-endpoint.baseline * fall, np.float64)
        return self._scores(at, measure, endpoint.day)

    def _scores(self, at: int, measure: Measure, day: float) -> Array:
        seen, stopped = self.attended, self.attended.stopped_day <= day
        examined = self._examined(seen.ashworth[at], at)
        made = {
            Measure.ASHWORTH_BEFORE: self.people["ashworth"],
            Measure.ASHWORTH: examined,
            Measure.MODIFIED_ASHWORTH: examined - 1.0,
            Measure.PENN_BEFORE: penn_score(self.people["spasms_per_h"]),
            Measure.PENN: seen.penn[at],
            Measure.DOSE: seen.dose[at],
            Measure.STOPPED: stopped,
            Measure.STOPPED_WEAKNESS: stopped & seen.for_weakness,
            Measure.STOPPED_DROWSINESS: stopped & seen.for_drowsiness,
            Measure.CONFUSED: 1.0 - np.exp(-seen.confusion[at]),
        }[measure]
        return np.asarray(made, np.float64)

    def _examined(self, score: Array, at: int) -> Array:
        """An examiner's score: what the drug does, the placebo share, the noise of one visit."""
        after = score - self._faith() * (self.people["ashworth"] - 1.0)
        noise = self.people.ashworth_sd * self.people.normal(f"result {at}")
        return np.asarray(np.clip(after + noise, 1.0, 5.0), np.float64)

    def _faith(self) -> Array:
        """The share by which an examiner's score falls on placebo, person by person."""
        mean = self.spec.placebo.score_share
        if mean == 0.0:
            return np.zeros(self.people.people)
        usual = float(np.mean(self.people.stiffness))
        own = self.people.placebo
        share: Array = mean + (own - own.mean()) / usual
        return share

    def _drowsy(self, at: int, background: float) -> Array:
        """Who was ever drowsy: by the drug, or as people are without it."""
        worst = self.attended.drowsiest[: at + 1].max(axis=0)
        without = self.people.uniform("drowsy without drug") < background
        return np.asarray((worst > self.people.drowsy_from) | without, np.float64)

    def _relieved(self, *, spasms: bool, blind: bool) -> Array:
        """Who is better at the last visit on the drug; blind: and worse when it is swapped."""
        people, seen = self.people, self.attended
        kind = "spasm rating" if spasms else "rating"
        on = seen.dose > 0.0
        last = np.where(on.any(axis=0), len(on) - 1 - on[::-1].argmax(axis=0), 0)
        left = (seen.spasms if spasms else seen.tone)[last, np.arange(people.people)]
        own, faith = people.stiffness, people.placebo if self.spec.placebo.relieves else 0.0
        before, with_drug, swapped = (
            np.clip(score + people.rating_sd * people.normal(f"{kind} {name}"), 0.0, 10.0)
            for score, name in (
                (own, "before"), (own * left - faith, "on drug"), (own - faith, "swapped"),
            )
        )  # fmt: skip
        bar = self.spec.responder * before
        better = (before - with_drug >= bar) & (before > 0.0)
        if blind:
            better &= swapped - with_drug >= bar
        return better.astype(np.float64)


def summed(values: Array, summary: Summary) -> float:
    """Make one number of the values of a group.

    Example:
        >>> summed(np.array([0.0, 1.0]), Summary.PERCENT)
        50.0
    """
    match summary:
        case Summary.MEAN:
            return float(values.mean())
        case Summary.SD:
            return float(values.std(ddof=1))
        case Summary.MEDIAN:
            return float(np.median(values))
        case Summary.PERCENT:
            return PERCENT * float(values.mean())


def interval(results: Array) -> tuple[float, float]:
    """Give where the middle 95 % of results lie."""
    low, high = np.percentile(results, MIDDLE_95)
    return float(low), float(high)
