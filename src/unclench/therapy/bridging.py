"""What lies in the line between reservoir and tip: priming it, and the bridge to a new strength."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import final

from unclench.errors import InputError
from unclench.therapy.pump import Device, daily_dose, flow_ml_per_day, strength
from unclench.units import Mass, mcg

__all__ = ["Bridge", "Prime", "bridge", "prime"]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Prime:
    """What must run before drug reaches the tip: a volume, and the drug in it."""

    volume_ml: Decimal
    amount: Mass


def prime(pump: Device, *, mcg_per_ml: str | int | Decimal, tubing_is_empty: bool) -> Prime:
    """Give the priming of a catheter, and of the pump's tubing if that holds no drug.

    In the ideal case no drug reaches the tip before the whole volume has run. Real fluids mix: a
    person may get some before the end and too little after it.

    Example:
        >>> from unclench.therapy import device
        >>> forty = device(reservoir_ml=40, alarm_ml=2, tubing_ml="0.2", catheter_ml="0.2")
        >>> prime(forty, mcg_per_ml=500, tubing_is_empty=True).amount.text("micrograms")
        '200 micrograms'
    """
    volume = pump.line_ml if tubing_is_empty else pump.catheter_ml
    return Prime(volume_ml=volume, amount=mcg(volume * strength(mcg_per_ml)))


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """What a change of strength asks for, and what would happen without it.

    Args:
        volume_ml: The old drug in tubing and catheter.
        amount: How much baclofen that is.
        duration_days: How long it lasts at the old daily dose.
        flow: The flow meanwhile, in mL/day: the old one.
        then_flow: The flow after it, in mL/day.
        without_daily: What a person would get each day if the new flow began at once.
        without_days: For how long.
    """

    volume_ml: Decimal
    amount: Mass
    duration_days: Fraction
    flow: Fraction
    then_flow: Fraction
    without_daily: Fraction
    without_days: Fraction

    @property
    def duration_min(self) -> int:
        """The duration in whole minutes, to the nearest."""
        return round(self.duration_days * 1440)


def bridge(
    pump: Device,
    *,
    old_mcg_per_ml: str | int | Decimal,
    new_mcg_per_ml: str | int | Decimal,
    old_daily: Mass,
    new_daily: Mass,
) -> Bridge:
    """Give the bridge bolus for a change of strength, up or down.

    The tubing and the catheter are full of the old drug. Until it has run out at the old flow, the
    new flow would deliver another dose than the one meant.

    Raises:
        InputError: if a strength or a dose is not one, or the strength does not change.

    Example:
        >>> from unclench.units import mcg
        >>> from unclench.therapy import device
        >>> forty = device(reservoir_ml=40, alarm_ml=2, tubing_ml="0.2", catheter_ml="0.2")
        >>> over = bridge(
        ...     forty,
        ...     old_mcg_per_ml=500,
        ...     new_mcg_per_ml=2000,
        ...     old_daily=mcg(200),
        ...     new_daily=mcg(200),
        ... )
        >>> over.amount.text("micrograms"), over.duration_days, over.without_daily
        ('200 micrograms', Fraction(1, 1), Fraction(50, 1))
    """
    old, new = strength(old_mcg_per_ml), strength(new_mcg_per_ml)
    if old == new:
        raise InputError(
            f"The strength stays {old} micrograms/mL.",
            expected="two different strengths",
            hint="a bridge is for a change of strength only",
        )
    volume = pump.line_ml
    amount = mcg(volume * old)
    then_flow = flow_ml_per_day(new_daily, mcg_per_ml=new)
    return Bridge(
        volume_ml=volume,
        amount=amount,
        duration_days=Fraction(amount.in_mcg) / Fraction(daily_dose(old_daily).in_mcg),
        flow=flow_ml_per_day(old_daily, mcg_per_ml=old),
        then_flow=then_flow,
        without_daily=then_flow * Fraction(old),
        without_days=Fraction(volume) / then_flow,
    )
