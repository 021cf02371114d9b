"""The arithmetic of a pump, from first principles: volume, strength, rate, and what follows.

Every volume belongs to a device and is given, never assumed: read it in the manual of the model.
Quotients are exact fractions; what is shown is rounded, and days are rounded down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import final

from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench.therapy import exact
from unclench.units import Mass, Unit, mcg

__all__ = [
    "Bridge",
    "Delivery",
    "Device",
    "Prime",
    "Refill",
    "Service",
    "bridge",
    "check_delivery",
    "days_to_alarm",
    "device",
    "end_of_service",
    "flow_ml_per_day",
    "prime",
    "refill",
    "strength",
]

ACCURACY = "pump.accuracy"
DRUG_LIFE = "pump.drug_life"
HARD_STOP = "pump.battery.hard_stop"
AFTER_ALERT = "pump.battery.stop_after_eri"
PLAN_AHEAD = "pump.replacement.ahead"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """The volumes of one pump with its catheter, in mL; make it with `device()`.

    Args:
        reservoir_ml: What the reservoir holds.
        alarm_ml: What is left when the low-reservoir alarm sounds.
        tubing_ml: The tubing inside the pump.
        catheter_ml: The catheter, as cut.
    """

    reservoir_ml: Decimal
    alarm_ml: Decimal
    tubing_ml: Decimal
    catheter_ml: Decimal

    def __post_init__(self) -> None:
        """Refuse volumes that no pump has."""
        exact.decimal(self.reservoir_ml, "reservoir's volume", low="1", high="100", unit="mL")
        exact.decimal(self.alarm_ml, "alarm's volume", low="0.1", high="20", unit="mL", zero=True)
        exact.decimal(
            self.tubing_ml, "tubing's volume", low="0.001", high="5", unit="mL", zero=True
        )
        exact.decimal(self.catheter_ml, "catheter's volume", low="0.001", high="5", unit="mL")
        if self.alarm_ml >= self.reservoir_ml:
            raise InputError(
                f"The alarm at {self.alarm_ml} mL would sound with a full reservoir.",
                expected=f"an alarm below {self.reservoir_ml} mL",
            )

    @property
    def line_ml(self) -> Decimal:
        """What lies between the reservoir and the tip: tubing and catheter."""
        return self.tubing_ml + self.catheter_ml


def device(
    *,
    reservoir_ml: str | int | Decimal,
    alarm_ml: str | int | Decimal,
    tubing_ml: str | int | Decimal,
    catheter_ml: str | int | Decimal,
) -> Device:
    """Give a Device from written volumes.

    Raises:
        InputError: if a volume is not a number, or no pump has it.

    Example:
        >>> device(reservoir_ml=40, alarm_ml=2, tubing_ml="0.2", catheter_ml="0.2").line_ml
        Decimal('0.4')
    """
    return Device(
        reservoir_ml=_ml(reservoir_ml, "reservoir's volume"),
        alarm_ml=_ml(alarm_ml, "alarm's volume"),
        tubing_ml=_ml(tubing_ml, "tubing's volume"),
        catheter_ml=_ml(catheter_ml, "catheter's volume"),
    )


def strength(mcg_per_ml: str | int | Decimal) -> Decimal:
    """Give a written strength of the drug in the pump, in micrograms/mL.

    Raises:
        InputError: if it is not a number from 10 to 10000.

    Example:
        >>> strength("500")
        Decimal('500')
    """
    return exact.decimal(
        mcg_per_ml, "strength in the pump", low="10", high="10000", unit="micrograms/mL"
    )


def flow_ml_per_day(daily: Mass, *, mcg_per_ml: str | int | Decimal) -> Fraction:
    """Give the flow that delivers a daily dose, in mL/day, exactly.

    Raises:
        InputError: if the dose is nothing or the strength is not one.

    Example:
        >>> from unclench.units import mcg
        >>> flow_ml_per_day(mcg(200), mcg_per_ml=500)
        Fraction(2, 5)
    """
    return Fraction(_daily(daily).in_mcg) / Fraction(strength(mcg_per_ml))


def days_to_alarm(
    pump: Device, *, filled_ml: str | int | Decimal, daily: Mass, mcg_per_ml: str | int | Decimal
) -> Fraction:
    """Give the days from a filling to the low-reservoir alarm, exactly.

    Raises:
        InputError: if the filling does not fit the reservoir or is not above the alarm.

    Example:
        >>> from unclench.units import mcg
        >>> forty = device(reservoir_ml=40, alarm_ml=2, tubing_ml="0.2", catheter_ml="0.2")
        >>> days_to_alarm(forty, filled_ml=40, daily=mcg(200), mcg_per_ml=500)
        Fraction(95, 1)
    """
    filled = _filled(pump, filled_ml)
    return Fraction(filled - pump.alarm_ml) / flow_ml_per_day(daily, mcg_per_ml=mcg_per_ml)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Refill:
    """When a pump must be filled again.

    Args:
        flow: Flow in mL/day.
        days_to_alarm: Days until the alarm if the pump runs true.
        earliest_alarm: Days until the alarm if the pump runs as fast as its accuracy allows.
        drug_life: Days that the drug keeps in the pump.
        latest_day: The last whole day, by the sooner of the earliest alarm and the drug's life.
        limit: Which of the two it is: "reservoir" or "drug life".
        evidence: The keys it rests on.
    """

    flow: Fraction
    days_to_alarm: Fraction
    earliest_alarm: Fraction
    drug_life: int
    latest_day: int
    limit: str
    evidence: tuple[str, ...]

    def on(self, filled_on: date) -> date:
        """Give the last date for the refill of a pump that was filled on a date."""
        return _after(filled_on, self.latest_day)


def refill(
    pump: Device,
    *,
    filled_ml: str | int | Decimal,
    daily: Mass,
    mcg_per_ml: str | int | Decimal,
    evidence: Evidence,
) -> Refill:
    """Give the time by which a pump must be filled again.

    The sooner of two: the alarm of a pump that runs as fast as its accuracy allows, and the time
    that the drug keeps in the pump.

    Raises:
        InputError: if a volume, the dose or the strength is not one.
    """
    true_days = days_to_alarm(pump, filled_ml=filled_ml, daily=daily, mcg_per_ml=mcg_per_ml)
    accuracy = Fraction(exact.number(evidence, ACCURACY, Unit.FRACTION))
    earliest = true_days / (1 + accuracy)
    life = exact.days(evidence, DRUG_LIFE)[-1]
    return Refill(
        flow=flow_ml_per_day(daily, mcg_per_ml=mcg_per_ml),
        days_to_alarm=true_days,
        earliest_alarm=earliest,
        drug_life=life,
        latest_day=min(int(earliest), life),
        limit="reservoir" if earliest < life else "drug life",
        evidence=(ACCURACY, DRUG_LIFE),
    )


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
        duration_days=Fraction(amount.in_mcg) / Fraction(_daily(old_daily).in_mcg),
        flow=flow_ml_per_day(old_daily, mcg_per_ml=old),
        then_flow=then_flow,
        without_daily=then_flow * Fraction(old),
        without_days=Fraction(volume) / then_flow,
    )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """When a pump stops for good, and when its replacement should be planned."""

    stops_on: date
    plan_by: date
    evidence: tuple[str, ...]


def end_of_service(
    *, implanted_on: date, evidence: Evidence, alert_on: date | None = None
) -> Service:
    """Give the day on which a pump stops at the latest, and the day to plan its successor by.

    Args:
        implanted_on: The day of implantation.
        evidence: The evidence base.
        alert_on: The day of the replacement alert (ERI), if it has sounded.

    Raises:
        InputError: if the alert is before the implantation, or a date is not one.
    """
    _check_date(implanted_on)
    stops = _years_after(implanted_on, int(exact.number(evidence, HARD_STOP, Unit.YEAR)))
    keys = [HARD_STOP, PLAN_AHEAD]
    if alert_on is not None:
        _check_date(alert_on)
        if alert_on < implanted_on:
            raise InputError(
                f"The alert on {alert_on} is before the implantation on {implanted_on}.",
                expected="an alert after the implantation",
            )
        stops = min(stops, _after(alert_on, exact.days(evidence, AFTER_ALERT)[0]))
        keys.append(AFTER_ALERT)
    ahead = int(exact.number(evidence, PLAN_AHEAD, Unit.MONTH))
    return Service(
        stops_on=stops, plan_by=_months_before(stops, ahead), evidence=tuple(keys)
    )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a pump gave between two fillings, beside what it was told to give.

    Args:
        expected_ml: What should be left in the reservoir.
        found_ml: What was drawn out.
        ratio: What was delivered as a share of what was told; 1 is exact.
        verdict: "as told", "under-delivery" or "over-delivery", by the pump's accuracy.
        evidence: The keys it rests on.
    """

    expected_ml: Fraction
    found_ml: Decimal
    ratio: Fraction
    verdict: str
    evidence: tuple[str, ...]


def check_delivery(
    pump: Device,
    *,
    filled_ml: str | int | Decimal,
    found_ml: str | int | Decimal,
    days: int,
    daily: Mass,
    mcg_per_ml: str | int | Decimal,
    evidence: Evidence,
) -> Delivery:
    """Compare what is left in a reservoir with what should be left.

    Raises:
        InputError: if a volume, the dose, the strength or the days are not possible together.
    """
    filled = _filled(pump, filled_ml)
    found = exact.decimal(
        found_ml, "volume drawn out", low="0.01", high=str(filled), unit="mL", zero=True
    )
    since = exact.whole(days, "time since the filling", low=1, high=3650, unit="days")
    told = flow_ml_per_day(daily, mcg_per_ml=mcg_per_ml) * since
    if told > Fraction(filled):
        raise InputError(
            f"In {since} days the pump would give {exact.rounded(told)} mL of the {filled} mL in it.",
            expected="a time within which the reservoir is not empty",
        )
    ratio = Fraction(filled - found) / told
    accuracy = Fraction(exact.number(evidence, ACCURACY, Unit.FRACTION))
    verdict = "as told"
    if abs(ratio - 1) > accuracy:
        verdict = "over-delivery" if ratio > 1 else "under-delivery"
    return Delivery(
        expected_ml=Fraction(filled) - told,
        found_ml=found,
        ratio=ratio,
        verdict=verdict,
        evidence=(ACCURACY,),
    )


def _ml(value: str | int | Decimal, what: str) -> Decimal:
    return exact.decimal(value, what, low="0.001", high="100", unit="mL", zero=True)


def _filled(pump: Device, filled_ml: str | int | Decimal) -> Decimal:
    filled = exact.decimal(
        filled_ml, "filling", low="0.1", high=str(pump.reservoir_ml), unit="mL"
    )
    if filled <= pump.alarm_ml:
        raise InputError(
            f"A filling of {filled} mL is not above the alarm at {pump.alarm_ml} mL.",
            expected=f"a filling above {pump.alarm_ml} mL",
        )
    return filled


def _daily(daily: Mass) -> Mass:
    if not isinstance(daily, Mass) or not daily:
        raise InputError(
            f"The pump's daily dose cannot be {daily!r}.",
            expected="a Mass of more than nothing a day",
            hint="mcg(200)",
        )
    return daily


def _check_date(day: object) -> None:
    if type(day) is not date:
        raise InputError(f"{day!r} is not a day.", expected="a date", hint="date(2026, 3, 1)")


def _after(day: date, days: int) -> date:
    _check_date(day)
    return day + timedelta(days=days)


def _years_after(day: date, years: int) -> date:
    """Give the same day of a later year; 29 February becomes 28 February."""
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year + years, day=last)


def _months_before(day: date, months: int) -> date:
    """Give the first day of the month that many months earlier: never later than asked."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
