"""The scheduler: everything due is claimed once and sent once, whatever is killed and when."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from tests.site.reminding import MARKER, MIN, NOON, run_queue, takes, wants
from unclench_site.diary.models import record
from unclench_site.plans.intake import due_doses
from unclench_site.plans.models import PumpDetails
from unclench_site.reminders import claiming, clocks, sending
from unclench_site.reminders.models import (
    Channel,
    Delivery,
    OwnReminder,
    Reminder,
    State,
    Wishes,
)

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The process is gone: nothing after this line runs, not even a handler of errors."""


@pytest.fixture
def ada(alice):
    """Alice takes 10 mg at 14:00 and wants an e-mail for it."""
    takes(alice, "10 mg at 08:00, 14:00, 20:00")
    wants(alice, doses=True)
    return alice


def test_a_dose_is_claimed_and_sent_once(ada):
    two = NOON + timedelta(hours=2)
    for at in (NOON, two - MIN, two, two, two + MIN, two + 2 * MIN):
        claiming.tick(at=at)
        run_queue(at)
    assert [message.subject for message in mail.outbox] == ["You have a reminder"]
    assert Reminder.objects.get().due_at == two
    assert Delivery.objects.get().state == State.SENT


def test_two_schedulers_at_once_claim_once(ada):
    two = NOON + timedelta(hours=2)
    claiming.tick(at=two)
    Wishes.objects.update(
        look_at=two, seen_until=NOON
    )  # the second one read before the first wrote
    claiming.tick(at=two)
    assert Reminder.objects.count() == Delivery.objects.count() == 1


def test_of_two_workers_one_sends(ada):
    two = NOON + timedelta(hours=2)
    claiming.tick(at=two)
    key = Delivery.objects.get().key
    assert sending.send(key, at=two) is State.SENT
    assert sending.send(key, at=two) is None
    assert len(mail.outbox) == 1


STEPS = {
    "before the reminder is written": (claiming, "_claimed", "before", 1),
    "after the reminder, before its delivery": (claiming, "_claimed", "after", 1),
    "before the queue": (claiming, "put_out", "before", 1),
    "after the queue, before it is noted": (claiming, "put_out", "after", 1),
    "before the worker takes it": (sending, "begin", "before", 1),
    "after the worker took it": (sending, "begin", "after", 1),
    "before it is noted as sent": (sending, "finish", "before", 2),
    "after it is noted as sent": (sending, "finish", "after", 1),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_loses_nothing(ada, monkeypatch, step):
    place, name, when, most = STEPS[step]
    whole, calls = getattr(place, name), []

    def killed(*args, **kwargs):
        calls.append(1)
        if len(calls) > 1:
            return whole(*args, **kwargs)
        if when == "after":
            whole(*args, **kwargs)
        raise Killed

    monkeypatch.setattr(place, name, killed)
    at = NOON + timedelta(hours=2)
    for _ in range(4):
        try:
            claiming.tick(at=at)
            run_queue(at)
        except Killed:
            pass
        at += 6 * MIN
    assert calls
    assert Reminder.objects.count() == Delivery.objects.count() == 1
    assert Delivery.objects.get().state == State.SENT
    # Only the moment between handing over and noting it cannot be told apart from outside.
    assert 1 <= len(mail.outbox) <= most
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 1


def test_what_the_queue_lost_is_queued_again(ada):
    two = NOON + timedelta(hours=2)
    claiming.tick(at=two)
    DBTaskResult.objects.all().delete()
    claiming.tick(at=two + MIN)
    assert not DBTaskResult.objects.exists()
    claiming.tick(at=two + 6 * MIN)
    run_queue(two + 6 * MIN)
    assert len(mail.outbox) == 1


def test_a_scheduler_that_was_off_catches_up_and_sends_nothing_too_late(ada):
    evening = NOON + timedelta(hours=8, minutes=30)
    claiming.tick(at=evening)
    run_queue(evening)
    states = {one.reminder.due_at.hour: one.state for one in Delivery.objects.all()}
    assert states == {14: State.LATE, 20: State.SENT}
    assert len(mail.outbox) == 1


def test_a_queue_that_stood_still_sends_no_old_dose(ada):
    two = NOON + timedelta(hours=2)
    claiming.tick(at=two)
    run_queue(two + 61 * MIN)
    assert not mail.outbox
    assert Delivery.objects.get().state == State.LATE


def test_a_dose_that_is_in_the_diary_is_not_reminded_of(ada):
    two = NOON + timedelta(hours=2)
    [due] = due_doses(ada, start=two, end=two + MIN)
    claiming.tick(at=two)
    record(
        owner=ada,
        by=ada,
        at=two,
        key="tap-12345",
        kind="dose-taken",
        amount_mcg=due.amount_mcg,
        due_key=due.key,
    )
    run_queue(two + MIN)
    assert not mail.outbox
    assert Delivery.objects.get().state == State.DROPPED
    Reminder.objects.all().delete()
    Wishes.objects.update(look_at=two, seen_until=NOON)
    claiming.tick(at=two + 2 * MIN)
    assert not Reminder.objects.exists()


def test_a_dose_that_was_changed_is_not_reminded_of(ada):
    two = NOON + timedelta(hours=2)
    claiming.tick(at=two)
    takes(ada, "5 mg at 09:00", since=NOON)
    run_queue(two)
    assert not mail.outbox
    assert Delivery.objects.get().state == State.DROPPED


def test_a_new_treatment_is_seen_within_five_minutes(alice):
    wants(alice, doses=True)
    claiming.tick(at=NOON)
    takes(alice, "10 mg at 12:06", since=NOON)
    for minute in range(1, 9):
        claiming.tick(at=NOON + minute * MIN)
    assert Reminder.objects.get().due_at == NOON + 6 * MIN


def test_a_snooze_comes_back_once_and_moves_no_dose(ada):
    two = NOON + timedelta(hours=2)
    claiming.tick(at=two)
    run_queue(two)
    Reminder.objects.update(snoozed_until=two + 30 * MIN)
    for minute in (10, 29, 30, 31, 32):
        claiming.tick(at=two + minute * MIN)
        run_queue(two + minute * MIN)
    assert len(mail.outbox) == 2
    assert Reminder.objects.get().due_at == two
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 2


def test_what_was_put_away_is_not_sent(ada):
    two = NOON + timedelta(hours=2)
    claiming.tick(at=two)
    Reminder.objects.update(done_at=two)
    run_queue(two)
    assert not mail.outbox


# Clocks.


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 3, 27), "2027-03-27T07:00:00+00:00"),
        (date(2027, 3, 28), "2027-03-28T06:00:00+00:00"),  # clocks go forward that night
        (date(2027, 10, 31), "2027-10-31T07:00:00+00:00"),  # and back
    ],
)
def test_eight_in_the_morning_stays_eight_when_the_clocks_change(alice, day, expected):
    alice.time_zone = "Europe/Berlin"
    since = datetime.combine(day, time(0), UTC) - timedelta(hours=3)
    takes(alice, "10 mg at 08:00", since=since - timedelta(days=9))
    wants(alice, doses=True, since=since)
    for hour in range(28):
        claiming.tick(at=since + timedelta(hours=hour))
    assert [one.due_at.isoformat() for one in Reminder.objects.all()][:1] == [expected]
    assert Reminder.objects.count() == 1


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31)])
def test_a_check_in_at_half_past_two_comes_once_in_either_night(alice, day):
    alice.time_zone = "Europe/Berlin"
    since = datetime.combine(day, time(0), UTC) - timedelta(hours=6)
    wants(alice, check_in_at=time(2, 30), since=since)
    for quarter in range(4 * 20):
        claiming.tick(at=since + quarter * 15 * MIN)
    assert Reminder.objects.count() == 1


@pytest.mark.parametrize(
    ("zone", "due"), [("Asia/Tokyo", "05:00"), ("America/New_York", "19:00"), ("UTC", "14:00")]
)
def test_a_journey_loses_no_dose_and_doubles_none(ada, zone, due):
    claiming.tick(at=NOON)
    claiming.tick(at=NOON + 5 * MIN)
    ada.time_zone = zone
    ada.save()
    at = NOON + 6 * MIN
    for _ in range(12 * 8):
        claiming.tick(at=at)
        at += 5 * MIN
    days = [one.due_at for one in Reminder.objects.order_by("due_at")]
    assert f"{NOON:%Y-%m-%d} {due}" in {f"{one:%Y-%m-%d %H:%M}" for one in days}
    local = [one.due_at.astimezone(ZoneInfo(zone)) for one in Reminder.objects.all()]
    assert len({(one.date(), one.hour) for one in local}) == len(local)


QUIET = {"quiet_from": time(22), "quiet_until": time(7)}


@pytest.mark.parametrize(
    ("wishes", "at_22_30", "by_7_00"),
    [
        ({"doses": True}, State.SENT, State.SENT),
        ({"doses": True, "doses_in_quiet": False}, State.QUIET, State.QUIET),
        ({"check_in_at": time(22, 30)}, State.QUEUED, State.SENT),
    ],
    ids=["a dose comes", "a dose stays on the page", "the rest waits"],
)
def test_quiet_hours_are_quiet(alice, wishes, at_22_30, by_7_00):
    late = NOON + timedelta(hours=10, minutes=30)
    takes(alice, "10 mg at 22:30")
    wants(alice, **wishes, **QUIET)
    claiming.tick(at=late)
    run_queue(late)
    assert Delivery.objects.get().state == at_22_30
    morning = late + timedelta(hours=8, minutes=30)
    claiming.tick(at=morning)
    run_queue(morning)
    assert Delivery.objects.get().state == by_7_00
    assert len(mail.outbox) == (by_7_00 == State.SENT)


def test_quiet_hours_over_the_change_of_clocks_end_at_their_clock_time():
    berlin = ZoneInfo("Europe/Berlin")
    night = datetime(2027, 3, 27, 23, 0, tzinfo=UTC)
    ends = clocks.end_of_quiet(night, zone=berlin, **QUIET)
    assert ends == datetime(2027, 3, 28, 5, 0, tzinfo=UTC)


# The pump.


def test_a_pump_is_counted_down_to_its_refill_and_its_end(alice):
    takes(alice, "pump 200 micrograms/day")
    PumpDetails.objects.create(
        owner=alice, recorded_at=NOON, mcg_per_ml=500, reservoir_ml=40, alarm_ml=2,
        tubing_ml="0.2", catheter_ml="0.2", filled_on=date(2027, 1, 1), filled_ml=40,
        implanted_on=date(2020, 4, 5),
    )  # fmt: skip
    wants(alice, pump=True, since=NOON)
    for day in range(1, 100):
        claiming.tick(at=NOON + timedelta(days=day))
    refill = date(2027, 1, 1) + timedelta(days=82)
    keys = set(Reminder.objects.values_list("occasion", flat=True))
    expected = {f"refill:{refill}:{ahead}" for ahead in (14, 7, 3, 1, 0, -1, -2, -3)}
    expected |= {f"service:2027-04-05:{ahead}" for ahead in (90, 30, 14, 7, 1, 0)}
    assert keys == expected


def test_an_own_reminder_comes_on_its_days(alice):
    wants(alice)
    OwnReminder.objects.create(
        owner=alice, words=MARKER, at_time=time(9), weekdays="24", made_at=NOON
    )
    for hour in range(7 * 24):
        claiming.tick(at=NOON + timedelta(hours=hour))
    found = Reminder.objects.order_by("due_at").values_list("due_at", flat=True)
    assert [f"{one:%a %H:%M}" for one in found] == ["Wed 09:00", "Fri 09:00"]


def test_the_command_looks_at_the_clock_of_the_machine(ada):
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        call_command("tick")
        call_command("tick")
    assert Reminder.objects.get().due_at == NOON + timedelta(hours=2)


def test_the_cost_of_a_look_does_not_grow_with_what_was(ada, django_assert_max_num_queries):
    past = [
        Reminder(
            owner=ada, kind="check-in", occasion=f"check-in:{n}", due_at=NOON, zone="UTC",
            claimed_at=NOON,
        )
        for n in range(300)
    ]  # fmt: skip
    Reminder.objects.bulk_create(past)
    with django_assert_max_num_queries(20):
        claiming.tick(at=NOON + timedelta(hours=2))
    assert Delivery.objects.filter(channel=Channel.MAIL).count() == 1
