"""Malformed input of every kind is refused, and the refusal names what was expected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from unclench.errors import InputError
from unclench.patient import Patient
from unclench.regimen import Administration, Dose, Formulation, Route, parse
from unclench.therapy import (
    RULES,
    Claim,
    Day,
    History,
    Origin,
    Setting,
    adjust,
    bridge,
    check_conversion,
    check_delivery,
    days_to_alarm,
    device,
    end_of_service,
    exact,
    flex,
    flow_ml_per_day,
    hold,
    missed,
    next_test,
    prime,
    problem,
    protocol,
    read_medicines,
    refill,
    review,
    screen,
    split_day,
    start_pump,
    switch,
    symptom,
    tablets,
    taper,
    taper_protocol,
    titrate,
    titrate_pump,
    volume_ml,
    wean_oral,
)
from unclench.therapy.switch import formulation
from unclench.units import ZERO, mcg, mg

FORTY = device(reservoir_ml=40, alarm_ml=2, tubing_ml="0.2", catheter_ml="0.2")
VOLUMES = {"reservoir_ml": 40, "alarm_ml": 2, "tubing_ml": "0.2", "catheter_ml": "0.2"}
RUNNING = {"filled_ml": 40, "daily": mcg(200), "mcg_per_ml": 500}
CHANGE = {
    "old_mcg_per_ml": 500,
    "new_mcg_per_ml": 2000,
    "old_daily": mcg(200),
    "new_daily": mcg(200),
}
CHECKED = {**RUNNING, "found_ml": "24", "days": 40}
THREE = parse("10 mg at 08:00, 14:00, 20:00")
PUMP = parse("pump 100 micrograms/day")
SPINAL = Origin.SPINAL


def dose(hours, micrograms=50):
    return Administration(hours * 60, Dose(mcg(micrograms), Route.INTRATHECAL))


# Each is a call that nobody can mean; `e` is the evidence.
REFUSED = {
    # Masses, shares and days of a titration.
    "target a bare number": lambda e: titrate(protocol("us"), evidence=e, target=60),
    "target nothing": lambda e: titrate(protocol("us"), evidence=e, target=ZERO),
    "target text": lambda e: titrate(protocol("us"), evidence=e, target="60 mg"),
    "target too large to be meant": lambda e: titrate(protocol("us"), evidence=e, target=mg(5000)),
    "step nothing": lambda e: titrate(protocol("us"), evidence=e, step=ZERO),
    "every 0 days": lambda e: titrate(protocol("us"), evidence=e, every_days=0),
    "every half day": lambda e: titrate(protocol("us"), evidence=e, every_days=3.5),
    "every True days": lambda e: titrate(protocol("us"), evidence=e, every_days=True),
    "every 400 days": lambda e: titrate(protocol("us"), evidence=e, every_days=400),
    "0 doses a day": lambda e: titrate(protocol("us"), evidence=e, doses=0),
    "9 doses a day": lambda e: titrate(protocol("us"), evidence=e, doses=9),
    "pieces of nothing": lambda e: titrate(protocol("us"), evidence=e, piece=ZERO),
    "pieces that do not fit": lambda e: titrate(protocol("us"), evidence=e, piece=mg(4)),
    "night share a float": lambda e: titrate(protocol("us"), evidence=e, night_share=0.5),
    "night share of all": lambda e: titrate(protocol("us"), evidence=e, night_share=Decimal(1)),
    "night share infinite": lambda e: titrate(
        protocol("us"), evidence=e, night_share=Decimal("Infinity")
    ),
    "protocol unknown": lambda e: protocol("france"),
    "protocol in capitals": lambda e: protocol("US"),
    # Splits.
    "split of text": lambda e: split_day("30 mg"),
    "split of a kilogram": lambda e: split_day(mg(1_000_000)),
    "a day without sleep": lambda e: Day(wakes_min=0, bed_min=1440),
    "a day as text": lambda e: Day(wakes_min="07:00", bed_min="22:00"),
    # Tapers.
    "taper from nothing": lambda e: taper(ZERO, weeks_on=4, evidence=e),
    "taper from a number": lambda e: taper(60, weeks_on=4, evidence=e),
    "taper from text": lambda e: taper("60 mg", weeks_on=4, evidence=e),
    "taper from 2 g": lambda e: taper(mg(2000), weeks_on=4, evidence=e),
    "taper of a pump": lambda e: taper(PUMP, weeks_on=4, evidence=e),
    "taper of test doses": lambda e: taper(parse("test dose 50 mcg"), weeks_on=4, evidence=e),
    "taper after stopping": lambda e: taper(
        parse("10 mg x1 for 3 days then nothing"), weeks_on=4, evidence=e
    ),
    "weeks below 0": lambda e: taper(mg(30), weeks_on=-1, evidence=e),
    "weeks not a number": lambda e: taper(mg(30), weeks_on=float("nan"), evidence=e),
    "weeks as text": lambda e: taper(mg(30), weeks_on="4", evidence=e),
    "weeks True": lambda e: taper(mg(30), weeks_on=True, evidence=e),
    "pieces above the step": lambda e: taper(mg(60), weeks_on=4, evidence=e, piece=mg(20)),
    "taper below a piece": lambda e: taper(mg("2.5"), weeks_on=4, evidence=e),
    "taper protocol unknown": lambda e: taper_protocol("quick"),
    "hold of no step": lambda e: hold(taper(mg(30), weeks_on=4, evidence=e), step=0, days=3),
    "hold of the end": lambda e: hold(taper(mg(30), weeks_on=4, evidence=e), step=4, days=3),
    "hold for 0 days": lambda e: hold(taper(mg(30), weeks_on=4, evidence=e), step=1, days=0),
    # The test before a pump.
    "test at 24:00": lambda e: screen(evidence=e, first_at_min=1440),
    "test at a fraction": lambda e: screen(evidence=e, first_at_min=540.5),
    "tests on one day": lambda e: screen(evidence=e, days_apart=0),
    "no test yet": lambda e: next_test((), responded=False, evidence=e),
    "tests too close": lambda e: next_test((dose(9), dose(32)), responded=False, evidence=e),
    # Device volumes.
    "reservoir a float": lambda e: device(**{**VOLUMES, "reservoir_ml": 40.0}),
    "reservoir nothing": lambda e: device(**{**VOLUMES, "reservoir_ml": 0}),
    "reservoir of a bucket": lambda e: device(**{**VOLUMES, "reservoir_ml": 5000}),
    "alarm below 0": lambda e: device(**{**VOLUMES, "alarm_ml": -1}),
    "alarm above the reservoir": lambda e: device(**{**VOLUMES, "alarm_ml": 40}),
    "alarm above a small reservoir": lambda e: device(
        **{**VOLUMES, "reservoir_ml": 15, "alarm_ml": 16}
    ),
    "alarm not a number": lambda e: device(**{**VOLUMES, "alarm_ml": "NaN"}),
    "tubing in words": lambda e: device(**{**VOLUMES, "tubing_ml": "about 0.2"}),
    "catheter missing": lambda e: device(**{**VOLUMES, "catheter_ml": "0"}),
    "catheter None": lambda e: device(**{**VOLUMES, "catheter_ml": None}),
    "catheter infinite": lambda e: device(**{**VOLUMES, "catheter_ml": "Infinity"}),
    "catheter True": lambda e: device(**{**VOLUMES, "catheter_ml": True}),
    # Flow, refill, bridge.
    "flow of nothing": lambda e: flow_ml_per_day(ZERO, mcg_per_ml=500),
    "flow of a number": lambda e: flow_ml_per_day(200, mcg_per_ml=500),
    "flow of milligrams by mistake": lambda e: flow_ml_per_day(mg(200), mcg_per_ml=500),
    "strength nothing": lambda e: flow_ml_per_day(mcg(200), mcg_per_ml=0),
    "strength in mg/mL": lambda e: flow_ml_per_day(mcg(200), mcg_per_ml="0.5"),
    "strength a float": lambda e: flow_ml_per_day(mcg(200), mcg_per_ml=500.0),
    "strength empty": lambda e: flow_ml_per_day(mcg(200), mcg_per_ml=""),
    "filling above the reservoir": lambda e: days_to_alarm(FORTY, **{**RUNNING, "filled_ml": 41}),
    "filling below the alarm": lambda e: days_to_alarm(FORTY, **{**RUNNING, "filled_ml": 2}),
    "refill from a date as text": lambda e: refill(FORTY, **RUNNING, evidence=e).on("2027-01-01"),
    "refill from a moment": lambda e: refill(FORTY, **RUNNING, evidence=e).on(
        datetime(2027, 1, 1, tzinfo=UTC)
    ),
    "bridge without a change": lambda e: bridge(FORTY, **{**CHANGE, "new_mcg_per_ml": 500}),
    "bridge from nothing": lambda e: bridge(FORTY, **{**CHANGE, "old_daily": ZERO}),
    "prime without a strength": lambda e: prime(FORTY, mcg_per_ml="?", tubing_is_empty=True),
    "implanted on a text": lambda e: end_of_service(implanted_on="2020", evidence=e),
    "alert before the implantation": lambda e: end_of_service(
        implanted_on=date(2020, 1, 2), alert_on=date(2020, 1, 1), evidence=e
    ),
    "more drawn out than was in": lambda e: check_delivery(
        FORTY, **{**CHECKED, "found_ml": 41}, evidence=e
    ),
    "empty long ago": lambda e: check_delivery(FORTY, **{**CHECKED, "days": 400}, evidence=e),
    "no time since the filling": lambda e: check_delivery(
        FORTY, **{**CHECKED, "days": 0}, evidence=e
    ),
    # The pump's doses.
    "start from 200 micrograms": lambda e: start_pump(
        mcg(200), effect_hours=6, bad_reaction=False, evidence=e
    ),
    "start from nothing": lambda e: start_pump(
        ZERO, effect_hours=6, bad_reaction=False, evidence=e
    ),
    "effect of no time": lambda e: start_pump(
        mcg(50), effect_hours=0, bad_reaction=False, evidence=e
    ),
    "effect of a week": lambda e: start_pump(
        mcg(50), effect_hours=168, bad_reaction=False, evidence=e
    ),
    "target below the start": lambda e: titrate_pump(
        mcg(100), target=mcg(90), origin=SPINAL, evidence=e
    ),
    "rise above the label": lambda e: titrate_pump(
        mcg(100), target=mcg(200), origin=SPINAL, evidence=e, rise="0.31"
    ),
    "rise in percent": lambda e: titrate_pump(
        mcg(100), target=mcg(200), origin=SPINAL, evidence=e, rise="30"
    ),
    "rises within a day": lambda e: titrate_pump(
        mcg(100), target=mcg(200), origin=SPINAL, evidence=e, every_days=0
    ),
    "fall after the start": lambda e: adjust(
        mcg(100), share="-0.1", setting=Setting.AFTER_START, origin=SPINAL, evidence=e
    ),
    "fall above the label": lambda e: adjust(
        mcg(100), share="-0.21", setting=Setting.REFILL, origin=SPINAL, evidence=e
    ),
    "share not a number": lambda e: adjust(
        mcg(100), share="ten", setting=Setting.REFILL, origin=SPINAL, evidence=e
    ),
    "fourteen steps": lambda e: flex(
        tuple((60 * hour, mcg(100 + hour)) for hour in range(14)), evidence=e
    ),
    "flex without rates": lambda e: flex((), evidence=e),
    "wean by a tenth": lambda e: wean_oral(mg(60), cut="0.1", every_days=7, evidence=e),
    "wean by all": lambda e: wean_oral(mg(60), cut="1", every_days=7, evidence=e),
    "wean within a day": lambda e: wean_oral(mg(60), cut="0.5", every_days=0, evidence=e),
    "wean from micrograms by mistake": lambda e: wean_oral(
        mcg(60), cut="0.5", every_days=7, evidence=e
    ),
    # Preparations.
    "volume of tablets": lambda e: volume_ml(mg(10), liquid=Formulation.TABLET),
    "volume of nothing": lambda e: volume_ml(ZERO, liquid=Formulation.LIQUID_1),
    "tablets of an odd dose": lambda e: tablets(mg(7), of=(mg(10), mg(25))),
    "tablets of a handful": lambda e: tablets(mg(500), of=(mg(10),)),
    "switch of a pump": lambda e: switch(PUMP, to=Formulation.LIQUID_1, evidence=e),
    "switch to packets that do not add up": lambda e: switch(
        parse("7.5 mg x3"), to=Formulation.GRANULES, evidence=e
    ),
    "preparation unknown": lambda e: formulation("capsule"),
    "preparation None": lambda e: formulation(None),
    # Missed doses.
    "missed with a pump alone": lambda e: missed(PUMP, now_min=540, evidence=e),
    "missed before the first dose": lambda e: missed(THREE, now_min=400, evidence=e),
    "missed at a fraction": lambda e: missed(THREE, now_min=540.5, evidence=e),
    "missed before time": lambda e: missed(THREE, now_min=-1, evidence=e),
    "missed since no dose": lambda e: missed(THREE, now_min=900, evidence=e, since_min=500),
    "missed since the future": lambda e: missed(THREE, now_min=500, evidence=e, since_min=840),
    "missed since a text": lambda e: missed(THREE, now_min=900, evidence=e, since_min="08:00"),
    "missed after stopping": lambda e: missed(THREE.stopping(600), now_min=900, evidence=e),
    # What cites nothing.
    "a plan without steps": lambda e: replace(screen(evidence=e), steps=()),
    "a plan without evidence": lambda e: replace(screen(evidence=e), evidence=()),
    "a rule without evidence": lambda e: replace(RULES[0], says=(), evidence=()),
    "a fraction for whole days": lambda e: exact.days(e, "pump.start.equal_if_longer_than"),
    # Reviews.
    "history in numbers": lambda e: History(oral_before=60),
    "history of half days": lambda e: History(days_without=1.5),
    "history below 0": lambda e: History(hours_at_pump=-1),
    "history True": lambda e: History(days_at_oral=True),
    "origin as text": lambda e: History(origin="spinal"),
    "claim as text": lambda e: History(claim="1:100"),
    "claim about nothing": lambda e: Claim(oral_daily=mg(60), pump_daily=ZERO),
    "claim in numbers": lambda e: check_conversion(oral_daily=60, pump_daily=600, evidence=e),
    "symptom as text": lambda e: review(Patient(), THREE, evidence=e, symptoms=["fever"]),
    "symptom unknown": lambda e: symptom("hiccups"),
    "problem unknown": lambda e: problem("hiccups"),
    "medicine blank": lambda e: read_medicines(("",)),
    "medicine a number": lambda e: read_medicines((5,)),
    "medicine a novel": lambda e: read_medicines(("x" * 3000,)),
}


def test_there_are_refusals_of_every_kind():
    assert len(REFUSED) >= 80


@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED)
def test_it_is_refused_with_what_was_expected(call, evidence):
    with pytest.raises(InputError) as refused:
        call(evidence)

    assert len(refused.value.what) > 10
    assert len(refused.value.expected) > 3
    assert "Traceback" not in str(refused.value)
