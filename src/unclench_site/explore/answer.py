"""Asks the model and the rules about a question, and draws what they say."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import final

import numpy as np

from unclench.evidence import Estimate, Source
from unclench.pharmacology.simulate import TimeCourse, simulate
from unclench.regimen import Regimen
from unclench_site.evidence import evidence
from unclench_site.explore.drawing import Closer, Drawn, Room, closer_charts, first_chart
from unclench_site.explore.over_time import laid_summary
from unclench_site.explore.people import people_like
from unclench_site.explore.question import Picture, Question
from unclench_site.explore.rules import Rules, rules
from unclench_site.explore.sentences import DAY_H, Summary, summary
from unclench_site.explore.withdrawal import above_its_own


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
class Answer:
    """Everything that the page says about a question.

    Attributes:
        question: What was asked.
        course: What the model says of the first plan.
        other: What it says of the second.
        words: The same in a few sentences.
        rules: What the rules say.
        first: The chart that was chosen.
        closer: The charts below it; None where only what a move changes first is asked for.
    """

    question: Question
    course: TimeCourse
    other: TimeCourse | None
    words: Summary
    rules: Rules
    first: Drawn
    closer: Closer | None

    @property
    def charts(self) -> tuple[Drawn, ...]:
        """The charts over time, the chosen one first."""
        return (self.first, *(self.closer.charts if self.closer else ()))

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources behind the numbers of the model."""
        return sources_behind(self.course.cited)

    @property
    def says_first_finding(self) -> bool:
        """Whether the finding in words is the first chart's own, which need not repeat it."""
        return self.question.picture is Picture.SPASMS and self.question.laid is None

    @property
    def laid_sources(self) -> tuple[Source, ...]:
        """The sources of a plan that is laid out over time."""
        return sources_behind(self.question.laid.evidence) if self.question.laid else ()


def answer(question: Question, *, room: Room, clock: Stopwatch, whole: bool = True) -> Answer:
    """Simulate, find words, draw.

    Args:
        question: What was asked.
        room: How much room the page has for charts.
        clock: Takes the time of each part.
        whole: Whether to draw the charts below the first as well.
    """
    with clock.part("model"):
        course = simulated(question)
        second = question.second
        other = simulated(question, second=True) if second else None
    with clock.part("people"):
        like = people_like(question, course)
    with clock.part("rules"):
        heard = rules(question, evidence=evidence())
    with clock.part("words"):
        if question.laid:
            said = laid_summary(question.laid, course, like=like, other=other)
        else:
            said = summary(course, like=like, other=other, second=second)
    with clock.part("charts"):
        first = first_chart(question, course, other, like=like, room=room)
        closer = None
        if whole:
            closer = closer_charts(question, course, other, like=like, room=room)
    return Answer(
        question=question,
        course=course,
        other=other,
        words=said,
        rules=heard,
        first=first,
        closer=closer,
    )


def look_closer(question: Question, *, room: Room) -> Closer:
    """The charts below the first alone."""
    course = simulated(question)
    other = simulated(question, second=True) if question.second else None
    like = people_like(question, course)
    return closer_charts(question, course, other, like=like, room=room)


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
