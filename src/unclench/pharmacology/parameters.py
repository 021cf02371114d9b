"""The numbers of the model: what is known of people, and what it makes of one body.

`KineticParameters` and `ResponseParameters` hold typical values, each field with the evidence that
it rests on. `body` turns them into the numbers of one patient: clearance from weight and kidney
function, volumes from weight. Population studies report what is swallowed over what is absorbed
(CL/F, V/F); a body needs the thing itself, so those are multiplied by F.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal, final

import numpy as np
from numpy.typing import NDArray

from unclench.errors import InputError
from unclench.evidence import Evidence, cited, from_evidence
from unclench.patient import Condition, Patient, TimeOfDay
from unclench.units import Unit, convert

__all__ = [
    "BODY_FIELDS",
    "ORAL_SETS",
    "Body",
    "FastOral",
    "KineticParameters",
    "ReferenceOral",
    "ResponseParameters",
    "body",
    "clearance_over_f",
    "kinetic_parameters",
    "table",
]

HOURS_A_DAY = 24.0


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceOral:
    """Uptake and plasma, set to the middle of adult studies; clearances and volumes over F."""

    absorption_per_h: float = cited("oral.absorption_rate", Unit.PER_H)
    lag_h: float = cited("oral.lag", Unit.H)
    clearance_l_per_h: float = cited("oral.clearance", Unit.L_PER_H)
    central_l: float = cited("oral.central_volume", Unit.L)
    exchange_l_per_h: float = cited("oral.intercompartmental_clearance", Unit.L_PER_H)
    peripheral_l: float = cited("oral.peripheral_volume", Unit.L)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class FastOral:
    """The same after one careful study of healthy men, in whom the drug left the blood faster."""

    absorption_per_h: float = cited("oral.fast.absorption_rate", Unit.PER_H)
    lag_h: float = cited("oral.fast.lag", Unit.H)
    clearance_l_per_h: float = cited("oral.fast.clearance", Unit.L_PER_H)
    central_l: float = cited("oral.fast.central_volume", Unit.L)
    exchange_l_per_h: float = cited("oral.fast.intercompartmental_clearance", Unit.L_PER_H)
    peripheral_l: float = cited("oral.fast.peripheral_volume", Unit.L)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class KineticParameters:
    """Where the drug goes in a typical adult."""

    oral: ReferenceOral | FastOral
    bioavailability: float = cited("oral.bioavailability", Unit.FRACTION)
    food_factor: float = cited("oral.food.absorption_factor", Unit.RATIO)
    clearance_per_crcl: float = cited("oral.clearance.slope", Unit.RATIO)
    reference_crcl_l_per_h: float = cited("oral.clearance.reference_crcl", Unit.L_PER_H)
    reference_weight_kg: float = cited("oral.clearance.reference_weight", Unit.KG)
    clearance_exponent: float = cited("oral.allometry.clearance_exponent", Unit.RATIO)
    volume_exponent: float = cited("oral.allometry.volume_exponent", Unit.RATIO)
    canal_length_cm: float = cited("csf.canal_length", Unit.CM)
    canal_area_cm2: float = cited("csf.canal_area", Unit.CM2)
    dispersion_cm2_per_h: float = cited("csf.dispersion", Unit.CM2_PER_H)
    loss_per_h: float = cited("csf.loss_rate", Unit.PER_H)
    cranial_l: float = cited("csf.cranial_volume", Unit.L)
    cranial_loss_per_h: float = cited("csf.cranial_loss_rate", Unit.PER_H)
    plasma_ratio: float = cited("csf.plasma_ratio", Unit.FRACTION)
    tip_cm: float = cited("csf.tip_height", Unit.CM)
    puncture_cm: float = cited("csf.puncture_height", Unit.CM)
    lumbar_cm: float = cited("cord.lumbar_height", Unit.CM)
    cervical_cm: float = cited("cord.cervical_height", Unit.CM)
    outer_per_h: float = cited("cord.outer_rate", Unit.PER_H)
    inner_per_h: float = cited("cord.inner_rate", Unit.PER_H)
    blood_per_h: float = cited("cord.blood_rate", Unit.PER_H)
    brain_per_h: float = cited("brain.blood_rate", Unit.PER_H)
    brain_csf_share: float = cited("brain.csf_share", Unit.FRACTION)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseParameters:
    """What the drug does in a typical adult once it is there."""

    ec50_spasm: float = cited("effect.ec50_spasm", Unit.NG_PER_ML)
    ec50_tone: float = cited("effect.ec50_tone", Unit.NG_PER_ML)
    ec50_reflex: float = cited("effect.ec50_h_reflex", Unit.NG_PER_ML)
    hill: float = cited("effect.hill", Unit.RATIO)
    emax: float = cited("effect.emax", Unit.FRACTION)
    spasm_gain: float = cited("effect.spasm_gain", Unit.RATIO)
    tolerance_limit: float = cited("effect.tolerance_limit", Unit.RATIO)
    tolerance_h: float = cited("effect.tolerance_time", Unit.H)
    adaptation_h: float = cited("effect.adaptation_time", Unit.H)
    rebound_gain: float = cited("effect.rebound_gain", Unit.RATIO)
    brain_ec50: float = cited("brain.ec50_drowsiness", Unit.NG_PER_ML)
    brain_hill: float = cited("brain.hill_drowsiness", Unit.RATIO)
    drowsiness_share: float = cited("drowsiness.tolerance_share", Unit.FRACTION)
    drowsiness_h: float = cited("drowsiness.tolerance_time", Unit.H)
    withdrawal_gain: float = cited("withdrawal.gain", Unit.RATIO)
    standing_need: float = cited("weakness.need", Unit.FRACTION)
    confusion_baseline_per_h: float = cited("encephalopathy.baseline_per_day", Unit.PER_H)
    confusion_per_h: float = cited("encephalopathy.hazard_at_reference", Unit.PER_H)
    confusion_ng_per_ml: float = cited("encephalopathy.reference_level", Unit.NG_PER_ML)
    confusion_power: float = cited("encephalopathy.power", Unit.RATIO)
    worst_time_contrast: float = cited("spasm.worst_time_contrast", Unit.RATIO)
    night_h: tuple[float, float] = cited("spasm.part.night", Unit.H)
    morning_h: tuple[float, float] = cited("spasm.part.morning", Unit.H)
    afternoon_h: tuple[float, float] = cited("spasm.part.afternoon", Unit.H)
    evening_h: tuple[float, float] = cited("spasm.part.evening", Unit.H)

    def hours_of(self, part: TimeOfDay) -> tuple[float, float]:
        """Give when a part of the day begins and ends, in hours from midnight."""
        return {
            TimeOfDay.NIGHT: self.night_h,
            TimeOfDay.MORNING: self.morning_h,
            TimeOfDay.AFTERNOON: self.afternoon_h,
            TimeOfDay.EVENING: self.evening_h,
            TimeOfDay.EVEN: (0.0, HOURS_A_DAY),
        }[part]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Every number of one body, absolute. The kernel reads a table with a row for each field."""

    bioavailability: float
    absorption_per_h: float
    fed_absorption_per_h: float
    lag_h: float
    clearance_l_per_h: float
    exchange_l_per_h: float
    central_l: float
    peripheral_l: float
    canal_length_cm: float
    canal_area_cm2: float
    dispersion_cm2_per_h: float
    loss_per_h: float
    cranial_l: float
    cranial_loss_per_h: float
    plasma_ratio: float
    lumbar_cm: float
    cervical_cm: float
    outer_per_h: float
    inner_per_h: float
    blood_per_h: float
    brain_per_h: float
    brain_csf_share: float
    ec50_spasm: float
    ec50_tone: float
    ec50_reflex: float
    hill: float
    emax: float
    spasm_gain: float
    tolerance_limit: float
    tolerance_h: float
    adaptation_h: float
    rebound_gain: float
    brain_ec50: float
    brain_hill: float
    drowsiness_share: float
    drowsiness_h: float
    withdrawal_gain: float
    standing_need: float
    confusion_baseline_per_h: float
    confusion_per_h: float
    confusion_ng_per_ml: float
    confusion_power: float
    spasms_per_h: float
    ashworth: float


ORAL_SETS: dict[str, type[ReferenceOral | FastOral]] = {
    "reference": ReferenceOral,
    "fast": FastOral,
}
"""The two sets of tablet parameters that the evidence holds, by name."""

BODY_FIELDS = tuple(field.name for field in fields(Body))
"""The rows of the kernel's table, in order."""


def kinetic_parameters(
    evidence: Evidence, *, oral_set: Literal["reference", "fast"] = "reference", **overrides: float
) -> KineticParameters:
    """Give the kinetics of a typical adult, with one of the two named sets for tablets.

    Args:
        evidence: The evidence base.
        oral_set: "reference", the middle of adult studies, or "fast", one study of healthy men.
        overrides: Values by field name, which replace what the evidence says.

    Raises:
        InputError: if there is no such set or field, or the evidence lacks an entry.
    """
    if oral_set not in ORAL_SETS:
        raise InputError(
            f"There is no set of tablet parameters {oral_set!r}.",
            expected=f"one of {', '.join(ORAL_SETS)}",
        )
    oral = from_evidence(ORAL_SETS[oral_set], evidence)
    return from_evidence(KineticParameters, evidence, oral=oral, **overrides)


def body(patient: Patient, *, kinetics: KineticParameters, response: ResponseParameters) -> Body:
    """Give the numbers of the typical person with this weight, kidney function and burden.

    Published clearances and volumes of tablets are over F; times F they are the thing itself.

    Args:
        patient: Whose body it is.
        kinetics: Where the drug goes in a typical adult.
        response: What it does there.
    """
    oral, share = kinetics.oral, kinetics.bioavailability
    heavier = patient.weight_kg / kinetics.reference_weight_kg
    flow, size = heavier**kinetics.clearance_exponent, heavier**kinetics.volume_exponent
    crcl_l_per_h = convert(patient.crcl_ml_per_min, Unit.ML_PER_MIN, Unit.L_PER_H)
    stands = Condition.STANDS_ON_SPASTICITY in patient.conditions
    own = {
        "fed_absorption_per_h": oral.absorption_per_h * kinetics.food_factor,
        "clearance_l_per_h": share * clearance_over_f(kinetics, crcl_l_per_h, flow),
        "central_l": share * oral.central_l * size,
        "exchange_l_per_h": share * oral.exchange_l_per_h * flow,
        "peripheral_l": share * oral.peripheral_l * size,
        "standing_need": response.standing_need if stands else 0.0,
        "spasms_per_h": patient.spasms_per_day / HOURS_A_DAY,
        "ashworth": patient.ashworth,
    }
    typical = {
        name: getattr(part, name)
        for part in (response, kinetics, oral)
        for name in BODY_FIELDS
        if hasattr(part, name)
    }
    return Body(**(typical | own))


def clearance_over_f(kinetics: KineticParameters, crcl_l_per_h: float, flow: float = 1.0) -> float:
    """Give CL/F in L/h: a part that grows with weight and a part that follows the kidneys."""
    renal_at_reference = kinetics.clearance_per_crcl * kinetics.reference_crcl_l_per_h
    nonrenal = kinetics.oral.clearance_l_per_h - renal_at_reference
    return nonrenal * flow + kinetics.clearance_per_crcl * crcl_l_per_h


def table(bodies: Sequence[Body]) -> NDArray[np.float64]:
    """Give bodies as the kernel reads them, (fields, bodies)."""
    return np.array([[getattr(one, name) for one in bodies] for name in BODY_FIELDS])
