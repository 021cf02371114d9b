"""The pages of the lab: who sees which run, what a form refuses, what a page and a file say."""

from __future__ import annotations

import io
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pyarrow.parquet as pq
import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from unclench_site.accounts import portable
from unclench_site.lab import working
from unclench_site.lab.models import Run, State

PLAN = "10 mg at 08:00, 14:00, 20:00"
ASKED = {"plan_1": PLAN, "people": "100", "days": "1", "taking": "usual", "seed": "1"}
TRIAL = "/lab/trial/penn-1989/"
STAYING = "/lab/staying/more-night-share/"
SMALL = {"people": "100", "seed": "1"}


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(settings, tmp_path):
    settings.DATA = tmp_path
    settings.LAB_ON, settings.LAB_WORKERS = "threads", 1


@pytest.fixture
def start(people):
    """Starts a run as a person, and gives its row."""

    def starter(name="alice", address="/lab/new/", **changes):
        asked = (ASKED if address == "/lab/new/" else SMALL) | changes
        response = people[name].post(address, asked)
        assert response.status_code == 302, response.content.decode()
        return Run.objects.get(public_id=response["Location"].split("/")[3])

    return starter


@pytest.fixture
def done(start):
    """Starts a run and lets a worker finish it."""

    def finisher(*args, **changes):
        run = start(*args, **changes)
        working.work(run.public_id, clock=timezone.now)
        run.refresh_from_db()
        assert run.state == State.DONE, run.trouble
        return run

    return finisher


def address(run: Run, part: str = "") -> str:
    return f"/lab/runs/{run.public_id}/{part}"


# Who sees what.


def test_everybody_sees_what_was_published(person, done, read):
    done(address=TRIAL + "start/")
    page = read(person.get("/lab/"))
    assert "Penn 1989" in page.text
    assert "published results are met" in page.text
    assert "Not run on this site yet" in page.text
    shown = person.get(TRIAL).content.decode().partition("<main")[2]
    assert "This is the model’s opinion" in shown
    assert "alice" not in shown


def test_a_published_trial_that_nobody_ran_says_so(person, db, read):
    assert "Nobody has run it on this site yet" in read(person.get(TRIAL)).text


@pytest.mark.parametrize("part", ["", "run.json", "run.parquet", "spasms-per-h.svg"])
def test_a_finished_run_is_opened_by_its_owner_alone(people, dana, done, part):
    where = address(done(), part)
    assert people["alice"].get(where).status_code == 200
    assert people["dana"].get(where).status_code == 404
    assert people["bob"].get(where).status_code == 404
    assert people["charlie"].get(where).status_code in {302, 404}


@pytest.mark.parametrize("name", ["alice", "dana", "bob"])
def test_whoever_has_an_account_can_start_a_run_of_their_own(people, dana, start, name):
    assert people[name].get("/lab/new/").status_code == 200
    assert start(name).owner.name == name
    assert start(name, address=TRIAL + "start/").owner.name == name


@pytest.mark.parametrize("act", ["stop", "go-on", "remove"])
def test_nobody_else_can_touch_a_run(people, dana, start, act):
    run = start()
    for name in ("dana", "bob"):
        assert people[name].post(address(run, f"{act}/")).status_code == 404
    assert people["charlie"].post(address(run, f"{act}/")).status_code in {302, 404}
    run.refresh_from_db()
    assert run.state == State.QUEUED


@pytest.mark.parametrize("act", ["stop", "go-on", "remove"])
def test_looking_changes_nothing(people, start, act):
    assert people["alice"].get(address(start(), f"{act}/")).status_code == 405


def test_a_run_that_was_never_there_is_missing(people):
    assert people["alice"].get(f"/lab/runs/{uuid4()}/").status_code == 404
    assert people["alice"].get(f"/lab/?before={uuid4()}").status_code == 404
    assert people["alice"].get("/lab/?before=me").status_code == 404


def test_a_stranger_cannot_start_anything(people):
    assert people["charlie"].get("/lab/new/").status_code in {302, 404}
    for where in ("/lab/new/", TRIAL + "start/"):
        assert people["charlie"].post(where, ASKED).status_code in {302, 404}
    assert not Run.objects.exists()


@pytest.mark.parametrize("where", ["/lab/trial/no-such/", "/lab/cohort/usual/", "/lab/x/y/"])
def test_what_was_not_published_is_missing(people, where):
    assert people["alice"].get(where).status_code == 404
    assert people["alice"].post(where + "start/", SMALL).status_code == 404


def test_a_list_holds_ones_own_runs_only(people, start, read):
    start(title="a question of Alice")
    start("bob", title="a question of Bob")
    assert "a question of Alice" in read(people["alice"].get("/lab/")).text
    assert "a question of Bob" not in read(people["alice"].get("/lab/")).text
    assert "Your runs" not in read(people["charlie"].get("/lab/")).text


# What a form refuses.


REFUSED = [
    ({"plan_1": ""}, "There is no plan yet"),
    ({"plan_1": "10"}, "Expected:"),
    ({"plan_1": "pump 10 mg/day"}, "Expected:"),
    ({"plan_2": "100 micrograms at 08:00"}, "Expected:"),
    ({"plan_2": "10 mg at 08:00, 14:00 and 10 mg at 20:00"}, "the same as plan 1"),
    ({"plan_1": "10 mg at 08:00, " * 200}, "at most 2000"),
    ({"people": "99"}, "Expected: 100 to 1,000,000."),
    ({"people": "1000001"}, "Expected: 100 to 1,000,000."),
    ({"people": "many"}, "Expected: 100 to 1,000,000."),
    ({"people": ""}, "Expected: 100 to 1,000,000."),
    ({"days": "0"}, "Expected: 1 to 90."),
    ({"days": "91"}, "Expected: 1 to 90."),
    ({"days": "1.5"}, "Expected: 1 to 90."),
    ({"people": "1000000", "days": "90"}, "at most 21,000,000"),
    ({"taking": "never"}, "Choose one of the two"),
    ({"taking": ""}, "Choose how tablets are taken"),
    ({"seed": "-1"}, "Expected: 0 to"),
    ({"seed": "nan"}, "Expected: 0 to"),
    ({"title": "x" * 81}, "at most 80"),
]


@pytest.mark.parametrize(("wrong", "words"), REFUSED, ids=lambda value: str(value)[:40])
def test_a_form_says_what_is_wrong_and_starts_nothing(people, read, wrong, words):
    response = people["alice"].post("/lab/new/", ASKED | wrong)
    assert response.status_code == 422
    assert words in read(response).text
    assert not Run.objects.exists()
    assert not DBTaskResult.objects.exists()


@pytest.mark.parametrize("wrong", [{"people": "50001"}, {"people": "20"}, {"seed": ""}])
def test_a_trial_says_what_is_wrong_and_starts_nothing(people, read, wrong):
    response = people["alice"].post(TRIAL + "start/", SMALL | wrong)
    assert response.status_code == 422
    assert "This has to be a whole number" in read(response).text
    assert not Run.objects.exists()


def test_a_fourth_run_at_once_is_refused_until_one_is_stopped(people, start, read):
    runs = [start(seed=str(seed)) for seed in range(3)]
    refused = people["alice"].post("/lab/new/", ASKED | {"seed": "9"})
    assert refused.status_code == 422
    assert "You have 3 runs waiting or running" in read(refused).text
    start("bob")
    people["alice"].post(address(runs[0], "stop/"))
    start(seed="9")


def test_a_stopped_run_cannot_go_on_past_the_limit(people, start, read):
    run = start()
    people["alice"].post(address(run, "stop/"))
    for seed in range(2, 5):
        start(seed=str(seed))
    response = people["alice"].post(address(run, "go-on/"), follow=True)
    assert "You have 3 runs waiting or running" in read(response).text
    run.refresh_from_db()
    assert run.state == State.STOPPED


# The same twice.


def test_the_same_question_is_computed_once(people, start, done, read):
    first = done()
    again = people["alice"].post("/lab/new/", ASKED | {"title": "by another name"}, follow=True)
    assert again.redirect_chain[-1][0] == address(first)
    assert "Nothing is computed twice" in read(again).text
    assert start(seed="2").pk != first.pk


def test_a_question_that_still_waits_is_not_queued_again(start):
    assert start().pk == start().pk
    assert DBTaskResult.objects.count() == 1


def test_nobody_learns_that_somebody_else_asked_the_same(start, done):
    done()
    other = start("bob")
    assert other.state == State.QUEUED
    assert other.result is None


def test_a_published_result_is_taken_over_from_whoever_ran_it(people, start, done, read):
    first = done(address=STAYING + "start/")
    other = start("bob", address=STAYING + "start/")
    assert other.state == State.DONE
    assert other.result == first.result
    assert "The same was computed here before" in read(people["bob"].get(address(other))).text


# What the pages say.


def test_a_waiting_run_can_be_watched_without_a_script(people, start, read):
    run = start()
    page = read(people["alice"].get(address(run)))
    assert "Waiting for a free worker" in page.text
    assert page.all("a", href=address(run))
    assert page.all("p", role="status")


def test_progress_is_polled_and_said_only_when_it_moved(people, start):
    run = start(people="1000")
    htmx = {"HTTP_HX_REQUEST": "true"}
    Run.objects.filter(pk=run.pk).update(
        state=State.RUNNING, claim=uuid4(), beat_at=timezone.now(), done=300
    )
    part = people["alice"].get(address(run) + "?said=running-2", **htmx).content.decode()
    assert "300 of 1,000 people are through" in part
    assert 'hx-swap-oob="innerHTML:#said"' in part
    assert "said=running-3" in part
    assert "<html" not in part
    quiet = people["alice"].get(address(run) + "?said=running-3", **htmx).content.decode()
    assert "hx-swap-oob" not in quiet


def test_the_part_that_moves_becomes_the_result(people, done):
    response = people["alice"].get(address(done()) + "?said=running-9", HTTP_HX_REQUEST="true")
    assert response["HX-Retarget"] == "#run"
    assert "every 2s" not in response.content.decode()
    assert "Of 100 spasms without treatment" in response.content.decode()


def test_a_result_shows_pictures_tables_and_what_it_rests_on(people, done, evidence, read):
    run = done(plan_2="pump 200 micrograms/day", title="<b>mine</b>")
    response = people["alice"].get(address(run))
    page = read(response)
    assert "<b>mine</b>" not in response.content.decode()
    assert len(page.all("svg", role="img")) == 4
    assert "pump 200 micrograms/day" in page.text
    assert "nine of ten people" in page.text
    assert evidence.hash[:12] in page.text
    assert run.version in page.text
    assert "This is the model’s opinion" in page.text


def test_no_result_can_hide_what_the_rules_say(people, start, read):
    page = read(people["alice"].get(address(start(plan_1="40 mg at 08:00, 14:00, 20:00"))))
    assert "What the rules say" in page.text
    assert "Speak to the prescriber before anything changes" in page.text


def test_a_result_of_older_evidence_says_so(people, done, read):
    run = done(address=TRIAL + "start/")
    Run.objects.filter(pk=run.pk).update(evidence_hash="0" * 64)
    assert "The evidence has changed since" in read(people["charlie"].get(TRIAL)).text


def test_a_run_that_failed_says_why_and_can_go_on(people, start, read):
    run = start()
    Run.objects.filter(pk=run.pk).update(
        state=State.FAILED, ended_at=timezone.now(), trouble="It broke."
    )
    assert "It broke." in read(people["alice"].get(address(run))).text
    people["alice"].post(address(run, "go-on/"))
    run.refresh_from_db()
    assert (run.state, run.trouble, run.tries) == (State.QUEUED, "", 0)
    assert DBTaskResult.objects.count() == 2


def test_a_run_is_removed_when_it_is_over_and_not_before(people, start):
    run = start()
    people["alice"].post(address(run, "remove/"))
    assert Run.objects.filter(pk=run.pk).exists()
    people["alice"].post(address(run, "stop/"))
    people["alice"].post(address(run, "remove/"))
    assert not Run.objects.filter(pk=run.pk).exists()


def test_a_long_list_goes_on_behind_more(people, alice, read, django_assert_max_num_queries):
    at = timezone.now()
    for number in range(45):
        Run.objects.create(
            owner=alice,
            kind="cohort",
            title=f"run {number:02}",
            question={},
            key=str(number),
            people=100,
            asked_at=at + timedelta(seconds=number // 2),
            state=State.STOPPED,
            ended_at=at,
        )
    seen, where = [], "/lab/"
    while where:
        with django_assert_max_num_queries(6):
            page = read(people["alice"].get(where))
        seen += [word for word in page.text.split("run ")[1:] if word[:2].isdigit()]
        where = next((f"/lab/{a.attributes['href']}" for a in page.all("a", **{"class": "alone"})
                      if "before=" in (a.attributes["href"] or "")), "")  # fmt: skip
    assert [word[:2] for word in seen] == [f"{number:02}" for number in reversed(range(45))]


def test_a_run_page_asks_the_database_little(people, done, django_assert_max_num_queries):
    run = done()
    with django_assert_max_num_queries(4):
        people["alice"].get(address(run), HTTP_HX_REQUEST="true")


# Files.


def test_json_holds_the_numbers_and_what_made_them(people, done, evidence):
    response = people["alice"].get(address(done(), "run.json"))
    content = json.loads(response.content)
    assert content["evidence_sha256"] == evidence.hash
    assert content["question"]["arms"] == [["plan 1", PLAN]]
    assert content["data"]["people"] == 100
    assert "opinion" in content["what_this_is"]
    assert len(content["columns"]["time_h"]) == 2 * 25


def test_parquet_holds_the_same(people, done, evidence):
    run = done()
    response = people["alice"].get(address(run, "run.parquet"))
    table = pq.read_table(io.BytesIO(response.content))
    assert table.to_pydict() == run.result["columns"]
    assert table.schema.metadata[b"evidence_sha256"] == evidence.hash.encode()


@pytest.mark.parametrize("kind", [TRIAL, STAYING])
def test_every_kind_can_be_taken_along(people, done, kind):
    run = done(address=kind + "start/")
    assert json.loads(people["alice"].get(address(run, "run.json")).content)["columns"]
    assert people["alice"].get(address(run, "run.parquet")).status_code == 200


def test_without_the_extra_the_page_says_what_to_install(people, done, read, monkeypatch):
    run = done()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    page = read(people["alice"].get(address(run)))
    assert "Parquet needs a package that this site does not have" in page.text
    assert not page.all("a", href=address(run, "run.parquet"))
    asked = people["alice"].get(address(run, "run.parquet"), follow=True)
    assert "pip install 'unclench[export]'" in read(asked).text


def test_a_picture_stands_alone_as_a_file(people, done):
    run = done()
    response = people["alice"].get(address(run, "spasms-per-h.svg"))
    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<svg")
    assert people["alice"].get(address(run, "nothing.svg")).status_code == 404


def test_runs_go_with_the_person(alice, start):
    start(title="mine")
    rows = portable.PARTS["lab"].export(alice)
    assert [row["title"] for row in rows] == ["mine"]
    assert portable.PARTS["lab"].load is None


# A trial and a what-if.


def test_a_trial_is_shown_beside_what_was_published(people, done, read):
    page = read(people["alice"].get(address(done(address=TRIAL + "start/"))))
    assert "published" in page.text
    assert "verdict" in page.text


def test_a_what_if_is_labelled_as_opinion(people, done, read):
    page = read(people["alice"].get(address(done(address=STAYING + "start/"))))
    assert "in the what-if" in page.text
    assert "no study has tried it" in page.text


def test_a_trial_is_stopped_while_it_is_computed(start, monkeypatch):
    run = start(address=TRIAL + "start/")

    @contextmanager
    def stopping(on, workers):
        Run.objects.filter(pk=run.pk).update(
            state=State.STOPPED, claim=None, ended_at=timezone.now()
        )
        with ThreadPoolExecutor(1) as pool:
            yield pool, 1

    monkeypatch.setattr(working, "place", stopping)
    working.work(run.public_id, clock=timezone.now)
    run.refresh_from_db()
    assert run.state == State.STOPPED
    assert run.result is None
