"""What is fitted, what was believed of it before, and what is held at that belief."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unclench.evidence import Evidence, citations
from unclench.pharmacology.parameters import KineticParameters, ResponseParameters
from unclench.units import Unit, convert

Array = NDArray[np.float64]

FITTED = (
    "csf.dispersion",
    "csf.loss_rate",
    "csf.cranial_loss_rate",
    "cord.outer_rate",
    "cord.inner_rate",
    "cord.blood_rate",
    "brain.blood_rate",
    "brain.csf_share",
    "effect.ec50_h_reflex",
    "effect.ec50_tone",
    "effect.ec50_spasm",
    "effect.hill",
    "effect.emax",
    "effect.spasm_gain",
    "effect.tolerance_limit",
    "brain.ec50_drowsiness",
    "brain.hill_drowsiness",
    "encephalopathy.hazard_at_reference",
    "encephalopathy.power",
    "effect.ec50_log_sd",
    "penn_1989.pump_dose",
)
"""The last is a number that a source leaves out: fitted along, and no part of the model."""

HELD = (
    "effect.tolerance_time",
    "effect.adaptation_time",
    "effect.rebound_gain",
    "drowsiness.tolerance_share",
    "drowsiness.tolerance_time",
    "withdrawal.gain",
    "encephalopathy.baseline_per_day",
    "encephalopathy.reference_level",
)
"""Numbers of the model that no observation here informs: they stay what was believed of them."""

NOT_OF_THE_MODEL = ("penn_1989.pump_dose",)

FIELDS = {
    key: (name, unit)
    for cls in (KineticParameters, ResponseParameters)
    for name, key, unit in citations(cls)
}
"""By key: the field of a body that holds the number, and the unit in which it does."""


@dataclass(frozen=True, slots=True)
class Belief:
    """A parameter on the scale of the search, where what was believed is a standard normal.

    A share that cannot pass 1 is searched on its logit, everything else on its logarithm.
    """

    key: str
    unit: Unit
    centre: float
    sd: float
    is_share: bool

    def value(self, z: float) -> float:
        """Give the parameter, in its unit, at a place of the search."""
        place = self.centre + self.sd * z
        return 1.0 / (1.0 + math.exp(-place)) if self.is_share else math.exp(place)

    def place(self, value: float) -> float:
        """Give the place of the search at which the parameter has a value, in its unit."""
        scaled = _logit(value) if self.is_share else math.log(value)
        return (scaled - self.centre) / self.sd


def beliefs(evidence: Evidence) -> tuple[Belief, ...]:
    """Read what was believed of every fitted parameter."""
    return tuple(_belief(evidence, key) for key in FITTED)


def values(believed: tuple[Belief, ...], places: Array) -> dict[str, float]:
    """Give the parameters by key, each in the unit of its belief."""
    return {belief.key: belief.value(float(z)) for belief, z in zip(believed, places, strict=True)}


def in_body(believed: tuple[Belief, ...], fitted: dict[str, float]) -> dict[str, float]:
    """Give the fields of a body that fitted parameters set, in the body's units."""
    units = {belief.key: belief.unit for belief in believed}
    return {
        FIELDS[key][0]: convert(value, units[key], FIELDS[key][1])
        for key, value in fitted.items()
        if key in FIELDS
    }


def believed_in_body(evidence: Evidence) -> dict[str, float]:
    """Give the fields of a body that the calibration sets, as they were believed to be."""
    return {
        FIELDS[key][0]: evidence.value(f"prior.{key}", FIELDS[key][1])
        for key in (*HELD, *FITTED)
        if key in FIELDS
    }


def _belief(evidence: Evidence, key: str) -> Belief:
    prior = evidence.estimate(f"prior.{key}")
    assert isinstance(prior.value, float)
    if key != "effect.emax":
        return Belief(key, prior.unit, math.log(prior.value), prior.log_sd(), is_share=False)
    low, high = prior.spread.low, prior.spread.high
    assert low is not None
    assert high is not None
    width = (_logit(high) - _logit(low)) / (2 * 1.6449)
    return Belief(key, prior.unit, _logit(prior.value), width, is_share=True)


def _logit(share: float) -> float:
    return math.log(share / (1.0 - share))
