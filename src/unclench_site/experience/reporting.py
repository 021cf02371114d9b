"""Writing reports: a new version, or the word that it is taken back; and the consent to count."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from unclench.errors import InputError
from unclench.regimen import Regimen, format, parse
from unclench_site.accounts.access import note
from unclench_site.accounts.models import Action, Consent, Person, Purpose
from unclench_site.experience.models import Reading, Report
from unclench_site.experience.words import (
    MOST_TEXT,
    MOST_WISH,
    NO_SIDE_EFFECT,
    Again,
    Effect,
    Goal,
    Reason,
    SideEffect,
    Way,
)

WHAT: Final = "treatment report"
WORDING: Final = 1
SAID: Final = (
    "effects",
    "regimen",
    "started_on",
    "stopped_on",
    "reason",
    "side_effects",
    "again",
    "wish",
)
EARLIEST: Final = date(1970, 1, 1)
"""Baclofen came to people in the seventies."""


def mine(owner: Person, way: str) -> Report | None:
    """Give the standing report of one way; None if there is none, or it was taken back."""
    return Report.objects.standing().filter(owner=owner, way=way).first()


def report(*, owner: Person, by: Person, at: datetime, way: str, **said: Any) -> Report:
    """Write a version of a report; saying the same again is one version with a new date.

    Args:
        owner: Whose treatment.
        by: Who writes; nobody but the owner may.
        at: Now.
        way: A value of `Way`.
        said: The fields named in `SAID`; what is left out is empty.

    Raises:
        InputError: if anything is not what it should be; nothing is written then.
        PermissionDenied: if somebody else writes.
    """
    written = Report(owner=owner, way=way, recorded_at=at, **said)
    check(written, on=at.astimezone(owner.zone).date())
    return _kept(written, by=by)


def withdraw(owner: Person, way: str, *, by: Person, at: datetime) -> bool:
    """Take a report back: it is out of the next snapshot. The versions stay the owner's own.

    Returns:
        Whether there was one to take back.

    Raises:
        PermissionDenied: if somebody else does.
    """
    standing = mine(owner, way)
    if standing is None:
        return False
    empty = Report(
        owner=owner, way=way, recorded_at=at, started_on=standing.started_on, withdrawn=True
    )
    _kept(empty, by=by)
    return True


@transaction.atomic
def agree(person: Person, *, given: bool, at: datetime) -> None:
    """Say whether to be counted in the figures; it holds from the next snapshot on."""
    Consent.objects.create(
        person=person, purpose=Purpose.COUNT, wording=WORDING, given=given, at=at
    )
    note(person, by=person, action=Action.SHARE if given else Action.END, what="figures", at=at)


@transaction.atomic
def _kept(written: Report, *, by: Person) -> Report:
    if by.pk != written.owner_id:
        raise PermissionDenied
    Person.objects.select_for_update().only("pk").get(pk=by.pk)  # two devices take turns
    last = Report.objects.newest().filter(owner=written.owner, way=written.way).first()
    written.replaces = last
    written.save(force_insert=True)
    if last and written.wish == last.wish:
        _read_already(written, last)
    note(by, by=by, action=Action.WRITE, what=WHAT, at=written.recorded_at)
    return written


def _read_already(written: Report, last: Report) -> None:
    """Let what was decided about a wish hold for the same words in the next version."""
    reading = Reading.objects.filter(report=last).first()
    if reading is not None:
        Reading.objects.create(report=written, shown=reading.shown, by=reading.by, at=reading.at)


# What a report may say.


def check(written: Report, *, on: date) -> None:
    """Refuse what cannot be, and write the regimen as our language does.

    Raises:
        InputError: says what was wrong.
    """
    if written.way not in Way.values:
        raise InputError("That is no way to take baclofen.", expected="oral or pump")
    _check_dates(written, on)
    _check_answers(written)
    if written.regimen:
        written.regimen = format(regimen_of(written.way, written.regimen))
    written.wish = " ".join(written.wish.split())
    if len(written.wish) > MOST_WISH:
        raise InputError("The wish is too long.", expected=f"at most {MOST_WISH} letters")


def regimen_of(way: str, text: str) -> Regimen:
    """Give the regimen of a way.

    Raises:
        InputError: if it cannot be read, or is of the other way.
    """
    if len(text) > MOST_TEXT:
        raise InputError("The dose is too long to read.", expected=f"at most {MOST_TEXT} letters")
    found = parse(text)
    if (found.oral if way == Way.ORAL else found.pump) is None:
        raise InputError(
            "This dose is not of this way.",
            expected="10 mg at 08:00, 14:00, 20:00"
            if way == Way.ORAL
            else "pump 200 micrograms/day",
        )
    return found


def _check_dates(written: Report, on: date) -> None:
    if not EARLIEST <= written.started_on <= on:
        raise InputError("That start cannot be.", expected="a day from 1970 up to today")
    if written.stopped_on is None:
        if written.reason:
            raise InputError("There is a reason, but no stop.", expected="the day of the stop too")
    elif not written.started_on <= written.stopped_on <= on:
        raise InputError("That stop cannot be.", expected="a day from the start up to today")


def _check_answers(written: Report) -> None:
    told, goals = set(written.side_effects), written.effects
    if set(goals) - set(Goal.values) or set(goals.values()) - set(Effect.values):
        raise InputError("A goal is not one of the list.", expected="goals of the list")
    if told - {NO_SIDE_EFFECT, *SideEffect.values}:
        raise InputError("A side effect is not one of the list.", expected="those of the list")
    if NO_SIDE_EFFECT in told and len(told) > 1:
        raise InputError(
            "You chose “none at all” and a side effect.", expected="the one or the other"
        )
    if written.again not in {"", *Again.values} or written.reason not in {"", *Reason.values}:
        raise InputError("An answer is not one of the list.", expected="an answer of the list")
