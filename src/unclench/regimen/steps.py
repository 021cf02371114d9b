"""What is to be swallowed, and what the pump is to give, in steps of whole days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar, final

from unclench.errors import InputError
from unclench.regimen.doses import (
    MINUTES_PER_DAY,
    Administration,
    Dose,
    Formulation,
    Route,
    clock,
)
from unclench.units import ZERO, Mass, mg

__all__ = [
    "MOST_AT_ONCE",
    "MOST_A_DAY",
    "MOST_DAYS",
    "OralRegimen",
    "OralStep",
    "PumpProgram",
    "PumpStep",
    "TimedMass",
]

TimedMass = tuple[int, Mass]
"""A minute of the day, 0 to 1439, and the amount or daily rate that goes with it."""

Stretch = tuple[int, int, Mass]
"""The minutes at which a rate begins and ends, and that rate a day."""

MOST_AT_ONCE = mg(10_000)
"""More than 10 g in one dose, or as one daily rate, is a slip of the unit."""

MOST_A_DAY = 48
"""Doses, boluses or rates in one day: one every half hour."""

MOST_DAYS = 3650
"""Ten years."""


@final
@dataclass(frozen=True, slots=True)
class OralStep:
    """The same doses at the same clock times for some days.

    Args:
        times: (minute of the day, amount) of each dose, in order of time; empty for no doses.
        days: How many days the step lasts; None for no end.
        every_days: 1 for every day, 2 for the first, third, fifth day of the step, and so on.

    Raises:
        InputError: if a time or an amount is not one, a time is there twice, or a limit is passed
            (48 doses a day, 10 g a dose, 3650 days).

    Example:
        >>> from unclench.regimen import OralStep
        >>> from unclench.units import mg
        >>> OralStep(((8 * 60, mg(10)), (20 * 60, mg(10))), days=7).mass_on(1)
        mcg('20000')
    """

    times: tuple[TimedMass, ...]
    days: int | None = None
    every_days: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be followed."""
        _check_timed(self.times, what="dose")
        _check_days(self.days)
        if type(self.every_days) is not int or not 1 <= self.every_days <= MOST_DAYS:
            raise InputError(
                f"A dose cannot come every {self.every_days!r} days.",
                expected=f"a whole number of days from 1 to {MOST_DAYS}",
            )
        if self.every_days > 1 and not self.times:
            raise InputError(
                "A step without doses has no rhythm of days.",
                expected="doses, or no rhythm",
            )

    def mass_on(self, day: int) -> Mass:
        """Give the amount of one day of the step; its first day is day 1."""
        if (day - 1) % self.every_days:
            return ZERO
        return sum((amount for _, amount in self.times), ZERO)


@final
@dataclass(frozen=True, slots=True)
class OralRegimen:
    """Everything that is to be swallowed, one step after the other.

    Args:
        steps: At least one; only the last may have no end.
        formulation: What is swallowed, in every step.
        with_food: Whether every dose goes with food.

    Raises:
        InputError: if there is no step, or a step without end is not the last.

    Example:
        >>> from unclench.regimen import OralRegimen, OralStep
        >>> from unclench.units import mg
        >>> low, high = OralStep(((480, mg(5)),), days=3), OralStep(((480, mg(10)),), days=4)
        >>> OralRegimen((low, high)).days
        7
    """

    steps: tuple[OralStep, ...]
    formulation: Formulation = Formulation.TABLET
    with_food: bool = False

    def __post_init__(self) -> None:
        """Refuse steps that do not follow each other."""
        _check_steps(self.steps, OralStep)
        if not isinstance(self.formulation, Formulation):
            raise InputError(
                f"There is no formulation {self.formulation!r}.", expected="a Formulation"
            )

    @property
    def days(self) -> int | None:
        """How many days the steps last together; None for no end."""
        return _total_days(self.steps)

    def amount_at(self, at_min: int) -> Mass | None:
        """Give the dose planned for this very minute, or None."""
        day, minute = divmod(at_min, MINUTES_PER_DAY)
        for first, last, step in _calendar(self.steps, day + 1):
            if first <= day < last:
                if (day - first) % step.every_days:
                    return None
                return dict(step.times).get(minute)
        return None

    def administrations(self, from_min: int, until_min: int) -> list[Administration]:
        """Give every planned dose from one minute up to, not with, another."""
        given: list[Administration] = []
        for first, last, step in _calendar(self.steps, -(-until_min // MINUTES_PER_DAY)):
            doses = [
                (minute, Dose(amount, Route.ORAL, self.formulation))
                for minute, amount in step.times
            ]
            skipped = max(0, from_min // MINUTES_PER_DAY - first)
            start = first + -(-skipped // step.every_days) * step.every_days
            for day in range(start, last, step.every_days):
                midnight = day * MINUTES_PER_DAY
                given += [
                    Administration(midnight + minute, dose, 0, self.with_food)
                    for minute, dose in doses
                    if from_min <= midnight + minute < until_min
                ]
        return given


@final
@dataclass(frozen=True, slots=True)
class PumpStep:
    """The same day of the pump, repeated for some days.

    Args:
        segments: (minute of the day, micrograms a day as a Mass) of each rate, in order of time.
            A rate holds until the next begins; the last runs over midnight to the first. One
            steady rate is `((0, rate),)`.
        boluses: (minute of the day, amount) of each programmed bolus, in order of time.
        days: How many days the step lasts; None for no end.

    Raises:
        InputError: if a time or an amount is not one, a time is there twice, or a limit is passed
            (48 segments, 48 boluses a day, 10 g, 3650 days).

    Example:
        >>> from unclench.regimen import PumpStep
        >>> from unclench.units import mcg
        >>> flex = PumpStep(((6 * 60, mcg(96)), (22 * 60, mcg(192))), boluses=((720, mcg(20)),))
        >>> flex.mass_a_day
        mcg('148')
    """

    segments: tuple[TimedMass, ...]
    boluses: tuple[TimedMass, ...] = ()
    days: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no pump could be told."""
        _check_timed(self.segments, what="rate", zero=True)
        _check_timed(self.boluses, what="bolus")
        _check_days(self.days)
        if not self.segments:
            raise InputError(
                "A step of the pump has no rate.",
                expected="at least one segment",
                hint="((0, mcg(0)),) for a pump that is off",
            )
        if len(self.segments) == 1 and self.segments[0][0] != 0:
            raise InputError(
                f"A single rate cannot begin at {clock(self.segments[0][0])}.",
                expected="a single rate that begins at 00:00, for it holds all day",
            )

    @property
    def mass_a_day(self) -> Mass:
        """What the pump gives in one whole day, boluses included."""
        total = sum((amount for _, amount in self.boluses), ZERO)
        for start, end, rate in self.stretches():
            total += _share(rate, end - start)
        return total

    def stretches(self) -> tuple[Stretch, ...]:
        """Give (start, end, daily rate) from 00:00 to 24:00, without gaps."""
        starts = [start for start, _ in self.segments]
        ends = [*starts[1:], MINUTES_PER_DAY]
        rates = [rate for _, rate in self.segments]
        night = ((0, starts[0], rates[-1]),) if starts[0] else ()
        return (*night, *zip(starts, ends, rates, strict=True))


@final
@dataclass(frozen=True, slots=True)
class PumpProgram:
    """Everything that the pump is to give, one step after the other.

    Args:
        steps: At least one; only the last may have no end.

    Raises:
        InputError: if there is no step, or a step without end is not the last.

    Example:
        >>> from unclench.regimen import PumpProgram, PumpStep
        >>> from unclench.units import mcg
        >>> PumpProgram((PumpStep(((0, mcg(200)),)),)).days is None
        True
    """

    steps: tuple[PumpStep, ...]

    def __post_init__(self) -> None:
        """Refuse steps that do not follow each other."""
        _check_steps(self.steps, PumpStep)

    @property
    def days(self) -> int | None:
        """How many days the steps last together; None for no end."""
        return _total_days(self.steps)

    def administrations(self, from_min: int, until_min: int) -> list[Administration]:
        """Give every stretch of steady rate and every bolus from one minute up to another.

        A stretch lasts until the rate changes, over as many days as that takes, and is cut at both
        minutes; its dose is what it gives in all.
        """
        given = [
            Administration(start, _infused(rate, end - start), end - start)
            for start, end, rate in _joined(self._stretches(from_min, until_min))
        ]
        for first, last, step in _calendar(self.steps, -(-until_min // MINUTES_PER_DAY)):
            boluses = [(at, Dose(amount, Route.INTRATHECAL)) for at, amount in step.boluses]
            for day in range(max(first, from_min // MINUTES_PER_DAY), last):
                midnight = day * MINUTES_PER_DAY
                given += [
                    Administration(midnight + minute, dose)
                    for minute, dose in boluses
                    if from_min <= midnight + minute < until_min
                ]
        return sorted(given, key=_start)

    def _stretches(self, from_min: int, until_min: int) -> Iterator[Stretch]:
        for first, last, step in _calendar(self.steps, -(-until_min // MINUTES_PER_DAY)):
            if len(step.segments) == 1:
                whole = first * MINUTES_PER_DAY, last * MINUTES_PER_DAY, step.segments[0][1]
                yield from _cut(whole, from_min, until_min)
                continue
            stretches = step.stretches()
            for day in range(max(first, from_min // MINUTES_PER_DAY), last):
                midnight = day * MINUTES_PER_DAY
                for start, end, rate in stretches:
                    yield from _cut((midnight + start, midnight + end, rate), from_min, until_min)


def _start(given: Administration) -> int:
    return given.start_min


def _cut(stretch: Stretch, from_min: int, until_min: int) -> Iterator[Stretch]:
    start, end = max(stretch[0], from_min), min(stretch[1], until_min)
    if start < end:
        yield start, end, stretch[2]


def _joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Join neighbours of one rate, and leave out those without."""
    start, end, rate = 0, 0, ZERO
    for begins, ends, next_rate in stretches:
        if next_rate != rate:
            if rate:
                yield start, end, rate
            start, rate = begins, next_rate
        end = ends
    if rate:
        yield start, end, rate


_Step = TypeVar("_Step", OralStep, PumpStep)


def _calendar(steps: tuple[_Step, ...], until_day: int) -> Iterator[tuple[int, int, _Step]]:
    """Give (first day, day after the last, step), days from 0, of the steps before a day."""
    first = 0
    for step in steps:
        last = until_day if step.days is None else min(first + step.days, until_day)
        if first >= last:
            return
        yield first, last, step
        first = last


def _total_days(steps: Sequence[OralStep | PumpStep]) -> int | None:
    days = [step.days for step in steps]
    return None if days[-1] is None else sum(day for day in days if day is not None)


@lru_cache(maxsize=4096)
def _infused(rate: Mass, minutes: int) -> Dose:
    """Give what a daily rate amounts to in some minutes."""
    return Dose(_share(rate, minutes), Route.INTRATHECAL)


def _share(rate: Mass, minutes: int) -> Mass:
    return rate * minutes / MINUTES_PER_DAY


def _check_steps(steps: object, kind: type) -> None:
    if not isinstance(steps, tuple) or not all(isinstance(step, kind) for step in steps):
        raise InputError(f"The steps cannot be {steps!r}.", expected=f"a tuple of {kind.__name__}")
    if not steps:
        raise InputError("There is no step.", expected="at least one step")
    days = [step.days for step in steps]
    if None in days[:-1]:
        raise InputError(
            f"Step {days.index(None) + 1} has no end, but another step follows it.",
            expected="a number of days for every step but the last",
        )
    total = sum(day for day in days if day is not None)
    if total > MOST_DAYS:
        raise InputError(
            f"The steps last {total} days together.", expected=f"at most {MOST_DAYS} days"
        )


def _check_days(days: int | None) -> None:
    if days is not None and (type(days) is not int or not 1 <= days <= MOST_DAYS):
        raise InputError(
            f"A step cannot last {days!r} days.",
            expected=f"a whole number of days from 1 to {MOST_DAYS}, or None for no end",
        )


def _check_timed(timed: object, *, what: str, zero: bool = False) -> None:
    if not isinstance(timed, tuple) or not all(
        isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[1], Mass) for pair in timed
    ):
        raise InputError(
            f"The {what} times cannot be {timed!r}.",
            expected="a tuple of (minute of the day, Mass)",
            hint="((8 * 60, mg(10)), (20 * 60, mg(10)))",
        )
    if len(timed) > MOST_A_DAY:
        raise InputError(
            f"There are {len(timed)} {what} times in one day.", expected=f"at most {MOST_A_DAY}"
        )
    for minute, amount in timed:
        _check_minute(minute, what)
        _check_amount(amount, what, zero=zero)
    for (earlier, _), (later, _) in pairwise(timed):
        if later == earlier:
            raise InputError(
                f"The {what} at {clock(later)} is there twice.",
                expected="each clock time once a day",
                hint="one amount for that time",
            )
        if later < earlier:
            raise InputError(
                f"The {what} at {clock(later)} comes after the one at {clock(earlier)}.",
                expected="times in order, from 00:00 to 23:59",
            )


def _check_minute(minute: object, what: str) -> None:
    if type(minute) is not int or not 0 <= minute < MINUTES_PER_DAY:
        raise InputError(
            f"A {what} cannot be at minute {minute!r} of the day.",
            expected="a whole minute from 0 (00:00) to 1439 (23:59)",
        )


def _check_amount(amount: Mass, what: str, *, zero: bool) -> None:
    if not (amount or zero):
        raise InputError(f"A {what} of nothing is no {what}.", expected="more than nothing")
    if amount > MOST_AT_ONCE:
        raise InputError(
            f"A {what} of {amount.text('mg')} is more than anyone is given.",
            expected="at most 10000 mg (10 g)",
        )
