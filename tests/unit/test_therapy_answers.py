"""Missed doses, preparations, advice and the claim of one to a hundred."""

from __future__ import annotations

from decimal import Decimal

import pytest

from unclench.errors import InputError
from unclench.regimen import Formulation, format, parse
from unclench.therapy import (
    Problem,
    Verdict,
    advice,
    check_conversion,
    missed,
    problem,
    switch,
    tablets,
    volume_ml,
)
from unclench.therapy.switch import formulation, packets
from unclench.units import mcg, mg

THREE = parse("10 mg at 08:00, 14:00, 20:00")
DAY = 1440


def at(day, hour, minute=0):
    return (day - 1) * DAY + hour * 60 + minute


# A missed dose.


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        (at(2, 9), Verdict.TAKE),
        (at(2, 12), Verdict.TAKE),
        (at(2, 12, 1), Verdict.SKIP),
        (at(2, 13, 59), Verdict.SKIP),
        (at(2, 23), Verdict.TAKE),
        (at(3, 6, 1), Verdict.SKIP),
    ],
)
def test_a_missed_dose_is_taken_unless_the_next_is_within_two_hours(now, verdict, evidence):
    assert missed(THREE, now_min=now, evidence=evidence).verdict is verdict


def test_the_answer_names_the_missed_dose_and_the_next(evidence):
    answer = missed(THREE, now_min=at(2, 9), evidence=evidence)

    assert answer.as_dict()["missed"] == ["day 2 08:00"]
    assert answer.as_dict()["next"] == "day 2 14:00"
    assert answer.as_dict()["amount"] == "10 mg"


@pytest.mark.parametrize("now", [at(2, 9), at(2, 13), at(3, 7)])
def test_every_answer_says_never_to_double(now, evidence):
    words = " ".join(missed(THREE, now_min=now, evidence=evidence).words)

    assert "Never take a double dose" in words


def test_several_missed_doses_are_a_question_for_a_pharmacist(evidence):
    answer = missed(THREE, now_min=at(2, 21), evidence=evidence, since_min=at(2, 8))

    assert answer.verdict is Verdict.ASK
    assert len(answer.due) == 3


def test_the_last_dose_of_a_plan_has_no_next(evidence):
    answer = missed(parse("5 mg x1 for 3 days"), now_min=at(3, 9), evidence=evidence)

    assert (answer.verdict, answer.next_min) == (Verdict.TAKE, None)


def test_the_next_dose_may_be_days_away(evidence):
    answer = missed(parse("5 mg at 08:00 every 2 days"), now_min=at(1, 9), evidence=evidence)

    assert answer.next_min == at(3, 8)


def test_a_pump_misses_no_dose_but_may_be_empty(evidence):
    with pytest.raises(InputError) as refused:
        missed(parse("pump 100 micrograms/day"), now_min=0, evidence=evidence)

    assert "get help now" in refused.value.hint


# Another preparation.


@pytest.mark.parametrize(
    ("dose", "liquid", "ml"),
    [
        (5, Formulation.LIQUID_5, "1"),
        (15, Formulation.LIQUID_5, "3"),
        (5, Formulation.LIQUID_2, "2.5"),
        (15, Formulation.LIQUID_2, "7.5"),
        (20, Formulation.LIQUID_1, "20"),
    ],
)
def test_volumes_are_those_of_the_table_of_the_evidence(dose, liquid, ml):
    assert volume_ml(mg(dose), liquid=liquid) == Decimal(ml)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("tablet", Formulation.TABLET),
        ("Tablets", Formulation.TABLET),
        ("granules", Formulation.GRANULES),
        ("liquid 5 mg/mL", Formulation.LIQUID_5),
        ("liquid 5 mg/5 mL", Formulation.LIQUID_1),
        ("10 mg/5 mL", Formulation.LIQUID_2),
        ("LIQUID 25 mg/5 mL", Formulation.LIQUID_5),
    ],
)
def test_a_preparation_is_read_with_its_strength(text, form):
    assert formulation(text) is form


@pytest.mark.parametrize("text", ["liquid", "syrup", "oral solution", "5 mL", "liquid 3 mg/mL"])
def test_a_liquid_without_a_known_strength_is_refused(text):
    with pytest.raises(InputError, match="without a known strength"):
        formulation(text)


@pytest.mark.parametrize(
    ("dose", "of", "pieces"),
    [
        (15, (10, 25), [("1.5", 10)]),
        ("12.5", (10, 25), [("0.5", 25)]),
        (30, (10, 25), [("1", 25), ("0.5", 10)]),
        (25, (5, 10, 15, 20), [("1", 20), ("1", 5)]),
        ("2.5", (5, 10, 15, 20), [("0.5", 5)]),
        (40, (5, 10, 15, 20), [("2", 20)]),
    ],
)
def test_tablets_are_the_fewest_pieces(dose, of, pieces):
    made = tablets(mg(dose), of=tuple(mg(each) for each in of))

    assert made == tuple((Decimal(number), mg(each)) for number, each in pieces)


def test_a_packet_of_granules_is_never_split(evidence):
    assert packets(mg(15), evidence=evidence) == ((Decimal(1), mg(10)), (Decimal(1), mg(5)))
    with pytest.raises(InputError, match="cannot be made up exactly"):
        packets(mg("7.5"), evidence=evidence)


def test_a_switch_keeps_the_milligrams_and_the_times(evidence):
    changed = switch(THREE, to=Formulation.LIQUID_5, evidence=evidence)

    assert format(changed.regimen) == "liquid 5 mg/mL: 2 mL at 08:00, 14:00, 20:00"
    assert [line.measure for line in changed.lines] == ["2 mL of the 5 mg/mL liquid"] * 3
    assert changed.regimen.daily_mass(1) == THREE.daily_mass(1)
    assert "dosing.formulation.fleqsuvy" in changed.evidence


def test_a_switch_to_tablets_uses_the_strengths_at_hand(evidence):
    liquid = parse("liquid 1 mg/mL: 15 mL at 08:00")

    european = switch(liquid, to=Formulation.TABLET, evidence=evidence)
    american = switch(liquid, to=Formulation.TABLET, evidence=evidence, of=(mg(5), mg(15)))

    assert european.lines[0].measure == "1.5 tablets of 10 mg"
    assert american.lines[0].measure == "1 tablet of 15 mg"


# Advice.


@pytest.mark.parametrize("about", Problem)
def test_every_problem_has_cited_advice(about, evidence):
    said = advice(about, evidence=evidence)

    assert said
    assert all(evidence.statement(one.evidence).text == one.words for one in said)


def test_more_spasms_bring_the_list_of_triggers_before_a_dose_is_raised(evidence):
    said = advice(problem("more_spasms"), evidence=evidence)

    assert said[0].evidence == "advice.triggers_first"
    assert "advice.trigger.infection" in {one.evidence for one in said}
    assert len(said) > 10


def test_no_advice_of_the_evidence_is_left_out(evidence):
    said = {one.evidence for about in Problem for one in advice(about, evidence=evidence)}
    there = {one.key for one in evidence.statements_under("advice")}

    assert there - said == set()


# One to a hundred.


@pytest.mark.parametrize(("oral", "pump"), [(60, 600), (86, 577), (30, 30)])
def test_no_number_converts_tablets_into_a_pump_dose(oral, pump, evidence):
    finding = check_conversion(oral_daily=mg(oral), pump_daily=mcg(pump), evidence=evidence)

    assert finding.code == "conversion.claimed"
    assert "There is no such number" in finding.words
    assert dict(finding.values)["ratio of the doses people take"] == "149 to 1"
