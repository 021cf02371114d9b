"""What leaves the site: neutral words, once, to known services and to nobody else."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import time, timedelta

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core import mail
from pywebpush import WebPushException

from tests.site.reminding import MARKER, MIN, NOON, run_queue, takes, wants
from unclench.errors import InputError
from unclench_site.reminders import claiming, outbox, sending, vapid
from unclench_site.reminders.feed import calendar
from unclench_site.reminders.models import (
    Delivery,
    Device,
    OwnReminder,
    State,
)

pytestmark = pytest.mark.django_db


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

    monkeypatch.setattr("pywebpush.webpush", webpush)
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
