"""What a diary comes to, in short: each of these costs the same however long the diary is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import final

from unclench.therapy import symptom
from unclench_site.accounts.models import Person
from unclench_site.diary.days import DAY
from unclench_site.diary.kinds import Kind
from unclench_site.diary.models import Entry, EntryQuerySet
from unclench_site.plans.intake import due_doses


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Adherence:
    """What became of the doses that were due.

    Attributes:
        due: How many were due.
        taken: Of these, how many are marked as taken.
        skipped: Of these, how many are marked as skipped.
        late: Of those taken, how many more than an hour after they were due.
        extra: How many were taken that were not due.
    """

    due: int
    taken: int
    skipped: int
    late: int
    extra: int

    @property
    def unmarked(self) -> int:
        """How many are marked neither way: nobody knows."""
        return self.due - self.taken - self.skipped

    @property
    def words(self) -> str:
        """The same in a sentence."""
        if not self.due:
            return "No doses were due."
        said = f"Of {self.due} doses due, {self.taken} are marked as taken"
        said += f" and {self.skipped} as skipped; {self.unmarked} are not marked."
        return said + (f" {self.late} came more than an hour late." if self.late else "")


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SpasmHours:
    """Spasms by the hour of the day at which they came, on the clock of their own zone.

    Attributes:
        counts: (24,) how many in each hour.
        days: On how many days spasms were counted.
    """

    counts: tuple[int, ...]
    days: int

    @property
    def a_day(self) -> tuple[float, ...]:
        """(24,) spasms in each hour of a counted day."""
        return tuple(count / self.days if self.days else 0.0 for count in self.counts)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SpasmWeek:
    """One week from Monday: how many spasms, and on how many of its days they were counted."""

    monday: date
    spasms: int
    days: int

    @property
    def a_day(self) -> float | None:
        """Spasms on a counted day; None where none was counted."""
        return self.spasms / self.days if self.days else None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SideEffect:
    """A side effect, how often it was logged, and when last."""

    words: str
    times: int
    last_at: datetime


def adherence(owner: Person, *, start: datetime, end: datetime, at: datetime) -> Adherence:
    """Tell what became of the doses that were due from start up to, not with, end; two queries.

    Doses that are due after `at` do not count.
    """
    due = {dose.key: dose.at for dose in due_doses(owner, start=start, end=min(end, at))}
    rows = _standing(owner, start - DAY, end + DAY).filter(
        kind__in=[Kind.DOSE_TAKEN, Kind.DOSE_SKIPPED]
    )
    taken = skipped = late = extra = 0
    for kind, key, when in rows.values_list("kind", "due_key", "happened_at"):
        if key in due:
            taken += kind == Kind.DOSE_TAKEN
            skipped += kind == Kind.DOSE_SKIPPED
            late += kind == Kind.DOSE_TAKEN and when - due[key] > timedelta(hours=1)
        elif not key and kind == Kind.DOSE_TAKEN and start <= when < end:
            extra += 1
    return Adherence(due=len(due), taken=taken, skipped=skipped, late=late, extra=extra)


def spasms_by_hour(owner: Person, *, start: datetime, end: datetime) -> SpasmHours:
    """Count spasms by the hour of the day; one query."""
    hours, days = Counter[int](), set()
    for entry in _spasms(owner, start, end):
        days.add(entry.local.date())
        if entry.is_spasm:
            hours[entry.local.hour] += 1
    return SpasmHours(counts=tuple(hours[hour] for hour in range(24)), days=len(days))


def spasms_by_week(owner: Person, *, start: datetime, end: datetime) -> tuple[SpasmWeek, ...]:
    """Count spasms by week, oldest first, weeks without any entry too; one query."""
    spasms, days = Counter[date](), Counter[date]()
    seen: set[date] = set()
    for entry in _spasms(owner, start, end):
        day = entry.local.date()
        monday = day - timedelta(days=day.weekday())
        spasms[monday] += entry.is_spasm
        days[monday] += day not in seen
        seen.add(day)
    if not days:
        return ()
    weeks = (max(days) - min(days)).days // 7 + 1
    mondays = (min(days) + timedelta(days=7 * week) for week in range(weeks))
    return tuple(
        SpasmWeek(monday=monday, spasms=spasms[monday], days=days[monday]) for monday in mondays
    )


def side_effects(owner: Person, *, start: datetime, end: datetime) -> tuple[SideEffect, ...]:
    """Give the side effects that were logged, the most frequent first; one query."""
    rows = _standing(owner, start, end).filter(kind=Kind.SIDE_EFFECT).order_by("happened_at")
    times, last = Counter[str](), {}
    for what, note, when in rows.values_list("what", "note", "happened_at"):
        words = effect_words(what, note)
        times[words] += 1
        last[words] = when
    return tuple(
        SideEffect(words=words, times=count, last_at=last[words])
        for words, count in times.most_common()
    )


def effect_words(what: str, note: str) -> str:
    """A side effect in words: the symptom's, else the person's own."""
    return symptom(what).words if what else note


def _standing(owner: Person, start: datetime, end: datetime) -> EntryQuerySet:
    return Entry.objects.filter(owner=owner).standing().between(start, end)


def _spasms(owner: Person, start: datetime, end: datetime) -> EntryQuerySet:
    return _standing(owner, start, end).filter(kind=Kind.SPASM)
