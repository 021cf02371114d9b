"""From people at visits to results: what is read off each person, sums, intervals, survival."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from unclench.cohorts.clinic import Attended
from unclench.cohorts.crowd import Crowd
from unclench.trials.design import Endpoint, Measure, Summary, TrialSpec

__all__ = ["Finding", "Group", "Survival", "difference", "interval", "summed", "survival"]

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

MIDDLE_95: Final = (2.5, 97.5)
PERCENT: Final = 100.0


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
        """Read a measure off each person, (people,); shares in percent only once summed."""
        seen, at = self.attended, int(np.searchsorted(self.attended.days, endpoint.day))
        stopped = seen.stopped_day <= endpoint.day
        match endpoint.measure:
            case Measure.ASHWORTH_BEFORE:
                return self.people["ashworth"]
            case Measure.ASHWORTH:
                return self._examined(seen.ashworth[at], at, floor=1.0)
            case Measure.MODIFIED_ASHWORTH:
                return self._examined(seen.ashworth[at], at, floor=1.0) - 1.0
            case Measure.PENN_BEFORE:
                return _penn_before(self.people)
            case Measure.PENN:
                return np.asarray(seen.penn[at], np.float64)
            case Measure.DOSE:
                return np.asarray(seen.dose[at], np.float64)
            case Measure.TONE_POINTS:
                return -endpoint.baseline * np.minimum(1.0 - seen.tone[at] + self._faith(), 1.0)
            case Measure.STOPPED:
                return stopped.astype(np.float64)
            case Measure.STOPPED_WEAKNESS:
                return (stopped & seen.for_weakness).astype(np.float64)
            case Measure.STOPPED_DROWSINESS:
                return (stopped & seen.for_drowsiness).astype(np.float64)
            case Measure.DROWSY_EVER:
                return self._drowsy(at, endpoint.background)
            case Measure.CONFUSED:
                return np.asarray(1.0 - np.exp(-seen.confusion[at]), np.float64)
        spasms = endpoint.measure in (Measure.SPASMS_RELIEVED, Measure.SPASMS_CONFIRMED)
        blind = endpoint.measure in (Measure.CONFIRMED, Measure.SPASMS_CONFIRMED)
        return self._relieved(spasms=spasms, blind=blind)

    def _examined(self, score: Array, at: int, *, floor: float) -> Array:
        """An examiner's score: what the drug does, the placebo share, the noise of one visit."""
        after = score - self._faith() * (self.people["ashworth"] - floor)
        noise = self.people.ashworth_sd * self.people.normal(f"result {at}")
        return np.clip(after + noise, 1.0, 5.0)

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
        return ((worst > self.people.drowsy_from) | without).astype(np.float64)

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


def _penn_before(people: Crowd) -> Array:
    from unclench.pharmacology.response import penn_score

    return penn_score(people["spasms_per_h"])


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


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Survival:
    """A Kaplan-Meier curve.

    Args:
        days: When somebody stopped, (n,).
        share: The share still on after each, (n,).
        low: Lower end of its 95 % interval.
        high: Upper end.
    """

    days: Array
    share: Array
    low: Array
    high: Array


def survival(stopped_day: Array, *, until_day: float) -> Survival:
    """Give the Kaplan-Meier curve of people watched until a day.

    Args:
        stopped_day: When each person stopped; infinite for never, (people,).
        until_day: When watching ended for those who had not stopped.

    Example:
        >>> curve = survival(np.array([10.0, 20.0, np.inf, np.inf]), until_day=30)
        >>> curve.share.tolist()
        [0.75, 0.5]
    """
    made = stats.ecdf(_censored(stopped_day, until_day)).sf
    events = np.asarray(made.quantiles) < until_day
    bounds = made.confidence_interval(method="log-log")
    return Survival(
        days=np.asarray(made.quantiles)[events],
        share=np.asarray(made.probabilities)[events],
        low=np.asarray(bounds.low.probabilities)[events],
        high=np.asarray(bounds.high.probabilities)[events],
    )


def difference(first: Array, second: Array, *, until_day: float) -> float:
    """Give the p value of the logrank test between two groups, as `survival` takes them.

    Example:
        >>> days = np.arange(1.0, 40.0)
        >>> difference(days, days, until_day=50) > 0.99
        True
    """
    made = stats.logrank(_censored(first, until_day), _censored(second, until_day))
    return float(made.pvalue)


def _censored(stopped_day: Array, until_day: float) -> stats.CensoredData:
    on = stopped_day >= until_day
    return stats.CensoredData(
        uncensored=stopped_day[~on], right=np.full(int(on.sum()), float(until_day))
    )
