"""Light or dark, low energy: one tap on every page, kept in a cookie, back to the same place."""

from __future__ import annotations

import pytest

DISPLAY = "/display/"


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_everybody_may_choose_a_theme(person, read, theme):
    answer = person.post(DISPLAY, {"theme": theme})
    assert answer.status_code == 302
    page = read(person.get("/help/"))
    assert page.all("html")[0].attributes["data-theme"] == theme
    assert page.all("button", name="theme", value=theme)[0].attributes["aria-pressed"] == "true"


def test_low_energy_is_one_tap_there_and_one_tap_back(person, read):
    page = read(person.get("/help/"))
    assert page.all("button", name="energy")[0].attributes["value"] == "low"
    person.post(DISPLAY, {"energy": "low"})
    page = read(person.get("/help/"))
    assert page.all("html")[0].attributes["data-energy"] == "low"
    assert page.all("button", name="energy")[0].attributes["value"] == "full"
    person.post(DISPLAY, {"energy": "full"})
    assert read(person.get("/help/")).all("html")[0].attributes["data-energy"] == "full"


def test_one_choice_leaves_the_other_alone(client):
    client.post(DISPLAY, {"theme": "dark"})
    client.post(DISPLAY, {"energy": "low"})
    assert client.cookies["theme"].value == "dark"


def test_it_leads_back_to_the_same_plan(client):
    page = "http://testserver/explore/?regimen=20+mg+at+08:00"
    answer = client.post(DISPLAY, {"theme": "dark"}, headers={"Referer": page})
    assert answer.headers["Location"] == page


@pytest.mark.parametrize(
    "page", ["", "https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_it_never_leads_to_another_site(client, page):
    answer = client.post(DISPLAY, {"theme": "dark"}, headers={"Referer": page})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("value", ["", "pink", "<b>", "dark; Domain=evil.example"])
def test_an_unknown_choice_changes_nothing(client, read, value):
    answer = client.post(DISPLAY, {"theme": value, "energy": value})
    assert not answer.cookies
    client.cookies["theme"] = value or '""'
    assert read(client.get("/help/")).all("html")[0].attributes["data-theme"] == "auto"


def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(client):
    cookie = client.post(DISPLAY, {"theme": "dark"}).cookies["theme"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_looking_at_the_address_chooses_nothing(client):
    assert client.get(DISPLAY).status_code == 405
