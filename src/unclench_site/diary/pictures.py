"""The diary over the modelled curve: what the model expected, and what was logged."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from unclench.cohorts import Band as People
from unclench.cohorts import band
from unclench.figures import Chart, Table, svg
from unclench.figures.axes import round_end
from unclench.figures.chart import Axis, Band, Line, Scale
from unclench.figures.colours import Ink
from unclench.figures.doses import dose_marks
from unclench.figures.timeline import NAMES, ink_of
from unclench.figures.words import NINE_OF_TEN, NOT_ADVICE, SURE, number, span
from unclench.patient import Patient
from unclench.pharmacology.simulate import TimeCourse, simulate
from unclench.regimen import (
    MINUTES_PER_DAY,
    Administration,
    Dose,
    Formulation,
    Regimen,
    Route,
)
from unclench.units import mcg
from unclench_site.diary.lived import Lived
from unclench_site.evidence import evidence

Array = NDArray[np.float64]

WARM_UP_DAYS: Final = 7
"""Days before those shown, so that the first of them does not begin without any baclofen."""
WIDTHS: Final = {"narrow": 300, "middle": 460, "wide": 680}
PEOPLE: Final = 100
SEED: Final = 1
CHANNEL: Final = "spasms_per_h"
DAY_H: Final = 24


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A chart with a drawing for each width."""

    chart: Chart
    drawings: tuple[tuple[str, str], ...]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How closely some days are shown.

    Attributes:
        key: A short name for ids.
        days: How many last days are shown.
        bin_h: Hours of one step of what was logged; it divides a day.
        step_min: Minutes between the points of the curve.
    """

    key: str
    days: int
    bin_h: int
    step_min: int

    @property
    def unit(self) -> str:
        """What is counted."""
        return "spasms in a day" if self.bin_h == DAY_H else "spasms in an hour"


DAY: Final = View(key="day", days=1, bin_h=3, step_min=30)
WEEK: Final = View(key="week", days=7, bin_h=6, step_min=60)
MONTHS: Final = View(key="months", days=91, bin_h=24, step_min=60)


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Steps:
    """What was expected and what was logged in each step of the days shown; arrays are (n,).

    Attributes:
        expected: Spasms that the model expects.
        low: What 1 of 20 people like this one stay below.
        high: What 1 of 20 exceed.
        logged: Spasms that were logged.
        counted: Whether the step has begun and its day was counted.
        past: The share of each step that is past.
    """

    expected: Array
    low: Array
    high: Array
    logged: NDArray[np.int64]
    counted: NDArray[np.bool_]
    past: Array

    def so_far(self, spasms: Array) -> float:
        """What falls into the counted steps, up to now."""
        return float((spasms * self.past)[self.counted].sum())


@lru_cache(maxsize=64)
def modelled(
    patient: Patient, regimen: Regimen, *, days: int, from_day: int, step_min: int
) -> tuple[TimeCourse, People]:
    """What the model says of what was taken, for one person and for people like that person."""
    course = simulate(patient, regimen, evidence=evidence(), days=days, step_min=step_min)
    people = band(
        patient,
        regimen,
        evidence=evidence(),
        people=PEOPLE,
        seed=SEED,
        days=days,
        step_min=60,
        channels=(CHANNEL,),
        from_day=from_day,
    )
    return course, people


def over_curve(days: Lived, patient: Patient, view: View, *, at: datetime) -> Chart:
    """Draw the last days of a diary over the modelled curve.

    Args:
        days: The days shown, and some before them.
        patient: Whose they are; their spasms are those without baclofen.
        view: How closely.
        at: Now: what is later was not logged yet.
    """
    before = days.days - view.days
    regimen = days.to_regimen()
    course, people = modelled(
        patient, regimen, days=days.days, from_day=before + 1, step_min=view.step_min
    )
    steps = _steps(days, course, people, view, now_min=days.minute(at))
    lines = [*_curves(course, before, view), *_logged_lines(steps, view)]
    spread = _band(people, course, before, view)
    top = max([float(spread.high.max()), *(float(line.y.max()) for line in lines)])
    end_h = float(view.days * DAY_H)
    is_long = view.bin_h == DAY_H
    given = _given(days, regimen, before, planned=is_long)
    return Chart(
        key=f"diary-{view.key}",
        title=_finding(steps),
        summary=_summary(days, steps, view),
        x=Axis(words="time", high=end_h, scale=Scale.TIME),
        y=Axis(words=view.unit, high=round_end(top)),
        lines=tuple(lines),
        bands=(spread,),
        marks=dose_marks(given, start_h=0.0, end_h=end_h, long=is_long),
        readings=_table(days, steps, view),
        sure=SURE,
    )


def drawn(chart: Chart) -> Drawn:
    """Draw a chart for each width."""
    drawings = (
        (name, svg(chart, width=width, name=f"{chart.key}-{name}"))
        for name, width in WIDTHS.items()
    )
    return Drawn(chart=chart, drawings=tuple(drawings))


def answer_chart(result: dict[str, Any], *, first: date) -> Chart:
    """Draw what the personal answer expects of each day, and what was counted.

    Args:
        result: A kept answer; see `unclench_site.diary.answer`.
        first: The first day that it rests on.
    """
    rows = result["by_day"]
    x = np.array([DAY_H * (row[0] - 0.5) for row in rows])
    low, middle, high = (np.array([float(row[i]) for row in rows]) for i in (1, 2, 3))
    seen = [(DAY_H * (row[0] - 0.5), row[4]) for row in rows if row[4] is not None]
    counted = Line(
        name="you counted",
        x=np.array([float(at) for at, _ in seen] or [0.0]),
        y=np.array([float(count) for _, count in seen] or [0.0]),
        ink=Ink.INK,
    )
    expected = Line(name="expected", x=x, y=middle, ink=Ink.TABLET)
    names = [f"day {row[0]}" for row in rows]
    return Chart(
        key="answer",
        title="Your counts beside what your own answer expects of each day",
        summary=f"Day 1 is {first:%A} {first.day} {first:%B}. "
        f"It expects {low.min():.0f} to {high.max():.0f} spasms on nine of ten days. "
        f"The last {result['ahead']} days are still to come.",
        x=Axis(words="day of the diary", high=float(DAY_H * len(rows)), scale=Scale.TIME),
        y=Axis(words="spasms in a day", high=round_end(max(high.max(), counted.y.max()))),
        lines=(expected, counted) if seen else (expected,),
        bands=(Band(name="nine of ten days", x=x, low=low, high=high, ink=Ink.TABLET),),
        readings=Table(
            caption="Spasms in a day",
            header=("day", "low", "middle", "high", "counted"),
            rows=tuple(
                (name, *(str(cell) for cell in row[1:4]), "" if row[4] is None else str(row[4]))
                for name, row in zip(names, rows, strict=True)
            ),
            at=tuple(x.tolist()),
        ),
    )


# Parts.


def _given(days: Lived, regimen: Regimen, before: int, *, planned: bool) -> list[Administration]:
    """What is marked below the axis: what was taken, or over months what was to be taken."""
    given = list(regimen.administrations(days.days * MINUTES_PER_DAY))
    if planned:
        given = [one for one in given if one.dose.route is not Route.ORAL]
        given += [
            Administration(
                days.minute(dose.at), Dose(mcg(dose.amount_mcg), Route.ORAL, Formulation.TABLET)
            )
            for dose in days.due
        ]
    shift = before * MINUTES_PER_DAY
    return [
        replace(one, start_min=one.start_min - shift) for one in given if one.start_min >= shift
    ]


def _curves(course: TimeCourse, before: int, view: View) -> list[Line]:
    ink = ink_of(course)
    start = int(np.searchsorted(course.time_h, before * DAY_H - 1e-9))
    x = course.time_h[start:] - before * DAY_H
    named = [(NAMES[ink], course.spasms_per_h, ink)]
    if ink is not Ink.UNTREATED:
        named.append((NAMES[Ink.UNTREATED], course.spasms_per_h_untreated, Ink.UNTREATED))
    return [_curve(name, x, values[start:], line, view) for name, values, line in named]


def _curve(name: str, x: Array, y: Array, ink: Ink, view: View) -> Line:
    if view.bin_h < DAY_H:
        return Line(name=name, x=x, y=y, ink=ink)
    return Line(name=name, x=_noons(view), y=DAY_H * _daily(y, view.days), ink=ink)


def _band(people: People, course: TimeCourse, before: int, view: View) -> Band:
    low, _, high = people.channels[CHANNEL]
    x = people.time_h - before * DAY_H
    if view.bin_h == DAY_H:
        x, low, high = _noons(view), *(DAY_H * _daily(edge, view.days) for edge in (low, high))
    return Band(name=NINE_OF_TEN, x=x, low=low, high=high, ink=ink_of(course))


def _noons(view: View) -> Array:
    return DAY_H * (np.arange(view.days, dtype=np.float64) + 0.5)


def _daily(values: Array, days: int) -> Array:
    """The mean of each day of values at equal steps; a point at the last midnight is left out."""
    each = values.size // days
    means: Array = values[: each * days].reshape(days, each).mean(axis=1)
    return means


def _steps(days: Lived, course: TimeCourse, people: People, view: View, *, now_min: int) -> Steps:
    before = days.days - view.days
    n = view.days * DAY_H // view.bin_h
    bin_min = view.bin_h * 60
    start = int(np.searchsorted(course.time_h, before * DAY_H - 1e-9))
    low, _, high = people.channels[CHANNEL]
    counts = Counter(at_min // bin_min - before * DAY_H // view.bin_h for at_min in days.spasms)
    first_min = before * MINUTES_PER_DAY
    starts = first_min + bin_min * np.arange(n)
    is_counted = np.isin(starts // MINUTES_PER_DAY, sorted(days.counted))
    return Steps(
        expected=view.bin_h * _daily(course.spasms_per_h[start:], n),
        low=view.bin_h * _daily(low, n),
        high=view.bin_h * _daily(high, n),
        logged=np.array([counts[index] for index in range(n)], dtype=np.int64),
        counted=is_counted & (starts < now_min),
        past=np.clip((now_min - starts) / bin_min, 0.0, 1.0),
    )


def _logged_lines(steps: Steps, view: View) -> list[Line]:
    """What was logged as a line of steps, broken where a day was not counted."""
    rate = steps.logged / (1 if view.bin_h == DAY_H else view.bin_h)
    lines: list[Line] = []
    runs = np.flatnonzero(np.diff(np.concatenate(([0], steps.counted.astype(int), [0]))))
    for first, end in zip(runs[::2].tolist(), runs[1::2].tolist(), strict=True):
        edges = view.bin_h * np.arange(first, end + 1, dtype=np.float64)
        x = np.repeat(edges, 2)[1:-1]
        lines.append(Line(name="", x=x, y=np.repeat(rate[first:end], 2), ink=Ink.INK))
    if lines:
        lines[-1] = replace(lines[-1], name="you logged")
    return lines


def _finding(steps: Steps) -> str:
    if not steps.counted.any():
        return "No spasms are logged yet: this is what the model expects"
    logged = int(steps.logged[steps.counted].sum())
    expected = steps.so_far(steps.expected)
    spasms = "spasm" if logged == 1 else "spasms"
    return f"You logged {logged} {spasms}; the model expected about {expected:.0f}"


def _summary(days: Lived, steps: Steps, view: View) -> str:
    low, high = steps.so_far(steps.low), steps.so_far(steps.high)
    said = []
    if steps.counted.any():
        said.append(
            "Only days on which you logged spasms count. For people like you it may be "
            f"{low:.0f} to {high:.0f}, and single days vary more."
        )
    if view.days > 1:
        first = days.day(days.days - view.days)
        said.insert(0, f"Day 1 is {first:%A} {first.day} {first:%B}.")
    if days.unmarked == 1:
        said.append("One dose was not marked. It is drawn as taken when it was due.")
    elif days.unmarked:
        said.append(f"{days.unmarked} doses were not marked. They are drawn as taken when due.")
    return " ".join([*said, NOT_ADVICE])


def _table(days: Lived, steps: Steps, view: View) -> Table:
    before = days.days - view.days
    names = []
    for index in range(steps.expected.size):
        day, hour = divmod(index * view.bin_h, DAY_H)
        lived_on = days.day(before + day)
        hours = "" if view.bin_h == DAY_H else f", {span(hour, hour + view.bin_h)}"
        names.append(f"{lived_on:%a} {lived_on.day} {lived_on:%b}{hours}")
    cells = zip(
        names,
        steps.expected.tolist(),
        steps.low.tolist(),
        steps.high.tolist(),
        steps.logged.tolist(),
        steps.counted.tolist(),
        strict=True,
    )
    return Table(
        caption="Spasms: what the model expected, and what you logged",
        header=("when", "expected", "1 of 20 below", "1 of 20 above", "logged"),
        rows=tuple(
            (name, number(mean), number(low), number(high), str(count) if seen else "not counted")
            for name, mean, low, high, count, seen in cells
        ),
        at=tuple((view.bin_h * (np.arange(len(names)) + 0.5)).tolist()),
    )
