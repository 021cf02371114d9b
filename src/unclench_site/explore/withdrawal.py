"""Withdrawal as the page tells it: what comes on top of the same plan's own ups and downs.

The model's withdrawal is what the brain is used to, less what it gets now. Between two tablets that
difference opens and closes every day, however steady the plan is: a trough, and no withdrawal. So a
plan is held against itself: the same plan without its falls, held steady, at the same times.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np

from unclench.evidence import Evidence
from unclench.pharmacology.simulate import TimeCourse, simulate
from unclench.regimen import PumpProgram, Regimen, Route
from unclench.units import Mass

NO_CURVE: Final = (
    "no curve can show it for a pump: a pump that stops or runs dry is an emergency, "
    "whatever a model says"
)
DO_NOT_READ: Final = "Withdrawal: this curve says nothing about a pump that stops"


def held(regimen: Regimen) -> Regimen:
    """The same plan up to its first fall, and from there on held steady for good.

    Example:
        >>> from unclench.regimen import format, parse
        >>> format(held(parse("20 mg at 08:00 for 3 days then 10 mg at 08:00, missed day 2 08:00")))
        '20 mg at 08:00'
    """
    oral, pump = regimen.oral, regimen.pump
    if oral is not None:
        swallowed = oral.steps[: risen([step.mass_on(1) for step in oral.steps])]
        oral = replace(oral, steps=(*swallowed[:-1], replace(swallowed[-1], days=None)))
    if pump is not None:
        given = pump.steps[: risen([step.mass_a_day for step in pump.steps])]
        pump = PumpProgram((*given[:-1], replace(given[-1], days=None)))
    return Regimen(oral=oral, pump=pump, tests=regimen.tests)


def risen(daily: list[Mass]) -> int:
    """How many steps there are before the first that gives less than the one before it."""
    falls = (place for place, (a, b) in enumerate(pairwise(daily), start=1) if b < a)
    return next(falls, len(daily))


def above_its_own(course: TimeCourse, *, evidence: Evidence) -> TimeCourse:
    """The same course with its withdrawal above that of the same plan held steady.

    A plan without any fall has none.
    """
    steady = held(course.regimen)
    if steady == course.regimen:
        return replace(course, withdrawal=np.zeros_like(course.withdrawal))
    days = round(float(course.time_h[-1]) / 24)
    usual = simulate(course.patient, steady, evidence=evidence, days=days, step_min=course.step_min)
    rest = np.maximum(0.0, course.withdrawal - usual.withdrawal)
    return replace(course, withdrawal=rest)


def pump_falls(regimen: Regimen) -> bool:
    """Whether the pump gives less at some time than before, or stops.

    Example:
        >>> from unclench.regimen import parse
        >>> plan = parse("pump 200 micrograms/day")
        >>> pump_falls(plan), pump_falls(plan.stopping(1440))
        (False, True)
    """
    if regimen.pump is None:
        return False
    stops = any(change.stops(Route.INTRATHECAL) for change in regimen.changes)
    return stops or held(regimen).pump != regimen.pump
