"""Who looked: an owner's trail, newest first, one page after the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, final

from django.db.models import Q

from unclench_site.accounts.models import AuditEntry, Person

ROWS: Final = 50
BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TrailPage:
    """Some lines of a trail, and the mark behind which the next begin; no mark on the last page."""

    entries: list[AuditEntry]
    more: str


def mark_of(entry: AuditEntry) -> str:
    """A place in the trail as text: microseconds and number."""
    return f"{(entry.at - BEGINNING) // timedelta(microseconds=1)}-{entry.pk}"


def read_mark(text: str) -> tuple[datetime, int] | None:
    """The place that a mark names; nothing for a text that is no mark.

    Example:
        >>> read_mark("60000000-7")[1]
        7
        >>> read_mark("tomorrow")
    """
    microseconds, _, number = text.partition("-")
    if not (microseconds.isdecimal() and number.isdecimal() and len(text) < 40):
        return None
    try:
        return BEGINNING + timedelta(microseconds=int(microseconds)), int(number)
    except OverflowError:
        return None


def trail_page(owner: Person, *, before: str = "") -> TrailPage:
    """A page of an owner's trail, from the newest line or from behind a mark."""
    lines = AuditEntry.objects.filter(owner=owner).select_related("by").order_by("-at", "-pk")
    if place := read_mark(before):
        at, number = place
        lines = lines.filter(Q(at__lt=at) | Q(at=at, pk__lt=number))
    entries = list(lines[: ROWS + 1])
    more = mark_of(entries[ROWS - 1]) if len(entries) > ROWS else ""
    return TrailPage(entries=entries[:ROWS], more=more)
