"""Published results as cases: what a file may say, how a result is judged, what a report shows."""

import numpy as np
import pytest

from unclench.errors import InputError
from unclench.evidence import Use
from unclench.units import Unit
from unclench.validation import Kind, Rule, judge, parse_cases, run_cases, shipped_cases
from unclench.validation.measures import MEASURES, Curves
from unclench.validation.report import as_dict, markdown, tally
from unclench.validation.verdict import wilson

GOOD = """
[theirs]
title = 'What they measured'
kind = 'kinetics'
use = 'validation'
seen = {value = 160, unit = 'ng/mL', low = 120, high = 200, sd = 30, n = 12, source = 'Theirs 2030'}
regimen = '10 mg at 08:00 for 1 day'
days = 1
measure = 'plasma.highest'
rule = 'mean'
"""

CHANGES = [
    ("title = 'What they measured'", "title = ''", "title"),
    ("title = 'What they measured'", "", "title"),
    ("kind = 'kinetics'", "kind = 'magic'", "kinetics"),
    ("use = 'validation'", "use = 'tuning'", "calibration"),
    ("use = 'validation'", "", "calibration"),
    ("rule = 'mean'", "rule = 'close enough'", "mean"),
    ("rule = 'mean'", "rule = 'share'", "value from 0 to 1"),
    ("low = 120, high = 200, ", "", None),
    ("value = 160", "value = 'many'", "a number"),
    ("value = 160", "value = nan", "a number"),
    ("value = 160", "value = true", "a number"),
    ("value = 160, ", "", "a number"),
    ("unit = 'ng/mL'", "unit = 'furlongs'", "unit"),
    ("unit = 'ng/mL', ", "", "unit"),
    ("n = 12", "n = 0", "whole number of people"),
    ("n = 12", "n = 1.5", "whole number of people"),
    ("n = 12", "n = true", "whole number of people"),
    ("source = 'Theirs 2030'", "source = ''", "source"),
    ("sd = 30", "spread = 30", "seen has 'spread'"),
    ("regimen = '10 mg at 08:00 for 1 day'", "regimen = '10'", "regimen"),
    ("regimen = '10 mg at 08:00 for 1 day'", "regimen = 10", "a regimen"),
    ("regimen = '10 mg at 08:00 for 1 day'", "", "a regimen"),
    ("days = 1", "days = 0", "1 to 800"),
    ("days = 1", "days = 1.5", "1 to 800"),
    ("days = 1", "days = true", "1 to 800"),
    ("days = 1", "", "1 to 800"),
    ("days = 1", "days = 1\nstep_min = 0", "1 to 60"),
    ("measure = 'plasma.highest'", "measure = 'plasma.colour'", "one of"),
    ("measure = 'plasma.highest'", "measure = 'reflex.fall_at'", "at_h"),
    ("measure = 'plasma.highest'", "measure = 'plasma.highest'\nwith = {at_h = 1}", "with is"),
    ("measure = 'plasma.highest'", "measure = 'tone.at'\nwith = {at_h = 'noon'}", "no numbers"),
    ("days = 1", "days = 1\nperson = 3", "person"),
    ("days = 1", "days = 1\nperson = {height_cm = 170}", "height_cm"),
    ("days = 1", "days = 1\nperson = {weight_kg = 5}", "person"),
    ("days = 1", "days = 1\nperson = {worst_time = 'teatime'}", "worst_time"),
    ("days = 1", "days = 1\noral_set = 'slow'", "reference"),
    ("days = 1", "days = 1\ntip_cm = 'high'", "tip_cm"),
    ("days = 1", "days = 1\ncolour = 'red'", "Unknown field 'colour'"),
    ("days = 1", "days = 1\nobserved = 'oral.clearance'", "once"),
    ("seen = {", "was = {", "once"),
]


@pytest.fixture(scope="module")
def shipped(evidence):
    return shipped_cases(evidence)


@pytest.mark.parametrize(("old", "new", "fragment"), CHANGES)
def test_a_case_with_a_fault_is_refused_and_says_what_was_expected(evidence, old, new, fragment):
    assert old in GOOD
    text = GOOD.replace(old, new)
    if fragment is None:
        assert parse_cases(text, place="x.toml", evidence=evidence)
        return

    with pytest.raises(InputError) as refused:
        parse_cases(text, place="x.toml", evidence=evidence)

    assert fragment in str(refused.value)
    assert "Expected:" in str(refused.value)


@pytest.mark.parametrize("text", ["", "theirs = 3", "[theirs", "[theirs]\n"])
def test_a_file_that_holds_no_case_is_refused(evidence, text):
    with pytest.raises(InputError, match=r"(?s)x\.toml"):
        parse_cases(text, place="x.toml", evidence=evidence)


@pytest.mark.parametrize(
    "entry", ["observed = 'oral.magic'", "observed = 'interaction.alcohol'", "observed = 3"]
)
def test_an_observation_that_the_evidence_lacks_is_refused(evidence, entry):
    line = next(line for line in GOOD.splitlines() if line.startswith("seen"))

    with pytest.raises(InputError, match="evidence base"):
        parse_cases(GOOD.replace(line, entry), place="x.toml", evidence=evidence)


def test_all_faults_of_all_cases_are_told_at_once(evidence):
    text = GOOD.replace("days = 1", "days = 0") + GOOD.replace("[theirs]", "[ours]").replace(
        "kind = 'kinetics'", "kind = 'magic'"
    )

    with pytest.raises(InputError) as refused:
        parse_cases(text, place="x.toml", evidence=evidence)

    assert "[theirs]" in str(refused.value)
    assert "[ours]" in str(refused.value)


def test_a_case_of_somebody_else_runs(evidence):
    (case,) = parse_cases(GOOD, place="x.toml", evidence=evidence)

    (outcome,) = run_cases([case], evidence=evidence, people=50)

    assert outcome.low < outcome.mean < outcome.high
    assert outcome.passed, outcome.reason
    assert case.seen.source == "Theirs 2030"


def test_at_least_25_cases_ship_with_both_uses_and_kinds(shipped):
    assert len(shipped) >= 25
    for use in (Use.CALIBRATION, Use.VALIDATION):
        for kind in Kind:
            assert [case for case in shipped if case.use is use and case.kind is kind]


def test_a_shipped_case_is_used_for_what_the_evidence_allows(shipped, evidence):
    """What is kept for validation must never be called calibration, nor the other way round."""
    for case in shipped:
        if case.seen.key is None:
            continue
        allowed = evidence.estimate(case.seen.key).use
        other = Use.VALIDATION if case.use is Use.CALIBRATION else Use.CALIBRATION
        assert other not in allowed, f"{case.name}: {case.seen.key} is {other.value}"


def test_names_of_cases_are_their_own(shipped):
    names = [case.name for case in shipped]

    assert len(set(names)) == len(names)


def one(evidence, rule, **seen):
    (case,) = parse_cases(
        GOOD.replace("rule = 'mean'", f"rule = '{rule}'")
        .replace("value = 160", f"value = {seen.pop('value', 160)}")
        .replace("unit = 'ng/mL'", f"unit = '{seen.pop('unit', 'ng/mL')}'"),
        place="x.toml",
        evidence=evidence,
    )
    return case


@pytest.mark.parametrize(
    ("rule", "mean", "passed"),
    [
        ("mean", 199, True),
        ("mean", 201, False),
        ("mean", 121, True),
        ("mean", 119, False),
        ("rate", 239, True),
        ("rate", 241, False),
        ("range", 200, True),
        ("range", 201, False),
        ("spread", 189, True),
        ("spread", 191, False),
    ],
)
def test_a_rule_is_met_up_to_its_limit_and_no_further(evidence, rule, mean, passed):
    wide = mean + np.linspace(-100.0, 100.0, 201)

    assert judge(one(evidence, rule), wide, mean).passed is passed


def test_a_mean_near_enough_still_fails_outside_the_interval(evidence):
    assert not judge(one(evidence, "mean"), np.full(100, 170.0), 170.0).passed


def test_a_typical_value_is_held_against_the_middle_person(evidence):
    lopsided = np.concatenate([np.full(60, 160.0), np.full(40, 900.0)])
    outcome = judge(one(evidence, "middle"), lopsided, 160.0)

    assert outcome.passed, outcome.reason
    assert outcome.error == pytest.approx(0.0)
    assert not judge(one(evidence, "mean"), lopsided, 160.0).passed


def test_clearances_of_population_models_are_held_against_the_middle_person(shipped):
    rules = {case.name: case.rule for case in shipped if "oral-clearance" in case.name}

    assert set(rules.values()) == {Rule.MIDDLE}


def test_wilsons_interval_is_scipys():
    from scipy.stats import binomtest

    for seen, n in ((0, 10), (3, 35), (16, 35), (99, 100)):
        other = binomtest(seen, n).proportion_ci(method="wilson")

        assert wilson(seen / n, n) == pytest.approx((other.low, other.high), abs=1e-12)


def curves(**channels):
    times = np.linspace(0.0, 48.0, 193)
    return Curves(
        time_h=times,
        channels={name: shape(times)[None, :] for name, shape in channels.items()},
        ashworth=3.0,
        dose_mcg=10_000.0,
    )


def test_measures_read_closed_forms():
    decay = curves(plasma_ng_per_ml=lambda t: 100.0 * np.exp(-0.2 * t))
    read = {name: MEASURES[name].read for name in MEASURES}

    assert read["plasma.half_life"](decay, {"from_h": 5, "to_h": 20}) == pytest.approx(
        np.log(2) / 0.2
    )
    assert read["plasma.area"](decay, {}) == pytest.approx(500.0, rel=1e-3)
    assert read["plasma.highest"](decay, {}) == pytest.approx(100.0)
    assert read["plasma.time_of_highest"](decay, {"dose_h": 0}) == pytest.approx(0.0)


def test_measures_of_tone_read_half_of_the_peak():
    hump = curves(ashworth=lambda t: 3.0 - np.clip(1.0 - np.abs(t - 10.0) / 8.0, 0.0, None))
    read = {name: MEASURES[name].read for name in MEASURES}

    assert read["tone.onset"](hump, {"dose_h": 0}) == pytest.approx(6.0)
    assert read["tone.peak"](hump, {"dose_h": 0}) == pytest.approx(10.0)
    assert read["tone.duration"](hump, {}) == pytest.approx(8.0)
    assert read["tone.fall_at"](hump, {"at_h": 10}) == pytest.approx(50.0)
    assert read["tone.modified_at"](hump, {"at_h": 10}) == pytest.approx(1.0)


def test_a_report_shows_failures_as_plainly_as_passes(evidence):
    met = judge(one(evidence, "mean"), np.linspace(100, 220, 50), 160.0)
    missed = judge(one(evidence, "mean"), np.linspace(400, 520, 50), 460.0)

    text = markdown([met, missed], evidence_hash=evidence.hash)

    assert "**failed**" in text
    assert "What failed, and why" in text
    assert tally([met, missed], Use.VALIDATION, Kind.KINETICS) == (1, 2)
    assert as_dict(missed)["passed"] is False


def test_a_measure_comes_in_the_unit_of_what_was_published(evidence):
    case = one(evidence, "mean", unit="mcg/L")

    assert case.seen.unit is Unit.parse("mcg/L")
    assert judge(case, np.full(50, 160.0), 160.0).mean == pytest.approx(160.0)


def test_rules_say_themselves_in_words():
    assert all(rule.words for rule in Rule)
