"""The command says no in one message, with what was expected, and exit code 2."""

from __future__ import annotations

import shlex

import pytest

from unclench.cli import answer, moments

PLAN = "10 mg at 08:00, 14:00, 20:00"

# How it says no.

MALFORMED = """
simulate
simulate ""
simulate 10
simulate "10 mg"
simulate "10 mcg at 08:00"
simulate "10 g at 08:00"
simulate "pump 200 mg/day"
simulate "2 mL at 08:00"
simulate "-5 mg at 08:00"
simulate "10 mg at 25:00"
simulate "10 mg x3" extra
simulate "10 mg x3" --unknown 3
simulate "10 mg x3" --wieght 70
simulate "10 mg x3" --weight
simulate "10 mg x3" --weight heavy
simulate "10 mg x3" --weight nan
simulate "10 mg x3" --weight inf
simulate "10 mg x3" --weight -70
simulate "10 mg x3" --weight 20
simulate "10 mg x3" --weight 70,5
simulate "10 mg x3" --age 5
simulate "10 mg x3" --age 200
simulate "10 mg x3" --crcl -1
simulate "10 mg x3" --crcl 500
simulate "10 mg x3" --spasms -1
simulate "10 mg x3" --spasms many
simulate "10 mg x3" --ashworth 0
simulate "10 mg x3" --ashworth 6
simulate "10 mg x3" --worst noon
simulate "10 mg x3" --condition tired
simulate "10 mg x3" --medicine " "
simulate "10 mg x3" --days 0
simulate "10 mg x3" --days -3
simulate "10 mg x3" --days 1.5
simulate "10 mg x3" --days 99999
simulate "10 mg x3" --step 0
simulate "10 mg x3" --step 7
simulate "10 mg x3" --step x
simulate "10 mg x3" --set slow
simulate "10 mg x3" --missed "14:00"
simulate "10 mg x3" --missed "day 3 14.00"
simulate "10 mg x3" --missed "day 0 14:00"
simulate "10 mg x3" --missed "day 3 25:00"
simulate "10 mg x3" --missed "day 3 13:00"
simulate "10 mg x3" --doubled "day 3"
simulate "10 mg x3" --doubled "tomorrow"
simulate "pump 100 micrograms/day" --missed "day 3 08:00"
simulate "pump 100 micrograms/day" --with-food
simulate "10 mg x3" --stop-at soon
simulate "10 mg x3" --stop-at "day -1 08:00"
simulate "10 mg x3" --compare "20"
simulate "10 mg x3" --crcl-falls-to 30
simulate "10 mg x3" --on-day 4
simulate "10 mg x3" --crcl-falls-to 30 --on-day 0
simulate "10 mg x3" --crcl-falls-to 300 --on-day 2
simulate "10 mg x3" --dialysis "day 3 09:00"
simulate "10 mg x3" --dialysis "day 3 09:00 for 4 days"
simulate "10 mg x3" --dialysis "day 3 09:00 for 0 h"
simulate "10 mg x3" --dialysis "day 3 09:00 for 1.2.3 h"
simulate "10 mg x3" --dialysis "day 3 09:00 for 40 h"
simulate "pump 100 micrograms/day" --delivered 1.5
simulate "pump 100 micrograms/day" --delivered -0.1
simulate "pump 100 micrograms/day" --tip-cm 400
simulate "pump 100 micrograms/day" --tip-cm high
simulate "10 mg x3" --band 0
simulate "10 mg x3" --band 1000000
simulate "10 mg x3" --band 100 --seed -1
simulate "10 mg x3" --band many
simulate "10 mg x3" --seed x
simulate "10 mg x3" --plot out
simulate "10 mg x3" --plot out.jpg
simulate "10 mg x3" --plot nowhere/out.svg
simulate "10 mg x3" --plot .
simulate "10 mg x3" --plot - --figure all
simulate "10 mg x3" --plot - --csv -
simulate "10 mg x3" --csv - --json -
simulate "10 mg x3" --parquet -
simulate "10 mg x3" --csv nowhere/out.csv
simulate "10 mg x3" --figure lamp
simulate "10 mg x3" --sources=yes
simul "10 mg x3"
--versoin
evidence show
evidence show no.such.key
evidence show oral.clearence
evidence list --topic nothing
evidence list --basis guessed
evidence list oral
evidence what
"""


@pytest.mark.parametrize("line", MALFORMED.strip().splitlines())
def test_a_malformed_command_is_refused_in_one_message(refused, line, tmp_path):
    said = refused(*shlex.split(line))

    assert "Expected: " in said
    assert said.count("\n") == 1
    assert len(said) < 600
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_names_what_to_try(refused):
    assert "'heavy' is not a number for --weight" in refused("simulate", PLAN, "--weight", "heavy")
    assert "Expected: --weight" in refused("simulate", PLAN, "--wieght", "70")
    assert "10 mg at 08:00" in refused("simulate", "10 mg")
    assert "oral.clearance" in refused("evidence", "show", "oral.clearence")
    assert "unclench simulate --help" in refused("simulate")


def test_our_own_mistake_is_not_taken_for_the_readers(run, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(answer, "simulate", broken)

    result = run("simulate", PLAN)

    assert result.exit_code == 1
    assert isinstance(result.exception, ZeroDivisionError)


# Moments.


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("day 1 00:00", 0),
        ("day 3 14:00", 3720),
        ("Day 3 at 14:00", 3720),
        ("day 3, 14:00", 3720),
        (" day  10  8:05 ", 9 * 1440 + 485),
    ],
)
def test_a_moment_is_a_day_and_a_clock_time(text, minutes):
    assert moments.minute(text) == minutes


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("day 3 09:00 for 4 h", 3420, 3660),
        ("day 1 09:00 for 1.5 hours", 540, 630),
        ("day 1 23:00 for 2h", 1380, 1500),
    ],
)
def test_a_session_has_a_start_and_an_end(text, start, end):
    assert moments.session(text) == (start, end)
