"""What the model says in a few plain sentences: the finding, when, what it costs, how sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from unclench.figures import words
from unclench.pharmacology.simulate import TimeCourse
from unclench_site.explore.people import PeopleLike
from unclench_site.explore.question import Second
from unclench_site.explore.withdrawal import NO_CURVE, pump_falls
from unclench_site.templatetags.dimmer import light_level

WORTH_SAYING: Final = 0.12
"""Weakness and withdrawal below this share would hardly be noticed, and are left out."""
DAY_H: Final = 24.0
UNNOTICED: Final = 0.03
ALMOST_NONE: Final = 0.05


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing to know: its name and a sentence."""

    name: str
    words: str


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """The lamp of one plan.

    Attributes:
        name: Whose light it is.
        drive: Nerve activity as a share of what it is without baclofen.
        words: The light in words.
    """

    name: str
    drive: float
    words: str

    @property
    def level(self) -> int:
        """The lamp's step."""
        return light_level(self.drive)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The answer in words.

    Attributes:
        finding: The one thing to take away.
        facts: What else there is to know, the most important first.
        sure: How sure we are.
        light: The lamp of the plan.
        second_light: The lamp of the plan that it is compared with.
    """

    finding: str
    facts: tuple[Fact, ...]
    sure: str
    light: Light
    second_light: Light | None


def summary(
    course: TimeCourse,
    *,
    like: PeopleLike,
    other: TimeCourse | None = None,
    second: Second | None = None,
) -> Summary:
    """Say what a course means on its last day, and what the second one does beside it."""
    day = Day.of(course)
    facts = [spasms_fact(day), like_fact(like), strongest_fact(course)]
    second_light = None
    if other is not None and second is not None:
        second_day = Day.of(other, second.day)
        facts.insert(2, second_fact(second_day, second))
        second_light = light(f"With {second.words}", second_day)
    facts += [
        feeling_fact(course, "drowsiness", "Drowsiness", always=True),
        feeling_fact(course, "weakness", "Weakness", always=False),
        withdrawal_fact(course, other),
    ]
    return Summary(
        finding=finding(day),
        facts=tuple(fact for fact in facts if fact.words),
        sure=words.SURE,
        light=light("The light", day),
        second_light=second_light,
    )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What one day of a course comes to."""

    number: int
    is_last: bool
    spasms: float
    spasms_untreated: float
    dimming: float
    drowsiest: float
    weakest: float

    @classmethod
    def of(cls, course: TimeCourse, number: int | None = None) -> Day:
        """Add up one day, the last unless another is named."""
        last = max(1, round(float(course.time_h[-1]) / DAY_H))
        number = number or last
        shown = (course.time_h >= DAY_H * (number - 1)) & (course.time_h < DAY_H * number)
        return cls(
            number=number,
            is_last=number == last,
            spasms=DAY_H * float(course.spasms_per_h[shown].mean()),
            spasms_untreated=DAY_H * float(course.spasms_per_h_untreated[shown].mean()),
            dimming=float(course.dimming[shown].mean()),
            drowsiest=float(course.drowsiness[shown].max()),
            weakest=float(course.weakness[shown].max()),
        )

    @property
    def drive(self) -> float:
        """How many of the signals to tighten still pass, as a share; above 1 in rebound."""
        if self.spasms_untreated > 0:
            return self.spasms / self.spasms_untreated
        return 1.0 - self.dimming


def light(name: str, day: Day) -> Light:
    """The lamp of a day."""
    said = light_words(day.drive, over_dimmed=day.weakest > WORTH_SAYING)
    return Light(name=name, drive=day.drive, words=said)


def finding(day: Day) -> str:
    """The headline."""
    if day.spasms_untreated == 0:
        return "There are no spasms to take away."
    if day.drive < ALMOST_NONE:
        return "Spasms: almost none are left."
    return f"Spasms: {words.against(day.spasms, day.spasms_untreated, than='without baclofen')}."


def spasms_fact(day: Day) -> Fact:
    """How many spasms in a day, with and without."""
    if day.spasms_untreated == 0:
        return Fact(name="Spasms in a day", words="")
    before = words.number(day.spasms_untreated).removesuffix(".0")
    return Fact(name="Spasms in a day", words=f"{count_words(day.spasms)}, instead of {before}")


def like_fact(like: PeopleLike) -> Fact:
    """Between which numbers of spasms nine of ten people like this one lie."""
    name = "Nine of ten people like you"
    if like.most == 0:
        return Fact(name=name, words="")
    fewest, most = count_words(like.fewest), count_words(like.most)
    if fewest == most:
        return Fact(name=name, words=fewest)
    said = f"{fewest.removeprefix('about ')} to {most.removeprefix('about ')}"
    return Fact(name=name, words=said)


def count_words(per_day: float) -> str:
    """A number of spasms in a day, in words.

    Example:
        >>> count_words(0.02), count_words(5.2)
        ('almost none', 'about 5')
    """
    if per_day < 0.25:
        return "almost none"
    shown = round(per_day) if per_day >= 3 else round(2 * per_day) / 2
    return f"about {shown:g}"


def second_fact(day: Day, second: Second) -> Fact:
    """How many spasms with the plan that this one is compared with, on the day that shows it."""
    when = "" if day.is_last else f", on day {day.number}"
    drowsy = words.level(day.drowsiest)
    return Fact(
        name=f"With {second.words}{when}", words=f"{count_words(day.spasms)}; drowsiness: {drowsy}"
    )


def strongest_fact(course: TimeCourse) -> Fact:
    """When on the last day baclofen does most."""
    last = course.time_h >= course.time_h[-1] - DAY_H
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
    last = course.time_h >= course.time_h[-1] - DAY_H
    felt = getattr(course, channel)[last]
    highest = float(felt.max())
    if not always and highest <= WORTH_SAYING:
        return Fact(name=name, words="")
    level = words.level(highest)
    if highest <= UNNOTICED or float(np.ptp(felt)) < 0.1 * highest:
        return Fact(name=name, words=level)
    when = words.clock(float(course.time_h[last][np.argmax(felt)]))
    return Fact(name=name, words=f"{level}, most around {when}")


def withdrawal_fact(course: TimeCourse, other: TimeCourse | None) -> Fact:
    """How strong withdrawal is at its worst; where a pump falls, that no curve can show it."""
    courses = [course] if other is None else [course, other]
    if any(pump_falls(one.regimen) for one in courses):
        return Fact(name="Withdrawal", words=NO_CURVE)
    worst = max(courses, key=lambda one: float(one.withdrawal.max()))
    highest = float(worst.withdrawal.max())
    if highest <= UNNOTICED:
        return Fact(name="Withdrawal", words="")
    day = int(worst.time_h[worst.withdrawal.argmax()] // DAY_H) + 1
    whose = "" if worst is course else " with the second plan"
    said = f"{words.level(highest)} on day {day}{whose}, and it can be far worse than a model says"
    return Fact(name="Withdrawal", words=said)


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
