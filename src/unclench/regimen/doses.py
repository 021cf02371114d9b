"""A dose, and the fact that one was given."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import final

from unclench.errors import InputError
from unclench.units import Mass

__all__ = [
    "MINUTES_PER_DAY",
    "Administration",
    "Dose",
    "Formulation",
    "Route",
    "clock",
    "moment",
]

MINUTES_PER_DAY = 1440


@final
class Route(Enum):
    """The way in: swallowed, or by the pump or a needle into the fluid around the spinal cord."""

    ORAL = "oral"
    INTRATHECAL = "intrathecal"


@final
class Formulation(Enum):
    """What is swallowed; a liquid always has a strength."""

    TABLET = "tablet"
    GRANULES = "granules"
    LIQUID_1 = "liquid 1 mg/mL"
    LIQUID_2 = "liquid 2 mg/mL"
    LIQUID_5 = "liquid 5 mg/mL"

    @property
    def mg_per_ml(self) -> Decimal | None:
        """The strength of a liquid in mg/mL; None for what is not a liquid.

        Example:
            >>> from unclench.regimen import Formulation
            >>> Formulation.LIQUID_5.mg_per_ml
            Decimal('5')
        """
        return _STRENGTHS.get(self)


_STRENGTHS = {
    Formulation.LIQUID_1: Decimal(1),
    Formulation.LIQUID_2: Decimal(2),
    Formulation.LIQUID_5: Decimal(5),
}


@final
@dataclass(frozen=True, slots=True)
class Dose:
    """An amount of baclofen by a route.

    Args:
        amount: How much; more than nothing.
        route: The way in.
        formulation: What is swallowed; needed for an oral dose, None for an intrathecal one.

    Raises:
        InputError: if the amount is nothing, or the formulation does not go with the route.

    Example:
        >>> from unclench.regimen import Dose, Route
        >>> from unclench.units import mcg
        >>> Dose(mcg(50), Route.INTRATHECAL).text
        '50 micrograms'
    """

    amount: Mass
    route: Route
    formulation: Formulation | None = None

    def __post_init__(self) -> None:
        """Refuse a dose that nobody could give."""
        if not isinstance(self.amount, Mass):
            raise InputError(
                f"A dose cannot be {self.amount!r}.",
                expected="a Mass",
                hint='mg("10") or mcg("50")',
            )
        if not self.amount:
            raise InputError("A dose of nothing is no dose.", expected="more than nothing")
        if not isinstance(self.route, Route):
            raise InputError(f"There is no route {self.route!r}.", expected="a Route")
        if self.route is Route.ORAL and not isinstance(self.formulation, Formulation):
            raise InputError(
                "An oral dose does not say what is swallowed.",
                expected="a Formulation",
                hint="Formulation.TABLET",
            )
        if self.route is Route.INTRATHECAL and self.formulation is not None:
            raise InputError(
                "An intrathecal dose is not swallowed.", expected="no formulation for this route"
            )

    @property
    def text(self) -> str:
        """The amount in the unit that its route asks for: mg swallowed, micrograms intrathecal."""
        return self.amount.text("mg" if self.route is Route.ORAL else "micrograms")


@final
@dataclass(frozen=True, slots=True)
class Administration:
    """A dose given at a time: a fact.

    Args:
        start_min: Minutes since 00:00 of day 1; below 0 is before day 1.
        dose: What was given, in all.
        duration_min: How long the giving took, at a steady rate; 0 if swallowed or a bolus.
        with_food: Whether it was taken with food.

    Raises:
        InputError: if a time is not a whole number, the duration is below 0, or something
            swallowed takes time.

    Example:
        >>> from unclench.regimen import Administration, Dose, Formulation, Route
        >>> from unclench.units import mg
        >>> ten = Dose(mg(10), Route.ORAL, Formulation.TABLET)
        >>> Administration(8 * 60, ten).end_min
        480
    """

    start_min: int
    dose: Dose
    duration_min: int = 0
    with_food: bool = False

    def __post_init__(self) -> None:
        """Refuse a time that is not one."""
        if type(self.start_min) is not int or type(self.duration_min) is not int:
            raise InputError(
                f"An administration cannot start at {self.start_min!r} "
                f"and last {self.duration_min!r}.",
                expected="whole minutes",
            )
        if self.duration_min < 0:
            raise InputError(
                f"An administration cannot last {self.duration_min} minutes.",
                expected="0 minutes or more",
            )
        if self.dose.route is Route.ORAL:
            if self.duration_min:
                raise InputError(
                    "Something swallowed does not run over time.", expected="a duration of 0"
                )
        elif self.with_food:
            raise InputError(
                "An intrathecal dose does not go with food.", expected="with_food=False"
            )

    @property
    def end_min(self) -> int:
        """The minute at which the giving ends."""
        return self.start_min + self.duration_min


def clock(minute_of_day: int) -> str:
    """Give a minute of the day as a clock shows it.

    Example:
        >>> from unclench.regimen import clock
        >>> clock(8 * 60 + 30)
        '08:30'
    """
    hours, minutes = divmod(minute_of_day, 60)
    return f"{hours:02d}:{minutes:02d}"


def moment(at_min: int) -> str:
    """Give minutes since 00:00 of day 1 as a day and a clock time.

    Example:
        >>> from unclench.regimen import moment
        >>> moment(2 * 1440 + 14 * 60)
        'day 3 14:00'
    """
    day, minute = divmod(at_min, MINUTES_PER_DAY)
    return f"day {day + 1} {clock(minute)}"
