"""Exact numbers: read from the evidence, from a person, and written as people read them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from unclench.errors import InputError
from unclench.evidence import Estimate, Evidence
from unclench.units import Dimension, Mass, Unit, mcg, mg

__all__ = [
    "amount",
    "count",
    "days",
    "decimal",
    "mass",
    "masses",
    "number",
    "numbers",
    "rounded",
    "rounded_up",
    "whole",
]


def masses(evidence: Evidence, *keys: str) -> tuple[Mass, ...]:
    """Give the amounts, or daily amounts, of some entries as exact Masses, smallest first.

    Raises:
        InputError: if an entry is not an amount or an amount a day.
    """
    found = [one for key in keys for one in _masses(evidence.estimate(key))]
    return tuple(sorted(found))


def mass(evidence: Evidence, key: str) -> Mass:
    """Give the amount, or daily amount, of an entry as an exact Mass; of a range the largest."""
    return masses(evidence, key)[-1]


def numbers(evidence: Evidence, unit: Unit, *keys: str) -> tuple[Decimal, ...]:
    """Give the numbers of some entries as exact Decimals in a unit, smallest first."""
    found = [one for key in keys for one in _numbers(evidence.estimate(key), unit)]
    return tuple(sorted(found))


def number(evidence: Evidence, key: str, unit: Unit) -> Decimal:
    """Give the number of an entry as an exact Decimal in a unit; of a range the largest."""
    return numbers(evidence, unit, key)[-1]


def count(evidence: Evidence, key: str) -> int:
    """Give a count of the evidence as a whole number; of a range the largest."""
    return _whole(key, number(evidence, key, Unit.COUNT))


def days(evidence: Evidence, *keys: str) -> tuple[int, ...]:
    """Give the times of some entries as whole days, shortest first."""
    return tuple(_whole(keys[0], one) for one in numbers(evidence, Unit.DAY, *keys))


def rounded_up(amount: Mass, piece: Mass) -> Mass:
    """Give the smallest whole number of pieces that is not less than an amount.

    Example:
        >>> rounded_up(mg(12), mg(5)).text("mg")
        '15 mg'
    """
    pieces, rest = divmod(amount.in_mcg, piece.in_mcg)
    return piece * (int(pieces) + (1 if rest else 0))


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


def amount(value: object, what: str, *, most: Mass, unit: Literal["mg", "micrograms"]) -> Mass:
    """Give an amount that somebody gave, or refuse it.

    Args:
        value: What was given; a Mass of more than nothing is right.
        what: What it is, for the message: "daily dose".
        most: The largest that makes sense.
        unit: Its unit, for the message.

    Raises:
        InputError: if it is not a Mass, is nothing, or is more than `most`.
    """
    if isinstance(value, Mass) and value and value <= most:
        return value
    shown = value.text(unit) if isinstance(value, Mass) else repr(value)
    raise InputError(
        f"The {what} cannot be {shown}.",
        expected=f"a Mass of more than nothing, up to {most.text(unit)}",
        hint="mg(30)" if unit == "mg" else "mcg(200)",
    )


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


@lru_cache(maxsize=1024)
def _numbers(estimate: Estimate, unit: Unit) -> tuple[Decimal, ...]:
    profile = isinstance(estimate.value, tuple)
    values = estimate.profile(unit) if profile else (estimate.number(unit),)
    return tuple(map(_written, values))


@lru_cache(maxsize=1024)
def _masses(estimate: Estimate) -> tuple[Mass, ...]:
    in_mg = estimate.unit in (Unit.MG, Unit.MG_PER_DAY)
    rate = estimate.unit.dimension is Dimension.MASS_RATE
    big, small = (Unit.MG_PER_DAY, Unit.MCG_PER_DAY) if rate else (Unit.MG, Unit.MCG)
    unit, make = (big, mg) if in_mg else (small, mcg)
    return tuple(make(number) for number in _numbers(estimate, unit))


def _written(value: float) -> Decimal:
    """Give the shortest decimal that is this float: the digits of the file."""
    return Decimal(repr(value)).quantize(Decimal("1e-9"), ROUND_HALF_UP).normalize()


def _whole(key: str, value: Decimal) -> int:
    if value != value.to_integral_value():
        raise InputError(f"{key} is {value}.", expected="a whole number in the evidence")
    return int(value)
