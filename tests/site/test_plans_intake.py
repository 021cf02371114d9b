"""What the rooms above ask: doses due on the wall's clock, the person, the pump."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tests.site.plan_people import takes
from unclench.patient import Condition, Patient, TimeOfDay
from unclench.regimen import Route
from unclench_site.plans.intake import (
    due_doses,
    health_details,
    patient_of,
    pump_of,
    treatment_at,
    treatments_between,
)
from unclench_site.plans.models import HealthDetails, PumpDetails, Treatment

LONDON = ZoneInfo("Europe/London")
JANUARY = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def londoner(alice):
    """Alice, whose wall shows London's time."""
    alice.time_zone = "Europe/London"
    alice.save()
    return alice


def walls(doses):
    return [f"{dose.at:%d %H:%M}" for dose in doses]


def day(year, month, number):
    """One day on the wall, from midnight to midnight."""
    start = datetime(year, month, number, tzinfo=LONDON)
    return {"start": start, "end": datetime(year, month, number, tzinfo=LONDON) + timedelta(days=1)}


def test_a_dose_says_what_it_is_when_and_by_which_way(londoner):
    takes(londoner, "liquid 5 mg/mL: 2 mL at 08:00 with food", since=JANUARY)
    (dose,) = due_doses(londoner, **day(2027, 1, 4))
    assert dose.words == "2 mL (10 mg) liquid with food"
    assert (dose.amount_mcg, dose.route) == (Decimal(10_000), Route.ORAL)
    assert dose.at == datetime(2027, 1, 4, 8, tzinfo=LONDON)


def test_eight_stays_eight_on_the_wall_when_the_clocks_change(londoner):
    takes(londoner, "10 mg at 08:00, 20:00", since=JANUARY)
    for number in (27, 28, 29):
        due = due_doses(londoner, **day(2027, 3, number))
        assert walls(due) == [f"{number} 08:00", f"{number} 20:00"]
    before, after = (
        due_doses(londoner, **day(2027, 3, number))[0].at.astimezone(UTC).hour
        for number in (27, 28)
    )
    assert (before, after) == (8, 7)


def test_a_time_that_spring_jumps_over_is_due_once_right_after_the_jump(londoner):
    takes(londoner, "5 mg at 01:30, 08:00", since=JANUARY)
    due = due_doses(londoner, **day(2027, 3, 28))
    assert walls(due) == ["28 02:30", "28 08:00"]
    assert [dose.key for dose in due] == ["oral:2027-03-28T01:30", "oral:2027-03-28T08:00"]


def test_a_time_that_autumn_shows_twice_is_due_once(londoner):
    takes(londoner, "5 mg at 01:30, 08:00", since=JANUARY)
    start = datetime(2027, 10, 31, tzinfo=LONDON)
    due = due_doses(londoner, start=start, end=start + timedelta(days=1))
    assert walls(due) == ["31 01:30", "31 08:00"]
    assert due[0].at.astimezone(UTC) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("start", [date(2027, 3, 27), date(2027, 10, 30)])
def test_days_asked_one_by_one_give_what_is_asked_at_once(start, londoner):
    takes(londoner, "5 mg at 00:30, 01:30, 23:30", since=JANUARY)
    midnights = [
        datetime(start.year, start.month, start.day, tzinfo=UTC) + timedelta(hours=hours)
        for hours in range(0, 73, 1)
    ]
    hours = [
        dose.key
        for since, until in pairwise(midnights)
        for dose in due_doses(londoner, start=since, end=until)
    ]
    whole = due_doses(londoner, start=midnights[0], end=midnights[-1])
    assert hours == [dose.key for dose in whole]
    assert len(set(hours)) == len(hours) >= 8


def test_the_same_dose_has_the_same_key_on_every_call_and_after_a_correction(londoner):
    old = takes(londoner, "10 mg at 08:00", since=JANUARY)
    first = due_doses(londoner, **day(2027, 1, 4))
    assert first == due_doses(londoner, **day(2027, 1, 4))
    takes(londoner, "15 mg at 08:00", since=JANUARY, replaces=old)
    (corrected,) = due_doses(londoner, **day(2027, 1, 4))
    assert corrected.key == first[0].key
    assert corrected.amount_mcg == 15_000


def test_a_version_holds_until_the_minute_at_which_the_next_begins(londoner):
    takes(londoner, "10 mg at 08:00, 14:00, 20:00", since=JANUARY)
    noon = datetime(2027, 1, 4, 14, tzinfo=UTC)
    takes(londoner, "5 mg at 08:00, 14:00, 20:00", since=noon)
    due = due_doses(londoner, **day(2027, 1, 4))
    assert [dose.amount_mcg for dose in due] == [10_000, 5_000, 5_000]
    assert treatment_at(londoner, at=noon - timedelta(minutes=1)).regimen.startswith("10 mg")
    assert treatment_at(londoner, at=noon).regimen.startswith("5 mg")


def test_steps_are_counted_on_the_members_calendar(londoner):
    takes(londoner, "5 mg at 08:00 for 3 days then 10 mg at 08:00", since=JANUARY)
    amounts = [
        due_doses(londoner, **day(2027, 1, number))[0].amount_mcg for number in (1, 3, 4, 30)
    ]
    assert amounts == [5_000, 5_000, 10_000, 10_000]


def test_nothing_is_due_before_it_is_said_or_after_it_ended_or_from_a_pump(londoner):
    takes(londoner, "10 mg at 08:00", since=JANUARY)
    takes(londoner, "", since=datetime(2027, 1, 10, tzinfo=UTC))
    takes(londoner, "pump 100 micrograms/day", since=datetime(2027, 1, 20, tzinfo=UTC))
    assert due_doses(londoner, **day(2026, 12, 31)) == ()
    assert len(due_doses(londoner, **day(2027, 1, 9))) == 1
    assert due_doses(londoner, **day(2027, 1, 10)) == ()
    assert due_doses(londoner, **day(2027, 1, 21)) == ()
    assert treatment_at(londoner, at=datetime(2027, 1, 11, tzinfo=UTC)) is None


def test_a_version_that_was_corrected_never_held(londoner):
    old = takes(londoner, "10 mg at 08:00", since=JANUARY)
    takes(londoner, "5 mg at 08:00", since=JANUARY + timedelta(days=2), replaces=old)
    assert due_doses(londoner, **day(2027, 1, 2)) == ()
    assert due_doses(londoner, **day(2027, 1, 4))[0].amount_mcg == 5_000


def test_the_versions_of_a_time_are_those_that_held_in_it(londoner):
    first = takes(londoner, "10 mg at 08:00", since=JANUARY)
    second = takes(londoner, "5 mg at 08:00", since=JANUARY + timedelta(days=10))
    takes(londoner, "", since=JANUARY + timedelta(days=20))

    def held(start: int, end: int) -> list[Treatment]:
        since, until = JANUARY + timedelta(days=start), JANUARY + timedelta(days=end)
        return treatments_between(londoner, start=since, end=until)

    assert held(-5, 0) == []
    assert held(0, 10) == [first]
    assert held(9, 11) == [first, second]
    assert held(15, 40) == [second]
    assert held(20, 40) == []


def test_a_year_of_doses_costs_one_query(londoner, django_assert_num_queries):
    for number in range(12):
        takes(londoner, "10 mg x3", since=JANUARY + timedelta(days=30 * number))
    with django_assert_num_queries(1):
        due = due_doses(londoner, start=JANUARY, end=JANUARY + timedelta(days=365))
    assert len(due) == 3 * 365


def test_two_people_do_not_share_doses(alice, bob):
    takes(alice, "10 mg at 08:00", since=JANUARY)
    assert due_doses(bob, start=JANUARY, end=JANUARY + timedelta(days=3)) == ()


def test_somebody_who_told_nothing_is_the_usual_person(alice):
    assert health_details(alice) is None
    assert patient_of(alice, at=JANUARY) == Patient()


def test_what_was_told_reaches_the_rules_and_says_that_it_was_told(
    alice, django_assert_num_queries
):
    takes(alice, "10 mg at 08:00", since=JANUARY, medicines=["tizanidine"])
    HealthDetails.objects.create(
        owner=alice,
        recorded_at=JANUARY,
        birth_year=1967,
        kidney_value=42,
        kidney_kind="egfr",
        kidney_on=date(2026, 12, 1),
        conditions=["seizures"],
        worst_time="night",
        since_on=date(2026, 12, 25),
    )
    with django_assert_num_queries(2):
        patient = patient_of(alice, at=JANUARY + timedelta(days=7))
    assert patient == Patient(
        age_years=60,
        crcl_ml_per_min=42,
        conditions=frozenset({Condition.SEIZURES}),
        worst_time=TimeOfDay.NIGHT,
        medications=("tizanidine",),
        weeks_on_baclofen=2,
    )
    assert health_details(alice).known == {
        "age_years",
        "crcl_ml_per_min",
        "worst_time",
        "weeks_on_baclofen",
    }


def told_pump(owner, **more):
    usual = {
        "mcg_per_ml": 500,
        "reservoir_ml": 40,
        "alarm_ml": 2,
        "tubing_ml": Decimal("0.2"),
        "catheter_ml": Decimal("0.2"),
        "filled_on": date(2027, 1, 1),
        "filled_ml": 40,
    }
    PumpDetails.objects.create(owner=owner, recorded_at=JANUARY, **usual | more)


def test_no_pump_is_told_where_there_is_none(alice):
    assert pump_of(alice) is None
    told_pump(alice, is_removed=True)
    assert pump_of(alice) is None


def test_the_refill_is_due_by_the_largest_dose_since_the_filling(alice, django_assert_num_queries):
    takes(alice, "pump 900 micrograms/day", since=JANUARY - timedelta(days=90))
    takes(alice, "pump 200 micrograms/day", since=JANUARY - timedelta(days=30))
    told_pump(alice)
    with django_assert_num_queries(2):
        found = pump_of(alice)
    assert found.refill_due_on == date(2027, 1, 1) + timedelta(days=82)
    takes(alice, "pump 400 micrograms/day", since=JANUARY + timedelta(days=10))
    assert pump_of(alice).refill_due_on == date(2027, 1, 1) + timedelta(days=41)


def test_a_slow_pump_is_due_when_the_drug_is_old(alice):
    takes(alice, "pump 50 micrograms/day", since=JANUARY)
    told_pump(alice)
    found = pump_of(alice)
    assert found.refill.limit == "drug life"
    assert found.refill_due_on == date(2027, 1, 1) + timedelta(days=180)


def test_without_a_dose_or_a_filling_no_day_is_made_up(alice):
    told_pump(alice)
    assert pump_of(alice).refill_due_on is None
    takes(alice, "pump 200 micrograms/day", since=JANUARY)
    told_pump(alice, filled_on=None, filled_ml=None)
    assert pump_of(alice).refill_due_on is None


def test_the_end_of_service_is_that_of_the_rules(alice):
    told_pump(alice, implanted_on=date(2020, 3, 15), clinic_phone="0123")
    found = pump_of(alice)
    assert found.end_of_service_on == date(2027, 3, 15)
    assert found.clinic_phone == "0123"
    assert found.concentration == "500 micrograms in each mL"
