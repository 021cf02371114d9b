"""The reminders' page: nobody sees another's, and what a tap does."""

from __future__ import annotations

import base64
import json
import re
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from unclench_site.accounts.portable import export_all, load_all, read_export
from unclench_site.plans.intake import due_doses
from unclench_site.plans.models import PumpDetails, Treatment
from unclench_site.reminders import sending, vapid
from unclench_site.reminders.models import (
    Delivery,
    Device,
    Feed,
    OwnReminder,
    Reminder,
    State,
    Wishes,
)

pytestmark = pytest.mark.django_db

MARKER = "zzmarker"
HOUR = timedelta(hours=1)
DEVICE = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/abc",
    "p256dh": base64.urlsafe_b64encode(bytes(65)).decode().rstrip("="),
    "auth": base64.urlsafe_b64encode(bytes(16)).decode().rstrip("="),
}
WISHES = {"doses": "on", "by_mail": "on", "late_min": "60", "doses_in_quiet": "on"}


@pytest.fixture
def own(alice):
    """A reminder in Alice's words."""
    return OwnReminder.objects.create(
        owner=alice, words=f"{MARKER} stretch", at_time="09:00", made_at=timezone.now()
    )


@pytest.fixture
def waiting(alice, own):
    """One that is due."""
    now = timezone.now()
    return Reminder.objects.create(
        owner=alice,
        kind="own",
        own=own,
        occasion=f"own:{own.public_id}:2027-01-04",
        due_at=now - HOUR,
        zone="UTC",
        claimed_at=now,
    )


def dose_of(owner, *, minutes_ago: int) -> Reminder:
    """A reminder of the dose that was due so many minutes ago."""
    due = (timezone.now() - timedelta(minutes=minutes_ago)).replace(second=0, microsecond=0)
    Treatment.objects.create(
        owner=owner,
        regimen=f"10 mg at {due:%H:%M}",
        day_one=(due - timedelta(days=9)).date(),
        from_at=due - timedelta(days=9),
        zone="UTC",
        recorded_at=due,
    )
    [dose] = due_doses(owner, start=due, end=due + timedelta(minutes=1))
    return Reminder.objects.create(
        owner=owner,
        kind="dose",
        occasion=f"dose:{dose.key}",
        due_at=due,
        zone="UTC",
        claimed_at=due,
    )


# Who may see what.


def test_everybody_with_an_account_has_reminders_of_their_own(people, own):
    for who in ("alice", "dana", "bob"):
        answer = people[who].get(reverse("reminders"))
        assert answer.status_code == 200
        assert (MARKER in answer.content.decode()) == (who == "alice")
    assert people["charlie"].get(reverse("reminders")).status_code in {302, 404}


@pytest.mark.parametrize("who", ["dana", "bob", "charlie"])
def test_nobody_else_opens_or_moves_alices_reminders(people, dana, waiting, own, who):
    device = Device.objects.create(owner=waiting.owner, added_at=timezone.now(), **DEVICE)
    refused = {404, 302} if who == "charlie" else {404}
    assert people[who].get(reverse("reminder", args=[waiting.public_id])).status_code in refused
    for name, which in (
        ("reminder-snooze", waiting.public_id),
        ("reminder-done", waiting.public_id),
        ("reminder-own-end", own.public_id),
        ("reminder-device-end", device.public_id),
    ):
        answer = people[who].post(reverse(name, args=[which]), {"minutes": "10"})
        assert answer.status_code in refused
    waiting.refresh_from_db()
    own.refresh_from_db()
    assert waiting.snoozed_until is waiting.done_at is own.ended_at is None
    assert Device.objects.exists()


def test_changes_are_posts(people, alice):
    for name in ("reminder-wishes", "reminder-own", "reminder-device", "reminder-feed"):
        assert people["alice"].get(reverse(name)).status_code == 405


# What a person wants.


def test_nothing_comes_unless_it_is_asked_for(people, alice, read):
    page = read(people["alice"].get(reverse("reminders")))
    assert "Nothing is planned" in page.text
    assert not Wishes.objects.exists()


def test_wishes_are_kept_and_begin_now(people, alice):
    before = timezone.now()
    assert people["alice"].post(reverse("reminder-wishes"), WISHES).status_code == 302
    wishes = Wishes.objects.get()
    assert wishes.doses
    assert wishes.by_mail
    assert not wishes.pump
    assert wishes.seen_until >= before


def test_another_wish_skips_nothing_that_was_due_meanwhile(people, alice):
    people["alice"].post(reverse("reminder-wishes"), WISHES)
    seen = timezone.now() - timedelta(minutes=3)
    Wishes.objects.update(seen_until=seen, look_at=seen + HOUR)
    people["alice"].post(reverse("reminder-wishes"), {**WISHES, "check_in_at": "20:00"})
    wishes = Wishes.objects.get()
    assert wishes.seen_until == seen
    assert wishes.look_at <= timezone.now()


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"quiet_from": "22:00"}, "One end of the quiet hours is missing"),
        ({"late_min": "1"}, "5"),
        ({"late_min": "999"}, "240"),
        ({"check_in_at": "25:00"}, "valid time"),
    ],
)
def test_wishes_that_cannot_be_are_refused_with_why(people, alice, told, says):
    answer = people["alice"].post(reverse("reminder-wishes"), {**WISHES, **told})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Wishes.objects.exists()


def test_an_own_reminder_is_added_and_ended(people, alice):
    client = people["alice"]
    form = {"words": MARKER, "at_time": "09:30", "days": ["0", "4"]}
    client.post(reverse("reminder-own"), form)
    own = OwnReminder.objects.get()
    assert own.weekdays == "04"
    assert "Monday, Friday" in client.get(reverse("reminders")).content.decode()
    client.post(reverse("reminder-own-end", args=[own.public_id]))
    assert MARKER not in client.get(reverse("reminders")).content.decode()


def test_an_own_reminder_without_days_is_refused(people, alice):
    answer = people["alice"].post(reverse("reminder-own"), {"words": "x", "at_time": "09:30"})
    assert answer.status_code == 422


# One reminder.


def test_the_full_words_stand_behind_the_tap(people, waiting, read):
    page = read(people["alice"].get(reverse("reminder", args=[waiting.public_id])))
    assert f"{MARKER} stretch" in page.text


def test_a_dose_says_what_and_when(people, alice, read):
    reminder = dose_of(alice, minutes_ago=5)
    page = read(people["alice"].get(reverse("reminder", args=[reminder.public_id])))
    assert f"10 mg tablet at {reminder.due_at:%H:%M}" in page.text
    assert "never" not in page.text.lower().split("reminder due")[-1][:80]


def test_a_late_dose_says_the_published_rule(people, alice, read):
    reminder = dose_of(alice, minutes_ago=40)
    page = read(people["alice"].get(reverse("reminder", args=[reminder.public_id])))
    assert "The rule: take it now" in page.text
    assert "two" in page.text


def test_a_dose_that_is_no_longer_taken_is_not_told(people, alice, read):
    reminder = dose_of(alice, minutes_ago=5)
    Treatment.objects.all().delete()
    page = read(people["alice"].get(reverse("reminder", args=[reminder.public_id])))
    assert "not in what you take any more" in page.text
    assert "10 mg" not in page.text


def test_a_snooze_moves_the_reminder_and_not_the_dose(people, alice):
    reminder = dose_of(alice, minutes_ago=5)
    people["alice"].post(reverse("reminder-snooze", args=[reminder.public_id]), {"minutes": "30"})
    due = reminder.due_at
    reminder.refresh_from_db()
    assert reminder.due_at == due
    assert timedelta(minutes=29) < reminder.snoozed_until - timezone.now() < timedelta(minutes=31)


@pytest.mark.parametrize("minutes", ["0", "-5", "100000", "", "x"])
def test_another_snooze_moves_nothing(people, waiting, minutes):
    address = reverse("reminder-snooze", args=[waiting.public_id])
    assert people["alice"].post(address, {"minutes": minutes}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.snoozed_until is None


def test_put_away_is_put_away(people, waiting):
    people["alice"].post(reverse("reminder-done", args=[waiting.public_id]))
    first = Reminder.objects.get().done_at
    people["alice"].post(reverse("reminder-done", args=[waiting.public_id]))
    people["alice"].post(reverse("reminder-snooze", args=[waiting.public_id]), {"minutes": "10"})
    assert Reminder.objects.get().done_at == first
    assert Reminder.objects.get().snoozed_until is None


def test_what_was_not_sent_is_shown_with_why(people, waiting, read):
    now = timezone.now()
    Delivery.objects.create(
        key=uuid.uuid4(), reminder=waiting, channel="mail", state=State.LATE, basis=now, after=now,
        changed_at=now,
    )  # fmt: skip
    page = read(people["alice"].get(reverse("reminder", args=[waiting.public_id])))
    assert "was too late, and was not sent" in page.text


def test_a_test_is_sent_at_once(people, alice):
    alice.email = "alice@example.org"
    alice.save()
    assert people["alice"].post(reverse("reminder-test")).status_code == 404
    people["alice"].post(reverse("reminder-wishes"), WISHES)
    people["alice"].post(reverse("reminder-test"))
    assert sending.send(Delivery.objects.get().key, at=timezone.now()) is State.SENT
    [message] = mail.outbox
    assert reverse("reminder", args=[Reminder.objects.get().public_id]) in message.body


# Devices.


def test_a_device_is_added_and_ended(people, alice):
    assert people["alice"].post(reverse("reminder-device"), DEVICE).status_code == 302
    assert Wishes.objects.get().by_push
    device = Device.objects.get()
    people["alice"].post(reverse("reminder-device-end", args=[device.public_id]))
    assert not Device.objects.exists()


def test_a_shared_browser_shows_nothing_of_who_had_it_before(people, alice, bob):
    people["alice"].post(reverse("reminder-device"), DEVICE)
    people["bob"].post(reverse("reminder-device"), DEVICE)
    assert Device.objects.get().owner == bob


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "https://127.0.0.1/"},
        {"endpoint": "http://fcm.googleapis.com/"},
        {"p256dh": "AAAA"},
        {"auth": "@@@@"},
    ],
)
def test_what_is_no_browser_is_refused(people, alice, wrong):
    answer = people["alice"].post(reverse("reminder-device"), {**DEVICE, **wrong})
    assert answer.status_code == 422
    assert not Device.objects.exists()


def test_a_browser_gets_the_public_key_and_a_stranger_nothing(people, settings, tmp_path, alice):
    settings.DATA = tmp_path
    answer = people["alice"].get(reverse("reminder-key"))
    assert answer.content.decode() == vapid.public_key()
    assert people["charlie"].get(reverse("reminder-key")).status_code in {302, 404}


# The pump.


def filled(owner, *, days_ago: int) -> None:
    """A pump that lasts for 82 days, filled so many days ago."""
    now = timezone.now()
    PumpDetails.objects.create(
        owner=owner, recorded_at=now, mcg_per_ml=500, reservoir_ml=40, alarm_ml=2, tubing_ml="0.2",
        catheter_ml="0.2", filled_on=now.date() - timedelta(days=days_ago), filled_ml=40,
        clinic_phone="0123 456",
    )  # fmt: skip


def test_the_page_counts_down_to_a_refill(people, alice, read):
    today = timezone.now().date()
    Treatment.objects.create(
        owner=alice, regimen="pump 200 micrograms/day", day_one=today,
        from_at=timezone.now() - HOUR, zone="UTC", recorded_at=timezone.now(),
    )  # fmt: skip
    filled(alice, days_ago=79)
    page = read(people["alice"].get(reverse("reminders")))
    assert "The refill of your pump: in 3 days" in page.text
    filled(alice, days_ago=85)
    page = read(people["alice"].get(reverse("reminders")))
    assert "was due on" in page.text
    assert "Call the clinic that fills your pump now" in page.text


# The calendar.


def feed_address(answer) -> str:
    pattern = r'value="https?://[^/]+(/reminders/calendar/[\w-]+\.ics)"'
    return re.search(pattern, answer.content.decode())[1]


def test_a_calendar_opens_by_its_address_alone_until_it_is_ended(people, alice, own):
    people["alice"].post(reverse("reminder-wishes"), WISHES)
    address = feed_address(people["alice"].post(reverse("reminder-feed")))
    answer = people["charlie"].get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert answer.headers["Cache-Control"] == "no-store"
    assert MARKER not in answer.content.decode()
    assert answer.content.count(b"SUMMARY:Reminder\r\n") == 29
    people["alice"].post(reverse("reminder-feed-end"))
    assert people["charlie"].get(address).status_code == 404


def test_a_new_calendar_address_ends_the_old_one(people, alice):
    old = feed_address(people["alice"].post(reverse("reminder-feed")))
    new = feed_address(people["alice"].post(reverse("reminder-feed")))
    assert people["charlie"].get(old).status_code == 404
    assert people["charlie"].get(new).status_code == 200


def test_a_guessed_calendar_opens_nothing(people, alice):
    people["alice"].post(reverse("reminder-feed"))
    kept = Feed.objects.get().token_hash
    for guess in ("x", "0" * 43, kept):
        assert people["charlie"].get(f"/reminders/calendar/{guess}.ics").status_code == 404


# What is taken along.


def test_reminders_come_along_into_an_empty_account(people, alice, bob, waiting):
    people["alice"].post(reverse("reminder-wishes"), {**WISHES, "check_in_at": "20:00"})
    rows = export_all(alice, at=timezone.now())["parts"]["reminders"]
    text = {"format": "unclench-account", "version": 1, "parts": {"reminders": rows}}
    load_all(bob, read_export(json.dumps(text)))
    again = export_all(bob, at=timezone.now())["parts"]["reminders"]

    def told(parts):
        return [{k: v for k, v in row.items() if k not in {"id", "occasion"}} for row in parts]

    assert told(again) == told(rows)
    assert Reminder.objects.get(owner=bob).own.owner == bob


def test_the_page_costs_the_same_whatever_waits(people, alice, own, django_assert_max_num_queries):
    now = timezone.now()
    Reminder.objects.bulk_create(
        Reminder(
            owner=alice, kind="own", own=own, occasion=f"o{n}", due_at=now - n * HOUR / 60,
            zone="UTC", claimed_at=now,
        )
        for n in range(200)
    )  # fmt: skip
    with django_assert_max_num_queries(24):
        people["alice"].get(reverse("reminders"))
