"""A daily dose is split exactly, in pieces that can be taken, over the waking hours."""

from __future__ import annotations

from decimal import Decimal

import pytest

from unclench.errors import InputError
from unclench.regimen import clock
from unclench.therapy.split import Day, split_day
from unclench.units import ZERO, Mass, mg


def said(doses):
    return " ".join(f"{clock(minute)} {amount.in_mg}" for minute, amount in doses)


@pytest.mark.parametrize(
    ("daily", "doses", "expected"),
    [
        (5, 1, "08:00 5"),
        (10, 2, "08:00 5 22:00 5"),
        (15, 3, "08:00 5 15:00 5 22:00 5"),
        (40, 3, "08:00 10 15:00 15 22:00 15"),
        (80, 4, "08:00 20 12:45 20 17:15 20 22:00 20"),
    ],
)
def test_what_does_not_divide_goes_to_the_later_doses(daily, doses, expected):
    assert said(split_day(mg(daily), doses=doses)) == expected


def test_the_night_share_is_the_last_dose():
    doses = split_day(mg(60), doses=3, night_share=Decimal("0.5"))

    assert said(doses) == "08:00 15 15:00 15 22:00 30"


def test_the_night_share_is_rounded_to_a_whole_piece():
    doses = split_day(mg(25), doses=2, night_share=Decimal("0.5"))

    assert said(doses) == "08:00 10 22:00 15"


def test_doses_follow_a_persons_own_day():
    doses = split_day(mg(30), doses=3, day=Day(wakes_min=6 * 60, bed_min=20 * 60 + 30))

    assert said(doses) == "06:00 10 13:15 10 20:30 10"


def test_smaller_pieces_split_smaller_doses():
    assert said(split_day(mg("7.5"), doses=3, piece=mg("2.5"))) == "08:00 2.5 15:00 2.5 22:00 2.5"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"daily": mg(12)}, "multiple of 5 mg"),
        ({"daily": mg("2.5"), "doses": 1}, "multiple of 5 mg"),
        ({"daily": mg(10), "doses": 3}, "at most 2 doses"),
        ({"daily": ZERO}, "more than nothing"),
        ({"daily": 30}, "more than nothing"),
        ({"daily": mg(30), "piece": ZERO}, "more than nothing"),
        ({"daily": mg(30), "doses": 0}, "from 1 to 8"),
        ({"daily": mg(30), "doses": 9}, "from 1 to 8"),
        ({"daily": mg(30), "doses": 2.0}, "from 1 to 8"),
        ({"daily": mg(30), "doses": True}, "from 1 to 8"),
        ({"daily": mg(30), "night_share": Decimal(0)}, "above 0 and below 1"),
        ({"daily": mg(30), "night_share": Decimal(1)}, "above 0 and below 1"),
        ({"daily": mg(30), "night_share": Decimal("NaN")}, "above 0 and below 1"),
        ({"daily": mg(30), "night_share": 0.5}, "above 0 and below 1"),
        ({"daily": mg(30), "doses": 1, "night_share": Decimal("0.5")}, "at least 2 doses"),
        ({"daily": mg(15), "night_share": Decimal("0.9")}, "leaves 2 pieces"),
        ({"daily": mg(15), "night_share": Decimal("0.1")}, "leaves 2 pieces"),
    ],
)
def test_what_cannot_be_split_is_refused(arguments, expected):
    with pytest.raises(InputError) as refused:
        split_day(arguments.pop("daily"), **arguments)

    assert expected in refused.value.expected


@pytest.mark.parametrize(
    "times", [(480, 480), (480, 539), (1320, 480), (-1, 600), (480, 1440), (8.0, 600), (True, 600)]
)
def test_a_day_that_is_none_is_refused(times):
    with pytest.raises(InputError):
        Day(wakes_min=times[0], bed_min=times[1])


def test_the_whole_is_kept():
    doses = split_day(mg(75), doses=4)

    assert sum((amount for _, amount in doses), ZERO) == mg(75)
    assert all(isinstance(amount, Mass) for _, amount in doses)
