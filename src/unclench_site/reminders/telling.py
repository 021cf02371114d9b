"""What a reminder says to the person who opened it: the full instructions, as they stand now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, final

from unclench.errors import InputError
from unclench.therapy import missed
from unclench_site.accounts.models import Person
from unclench_site.diary.models import Entry
from unclench_site.evidence import evidence
from unclench_site.plans.intake import DueDose, due_doses, pump_of, treatment_at
from unclench_site.reminders.models import Kind, Reminder
from unclench_site.reminders.occasions import countdowns

NEVER_DOUBLE: Final = "dosing.missed.never_double"
LATE: Final = timedelta(minutes=15)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A reminder in words.

    Attributes:
        title: What it is.
        words: What there is to know about it, a sentence or two each.
        phone: Whom to call, where that is what it is about.
        is_open: Whether there is still something to do.
    """

    title: str
    words: tuple[str, ...] = ()
    phone: str = ""
    is_open: bool = True


def tell(reminder: Reminder, *, at: datetime) -> Told:
    """Give a reminder in words, from what the person takes now and has logged by now."""
    owner = reminder.owner
    match Kind(reminder.kind):
        case Kind.DOSE:
            return _dose(owner, reminder, at=at)
        case Kind.CHECK_IN:
            return Told(
                title="How was your day?", words=("A minute for your diary, if you have one.",)
            )
        case Kind.OWN:
            words = reminder.own.words if reminder.own else "This is a test. Reminders reach you."
            return Told(title=words)
        case kind:
            pump = pump_of(owner)
            found = countdowns(owner, today=at.astimezone(owner.zone).date())
            said = [one.words for one in found if one.kind is kind]
            return Told(
                title=said[0] if said else "This date of your pump is not there any more.",
                phone=pump.details.clinic_phone if pump else "",
                is_open=bool(said),
            )


def _dose(owner: Person, reminder: Reminder, *, at: datetime) -> Told:
    key = reminder.occasion.partition(":")[2]
    due = due_doses(owner, start=reminder.due_at, end=reminder.due_at + timedelta(minutes=1))
    dose = next((one for one in due if one.key == key), None)
    if dose is None:
        return Told(
            title="This dose is not in what you take any more.",
            words=("Look at what you take now before you take anything.",),
            is_open=False,
        )
    clock = f"{dose.at:%H:%M}"
    if Entry.objects.standing().filter(owner=owner, due_key=key).exists():
        return Told(
            title=f"{dose.words} at {clock}: this is in your diary already.",
            words=("Do not take it twice.",),
            is_open=False,
        )
    return Told(title=f"{dose.words} at {clock}", words=_if_late(owner, dose, at=at))


def _if_late(owner: Person, dose: DueDose, *, at: datetime) -> tuple[str, ...]:
    """The published rule for a missed dose, where this one is late and no other came since."""
    if at < dose.at + LATE:
        return ()
    base = evidence()
    only_this = (base.statement(NEVER_DOUBLE).text,)
    treatment = treatment_at(owner, at=dose.at)
    if treatment is None:
        return only_this
    day_one = datetime.combine(treatment.day_one, datetime.min.time())
    now_min, due_min = (
        int((one.astimezone(owner.zone).replace(tzinfo=None) - day_one) // timedelta(minutes=1))
        for one in (at, dose.at)
    )
    try:
        answer = missed(treatment.to_regimen(), now_min=now_min, evidence=base)
    except InputError:
        return only_this
    return answer.words if answer.due[-1] == due_min else only_this
