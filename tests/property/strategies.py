"""Strategies that make masses, patients and regimens of every shape that is allowed."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from unclench.patient import Condition, Patient, TimeOfDay
from unclench.regimen import (
    MINUTES_PER_DAY,
    Administration,
    Dose,
    Formulation,
    OralRegimen,
    OralStep,
    PumpProgram,
    PumpStep,
    Regimen,
    Route,
)
from unclench.units import ZERO, Mass, mcg, mg

MINUTES_OF_DAY = st.integers(0, MINUTES_PER_DAY - 1)
STEP_DAYS = st.integers(1, 120)


def decimals(low: str, high: str, places: int) -> SearchStrategy[Decimal]:
    return st.decimals(low, high, allow_nan=False, allow_infinity=False, places=places)


@st.composite
def masses(draw: DrawFn) -> Mass:
    """Any mass up to 100 g: whole, with decimals, or a third of something."""
    return draw(
        st.one_of(
            st.integers(0, 10**8).map(mcg),
            decimals("0", "100000", 4).map(mg),
            decimals("0", "1000", 6).map(lambda number: mg(number) / 3),
        )
    )


def oral_amounts() -> SearchStrategy[Mass]:
    """A swallowed dose: usually a half or whole tablet, sometimes anything up to 10 g."""
    return st.one_of(
        st.sampled_from(["2.5", "5", "7.5", "10", "15", "20", "25", "30"]).map(mg),
        decimals("0.001", "10000", 3).map(mg),
        st.integers(1, 10**6).map(lambda number: mcg(number) / 7),
    )


def pump_amounts() -> SearchStrategy[Mass]:
    """A daily rate or a bolus: usually tens to hundreds of micrograms."""
    return st.one_of(
        st.integers(1, 2000).map(mcg),
        decimals("0.01", "3000", 2).map(mcg),
        st.integers(1, 10**6).map(lambda number: mcg(number) / 7),
    )


@st.composite
def timed(
    draw: DrawFn, amounts: SearchStrategy[Mass], *, least: int = 0, most: int = 8
) -> tuple[tuple[int, Mass], ...]:
    """Clock times in order, each with an amount."""
    minutes = draw(st.lists(MINUTES_OF_DAY, unique=True, min_size=least, max_size=most))
    return tuple((minute, draw(amounts)) for minute in sorted(minutes))


@st.composite
def oral_steps(draw: DrawFn, *, endless: bool) -> OralStep:
    times = draw(timed(oral_amounts()))
    return OralStep(
        times,
        days=None if endless else draw(STEP_DAYS),
        every_days=draw(st.integers(1, 9)) if times else 1,
    )


@st.composite
def oral_regimens(draw: DrawFn) -> OralRegimen:
    """Everything that may be swallowed, in up to five steps."""
    endless = draw(st.booleans())
    steps = draw(st.lists(oral_steps(endless=False), min_size=not endless, max_size=4))
    if endless:
        steps.append(draw(oral_steps(endless=True)))
    return OralRegimen(tuple(steps), draw(st.sampled_from(Formulation)), draw(st.booleans()))


@st.composite
def pump_steps(draw: DrawFn, *, endless: bool) -> PumpStep:
    rates = st.one_of(pump_amounts(), st.just(ZERO))
    segments = draw(timed(rates, least=1))
    if len(segments) == 1:
        segments = ((0, segments[0][1]),)
    return PumpStep(
        segments,
        draw(timed(pump_amounts(), most=4)),
        None if endless else draw(STEP_DAYS),
    )


@st.composite
def pump_programs(draw: DrawFn) -> PumpProgram:
    """Everything that a pump may be told, in up to four steps."""
    endless = draw(st.booleans())
    steps = draw(st.lists(pump_steps(endless=False), min_size=not endless, max_size=3))
    if endless:
        steps.append(draw(pump_steps(endless=True)))
    return PumpProgram(tuple(steps))


@st.composite
def screenings(draw: DrawFn) -> tuple[Administration, ...]:
    """Up to four boluses of a screening, in order of time."""
    starts = draw(st.lists(st.integers(0, 20 * MINUTES_PER_DAY), unique=True, max_size=4))
    return tuple(
        Administration(start, Dose(draw(pump_amounts()), Route.INTRATHECAL))
        for start in sorted(starts)
    )


@st.composite
def plans(draw: DrawFn) -> Regimen:
    """A regimen without changes."""
    oral = draw(st.none() | oral_regimens())
    pump = draw(st.none() | pump_programs())
    tests = draw(st.just(()) | screenings())
    if oral is None and pump is None and not tests:
        oral = draw(oral_regimens())
    return Regimen(oral=oral, pump=pump, tests=tests)


@st.composite
def regimens(draw: DrawFn) -> Regimen:
    """A regimen with doses missed, doubled and stopped, if it has any to change."""
    plan = draw(plans())
    if draw(st.booleans()):
        plan = plan.stopping(draw(st.integers(0, _last_minute(plan))))
    taken = swallowed_minutes(plan)
    if taken:
        changed = draw(st.lists(st.sampled_from(taken), unique=True, max_size=6))
        missed = draw(st.integers(0, len(changed)))
        plan = plan.missing(*changed[:missed]).doubling(*changed[missed:])
    return plan


def _last_minute(plan: Regimen) -> int:
    days = plan.duration_days
    if days is None:
        return 60 * MINUTES_PER_DAY
    parts = [part.days for part in (plan.oral, plan.pump) if part is not None]
    if parts and max(days for days in parts if days is not None) == days:
        return days * MINUTES_PER_DAY - 1
    return plan.tests[-1].start_min


def swallowed_minutes(regimen: Regimen, days: int = 30) -> list[int]:
    """The minutes at which something is swallowed in the first days."""
    return [
        given.start_min
        for given in regimen.administrations(days * MINUTES_PER_DAY)
        if given.dose.route is Route.ORAL
    ]


@st.composite
def patients(draw: DrawFn) -> Patient:
    """Anyone whom the model accepts."""
    values = {
        "weight_kg": draw(st.floats(25, 250)),
        "age_years": draw(st.floats(12, 110)),
        "crcl_ml_per_min": draw(st.floats(0, 200)),
        "spasms_per_day": draw(st.floats(0, 500)),
        "worst_time": draw(st.sampled_from(TimeOfDay)),
        "ashworth": draw(st.floats(1, 5)),
        "conditions": draw(st.frozensets(st.sampled_from(Condition), max_size=5)),
        "medications": tuple(draw(st.lists(st.sampled_from(["tizanidine", "diazepam"])))),
        "weeks_on_baclofen": draw(st.none() | st.floats(0, 5200)),
        "country": draw(st.sampled_from([None, "GB", "DE", "US"])),
    }
    assert values.keys() == {field.name for field in fields(Patient)}
    return Patient(**values)
