"""The simple controls: four ways to take baclofen, and the plan that each of them stands for.

A plan in words can say more than the controls can show; then there is no way to choose, and the
page shows the words alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, final

from unclench.regimen import (
    Formulation,
    OralRegimen,
    OralStep,
    PumpProgram,
    PumpStep,
    Regimen,
)
from unclench.units import ZERO, Mass
from unclench_site.explore.choices import Choice

Timed = tuple[tuple[int, Mass], ...]
"""(minute of the day, amount) of each dose, in order of time."""

NIGHT_STARTS_MIN: Final = 22 * 60
NIGHT_ENDS_MIN: Final = 6 * 60
NIGHT_H: Final = 8
MOST_ROWS: Final = 6


@final
class Way(Choice):
    """How baclofen is taken, as the first choice on the page."""

    TABLETS = "tablets", "Tablets"
    LIQUID = "liquid", "Liquid"
    PUMP = "pump", "Pump"
    BOTH = "both", "Tablets and pump"

    @property
    def has_tablets(self) -> bool:
        """Whether tablets are part of it."""
        return self in (Way.TABLETS, Way.BOTH)

    @property
    def has_pump(self) -> bool:
        """Whether a pump is part of it."""
        return self in (Way.PUMP, Way.BOTH)


@final
class Program(Choice):
    """How the pump spreads its day."""

    EVEN = "even", "The same at every hour"
    NIGHT = "night", "More at night (22:00 to 06:00)"
    BOLUS = "bolus", "The same, with one extra dose"


LIQUIDS: Final = {
    "1": Formulation.LIQUID_1,
    "2": Formulation.LIQUID_2,
    "5": Formulation.LIQUID_5,
}
STRENGTHS: Final = {liquid: strength for strength, liquid in LIQUIDS.items()}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PumpDay:
    """One day of the pump, as the simple controls hold it.

    Args:
        daily: Micrograms a day; the extra dose comes on top.
        program: How it is spread.
        night_percent: For Program.NIGHT, the share of the day's amount from 22:00 to 06:00.
        bolus: For Program.BOLUS, the extra dose.
        bolus_min: For Program.BOLUS, its minute of the day.
    """

    daily: Mass
    program: Program = Program.EVEN
    night_percent: int = 50
    bolus: Mass = ZERO
    bolus_min: int = NIGHT_STARTS_MIN

    def to_program(self) -> PumpProgram:
        """Give the pump's program, repeated without end."""
        return PumpProgram((PumpStep(self._segments(), boluses=self._boluses()),))

    def _segments(self) -> Timed:
        if self.program is not Program.NIGHT:
            return ((0, self.daily),)
        night = self.daily * Decimal(self.night_percent) * 24 / (100 * NIGHT_H)
        day = self.daily * Decimal(100 - self.night_percent) * 24 / (100 * (24 - NIGHT_H))
        return ((NIGHT_ENDS_MIN, day), (NIGHT_STARTS_MIN, night))

    def _boluses(self) -> Timed:
        return ((self.bolus_min, self.bolus),) if self.program is Program.BOLUS else ()

    @classmethod
    def of(cls, program: PumpProgram) -> PumpDay | None:
        """Give the controls that stand for a program, or None if it says more than they can."""
        if len(program.steps) > 1 or program.steps[0].days is not None:
            return None
        step = program.steps[0]
        if len(step.segments) == 1 and len(step.boluses) <= 1:
            daily = step.segments[0][1]
            if not step.boluses:
                return cls(daily=daily)
            at_min, bolus = step.boluses[0]
            return cls(daily=daily, program=Program.BOLUS, bolus=bolus, bolus_min=at_min)
        return cls._of_nights(step)

    @classmethod
    def _of_nights(cls, step: PumpStep) -> PumpDay | None:
        daily = step.mass_a_day
        if not daily or step.boluses:
            return None
        night_rate = dict(step.segments).get(NIGHT_STARTS_MIN, ZERO)
        percent = round(100 * NIGHT_H * (night_rate / daily) / 24)
        found = cls(daily=daily, program=Program.NIGHT, night_percent=percent)
        return found if found._segments() == step.segments else None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan as the simple controls hold it.

    Args:
        way: How baclofen is taken.
        doses: What is swallowed each day; empty for a pump alone.
        formulation: What is swallowed.
        with_food: Whether every dose goes with food.
        pump: One day of the pump; None without one.
    """

    way: Way
    doses: Timed = ()
    formulation: Formulation = Formulation.TABLET
    with_food: bool = False
    pump: PumpDay | None = None

    def to_regimen(self) -> Regimen:
        """Give the regimen, without end.

        Raises:
            InputError: The doses do not make a regimen: a time is there twice, or there is nothing.
        """
        oral = None
        if self.doses:
            step = OralStep(tuple(sorted(self.doses, key=_minute)))
            oral = OralRegimen((step,), self.formulation, with_food=self.with_food)
        pump = self.pump.to_program() if self.pump else None
        return Regimen(oral=oral, pump=pump)

    @classmethod
    def of(cls, regimen: Regimen) -> Plan | None:
        """Give the plan that stands for a regimen, or None if it says more than the controls can.

        Example:
            >>> from unclench.regimen import OralRegimen, OralStep
            >>> from unclench.units import mg
            >>> three = Regimen(oral=OralRegimen((OralStep(((480, mg(10)),)),)))
            >>> Plan.of(three).way.words
            'Tablets'
        """
        if regimen.tests or regimen.changes:
            return None
        pump = PumpDay.of(regimen.pump) if regimen.pump else None
        if regimen.pump and pump is None:
            return None
        if regimen.oral is None:
            return cls(way=Way.PUMP, pump=pump)
        return cls._of_oral(regimen.oral, pump)

    @classmethod
    def _of_oral(cls, oral: OralRegimen, pump: PumpDay | None) -> Plan | None:
        step = oral.steps[0]
        simple = len(oral.steps) == 1 and step.days is None and step.every_days == 1
        if not simple or not 1 <= len(step.times) <= MOST_ROWS:
            return None
        is_liquid = oral.formulation in STRENGTHS
        if oral.formulation is Formulation.GRANULES or (is_liquid and pump):
            return None
        way = Way.LIQUID if is_liquid else Way.BOTH if pump else Way.TABLETS
        return cls(
            way=way,
            doses=step.times,
            formulation=oral.formulation,
            with_food=oral.with_food,
            pump=pump,
        )


def _minute(timed: tuple[int, Mass]) -> int:
    return timed[0]
