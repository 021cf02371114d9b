"""Amounts, clock times and dates as people type them; an amount never comes without its unit."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from unclench.errors import InputError
from unclench.units import Mass, mcg, mg

AMOUNT = re.compile(
    r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)(?:\s*(?:/|a |per )\s*day)?\s*", re.IGNORECASE
)
MILLIGRAMS = frozenset({"mg", "milligram", "milligrams"})
MICROGRAMS = frozenset({"mcg", "microgram", "micrograms"})
CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
PERCENT = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)\s*%")


def milligrams(text: str) -> Mass:
    """An amount that is swallowed, in mg.

    Raises:
        InputError: The text is not a number with the unit mg.

    Example:
        >>> milligrams("60 mg a day").text("mg")
        '60 mg'
    """
    number = _number(text, MILLIGRAMS)
    if number is None:
        raise InputError(
            f"{text!r} is not an amount that is swallowed.",
            expected="a number with its unit, mg",
            hint="'60 mg', with quotes around it",
        )
    return mg(number)


def micrograms(text: str) -> Mass:
    """An amount that a pump or a test dose gives, in micrograms.

    Raises:
        InputError: The text is not a number with the unit micrograms.

    Example:
        >>> micrograms("200 micrograms/day").text("micrograms")
        '200 micrograms'
    """
    number = _number(text, MICROGRAMS)
    if number is None:
        raise InputError(
            f"{text!r} is not an amount of a pump or a test dose.",
            expected="a number with its unit, micrograms",
            hint="'200 micrograms', with quotes around it",
        )
    return mcg(number)


def is_milligrams(text: str) -> bool:
    """Whether a text is an amount in mg and nothing else."""
    return _number(text, MILLIGRAMS) is not None


def clock_minute(text: str) -> int:
    """A clock time as minutes since midnight.

    Raises:
        InputError: The text is not a clock time.

    Example:
        >>> clock_minute("07:30")
        450
    """
    read = CLOCK.fullmatch(text.strip())
    hour, past = (int(part) for part in read.groups()) if read else (24, 0)
    if hour > 23 or past > 59:
        raise InputError(f"{text!r} is not a clock time.", expected="00:00 to 23:59", hint="07:30")
    return hour * 60 + past


def day(text: str) -> date:
    """A date, year first.

    Raises:
        InputError: The text is not a date.

    Example:
        >>> day("2027-01-04")
        datetime.date(2027, 1, 4)
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(
            f"{text!r} is not a date.", expected="year, month and day", hint="2027-01-04"
        ) from None


def share(text: str) -> Decimal:
    """A share, written as a percentage or as a fraction of one.

    Raises:
        InputError: The text is neither.

    Example:
        >>> share("20%"), share("0.2")
        (Decimal('0.2'), Decimal('0.2'))
    """
    percent = PERCENT.fullmatch(text.strip())
    try:
        return Decimal(percent.group(1)) / 100 if percent else Decimal(text.strip())
    except InvalidOperation:
        raise InputError(
            f"{text!r} is not a share.", expected="a percentage or a fraction", hint="20%, or 0.2"
        ) from None


def _number(text: str, units: frozenset[str]) -> str | None:
    read = AMOUNT.fullmatch(text)
    return read.group(1) if read and read.group(2).lower() in units else None
