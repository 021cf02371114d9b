"""Start a pump, turn it up or down at a visit, and shape its day.

By the cited steps only. A pump is never tapered to nothing from here: that is for its clinic.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import final

from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench.regimen import (
    PumpProgram,
    PumpStep,
    Regimen,
    Route,
)
from unclench.therapy import exact
from unclench.therapy.case import Origin
from unclench.therapy.plan import Plan, PlanStep
from unclench.therapy.pump import MOST_DAILY
from unclench.therapy.rule import standing
from unclench.units import Mass, Unit, mcg

__all__ = [
    "Adjustment",
    "PumpStart",
    "Setting",
    "Window",
    "adjust",
    "flex",
    "start_pump",
    "step_window",
    "titrate_pump",
]

LARGEST_TEST = "screening.dose_3"
START_FACTOR = "pump.start.factor"
LONG_EFFECT = "pump.start.equal_if_longer_than"
LONG_EFFECT_EU = "pump.start.equal_if_longer_than.eu"
START = "pump.start.words"
HOLD = "pump.start.hold"
INTERVAL = "pump.step.interval"
FLEX_STEPS = "pump.flex_steps"
SMALLEST = mcg("0.1")


@final
class Setting(Enum):
    """When a pump's dose is changed: in the first weeks, day by day, or at a refill."""

    AFTER_START = "after start"
    REFILL = "refill"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The change that the source allows, as shares of the dose; a fall is below 0.

    Args:
        lowest: The largest fall.
        smallest: The smallest rise that it names.
        highest: The largest rise.
        evidence: The keys it rests on.
    """

    lowest: Decimal
    smallest: Decimal
    highest: Decimal
    evidence: tuple[str, ...]


_RISES = {
    (Setting.AFTER_START, Origin.SPINAL): "pump.step.spinal",
    (Setting.AFTER_START, Origin.CEREBRAL): "pump.step.cerebral",
    (Setting.REFILL, Origin.SPINAL): "pump.refill.spinal_up",
    (Setting.REFILL, Origin.CEREBRAL): "pump.refill.cerebral_up",
}
_FALLS = {
    Origin.SPINAL: "pump.refill.spinal_down",
    Origin.CEREBRAL: "pump.refill.cerebral_down",
}


def step_window(*, setting: Setting, origin: Origin, evidence: Evidence) -> Window:
    """Give the change of the daily dose that the source allows at one time.

    A fall is cited for a refill only.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> window = step_window(
        ...     setting=Setting.AFTER_START, origin=Origin.SPINAL, evidence=load_evidence()
        ... )
        >>> window.highest
        Decimal('0.3')
    """
    rise = _RISES[setting, origin]
    smallest, highest = (exact.numbers(evidence, Unit.FRACTION, rise)[end] for end in (0, -1))
    if setting is Setting.AFTER_START:
        return Window(lowest=Decimal(0), smallest=smallest, highest=highest, evidence=(rise,))
    fall = _FALLS[origin]
    return Window(
        lowest=-exact.number(evidence, fall, Unit.FRACTION),
        smallest=smallest,
        highest=highest,
        evidence=(rise, fall),
    )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PumpStart:
    """The first daily dose of a pump, and why."""

    daily: Mass
    words: tuple[str, ...]
    evidence: tuple[str, ...]


def start_pump(
    effective: Mass, *, effect_hours: str | int | Decimal, bad_reaction: bool, evidence: Evidence
) -> PumpStart:
    """Give the first daily dose after a screening test.

    Twice the test dose that worked; the same amount where its effect was long or it was not borne
    well.

    Args:
        effective: The test dose that worked.
        effect_hours: How long its effect lasted.
        bad_reaction: Whether it was not borne well.
        evidence: The evidence base.

    Raises:
        InputError: if the dose is not a test dose, or the time is not one.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> start_pump(
        ...     mcg(50), effect_hours=6, bad_reaction=False, evidence=load_evidence()
        ... ).daily.text("micrograms")
        '100 micrograms'
    """
    largest = exact.mass(evidence, LARGEST_TEST)
    exact.amount(effective, "test dose that worked", most=largest, unit="micrograms")
    hours = exact.decimal(effect_hours, "time of effect", low="0.5", high="72", unit="hours")
    long_hours = exact.number(evidence, LONG_EFFECT, Unit.H)
    same = bad_reaction or hours > long_hours
    factor = Decimal(1) if same else exact.number(evidence, START_FACTOR, Unit.RATIO)
    because = (
        "the test dose was not borne well"
        if bad_reaction
        else (
            f"its effect lasted more than {long_hours:f} hours"
            if same
            else f"its effect did not last more than {long_hours:f} hours"
        )
    )
    daily = effective * factor
    words = (
        (
            f"{daily.text('micrograms')} over 24 hours: "
            f"{'the same as' if same else f'{factor:f} times'} the test dose, because {because}."
        ),
        evidence.statement(START).text,
        (
            f"The EU text says {exact.number(evidence, LONG_EFFECT_EU, Unit.H):f} hours instead of "
            f"{long_hours:f}. {' '.join(standing(evidence, (LONG_EFFECT_EU,)))}"
        ),
    )
    return PumpStart(
        daily=daily, words=words, evidence=(START_FACTOR, LONG_EFFECT, START, LONG_EFFECT_EU)
    )


def titrate_pump(
    start: Mass,
    *,
    target: Mass,
    origin: Origin,
    evidence: Evidence,
    rise: str | Decimal | None = None,
    every_days: int = 1,
) -> Plan:
    """Give the daily doses from the start of a pump up to a target, by the cited steps.

    Nothing rises in the first 24 hours, and then not more than once in 24 hours.

    Args:
        start: The first daily dose.
        target: The daily dose to stop at.
        origin: Where the spasticity comes from.
        evidence: The evidence base.
        rise: The share by which each step rises; the smallest that the source names if not given.
        every_days: Days between steps, at least 1.

    Raises:
        InputError: if the target is below the start, or the rise is not one the source allows.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> plan = titrate_pump(
        ...     mcg(100), target=mcg(115), origin=Origin.SPINAL, evidence=load_evidence()
        ... )
        >>> [step.daily_text for step in plan.steps]
        ['100 micrograms', '110 micrograms', '115 micrograms']
    """
    window = step_window(setting=Setting.AFTER_START, origin=origin, evidence=evidence)
    share = window.smallest if rise is None else _share(rise, window.highest)
    exact.amount(start, "first daily dose", most=MOST_DAILY, unit="micrograms")
    exact.amount(target, "target", most=MOST_DAILY, unit="micrograms")
    exact.whole(every_days, "time between steps", low=1, high=365, unit="days")
    if target < start:
        raise InputError(
            f"The target {target.text('micrograms')} is below the start.",
            expected=f"at least {start.text('micrograms')} a day",
        )
    levels = _rising(start, target, share)
    hold = exact.rounded(exact.number(evidence, HOLD, Unit.H))
    steps = tuple(
        PlanStep(
            first_day=1 + at * every_days,
            days=None if level == levels[-1] else every_days,
            daily=level,
            route=Route.INTRATHECAL,
            words=f"No rise in the first {hold} hours." if at == 0 else "",
        )
        for at, level in enumerate(levels)
    )
    program = tuple(PumpStep(((0, one.daily),), days=one.days) for one in steps)
    return Plan(
        kind="pump start",
        title=f"Pump: from {start.text('micrograms')} to {target.text('micrograms')} a day",
        protocol=f"us-label-{origin.value}",
        steps=steps,
        regimen=Regimen(pump=PumpProgram(program)),
        words=(evidence.statement(START).text,),
        evidence=(START, HOLD, INTERVAL, *window.evidence),
    )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A change of a pump's daily dose within what the source allows."""

    before: Mass
    after: Mass
    share: Decimal
    evidence: tuple[str, ...]


def adjust(
    daily: Mass, *, share: str | Decimal, setting: Setting, origin: Origin, evidence: Evidence
) -> Adjustment:
    """Give a pump's daily dose after a rise (above 0) or a fall (below 0) by a share.

    Raises:
        InputError: if the share is outside what the source allows for this time and origin.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> adjust(
        ...     mcg(200),
        ...     share="0.1",
        ...     setting=Setting.REFILL,
        ...     origin=Origin.SPINAL,
        ...     evidence=load_evidence(),
        ... ).after.text("micrograms")
        '220 micrograms'
    """
    exact.amount(daily, "daily dose", most=MOST_DAILY, unit="micrograms")
    window = step_window(setting=setting, origin=origin, evidence=evidence)
    change = exact.decimal(
        share, "change", low=f"{window.lowest:f}", high=f"{window.highest:f}", unit="of the dose"
    )
    return Adjustment(
        before=daily,
        after=_rounded(daily * (1 + change)),
        share=change,
        evidence=window.evidence,
    )


def flex(
    rates: tuple[tuple[int, Mass], ...],
    *,
    evidence: Evidence,
    boluses: tuple[tuple[int, Mass], ...] = (),
    days: int | None = None,
) -> PumpStep:
    """Give a day of the pump with several rates, as many as a pump can be told.

    Args:
        rates: (minute of the day, micrograms a day as a Mass) of each rate.
        evidence: The evidence base.
        boluses: (minute of the day, amount) of each bolus.
        days: How long it holds; None for no end.

    Raises:
        InputError: if there are more steps than a pump has.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> day = flex(((360, mcg(96)), (1320, mcg(192))), evidence=load_evidence())
        >>> day.mass_a_day.text("micrograms")
        '128 micrograms'
    """
    step = PumpStep(rates, boluses=boluses, days=days)
    most = exact.count(evidence, FLEX_STEPS)
    if len(rates) + len(boluses) > most:
        raise InputError(
            f"The day has {len(rates) + len(boluses)} steps.",
            expected=f"at most {most}, which is what a pump can be told",
            hint="join neighbours with nearly the same rate",
        )
    return step


def _rising(start: Mass, target: Mass, share: Decimal) -> list[Mass]:
    levels = [start]
    while levels[-1] < target:
        higher = max(_rounded(levels[-1] * (1 + share)), levels[-1] + SMALLEST)
        levels.append(min(higher, target))
    return levels


def _rounded(amount: Mass) -> Mass:
    """Round down to a tenth of a microgram, so that a step is never larger than its share."""
    tenths = Fraction(amount.in_mcg) / Fraction(SMALLEST.in_mcg)
    return SMALLEST * (tenths.numerator // tenths.denominator)


def _share(rise: str | Decimal, highest: Decimal) -> Decimal:
    return exact.decimal(rise, "rise", low="0.01", high=f"{highest:f}", unit="of the dose")
