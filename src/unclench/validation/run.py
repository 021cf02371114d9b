"""Run cases: virtual people like those of the study, the same treatment, the same measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal, cast

import numpy as np
from numpy.typing import NDArray

from unclench.cohorts import VirtualPeople, around, simulate_people
from unclench.evidence import Evidence
from unclench.pharmacology.parameters import BODY_FIELDS, body, table
from unclench.regimen import MINUTES_PER_DAY, Route
from unclench.validation.cases import Case
from unclench.validation.measures import MEASURES, Curves
from unclench.validation.verdict import Outcome, judge

__all__ = ["run_case", "run_cases"]

Array = NDArray[np.float64]

HEIGHTS: Final = {"low_cm": "lumbar_cm", "high_cm": "cervical_cm"}
"""Arguments of a measure that say where in the canal a level is read, and the body's field."""


def run_cases(
    cases: Sequence[Case], *, evidence: Evidence, people: int = 400, seed: int = 1
) -> tuple[Outcome, ...]:
    """Give what comes of every case, in their order.

    Args:
        cases: What to run.
        evidence: The evidence base that the model stands on.
        people: How many virtual people each case has.
        seed: Which people.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> from unclench.validation import shipped_cases
        >>> evidence = load_evidence()
        >>> first = shipped_cases(evidence)[:1]
        >>> run_cases(first, evidence=evidence, people=50)[0].people
        50
    """
    return tuple(run_case(case, evidence=evidence, people=people, seed=seed) for case in cases)


def run_case(case: Case, *, evidence: Evidence, people: int, seed: int) -> Outcome:
    """Give what comes of one case."""
    crowd = around(
        case.patient,
        people=people,
        seed=seed,
        evidence=evidence,
        oral_set=cast(Literal["reference", "fast"], case.oral_set),
    )
    measure = MEASURES[case.measure]
    values = measure.read(_curves(case, _reading_at(crowd, case)), case.arguments)
    typical = measure.read(_curves(case, _reading_at(_typical(crowd), case)), case.arguments)
    return judge(case, values, float(typical[0]))


def _typical(crowd: VirtualPeople) -> VirtualPeople:
    """Give the typical person alone, whom the crowd was drawn around."""
    own = body(crowd.patient, kinetics=crowd.kinetics, response=crowd.responses)
    return replace(crowd, table=table([own]))


def _reading_at(crowd: VirtualPeople, case: Case) -> VirtualPeople:
    """Read levels at the heights that the case asks for, where it asks for any."""
    bodies = crowd.table.copy()
    for argument, field in HEIGHTS.items():
        if argument in case.arguments:
            bodies[BODY_FIELDS.index(field)] = case.arguments[argument]
    return replace(crowd, table=bodies)


def _curves(case: Case, crowd: VirtualPeople) -> Curves:
    channels = MEASURES[case.measure].channels
    made = simulate_people(
        crowd,
        case.regimen,
        days=case.days,
        step_min=case.step_min,
        channels=channels,
        tip_cm=case.tip_cm,
    )
    given = case.regimen.administrations(case.days * MINUTES_PER_DAY)
    swallowed = sum(float(one.dose.amount.in_mcg) for one in given if one.dose.route is Route.ORAL)
    return Curves(
        time_h=made.time_h,
        channels={name: np.ascontiguousarray(made[name].T) for name in channels},
        ashworth=case.patient.ashworth,
        dose_mcg=swallowed,
    )
