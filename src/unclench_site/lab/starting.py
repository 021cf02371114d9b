"""What a person can do with a run: start, stop, go on, remove; and how a silent one is woken."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from unclench.cli.about import version
from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench_site.accounts.models import Person
from unclench_site.lab.models import MOST_TRIES, OVER, PUBLISHED, STANDING, Run, State
from unclench_site.lab.questions import Question, key_of
from unclench_site.lab.tasks import work_on

MOST_STANDING: Final = 3
"""Runs of one person that wait or run."""
DIED: Final = (
    f"The computing ended {MOST_TRIES} times before its work was done, perhaps for want of memory. "
    "Try: fewer people or fewer days."
)


def start(question: Question, *, by: Person, at: datetime, evidence: Evidence) -> tuple[Run, bool]:
    """Queue a run, or give the one that has answered, or will answer, the same question.

    Returns:
        The run, and whether nothing new has to be computed.

    Raises:
        InputError: This person has too many runs under way.
    """
    key = key_of(question, evidence)
    with transaction.atomic():
        _one_at_a_time(by)
        known = _same(key, by)
        if known is not None and known.owner_id == by.pk:
            return known, True
        run = Run(
            owner=by,
            kind=question.kind,
            name=question.name,
            title=question.title,
            question=question.document(),
            key=key,
            evidence_hash=evidence.hash,
            version=version(),
            people=question.people,
            asked_at=at,
            beat_at=at,
        )
        if known is None:
            _refuse_too_many(by)
            run.save()
            work_on.enqueue(str(run.public_id))
        else:
            run.state, run.ended_at, run.done = State.DONE, at, question.people
            run.result, run.finding, run.is_reused = known.result, known.finding, True
            run.save()
    return run, known is not None


def _one_at_a_time(person: Person) -> None:
    """Let two starts of one person wait for each other, so that no limit is slipped under."""
    Person.objects.select_for_update().get(pk=person.pk)


def _refuse_too_many(person: Person) -> None:
    if Run.objects.of(person).standing().count() >= MOST_STANDING:
        raise InputError(
            f"You have {MOST_STANDING} runs waiting or running.",
            expected=f"at most {MOST_STANDING} at a time",
            hint="wait until one is finished, or stop one",
        )


def _same(key: str, person: Person) -> Run | None:
    """Give a run of this key: the person's own, or anybody's of what is published anyway."""
    mine = Q(owner=person, state__in=(State.DONE, *STANDING))
    published = Q(kind__in=PUBLISHED, state=State.DONE)
    known = Run.objects.filter(key=key).order_by("-asked_at")
    return known.filter(mine).light().first() or known.filter(published).first()


def stop(run: Run, *, at: datetime) -> bool:
    """Stop a run that waits or runs; its worker sees that within a second and keeps what is done.

    Returns:
        Whether there was anything to stop.
    """
    changed = (
        Run.objects.filter(pk=run.pk)
        .standing()
        .update(state=State.STOPPED, claim=None, ended_at=at)
    )
    return bool(changed)


def go_on(run: Run, *, by: Person, at: datetime) -> bool:
    """Queue a stopped or failed run again; it goes on after the chunks that are done.

    Raises:
        InputError: This person has too many runs under way.
    """
    with transaction.atomic():
        _one_at_a_time(by)
        _refuse_too_many(by)
        changed = Run.objects.filter(pk=run.pk, state__in=(State.STOPPED, State.FAILED)).update(
            state=State.QUEUED, ended_at=None, trouble="", tries=0, asked_at=at, beat_at=at
        )
        if changed:
            work_on.enqueue(str(run.public_id))
    return bool(changed)


def remove(run: Run) -> bool:
    """Remove a run that is over, with its files."""
    removed, _ = Run.objects.filter(pk=run.pk, state__in=OVER).delete()
    if removed:
        shutil.rmtree(folder(run), ignore_errors=True)
    return bool(removed)


def folder(run: Run) -> Path:
    """Give where a run keeps its finished chunks: among the files of its owner."""
    return Path(settings.DATA, "people", str(run.owner.public_id), "lab", str(run.public_id))


def wake(*, at: datetime) -> int:
    """Queue anew what a worker left behind when it was killed, and what lost its place.

    Waking twice does no harm: the run is claimed once. What has killed worker after worker is said
    to have failed instead.

    Returns:
        How many runs were found silent.
    """
    silent = Run.objects.silent(at=at)
    failed = silent.filter(tries__gte=MOST_TRIES).update(
        state=State.FAILED, claim=None, ended_at=at, trouble=DIED
    )
    woken = 0
    for run in silent.light():
        with transaction.atomic():
            again = Run.objects.silent(at=at).filter(pk=run.pk, claim=run.claim)
            if again.update(state=State.QUEUED, claim=None, beat_at=at):
                work_on.enqueue(str(run.public_id))
                woken += 1
    return failed + woken
