"""How code and rules cite the evidence, and the page that shows it."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest

from tests.unit.test_evidence import SMALL, SOURCES
from unclench.errors import InputError
from unclench.evidence import (
    check,
    citations,
    cite,
    cited,
    from_evidence,
    parse_evidence,
    register,
    users_of,
)
from unclench.evidence.page import page
from unclench.units import Unit


@pytest.fixture
def small():
    return parse_evidence({"small.toml": SMALL, "sources.toml": SOURCES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Elimination:
    clearance_ml_per_min: float = cited("oral.clearance", Unit.ML_PER_MIN)
    range_mg_per_l: tuple[float, ...] = cited("plasma.laboratory_range", Unit.MG_PER_L)
    cells: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    elimination: Elimination


@dataclass(frozen=True, slots=True)
class Run:
    cited: tuple[str, ...]


@pytest.fixture
def uses(monkeypatch):
    """Keep what a test registers from the other tests."""
    module = sys.modules["unclench.evidence.cited"]
    monkeypatch.setattr(module, "_USERS", set(module._USERS))


# Citing


def test_cited_fields_hold_what_the_evidence_says_in_their_own_unit(small):
    made = from_evidence(Elimination, small)

    assert made.clearance_ml_per_min == pytest.approx(175)
    assert made.range_mg_per_l == (0.1, 0.6)
    assert made.cells == 10


def test_a_cited_field_has_no_default(small):
    with pytest.raises(TypeError):
        Elimination()  # type: ignore[call-arg]


def test_an_override_replaces_the_evidence_and_is_not_cited(small):
    made = from_evidence(Elimination, small, clearance_ml_per_min=100.0, cells=4)

    assert made.clearance_ml_per_min == 100
    assert made.cells == 4
    assert [entry.key for entry in cite(made, small)] == ["plasma.laboratory_range"]


def test_an_override_of_no_field_is_refused(small):
    with pytest.raises(InputError, match="Elimination has no field clearance"):
        from_evidence(Elimination, small, clearance=1.0)


def test_cite_follows_what_is_inside_and_what_a_run_names(small):
    body = Body(elimination=from_evidence(Elimination, small))
    keys = ["oral.clearance", "plasma.laboratory_range"]

    assert [entry.key for entry in cite(body, small)] == keys
    assert [entry.key for entry in cite(Run(cited=("oral.clearance",)), small)] == keys[:1]


def test_what_names_nothing_cites_nothing(small):
    assert cite(3, small) == ()
    assert cite(Elimination, small) == ()


def test_a_class_names_its_citations():
    assert [name for name, _, _ in citations(Elimination)] == [
        "clearance_ml_per_min",
        "range_mg_per_l",
    ]
    with pytest.raises(InputError, match="is not a dataclass"):
        list(citations(3))


def test_a_field_of_another_dimension_is_refused_by_name(uses):
    @dataclass(frozen=True, kw_only=True)
    class Wrong:
        dose_mg: float = cited("test.of.dimension", Unit.MG)

    renamed = SMALL.replace("oral.clearance]", "test.of.dimension]")
    evidence = parse_evidence({"small.toml": renamed, "sources.toml": SOURCES})
    mine = [str(fault) for fault in check(evidence) if fault.key == "test.of.dimension"]

    with pytest.raises(InputError, match="volume per time"):
        from_evidence(Wrong, evidence)
    assert len(mine) == 1
    assert "small.toml, test.of.dimension:" in mine[0]
    assert "wants it as mg. Expected: a unit of mass, not L/h." in mine[0]


def test_rules_and_fields_are_found_by_the_key_that_they_use(small, uses):
    register("dose.too_high", "warning.stop", "oral.clearance")

    assert "dose.too_high" in users_of("oral.clearance")
    assert any(name.endswith("Elimination") for name in users_of("oral.clearance"))
    assert users_of("nobody.uses") == ()


def test_a_use_of_a_missing_key_and_a_number_wanted_of_a_statement_are_faults(small, uses):
    register("rule.of.nothing", "gone.key")
    register("rule.of.words", "warning.stop", unit=Unit.MG)

    faults = {fault.key: str(fault) for fault in check(small)}

    assert faults["gone.key"] == (
        "code, gone.key: rule.of.nothing cites it. Expected: an entry with this key."
    )
    assert "rule.of.words cites a statement" in faults["warning.stop"]


# The page


def test_the_page_shows_every_entry_and_links_every_source(evidence):
    text = page(evidence)

    for key in (*evidence, *evidence.statements):
        assert f"| `{key}` |" in text
    for key in evidence.sources:
        assert f'<a id="{key}"></a>' in text
    assert evidence.hash in text


def test_a_row_of_the_page_says_all_that_lets_a_reader_judge(small):
    numbers, profile, said = (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page(small).splitlines()
        if line.startswith("| `")
    )

    assert numbers == [
        *("`oral.clearance`", "10.5", "CV 27 %, between people", "L/h", "adults", "seen"),
        *("[Smith 2001](#smith-2001), abstract.", "moderate"),
    ]
    assert profile[1] == "100, 600"
    assert profile[5:] == ["assumed", "to have a profile.", "very low"]
    assert said == [
        *("`warning.stop`", "Do not stop suddenly. Codes: M03BX01.", "high", "unverified"),
        "recalled.",
    ]


def test_the_page_is_a_table_whatever_a_text_holds(small):
    text = SMALL.replace("'adults'", "'adults | children'", 1)
    marked = parse_evidence({"small.toml": text, "sources.toml": SOURCES})

    assert "adults \\| children" in page(marked)
