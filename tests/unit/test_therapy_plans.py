"""Plans follow their protocol, say where it comes from, and are the regimen that they show."""

from __future__ import annotations

from decimal import Decimal

import pytest

from unclench.errors import InputError
from unclench.patient import Patient
from unclench.regimen import Formulation, Route, format, parse
from unclench.therapy import (
    FOR_A_CLINICIAN,
    PROTOCOLS,
    TAPERS,
    Day,
    History,
    Next,
    Pace,
    hold,
    next_test,
    protocol,
    review,
    screen,
    taper,
    taper_protocol,
    titrate,
)
from unclench.units import ZERO, mcg, mg

NAMED = {"uk": {"step": mg(15), "every_days": 7}, "uk-slow": {"step": mg(15)}}


def titration(code, evidence, **asked):
    return titrate(protocol(code), evidence=evidence, **{**NAMED.get(code, {}), **asked})


def levels(plan):
    return [step.daily_text for step in plan.steps]


# Going up.


@pytest.mark.parametrize(
    ("code", "daily", "interval"),
    [
        ("us", ["15 mg", "30 mg", "45 mg", "60 mg", "75 mg", "80 mg"], 3),
        ("uk", ["15 mg", "30 mg", "45 mg", "60 mg"], 7),
        ("uk-slow", ["15 mg", "30 mg", "45 mg", "60 mg"], 14),
        ("germany-fast", ["15 mg", "30 mg", "45 mg", "60 mg", "75 mg"], 3),
        ("canada", ["15 mg", "30 mg", "45 mg", "60 mg", "75 mg", "80 mg"], 3),
    ],
)
def test_a_protocol_goes_up_as_its_source_says(code, daily, interval, evidence):
    plan = titration(code, evidence)

    assert levels(plan) == daily
    assert [step.first_day for step in plan.steps] == [
        1 + interval * at for at in range(len(daily))
    ]
    assert plan.days is None


def test_the_slow_german_steps_are_five_milligrams(evidence):
    plan = titration("germany-slow", evidence)

    assert levels(plan)[:4] == ["15 mg", "20 mg", "25 mg", "30 mg"]
    assert levels(plan)[-1] == "75 mg"


def test_sensitive_people_begin_with_five_milligrams(evidence):
    assert levels(titration("germany-sensitive", evidence))[:3] == ["5 mg", "10 mg", "15 mg"]
    assert levels(titration("germany-sensitive", evidence, start=mg(10)))[:2] == ["10 mg", "15 mg"]


def test_the_american_plan_is_the_language_of_the_label(evidence):
    plan = titration("us", evidence, target=mg(45))

    assert format(plan.regimen) == (
        "5 mg at 08:00, 15:00, 22:00 for 3 days then 10 mg at 08:00, 15:00, 22:00 for 3 days "
        "then 15 mg at 08:00, 15:00, 22:00"
    )


def test_no_single_dose_of_a_plan_passes_the_labels_largest(evidence):
    plan = titration("us", evidence)

    assert len(plan.steps[-1].doses) == 4
    assert max(amount for step in plan.steps for _, amount in step.doses) == mg(20)


def test_a_target_is_reached_and_not_passed(evidence):
    assert levels(titration("us", evidence, target=mg(50))) == ["15 mg", "30 mg", "45 mg", "50 mg"]
    assert levels(titration("us", evidence, target=mg(10))) == ["10 mg"]


def test_a_plan_can_be_slower_than_its_protocol(evidence):
    plan = titration("us", evidence, every_days=7, step=mg(5), start=mg(5), target=mg(15))

    assert levels(plan) == ["5 mg", "10 mg", "15 mg"]
    assert plan.steps[1].first_day == 8


def test_the_night_can_have_the_larger_share(evidence):
    plan = titration("us", evidence, target=mg(30), night_share=Decimal("0.5"))

    assert [amount.text("mg") for _, amount in plan.steps[-1].doses] == ["5 mg", "10 mg", "15 mg"]


def test_a_plan_follows_a_persons_day_and_preparation(evidence):
    plan = titration(
        "us",
        evidence,
        target=mg(15),
        day=Day(wakes_min=360, bed_min=1200),
        formulation=Formulation.LIQUID_1,
    )

    assert format(plan.regimen) == "liquid 1 mg/mL: 5 mL at 06:00, 13:00, 20:00"


@pytest.mark.parametrize(
    ("code", "asked", "what"),
    [
        ("us", {"target": mg(81)}, "more than the protocol us"),
        ("germany-fast", {"target": mg(80)}, "more than the protocol"),
        ("us", {"step": mg(16)}, "more than the protocol"),
        ("germany-slow", {"step": mg(10)}, "more than the protocol"),
        ("us", {"start": mg(20)}, "more than the protocol"),
        ("us", {"every_days": 2}, "faster than the protocol"),
        ("uk-slow", {"every_days": 13}, "faster than the protocol"),
    ],
)
def test_nothing_goes_beyond_its_protocol(code, asked, what, evidence):
    with pytest.raises(InputError, match=what):
        titration(code, evidence, **asked)


@pytest.mark.parametrize(("asked", "what"), [({}, "no step"), ({"step": mg(5)}, "number of days")])
def test_what_the_source_does_not_say_a_clinician_must(asked, what, evidence):
    with pytest.raises(InputError, match=what):
        titrate(protocol("uk"), evidence=evidence, **asked)


@pytest.mark.parametrize("rule", PROTOCOLS, ids=lambda rule: rule.code)
def test_a_titration_gives_the_rules_nothing_grave_to_say(rule, evidence):
    plan = titration(rule.code, evidence)
    findings = review(Patient(weeks_on_baclofen=0), plan.regimen, evidence=evidence)

    assert {finding.code for finding in findings} <= {"limits.above-usual"}


@pytest.mark.parametrize("rule", [*PROTOCOLS, *TAPERS], ids=lambda rule: rule.code)
def test_every_protocol_rests_on_evidence(rule, evidence):
    assert all(evidence.entry(key) for key in rule.evidence)
    assert all(evidence.statement(key) for key in rule.advice)


def test_a_plan_says_what_is_not_confirmed(evidence):
    assert any("not yet confirmed" in words for words in titration("uk-slow", evidence).words)
    assert not any("not yet confirmed" in words for words in titration("us", evidence).words)


# Coming down.


def test_the_careful_taper_of_a_long_use(evidence):
    plan = taper(mg(40), weeks_on=100, evidence=evidence)

    assert levels(plan) == ["30 mg", "20 mg", "10 mg", "5 mg", "none"]
    assert [step.days for step in plan.steps] == [7, 7, 7, 7, None]


def test_the_careful_taper_of_a_short_use_of_a_low_dose(evidence):
    plan = taper(mg(30), weeks_on=4, evidence=evidence)

    assert [step.days for step in plan.steps] == [4, 4, 4, None]


def test_a_gentle_taper_takes_the_smallest_steps(evidence):
    plan = taper(mg(20), weeks_on=100, evidence=evidence, pace=Pace.GENTLE)

    assert levels(plan) == ["15 mg", "10 mg", "5 mg", "none"]


def test_a_short_taper_is_stretched_to_its_shortest_length(evidence):
    plan = taper(mg(10), weeks_on=100, evidence=evidence)

    assert levels(plan) == ["5 mg", "none"]
    assert plan.steps[0].days == 14


def test_a_high_dose_takes_three_weeks_even_after_a_short_use(evidence):
    plan = taper(mg(65), weeks_on=1, evidence=evidence)

    assert plan.steps[-1].first_day - 1 >= 21


def test_one_step_to_nothing_is_held_first(evidence):
    plan = taper(mg(5), weeks_on=1, evidence=evidence)

    assert levels(plan) == ["5 mg", "none"]
    assert plan.steps[0].days == 4


def test_an_uneven_dose_comes_down_to_whole_pieces(evidence):
    assert levels(taper(mg("22.5"), weeks_on=1, evidence=evidence)) == ["15 mg", "5 mg", "none"]


@pytest.mark.parametrize(
    ("code", "pace", "days"),
    [
        ("uk", Pace.USUAL, 24),
        ("uk", Pace.GENTLE, 105),
        ("switzerland", Pace.USUAL, 24),
        ("canada", Pace.USUAL, 24),
        ("careful", Pace.USUAL, 56),
    ],
)
def test_eighty_milligrams_come_down_under_every_protocol(code, pace, days, evidence):
    plan = taper(mg(80), weeks_on=100, evidence=evidence, protocol=taper_protocol(code), pace=pace)

    assert plan.steps[-1].first_day - 1 == days
    assert any("The source names" in words for words in plan.words)


def test_switzerland_asks_for_three_weeks_only_after_long_use(evidence):
    rule = taper_protocol("switzerland")

    short = taper(mg(20), weeks_on=4, evidence=evidence, protocol=rule)
    long = taper(mg(20), weeks_on=9, evidence=evidence, protocol=rule)

    assert (short.steps[-1].first_day, long.steps[-1].first_day) == (7, 23)


def test_a_taper_starts_from_the_last_dose_of_a_regimen(evidence):
    plan = taper(parse("5 mg x3 for 3 days then 10 mg x3"), weeks_on=4, evidence=evidence)

    assert plan.title == "Come down from 30 mg a day to nothing"


@pytest.mark.parametrize("rule", TAPERS, ids=lambda rule: rule.code)
@pytest.mark.parametrize("pace", Pace)
@pytest.mark.parametrize("daily", [5, 10, 25, 60, 80])
def test_a_taper_gives_the_rules_nothing_to_say_against_its_way_down(rule, pace, daily, evidence):
    plan = taper(mg(daily), weeks_on=4, evidence=evidence, protocol=rule, pace=pace)
    findings = review(
        Patient(weeks_on_baclofen=4),
        plan.regimen,
        evidence=evidence,
        history=History(oral_before=mg(daily)),
    )

    assert [one.code for one in findings if one.code.startswith(("stop.", "taper."))] == []


def test_a_step_can_be_held_and_all_that_follows_comes_later(evidence):
    plan = taper(mg(30), weeks_on=4, evidence=evidence)
    held = hold(plan, step=2, days=10)

    assert [step.days for step in held.steps] == [4, 14, 4, None]
    assert [step.first_day for step in held.steps] == [1, 5, 19, 23]
    assert held.steps[1].words == "Held 10 days longer."
    assert format(held.regimen).startswith(
        "5 mg at 08:00, 15:00 and 10 mg at 22:00 for 4 days then"
    )


def test_a_pump_is_never_tapered_from_here(evidence):
    with pytest.raises(InputError, match="pump is not turned down") as refused:
        taper(parse("pump 100 micrograms/day"), weeks_on=100, evidence=evidence)

    assert "clinic" in refused.value.hint


# The test before a pump.


def test_the_screening_of_the_label_is_a_day_apart(evidence):
    plan = screen(evidence=evidence)

    assert levels(plan) == ["50 micrograms", "75 micrograms", "100 micrograms"]
    assert [test.start_min for test in plan.regimen.tests] == [540, 1980, 3420]
    assert "1.5 mL of 50 micrograms/mL" in plan.steps[1].words
    assert plan.steps[1].words.startswith("Only if the dose before was not enough.")
    assert review(Patient(), plan.regimen, evidence=evidence) == ()


def test_a_small_start_puts_twenty_five_micrograms_first(evidence):
    plan = screen(evidence=evidence, small_start=True, days_apart=2)

    assert levels(plan)[:2] == ["25 micrograms", "50 micrograms"]
    assert [step.first_day for step in plan.steps] == [1, 3, 5, 7]


def test_times_to_look_may_fall_on_the_next_day(evidence):
    plan = screen(evidence=evidence, first_at_min=22 * 60)

    assert "02:00 the next day" in plan.steps[0].words


def first_doses(evidence, number):
    return screen(evidence=evidence).regimen.tests[:number]


def test_a_response_ends_the_test(evidence):
    after = next_test(first_doses(evidence, 1), responded=True, evidence=evidence)

    assert (after.next, after.dose) == (Next.RESPONDED, None)


@pytest.mark.parametrize(("number", "dose", "earliest"), [(1, 75, 1980), (2, 100, 3420)])
def test_without_a_response_the_next_dose_waits_a_day(number, dose, earliest, evidence):
    after = next_test(first_doses(evidence, number), responded=False, evidence=evidence)

    assert (after.next, after.dose, after.not_before_min) == (Next.NEXT_DOSE, mcg(dose), earliest)


def test_no_response_to_the_last_dose_ends_the_way_to_a_pump(evidence):
    after = next_test(first_doses(evidence, 3), responded=False, evidence=evidence)

    assert after.next is Next.STOP
    assert "not for this person" in after.words


# What every plan can do.


def test_a_plan_is_a_table_and_json(evidence):
    plan = titration("us", evidence, target=mg(30))

    assert plan.table()[0] == ("day 1 to 3", "15 mg", "08:00 5 mg, 15:00 5 mg, 22:00 5 mg", "")
    told = plan.as_dict()
    assert told["for_whom"] == FOR_A_CLINICIAN
    assert told["steps"][1] == {
        "first_day": 4,
        "days": None,
        "daily": "30 mg",
        "doses": ["10 mg at 08:00", "10 mg at 15:00", "10 mg at 22:00"],
        "words": "",
    }


def test_the_regimen_of_a_plan_gives_what_its_steps_say(evidence):
    plan = titration("germany-slow", evidence)

    for step in plan.steps:
        assert plan.regimen.daily_mass(step.first_day) == (step.daily, ZERO)
        assert step.route is Route.ORAL
