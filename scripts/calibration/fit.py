"""The most probable parameters, how sure they are, and the two questions asked of the whole fit.

Misses in units of the stated errors and distances from the prior in units of its spread are
squared and added; the sum is least at the most probable parameters (maximum a posteriori). The
curvature there gives the spreads (Laplace's approximation).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
from scipy.optimize import least_squares

from scripts.calibration.beliefs import Belief, beliefs, believed_in_body, in_body, values
from scripts.calibration.experiments import Setting, predict
from scripts.calibration.levels import Array
from scripts.calibration.observations import Observation, observations
from unclench.evidence import Evidence, from_evidence
from unclench.patient import Patient
from unclench.pharmacology.parameters import (
    KineticParameters,
    ResponseParameters,
    body,
    kinetic_parameters,
)
from unclench.units import Unit, convert

OralSet = Literal["reference", "fast"]

STARTS = 4
SEED = 20261122
AGREEMENT = 0.01
"""By how much the objectives of the starts may differ."""
DIFFERENCE = 1e-4
"""Step of the numerical derivatives, in prior standard deviations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything that a fit needs."""

    setting: Setting
    believed: tuple[Belief, ...]
    observed: tuple[Observation, ...]

    def predictions(self, places: Array, *, tablet_factor: float = 1.0) -> dict[str, float]:
        """Give what the model says of every observation at a place of the search."""
        fitted = values(self.believed, places)
        units = {belief.key: belief.unit for belief in self.believed}
        dose = "penn_1989.pump_dose"
        rest = {
            "ec50_log_sd": fitted["effect.ec50_log_sd"],
            "penn_dose_mcg_per_h": convert(fitted[dose], units[dose], Unit.MCG_PER_H),
            "tablet_factor": tablet_factor,
        }
        return predict(self.setting, in_body(self.believed, fitted), rest)

    def misses(self, places: Array, *, tablet_factor: float = 1.0) -> Array:
        """Give the misses of all observations, in units of their errors."""
        predicted = self.predictions(places, tablet_factor=tablet_factor)
        return np.array([row.miss(predicted[row.name]) for row in self.observed])


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The most probable place, and the covariance around it.

    Args:
        problem: What was fitted.
        places: The place of each parameter, in prior standard deviations.
        covariance: Of the places.
        objective: The sum of all squares, misses and distances from the prior.
        misfit: The part of it that the observations make.
    """

    problem: Problem
    places: Array
    covariance: Array
    objective: float
    misfit: float

    @property
    def values(self) -> dict[str, float]:
        """The most probable parameters, each in the unit of its belief."""
        return values(self.problem.believed, self.places)

    @property
    def predictions(self) -> dict[str, float]:
        """What the model says of every observation there."""
        return self.problem.predictions(self.places)

    def sd(self, key: str) -> float:
        """Give the standard deviation of a parameter's logarithm (of a share: of its logit)."""
        i = self._index(key)
        return float(self.problem.believed[i].sd * np.sqrt(self.covariance[i, i]))

    def interval(self, key: str) -> tuple[float, float]:
        """Give what encloses a parameter nine times of ten, in the unit of its belief."""
        i = self._index(key)
        half = 1.6449 * float(np.sqrt(self.covariance[i, i]))
        belief, here = self.problem.believed[i], float(self.places[i])
        return belief.value(here - half), belief.value(here + half)

    def _index(self, key: str) -> int:
        return [belief.key for belief in self.problem.believed].index(key)


def problem(evidence: Evidence, *, oral_set: OralSet = "reference") -> Problem:
    """Read everything that the fit needs from the evidence."""
    return Problem(
        setting=_setting(evidence, oral_set),
        believed=beliefs(evidence),
        observed=observations(evidence),
    )


def best_fit(asked: Problem, *, starts: int = STARTS) -> Fit:
    """Find the most probable parameters from several starts; the same every time.

    Raises:
        RuntimeError: when the starts do not agree, for then the best of them proves nothing.
    """
    draws = np.random.default_rng(SEED).normal(scale=0.5, size=(starts, len(asked.believed)))
    draws[0] = 0.0
    fits = [_search(asked, lambda free: free, start) for start in draws]
    best = min(fits, key=lambda fit: fit.objective)
    ends = [fit.objective for fit in fits]
    if max(ends) - best.objective > AGREEMENT:
        raise RuntimeError(f"The starts end at different places: {ends}")
    return best


def best_near(asked: Problem, recorded: dict[str, float]) -> Fit:
    """Find the most probable parameters from recorded ones on, which is quick if they are right."""
    start = [belief.place(recorded[belief.key]) for belief in asked.believed]
    return _search(asked, lambda free: free, np.array(start))


def search_from(asked: Problem, near: Fit) -> Fit:
    """Find the most probable parameters of a similar problem from this one's on."""
    return _search(asked, lambda free: free, near.places)


def slopes(best: Fit) -> Array:
    """Give by how many errors each observation moves with one prior sd of each parameter.

    Returns:
        An array (observations, parameters).
    """
    columns = []
    for i in range(best.places.size):
        step = np.zeros_like(best.places)
        step[i] = DIFFERENCE
        ahead, behind = (best.problem.misses(best.places + sign * step) for sign in (1.0, -1.0))
        columns.append((ahead - behind) / (2 * DIFFERENCE))
    return np.array(columns).T


def fit_with(asked: Problem, near: Fit, key: str, value: float) -> Fit:
    """Find the most probable parameters where one of them is set, from the best fit on."""
    i = [belief.key for belief in asked.believed].index(key)
    place = asked.believed[i].place(value)
    return _search(asked, lambda free: np.insert(free, i, place), np.delete(near.places, i))


def tablet_factor(asked: Problem, near: Fit) -> tuple[float, float, float]:
    """Test the one curve: let tablets have EC50s of their own, all times one free factor.

    Returns:
        The factor that fits best, the standard deviation of its logarithm, and by how much the
        objective falls: below 3.8 the data do not ask for a second curve.
    """

    def residuals(free: Array) -> Array:
        places = free[:-1]
        return np.append(asked.misses(places, tablet_factor=float(np.exp(free[-1]))), places)

    found = least_squares(residuals, np.append(near.places, 0.0), diff_step=DIFFERENCE)
    covariance = np.linalg.inv(found.jac.T @ found.jac)
    gain = near.objective - 2.0 * float(found.cost)
    return float(np.exp(found.x[-1])), float(np.sqrt(covariance[-1, -1])), gain


def _search(asked: Problem, whole: Callable[[Array], Array], start: Array) -> Fit:
    def residuals(free: Array) -> Array:
        places = whole(free)
        return np.append(asked.misses(places), places)

    found = least_squares(residuals, start, diff_step=DIFFERENCE)
    places = whole(found.x)
    covariance = np.zeros((places.size, places.size))
    moved = np.flatnonzero(whole(np.ones_like(found.x)) == 1.0)
    covariance[np.ix_(moved, moved)] = np.linalg.inv(found.jac.T @ found.jac)
    return Fit(
        problem=asked,
        places=places,
        covariance=covariance,
        objective=2.0 * float(found.cost),
        misfit=2.0 * float(found.cost) - float(places @ places),
    )


def _setting(evidence: Evidence, oral_set: OralSet) -> Setting:
    # What the calibration sets is taken from the priors, never from an earlier calibration.
    before = believed_in_body(evidence)
    of_kinetics = {field.name for field in fields(KineticParameters)}
    kinetic: dict[str, Any] = {name: x for name, x in before.items() if name in of_kinetics}
    of_response = {name: x for name, x in before.items() if name not in of_kinetics}
    kinetics = kinetic_parameters(evidence, oral_set=oral_set, **kinetic)
    response = from_evidence(ResponseParameters, evidence, **of_response)
    old = Patient(crcl_ml_per_min=evidence.value("reading.confusion_kidney", Unit.ML_PER_MIN))
    bodies = [body(who, kinetics=kinetics, response=response) for who in (Patient(), old)]
    tau_months = evidence.value("prior.effect.tolerance_time", Unit.MONTH)
    return Setting(
        body=bodies[0],
        old_body=bodies[1],
        tip_cm=kinetics.tip_cm,
        puncture_cm=kinetics.puncture_cm,
        t12_cm=evidence.value("csf.height.t12", Unit.CM),
        t2_cm=evidence.value("csf.height.t2", Unit.CM),
        loss_log_sd=evidence.value("between.csf.loss_rate", Unit.RATIO),
        brain_log_sd=evidence.value("between.brain.ec50_drowsiness", Unit.RATIO),
        tolerance_12_months=1.0 - float(np.exp(-12.0 / tau_months)),
        onset=evidence.value("reading.onset", Unit.FRACTION),
        plateau=evidence.value("reading.plateau", Unit.FRACTION),
        responder=evidence.value("reading.responder", Unit.FRACTION),
        hedley_mg_per_day=evidence.value("reading.hedley_dose", Unit.MG_PER_DAY),
        stokic_mcg_per_h=evidence.value("reading.stokic_pump_dose", Unit.MCG_PER_H),
        window_h=evidence.value("encephalopathy.window", Unit.H),
    )
