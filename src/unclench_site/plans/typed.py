"""Reads what people type into the forms of this room: numbers with a unit, clock times, lists."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final, final
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

MOST_TYPED: Final = 12
"""Characters of a typed number that are read; a longer one is no dose."""
MOST_MEDICINES: Final = 60
MOST_LETTERS: Final = 100
SEPARATORS: Final = re.compile(r"[,;\n\r]+")


def exact(text: str, *, what: str, unit: str, low: str, high: str) -> Decimal:
    """Give a typed number exactly; a comma counts as a decimal point.

    Raises:
        ValidationError: if it is no number, or not between low and high.

    Example:
        >>> exact("2,5", what="dose", unit="mg", low="0.1", high="500")
        Decimal('2.5')
    """
    expected = f"Give a number from {low} to {high}, {unit}."
    plain = text.strip().replace(",", ".")
    if not plain:
        raise ValidationError(f"The {what} is empty. {expected}")
    try:
        number = Decimal(plain) if len(plain) <= MOST_TYPED and plain.isascii() else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValidationError(f"The {what} “{text[:20]}” is not a number. {expected}")
    if not Decimal(low) <= number <= Decimal(high):
        raise ValidationError(f"The {what} is {number:f} {unit}. {expected}")
    return number


def minute_of_day(text: str) -> int:
    """Give the minute of the day of a clock time such as 08:30.

    Raises:
        ValidationError: if it is no clock time.

    Example:
        >>> minute_of_day("08:30")
        510
    """
    found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(:00)?", text.strip())
    if found and int(found[1]) < 24 and int(found[2]) < 60:
        return 60 * int(found[1]) + int(found[2])
    if not text.strip():
        raise ValidationError("A time is empty. Give a time such as 08:30.")
    raise ValidationError(f"“{text[:20]}” is not a time of day. Give one such as 08:30.")


def medicine_list(text: str) -> tuple[str, ...]:
    """Give the medicines of a list, one a line or between commas, in the person's own words.

    Raises:
        ValidationError: if there are too many, or one is too long to be a name.

    Example:
        >>> medicine_list("tizanidine 4 mg, ibuprofen")
        ('tizanidine 4 mg', 'ibuprofen')
    """
    names = tuple(dict.fromkeys(" ".join(one.split()) for one in SEPARATORS.split(text)))
    names = tuple(name for name in names if name)
    if len(names) > MOST_MEDICINES:
        raise ValidationError(f"There are {len(names)} medicines. Give at most {MOST_MEDICINES}.")
    for name in names:
        if len(name) > MOST_LETTERS:
            raise ValidationError(
                f"“{name[:20]}…” is too long for a name. Give each medicine its own line."
            )
    return names


def one_line(text: str, *, most: int) -> str:
    """Give free words on one line, without what no keyboard types, cut to a length.

    Example:
        >>> one_line("we   spoke  today", most=20)
        'we spoke today'
    """
    seen = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(seen.split())[:most]


def moment_on_wall(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Give the moment at which somebody's clock shows a time.

    Raises:
        ValidationError: if their clock jumps over it.
    """
    wall = datetime.combine(day, time(minute // 60, minute % 60))
    at = wall.replace(tzinfo=zone)
    if at.timestamp() != datetime.fromtimestamp(at.timestamp(), zone).timestamp() or (
        datetime.fromtimestamp(at.timestamp(), zone).replace(tzinfo=None) != wall
    ):
        raise ValidationError("Your clock jumps over that time on that day. Give one after it.")
    return at


@final
class NumberField(forms.Field):
    """One number with a unit, kept exact."""

    def __init__(
        self, *, what: str, unit: str, low: str, high: str, whole: bool = False, **options: Any
    ) -> None:
        """Name the number as a sentence would."""
        super().__init__(**options)
        self.what, self.unit, self.low, self.high, self.whole = what, unit, low, high, whole

    def clean(self, value: Any) -> Decimal | None:  # Django types what comes in as Any
        """Give the number, None where it may be empty and is, or say what was expected."""
        text = str(value or "")
        if not self.required and not text.strip():
            return None
        number = exact(text, what=self.what, unit=self.unit, low=self.low, high=self.high)
        if self.whole and number % 1:
            raise ValidationError(f"The {self.what} is {number:f}. Give a whole number.")
        return number


@final
class ClockField(forms.Field):
    """One time of day as its minute."""

    def clean(self, value: Any) -> int:  # Django types what comes in as Any
        """Give the minute of the day, or say what was expected."""
        return minute_of_day(str(value or ""))


@final
class DayField(forms.DateField):
    """One day of the calendar, with our words for what is wrong."""

    def __init__(self, *, what: str, low: date | None = None, **options: Any) -> None:
        """Name the day as a sentence would."""
        super().__init__(
            input_formats=["%Y-%m-%d"], widget=forms.DateInput(attrs={"type": "date"}), **options
        )
        self.what, self.low = what, low or date(1920, 1, 1)
        expected = "Give a day such as 2026-03-01 (year, month, day)."
        self.error_messages = {
            "required": f"The {what} is empty. {expected}",
            "invalid": f"The {what} is not a day of the calendar. {expected}",
        }

    def to_python(self, value: Any) -> date | None:  # Django types what comes in as Any
        """Give the day, or say what was expected."""
        day = super().to_python(value)
        if day is not None and not self.low <= day <= date(2200, 1, 1):
            raise ValidationError(f"The {self.what} is {day}. Give a day from {self.low} on.")
        return day


class RoomForm(forms.Form):
    """A form whose faults are listed with the field to mend."""

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Everything that is wrong: the name of the field, and the words."""
        return [(name, str(words)) for name, said in self.errors.items() for words in said]

    def wrong(self, name: str) -> str:
        """What is wrong with a field, in words; empty if nothing is."""
        return " ".join(str(words) for words in self.errors.get(name, ()))

    @property
    def wrongs(self) -> dict[str, str]:
        """What is wrong with each field, by its name."""
        return {name: self.wrong(name) for name in self.fields}

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Everything that was sent, to be sent again with the next answer."""
        data: Any = self.data
        kept = [name for name in data if name not in {"csrfmiddlewaretoken", "do"}]
        return [(name, value) for name in kept for value in data.getlist(name)]
