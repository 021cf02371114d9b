"""The personal answer to "does it work for me?": worked out beside the pages, kept by its input.

It rests on whole days up to yesterday, so that it does not change with every tap. A page asks for
it, shows what is there, and never waits: a background task works out what is missing.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, final

from django.db import transaction
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from unclench.errors import UnclenchError
from unclench.inference import PersonalAnswer, Range, fit, sentences
from unclench.inference.words import NOT_TO_FIND_OUT, headline
from unclench.patient import Patient
from unclench.units import Unit
from unclench_site.accounts.models import Person
from unclench_site.diary.days import DAY
from unclench_site.diary.lived import Lived, lived
from unclench_site.diary.models import Answer, Entry, State
from unclench_site.evidence import evidence
from unclench_site.plans.intake import patient_of

__all__ = ["Personal", "personal_answer"]

logger = logging.getLogger(__name__)

LONGEST_DAYS: Final = 90
WORTH_ASKING_AGAIN: Final = timedelta(minutes=10)
VERSION: Final = 1
BEFORE_ROW: Final = "a row 'before'"
"""A hint for who writes a diary as a file; here the treatment says what was taken before."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """What can be said of a person now.

    Attributes:
        headline: The answer in one line, without a full stop.
        sentences: The whole answer, or why there is none yet.
        result: The numbers behind it, as `_kept` wrote them; None where there is no answer.
        first: The first day that it rests on; None where there is no answer.
        working: Whether an answer to a newer diary is being worked out.
    """

    headline: str
    sentences: tuple[str, ...]
    result: dict[str, Any] | None = None
    first: date | None = None
    working: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether there is an answer with numbers."""
        return self.result is not None


def personal_answer(owner: Person, *, at: datetime) -> Personal:
    """Give the personal answer to the diary up to yesterday, or why it is too early for one.

    Where it has not been worked out yet, a background task is asked to, and the last answer that
    there is stands meanwhile. A few queries, whatever the length of the diary.
    """
    gathered = _gathered(owner, at)
    if gathered is None:
        return Personal(
            headline="Too early to tell: your diary has no whole day yet",
            sentences=("Log your spasms and your doses. The first answer needs a week.",),
        )
    days, patient = gathered
    fewest = round(evidence().value("inference.fewest_days", Unit.DAY))
    if len(days.counted) < fewest:
        return Personal(
            headline=f"Too early to tell: {len(days.counted)} of {fewest} days are counted",
            sentences=(
                "A day is counted when you log its spasms, or that there were none.",
                NOT_TO_FIND_OUT,
            ),
        )
    return _asked(owner, _hash(days, patient), at)


def _gathered(owner: Person, at: datetime) -> tuple[Lived, Patient] | None:
    """The days that the answer rests on, from the first that has an entry; None without any."""
    yesterday = at.astimezone(owner.zone).date() - DAY
    oldest = yesterday - (LONGEST_DAYS - 1) * DAY
    rows = Entry.objects.filter(owner=owner).standing()
    start = rows.filter(happened_at__gte=at - (LONGEST_DAYS + 2) * DAY).order_by("happened_at")
    begun = start.values_list("happened_at", flat=True).first()
    if begun is None:
        return None
    first = max(oldest, begun.astimezone(owner.zone).date())
    if first > yesterday:
        return None
    return lived(owner, first=first, last=yesterday, at=at), patient_of(owner, at=at)


def _hash(days: Lived, patient: Patient) -> str:
    """The hash of everything that the answer follows from."""
    told = [patient.weight_kg, patient.age_years, patient.crcl_ml_per_min]
    content = json.dumps([VERSION, evidence().hash, str(days.first), told, repr(days.to_diary())])
    return hashlib.sha256(content.encode()).hexdigest()


def _asked(owner: Person, input_hash: str, at: datetime) -> Personal:
    """The answer to a diary if there is one, else the last one, with the new one on its way."""
    row, made = Answer.objects.get_or_create(
        owner=owner, input_hash=input_hash, defaults={"asked_at": at}
    )
    if row.state == State.READY:
        return _said(row, working=False)
    if not made and row.state == State.WAITING and at - row.asked_at > WORTH_ASKING_AGAIN:
        late = Answer.objects.filter(pk=row.pk, asked_at=row.asked_at)
        made = bool(late.update(asked_at=at))
    if made:
        transaction.on_commit(lambda: work_out.enqueue(row.pk))
        row.refresh_from_db()
        if row.state == State.READY:  # a queue that works at once, as in a test
            return _said(row, working=False)
    if row.state == State.FAILED:
        return Personal(
            headline="The answer could not be worked out",
            sentences=("Something in the sum went wrong, and it is written in the site’s log.",),
        )
    older = Answer.objects.filter(owner=owner, state=State.READY).order_by("-asked_at").first()
    if older is not None:
        return _said(older, working=True)
    return Personal(
        headline="Your answer is being worked out",
        sentences=("It takes a moment. Open this page again soon.",),
        working=True,
    )


def _said(row: Answer, *, working: bool) -> Personal:
    result: dict[str, Any] = row.result or {}
    return Personal(
        headline=result["headline"],
        sentences=tuple(result["sentences"]),
        result=result,
        first=date.fromisoformat(result["first"]),
        working=working,
    )


@task()
def work_out(answer_id: int) -> None:
    """Work out an answer that a page asked for, and let go of the ones before it."""
    row = Answer.objects.select_related("owner").filter(pk=answer_id, state=State.WAITING).first()
    gathered = _gathered(row.owner, row.asked_at) if row else None
    if row is None or gathered is None:
        return
    days, patient = gathered
    try:
        found = fit(days.to_diary(), patient, evidence=evidence())
    except UnclenchError:
        logger.exception("personal answer failed", extra={"facts": {"answer": row.pk}})
        row.state = State.FAILED
        row.save(update_fields=["state"])
        return
    row.state, row.result = State.READY, _kept(found, days)
    row.input_hash = _hash(days, patient)  # an entry may have come while the answer waited
    with transaction.atomic():
        Answer.objects.filter(owner=row.owner).exclude(pk=row.pk).delete()
        row.save(update_fields=["state", "result", "input_hash"])
    logger.info("personal answer", extra={"facts": {"answer": row.pk}})


def forget(owner: Person) -> None:
    """Take back what was asked of the queue for a person who is being erased."""
    for pk in Answer.objects.filter(owner=owner).values_list("pk", flat=True):
        asked = DBTaskResult.objects.filter(task_path=work_out.module_path)
        asked.filter(args_kwargs={"args": [pk], "kwargs": {}}).delete()


def _kept(found: PersonalAnswer, days: Lived) -> dict[str, Any]:
    """An answer as JSON holds it."""
    away = found.spasms_taken_away
    return {
        "headline": headline(found),
        "sentences": _sentences(found),
        "verdict": found.verdict.value,
        "first": days.first.isoformat(),
        "unmarked": days.unmarked,
        "counted_days": found.counted_days,
        "before": _range(away.before),
        "after": _range(away.after),
        "from_diary": away.from_diary,
        "by_day": [[day.day, day.low, day.middle, day.high, day.observed] for day in found.by_day],
        "ahead": len(found.forecast),
    }


def _sentences(found: PersonalAnswer) -> list[str]:
    """The answer without its headline, which stands above it."""
    said = [one.removeprefix(f"{headline(found)}.").strip() for one in sentences(found)]
    return [one for one in said if one and BEFORE_ROW not in one]


def _range(values: Range) -> list[float]:
    return [values.low, values.middle, values.high]
