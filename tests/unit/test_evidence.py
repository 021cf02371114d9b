"""The evidence base as it ships, and the ways in which code and rules read it."""

from __future__ import annotations

import contextlib
import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unclench.errors import InputError
from unclench.evidence import (
    Basis,
    Certainty,
    Of,
    Severity,
    Spread,
    Use,
    check,
    load_evidence,
    parse_evidence,
)
from unclench.evidence.loader import read_texts
from unclench.evidence.parsed import PARSED, current, parse
from unclench.evidence.tables import ESTIMATE_FIELDS, SOURCE_FIELDS, STATEMENT_FIELDS
from unclench.patient import Condition
from unclench.units import Unit

SMALL = """
[oral.clearance]
value = 10.5
unit = 'L/h'
spread = {cv = 0.27, of = 'people'}
population = 'adults'
basis = 'seen'
source = 'smith-2001'
locator = 'abstract'
certainty = 'moderate'
use = ['model']

[plasma.laboratory_range]
value = [100, 600]
unit = 'ng/mL'
spread = {none = 'the two numbers are the range'}
population = 'adults'
basis = 'assumed'
why = 'to have a profile'
certainty = 'very low'

[warning.stop]
text = 'Do not stop suddenly.'
basis = 'unverified'
severity = 'high'
tags = ['warning']
parts = {what = 'stopping', management = 'do not'}
codes = ['M03BX01']
note = 'recalled'
"""

SOURCES = """
[smith-2001]
kind = 'article'
read = 'abstract'
title = '[A study]'
authors = 'Smith'
year = 2001
journal = 'Journal 1:2-3'
doi = '10.1000/182'
pmid = '123'
"""


@pytest.fixture
def small():
    return parse_evidence({"small.toml": SMALL, "sources.toml": SOURCES})


# What ships


def test_every_shipped_file_loads(evidence):
    texts = read_texts()

    assert {f"{topic}.toml" for topic in evidence.topics} | {"sources.toml"} == set(texts)
    assert len(evidence) > 600
    assert len(evidence.statements) > 200


def test_the_shipped_numbers_say_what_spreads(evidence):
    silent = [
        key for key, entry in evidence.items() if entry.spread.of is None and not entry.spread.none
    ]

    assert silent == []


def test_the_use_of_a_number_is_calibration_or_validation_but_never_both(evidence):
    both = {Use.CALIBRATION, Use.VALIDATION}

    assert [key for key, entry in evidence.items() if both <= set(entry.use)] == []


def test_what_must_not_be_fitted_is_not_for_calibration(evidence):
    forbidden = ("study.albright_2007.csf", "plasma.fold_below_oral")

    for key in forbidden:
        assert evidence[key].use == (Use.PAGE,)
    assert not [entry for entry in evidence.used_for(Use.CALIBRATION) if "heetla" in entry.key]


def test_both_sides_of_a_conflict_are_kept(evidence):
    assert evidence.value("persistence.stopped_2y", Unit.PERCENT) == 80
    assert evidence.value("persistence.stopped_2y.paper", Unit.PERCENT) == 90


def test_every_condition_of_a_patient_has_a_statement_with_a_severity(evidence):
    for condition in Condition:
        assert evidence.statement(f"condition.{condition.value}").severity in Severity


def test_every_interaction_names_its_parts(evidence):
    for said in evidence.statements_under("interaction"):
        if said.severity is not None and said.parts:
            assert [name for name, _ in said.parts] == [
                "what",
                "mechanism",
                "consequence",
                "management",
            ]
            assert said.part("what")


def test_codes_of_other_medicines_are_unverified(evidence):
    coded = [said for said in evidence.statements.values() if said.codes]

    assert len(coded) > 20
    for said in coded:
        own = said.key == "code.atc.baclofen"
        assert said.basis is (Basis.SECONDARY if own else Basis.UNVERIFIED)


def test_emergency_words_are_tagged(evidence):
    keys = {said.key for said in evidence.tagged("emergency")}

    assert {"withdrawal.emergency", "advice.emergency", "emergency.overdose.signs"} <= keys


def test_words_for_people_are_plain(evidence):
    for said in evidence.statements.values():
        shown = f" {said.text} ".lower().replace(",", " ").replace(".", " ")
        for word in (" patient ", " patients ", " suffer ", " just ", " simply ", " mcg ", "µg"):
            assert word not in shown, said.key


def test_every_fact_of_a_label_has_a_whole_percentage(evidence):
    for key, entry in evidence.items():
        if entry.unit is Unit.PERCENT and not isinstance(entry.value, tuple):
            assert -100 <= entry.value <= 200, key


def test_everything_that_code_cites_is_there():
    import unclench.pharmacology  # noqa: F401  the modules that cite

    assert check(load_evidence()) == ()


def test_a_release_is_refused_while_anything_is_unverified(evidence):
    faults = check(evidence, release=True)

    unverified = [
        entry.key
        for entry in (*evidence.values(), *evidence.statements.values())
        if entry.basis is Basis.UNVERIFIED
    ]
    assert sorted(fault.key for fault in faults) == sorted(unverified)
    assert "dosing.uk.max_daily" in unverified
    assert "dosing.toml, dosing.uk.max_daily: it is recalled" in "\n".join(map(str, faults))


def test_loading_imports_neither_numpy_nor_a_parser():
    code = (
        "import sys; from unclench.evidence import load_evidence; load_evidence();"
        "sys.exit(any(name in sys.modules for name in ('numpy', 'scipy', 'tomllib')))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Loading


def test_the_kept_json_is_what_the_files_say():
    from importlib.resources import files

    kept = (files("unclench.evidence") / "data" / PARSED).read_text("utf-8")

    assert kept == parse(read_texts()), "run python scripts/parse_evidence.py"


def test_json_of_another_text_is_not_believed(tmp_path):
    (tmp_path / "small.toml").write_text(SMALL)
    (tmp_path / "sources.toml").write_text(SOURCES)
    (tmp_path / PARSED).write_text(parse(read_texts(tmp_path)))
    before = load_evidence(tmp_path)
    (tmp_path / "small.toml").write_text(SMALL.replace("10.5", "11.5"))

    after = load_evidence(tmp_path)

    assert before.value("oral.clearance", Unit.L_PER_H) == 10.5
    assert after.value("oral.clearance", Unit.L_PER_H) == 11.5
    assert list(current((tmp_path / PARSED).read_text(), read_texts(tmp_path))) == ["sources.toml"]


def test_a_folder_without_json_loads_too(tmp_path, small):
    (tmp_path / "small.toml").write_text(SMALL)
    (tmp_path / "sources.toml").write_text(SOURCES)

    assert load_evidence(tmp_path) == small


NAMES = sorted({*ESTIMATE_FIELDS, *STATEMENT_FIELDS, *SOURCE_FIELDS, "oral", "cv", "of"})
SCALARS = st.one_of(
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=True),
    st.text(max_size=5),
    st.sampled_from(["seen", "assumed", "L/h", "people", "very low", "article", "smith-2001"]),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(
    st.sampled_from(["oral", "smith-2001", "Wrong"]),
    st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=8),
    max_size=2,
)


@given(topic=DOCUMENTS, sources=DOCUMENTS)
def test_whatever_stands_in_a_file_is_taken_or_refused(topic, sources):
    texts = {"topic.toml": "", "sources.toml": ""}

    with contextlib.suppress(InputError):
        taken = parse_evidence(texts, known={"topic.toml": topic, "sources.toml": sources})
        assert len(taken) + len(taken.statements) <= 4


# The hash


def test_the_hash_is_the_same_for_the_same_content_in_another_order(small):
    tables = [f"[{part}" for part in SMALL.split("\n[")[1:]]
    shuffled = "# a comment\n" + "\n\n".join(reversed(tables))

    again = parse_evidence({"small.toml": shuffled, "sources.toml": SOURCES})

    assert again.hash == small.hash
    assert len(small.hash) == 64
    assert hash(again) == hash(small)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("10.5", "10.6"),
        ("'L/h'\nspread = {cv", "'mL/min'\nspread = {cv"),
        ("0.27", "0.28"),
        ("'moderate'", "'low'"),
        ("Do not stop", "Never stop"),
        ("'abstract'\ncertainty", "'table 2'\ncertainty"),
    ],
)
def test_the_hash_changes_with_whatever_changes(small, old, new):
    changed = parse_evidence({"small.toml": SMALL.replace(old, new), "sources.toml": SOURCES})

    assert changed.hash != small.hash


def test_the_hash_of_the_shipped_evidence_is_the_same_at_each_load(evidence):
    assert load_evidence().hash == evidence.hash


# Reading


def test_a_value_comes_in_the_unit_asked_for(small):
    assert small.value("oral.clearance", Unit.L_PER_H) == 10.5
    assert small.value("oral.clearance", Unit.ML_PER_MIN) == pytest.approx(175)
    assert small.profile("plasma.laboratory_range", Unit.MG_PER_L) == (0.1, 0.6)


def test_another_dimension_is_refused(small):
    with pytest.raises(InputError, match="volume per time"):
        small.value("oral.clearance", Unit.NG_PER_ML)


def test_a_profile_is_not_a_value_and_a_value_is_not_a_profile(small):
    with pytest.raises(InputError, match="a profile of 2 numbers"):
        small.value("plasma.laboratory_range", Unit.NG_PER_ML)
    with pytest.raises(InputError, match="is one number"):
        small.profile("oral.clearance", Unit.L_PER_H)
    with pytest.raises(InputError, match="is a profile"):
        small.estimate("plasma.laboratory_range").log_sd()


def test_a_key_that_is_not_there_names_the_nearest(small):
    with pytest.raises(InputError, match=r"no number 'oral\.clearence'.*did you mean oral\.clear"):
        small.value("oral.clearence", Unit.L_PER_H)
    with pytest.raises(InputError, match=r"no statement 'warning\.stopp'"):
        small.statement("warning.stopp")
    with pytest.raises(InputError, match=r"no number 'x\.y'"):
        small.entry("x.y")
    with pytest.raises(KeyError):
        small["x.y"]
    assert small.get("x.y") is None


def test_the_evidence_is_a_mapping_of_its_numbers(small):
    assert list(small) == ["oral.clearance", "plasma.laboratory_range"]
    assert "oral.clearance" in small
    assert small.entry("warning.stop") is small.statement("warning.stop")
    assert small.entry("oral.clearance") is small["oral.clearance"]
    assert [entry.key for entry in small.under("oral")] == ["oral.clearance"]
    assert [said.key for said in small.statements_under("warning")] == ["warning.stop"]
    assert small.statements_under("warn") == ()
    assert [entry.key for entry in small.used_for(Use.MODEL)] == ["oral.clearance"]
    assert small.topics == ("small",)


def test_an_entry_leads_to_its_source(small):
    source = small.source_of(small["oral.clearance"])

    assert source is not None
    assert source.short == "Smith 2001"
    assert source.citation == ("Smith, 2001. [A study]. Journal 1:2-3. doi:10.1000/182. PMID 123")
    assert small.source_of(small.statement("warning.stop")) is None


def test_a_part_that_is_not_there_names_those_that_are(small):
    said = small.statement("warning.stop")

    assert said.part("what") == "stopping"
    with pytest.raises(InputError, match="one of: what, management"):
        said.part("why")


def test_certainties_have_an_order():
    ordered = sorted(Certainty, key=lambda certainty: certainty.rank)

    assert [certainty.value for certainty in ordered] == ["very low", "low", "moderate", "high"]


@pytest.mark.parametrize(
    ("spread", "text"),
    [
        (Spread(cv=0.27, of=Of.PEOPLE), "CV 27 %, between people"),
        (Spread(log_sd=0.5, of=Of.BELIEF), "log sd 0.5, what we think possible"),
        (Spread(sd=12.1, of=Of.PEOPLE), "sd 12.1, between people"),
        (Spread(low=1, high=2, of=Of.STUDIES), "1 to 2, between studies"),
        (Spread(low=1, high=2, of=Of.MEAN, interval="95%"), "1 to 2 (95%), around the mean"),
        (Spread(none="not given"), "none: not given"),
    ],
)
def test_a_spread_says_itself(spread, text):
    assert spread.text() == text


@pytest.mark.parametrize(
    ("spread", "expected"),
    [
        (Spread(log_sd=0.5), 0.5),
        (Spread(cv=1.0), math.sqrt(math.log(2))),
        (Spread(sd=10.0), math.sqrt(math.log(2))),
        (Spread(low=5, high=20, interval="IQR"), math.log(4) / (2 * 0.6745)),
        (Spread(low=5, high=20, interval="95%"), math.log(4) / (2 * 1.96)),
        (Spread(low=5, high=20), math.log(4) / (2 * 1.6449)),
    ],
)
def test_every_spread_gives_the_sd_of_the_logarithm(spread, expected):
    assert spread.log_sd_about(10.0) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("spread", "value"),
    [(Spread(none="not given"), 1.0), (Spread(low=-1, high=1), 0.5), (Spread(sd=1.0), -2.0)],
)
def test_a_spread_without_logarithm_is_refused(spread, value):
    with pytest.raises(InputError, match="has no logarithm"):
        spread.log_sd_about(value)


def test_an_entry_gives_the_sd_of_its_own_logarithm(small):
    assert small["oral.clearance"].log_sd() == pytest.approx(math.sqrt(math.log1p(0.27**2)))
