"""A snapshot as the page shows it: words beside every number, both ways side by side."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final, final

from unclench.evidence import Evidence
from unclench.experience import LEAST
from unclench_site.experience import published
from unclench_site.experience.models import Report, Snapshot
from unclench_site.experience.pictures import Drawn, staying_picture
from unclench_site.experience.published import Published
from unclench_site.experience.telling import DOSES, SHORT_DAYS
from unclench_site.experience.words import Again, Goal, Reason, SideEffect, Way

Document = dict[str, Any]
MOST_WISHES: Final = 30


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table.

    Args:
        words: What it is about.
        cells: The figure of each way, as `telling` keeps it; None for what stays hidden.
        published: What studies say of it, where the library has it.
    """

    words: str
    cells: tuple[Document | None, Document | None]
    published: Published | None = None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A table: the rows with a figure, and what too few people said to be shown."""

    rows: list[Row]
    hidden: list[str]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything that the page shows of one snapshot."""

    snapshot: Snapshot
    finding: str
    who: str
    again: Lines
    helped: Lines
    side_effects: Lines
    reasons: Lines
    tablets: list[Row]
    pumps: list[Row]
    picture: Drawn | None
    stays: list[str]
    register: list[tuple[int, str, Published]]


def page_of(snapshot: Snapshot, base: Evidence) -> Page:
    """Give a snapshot in words; it rests on nothing but what was frozen, and on the library."""
    ways = {way: snapshot.content["ways"].get(way) or {} for way in Way.values}
    oral, pump = ways[Way.ORAL], ways[Way.PUMP]
    return Page(
        snapshot=snapshot,
        finding=finding(oral, pump),
        who=who(snapshot.content["members"], oral, pump),
        again=lines_of(both("again", Again, oral, pump)),
        helped=lines_of(both("helped", Goal, oral, pump)),
        side_effects=lines_of(effects(oral, pump, base)),
        reasons=lines_of(both("reasons", Reason, oral, pump)),
        tablets=dose_rows(Way.ORAL, oral),
        pumps=dose_rows(Way.PUMP, pump),
        picture=staying_picture(oral, pump, base),
        stays=stays(oral, pump, base),
        register=published.still_on(base),
    )


def finding(oral: Document, pump: Document) -> str:
    """Give the answer to the page's question in one sentence."""
    parts = [
        f"{cell['percent']} of 100 who reported on {name}"
        for name, way in (("tablets or liquid", oral), ("a pump", pump))
        if (cell := cell_of(way, "again", Again.YES)) is not None
    ]
    if not parts:
        return "Too few people have reported to say."
    return f"{' and '.join(parts)} would take it again."


def who(members: int, oral: Document, pump: Document) -> str:
    """Say who answered, of how many."""
    parts = [
        f"about {way['people']} on {name}"
        for name, way in (("tablets or liquid", oral), ("a pump", pump))
        if way
    ]
    if not parts:
        return "Fewer than ten people’s reports can be counted so far."
    of = f", of about {members:,} members who live with MS" if members else ""
    return f"These figures count {' and '.join(parts)}{of}."


def cell_of(way: Document, part: str, code: str) -> Document | None:
    """Give one figure of one way; None where it stays hidden."""
    told = way.get(part)
    cells = told["cells"] if isinstance(told, dict) else told or []
    found = next((cell for cell in cells if cell["code"] == code), None)
    return None if found is None or found.get("hidden") else drawable(found)


def drawable(cell: Document | None) -> Document | None:
    """Give a figure with the width of its interval, which the page draws."""
    return None if cell is None else cell | {"wide": max(1, cell["high"] - cell["low"])}


def both(part: str, choices: Any, oral: Document, pump: Document) -> list[Row]:
    """Give a table of both ways, in the order of the tablets' ranking, then of the list."""
    order = sorted(
        choices,
        key=lambda one: -(cell_of(oral, part, one) or {}).get("shrunk", -1),
    )
    return [
        Row(words=one.label, cells=(cell_of(oral, part, one), cell_of(pump, part, one)))
        for one in order
    ]


def lines_of(rows: list[Row]) -> Lines:
    """Give a table without the rows that no way has a figure for; they are named below it."""
    return Lines(
        rows=[row for row in rows if any(row.cells)],
        hidden=[row.words for row in rows if not any(row.cells)],
    )


def effects(oral: Document, pump: Document, base: Evidence) -> list[Row]:
    """Give the side effects beside what the label says; the rows of nobody come last."""
    rows = [
        Row(
            words=row.words,
            cells=row.cells,
            published=published.side_effect(base, Way.ORAL, code.value),
        )
        for row, code in zip(
            both("side_effects", SideEffect, oral, pump),
            sorted(
                SideEffect,
                key=lambda one: -(cell_of(oral, "side_effects", one) or {}).get("shrunk", -1),
            ),
            strict=True,
        )
    ]
    none = Row(
        words="none at all",
        cells=(drawable(oral.get("no_side_effect")), drawable(pump.get("no_side_effect"))),
    )
    return [*rows, none]


def dose_rows(way: Way, told: Document) -> list[Row]:
    """Give the bands of doses of one way."""
    return [
        Row(words=words, cells=(cell_of(told, "doses", words), None))
        for words in DOSES[way].values()
    ]


def stays(oral: Document, pump: Document, base: Evidence) -> list[str]:
    """Say in sentences how long people stay, and what to compare it with."""
    lines = [
        line
        for name, way in (("tablets or liquid", oral), ("a pump", pump))
        for line in stays_of(name, way.get("staying") or {})
    ]
    decade = published.published(base, published.PUMP_10_YEARS)
    lines.append(
        f"In a registry of pumps, {decade.words} were still on one after ten years"
        f" ({decade.whose})."
    )
    return lines


def stays_of(name: str, told: Document) -> list[str]:
    """Say how long people stay on one way."""
    lines = [
        f"{point['percent']} of 100 ({point['low']} to {point['high']}) were still on"
        f" {name} {after(point['day'])} after the start{given(told)}."
        for point in told.get("points", ())
    ]
    if short := told.get("short"):
        lines.append(
            f"{short['percent']} of 100 who reported on {name} stopped within {SHORT_DAYS} days."
        )
    if before := told.get("before"):
        lines.append(
            f"{before['percent']} of 100 who reported on {name} had stopped before they joined,"
            " and are not in the curve."
        )
    return lines


def given(told: Document) -> str:
    """Say where a curve starts, if that is later than the first day."""
    start = told.get("from_day", 0)
    return f", of those who had taken it for {start} days" if start else ""


def after(day: int) -> str:
    """Give a number of days as people say it.

    Example:
        >>> [after(day) for day in (30, 150, 365, 730)]
        ['30 days', '150 days', '1 year', '2 years']
    """
    if day < 365:
        return f"{day} days"
    years = round(day / 365)
    return f"{years} year{'' if years == 1 else 's'}"


def wishes(snapshot: Snapshot) -> list[str]:
    """Give what people wish they had known: read, agreed, and in an order that tells nothing.

    Nothing is shown until there are ten of them. A wish is no part of the frozen figures: who takes
    it back takes it off the page at once.
    """
    agreed = Report.objects.countable_at_all().filter(
        reading__shown=True, reading__at__lte=snapshot.taken_at
    )
    found = list(agreed.exclude(wish="").values_list("wish", flat=True))
    if len(found) < LEAST:
        return []

    def shuffled(wish: str) -> str:
        return hashlib.sha256(f"{snapshot.week}:{wish}".encode()).hexdigest()

    return sorted(set(found), key=shuffled)[:MOST_WISHES]
