"""What a regimen gives, minute by minute, and what it refuses to be."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace

import pytest

from unclench.errors import InputError
from unclench.regimen import (
    Administration,
    Change,
    ChangeKind,
    Dose,
    Formulation,
    OralRegimen,
    OralStep,
    PumpProgram,
    PumpStep,
    Regimen,
    Route,
    clock,
    moment,
    parse,
)
from unclench.units import ZERO, Mass, mcg, mg

DAY = 1440
EIGHT = 8 * 60
TABLET = Dose(mg(10), Route.ORAL, Formulation.TABLET)
BOLUS = Dose(mcg(50), Route.INTRATHECAL)


def given(text: str, until_min: int) -> list[tuple[str, int, str]]:
    """What a text gives, as (when, minutes it takes, how much)."""
    return [
        (moment(one.start_min), one.duration_min, one.dose.text)
        for one in parse(text).administrations(until_min)
    ]


def test_doses_come_day_after_day_at_their_times():
    assert given("5 mg at 08:00 and 10 mg at 22:00", 2 * DAY) == [
        ("day 1 08:00", 0, "5 mg"),
        ("day 1 22:00", 0, "10 mg"),
        ("day 2 08:00", 0, "5 mg"),
        ("day 2 22:00", 0, "10 mg"),
    ]


def test_the_last_minute_is_not_included():
    assert given("10 mg at 08:00", EIGHT) == []
    assert len(given("10 mg at 08:00", EIGHT + 1)) == 1
    assert given("pump 96 mcg/day", 0) == []


def test_steps_follow_each_other_and_end():
    text = "5 mg at 08:00 for 2 days then nothing for 1 day then 10 mg at 08:00 for 1 day"

    assert given(text, 10 * DAY) == [
        ("day 1 08:00", 0, "5 mg"),
        ("day 2 08:00", 0, "5 mg"),
        ("day 4 08:00", 0, "10 mg"),
    ]
    assert parse(text).duration_days == 4


def test_every_other_day_counts_from_the_first_day_of_its_step():
    days = "5 mg at 08:00 for 2 days then 10 mg at 08:00 every 3 days for 8 days"

    assert [when for when, _, _ in given(days, 20 * DAY)] == [
        "day 1 08:00",
        "day 2 08:00",
        "day 3 08:00",
        "day 6 08:00",
        "day 9 08:00",
    ]
    assert parse(days).daily_mass(4)[0] == ZERO
    assert parse(days).daily_mass(6)[0] == mg(10)


def test_every_hour_is_twenty_four_doses():
    assert len(given("1 mg every hour", DAY)) == 24


def test_a_step_knows_the_mass_of_each_of_its_days():
    step = OralStep(((480, mg(10)), (1200, mg(5))), every_days=2)

    assert [step.mass_on(day) for day in (1, 2, 3)] == [mg(15), ZERO, mg(15)]


def test_formulation_and_food_travel_with_each_dose():
    (one,) = parse("liquid 2 mg/mL: 5 mL at 08:00 with food").administrations(DAY)

    assert one == Administration(EIGHT, Dose(mg(10), Route.ORAL, Formulation.LIQUID_2), 0, True)


def test_a_steady_pump_is_one_administration():
    assert given("pump 96 micrograms/day", 10 * DAY) == [
        ("day 1 00:00", 10 * DAY, "960 micrograms")
    ]


def test_a_pump_changes_its_rate_at_midnight_of_the_next_step():
    assert given("pump 96 mcg/day for 2 days then 48 mcg/day for 1 day then off", 9 * DAY) == [
        ("day 1 00:00", 2 * DAY, "192 micrograms"),
        ("day 3 00:00", DAY, "48 micrograms"),
    ]


def test_the_same_rate_in_two_steps_is_one_stretch():
    text = "pump 96 mcg/day for 2 days then 96 mcg/day, bolus 5 mcg at noon"

    assert given(text, 3 * DAY) == [
        ("day 1 00:00", 3 * DAY, "288 micrograms"),
        ("day 3 12:00", 0, "5 micrograms"),
    ]


def test_a_night_rate_runs_over_midnight_and_begins_the_first_day():
    text = "pump 96 mcg/day 06:00-22:00, 192 mcg/day 22:00-06:00"

    assert given(text, 2 * DAY) == [
        ("day 1 00:00", 6 * 60, "48 micrograms"),
        ("day 1 06:00", 16 * 60, "64 micrograms"),
        ("day 1 22:00", 8 * 60, "64 micrograms"),
        ("day 2 06:00", 16 * 60, "64 micrograms"),
        ("day 2 22:00", 2 * 60, "16 micrograms"),
    ]
    assert parse(text).daily_mass(1)[1] == mcg(128)
    assert parse(text).pump.steps[0].mass_a_day == mcg(128)


def test_a_pump_that_rests_at_night_gives_nothing_then():
    text = "pump 96 mcg/day 06:00-22:00, 0 mcg/day 22:00-06:00"

    assert given(text, 2 * DAY) == [
        ("day 1 06:00", 16 * 60, "64 micrograms"),
        ("day 2 06:00", 16 * 60, "64 micrograms"),
    ]


def test_test_doses_and_both_routes_come_in_order_of_time():
    text = "10 mg at 08:00 + pump 24 mcg/day + test dose 50 mcg at 08:00"

    assert given(text, DAY) == [
        ("day 1 00:00", DAY, "24 micrograms"),
        ("day 1 08:00", 0, "10 mg"),
        ("day 1 08:00", 0, "50 micrograms"),
    ]
    assert parse(text).daily_mass(1) == (mg(10), mcg(74))
    assert parse(text).daily_mass(2) == (mg(10), mcg(24))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("10 mg x3", None),
        ("10 mg x3 for 7 days", 7),
        ("10 mg x3 for 7 days + pump 9 mcg/day for 9 days", 9),
        ("10 mg x3 for 7 days + pump 9 mcg/day", None),
        ("10 mg x3 for 1 day + test dose 50 mcg on day 3", 3),
        ("test dose 50 mcg", 1),
        ("10 mg x3 for 7 days, stopped day 2 08:00", 7),
    ],
)
def test_how_long_a_regimen_is_planned(text, days):
    assert parse(text).duration_days == days


def test_a_missed_dose_is_not_given():
    regimen = parse("10 mg x3").missing(2 * DAY + 14 * 60)

    assert regimen == parse("10 mg x3, missed day 3 14:00")
    assert regimen.daily_mass(3)[0] == mg(20)
    assert regimen.daily_mass(2)[0] == regimen.daily_mass(4)[0] == mg(30)


def test_several_doses_can_be_missed_at_once_in_any_order():
    regimen = parse("10 mg x3")

    assert regimen.missing(DAY + EIGHT, EIGHT) == regimen.missing(EIGHT).missing(DAY + EIGHT)
    assert regimen.missing() == regimen


def test_a_doubled_dose_is_one_dose_of_twice_the_amount():
    assert given("10 mg at 08:00, doubled day 1 08:00", DAY) == [("day 1 08:00", 0, "20 mg")]


def test_only_the_swallowed_dose_is_missed_when_the_pump_gives_a_bolus_too():
    text = "10 mg at 08:00 + pump off, bolus 5 mcg at 08:00"

    assert [how for _, _, how in given(f"{text}, missed day 1 08:00", DAY)] == ["5 micrograms"]


def test_a_stop_cuts_the_rate_and_ends_the_doses_of_its_minute():
    text = "10 mg at 08:00 + pump 96 mcg/day, bolus 5 mcg at 08:00 + test dose 50 mcg on day 3"

    assert given(f"{text}, stopped day 2 08:00", 9 * DAY) == [
        ("day 1 00:00", DAY + EIGHT, "128 micrograms"),
        ("day 1 08:00", 0, "10 mg"),
        ("day 1 08:00", 0, "5 micrograms"),
    ]


def test_a_stop_of_one_route_leaves_the_other():
    regimen = parse("10 mg at 08:00 + pump 96 mcg/day")

    assert regimen.stopping(DAY, route=Route.ORAL).daily_mass(2) == (ZERO, mcg(96))
    assert regimen.stopping(DAY, route=Route.INTRATHECAL).daily_mass(2) == (mg(10), ZERO)
    assert regimen.stopping(DAY).daily_mass(2) == (ZERO, ZERO)


def test_both_routes_may_stop_at_different_times():
    regimen = parse("10 mg at 08:00 + pump 96 mcg/day").stopping(DAY, route=Route.ORAL)

    assert regimen.stopping(2 * DAY, route=Route.INTRATHECAL).daily_mass(2) == (ZERO, mcg(96))


def test_a_missed_time_that_matches_no_dose_names_the_nearest():
    with pytest.raises(InputError) as caught:
        parse("10 mg x3").missing(2 * DAY + 15 * 60)

    assert caught.value.hint == "the nearest: day 3 14:00 or day 3 20:00"


@pytest.mark.parametrize("at_min", [-1, 1.5, True, None, "480", 3650 * DAY + 1])
def test_a_change_is_at_a_whole_minute_of_the_plan(at_min):
    with pytest.raises(InputError, match="cannot be at minute"):
        parse("10 mg x3").stopping(at_min)


@pytest.mark.parametrize(
    ("make", "fragment"),
    [
        (lambda: Change(0, "missed"), "There is no change"),
        (lambda: Change(0, ChangeKind.STOPPED, "oral"), "There is no route"),
        (lambda: Change(0, ChangeKind.MISSED, Route.ORAL), "does not name its route"),
        (lambda: Dose(10, Route.ORAL, Formulation.TABLET), "A dose cannot be 10"),
        (lambda: Dose(ZERO, Route.INTRATHECAL), "A dose of nothing"),
        (lambda: Dose(mg(10), "oral"), "There is no route 'oral'"),
        (lambda: Dose(mg(10), Route.ORAL), "does not say what is swallowed"),
        (lambda: Dose(mg(10), Route.ORAL, "tablet"), "does not say what is swallowed"),
        (lambda: Dose(mcg(5), Route.INTRATHECAL, Formulation.TABLET), "is not swallowed"),
        (lambda: Administration(1.5, TABLET), "cannot start at 1.5"),
        (lambda: Administration(0, TABLET, True), "last True"),
        (lambda: Administration(0, BOLUS, -1), "cannot last -1 minutes"),
        (lambda: Administration(0, TABLET, 5), "does not run over time"),
        (lambda: Administration(0, BOLUS, 0, True), "does not go with food"),
        (lambda: OralStep([(480, mg(5))]), "The dose times cannot be"),
        (lambda: OralStep(((480, 5),)), "The dose times cannot be"),
        (lambda: OralStep(((480, mg(5), 1),)), "The dose times cannot be"),
        (lambda: OralStep(((480.0, mg(5)),)), "cannot be at minute 480.0"),
        (lambda: OralStep(((DAY, mg(5)),)), "cannot be at minute 1440"),
        (lambda: OralStep(((-1, mg(5)),)), "cannot be at minute -1"),
        (lambda: OralStep(((480, ZERO),)), "A dose of nothing is no dose"),
        (lambda: OralStep(((480, mg(10001)),)), "more than anyone is given"),
        (lambda: OralStep(((480, mg(5)), (480, mg(5)))), "is there twice"),
        (lambda: OralStep(((480, mg(5)), (479, mg(5)))), "08:00"),
        (lambda: OralStep((), days=0), "cannot last 0 days"),
        (lambda: OralStep((), days=3651), "cannot last 3651 days"),
        (lambda: OralStep((), days=1.5), "cannot last 1.5 days"),
        (lambda: OralStep(((480, mg(5)),), every_days=0), "every 0 days"),
        (lambda: OralStep((), every_days=2), "has no rhythm"),
        (lambda: OralRegimen(()), "There is no step"),
        (lambda: OralRegimen([OralStep(())]), "The steps cannot be"),
        (lambda: OralRegimen((OralStep(()), OralStep(()))), "Step 1 has no end"),
        (lambda: OralRegimen((OralStep(()),), "tablet"), "There is no formulation"),
        (lambda: PumpStep(()), "has no rate"),
        (lambda: PumpStep(((60, mcg(5)),)), "A single rate cannot begin at 01:00"),
        (lambda: PumpStep(((0, mcg(5)),), ((60, ZERO),)), "A bolus of nothing"),
        (lambda: PumpProgram((OralStep(()),)), "The steps cannot be"),
        (lambda: Regimen(), "The regimen gives nothing"),
        (lambda: Regimen(oral=PumpProgram((PumpStep(((0, mcg(5)),)),))), "is no part"),
        (lambda: Regimen(pump="pump 5 mcg/day"), "is no part"),
        (lambda: Regimen(tests=[Administration(0, BOLUS)]), "The test doses cannot be"),
        (lambda: Regimen(tests=(BOLUS,)), "The test doses cannot be"),
        (lambda: Regimen(tests=(Administration(0, TABLET),)), "A test dose cannot be 10 mg"),
        (lambda: Regimen(tests=(Administration(0, BOLUS, 5),)), "A test dose cannot be"),
        (lambda: Regimen(tests=(Administration(-1, BOLUS),)), "cannot be at minute -1"),
        (lambda: Regimen(tests=(Administration(0, BOLUS),) * 2), "does not come after"),
        (
            lambda: Regimen(tests=tuple(Administration(n, BOLUS) for n in range(49))),
            "49 test doses",
        ),
        (
            lambda: Regimen(tests=(Administration(0, Dose(mg(10001), Route.INTRATHECAL)),)),
            "more than anyone is given",
        ),
        (lambda: parse("10 mg x3").administrations(-1), "until minute -1"),
        (lambda: parse("10 mg x3").administrations(1.5), "until minute 1.5"),
        (lambda: parse("10 mg x3").daily_mass(0), "There is no day 0"),
        (lambda: replace(parse("10 mg x3"), changes=[]), "The changes cannot be"),
        (
            lambda: replace(
                parse("10 mg x3"),
                changes=(
                    Change(DAY + EIGHT, ChangeKind.MISSED),
                    Change(EIGHT, ChangeKind.MISSED),
                ),
            ),
            "comes after the one",
        ),
    ],
)
def test_what_cannot_be_is_refused(make, fragment):
    with pytest.raises(InputError) as caught:
        make()

    assert fragment in str(caught.value)


def test_an_administration_before_day_one_is_a_fact_like_any_other():
    assert Administration(-60, TABLET).end_min == -60


@pytest.mark.parametrize("value", [parse("10 mg x3"), TABLET, Administration(0, TABLET)])
def test_values_are_frozen(value):
    for field in fields(value):
        with pytest.raises(FrozenInstanceError):
            setattr(value, field.name, None)


def test_clock_and_moment_are_as_people_read_them():
    assert (clock(0), clock(DAY - 1), clock(DAY)) == ("00:00", "23:59", "24:00")
    assert moment(0) == "day 1 00:00"
    assert moment(9 * DAY + 65) == "day 10 01:05"


def test_a_dose_is_written_in_the_unit_of_its_route():
    assert TABLET.text == "10 mg"
    assert BOLUS.text == "50 micrograms"


def test_only_liquids_have_a_strength():
    strengths = {form: form.mg_per_ml for form in Formulation if form.mg_per_ml is not None}

    assert strengths == {
        Formulation.LIQUID_1: 1,
        Formulation.LIQUID_2: 2,
        Formulation.LIQUID_5: 5,
    }


def test_a_year_of_four_doses_a_day_is_all_there():
    assert len(parse("10 mg x4").administrations(365 * DAY)) == 4 * 365


def test_masses_of_a_day_are_masses():
    assert all(isinstance(mass, Mass) for mass in parse("10 mg x3").daily_mass(1))
