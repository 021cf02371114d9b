"""How long people stay on tablets: reasons that compete, what was fitted, what is a test."""

import numpy as np
import pytest

from scripts import calibrate_persistence as calibration
from unclench.cohorts.persistence import (
    LAST_DAY,
    Rates,
    Scenario,
    by_edss,
    lived,
    persistence,
    stopping,
)
from unclench.cohorts.survival import kaplan_meier, logrank
from unclench.evidence import Use, from_evidence
from unclench.units import Unit

PEOPLE = 3000


@pytest.fixture(scope="module")
def usual(evidence):
    return persistence(people=PEOPLE, seed=1, evidence=evidence)


def test_the_register_is_met_where_it_was_calibrated(usual):
    assert usual.stopped_share(150) == pytest.approx(0.505, abs=0.03)
    assert usual.stopped_share(365) == pytest.approx(0.65, abs=0.03)


def test_the_reasons_are_mixed_as_assumed(usual, evidence):
    wanted = [evidence.value(key, Unit.FRACTION) for key in calibration.REASON_KEYS]

    assert usual.reason_shares(365) == pytest.approx(wanted, abs=0.03)


def test_the_calibration_uses_nothing_that_is_for_validation(evidence):
    for name, *_ in calibration.NAMES:
        for key in evidence.estimate(f"persistence.{name}").computed_from:
            assert Use.VALIDATION not in evidence.estimate(key).use
            assert "weibull" not in key


def test_the_calibrated_numbers_solve_their_equations(evidence):
    rates = from_evidence(Rates, evidence)
    made = stopping(
        lived(people=calibration.PEOPLE, seed=calibration.SEED, evidence=evidence), rates
    )
    found = [made.stopped_share(150), made.stopped_share(365), *made.reason_shares(365)[:3]]

    assert found == pytest.approx(calibration.targets(evidence), abs=1e-3)


def test_shares_of_the_reasons_add_up(usual):
    assert usual.reason_shares(LAST_DAY).sum() == pytest.approx(1.0)


def test_people_stop_one_by_one_as_the_shares_say(usual):
    for day in (30, 150, 365, LAST_DAY):
        share = (usual.stopped_day <= day).mean()
        assert share == pytest.approx(usual.stopped_share(day), abs=0.03)


def test_nobody_comes_back(usual):
    shares = [usual.stopped_share(day) for day in np.linspace(1, LAST_DAY, 80)]

    assert (np.diff(shares) >= 0).all()
    assert 0 < shares[0] < shares[-1] < 1


def test_person_i_stops_on_the_same_day_in_any_company(evidence, usual):
    few = persistence(people=200, seed=1, evidence=evidence)

    assert few.stopped_day == pytest.approx(usual.stopped_day[:200], rel=1e-12)


@pytest.mark.parametrize(
    "scenario", [Scenario.SLOWER_TITRATION, Scenario.MORE_NIGHT_SHARE, Scenario.FEWER_SEDATIVES]
)
def test_a_what_if_that_spares_people_costs_keeps_them_on_early(evidence, usual, scenario):
    other = persistence(people=PEOPLE, seed=1, evidence=evidence, scenario=scenario)

    assert other.stopped_share(30) < usual.stopped_share(30)


def test_a_what_if_changes_nobody_but_by_what_is_done(evidence, usual):
    other = lived(people=PEOPLE, seed=1, evidence=evidence, scenario=Scenario.FEWER_SEDATIVES)

    assert (other.readiness == usual.costs.readiness).all()
    assert (other.people["ec50_tone"] == usual.costs.people["ec50_tone"]).all()
    assert (other.people["brain_ec50"] >= usual.costs.people["brain_ec50"]).all()


def test_more_cost_makes_more_people_stop(evidence, usual):
    rates = from_evidence(Rates, evidence)
    twice = Rates(
        adverse_per_day=2 * rates.adverse_per_day,
        no_effect_per_day=rates.no_effect_per_day,
        need_passed_per_day=rates.need_passed_per_day,
        other_per_day=rates.other_per_day,
        readiness_log_sd=rates.readiness_log_sd,
    )
    other = stopping(usual.costs, twice)

    assert other.stopped_share(150) > usual.stopped_share(150)
    assert other.reason_shares(365)[0] > usual.reason_shares(365)[0]


def test_everybody_is_in_one_group_of_disability(evidence, usual):
    groups = by_edss(usual, evidence)

    assert sum(who.astype(int) for who in groups.values()).tolist() == [1] * PEOPLE


def test_kaplan_meier_is_the_share_where_nobody_is_lost():
    days = np.array([5.0, 20.0, 20.0, np.inf])
    curve = kaplan_meier(days, until_day=100)

    assert curve.days.tolist() == [5.0, 20.0]
    assert curve.share == pytest.approx([0.75, 0.25])
    assert (curve.low <= curve.share).all()
    assert (curve.share <= curve.high).all()


def test_logrank_tells_groups_apart_that_differ_and_not_those_that_do_not():
    first = np.arange(1.0, 101.0)

    assert logrank(first, 3 * first, until_day=400) < 1e-6
    assert logrank(first[::2], first[1::2], until_day=400) > 0.5
