"""The linear half of the model: every amount and level of drug, and its exact solution.

Between two events nothing but constant rates and constant inputs act, so the state is carried by a
matrix exponential: no step size, no solver error. This module says the equations as one matrix and
carries the state with `scipy.linalg.expm`. It is the reference; the kernel does the same for many
people at once, in modes, and is tested against it.

    gut'        = -ka gut                                        (one depot fasted, one fed)
    central'    = ka gut - (CL + Q) Cp + Q Cq + loss from the fluid - leak into it
    peripheral' = Q (Cp - Cq)                                    Cp = central/Vc, Cq = peripheral/Vp
    eliminated' = CL Cp
    canal, cranial pool: see `canal`
    outer' = kw (c_local - outer)          inner' = ks (outer - inner) + kb (r Cp - inner)
    brain' = kbr (r Cp + b c_cranial - brain)

Gut, central, peripheral and eliminated are amounts in micrograms; all else is a level in ng/mL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

from unclench.pharmacology.absorption import MINUTES_PER_H, Inputs, Phase
from unclench.pharmacology.canal import cell_volume_l, hat_weights, spread
from unclench.pharmacology.parameters import Body

__all__ = ["Compartments", "States", "compartments", "solve"]

Array = NDArray[np.float64]
_Known = dict[tuple[int, float, bytes], Array]

GUT, GUT_FED, CENTRAL, PERIPHERAL, ELIMINATED, CRANIAL = range(6)
LUMBAR_OUTER, LUMBAR_INNER, CERVICAL_OUTER, CERVICAL_INNER, BRAIN, CANAL = range(6, 12)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Compartments:
    """One body as a linear system: x' = matrix x + inputs.

    Args:
        matrix: Rates, (states, states), per hour.
        volume_l: What turns each state into an amount, (states,); 0 for sites without mass.
        body: The numbers it was made from.
        cells: How many cells the canal has.
    """

    matrix: Array
    volume_l: Array
    body: Body
    cells: int

    def at_height(self, height_cm: float) -> Array:
        """Give the row that reads the level of the fluid at a height, (states,)."""
        row = np.zeros(len(self.matrix))
        row[CANAL:] = hat_weights(height_cm, cells=self.cells, length_cm=self.body.canal_length_cm)
        return row

    def into_canal(self, height_cm: float) -> Array:
        """Give the column by which one microgram at a height changes the state, (states,)."""
        row = self.at_height(height_cm)
        cell_l = self.volume_l[CANAL]
        return row / cell_l


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """The state at each time: `time_h` (n,), `values` (n, states), of one body."""

    time_h: Array
    values: Array
    system: Compartments

    @property
    def amounts_mcg(self) -> Array:
        """The drug in each compartment and eliminated, (n, states); sites hold none."""
        return self.values * self.system.volume_l

    def levels(self) -> dict[str, Array]:
        """Give the levels that a time course reports, each (n,)."""
        own = self.system.body
        return {
            "plasma_ng_per_ml": self.values[:, CENTRAL] / own.central_l,
            "csf_lumbar_ng_per_ml": self.values @ self.system.at_height(own.lumbar_cm),
            "csf_cervical_ng_per_ml": self.values @ self.system.at_height(own.cervical_cm),
            "csf_cranial_ng_per_ml": self.values[:, CRANIAL],
            "cord_lumbar_ng_per_ml": self.values[:, LUMBAR_INNER],
            "cord_cervical_ng_per_ml": self.values[:, CERVICAL_INNER],
            "brain_ng_per_ml": self.values[:, BRAIN],
        }


def compartments(body: Body, *, cells: int, phase: Phase | None = None) -> Compartments:
    """Write the equations of one body as a matrix.

    Args:
        body: The numbers of the body.
        cells: How many cells the canal has.
        phase: What has become of the plasma clearance, if it is not the body's own.
    """
    clearance = body.clearance_l_per_h
    if phase is not None:
        clearance = phase.factor * clearance + phase.added_l_per_h
    rates = np.zeros((CANAL + cells, CANAL + cells))
    cell_l = cell_volume_l(
        cells=cells, area_cm2=body.canal_area_cm2, length_cm=body.canal_length_cm
    )
    volume_l = np.zeros(CANAL + cells)
    volume_l[: ELIMINATED + 1] = 1.0
    volume_l[CRANIAL] = body.cranial_l
    volume_l[CANAL:] = cell_l
    _plasma(rates, body, clearance)
    _fluid(rates, body, cells, cell_l)
    _sites(rates, body, cells)
    return Compartments(matrix=rates, volume_l=volume_l, body=body, cells=cells)


def _plasma(rates: Array, body: Body, clearance_l_per_h: float) -> None:
    for gut, absorption in ((GUT, body.absorption_per_h), (GUT_FED, body.fed_absorption_per_h)):
        rates[gut, gut] = -absorption
        rates[CENTRAL, gut] = absorption
    out, across = clearance_l_per_h / body.central_l, body.exchange_l_per_h / body.central_l
    back = body.exchange_l_per_h / body.peripheral_l
    rates[CENTRAL, CENTRAL] = -(out + across)
    rates[CENTRAL, PERIPHERAL] = back
    rates[PERIPHERAL, CENTRAL] = across
    rates[PERIPHERAL, PERIPHERAL] = -back
    rates[ELIMINATED, CENTRAL] = out


def _fluid(rates: Array, body: Body, cells: int, cell_l: float) -> None:
    between, above = spread(
        cells=cells,
        area_cm2=body.canal_area_cm2,
        length_cm=body.canal_length_cm,
        dispersion_cm2_per_h=body.dispersion_cm2_per_h,
    )
    for i, conductance in enumerate(between):
        _join(rates, CANAL + i, CANAL + i + 1, conductance, cell_l, cell_l)
    _join(rates, CANAL + cells - 1, CRANIAL, above, cell_l, body.cranial_l)
    for i in range(cells):
        _blood(rates, CANAL + i, body.loss_per_h, cell_l, body)
    _blood(rates, CRANIAL, body.cranial_loss_per_h, body.cranial_l, body)


def _join(
    rates: Array, a: int, b: int, conductance: float, volume_a: float, volume_b: float
) -> None:
    rates[a, a] -= conductance / volume_a
    rates[a, b] += conductance / volume_a
    rates[b, b] -= conductance / volume_b
    rates[b, a] += conductance / volume_b


def _blood(rates: Array, pool: int, loss_per_h: float, volume_l: float, body: Body) -> None:
    """Let a pool of fluid lose drug to plasma and gain what settles it at r times plasma."""
    leak_in = loss_per_h * body.plasma_ratio / body.central_l
    rates[pool, pool] -= loss_per_h
    rates[pool, CENTRAL] += leak_in
    rates[CENTRAL, pool] += loss_per_h * volume_l
    rates[CENTRAL, CENTRAL] -= leak_in * volume_l


def _sites(rates: Array, body: Body, cells: int) -> None:
    from_plasma = body.plasma_ratio / body.central_l
    for outer, inner, height_cm in (
        (LUMBAR_OUTER, LUMBAR_INNER, body.lumbar_cm),
        (CERVICAL_OUTER, CERVICAL_INNER, body.cervical_cm),
    ):
        local = hat_weights(height_cm, cells=cells, length_cm=body.canal_length_cm)
        rates[outer, CANAL:] = body.outer_per_h * local
        rates[outer, outer] = -body.outer_per_h
        rates[inner, outer] = body.inner_per_h
        rates[inner, inner] = -(body.inner_per_h + body.blood_per_h)
        rates[inner, CENTRAL] = body.blood_per_h * from_plasma
    rates[BRAIN, BRAIN] = -body.brain_per_h
    rates[BRAIN, CENTRAL] = body.brain_per_h * from_plasma
    rates[BRAIN, CRANIAL] = body.brain_per_h * body.brain_csf_share


def solve(
    body: Body,
    given: Inputs,
    time_h: Array,
    *,
    cells: int = 10,
    phases: Sequence[Phase] = (),
) -> States:
    """Carry one body exactly from empty through everything given, to each time.

    A level read at the very moment of a bolus is the level after it.

    Args:
        body: The numbers of the body.
        given: What enters.
        time_h: Times to report, (n,), rising from 0.
        cells: How many cells the canal has.
        phases: Changes of the plasma clearance, in order of time.
    """
    systems = _systems(body, cells, phases)
    jumps = _jumps(systems[0][1], given)
    stops = sorted(
        {0.0, *time_h.tolist(), *(t for t, _, _ in jumps), *(start for start, _ in systems)}
    )
    state = np.zeros(len(systems[0][1].matrix))
    inflow = np.zeros_like(state)
    values = np.empty((time_h.size, state.size))
    wanted = {t: i for i, t in enumerate(time_h.tolist())}
    known: _Known = {}
    now, pending = 0.0, 0
    for stop in stops:
        if stop > time_h[-1]:
            break
        system = next(made for start, made in reversed(systems) if start <= now)
        state = _carry(system, state, inflow, stop - now, known)
        now = stop
        while pending < len(jumps) and jumps[pending][0] <= now:
            state, inflow = state + jumps[pending][1], inflow + jumps[pending][2]
            pending += 1
        if now in wanted:
            values[wanted[now]] = state
    return States(time_h=time_h, values=values, system=systems[0][1])


def _systems(body: Body, cells: int, phases: Sequence[Phase]) -> list[tuple[float, Compartments]]:
    own = (0.0, compartments(body, cells=cells))
    changed = [
        (
            phase.start_min / MINUTES_PER_H,
            compartments(body, cells=cells, phase=phase),
        )
        for phase in phases
    ]
    return [own, *changed]


def _jumps(system: Compartments, given: Inputs) -> list[tuple[float, Array, Array]]:
    """Give when the state jumps and by how much, and by how much the steady inflow changes."""
    body, none = system.body, np.zeros(len(system.matrix))
    jumps = []
    for dose in given.swallowed:
        entering = none.copy()
        entering[GUT_FED if dose.with_food else GUT] = body.bioavailability * dose.amount_mcg
        jumps.append((dose.at_min / MINUTES_PER_H + body.lag_h, entering, none))
    for bolus in given.injections:
        entering = system.into_canal(bolus.height_cm) * bolus.amount_mcg
        jumps.append((bolus.at_min / MINUTES_PER_H, entering, none))
    for run in given.infusions:
        rate = system.into_canal(run.height_cm) * run.rate_mcg_per_h
        jumps.append((run.start_min / MINUTES_PER_H, none, rate))
        jumps.append((run.end_min / MINUTES_PER_H, none, -rate))
    return sorted(jumps, key=lambda jump: jump[0])


def _carry(system: Compartments, state: Array, inflow: Array, hours: float, known: _Known) -> Array:
    """Give the state some hours later, under a steady inflow: exact."""
    if hours <= 0.0:
        return state
    key = (id(system), hours, inflow.tobytes())
    if key not in known:
        size = state.size
        steady = np.zeros((size + 1, size + 1))
        steady[:size, :size] = system.matrix
        steady[:size, size] = inflow
        known[key] = expm(steady * hours)
    carried: Array = known[key] @ np.append(state, 1.0)
    return carried[:-1]
