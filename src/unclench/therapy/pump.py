"""The arithmetic of a pump, from first principles: volume, strength, flow, and what follows.

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
    "Delivery",
    "Device",
    "Refill",
    "Service",
    "check_delivery",
    "daily_dose",
    "days_to_alarm",
    "device",
    "end_of_service",
    "flow_caution",
    "flow_ml_per_day",
    "refill",
    "strength",
]

MOST_DAILY = mcg(20_000)
"""Ten times the largest dose on record; more is a slip of the unit."""

ACCURACY = "pump.accuracy"
FLOW = "pump.flow"
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
    return Fraction(daily_dose(daily).in_mcg) / Fraction(strength(mcg_per_ml))


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

    Example:
        >>> from unclench.evidence import load_evidence
        >>> from unclench.units import mcg
        >>> forty = device(reservoir_ml=40, alarm_ml=2, tubing_ml="0.2", catheter_ml="0.2")
        >>> refill(
        ...     forty, filled_ml=40, daily=mcg(200), mcg_per_ml=500, evidence=load_evidence()
        ... ).latest_day
        82
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


def flow_caution(flow: Fraction, *, evidence: Evidence) -> tuple[str, ...]:
    """Say that a flow in mL/day is outside what a pump can run; nothing if it is inside.

    The limits are recalled, and belong to one make of pump.
    """
    least, most = exact.numbers(evidence, Unit.ML_PER_DAY, FLOW)
    if Fraction(least) <= flow <= Fraction(most):
        return ()
    words = (
        f"{exact.rounded(flow, 4)} mL a day is outside {exact.rounded(least, 3)} to "
        f"{exact.rounded(most, 3)} mL a day, the limits that we recall and have not confirmed. "
        "Compare them with the manual of the device."
    )
    return (words,)


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

    Example:
        >>> from unclench.evidence import load_evidence
        >>> end_of_service(implanted_on=date(2020, 3, 15), evidence=load_evidence()).stops_on
        datetime.date(2027, 3, 15)
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
    return Service(stops_on=stops, plan_by=_months_before(stops, ahead), evidence=tuple(keys))


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

    Example:
        >>> from unclench.evidence import load_evidence
        >>> from unclench.units import mcg
        >>> forty = device(reservoir_ml=40, alarm_ml=2, tubing_ml="0.2", catheter_ml="0.2")
        >>> check_delivery(
        ...     forty,
        ...     filled_ml=40,
        ...     found_ml=30,
        ...     days=40,
        ...     daily=mcg(200),
        ...     mcg_per_ml=500,
        ...     evidence=load_evidence(),
        ... ).verdict
        'under-delivery'
    """
    filled = _filled(pump, filled_ml)
    found = exact.decimal(
        found_ml, "volume drawn out", low="0.01", high=str(filled), unit="mL", zero=True
    )
    since = exact.whole(days, "time since the filling", low=1, high=3650, unit="days")
    told = flow_ml_per_day(daily, mcg_per_ml=mcg_per_ml) * since
    if told > Fraction(filled):
        raise InputError(
            f"In {since} days the pump would give {exact.rounded(told)} mL of {filled} mL.",
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
    filled = exact.decimal(filled_ml, "filling", low="0.1", high=str(pump.reservoir_ml), unit="mL")
    if filled <= pump.alarm_ml:
        raise InputError(
            f"A filling of {filled} mL is not above the alarm at {pump.alarm_ml} mL.",
            expected=f"a filling above {pump.alarm_ml} mL",
        )
    return filled


def daily_dose(daily: Mass) -> Mass:
    """Give a pump's daily dose back, or refuse it."""
    return exact.amount(daily, "pump's daily dose", most=MOST_DAILY, unit="micrograms")


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
