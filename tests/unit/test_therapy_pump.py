"""The arithmetic of the pump is exact, and is that of the evidence's own examples."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from unclench.errors import InputError
from unclench.therapy import (
    Origin,
    Setting,
    adjust,
    bridge,
    check_delivery,
    days_to_alarm,
    device,
    end_of_service,
    flex,
    flow_ml_per_day,
    prime,
    refill,
    start_pump,
    step_window,
    titrate_pump,
    wean_oral,
)
from unclench.therapy.pump import flow_caution
from unclench.units import Unit, mcg, mg

FORTY = device(reservoir_ml=40, alarm_ml=2, tubing_ml="0.2", catheter_ml="0.2")


def example(evidence, key, unit):
    return Fraction(str(evidence.value(f"pump.test.{key}", unit)))


def change(old, new):
    return bridge(
        FORTY, old_mcg_per_ml=old, new_mcg_per_ml=new, old_daily=mcg(200), new_daily=mcg(200)
    )


def test_flow_is_dose_over_strength():
    assert flow_ml_per_day(mcg(200), mcg_per_ml=500) == Fraction(2, 5)


def test_days_to_alarm_are_those_of_the_evidence(evidence):
    days = days_to_alarm(FORTY, filled_ml=40, daily=mcg(200), mcg_per_ml=500)

    assert days == example(evidence, "days_to_alarm", Unit.DAY)


def test_a_stronger_drug_needs_the_bridge_of_the_evidence(evidence):
    up = change(500, 2000)

    assert up.amount == mcg(int(example(evidence, "bridge_amount", Unit.MCG)))
    assert up.duration_days * 24 == example(evidence, "bridge_duration", Unit.H)
    assert up.then_flow == example(evidence, "no_bridge_up_flow", Unit.ML_PER_DAY)
    assert up.without_daily == example(evidence, "no_bridge_up_dose", Unit.MCG_PER_DAY)
    assert up.without_days == example(evidence, "no_bridge_up_days", Unit.DAY)
    assert up.duration_min == 1440


def test_a_weaker_drug_needs_the_bridge_of_the_evidence(evidence):
    down = change(2000, 500)

    assert down.without_daily == example(evidence, "no_bridge_down_dose", Unit.MCG_PER_DAY)
    assert down.without_days == example(evidence, "no_bridge_down_days", Unit.DAY)
    assert (down.amount, down.duration_days) == (mcg(800), 4)


def test_a_new_pump_primes_its_tubing_and_an_old_one_does_not():
    new = prime(FORTY, mcg_per_ml=500, tubing_is_empty=True)
    old = prime(FORTY, mcg_per_ml=500, tubing_is_empty=False)

    assert (new.volume_ml, new.amount) == (Decimal("0.4"), mcg(200))
    assert (old.volume_ml, old.amount) == (Decimal("0.2"), mcg(100))


def test_the_refill_waits_for_no_pump_that_runs_fast(evidence):
    window = refill(FORTY, filled_ml=40, daily=mcg(200), mcg_per_ml=500, evidence=evidence)

    assert window.days_to_alarm == 95
    assert window.earliest_alarm == Fraction(95) / Fraction("1.145")
    assert (window.latest_day, window.limit) == (82, "reservoir")
    assert window.on(date(2027, 1, 1)) == date(2027, 3, 24)


def test_the_refill_waits_no_longer_than_the_drug_keeps(evidence):
    window = refill(FORTY, filled_ml=40, daily=mcg(100), mcg_per_ml=2000, evidence=evidence)

    assert (window.latest_day, window.limit) == (180, "drug life")


@pytest.mark.parametrize(
    ("implanted", "alert", "stops", "plan"),
    [
        (date(2020, 3, 15), None, date(2027, 3, 15), date(2026, 12, 1)),
        (date(2020, 2, 29), None, date(2027, 2, 28), date(2026, 11, 1)),
        (date(2020, 3, 15), date(2026, 1, 1), date(2026, 4, 1), date(2026, 1, 1)),
        (date(2020, 3, 15), date(2027, 3, 1), date(2027, 3, 15), date(2026, 12, 1)),
    ],
)
def test_a_pump_ends_with_its_age_or_after_its_alert(implanted, alert, stops, plan, evidence):
    service = end_of_service(implanted_on=implanted, alert_on=alert, evidence=evidence)

    assert (service.stops_on, service.plan_by) == (stops, plan)


@pytest.mark.parametrize(("flow", "outside"), [("0.047", 1), ("0.048", 0), ("24", 0), ("24.1", 1)])
def test_a_flow_outside_the_recalled_limits_is_said(flow, outside, evidence):
    said = flow_caution(Fraction(flow), evidence=evidence)

    assert len(said) == outside
    assert all("not confirmed" in words for words in said)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ("24", "as told"),
        ("21.68", "as told"),
        ("21.67", "over-delivery"),
        ("26.32", "as told"),
        ("26.33", "under-delivery"),
    ],
)
def test_delivery_is_judged_by_the_accuracy_of_the_pump(found, verdict, evidence):
    delivery = check_delivery(
        FORTY,
        filled_ml=40,
        found_ml=found,
        days=40,
        daily=mcg(200),
        mcg_per_ml=500,
        evidence=evidence,
    )

    assert (delivery.expected_ml, delivery.verdict) == (24, verdict)


@pytest.mark.parametrize(
    ("hours", "bad", "daily"),
    [("8", False, 150), ("8.1", False, 75), ("4", True, 75), (6, False, 150)],
)
def test_a_pump_starts_with_twice_the_test_dose_or_the_same(hours, bad, daily, evidence):
    start = start_pump(mcg(75), effect_hours=hours, bad_reaction=bad, evidence=evidence)

    assert start.daily == mcg(daily)
    assert any("not yet confirmed" in words for words in start.words)


def test_a_pump_rises_by_the_smallest_cited_share_unless_told_otherwise(evidence):
    slow = titrate_pump(mcg(100), target=mcg(121), origin=Origin.SPINAL, evidence=evidence)
    fast = titrate_pump(
        mcg(100), target=mcg(169), origin=Origin.SPINAL, rise="0.3", evidence=evidence
    )

    assert [step.daily_text for step in slow.steps] == [
        "100 micrograms",
        "110 micrograms",
        "121 micrograms",
    ]
    assert [step.daily_text for step in fast.steps] == [
        "100 micrograms",
        "130 micrograms",
        "169 micrograms",
    ]
    assert slow.steps[0].days == 1


def test_the_window_of_a_step_depends_on_time_and_cause(evidence):
    start = step_window(setting=Setting.AFTER_START, origin=Origin.CEREBRAL, evidence=evidence)
    later = step_window(setting=Setting.REFILL, origin=Origin.SPINAL, evidence=evidence)

    assert (start.lowest, start.smallest, start.highest) == (0, Decimal("0.05"), Decimal("0.15"))
    assert (later.lowest, later.highest) == (Decimal("-0.2"), Decimal("0.4"))


@pytest.mark.parametrize(("share", "after"), [("0.4", "280"), ("-0.2", "160"), ("0", "200")])
def test_a_refill_changes_the_dose_within_its_window(share, after, evidence):
    changed = adjust(
        mcg(200), share=share, setting=Setting.REFILL, origin=Origin.SPINAL, evidence=evidence
    )

    assert changed.after == mcg(after)


def test_a_day_of_the_pump_has_at_most_thirteen_steps(evidence):
    rates = tuple((hour * 60, mcg(100 + hour)) for hour in range(13))

    assert len(flex(rates, evidence=evidence).segments) == 13
    with pytest.raises(InputError, match="14 steps"):
        flex(rates, boluses=((1300, mcg(10)),), evidence=evidence)


@pytest.mark.parametrize(
    ("cut", "levels"),
    [
        ("0.5", ["30 mg", "15 mg", "10 mg", "5 mg", "none"]),
        ("0.25", ["45 mg", "35 mg", "30 mg", "25 mg", "20 mg", "15 mg", "10 mg", "5 mg", "none"]),
    ],
)
def test_tablets_are_weaned_beside_a_pump_by_the_cited_share(cut, levels, evidence):
    plan = wean_oral(mg(60), cut=cut, every_days=7, evidence=evidence)

    assert [step.daily_text for step in plan.steps] == levels
    assert plan.days is None
