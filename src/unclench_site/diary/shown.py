"""What each page of the diary shows, gathered before it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final, final
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from unclench_site.accounts.demonstration import NAMES
from unclench_site.accounts.models import Person
from unclench_site.diary.changes import NOT_ALONE, changes
from unclench_site.diary.days import DAY as ONE_DAY
from unclench_site.diary.forms import EFFECTS, new_key
from unclench_site.diary.kinds import SCALES, Kind
from unclench_site.diary.lived import Lived, lived
from unclench_site.diary.models import Entry
from unclench_site.diary.pictures import (
    DAY,
    MONTHS,
    WARM_UP_DAYS,
    WEEK,
    Drawn,
    View,
    drawn,
    over_curve,
)
from unclench_site.diary.saying import clock_words, day_words, entry_words, outcome_words
from unclench_site.diary.summary import adherence, side_effects
from unclench_site.diary.today import After, after_entry, dose_rows, late_rule
from unclench_site.evidence import evidence
from unclench_site.plans.intake import patient_of, pump_of

PAGE: Final = 50
TABS: Final = (
    ("diary", "Today"),
    ("diary-week", "Week"),
    ("diary-months", "Months"),
    ("diary-answer", "Does it help?"),
    ("diary-entries", "All entries"),
)
SCORED: Final = (Kind.SLEEPINESS, Kind.RATING, Kind.SLEEP)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry as a line of a list."""

    entry: Entry
    words: str
    clock: str
    key: str


def frame(request: HttpRequest, owner: Person, here: str) -> dict[str, Any]:
    """What every page of the room needs: whose it is, and the way to the others."""
    is_own = request.user == owner
    tabs = [(_address(name, owner, is_own), words, name == here) for name, words in TABS]
    return {
        "room": "diary",
        "owner": owner,
        "is_own": is_own,
        "is_made_up": owner.name == NAMES["member"],
        "tabs": tabs,
        "page_title": dict(TABS).get(here, "Diary"),
        "address": _address(here, owner, is_own) if here in dict(TABS) else "",
    }


def today_page(owner: Person, *, at: datetime, logged: UUID | None) -> dict[str, Any]:
    """Today: what is due, what was logged, the day over the curve, and what the last tap did."""
    days = _days(owner, DAY, at)
    today = at.astimezone(owner.zone).date()
    of_today = [
        one for one in days.entries if one.happened_at.astimezone(days.zone).date() == today
    ]
    rows = dose_rows(days, at=at)
    context = {
        "today": day_words(today, today=today),
        "rows": [(row, new_key(), new_key()) for row in rows],
        "rule": late_rule(rows, days, at=at, evidence=evidence()),
        "lines": [line(one, owner) for one in of_today],
        "has_spasms": any(one.kind == Kind.SPASM for one in of_today),
        "scores": [(kind, SCALES[kind], new_key()) for kind in SCORED],
        "effects": EFFECTS,
        "keys": [new_key() for _ in range(5)],
        "has_treatment": bool(days.treatments),
    }
    patient = patient_of(owner, at=at)
    if days.is_treated:
        context["picture"] = drawn(over_curve(days, patient, DAY, at=at))
    return context | _last_tap(owner, days, logged, patient=patient)


def _last_tap(owner: Person, days: Lived, logged: UUID | None, **known: Any) -> dict[str, Any]:
    """What is said about the entry that was logged, changed or undone a moment ago."""
    if logged is None:
        return {}
    found = Entry.objects.select_related("same_as").filter(owner=owner, public_id=logged).first()
    if found is None:
        return {}
    stands = found.same_as or found
    held = next(
        (one for one in reversed(days.treatments) if one.from_at <= found.happened_at), None
    )
    after: After = after_entry(
        found,
        near=days.entries,
        due=days.due,
        treatment=None if held is None or held.is_ended else held,
        evidence=evidence(),
        **known,
    )
    scale = SCALES.get(Kind(found.kind))
    return {
        "tap": line(stands, owner),
        "tap_words": f"Undone: {entry_words(found)}." if found.withdrawn else outcome_words(found),
        "after": after,
        "strengths": scale if scale and not scale.needed and found.value is None else None,
        "strength_key": new_key(),
        "is_beep": found.kind == Kind.PUMP_BEEP and not found.withdrawn,
    }


def week_page(owner: Person, *, at: datetime) -> dict[str, Any]:
    """The last seven days over the curve, and what became of the doses."""
    return _span_page(owner, WEEK, at)


def months_page(owner: Person, *, at: datetime) -> dict[str, Any]:
    """The last three months over the curve, and what came after changes of dose."""
    context = _span_page(owner, MONTHS, at)
    return context | {"changes": changes(context["days"]), "not_alone": NOT_ALONE}


def _span_page(owner: Person, view: View, at: datetime) -> dict[str, Any]:
    days = _days(owner, view, at)
    patient = patient_of(owner, at=at)
    start = at - view.days * ONE_DAY
    picture: Drawn | None = None
    if days.is_treated and days.entries:
        picture = drawn(over_curve(days, patient, view, at=at))
    return {
        "days": days,
        "picture": picture,
        "doses": adherence(owner, start=start, end=at, at=at),
        "effects": side_effects(owner, start=start, end=at),
    }


def _days(owner: Person, view: View, at: datetime) -> Lived:
    last = at.astimezone(owner.zone).date()
    return lived(owner, first=last - (view.days + WARM_UP_DAYS - 1) * ONE_DAY, last=last, at=at)


def entries_page(owner: Person, *, at: datetime, before: UUID | None) -> dict[str, Any]:
    """One page of everything that stands, newest first, by day."""
    rows = Entry.objects.filter(owner=owner).standing().newest_first()
    if before is not None:
        last = Entry.objects.filter(owner=owner, public_id=before).first()
        if last is not None:
            rows = rows.older_than(last)
    found = list(rows[: PAGE + 1])
    today = at.astimezone(owner.zone).date()
    days = groupby(found[:PAGE], key=_day_of)
    return {
        "days": [
            (day_words(day, today=today), [line(one, owner) for one in group])
            for day, group in days
        ],
        "more": found[PAGE - 1].public_id if len(found) > PAGE else None,
    }


def entry_page(owner: Person, entry: Entry) -> dict[str, Any]:
    """One entry with all that it said before."""
    versions = Entry.objects.filter(owner=owner, thread=entry.thread).order_by("-id")
    told = [
        (line(one, owner), one.recorded_at.astimezone(owner.zone), one.withdrawn)
        for one in versions
    ]
    return {"line": line(entry, owner), "versions": told, "key": new_key()}


def pump_phone(owner: Person) -> str:
    """The number of the clinic that fills somebody's pump; empty if there is none."""
    pump = pump_of(owner)
    return pump.clinic_phone if pump else ""


def line(entry: Entry, owner: Person) -> Line:
    """An entry as a line of a list, with a key for undoing it."""
    entry.owner = owner  # known already: its zone must not cost a query for each entry
    return Line(entry=entry, words=entry_words(entry), clock=clock_words(entry), key=new_key())


def _day_of(entry: Entry) -> date:
    return entry.local.date()


def _address(name: str, owner: Person, is_own: bool) -> str:
    return reverse(name) if is_own else reverse(f"with-{name}", args=[owner.public_id])
