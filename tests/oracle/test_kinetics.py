"""Where the drug goes: the kernel and the readable equations against what mathematics says."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.bodies import (
    BOTH,
    DIALYSIS,
    LEVELS,
    NEEDLE,
    PLANS,
    PUMP,
    TABLETS,
    compiled,
    exact,
    typical,
    varied,
    worst,
)
from unclench.pharmacology.absorption import Infusion, Injection, Inputs, Phase, Swallowed
from unclench.pharmacology.canal import cell_volume_l

EXACT = 1e-11
"""Largest difference between two exact ways, over the peak: a hundredth of what is promised."""
DETACHED = {"loss_per_h": 0.0, "cranial_loss_per_h": 0.0}
"""No drug passes between blood and fluid."""


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("number", range(3))
def test_the_kernel_meets_the_matrix_exponential(evidence, plan, number):
    own = varied(evidence, number)

    found, wanted = compiled(own, PLANS[plan]), exact(own, PLANS[plan]).levels()

    for name in LEVELS:
        assert worst(found[name], wanted[name]) < EXACT, name


@pytest.mark.parametrize("step_min", [1, 5, 20, 60])
def test_levels_do_not_depend_on_the_step(evidence, step_min):
    own = varied(evidence, 11)

    found = compiled(own, BOTH, days=2, step_min=step_min)

    wanted = exact(own, BOTH, days=2, step_min=step_min).levels()
    for name in LEVELS:
        assert worst(found[name], wanted[name]) < EXACT, name


@pytest.mark.parametrize("cells", [4, 9, 16, 40])
def test_the_kernel_takes_any_number_of_cells(evidence, cells):
    own = varied(evidence, 12)

    found = compiled(own, BOTH, days=2, cells=cells)

    wanted = exact(own, BOTH, days=2, cells=cells).levels()
    for name in LEVELS:
        assert worst(found[name], wanted[name]) < 10 * EXACT, name


def test_dialysis_and_failing_kidneys_are_other_phases_of_one_solution(evidence):
    own = varied(evidence, 13)

    found = compiled(own, BOTH, phases=DIALYSIS)

    wanted = exact(own, BOTH, phases=DIALYSIS).levels()
    for name in LEVELS:
        assert worst(found[name], wanted[name]) < EXACT, name


def test_dialysis_leaves_less_than_no_dialysis(evidence):
    own = typical(evidence)

    without, during = compiled(own, TABLETS), compiled(own, TABLETS, phases=(Phase(1440, 1, 8.5),))

    last_day = slice(-96, None)
    left = (
        during["plasma_ng_per_ml"][last_day].mean() / without["plasma_ng_per_ml"][last_day].mean()
    )
    assert left == pytest.approx(own.clearance_l_per_h / (own.clearance_l_per_h + 8.5), rel=0.01)


@pytest.mark.parametrize("exchange", [0.0, 7.0])
def test_a_tablet_meets_the_closed_form_of_one_and_two_compartments(evidence, exchange):
    own = typical(evidence, exchange_l_per_h=exchange, **DETACHED)

    found = compiled(own, Inputs((Swallowed(60, 10_000.0),)), days=2)

    time_h = found["time_h"] - 1.0 - own.lag_h
    wanted = tablet(own, 10_000.0, np.maximum(time_h, 0.0)) * (time_h >= 0)
    assert worst(found["plasma_ng_per_ml"], wanted) < EXACT


def tablet(own, dose_mcg, time_h):
    """F ka dose / Vc times the sum over the poles of (k21 - s) exp(-s t) / the other gaps."""
    k10, k12 = own.clearance_l_per_h / own.central_l, own.exchange_l_per_h / own.central_l
    k21, ka = own.exchange_l_per_h / own.peripheral_l, own.absorption_per_h
    half = (k10 + k12 + k21) / 2
    root = np.sqrt(half**2 - k10 * k21)
    poles = np.array([half + root, half - root, ka])
    parts = [
        (k21 - s) / np.prod([other - s for other in poles if other != s]) * np.exp(-s * time_h)
        for s in poles
    ]
    return own.bioavailability * dose_mcg * ka / own.central_l * np.sum(parts, axis=0)


def test_absorption_as_fast_as_elimination_needs_no_special_case(evidence):
    own = typical(evidence, exchange_l_per_h=0.0, lag_h=0.0, **DETACHED)
    rate = own.clearance_l_per_h / own.central_l
    equal = typical(evidence, exchange_l_per_h=0.0, lag_h=0.0, absorption_per_h=rate, **DETACHED)

    found = compiled(equal, Inputs((Swallowed(0, 10_000.0),)), days=1)

    wanted = equal.bioavailability * 10_000.0 / equal.central_l
    wanted = wanted * rate * found["time_h"] * np.exp(-rate * found["time_h"])
    assert worst(found["plasma_ng_per_ml"], wanted) < EXACT


def test_equal_rates_everywhere_need_no_special_case(evidence):
    equal = {"absorption_per_h": 0.3, "loss_per_h": 0.3, "cranial_loss_per_h": 0.3}
    equal |= {"outer_per_h": 0.3, "inner_per_h": 0.2, "blood_per_h": 0.1, "brain_per_h": 0.3}
    own = typical(evidence, **equal)

    found, wanted = compiled(own, BOTH, days=3), exact(own, BOTH, days=3).levels()

    for name in LEVELS:
        assert worst(found[name], wanted[name]) < EXACT, name


def test_what_a_pump_gives_leaves_through_the_blood_at_the_same_rate(evidence):
    own = typical(evidence)

    found = compiled(own, Inputs(infusions=(Infusion(0, 60 * 1440, 10.0, 20.0),)), days=60)

    assert found["plasma_ng_per_ml"][-1] == pytest.approx(10.0 / own.clearance_l_per_h, rel=1e-9)
    gone = np.diff(found["eliminated_mcg"])[-1]
    assert gone == pytest.approx(10.0 * 0.25, rel=1e-9)


def test_a_pump_settles_as_the_loss_of_the_fluid_says(evidence):
    own = typical(evidence)
    states = exact(own, Inputs(infusions=(Infusion(0, 60 * 1440, 10.0, 20.0),)), days=60)

    system, last = states.system, states.values[-1]
    change = system.matrix @ last + system.into_canal(20.0) * 10.0
    change[4] -= 10.0  # what is eliminated goes on growing

    assert np.abs(change).max() < 1e-9


def test_fluid_settles_at_the_ratio_to_plasma_on_tablets(evidence):
    own = typical(evidence)
    every_hour = Inputs(tuple(Swallowed(60 * hour, 1_000.0) for hour in range(20 * 24)))

    found = compiled(own, every_hour, days=20, step_min=5)

    last = slice(-288, None)
    plasma = found["plasma_ng_per_ml"][last].mean()
    for name in ("csf_lumbar_ng_per_ml", "csf_cranial_ng_per_ml", "cord_lumbar_ng_per_ml"):
        assert found[name][last].mean() / plasma == pytest.approx(own.plasma_ratio, rel=1e-3)


@pytest.mark.parametrize("plan", PLANS)
def test_all_drug_is_somewhere_or_gone(evidence, plan):
    own, given = varied(evidence, 21), PLANS[plan]

    found = compiled(own, given)

    entered = given.total_mcg - sum(dose.amount_mcg for dose in given.swallowed)
    entered += own.bioavailability * sum(dose.amount_mcg for dose in given.swallowed)
    assert found["in_body_mcg"][-1] + found["eliminated_mcg"][-1] == pytest.approx(
        entered, rel=1e-12
    )


def test_all_drug_is_in_a_compartment_or_gone(evidence):
    own = varied(evidence, 22)

    states = exact(own, NEEDLE, phases=DIALYSIS)

    sums = states.amounts_mcg.sum(axis=1)
    after = states.time_h * 60.0 >= 547
    assert sums[~after].max(initial=0.0) == 0.0
    assert sums[after] == pytest.approx(50.0, rel=1e-12)


def test_courses_add_up(evidence):
    own = varied(evidence, 23)

    apart = [compiled(own, part) for part in (TABLETS, PUMP)]
    together = compiled(own, BOTH)

    for name in LEVELS:
        assert worst(together[name], apart[0][name] + apart[1][name]) < EXACT, name


def test_twice_the_dose_is_twice_the_level(evidence):
    own = varied(evidence, 24)
    twice = Inputs(tuple(Swallowed(d.at_min, 2 * d.amount_mcg) for d in TABLETS.swallowed))

    once, doubled = compiled(own, TABLETS), compiled(own, twice)

    for name in LEVELS:
        assert worst(doubled[name], 2 * once[name]) < 1e-14, name


def test_without_dispersion_a_bolus_leaves_its_cells_only_by_loss(evidence):
    own = typical(evidence, dispersion_cm2_per_h=0.0, plasma_ratio=1e-12, lumbar_cm=21.15)

    found = compiled(own, Inputs(injections=(Injection(0, 50.0, 21.15),)), days=1)

    cell_l = cell_volume_l(cells=10, area_cm2=own.canal_area_cm2, length_cm=own.canal_length_cm)
    wanted = 50.0 / cell_l * np.exp(-own.loss_per_h * found["time_h"])
    assert worst(found["csf_lumbar_ng_per_ml"], wanted) < EXACT
    assert found["csf_cervical_ng_per_ml"].max() < 1e-9


def test_with_endless_dispersion_the_fluid_is_one_pool(evidence):
    own = typical(evidence, dispersion_cm2_per_h=1e6, plasma_ratio=1e-12)
    own_loss = typical(
        evidence, dispersion_cm2_per_h=1e6, plasma_ratio=1e-12, cranial_loss_per_h=own.loss_per_h
    )

    found = compiled(own_loss, Inputs(injections=(Injection(0, 50.0, 20.0),)), days=1)

    pool_l = own.canal_area_cm2 * own.canal_length_cm / 1000 + own.cranial_l
    wanted = 50.0 / pool_l * np.exp(-own.loss_per_h * found["time_h"])
    mixed = slice(1, None)
    for name in ("csf_lumbar_ng_per_ml", "csf_cervical_ng_per_ml", "csf_cranial_ng_per_ml"):
        assert found[name][mixed] == pytest.approx(wanted[mixed], rel=2e-3), name


def test_an_endless_canal_falls_off_as_the_length_says(evidence):
    own = typical(
        evidence,
        canal_length_cm=400.0,
        lumbar_cm=220.0,
        cervical_cm=240.0,
        plasma_ratio=1e-12,
    )

    given = Inputs(infusions=(Infusion(0, 20 * 1440, 10.0, 200.0),))
    found = compiled(own, given, days=20, cells=60, step_min=60)

    length_cm = np.sqrt(own.dispersion_cm2_per_h / own.loss_per_h)
    fall = found["csf_cervical_ng_per_ml"][-1] / found["csf_lumbar_ng_per_ml"][-1]
    assert fall == pytest.approx(np.exp(-20.0 / length_cm), rel=0.01)


def test_finer_cells_come_closer_to_each_other(evidence):
    own = typical(evidence)
    away, at_the_tip = (
        [compiled(own, PUMP, days=2, cells=cells)[name][-1] for cells in (5, 15, 45)]
        for name in ("csf_cranial_ng_per_ml", "csf_lumbar_ng_per_ml")
    )

    assert abs(away[2] - away[1]) < abs(away[1] - away[0]) / 5
    assert away[1] == pytest.approx(away[2], rel=1e-3)
    assert at_the_tip[1] == pytest.approx(at_the_tip[2], rel=0.03)


def test_odd_times_equal_a_grid_that_has_them_as_nodes(evidence):
    own = varied(evidence, 25)

    coarse, fine = compiled(own, BOTH, days=2, step_min=30), compiled(own, BOTH, days=2, step_min=1)

    for name in LEVELS:
        assert worst(coarse[name], fine[name][::30]) < EXACT, name


def test_food_slows_the_uptake_and_takes_nothing_away(evidence):
    own = typical(evidence)
    fasted, fed = (
        compiled(own, Inputs((Swallowed(0, 20_000.0, with_food),)), days=4)
        for with_food in (False, True)
    )

    assert fed["plasma_ng_per_ml"].max() < fasted["plasma_ng_per_ml"].max()
    assert fed["plasma_ng_per_ml"].argmax() > fasted["plasma_ng_per_ml"].argmax()
    assert fed["eliminated_mcg"][-1] == pytest.approx(fasted["eliminated_mcg"][-1], rel=1e-6)


def test_the_lag_may_be_longer_than_many_steps(evidence):
    own = typical(evidence, lag_h=3.7)

    found, wanted = compiled(own, TABLETS, days=2), exact(own, TABLETS, days=2).levels()

    assert found["plasma_ng_per_ml"][0 : 4 * 6 + 4 * 3].max() == 0.0
    assert worst(found["plasma_ng_per_ml"], wanted["plasma_ng_per_ml"]) < EXACT
