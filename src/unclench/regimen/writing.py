"""How a regimen is written down, in one way only."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context

from unclench.errors import InputError
from unclench.regimen.changes import Change
from unclench.regimen.doses import (
    MINUTES_PER_DAY,
    Administration,
    Formulation,
    Route,
    clock,
    moment,
)
from unclench.regimen.model import Regimen
from unclench.regimen.steps import OralRegimen, OralStep, PumpProgram, PumpStep, TimedMass
from unclench.regimen.tokens import MOST_CHARACTERS
from unclench.units import DIGITS, ZERO, Mass

__all__ = ["format"]

_EXACT = Context(prec=DIGITS + 1)
"""One digit more than a Mass has, which is what halving or dividing by five can need."""


def format(regimen: Regimen) -> str:
    """Write a regimen in the one form that `parse()` gives back unchanged.

    Args:
        regimen: What is to be given.

    Raises:
        InputError: if the text would be longer than the 2000 characters that `parse()` reads.

    Example:
        >>> from unclench import format, parse
        >>> format(parse("5 mg x3 for 2 weeks then 10 mg at 8 am and 8 pm"))
        '5 mg at 08:00, 14:00, 20:00 for 14 days then 10 mg at 08:00, 20:00'
    """
    parts = []
    if regimen.oral is not None:
        parts.append(_oral(regimen.oral))
    if regimen.pump is not None:
        parts.append(_pump(regimen.pump))
    if regimen.tests:
        parts.append(", then ".join(_test(test) for test in regimen.tests))
    changes = [_change(change, regimen.oral) for change in regimen.changes]
    text = ", ".join([" + ".join(parts), *changes])
    if len(text) > MOST_CHARACTERS:
        raise InputError(
            f"The regimen would take {len(text)} characters to write.",
            expected=f"one that fits into {MOST_CHARACTERS}",
            hint="fewer steps or fewer changes",
        )
    return text


def _oral(oral: OralRegimen) -> str:
    steps = " then ".join(_oral_step(step, oral.formulation) for step in oral.steps)
    start = "" if oral.formulation is Formulation.TABLET else f"{oral.formulation.value}: "
    return f"{start}{steps}{' with food' if oral.with_food else ''}"


def _oral_step(step: OralStep, formulation: Formulation) -> str:
    groups = [
        f"{_swallowed(amount, formulation)} at {_clocks(minutes)}"
        for amount, minutes in _grouped(step.times)
    ]
    doses = " and ".join(groups) or "nothing"
    if step.every_days > 1:
        every = f"every {step.every_days} days"
        doses = f"{doses} {every}" if len(groups) == 1 else f"{every}: {doses}"
    return f"{doses}{_for_days(step.days)}"


def _swallowed(amount: Mass, formulation: Formulation) -> str:
    if formulation.mg_per_ml is None:
        return amount.text("mg")
    volume = _EXACT.normalize(_EXACT.divide(amount.in_mg, formulation.mg_per_ml))
    if len(volume.as_tuple().digits) > DIGITS:
        return amount.text("mg")
    return f"{volume:f} mL"


def _pump(pump: PumpProgram) -> str:
    return "pump " + " then ".join(_pump_step(step) for step in pump.steps)


def _pump_step(step: PumpStep) -> str:
    if step.segments == ((0, ZERO),) and not step.boluses:
        return f"off{_for_days(step.days)}"
    starts = [start for start, _ in step.segments]
    ends = [*starts[1:], starts[0] or MINUTES_PER_DAY]
    rates = [f"{rate.text('micrograms')}/day" for _, rate in step.segments]
    if len(rates) > 1:
        rates = [
            f"{rate} {clock(start)}-{clock(end)}"
            for rate, start, end in zip(rates, starts, ends, strict=True)
        ]
    boluses = [
        f"bolus {amount.text('micrograms')} at {_clocks(minutes)}"
        for amount, minutes in _grouped(step.boluses)
    ]
    return f"{', '.join(rates + boluses)}{_for_days(step.days)}"


def _test(test: Administration) -> str:
    day, minute = divmod(test.start_min, MINUTES_PER_DAY)
    return f"test dose {test.dose.text} on day {day + 1} at {clock(minute)}"


def _change(change: Change, oral: OralRegimen | None) -> str:
    what = ""
    if change.route is Route.INTRATHECAL:
        what = "pump "
    elif change.route is Route.ORAL and oral is not None:
        what = {Formulation.TABLET: "tablets ", Formulation.GRANULES: "granules "}.get(
            oral.formulation, "liquid "
        )
    return f"{change.kind.value} {what}{moment(change.at_min)}"


def _grouped(timed: Iterable[TimedMass]) -> list[tuple[Mass, list[int]]]:
    """Give each amount once with all its times, in order of their first time."""
    groups: dict[Mass, list[int]] = {}
    for minute, amount in timed:
        groups.setdefault(amount, []).append(minute)
    return list(groups.items())


def _clocks(minutes: Iterable[int]) -> str:
    return ", ".join(clock(minute) for minute in minutes)


def _for_days(days: int | None) -> str:
    if days is None:
        return ""
    return f" for {days} day{'' if days == 1 else 's'}"
