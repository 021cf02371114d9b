"""What the model says in a few plain sentences: the finding, when, what it costs, how sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from unclench.figures import words
from unclench.pharmacology.simulate import DayMeans, TimeCourse
from unclench.regimen import Route
from unclench_site.explore.question import Second

NOTICED: Final = 0.03
SURE: Final = "We are fairly sure of the blood level, less sure of the effect."


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing to know: its name and a sentence."""

    name: str
    words: str


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The answer in words.

    Attributes:
        finding: The one thing to take away.
        facts: What else there is to know, the most important first.
        sure: How sure we are.
        drive: Nerve activity as a share of what it is without baclofen, for the lamp.
        light: The lamp's light in words.
    """

    finding: str
    facts: tuple[Fact, ...]
    sure: str
    drive: float
    light: str


def summary(
    course: TimeCourse, *, other: TimeCourse | None = None, second: Second | None = None
) -> Summary:
    """Say what a course means on its last day, and what the second one does beside it."""
    day = course.last_day()
    drive = drive_share(day)
    facts = [spasms_fact(day), strongest_fact(course)]
    if other is not None and second is not None:
        facts.insert(1, second_fact(other.last_day(), second))
    facts += [
        feeling_fact(course, "drowsiness", "Drowsiness", always=True),
        feeling_fact(course, "weakness", "Weakness", always=False),
        feeling_fact(course, "withdrawal", "Withdrawal", always=False),
    ]
    return Summary(
        finding=finding(day),
        facts=tuple(fact for fact in facts if fact.words),
        sure=SURE,
        drive=drive,
        light=light_words(drive, over_dimmed=day.weakness > NOTICED),
    )


def drive_share(day: DayMeans) -> float:
    """How many of the nerve signals to tighten still pass, as a share; above 1 in rebound."""
    if day.spasms_per_day_untreated > 0:
        return day.spasms_per_day / day.spasms_per_day_untreated
    return 1.0 - day.dimming


def finding(day: DayMeans) -> str:
    """The headline."""
    if day.spasms_per_day_untreated == 0:
        return "There are no spasms to take away."
    with_it, without = day.spasms_per_day, day.spasms_per_day_untreated
    said = words.against(with_it, without, than="without baclofen")
    return f"Spasms: {said}."


def spasms_fact(day: DayMeans) -> Fact:
    """How many spasms in a day, with and without."""
    if day.spasms_per_day_untreated == 0:
        return Fact(name="Spasms in a day", words="")
    now = words.count(day.spasms_per_day, "", "").strip()
    before = words.count(day.spasms_per_day_untreated, "", "").strip()
    return Fact(name="Spasms in a day", words=f"about {now}, instead of {before}")


def second_fact(day: DayMeans, second: Second) -> Fact:
    """How many spasms with the plan that this one is compared with."""
    count = words.count(day.spasms_per_day, "", "").strip()
    drowsy = words.level(day.drowsiness)
    return Fact(
        name=f"With {second.words}",
        words=f"about {count} spasms in a day; drowsiness: {drowsy}",
    )


def strongest_fact(course: TimeCourse) -> Fact:
    """When on the last day baclofen does most."""
    last = course.time_h >= course.time_h[-1] - 24
    dimming = course.dimming[last]
    if float(np.ptp(dimming)) < 0.1 * float(dimming.max(initial=0.0)) + 1e-6:
        return Fact(name="Strongest", words="the same at every hour")
    hours = course.time_h[last]
    most, least = hours[np.argmax(dimming)], hours[np.argmin(dimming)]
    return Fact(
        name="Strongest",
        words=f"around {words.clock(float(most))}; weakest around {words.clock(float(least))}",
    )


def feeling_fact(course: TimeCourse, channel: str, name: str, *, always: bool) -> Fact:
    """How strong something is felt on the last day, and when."""
    last = course.time_h >= course.time_h[-1] - 24
    felt = getattr(course, channel)[last]
    highest = float(felt.max())
    if highest <= NOTICED:
        return Fact(name=name, words=words.level(highest) if always else "")
    when = words.clock(float(course.time_h[last][np.argmax(felt)]))
    is_flat = float(np.ptp(felt)) < 0.1 * highest
    level = words.level(highest)
    return Fact(name=name, words=level if is_flat else f"{level}, most around {when}")


def light_words(drive: float, *, over_dimmed: bool) -> str:
    """The lamp's light in words."""
    if over_dimmed:
        return "very dark: so few signals pass that muscles are weak"
    if drive > 1 + words.SAME_WITHIN:
        return "brighter than without baclofen, and restless"
    if drive > 1 - words.SAME_WITHIN:
        return "as bright as without baclofen"
    if drive > 0.7:
        return "a little dimmer"
    if drive > 0.4:
        return "clearly dimmer"
    return "calm and low"


def routes(course: TimeCourse) -> set[Route]:
    """The ways in that a course uses."""
    return {given.dose.route for given in course.administrations}
