"""A share of people with the interval that belongs to it, and shares that may be ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final, final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from unclench.errors import InputError

__all__ = ["Share", "Shrunk", "shrunk", "wilson"]

Array = NDArray[np.float64]
GRID: Final = 48
LEAST_WEIGHT: Final = 1e-3
"""What is so much less likely than the likeliest is left out."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of people: how many of how many, and the interval, each from 0 to 1."""

    count: int
    people: int
    share: float
    low: float
    high: float


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunk:
    """A share drawn towards its neighbours, as far as its own people leave it in doubt.

    Args:
        share: The posterior mean, 0 to 1.
        low: The lower end of the interval that holds it with the level asked for.
        high: The upper end.
        own_weight: How much of it is the group's own, 0 to 1.
    """

    share: float
    low: float
    high: float
    own_weight: float


def wilson(count: int, people: int, *, level: float = 0.95) -> Share:
    """Give a share with Wilson's score interval.

    It holds its level with few people and near 0 and 1, where the textbook interval does not.

    Args:
        count: How many of them.
        people: Of how many.
        level: How sure the interval is.

    Raises:
        InputError: if there is nobody, or more than everybody.

    Source:
        Wilson EB. J Am Stat Assoc 1927;22:209-212.

    Example:
        >>> share = wilson(27, 60)
        >>> f"{share.share:.2f} ({share.low:.2f} to {share.high:.2f})"
        '0.45 (0.33 to 0.58)'
    """
    check(count, people)
    z = float(special.ndtri(0.5 + level / 2))
    part, spare = count / people, z * z / people
    middle = (part + spare / 2) / (1 + spare)
    half = z * sqrt(part * (1 - part) / people + spare / (4 * people)) / (1 + spare)
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == people else min(1.0, middle + half)
    return Share(count=count, people=people, share=part, low=low, high=high)


def shrunk(groups: Sequence[tuple[int, int]], *, level: float = 0.95) -> list[Shrunk]:
    """Give the shares of several groups, each drawn towards the mean of all.

    The beta-binomial model: the true shares of the groups are spread as a beta distribution, and
    how widely is learned from the groups themselves. A small group that stands out by chance is
    drawn to the middle; a large one keeps its own share. Shares are ranked by these and never by
    the raw ones, which put the smallest groups at both ends. The doubt about the beta distribution
    is averaged over on a grid and not ignored: with a dozen groups of forty, intervals at its best
    value alone held the truth in 91 of 100, not 95.

    Args:
        groups: How many of how many, for each group.
        level: How sure the intervals are.

    Raises:
        InputError: if a group has nobody, or more than everybody.

    Source:
        Gelman A and others. Bayesian Data Analysis, 3rd ed. 2013, section 5.3, with its prior
        (a + b)^(-5/2) on the beta distribution's numbers.

    Example:
        >>> few, many, _ = shrunk([(9, 10), (50, 100), (40, 100)])
        >>> few.share < 0.9 and abs(many.share - 0.5) < 0.02
        True
    """
    for count, people in groups:
        check(count, people)
    if not groups:
        return []
    a, b, weight = spreads(groups)
    tail = (1 - level) / 2
    found = []
    for count, people in groups:
        yes, no = a + count, b + people - count
        found.append(
            Shrunk(
                share=float(weight @ (yes / (yes + no))),
                low=quantile(yes, no, weight, tail),
                high=quantile(yes, no, weight, 1 - tail),
                own_weight=float(weight @ (people / (people + a + b))),
            )
        )
    return found


def spreads(groups: Sequence[tuple[int, int]]) -> tuple[Array, Array, Array]:
    """Give beta distributions that the groups may be spread as, and how likely each is.

    Returns:
        The two numbers a and b, and the weight, which sums to 1, of the likelier ones; each (n,).
    """
    mean = special.expit(np.linspace(-6.0, 6.0, GRID))[:, None]
    worth = np.exp(np.linspace(np.log(0.5), np.log(5000.0), GRID))[None, :]
    a, b = (mean * worth).ravel(), ((1 - mean) * worth).ravel()
    # The prior (a + b)^(-5/2) in a and b, carried to the grid's log odds and log of a + b.
    log = np.log(a) + np.log(b) - 2.5 * np.log(a + b)
    for count, people in groups:
        log += special.betaln(a + count, b + people - count) - special.betaln(a, b)
    weight = np.exp(log - log.max())
    likely = weight > LEAST_WEIGHT
    return a[likely], b[likely], weight[likely] / weight[likely].sum()


def quantile(yes: Array, no: Array, weight: Array, at: float) -> float:
    """Give a quantile of a mixture of beta distributions."""
    from scipy import optimize  # slow to load; a page shows what was worked out before

    found: float = optimize.brentq(
        lambda share: float(weight @ special.betainc(yes, no, share)) - at, 0.0, 1.0, xtol=1e-5
    )
    return found


def check(count: int, people: int) -> None:
    """Refuse a count that cannot be."""
    if people < 1 or not 0 <= count <= people:
        raise InputError(
            f"{count} of {people} people is no share.",
            expected="at least one person, and a count from none to all of them",
        )
