"""Scrambled Sobol points, the very ones of `scipy.stats.qmc`, without the seconds it takes to load.

`scipy.stats` needs most of the time that a short command has. This is the one thing that was asked
of it: a digital net in base 2 (Sobol 1967, direction numbers of Joe and Kuo 2008), its digits mixed
by random lower triangular matrices and shifted at random (Matousek 1998). A test holds it to the
points of SciPy, to the bit.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST_DIMENSIONS", "sobol"]

Bits = NDArray[np.uint32]

DIGITS: Final = 30
POLYNOMIALS: Final = (1, 3, 7, 11, 13, 19, 25, 37, 41, 47, 55, 59)
"""Primitive polynomials, one a dimension; a bit is a coefficient."""
FIRST: Final = (
    (1,), (1,), (1, 3), (1, 3, 1), (1, 1, 1), (1, 1, 3, 3), (1, 3, 5, 13), (1, 1, 5, 5, 17),
    (1, 1, 5, 5, 5), (1, 1, 7, 11, 19), (1, 1, 5, 1, 1), (1, 1, 1, 3, 11),
)  # fmt: skip
"""The first direction numbers of each dimension."""
MOST_DIMENSIONS: Final = len(FIRST)


def sobol(log2_points: int, dimensions: int, seed: int) -> NDArray[np.float64]:
    """Give scrambled points inside the unit cube, (2 ** log2_points, dimensions).

    Args:
        log2_points: Logarithm of the number of points to base 2.
        dimensions: Of how many numbers each, 1 to 12.
        seed: The same seed gives the same points.

    Example:
        >>> sobol(10, 2, seed=1).mean(axis=0).round(3)
        array([0.5, 0.5])
    """
    (rng,) = np.random.default_rng(seed).spawn(1)  # noqa: TID251 - the stream that SciPy takes
    powers = np.uint32(1) << np.arange(DIGITS, dtype=np.uint32)
    shift = rng.integers(2, size=(dimensions, DIGITS), dtype=np.uint32) @ powers
    drawn = rng.integers(2, size=(dimensions, DIGITS, DIGITS), dtype=np.uint32)
    mixing = np.tril(drawn, -1) + np.eye(DIGITS, dtype=np.uint32)
    points = np.empty((1 << log2_points, dimensions), np.uint32)
    for i in range(dimensions):
        points[:, i] = _net(_mixed(_directions(i), mixing[i]), log2_points) ^ shift[i]
    return np.asarray(points / (1 << DIGITS), np.float64)


def _directions(dimension: int) -> Bits:
    """Give the direction numbers of a dimension, the highest digit first, (DIGITS,)."""
    if dimension == 0:
        numbers = [1] * DIGITS
    else:
        polynomial, numbers = POLYNOMIALS[dimension], list(FIRST[dimension])
        degree = polynomial.bit_length() - 1
        while len(numbers) < DIGITS:
            new = numbers[-degree]
            for back in range(1, degree + 1):
                if polynomial >> (degree - back) & 1:
                    new ^= numbers[-back] << back
            numbers.append(new)
    return np.array([one << (DIGITS - 1 - i) for i, one in enumerate(numbers)], np.uint32)


def _mixed(directions: Bits, mixing: Bits) -> Bits:
    """Mix the digits of direction numbers: a matrix times each, modulo 2."""
    places = np.arange(DIGITS - 1, -1, -1, dtype=np.uint32)
    digits = directions[:, None] >> places & 1
    return (digits @ mixing.T & 1) @ (np.uint32(1) << places)


def _net(directions: Bits, log2_points: int) -> Bits:
    """Give the points of a dimension in the order of a Gray code: each changes one digit."""
    points = np.zeros(1, np.uint32)
    for i in range(log2_points):
        points = np.concatenate([points, points[::-1] ^ directions[i]])
    return points
