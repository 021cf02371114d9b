"""What a plan laid out over many days does, in a few plain sentences."""

from __future__ import annotations

from typing import Final

import numpy as np

from unclench.figures import words
from unclench.pharmacology.simulate import TimeCourse
from unclench_site.explore.laid import Laid, Lay
from unclench_site.explore.people import PeopleLike
from unclench_site.explore.sentences import (
    DAY_H,
    UNNOTICED,
    Day,
    Fact,
    Light,
    Summary,
    count_words,
    light,
    like_fact,
    spasms_fact,
    withdrawal_fact,
)

FELT: Final = (("drowsiness", "Drowsiness"), ("weakness", "Weakness"))


def laid_summary(
    laid: Laid, course: TimeCourse, *, like: PeopleLike, other: TimeCourse | None
) -> Summary:
    """Say what a plan does over its days: its strongest or its worst, and how it ends."""
    first = laid.window.shown_days[0]
    day, end = telling_day(laid, course), Day.of(course)
    facts = []
    if laid.kind is Lay.TEST:
        facts.append(strongest_fact(course, first))
    elif laid.kind is Lay.DOWN:
        facts.append(Fact(name="Most spasms in a day", words=most_words(day)))
    shown = day if laid.kind is Lay.MISSED else end
    facts.append(Fact(name=f"Spasms on day {shown.number}", words=spasms_fact(shown).words))
    if other is not None and laid.second is not None:
        said = most_words(telling_day(laid, other))
        facts.insert(1, Fact(name=f"With {laid.second.words}", words=said))
    if laid.kind in (Lay.UP, Lay.START):
        facts.append(like_fact(like))
    facts += [worst_fact(course, channel, name, first) for channel, name in FELT]
    facts.append(withdrawal_fact(course, other))
    second = None
    if other is not None and laid.second is not None:
        second = dated(light(f"With {laid.second.words}", telling_day(laid, other)), laid, other)
    return Summary(
        finding=laid.title,
        facts=tuple(fact for fact in facts if fact.words),
        sure=words.SURE,
        light=dated(light("The light", day), laid, course),
        second_light=second,
    )


def telling_day(laid: Laid, course: TimeCourse) -> Day:
    """The day that tells most: the worst of a way down, the strongest of a test, else the last."""
    first, last = laid.window.shown_days
    days = [Day.of(course, number) for number in range(first, last + 1)]
    if laid.kind is Lay.DOWN:
        return max(days, key=lambda day: day.spasms)
    if laid.kind is Lay.TEST:
        return max(days, key=lambda day: day.dimming)
    if laid.kind is Lay.MISSED:
        return days[1]
    return days[-1]


def dated(shown: Light, laid: Laid, course: TimeCourse) -> Light:
    """The same light with its day."""
    number = telling_day(laid, course).number
    return Light(name=shown.name, drive=shown.drive, words=f"{shown.words}, on day {number}")


def most_words(day: Day) -> str:
    """How many spasms a day has, and which day it is."""
    return f"{count_words(day.spasms)}, on day {day.number}" if day.spasms_untreated else ""


def way_down_title(laid: Laid, course: TimeCourse, other: TimeCourse) -> str:
    """The finding of a chart that shows a way down beside a sudden stop."""
    slow, sudden = (count_words(telling_day(laid, one).spasms) for one in (course, other))
    return f"Spasms in a day: at most {slow} on the way down, {sudden} after a sudden stop"


def strongest_fact(course: TimeCourse, first: int) -> Fact:
    """When most signals are turned down."""
    shown = course.time_h >= DAY_H * (first - 1)
    at = int(np.argmax(course.dimming[shown]))
    time_h = float(course.time_h[shown][at])
    share = float(course.dimming[shown][at])
    when = f"on day {int(time_h // DAY_H) + 1} around {words.clock(time_h)}"
    return Fact(name="Strongest", words=f"{words.of_ten(share)} signals turned down, {when}")


def worst_fact(course: TimeCourse, channel: str, name: str, first: int) -> Fact:
    """How strong something is felt at its worst, and on which day."""
    shown = course.time_h >= DAY_H * (first - 1)
    felt = getattr(course, channel)[shown]
    highest = float(felt.max())
    if highest <= UNNOTICED:
        return Fact(name=name, words=words.level(highest) if channel == "drowsiness" else "")
    day = int(course.time_h[shown][int(felt.argmax())] // DAY_H) + 1
    return Fact(name=name, words=f"{words.level(highest)}, most on day {day}")
