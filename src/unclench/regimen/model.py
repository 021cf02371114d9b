"""What is to be given, and what of it was missed, doubled or stopped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import final

from unclench.errors import InputError
from unclench.regimen.changes import Change, ChangeKind, check_changes, in_order, stop_min
from unclench.regimen.doses import MINUTES_PER_DAY, Administration, Route, moment
from unclench.regimen.steps import MOST_A_DAY, MOST_AT_ONCE, MOST_DAYS, OralRegimen, PumpProgram
from unclench.units import ZERO, Mass

__all__ = ["Regimen"]


@final
@dataclass(frozen=True, slots=True)
class Regimen:
    """Everything that is to be given from 00:00 of day 1 on: an intention, with its changes.

    Args:
        oral: What is to be swallowed.
        pump: What the pump is to give.
        tests: Test doses of a screening: intrathecal boluses in order of time.
        changes: What was missed, doubled or stopped, in order; made by `missing()`, `doubling()`
            and `stopping()`.

    Raises:
        InputError: if there is nothing to give, or a change does not fit the plan.

    Example:
        >>> from unclench.regimen import OralRegimen, OralStep, Regimen
        >>> from unclench.units import mg
        >>> times = tuple((hour * 60, mg(10)) for hour in (8, 14, 20))
        >>> regimen = Regimen(oral=OralRegimen((OralStep(times),)))
        >>> len(regimen.missing(14 * 60).administrations(2 * 1440))
        5
    """

    oral: OralRegimen | None = None
    pump: PumpProgram | None = None
    tests: tuple[Administration, ...] = ()
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a plan that gives nothing, and changes that do not fit the plan."""
        _check_parts(self)
        _check_tests(self.tests)
        check_changes(self.changes, oral=self.oral, pump=self.pump, tests=self.tests)

    @property
    def duration_days(self) -> int | None:
        """How many days are planned, changes aside; None for no end."""
        lengths = [part.days for part in (self.oral, self.pump) if part is not None]
        if None in lengths:
            return None
        last_test = self.tests[-1].start_min // MINUTES_PER_DAY + 1 if self.tests else 0
        return max([last_test, *(days for days in lengths if days is not None)])

    def administrations(self, until_min: int) -> tuple[Administration, ...]:
        """Give all that is given before a minute, in order of time, changes applied.

        A pump's stretch of steady rate is one Administration that lasts until the rate changes; it
        is cut at `until_min`.

        Args:
            until_min: Minutes since 00:00 of day 1; not included.

        Raises:
            InputError: if it is not a whole number from 0 up.

        Example:
            >>> from unclench.regimen import parse
            >>> [
            ...     given.duration_min
            ...     for given in parse("pump 96 micrograms/day").administrations(90)
            ... ]
            [90]
        """
        if type(until_min) is not int or until_min < 0:
            raise InputError(
                f"Nothing can be given until minute {until_min!r}.",
                expected="a whole number of minutes from 0 up",
            )
        return self._between(0, until_min)

    def daily_mass(self, day: int) -> tuple[Mass, Mass]:
        """Give what one day brings, changes applied: swallowed, and intrathecal with test doses.

        Args:
            day: 1 for the first day.

        Raises:
            InputError: if it is not a whole number from 1 up.

        Example:
            >>> from unclench.regimen import parse
            >>> oral, pump = parse("10 mg x3 + pump 100 micrograms/day").daily_mass(1)
            >>> oral.text("mg"), pump.text("micrograms")
            ('30 mg', '100 micrograms')
        """
        if type(day) is not int or day < 1:
            raise InputError(f"There is no day {day!r}.", expected="a whole number from 1 up")
        given = self._between((day - 1) * MINUTES_PER_DAY, day * MINUTES_PER_DAY)
        return _total(given, Route.ORAL), _total(given, Route.INTRATHECAL)

    def missing(self, *at_min: int) -> Regimen:
        """Give the same plan with these swallowed doses missed.

        Args:
            at_min: The minute of each dose since 00:00 of day 1.

        Raises:
            InputError: if no dose is due then; names the nearest ones.

        Example:
            >>> from unclench.regimen import format, parse
            >>> format(parse("10 mg at 08:00, 20:00").missing(2 * 1440 + 8 * 60))
            '10 mg at 08:00, 20:00, missed day 3 08:00'
        """
        return self._changed(Change(at, ChangeKind.MISSED) for at in at_min)

    def doubling(self, *at_min: int) -> Regimen:
        """Give the same plan with these swallowed doses taken twice at once.

        Args:
            at_min: The minute of each dose since 00:00 of day 1.

        Raises:
            InputError: if no dose is due then; names the nearest ones.

        Example:
            >>> from unclench.regimen import parse
            >>> parse("10 mg at 08:00").doubling(8 * 60).daily_mass(1)[0].text("mg")
            '20 mg'
        """
        return self._changed(Change(at, ChangeKind.DOUBLED) for at in at_min)

    def stopping(self, at_min: int, *, route: Route | None = None) -> Regimen:
        """Give the same plan, stopped for good at a minute.

        Args:
            at_min: Minutes since 00:00 of day 1; a dose due at this very minute is not given.
            route: What stops; None for everything.

        Raises:
            InputError: if that route is not there, has stopped before, or ends before.

        Example:
            >>> from unclench.regimen import parse
            >>> parse("pump 96 micrograms/day").stopping(1440).daily_mass(2)[1].text("micrograms")
            '0 micrograms'
        """
        return self._changed([Change(at_min, ChangeKind.STOPPED, route)])

    def _changed(self, changes: Iterable[Change]) -> Regimen:
        return replace(self, changes=tuple(sorted((*self.changes, *changes), key=in_order)))

    def _between(self, from_min: int, until_min: int) -> tuple[Administration, ...]:
        given: list[Administration] = []
        if self.oral is not None:
            swallowed = self.oral.administrations(from_min, self._end(Route.ORAL, until_min))
            given += self._as_taken(swallowed)
        end = self._end(Route.INTRATHECAL, until_min)
        if self.pump is not None:
            given += self.pump.administrations(from_min, end)
        given += [test for test in self.tests if from_min <= test.start_min < end]
        return tuple(sorted(given, key=_start))

    def _end(self, route: Route, until_min: int) -> int:
        stop = stop_min(self.changes, route)
        return until_min if stop is None else min(stop, until_min)

    def _as_taken(self, planned: list[Administration]) -> list[Administration]:
        changed = {
            change.at_min: change.kind
            for change in self.changes
            if change.kind is not ChangeKind.STOPPED
        }
        if not changed:
            return planned
        return [
            _doubled(given) if changed.get(given.start_min) is ChangeKind.DOUBLED else given
            for given in planned
            if changed.get(given.start_min) is not ChangeKind.MISSED
        ]


def _start(given: Administration) -> int:
    return given.start_min


def _total(given: Iterable[Administration], route: Route) -> Mass:
    return sum((one.dose.amount for one in given if one.dose.route is route), ZERO)


def _doubled(given: Administration) -> Administration:
    return replace(given, dose=replace(given.dose, amount=given.dose.amount * 2))


def _check_parts(regimen: Regimen) -> None:
    for part, kind in ((regimen.oral, OralRegimen), (regimen.pump, PumpProgram)):
        if part is not None and not isinstance(part, kind):
            raise InputError(f"{part!r} is no part of a regimen.", expected=f"an {kind.__name__}")
    if regimen.oral is None and regimen.pump is None and not regimen.tests:
        raise InputError(
            "The regimen gives nothing.",
            expected="something to swallow, a pump, or a test dose",
            hint='parse("10 mg at 08:00, 14:00, 20:00")',
        )


def _check_tests(tests: object) -> None:
    if not isinstance(tests, tuple) or not all(isinstance(test, Administration) for test in tests):
        raise InputError(
            f"The test doses cannot be {tests!r}.", expected="a tuple of Administration"
        )
    if len(tests) > MOST_A_DAY:
        raise InputError(f"There are {len(tests)} test doses.", expected=f"at most {MOST_A_DAY}")
    for test in tests:
        if test.dose.route is not Route.INTRATHECAL or test.duration_min:
            raise InputError(
                f"A test dose cannot be {test.dose.text} {test.dose.route.value}.",
                expected="an intrathecal bolus",
            )
        if not 0 <= test.start_min < MOST_DAYS * MINUTES_PER_DAY:
            raise InputError(
                f"A test dose cannot be at minute {test.start_min}.",
                expected=f"a time within days 1 to {MOST_DAYS}",
            )
        if test.dose.amount > MOST_AT_ONCE:
            raise InputError(
                f"A test dose of {test.dose.text} is more than anyone is given.",
                expected="at most 10 g",
            )
    for earlier, later in pairwise(tests):
        if later.start_min <= earlier.start_min:
            raise InputError(
                f"The test dose on {moment(later.start_min)} does not come after the one on "
                f"{moment(earlier.start_min)}.",
                expected="test doses in order of time",
            )
