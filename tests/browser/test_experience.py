"""From an empty report to the figures, with a phone, without a script, and past axe."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.test_access import SIDEWAYS, SMALL_TARGETS, axe_says
from unclench_site.accounts.models import Person
from unclench_site.experience.demonstration import demonstrate
from unclench_site.experience.models import Report

PHONE = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 900}
MADE = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def alice(transactional_db):
    return Person.objects.create_user("alice", is_staff=True)


def signed_in(page, person, live_server):
    """Give the window the person's session."""
    client = Client()
    client.force_login(person)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


def fair(page):
    assert axe_says(page) == []
    assert page.evaluate(SIDEWAYS) == 0
    assert page.evaluate(SMALL_TARGETS) == []


def test_a_report_is_made_counted_and_taken_back_without_a_script(visit, live_server, alice):
    page = visit("/help/", viewport=PHONE, java_script_enabled=False)
    signed_in(page, alice, live_server)
    page.goto("/experience/")
    expect(page.get_by_text("Nobody has been counted yet")).to_be_visible()
    page.get_by_role("link", name="Tell how it was for you").click()
    page.get_by_role("link", name="Begin empty").first.click()
    page.get_by_label("What did you take last, in a day?").fill("ten of the small ones")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("alert")).to_contain_text("When did you start?")
    page.get_by_label("When did you start?").fill("2025-03-01")
    page.get_by_label("What did you take last, in a day?").fill("10 mg x3")
    page.get_by_label("Fewer spasms").select_option("a little better")
    page.get_by_label("drowsiness").check()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("status")).to_have_text("Your report is kept.")
    page.get_by_role("button", name="Count me").click()
    expect(page.get_by_role("button", name="Stop counting me")).to_be_visible()
    assert Report.objects.get().effects == {"spasms": "little"}
    page.get_by_role("button", name="Take the report of tablets or liquid back").click()
    expect(page.get_by_role("status")).to_contain_text("The next figures leave it out")


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["320", "1280"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_room_is_made_for_tired_hands(
    visit, live_server, alice, viewport, scheme
):
    demonstrate(7, at=timezone.now())
    page = visit("/experience/", viewport=viewport, color_scheme=scheme)
    expect(page.get_by_text("Made-up people.")).to_be_visible()
    expect(page.locator(".drawing svg:visible")).to_have_count(1)
    fair(page)
    signed_in(page, alice, live_server)
    for address in ("yours/", "yours/oral/", "readings/"):
        page.goto(f"/experience/{address}")
        fair(page)
    page.get_by_text("Everything has been read")
