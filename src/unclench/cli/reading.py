"""How options are read: each refuses in our words, with what was expected of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import TypeVar

from unclench.errors import InputError

Member = TypeVar("Member", bound=Enum)


def number(option: str, what: str) -> Callable[[str], float]:
    """A reader of numbers for an option; the window is for those who use the number to say.

    Example:
        >>> number("--weight", "a weight in kg")("58.5")
        58.5
    """

    def read(text: str) -> float:
        try:
            return float(text)
        except ValueError:
            raise InputError(
                f"{text!r} is not a number for {option}.",
                expected=f"{what}, as a number with at most one decimal point",
            ) from None

    return read


def whole(option: str, what: str) -> Callable[[str], int]:
    """A reader of whole numbers for an option.

    Example:
        >>> whole("--days", "a number of days")("7")
        7
    """

    def read(text: str) -> int:
        try:
            return int(text)
        except ValueError:
            raise InputError(
                f"{text!r} is not a whole number for {option}.", expected=f"{what}, in digits"
            ) from None

    return read


def choice(option: str, members: type[Member]) -> Callable[[str | Member], Member]:
    """A reader of one word out of an enumeration's values.

    Example:
        >>> from unclench.patient import TimeOfDay
        >>> choice("--worst", TimeOfDay)("night")
        <TimeOfDay.NIGHT: 'night'>
    """

    def read(text: str | Member) -> Member:
        try:
            return members(text)
        except ValueError:
            words = one_of(str(member.value) for member in members)
            raise InputError(f"{text!r} is nothing for {option}.", expected=words) from None

    return read


def one_of(words: Iterable[str]) -> str:
    """A choice in words.

    Example:
        >>> one_of(["this", "that", "the other"])
        'this, that or the other'
    """
    *most, last = list(words)
    return f"{', '.join(most)} or {last}" if most else last
