"""The named figures over time, from spasms to withdrawal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from unclench.figures import words
from unclench.figures.chart import Chart, Line
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
    lines = shown.lines("spasms_per_h")
    with_it = daily(course, course.spasms_per_h)
    without = daily(course, course.spasms_per_h_untreated)
    many, before = (words.count(value, "spasm", "spasms") for value in (with_it, without))
    means = f"the {lines[0].name}" if "plan" in lines[0].name else lines[0].name
    now = f"On day {last_day(course)}: about {many} with {means}, about {before} without baclofen."
    sentences = [now, best_hours(course)]
    if other is not None:
        rest = words.count(daily(other, other.spasms_per_h), "spasm", "spasms")
        sentences.insert(1, f"The other line, {lines[1].name}: about {rest}.")
    untreated = Line(
        name=NAMES[Ink.UNTREATED],
        x=course.time_h,
        y=course.spasms_per_h_untreated,
        ink=Ink.UNTREATED,
    )
    return over_time(
        shown,
        key="spasms",
        title=f"Spasms: {words.against(with_it, without, than='without baclofen')}",
        sentences=sentences,
        y_words="spasms in an hour",
        lines=[*lines, untreated],
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
    change = "about the same as" if abs(now - before) < 0.1 else f"{before - now:.1f} points below"
    if now > before + 0.1:
        change = f"{now - before:.1f} points above"
    untreated = Line(
        name=NAMES[Ink.UNTREATED],
        x=course.time_h,
        y=np.full_like(course.time_h, before),
        ink=Ink.UNTREATED,
    )
    return over_time(
        shown,
        key="tone",
        title=f"Stiffness: {change} without baclofen",
        sentences=[
            f"On day {last_day(course)} the Ashworth score is about {now:.1f}.",
            f"Without baclofen it is {before:.1f}. 1 is normal, 5 is rigid.",
        ],
        y_words="stiffness, Ashworth score: 1 is normal, 5 is rigid",
        lines=[*shown.lines("ashworth"), untreated],
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
    return over_time(
        shown,
        key="plasma",
        title=f"Baclofen in the blood: {finding if high > 0 else 'none'}",
        sentences=[
            f"On day {last_day(course)} {words.between(low, high)} nanograms in a millilitre.",
        ],
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
    """Withdrawal over time, from 0 (none) to 10 (the most there can be)."""
    return feeling(Shown(course=course, band=band, other=other, days=days), "withdrawal")


def feeling(shown: Shown, channel: str) -> Chart:
    """A share of 0 to 1 that a person feels, drawn from 0 to 10."""
    course = shown.course
    values = getattr(course, channel)
    peak_h, low, high = last_day_range(course, values)
    felt = words.level(high)
    noticed = high > UNNOTICED
    when = f", most around {words.clock(peak_h)}" if swings(low, high) and noticed else ""
    first = words.level(float(values[on_day(course, 1)].max()))
    return over_time(
        shown,
        key=channel,
        title=f"{channel.capitalize()}: {felt}{when}",
        sentences=[
            f"On day {last_day(course)} at most {10 * high:.1f} of 10.",
            f"On day 1: {first}." if first != felt else "",
        ],
        y_words=f"{channel}: 0 is none, 10 is the most there can be",
        lines=shown.lines(channel, times=10.0),
        channel=channel,
        times=10.0,
        highest=10.0,
    )


def legs_and_neck(
    shown: Shown, *, key: str, place: str, y_words: str, channels: tuple[str, str]
) -> Chart:
    """Two heights of one course, or one height of two courses."""
    course = shown.course
    legs, neck = (daily(course, getattr(course, channel)) / DAY_H for channel in channels)
    at_legs = f"{words.number(legs)} nanograms at the height of the legs"
    lines = shown.lines(channels[0])
    if shown.other is None:
        beside = shown.lines(channels[1])[0]
        lines = [
            replace(lines[0], name="at the legs"),
            replace(beside, name="at the neck", beaded=True),
        ]
    return over_time(
        shown,
        key=key,
        title=f"{place}: {where_more(legs, neck)}",
        sentences=[
            f"On average on day {last_day(course)}: {at_legs}, {words.number(neck)} at the neck."
        ],
        y_words=y_words + (", at the height of the legs" if shown.other else ""),
        lines=lines,
        channel=channels[0],
    )


def swings(low: float, high: float) -> bool:
    """Whether values go up and down enough to name an hour."""
    return high - low > 0.1 * high


def best_hours(course: TimeCourse) -> str:
    """When baclofen does most and least on the last day, as a sentence; empty without effect."""
    part = on_day(course, last_day(course))
    without = course.spasms_per_h_untreated[part]
    if not np.all(without > 0):
        return ""
    share = course.spasms_per_h[part] / without
    if abs(float(share.mean()) - 1) < words.SAME_WITHIN:
        return ""
    if float(np.ptp(share)) < words.SAME_WITHIN:
        return "It does about the same at every hour."
    time_h = course.time_h[part]
    best, least = float(time_h[share.argmin()]), float(time_h[share.argmax()])
    return f"It does most around {words.clock(best)} and least around {words.clock(least)}."


def where_more(at_legs: float, at_neck: float) -> str:
    """Where there is more baclofen, in words."""
    if min(at_neck, at_legs) <= 0:
        return "no baclofen"
    ratio = at_legs / at_neck
    if 0.8 < ratio < 1.25:
        return "about as much at the legs as at the neck"
    more, less = ("legs", "neck") if ratio > 1 else ("neck", "legs")
    return f"about {words.times(max(ratio, 1 / ratio))} as much at the {more} as at the {less}"
