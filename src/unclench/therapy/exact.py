"""Exact numbers: read from the evidence, from a person, and written as people read them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench.units import Dimension, Mass, Unit, mcg, mg

__all__ = ["count", "days", "decimal", "mass", "number", "rounded", "whole"]


def mass(evidence: Evidence, key: str) -> Mass:
    """Give an amount of the evidence, or a daily amount, as an exact Mass.

    Raises:
        InputError: if the entry is not an amount or an amount a day.
    """
    estimate = evidence.estimate(key)
    if estimate.unit.dimension is Dimension.MASS_RATE:
        unit = Unit.MG_PER_DAY if estimate.unit is Unit.MG_PER_DAY else Unit.MCG_PER_DAY
    else:
        unit = Unit.MG if estimate.unit is Unit.MG else Unit.MCG
    written = _written(estimate.number(unit))
    return mg(written) if unit in (Unit.MG, Unit.MG_PER_DAY) else mcg(written)


def number(evidence: Evidence, key: str, unit: Unit) -> Decimal:
    """Give a number of the evidence as an exact Decimal in a unit."""
    return _written(evidence.value(key, unit))


def count(evidence: Evidence, key: str) -> int:
    """Give a count of the evidence as a whole number."""
    return _whole(key, number(evidence, key, Unit.COUNT))


def days(evidence: Evidence, key: str) -> int:
    """Give a time of the evidence as whole days."""
    return _whole(key, number(evidence, key, Unit.DAY))


def decimal(
    value: str | int | Decimal, what: str, *, low: str, high: str, unit: str, zero: bool = False
) -> Decimal:
    """Give a number that a person wrote, exactly, or refuse it.

    Args:
        value: Digits as text, a whole number or a Decimal; a float is refused, as it is not exact.
        what: What it is, for the message: "volume of the reservoir".
        low: The smallest that makes sense.
        high: The largest that makes sense.
        unit: Its unit, for the message.
        zero: Whether 0 is allowed although it is below `low`.

    Raises:
        InputError: if it is not a finite number between low and high.

    Example:
        >>> decimal("0.4", "volume of the catheter", low="0.01", high="5", unit="mL")
        Decimal('0.4')
    """
    expected = f"a number from {'0 or ' if zero else ''}{low} to {high} {unit}"
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise InputError(
            f"The {what} cannot be {value!r}.",
            expected=expected,
            hint='the digits in quotes, which is exact: "0.4"',
        )
    try:
        written = Decimal(value)
    except InvalidOperation:
        raise InputError(f"The {what} cannot be {value!r}.", expected=expected) from None
    if written.is_finite() and (
        Decimal(low) <= written <= Decimal(high) or (zero and written == 0)
    ):
        return written
    raise InputError(f"The {what} cannot be {value} {unit}.", expected=expected)


def whole(value: object, what: str, *, low: int, high: int, unit: str) -> int:
    """Give a whole number that a person wrote, or refuse it.

    Raises:
        InputError: if it is not a whole number between low and high.
    """
    if type(value) is not int or not low <= value <= high:
        raise InputError(
            f"The {what} cannot be {value!r}.",
            expected=f"a whole number from {low} to {high} {unit}",
        )
    return value


def rounded(value: Fraction | Decimal | int, places: int = 2) -> str:
    """Give a number as people read it: rounded, with a leading zero and no trailing zero.

    Example:
        >>> rounded(Fraction(2, 3)), rounded(Fraction(95))
        ('0.67', '95')
    """
    exact = Fraction(value)
    scaled = exact * 10**places
    half_up = Decimal((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator))
    text = f"{half_up.scaleb(-places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _written(value: float) -> Decimal:
    """Give the shortest decimal that is this float: the digits of the file."""
    return Decimal(repr(value)).quantize(Decimal("1e-9"), ROUND_HALF_UP).normalize()


def _whole(key: str, value: Decimal) -> int:
    if value != value.to_integral_value():
        raise InputError(f"{key} is {value}.", expected="a whole number in the evidence")
    return int(value)
