"""What became of a plan: doses missed or doubled, everything stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import final

from unclench.errors import InputError
from unclench.regimen.doses import MINUTES_PER_DAY, Administration, Route, moment
from unclench.regimen.steps import MOST_DAYS, OralRegimen, PumpProgram

__all__ = ["Change", "ChangeKind", "check_changes", "in_order", "stop_min"]


@final
class ChangeKind(Enum):
    """What became of the plan."""

    MISSED = "missed"
    DOUBLED = "doubled"
    STOPPED = "stopped"


@final
@dataclass(frozen=True, slots=True)
class Change:
    """One recorded departure from the plan.

    Args:
        at_min: Minutes since 00:00 of day 1.
        kind: A swallowed dose missed or doubled, or everything stopped from then on.
        route: What stopped; None for both routes. Missed and doubled are always None, for they
            mean swallowed doses.

    Raises:
        InputError: if the time is not a whole minute from 0 up, or a route is given with a dose.

    Example:
        >>> from unclench.regimen import Change, ChangeKind, Route
        >>> Change(8 * 60, ChangeKind.STOPPED).stops(Route.ORAL)
        True
    """

    at_min: int
    kind: ChangeKind
    route: Route | None = None

    def __post_init__(self) -> None:
        """Refuse a time that is not one."""
        if type(self.at_min) is not int or not 0 <= self.at_min <= MOST_DAYS * MINUTES_PER_DAY:
            raise InputError(
                f"A change of the plan cannot be at minute {self.at_min!r}.",
                expected=f"whole minutes since 00:00 of day 1, within {MOST_DAYS} days",
            )
        if not isinstance(self.kind, ChangeKind):
            raise InputError(f"There is no change {self.kind!r}.", expected="a ChangeKind")
        if self.route is None:
            return
        if not isinstance(self.route, Route):
            raise InputError(f"There is no route {self.route!r}.", expected="a Route or None")
        if self.kind is not ChangeKind.STOPPED:
            raise InputError(
                f"A {self.kind.value} dose does not name its route.",
                expected="no route, for only swallowed doses are missed or doubled",
            )

    def stops(self, route: Route) -> bool:
        """Tell whether this ends what is given by a route."""
        return self.kind is ChangeKind.STOPPED and self.route in (None, route)


def in_order(change: Change) -> tuple[int, str, str]:
    """Give the key that sorts changes."""
    return change.at_min, change.kind.value, "" if change.route is None else change.route.value


def stop_min(changes: Sequence[Change], route: Route) -> int | None:
    """Give the minute at which a route was stopped, or None."""
    return next((change.at_min for change in changes if change.stops(route)), None)


def check_changes(
    changes: tuple[Change, ...],
    *,
    oral: OralRegimen | None,
    pump: PumpProgram | None,
    tests: tuple[Administration, ...],
) -> None:
    """Raise InputError unless every change fits the plan."""
    _check_sequence(changes)
    _check_stops(changes, {Route.ORAL: _oral_end(oral), Route.INTRATHECAL: _end(pump, tests)})
    doses = [change for change in changes if change.kind is not ChangeKind.STOPPED]
    for earlier, later in pairwise(doses):
        if earlier.at_min == later.at_min:
            raise InputError(
                f"The dose on {moment(later.at_min)} is changed twice: "
                f"{earlier.kind.value} and {later.kind.value}.",
                expected="one change for each dose",
            )
    for change in doses:
        _check_due(change, oral, stop_min(changes, Route.ORAL))


def _check_sequence(changes: object) -> None:
    if not isinstance(changes, tuple) or not all(isinstance(one, Change) for one in changes):
        raise InputError(f"The changes cannot be {changes!r}.", expected="a tuple of Change")
    for earlier, later in pairwise(changes):
        if in_order(later) < in_order(earlier):
            raise InputError(
                f"The change on {moment(later.at_min)} comes after the one on "
                f"{moment(earlier.at_min)}.",
                expected="changes in order of time",
                hint="make them with missing(), doubling() and stopping()",
            )


def _check_stops(changes: Sequence[Change], ends: dict[Route, int | None]) -> None:
    for route in Route:
        stops = [change for change in changes if change.stops(route)]
        if len(stops) > 1:
            raise InputError(
                f"The {_NAMES[route]} cannot stop on {moment(stops[1].at_min)}: "
                f"it stopped on {moment(stops[0].at_min)}.",
                expected="one stop for each route",
            )
    for change in changes:
        if change.kind is ChangeKind.STOPPED:
            _check_stop(change, [end for route, end in ends.items() if change.stops(route)])


def _check_stop(stop: Change, ends: list[int | None]) -> None:
    if None in ends:
        return
    latest = max(end for end in ends if end is not None)
    if stop.route is not None and latest == 0:
        raise InputError(
            f"There is no {_NAMES[stop.route]} to stop.",
            expected="a route that the regimen uses",
            hint="'stopped', without naming what, stops everything",
        )
    if stop.at_min >= latest:
        raise InputError(
            f"Nothing is left to stop on {moment(stop.at_min)}.",
            expected=f"a time before the plan ends on {moment(latest)}",
        )


def _oral_end(oral: OralRegimen | None) -> int | None:
    """Give the minute at which the plan ends: None for never, 0 if there is none."""
    if oral is None:
        return 0
    return None if oral.days is None else oral.days * MINUTES_PER_DAY


def _end(pump: PumpProgram | None, tests: tuple[Administration, ...]) -> int | None:
    tested = tests[-1].start_min + 1 if tests else 0
    if pump is None:
        return tested
    return None if pump.days is None else max(tested, pump.days * MINUTES_PER_DAY)


def _check_due(change: Change, oral: OralRegimen | None, stop: int | None) -> None:
    if oral is None:
        raise InputError(
            f"No dose can be {change.kind.value}: nothing is swallowed in this regimen.",
            expected="a regimen with something to swallow",
            hint="for a pump that fails, 'stopped pump day 3 14:00'",
        )
    if stop is not None and change.at_min >= stop:
        raise InputError(
            f"The dose on {moment(change.at_min)} cannot be {change.kind.value}: "
            f"swallowing stopped on {moment(stop)}.",
            expected=f"a time before {moment(stop)}",
        )
    if oral.amount_at(change.at_min) is None:
        near = [moment(at) for at in _nearest_doses(oral, change.at_min)]
        raise InputError(
            f"No dose is due on {moment(change.at_min)}, so none can be {change.kind.value}.",
            expected="the time of a planned dose",
            hint=f"the nearest: {' or '.join(near)}" if near else "",
        )


def _nearest_doses(oral: OralRegimen, at_min: int) -> list[int]:
    """Give the last dose before a minute and the first after it, as far as they exist."""
    before: list[Administration] = []
    after: list[Administration] = []
    for days in (1, 8, 64, 2 * MOST_DAYS):
        reach = days * MINUTES_PER_DAY
        before = before or oral.administrations(max(0, at_min - reach), at_min)
        after = after or oral.administrations(at_min, at_min + reach)
    return [one.start_min for one in (*before[-1:], *after[:1])]


_NAMES = {Route.ORAL: "swallowing", Route.INTRATHECAL: "pump"}
