"""The whole model a second time, straight from its equations, solved by a general ODE solver.

It shares no line with `unclench.pharmacology`: no matrix, no exponential, no closed form. Whoever
doubts the fast kernel integrates the same person here with SciPy's DOP853 at tight tolerance and
compares. Units are those of the equations: micrograms, hours, litres, so that a concentration in
microgram/L is the same number in ng/mL. Lengths along the canal are centimetres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Every number of the equations, in micrograms, hours and litres; lengths in cm."""

    # absorption and plasma, in absolute terms (a published CL/F times F)
    bioavailability: float
    absorption_per_h: float
    lag_h: float
    clearance_l_per_h: float
    exchange_l_per_h: float
    central_l: float
    peripheral_l: float
    # the canal and what lies above it
    cells: int
    canal_cm: float
    area_cm2: float
    dispersion_cm2_per_h: float
    loss_per_h: float
    cranial_l: float
    cranial_loss_per_h: float
    csf_plasma_ratio: float
    lumbar_cm: float
    cervical_cm: float
    # cord and brain
    outer_per_h: float
    inner_per_h: float
    blood_per_h: float
    brain_per_h: float
    brain_csf_share: float
    # the dimmer
    hill: float
    emax: float
    ec50_h_reflex: float
    ec50_tone: float
    ec50_spasm: float
    spasm_gain: float
    tolerance_limit: float
    tolerance_h: float
    adaptation_h: float
    rebound_gain: float
    # drowsiness and withdrawal at the brain
    brain_hill: float
    brain_ec50: float
    drowsiness_tolerance_share: float
    drowsiness_tolerance_h: float
    withdrawal_gain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OralDose:
    """`amount_mcg` swallowed at `start_h`."""

    start_h: float
    amount_mcg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CanalDose:
    """`amount_mcg` into the canal at `tip_cm` above the sac end; a bolus when `duration_h` is 0."""

    start_h: float
    amount_mcg: float
    tip_cm: float
    duration_h: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """Between the two times the plasma clearance is `clearance_l_per_h`, the volumes as ever."""

    start_h: float
    end_h: float
    clearance_l_per_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Named curves at `time_h`, one value a time."""

    time_h: Array
    curves: dict[str, Array] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Array:
        return self.curves[name]


# A value between two steps comes from an interpolant whose error the solver does not control. At
# this length it stays under 1e-11 of the peak; without a limit it reached 2e-9.
LONGEST_STEP_H = 0.1

# Where each amount or level stands in the state vector, after the canal's cells.
GUT, CENTRAL, PERIPHERAL, ELIMINATED, CRANIAL = range(5)
OUTER, INNER, TOLERANCE, ADAPTATION = range(4)  # one such block for the legs, one for the arms
LEGS, ARMS, BRAIN, BRAIN_TOLERANCE, BRAIN_ADAPTATION, CANAL = 5, 9, 13, 14, 15, 16


def cell_shares(p: Parameters, position_cm: float) -> list[tuple[int, float]]:
    """The two cells whose centres enclose a position, with their weights; one at the very ends."""
    spacing = p.canal_cm / p.cells
    centres = [spacing * (i + 0.5) for i in range(p.cells)]
    if position_cm <= centres[0]:
        return [(0, 1.0)]
    if position_cm >= centres[-1]:
        return [(p.cells - 1, 1.0)]
    above = next(i for i, centre in enumerate(centres) if centre > position_cm)
    share = (position_cm - centres[above - 1]) / spacing
    return [(above - 1, 1.0 - share), (above, share)]


def sigmoid(level: Array | float, ec50: Array | float, hill: float) -> Array:
    """The share of the receptors' reach that a level takes: c^h / (EC50^h + c^h)."""
    ratio = np.maximum(np.asarray(level, dtype=float), 0.0) / ec50
    return np.asarray(ratio**hill / (1.0 + ratio**hill))


def derivative(
    _time_h: float,
    y: Array,
    p: Parameters,
    clearance_l_per_h: float,
    canal_input_mcg_per_h: Array,
) -> Array:
    """The right-hand side of every equation, in their order on the model's page."""
    rate = np.zeros_like(y)
    cells = y[CANAL:]
    spacing_cm = p.canal_cm / p.cells
    cell_l = p.area_cm2 * spacing_cm / 1000.0
    plasma = y[CENTRAL] / p.central_l
    leak = p.csf_plasma_ratio * plasma

    # gut and plasma
    absorbed = p.absorption_per_h * y[GUT]
    to_peripheral = p.exchange_l_per_h * (plasma - y[PERIPHERAL] / p.peripheral_l)
    from_canal = p.loss_per_h * cell_l * float(np.sum(cells - leak))
    from_cranial = p.cranial_loss_per_h * p.cranial_l * (y[CRANIAL] - leak)
    rate[GUT] = -absorbed
    rate[CENTRAL] = (
        absorbed - clearance_l_per_h * plasma - to_peripheral + from_canal + from_cranial
    )
    rate[PERIPHERAL] = to_peripheral
    rate[ELIMINATED] = clearance_l_per_h * plasma

    # canal: fluxes upwards through the faces between cells, none through the sac end
    upwards = p.area_cm2 * p.dispersion_cm2_per_h / spacing_cm / 1000.0 * (cells[:-1] - cells[1:])
    to_cranial = (
        p.area_cm2 * p.dispersion_cm2_per_h / (spacing_cm / 2) / 1000.0 * (cells[-1] - y[CRANIAL])
    )
    gained = canal_input_mcg_per_h - p.loss_per_h * cell_l * (cells - leak)
    gained[:-1] -= upwards
    gained[1:] += upwards
    gained[-1] -= to_cranial
    rate[CANAL:] = gained / cell_l
    rate[CRANIAL] = (to_cranial - from_cranial) / p.cranial_l

    # the cord for the legs and for the arms
    for site, height_cm in ((LEGS, p.lumbar_cm), (ARMS, p.cervical_cm)):
        local = sum(share * cells[i] for i, share in cell_shares(p, height_cm))
        outer, inner, tolerance, adaptation = y[site : site + 4]
        rate[site + OUTER] = p.outer_per_h * (local - outer)
        rate[site + INNER] = p.inner_per_h * (outer - inner) + p.blood_per_h * (leak - inner)
        dimming = float(sigmoid(inner, p.ec50_spasm * (1.0 + tolerance), p.hill))
        rate[site + TOLERANCE] = (p.tolerance_limit * dimming - tolerance) / p.tolerance_h
        rate[site + ADAPTATION] = (dimming - adaptation) / p.adaptation_h

    # the brain
    rate[BRAIN] = p.brain_per_h * (leak + p.brain_csf_share * y[CRANIAL] - y[BRAIN])
    sedation = float(sigmoid(y[BRAIN], p.brain_ec50, p.brain_hill))
    rate[BRAIN_TOLERANCE] = (sedation - y[BRAIN_TOLERANCE]) / p.drowsiness_tolerance_h
    rate[BRAIN_ADAPTATION] = (sedation - y[BRAIN_ADAPTATION]) / p.adaptation_h
    return rate


def solve(
    p: Parameters,
    doses: Sequence[OralDose | CanalDose],
    time_h: Array,
    *,
    clearances: Sequence[Clearance] = (),
    tolerance: float = 1e-12,
) -> Course:
    """Integrate from an empty body at time 0 and give every curve at `time_h` (increasing, from 0).

    The integration restarts at every jump (a dose, the end of an infusion, a change of clearance),
    for a solver's error estimate holds only where the right-hand side is smooth. A level read at
    the very moment of a bolus is the level after it.
    """
    end_h = float(time_h[-1])
    breaks = sorted({0.0, end_h, *(t for t in _jumps(p, doses, clearances) if 0.0 < t < end_h)})
    y = np.zeros(CANAL + p.cells)
    states = np.empty((time_h.size, y.size))
    for start, stop in pairwise(breaks):
        y = y + _boluses_at(p, doses, start)
        middle = (start + stop) / 2
        clearance = _clearance_at(p, clearances, middle)
        inflow = _inflow_at(p, doses, middle)
        wanted = (time_h >= start) & (time_h < stop)
        solution = solve_ivp(
            derivative,
            (start, stop),
            y,
            args=(p, clearance, inflow),
            method="DOP853",
            t_eval=np.append(time_h[wanted], stop),
            rtol=max(tolerance, 2.3e-14),
            atol=tolerance,
            max_step=LONGEST_STEP_H,
        )
        assert solution.success, solution.message
        states[wanted] = solution.y[:, :-1].T
        y = solution.y[:, -1]
    states[time_h >= end_h] = y + _boluses_at(p, doses, end_h)
    return Course(time_h=time_h, curves=_curves(p, states))


def _jumps(
    p: Parameters, doses: Sequence[OralDose | CanalDose], clearances: Sequence[Clearance]
) -> list[float]:
    jumps = [t for phase in clearances for t in (phase.start_h, phase.end_h)]
    for dose in doses:
        if isinstance(dose, OralDose):
            jumps.append(dose.start_h + p.lag_h)
        else:
            jumps += [dose.start_h, dose.start_h + dose.duration_h]
    return jumps


def _boluses_at(p: Parameters, doses: Sequence[OralDose | CanalDose], time_h: float) -> Array:
    jump = np.zeros(CANAL + p.cells)
    cell_l = p.area_cm2 * p.canal_cm / p.cells / 1000.0
    for dose in doses:
        if isinstance(dose, OralDose):
            if dose.start_h + p.lag_h == time_h:
                jump[GUT] += p.bioavailability * dose.amount_mcg
        elif dose.duration_h == 0.0 and dose.start_h == time_h:
            for i, share in cell_shares(p, dose.tip_cm):
                jump[CANAL + i] += share * dose.amount_mcg / cell_l
    return jump


def _inflow_at(p: Parameters, doses: Sequence[OralDose | CanalDose], time_h: float) -> Array:
    inflow = np.zeros(p.cells)
    for dose in doses:
        if isinstance(dose, CanalDose) and dose.start_h < time_h < dose.start_h + dose.duration_h:
            for i, share in cell_shares(p, dose.tip_cm):
                inflow[i] += share * dose.amount_mcg / dose.duration_h
    return inflow


def _clearance_at(p: Parameters, clearances: Sequence[Clearance], time_h: float) -> float:
    for phase in clearances:
        if phase.start_h < time_h < phase.end_h:
            return phase.clearance_l_per_h
    return p.clearance_l_per_h


def _curves(p: Parameters, states: Array) -> dict[str, Array]:
    """What is read off the states: levels, dimming, rebound, drowsiness, withdrawal, balance."""
    cell_l = p.area_cm2 * p.canal_cm / p.cells / 1000.0
    cells = states[:, CANAL:]
    curves: dict[str, Array] = {
        "plasma": states[:, CENTRAL] / p.central_l,
        "csf_cranial": states[:, CRANIAL],
        "brain": states[:, BRAIN],
        "body_mcg": states[:, [GUT, CENTRAL, PERIPHERAL]].sum(axis=1)
        + cell_l * cells.sum(axis=1)
        + p.cranial_l * states[:, CRANIAL],
        "eliminated_mcg": states[:, ELIMINATED],
    }
    for name, site, height_cm in (("legs", LEGS, p.lumbar_cm), ("arms", ARMS, p.cervical_cm)):
        inner, tolerance = states[:, site + INNER], states[:, site + TOLERANCE]
        shift = 1.0 + tolerance
        dimming = sigmoid(inner, p.ec50_spasm * shift, p.hill)
        rebound = p.rebound_gain * np.maximum(0.0, states[:, site + ADAPTATION] - dimming)
        curves[f"csf_{name}"] = sum(
            (share * cells[:, i] for i, share in cell_shares(p, height_cm)),
            start=np.zeros(states.shape[0]),
        )
        curves[f"cord_{name}"] = inner
        curves[f"tolerance_{name}"] = tolerance
        curves[f"dimming_{name}"] = dimming
        curves[f"rebound_{name}"] = rebound
        curves[f"spasm_share_{name}"] = (1.0 - p.emax * dimming) ** p.spasm_gain * (1.0 + rebound)
        tone = sigmoid(inner, p.ec50_tone * shift, p.hill)
        curves[f"tone_share_{name}"] = (1.0 - p.emax * tone) * (1.0 + rebound)
        reflex = sigmoid(inner, p.ec50_h_reflex * shift, p.hill)
        curves[f"h_reflex_share_{name}"] = (1.0 - p.emax * reflex) * (1.0 + rebound)
    sedation = sigmoid(states[:, BRAIN], p.brain_ec50, p.brain_hill)
    eased = p.drowsiness_tolerance_share * states[:, BRAIN_TOLERANCE]
    curves["drowsiness"] = np.maximum(0.0, sedation - eased)
    lost = np.maximum(0.0, states[:, BRAIN_ADAPTATION] - sedation)
    curves["withdrawal"] = p.withdrawal_gain * lost
    return curves
