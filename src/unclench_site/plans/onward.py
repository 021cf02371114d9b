"""The rest of a regimen from one of its days on, with that day as its day 1."""

from __future__ import annotations

from dataclasses import replace

from unclench.regimen import OralRegimen, OralStep, PumpProgram, PumpStep, Regimen

__all__ = ["NOTHING", "onward"]

NOTHING = Regimen(oral=OralRegimen((OralStep(()),)))
"""No baclofen is swallowed, and there is no pump."""


def onward(regimen: Regimen, *, day: int) -> Regimen:
    """Give what is left of a regimen from a day on.

    A part that has ended by then becomes "nothing" swallowed, or no pump.

    Args:
        regimen: A regimen without changes and tests.
        day: The day that becomes day 1; 1 gives the regimen back.

    Example:
        >>> from unclench.regimen import format, parse
        >>> format(onward(parse("5 mg x1 for 3 days then 10 mg x1"), day=3))
        '5 mg at 08:00 for 1 day then 10 mg at 08:00'
        >>> format(onward(parse("5 mg x1 every 2 days"), day=2))
        'nothing for 1 day then 5 mg at 08:00 every 2 days'
    """
    oral = None if regimen.oral is None else _oral(regimen.oral, day - 1)
    pump = None if regimen.pump is None else _pump(regimen.pump, day - 1)
    return NOTHING if oral is None and pump is None else Regimen(oral=oral, pump=pump)


def _oral(oral: OralRegimen, passed: int) -> OralRegimen:
    left: list[OralStep] = []
    for step in oral.steps:
        if step.days is not None and passed >= step.days:
            passed -= step.days
            continue
        left += _cut_oral(step, passed)
        passed = 0
    return replace(oral, steps=tuple(left) or (OralStep(()),))


def _cut_oral(step: OralStep, passed: int) -> list[OralStep]:
    """Cut the days that have passed; a rhythm of days keeps its beat."""
    days = None if step.days is None else step.days - passed
    wait = -passed % step.every_days
    if not wait:
        return [replace(step, days=days)]
    if days is not None and days <= wait:
        return [OralStep((), days=days)]
    rest = None if days is None else days - wait
    return [OralStep((), days=wait), replace(step, days=rest)]


def _pump(pump: PumpProgram, passed: int) -> PumpProgram | None:
    left: list[PumpStep] = []
    for step in pump.steps:
        if step.days is not None and passed >= step.days:
            passed -= step.days
            continue
        left.append(replace(step, days=None if step.days is None else step.days - passed))
        passed = 0
    return replace(pump, steps=tuple(left)) if left else None
