"""Levels of drug in one body after a dose, an infusion, or doses for ever, in closed form.

The model's own matrix is taken apart into its modes once for a body; every experiment is then a
sum of exponentials. Nothing here is stepped, so that a fit can ask thousands of times.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from unclench.pharmacology import compartments as states
from unclench.pharmacology.parameters import Body

Array = NDArray[np.float64]

CELLS = 10
"""The product's own number of cells: the fit must not lean on a finer canal than it has."""


class Levels:
    """One body's answer to what enters it; levels come as (states, times), in ng/mL."""

    def __init__(self, body: Body) -> None:
        """Take the body's matrix apart into modes; all of them die out."""
        self.system = states.compartments(body, cells=CELLS)
        self.body = body
        kept = np.arange(len(self.system.matrix)) != states.ELIMINATED
        self._place = np.cumsum(kept) - 1
        self._rates, self._modes = np.linalg.eig(self.system.matrix[np.ix_(kept, kept)])
        self._kept = kept

    def injected(self, height_cm: float) -> Array:
        """Give the weights of the modes for one microgram put into the canal."""
        return self._weights(self.system.into_canal(height_cm))

    def swallowed(self) -> Array:
        """Give the weights of the modes for one microgram swallowed, at the end of the lag."""
        entering = np.zeros(len(self.system.matrix))
        entering[states.GUT] = self.body.bioavailability
        return self._weights(entering)

    def after(self, weights: Array, time_h: Array) -> Array:
        """Give the levels some time after a single dose; none before it."""
        since = np.maximum(time_h, 0.0)
        return self._sum(weights, np.exp(np.outer(self._rates, since))) * (time_h >= 0.0)

    def during(self, weights: Array, time_h: Array) -> Array:
        """Give the levels some time into an infusion of one unit an hour; `inf` for the end."""
        decay = np.exp(np.outer(self._rates, np.minimum(time_h, 1e6)))
        return self._sum(weights, (decay - 1.0) / self._rates[:, None])

    def again_and_again(self, weights: Array, every_h: float, *, points: int = 96) -> Array:
        """Give the levels over one interval of doses that have been taken for ever."""
        time_h = np.linspace(0.0, every_h, points, endpoint=False)
        decay = np.exp(np.outer(self._rates, time_h))
        return self._sum(weights, decay / (1.0 - np.exp(self._rates * every_h))[:, None])

    def at(self, levels: Array, state: int) -> Array:
        """Pick the level of one state."""
        level: Array = levels[self._place[state]]
        return level

    def fluid(self, levels: Array, height_cm: float) -> Array:
        """Pick the level of the spinal fluid at a height."""
        level: Array = self.system.at_height(height_cm)[self._kept] @ levels
        return level

    def _weights(self, entering: Array) -> Array:
        return np.linalg.solve(self._modes, entering[self._kept].astype(complex))

    def _sum(self, weights: Array, courses: Array) -> Array:
        levels: Array = (self._modes @ (weights[:, None] * courses)).real
        return levels
