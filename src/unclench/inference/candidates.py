"""Candidates for one person, each with its probability: people in general, or after a diary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from unclench.inference.likelihood import Likelihood
from unclench.inference.posterior import Check, explore, normal_points
from unclench.inference.prior import PARAMETERS, Prior

__all__ = ["Person", "Range", "population", "posterior"]

Array = NDArray[np.float64]

PRIOR_POINTS = 4096
LEVELS = (0.05, 0.5, 0.95)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A median and the band that holds nine of ten."""

    low: float
    middle: float
    high: float


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Person:
    """Weighted candidates for one person: rows of z, whether the drug works in them, weights.

    Args:
        z: Standard normal numbers, (n, 10).
        responds: Whether the drug does anything to spasms, (n,).
        weights: How probable each is; they sum to 1, (n,).
        check: Whether they can be trusted.
    """

    z: Array
    responds: NDArray[np.bool_]
    weights: Array
    check: Check

    def quantile(self, values: Array, level: float) -> float:
        """Give the value that a candidate stays at or below with a probability."""
        order = np.argsort(values, kind="stable")
        summed = np.cumsum(self.weights[order])
        at = int(np.searchsorted(summed, level * summed[-1]))
        return float(values[order][min(at, values.size - 1)])

    def range(self, values: Array) -> Range:
        """Give the median and the nine-of-ten band of a number of each candidate."""
        low, middle, high = (self.quantile(values, level) for level in LEVELS)
        return Range(low=low, middle=middle, high=high)

    def variance(self, values: Array) -> float:
        """Give the variance of a number of each candidate."""
        return float(self.weights @ (values - float(self.weights @ values)) ** 2)

    def equally_likely(self, people: int) -> Person:
        """Give as many candidates of equal weight, by stepping through the weights evenly."""
        steps = (np.arange(people) + 0.5) / people
        at = np.minimum(np.searchsorted(np.cumsum(self.weights), steps), self.weights.size - 1)
        return Person(
            z=self.z[at],
            responds=self.responds[at],
            weights=np.full(people, 1.0 / people),
            check=self.check,
        )


def posterior(known: Likelihood, *, seed: int) -> Person:
    """Give candidates for the person of a diary, weighted by prior and likelihood.

    Whether the drug works in this person at all is a question of its own; each answer is explored
    apart, and weighted by its share in the population and the probability of the diary under it.

    Args:
        known: The diary, ready to be asked.
        seed: Makes the points; the same seed gives the same candidates to the bit.
    """
    share = known.prior.nonresponder_share
    found = [
        (responds, chance, *_explored(known, responds=responds, seed=seed))
        for responds, chance in ((True, 1.0 - share), (False, share))
    ]
    logs = [log_w + np.log(chance / log_w.size) for _, chance, _, log_w, _ in found]
    joined = np.concatenate(logs)
    checks = [check for *_, check in found]
    weights = np.exp(joined - logsumexp(joined))
    worst = Check(
        effective_points=float(1.0 / np.sum(weights * weights)),
        tail_index=max(check.tail_index for check in checks),
        rounds=max(check.rounds for check in checks),
    )
    return Person(
        z=np.vstack([z for _, _, z, _, _ in found]),
        responds=np.concatenate([np.full(len(z), responds) for responds, _, z, _, _ in found]),
        weights=weights,
        check=worst,
    )


def _explored(known: Likelihood, *, responds: bool, seed: int) -> tuple[Array, Array, Check]:
    """Explore what the diary speaks to; what it is silent about keeps its prior."""
    active = known.active(responds=responds)

    def log_likelihood(part: Array) -> Array:
        whole = np.zeros((len(part), len(PARAMETERS)))
        whole[:, active] = part
        return known.log(whole, responds=responds)

    draws = explore(log_likelihood, active.size, seed=seed + (0 if responds else 1000))
    silent = np.setdiff1d(np.arange(len(PARAMETERS)), active)
    z = np.zeros((len(draws.z), len(PARAMETERS)))
    z[:, active] = draws.z
    points = 2 ** (len(z) - 1).bit_length()
    z[:, silent] = normal_points(points, silent.size, seed + 2000 + responds)[: len(z)]
    return z, draws.log_weights, draws.check


def population(known: Prior, seed: int) -> Person:
    """Give people in general, with the share of those in whom the drug does nothing."""
    z = normal_points(PRIOR_POINTS, len(PARAMETERS), seed + 3000)
    share = known.nonresponder_share
    weights = np.concatenate([np.full(len(z), 1.0 - share), np.full(len(z), share)]) / len(z)
    sure = Check(effective_points=float(len(z)), tail_index=-np.inf, rounds=1)
    works = np.repeat([True, False], len(z))
    return Person(z=np.vstack([z, z]), responds=works, weights=weights, check=sure)
