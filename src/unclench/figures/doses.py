"""Marks below the time axis: single doses, a pump that runs, over many days changes of dose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from unclench.figures.chart import Mark, MarkKind
from unclench.figures.colours import Ink
from unclench.regimen import MINUTES_PER_DAY, Administration, Route
from unclench.units import ZERO, Mass

DAY_H: Final = 24.0


def dose_marks(
    given: Iterable[Administration], *, start_h: float, end_h: float, long: bool
) -> tuple[Mark, ...]:
    """The marks of what is given between two hours.

    Args:
        given: All that is given.
        start_h: Where the axis begins.
        end_h: Where it ends.
        long: Whether each day is one point, so that single doses are too many to mark.
    """
    shown = sorted(
        (one for one in given if one.end_min / 60 >= start_h and one.start_min / 60 < end_h),
        key=lambda one: one.start_min,
    )
    return changes_of_dose(shown, end_h=end_h) if long else every_dose(shown)


def every_dose(given: list[Administration]) -> tuple[Mark, ...]:
    """A mark for each dose; stretches of a running pump that follow one another become one."""
    marks: list[Mark] = []
    running: Mark | None = None
    for one in given:
        start_h, end_h = one.start_min / 60, one.end_min / 60
        if end_h == start_h:
            ink = Ink.TABLET if one.dose.route is Route.ORAL else Ink.PUMP
            marks.append(Mark(start_h=start_h, end_h=end_h, words=one.dose.text, ink=ink))
        elif running is not None and abs(running.end_h - start_h) < 1e-6:
            running = replace(running, end_h=end_h)
        else:
            marks += [running] if running else []
            running = Mark(
                start_h=start_h, end_h=end_h, words="", ink=Ink.PUMP, kind=MarkKind.RUNNING
            )
    return (*marks, running) if running else tuple(marks)


def changes_of_dose(given: list[Administration], *, end_h: float) -> tuple[Mark, ...]:
    """A mark on each day whose amount differs from that of the day before, up to the last day."""
    amounts: dict[tuple[Route, int], Mass] = {}
    for one in given:
        for day, amount in amount_by_day(one):
            amounts[one.dose.route, day] = amounts.get((one.dose.route, day), ZERO) + amount
    marks = []
    for route in sorted({route for route, _ in amounts}, key=lambda route: route.value):
        before = ZERO
        for day in range(int(end_h / DAY_H + 1e-9)):
            amount = amounts.get((route, day), ZERO)
            if amount != before:
                marks.append(change_of_dose(route, day, amount))
            before = amount
    return tuple(marks)


def change_of_dose(route: Route, day: int, amount: Mass) -> Mark:
    """The mark of a day, counted from 0, on which another amount begins."""
    oral = route is Route.ORAL
    return Mark(
        start_h=DAY_H * day,
        end_h=DAY_H * day,
        words=amount.text("mg" if oral else "micrograms") if amount else "none",
        ink=Ink.TABLET if oral else Ink.PUMP,
        kind=MarkKind.CHANGE,
    )


def amount_by_day(one: Administration) -> list[tuple[int, Mass]]:
    """How much of an administration falls on each day, counted from 0."""
    first = one.start_min // MINUTES_PER_DAY
    if one.duration_min == 0:
        return [(first, one.dose.amount)]
    days = range(first, (one.end_min - 1) // MINUTES_PER_DAY + 1)
    minutes = [
        min(one.end_min, MINUTES_PER_DAY * (d + 1)) - max(one.start_min, MINUTES_PER_DAY * d)
        for d in days
    ]
    whole = one.dose.amount
    return [(d, whole * m / one.duration_min) for d, m in zip(days, minutes, strict=True)]
