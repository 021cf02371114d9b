"""`unclench simulate`: what it prints, and what happens in the simulation."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from unclench import Patient
from unclench.cli import answer, printing
from unclench.cohorts import band
from unclench.figures import words
from unclench.pharmacology import simulate
from unclench.regimen import format as written
from unclench.regimen import parse

PLAN = "10 mg at 08:00, 14:00, 20:00"
PUMP = "pump 150 micrograms/day"


# What it prints.


def test_a_simulation_prints_the_last_day_and_sentences(answered):
    printed = answered("simulate", PLAN)

    assert printed.startswith(f"{PLAN}\n")
    for said in ("Day 7", "night", "whole day", "spasms in an hour", "tablets", "no baclofen"):
        assert said in printed
    assert words.SURE in printed
    assert "never change or stop baclofen without your clinician" in " ".join(printed.split())


def test_the_table_has_the_numbers_of_the_simulation(answered, evidence):
    course = simulate(Patient(), parse(PLAN), evidence=evidence)
    evening = slice(6 * 96 + 72, 6 * 96 + 97)
    expected = words.number(np.trapezoid(course.plasma_ng_per_ml[evening], dx=0.25) / 6)

    printed = answered("simulate", PLAN)
    row = printed.partition("nanograms of baclofen")[2].splitlines()[1].split()

    assert row[0] == "tablets"
    assert row[4] == expected


def test_who_is_simulated_can_be_said(answered, evidence):
    patient = {"weight": "50", "age": "70", "crcl": "40", "spasms": "12", "ashworth": "4"}
    options = [part for name, value in patient.items() for part in (f"--{name}", value)]

    content = json.loads(
        answered(
            "simulate", PLAN, *options, "--worst", "night", "--condition", "drives", "--json", "-"
        )
    )

    assert content["patient"] == {
        "weight_kg": 50.0,
        "age_years": 70.0,
        "crcl_ml_per_min": 40.0,
        "spasms_per_day": 12.0,
        "worst_time": "night",
        "ashworth": 4.0,
        "conditions": ["drives"],
        "medications": [],
        "weeks_on_baclofen": None,
        "country": None,
    }


def test_a_narrow_terminal_gets_rows_for_parts_of_the_day(answered, monkeypatch):
    monkeypatch.setenv("COLUMNS", "44")

    printed = answered("simulate", PLAN, "--compare", "20 mg x3")

    assert max(len(line.rstrip()) for line in printed.splitlines()) <= 44
    assert printed.count("night ") == 10


def test_a_pipe_gets_no_colours(answered):
    assert "\x1b" not in answered("simulate", PLAN)


@pytest.mark.parametrize(("no_color", "colours"), [("", True), ("1", False)])
def test_a_terminal_gets_bold_unless_it_says_no_colour(no_color, colours, monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", no_color)

    console = printing.console()

    assert (not console.no_color) == colours


def test_two_plans_are_compared(answered):
    printed = answered("simulate", PLAN, "--compare", PUMP)

    assert f"second plan: {PUMP}" in printed
    assert re.search(r"spasms? a day with tablets, .* with a pump", printed)


def test_the_sources_can_be_listed(answered, evidence):
    printed = answered("simulate", PLAN, "--sources")
    course = simulate(Patient(), parse(PLAN), evidence=evidence)

    assert f"This rests on {len(course.cited)} numbers" in printed
    for key in course.cited:
        assert f"\n{key}: " in printed


def test_what_is_grave_stands_above_what_the_model_says(answered):
    for plan in (PLAN, PUMP):
        printed = answered("simulate", plan, "--stop-at", "day 4 08:00")

        assert printed.splitlines()[2].startswith("Get help now. ")


def test_the_rules_speak_of_the_person_and_of_both_plans(answered):
    printed = answered(
        "simulate", PLAN, "--compare", "40 mg x3", "--condition", "seizures",
        "--condition", "pregnant", "--medicine", "lorazepam",
    )  # fmt: skip

    printed = " ".join(printed.split())
    assert "With the second plan: More than the label allows in a day" in printed
    assert "lorazepam" in printed.casefold()
    assert re.search("pregnan", printed)
    assert printed.index("More than the label allows") < printed.index("spasms in an hour")


def test_the_spread_between_people_is_shown_when_it_is_asked_for(answered, evidence):
    people = band(
        Patient(), parse(PLAN), evidence=evidence, people=30, seed=2, channels=("plasma_ng_per_ml",)
    )
    evening = people["plasma_ng_per_ml"][2, 6 * 96 + 72 : 6 * 96 + 97]

    printed = answered("simulate", PLAN, "--band", "30", "--seed", "2")
    row = printed.partition("nanograms of baclofen")[2].splitlines()[3].split()

    assert row[:4] == ["1", "of", "20", "above"]
    assert row[7] == words.number(np.trapezoid(evening, dx=0.25) / 6)
    assert "nine of ten people like you between them" in " ".join(printed.split())


def test_a_note_stands_below_what_the_model_says(answered):
    printed = answered("simulate", PUMP)

    assert printed.index("Good to know.") > printed.index("spasms in an hour")


def test_what_would_be_felt_is_said_only_where_it_would_be_felt(answered):
    plan = "pump 600 micrograms/day"

    assert "Weakness" not in answered("simulate", plan)
    assert "Weakness" in answered("simulate", plan, "--condition", "stands_on_spasticity")


@pytest.mark.parametrize(
    ("plan", "days"),
    [
        (PLAN, 7),
        ("5 mg x3 for 3 days then 10 mg x3 for 3 days then 15 mg x3 for 2 weeks", 20),
        ("pump 100 micrograms/day for 2 weeks then 180 micrograms/day", 21),
        ("5 mg x3 for 900 days", 365),
        ("10 mg x3, stopped day 10 08:00", 17),
    ],
)
def test_the_days_shown_follow_the_plan(plan, days):
    assert answer.default_days(parse(plan)) == days


# What happens meanwhile.


def test_doses_can_be_missed_doubled_and_stopped(answered, evidence):
    printed = json.loads(
        answered(
            "simulate", PLAN, "--missed", "day 2 14:00", "--missed", "day 3 14:00",
            "--doubled", "day 4 08:00", "--stop-at", "day 6 08:00", "--json", "-",
        )
    )  # fmt: skip
    plan = parse(PLAN).missing(1440 + 840, 2 * 1440 + 840).doubling(3 * 1440 + 480)
    plan = plan.stopping(5 * 1440 + 480)

    course = simulate(Patient(), plan, evidence=evidence, days=13)

    assert printed["regimen"] == written(plan)
    assert printed["columns"]["plasma_ng_per_ml"] == course.plasma_ng_per_ml.tolist()


def test_food_is_taken_with_every_dose(columns, evidence):
    fed = columns(PLAN, "--with-food")["plasma_ng_per_ml"]
    fasted = columns(PLAN)["plasma_ng_per_ml"]

    assert fed.max() < fasted.max()
    assert fed.tolist() == columns(f"{PLAN} with food")["plasma_ng_per_ml"].tolist()


def test_kidneys_fail_on_the_day_that_is_said(columns, evidence):
    failing = columns(PLAN, "--crcl-falls-to", "15", "--on-day", "4")["plasma_ng_per_ml"]
    healthy = columns(PLAN)["plasma_ng_per_ml"]

    assert failing[: 3 * 96].tolist() == healthy[: 3 * 96].tolist()
    assert failing[-1] > 1.3 * healthy[-1]


def test_dialysis_takes_baclofen_from_the_blood(columns, evidence):
    with_it = columns(PLAN, "--crcl", "10", "--dialysis", "day 5 09:00 for 4 h")
    without = columns(PLAN, "--crcl", "10")

    index = (4 * 24 + 13) * 4
    assert with_it["plasma_ng_per_ml"][index] < 0.8 * without["plasma_ng_per_ml"][index]


def test_the_set_of_oral_numbers_can_be_chosen(columns):
    fast = columns(PLAN, "--set", "fast")["plasma_ng_per_ml"]

    assert fast.tolist() != columns(PLAN)["plasma_ng_per_ml"].tolist()


def test_a_leaking_catheter_and_a_moved_tip_change_the_fluid(columns):
    sound = columns(PUMP)["csf_lumbar_ng_per_ml"][-1]

    assert columns(PUMP, "--delivered", "0.5")["csf_lumbar_ng_per_ml"][-1] == pytest.approx(
        sound / 2
    )
    assert columns(PUMP, "--tip-cm", "40")["csf_lumbar_ng_per_ml"][-1] < sound


def test_the_step_and_the_days_are_those_asked_for(columns):
    time_h = columns(PLAN, "--step", "30", "--days", "3")["time_h"]

    assert time_h.tolist() == np.arange(0, 72.01, 0.5).tolist()
