"""Ask the model about one person: `simulate` gives a `TimeCourse`.

Time is hours since 00:00 of day 1. Levels are in ng/mL. The body knows no drug at time 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Literal, final

import numpy as np
from numpy.typing import NDArray

from unclench.errors import InputError
from unclench.evidence import Evidence, citations, from_evidence
from unclench.patient import Patient
from unclench.pharmacology.absorption import MINUTES_PER_H, Phase, inputs
from unclench.pharmacology.parameters import (
    KineticParameters,
    ResponseParameters,
    body,
    clearance_over_f,
    kinetic_parameters,
    table,
)
from unclench.pharmacology.people import CHANNELS, courses, of_one
from unclench.pharmacology.response import penn_score, spasm_rhythm
from unclench.pharmacology.timetable import timetable
from unclench.regimen import MINUTES_PER_DAY, Administration, Regimen
from unclench.units import Unit, convert

__all__ = ["ClearancePhase", "DayMeans", "TimeCourse", "clearance_changes", "simulate"]

Array = NDArray[np.float64]
HOURS_A_DAY = 24.0
MOST_DAYS = 3650
MOST_STEP_MIN = 60
FEWEST_CELLS, MOST_CELLS = 4, 60
REPORTED = tuple(name for name in CHANNELS if name not in ("in_body_mcg", "eliminated_mcg"))


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ClearancePhase:
    """Some time in which the blood is cleared otherwise: dialysis, or kidneys that work less.

    Args:
        start_min: The minute at which it begins.
        end_min: The minute at which it ends; None if it lasts.
        crcl_ml_per_min: Kidney function meanwhile; None if it is as ever.
        dialysis_l_per_h: Clearance by the machine, on top of the body's own.

    Raises:
        InputError: if it ends before it begins, or a value is outside its window.
    """

    start_min: int
    end_min: int | None = None
    crcl_ml_per_min: float | None = None
    dialysis_l_per_h: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.start_min < 0 or (self.end_min is not None and self.end_min <= self.start_min):
            raise InputError(
                f"A phase cannot run from minute {self.start_min} to {self.end_min}.",
                expected="a start from 0 up, and an end after it",
            )
        if self.crcl_ml_per_min is not None and not 0.0 <= self.crcl_ml_per_min <= 200.0:
            raise InputError(
                f"A creatinine clearance cannot be {self.crcl_ml_per_min!r} mL/min.",
                expected="0 to 200 mL/min",
            )
        if not 0.0 <= self.dialysis_l_per_h <= 30.0:
            raise InputError(
                f"Dialysis cannot clear {self.dialysis_l_per_h!r} L/h.", expected="0 to 30 L/h"
            )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class DayMeans:
    """Means over the last day of a time course; spasms also as counts."""

    plasma_ng_per_ml: float
    plasma_highest_ng_per_ml: float
    csf_lumbar_ng_per_ml: float
    cord_lumbar_ng_per_ml: float
    brain_ng_per_ml: float
    dimming: float
    dimming_arms: float
    spasms_per_day: float
    spasms_per_day_untreated: float
    ashworth: float
    h_reflex_share: float
    drowsiness: float
    withdrawal: float
    weakness: float
    encephalopathy_per_day: float

    @property
    def spasms_taken_away(self) -> float:
        """The share of the spasms that are gone; negative in rebound, 0 where there were none."""
        if self.spasms_per_day_untreated == 0.0:
            return 0.0
        return 1.0 - self.spasms_per_day / self.spasms_per_day_untreated


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class TimeCourse:
    """What the model says of one person, each array (n,) beside `time_h`.

    Levels are in ng/mL; `dimming`, `dimming_arms`, `drowsiness`, `weakness` are shares from 0 to 1;
    `withdrawal` and `rebound` start at 0 and may pass 1; `h_reflex_share` is of the untreated
    reflex. `spasms_per_h` and `spasms_per_h_untreated` follow the person's day.
    """

    patient: Patient
    regimen: Regimen
    administrations: tuple[Administration, ...]
    step_min: int
    cited: tuple[str, ...]
    time_h: Array
    plasma_ng_per_ml: Array
    csf_lumbar_ng_per_ml: Array
    csf_cervical_ng_per_ml: Array
    csf_cranial_ng_per_ml: Array
    cord_lumbar_ng_per_ml: Array
    cord_cervical_ng_per_ml: Array
    brain_ng_per_ml: Array
    dimming: Array
    dimming_arms: Array
    tolerance: Array
    rebound: Array
    spasms_per_h: Array
    spasms_per_h_untreated: Array
    ashworth: Array
    penn: Array
    h_reflex_share: Array
    drowsiness: Array
    withdrawal: Array
    weakness: Array
    encephalopathy_per_day: Array

    @cached_property
    def _last_day(self) -> slice:
        nodes = MINUTES_PER_DAY // self.step_min
        return slice(max(0, self.time_h.size - nodes), None)

    def last_day(self) -> DayMeans:
        """Give means over the last 24 hours, which a page or a table can say in words.

        Example:
            >>> from unclench.evidence import load_evidence
            >>> from unclench.regimen import parse
            >>> plan = parse("10 mg at 08:00, 14:00, 20:00")
            >>> course = simulate(Patient(), plan, evidence=load_evidence())
            >>> course.last_day().spasms_per_day_untreated
            6.0
        """
        means = {
            field.name: float(np.mean(getattr(self, field.name)[self._last_day]))
            for field in fields(DayMeans)
            if hasattr(self, field.name)
        }
        day = self._last_day
        return DayMeans(
            plasma_highest_ng_per_ml=float(np.max(self.plasma_ng_per_ml[day])),
            spasms_per_day=round(HOURS_A_DAY * float(np.mean(self.spasms_per_h[day])), 12),
            spasms_per_day_untreated=round(
                HOURS_A_DAY * float(np.mean(self.spasms_per_h_untreated[day])), 12
            ),
            **means,
        )


def simulate(
    patient: Patient,
    regimen: Regimen,
    *,
    evidence: Evidence,
    days: int = 7,
    step_min: int = 15,
    oral_set: Literal["reference", "fast"] = "reference",
    events: Sequence[ClearancePhase] = (),
    tip_cm: float | None = None,
    delivered: float = 1.0,
    cells: int = 10,
) -> TimeCourse:
    """Give what the model says of one person under one regimen.

    Args:
        patient: Weight, kidney function, spasms and tone without treatment.
        regimen: What is given, with what was missed, doubled or stopped.
        evidence: The evidence base, from `load_evidence()`.
        days: How long to look, 1 to 3650 days.
        step_min: Minutes between the times reported; it divides an hour.
        oral_set: "reference" or "fast": which set of tablet parameters.
        events: Times of dialysis or of other kidney function; they begin and end on a time that is
            reported.
        tip_cm: Height of the catheter's tip above the end of the sac; the evidence's if None.
        delivered: The share of the pump's drug that reaches the fluid, 0 to 1.
        cells: How many cells the canal has, 4 to 60.

    Raises:
        InputError: if an argument is outside its window, or the evidence lacks an entry.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> from unclench.regimen import parse
        >>> course = simulate(Patient(), parse("10 mg at 08:00"), evidence=load_evidence(), days=1)
        >>> course.time_h.size, float(course.time_h[-1])
        (97, 24.0)
    """
    _check(days=days, step_min=step_min, cells=cells)
    kinetics = kinetic_parameters(evidence, oral_set=oral_set)
    responses = from_evidence(ResponseParameters, evidence)
    own = body(patient, kinetics=kinetics, response=responses)
    given = regimen.administrations(days * MINUTES_PER_DAY)
    entering = inputs(
        given,
        tip_cm=kinetics.tip_cm if tip_cm is None else tip_cm,
        punctures=regimen.tests,
        puncture_cm=kinetics.puncture_cm,
        delivered=delivered,
    )
    phases = clearance_changes(events, patient, kinetics)
    plan = timetable(entering, minutes=days * MINUTES_PER_DAY, step_min=step_min, phases=phases)
    time_h: Array = np.arange(plan.nodes, dtype=np.float64) * (step_min / MINUTES_PER_H)
    worst_from_h, worst_to_h = responses.hours_of(patient.worst_time)
    rhythm = spasm_rhythm(
        time_h,
        worst_from_h=worst_from_h,
        worst_to_h=worst_to_h,
        contrast=responses.worst_time_contrast,
    )
    found = courses(table([own]), plan, channels=REPORTED, rhythm=rhythm, cells=cells)
    values = of_one(found, 0, REPORTED)
    return TimeCourse(
        patient=patient,
        regimen=regimen,
        administrations=given,
        step_min=step_min,
        cited=_keys(kinetics, kinetics.oral, responses),
        time_h=time_h,
        spasms_per_h_untreated=own.spasms_per_h * rhythm,
        penn=penn_score(values["spasms_per_h"]),
        encephalopathy_per_day=HOURS_A_DAY * values.pop("encephalopathy_per_h"),
        **values,
    )


def _check(*, days: int, step_min: int, cells: int) -> None:
    if type(days) is not int or not 1 <= days <= MOST_DAYS:
        raise InputError(
            f"A time course cannot last {days!r} days.",
            expected=f"a whole number of days from 1 to {MOST_DAYS}",
        )
    if type(step_min) is not int or not 1 <= step_min <= MOST_STEP_MIN or 60 % step_min:
        raise InputError(
            f"The time between two points cannot be {step_min!r} minutes.",
            expected="a whole number of minutes that divides an hour",
            hint="15",
        )
    if type(cells) is not int or not FEWEST_CELLS <= cells <= MOST_CELLS:
        raise InputError(
            f"The canal cannot have {cells!r} cells.",
            expected=f"a whole number from {FEWEST_CELLS} to {MOST_CELLS}",
        )


def _keys(*parts: object) -> tuple[str, ...]:
    return tuple(key for part in parts for _, key, _ in citations(part))


def clearance_changes(
    events: Sequence[ClearancePhase], patient: Patient, kinetics: KineticParameters
) -> tuple[Phase, ...]:
    """Turn times of another clearance into changes that last until the next.

    Raises:
        InputError: if two of them overlap.
    """
    usual = clearance_over_f(kinetics, _crcl_l_per_h(patient.crcl_ml_per_min))
    phases: list[Phase] = []
    for event in sorted(events, key=lambda event: event.start_min):
        if phases and event.start_min < phases[-1].start_min:
            raise InputError(
                "Two times of another clearance overlap.", expected="one after the other"
            )
        factor = 1.0
        if event.crcl_ml_per_min is not None:
            now = clearance_over_f(kinetics, _crcl_l_per_h(event.crcl_ml_per_min))
            factor = now / usual
        if phases and phases[-1].start_min == event.start_min:
            phases.pop()
        phases.append(Phase(event.start_min, factor, event.dialysis_l_per_h))
        if event.end_min is not None:
            phases.append(Phase(event.end_min))
    return tuple(phases)


def _crcl_l_per_h(crcl_ml_per_min: float) -> float:
    return convert(crcl_ml_per_min, Unit.ML_PER_MIN, Unit.L_PER_H)
