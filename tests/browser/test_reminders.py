"""A push in a real Chromium: what the device shows, and what a second copy does."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from unclench_site.accounts.models import Person

SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
    .map(one => [one.title, one.body, one.tag, one.data.url])"""


@pytest.fixture
def alice(transactional_db) -> Person:
    """A member."""
    return Person.objects.create_user("alice", email="alice@example.org")


def test_a_push_shows_that_there_is_a_reminder_and_its_copy_takes_its_place(
    alice, visit, live_server
):
    client = Client()
    client.force_login(alice)
    client.get("/diary/")
    page = visit("/help/", permissions=["notifications"])
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([{**cookie, "url": live_server.url}])
    worker, seen = page.context.new_cdp_session(page), []
    worker.on("ServiceWorker.workerRegistrationUpdated", lambda told: seen.append(told))
    worker.send("ServiceWorker.enable")
    page.goto("/diary/")
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    [registration] = {one["registrationId"] for told in seen for one in told["registrations"]}
    told = {"title": "You have a reminder", "tag": "a1", "url": "/reminders/"}
    for _ in range(2):
        worker.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": live_server.url,
                "registrationId": registration,
                "data": json.dumps(told),
            },
        )
    page.wait_for_function(f"async () => (await ({SHOWN})()).length > 0")
    assert page.evaluate(SHOWN) == [["You have a reminder", "", "a1", "/reminders/"]]
