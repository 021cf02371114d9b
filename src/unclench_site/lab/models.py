"""A run: what was asked, by whom, how far it is, and what came of it.

The row is the queue's truth. A worker holds a run by its claim, a number that nobody else has, and
every word that it writes is on condition that it still holds it: whoever lost the claim writes
nothing any more. Moving from one state to another is one conditional UPDATE, and whoever changed no
row came too late.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Self, final

from django.db import models
from django.db.models import F, Q, Window
from django.db.models.functions import Coalesce, RowNumber

from unclench_site.accounts.models import Person

SILENCE: Final = timedelta(seconds=60)
"""A heart that has not beaten for so long has stopped. It beats every second."""
FORGOTTEN: Final = timedelta(minutes=10)
"""A run that waits for so long may have lost its place in the queue, and is queued again."""
MOST_TRIES: Final = 3
"""After so many workers have died of a run that got no further, it is the run that kills them."""


class Kind(models.TextChoices):
    """What is run."""

    COHORT = "cohort", "People who live through a plan"
    TRIAL = "trial", "A published trial"
    STAYING = "staying", "Staying on tablets"


PUBLISHED: Final = (Kind.TRIAL, Kind.STAYING)
"""Kinds that say nothing about who asked; everybody may see the last result."""


class State(models.TextChoices):
    """How far a run is."""

    QUEUED = "queued", "waiting"
    RUNNING = "running", "running"
    DONE = "done", "finished"
    STOPPED = "stopped", "stopped"
    FAILED = "failed", "failed"


STANDING: Final = (State.QUEUED, State.RUNNING)
OVER: Final = (State.DONE, State.STOPPED, State.FAILED)


class RunQuerySet(models.QuerySet["Run"]):
    """Reads of runs, and the one way to claim one."""

    def of(self, person: Person) -> Self:
        """A person's own runs; there is no other way to somebody's run."""
        return self.filter(owner=person)

    def light(self) -> Self:
        """Without what came of it, which can be large."""
        return self.defer("result", "question")

    def standing(self) -> Self:
        """What waits or runs."""
        return self.filter(state__in=STANDING)

    def silent(self, *, at: datetime) -> Self:
        """What is said to run without a worker being heard of, or waits for far too long."""
        stopped = Q(state=State.RUNNING, beat_at__lt=at - SILENCE)
        return self.filter(stopped | Q(state=State.QUEUED, beat_at__lt=at - FORGOTTEN))

    def before(self, run: Run) -> Self:
        """What was asked before a run, for the next page of a list."""
        earlier = Q(asked_at=run.asked_at, id__lt=run.pk)
        return self.filter(Q(asked_at__lt=run.asked_at) | earlier)

    def last_published(self) -> Self:
        """The last finished run of each published trial and of each what-if."""
        nth = Window(RowNumber(), partition_by=["kind", "name"], order_by="-ended_at")
        finished = self.filter(kind__in=PUBLISHED, state=State.DONE)
        return finished.annotate(nth=nth).filter(nth=1)

    def claim(self, public_id: uuid.UUID, *, at: datetime) -> Run | None:
        """Take a run that waits or whose heart stopped; None if somebody else was faster.

        Two workers can ask at once: the database lets one of the two updates change the row.
        """
        free = Q(state=State.QUEUED) | Q(state=State.RUNNING, beat_at__lt=at - SILENCE)
        claim = uuid.uuid4()
        taken = self.filter(free, public_id=public_id, tries__lt=MOST_TRIES).update(
            state=State.RUNNING,
            claim=claim,
            beat_at=at,
            began_at=Coalesce(F("began_at"), at),
            tries=F("tries") + 1,
        )
        return self.select_related("owner").get(public_id=public_id, claim=claim) if taken else None

    def held(self, run: Run) -> Self:
        """A run as long as the claim that it was read with still holds."""
        return self.filter(pk=run.pk, state=State.RUNNING, claim=run.claim)


@final
class Run(models.Model):
    """One run of the model.

    Attributes:
        name: Which trial or which what-if; empty for a cohort.
        question: What was asked, as `questions` reads it again.
        key: Stands for the question, the evidence and the version: the same key, the same answer.
        people: How many virtual people; 0 while that is for the trial to say.
        done: How many of them are counted.
        beat_at: When the worker was last heard of; while it waits, when it was queued.
        claim: Which worker holds it, and since which time.
        tries: How many workers began it since it last got further.
        trouble: What went wrong, in words for the person.
        finding: The result in one sentence.
        result: Everything that came of it; see `answers`.
        is_reused: Whether the result was taken from an earlier run of the same key.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=200)
    question = models.JSONField()
    key = models.CharField(max_length=64, db_index=True)
    evidence_hash = models.CharField(max_length=64)
    version = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    people = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.TextField(blank=True)
    finding = models.CharField(max_length=300, blank=True)
    result: models.JSONField[Any, Any] = models.JSONField(null=True)
    is_reused = models.BooleanField(default=False)

    objects = RunQuerySet.as_manager()

    class Meta:
        """Found by owner, by what is published, and by who is silent."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "-asked_at", "-id"], name="runs_of_an_owner"),
            models.Index(fields=["kind", "name", "-ended_at"], name="runs_last_published"),
            models.Index(fields=["state", "beat_at"], name="runs_by_heart"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(done__lte=F("people")), name="run_counts_nobody_twice"
            ),
            models.CheckConstraint(
                condition=Q(state=State.RUNNING, claim__isnull=False, beat_at__isnull=False)
                | ~Q(state=State.RUNNING),
                name="run_is_held_while_it_runs",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OVER, ended_at__isnull=False)
                | Q(state__in=STANDING, ended_at__isnull=True),
                name="run_ends_when_it_is_over",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DONE, result__isnull=False)
                | (~Q(state=State.DONE) & Q(result__isnull=True)),
                name="run_has_a_result_when_done",
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.pk}"

    @property
    def is_standing(self) -> bool:
        """Whether it waits or runs."""
        return self.state in STANDING

    def is_silent(self, *, at: datetime) -> bool:
        """Whether it should be woken."""
        patience = {State.RUNNING: SILENCE, State.QUEUED: FORGOTTEN}.get(State(self.state))
        return bool(patience and self.beat_at and self.beat_at < at - patience)

    @property
    def people_words(self) -> str:
        """How many people, with commas."""
        return f"{self.people:,}"

    @property
    def percent(self) -> int:
        """How much of it is counted, of 100."""
        return 100 * self.done // self.people if self.people else 0
