"""What every figure over time is made of: days, lines, bands, dose marks and tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, final

import numpy as np

from unclench.errors import InputError
from unclench.figures import words
from unclench.figures.axes import round_end
from unclench.figures.chart import (
    Array,
    Axis,
    Band,
    Chart,
    Line,
    Scale,
    Table,
)
from unclench.figures.colours import Ink
from unclench.figures.doses import dose_marks
from unclench.regimen import Administration, Route

if TYPE_CHECKING:
    from unclench.cohorts import Band as PeopleBand
    from unclench.pharmacology import TimeCourse

DAY_H: Final = 24.0
LONG_DAYS: Final = 14
HOUR_ROWS_DAYS: Final = 2
QUARTER_H: Final = 6.0
NAMES: Final = {
    Ink.TABLET: "tablets",
    Ink.PUMP: "pump",
    Ink.BOTH: "tablets and pump",
    Ink.UNTREATED: "no baclofen",
}
PHRASES: Final = {
    Ink.TABLET: "with tablets",
    Ink.PUMP: "with a pump",
    Ink.BOTH: "with tablets and a pump",
    Ink.UNTREATED: "without baclofen",
}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a figure over time shows: a course, perhaps a second one, perhaps a band, some days.

    Attributes:
        course: What was simulated.
        other: A second course to compare with.
        band: The spread between people, 5 % to 95 %.
        days: First and last day, counted from 1; None for all.
    """

    course: TimeCourse
    other: TimeCourse | None = None
    band: PeopleBand | None = None
    days: tuple[int, int] | None = None

    @property
    def hours(self) -> tuple[float, float]:
        """The first and the last hour shown.

        Raises:
            InputError: The course has no such days.
        """
        last = last_day(self.course)
        first, end = self.days or (1, last)
        if not 1 <= first <= end <= last:
            raise InputError(
                f"The figure cannot show day {first} to day {end}.",
                expected=f"days from 1 to {last}, the first not after the last",
            )
        return DAY_H * (first - 1), DAY_H * end

    @property
    def long(self) -> bool:
        """Whether so many days are shown that each becomes one point."""
        start_h, end_h = self.hours
        return end_h - start_h > LONG_DAYS * DAY_H

    @property
    def phrases(self) -> tuple[str, str]:
        """How each course is named within a sentence; the second is empty where there is none."""
        first = ink_of(self.course)
        if self.other is None:
            return PHRASES[first], ""
        second = ink_of(self.other)
        if first is second:
            return "with the first plan", "with the second plan"
        return PHRASES[first], PHRASES[second]

    @property
    def given(self) -> tuple[Administration, ...]:
        """What is marked as given; of a second course only where its ink tells it apart."""
        if self.other is None or ink_of(self.other) is ink_of(self.course):
            return self.course.administrations
        return (*self.course.administrations, *self.other.administrations)

    def lines(self, channel: str, *, times: float = 1.0) -> list[Line]:
        """One channel of both courses, each in the ink of its route; the second beaded if alike."""
        lines = [curve(self.course, channel, times=times)]
        if self.other is not None:
            second = curve(self.other, channel, times=times)
            if second.ink is lines[0].ink:
                lines[0] = replace(lines[0], name="first plan")
                second = replace(second, name="second plan", beaded=True)
            lines.append(second)
        return lines


def over_time(
    shown: Shown,
    *,
    key: str,
    title: str,
    sentences: list[str],
    y_words: str,
    lines: list[Line],
    channel: str,
    times: float = 1.0,
    highest: float = 0.0,
) -> Chart:
    """A chart over the days shown, from zero to a round number above all that is drawn.

    Args:
        shown: The courses, the band and the days.
        key: The figure's short name.
        title: The finding.
        sentences: What the picture shows; empty ones are left out.
        y_words: What is measured, unit spelled out.
        lines: The lines, over the whole course.
        channel: The band's channel that belongs to the first line.
        times: What the band's values are multiplied with to be in the unit drawn.
        highest: The end of the vertical axis where it is fixed; 0 where the values decide.
    """
    start_h, end_h = shown.hours
    visible = tuple(between(line, start_h, end_h) for line in lines)
    people = people_band(shown, channel, times=times)
    spread = tuple(band_between(area, start_h, end_h) for area in people)
    listed = [*lines, *(edge for area in people for edge in edges_of(area, start_h))]
    if shown.long:
        visible = tuple(day_by_day(line) for line in visible)
        spread = tuple(band_by_day(area) for area in spread)
        y_words = f"{y_words}, mean of each day"
    top = max([*(float(line.y.max()) for line in visible), *(float(a.high.max()) for a in spread)])
    if spread:
        sentences = [*sentences, words.SHADED]
    day = int(end_h / DAY_H + 1e-9)
    return Chart(
        key=key,
        title=title,
        summary=" ".join(sentence for sentence in sentences if sentence),
        x=Axis(words="time", low=start_h, high=end_h, scale=Scale.TIME),
        y=Axis(words=y_words, high=highest or round_end(top)),
        lines=visible,
        bands=spread,
        marks=dose_marks(shown.given, start_h=start_h, end_h=end_h, long=shown.long),
        table=parts_of_day(y_words, listed, first=day, last=day),
        readings=readings(y_words, listed, start_h, end_h),
        sure=words.SURE,
    )


# Days.


def last_day(course: TimeCourse) -> int:
    """The number of the last whole day simulated, at least 1."""
    return max(1, int(course.time_h[-1] / DAY_H + 1e-9))


def on_day(course: TimeCourse, day: int) -> slice:
    """Where a day's points stand, both midnights included."""
    return within(course.time_h, DAY_H * (day - 1), DAY_H * day)


def within(time_h: Array, start_h: float, end_h: float) -> slice:
    """Where the points from one hour to another stand, both included."""
    first, last = np.searchsorted(time_h, [start_h - 1e-9, end_h + 1e-9]).tolist()
    return slice(first, last)


def up_to(time_h: Array, start_h: float, end_h: float) -> slice:
    """Where the points from one hour up to another stand, the last not included."""
    first, last = np.searchsorted(time_h, [start_h - 1e-9, end_h - 1e-9]).tolist()
    return slice(first, last)


def daily(course: TimeCourse, per_h: Array) -> float:
    """An hourly rate summed over the last day."""
    part = on_day(course, last_day(course))
    return float(np.trapezoid(per_h[part], course.time_h[part]))


def last_day_range(course: TimeCourse, values: Array) -> tuple[float, float, float]:
    """On the last day: the hour of the highest value, the lowest value, the highest value."""
    part = on_day(course, last_day(course))
    of_day = values[part]
    return float(course.time_h[part][of_day.argmax()]), float(of_day.min()), float(of_day.max())


def by_day(time_h: Array, values: Array) -> Array:
    """The mean of each whole day of values at equal steps, from the midnight that begins it."""
    each = int(np.searchsorted(time_h, time_h[0] + DAY_H - 1e-9))
    whole = time_h.size // each
    means: Array = values[: whole * each].reshape(whole, each).mean(axis=1)
    return means


# Lines and bands.


def ink_of(course: TimeCourse) -> Ink:
    """The ink of a course: by the ways in which its doses are given."""
    routes = {administration.dose.route for administration in course.administrations}
    if len(routes) == 2:
        return Ink.BOTH
    if not routes:
        return Ink.UNTREATED
    return Ink.TABLET if Route.ORAL in routes else Ink.PUMP


def curve(course: TimeCourse, channel: str, *, times: float = 1.0) -> Line:
    """One channel of a course, named for how the baclofen is given."""
    ink = ink_of(course)
    values: Array = getattr(course, channel)
    return Line(name=NAMES[ink], x=course.time_h, y=values * times, ink=ink)


def between(line: Line, start_h: float, end_h: float) -> Line:
    """The part of a line from one hour up to another, which belongs to what follows."""
    part = up_to(line.x, start_h, end_h)
    return replace(line, x=line.x[part], y=line.y[part])


def day_by_day(line: Line) -> Line:
    """A line with one point for each day, at noon."""
    return replace(line, x=by_day(line.x, line.x), y=by_day(line.x, line.y))


def people_band(shown: Shown, channel: str, *, times: float) -> tuple[Band, ...]:
    """The band from the 5 % to the 95 % person, where the people have this channel."""
    band = shown.band
    if band is None or channel not in band.channels:
        return ()
    low, _, high = band.channels[channel] * times
    ink = ink_of(shown.course)
    return (Band(name=words.NINE_OF_TEN, x=band.time_h, low=low, high=high, ink=ink),)


def band_between(area: Band, start_h: float, end_h: float) -> Band:
    """The part of a band from one hour up to another."""
    part = up_to(area.x, start_h, end_h)
    return replace(area, x=area.x[part], low=area.low[part], high=area.high[part])


def band_by_day(area: Band) -> Band:
    """A band with the mean of each edge over each day, at noon; a little wide, never too narrow."""
    low, high = (by_day(area.x, edge) for edge in (area.low, area.high))
    return replace(area, x=by_day(area.x, area.x), low=low, high=high)


def edges_of(area: Band, start_h: float) -> list[Line]:
    """Both edges of a band for the tables; none where it begins after what is shown."""
    if area.x[0] > start_h + 1e-9:
        return []
    low, high = (f"1 of 20 {where}" for where in ("below", "above"))
    return [
        Line(name=low, x=area.x, y=area.low, ink=area.ink),
        Line(name=high, x=area.x, y=area.high, ink=area.ink),
    ]


# Tables.


def parts_of_day(caption: str, lines: list[Line], *, first: int, last: int) -> Table:
    """The mean of each line in each quarter of each day from first to last.

    A table of a single day ends with a row for the whole day.
    """
    days = range(first, last + 1)
    edges = DAY_H * (first - 1) + QUARTER_H * np.arange(4 * len(days) + 1, dtype=np.float64)
    columns = [means_between(line, edges) for line in lines]
    labels = [f"{name}, {words.span(start, end)}" for name, start, end in words.PARTS]
    at = edges[:-1] + QUARTER_H / 2
    if first == last:
        names = [*labels, "whole day"]
        columns = [np.append(column, column.mean()) for column in columns]
        at = np.append(at, edges[-1])
    else:
        names = [f"day {day}, {label}" for day in days for label in labels]
    return Table(
        caption=f"Day {last}: {caption}" if first == last else sentence_case(caption),
        header=("part of the day", *(line.name for line in lines)),
        rows=as_rows(names, columns),
        at=tuple(at.tolist()),
    )


def readings(caption: str, lines: list[Line], start_h: float, end_h: float) -> Table:
    """What a reader meets along the axis: every hour, every quarter of a day, or every day."""
    first, last = int(start_h / DAY_H) + 1, int(end_h / DAY_H + 1e-9)
    days = last - first + 1
    if HOUR_ROWS_DAYS < days <= LONG_DAYS:
        return parts_of_day(caption, lines, first=first, last=last)
    if days > LONG_DAYS:
        at = DAY_H * (first - 0.5 + np.arange(days))
        columns = [day_by_day(between(line, start_h, end_h)).y for line in lines]
        names = [f"day {day}" for day in range(first, last + 1)]
    else:
        at = np.arange(start_h, end_h + 1e-9, 1.0)
        columns = [np.interp(at, line.x, line.y) for line in lines]
        names = [f"day {int(h // DAY_H) + 1}, {words.clock(h)}" for h in at.tolist()]
    return Table(
        caption=sentence_case(caption),
        header=("time", *(line.name for line in lines)),
        rows=as_rows(names, columns),
        at=tuple(at.tolist()),
    )


def means_between(line: Line, edges_h: Array) -> Array:
    """The mean of a line between each hour and the next, (n,) of n + 1 hours."""
    steps = np.diff(line.x) * (line.y[1:] + line.y[:-1]) / 2
    total = np.concatenate(([0.0], np.cumsum(steps)))
    means: Array = np.diff(np.interp(edges_h, line.x, total)) / np.diff(edges_h)
    return means


def as_rows(names: list[str], columns: list[Array]) -> tuple[tuple[str, ...], ...]:
    """The rows of a table: a name and a number of each column."""
    written = [map(words.number, column.tolist()) for column in columns]
    return tuple(zip(names, *written, strict=True))


def sentence_case(caption: str) -> str:
    """The same words with a capital at their start."""
    return caption[:1].upper() + caption[1:]
