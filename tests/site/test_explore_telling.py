"""What else a person tells on the explore page: every rule can speak, and nothing is guessed."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from tests.spec.vignettes import all_vignettes, history, patient
from unclench.patient import Condition
from unclench.regimen import parse
from unclench.therapy import RULES, symptom
from unclench_site.explore.form import ExploreForm
from unclench_site.explore.question import Question
from unclench_site.explore.rules import rules
from unclench_site.explore.telling import names_of

pytestmark = pytest.mark.django_db

EXPLORE = "/explore/"
VIGNETTES = all_vignettes()


def asked(vignette) -> Question:
    """The question of a vignette, as somebody would put it on the page."""
    return Question(
        patient=patient(vignette.person),
        regimen=parse(vignette.regimen),
        history=history(vignette.history),
        symptoms=frozenset(symptom(code) for code in vignette.symptoms),
    )


def read_back(question: Question) -> Question:
    """The question that the page understands from an address."""
    form = ExploreForm(QueryDict(question.address()))
    assert form.is_valid(), form.errors
    return form.question()


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda one: f"{one.chapter}: {one.name}")
def test_the_page_says_what_each_vignette_says(vignette, evidence):
    question = read_back(asked(vignette))
    said = {one.finding.code for one in rules(question, evidence=evidence).said}
    assert said == {finding.code for finding in vignette.review(evidence)}
    assert read_back(question) == question


def test_every_rule_can_speak_on_the_page(evidence):
    heard = {
        one.finding.code
        for vignette in VIGNETTES
        for one in rules(read_back(asked(vignette)), evidence=evidence).said
    }
    assert {rule.code for rule in RULES} - heard == set()


def test_every_condition_can_be_ticked(client, read):
    page = read(client.get(EXPLORE))
    assert set(page.values("has")) == {condition.value for condition in Condition}


def test_nothing_is_asked_before_it_is_opened(client, read):
    (more,) = read(client.get(EXPLORE)).all("details", id="more")
    assert "open" not in more.attributes


@pytest.mark.parametrize("query", [{"has": "dialysis"}, {"meds": "ibuprofen"}, {"weeks": "x"}])
def test_what_was_told_stays_in_view(client, read, query):
    (more,) = read(client.get(EXPLORE, query)).all("details", id="more")
    assert "open" in more.attributes


def test_what_was_told_is_in_the_shared_address(client):
    query = {"has": ["dialysis", "drives"], "meds": "Advil\r\nSnurfex", "weeks": "12"}
    answer = client.get(EXPLORE, {**query, "country": "GB"})
    assert answer.context["query"].endswith(
        "&has=dialysis&has=drives&meds=Advil,+Snurfex&weeks=12&country=GB"
    )


def test_a_medicine_is_shown_as_it_was_understood(client, read):
    page = read(client.get(EXPLORE, {"meds": "Advil 200 mg, Snurfex"}))
    assert "We understood: Advil (ibuprofen)." in page.text
    assert "Not known to us: snurfex . That does not mean safe" in page.text


def test_a_medicine_is_read_again_at_every_key(client, read):
    query = {"way": "tablets", "at": "08:00", "mg": "10", "meds": "tizanidine", "moved": "meds"}
    page = read(client.get(EXPLORE, query, headers={"HX-Request": "true"}))
    assert "We understood: tizanidine." in page.text
    assert "tizanidine beside baclofen" in page.text


def test_what_is_told_changes_no_curve(client):
    plain, told = (
        client.get(EXPLORE, query).context["answer"]
        for query in ({}, {"has": ["seizures"], "meds": "diazepam", "feel": ["itch"]})
    )
    assert (plain.course.plasma_ng_per_ml == told.course.plasma_ng_per_ml).all()
    assert plain.charts[0].drawings == told.charts[0].drawings


def test_a_sign_of_danger_stands_above_everything_else(client, read):
    page = read(client.get(EXPLORE, {"feel": "seizure"}))
    assert page.text.index("Signs of danger: get help now") < page.text.index("How it is taken")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"has": "wings"}, "“wings” is not on the list. Choose what is true for you."),
        ({"has": ["dialysis", "<b>"]}, "“<b>” is not on the list."),
        ({"feel": "blue"}, "“blue” is not on the list. Choose what you feel."),
        ({"country": "XX"}, "“XX” is no country of the list."),
        ({"weeks": "ten"}, "The time on baclofen “ten” is not a number."),
        ({"weeks": "-1"}, "Give a number from 0 to 5200, weeks."),
        ({"weeks": "1e99"}, "Give a number from 0 to 5200, weeks."),
        ({"before": "NaN"}, "The daily amount swallowed before “NaN” is not a number."),
        ({"before_days": "1.5"}, "Give a whole number."),
        ({"gap": "99999999"}, "Give a number from 0 to 36500, days."),
        ({"at_once": "10001"}, "Give a number from 0 to 10000, mg."),
        ({"origin": "elsewhere"}, "Select a valid choice."),
        ({"claim_mg": "60"}, "A claim needs both amounts."),
        ({"claim_mcg": "60"}, "A claim needs both amounts."),
        ({"claim_mg": "0", "claim_mcg": "0"}, "oral dose"),
        ({"meds": "x" * 2001}, "at most 2000 characters"),
        ({"meds": "?"}, "Not known to us"),
    ],
)
def test_what_cannot_be_is_said_and_never_mended(client, read, query, words):
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.get(EXPLORE, query, headers=headers)
        assert answer.status_code == (200 if words == "Not known to us" else 422)
        assert words in read(answer).text


def test_names_may_stand_on_lines_or_between_commas():
    assert names_of(" a \r\n\n b; c,,d ") == ("a", "b", "c", "d")
