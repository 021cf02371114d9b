"""What the evidence loader refuses, and what it says: the file, the key, what was expected."""

from __future__ import annotations

import pytest

from unclench.errors import InputError
from unclench.evidence import parse_evidence

SOURCES = """
[smith-2001]
kind = 'article'
read = 'abstract'
title = 'A study'
year = 2001

[hearsay]
kind = 'report'
read = 'digest'
title = '[Somebody else’s text]'
"""

GOOD = {
    "value": "10.5",
    "unit": "'L/h'",
    "spread": "{cv = 0.27, of = 'people'}",
    "population": "'adults'",
    "n": "12",
    "basis": "'seen'",
    "source": "'smith-2001'",
    "locator": "'abstract'",
    "certainty": "'moderate'",
    "use": "['model']",
}

SAID = {
    "text": "'Do not stop suddenly.'",
    "basis": "'seen'",
    "source": "'smith-2001'",
    "locator": "'warnings'",
    "severity": "'high'",
    "tags": "['warning']",
}


def table(key: str, fields: dict[str, str]) -> str:
    return f"[{key}]\n" + "".join(f"{name} = {value}\n" for name, value in fields.items())


def number(key: str = "oral.clearance", without: tuple[str, ...] = (), **changes: str) -> str:
    renamed = {"from" if name == "from_" else name: value for name, value in changes.items()}
    fields = {name: value for name, value in {**GOOD, **renamed}.items() if name not in without}
    return table(key, fields)


def said(key: str = "warning.stop", without: tuple[str, ...] = (), **changes: str) -> str:
    fields = {name: value for name, value in {**SAID, **changes}.items() if name not in without}
    return table(key, fields)


def others() -> str:
    """Cite every source, so that only the fault under test is reported."""
    return number("other.first") + number(
        "other.second", basis="'secondary'", source="'hearsay'", certainty="'low'"
    )


def refusal(topic: str, sources: str = SOURCES) -> str:
    with pytest.raises(InputError) as caught:
        parse_evidence({"topic.toml": topic + others(), "sources.toml": sources})
    return str(caught.value)


MODEL = ("topic.toml", "oral.clearance")
STOP = ("topic.toml", "warning.stop")
UNSOURCED = ("source", "locator")

CASES = {
    # fields
    "a value in quotes": (number(value="'10.5'"), MODEL, "a finite number without quotes"),
    "a value that is true": (number(value="true"), MODEL, "a finite number"),
    "a value that is NaN": (number(value="nan"), MODEL, "a finite number"),
    "an infinite value": (number(value="inf"), MODEL, "a finite number"),
    "a date as value": (number(value="2001-01-01"), MODEL, "a finite number"),
    "a table as value": (number(value="{of = 1}"), MODEL, "it has neither value nor text"),
    "an empty profile": (number(value="[]"), MODEL, "a number, or a profile"),
    "a profile of one": (number(value="[1.0]"), MODEL, "a number, or a profile"),
    "a word in a profile": (number(value="[1.0, 'two']"), MODEL, "a finite number"),
    "a NaN in a profile": (number(value="[1.0, nan]"), MODEL, "a finite number"),
    "a missing value": (number(without=("value",)), MODEL, "value for a number, or text"),
    "both value and text": (number(text="'said'"), MODEL, "value for a number, or text"),
    "a missing unit": (number(without=("unit",)), MODEL, "the symbol of a unit"),
    "an unknown unit": (number(unit="'L/hr'"), MODEL, "a symbol of unclench.units"),
    "a unit that is a number": (number(unit="1"), MODEL, "the symbol of a unit"),
    "a microgram sign": (number(unit="'µg/day'"), MODEL, "a symbol of unclench.units"),
    "a missing spread": (number(without=("spread",)), MODEL, "one of {cv}, {log_sd}, {sd}"),
    "a missing population": (number(without=("population",)), MODEL, "whom or what"),
    "a missing basis": (number(without=("basis",)), MODEL, "one of seen, secondary, computed"),
    "a missing certainty": (number(without=("certainty",)), MODEL, "one of high, moderate"),
    "an unknown field": (number(sprad="1"), MODEL, "unknown field `sprad`. Expected: only value"),
    "an unknown table inside": (
        number(sprad="{cv = 0.2}"),
        ("topic.toml", "oral.clearance.sprad"),
        "value for a number, or text",
    ),
    "an empty population": (number(population="''"), MODEL, "text without spare spaces"),
    "a population with spaces": (number(population="' adults'"), MODEL, "without spare spaces"),
    "a basis outside the five": (number(basis="'read'"), MODEL, "one of seen, secondary"),
    "a basis that is a number": (number(basis="1"), MODEL, "one of seen, secondary"),
    "a certainty outside the four": (
        number(certainty="'middling'"),
        MODEL,
        "one of high, moderate, low, very low",
    ),
    "a use outside the five": (number(use="['shown']"), MODEL, "some of model, rule, page"),
    "a use that is no list": (number(use="'model'"), MODEL, "a list of uses"),
    "an empty list of uses": (number(use="[]"), MODEL, "a list of uses"),
    "a use named twice": (number(use="['model', 'model']"), MODEL, "each name once"),
    "nobody at all": (number(n="0"), MODEL, "a whole number from 1"),
    "half a person": (number(n="1.5"), MODEL, "a whole number from 1"),
    "a number of people in quotes": (number(n="'12'"), MODEL, "a whole number from 1"),
    "true people": (number(n="true"), MODEL, "a whole number from 1"),
    "a note that is a list": (number(note="['a']"), MODEL, "text without spare spaces"),
    # spreads
    "a spread in quotes": (number(spread="'wide'"), MODEL, "one of {cv}"),
    "an empty spread": (number(spread="{}"), MODEL, "`spread` holds nothing"),
    "a spread of two kinds": (number(spread="{cv = 0.2, sd = 1}"), MODEL, "one of {cv}"),
    "low without high": (number(spread="{low = 1}"), MODEL, "one of {cv}"),
    "an unknown kind of spread": (number(spread="{iqr = 2}"), MODEL, "one of {cv}"),
    "a spread of something unknown": (
        number(spread="{cv = 0.2, of = 'men'}"),
        MODEL,
        "one of people, mean, studies, belief",
    ),
    "an interval beside a cv": (
        number(spread="{cv = 0.2, interval = '95%'}"),
        MODEL,
        "beside low and high",
    ),
    "an unknown interval": (
        number(spread="{low = 1, high = 20, interval = '99%'}"),
        MODEL,
        "one of IQR, 90%, 95%, range",
    ),
    "a spread of nothing": (number(spread="{cv = 0.0}"), MODEL, "a number above zero, or none"),
    "a negative sd": (number(spread="{sd = -1}"), MODEL, "a number above zero, or none"),
    "a cv in percent": (number(spread="{cv = 27}"), MODEL, "0.27 for 27 percent"),
    "a NaN in a spread": (number(spread="{cv = nan}"), MODEL, "a finite number"),
    "a low above the value": (
        number(spread="{low = 11, high = 12}"),
        MODEL,
        "low <= value <= high",
    ),
    "a high below the value": (number(spread="{low = 1, high = 2}"), MODEL, "low <= value <= high"),
    "low and high the wrong way": (
        number(spread="{low = 12, high = 9}"),
        MODEL,
        "low <= value <= high",
    ),
    "an interval without width": (
        number(spread="{low = 10.5, high = 10.5}"),
        MODEL,
        "low below high",
    ),
    "low and high of a profile": (
        number(value="[1, 2]", spread="{low = 1, high = 2}"),
        MODEL,
        "cv, log_sd, sd or none",
    ),
    "no spread and no reason": (number(spread="{none = ''}"), MODEL, "why there is none"),
    # basis
    "seen without source": (number(without=("source",)), MODEL, "because the basis is seen"),
    "seen without place": (number(without=("locator",)), MODEL, "because the basis is seen"),
    "seen with arithmetic": (number(arithmetic="'1 + 1'"), MODEL, "no `arithmetic`"),
    "seen where nobody read": (number(source="'hearsay'"), MODEL, "basis secondary, or a source"),
    "secondary and certain": (
        number(basis="'secondary'", source="'hearsay'", certainty="'high'"),
        MODEL,
        "at most moderate",
    ),
    "computed from nothing": (
        number(without=UNSOURCED, basis="'computed'", arithmetic="'1 + 1'"),
        MODEL,
        "`from`, because the basis is computed",
    ),
    "computed without arithmetic": (
        number(without=UNSOURCED, basis="'computed'", from_="['other.first']"),
        MODEL,
        "`arithmetic`, because the basis is computed",
    ),
    "computed with a source": (
        number(basis="'computed'", from_="['other.first']", arithmetic="'1 + 1'"),
        MODEL,
        "no `source`",
    ),
    "computed from what is not there": (
        number(without=UNSOURCED, basis="'computed'", from_="['oral.gone']", arithmetic="'1'"),
        MODEL,
        "the key of another entry",
    ),
    "computed from itself": (
        number(without=UNSOURCED, basis="'computed'", from_="['oral.clearance']", arithmetic="'1'"),
        MODEL,
        "the key of another entry",
    ),
    "assumed without why": (
        number(without=UNSOURCED, basis="'assumed'", certainty="'very low'"),
        MODEL,
        "`why`, because the basis is assumed",
    ),
    "assumed and certain": (
        number(without=UNSOURCED, basis="'assumed'", why="'a guess'"),
        MODEL,
        "at most very low",
    ),
    "assumed with a source": (
        number(basis="'assumed'", why="'a guess'", certainty="'very low'"),
        MODEL,
        "no `source`",
    ),
    "unverified without note": (
        number(basis="'unverified'", certainty="'very low'"),
        MODEL,
        "`note`, because the basis is unverified",
    ),
    "unverified and certain": (
        number(basis="'unverified'", note="'recalled'"),
        MODEL,
        "at most very low",
    ),
    # links
    "a source that is not there": (number(source="'jones-1999'"), MODEL, "a key of sources.toml"),
    "a further source that is not there": (number(also="['jones']"), MODEL, "a key of sources"),
    "a key of one word": (number(key="clearance"), ("topic.toml", "clearance"), "two or more"),
    "a key in capitals": (
        number(key="Oral.clearance"),
        ("topic.toml", "Oral.clearance"),
        "two or more lower-case words",
    ),
    "a key with a hyphen": (
        number(key="oral.food-effect"),
        ("topic.toml", "oral.food-effect"),
        "two or more lower-case words",
    ),
    "the same key twice in a file": (number() + number(), ("topic.toml", ""), "a TOML 1.0 file"),
    "text that is not TOML": ("[oral.clearance\n", ("topic.toml", ""), "a TOML 1.0 file"),
    "a field outside any table": ("value = 1\n", ("topic.toml", "value"), "a table for it"),
    "an empty table": ("[oral.empty]\n", ("topic.toml", "oral.empty"), "value or text"),
    # statements
    "a text that is a number": (said(text="1"), STOP, "a sentence, as text"),
    "an empty text": (said(text="''"), STOP, "a sentence, as text"),
    "a statement without basis": (said(without=("basis",)), STOP, "one of seen, secondary"),
    "a statement without source": (said(without=("source",)), STOP, "because the basis is seen"),
    "a statement with a unit": (said(unit="'mg'"), STOP, "unknown field `unit`"),
    "a computed statement": (said(basis="'computed'"), STOP, "seen, secondary, assumed"),
    "a severity outside the three": (said(severity="'H'"), STOP, "one of high, moderate, low"),
    "tags that are no list": (said(tags="'warning'"), STOP, "a list of tags"),
    "a tag that is a number": (said(tags="[1]"), STOP, "a list of tags"),
    "a code that is none": (said(codes="['M3BX01']"), STOP, "ATC codes such as N05BA"),
    "parts that are text": (said(parts="'all'"), STOP, "a table of texts"),
    "an empty table of parts": (said(parts="{}"), STOP, "a table of texts"),
    "a part that is a number": (said(parts="{what = 1}"), STOP, "a text in `parts`"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_loader_refuses(case):
    topic, (file, key), expected = CASES[case]

    message = refusal(topic)

    assert f"{file}, {key}:" in message if key else f"{file}:" in message
    assert expected in message
    assert "Expected:" in message


SMITH = {"kind": "'article'", "read": "'abstract'", "title": "'A study'", "year": "2001"}
HEARSAY = SOURCES[SOURCES.index("[hearsay]") :]

SOURCE_CASES = {
    "no kind": ({"kind": None}, "the field `kind` is missing"),
    "an unknown kind": ({"kind": "'blog'"}, "one of article, abstract, review"),
    "nothing on how it was read": ({"read": None}, "the field `read` is missing"),
    "an unknown reading": ({"read": "'skimmed'"}, "one of full text, abstract"),
    "no title": ({"title": None}, "the field `title` is missing"),
    "a year in quotes": ({"year": "'2001'"}, "a year from 1900 on"),
    "a year long ago": ({"year": "201"}, "a year from 1900 on"),
    "a DOI with its address": ({"doi": "'https://doi.org/10.1/a'"}, "a DOI without address"),
    "a PubMed number with letters": ({"pmid": "'PMC1'"}, "digits, as text"),
    "a PubMed number without quotes": ({"pmid": "123"}, "a PubMed number, as text"),
    "an unknown field": ({"pages": "'1-2'"}, "unknown field `pages`"),
}


@pytest.mark.parametrize("case", SOURCE_CASES)
def test_the_loader_refuses_a_source_with(case):
    changes, expected = SOURCE_CASES[case]
    fields = {name: value for name, value in {**SMITH, **changes}.items() if value is not None}

    message = refusal("", sources=table("smith-2001", fields) + HEARSAY)

    assert "sources.toml, smith-2001:" in message
    assert expected in message


def test_a_source_that_nobody_cites_is_refused():
    message = refusal("", sources=SOURCES + table("lonely-1999", SMITH))

    assert "sources.toml, lonely-1999: nobody cites this source" in message


def test_a_source_key_with_capitals_is_refused():
    message = refusal("", sources=SOURCES + table("Lonely_1999", SMITH))

    assert "sources.toml, Lonely_1999: this is not the form of a source's key" in message


def test_a_source_that_is_no_table_is_refused():
    message = refusal("", sources="lonely = 1\n" + SOURCES)

    assert "sources.toml, lonely: this is not a table" in message


def test_one_key_in_two_files_is_refused_and_both_files_are_named():
    files = {"a.toml": number() + others(), "b.toml": number(), "sources.toml": SOURCES}

    with pytest.raises(InputError) as caught:
        parse_evidence(files)

    assert "b.toml, oral.clearance: this key stands in a.toml too" in str(caught.value)


def test_all_faults_of_all_files_are_reported_at_once():
    files = {
        "a.toml": number(unit="'L/hr'", certainty="'sure'", spread="{cv = 27}"),
        "b.toml": number("oral.volume", without=("population",), source="'gone'"),
        "c.toml": said(severity="'H'"),
        "d.toml": "[broken",
        "sources.toml": SOURCES + table("lonely-1999", {**SMITH, "doi": "'x'"}),
    }

    with pytest.raises(InputError) as caught:
        parse_evidence(files)

    message = str(caught.value)
    for fault in (
        "a.toml, oral.clearance: `unit` is 'L/hr'",
        "a.toml, oral.clearance: `certainty` is 'sure'",
        "a.toml, oral.clearance: `spread.cv` is 27",
        "b.toml, oral.volume: the field `population` is missing",
        "c.toml, warning.stop: `severity` is 'H'",
        "d.toml: it is not TOML",
        "sources.toml, lonely-1999: `doi` is 'x'",
    ):
        assert fault in message
    assert message.startswith("The evidence has ")
    assert message.count("\n") >= 7


@pytest.mark.parametrize(
    "files",
    [
        {"a.toml": number(unit="'L/hr'")},
        {"a.toml": number() + table("smith.second", {"value": "1"}), "b.toml": "[broken"},
        {"a.toml": number(), "sources.toml": table("smith-2001", {**SMITH, "pmid": "'x'"})},
    ],
    ids=["a table", "a file", "a source"],
)
def test_a_fault_does_not_make_others_look_faulty(files):
    only = table("smith-2001", SMITH)
    computed = number(
        "oral.computed",
        without=UNSOURCED,
        basis="'computed'",
        from_="['oral.clearance']",
        arithmetic="'the same'",
    )

    with pytest.raises(InputError) as caught:
        parse_evidence({"sources.toml": only, "z.toml": computed, **files})

    assert "z.toml" not in str(caught.value)
    assert "nobody cites" not in str(caught.value)
    assert "there is no source" not in str(caught.value)


def test_one_fault_is_called_one_fault():
    assert refusal(number(unit="'L/hr'")).startswith("The evidence has 1 fault:\n")


def test_there_are_more_than_sixty_malformed_inputs():
    assert len(CASES) + len(SOURCE_CASES) >= 60
