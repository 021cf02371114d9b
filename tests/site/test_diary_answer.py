"""The personal answer, changes of dose, and the made-up member."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
import time_machine
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from unclench_site.accounts import portable
from unclench_site.accounts.models import Person
from unclench_site.diary.answer import personal_answer, work_out
from unclench_site.diary.changes import changes, ratio
from unclench_site.diary.lived import lived
from unclench_site.diary.models import Answer, Entry, State
from unclench_site.plans.models import PlanVersion, Treatment

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
DUMMY = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def treated(owner, regimen, *, days_ago):
    begun = (NOW - timedelta(days=days_ago)).replace(hour=5, minute=0)
    Treatment.objects.create(
        owner=owner,
        regimen=regimen,
        day_one=begun.date(),
        from_at=begun,
        zone="UTC",
        recorded_at=begun,
    )


def spasms(owner, *, days_ago, count):
    entries = []
    for number in range(count or 1):
        when = (NOW - timedelta(days=days_ago)).replace(hour=7 + number, minute=0)
        entries.append(
            Entry(
                owner=owner,
                thread=uuid.uuid4(),
                key=str(uuid.uuid4()),
                kind="spasm",
                value=None if count else 0,
                zone="UTC",
                happened_at=when,
                recorded_at=when,
            )
        )
    Entry.objects.bulk_create(entries)


@pytest.fixture
def weeks(alice):
    """Two weeks on 5 mg, two on 20 mg, with fewer spasms in the second two."""
    treated(alice, "5 mg x3", days_ago=28)
    treated(alice, "20 mg x3", days_ago=14)
    for days_ago in range(1, 29):
        many = 3 if days_ago < 14 else 8
        spasms(alice, days_ago=days_ago, count=many + days_ago % 3 - 1)
    return alice


def test_a_diary_of_a_few_days_is_too_early_to_tell(alice):
    found = personal_answer(alice, at=NOW)
    assert found.headline == "Too early to tell: your diary has no whole day yet"
    for days_ago in range(1, 4):
        spasms(alice, days_ago=days_ago, count=2)
    found = personal_answer(alice, at=NOW)
    assert found.headline == "Too early to tell: 3 of 7 days are counted"
    assert not found.is_ready
    assert not Answer.objects.exists()


def test_a_page_does_not_wait_for_the_answer(weeks, settings, django_capture_on_commit_callbacks):
    settings.TASKS = DUMMY
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            found = personal_answer(weeks, at=NOW)
    assert found.working
    assert not found.is_ready
    assert Answer.objects.get().state == State.WAITING


def test_the_queue_holds_ids_only(weeks, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        personal_answer(weeks, at=NOW)
    queued = DBTaskResult.objects.get()
    assert queued.args_kwargs == {"args": [Answer.objects.get().pk], "kwargs": {}}


def test_nothing_stays_in_the_queue_of_a_person_who_is_erased(
    weeks, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        personal_answer(weeks, at=NOW)
    portable.PARTS["diary"].forget(weeks)
    assert not DBTaskResult.objects.exists()


def test_the_answer_is_worked_out_once_and_kept_until_the_diary_changes(weeks, people, read):
    personal_answer(weeks, at=NOW)
    row = Answer.objects.get()
    work_out.func(row.pk)
    found = personal_answer(weeks, at=NOW + timedelta(minutes=1))
    assert found.is_ready
    assert not found.working
    low, middle, high = found.result["after"]
    assert 0 <= low < middle < high <= 1
    assert all("row 'before'" not in sentence for sentence in found.sentences)
    # A tap of today changes nothing: the answer rests on whole days.
    spasms(weeks, days_ago=0, count=2)
    assert not personal_answer(weeks, at=NOW + timedelta(minutes=2)).working
    # One of yesterday does; the last answer stands meanwhile.
    spasms(weeks, days_ago=1, count=1)
    newer = personal_answer(weeks, at=NOW + timedelta(minutes=3))
    assert (newer.working, newer.sentences) == (True, found.sentences)
    work_out.func(Answer.objects.get(state=State.WAITING).pk)
    assert Answer.objects.get().state == State.READY
    with time_machine.travel(NOW + timedelta(minutes=4)):
        page = read(people["alice"].get("/diary/answer/"))
    assert "Do not stop, skip or change baclofen to find out more." in page.text
    assert "It rests on the days since" in page.text
    assert page.all("svg")
    assert page.all("table")


def test_an_answer_that_never_came_is_asked_for_again(
    weeks, settings, django_capture_on_commit_callbacks
):
    settings.TASKS = DUMMY
    personal_answer(weeks, at=NOW)
    with django_capture_on_commit_callbacks() as soon:
        personal_answer(weeks, at=NOW + timedelta(minutes=5))
    with django_capture_on_commit_callbacks() as later:
        personal_answer(weeks, at=NOW + timedelta(minutes=20))
    assert (len(soon), len(later)) == (0, 1)


def test_after_a_change_of_dose_both_sides_are_told_with_a_band(weeks):
    days = lived(weeks, first=(NOW - timedelta(days=28)).date(), last=NOW.date(), at=NOW)
    (change,) = changes(days)
    assert change.on == (NOW - timedelta(days=14)).date()
    assert change.before > change.after
    assert change.low < change.after / change.before < change.high < 1
    assert "fewer" in change.words
    assert "this cannot say that the dose did it" in change.words


def test_a_change_with_few_counted_days_is_too_early_to_tell(alice):
    treated(alice, "5 mg x3", days_ago=20)
    treated(alice, "10 mg x3", days_ago=4)
    for days_ago in range(1, 15):
        spasms(alice, days_ago=days_ago, count=4)
    days = lived(alice, first=(NOW - timedelta(days=20)).date(), last=NOW.date(), at=NOW)
    (change,) = changes(days)
    assert not change.is_told
    assert change.words.startswith("Too early to tell")


def test_the_band_of_a_change_holds_no_change_as_often_as_it_says():
    """Of weeks that are alike, nine of ten bands hold a ratio of one."""
    draw = np.random.default_rng(7)
    held = 0
    for _ in range(400):
        busy = draw.gamma(5, 1 / 5, size=24)
        counts = draw.poisson(6 * busy).tolist()
        low, high = ratio(counts[:12], counts[12:])
        held += low <= 1 <= high
    assert 0.86 <= held / 400 <= 0.96


@pytest.mark.django_db
def test_the_demonstration_is_made_once_and_taken_away_whole():
    with time_machine.travel(NOW, tick=False):
        call_command("demonstrate", stdout=io.StringIO())
        member = Person.objects.get(name="demonstration")
        first = list(Entry.objects.order_by("key").values_list("key", "happened_at", "value"))
        call_command("demonstrate", stdout=io.StringIO())
    assert list(Entry.objects.order_by("key").values_list("key", "happened_at", "value")) == first
    days = {entry.local.date() for entry in Entry.objects.select_related("owner")}
    assert len(days) >= 85
    assert not Entry.objects.filter(happened_at__gt=NOW).exists()
    assert member.grants_given.count() == 5
    version = PlanVersion.objects.get(plan__owner=member)
    assert version.signed_by.name == "demonstration clinician"
    assert version.marks.get().kind == "follow"
    call_command("demonstrate", "--remove", stdout=io.StringIO())
    assert not Person.objects.filter(name__startswith="demonstration").exists()
    assert not Entry.objects.exists()


def test_amounts_of_the_made_up_diary_are_those_of_the_treatment(db):
    with time_machine.travel(NOW, tick=False):
        call_command("demonstrate", stdout=io.StringIO())
    amounts = set(
        Entry.objects.filter(kind="dose-taken").values_list("amount_mcg", flat=True).distinct()
    )
    assert amounts == {Decimal(5_000), Decimal(10_000), Decimal(20_000)}
