"""A clinician writes and signs, a member follows: in a real Chromium, also without JavaScript."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from playwright.sync_api import expect

from unclench_site.accounts.models import Grant, Person, Role, Scope
from unclench_site.plans.models import PlanVersion, Treatment

PHONE = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 900}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll(
    'button, select, summary, textarea, input:not([type=hidden], [type=radio], [type=checkbox]),' +
    ' .pick, .button, .alone, .rooms a, .home, .emergency')]
  .filter(e => e.checkVisibility({visibilityProperty: true}))
  .map(e => [e.getBoundingClientRect(), e.outerHTML.slice(0, 90)])
  .filter(([box]) => box.width > 1 && (box.width < 43.99 || box.height < 43.99))
  .map(([box, html]) => `${Math.round(box.width)} x ${Math.round(box.height)} ${html}`)"""
WHY = "You asked to come off baclofen before summer."


@pytest.fixture(autouse=True)
def _database(transactional_db):
    """The server runs in a thread of its own, and has to see what a test wrote."""
    resolve("/treatment/")


@pytest.fixture
def alice() -> Person:
    """A member."""
    return Person.objects.create_user("alice")


@pytest.fixture
def dana(alice) -> Person:
    """A verified clinician whom she let in."""
    found = Person.objects.create_user(
        "dana", role=Role.CLINICIAN, verified_at=timezone.now() - timedelta(days=9)
    )
    Grant.objects.bulk_create(
        Grant(owner=alice, to=found, scope=scope, from_at=timezone.now() - timedelta(days=1))
        for scope in Scope
    )
    return found


@pytest.fixture
def enter(visit, live_server):
    """Opens an address as somebody who is signed in."""

    def open_as(person: Person, address: str, **options):
        client = Client()
        client.force_login(person)
        page = visit("/help/", **options)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.goto(address)
        return page

    return open_as


def looks_right(page, name: str) -> None:
    if folder := os.environ.get("UNCLENCH_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    said = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found.response["violations"]]
    assert said == [], page.url
    assert page.evaluate(SIDEWAYS) == 0, page.url
    assert page.evaluate(SMALL_TARGETS) == [], page.url


def says_what_she_takes(page) -> None:
    """On a phone, with three doses and another medicine."""
    page.get_by_role("link", name="Say what I take").click()
    page.get_by_label("Tablets", exact=True).check()
    for place, time in enumerate(("08:00", "14:00", "20:00"), start=1):
        page.get_by_label(f"Time of dose {place}", exact=True).fill(time)
        page.get_by_label(f"Amount of dose {place}").fill("10")
    page.get_by_label("Other medicines").fill("tizanidine\nfoobarix")
    page.get_by_role("button", name="See what was understood").click()
    expect(page.get_by_text("That is 30 mg a day.")).to_be_visible()
    expect(page.get_by_text("not known to us", exact=True)).to_be_visible()


def signs_a_taper(page) -> None:
    """From the list of people to the signature."""
    page.get_by_role("link", name="Care plans: read and write").click()
    page.get_by_role("link", name="Coming down").click()
    expect(page.get_by_label("Taken now, in a day")).to_have_value("30")
    page.get_by_label("On baclofen for").fill("40")
    page.get_by_label("Why this plan").fill(WHY)
    page.get_by_label("Whom to call").fill("Dr Dana, 0123 456")
    looks_right(page, "write")
    page.get_by_role("button", name="Lay it out and check it").click()
    looks_right(page, "sign")
    for answer in page.get_by_label("Why the plan is right all the same").all():
        answer.fill("We spoke about it today and agreed.")
    page.get_by_role("button", name="Sign this plan").click()
    expect(page.get_by_text("Signed. The member sees it now.")).to_be_visible()


def test_a_plan_is_signed_and_followed_and_held(enter, alice, dana):
    phone = enter(alice, "/treatment/", viewport=PHONE)
    looks_right(phone, "treatment-empty-320")
    says_what_she_takes(phone)
    looks_right(phone, "understood-320")
    phone.get_by_role("button", name="Yes, keep it").click()
    looks_right(phone, "treatment-320")
    desk = enter(dana, "/clinic-list/", color_scheme="dark")
    looks_right(desk, "clinic-list-dark")
    signs_a_taper(desk)
    looks_right(desk, "plan-clinician-dark")
    version = PlanVersion.objects.select_related("plan").get()
    phone.goto(f"/plans/{version.plan.public_id}/")
    looks_right(phone, "plan-offered-320")
    phone.get_by_role("button", name="I want to follow this plan").click()
    phone.get_by_role("button", name="I start this step today").click()
    expect(phone.get_by_role("heading", name="Today: step 1")).to_be_visible()
    looks_right(phone, "plan-today-320")
    assert (
        Treatment.objects.get(mark__isnull=False).regimen
        == (version.content["steps"][0]["regimen"])
    )
    phone.get_by_role("button", name="Mark this step as done").click()
    phone.get_by_text("Report a problem").click()
    phone.get_by_label("a seizure").check()
    phone.get_by_role("button", name="Report, and hold the plan").click()
    expect(phone.get_by_role("heading", name="On hold")).to_be_visible()
    expect(phone.get_by_text("Call: Dr Dana, 0123 456")).to_be_visible()
    looks_right(phone, "plan-hold-320")
    desk.reload()
    desk.get_by_label("Why the plan may go on").fill("We spoke. It was something else.")
    desk.get_by_role("button", name="End the hold").click()
    expect(desk.get_by_text("The plan goes on.")).to_be_visible()


def test_everything_works_without_javascript(enter, alice, dana):
    phone = enter(alice, "/treatment/", viewport=PHONE, java_script_enabled=False)
    says_what_she_takes(phone)
    phone.get_by_role("button", name="No, change it").click()
    expect(phone.get_by_label("Amount of dose 1")).to_have_value("10")
    phone.get_by_role("button", name="See what was understood").click()
    phone.get_by_role("button", name="Yes, keep it").click()
    expect(phone.get_by_role("heading", name="What I take")).to_be_visible()
    page = f"/with/{alice.public_id}/plans/write/titration/"
    desk = enter(dana, page, java_script_enabled=False)
    desk.get_by_label("Up to, in a day").fill("45")
    desk.get_by_label("Why this plan").fill("To sleep.")
    desk.get_by_label("Whom to call").fill("Dr Dana, 0123 456")
    desk.get_by_role("button", name="Lay it out and check it").click()
    for answer in desk.get_by_label("Why the plan is right all the same").all():
        answer.fill("We spoke about it today and agreed.")
    desk.get_by_role("button", name="Sign this plan").click()
    phone.goto("/plans/")
    phone.get_by_role("link", name="Open").click()
    phone.get_by_role("button", name="I want to follow this plan").click()
    phone.get_by_role("button", name="I start this step today").click()
    expect(phone.get_by_role("heading", name="Today: step 1")).to_be_visible()


FORMS = ["/treatment/change/", "/treatment/health/", "/treatment/pump/", "/plans/"]


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["320", "1280"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_form(enter, alice, viewport, scheme):
    page = enter(alice, FORMS[0], viewport=viewport, color_scheme=scheme)
    for address in FORMS:
        page.goto(address)
        looks_right(page, f"{address.strip('/').replace('/', '-')}-{viewport['width']}-{scheme}")
    page.goto("/treatment/pump/")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading", name="Please look again")).to_be_visible()
    looks_right(page, f"pump-wrong-{viewport['width']}-{scheme}")


def test_the_form_of_a_pump_shows_when_the_next_refill_is_due(enter, alice):
    page = enter(alice, "/treatment/pump/", low_energy=True)
    told = {
        "Concentration": "500",
        "Filled in": "40",
        "The reservoir holds": "40",
        "Left when the alarm sounds": "2",
        "Tubing inside the pump": "0.2",
        "Catheter": "0.2",
        "Last refill": f"{timezone.now():%Y-%m-%d}",
    }
    for label, value in told.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("500 micrograms in each mL")).to_be_visible()
    page.get_by_role("link", name="Say what I take").click()
    page.get_by_label("Pump", exact=True).check()
    page.get_by_label("The pump gives, in all, in a day").fill("200")
    page.get_by_role("button", name="See what was understood").click()
    page.get_by_role("button", name="Yes, keep it").click()
    due = timezone.now() + timedelta(days=82)
    expect(page.get_by_text(f"by {due.day} {due:%B %Y}")).to_be_visible()
    looks_right(page, "treatment-low-energy")
