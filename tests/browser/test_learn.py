"""Reading in a real browser: at 320 pixels, with the keyboard, and without JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 320, "height": 640}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_reading_an_article_on_a_phone(visit, theme):
    page = visit("/learn/", viewport=PHONE, theme=theme)
    page.get_by_role("link", name="How baclofen works").click()

    assert page.get_by_role("heading", level=1).inner_text() == "How baclofen works"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert Axe().run(page).violations_count == 0


def test_finding_an_article_without_javascript(visit):
    page = visit("/learn/", java_script_enabled=False)
    page.get_by_label("Find an article").fill("kidneys")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Who should not take it").click()
    page.get_by_text("19 sources").click()

    assert page.locator(".sources li").count() == 19
    page.get_by_role("link", name="As plain text").click()
    assert "Kidneys" in page.inner_text("body")


def test_a_citation_is_reached_and_opened_with_the_keyboard(visit):
    page = visit("/learn/missing-a-dose/")
    page.get_by_role("link", name="source 1", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/library/dosing.missed.take/")

    assert "Take it when you remember" in page.inner_text("main")
