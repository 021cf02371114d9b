"""`unclench fit`: the answer to a diary, as text, JSON and picture."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from unclench.figures import words

SPASMS = [11, 9, 12, 10, 8, 11, 10, 9, 10, 12, 9, 10, 11, 9] + [3, 2, 4, 2, 3, 1, 3] * 2


@pytest.fixture
def diary():
    rows = ["kind,time,value,unit", "before,,5 mg x3,4 weeks"]
    for day, spasms in enumerate(SPASMS, start=1):
        amount = 5 if day <= 14 else 25
        rows += [f"dose,day {day} {hour}:00,{amount},mg" for hour in ("08", "14", "20")]
        rows += [f"count,day {day},{spasms},spasms", f"drowsiness,day {day} 10:00,2,of 10"]
    Path("diary.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return "diary.csv"


def test_the_answer_says_before_and_after_and_what_it_is_not(diary, answered):
    printed = answered("fit", diary)

    assert printed.startswith("Baclofen probably takes away a real part of your spasms\n")
    for said in (
        "28 days of diary, spasms counted on 28",
        "people in general",
        "spasms taken away, percent",
        "hours that 25 mg works",
        "Each of the next 3 days",
        "Do not stop, skip or change baclofen to find out more.",
    ):
        assert said in printed
    assert words.NOT_ADVICE in " ".join(printed.split())


def test_json_holds_the_whole_answer_and_is_the_same_again(diary, answered):
    first, again = (answered("fit", diary, "--json", "--days-ahead", "5") for _ in range(2))
    content = json.loads(first)

    assert first == again
    assert content["verdict"] == "helps"
    assert len(content["by_day"]) == len(SPASMS) + 5
    assert content["spasms_taken_away"]["after"]["low"] > 0.3
    assert content["not_advice"] == words.NOT_ADVICE


def test_another_body_has_another_answer(diary, answered):
    light = json.loads(answered("fit", diary, "--json", "--weight", "45", "--crcl", "30"))
    usual = json.loads(answered("fit", diary, "--json"))

    assert light["drowsiness"]["before"]["middle"] > 1.3 * usual["drowsiness"]["before"]["middle"]


def test_the_picture_shows_the_days_and_the_forecast(diary, answered):
    answered("fit", diary, "--plot", "days.svg")
    drawn = Path("days.svg").read_text(encoding="utf-8")

    for said in ("counted", "expected", "nine of ten such days", "spasms in a day"):
        assert said in drawn


def test_the_picture_can_go_to_a_pipe_alone(diary, answered):
    assert answered("fit", diary, "--plot", "-").startswith("<svg")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("missing.csv",), "cannot be read"),
        (("diary.csv", "--plot", "days.gif"), ".svg, .png or .pdf"),
        (("diary.csv", "--plot", "diary.csv"), ".svg, .png or .pdf"),
        (("diary.csv", "--plot", "there.svg"), "is there already"),
        (("diary.csv", "--plot", "nowhere/days.svg"), "no folder"),
        (("diary.csv", "--plot", "-", "--json"), "cannot both"),
        (("diary.csv", "--days-ahead", "99"), "99 days ahead"),
        (("diary.csv", "--weight", "7"), "weight"),
        (("bytes.csv",), "not plain text"),
        (("faulty.csv",), "line 2: the dose has no unit"),
        ((".",), "cannot be read"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(options, said, diary, refused):
    Path("bytes.csv").write_bytes(b"\xff\xfe\x00")
    Path("there.svg").write_text("kept", encoding="utf-8")
    Path("faulty.csv").write_text("kind,time,value,unit\ndose,day 1 08:00,10,\n", encoding="utf-8")

    assert said in refused("fit", *options)
    assert Path("there.svg").read_text(encoding="utf-8") == "kept"
