"""Withdrawal on the explore page: never from steady tablets, and never a reason to feel safe."""

from __future__ import annotations

import pytest

from unclench import Patient, parse, simulate
from unclench.regimen import format
from unclench_site.explore.withdrawal import above_its_own, held, pump_falls

pytestmark = pytest.mark.django_db

EXPLORE = "/explore/"
STEADY = (
    "60 mg at 08:00",
    "25 mg at 08:00, 12:00, 16:00, 20:00",
    "20 mg x3",
    "5 mg x3 every 2 days",
)
STOPPED = "pump 400 micrograms/day, stopped day 15 00:00"


def course_of(text, evidence, days=28):
    return simulate(Patient(), parse(text), evidence=evidence, days=days, step_min=60)


@pytest.mark.parametrize("text", STEADY)
def test_steady_tablets_have_no_withdrawal(text, evidence):
    assert above_its_own(course_of(text, evidence), evidence=evidence).withdrawal.max() == 0


def test_the_model_itself_has_a_trough_between_tablets(evidence):
    assert course_of(STEADY[0], evidence).withdrawal.max() > 0.1


@pytest.mark.parametrize("text", STEADY)
def test_the_page_says_nothing_of_withdrawal_for_steady_tablets(client, text):
    answer = client.get(EXPLORE, {"regimen": text, "span": "month"}).context["answer"]
    assert "Withdrawal" not in {fact.name for fact in answer.words.facts}
    assert "withdrawal" not in {drawn.chart.key for drawn in answer.charts}


def test_the_chart_that_was_asked_for_shows_none_for_steady_tablets(client):
    query = {"regimen": STEADY[0], "span": "month", "show": "withdrawal"}
    chart = client.get(EXPLORE, query).context["answer"].charts[0].chart
    assert chart.title == "Withdrawal: none that you would notice"


def test_a_sudden_stop_of_tablets_has_withdrawal(client, evidence):
    text = "25 mg x4, stopped day 15 00:00"
    rest = above_its_own(course_of(text, evidence), evidence=evidence)
    assert rest.withdrawal[rest.time_h < 14 * 24].max() < 1e-12
    assert rest.withdrawal.max() > 0.05
    answer = client.get(EXPLORE, {"regimen": text, "span": "month"}).context["answer"]
    facts = {fact.name: fact.words for fact in answer.words.facts}
    assert "far worse than a model says" in facts["Withdrawal"]
    assert "withdrawal" in {drawn.chart.key for drawn in answer.charts}


def test_withdrawal_is_never_more_than_the_model_says(evidence):
    course = course_of("25 mg x4 for 14 days then 10 mg x3", evidence)
    rest = above_its_own(course, evidence=evidence)
    assert (rest.withdrawal <= course.withdrawal).all()
    assert (rest.withdrawal >= 0).all()


@pytest.mark.parametrize(
    ("text", "steady"),
    [
        ("20 mg at 08:00 for 3 days then 10 mg at 08:00", "20 mg at 08:00"),
        ("10 mg at 08:00 for 7 days", "10 mg at 08:00"),
        ("10 mg at 08:00, missed day 3 08:00", "10 mg at 08:00"),
        (
            "5 mg at 08:00 for 3 days then 10 mg at 08:00 for 3 days then 5 mg at 08:00",
            "5 mg at 08:00 for 3 days then 10 mg at 08:00",
        ),
        (
            "pump 200 micrograms/day for 2 days then 100 micrograms/day, stopped day 9 00:00",
            "pump 200 micrograms/day",
        ),
    ],
)
def test_a_plan_is_held_at_its_highest_before_the_first_fall(text, steady):
    assert format(held(parse(text))) == format(parse(steady))


@pytest.mark.parametrize("energy", ["full", "low"])
@pytest.mark.parametrize("show", ["withdrawal", "spasms"])
@pytest.mark.parametrize(
    "query",
    [{"regimen": STOPPED, "span": "month"}, {"regimen": "pump 400 micrograms/day",
                                             "against": "stopped", "span": "week"}],
)  # fmt: skip
def test_a_pump_that_stops_never_reads_as_safe(client, read, query, show, energy):
    client.cookies["energy"] = energy
    page = read(client.get(EXPLORE, {**query, "show": show}))
    warning = page.text.index("Get help now")
    assert warning < page.text.index("How it is taken")
    assert warning < page.text.index("The light is")
    assert "no curve can show it for a pump" in page.text
    for kind in ("Withdrawal: none", "Withdrawal: a little"):
        assert kind not in page.text


def test_a_pump_falls_where_it_gives_less_or_nothing():
    assert not pump_falls(parse("20 mg x3, stopped day 2 00:00"))
    assert not pump_falls(parse("pump 100 micrograms/day for 2 days then 200 micrograms/day"))
    assert pump_falls(parse("pump 200 micrograms/day for 9 days"))
    assert pump_falls(parse("pump 200 micrograms/day for 9 days then 100 micrograms/day"))
