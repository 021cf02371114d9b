"""How long people stay on a treatment, from members who may have started long before they came.

Somebody who joins in the third year of their treatment could not have been seen to stop in the
first: who stopped then never came. To count them as watched from their first day makes staying look
far longer than it is. They are left-truncated, and are at risk only from the day on which they
joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from unclench.errors import InputError

__all__ = ["Staying", "Stays", "staying"]

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
LEAST_AT_RISK: Final = 20
"""With fewer people at risk one person who stops would move the curve by more than 5 percent."""


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stays:
    """When people of a treatment were watched, in days since each one's own first day.

    Args:
        entry_day: From when each was watched: 0, or how long they had taken it when they joined.
        exit_day: Until when: the day on which they stopped, or were last heard of.
        stopped: Whether they stopped then. Each (people,).

    Raises:
        InputError: if the three differ in length, or somebody was not watched for any time.
    """

    entry_day: Array
    exit_day: Array
    stopped: Bools

    def __post_init__(self) -> None:
        """Refuse times that cannot be."""
        if not self.entry_day.shape == self.exit_day.shape == self.stopped.shape:
            raise InputError("The three lists differ in length.", expected="one entry a person")
        good = (self.entry_day >= 0) & (self.exit_day > self.entry_day)
        if not bool(np.all(good & np.isfinite(self.exit_day))):
            raise InputError(
                "Somebody was not watched for any time.",
                expected="0 ≤ entry_day < exit_day for each person",
                hint="leave out who stopped before they joined, and say how many they are",
            )


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Staying:
    """The share that stays, of those who were still on at `from_day`.

    Args:
        from_day: Where the curve starts: the first day with enough people at risk.
        until_day: Where it ends: the last day with enough of them.
        days: The days on which people stopped, rising, (n,).
        at_risk: How many could have stopped on each, (n,).
        stops: How many did, (n,).
        share: The share still on after each, (n,).
        low: The lower end of its interval, (n,).
        high: The upper end, (n,).
    """

    from_day: float
    until_day: float
    days: Array
    at_risk: NDArray[np.int64]
    stops: NDArray[np.int64]
    share: Array
    low: Array
    high: Array

    def on(self, day: float) -> tuple[float, float, float]:
        """Give the share still on after a day, and its interval.

        Raises:
            InputError: if the day lies outside the curve.
        """
        if not self.from_day <= day <= self.until_day:
            raise InputError(
                f"The curve does not reach day {day:g}.",
                expected=f"a day from {self.from_day:g} to {self.until_day:g}",
            )
        at = int(np.searchsorted(self.days, day, side="right")) - 1
        if at < 0:
            return 1.0, 1.0, 1.0
        return float(self.share[at]), float(self.low[at]), float(self.high[at])


def staying(
    stays: Stays, *, least_at_risk: int = LEAST_AT_RISK, level: float = 0.95
) -> Staying | None:
    """Give the Kaplan-Meier curve of left-truncated stays, with log-log intervals.

    At each day on which somebody stopped, those at risk are the ones who had been watched before it
    and had not left: entry < day ≤ exit. The variance is Greenwood's; the interval is taken on
    log(-log(share)), so that it stays between 0 and 1.

    Args:
        stays: Who was watched from when to when.
        least_at_risk: The curve starts on the first day with so many at risk, and ends before the
            first day after that with fewer.
        level: How sure the interval is.

    Returns:
        The curve; None if there were never enough people at risk.

    Source:
        Tsai WY, Jewell NP, Wang MC. Biometrika 1987;74:883-886 (left truncation);
        Klein JP, Moeschberger ML. Survival Analysis, 2nd ed. 2003, sections 4.3 and 4.6.

    Example:
        >>> stays = Stays(
        ...     entry_day=np.array([0.0, 0.0, 15.0]),
        ...     exit_day=np.array([10.0, 20.0, 30.0]),
        ...     stopped=np.array([True, True, False]),
        ... )
        >>> curve = staying(stays, least_at_risk=1)
        >>> curve.at_risk.tolist(), curve.share.tolist()
        ([2, 2], [0.5, 0.25])
    """
    start = start_day(stays, least_at_risk)
    if start is None:
        return None
    days = np.unique(stays.exit_day[stays.stopped])
    days = days[days > start]
    exits = np.sort(stays.exit_day)
    at_risk = entered(stays, days) - np.searchsorted(exits, days, side="left")
    too_few = np.flatnonzero(at_risk < least_at_risk)
    end = days.size if too_few.size == 0 else int(too_few[0])
    until = last_day(stays, start, least_at_risk)
    days, at_risk = days[:end], at_risk[:end]
    stopped_on = np.sort(stays.exit_day[stays.stopped])
    stops = np.searchsorted(stopped_on, days, side="right") - np.searchsorted(
        stopped_on, days, side="left"
    )
    share, low, high = product_limit(at_risk, stops, level)
    return Staying(
        from_day=start,
        until_day=until,
        days=days,
        at_risk=at_risk,
        stops=stops,
        share=share,
        low=low,
        high=high,
    )


def product_limit(
    at_risk: NDArray[np.int64], stops: NDArray[np.int64], level: float
) -> tuple[Array, Array, Array]:
    """Give the share after each stop and the two ends of its log-log interval."""
    share = np.cumprod(1.0 - stops / at_risk, dtype=np.float64)
    z = float(special.ndtri(0.5 + level / 2))
    with np.errstate(divide="ignore", invalid="ignore"):  # the end, where nobody is left
        greenwood = np.cumsum(stops / (at_risk * (at_risk - stops)))
        reach = np.exp(z * np.sqrt(greenwood) / np.log(share))
        low, high = np.power(share, 1 / reach), np.power(share, reach)
    nobody = share == 0.0
    low[nobody], high[nobody] = 0.0, 1.0
    return share, low, high


def entered(stays: Stays, days: Array) -> NDArray[np.int64]:
    """Give how many had come before each day."""
    return np.searchsorted(np.sort(stays.entry_day), days, side="left")


def start_day(stays: Stays, least: int) -> float | None:
    """Give the first day after which at least so many are at risk; None if there is none."""
    comes = np.sort(stays.entry_day)
    left = np.searchsorted(np.sort(stays.exit_day), comes, side="right")
    here = np.searchsorted(comes, comes, side="right") - left
    enough = np.flatnonzero(here >= least)
    return float(comes[enough[0]]) if enough.size else None


def last_day(stays: Stays, start: float, least: int) -> float:
    """Give the last day from the start on, up to which at least so many stay at risk."""
    exits = np.unique(stays.exit_day[stays.exit_day > start])
    here = entered(stays, exits) - np.searchsorted(np.sort(stays.exit_day), exits, side="left")
    too_few = np.flatnonzero(here < least)
    if too_few.size == 0:
        return float(exits[-1])
    return float(exits[too_few[0] - 1]) if too_few[0] else start
