"""`simulate()` against the equations solved by a general ODE solver, and the solver against itself.

The numbers of the independent model are read here from the evidence, key by key, so that not even
the way from the evidence to a body is shared.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.independent_model import (
    CanalDose,
    Clearance,
    Course,
    OralDose,
    Parameters,
    solve,
)
from unclench.evidence import Evidence, load_evidence
from unclench.patient import Patient
from unclench.pharmacology import ClearancePhase, TimeCourse, simulate
from unclench.regimen import parse
from unclench.units import Unit

LEVELS = {
    "plasma": "plasma_ng_per_ml",
    "csf_legs": "csf_lumbar_ng_per_ml",
    "csf_arms": "csf_cervical_ng_per_ml",
    "csf_cranial": "csf_cranial_ng_per_ml",
    "cord_legs": "cord_lumbar_ng_per_ml",
    "cord_arms": "cord_cervical_ng_per_ml",
    "brain": "brain_ng_per_ml",
}
RESPONSES = {
    "dimming_legs": "dimming",
    "dimming_arms": "dimming_arms",
    "tolerance_legs": "tolerance",
    "rebound_legs": "rebound",
    "h_reflex_share_legs": "h_reflex_share",
    "drowsiness": "drowsiness",
    "withdrawal": "withdrawal",
}
LEVEL_ERROR = 1e-9
"""Largest difference of a level, over the peak of its curve."""
RESPONSE_ERROR = 1e-5
"""The same for responses, which are stepped at 15 minutes."""
TABLETS_MG = {"08:00": 20, "14:00": 10, "20:30": 25}


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load_evidence()


def clearance(evidence: Evidence, crcl_ml_per_min: float) -> float:
    """70 kg: CL/F moves along a line with kidney function, through the reference adult."""
    slope = evidence.value("oral.clearance.slope", Unit.RATIO) * 0.06
    over_f = evidence.value("oral.clearance", Unit.L_PER_H) + slope * (crcl_ml_per_min - 100.0)
    return evidence.value("oral.bioavailability", Unit.FRACTION) * over_f


def parameters(evidence: Evidence, *, crcl_ml_per_min: float, pump: bool) -> Parameters:
    value = evidence.value
    share = value("oral.bioavailability", Unit.FRACTION)
    return Parameters(
        bioavailability=share,
        absorption_per_h=value("oral.absorption_rate", Unit.PER_H),
        lag_h=value("oral.lag", Unit.H),
        clearance_l_per_h=clearance(evidence, crcl_ml_per_min),
        exchange_l_per_h=share * value("oral.intercompartmental_clearance", Unit.L_PER_H),
        central_l=share * value("oral.central_volume", Unit.L),
        peripheral_l=share * value("oral.peripheral_volume", Unit.L),
        cells=10,
        canal_cm=value("csf.canal_length", Unit.CM),
        area_cm2=value("csf.canal_area", Unit.CM2),
        dispersion_cm2_per_h=value("csf.dispersion", Unit.CM2_PER_H),
        loss_per_h=value("csf.loss_rate", Unit.PER_H),
        cranial_l=value("csf.cranial_volume", Unit.L),
        cranial_loss_per_h=value("csf.cranial_loss_rate", Unit.PER_H),
        csf_plasma_ratio=value("csf.plasma_ratio", Unit.FRACTION),
        lumbar_cm=value("cord.lumbar_height", Unit.CM),
        cervical_cm=value("cord.cervical_height", Unit.CM),
        outer_per_h=value("cord.outer_rate", Unit.PER_H),
        inner_per_h=value("cord.inner_rate", Unit.PER_H),
        blood_per_h=value("cord.blood_rate", Unit.PER_H),
        brain_per_h=value("brain.blood_rate", Unit.PER_H),
        brain_csf_share=value("brain.csf_share", Unit.FRACTION),
        hill=value("effect.hill", Unit.FRACTION),
        emax=value("effect.emax", Unit.FRACTION),
        ec50_h_reflex=value("effect.ec50_h_reflex", Unit.NG_PER_ML),
        ec50_tone=value("effect.ec50_tone", Unit.NG_PER_ML),
        ec50_spasm=value("effect.ec50_spasm", Unit.NG_PER_ML),
        spasm_gain=value("effect.spasm_gain", Unit.FRACTION),
        tolerance_limit=value("effect.tolerance_limit", Unit.FRACTION) if pump else 0.0,
        tolerance_h=value("effect.tolerance_time", Unit.H),
        adaptation_h=value("effect.adaptation_time", Unit.H),
        rebound_gain=value("effect.rebound_gain", Unit.FRACTION),
        brain_hill=value("brain.hill_drowsiness", Unit.FRACTION),
        brain_ec50=value("brain.ec50_drowsiness", Unit.NG_PER_ML),
        drowsiness_tolerance_share=value("drowsiness.tolerance_share", Unit.FRACTION),
        drowsiness_tolerance_h=value("drowsiness.tolerance_time", Unit.H),
        withdrawal_gain=value("withdrawal.gain", Unit.FRACTION),
    )


def tablets(days: int) -> list[OralDose]:
    return [
        OralDose(start_h=24.0 * day + int(at[:2]) + int(at[3:]) / 60, amount_mcg=1000.0 * mg)
        for day in range(days)
        for at, mg in TABLETS_MG.items()
    ]


TABLETS_PLAN = "20 mg at 08:00 and 10 mg at 14:00 and 25 mg at 20:30"
DAYS = 3


def by_tablets(evidence: Evidence) -> tuple[TimeCourse, Course]:
    course = simulate(Patient(), parse(TABLETS_PLAN), evidence=evidence, days=DAYS)
    p = parameters(evidence, crcl_ml_per_min=100.0, pump=False)
    return course, solve(p, tablets(DAYS), course.time_h)


def by_both(evidence: Evidence) -> tuple[TimeCourse, Course]:
    """A pump whose rate changes twice a day, a bolus at night, and tablets beside it."""
    rates = "100 micrograms/day 06:00-22:00, 200 micrograms/day 22:00-06:00"
    pump = f"pump {rates}, bolus 20 micrograms at 22:00"
    course = simulate(Patient(), parse(f"{TABLETS_PLAN} + {pump}"), evidence=evidence, days=DAYS)
    p = parameters(evidence, crcl_ml_per_min=100.0, pump=True)
    doses: list[OralDose | CanalDose] = [*tablets(DAYS)]
    for day in range(DAYS):
        doses.append(CanalDose(start_h=24.0 * day + 22.0, amount_mcg=20.0, tip_cm=20.0))
        for start, hours, mcg_per_day in (
            (0.0, 6.0, 200.0),
            (6.0, 16.0, 100.0),
            (22.0, 2.0, 200.0),
        ):
            amount = mcg_per_day * hours / 24.0
            at = 24.0 * day + start
            doses.append(CanalDose(start_h=at, amount_mcg=amount, tip_cm=20.0, duration_h=hours))
    return course, solve(p, doses, course.time_h)


def by_needle(evidence: Evidence) -> tuple[TimeCourse, Course]:
    plan = "test dose 50 micrograms at 09:00, then test dose 75 micrograms on day 2 at 09:30"
    course = simulate(Patient(), parse(plan), evidence=evidence, days=DAYS)
    p = parameters(evidence, crcl_ml_per_min=100.0, pump=True)
    doses = [
        CanalDose(start_h=9.0, amount_mcg=50.0, tip_cm=10.0),
        CanalDose(start_h=33.5, amount_mcg=75.0, tip_cm=10.0),
    ]
    return course, solve(p, doses, course.time_h)


def by_failing_kidneys(evidence: Evidence) -> tuple[TimeCourse, Course]:
    """Kidneys at 30 mL/min that fall to 12 from the second day on."""
    events = [ClearancePhase(start_min=1440, crcl_ml_per_min=12.0)]
    course = simulate(
        Patient(crcl_ml_per_min=30.0),
        parse(TABLETS_PLAN),
        evidence=evidence,
        days=DAYS,
        events=events,
    )
    p = parameters(evidence, crcl_ml_per_min=30.0, pump=False)
    fallen = Clearance(start_h=24.0, end_h=24.0 * DAYS, clearance_l_per_h=clearance(evidence, 12.0))
    return course, solve(p, tablets(DAYS), course.time_h, clearances=[fallen])


CASES = (by_tablets, by_both, by_needle, by_failing_kidneys)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.__name__)
def both(request, evidence) -> tuple[TimeCourse, Course]:
    """One person from `simulate()` and from the independent solver."""
    return request.param(evidence)


def test_levels_agree_with_an_independent_solver(both):
    course, reference = both

    for theirs, ours in LEVELS.items():
        off = np.max(np.abs(getattr(course, ours) - reference[theirs])) / reference[theirs].max()
        assert off < LEVEL_ERROR, f"{ours}: {off:.1e}"


def test_responses_agree_with_an_independent_solver(both):
    course, reference = both

    for theirs, ours in RESPONSES.items():
        off = np.max(np.abs(getattr(course, ours) - reference[theirs]))
        assert off < RESPONSE_ERROR, f"{ours}: {off:.1e}"
    spasms = course.spasms_per_h / course.spasms_per_h_untreated
    assert np.max(np.abs(spasms - reference["spasm_share_legs"])) < RESPONSE_ERROR
    tone = (course.ashworth - 1.0) / (course.patient.ashworth - 1.0)
    assert np.max(np.abs(tone - reference["tone_share_legs"])) < RESPONSE_ERROR


def test_the_independent_solver_neither_makes_nor_loses_drug(evidence):
    p = parameters(evidence, crcl_ml_per_min=100.0, pump=True)
    doses = [
        OralDose(start_h=1.0, amount_mcg=20_000.0),
        CanalDose(start_h=2.0, amount_mcg=100.0, tip_cm=20.0, duration_h=24.0),
    ]

    course = solve(p, doses, np.array([0.0, 30.0, 60.0]))

    given = p.bioavailability * 20_000.0 + 100.0
    kept = course["body_mcg"] + course["eliminated_mcg"]
    assert kept[1:] == pytest.approx([given, given], rel=1e-12)


def test_the_independent_solver_meets_the_closed_form_of_a_tablet(evidence):
    """Without a canal's exchange and without a peripheral compartment: Bateman's function."""
    known = parameters(evidence, crcl_ml_per_min=100.0, pump=False)
    values = {name: getattr(known, name) for name in Parameters.__slots__}
    p = Parameters(
        **(values | {"loss_per_h": 0.0, "cranial_loss_per_h": 0.0, "exchange_l_per_h": 1e-300})
    )
    time_h = np.arange(0.0, 24.1, 0.5)

    plasma = solve(p, [OralDose(start_h=0.0, amount_mcg=10_000.0)], time_h)["plasma"]

    ka, k = p.absorption_per_h, p.clearance_l_per_h / p.central_l
    since = np.maximum(0.0, time_h - p.lag_h)
    scale = p.bioavailability * 10_000.0 / p.central_l * ka / (ka - k)
    assert plasma == pytest.approx(scale * (np.exp(-k * since) - np.exp(-ka * since)), abs=1e-9)


def test_the_independent_solver_settles_where_the_fluid_says(evidence):
    """On tablets for long, the fluid's daily mean is its ratio times plasma's."""
    p = parameters(evidence, crcl_ml_per_min=100.0, pump=False)
    doses = [OralDose(start_h=8.0 * i, amount_mcg=20_000.0) for i in range(15)]
    time_h = np.append(0.0, np.arange(96.0, 120.01, 0.05))

    course = solve(p, doses, time_h)

    ratio = course["csf_legs"][1:-1].mean() / course["plasma"][1:-1].mean()
    assert ratio == pytest.approx(p.csf_plasma_ratio, rel=1e-3)
