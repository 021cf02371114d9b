"""The named figures over time, from spasms to withdrawal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from unclench.figures import words
from unclench.figures.chart import Array, Chart, Line
from unclench.figures.colours import Ink
from unclench.figures.timeline import (
    DAY_H,
    NAMES,
    Shown,
    daily,
    last_day,
    last_day_range,
    on_day,
    over_time,
)

if TYPE_CHECKING:
    from unclench.cohorts import Band
    from unclench.pharmacology import TimeCourse

UNNOTICED: Final = 0.03
STIFFEST: Final = 5.0


def spasms(
    course: TimeCourse,
    *,
    band: Band | None = None,
    other: TimeCourse | None = None,
    days: tuple[int, int] | None = None,
) -> Chart:
    """Spasms in an hour over time, with and without baclofen.

    Args:
        course: What was simulated.
        band: The spread between people; its channel "spasms_per_h" is drawn.
        other: A second course to compare with.
        days: First and last day to show; left out, all of them.
    """
    shown = Shown(course=course, band=band, other=other, days=days)
    with_it = daily(course, course.spasms_per_h)
    without = daily(course, course.spasms_per_h_untreated)
    many, before = (words.about(value, "spasm", "spasms") for value in (with_it, without))
    first, second = shown.phrases
    title = f"Spasms: {words.against(with_it, without, than='without baclofen')}"
    with_other = ""
    if other is not None:
        rest = words.about(daily(other, other.spasms_per_h), "spasm", "spasms")
        with_other = f", {rest} {second}"
        title = f"{many.capitalize()} a day {first}{with_other}"
    return over_time(
        shown,
        key="spasms",
        title=title,
        sentences=[
            f"On day {last_day(course)}: {many} {first}{with_other}, {before} without baclofen.",
            *((gone(with_it, without), best_hours(course)) if other is None else ()),
        ],
        y_words="spasms in an hour",
        lines=[
            *shown.lines("spasms_per_h"),
            untreated(course, course.spasms_per_h_untreated),
        ],
        channel="spasms_per_h",
    )


def day_strip(course: TimeCourse, *, day: int | None = None) -> Chart:
    """One day's spasms as a small strip, the last day unless another is named."""
    day = day or last_day(course)
    return replace(spasms(course, days=(day, day)), key="strip", compact=True, sure="")


def tone(
    course: TimeCourse,
    *,
    band: Band | None = None,
    other: TimeCourse | None = None,
    days: tuple[int, int] | None = None,
) -> Chart:
    """Stiffness over time as the Ashworth score, 1 (normal) to 5 (rigid)."""
    shown = Shown(course=course, band=band, other=other, days=days)
    now, before = daily(course, course.ashworth) / DAY_H, course.patient.ashworth
    first, second = shown.phrases
    scores = f"{now:.1f} {first}"
    if other is not None:
        scores += f", {daily(other, other.ashworth) / DAY_H:.1f} {second}"
    return over_time(
        shown,
        key="tone",
        title=f"Stiffness: {scores}, {before:.1f} without baclofen",
        sentences=[
            f"On day {last_day(course)} the Ashworth score is about {scores}.",
            f"Without baclofen it is {before:.1f}. 1 is normal, 5 is rigid.",
        ],
        y_words="stiffness, Ashworth score: 1 is normal, 5 is rigid",
        lines=[
            *shown.lines("ashworth"),
            untreated(course, np.full_like(course.time_h, before)),
        ],
        channel="ashworth",
        highest=STIFFEST,
    )


def plasma(
    course: TimeCourse,
    *,
    band: Band | None = None,
    other: TimeCourse | None = None,
    days: tuple[int, int] | None = None,
) -> Chart:
    """Baclofen in the blood over time, in nanograms in a millilitre."""
    shown = Shown(course=course, band=band, other=other, days=days)
    peak_h, low, high = last_day_range(course, course.plasma_ng_per_ml)
    finding = f"highest around {words.clock(peak_h)}" if swings(low, high) else "level all day"
    sentences = [
        f"On day {last_day(course)}: {words.between(low, high)} nanograms in a millilitre."
    ]
    if other is not None:
        means = [daily(one, one.plasma_ng_per_ml) / DAY_H for one in (course, other)]
        finding = words.compared(means[0], means[1], names=shown.phrases)
        sentences = [f"On day {last_day(course)}, on average: {averages(means, shown.phrases)}."]
    return over_time(
        shown,
        key="plasma",
        title=f"Baclofen in the blood: {finding if high > 0 else 'none'}",
        sentences=sentences,
        y_words="nanograms of baclofen in a millilitre of blood",
        lines=shown.lines("plasma_ng_per_ml"),
        channel="plasma_ng_per_ml",
    )


def csf(
    course: TimeCourse,
    *,
    band: Band | None = None,
    other: TimeCourse | None = None,
    days: tuple[int, int] | None = None,
) -> Chart:
    """Baclofen in the fluid around the spinal cord, at the height of the legs and of the neck.

    With a second course, both are drawn at the height of the legs only.
    """
    return legs_and_neck(
        Shown(course=course, band=band, other=other, days=days),
        key="csf",
        place="Spinal fluid",
        y_words="nanograms of baclofen in a millilitre of spinal fluid",
        channels=("csf_lumbar_ng_per_ml", "csf_cervical_ng_per_ml"),
    )


def cord(
    course: TimeCourse,
    *,
    band: Band | None = None,
    other: TimeCourse | None = None,
    days: tuple[int, int] | None = None,
) -> Chart:
    """Baclofen in the spinal cord itself, where it works, at the height of legs and neck.

    With a second course, both are drawn at the height of the legs only.
    """
    return legs_and_neck(
        Shown(course=course, band=band, other=other, days=days),
        key="cord",
        place="Spinal cord",
        y_words="nanograms of baclofen in a millilitre of spinal cord",
        channels=("cord_lumbar_ng_per_ml", "cord_cervical_ng_per_ml"),
    )


def drowsiness(
    course: TimeCourse,
    *,
    band: Band | None = None,
    other: TimeCourse | None = None,
    days: tuple[int, int] | None = None,
) -> Chart:
    """Drowsiness over time, from 0 (none) to 10 (the most there can be)."""
    return feeling(Shown(course=course, band=band, other=other, days=days), "drowsiness")


def weakness(
    course: TimeCourse,
    *,
    band: Band | None = None,
    other: TimeCourse | None = None,
    days: tuple[int, int] | None = None,
) -> Chart:
    """Weakness over time from muscles turned down too far, from 0 (none) to 10 (the most)."""
    return feeling(Shown(course=course, band=band, other=other, days=days), "weakness")


def withdrawal(
    course: TimeCourse,
    *,
    band: Band | None = None,
    other: TimeCourse | None = None,
    days: tuple[int, int] | None = None,
) -> Chart:
    """Withdrawal over time, from 0 (none) to 10 (the most there can be).

    It says beside every picture that a sudden stop can be dangerous whatever the model shows.
    """
    chart = feeling(Shown(course=course, band=band, other=other, days=days), "withdrawal")
    return replace(chart, sure=words.NEVER_STOP, summary=f"{chart.summary} {words.NEVER_STOP}")


def feeling(shown: Shown, channel: str) -> Chart:
    """A share of 0 to 1 that a person feels, drawn from 0 to 10."""
    course, (first, second) = shown.course, shown.phrases
    finding = felt(course, channel)
    if shown.other is not None:
        finding = f"{finding} {first}, {felt(shown.other, channel)} {second}"
    values = getattr(course, channel)
    _, _, high = last_day_range(course, values)
    start = words.level(float(values[on_day(course, 1)].max()))
    return over_time(
        shown,
        key=channel,
        title=f"{channel.capitalize()}: {finding}",
        sentences=[
            f"On day {last_day(course)} at most {10 * high:.1f} of 10.",
            f"On day 1: {start}." if start != words.level(high) else "",
        ],
        y_words=f"{channel}: 0 is none, 10 is the most there can be",
        lines=shown.lines(channel, times=10.0),
        channel=channel,
        times=10.0,
        highest=10.0,
    )


def felt(course: TimeCourse, channel: str) -> str:
    """How strong a feeling is on the last day, and when; or on its worst day, if that was worse."""
    values = getattr(course, channel)
    peak_h, low, high = last_day_range(course, values)
    now, worst = words.level(high), words.level(float(values.max()))
    if now != worst:
        day = int(course.time_h[values.argmax()] // DAY_H) + 1
        return f"{worst} on day {day}, {now} on day {last_day(course)}"
    if high <= UNNOTICED or not swings(low, high):
        return now
    return f"{now}, most around {words.clock(peak_h)}"


def legs_and_neck(
    shown: Shown, *, key: str, place: str, y_words: str, channels: tuple[str, str]
) -> Chart:
    """Two heights of one course, or one height of two courses."""
    course, other = shown.course, shown.other
    names = ("at the legs", "at the neck") if other is None else shown.phrases
    pairs = ((course, channels[0]), (other or course, channels[1 if other is None else 0]))
    means = [daily(one, getattr(one, channel)) / DAY_H for one, channel in pairs]
    lines = shown.lines(channels[0])
    if other is None:
        lines = [
            replace(lines[0], name=names[0]),
            replace(shown.lines(channels[1])[0], name=names[1], beaded=True),
        ]
    return over_time(
        shown,
        key=key,
        title=f"{place}: {words.compared(means[0], means[1], names=names)}",
        sentences=[f"On day {last_day(course)}, on average: {averages(means, names)}."],
        y_words=y_words + ("" if other is None else ", at the height of the legs"),
        lines=lines,
        channel=channels[0],
    )


def averages(means: list[float], names: tuple[str, str]) -> str:
    """Two mean levels with their names."""
    first, second = (words.number(mean) for mean in means)
    return f"{first} nanograms in a millilitre {names[0]}, {second} {names[1]}"


def untreated(course: TimeCourse, values: Array) -> Line:
    """The line of no treatment."""
    return Line(name=NAMES[Ink.UNTREATED], x=course.time_h, y=values, ink=Ink.UNTREATED)


def swings(low: float, high: float) -> bool:
    """Whether values go up and down enough to name an hour."""
    return high - low > 0.1 * high


def gone(with_it: float, without: float) -> str:
    """How many of ten spasms are taken away, as a sentence; empty where hardly any are."""
    share = 1 - with_it / without if without > 0 else 0.0
    if share < words.SAME_WITHIN:
        return ""
    said = words.of_ten(share)
    return f"{said[:1].upper()}{said[1:]} spasms are taken away."


def best_hours(course: TimeCourse) -> str:
    """When baclofen does most and least on the last day, as a sentence; empty without effect."""
    part = on_day(course, last_day(course))
    without = course.spasms_per_h_untreated[part]
    if not np.all(without > 0):
        return ""
    share = course.spasms_per_h[part] / without
    if float(share.mean()) > 1 - words.SAME_WITHIN:
        return ""
    if float(np.ptp(share)) < words.SAME_WITHIN:
        return "It does about the same at every hour."
    time_h = course.time_h[part]
    best, least = float(time_h[share.argmin()]), float(time_h[share.argmax()])
    return f"It does most around {words.clock(best)} and least around {words.clock(least)}."
