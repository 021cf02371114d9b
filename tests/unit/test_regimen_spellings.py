"""What people write, and the one form in which it comes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from unclench.errors import InputError
from unclench.regimen import (
    Formulation,
    OralRegimen,
    OralStep,
    Regimen,
    Route,
    format,
    parse,
)
from unclench.units import mcg, mg

ENTRY = re.compile(r"^(?P<text>[^#\s].*)\n +=> (?P<canonical>.*)$", re.MULTILINE)
WRITTEN = Path(__file__).with_name("regimen_spellings.txt").read_text("utf-8")
SPELLINGS = ENTRY.findall(WRITTEN)

PAGE = Path(__file__).parents[2] / "docs" / "regimen-language.md"
ROW = re.compile(r"^\| `(?P<text>[^`]+)` \| `(?P<canonical>[^`]+)` \|$", re.MULTILINE)


@pytest.mark.parametrize(("text", "canonical"), SPELLINGS)
def test_a_spelling_comes_back_in_one_form(text, canonical):
    regimen = parse(text)

    assert format(regimen) == canonical
    assert parse(canonical) == regimen


def test_every_spelling_of_the_file_is_tried():
    assert len(SPELLINGS) == WRITTEN.count("=>") >= 80


@pytest.mark.parametrize(("text", "canonical"), ROW.findall(PAGE.read_text("utf-8")))
def test_the_tables_of_the_page_are_true(text, canonical):
    assert format(parse(text)) == canonical


def test_the_page_names_the_usual_times():
    rows = re.findall(r"^\| `x(\d)`, .* \| ([\d:, ]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)

    assert len(rows) == 6
    for number, times in rows:
        assert format(parse(f"5 mg x{number}")) == f"5 mg at {times}"


def test_spaces_of_any_kind_count_as_one():
    assert parse("  10\tmg\n at\u00a008:00 ") == parse("10 mg at 08:00")


def test_a_liquid_keeps_its_strength_and_its_exact_mass():
    regimen = parse("liquid 5 mg/mL: 2 mL at 08:00, 20:00")

    assert regimen.oral.formulation is Formulation.LIQUID_5
    assert regimen.daily_mass(1)[0] == mg(20)


def test_the_same_volume_of_another_strength_is_another_dose():
    one, two, five = (
        parse(f"liquid {strength} mg/mL: 2 mL at 08:00").daily_mass(1)[0] for strength in (1, 2, 5)
    )

    assert (one, two, five) == (mg(2), mg(4), mg(10))


def test_stopped_without_a_route_stops_everything():
    both = parse("10 mg x3 + pump 9 mcg/day, stopped day 2 08:00").changes[0]
    pump = parse("10 mg x3 + pump 9 mcg/day, stopped pump day 2 08:00").changes[0]

    assert both.route is None
    assert pump.route is Route.INTRATHECAL


def test_an_amount_that_no_short_volume_can_say_is_written_in_mg():
    seventh = mcg(15) / 7
    oral = OralRegimen((OralStep(((480, seventh),)),), Formulation.LIQUID_2)
    regimen = Regimen(oral=oral)

    assert format(regimen) == f"liquid 2 mg/mL: {seventh.text('mg')} at 08:00"
    assert parse(format(regimen)) == regimen


def test_a_regimen_too_long_to_read_back_is_not_written():
    regimen = parse("10 mg x3").missing(*range(480, 480 + 200 * 1440, 1440))

    with pytest.raises(InputError, match="characters to write"):
        format(regimen)
