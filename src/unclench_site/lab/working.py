"""The worker's side: claim a run, compute it with a beating heart, write what came of it.

Between two chunks the worker says that it lives, how far it is, and hears whether it still holds
the run: one UPDATE does all three. A person who stops a run, and a worker that takes over, both
change the row, and the update of the old worker finds nothing.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor
from contextlib import ExitStack, suppress
from datetime import datetime
from typing import Any, Final, final
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, transaction

from unclench.cli.about import version
from unclench.cohorts.run import StoppedError, run_cohort
from unclench.errors import InputError
from unclench_site.evidence import evidence
from unclench_site.lab.answers import cohort_answer, staying_answer, trial_answer
from unclench_site.lab.models import MOST_TRIES, Run, State
from unclench_site.lab.questions import (
    REPLICATES,
    CohortQuestion,
    Question,
    TrialQuestion,
    read_question,
)
from unclench_site.lab.starting import DIED, folder, wake
from unclench_site.lab.tasks import work_on
from unclench_site.lab.where import place

__all__ = ["Heart", "wake", "work"]

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
BEAT_S: Final = 1.0
CHUNK: Final = 1024
MOVED_ON: Final = (
    "Unclench has been updated since this was asked, and the answer would be another one."
)
BROKE: Final = "Something broke on our side. It is in the log of this site. Try: go on, once."


@final
class Heart:
    """Beats while a run is computed, and hears when the run is no longer this worker's.

    Args:
        run: A run that was claimed.
        clock: Gives the time of each beat.
        every_s: Seconds between two beats at least.
    """

    def __init__(self, run: Run, *, clock: Clock, every_s: float = BEAT_S) -> None:
        self.run, self.clock, self.every_s = run, clock, every_s
        self.done, self.is_lost = 0, False
        self._found: int | None = None
        self._next_s = 0.0

    def told(self, done: int, people: int) -> None:
        """Note how many people are counted; the next beat says so.

        A run that got further is not one that kills its workers: its tries begin anew.
        """
        self._found = done if self._found is None else self._found
        self.done = done
        if done > self._found:
            self.run.tries = 0

    def stopped(self) -> bool:
        """Beat if it is time to, and say whether to stop."""
        now_s = time.monotonic()
        if not self.is_lost and now_s >= self._next_s:
            self._next_s = now_s + self.every_s
            with suppress(OperationalError):  # a database that is busy is no reason to stop
                self.is_lost = not self._beat()
        return self.is_lost

    def _beat(self) -> bool:
        held = Run.objects.held(self.run)
        return bool(held.update(beat_at=self.clock(), done=self.done, tries=self.run.tries))


def work(public_id: UUID, *, clock: Clock) -> None:
    """Claim a run and compute it; nothing happens if it cannot be claimed."""
    run = Run.objects.claim(public_id, at=clock())
    if run is None:
        return
    heart = Heart(run, clock=clock)
    try:
        document = computed(run, heart)
    except StoppedError:
        logger.info("lab run stopped", extra={"facts": {"run": str(run.public_id)}})
    except InputError as fault:
        _fail(run, str(fault), at=clock())
    except BrokenExecutor:
        release(run, at=clock())
    except (KeyboardInterrupt, SystemExit):  # the worker is told to leave: the next one goes on
        release(run, at=clock())
        raise
    except Exception:
        if _fail(run, BROKE, at=clock()):
            raise  # else the run is not ours any more, and its folder may be gone
    else:
        _finish(run, document, at=clock())


def computed(run: Run, heart: Heart) -> dict[str, Any]:
    """Compute the answer of a run where the settings say.

    Raises:
        StoppedError: The run was stopped, or somebody else took it over.
        InputError: It cannot be computed; the words are for the person.
        BrokenExecutor: A computing process died.
    """
    if (run.evidence_hash, run.version) != (evidence().hash, version()):
        raise InputError(
            MOVED_ON,
            expected="the same version and evidence as when you asked",
            hint="start it again from the form",
        )
    question = read_question(run.kind, run.question)
    with ExitStack() as stack:
        executor, workers = _reached(stack)
        if isinstance(question, CohortQuestion):
            result = run_cohort(
                question.to_spec(evidence()),
                evidence=evidence(),
                executor=executor,
                chunk=CHUNK,
                ahead=2 * workers,
                progress=heart.told,
                cancelled=heart.stopped,
                resume=folder(run),
            )
            return cohort_answer(result)
        return _whole(question, executor, heart)


def _reached(stack: ExitStack) -> tuple[Executor, int]:
    """Go to where the settings say; what is wrong there is for the log, not for the person."""
    try:
        return stack.enter_context(place(settings.LAB_ON, settings.LAB_WORKERS))
    except InputError as fault:
        logger.exception("lab cannot reach where it should compute")
        raise InputError(
            "The lab cannot reach the computers that it works on.",
            expected="computers that answer",
            hint="go on later, or tell whoever runs this site",
        ) from fault


def _whole(question: Question, executor: Executor, heart: Heart) -> dict[str, Any]:
    """Compute what is not cut into chunks, somewhere else, so that the heart can beat here."""
    asked = (question.name, question.people)
    if isinstance(question, TrialQuestion):
        future = executor.submit(trial_answer, *asked, REPLICATES, question.seed)
    else:
        future = executor.submit(staying_answer, *asked, question.seed)
    while not heart.stopped():
        with suppress(TimeoutError):
            return future.result(timeout=heart.every_s)
    future.cancel()
    raise StoppedError(0, question.people)


def release(run: Run, *, at: datetime) -> None:
    """Give a run back to the queue, unless it has used up its tries."""
    if run.tries >= MOST_TRIES:
        _fail(run, DIED, at=at)
        return
    with transaction.atomic():
        if Run.objects.held(run).update(state=State.QUEUED, claim=None, beat_at=at):
            work_on.enqueue(str(run.public_id))


def _fail(run: Run, words: str, *, at: datetime) -> bool:
    """Say what went wrong, if the run is still ours to say it of."""
    held = Run.objects.held(run)
    return bool(held.update(state=State.FAILED, claim=None, ended_at=at, trouble=words))


def _finish(run: Run, document: dict[str, Any], *, at: datetime) -> None:
    """Write the answer if the run is still ours, and clear the chunks away."""
    finished = Run.objects.held(run).update(
        state=State.DONE,
        claim=None,
        ended_at=at,
        done=run.people,
        result=document,
        finding=document["finding"][:300],
    )
    if finished:
        shutil.rmtree(folder(run), ignore_errors=True)
