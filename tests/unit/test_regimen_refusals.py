"""Every malformed regimen is refused with a reason that helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from unclench.errors import InputError
from unclench.regimen import parse

MALFORMED = [
    tuple(part.strip() for part in line.split("=>"))
    for line in Path(__file__).with_name("malformed_regimens.txt").read_text("utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


@pytest.mark.parametrize(("text", "fragment"), MALFORMED)
def test_a_malformed_regimen_is_refused_with_its_reason(text, fragment):
    with pytest.raises(InputError) as caught:
        parse(text)

    message = str(caught.value)
    assert fragment in message
    assert "Expected: " in message
    assert caught.value.what.startswith(("At character ", "At the end: "))


def test_there_are_many_ways_to_be_wrong():
    assert len(MALFORMED) >= 120
    assert len({text for text, _ in MALFORMED}) == len(MALFORMED)


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_nothing_is_no_regimen(text):
    with pytest.raises(InputError, match="There is no text") as caught:
        parse(text)

    assert parse(caught.value.hint).daily_mass(1)[0].text("mg") == "30 mg"


@pytest.mark.parametrize("text", [None, 5, b"10 mg x3", ["10 mg x3"]])
def test_only_text_is_read(text):
    with pytest.raises(InputError, match="is not text"):
        parse(text)


def test_a_text_may_have_two_thousand_characters_and_no_more():
    text = "10 mg x3" + " " * 1992

    assert parse(text) == parse("10 mg x3")
    with pytest.raises(InputError, match="2001 characters"):
        parse(text + " ")


def test_a_day_has_at_most_48_doses():
    clocks = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(0, 1440, 29)]

    assert len(parse(f"1 mg at {', '.join(clocks[:48])}").administrations(1440)) == 48
    with pytest.raises(InputError, match="49 dose times in one day"):
        parse(f"1 mg at {', '.join(clocks[:49])}")


def test_a_day_of_the_pump_has_at_most_48_rates():
    edges = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(0, 1440, 29)]

    def flex(rates: int) -> str:
        ends = [*edges[1:rates], "24:00"]
        pairs = zip(edges[:rates], ends, strict=True)
        return "pump " + ", ".join(f"{n} mcg/day {a}-{b}" for n, (a, b) in enumerate(pairs))

    assert len(parse(flex(48)).pump.steps[0].segments) == 48
    with pytest.raises(InputError, match="49 rate times in one day"):
        parse(flex(49))


def test_the_message_points_at_the_very_place():
    text = "5 mg at 08:00, 14:00 and 10 mcg at 22:00"

    with pytest.raises(InputError) as caught:
        parse(text)

    assert caught.value.what.startswith(f"At character {text.index('10 mcg') + 1}: ")
