"""Curves as short SVG path text: thinned to what a screen can show, one decimal, relative steps.

A season at 15 minutes has 8,000 points and a phone has 200 pixels for them. Thinning keeps the
lowest and the highest point of every two pixels, so no peak is lost; then points that lie on the
line between their neighbours, to a third of a pixel, are dropped. Coordinates are whole tenths of a
pixel before they are subtracted from one another, so relative steps do not drift.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

COLUMN_PX: Final = 2.0
FLAT_PX: Final = 0.3
PASSES: Final = 4


class Tenths(dict[int, str]):
    """Whole tenths as short decimal text with the separator that a path needs before it."""

    def __missing__(self, tenths: int) -> str:
        """Write a number on first use: 13 becomes " 1.3", -4 becomes "-.4"."""
        whole, rest = divmod(abs(tenths), 10)
        digits = f"{whole or ''}.{rest}" if rest else f"{whole}"
        text = self[tenths] = ("-" if tenths < 0 else " ") + digits
        return text


TENTHS: Final = Tenths()


def kept(x_px: Array, y_px: Array) -> NDArray[np.intp]:
    """Indices of the points worth drawing, in order; at most about two for each pixel of width.

    Args:
        x_px: (n,) rising positions in pixels.
        y_px: (n,) heights in pixels.

    Returns:
        Sorted indices, with the first, the last, and every turn that two pixels of width can show.
        The curve through these points is within a pixel of the curve through all.

    Example:
        >>> kept(np.arange(5.0), np.array([0.0, 0, 9, 0, 0])).tolist()
        [0, 1, 2, 3, 4]
    """
    index = extremes(x_px, y_px)
    for _ in range(PASSES):
        needed = ~flat(x_px[index], y_px[index])
        if needed.all():
            break
        index = index[needed]
    return index


def extremes(x_px: Array, y_px: Array) -> NDArray[np.intp]:
    """Indices of the lowest and the highest of each run of points that share two pixels' width."""
    n = x_px.size
    width = float(x_px[-1] - x_px[0])
    if n <= 2 * width or n < 4:
        return np.arange(n)
    run = math.ceil(n * COLUMN_PX / max(width, COLUMN_PX))
    starts = np.arange(0, n - n % run, run)
    runs = y_px[: starts.size * run].reshape(-1, run)
    wanted = np.zeros(n, dtype=np.bool_)
    wanted[starts + runs.argmin(axis=1)] = True
    wanted[starts + runs.argmax(axis=1)] = True
    wanted[0] = True
    wanted[starts.size * run :] = True
    wanted[-1] = True
    return np.flatnonzero(wanted)


def flat(x_px: Array, y_px: Array) -> NDArray[np.bool_]:
    """Which points lie on the line between their neighbours; never two in a row, never an end.

    A point that is higher or lower than both neighbours is never flat, however slightly.
    """
    on_line = np.zeros(x_px.size, dtype=np.bool_)
    if x_px.size < 3:
        return on_line
    before, after = y_px[1:-1:2] - y_px[:-2:2], y_px[2::2] - y_px[1:-1:2]
    reach, rest = x_px[1:-1:2] - x_px[:-2:2], x_px[2::2] - x_px[1:-1:2]
    across = np.abs(before * rest - after * reach)
    long = np.hypot(reach + rest, before + after)
    on_line[1:-1:2] = (across < FLAT_PX * long) & (before * after >= 0)
    return on_line


def line(x_px: Array, y_px: Array) -> str:
    """The path of one curve, thinned.

    Example:
        >>> line(np.array([0.0, 10, 20]), np.array([5.0, 5.25, 9]))
        'M0 5l10 .2 10 3.8'
    """
    index = kept(x_px, y_px)
    return steps(x_px[index], y_px[index])


def area(x_px: Array, low_px: Array, high_px: Array) -> str:
    """The closed path between two curves over the same positions, each thinned."""
    below, above = kept(x_px, low_px), kept(x_px, high_px)[::-1]
    x = np.concatenate((x_px[below], x_px[above]))
    y = np.concatenate((low_px[below], high_px[above]))
    return steps(x, y) + "z"


def steps(x_px: Array, y_px: Array) -> str:
    """Every point given, as one absolute start and relative steps of a tenth of a pixel."""
    points = np.empty((x_px.size, 2), dtype=np.int64)
    points[:, 0] = np.rint(x_px * 10)
    points[:, 1] = np.rint(y_px * 10)
    start = "M" + "".join(TENTHS[i] for i in points[0].tolist()).lstrip()
    if x_px.size == 1:
        return start
    moves = "".join(map(TENTHS.__getitem__, np.diff(points, axis=0).ravel().tolist()))
    return f"{start}l{moves.lstrip()}"
