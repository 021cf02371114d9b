"""The diary on a phone: one tap, no connection, a crash, no script, a device that is shared."""

from __future__ import annotations

import contextlib
import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as site
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from playwright.sync_api import Error, expect

from unclench_site.diary.models import Entry
from unclench_site.plans.models import Treatment

PHONE = {"width": 320, "height": 640}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LOW_TARGETS = """least => [...document.querySelectorAll('.big')]
  .filter(e => e.checkVisibility()).map(e => e.getBoundingClientRect().height)
  .filter(height => height < least)"""
SMALL_TARGETS = """() => [...document.querySelectorAll('main :is(button, select, summary, .alone,' +
    '.tabs a, input:not([type=hidden], [type=radio]))')]
  .filter(e => e.checkVisibility()).map(e => [e.getBoundingClientRect(), e.outerHTML.slice(0, 80)])
  .filter(([box]) => box.width > 1 && (box.width < 43.99 || box.height < 43.99))
  .map(([box, html]) => `${Math.round(box.width)} x ${Math.round(box.height)} ${html}`)"""


@pytest.fixture
def alice(transactional_db):
    """Alice takes three tablets a day."""
    owner = get_user_model().objects.create_user("alice")
    begun = timezone.now() - timedelta(days=20)
    Treatment.objects.create(
        owner=owner,
        regimen="10 mg at 08:00, 14:00, 20:00",
        day_one=begun.date(),
        from_at=begun,
        zone="UTC",
        recorded_at=begun,
    )
    return owner


@pytest.fixture
def device(browser, live_server, alice):
    """A device on which Alice is signed in; options are those of a Playwright context."""
    contexts = []

    def make(**options):
        options = {"viewport": PHONE, "locale": "en-GB", "base_url": live_server.url, **options}
        context = browser.new_context(**options)
        contexts.append(context)
        session = SessionStore()
        session["_auth_user_id"] = str(alice.pk)
        session["_auth_user_backend"] = site.AUTHENTICATION_BACKENDS[0]
        session["_auth_user_hash"] = alice.get_session_auth_hash()
        session.save()
        name = site.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": session.session_key, "url": live_server.url}])
        context.set_default_timeout(20_000)
        return context

    yield make
    for context in contexts:
        context.close()


def ready(context):
    """The diary's page, with everything that it needs to work without a connection."""
    page = context.new_page()
    page.goto("/diary/")
    page.locator("html[data-diary=ready]").wait_for()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


def test_a_spasm_is_one_tap_and_its_strength_one_more(device):
    page = ready(device())
    page.get_by_role("button", name="Spasm", exact=True).click()
    said = page.locator("#tap-words")
    expect(said).to_contain_text("Logged: Spasm")
    expect(said).to_be_focused()
    page.get_by_role("button", name="Strong", exact=True).click()
    expect(said).to_contain_text("Logged: Spasm: strong")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(said).to_contain_text("Undone")
    assert not Entry.objects.standing().exists()
    assert Entry.objects.count() == 3


def test_a_hand_that_shakes_logs_one_spasm(device):
    page = ready(device())
    page.get_by_role("button", name="Spasm", exact=True).dblclick()
    expect(page.locator("#tap-words")).to_contain_text("Logged: Spasm")
    assert Entry.objects.count() == 1


def test_a_pump_beep_is_answered_before_anything_is_sent(device):
    context = device()
    page = ready(context)
    context.set_offline(True)
    page.get_by_role("button", name="Pump beep").click()
    words = page.locator("#beep-words")
    expect(words).to_be_focused()
    expect(words).to_contain_text("Call the clinic that fills the pump now, day or night.")


def test_ten_entries_without_a_connection_survive_a_crash_and_arrive_once(device, alice):
    context = device()
    page = ready(context)
    context.set_offline(True)
    for number in range(1, 6):
        page.get_by_role("button", name="Spasm", exact=True).click()
        expect(page.locator("diary-queue")).to_contain_text(f"{number} waiting")
        page.wait_for_timeout(750)
    with contextlib.suppress(Error):
        page.goto("chrome://crash")  # the page's process is gone without a word
    page.close()
    page = context.new_page()
    page.goto("/diary/")
    expect(page.get_by_role("heading", level=1)).to_have_text("No connection")
    expect(page.locator("diary-queue")).to_contain_text("Kept on this device: 5 waiting")
    for number in range(6, 11):
        page.get_by_role("button", name="Too loose").click()
        expect(page.locator("diary-queue")).to_contain_text(f"{number} waiting")
        page.wait_for_timeout(750)
    assert not Entry.objects.exists()
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto("/diary/")
    expect(page.locator("diary-queue")).to_be_hidden()
    expect(page.locator(".entries .entry")).to_have_count(10)
    kinds = list(Entry.objects.values_list("kind", flat=True))
    assert (kinds.count("spasm"), kinds.count("weakness")) == (5, 5)
    assert Entry.objects.values("key").distinct().count() == 10
    happened = Entry.objects.order_by("happened_at").values_list("happened_at", "recorded_at")
    assert all(when < recorded for when, recorded in happened)


def test_an_answer_that_is_lost_on_the_way_does_not_make_a_second_entry(device):
    context = device()
    page = ready(context)
    lost = []

    def lose_the_answer(route):
        if not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    context.route("**/diary/log/", lose_the_answer)
    page.get_by_role("button", name="Spasm", exact=True).click()
    expect(page.locator("diary-queue")).to_contain_text("1 waiting")
    while not lost:
        page.wait_for_timeout(50)
    assert (lost, Entry.objects.count()) == ([200], 1)
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("#tap-words")).to_contain_text("Logged: Spasm")
    expect(page.locator("diary-queue")).to_be_hidden()
    assert Entry.objects.count() == 1


def test_a_shared_device_keeps_nothing_after_signing_out_and_throws_nothing_away_unasked(device):
    context = device()
    page = ready(context)
    page.goto("/account/")
    page.locator("html[data-diary=ready]").wait_for()
    context.route("**/diary/log/", lambda route: route.abort())
    page.goto("/diary/")
    page.locator("html[data-diary=ready]").wait_for()
    page.get_by_role("button", name="Spasm", exact=True).click()
    expect(page.locator("diary-queue")).to_contain_text("1 waiting")
    page.goto("/account/")
    page.locator("html[data-diary=ready]").wait_for()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.locator("#leaving")).to_contain_text("1 entry is on this device only")
    context.unroute("**/diary/log/")
    page.get_by_role("button", name="Try to send again").click()
    page.wait_for_url(lambda url: "/account/" not in url or "log" in url)
    assert Entry.objects.count() == 1
    kept = page.evaluate(
        """async () => {
          const database = await new Promise(done => {
            const asked = indexedDB.open("unclench-diary");
            asked.onsuccess = () => done(asked.result);
          });
          const all = name => new Promise(done => {
            const asked = database.transaction(name).objectStore(name).getAll();
            asked.onsuccess = () => done(asked.result);
          });
          const addresses = [];
          for (const name of await caches.keys())
            for (const one of await (await caches.open(name)).keys())
              addresses.push(new URL(one.url).pathname);
          return {
            rows: [...await all("waiting"), ...await all("about")],
            pages: addresses.filter(one => !one.startsWith("/static/")),
          };
        }"""
    )
    assert kept == {"rows": [], "pages": ["/diary/offline/"]}
    context.set_offline(True)
    page.goto("/diary/")
    expect(page.locator(".taps")).to_contain_text("Nobody is signed in on this device.")


def test_everything_can_be_logged_without_javascript(device):
    page = device(java_script_enabled=False).new_page()
    page.goto("/diary/")
    page.get_by_role("button", name="Spasm", exact=True).click()
    expect(page.locator("#tap-words")).to_contain_text("Logged: Spasm")
    page.get_by_role("button", name="Strong", exact=True).click()
    expect(page.locator("#tap-words")).to_contain_text("Spasm: strong")
    page.get_by_role("button", name=re.compile("Taken.*14:00")).click()
    expect(page.locator("#tap-words")).to_contain_text("Logged: 10 mg taken")
    page.locator("#score-sleepiness > summary").click()
    page.locator("#score-sleepiness").get_by_role("button", name="4", exact=True).click()
    expect(page.locator("#tap-words")).to_contain_text("Sleepiness: 4 of 10")
    page.get_by_role("link", name="Correct it").click()
    page.get_by_label("How sleepy are you now?").select_option("7")
    page.get_by_role("button", name="Keep the correction").click()
    expect(page.locator("#tap-words")).to_contain_text("Sleepiness: 7 of 10")
    assert Entry.objects.standing().count() == 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_every_target_can_be_hit(device, scheme):
    page = ready(device(color_scheme=scheme))
    page.get_by_role("button", name="Spasm", exact=True).click()
    expect(page.locator("#tap-words")).to_contain_text("Logged")
    entry = Entry.objects.get().public_id
    pages = ["?logged=" + str(entry), "week/", "months/", "answer/", "entries/", f"entry/{entry}/"]
    for place in [*pages, "add/dose-taken/", "offline/", "pump-beep/"]:
        page.goto(f"/diary/{place}")
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        wrong = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found.response["violations"]]
        assert (place, wrong) == (place, [])
        assert (place, page.evaluate(SIDEWAYS)) == (place, 0)
        assert (place, page.evaluate(LOW_TARGETS, 56)) == (place, [])
        assert (place, page.evaluate(SMALL_TARGETS)) == (place, [])
