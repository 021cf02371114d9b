"""Asks the model and the rules about a question, and draws what they say."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Final, final

import numpy as np

from unclench.cohorts import Band
from unclench.evidence import Estimate, Source
from unclench.figures import (
    Chart,
    csf,
    dimmer_curve,
    drowsiness,
    plasma,
    spasms,
    svg,
    tone,
    usual_reach,
    weakness,
    withdrawal,
)
from unclench.figures.chart import Region
from unclench.pharmacology.simulate import TimeCourse, simulate
from unclench.regimen import Regimen
from unclench_site.evidence import evidence
from unclench_site.explore.laid import Lay
from unclench_site.explore.over_time import laid_summary, way_down_title
from unclench_site.explore.people import people_like
from unclench_site.explore.question import Picture, Question
from unclench_site.explore.rules import Rules, rules
from unclench_site.explore.sentences import DAY_H, UNNOTICED, WORTH_SAYING, Summary, summary
from unclench_site.explore.withdrawal import DO_NOT_READ, above_its_own, pump_falls

PICTURES: Final = {
    Picture.SPASMS: (spasms, None),
    Picture.BLOOD: (plasma, None),
    Picture.FLUID: (csf, None),
    Picture.DROWSINESS: (drowsiness, None),
    Picture.STIFFNESS: (tone, None),
    Picture.WEAKNESS: (weakness, "weakness"),
    Picture.WITHDRAWAL: (withdrawal, "withdrawal"),
}
"""How each chart is made, and the channel without which it is left out."""

WORTH_DRAWING: Final = {"weakness": WORTH_SAYING, "withdrawal": UNNOTICED}
"""Below this share a channel would hardly be noticed."""

WIDTHS: Final = {"narrow": 300, "middle": 460, "wide": 680}
"""The widths in pixels in which a chart is drawn; the page shows the one that fits."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """For which widths to draw: the large charts, and the small ones beside each other.

    A whole page is drawn for every width, for nobody has measured it yet. A page that is open says
    which one it shows.
    """

    large: tuple[str, ...] = tuple(WIDTHS)
    small: tuple[str, ...] = tuple(WIDTHS)

    @classmethod
    def measured(cls, text: str) -> Room:
        """Read what an open page says, such as "wide,narrow"; every width if it says nothing known.

        Example:
            >>> Room.measured("wide,narrow").small
            ('narrow',)
        """
        parts = text.split(",")
        if len(parts) == 2 and all(part in WIDTHS for part in parts):
            return cls(large=(parts[0],), small=(parts[1],))
        return cls()


@final
@dataclass(slots=True)
class Stopwatch:
    """How long each part of an answer took, for the Server-Timing header: times and no content."""

    parts_ms: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Time one part."""
        started_s = time.perf_counter()
        yield
        self.parts_ms[name] = 1000 * (time.perf_counter() - started_s)

    def header(self) -> str:
        """The header's text."""
        return ", ".join(f"{name};dur={ms:.1f}" for name, ms in self.parts_ms.items())


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A chart and its drawings, by the width that each is meant for."""

    chart: Chart
    drawings: tuple[tuple[str, str], ...]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Everything that the page says about a question."""

    question: Question
    course: TimeCourse
    other: TimeCourse | None
    words: Summary
    dimmer: Drawn
    charts: tuple[Drawn, ...]
    rules: Rules
    sources: tuple[Source, ...]

    @property
    def says_first_finding(self) -> bool:
        """Whether the finding in words is the first chart's own, which need not repeat it."""
        return self.question.picture is Picture.SPASMS and self.question.laid is None

    @property
    def laid_sources(self) -> tuple[Source, ...]:
        """The sources of a plan that is laid out over time."""
        return sources_behind(self.question.laid.evidence) if self.question.laid else ()

    @property
    def shows_dimmer(self) -> bool:
        """Whether there is a steady dose to mark on the dimmer's curve."""
        return self.question.laid is None or self.question.laid.stands_on_the_curve


def answer(question: Question, *, room: Room, clock: Stopwatch) -> Answer:
    """Simulate, find words, draw.

    Args:
        question: What was asked.
        room: How much room the page has for charts.
        clock: Takes the time of each part.
    """
    with clock.part("model"):
        course = simulated(question)
        second = question.second
        other = simulated(question, second=True) if second else None
    with clock.part("people"):
        like = people_like(question)
    with clock.part("rules"):
        heard = rules(question, evidence=evidence())
    with clock.part("words"):
        if question.laid:
            said = laid_summary(question.laid, course, like=like, other=other)
        else:
            said = summary(course, like=like, other=other, second=second)
    with clock.part("charts"):
        dimmer = drawn(dimmer_curve(course, evidence=evidence(), regions=usual()), room.large)
        first, *rest = pictures(question, course, other, like.band)
        charts = (drawn(first, room.large), *(drawn(chart, room.small) for chart in rest))
    return Answer(
        question=question,
        course=course,
        other=other,
        words=said,
        dimmer=dimmer,
        charts=charts,
        rules=heard,
        sources=sources_behind(course.cited),
    )


def simulated(question: Question, *, second: bool = False) -> TimeCourse:
    """What the model says of the first or of the second plan."""
    asked, window = question.second if second else None, question.window
    course = simulate(
        asked.patient if asked else question.patient,
        asked.regimen if asked else question.simulated,
        evidence=evidence(),
        days=window.lead_days + window.simulated_days,
        step_min=window.step_min,
    )
    rest = above_its_own(course, evidence=evidence())
    if not window.lead_days:
        return rest
    shown = (asked.judged or asked.regimen) if asked else question.judged
    return without_lead(rest, shown, lead_days=window.lead_days)


def without_lead(course: TimeCourse, regimen: Regimen, *, lead_days: int) -> TimeCourse:
    """The same course counted from the first day that is shown.

    Args:
        course: What was simulated, its lead included.
        regimen: The same plan without the lead.
        lead_days: How many days to leave out.
    """
    first = int(np.searchsorted(course.time_h, DAY_H * lead_days - 1e-9))
    curves = {
        one.name: getattr(course, one.name)[first:]
        for one in fields(course)
        if isinstance(getattr(course, one.name), np.ndarray)
    }
    curves["time_h"] = curves["time_h"] - DAY_H * lead_days
    until_min = round(60 * float(curves["time_h"][-1]))
    return replace(
        course, regimen=regimen, administrations=regimen.administrations(until_min), **curves
    )


def pictures(
    question: Question, course: TimeCourse, other: TimeCourse | None, band: Band
) -> list[Chart]:
    """The charts over time, the chosen one first; what nobody would notice is left out."""
    order = sorted(PICTURES, key=lambda picture: picture is not question.picture)
    courses = [course, other] if other else [course]
    shown = []
    for picture in order:
        make, needs = PICTURES[picture]
        is_felt = needs is None or any(
            getattr(c, needs).max() > WORTH_DRAWING[needs] for c in courses
        )
        if is_felt or picture is question.picture:
            chart = make(course, band=band, other=other, days=question.window.shown_days)
            unsafe = needs == "withdrawal" and any(pump_falls(c.regimen) for c in courses)
            if question.laid and other and (question.laid.kind, make) == (Lay.DOWN, spasms):
                chart = replace(chart, title=way_down_title(question.laid, course, other))
            shown.append(replace(chart, title=DO_NOT_READ) if unsafe else chart)
    return shown


@cache
def usual() -> tuple[Region, ...]:
    """Where usual tablets and usual pumps stand on the curve; it depends on the evidence alone."""
    return usual_reach(evidence())


def drawn(chart: Chart, widths: tuple[str, ...]) -> Drawn:
    """A chart with its drawing for each width."""
    return Drawn(
        chart=chart,
        drawings=tuple(
            (name, svg(chart, width=WIDTHS[name], name=f"{chart.key}-{name}")) for name in widths
        ),
    )


@cache
def sources_behind(keys: tuple[str, ...]) -> tuple[Source, ...]:
    """The sources of entries and of all that they were worked out from, by name."""
    base = evidence()
    seen: set[str] = set()
    found: set[str] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        if key in seen:
            continue
        seen.add(key)
        entry = base.entry(key)
        others: tuple[str, ...] = ()
        if isinstance(entry, Estimate):
            waiting += entry.computed_from
            others = entry.also
        found.update(name for name in (entry.source, *others) if name)
    return tuple(sorted((base.sources[key] for key in found), key=lambda s: s.short.lower()))
