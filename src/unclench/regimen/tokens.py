"""A text cut into numbers, clock times, words and signs, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import final

from unclench.errors import InputError

__all__ = ["MOST_CHARACTERS", "Kind", "Token", "Tokens", "nearest"]

MOST_CHARACTERS = 2000


@final
class Kind(Enum):
    """What a token is."""

    NUMBER = "number"
    CLOCK = "clock time"
    WORD = "word"
    SIGN = "sign"
    END = "end"


@final
@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: its kind, its text in small letters, as written, and where it starts."""

    kind: Kind
    text: str
    written: str
    position: int

    @property
    def shown(self) -> str:
        """How a message calls this token."""
        return "nothing" if self.kind is Kind.END else f"'{self.written}'"

    def is_not(self, what: str) -> str:
        """Say that this token is not what was asked for."""
        if self.kind is Kind.END:
            return f"{what[0].upper()}{what[1:]} is missing."
        return f"{self.shown} is not {what}."

    def is_word(self, *words: str) -> bool:
        """Tell whether this is one of some words."""
        return self.kind is Kind.WORD and self.text in words

    def is_sign(self, *signs: str) -> bool:
        """Tell whether this is one of some signs."""
        return self.kind is Kind.SIGN and self.text in signs


_PATTERN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<clock>[0-9]{1,2}:[0-9]{2}(?![0-9:]))
  | (?P<comma>[0-9]+(?:,[0-9]+)+(?:\.[0-9]+)?(?![0-9:]))
  | (?P<number>[0-9]+(?:\.[0-9]+)?)
  | (?P<word>[ap]\.m\.?(?![a-z])|[^\W\d_]+)
  | (?P<sign>[-,:+/×–—])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SAME = {"×": "x", "–": "-", "—": "-", "a.m.": "am", "a.m": "am", "p.m.": "pm", "p.m": "pm"}


@final
class Tokens:
    """The tokens of a text, read from left to right.

    Args:
        text: What was written.

    Raises:
        InputError: if it is empty, longer than 2000 characters, or holds a character that has no
            meaning here.
    """

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise InputError(f"{text!r} is not text.", expected="a regimen in words", hint=_TRY)
        if len(text) > MOST_CHARACTERS:
            raise InputError(
                f"The text has {len(text)} characters.",
                expected=f"at most {MOST_CHARACTERS}",
                hint="fewer steps in one regimen",
            )
        self._tokens = _cut(text)
        self._next = 0
        if len(self._tokens) == 1:
            raise InputError("There is no text.", expected="a regimen in words", hint=_TRY)

    def peek(self, ahead: int = 0) -> Token:
        """Give a token that is still to come, without taking it."""
        return self._tokens[min(self._next + ahead, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Take the next token."""
        token = self.peek()
        self._next += 1
        return token

    def skip(self, many: int) -> None:
        """Take so many tokens that have been looked at."""
        self._next += many

    def take_word(self, *words: str) -> bool:
        """Take the next token if it is one of some words."""
        taken = self.peek().is_word(*words)
        self._next += taken
        return taken

    def take_sign(self, *signs: str) -> bool:
        """Take the next token if it is one of some signs."""
        taken = self.peek().is_sign(*signs)
        self._next += taken
        return taken

    def fault(
        self, what: str, *, expected: str, hint: str = "", token: Token | None = None
    ) -> InputError:
        """Give the error that tells what is wrong at a token, or at the next one."""
        where = token or self.peek()
        return InputError(f"{_place(where)}: {what}", expected=expected, hint=hint)

    @contextmanager
    def placing(self, token: Token) -> Iterator[None]:
        """Add the place of a token to an error of what is made from it."""
        try:
            yield
        except InputError as error:
            raise self.fault(
                error.what, expected=error.expected, hint=error.hint, token=token
            ) from None


def nearest(word: str, known: Iterable[str]) -> str:
    """Give a question that names the known word nearest to one, or nothing."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else ""


def _cut(text: str) -> list[Token]:
    tokens, position = [], 0
    while position < len(text):
        match = _PATTERN.match(text, position)
        if match is None or (match.lastgroup == "word" and _is_fraction(match.group())):
            raise _unreadable(text[position], position)
        if match.lastgroup == "comma":
            raise _ambiguous(match.group(), position)
        if match.lastgroup != "space":
            tokens.append(_token(match))
        position = match.end()
    tokens.append(Token(Kind.END, "", "", len(text) + 1))
    return tokens


def _token(match: re.Match[str]) -> Token:
    written = match.group()
    small = written.casefold()
    text = _SAME.get(small, small)
    kinds = {"clock": Kind.CLOCK, "number": Kind.NUMBER, "word": Kind.WORD, "sign": Kind.SIGN}
    kind = Kind.WORD if text == "x" else kinds[str(match.lastgroup)]
    return Token(kind, text, written, match.start() + 1)


def _is_fraction(word: str) -> bool:
    return not word[0].isalpha()


def _ambiguous(written: str, position: int) -> InputError:
    whole, point = written.replace(",", ""), written.replace(",", ".", 1)
    if len(written.rpartition(",")[2]) != 3:
        hint = f"{point}, if that is meant"
    else:
        hint = f"{whole} without the comma, or {point} with a point, whichever is meant"
    return InputError(
        f"At character {position + 1}: '{written}' can be read in two ways.",
        expected="a point for decimals, and nothing between thousands",
        hint=hint,
    )


def _unreadable(sign: str, position: int) -> InputError:
    return InputError(
        f"At character {position + 1}: {sign!r} has no meaning here.",
        expected=_EXPECTED_SIGNS.get(sign, "letters, digits and the signs , : + / -"),
        hint=_HINTS.get(sign, ""),
    )


def _place(token: Token) -> str:
    return "At the end" if token.kind is Kind.END else f"At character {token.position}"


_TRY = "10 mg at 08:00, 14:00, 20:00"
_EXPECTED_SIGNS = {
    ".": "a digit before and after a decimal point",
    ";": "'then' between steps, and a comma between clock times",
}
_HINTS = {
    ".": "0.5 mg, with a zero before the point",
    ";": "5 mg x3 for 3 days then 10 mg x3",
    "&": "and",
    "*": "x",
    "¼": "0.25",
    "½": "0.5",
    "¾": "0.75",
    "@": "at",
}
