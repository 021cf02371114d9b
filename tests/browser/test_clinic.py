"""The page for the clinic and the reminders in a real Chromium: share, look, end, gone."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from unclench_site.accounts.models import Person
from unclench_site.clinic.models import Question
from unclench_site.diary.models import Entry
from unclench_site.plans.models import HealthDetails, Treatment

PHONE = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 900}
DAY = timedelta(days=1)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll(
    'main button, main select, main summary, main .button, main .alone, main .tick, main .open,' +
    ' main input:not([type=hidden], [type=radio], [type=checkbox])')]
  .filter(e => e.checkVisibility({visibilityProperty: true}))
  .map(e => [e.getBoundingClientRect(), e.outerHTML.slice(0, 90)])
  .filter(([box]) => box.width > 1 && (box.width < 43.99 || box.height < 43.99))
  .map(([box, html]) => `${Math.round(box.width)} x ${Math.round(box.height)} ${html}`)"""
PAGES = ["/clinic/", "/clinic/card/", "/reminders/"]


@pytest.fixture
def alice(transactional_db) -> Person:
    """A member with a treatment and four weeks of spasms."""
    at = timezone.now()
    alice = Person.objects.create_user("alice", email="alice@example.org")
    since = at - 40 * DAY
    Treatment.objects.create(
        owner=alice,
        regimen="10 mg at 08:00, 14:00, 20:00",
        day_one=since.date(),
        from_at=since,
        zone="UTC",
        medicines=["diazepam"],
        recorded_at=since,
    )
    HealthDetails.objects.create(
        owner=alice, recorded_at=since, spasms_per_day=8, weight_kg=Decimal(60), goals=["sleep"]
    )
    Question.objects.create(owner=alice, words="Is it the evening dose?", asked_at=at)
    Entry.objects.bulk_create(
        Entry(
            owner=alice,
            thread=uuid.uuid4(),
            kind="spasm",
            happened_at=at - day * DAY - hour * timedelta(hours=1),
            zone="UTC",
            recorded_at=at,
            value=2,
            key=str(uuid.uuid4()),
        )
        for day in range(1, 29)
        for hour in range(1 + day % 5)
    )
    return alice


@pytest.fixture
def signed_in(alice, visit, live_server):
    """Opens a page as Alice; each in a window of its own."""

    def open_page(address, **options):
        client = Client()
        client.force_login(alice)
        client.get(address)  # compiled and read before the browser's patience begins
        page = visit("/help/", **options)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        page.context.add_cookies([{**cookie, "url": live_server.url}])
        page.goto(address)
        return page

    return open_page


def axe_says(page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found.response["violations"]]


def looks_right(page) -> None:
    assert axe_says(page) == []
    assert page.evaluate(SIDEWAYS) == 0
    assert page.evaluate(SMALL_TARGETS) == []


def test_share_open_end_gone(signed_in, visit):
    page = signed_in("/clinic/", viewport=PHONE)
    page.get_by_label("The link works for").select_option("one day")
    page.get_by_role("button", name="Make a link").click()
    address = page.get_by_label("The link", exact=True).input_value()
    looks_right(page)

    other = visit(address, viewport=PHONE)
    expect(other.get_by_role("heading", level=1)).to_have_text("alice: page for the clinic")
    expect(other.locator("main")).to_contain_text("Is it the evening dose?")
    looks_right(other)

    page.goto("/clinic/")
    expect(page.locator("#sharing")).to_contain_text("opened 1 time,")
    page.get_by_role("button", name="End the link").click()
    expect(page.locator("#sharing")).to_contain_text("ended")
    assert other.goto(address).status == 404
    page.goto("/account/trail/")
    expect(page.locator("main")).to_contain_text("by link")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["320", "1280"])
def test_the_pages_are_made_for_tired_eyes_and_hands(signed_in, viewport, scheme):
    page = signed_in(PAGES[0], viewport=viewport, color_scheme=scheme)
    looks_right(page)
    for address in PAGES[1:]:
        page.goto(address)
        looks_right(page)


def test_low_energy_and_high_contrast_hold_too(signed_in):
    page = signed_in(PAGES[0], viewport=PHONE, low_energy=True, contrast="more")
    for address in PAGES:
        page.goto(address)
        looks_right(page)


def test_on_paper_there_is_the_page_and_nothing_else(signed_in):
    page = signed_in("/clinic/")
    page.emulate_media(media="print")
    for hidden in (".top", ".foot", "#sharing", "main form", ".tools"):
        for one in page.locator(hidden).all():
            assert not one.is_visible()
    expect(page.locator(".sheet")).to_be_visible()
    page.goto("/clinic/card/")
    card = page.locator(".emergency-card")
    expect(card).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(card).to_have_css("color", "rgb(0, 0, 0)")


def test_wishes_are_kept_and_shown(signed_in):
    page = signed_in("/reminders/", viewport=PHONE)
    page.get_by_label("A look at your day, at").fill("20:00")
    page.get_by_label("E-mail").check()
    page.get_by_role("button", name="Keep these").click()
    expect(page.get_by_label("A look at your day, at")).to_have_value("20:00")
    expect(page.locator("main")).to_contain_text("A look at your day")
