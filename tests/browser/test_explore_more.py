"""Journeys through what lies folded on the explore page: more about you, and plans over time."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_access import SIDEWAYS, SMALL_TARGETS, axe_says

PHONE = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 900}
SIXTY = "/explore/?regimen=20 mg at 08:00, 14:00, 20:00"


def settled(page, part: str) -> None:
    """Wait until the address says what the page shows."""
    page.wait_for_url(re.compile(re.escape(part)))


def made_for_everybody(page) -> None:
    """Nothing that axe finds, nothing to the side, nothing too small to hit."""
    assert axe_says(page) == []
    assert page.evaluate(SIDEWAYS) == 0
    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize(
    "options",
    [{"viewport": PHONE, "color_scheme": "dark"}, {"viewport": WIDE}],
    ids=["320 dark", "1280"],
)
def test_telling_more_lets_the_rules_speak(visit, options):
    page = visit(SIXTY, **options)
    page.locator("#more > summary").click()
    page.get_by_label("Your other medicines").press_sequentially("Advil, Snurfex")
    expect(page.locator("#meds-read")).to_contain_text("We understood: Advil (ibuprofen).")
    expect(page.locator("#meds-read")).to_contain_text("snurfex")
    expect(page.locator("#answer")).to_contain_text("Advil (ibuprofen) beside baclofen")
    page.locator("#has-list > summary").click()
    page.get_by_label("dialysis").check()
    settled(page, "has=dialysis&meds=Advil,+Snurfex")
    expect(page.locator(".answer")).to_contain_text("Too much for dialysis")
    page.locator("#feel-list > summary").click()
    page.get_by_label("a seizure", exact=True).check()
    expect(page.locator("#urgent")).to_contain_text("Signs of danger: get help now")
    expect(page.locator("#said")).to_contain_text("Signs of danger")
    made_for_everybody(page)

    address = page.get_by_label("The address of this picture").input_value()
    again = visit(address, **options)
    expect(again.get_by_label("dialysis")).to_be_checked()
    expect(again.get_by_label("Your other medicines")).to_have_value("Advil, Snurfex")


def test_a_wrong_number_about_you_is_told_beside_it(visit):
    page = visit(SIXTY)
    page.locator("#more > summary").click()
    page.get_by_label("How long you have taken baclofen").fill("ten")
    expect(page.locator("#weeks-wrong")).to_contain_text("is not a number")
    page.get_by_label("How long you have taken baclofen").fill("10")
    expect(page.locator("#weeks-wrong")).to_be_empty()
    settled(page, "weeks=10")


@pytest.mark.parametrize(
    "options",
    [{"viewport": PHONE}, {"viewport": WIDE, "color_scheme": "dark"}],
    ids=["320", "1280 dark"],
)
def test_a_plan_over_time_stands_beside_its_curves(visit, options):
    page = visit(SIXTY, **options)
    page.locator("#laying > summary").click()
    page.get_by_label("Lay out").select_option("down")
    settled(page, "lay=down")
    expect(page.locator("#finding")).to_have_text("Come down from 60 mg a day to nothing")
    expect(page.locator("#urgent")).to_contain_text("Stopped suddenly")
    expect(page.locator(".laid table")).to_contain_text("No baclofen from here on.")
    expect(page.locator("#late")).to_be_hidden()
    page.get_by_label("Pace").select_option("gentle")
    settled(page, "pace=gentle")
    made_for_everybody(page)
    page.get_by_label("Lay out").select_option("test")
    settled(page, "lay=test")
    expect(page.locator("#urgent")).to_be_empty()
    expect(page.locator(".laid table")).to_contain_text("Vital signs often until")
    page.get_by_label("Lay out").select_option("none")
    expect(page.locator("#finding")).to_contain_text("Spasms")
    expect(page.locator(".laid")).to_have_count(0)


def test_a_plan_over_time_needs_no_script(visit):
    page = visit(SIXTY, java_script_enabled=False)
    page.locator("#laying > summary").click()
    page.get_by_label("Lay out").select_option("start")
    page.get_by_role("button", name="Show", exact=True).click()
    settled(page, "lay=start")
    expect(page.locator(".laid table")).to_contain_text("No rise in the first 24 hours.")
    page.get_by_label("Daily dose to reach").fill("20")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("link", name=re.compile("is below the start"))).to_be_visible()
    page.get_by_label("Lay out").select_option("missed")
    page.get_by_label("It is noticed on day 4 at").fill("19:00")
    page.get_by_role("button", name="Show", exact=True).click()
    settled(page, "late=19:00")
    expect(page.locator(".laid table")).to_contain_text("leave it out")


def test_the_charts_below_follow_a_move_in_view_or_not(visit):
    page = visit(SIXTY)
    line = page.locator("#chart-plasma svg:visible path.line").first
    before = line.get_attribute("d")
    page.get_by_label("mg, dose 1").fill("5")
    expect(line).not_to_have_attribute("d", before)
    page.locator("#chart-plasma").scroll_into_view_if_needed()
    after = line.get_attribute("d")
    page.get_by_label("mg, dose 1").fill("30")
    expect(line).not_to_have_attribute("d", after)
