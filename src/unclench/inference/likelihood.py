"""How likely a diary is, for many candidate people at once.

**Counts.** The days of a person differ by more than chance: a day's rate is the expected one times
a gamma variable of mean 1 and shape k, shared by all hours of that day. So a count of a whole day
is negative binomial with size k, and counts of parts of one day are negative multinomial:

    p(n_1, ..., n_m) = G(k + N)/(G(k) prod n_i!) (k/(k + M))^k prod (mu_i/(k + M))^n_i

with N and M the sums of counts n and means mu. A mean is the person's baseline, times the rhythm of
the quarter of the day, times the share of spasms that the level at the cord leaves.

**Ratings.** A feeling is a number on a line with normal noise, of which the diary shows the nearest
whole number from 0 to 10, everything beyond the ends at the ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, log_ndtr

from unclench.inference.diary import Count, Diary, Rating
from unclench.inference.exposure import Sites, cardinal
from unclench.inference.prior import (
    BASELINE,
    DROWSY,
    NOISE,
    RHYTHM,
    SENSITIVITY,
    SIZE,
    STIFF,
    TIRED,
    Prior,
)
from unclench.regimen import MINUTES_PER_DAY

__all__ = ["Cells", "Likelihood", "cells", "likelihood", "log_counts", "log_ratings"]

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

QUARTER_MIN = MINUTES_PER_DAY // 4
SMALLEST_MEAN = 1e-12
MOST = 10
"""The highest rating."""


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """Windows of time cut at the quarters of the day; each piece is a cell.

    Args:
        left: Integral over each cell of the spasms left, in days, (grid, cells).
        untreated: The length of each cell in days, (cells,).
        quarter: The quarter of the day of each cell, 0 to 3, (cells,).
        starts: The first cell of each window, (windows,).
    """

    left: Array
    untreated: Array
    quarter: Indices
    starts: Indices

    def means(self, prior: Prior, z: Array, *, responds: bool) -> Array:
        """Give the expected spasms in each window for rows of z, (n, windows).

        Args:
            prior: What turns z into baseline and rhythm.
            z: Standard normal numbers, (n, 10).
            responds: Whether the drug does anything to spasms in these people.
        """
        left = cardinal(z[:, SENSITIVITY]) @ self.left if responds else self.untreated[None, :]
        each = prior.rhythm(z)[:, self.quarter] * left
        summed = np.add.reduceat(each, self.starts, axis=1)
        means: Array = np.maximum(prior.baseline(z)[:, None] * summed, SMALLEST_MEAN)
        return means


def cells(windows: list[tuple[int, int]], at: Sites) -> Cells:
    """Cut windows of time, each from one minute to another, at the quarters of the day."""
    pieces: list[tuple[int, int]] = []
    starts = []
    for start_min, end_min in windows:
        starts.append(len(pieces))
        cuts = range((start_min // QUARTER_MIN + 1) * QUARTER_MIN, end_min, QUARTER_MIN)
        pieces += pairwise([start_min, *cuts, end_min])
    left = np.array([at.hours_left(*piece) for piece in pieces]).T / 24.0
    return Cells(
        left=np.maximum(left, 0.0),
        untreated=np.array([(end - start) / MINUTES_PER_DAY for start, end in pieces]),
        quarter=np.array([start // QUARTER_MIN % 4 for start, _ in pieces]),
        starts=np.array(starts),
    )


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Likelihood:
    """A diary, ready to be asked how likely it is.

    Args:
        prior: What turns z into the parameters of a person.
        counted: The cells of what was counted; None where nothing was.
        spasms: The counts, (windows,).
        days: Where the windows of each day begin, (days counted,).
        drowsy: Scores of drowsiness, (ratings,), and what the drug adds at each, (grid, ratings).
        stiff: Scores of stiffness, and the drive left at each.
        exposed: Whether there was any drug at all.
    """

    prior: Prior
    counted: Cells | None
    spasms: Array
    days: Indices
    drowsy: tuple[Array, Array]
    stiff: tuple[Array, Array]
    exposed: bool

    def active(self, *, responds: bool) -> Indices:
        """Name the columns of z that the diary speaks to; it leaves the others as they were."""
        named: set[int] = set()
        if self.counted is not None:
            named |= {BASELINE, SIZE, *range(RHYTHM.start, RHYTHM.stop)}
        if responds and self.exposed and (self.counted is not None or self.stiff[0].size):
            named.add(SENSITIVITY)
        if self.drowsy[0].size:
            named |= {TIRED, NOISE} | ({DROWSY} if self.exposed else set())
        if self.stiff[0].size:
            named |= {STIFF, NOISE}
        return np.array(sorted(named), dtype=np.int64)

    def log(self, z: Array, *, responds: bool) -> Array:
        """Give the logarithm of the likelihood for rows of z, (n,)."""
        total = np.zeros(len(z))
        if self.counted is not None:
            means = self.counted.means(self.prior, z, responds=responds)
            total += log_counts(self.spasms, means, self.prior.sizes(z), self.days)
        noise = self.prior.noise(z)
        scores, added = self.drowsy
        if scores.size:
            felt = self.prior.tired(z)[:, None] + MOST * (cardinal(z[:, DROWSY]) @ added)
            total += log_ratings(scores, felt, noise)
        scores, drive = self.stiff
        if scores.size:
            share = cardinal(z[:, SENSITIVITY]) @ drive if responds else np.ones((1, scores.size))
            total += log_ratings(scores, self.prior.stiff(z)[:, None] * share, noise)
        return total


def likelihood(diary: Diary, prior: Prior, at: Sites) -> Likelihood:
    """Make a diary ready to be asked how likely it is.

    Args:
        diary: What was counted and felt.
        prior: The population.
        at: What the diary's doses do, for each sensitivity.
    """
    windows = [(count.start_min, count.end_min) for count in diary.counts]
    return Likelihood(
        prior=prior,
        counted=cells(windows, at) if windows else None,
        spasms=np.array([count.spasms for count in diary.counts], dtype=np.float64),
        days=_first_of_each_day(diary.counts),
        drowsy=_rated(diary.drowsiness, at, at.drowsiness),
        stiff=_rated(diary.stiffness, at, at.drive_left),
        exposed=bool(np.any(at.cord_ng_per_ml > 0.0)),
    )


def _first_of_each_day(counts: tuple[Count, ...]) -> Indices:
    days = [count.day for count in counts]
    return np.array([i for i, day in enumerate(days) if i == 0 or day != days[i - 1]], np.int64)


def _rated(ratings: tuple[Rating, ...], at: Sites, values: Array) -> tuple[Array, Array]:
    scores = np.array([rating.score for rating in ratings], dtype=np.float64)
    if not ratings:
        return scores, np.zeros((values.shape[1], 0))
    return scores, np.array([at.at(values, rating.at_min) for rating in ratings]).T


def log_counts(spasms: Array, means: Array, sizes: Array, days: Indices) -> Array:
    """Give the log probability of counts whose days share a gamma variable, (n,).

    Args:
        spasms: The counts, (windows,).
        means: Their expected values, (n, windows).
        sizes: The shape k of each row, (n,).
        days: Where the windows of each day begin, (days,).

    Example:
        >>> one_day = np.array([0])
        >>> log_counts(np.array([3.0]), np.array([[4.0]]), np.array([2.0]), one_day).round(4)
        array([-2.0273])
    """
    k = sizes[:, None]
    by_day = np.add.reduceat(spasms, days)
    expected = np.add.reduceat(means, days, axis=1)
    distinct, which = np.unique(by_day, return_inverse=True)
    gammas = gammaln(k + distinct) - gammaln(k)
    daily = gammas[:, which] + k * np.log(k) - (k + by_day) * np.log(k + expected)
    total: Array = daily.sum(axis=1) + np.log(means) @ spasms - gammaln(spasms + 1.0).sum()
    return total


def log_ratings(scores: Array, felt: Array, noise: Array) -> Array:
    """Give the log probability of whole ratings from 0 to 10, (n,).

    Args:
        scores: The ratings, (ratings,).
        felt: What is felt at each, on a line, (n, ratings).
        noise: The sd of one rating of each row, (n,).

    Example:
        >>> log_ratings(np.array([10.0]), np.array([[10.0]]), np.array([1.0])).round(4)
        array([-0.3689])
    """
    above = np.where(scores >= MOST, np.inf, scores + 0.5)
    below = np.where(scores <= 0, -np.inf, scores - 0.5)
    high = (above - felt) / noise[:, None]
    low = (below - felt) / noise[:, None]
    flipped = low > 0.0  # in the upper tail both shares are near 1: read the lower one instead
    upper, lower = np.where(flipped, -low, high), np.where(flipped, -high, low)
    first, second = log_ndtr(upper), log_ndtr(lower)
    with np.errstate(divide="ignore"):
        each = first + np.log1p(-np.exp(np.minimum(second - first, -1e-15)))
    total: Array = each.sum(axis=1)
    return total
