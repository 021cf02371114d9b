"""What the drug does: the kernel and the readable equations against what mathematics says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from tests.oracle.bodies import (
    BOTH,
    PLANS,
    PUMP,
    TABLETS,
    compiled,
    exact,
    read_slowly,
    typical,
    varied,
    worst,
)
from unclench.pharmacology.absorption import Infusion, Inputs, Swallowed
from unclench.pharmacology.response import dimming, follow, lag_weights, penn_score

SAME = 1e-11
"""Two ways through the same equations."""
PROMISED = 1e-5
"""Error of a response state at the default step."""


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("number", range(3))
def test_the_kernel_meets_the_readable_equations(evidence, plan, number):
    own, given = varied(evidence, number), PLANS[plan]

    found = compiled(own, given)

    wanted = read_slowly(own, exact(own, given).levels(), 0.25, given)
    for name in wanted:
        assert worst(found[name], wanted[name]) < SAME, name


@pytest.mark.parametrize("z", [1e-6, 1e-3, 0.05, 0.25, 1.0])
def test_lag_weights_are_the_integrals_they_stand_for(z):
    keep, flat, slope, bend = lag_weights(z, 1.0)

    def weight(x):
        return z * np.exp(-(1.0 - x) * z)

    assert keep == pytest.approx(np.exp(-z), rel=1e-14)
    assert flat == pytest.approx(quad(weight, 0, 1, epsabs=0)[0], rel=1e-12)
    assert slope == pytest.approx(quad(lambda x: x * weight(x), 0, 1, epsabs=0)[0], rel=1e-12)
    curve = quad(lambda x: x * (x - 1) / 2 * weight(x), 0, 1, epsabs=0)[0]
    assert bend == pytest.approx(curve, rel=1e-12)


def test_under_a_steady_level_states_settle_exponentially():
    level = np.full(2000, 100.0)

    slow = follow(
        level,
        step_h=0.5,
        ec50_ng_per_ml=100.0,
        hill=2.0,
        tolerance_limit=0.0,
        tolerance_h=1000.0,
        adaptation_h=200.0,
    )

    wanted = 0.5 * (1.0 - np.exp(-np.arange(2000) * 0.5 / 200.0))
    assert worst(slow.adaptation, wanted) < 1e-13


def smooth(time_h):
    return 80.0 * (1.0 - np.exp(-time_h / 5.0)) * (1.3 + np.sin(time_h / 4.0))


def slow_states(step_h):
    time_h = np.arange(0.0, 240.0 + step_h / 2, step_h)
    return follow(
        smooth(time_h),
        step_h=step_h,
        ec50_ng_per_ml=60.0,
        hill=2.5,
        tolerance_limit=1.3,
        tolerance_h=200.0,
        adaptation_h=100.0,
    )


def truth():
    def rate(time_h, state):
        dimmed = dimming(
            np.array([smooth(time_h)]), ec50_ng_per_ml=60.0 * (1.0 + state[0]), hill=2.5
        )[0]
        return [(1.3 * dimmed - state[0]) / 200.0, (dimmed - state[1]) / 100.0]

    return solve_ivp(rate, (0, 240), [0.0, 0.0], method="DOP853", rtol=1e-12, atol=1e-14).y[:, -1]


def test_halving_the_step_divides_the_error_by_eight():
    tolerance, adaptation = truth()

    errors = np.array(
        [
            [abs(slow.tolerance[-1] - tolerance), abs(slow.adaptation[-1] - adaptation)]
            for slow in map(slow_states, (2.0, 1.0, 0.5, 0.25))
        ]
    )

    assert (errors[:-1] / errors[1:] > 6.0).all()
    assert errors[-1].max() < 2e-7


@pytest.mark.parametrize("plan", ["tablets", "pump", "both"])
def test_a_step_of_fifteen_minutes_is_fine_enough(evidence, plan):
    own, given = typical(evidence), PLANS[plan]

    usual, fine = compiled(own, given), compiled(own, given, step_min=1)

    for name in ("dimming", "dimming_arms", "tolerance", "rebound", "drowsiness", "withdrawal"):
        assert np.abs(usual[name] - fine[name][::15]).max() < PROMISED, name


def test_tolerance_comes_with_a_pump_and_not_with_tablets(evidence):
    own = typical(evidence)

    assert compiled(own, TABLETS)["tolerance"].max() == 0.0
    assert compiled(own, PUMP)["tolerance"].max() > 0.01


def test_tolerance_settles_where_it_holds_itself(evidence):
    own = typical(evidence, tolerance_h=200.0)
    given = Inputs(infusions=(Infusion(0, 200 * 1440, 4.0, 20.0),))

    found = compiled(own, given, days=200, step_min=60)

    dimmed, tolerance = found["dimming"][-1], found["tolerance"][-1]
    level = found["cord_lumbar_ng_per_ml"][-1:]
    assert tolerance == pytest.approx(own.tolerance_limit * dimmed, rel=1e-6)
    shifted = dimming(level, ec50_ng_per_ml=own.ec50_spasm * (1 + tolerance), hill=own.hill)[0]
    assert dimmed == pytest.approx(shifted, rel=1e-9)


def test_activity_rebounds_when_a_pump_stops_and_then_comes_home(evidence):
    own = typical(evidence)
    stopped = Inputs(infusions=(Infusion(0, 14 * 1440, 8.0, 20.0),))

    found = compiled(own, stopped, days=80, step_min=60)

    running, later = slice(24, 14 * 24), slice(16 * 24, 17 * 24)
    assert found["spasms_per_h"][running].max() < own.spasms_per_h
    assert found["spasms_per_h"][later].min() > 1.1 * own.spasms_per_h
    assert found["spasms_per_h"][-1] == pytest.approx(own.spasms_per_h, rel=0.01)


def test_drowsiness_eases_over_weeks_at_a_steady_dose(evidence):
    own = typical(evidence)
    steady = Inputs(tuple(Swallowed(480 * i, 30_000.0) for i in range(3 * 60)))

    found = compiled(own, steady, days=60, step_min=60)

    second, last = (found["drowsiness"][day * 24 : day * 24 + 24].mean() for day in (1, 59))
    assert last == pytest.approx(second * (1.0 - own.drowsiness_share), rel=0.1)


def test_every_share_stays_in_its_bounds(evidence):
    for number in range(6):
        own = varied(evidence, 40 + number)
        found = compiled(own, BOTH)

        for name in ("dimming", "dimming_arms", "drowsiness", "weakness"):
            assert found[name].min() >= 0.0, name
            assert found[name].max() <= 1.0, name
        assert found["ashworth"].min() >= 1.0
        assert found["ashworth"].max() <= 5.0
        assert found["spasms_per_h"].min() >= 0.0


def test_the_penn_score_rises_with_the_rate_through_its_words():
    per_h = np.array([0.0, 1e-6, 1 / (7 * 24), 1 / 24, 1.0, 10.0, 1e6])

    assert penn_score(per_h) == pytest.approx([0.0, 0.0, 0.5, 1.5, 2.5, 3.5, 4.0])
