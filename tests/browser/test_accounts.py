"""The door and the account in a real Chromium: passkeys, sessions, sharing, erasing."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from playwright.sync_api import expect

from unclench_site.accounts.models import AuditEntry, Person, Role, Scope

PHONE = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 900}
PASSWORD = "heron lantern quiet gravel"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll(
    'button, select, summary, textarea, input:not([type=hidden], [type=radio], [type=checkbox]),' +
    ' .tick, .button, .alone, .door, .rooms a, .home, .emergency, .who')]
  .filter(e => e.checkVisibility({visibilityProperty: true}))
  .map(e => [e.getBoundingClientRect(), e.outerHTML.slice(0, 90)])
  .filter(([box]) => box.width > 1 && (box.width < 43.99 || box.height < 43.99))
  .map(([box, html]) => `${Math.round(box.width)} x ${Math.round(box.height)} ${html}`)"""
DOOR = ["/account/login/", "/account/signup/", "/account/login/code/", "/account/password/reset/"]
ROOMS = [
    "/account/",
    "/account/details/",
    "/account/email/",
    "/account/sharing/",
    "/account/trail/",
    "/account/everything/",
    "/account/bring/",
    "/account/erase/",
    "/account/sessions/",
    "/account/password/change/",
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/add/",
    "/account/2fa/webauthn/",
    "/account/verification/",
    "/account/requests/",
    "/account/logout/",
]


@pytest.fixture(autouse=True)
def _database(transactional_db):
    """The server runs in a thread of its own, and has to see what a test wrote.

    It imports every room at its first page; that is done before the browser's clock runs.
    """
    resolve("/account/")


def looks_right(page) -> None:
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    said = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found.response["violations"]]
    assert said == [], page.url
    assert page.evaluate(SIDEWAYS) == 0, page.url
    assert page.evaluate(SMALL_TARGETS) == [], page.url


def with_authenticator(page) -> None:
    """Give the browser a finger print reader that always says yes."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_up(page, name: str) -> None:
    page.goto("/account/signup/")
    page.get_by_label("A name to go by").fill(name)
    page.get_by_label("Your e-mail").fill(f"{name.lower()}@example.org")
    page.get_by_label("This site may keep what I write here").check()


def sign_in(page, name: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("Your name here, or your e-mail").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile(r"(?<!login)/$"))


def test_sign_up_and_sign_in_with_a_passkey(visit):
    page = visit("/account/login/", timezone_id="Europe/Berlin")
    with_authenticator(page)
    sign_up(page, "Heron")
    page.get_by_role("button", name="Go on with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Make a passkey")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    expect(page.locator(".codes li")).to_have_count(10)
    person = Person.objects.get(name="Heron")
    assert person.time_zone == "Europe/Berlin"
    assert not person.has_usable_password()

    page.goto("/account/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.wait_for_load_state("networkidle")  # signing out leads on to the first page
    page.goto("/account/sharing/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Whom you let in")

    page.goto("/account/erase/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Erase everything")
    page.get_by_label("Type your name here to confirm").fill("Heron")
    page.get_by_role("button", name="Erase everything now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything is erased")
    assert not Person.objects.exists()


def test_without_scripts_a_password_is_enough(visit):
    page = visit("/account/login/", java_script_enabled=False, viewport=PHONE)
    sign_up(page, "Gravel")
    page.get_by_label("A password").fill(PASSWORD)
    page.get_by_role("button", name="Go on with this password").click()
    assert Person.objects.get().name == "Gravel"
    page.goto("/account/details/")
    page.get_by_label("Your time zone").select_option("Asia/Tokyo")
    page.get_by_role("button", name="Keep").click()
    assert Person.objects.get().time_zone == "Asia/Tokyo"


def test_let_in_look_end_gone(visit):
    for name in ("Alice", "Bob"):
        Person.objects.create_user(name, password=PASSWORD)
    page = visit("/account/login/", viewport=PHONE)
    sign_in(page, "Alice")
    page.goto("/account/sharing/")
    page.get_by_label("Their name here").fill("Bob")
    page.get_by_label("my diary").check()
    page.get_by_label("for a week").check()
    page.get_by_role("button", name="Let them in").click()
    expect(page.locator("main")).to_contain_text("Bob is let in.")
    looks_right(page)

    other = visit("/account/login/")
    sign_in(other, "Bob")
    other.goto("/account/sharing/")
    expect(other.locator("main")).to_contain_text("Alice: their diary")

    page.get_by_role("button", name="End it now: Bob").click()
    expect(page.locator("main")).to_contain_text("You let nobody in.")
    other.reload()
    expect(other.locator("main")).to_contain_text("Nobody let you in.")
    page.goto("/account/trail/")
    expect(page.locator("main")).to_contain_text("You stopped sharing: diary")


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "dark"), (WIDE, "light")], ids=["320 dark", "1280 light"]
)
def test_every_page_of_the_account_is_right(visit, viewport, scheme):
    alice = Person.objects.create_user(
        "Alice", email="alice@example.org", password=PASSWORD, role=Role.CLINICIAN, is_staff=True
    )
    AuditEntry.objects.create(
        owner=alice, by=alice, action="read", what=Scope.DIARY, at=alice.joined_at
    )
    page = visit("/account/login/", viewport=viewport, color_scheme=scheme)
    for address in DOOR:
        page.goto(address)
        looks_right(page)
    page.goto("/account/signup/")
    page.get_by_role("button", name="Go on with this password").click()
    sign_in(page, "Alice")
    for address in ROOMS:
        page.goto(address)
        if page.get_by_role("heading", name="Is it you?").count():
            looks_right(page)
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.get_by_role("button", name="Go on").click()
        assert urlsplit(page.url).path == address
        looks_right(page)
