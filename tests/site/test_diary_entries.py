"""The diary's book: it only grows, a key is one entry, an intake stands once, days are days."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unclench.errors import InputError
from unclench_site.accounts import portable
from unclench_site.accounts.models import AuditEntry
from unclench_site.diary.days import Which, on_the_wall
from unclench_site.diary.kinds import Kind
from unclench_site.diary.lived import lived
from unclench_site.diary.models import Entry, correct, put_back, record, undo
from unclench_site.diary.saying import clock_words
from unclench_site.diary.summary import adherence, side_effects, spasms_by_hour, spasms_by_week
from unclench_site.diary.today import dose_rows
from unclench_site.plans.models import Treatment

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
TEN_MG = Decimal(10_000)
LONDON = ZoneInfo("Europe/London")


def key() -> str:
    return str(uuid.uuid4())


def logged(owner, kind=Kind.SPASM, *, at=NOW, **fields):
    fields = {"key": key(), **fields}
    return record(owner=owner, by=owner, at=at, kind=kind, **fields)[0]


def treated(owner, regimen="10 mg at 08:00, 14:00, 20:00", *, since=30):
    begun = NOW - timedelta(days=since)
    return Treatment.objects.create(
        owner=owner,
        regimen=regimen,
        day_one=begun.astimezone(owner.zone).date(),
        from_at=begun,
        zone=owner.time_zone,
        recorded_at=begun,
    )


# One tap is one entry.


def test_the_same_key_twice_is_one_entry(alice):
    same = key()
    first = record(owner=alice, by=alice, at=NOW, key=same, kind="spasm")
    again = record(owner=alice, by=alice, at=NOW + timedelta(hours=1), key=same, kind="spasm")
    assert (first[1], again[1]) == (True, False)
    assert first[0].pk == again[0].pk
    assert Entry.objects.get().recorded_at == NOW


def test_two_people_may_have_the_same_key(alice, bob):
    same = key()
    for person in (alice, bob):
        assert record(owner=person, by=person, at=NOW, key=same, kind="spasm")[1]


def test_nobody_logs_for_somebody_else(alice, dana):
    with pytest.raises(PermissionDenied):
        record(owner=alice, by=dana, at=NOW, key=key(), kind="spasm")
    entry = logged(alice)
    for change in (undo, put_back, correct):
        with pytest.raises(PermissionDenied):
            change(entry, by=dana, at=NOW, key=key())


def test_each_entry_is_noted_in_the_trail(alice):
    undo(logged(alice), by=alice, at=NOW, key=key())
    assert list(AuditEntry.objects.values_list("action", "what")) == [("write", "diary")] * 2


def test_an_entry_that_cannot_be_leaves_nothing_behind(alice):
    with pytest.raises(InputError, match="still to come"):
        logged(alice, happened_at=NOW + timedelta(hours=1))
    with pytest.raises(InputError, match="not a time zone"):
        logged(alice, zone="Mars/Olympus")
    with pytest.raises(InputError, match="key"):
        logged(alice, key="short")
    assert not Entry.objects.exists()
    assert not AuditEntry.objects.exists()


taps = st.lists(
    st.tuples(
        st.integers(0, 7),  # which key
        st.sampled_from(["spasm", "weakness", "dose-a", "dose-b", "skip-a"]),
        st.integers(0, 300),  # minutes ago
    ),
    max_size=10,
    unique_by=lambda tap: tap[0],
)


@given(taps, st.randoms(use_true_random=False))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_taps_may_come_in_any_order_and_any_number_of_times(alice, made, chance):
    """What stands is the same; of one intake exactly one entry stands, whichever came first."""

    def written(order) -> tuple[set[str], set[str]]:
        Entry.objects.filter(owner=alice).delete()
        for number, what, minutes in order:
            kind, _, dose = what.partition("-")
            is_dose = bool(dose)
            record(
                owner=alice,
                by=alice,
                at=NOW,
                key=f"tap-number-{number}",
                kind={"dose": "dose-taken", "skip": "dose-skipped"}.get(kind, kind),
                happened_at=NOW - timedelta(minutes=minutes),
                amount_mcg=TEN_MG if is_dose else None,
                due_key=f"oral:{dose}" if is_dose else "",
            )
        stands = Entry.objects.filter(owner=alice).standing()
        loose = {one.key for one in stands if not one.due_key}
        intakes = [one.due_key for one in stands if one.due_key]
        assert len(intakes) == len(set(intakes))
        return loose, set(intakes)

    shuffled = [*made, *made]
    chance.shuffle(shuffled)
    assert written(shuffled) == written(made)
    assert Entry.objects.filter(owner=alice).count() == len(made)


# Nothing is changed, nothing is replaced twice.


def test_a_correction_is_a_new_entry_and_the_old_one_stays(alice):
    entry = logged(alice, value=1)
    new, made = correct(entry, by=alice, at=NOW, key=key(), value=3)
    assert made
    assert (new.replaces, new.thread) == (entry, entry.thread)
    entry.refresh_from_db()
    assert entry.value == 1
    assert Entry.objects.standing().get() == new


def test_a_correction_of_an_old_version_replaces_the_last(alice):
    entry = logged(alice, value=1)
    correct(entry, by=alice, at=NOW, key=key(), value=2)
    correct(entry, by=alice, at=NOW, key=key(), value=3)
    assert [one.value for one in Entry.objects.order_by("id")] == [1, 2, 3]
    assert Entry.objects.standing().get().value == 3


def test_an_undo_and_a_correction_are_idempotent(alice):
    entry, same = logged(alice, value=1), key()
    for _ in range(3):
        undo(entry, by=alice, at=NOW, key=same)
    assert Entry.objects.count() == 2
    assert not Entry.objects.standing().exists()


def test_a_spasm_cannot_be_made_a_dose(alice):
    with pytest.raises(InputError, match="another thing"):
        correct(logged(alice), by=alice, at=NOW, key=key(), kind="dose-taken", amount_mcg=TEN_MG)
    with pytest.raises(InputError, match="another owner"):
        correct(logged(alice), by=alice, at=NOW, key=key(), owner=alice)


def test_the_database_refuses_what_the_code_would_not_do(alice):
    entry = logged(alice)
    other = {
        "owner": alice,
        "kind": "spasm",
        "happened_at": NOW,
        "recorded_at": NOW,
        "zone": "UTC",
        "thread": entry.thread,
    }
    correct(entry, by=alice, at=NOW, key=key(), value=1)
    for wrong in (
        {"key": entry.key},
        {"key": key(), "replaces": entry},
        {"key": key(), "value": 11},
        {"key": key(), "amount_mcg": TEN_MG},
        {"key": key(), "due_key": "oral:x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.create(**other | wrong)


# An intake stands once.


def test_an_intake_that_was_undone_can_be_logged_again(alice):
    due = {"amount_mcg": TEN_MG, "due_key": "oral:2026-11-20T08:00"}
    first = logged(alice, Kind.DOSE_TAKEN, **due)
    undo(first, by=alice, at=NOW, key=key())
    again = logged(alice, Kind.DOSE_SKIPPED, **due)
    assert again.thread == first.thread
    assert Entry.objects.standing().get() == again


def test_a_late_echo_of_a_second_device_does_not_take_an_undone_dose_again(alice):
    due = {"amount_mcg": TEN_MG, "due_key": "oral:2026-11-20T08:00"}
    first, echo = logged(alice, Kind.DOSE_TAKEN, **due), key()
    assert logged(alice, Kind.DOSE_TAKEN, key=echo, **due).same_as == first
    undo(first, by=alice, at=NOW, key=key())
    logged(alice, Kind.DOSE_TAKEN, key=echo, **due)
    assert not Entry.objects.standing().exists()


# Days and clocks.


def test_a_day_of_23_hours_and_one_of_25_keep_their_clock_times(alice):
    alice.time_zone = "Europe/London"
    alice.save()
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
        now = on_the_wall(day, time(23, 30), zone=LONDON)
        begun = now - timedelta(days=9)
        Treatment.objects.filter(owner=alice).delete()
        Treatment.objects.create(
            owner=alice,
            regimen="10 mg at 08:00",
            day_one=begun.date(),
            from_at=begun,
            zone="Europe/London",
            recorded_at=begun,
        )
        days = lived(alice, first=day, last=day, at=now)
        (row,) = dose_rows(days, at=now)
        assert f"{row.dose.at:%H:%M}" == "08:00"
        assert days.taken == ((8 * 60, TEN_MG),)
        night = on_the_wall(day, time(0, 10), zone=LONDON)
        assert now.astimezone(UTC) - night.astimezone(UTC) == timedelta(hours=hours - 1, minutes=20)


def test_an_entry_in_the_hour_that_comes_twice_stays_where_it_was(alice):
    alice.time_zone = "Europe/London"
    alice.save()
    day = date(2026, 10, 25)
    for which in Which:
        moment = on_the_wall(day, time(1, 30), zone=LONDON, which=which)
        logged(alice, happened_at=moment, zone="Europe/London")
    first, second = Entry.objects.order_by("happened_at")
    assert second.happened_at - first.happened_at == timedelta(hours=1)
    assert [f"{one.local:%H:%M}" for one in (first, second)] == ["01:30", "01:30"]
    assert lived(alice, first=day, last=day, at=NOW).spasms == (90, 90)


def test_a_traveller_sees_the_clock_that_she_lived_by(alice):
    entry = logged(alice, happened_at=NOW, zone="Asia/Tokyo")
    assert clock_words(entry) == "21:30, Asia/Tokyo"
    assert clock_words(logged(alice, happened_at=NOW, zone="Europe/London")) == "12:30"
    alice.time_zone = "America/New_York"
    alice.save()
    assert f"{Entry.objects.get(pk=entry.pk).local:%H:%M}" == "21:30"


# What was lived.


def test_a_dose_that_nobody_marked_counts_as_taken_when_due(alice):
    treated(alice)
    today = NOW.date()
    logged(alice, Kind.DOSE_SKIPPED, amount_mcg=TEN_MG, due_key=f"oral:{today}T08:00")
    yesterday = NOW - timedelta(days=1)
    logged(
        alice,
        Kind.DOSE_TAKEN,
        amount_mcg=TEN_MG,
        due_key=f"oral:{yesterday.date()}T08:00",
        happened_at=yesterday - timedelta(hours=2),
    )
    days = lived(alice, first=yesterday.date(), last=today, at=NOW)
    clocks = [minute / 60 for minute, _ in days.taken]
    assert clocks == [10.5, 14, 20, 24 + 14, 24 + 20]
    assert (days.unmarked, days.skipped) == (2, 1)


def test_a_pump_gives_what_its_program_says_of_each_day(alice):
    treated(alice, "pump 100 micrograms/day 06:00-22:00, 200 micrograms/day 22:00-06:00", since=3)
    today = NOW.date()
    days = lived(alice, first=today - timedelta(days=1), last=today, at=NOW)
    oral, pump = days.to_regimen().daily_mass(2)
    assert not oral
    assert round(float(pump.in_mcg), 6) == round(100 * 16 / 24 + 200 * 8 / 24, 6)


def test_the_word_that_there_was_no_spasm_makes_a_day_counted(alice):
    logged(alice, value=0)
    today = NOW.date()
    days = lived(alice, first=today, last=today, at=NOW)
    assert (days.spasms, days.counted) == ((), frozenset({0}))
    assert [count.spasms for count in days.to_diary().counts] == [0, 0, 0, 0]


# Summaries.


def test_summaries_count_what_stands_and_cost_the_same(alice, django_assert_num_queries):
    treated(alice)
    start = NOW - timedelta(days=7)
    for number in range(1, 6):
        when = NOW - timedelta(days=number)
        logged(alice, happened_at=when)
        due = f"oral:{when.date()}T08:00"
        moment = when.replace(hour=8 + number % 3, minute=0)
        logged(alice, Kind.DOSE_TAKEN, amount_mcg=TEN_MG, due_key=due, happened_at=moment)
    undo(logged(alice), by=alice, at=NOW, key=key())
    logged(alice, Kind.SIDE_EFFECT, what="dizzy")
    logged(alice, Kind.SIDE_EFFECT, note="a dry mouth")
    logged(alice, Kind.SIDE_EFFECT, what="dizzy")
    with django_assert_num_queries(2):
        doses = adherence(alice, start=start, end=NOW, at=NOW)
    assert (doses.due, doses.taken, doses.skipped, doses.late, doses.extra) == (21, 5, 0, 2, 0)
    assert doses.unmarked == 16
    assert "2 came more than an hour late" in doses.words
    with django_assert_num_queries(1):
        hours = spasms_by_hour(alice, start=start, end=NOW)
    assert (hours.counts[12], sum(hours.counts), hours.days) == (5, 5, 5)
    with django_assert_num_queries(1):
        weeks = spasms_by_week(alice, start=start, end=NOW)
    assert [(week.spasms, week.days) for week in weeks] == [(1, 1), (4, 4)]
    with django_assert_num_queries(1):
        effects = side_effects(alice, start=start, end=NOW + timedelta(minutes=1))
    assert [(one.words, one.times) for one in effects] == [
        ("dizziness or a light head", 2),
        ("a dry mouth", 1),
    ]


# Taking it along.


def test_a_diary_comes_back_whole_in_another_account(alice, bob):
    due = {"amount_mcg": TEN_MG, "due_key": "oral:2026-11-20T08:00"}
    entry = logged(alice, Kind.DOSE_TAKEN, **due)
    logged(alice, Kind.DOSE_SKIPPED, **due)
    correct(entry, by=alice, at=NOW, key=key(), note="with breakfast")
    undo(logged(alice, value=2), by=alice, at=NOW, key=key())
    part = portable.PARTS["diary"]
    rows = part.export(alice)
    part.load(bob, rows)
    again = part.export(bob)
    changing = {"id", "thread", "replaces", "same_as"}
    assert [{k: v for k, v in row.items() if k not in changing} for row in again] == [
        {k: v for k, v in row.items() if k not in changing} for row in rows
    ]
    mine, theirs = (Entry.objects.filter(owner=one).standing().get() for one in (alice, bob))
    assert (mine.note, mine.public_id) != (theirs.note, theirs.public_id)
    assert theirs.note == "with breakfast"


def test_a_damaged_row_says_which_it_is(bob):
    with pytest.raises(InputError, match="Entry 1 of the diary"):
        portable.PARTS["diary"].load(bob, [{"id": "x"}])
