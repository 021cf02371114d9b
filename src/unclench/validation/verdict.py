"""Hold what the model gives against what was published, by the rule of the case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from unclench.units import convert
from unclench.validation.cases import Case, Rule, share_of
from unclench.validation.measures import MEASURES

__all__ = ["Outcome", "judge"]

Array = NDArray[np.float64]

MEAN_TOLERANCE: Final = 0.25
RATE_FACTOR: Final = 1.5
NORMAL_95: Final = 1.959963984540054


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one case, in the unit of what was published.

    Args:
        case: The case.
        typical: The value of the typical person.
        mean: Mean over the simulated people.
        middle: The middle one of them.
        low: What 1 of 20 people lie below.
        high: What 1 of 20 people lie above.
        people: How many people were simulated.
        passed: Whether the rule is met.
        reason: Why it passed or failed, in words.
    """

    case: Case
    typical: float
    mean: float
    middle: float
    low: float
    high: float
    people: int
    passed: bool
    reason: str

    @property
    def held(self) -> float:
        """What is held against the published value: the mean, or the middle person."""
        return self.middle if self.case.rule is Rule.MIDDLE else self.mean

    @property
    def error(self) -> float:
        """What is held over the published value, less 1; infinite where that value is 0."""
        seen = self.case.seen.value
        return self.held / seen - 1.0 if seen else float("inf")


def judge(case: Case, values: Array, typical: float) -> Outcome:
    """Give the outcome of a case from one value a person.

    Args:
        case: The case.
        values: What the measure gave for each person, in the measure's unit, (people,).
        typical: What it gave for the typical person.
    """
    unit = MEASURES[case.measure].unit
    scale = convert(1.0, unit, case.seen.unit)
    mean, middle = float(np.mean(values)) * scale, float(np.median(values)) * scale
    low, high = (float(q) * scale for q in np.quantile(values, (0.05, 0.95)))
    held = middle if case.rule is Rule.MIDDLE else mean
    passed, reason = _rule(case, held, low, high)
    return Outcome(
        case=case,
        typical=typical * scale,
        mean=mean,
        middle=middle,
        low=low,
        high=high,
        people=len(values),
        passed=passed,
        reason=reason,
    )


def _rule(case: Case, mean: float, low: float, high: float) -> tuple[bool, str]:
    """Give whether a mean (or middle person) and an interval meet the rule, and why."""
    seen = case.seen
    match case.rule:
        case Rule.MEAN | Rule.MIDDLE:
            near = abs(mean - seen.value) <= MEAN_TOLERANCE * abs(seen.value)
            inside = low <= seen.value <= high
            who = "mean" if case.rule is Rule.MEAN else "middle person"
            off = f"the {who} is off by {100 * (mean / seen.value - 1):+.0f} %; "
            within = f"the published value is {'inside' if inside else 'outside'} the interval"
            return near and inside, (off if seen.value else "") + within
        case Rule.SHARE:
            lower, upper = wilson(share_of(seen), seen.n or 1)
            share = mean / 100.0 if seen.unit.symbol == "percent" else mean
            return (
                lower <= share <= upper,
                f"95 % interval {100 * lower:.0f} to {100 * upper:.0f} %",
            )
        case Rule.RATE:
            factor = mean / seen.value if seen.value else float("inf")
            return 1 / RATE_FACTOR <= factor <= RATE_FACTOR, f"a factor of {factor:.2f}"
        case Rule.RANGE:
            return (seen.low or 0.0) <= mean <= (seen.high or 0.0), (
                f"published range {seen.low:g} to {seen.high:g}"
            )
        case Rule.SPREAD:
            off_sd = (mean - seen.value) / (seen.sd or 1.0)
            return abs(off_sd) <= 1.0, f"off by {off_sd:+.1f} published standard deviations"


def wilson(share: float, n: int) -> tuple[float, float]:
    """Give the 95 % interval of a share that was seen in n people (Wilson's score).

    Example:
        >>> low, high = wilson(0.5, 100)
        >>> round(low, 3), round(high, 3)
        (0.404, 0.596)
    """
    z2 = NORMAL_95**2 / n
    centre = (share + z2 / 2) / (1 + z2)
    half = NORMAL_95 * np.sqrt(share * (1 - share) / n + z2 / (4 * n)) / (1 + z2)
    return float(centre - half), float(centre + half)
