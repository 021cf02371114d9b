"""The named figures over time: spasms, blood, spinal fluid, drowsiness, weakness, one day as a strip."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from unclench.errors import InputError
from unclench.figures import words
from unclench.figures.axes import round_end
from unclench.figures.chart import Array, Axis, Band, Chart, Line, Mark, Scale, Table
from unclench.figures.colours import Ink
from unclench.regimen import Administration, Route

if TYPE_CHECKING:
    from unclench.cohorts import Band as PeopleBand
    from unclench.pharmacology import TimeCourse

DAY_H: Final = 24.0
NAMES: Final = {
    Ink.TABLET: "tablets",
    Ink.PUMP: "pump",
    Ink.BOTH: "tablets and pump",
    Ink.UNTREATED: "no baclofen",
}
NINE_OF_TEN: Final = "nine of ten people like you"
Days = tuple[int, int] | None
"""First and last day to show, counted from 1; None for all."""


def spasms(
    course: TimeCourse,
    *,
    band: PeopleBand | None = None,
    other: TimeCourse | None = None,
    days: Days = None,
) -> Chart:
    """Spasms in an hour over time, with and without baclofen.

    Args:
        course: What was simulated.
        band: The spread between people; its channel "spasms_per_h" is drawn.
        other: A second course to compare with.
        days: The days to show.
    """
    with_it, without = (
        daily(course, course.spasms_per_h),
        daily(course, course.spasms_per_h_untreated),
    )
    lines = [curve(course, "spasms_per_h"), *second(course, other, "spasms_per_h")]
    untreated = Line(
        name=NAMES[Ink.UNTREATED],
        x=course.time_h,
        y=course.spasms_per_h_untreated,
        ink=Ink.UNTREATED,
    )
    sentences = [
        f"On day {last_day(course)} about {words.count(with_it, 'spasm', 'spasms')} with "
        f"{NAMES[ink_of(course)]}, about {words.count(without, 'spasm', 'spasms')} without baclofen.",
        best_hours(course),
    ]
    if other is not None:
        rest = words.count(daily(other, other.spasms_per_h), "spasm", "spasms")
        sentences.insert(1, f"With {lines[1].name}: about {rest}.")
    return over_time(
        course,
        key="spasms",
        title=f"Spasms: {words.against(with_it, without, than='without baclofen')}",
        sentences=sentences,
        y_words="spasms in an hour",
        lines=[*lines, untreated],
        band=band,
        channel="spasms_per_h",
        days=days,
    )


def plasma(
    course: TimeCourse,
    *,
    band: PeopleBand | None = None,
    other: TimeCourse | None = None,
    days: Days = None,
) -> Chart:
    """Baclofen in the blood over time, in nanograms in a millilitre."""
    level = course.plasma_ng_per_ml
    peak_h, low, high = last_day_range(course, level)
    return over_time(
        course,
        key="plasma",
        title=f"Baclofen in the blood: highest around {words.clock(peak_h)}"
        if swings(low, high)
        else "Baclofen in the blood: nearly level all day",
        sentences=[
            f"On day {last_day(course)} between {words.number(low)} and {words.number(high)} "
            "nanograms in a millilitre of blood."
        ],
        y_words="nanograms of baclofen in a millilitre of blood",
        lines=[curve(course, "plasma_ng_per_ml"), *second(course, other, "plasma_ng_per_ml")],
        band=band,
        channel="plasma_ng_per_ml",
        days=days,
    )


def csf(
    course: TimeCourse,
    *,
    band: PeopleBand | None = None,
    days: Days = None,
) -> Chart:
    """Baclofen in the fluid around the spinal cord, at the height of the legs and of the neck."""
    ink = ink_of(course)
    legs, neck = course.csf_lumbar_ng_per_ml, course.csf_cervical_ng_per_ml
    at_legs, at_neck = daily(course, legs) / DAY_H, daily(course, neck) / DAY_H
    return over_time(
        course,
        key="csf",
        title=f"Spinal fluid: {compare_levels(at_legs, at_neck)}",
        sentences=[
            f"On day {last_day(course)} on average {words.number(at_legs)} nanograms in a "
            f"millilitre of fluid at the nerves of the legs, {words.number(at_neck)} at the neck."
        ],
        y_words="nanograms of baclofen in a millilitre of spinal fluid",
        lines=[
            Line(name="at the legs", x=course.time_h, y=legs, ink=ink),
            Line(name="at the neck", x=course.time_h, y=neck, ink=ink, beaded=True),
        ],
        band=band,
        channel="csf_lumbar_ng_per_ml",
        days=days,
    )


def drowsiness(
    course: TimeCourse,
    *,
    band: PeopleBand | None = None,
    other: TimeCourse | None = None,
    days: Days = None,
) -> Chart:
    """Drowsiness over time, from 0 (none) to 10 (the most there can be)."""
    return feeling(course, "drowsiness", name="Drowsiness", band=band, other=other, days=days)


def weakness(
    course: TimeCourse,
    *,
    band: PeopleBand | None = None,
    other: TimeCourse | None = None,
    days: Days = None,
) -> Chart:
    """Weakness from muscles turned down too far, from 0 (none) to 10 (the most there can be)."""
    return feeling(course, "weakness", name="Weakness", band=band, other=other, days=days)


def day_strip(course: TimeCourse) -> Chart:
    """The last day's spasms as a small strip without words around it."""
    last = last_day(course)
    return replace(spasms(course, days=(last, last)), key="strip", compact=True, sure="")


def feeling(
    course: TimeCourse,
    channel: str,
    *,
    name: str,
    band: PeopleBand | None,
    other: TimeCourse | None,
    days: Days,
) -> Chart:
    """A share of 0 to 1 that a person feels, drawn from 0 to 10."""
    values = values_of(course, channel)
    peak_h, low, high = last_day_range(course, values)
    felt = words.level(high)
    when = f", most around {words.clock(peak_h)}" if swings(low, high) and high > 0.03 else ""
    first = float(np.max(values[: on_day(course, 1).stop], initial=0.0))
    sentences = [f"On day {last_day(course)}: {felt}{when}."]
    if words.level(first) != felt:
        sentences.append(f"On day 1: {words.level(first)}.")
    chart = over_time(
        course,
        key=channel,
        title=f"{name}: {felt}{when}",
        sentences=sentences,
        y_words=f"{name.lower()}: 0 is none, 10 is the most there can be",
        lines=[tenfold(line) for line in [curve(course, channel), *second(course, other, channel)]],
        band=band,
        channel=channel,
        days=days,
        times=10.0,
    )
    return replace(chart, y=replace(chart.y, high=10.0))


def tenfold(line: Line) -> Line:
    """The same line on a scale of 0 to 10."""
    return replace(line, y=10.0 * line.y)


# What every figure over time is made of.


def over_time(
    course: TimeCourse,
    *,
    key: str,
    title: str,
    sentences: list[str],
    y_words: str,
    lines: list[Line],
    band: PeopleBand | None,
    channel: str,
    days: Days,
    times: float = 1.0,
) -> Chart:
    """A chart over the days shown, from zero to a round number above all that is drawn."""
    start_h, end_h = hours(course, days)
    shown = tuple(between(line, start_h, end_h) for line in lines)
    spread = spread_between(course, band, channel, start_h, end_h, times=times)
    highest = max(
        [float(np.max(line.y)) for line in shown] + [float(np.max(area.high)) for area in spread]
    )
    if spread:
        sentences = [*sentences, f"The shaded part holds {NINE_OF_TEN}."]
    return Chart(
        key=key,
        title=title,
        summary=" ".join(sentence for sentence in sentences if sentence),
        x=Axis(words="time of day", low=start_h, high=end_h, scale=Scale.TIME),
        y=Axis(words=y_words, high=round_end(highest)),
        lines=shown,
        bands=spread,
        marks=dose_marks(course.administrations, start_h, end_h),
        table=table_by_parts(y_words, lines, day=min(last_day(course), int(end_h // DAY_H))),
        sure=words.SURE,
    )


def hours(course: TimeCourse, days: Days) -> tuple[float, float]:
    """The first and the last hour to show."""
    last = last_day(course)
    if days is None:
        return 0.0, DAY_H * last
    if not 1 <= days[0] <= days[1] <= last:
        raise InputError(
            f"The figure cannot show day {days[0]} to day {days[1]}.",
            expected=f"days from 1 to {last}, the first not after the last",
        )
    return DAY_H * (days[0] - 1), DAY_H * days[1]


def last_day(course: TimeCourse) -> int:
    """The number of the last whole day simulated, at least 1."""
    return max(1, int(course.time_h[-1] / DAY_H + 1e-9))


def on_day(course: TimeCourse, day: int) -> slice:
    """Where a day's points stand, both midnights included."""
    first, last = np.searchsorted(
        course.time_h, [DAY_H * (day - 1) - 1e-9, DAY_H * day + 1e-9]
    ).tolist()
    return slice(first, last)


def daily(course: TimeCourse, per_h: Array) -> float:
    """An hourly rate summed over the last day."""
    part = on_day(course, last_day(course))
    return float(np.trapezoid(per_h[part], course.time_h[part]))


def last_day_range(course: TimeCourse, values: Array) -> tuple[float, float, float]:
    """On the last day: the hour of the highest value, the lowest value, the highest value."""
    part = on_day(course, last_day(course))
    shown = values[part]
    return float(course.time_h[part][np.argmax(shown)]), float(shown.min()), float(shown.max())


def swings(low: float, high: float) -> bool:
    """Whether values go up and down enough to name an hour."""
    return high - low > 0.1 * high


def values_of(course: TimeCourse, channel: str) -> Array:
    """One array of a course by its name."""
    values: Array = getattr(course, channel)
    return values


def ink_of(course: TimeCourse) -> Ink:
    """The ink of a course: by the ways in which its doses are given."""
    routes = {administration.dose.route for administration in course.administrations}
    if len(routes) == 2:
        return Ink.BOTH
    if not routes:
        return Ink.UNTREATED
    return Ink.TABLET if Route.ORAL in routes else Ink.PUMP


def curve(course: TimeCourse, channel: str) -> Line:
    """One channel of a course, named for how the baclofen is given."""
    ink = ink_of(course)
    return Line(name=NAMES[ink], x=course.time_h, y=values_of(course, channel), ink=ink)


def second(course: TimeCourse, other: TimeCourse | None, channel: str) -> list[Line]:
    """The line of the course to compare with; beaded, and named B, if its ink is the same."""
    if other is None:
        return []
    line = curve(other, channel)
    if line.ink is ink_of(course):
        return [replace(line, name=f"second plan: {line.name}", beaded=True)]
    return [line]


def between(line: Line, start_h: float, end_h: float) -> Line:
    """The part of a line that is shown."""
    first, last = np.searchsorted(line.x, [start_h - 1e-9, end_h + 1e-9]).tolist()
    return replace(line, x=line.x[first:last], y=line.y[first:last])


def spread_between(
    course: TimeCourse,
    band: PeopleBand | None,
    channel: str,
    start_h: float,
    end_h: float,
    *,
    times: float,
) -> tuple[Band, ...]:
    """The shaded part between the 5 % and the 95 % person, where a band has this channel."""
    if band is None or channel not in band.channels:
        return ()
    first, last = np.searchsorted(band.time_h, [start_h - 1e-9, end_h + 1e-9]).tolist()
    low, _, high = band.channels[channel][:, first:last] * times
    x = band.time_h[first:last]
    return (Band(name=NINE_OF_TEN, x=x, low=low, high=high, ink=ink_of(course)),)


def dose_marks(given: tuple[Administration, ...], start_h: float, end_h: float) -> tuple[Mark, ...]:
    """Each dose shown; stretches of a running pump that follow one another become one."""
    marks: list[Mark] = []
    for one in given:
        start, end = one.start_min / 60, one.end_min / 60
        if end < start_h or start > end_h:
            continue
        ink = Ink.TABLET if one.dose.route is Route.ORAL else Ink.PUMP
        before = next((m for m in reversed(marks) if m.end_h > m.start_h), None)
        if end > start and before is not None and abs(before.end_h - start) < 1e-6:
            marks[marks.index(before)] = replace(before, end_h=end)
        else:
            marks.append(Mark(start_h=start, end_h=end, words=one.dose.text, ink=ink))
    return tuple(marks)


def best_hours(course: TimeCourse) -> str:
    """A sentence on when baclofen does most and least on the last day; empty if it never varies."""
    part = on_day(course, last_day(course))
    without = course.spasms_per_h_untreated[part]
    if not np.all(without > 0):
        return ""
    share = course.spasms_per_h[part] / without
    if float(np.ptp(share)) < words.SAME_WITHIN:
        return "It does about the same at every hour."
    time_h = course.time_h[part]
    best, least = time_h[np.argmin(share)], time_h[np.argmax(share)]
    return f"It does most around {words.clock(best)} and least around {words.clock(least)}."


def compare_levels(at_legs: float, at_neck: float) -> str:
    """Where in the spinal fluid there is more baclofen, in words."""
    if at_neck <= 0 or at_legs <= 0:
        return "no baclofen"
    ratio = at_legs / at_neck
    if 0.8 < ratio < 1.25:
        return "about as much at the legs as at the neck"
    where = ("legs", "neck") if ratio > 1 else ("neck", "legs")
    times = max(ratio, 1 / ratio)
    return f"about {words.times(times)} as much at the {where[0]} as at the {where[1]}"


def table_by_parts(caption: str, lines: list[Line], *, day: int) -> Table:
    """The mean of each line in each quarter of one day, and over the whole day."""
    parts = [*words.PARTS, ("whole day", 0.0, DAY_H)]
    rows = []
    for name, start, end in parts:
        at = DAY_H * (day - 1) + np.array([start, end])
        means = [words.number(mean_between(line, *at.tolist())) for line in lines]
        rows.append((f"{name}, {words.span(start, end)}", *means))
    return Table(
        caption=f"Day {day}, {caption}",
        header=("part of the day", *(line.name for line in lines)),
        rows=tuple(rows),
    )


def mean_between(line: Line, start_h: float, end_h: float) -> float:
    """The mean of a line between two hours."""
    first, last = np.searchsorted(line.x, [start_h - 1e-9, end_h + 1e-9]).tolist()
    x, y = line.x[first:last], line.y[first:last]
    return float(np.trapezoid(y, x) / (x[-1] - x[0]))
