"""Reads what a person typed: amounts with the unit of their field, clock times, pairs of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

MOST_TYPED = 12
"""Characters of a typed number that are read; a longer one is no dose."""


def typed_number(
    text: str, *, what: str, unit: str, low: Decimal | None = None, high: Decimal | None = None
) -> Decimal:
    """A number that somebody typed, exact.

    Args:
        text: What was typed; a comma counts as a decimal point.
        what: What it is, for the message.
        unit: The unit of the field, in words.
        low: The least allowed; None where somebody else knows the limits.
        high: The most allowed, likewise.

    Raises:
        ValidationError: It is no number, or not between `low` and `high`.

    Example:
        >>> typed_number("2,5", what="dose", unit="mg")
        Decimal('2.5')
    """
    limits = f" from {low:f} to {high:f}" if low is not None and high is not None else ""
    expected = f"Give a number{limits}, {unit}."
    plain = text.strip().replace(",", ".")
    if not plain:
        raise ValidationError(f"The {what} is empty. {expected}")
    try:
        number = Decimal(plain) if len(plain) <= MOST_TYPED else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValidationError(f"The {what} “{text[:20]}” is not a number. {expected}")
    if (low is not None and number < low) or (high is not None and number > high):
        raise ValidationError(f"The {what} is {number:f} {unit}. {expected}")
    return number


def clock_minute(text: str) -> int:
    """The minute of the day of a clock time such as 08:30.

    Raises:
        ValidationError: It is no clock time.

    Example:
        >>> clock_minute("08:30")
        510
    """
    hours, _, minutes = text.strip().partition(":")
    if hours.isdecimal() and minutes.isdecimal() and len(hours) <= 2 and len(minutes) == 2:
        at_min = 60 * int(hours) + int(minutes)
        if int(minutes) < 60 and at_min < 24 * 60:
            return at_min
    if not text.strip():
        raise ValidationError("A time is empty. Give a time such as 08:30.")
    raise ValidationError(f"“{text[:20]}” is not a time of day. Give one such as 08:30.")


@final
class NumberField(forms.Field):
    """One number with a unit, kept exact, and with limits where nobody else checks them."""

    def __init__(
        self,
        *,
        what: str,
        unit: str,
        low: str | None = None,
        high: str | None = None,
        is_whole: bool = False,
        may_be_empty: bool = False,
    ) -> None:
        """Name the number as a sentence would."""
        super().__init__(required=False)
        self.is_whole, self.may_be_empty = is_whole, may_be_empty
        self.what, self.unit = what, unit
        self.low = None if low is None else Decimal(low)
        self.high = None if high is None else Decimal(high)

    def clean(self, value: Any) -> Decimal | None:  # Django types what comes in as Any
        """Give the number, or say what was expected; None where nothing need be said."""
        if self.may_be_empty and not str(value or "").strip():
            return None
        number = typed_number(
            str(value or ""), what=self.what, low=self.low, high=self.high, unit=self.unit
        )
        if self.is_whole and number % 1:
            raise ValidationError(f"The {self.what} is {number:f}. Give a whole number.")
        return number


@final
class ClockField(forms.Field):
    """One time of day as its minute."""

    def clean(self, value: Any) -> int:  # Django types what comes in as Any
        """Give the minute of the day, or say what was expected."""
        return clock_minute(str(value or ""))


@final
@dataclass(frozen=True, slots=True)
class Row:
    """One dose of the day as it was typed."""

    at: str
    amount: str


@final
class TimedWidget(forms.Widget):
    """Reads rows from two names that repeat in the address: one of times, one of amounts."""

    def __init__(self, *, at: str, amount: str) -> None:
        """Name the two."""
        super().__init__()
        self.at, self.amount = at, amount

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> list[Row]:
        """Give the rows in the order of the page; a missing half is empty."""
        if not isinstance(data, MultiValueDict):
            return []
        times, amounts = data.getlist(self.at), data.getlist(self.amount)
        rows = max(len(times), len(amounts))
        times, amounts = ([*half, *[""] * (rows - len(half))] for half in (times, amounts))
        return [Row(at, amount) for at, amount in zip(times, amounts, strict=True)]


@final
class TimedField(forms.Field):
    """The doses of a day: at least one row, each with a time and an amount."""

    def __init__(self, *, widget: TimedWidget, most: str, unit: str) -> None:
        """Say the unit that the amounts of this field have."""
        super().__init__(required=False, widget=widget)
        self.most, self.unit = Decimal(most), unit

    def clean(self, value: Any) -> tuple[tuple[int, Decimal], ...]:  # Django types it as Any
        """Give (minute of the day, number) of each row, or say what is wrong with which row."""
        if not value:
            raise ValidationError("There is no dose. Give at least one time and amount.")
        faults: list[ValidationError] = []
        timed: list[tuple[int, Decimal]] = []
        for place, row in enumerate(value, start=1):
            try:
                at_min = clock_minute(row.at)
                amount = typed_number(
                    row.amount, what="amount", low=Decimal("0.1"), high=self.most, unit=self.unit
                )
            except ValidationError as fault:
                faults.append(ValidationError(f"Dose {place}: {fault.message}"))
            else:
                timed.append((at_min, amount))
        if faults:
            raise ValidationError(faults)
        return tuple(timed)
