"""Trials and staying on tablets at a prompt: what is printed, drawn and refused."""

from __future__ import annotations

import json

import pytest


@pytest.fixture(autouse=True)
def evidence_is_read_once(evidence, monkeypatch):
    """The evidence as it ships, without reading its files for each of these questions."""
    monkeypatch.setattr("unclench.cli.trials_shown.load_evidence", lambda: evidence)
    monkeypatch.setattr("unclench.cli.staying.load_evidence", lambda: evidence)


def test_the_list_names_every_trial(answered):
    assert "penn-1989" in answered("trial", "list")
    assert "mccormick-2016" in json.loads(answered("trial", "list", "--json"))


def test_a_trial_is_shown_beside_what_was_published(answered):
    said = " ".join(answered("trial", "penn-1989", "--people", "60", "--replicates", "20").split())

    assert "published" in said
    assert "never change or stop baclofen" in said


def test_a_trial_as_json_says_which_people_and_which_evidence(answered, evidence):
    told = json.loads(
        answered("trial", "os440-3002", "--people", "60", "--replicates", "20", "--json")
    )

    assert told["people"] == 60
    assert told["evidence_sha256"] == evidence.hash
    assert {one["name"] for one in told["results"]} == {"er", "placebo", "difference"}


def test_a_trial_is_drawn(answered, tmp_path):
    picture = tmp_path / "penn.svg"
    answered("trial", "penn-1989", "--people", "60", "--replicates", "20", "--plot", str(picture))

    assert picture.read_text(encoding="utf-8").startswith("<svg")


def test_staying_stands_beside_both_figures_for_two_years(answered):
    said = " ".join(answered("persistence", "--people", "200").split())

    assert "congress abstract" in said
    assert "paper's abstract" in said
    assert "calibrated rate" in said


@pytest.mark.parametrize(("by", "group"), [("edss", "EDSS 6 or more"), ("pace", "every 14 days")])
def test_staying_is_divided(answered, by, group):
    assert group in " ".join(answered("persistence", "--people", "200", "--by", by).split())


def test_a_what_if_is_called_an_opinion(answered, tmp_path):
    picture = tmp_path / "staying.svg"
    told = json.loads(
        answered(
            "persistence", "--people", "200", "--json",
            "--what-if", "slower-titration", "--plot", str(picture),
        )
    )  # fmt: skip

    assert "opinion" in told["what_if"]
    assert "opinion" in picture.read_text(encoding="utf-8")
