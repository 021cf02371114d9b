"""The worker of the lab: each run is claimed once, a killed one goes on, nothing counts twice."""

from __future__ import annotations

import signal
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from unclench.cohorts import run as cohort_run
from unclench.cohorts.run import run_cohort
from unclench_site.lab import starting, working
from unclench_site.lab.models import MOST_TRIES, SILENCE, Run, State
from unclench_site.lab.questions import CohortQuestion, Taking, key_of, read_question

QUESTION = CohortQuestion(
    title="Two plans",
    arms=(("plan 1", "20 mg at 08:00, 14:00, 20:00"), ("plan 2", "pump 150 micrograms/day")),
    people=300,
    days=2,
    taking=Taking.USUAL,
    seed=5,
)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path
    settings.LAB_ON, settings.LAB_WORKERS = "threads", 1
    monkeypatch.setattr(working, "CHUNK", 50)


@pytest.fixture
def run(alice, evidence) -> Run:
    """Alice's run, which waits."""
    made, is_known = starting.start(QUESTION, by=alice, at=timezone.now(), evidence=evidence)
    assert not is_known
    return made


@pytest.fixture
def alone(evidence):
    """The answer without site, queue and interruption."""
    return run_cohort(QUESTION.to_spec(evidence), evidence=evidence)


@pytest.fixture
def counted(monkeypatch):
    """The first person of each chunk that was computed."""
    seen, really = [], cohort_run.run_chunk

    def counting(spec, first, people, evidence):
        seen.append(first)
        return really(spec, first, people, evidence)

    monkeypatch.setattr(cohort_run, "run_chunk", counting)
    return seen


class Killed(BaseException):
    """What `kill -9` is to a worker: nothing after it is carried out."""


def die_after(monkeypatch, people: int) -> None:
    """Let the next worker die when so many people are counted."""
    really = working.Heart.told

    def told(self, done, total):
        really(self, done, total)
        if done >= people:
            raise Killed

    monkeypatch.setattr(working.Heart, "told", told)


def work(run: Run, at=None) -> Run:
    working.work(run.public_id, clock=(lambda: at) if at else timezone.now)
    run.refresh_from_db()
    return run


def test_a_run_gives_what_the_command_would(run, alone):
    done = work(run)
    assert done.state == State.DONE, done.trouble
    assert done.result["data"]["digest"] == alone.digest
    assert done.done == QUESTION.people
    assert not starting.folder(done).exists()


def test_a_run_is_claimed_once(run):
    at = timezone.now()
    assert Run.objects.claim(run.public_id, at=at) is not None
    assert Run.objects.claim(run.public_id, at=at) is None
    assert Run.objects.claim(run.public_id, at=at + SILENCE) is None
    assert Run.objects.claim(run.public_id, at=at + SILENCE + timedelta(seconds=1)) is not None


def test_a_task_that_comes_twice_computes_once(run, counted):
    work(run)
    work(run)
    assert len(counted) == 6


def test_a_killed_worker_changes_nothing_and_nothing_is_counted_twice(
    run, alone, counted, monkeypatch
):
    with monkeypatch.context() as patch:
        die_after(patch, 100)
        with pytest.raises(Killed):
            work(run)
    run.refresh_from_db()
    assert run.state == State.RUNNING
    assert len(list(starting.folder(run).glob("chunk-*.npz"))) == 2

    later = timezone.now() + SILENCE + timedelta(seconds=1)
    assert starting.wake(at=later) == 1
    done = work(run, at=later)

    assert done.result["data"]["digest"] == alone.digest
    assert done.done == QUESTION.people
    assert len(set(counted[-4:])) == 4
    assert set(counted[-4:]) == {100, 150, 200, 250}


def test_a_live_worker_is_left_alone(run):
    at = timezone.now()
    Run.objects.claim(run.public_id, at=at)
    assert starting.wake(at=at + SILENCE) == 0


def test_a_page_wakes_what_a_killed_worker_left(people, run):
    Run.objects.claim(run.public_id, at=timezone.now() - 2 * SILENCE)
    DBTaskResult.objects.all().delete()
    people["alice"].get(f"/lab/runs/{run.public_id}/")
    run.refresh_from_db()
    assert run.state == State.QUEUED
    assert DBTaskResult.objects.count() == 1


def test_a_run_that_lost_its_place_in_the_queue_is_queued_again(run):
    DBTaskResult.objects.all().delete()
    assert starting.wake(at=timezone.now() + timedelta(minutes=9)) == 0
    assert starting.wake(at=timezone.now() + timedelta(minutes=11)) == 1
    assert DBTaskResult.objects.count() == 1


def test_a_run_that_kills_every_worker_is_given_up(run, read, people):
    at = timezone.now()
    for _ in range(MOST_TRIES):
        assert Run.objects.claim(run.public_id, at=at) is not None
        at += SILENCE + timedelta(seconds=1)
        starting.wake(at=at)
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert "Try: fewer people" in run.trouble


def test_a_run_that_gets_further_is_never_given_up(run):
    at = timezone.now()
    for done in range(0, 300, 50):
        claimed = Run.objects.claim(run.public_id, at=at)
        assert claimed is not None
        heart = working.Heart(claimed, clock=lambda at=at: at, every_s=0.0)
        heart.told(done, 300)
        heart.told(done + 50, 300)
        assert not heart.stopped()
        at += SILENCE + timedelta(seconds=1)
        starting.wake(at=at)
    run.refresh_from_db()
    assert run.state == State.QUEUED


def test_a_cluster_that_does_not_answer_is_said_without_its_address(run, settings, monkeypatch):
    monkeypatch.setattr("unclench.cli.cluster.PATIENCE_S", 0.5)
    settings.LAB_ON = "dask://127.0.0.1:9"
    failed = work(run)
    assert failed.state == State.FAILED
    assert "cannot reach the computers" in failed.trouble
    assert "127.0.0.1" not in failed.trouble


def test_a_worker_that_lost_its_run_writes_nothing_any_more(run, alone, monkeypatch):
    """It slept through a minute, somebody else took over and finished; then it woke."""
    seen = []

    def overtaken(self, done, total):
        if done == 100 and not seen:
            seen.append(done)
            later = timezone.now() + SILENCE + timedelta(seconds=1)
            working.work(run.public_id, clock=lambda: later)

    monkeypatch.setattr(working.Heart, "told", overtaken)
    done = work(run)
    assert seen
    assert done.state == State.DONE
    assert done.result["data"]["digest"] == alone.digest


def test_a_run_that_is_stopped_stops_between_two_chunks_and_goes_on_later(
    run, alice, alone, counted, monkeypatch
):
    def stop_at(self, done, total):
        self.done, self.every_s = done, 0.0
        if done == 100:
            assert starting.stop(run, at=timezone.now())

    with monkeypatch.context() as patch:
        patch.setattr(working.Heart, "told", stop_at)
        assert work(run).state == State.STOPPED
    assert 2 <= len(counted) < 6
    before = len(counted)

    assert starting.go_on(run, by=alice, at=timezone.now())
    done = work(run)
    assert done.result["data"]["digest"] == alone.digest
    assert len(set(counted)) == len(counted) == 6
    assert len(counted) > before


def test_a_run_that_is_over_cannot_be_stopped(run):
    work(run)
    assert not starting.stop(run, at=timezone.now())
    assert not starting.go_on(run, by=run.owner, at=timezone.now())
    run.refresh_from_db()
    assert run.state == State.DONE


def test_removing_a_run_removes_its_files(run, monkeypatch):
    with monkeypatch.context() as patch:
        die_after(patch, 50)
        with pytest.raises(Killed):
            work(run)
    folder = starting.folder(run)
    assert folder.exists()
    starting.stop(run, at=timezone.now())
    assert starting.remove(run)
    assert not folder.exists()


@pytest.mark.parametrize("leaves", [KeyboardInterrupt, SystemExit])
def test_a_worker_that_is_told_to_leave_gives_the_run_back(run, monkeypatch, leaves):
    def told(self, done, total):
        raise leaves

    monkeypatch.setattr(working.Heart, "told", told)
    with pytest.raises(leaves):
        work(run)
    run.refresh_from_db()
    assert run.state == State.QUEUED
    assert DBTaskResult.objects.count() == 2


def test_a_computing_process_that_dies_is_tried_again_and_then_given_up(run, monkeypatch):
    def broken(run, heart):
        raise BrokenProcessPool

    monkeypatch.setattr(working, "computed", broken)
    states = [work(run).state for _ in range(MOST_TRIES)]
    assert states == [State.QUEUED] * (MOST_TRIES - 1) + [State.FAILED]


def test_a_mistake_of_ours_is_said_and_not_hidden(run, monkeypatch):
    def broken(run, heart):
        raise ZeroDivisionError

    monkeypatch.setattr(working, "computed", broken)
    with pytest.raises(ZeroDivisionError):
        work(run)
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert "on our side" in run.trouble


@pytest.mark.parametrize("moved", ["evidence_hash", "version"])
def test_a_run_of_other_evidence_or_another_version_is_not_computed(run, counted, moved):
    Run.objects.filter(pk=run.pk).update(**{moved: "another"})
    done = work(run)
    assert done.state == State.FAILED
    assert "start it again from the form" in done.trouble
    assert not counted


def test_a_busy_database_does_not_stop_a_run(run, monkeypatch):
    claimed = Run.objects.claim(run.public_id, at=timezone.now())
    heart = working.Heart(claimed, clock=timezone.now, every_s=0.0)

    def busy(self):
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(working.Heart, "_beat", busy)
        assert not heart.stopped()
    starting.stop(run, at=timezone.now())
    assert heart.stopped()


def test_the_heart_beats_once_a_second_and_not_more(run, django_assert_num_queries):
    claimed = Run.objects.claim(run.public_id, at=timezone.now())
    heart = working.Heart(claimed, clock=timezone.now, every_s=60.0)
    with django_assert_num_queries(1):
        for _ in range(50):
            assert not heart.stopped()


def test_the_database_refuses_to_count_anybody_twice(run):
    with pytest.raises(IntegrityError):
        Run.objects.filter(pk=run.pk).update(done=QUESTION.people + 1)


def test_the_database_refuses_a_result_that_is_none(run):
    with pytest.raises(IntegrityError):
        Run.objects.filter(pk=run.pk).update(state=State.DONE, ended_at=timezone.now())


def test_a_question_survives_its_row(run, evidence):
    run.refresh_from_db()
    read = read_question(run.kind, run.question)
    assert read == QUESTION
    assert key_of(read, evidence) == run.key
    assert read.to_spec(evidence).digest == QUESTION.to_spec(evidence).digest


def test_nothing_that_was_asked_is_in_the_queue(run):
    row = DBTaskResult.objects.get()
    assert row.args_kwargs == {"args": [str(run.public_id)], "kwargs": {}}
    assert row.queue_name == "lab"


def test_the_worker_computes_what_waits_and_leaves(run, transactional_db):
    """The command itself, on the queue itself."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        call_command("lab_worker", batch=True)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    run.refresh_from_db()
    assert run.state == State.DONE, run.trouble
