"""A body from a person, inputs from a plan, a time course from both; and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from unclench.errors import InputError
from unclench.evidence import from_evidence
from unclench.patient import Condition, Patient, TimeOfDay
from unclench.pharmacology import ClearancePhase, TimeCourse, simulate
from unclench.pharmacology.absorption import Infusion, Injection, Inputs, Phase, Swallowed, inputs
from unclench.pharmacology.canal import hat_weights, spread
from unclench.pharmacology.parameters import (
    BODY_FIELDS,
    ResponseParameters,
    body,
    clearance_over_f,
    kinetic_parameters,
    table,
)
from unclench.pharmacology.people import CHANNELS, LANES, courses, of_all, of_one, warm
from unclench.pharmacology.response import spasm_rhythm, tone_score, weakness
from unclench.pharmacology.simulate import clearance_changes
from unclench.pharmacology.timetable import timetable
from unclench.regimen import Administration, Dose, Regimen, Route, parse
from unclench.units import Unit, mcg

TABLETS = parse("10 mg at 08:00, 14:00, 20:00")


@pytest.fixture(scope="module")
def kinetics(evidence):
    return kinetic_parameters(evidence)


@pytest.fixture(scope="module")
def responses(evidence):
    return from_evidence(ResponseParameters, evidence)


@pytest.fixture(scope="module")
def course(evidence):
    return simulate(Patient(), TABLETS, evidence=evidence, days=3)


# --- a body ---------------------------------------------------------------------------------------


def test_the_reference_adult_has_the_published_clearance(evidence, kinetics, responses):
    own = body(Patient(), kinetics=kinetics, response=responses)

    published = evidence.value("oral.clearance", Unit.L_PER_H)
    assert own.clearance_l_per_h == pytest.approx(published * own.bioavailability)


def test_clearance_falls_along_a_line_with_the_kidneys(kinetics):
    per_ml = [clearance_over_f(kinetics, 0.06 * crcl) for crcl in (0.0, 50.0, 100.0)]

    assert per_ml == pytest.approx([1.8, 6.15, 10.5])


def test_weight_moves_flows_less_than_volumes(kinetics, responses):
    light, heavy = (
        body(Patient(weight_kg=weight), kinetics=kinetics, response=responses)
        for weight in (70.0, 140.0)
    )

    assert heavy.central_l / light.central_l == pytest.approx(2.0)
    assert heavy.exchange_l_per_h / light.exchange_l_per_h == pytest.approx(2.0**0.75)
    nonrenal = clearance_over_f(kinetics, 0.0) * kinetics.bioavailability
    gained = heavy.clearance_l_per_h - light.clearance_l_per_h
    assert gained == pytest.approx(nonrenal * (2.0**0.75 - 1.0))


def test_only_who_stands_on_stiffness_needs_some(kinetics, responses):
    stands = Patient(conditions=frozenset({Condition.STANDS_ON_SPASTICITY}))

    assert body(Patient(), kinetics=kinetics, response=responses).standing_need == 0.0
    assert body(stands, kinetics=kinetics, response=responses).standing_need > 0.0


def test_the_two_sets_of_tablet_numbers_differ(evidence):
    reference, fast = (
        kinetic_parameters(evidence, oral_set=name) for name in ("reference", "fast")
    )

    assert fast.oral.central_l < reference.oral.central_l
    assert fast.loss_per_h == reference.loss_per_h


def test_a_third_set_is_refused(evidence):
    with pytest.raises(InputError, match="no set of tablet parameters 'slow'"):
        kinetic_parameters(evidence, oral_set="slow")


def test_a_table_holds_every_field_of_every_body(kinetics, responses):
    own = body(Patient(), kinetics=kinetics, response=responses)

    made = table([own, replace(own, lag_h=0.5)])

    assert made.shape == (len(BODY_FIELDS), 2)
    assert made[BODY_FIELDS.index("lag_h")].tolist() == [own.lag_h, 0.5]


# --- what enters ----------------------------------------------------------------------------------


def test_inputs_go_where_their_route_leads():
    plan = parse("10 mg at 08:00 + pump 96 micrograms/day, bolus 20 micrograms at 22:00")

    found = inputs(plan.administrations(1440), tip_cm=20.0)

    assert found.swallowed == (Swallowed(480, 10_000.0),)
    assert found.injections == (Injection(1320, 20.0, 20.0),)
    assert sum(
        run.rate_mcg_per_h * (run.end_min - run.start_min) / 60 for run in found.infusions
    ) == (pytest.approx(96.0))
    assert found.total_mcg == pytest.approx(10_116.0)
    assert found.intrathecal


def test_a_test_dose_enters_at_the_needle():
    plan = parse("test dose 50 micrograms at 09:00")

    found = inputs(plan.administrations(1440), tip_cm=20.0, punctures=plan.tests, puncture_cm=10.0)

    assert found.injections == (Injection(540, 50.0, 10.0),)
    assert found.heights_cm == (10.0,)


def test_a_leak_takes_its_share_of_the_pump_and_none_of_a_tablet():
    plan = parse("10 mg at 08:00 + pump 96 micrograms/day, bolus 20 micrograms at 22:00")

    found = inputs(plan.administrations(1440), tip_cm=20.0, delivered=0.25)

    assert found.swallowed[0].amount_mcg == 10_000.0
    assert found.injections[0].amount_mcg == 5.0
    assert {run.rate_mcg_per_h for run in found.infusions} == {1.0}


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_outside_0_to_1_is_refused(share):
    with pytest.raises(InputError, match="share that the catheter delivers"):
        inputs((), tip_cm=20.0, delivered=share)


def test_a_height_between_two_centres_is_shared_in_proportion():
    assert hat_weights(15.0, cells=4, length_cm=40.0) == pytest.approx([0.0, 1.0, 0.0, 0.0])
    assert hat_weights(17.5, cells=4, length_cm=40.0) == pytest.approx([0.0, 0.75, 0.25, 0.0])
    assert hat_weights(0.0, cells=4, length_cm=40.0) == pytest.approx([1.0, 0.0, 0.0, 0.0])
    assert hat_weights(40.0, cells=4, length_cm=40.0) == pytest.approx([0.0, 0.0, 0.0, 1.0])


def test_a_height_outside_the_canal_is_refused(evidence):
    with pytest.raises(InputError, match="outside the spinal canal"):
        hat_weights(41.0, cells=4, length_cm=40.0)
    with pytest.raises(InputError, match="400 cm is outside the spinal canal"):
        simulate(Patient(), parse("pump 96 micrograms/day"), evidence=evidence, tip_cm=400.0)


def test_the_way_to_the_cranial_pool_is_half_as_long():
    between, above = spread(cells=10, area_cm2=2.0, length_cm=50.0, dispersion_cm2_per_h=100.0)

    assert between == pytest.approx([0.04] * 9)
    assert above == pytest.approx(0.08)


# --- a timetable ----------------------------------------------------------------------------------


def test_what_is_given_between_two_nodes_is_booked_at_one():
    given = Inputs((Swallowed(8 * 60 + 7, 1.0),), (Injection(8 * 60 + 7, 2.0, 20.0),))

    plan = timetable(given, minutes=1440, step_min=15)

    assert plan.event_nodes.tolist() == [32, 33]  # the swallowed dose still waits for its lag
    assert (plan.class_times_h * 60).tolist() == pytest.approx([7.0, 8.0])


def test_doses_with_the_same_time_left_share_a_class():
    given = inputs(TABLETS.administrations(7 * 1440), tip_cm=20.0)

    plan = timetable(given, minutes=7 * 1440, step_min=15)

    assert plan.event_nodes.size == 21
    assert plan.class_kinds.size == 1


def test_a_pump_that_stopped_gives_exactly_nothing():
    odd = Inputs(infusions=(Infusion(3, 1001, 0.1, 20.0), Infusion(500, 777, 0.3, 20.0)))

    plan = timetable(odd, minutes=1440, step_min=15)

    assert (plan.rates_mcg_per_h[:, 67:] == 0.0).all()


def test_a_clearance_that_changes_between_two_nodes_is_refused():
    with pytest.raises(InputError, match="between two points in time"):
        timetable(Inputs(), minutes=1440, step_min=15, phases=(Phase(20),))


# --- many people ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowd(kinetics, responses):
    rng = np.random.default_rng(8)
    bodies = np.repeat(table([body(Patient(), kinetics=kinetics, response=responses)]), 70, axis=1)
    for name in ("lag_h", "clearance_l_per_h", "dispersion_cm2_per_h", "ec50_spasm", "loss_per_h"):
        bodies[BODY_FIELDS.index(name)] *= np.exp(0.5 * rng.standard_normal(70))
    return bodies


def plan_of(text: str, *, days: int = 2, step_min: int = 30):
    given = inputs(parse(text).administrations(days * 1440), tip_cm=20.0)
    return timetable(given, minutes=days * 1440, step_min=step_min)


@pytest.mark.parametrize(
    "text",
    [
        "10 mg at 08:00, 14:10, 20:00",
        "pump 150 micrograms/day, bolus 20 micrograms at 22:05",
        "10 mg at 08:00 + pump 150 micrograms/day",
    ],
)
def test_a_person_is_the_same_to_the_bit_in_any_company(crowd, text):
    plan = plan_of(text)
    everyone = courses(crowd, plan, channels=CHANNELS)

    for first, last in ((0, 1), (5, 7), (5, 11), (3, 12), (40, 70), (1, 34)):
        some = courses(crowd[:, first:last].copy(), plan, channels=CHANNELS, threads=2)
        for i in range(len(CHANNELS)):
            assert (
                of_all(some[i], last - first) == of_all(everyone[i], 70)[:, first:last]
            ).all(), CHANNELS[i]


def test_asking_for_less_gives_the_same_curves(crowd):
    plan = plan_of("10 mg at 08:00, 14:10, 20:00 + pump 150 micrograms/day")
    everything = courses(crowd, plan, channels=CHANNELS)

    for i, name in enumerate(CHANNELS):
        alone = courses(crowd, plan, channels=(name,), every=4)
        assert np.allclose(alone[0], everything[i][::4], rtol=1e-12, atol=1e-12), name
        late = courses(crowd, plan, channels=(name,), since=21, every=4)
        assert (late[0] == courses(crowd, plan, channels=(name,))[0][21::4]).all(), name


def test_a_dose_not_taken_is_a_dose_not_given(crowd):
    plan = plan_of("10 mg at 08:00, 20:00")
    taken = np.ones((4, 70))
    taken[1, 3] = 0.0
    missed = inputs(
        parse("10 mg at 08:00, 20:00").missing(20 * 60).administrations(2880), tip_cm=20.0
    )

    partly = courses(crowd, plan, channels=("plasma_ng_per_ml",), taken=taken)
    wanted = courses(
        crowd,
        timetable(missed, minutes=2880, step_min=30),
        channels=("plasma_ng_per_ml",),
    )

    assert (of_all(partly[0], 70)[:, 3] == of_all(wanted[0], 70)[:, 3]).all()
    assert (of_all(partly[0], 70)[:, 4] != of_all(wanted[0], 70)[:, 4]).any()


def test_results_can_be_written_into_room_that_is_there(crowd):
    plan = plan_of("10 mg at 08:00")
    room = np.full((1, plan.nodes, 3, LANES), np.nan)

    found = courses(crowd, plan, channels=("dimming",), out=room)

    assert found is room
    one = of_one(found, 69, ("dimming",))["dimming"]
    assert (one == of_all(found[0], 70)[:, 69]).all()


@pytest.mark.parametrize(
    ("changed", "fragment"),
    [
        ({"channels": ("mood",)}, "cannot be reported: mood"),
        ({"channels": ()}, "cannot be reported"),
        ({"channels": ("dimming", "dimming")}, "cannot be reported"),
        ({"taken": np.ones((3, 3))}, "What was taken has the shape"),
        ({"out": np.ones((1, 1, 1, LANES))}, "do not fit"),
        ({"table": np.ones((3, 3))}, "table of bodies"),
    ],
)
def test_what_cannot_be_run_is_refused(crowd, changed, fragment):
    asked = {"table": crowd, "channels": ("dimming",)} | changed

    with pytest.raises(InputError, match=fragment):
        courses(asked.pop("table"), plan_of("10 mg at 08:00"), **asked)


def test_a_step_longer_than_a_time_constant_is_refused(crowd):
    hasty = crowd.copy()
    hasty[BODY_FIELDS.index("adaptation_h")] = 0.25

    with pytest.raises(InputError, match=r"adaptation_h of 0\.25 h"):
        courses(hasty, plan_of("10 mg at 08:00"), channels=("dimming",))


def test_the_kernel_can_be_warmed():
    warm()


# --- a time course --------------------------------------------------------------------------------


def test_every_curve_has_a_value_at_every_time(course):
    curves = [value for value in vars(course).values() if isinstance(value, np.ndarray)]

    assert len(curves) == 21
    assert {curve.shape for curve in curves} == {(3 * 96 + 1,)}
    assert all(np.isfinite(curve).all() for curve in curves)
    assert (course.time_h[0], course.time_h[1], course.time_h[-1]) == (0.0, 0.25, 72.0)


def test_a_time_course_names_the_evidence_it_rests_on(course, evidence):
    assert "oral.clearance" in course.cited
    assert "effect.ec50_spasm" in course.cited
    assert set(course.cited) <= set(evidence)
    assert len(set(course.cited)) == len(course.cited)


def test_the_last_day_is_a_day(course):
    day = course.last_day()

    assert day.plasma_ng_per_ml == pytest.approx(course.plasma_ng_per_ml[-96:].mean())
    assert day.plasma_highest_ng_per_ml == course.plasma_ng_per_ml[-96:].max()
    assert day.spasms_per_day_untreated == 6.0
    assert day.spasms_taken_away == pytest.approx(1.0 - day.spasms_per_day / 6.0)


def test_nobody_loses_spasms_that_were_not_there(evidence):
    day = simulate(Patient(spasms_per_day=0), TABLETS, evidence=evidence, days=1).last_day()

    assert day.spasms_per_day == 0.0
    assert day.spasms_taken_away == 0.0


def test_spasms_are_worst_in_the_worst_part_of_the_day(evidence):
    night = replace(Patient(), worst_time=TimeOfDay.NIGHT)

    course = simulate(night, TABLETS, evidence=evidence, days=1)

    untreated = course.spasms_per_h_untreated
    assert untreated[course.time_h == 3.0] == 2 * untreated[course.time_h == 15.0]
    assert untreated[:-1].mean() * 24 == pytest.approx(6.0)


def test_a_rhythm_is_one_on_average():
    hours = np.arange(0.0, 24.0, 0.25)

    for begins, ends in ((0.0, 6.0), (18.0, 24.0), (0.0, 24.0)):
        rhythm = spasm_rhythm(hours, worst_from_h=begins, worst_to_h=ends, contrast=3.0)
        assert rhythm.mean() == pytest.approx(1.0)


def test_kidneys_that_fail_and_a_dialysis_come_in_turn(evidence, kinetics):
    events = (
        ClearancePhase(start_min=1440, end_min=1680, dialysis_l_per_h=8.5),
        ClearancePhase(start_min=1680, crcl_ml_per_min=20.0),
    )

    found = clearance_changes(events, Patient(), kinetics)

    assert [phase.start_min for phase in found] == [1440, 1680]
    assert found[0].added_l_per_h == 8.5
    assert found[1].factor == pytest.approx((1.8 + 0.087 * 20) / 10.5)


def test_two_dialyses_at_once_are_refused(evidence):
    events = tuple(
        ClearancePhase(start_min=start, end_min=start + 240, dialysis_l_per_h=8.5)
        for start in (600, 700)
    )

    with pytest.raises(InputError, match="overlap"):
        simulate(Patient(), TABLETS, evidence=evidence, events=events)


@pytest.mark.parametrize(
    "wrong",
    [
        {"start_min": -1},
        {"start_min": 60, "end_min": 60},
        {"start_min": 0, "crcl_ml_per_min": 201.0},
        {"start_min": 0, "crcl_ml_per_min": float("nan")},
        {"start_min": 0, "dialysis_l_per_h": -1.0},
        {"start_min": 0, "dialysis_l_per_h": float("nan")},
    ],
)
def test_a_phase_that_cannot_be_is_refused(wrong):
    with pytest.raises(InputError):
        ClearancePhase(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": 0},
        {"days": 3651},
        {"days": 1.5},
        {"step_min": 0},
        {"step_min": 7},
        {"step_min": 120},
        {"cells": 3},
        {"cells": 61},
        {"delivered": 2.0},
        {"oral_set": "slow"},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(evidence, wrong):
    with pytest.raises(InputError):
        simulate(Patient(), TABLETS, evidence=evidence, **wrong)


def test_a_screening_test_lasts_hours_at_the_legs(evidence):
    dose = Dose(mcg(50), Route.INTRATHECAL)
    plan = Regimen(tests=(Administration(8 * 60, dose),))

    course = simulate(Patient(), plan, evidence=evidence, days=2)

    dimmed_h = 0.25 * (course.dimming > 0.5).sum()
    assert 3.0 < dimmed_h < 16.0
    assert isinstance(course, TimeCourse)


def test_tone_keeps_to_its_scale_and_weakness_to_its_own():
    share = np.array([0.0, 0.5, 1.0, 9.0])

    assert tone_score(share, untreated=3.0) == pytest.approx([1.0, 2.0, 3.0, 5.0])
    assert weakness(share, need=0.5) == pytest.approx([1.0, 0.0, 0.0, 0.0])
    assert weakness(share, need=0.0) == pytest.approx([0.0] * 4)
