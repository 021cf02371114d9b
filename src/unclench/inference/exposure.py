"""The levels that a diary brings about, and what they do in people of every sensitivity.

Levels depend on dose times alone, and the body is linear: each dose adds its own curve. So the
curve of one dose is solved once, exactly, at each minute, and a diary is a sum of such curves. What
a level does depends on one number of the person (how sensitive the cord is, or the brain), so the
response is stepped once, for a grid of that number; a likelihood then reads between grid points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

from unclench.evidence import Evidence, from_evidence
from unclench.inference.diary import Diary
from unclench.patient import Patient
from unclench.pharmacology import response as effect
from unclench.pharmacology.absorption import MINUTES_PER_H
from unclench.pharmacology.compartments import (
    BRAIN,
    GUT,
    LUMBAR_INNER,
    Compartments,
    compartments,
)
from unclench.pharmacology.parameters import (
    Body,
    KineticParameters,
    ResponseParameters,
    body,
    kinetic_parameters,
)
from unclench.regimen import MINUTES_PER_DAY, Administration, Route

__all__ = ["GRID_Z", "STEP_MIN", "Kinetics", "Sites", "cardinal", "sites"]

Array = NDArray[np.float64]

STEP_MIN = 30
"""Minutes between the nodes at which the response is stepped."""
STEP_H = STEP_MIN / MINUTES_PER_H
CELLS = 10
"""Cells of the canal, as `simulate` has them unless it is told otherwise."""
GRID_Z = np.linspace(-5.0, 5.0, 61)
"""Grid of the standard normal number of a sensitivity; people beyond it count as at its end."""
CURVE_MIN = 10 * MINUTES_PER_DAY
"""How long the curve of a dose is followed; what is left then is below 1e-9 of its peak."""


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Kinetics:
    """The curves of one person's doses: levels at cord and brain at each minute, (2, minutes).

    Args:
        own: The numbers of the body.
        typical: Where the drug goes in a typical adult.
    """

    own: Body
    typical: KineticParameters

    @classmethod
    def of(cls, patient: Patient, evidence: Evidence) -> Kinetics:
        """Give the kinetics of the typical person of this weight and kidney function."""
        typical = kinetic_parameters(evidence)
        responses = from_evidence(ResponseParameters, evidence)
        return cls(own=body(patient, kinetics=typical, response=responses), typical=typical)

    @cached_property
    def swallowed(self) -> Array:
        """Levels after a microgram swallowed at minute 0."""
        start = np.zeros(self._system.matrix.shape[0])
        start[GUT] = self.own.bioavailability
        return self._curve(start, lag_min=self.own.lag_h * MINUTES_PER_H)

    @cached_property
    def injected(self) -> Array:
        """Levels after a microgram put into the fluid at the tip at minute 0."""
        return self._curve(self._system.into_canal(self.typical.tip_cm))

    @cached_property
    def infused(self) -> Array:
        """Levels under a steady microgram an hour at the tip from minute 0 on."""
        inflow = self._system.into_canal(self.typical.tip_cm)
        return self._curve(np.zeros_like(inflow), inflow=inflow)

    @cached_property
    def _system(self) -> Compartments:
        return compartments(self.own, cells=CELLS)

    def _curve(self, start: Array, *, inflow: Array | None = None, lag_min: float = 0.0) -> Array:
        """Carry a state from minute to minute, exactly: one matrix exponential for all steps."""
        size = start.size
        rates = np.zeros((size + 1, size + 1))
        rates[:size, :size] = self._system.matrix
        if inflow is not None:
            rates[:size, size] = inflow
        first = math.ceil(lag_min)
        state = expm(rates * ((first - lag_min) / MINUTES_PER_H)) @ np.append(start, 1.0)
        step = expm(rates / MINUTES_PER_H)
        curve = np.zeros((2, CURVE_MIN + 1))
        for minute in range(first, CURVE_MIN + 1):
            curve[0, minute], curve[1, minute] = state[LUMBAR_INNER], state[BRAIN]
            state = step @ state
        return curve

    def levels(self, taken: Iterable[Administration], nodes_min: NDArray[np.int64]) -> Array:
        """Give the levels at cord and brain in ng/mL at equally spaced nodes, (2, nodes)."""
        total = np.zeros((2, nodes_min.size))
        for dose in taken:
            amount_mcg = float(dose.dose.amount.in_mcg)
            if dose.dose.route is Route.ORAL:
                _add(total, self.swallowed, nodes_min, dose.start_min, amount_mcg)
            elif dose.duration_min == 0:
                _add(total, self.injected, nodes_min, dose.start_min, amount_mcg)
            else:
                rate = amount_mcg * MINUTES_PER_H / dose.duration_min
                _add(total, self.infused, nodes_min, dose.start_min, rate, lasts=True)
                _add(total, self.infused, nodes_min, dose.end_min, -rate, lasts=True)
        return np.maximum(total, 0.0)


def _add(
    total: Array,
    curve: Array,
    nodes_min: NDArray[np.int64],
    at_min: int,
    amount: float,
    *,
    lasts: bool = False,
) -> None:
    """Add the curve of one dose; past its end it is gone, or stays where it is."""
    first, past = np.searchsorted(nodes_min, [at_min, at_min + CURVE_MIN + 1]).tolist()
    total[:, first:past] += amount * curve[:, nodes_min[first:past] - at_min]
    if lasts:
        total[:, past:] += amount * curve[:, -1:]


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Sites:
    """What a course of doses does, at each node, for each point of the grid of sensitivity.

    Args:
        start_min: The first node, in minutes since 00:00 of day 1; below 0 before day 1.
        cord_ng_per_ml: Level at the lumbar cord, (nodes,).
        brain_ng_per_ml: Level at the brain, (nodes,).
        spasms_left: Spasms left as a share of those without drug, (nodes, grid).
        drive_left: Drive of the tone left as a share of that without drug, (nodes, grid).
        drowsiness: Drowsiness that the drug brings, 0 to 1, (nodes, grid of the brain).
    """

    start_min: int
    cord_ng_per_ml: Array
    brain_ng_per_ml: Array
    spasms_left: Array
    drive_left: Array
    drowsiness: Array

    @cached_property
    def _summed(self) -> Array:
        """The integral of the spasms left from the first node on, in hours."""
        middles = 0.5 * (self.spasms_left[1:] + self.spasms_left[:-1]) * STEP_H
        return np.vstack([np.zeros((1, middles.shape[1])), np.cumsum(middles, axis=0)])

    def hours_left(self, start_min: int, end_min: int) -> Array:
        """Give the integral of the spasms left between two minutes, in hours, (grid,)."""
        total: Array = _read(self._summed, end_min - self.start_min) - _read(
            self._summed, start_min - self.start_min
        )
        return total

    def at(self, values: Array, minute: int) -> Array:
        """Give a row of values at a minute, between nodes by a straight line, (grid,)."""
        return _read(values, minute - self.start_min)

    def nodes(self, start_min: int, end_min: int) -> slice:
        """Where the nodes from one minute to another stand, both included."""
        first = -(-(start_min - self.start_min) // STEP_MIN)
        return slice(first, (end_min - self.start_min) // STEP_MIN + 1)


def _read(values: Array, after_min: int) -> Array:
    node, rest = divmod(after_min, STEP_MIN)
    if rest == 0:
        row: Array = values[node]
        return row
    part: Array = values[node] + rest / STEP_MIN * (values[node + 1] - values[node])
    return part


def sites(
    diary: Diary,
    kinetics: Kinetics,
    *,
    ec50_log_sd: float,
    brain_log_sd: float,
    more: tuple[Administration, ...] = (),
    until_min: int | None = None,
) -> Sites:
    """Step the model through a diary, for the whole grid of sensitivity at once.

    Args:
        diary: What was taken, and what before day 1.
        kinetics: The curves of this person's doses.
        ec50_log_sd: What one unit of the grid shifts the logarithm of the EC50 at the cord by.
        brain_log_sd: The same for the level that makes drowsy.
        more: What is taken after the diary's end.
        until_min: The last minute to look at; the diary's end if None.
    """
    before_min = MINUTES_PER_DAY * (diary.earlier.days if diary.earlier else 0)
    end_min = diary.end_min if until_min is None else until_min
    nodes_min = np.arange(-before_min, end_min + 1, STEP_MIN)
    taken = [*_earlier(diary), *diary.taken, *more]
    cord, brain = kinetics.levels(taken, nodes_min)
    own = kinetics.own
    shift = np.exp(ec50_log_sd * GRID_Z)
    tolerant = any(dose.dose.route is Route.INTRATHECAL for dose in taken)
    dimmed, tolerance = _dimmed(cord, own, shift, own.tolerance_limit if tolerant else 0.0)
    adapted = lagging(dimmed, own.adaptation_h)
    risen = effect.rebound(adapted, dimmed, gain=own.rebound_gain)
    toned = effect.dimming(
        cord[:, None], ec50_ng_per_ml=own.ec50_tone * shift * (1.0 + tolerance), hill=own.hill
    )
    sleepy = effect.dimming(
        brain[:, None],
        ec50_ng_per_ml=own.brain_ec50 * np.exp(brain_log_sd * GRID_Z),
        hill=own.brain_hill,
    )
    eased = own.drowsiness_share * lagging(sleepy, own.drowsiness_h)
    return Sites(
        start_min=-before_min,
        cord_ng_per_ml=cord,
        brain_ng_per_ml=brain,
        spasms_left=effect.spasm_share(dimmed, risen, emax=own.emax, gain=own.spasm_gain),
        drive_left=effect.drive_share(toned, risen, emax=own.emax),
        drowsiness=np.maximum(0.0, sleepy - eased),
    )


def _earlier(diary: Diary) -> list[Administration]:
    """What was taken before day 1, at minutes below 0."""
    if diary.earlier is None:
        return []
    length = diary.earlier.days * MINUTES_PER_DAY
    given = diary.earlier.regimen.administrations(length)
    return [replace(dose, start_min=dose.start_min - length) for dose in given]


def _dimmed(cord: Array, own: Body, shift: Array, limit: float) -> tuple[Array, Array]:
    """Give dimming and tolerance, each (nodes, grid): the steps of `response.follow`, side by side.

    Without tolerance, dimming is the sigmoid itself.
    """
    ec50 = own.ec50_spasm * shift
    plain = effect.dimming(cord[:, None], ec50_ng_per_ml=ec50, hill=own.hill)
    tolerance = np.zeros_like(plain)
    if limit == 0.0:
        return plain, tolerance
    keep, flat, slope, bend = effect.lag_weights(STEP_H, own.tolerance_h)
    relative = (np.maximum(cord, 0.0)[:, None] / ec50) ** own.hill
    before = here = plain[0]
    for n in range(1, cord.size):
        rise = here - before
        foreseen = keep * tolerance[n - 1] + limit * (flat * here + slope * rise)
        power = relative[n] / (1.0 + foreseen) ** own.hill
        then = power / (1.0 + power)
        step = then - here
        tolerance[n] = keep * tolerance[n - 1] + limit * (
            flat * here + slope * step + bend * (step - rise)
        )
        plain[n] = then
        before, here = here, then
    return plain, tolerance


def lagging(values: Array, time_constant_h: float) -> Array:
    """Give what lags behind values from nothing on, (nodes, grid), as `response.follow` steps it.

    Example:
        >>> lagging(np.ones((3, 1)), 0.5)[:, 0].round(3)
        array([0.   , 0.632, 0.865])
    """
    keep, flat, slope, bend = effect.lag_weights(STEP_H, time_constant_h)
    step = np.diff(values, axis=0)
    rise = np.vstack([np.zeros_like(values[:1]), step[:-1]])
    driven = np.vstack(
        [np.zeros_like(values[:1]), flat * values[:-1] + slope * step + bend * (step - rise)]
    )
    for n in range(1, len(driven)):  # as `lfilter` does; loading scipy.signal takes longer
        driven[n] += keep * driven[n - 1]
    return driven


@cache
def _spline() -> Callable[[Array], Array]:
    from scipy.interpolate import CubicSpline  # half a second that not every caller owes

    basis = CubicSpline(GRID_Z, np.eye(GRID_Z.size), bc_type="natural")
    return lambda z: np.asarray(basis(np.clip(z, GRID_Z[0], GRID_Z[-1])))


def cardinal(z: Array) -> Array:
    """Give the weights of the grid's points that read a table at z, (n, grid): a cubic spline.

    Example:
        >>> table = np.exp(0.3 * GRID_Z)
        >>> (cardinal(np.array([0.4321])) @ table / np.exp(0.3 * 0.4321)).round(4)
        array([1.])
    """
    return _spline()(z)
