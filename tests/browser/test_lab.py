"""One journey through the lab: start, watch, stop, read; also without a script, at 320 px."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as site
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from unclench_site.accounts.models import Person
from unclench_site.lab import working
from unclench_site.lab.models import Run

PHONE = {"width": 320, "height": 640}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll(
    'main :is(button, select, summary, textarea, .button, .alone, .runs a, .way)')]
  .filter(e => e.checkVisibility({visibilityProperty: true}))
  .map(e => [e.getBoundingClientRect(), e.outerHTML.slice(0, 90)])
  .filter(([box]) => box.width > 1 && (box.width < 43.99 || box.height < 43.99))
  .map(([box, html]) => `${Math.round(box.width)} x ${Math.round(box.height)} ${html}`)"""


@pytest.fixture
def lab(visit, transactional_db, live_server, settings, tmp_path):
    """Opens a page of the lab as Alice."""
    settings.DATA = tmp_path
    settings.LAB_ON, settings.LAB_WORKERS = "threads", 1
    person = Person.objects.create_user("alice")
    client = Client()
    client.force_login(person)
    cookie = client.cookies[site.SESSION_COOKIE_NAME].value

    def opener(address="/lab/", **options):
        page = visit("/help/", **options)
        page.context.add_cookies(
            [{"name": site.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        page.goto(address)
        return page

    return opener


def looks_right(page) -> None:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found] == []
    assert page.evaluate(SIDEWAYS) == 0
    assert page.evaluate(SMALL_TARGETS) == []


def test_a_run_is_started_watched_stopped_and_read(lab):
    page = lab()
    looks_right(page)
    page.get_by_role("link", name="Try a plan on many people").click()
    page.get_by_label("Plan", exact=True).fill("10")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_contain_text("Expected:")
    looks_right(page)

    page.get_by_label("Plan", exact=True).fill("20 mg three times a day")
    page.get_by_text("Compare with other plans").click()
    page.get_by_label("Plan 2, to compare").fill("pump 200 micrograms/day")
    page.get_by_label("How many virtual people").fill("200")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".how-far")).to_have_text("Waiting for a free worker")
    looks_right(page)

    page.get_by_role("button", name="Stop this run").click()
    expect(page.locator(".how-far")).to_contain_text("Stopped after 0 of 200 people")
    looks_right(page)
    page.get_by_role("button", name="Go on").click()
    stop = page.get_by_role("button", name="Stop this run")
    stop.focus()

    run = Run.objects.get()
    Run.objects.claim(run.public_id, at=timezone.now())
    Run.objects.update(done=100)
    expect(page.locator(".how-far")).to_have_text("100 of 200 people are through")
    expect(page.locator("#said")).to_have_text("100 of 200 people are through")
    expect(stop).to_be_focused()  # polling takes nothing away from somebody's hands
    looks_right(page)

    Run.objects.update(state="queued", claim=None, done=0, tries=0)
    working.work(run.public_id, clock=timezone.now)
    expect(page.get_by_role("heading", name=re.compile("Of 100 spasms"))).to_be_visible()
    expect(page.locator("#said")).to_have_text("Finished")
    expect(page.locator(".drawing.is-wide").first).to_be_visible()
    looks_right(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="All numbers (JSON)").click()
    assert waiting.value.suggested_filename == "unclench-run.json"
    page.get_by_role("button", name="Remove this run").click()
    expect(page.get_by_role("status").filter(has_text="The run is removed")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_works_on_a_phone_without_a_script(lab, scheme):
    page = lab(java_script_enabled=False, viewport=PHONE, color_scheme=scheme)
    page.get_by_role("link", name=re.compile("Penn 1989")).click()
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".how-far")).to_have_text("Waiting for a free worker")
    working.work(Run.objects.get().public_id, clock=timezone.now)
    page.get_by_role("link", name="See how far it is now").click()
    expect(page.get_by_text("This is the model’s opinion")).to_be_visible()
    address = page.url

    seen = lab(address, viewport=PHONE, color_scheme=scheme)
    expect(seen.locator(".drawing.is-narrow").first).to_be_visible()
    looks_right(seen)
