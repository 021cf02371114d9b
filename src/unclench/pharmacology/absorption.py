"""From what was given to what enters the model: where, when, and how much.

A swallowed dose waits for the lag, and its bioavailable share then enters the gut, from which it is
absorbed at a first-order rate; food slows that rate. An intrathecal dose enters the canal at a
height: at once as a bolus, or at a steady rate for a while. A leaking catheter delivers a share.

    gut' = -ka gut,    central' = + ka gut
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

from unclench.errors import InputError
from unclench.regimen import Administration, Route

__all__ = ["Infusion", "Injection", "Inputs", "Phase", "Swallowed", "inputs"]

MINUTES_PER_H = 60.0


@final
@dataclass(frozen=True, slots=True)
class Swallowed:
    """An amount swallowed at a minute; the lag and the share absorbed belong to the person."""

    at_min: int
    amount_mcg: float
    with_food: bool = False


@final
@dataclass(frozen=True, slots=True)
class Injection:
    """An amount put into the canal at once, at a height above the sac end."""

    at_min: int
    amount_mcg: float
    height_cm: float


@final
@dataclass(frozen=True, slots=True)
class Infusion:
    """A steady rate into the canal between two minutes, at a height above the sac end."""

    start_min: int
    end_min: int
    rate_mcg_per_h: float
    height_cm: float


@final
@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that enters, each kind in order of time."""

    swallowed: tuple[Swallowed, ...] = ()
    injections: tuple[Injection, ...] = ()
    infusions: tuple[Infusion, ...] = ()

    @property
    def intrathecal(self) -> bool:
        """Whether anything enters the canal."""
        return bool(self.injections or self.infusions)

    @property
    def heights_cm(self) -> tuple[float, ...]:
        """The different heights at which something enters, lowest first."""
        heights = {bolus.height_cm for bolus in self.injections}
        return tuple(sorted(heights | {run.height_cm for run in self.infusions}))

    @property
    def total_mcg(self) -> float:
        """What is given in all, before the gut keeps its share."""
        infused = (
            run.rate_mcg_per_h * (run.end_min - run.start_min) / MINUTES_PER_H
            for run in self.infusions
        )
        swallowed = sum(dose.amount_mcg for dose in self.swallowed)
        return sum(infused) + swallowed + sum(bolus.amount_mcg for bolus in self.injections)


@final
@dataclass(frozen=True, slots=True)
class Phase:
    """From a minute on, the plasma clearance is a body's own times a factor, and something more."""

    start_min: int
    factor: float = 1.0
    added_l_per_h: float = 0.0


def inputs(
    administrations: Iterable[Administration],
    *,
    tip_cm: float,
    punctures: Iterable[Administration] = (),
    puncture_cm: float | None = None,
    delivered: float = 1.0,
) -> Inputs:
    """Sort administrations into inputs of the model.

    Args:
        administrations: What was given, in any order.
        tip_cm: Height of the catheter's tip above the end of the sac.
        punctures: Those of them given by a needle instead, such as the test doses of a screening.
        puncture_cm: Height of the needle; the tip's if it is not said.
        delivered: The share of the pump's drug that reaches the canal, 0 to 1.

    Raises:
        InputError: if the delivered share is not between 0 and 1.

    Example:
        >>> from unclench.regimen import parse
        >>> plan = parse("10 mg at 08:00 + pump 96 micrograms/day")
        >>> inputs(plan.administrations(1440), tip_cm=20.0).infusions[0].rate_mcg_per_h
        4.0
    """
    if not 0.0 <= delivered <= 1.0:
        raise InputError(
            f"The share that the catheter delivers cannot be {delivered!r}.",
            expected="a number from 0 (nothing arrives) to 1 (all of it)",
        )
    by_needle = tuple(punctures)
    needle_cm = tip_cm if puncture_cm is None else puncture_cm
    swallowed: list[Swallowed] = []
    injections: list[Injection] = []
    infusions: list[Infusion] = []
    for given in sorted(administrations, key=lambda given: given.start_min):
        amount_mcg = float(given.dose.amount.in_mcg)
        if given.dose.route is Route.ORAL:
            swallowed.append(Swallowed(given.start_min, amount_mcg, given.with_food))
        elif given in by_needle:
            injections.append(Injection(given.start_min, amount_mcg, needle_cm))
        elif given.duration_min == 0:
            injections.append(Injection(given.start_min, amount_mcg * delivered, tip_cm))
        else:
            rate_mcg_per_h = amount_mcg * delivered * MINUTES_PER_H / given.duration_min
            infusions.append(Infusion(given.start_min, given.end_min, rate_mcg_per_h, tip_cm))
    return Inputs(tuple(swallowed), tuple(injections), tuple(infusions))
