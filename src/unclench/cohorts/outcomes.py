"""Outcomes that add up: whole numbers only, so that no order of adding can change a bit.

A `Tally` holds arrays of whole numbers by name. Tallies of two groups of people add, and the sum is
that of both groups together, whoever comes first and however they were split. Three kinds:

* Histograms on one fixed grid, 64 steps to each doubling from 2**-14 to 2**14. A quantile read from
  them lies within one step, 1.6 percent, of the true one; what is below 2**-14 counts as 0.
* Moments: the number of people and the sums of values and squares as multiples of 2**-20. Rounding
  moves a mean, and a mean of squares, by less than 2**-21.
* Counts: how many people, how many of them something is true of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from unclench.errors import InputError

__all__ = [
    "BINS",
    "STEP_ERROR",
    "Summary",
    "Tally",
    "add",
    "count",
    "histogram",
    "mean_and_sd",
    "moments",
    "quantiles_of",
    "share_interval",
]

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

LOWEST_POWER: Final = -14
HIGHEST_POWER: Final = 14
STEPS_BITS: Final = 6
STEPS: Final = 1 << STEPS_BITS
BINS: Final = (HIGHEST_POWER - LOWEST_POWER) * STEPS + 2
"""A bin for 0 and what is nearly 0, those of the grid, and one for what is above."""
STEP_ERROR: Final = 1.0 / STEPS
"""The most by which a quantile can be off, as a share of itself."""
MANTISSA_BITS: Final = 52
EXPONENT_BIAS: Final = 1023
SCALE: Final = 2.0**20
LIMB: Final = 32
MOST: Final = 2.0**20
"""Above this a square would not fit."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Whole numbers by name, which add up; an array that a tally lacks counts as nothing.

    Args:
        parts: Arrays of whole numbers.

    Example:
        >>> one = Tally({"people": np.array([2])})
        >>> two = Tally({"people": np.array([3])})
        >>> (one + two)["people"]
        array([5])
    """

    parts: Mapping[str, Whole]

    def __getitem__(self, name: str) -> Whole:
        """Give one array."""
        return self.parts[name]

    def __add__(self, other: Tally) -> Tally:
        """Give the tally of both groups together."""
        made = dict(self.parts)
        for name, part in other.parts.items():
            made[name] = made[name] + part if name in made else part
        return Tally(made)

    def __eq__(self, other: object) -> bool:
        """Say whether all numbers are the same."""
        return isinstance(other, Tally) and self.digest == other.digest

    def __hash__(self) -> int:
        """Give a number for sets."""
        return hash(self.digest)

    @property
    def digest(self) -> str:
        """Give 64 letters that change with any bit of any number."""
        made = hashlib.sha256()
        for name in sorted(self.parts):
            part = np.ascontiguousarray(self.parts[name], dtype="<i8")
            made.update(f"{name} {part.shape} ".encode())
            made.update(part.tobytes())
        return made.hexdigest()


def add(into: dict[str, Whole], more: Tally) -> None:
    """Add a tally to arrays that are changed in place: memory stays flat over many."""
    for name, part in more.parts.items():
        if name in into:
            into[name] += part
        else:
            into[name] = part.astype(np.int64, copy=True)


def count(where: NDArray[np.bool_]) -> Whole:
    """Give how many people there are and of how many it is true, (2,).

    Example:
        >>> count(np.array([True, False, True]))
        array([3, 2])
    """
    return np.array([where.size, np.count_nonzero(where)], np.int64)


def histogram(values: Array) -> Whole:
    """Count values on the grid: (people,) gives (BINS,), (rows, people) gives (rows, BINS).

    Raises:
        InputError: if a value is not a number.

    Example:
        >>> counts = histogram(np.array([0.0, 1.0, 1.0, 3.0]))
        >>> counts.sum(), counts.max()
        (np.int64(4), np.int64(2))
    """
    rows = np.atleast_2d(values)
    flat = _bins(rows) + BINS * np.arange(len(rows), dtype=np.int64)[:, None]
    counts = np.bincount(flat.ravel(), minlength=BINS * len(rows)).astype(np.int64)
    return counts.reshape(*values.shape[:-1], BINS)


def _bins(values: Array) -> Whole:
    """Give the bin of each value: its exponent and the first bits after the point, no logarithm."""
    if np.isnan(values).any():
        raise InputError("A value is not a number.", expected="numbers")
    lowest = np.int64((EXPONENT_BIAS + LOWEST_POWER) << STEPS_BITS)
    kept = np.maximum(values, 0.0).view(np.int64) >> (MANTISSA_BITS - STEPS_BITS)
    places: Whole = np.clip(kept - lowest + 1, 0, BINS - 1)
    return places


def _edges() -> Array:
    powers = np.arange(LOWEST_POWER, HIGHEST_POWER)
    steps = 1.0 + np.arange(STEPS) / STEPS
    grid = (2.0**powers)[:, None] * steps
    top = 2.0**HIGHEST_POWER
    return np.concatenate([[0.0], grid.ravel(), [top, top]])


def quantiles_of(counts: Whole, shares: tuple[float, ...]) -> Array:
    """Read quantiles from histograms, linear inside a bin, (..., BINS) to (shares, ...).

    They are within one step of the grid, 1.6 percent, of the exact ones.

    Example:
        >>> counts = histogram(np.full(100, 5.0))
        >>> bool(abs(quantiles_of(counts, (0.5,))[0] / 5.0 - 1.0) < STEP_ERROR)
        True
    """
    rows = counts.reshape(-1, BINS)
    edges, upto = _edges(), np.cumsum(rows, axis=1)
    made = np.zeros((len(shares), len(rows)))
    for i, share in enumerate(shares):
        rank = share * (upto[:, -1] - 1) + 0.5
        bins = np.minimum((upto < rank[:, None]).sum(axis=1), BINS - 1)
        here = np.arange(len(rows))
        inside = rows[here, bins]
        before = upto[here, bins] - inside
        part = np.where(inside > 0, (rank - before) / np.maximum(inside, 1), 0.0)
        made[i] = edges[bins] + np.clip(part, 0.0, 1.0) * (edges[bins + 1] - edges[bins])
        made[i, bins == 0] = 0.0
    return made.reshape(len(shares), *counts.shape[:-1])


def moments(values: Array) -> Whole:
    """Give the number of people, and sums of values and squares in two limbs each, (5,).

    Args:
        values: (people,), from 0 to 2**20.

    Raises:
        InputError: if a value is negative, above 2**20 or not a number.

    Example:
        >>> mean_and_sd(moments(np.array([1.0, 3.0])))
        (2.0, 1.0)
    """
    if not ((values >= 0.0) & (values <= MOST)).all():
        raise InputError("A value cannot be added up exactly.", expected="numbers from 0 to 2**20")
    made = [values.size]
    for part in (values, values * values):
        whole = np.rint(part * SCALE).astype(np.int64)
        made += [int((whole >> LIMB).sum()), int((whole & ((1 << LIMB) - 1)).sum())]
    return np.array(made, np.int64)


def mean_and_sd(sums: Whole) -> tuple[float, float]:
    """Give the mean and the standard deviation from `moments`."""
    people, high, low, high_squares, low_squares = (int(one) for one in sums)
    if people == 0:
        raise InputError("Nobody was counted.", expected="at least one person")
    total, squares = (high << LIMB) + low, (high_squares << LIMB) + low_squares
    mean = total / people / SCALE
    variance = (squares * people * int(SCALE) - total * total) / people**2 / SCALE**2
    return mean, max(variance, 0.0) ** 0.5


def share_interval(counted: Whole) -> tuple[float, float, float]:
    """Give a share and its 95 percent interval after Wilson, from `count`.

    It says how far the share may be off because only so many people were simulated, and nothing
    about how far the model may be off.

    Example:
        >>> [round(one, 3) for one in share_interval(np.array([100, 20]))]
        [0.2, 0.133, 0.289]
    """
    people, yes = int(counted[0]), int(counted[1])
    if people == 0:
        raise InputError("Nobody was counted.", expected="at least one person")
    z2, share = 1.959963984540054**2, yes / people
    middle = (share + z2 / (2 * people)) / (1 + z2 / people)
    half = (z2 * (share * (1 - share) / people + z2 / (4 * people**2))) ** 0.5 / (1 + z2 / people)
    return share, min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half))


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How an outcome is spread over people.

    Args:
        mean: The mean, within 2**-21.
        sd: The standard deviation between people.
        low: 1 of 20 people lie below, within 1.6 percent.
        median: Of the middle person.
        high: 1 of 20 lie above.
    """

    mean: float
    sd: float
    low: float
    median: float
    high: float

    @classmethod
    def of(cls, sums: Whole, counts: Whole) -> Summary:
        """Read a summary from `moments` and `histogram` of the same people."""
        mean, sd = mean_and_sd(sums)
        low, median, high = (float(one) for one in quantiles_of(counts, (0.05, 0.5, 0.95)))
        return cls(mean=mean, sd=sd, low=low, median=median, high=high)
