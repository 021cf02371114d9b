"""Entries in words, and what is said after one was logged."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from unclench_site.diary.kinds import SCALES, Kind
from unclench_site.diary.models import Entry
from unclench_site.diary.summary import effect_words


def amount_words(amount_mcg: Decimal) -> str:
    """An amount that is swallowed, in milligrams.

    Example:
        >>> amount_words(Decimal("12500"))
        '12.5 mg'
    """
    return f"{(amount_mcg / 1000).normalize():f} mg"


def entry_words(entry: Entry) -> str:
    """An entry in a line: what, and how much or how strong."""
    kind = Kind(entry.kind)
    if entry.is_dose:
        done = "taken" if kind is Kind.DOSE_TAKEN else "skipped"
        return f"{amount_words(entry.amount_mcg or Decimal(0))} {done}"
    if kind is Kind.SIDE_EFFECT:
        return f"{kind.label}: {effect_words(entry.what, entry.note)}"
    if kind is Kind.SPASM and entry.value == 0:
        return "No spasms that day"
    if entry.value is None:
        return str(kind.label)
    return f"{kind.label}: {SCALES[kind].says(entry.value)}"


def clock_words(entry: Entry) -> str:
    """When it happened, on the clock of its own zone; the zone is named where clocks differ."""
    shown = f"{entry.local:%H:%M}"
    at_home = entry.happened_at.astimezone(entry.owner.zone)
    return shown if at_home.utcoffset() == entry.local.utcoffset() else f"{shown}, {entry.zone}"


def day_words(day: date, *, today: date) -> str:
    """A day as people say it.

    Example:
        >>> day_words(date(2026, 3, 1), today=date(2026, 3, 2))
        'Yesterday, Sunday 1 March'
    """
    name = f"{day:%A} {day.day} {day:%B}"
    if day == today:
        return f"Today, {name}"
    return f"Yesterday, {name}" if day == today - timedelta(days=1) else f"{name} {day.year}"


def outcome_words(entry: Entry) -> str:
    """What became of a tap: logged, or already there."""
    before = entry.same_as
    if before is None:
        return f"Logged: {entry_words(entry)}, {clock_words(entry)}."
    said = f"This dose was already logged at {before.recorded_at.astimezone(before.tz):%H:%M} on "
    said += f"another device: {entry_words(before)}, {clock_words(before)}. Nothing was added."
    if before.kind != entry.kind:
        said += " If that is wrong, correct it below."
    return said
