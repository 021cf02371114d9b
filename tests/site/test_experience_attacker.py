"""An attacker who joins, leaves and compares weeks, and one planted member whom they are after."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from unclench.errors import InputError
from unclench_site.accounts.erasing import erase
from unclench_site.accounts.models import Consent, Person, Purpose, Role
from unclench_site.experience.demonstration import demonstrate
from unclench_site.experience.freezing import freeze
from unclench_site.experience.models import Place, Report, Snapshot, Standing
from unclench_site.experience.reporting import agree, report, withdraw

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(weeks=1)
COMMON = {"side_effects": ["drowsiness"], "again": "yes", "effects": {"spasms": "much"}}
SECRET = {"side_effects": ["sexual", "mood"], "again": "no", "effects": {"pain": "worse"}}
ANSWERS = [COMMON, {**COMMON, "again": "no"}, {**SECRET, "again": "yes"}]


def arrive(how_many, *, at, start=0, said=None, age=timedelta(days=60)):
    """People with reports who agreed to be counted, their accounts so old."""
    people = Person.objects.bulk_create(
        Person(name=f"person {start + i}", password="!x", joined_at=at - age)
        for i in range(how_many)
    )
    Consent.objects.bulk_create(
        Consent(person=one, purpose=Purpose.COUNT, given=True, at=at) for one in people
    )
    Report.objects.bulk_create(
        Report(
            owner=one,
            way="oral",
            recorded_at=at,
            started_on=date(2025, 1, 1),
            **(said or ANSWERS[i % 3]),
        )
        for i, one in enumerate(people)
    )
    return people


def week(number):
    """The published figures of a week."""
    return freeze(at=START + number * WEEK)[0].content["ways"]


def counted():
    return set(Place.objects.filter(standing=Standing.COUNTED).values_list("owner", flat=True))


@pytest.fixture
def village(db):
    """Ninety people in the figures of the first week."""
    people = arrive(90, at=START - timedelta(days=1))
    assert week(0)["oral"]["people"] == 80
    return people


def test_a_newcomer_alone_changes_nothing(village):
    before = week(1)
    arrive(1, at=START + WEEK, start=900, said=SECRET)
    assert week(2) == before
    assert week(3) == before


def test_whatever_a_newcomer_answers_the_page_is_the_same(village):
    """Eight accounts of the attacker's own and the target are nine newcomers, who all wait."""
    arrive(8, at=START + WEEK, start=800)
    arrive(1, at=START + WEEK, start=900, said=SECRET)
    assert week(1) == week(0)


def test_ten_newcomers_bring_at_least_ten_others_in_or_out(village):
    before = counted()
    own = {one.pk for one in arrive(9, at=START + WEEK, start=800)}
    target = arrive(1, at=START + WEEK, start=900, said=SECRET)[0]
    week(1)
    others = (before ^ counted()) - own - {target.pk}
    assert len(others) >= 10


def test_one_who_leaves_goes_with_nine_others(village):
    before = counted()
    target = Person.objects.get(pk=min(before))
    withdraw(target, "oral", by=target, at=START + WEEK)
    week(1)
    gone = before - counted()
    assert target.pk in gone
    assert len(gone) == 10
    assert counted() < before


def test_one_who_is_erased_goes_with_nine_others(village):
    before = counted()
    target = Person.objects.get(pk=min(before))
    name = target.pk
    erase(target)
    week(1)
    assert name not in counted()
    assert len(before - counted()) == 10


def test_consent_taken_back_holds_from_the_next_week_on(village):
    for number, person in enumerate(sorted(counted())[:4], start=1):
        agree(Person.objects.get(pk=person), given=False, at=START + number * WEEK)
        week(number)
        assert person not in counted()


def test_a_switch_that_goes_on_and_off_moves_the_figures_once(village):
    """The attacker's own account, flipped each week, would else draw a new lot each week."""
    own = Person.objects.get(pk=min(counted()))
    shown = []
    for number in range(1, 11):
        agree(own, given=number % 2 == 0, at=START + number * WEEK)
        shown.append(week(number))
    assert all(one == shown[0] for one in shown)


def test_a_report_that_changes_each_week_moves_nothing(village):
    own = Person.objects.get(pk=min(counted()))
    shown = []
    for number in range(1, 6):
        said = COMMON if number % 2 else SECRET
        at = START + number * WEEK
        report(owner=own, by=own, at=at, way="oral", started_on=date(2025, 1, 1), **said)
        shown.append(week(number))
    assert all(one == shown[0] for one in shown)


def test_accounts_made_for_the_attack_are_too_young_to_count(village):
    arrive(30, at=START + WEEK, start=800, age=timedelta(days=3))
    assert week(1) == week(0)
    assert week(4) == week(0)
    assert week(5) != week(0)


def test_weeks_without_change_are_the_same_to_the_letter(village):
    first = week(0)
    assert [week(number) for number in range(1, 30)] == [first] * 29
    assert Snapshot.objects.count() == 30


def test_no_address_asks_for_a_part_of_the_people(village, client):
    whole = client.get("/experience/").context["page"]
    for query in ("?way=oral", "?goal=pain", "?dose=20", "?since=2026-01-01", "?again=no"):
        assert client.get(f"/experience/{query}").context["page"] == whole


def test_a_treatment_does_not_count_twice(village):
    before = counted()
    close = arrive(12, at=START + WEEK, start=800)
    Person.objects.filter(pk__in=[one.pk for one in close]).update(role=Role.LOVED_ONE)
    assert week(1) == week(0)
    assert counted() == before


def test_a_made_up_community_never_mixes_with_figures_of_people(village):
    with pytest.raises(InputError, match="figures of real people"):
        demonstrate(7, at=START)
    assert Snapshot.objects.count() == 1


def test_the_reasons_of_stopping_do_not_tell_how_many_go_on(db):
    arrive(60, at=START - timedelta(days=1))
    stopped = Report.objects.values_list("pk", flat=True)[:56]
    for one in list(Report.objects.filter(pk__in=list(stopped))):
        said = {**COMMON, "stopped_on": date(2025, 6, 1), "reason": "unwanted"}
        report(
            owner=one.owner, by=one.owner, at=START, way="oral", started_on=one.started_on, **said
        )
    oral = week(0)["oral"]
    assert oral["stopped"] is None
    assert oral["reasons"] is None


def cells(document):
    """Every figure of a published document."""
    if isinstance(document, dict):
        if "count" in document:
            yield document
        for part in document.values():
            yield from cells(part)
    elif isinstance(document, list):
        for part in document:
            yield from cells(part)


@pytest.mark.parametrize("people", [19, 20, 24, 37, 60, 111])
def test_no_cell_is_of_fewer_than_ten_people(db, people):
    arrive(people, at=START - timedelta(days=1))
    oral = week(0)["oral"]
    assert (oral is None) == (people < 20)
    for cell in cells(oral):
        assert cell["count"] >= 10
        assert cell["people"] - cell["count"] >= 10 or cell["count"] == cell["people"]
        assert cell["count"] % 5 == cell["people"] % 5 == 0
