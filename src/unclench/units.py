"""Masses of baclofen that cannot be mixed up, and the one table of units.

Two rings. In the domain an amount of baclofen is a `Mass`: exact, never negative, made only by
`mg()` and `mcg()`. In the numerical kernel a value is a plain float in one system, microgram, hour
and litre, and its name says so. `Unit` is the table that leads from a written unit to that system.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from difflib import get_close_matches
from enum import Enum
from fractions import Fraction
from functools import cache, total_ordering
from typing import Literal, final, overload

from unclench.errors import InputError

__all__ = ["ZERO", "Dimension", "Mass", "Unit", "convert", "mcg", "mg"]

DIGITS = 28
"""Significant digits that a Mass keeps: exact for anything a prescription can say."""

MOST_MCG = Decimal(10) ** 15
"""A tonne. No amount of baclofen is larger; a larger number is a slip of the exponent."""

_ARITHMETIC = Context(prec=DIGITS)


@final
@total_ordering
@dataclass(frozen=True, slots=True, repr=False)
class Mass:
    """An amount of baclofen, exact to 28 digits and never negative.

    Make one with `mg()` or `mcg()`; read it with `.in_mg` or `.in_mcg`. A Mass adds to and compares
    with a Mass only. Sums, differences and products of written amounts are exact; a division that
    does not come out even (10 mg in three) is rounded in the 28th digit.

    Args:
        in_mcg: The amount in micrograms, as a finite Decimal.

    Raises:
        InputError: if the amount is negative, not finite, above a tonne, or not a Decimal.

    Example:
        >>> from unclench.units import mcg, mg
        >>> (mg("2.5") + mcg(500)).in_mg
        Decimal('3')
        >>> mg(10) > mcg(50)
        True
    """

    in_mcg: Decimal

    def __post_init__(self) -> None:
        """Refuse what is not an amount."""
        amount = self.in_mcg
        if not isinstance(amount, Decimal):
            raise InputError(
                f"A mass cannot be made from {amount!r}.",
                expected="a Decimal number of micrograms",
                hint='make it with mg("5") or mcg("50")',
            )
        if not amount.is_finite() or not 0 <= amount <= MOST_MCG:
            raise InputError(
                f"{amount} micrograms is not an amount of baclofen.",
                expected="a number from 0 up to a tonne",
            )

    @property
    def in_mg(self) -> Decimal:
        """The amount in milligrams, exact."""
        return _plain(self.in_mcg.scaleb(-3, _ARITHMETIC))

    def text(self, unit: Literal["mg", "micrograms"]) -> str:
        """Give the amount in words for people: a leading zero, no trailing zero.

        Example:
            >>> from unclench.units import mcg, mg
            >>> mg("0.50").text("mg"), mcg("50").text("micrograms")
            ('0.5 mg', '50 micrograms')
        """
        if unit == "mg":
            return f"{self.in_mg:f} mg"
        if unit == "micrograms":
            return f"{_plain(self.in_mcg):f} micrograms"
        raise InputError(f"A mass is not written in {unit!r}.", expected="'mg' or 'micrograms'")

    def __add__(self, other: Mass) -> Mass:
        """Add two masses."""
        if not isinstance(other, Mass):
            return NotImplemented
        return Mass(_ARITHMETIC.add(self.in_mcg, other.in_mcg))

    def __sub__(self, other: Mass) -> Mass:
        """Take one mass from another; more than there is raises InputError."""
        if not isinstance(other, Mass):
            return NotImplemented
        if other.in_mcg > self.in_mcg:
            raise InputError(
                f"{other!r} cannot be taken from {self!r}: less than nothing would be left.",
                expected="a mass that is not larger than the first",
            )
        return Mass(_ARITHMETIC.subtract(self.in_mcg, other.in_mcg))

    def __mul__(self, times: int | Decimal) -> Mass:
        """Multiply by a count or an exact factor."""
        if isinstance(times, bool) or not isinstance(times, int | Decimal):
            return NotImplemented
        factor = _factor(times)
        return Mass(_ARITHMETIC.multiply(self.in_mcg, factor))

    __rmul__ = __mul__

    @overload
    def __truediv__(self, other: Mass) -> Decimal: ...
    @overload
    def __truediv__(self, other: int) -> Mass: ...
    def __truediv__(self, other: Mass | int) -> Decimal | Mass:
        """Divide by a Mass for their ratio, or by a count for equal parts."""
        if isinstance(other, Mass):
            _refuse_zero(other.in_mcg)
            return _ARITHMETIC.divide(self.in_mcg, other.in_mcg)
        if isinstance(other, bool) or not isinstance(other, int):
            return NotImplemented
        parts = _factor(other)
        _refuse_zero(parts)
        return Mass(_ARITHMETIC.divide(self.in_mcg, parts))

    def __lt__(self, other: Mass) -> bool:
        """Compare with another mass."""
        if not isinstance(other, Mass):
            return NotImplemented
        return self.in_mcg < other.in_mcg

    def __bool__(self) -> bool:
        """Tell whether there is anything at all."""
        return bool(self.in_mcg)

    def __repr__(self) -> str:
        """Give the call that makes this mass."""
        return f"mcg('{_plain(self.in_mcg):f}')"


def mg(amount: str | int | Decimal) -> Mass:
    """Make a Mass from milligrams.

    Args:
        amount: A written number ("2.5"), a whole number, or a Decimal. Floats are refused, because
            2.3 as a float is not 2.3.

    Raises:
        InputError: if it is not a finite number from 0 up.

    Example:
        >>> from unclench import mg
        >>> mg("2.5").in_mcg
        Decimal('2500')
    """
    number = _number(amount, unit="mg", call="mg")
    return Mass(_plain(number.scaleb(3, _ARITHMETIC)))


def mcg(amount: str | int | Decimal) -> Mass:
    """Make a Mass from micrograms.

    Args:
        amount: A written number ("50"), a whole number, or a Decimal; floats are refused.

    Raises:
        InputError: if it is not a finite number from 0 up.

    Example:
        >>> from unclench import mcg
        >>> mcg(50).in_mg
        Decimal('0.05')
    """
    return Mass(_plain(_number(amount, unit="micrograms", call="mcg")))


def _number(amount: str | int | Decimal, *, unit: str, call: str) -> Decimal:
    if isinstance(amount, bool) or not isinstance(amount, str | int | Decimal):
        raise InputError(
            f"{amount!r} cannot be read as {unit} ({type(amount).__name__}).",
            expected="a written number, a whole number or a Decimal",
            hint=f'{call}("2.5"), in quotes, which is exact',
        )
    try:
        number = Decimal(amount)
    except InvalidOperation:
        raise InputError(
            f"{amount!r} is not a number of {unit}.",
            expected="digits with at most one decimal point",
            hint=f'{call}("2.5")',
        ) from None
    if not number.is_finite():
        raise InputError(f"{amount} is not a number of {unit}.", expected="a finite number")
    if number < 0:
        raise InputError(f"{amount} {unit} is less than nothing.", expected="a number from 0 up")
    if len(number.as_tuple().digits) > DIGITS or number > MOST_MCG:
        raise InputError(
            f"{str(amount)[:40]} {unit} is longer than a mass can hold.",
            expected=f"at most {DIGITS} digits and at most a tonne",
        )
    return number


def _factor(times: int | Decimal) -> Decimal:
    factor = Decimal(times)
    if not factor.is_finite() or factor < 0:
        raise InputError(
            f"A mass cannot be multiplied or divided by {times}.",
            expected="a finite number from 0 up",
        )
    return factor


def _refuse_zero(number: Decimal) -> None:
    if not number:
        raise InputError("A mass cannot be divided by nothing.", expected="more than zero")


def _plain(number: Decimal) -> Decimal:
    """Give the same number without trailing zeros or an exponent above zero."""
    stripped = number.normalize(_ARITHMETIC)
    exponent = stripped.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        return stripped.quantize(Decimal(1), context=_ARITHMETIC)
    return stripped


ZERO = mcg(0)
"""No baclofen at all; the start of a sum."""


@final
class Dimension(Enum):
    """What a unit measures; values convert within one dimension only."""

    MASS = "mass"
    TIME = "time"
    VOLUME = "volume"
    LENGTH = "length"
    AREA = "area"
    CONCENTRATION = "mass per volume"
    MOLAR_CONCENTRATION = "molecules per volume"
    EXPOSURE = "concentration times time"
    VOLUME_RATE = "volume per time"
    VOLUME_RATE_PER_WEIGHT = "volume per time and body weight"
    VOLUME_PER_WEIGHT = "volume per body weight"
    MASS_PER_WEIGHT = "mass per body weight"
    RATE = "per time"
    DIFFUSION = "area per time"
    MASS_RATE = "mass per time"
    FRACTION = "fraction"
    COUNT = "count"
    COUNT_RATE = "count per time"
    SCORE = "score"
    WEIGHT = "body weight"
    AGE = "age"
    MOLAR_MASS = "molar mass"


_DAY = Fraction(24)
_WEEK = 7 * _DAY
_YEAR = Fraction(36525, 100) * _DAY
_MONTH = _YEAR / 12


@final
class Unit(Enum):
    """Every unit that unclench can read, each with one factor to the kernel's unit.

    The kernel's system is microgram, hour and litre, with the centimetre for lengths along the
    spine. A year is 365.25 days and a month a twelfth of it. To add a unit, add one line: its
    symbol as evidence files write it, its dimension, and how many kernel units one of it is.

    Example:
        >>> from unclench.units import Unit
        >>> Unit.parse("mL/min").dimension
        <Dimension.VOLUME_RATE: 'volume per time'>
    """

    NG = "ng", Dimension.MASS, Fraction(1, 1000)
    MCG = "mcg", Dimension.MASS, Fraction(1)
    MG = "mg", Dimension.MASS, Fraction(1000)
    G = "g", Dimension.MASS, Fraction(1_000_000)

    S = "s", Dimension.TIME, Fraction(1, 3600)
    MIN = "min", Dimension.TIME, Fraction(1, 60)
    H = "h", Dimension.TIME, Fraction(1)
    DAY = "day", Dimension.TIME, _DAY
    WEEK = "week", Dimension.TIME, _WEEK
    MONTH = "month", Dimension.TIME, _MONTH
    YEAR = "year", Dimension.TIME, _YEAR

    ML = "mL", Dimension.VOLUME, Fraction(1, 1000)
    L = "L", Dimension.VOLUME, Fraction(1)

    MM = "mm", Dimension.LENGTH, Fraction(1, 10)
    CM = "cm", Dimension.LENGTH, Fraction(1)
    FR = "Fr", Dimension.LENGTH, Fraction(1, 30)

    MM2 = "mm2", Dimension.AREA, Fraction(1, 100)
    CM2 = "cm2", Dimension.AREA, Fraction(1)

    NG_PER_ML = "ng/mL", Dimension.CONCENTRATION, Fraction(1)
    MCG_PER_L = "mcg/L", Dimension.CONCENTRATION, Fraction(1)
    MG_PER_L = "mg/L", Dimension.CONCENTRATION, Fraction(1000)
    MCG_PER_ML = "mcg/mL", Dimension.CONCENTRATION, Fraction(1000)
    MG_PER_ML = "mg/mL", Dimension.CONCENTRATION, Fraction(1_000_000)

    UMOL_PER_L = "umol/L", Dimension.MOLAR_CONCENTRATION, Fraction(1)
    G_PER_MOL = "g/mol", Dimension.MOLAR_MASS, Fraction(1)

    NG_H_PER_ML = "ng*h/mL", Dimension.EXPOSURE, Fraction(1)
    MCG_H_PER_L = "mcg*h/L", Dimension.EXPOSURE, Fraction(1)
    MG_H_PER_L = "mg*h/L", Dimension.EXPOSURE, Fraction(1000)

    L_PER_H = "L/h", Dimension.VOLUME_RATE, Fraction(1)
    L_PER_DAY = "L/day", Dimension.VOLUME_RATE, 1 / _DAY
    ML_PER_MIN = "mL/min", Dimension.VOLUME_RATE, Fraction(60, 1000)
    ML_PER_H = "mL/h", Dimension.VOLUME_RATE, Fraction(1, 1000)
    ML_PER_DAY = "mL/day", Dimension.VOLUME_RATE, Fraction(1, 1000) / _DAY
    L_PER_H_PER_KG = "L/h/kg", Dimension.VOLUME_RATE_PER_WEIGHT, Fraction(1)
    ML_PER_MIN_PER_KG = "mL/min/kg", Dimension.VOLUME_RATE_PER_WEIGHT, Fraction(60, 1000)
    L_PER_KG = "L/kg", Dimension.VOLUME_PER_WEIGHT, Fraction(1)
    MCG_PER_KG = "mcg/kg", Dimension.MASS_PER_WEIGHT, Fraction(1)
    MG_PER_KG = "mg/kg", Dimension.MASS_PER_WEIGHT, Fraction(1000)

    PER_MIN = "1/min", Dimension.RATE, Fraction(60)
    PER_H = "1/h", Dimension.RATE, Fraction(1)
    PER_DAY = "1/day", Dimension.RATE, 1 / _DAY
    PER_WEEK = "1/week", Dimension.RATE, 1 / _WEEK
    PER_MONTH = "1/month", Dimension.RATE, 1 / _MONTH
    PER_YEAR = "1/year", Dimension.RATE, 1 / _YEAR
    FRACTION_PER_YEAR = "fraction/year", Dimension.RATE, 1 / _YEAR
    EVENTS_PER_PUMP_YEAR = "events/pump-year", Dimension.RATE, 1 / _YEAR
    PER_1000_PERSON_YEARS = "per 1000 person-years", Dimension.RATE, 1 / (1000 * _YEAR)

    CM2_PER_H = "cm2/h", Dimension.DIFFUSION, Fraction(1)
    CM2_PER_S = "cm2/s", Dimension.DIFFUSION, Fraction(3600)

    MCG_PER_H = "mcg/h", Dimension.MASS_RATE, Fraction(1)
    MCG_PER_DAY = "mcg/day", Dimension.MASS_RATE, 1 / _DAY
    MG_PER_H = "mg/h", Dimension.MASS_RATE, Fraction(1000)
    MG_PER_DAY = "mg/day", Dimension.MASS_RATE, 1000 / _DAY

    FRACTION = "fraction", Dimension.FRACTION, Fraction(1)
    PERCENT = "percent", Dimension.FRACTION, Fraction(1, 100)
    RATIO = "ratio", Dimension.FRACTION, Fraction(1)

    COUNT = "count", Dimension.COUNT, Fraction(1)
    COUNT_PER_H = "count/h", Dimension.COUNT_RATE, Fraction(1)
    COUNT_PER_DAY = "count/day", Dimension.COUNT_RATE, 1 / _DAY
    COUNT_PER_WEEK = "count/week", Dimension.COUNT_RATE, 1 / _WEEK

    POINTS = "points", Dimension.SCORE, Fraction(1)
    SCORE = "score", Dimension.SCORE, Fraction(1)

    KG = "kg", Dimension.WEIGHT, Fraction(1)
    YEARS = "years", Dimension.AGE, Fraction(1)

    def __init__(self, symbol: str, dimension: Dimension, factor: Fraction) -> None:
        """Name the three columns of the table."""
        self.symbol = symbol
        self.dimension = dimension
        self.factor = factor

    @classmethod
    def parse(cls, symbol: str) -> Unit:
        """Give the unit with this symbol, written exactly so.

        Raises:
            InputError: if no unit has this symbol; names the nearest ones.

        Example:
            >>> from unclench.units import Unit
            >>> Unit.parse("mcg/day").factor
            Fraction(1, 24)
        """
        unit = _BY_SYMBOL.get(symbol)
        if unit is not None:
            return unit
        near = get_close_matches(str(symbol).replace("µ", "mc"), _BY_SYMBOL, n=3, cutoff=0.5)
        raise InputError(
            f"There is no unit {symbol!r}.",
            expected=f"one of {', '.join(_BY_SYMBOL)}",
            hint=f"did you mean {' or '.join(near)}?" if near else "",
        )


_BY_SYMBOL = {unit.symbol: unit for unit in Unit}


def convert(value: float, from_: Unit, to: Unit) -> float:
    """Give a value of one unit in another unit of the same dimension.

    Args:
        value: The number in `from_`.
        from_: The unit that the number has.
        to: The unit that is wanted.

    Raises:
        InputError: if the two units measure different things.

    Example:
        >>> from unclench.units import Unit, convert
        >>> convert(30.0, Unit.ML_PER_H, Unit.L_PER_H)
        0.03
    """
    return value * _ratio(from_, to)


@cache
def _ratio(from_: Unit, to: Unit) -> float:
    if from_.dimension is not to.dimension:
        raise InputError(
            f"{from_.symbol} is {from_.dimension.value}; it cannot become {to.symbol}, "
            f"which is {to.dimension.value}.",
            expected=f"a unit of {from_.dimension.value}",
            hint=", ".join(u.symbol for u in Unit if u.dimension is from_.dimension),
        )
    return float(from_.factor / to.factor)
