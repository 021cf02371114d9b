"""The scheduler: everything due is claimed once and sent once, whatever is killed and when."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core import mail
from django.core.management import call_command
from django.db.models import Q
from django_tasks_db.models import DBTaskResult, get_date_max
from pywebpush import WebPushException

from unclench.errors import InputError
from unclench_site.diary.models import record
from unclench_site.plans.intake import due_doses
from unclench_site.plans.models import PumpDetails, Treatment
from unclench_site.reminders import claiming, clocks, outbox, sending, vapid
from unclench_site.reminders.feed import calendar
from unclench_site.reminders.models import (
    Channel,
    Delivery,
    Device,
    OwnReminder,
    Reminder,
    State,
    Wishes,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 1, 4, 12, 0, tzinfo=UTC)
MIN = timedelta(minutes=1)
MARKER = "zzmarker"


class Killed(BaseException):
    """The process is gone: nothing after this line runs, not even a handler of errors."""


def takes(person, regimen: str, *, since: datetime = NOON - timedelta(days=20)) -> Treatment:
    return Treatment.objects.create(
        owner=person,
        regimen=regimen,
        day_one=since.date(),
        from_at=since,
        zone=person.time_zone,
        recorded_at=since,
    )


def wants(person, *, since: datetime = NOON, **what) -> Wishes:
    person.email = f"{person.name}@example.org"
    person.save()
    return Wishes.objects.create(
        owner=person,
        seen_until=since,
        look_at=since,
        seen_offset_min=clocks.offset_min(since, zone=person.zone),
        **{"by_mail": True, **what},
    )


def run_queue(at: datetime) -> int:
    """What the worker does: every waiting task once."""
    due = Q(run_after__lte=at) | Q(run_after=get_date_max())
    tasks = list(DBTaskResult.objects.filter(due, status="READY"))
    for one in tasks:
        DBTaskResult.objects.filter(pk=one.pk).update(status="SUCCESSFUL")
        sending.send(uuid.UUID(one.args_kwargs["args"][0]), at=at)
    return len(tasks)


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


# What leaves.


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture
def device(alice):
    """A browser of Alice's that can be told things."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    return Device.objects.create(
        owner=alice,
        endpoint="https://fcm.googleapis.com/fcm/send/abc",
        p256dh=encoded(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)),
        auth=encoded(bytes(16)),
        added_at=NOON,
    )


@pytest.fixture
def keys(settings, tmp_path):
    """A data folder of its own, without a key so far."""
    settings.DATA = tmp_path
    return tmp_path


@pytest.fixture
def service(monkeypatch, keys):
    """A push service that notes what it was told and answers as a test says."""
    seen, answers = [], []

    def webpush(subscription, data, **options):
        seen.append((subscription, json.loads(data), options))
        if answers:
            raise answers.pop(0)

    monkeypatch.setattr(outbox, "webpush", webpush)
    return seen, answers


def failed(status: int) -> WebPushException:
    response = requests.Response()
    response.status_code = status
    return WebPushException("no", response=response)


def test_nothing_that_leaves_says_what_it_is_about(alice, device, service):
    takes(alice, "10 mg at 14:00")
    wants(alice, doses=True, pump=True, by_push=True, check_in_at=time(14))
    OwnReminder.objects.create(
        owner=alice, words=f"baclofen {MARKER}", at_time=time(14), made_at=NOON
    )
    two = NOON + timedelta(hours=2)
    claiming.tick(at=two)
    run_queue(two)
    seen, _ = service
    assert len(mail.outbox) == len(seen) == 3
    left = [f"{m.subject} {m.body} {m.message().as_string()}".lower() for m in mail.outbox]
    left += [json.dumps([one[1], one[2]["headers"]]).lower() for one in seen]
    for words in left:
        for told in (
            MARKER,
            "baclofen",
            "dose",
            "10 mg",
            "pump",
            "tablet",
            "refill",
            "14:00",
            "alice ",
        ):
            assert told not in words
    assert {one[1]["title"] for one in seen} == {"You have a reminder"}


def test_the_calendar_says_nothing_either(alice):
    takes(alice, "10 mg at 14:00")
    wants(alice, doses=True)
    OwnReminder.objects.create(owner=alice, words=MARKER, at_time=time(9), made_at=NOON)
    text = calendar(alice, at=NOON).decode().lower()
    assert text.count("begin:vevent") == 2 * 29
    for told in (MARKER, "baclofen", "10 mg", "dose", "alice"):
        assert told not in text


def test_a_push_is_kept_by_its_service_no_longer_than_it_is_of_use(alice, device, service):
    takes(alice, "10 mg at 14:00")
    wants(alice, doses=True, by_push=True, by_mail=False, late_min=45)
    two = NOON + timedelta(hours=2)
    claiming.tick(at=two)
    run_queue(two)
    [(_, data, options)] = service[0]
    assert options["ttl"] == 45 * 60
    assert options["headers"]["Topic"] == data["tag"] == Delivery.objects.get().key.hex


def test_a_device_that_is_gone_is_forgotten(alice, device, service):
    wants(alice, by_push=True, by_mail=False, check_in_at=time(14))
    service[1].append(failed(410))
    two = NOON + timedelta(hours=2)
    claiming.tick(at=two)
    run_queue(two)
    assert not Device.objects.exists()


def test_what_nobody_took_is_tried_again_and_then_given_up(alice, device, service):
    wants(alice, by_push=True, by_mail=False, check_in_at=time(14))
    service[1].extend(failed(503) for _ in range(20))
    at = NOON + timedelta(hours=2)
    for _ in range(30):
        claiming.tick(at=at)
        run_queue(at)
        at += 3 * MIN
    assert len(service[0]) == 1 + len(sending.PAUSES_MIN)
    assert Delivery.objects.get().state == State.FAILED


def test_a_retry_that_works_is_the_last(alice, device, service):
    wants(alice, by_push=True, by_mail=False, check_in_at=time(14))
    service[1].append(failed(500))
    at = NOON + timedelta(hours=2)
    for _ in range(5):
        claiming.tick(at=at)
        run_queue(at)
        at += MIN
    assert len(service[0]) == 2
    assert len({one[1]["tag"] for one in service[0]}) == 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://fcm.googleapis.com:8443/x",
        "https://me@fcm.googleapis.com/x",
        "https://evil.example/fcm.googleapis.com",
        "https://[::1/x",
        "",
    ],
)
def test_the_site_calls_no_address_but_a_push_service(endpoint):
    with pytest.raises(InputError, match="push service"):
        outbox.check_endpoint(endpoint)


def test_the_key_is_made_once_and_nobody_else_can_read_it(keys):
    first = vapid.public_key()
    file = keys / vapid.NAME
    assert file.stat().st_mode & 0o777 == 0o600
    assert vapid.public_key() == first
    assert len(first) == 87
    file.chmod(0o644)
    with pytest.raises(InputError, match="other people"):
        vapid.public_key()


def test_a_real_push_is_signed_and_sealed(alice, device, keys, monkeypatch):
    seen = []

    def post(self, url, **options):
        seen.append((url, options))
        response = requests.Response()
        response.status_code = 201
        return response

    monkeypatch.setattr(requests.Session, "post", post)
    key = uuid.uuid4()
    outbox.push(device, reminder=uuid.uuid4(), key=key, keep_s=60)
    [(url, options)] = seen
    assert url == device.endpoint
    assert options["headers"]["authorization"].startswith("vapid t=")
    assert b"reminder" not in options["data"]


def test_the_command_looks_once(ada, capsys):
    call_command("tick")
    assert Wishes.objects.get().seen_until > NOON or Wishes.objects.get().look_at


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
