"""Plans over time on the explore page: the rules lay them out, the model shows what they do."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.http import QueryDict

from unclench.regimen import Route
from unclench.therapy import FOR_A_CLINICIAN, PROTOCOLS, TAPERS, Pace, taper, taper_protocol
from unclench.units import mg
from unclench_site.explore.form import ExploreForm
from unclench_site.explore.laid import LEAD_DAYS, NOW_DAYS, Lay

pytestmark = pytest.mark.django_db

EXPLORE = "/explore/"
SIXTY = {"regimen": "20 mg at 08:00, 14:00, 20:00"}
PLANS = (
    {"lay": "up"},
    {"lay": "up", "up": "germany-slow", "goal": "40"},
    {"lay": "up", "up": "uk", "rise": "5", "every": "7"},
    {"lay": "down"},
    {"lay": "down", "down": "switzerland", "pace": "gentle", "weeks": "4"},
    {"lay": "test"},
    {"lay": "test", "upto": "100", "small": "on"},
    {"lay": "start"},
    {"lay": "start", "worked": "75", "lasted": "9.5", "badly": "on", "aim": "150"},
    {"lay": "missed"},
    {"lay": "missed", "late": "19:30"},
    {"lay": "missed", "late": "01:15"},
)


def ids(query):
    return " ".join(query.values())


def answered(client, **query):
    """What the page answers to a plan over time."""
    return client.get(EXPLORE, {**SIXTY, **query}).context["answer"]


@pytest.mark.parametrize("query", PLANS, ids=ids)
def test_a_plan_is_a_table_beside_the_curves_with_its_source(client, read, query):
    answer = client.get(EXPLORE, {**SIXTY, **query})
    page = read(answer)
    laid = answer.context["answer"].question.laid
    assert FOR_A_CLINICIAN in page.text
    assert laid.protocol in page.text
    assert laid.title in page.text
    for row in laid.rows:
        assert row.when in page.text
        assert row.daily in page.text
    assert page.all("details", id="laid-sources")
    for key in laid.evidence:
        assert page.all("a", href=f"/library/{key}/")
    assert answer.context["answer"].charts


@pytest.mark.parametrize("query", PLANS, ids=ids)
def test_a_plan_is_a_link(client, query):
    first = client.get(EXPLORE, {**SIXTY, **query})
    address = first.context["query"]
    again = client.get(f"{EXPLORE}?{address}")
    assert again.context["query"] == address
    assert again.context["answer"].charts[0].drawings == first.context["answer"].charts[0].drawings


@pytest.mark.parametrize("query", PLANS, ids=ids)
def test_a_plan_can_be_taken_along_as_numbers(client, query):
    lines = client.get(f"{EXPLORE}numbers.csv", {**SIXTY, **query}).content.decode().splitlines()
    assert lines[1].startswith("0,")
    assert all(float(cell) >= 0 for cell in lines[-1].split(","))


def test_each_plan_is_offered_and_nothing_is_laid_out_unasked(client, read):
    page = read(client.get(EXPLORE))
    offered = {one.attributes["value"] for one in page.all("option")}
    assert {lay.value for lay in Lay} <= offered
    assert {one.code for one in (*PROTOCOLS, *TAPERS)} <= offered
    assert "The steps" not in page.text


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda one: one.code)
def test_a_source_that_names_no_step_needs_one_from_a_clinician(client, read, protocol):
    answer = client.get(EXPLORE, {"lay": "up", "up": protocol.code})
    assert answer.status_code == (200 if protocol.step and protocol.interval else 422)
    if answer.status_code == 422:
        assert "Expected: a number from a clinician." in read(answer).text


def test_a_way_down_is_the_one_of_the_rules_after_some_days_as_now(client, evidence):
    laid = answered(client, lay="down", down="uk", pace="gentle", weeks="30").question.laid
    plan = taper(
        mg(60),
        weeks_on=30,
        evidence=evidence,
        protocol=taper_protocol("uk"),
        pace=Pace.GENTLE,
    )
    assert [row.daily for row in laid.rows] == ["60 mg", *(step.daily_text for step in plan.steps)]
    assert laid.rows[1].when == f"day {NOW_DAYS + 1} to {NOW_DAYS + plan.steps[0].days}"
    for day in range(1, 120):
        before = laid.regimen.daily_mass(day)[0]
        assert laid.simulated.daily_mass(day + LEAD_DAYS)[0] == before
        assert laid.regimen.daily_mass(day + 1)[0] <= before


def test_a_way_down_is_held_against_a_sudden_stop_of_the_same(client):
    answer = answered(client, lay="down", regimen="25 mg at 08:00, 12:00, 16:00, 20:00")
    slow, sudden = answer.course, answer.other
    assert slow.time_h[0] == sudden.time_h[0] == 0
    now = slow.time_h < 24 * NOW_DAYS
    assert (slow.plasma_ng_per_ml[now] == sudden.plasma_ng_per_ml[now]).all()
    assert sudden.spasms_per_h.max() > slow.spasms_per_h.max()
    assert sudden.withdrawal.max() > 1.5 * slow.withdrawal.max()


def test_a_sudden_stop_beside_a_way_down_is_warned_of_first(client, read):
    page = read(client.get(EXPLORE, {**SIXTY, "lay": "down"}))
    assert page.text.index("Get help now") < page.text.index("How it is taken")


def test_a_way_down_without_a_time_of_use_is_one_for_long_use(client, read):
    page = read(client.get(EXPLORE, {**SIXTY, "lay": "down"}))
    assert "the plan is one for long use" in page.text
    page = read(client.get(EXPLORE, {**SIXTY, "lay": "down", "weeks": "2"}))
    assert "the plan is one for long use" not in page.text


def test_a_test_dose_is_shown_hour_by_hour(client):
    answer = answered(client, lay="test")
    assert [given.dose.route for given in answer.course.administrations] == [Route.INTRATHECAL]
    assert len(answer.charts[0].chart.readings.rows) == 25
    strongest = {fact.name: fact.words for fact in answer.words.facts}["Strongest"]
    assert "on day 1 around 1" in strongest


def test_the_start_of_a_pump_rises_no_faster_than_its_source(client):
    answer = answered(client, lay="start", worked="50", aim="300")
    days = [answer.question.laid.regimen.daily_mass(day)[1] for day in range(1, 20)]
    assert days[0].text("micrograms") == "100 micrograms"
    assert all(b.in_mcg <= a.in_mcg * 13 / 10 for a, b in pairwise(days))


@pytest.mark.parametrize(
    ("late", "taken"), [("16:00", True), ("19:00", False), ("01:00", True), ("14:00", True)]
)
def test_a_missed_dose_follows_the_published_rule(client, late, taken):
    answer = answered(client, lay="missed", late=late)
    given = answer.question.laid.simulated.administrations(7 * 1440)
    usual = answer.question.regimen.administrations(7 * 1440)
    assert len(given) == len(usual) - (not taken)
    assert max(one.dose.amount for one in given) == mg(20)
    starts = {one.start_min for one in given}
    minute = 3 * 1440 + 60 * int(late[:2])
    assert (minute in starts) is taken


def test_a_plan_decides_the_time_and_the_comparison(client):
    answer = answered(client, lay="up", against="stopped", span="month")
    assert answer.other is None
    assert answer.question.window.shown_days == (1, 22)
    assert "against" not in answer.question.address()


def test_a_plan_laid_out_stays_in_view(client, read):
    (part,) = read(client.get(EXPLORE, {"lay": "test"})).all("details", id="laying")
    assert "open" in part.attributes
    (part,) = read(client.get(EXPLORE)).all("details", id="laying")
    assert "open" not in part.attributes


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"lay": "sideways"}, "Select a valid choice."),
        ({"lay": "up", "up": "mars"}, "Select a valid choice."),
        ({"lay": "up", "goal": "81"}, "A target of 81 mg a day is more than the protocol us has."),
        ({"lay": "up", "goal": "0"}, "target"),
        ({"lay": "up", "goal": "lots"}, "The daily dose to stop at “lots” is not a number."),
        ({"lay": "up", "every": "1"}, "A step every 1 days is faster than the protocol us."),
        ({"lay": "up", "every": "2.5"}, "Give a whole number."),
        ({"lay": "down", "regimen": "pump 90 micrograms/day"}, "A pump is not turned down"),
        ({"lay": "down", "pace": "fast"}, "Select a valid choice."),
        ({"lay": "test", "upto": "500"}, "Select a valid choice."),
        ({"lay": "start", "aim": "20"}, "is below the start"),
        ({"lay": "start", "lasted": "0"}, "Give a number from 0.5 to 72, hours."),
        ({"lay": "start", "aim": ""}, "The daily dose to reach is empty."),
        ({"lay": "missed", "late": "25:00"}, "is not a time of day"),
        ({"lay": "missed", "late": ""}, "A time is empty."),
        ({"lay": "missed", "regimen": "pump 90 micrograms/day"}, "Nothing in this regimen"),
        (
            {"lay": "missed", "regimen": "10 mg x3 for 3 days then 20 mg x3"},
            "only where every day is the same",
        ),
    ],
    ids=lambda value: ids(value) if isinstance(value, dict) else "",
)
def test_what_the_rules_refuse_is_said(client, read, query, words):
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.get(EXPLORE, {**SIXTY, **query}, headers=headers)
        assert answer.status_code == 422
        assert words in read(answer).text


def test_fields_of_other_plans_are_not_read():
    form = ExploreForm(QueryDict("lay=test&late=nonsense&goal=nonsense&pace=nonsense"))
    assert form.is_valid(), form.errors
