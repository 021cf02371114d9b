"""Kaplan-Meier curves and the logrank test, by SciPy, for people who are watched until a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = ["Curve", "kaplan_meier", "logrank"]

Array = NDArray[np.float64]


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """A Kaplan-Meier curve: days of stopping, the share still on, its 95 % interval, each (n,)."""

    days: Array
    share: Array
    low: Array
    high: Array


def kaplan_meier(stopped_day: Array, *, until_day: float) -> Curve:
    """Give the Kaplan-Meier curve of people watched until a day.

    Args:
        stopped_day: When each person stopped; infinite for never, (people,).
        until_day: When watching ended for those who had not stopped.

    Example:
        >>> curve = kaplan_meier(np.array([10.0, 20.0, np.inf, np.inf]), until_day=30)
        >>> curve.share.tolist()
        [0.75, 0.5]
    """
    made = stats.ecdf(_censored(stopped_day, until_day)).sf
    events = np.asarray(made.quantiles) < until_day
    with np.errstate(divide="ignore", invalid="ignore"):  # the ends, where nobody or all are left
        bounds = made.confidence_interval(method="log-log")
    return Curve(
        days=np.asarray(made.quantiles)[events],
        share=np.asarray(made.probabilities)[events],
        low=np.asarray(bounds.low.probabilities)[events],
        high=np.asarray(bounds.high.probabilities)[events],
    )


def logrank(first: Array, second: Array, *, until_day: float) -> float:
    """Give the p value of the logrank test between two groups of stopping days.

    Example:
        >>> days = np.arange(1.0, 40.0)
        >>> logrank(days, days, until_day=50) > 0.99
        True
    """
    made = stats.logrank(_censored(first, until_day), _censored(second, until_day))
    return float(made.pvalue)


def _censored(stopped_day: Array, until_day: float) -> stats.CensoredData:
    on = stopped_day >= until_day
    return stats.CensoredData(
        uncensored=stopped_day[~on], right=np.full(int(on.sum()), float(until_day))
    )
