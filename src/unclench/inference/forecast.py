"""Counts of a day as the posterior expects them: quantiles of a mixture of negative binomials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

__all__ = ["DayCount", "count_quantiles", "day_counts"]

Array = NDArray[np.float64]
NINE_OF_TEN = (0.05, 0.5, 0.95)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """The spasms of one day: the middle of what is expected, and where nine of ten such days lie.

    Args:
        day: 1 for the first day of the diary; days past its end are a forecast.
        low: One day in twenty has fewer.
        middle: As many days have more as fewer.
        high: One day in twenty has more.
        observed: The count of the diary, if the whole day was counted.
    """

    day: int
    low: int
    middle: int
    high: int
    observed: int | None = None


def count_quantiles(means: Array, sizes: Array, level: float) -> NDArray[np.int64]:
    """Give the smallest count that a day stays at or below with a probability, (days,).

    Args:
        means: Expected count of each day in each equally likely person, (people, days).
        sizes: Shape k of the negative binomial of each, (people,).
        level: The probability, between 0 and 1.

    Example:
        >>> count_quantiles(np.array([[4.0]]), np.array([1e9]), 0.5)  # almost Poisson
        array([4])
    """
    k = sizes[:, None]
    chance = k / (k + means)

    def below(counts: NDArray[np.int64]) -> Array:
        """The probability of at most so many, an incomplete beta function."""
        return np.asarray(betainc(k, counts[None, :] + 1.0, chance).mean(axis=0))

    low = np.full(means.shape[1], -1, dtype=np.int64)
    high = np.full(means.shape[1], 4, dtype=np.int64)
    while np.any(below(high) < level):
        high *= 4
    while np.any(high - low > 1):
        middle = (low + high) // 2
        enough = below(middle) >= level
        high, low = np.where(enough, middle, high), np.where(enough, low, middle)
    return high


def day_counts(
    means: Array, sizes: Array, *, observed: dict[int, int] | None = None, first: int = 1
) -> tuple[DayCount, ...]:
    """Give the band of each day in turn.

    Args:
        means: Expected count of each day in each equally likely person, (people, days).
        sizes: Shape k of the negative binomial of each, (people,).
        observed: What was counted, by day.
        first: The number of the first day.
    """
    seen = observed or {}
    bands = [count_quantiles(means, sizes, level).tolist() for level in NINE_OF_TEN]
    return tuple(
        DayCount(day=day, low=low, middle=middle, high=high, observed=seen.get(day))
        for day, (low, middle, high) in enumerate(zip(*bands, strict=True), start=first)
    )
