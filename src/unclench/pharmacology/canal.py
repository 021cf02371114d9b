"""The fluid around the spinal cord: a row of cells, from the end of the sac up to the neck.

Drug spreads along the row (dispersion D), leaves each cell to the blood (loss k) and leaks in from
the blood, so that fluid and plasma settle at a fixed ratio. Above the top cell lies one cranial
pool. The sac end is closed.

    dc_i  = D/dx^2 (c_{i-1} - 2 c_i + c_{i+1}) - k (c_i - r Cp) + input_i / V_i
    dc_cr = g/V_cr (c_N - c_cr) - k_cr (c_cr - r Cp)        g = A_cs D / (dx/2)

A position is a height in cm above the sac end; levels between two cell centres are read by linear
interpolation, and an input between two centres is split with the same weights.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from unclench.errors import InputError

__all__ = ["CM3_PER_L", "cell_volume_l", "hat_weights", "spread"]

Array = NDArray[np.float64]

CM3_PER_L = 1000.0


def cell_volume_l(*, cells: int, area_cm2: float, length_cm: float) -> float:
    """Give the volume of one cell of the canal in litres."""
    return area_cm2 * length_cm / cells / CM3_PER_L


def hat_weights(position_cm: float, *, cells: int, length_cm: float) -> Array:
    """Give the weight of each cell at a height: linear between centres, (cells,), sum 1.

    Below the lowest centre and above the highest the nearest cell has all the weight.

    Raises:
        InputError: if the height is outside the canal.

    Example:
        >>> hat_weights(20.0, cells=4, length_cm=40.0)
        array([0. , 0.5, 0.5, 0. ])
    """
    if not 0.0 <= position_cm <= length_cm:
        raise InputError(
            f"A height of {position_cm:g} cm is outside the spinal canal.",
            expected=f"0 to {length_cm:g} cm above the end of the sac",
        )
    width_cm = length_cm / cells
    lowest = width_cm / 2
    inside = min(max(position_cm, lowest), length_cm - lowest)
    centres = lowest + width_cm * np.arange(cells)
    weights: Array = np.maximum(0.0, 1.0 - np.abs(inside - centres) / width_cm)
    return weights / weights.sum()


def spread(
    *, cells: int, area_cm2: float, length_cm: float, dispersion_cm2_per_h: float
) -> tuple[Array, float]:
    """Give what flows between neighbours for each ng/mL of difference, in L/h.

    Returns:
        The conductances between cells, (cells - 1,), and the one from the top cell to the cranial
        pool, which has half the way to go.
    """
    width_cm = length_cm / cells
    one = area_cm2 * dispersion_cm2_per_h / width_cm / CM3_PER_L
    return np.full(cells - 1, one), 2.0 * one
