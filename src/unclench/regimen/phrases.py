"""The phrases that the parts of a regimen share: amounts, clock times, numbers of days."""

from __future__ import annotations

from unclench.errors import InputError
from unclench.regimen.doses import MINUTES_PER_DAY, Formulation
from unclench.regimen.steps import MOST_AT_ONCE, MOST_DAYS
from unclench.regimen.tokens import Kind, Token, Tokens, nearest
from unclench.units import Mass, mcg, mg

__all__ = [
    "PARTS_OF_DAY",
    "clock_time",
    "clock_times",
    "count",
    "day_number",
    "days_after_for",
    "micrograms",
    "separator",
    "starts_amount",
    "swallowed",
    "take_then",
]

_MILLIGRAMS = frozenset({"mg", "milligram", "milligrams", "milligramme", "milligrammes"})
_MICROGRAMS = frozenset({"mcg", "microgram", "micrograms", "microgramme", "microgrammes"})
_MILLILITRES = frozenset({"ml", "millilitre", "millilitres", "milliliter", "milliliters"})
_MISREAD = frozenset({"ug", "µg", "μg"})
_GRAMS = frozenset({"g", "gram", "grams", "gramme", "grammes"})
_TABLETS = frozenset({"tablet", "tablets", "tab", "tabs", "pill", "pills", "capsule", "capsules"})
_BETWEEN = frozenset({"x", "at", "for", "and", "then", "every", "daily", "once", "twice", "with"})
_NOT_UNITS = _BETWEEN | {"am", "pm", "times"}
_AFTER_A_TIME = frozenset({"am", "pm", "h", "for", "and", "then", "every", "daily", "with"})
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTS = {word: number for number, word in enumerate(_NUMBERS, start=1)}
_HALVES = {"am": 0, "pm": 12 * 60}
_CLOCK_WORDS = {"noon": 12 * 60, "midday": 12 * 60, "midnight": 0}
PARTS_OF_DAY = {
    "waking": "07:00",
    "morning": "08:00",
    "mornings": "08:00",
    "breakfast": "08:00",
    "lunch": "12:00",
    "lunchtime": "12:00",
    "afternoon": "14:00",
    "dinner": "18:00",
    "supper": "18:00",
    "evening": "20:00",
    "evenings": "20:00",
    "night": "22:00",
    "nights": "22:00",
    "bedtime": "22:00",
}


def swallowed(tokens: Tokens, formulation: Formulation) -> Mass:
    """Read the amount of a swallowed dose: mg, or mL of a liquid of known strength."""
    number, unit = _number_and_unit(tokens, "mg", "10 mg at 08:00")
    if unit.text in _MILLIGRAMS:
        with tokens.placing(number):
            return _not_too_much(mg(number.text))
    if unit.text in _MILLILITRES:
        if formulation.mg_per_ml is None:
            raise tokens.fault(
                f"'{number.written} {unit.written}' is a volume without a strength.",
                expected="the strength of the liquid before the first dose",
                hint=f"liquid 5 mg/mL: {number.text} mL at 08:00",
                token=number,
            )
        with tokens.placing(number):
            return _not_too_much(mg(number.text) * formulation.mg_per_ml)
    if unit.text in _MICROGRAMS | _MISREAD:
        raise tokens.fault(
            f"'{number.written} {unit.written}' would be swallowed, and that is counted in mg.",
            expected="mg for tablets, granules and liquids; micrograms for a pump or a test dose",
            hint=f"pump {number.text} micrograms/day, if a pump gives it; 1 mg is 1000 micrograms",
            token=number,
        )
    raise _wrong_unit(tokens, number, unit, "mg")


def micrograms(tokens: Tokens, example: str) -> Mass:
    """Read the amount of an intrathecal dose."""
    number, unit = _number_and_unit(tokens, "micrograms", example)
    if unit.text in _MICROGRAMS:
        with tokens.placing(number):
            return _not_too_much(mcg(number.text))
    if unit.text in _MILLIGRAMS:
        with tokens.placing(number):
            amount = mg(number.text)
        raise tokens.fault(
            f"'{number.written} {unit.written}' is in milligrams, "
            "and a pump or a test dose is counted in micrograms.",
            expected="micrograms for a pump or a test dose; mg for what is swallowed",
            hint=f"{amount.text('micrograms')}, if {amount.text('mg')} is really meant",
            token=number,
        )
    raise _wrong_unit(tokens, number, unit, "micrograms")


def starts_amount(tokens: Tokens, ahead: int) -> bool:
    """Tell whether the number after so many tokens is an amount, rather than a clock time."""
    number, following = tokens.peek(ahead), tokens.peek(ahead + 1)
    return (
        number.kind is Kind.NUMBER
        and following.kind is Kind.WORD
        and following.text not in _AFTER_A_TIME
    )


def _number_and_unit(tokens: Tokens, unit: str, example: str) -> tuple[Token, Token]:
    number = tokens.peek()
    if number.is_sign("-"):
        raise tokens.fault("An amount cannot be below zero.", expected="a number from 0 up")
    if number.kind is not Kind.NUMBER:
        raise tokens.fault(
            number.is_not("an amount"), expected=f"an amount in {unit}", hint=example
        )
    tokens.take()
    word = tokens.peek()
    if word.is_word("x"):
        raise tokens.fault(
            f"'{number.written} x' comes before the amount.",
            expected="the amount first, then how often",
            hint=f"10 mg x{number.text}",
            token=number,
        )
    if word.kind is not Kind.WORD or word.text in _NOT_UNITS:
        raise tokens.fault(
            f"'{number.written}' has no unit.",
            expected=f"{unit} after the number",
            hint=f"{number.text} {unit}",
            token=number,
        )
    return number, tokens.take()


def _not_too_much(amount: Mass) -> Mass:
    if amount > MOST_AT_ONCE:
        raise InputError(
            f"{amount.text('mg')} is more than anyone is given.", expected="at most 10 g (10000 mg)"
        )
    return amount


def _wrong_unit(tokens: Tokens, number: Token, unit: Token, right: str) -> InputError:
    written = f"'{number.written} {unit.written}'"
    if unit.text in _GRAMS:
        what = f"{written} is in grams, a thousand mg each."
        hint = f"{number.text} {right}, if that is meant"
    elif unit.text in _TABLETS:
        what = f"{written} does not say how much: tablets differ."
        hint = "10 mg, if that is what you swallow"
    elif unit.text in _MILLILITRES:
        what = f"{written} is a volume, not an amount of baclofen."
        hint = f"the {right} that this volume holds"
    elif unit.text in _MISREAD:
        what, hint = f"'{unit.written}' is easily misread as mg.", f"{number.text} micrograms"
    else:
        what = f"'{unit.written}' is not a unit of baclofen."
        hint = nearest(unit.text, ("mg", "micrograms", "mcg", "mL"))
    return tokens.fault(what, expected=f"{right} after the number", hint=hint, token=unit)


def separator(tokens: Tokens) -> int:
    """Give how many tokens the coming ',' or 'and' or ', and' takes; 0 if there is none."""
    if tokens.peek().is_sign(","):
        return 2 if tokens.peek(1).is_word("and") else 1
    return 1 if tokens.peek().is_word("and") else 0


def take_then(tokens: Tokens) -> Token | None:
    """Take 'then' or ', then' and give it, or None if neither is next."""
    if tokens.peek().is_sign(",") and tokens.peek(1).is_word("then"):
        tokens.take()
    return tokens.take() if tokens.peek().is_word("then") else None


def clock_times(tokens: Tokens) -> list[tuple[int, Token]]:
    """Read one clock time or several, with commas or 'and' between them."""
    times = []
    ahead = 0
    while True:
        tokens.skip(ahead)
        token = tokens.peek()
        times.append((clock_time(tokens), token))
        ahead = separator(tokens)
        if not (ahead and _starts_time(tokens, ahead)):
            return times


def _starts_time(tokens: Tokens, ahead: int) -> bool:
    token = tokens.peek(ahead)
    return (
        token.kind is Kind.CLOCK
        or (token.kind is Kind.NUMBER and not starts_amount(tokens, ahead))
        or token.is_word(*_CLOCK_WORDS, *PARTS_OF_DAY)
    )


def clock_time(tokens: Tokens, *, closing: bool = False) -> int:
    """Read a clock time as a minute of the day.

    Args:
        tokens: What is still to be read.
        closing: Whether it closes a stretch of the day, so that midnight is 24:00.
    """
    token = tokens.take()
    if token.text in _CLOCK_WORDS and token.kind is Kind.WORD:
        return _CLOCK_WORDS[token.text] or (MINUTES_PER_DAY if closing else 0)
    half = tokens.peek().text if tokens.peek().is_word(*_HALVES) else ""
    if token.kind is Kind.CLOCK or (half and token.text.isdecimal()):
        tokens.skip(bool(half))
        hour, _, minute = token.text.partition(":")
        return _minute_of_day(tokens, token, (int(hour), int(minute or "0"), half), closing)
    raise _no_clock_time(tokens, token)


def _minute_of_day(tokens: Tokens, token: Token, parts: tuple[int, int, str], closing: bool) -> int:
    hour, minute, half = parts
    written = f"{token.written} {half}".strip()
    if half and hour == 12:
        raise tokens.fault(
            f"'{written}' can be read in two ways.",
            expected="noon, midnight, or a time on the 24-hour clock",
            hint=f"00:{minute:02d} for the start of the day, 12:{minute:02d} for its middle",
            token=token,
        )
    if minute > 59 or hour > (11 if half else 23) or (half and hour == 0):
        if closing and (hour, minute) == (24, 0):
            return MINUTES_PER_DAY
        raise tokens.fault(
            f"There is no clock time {written}.",
            expected="1 to 11 before am or pm" if half else "a time from 00:00 to 23:59",
            hint="00:00 for midnight" if hour == 24 else "",
            token=token,
        )
    return hour * 60 + minute + (_HALVES[half] if half else 0)


def _no_clock_time(tokens: Tokens, token: Token) -> InputError:
    what, hint = token.is_not("a clock time"), "08:00, 8 am or noon"
    if token.is_word(*PARTS_OF_DAY):
        what = f"'{token.written}' means a different time to everyone."
        hint = f"the hour, such as {PARTS_OF_DAY[token.text]}"
    elif tokens.peek().is_sign(":"):
        hint = "08:00, with two digits for the minutes and no seconds"
    elif token.kind is Kind.NUMBER:
        whole, _, rest = token.text.partition(".")
        if rest:
            hint = f"{whole:0>2}:{rest:0<2}" if len(rest) <= 2 else hint
        elif len(whole) > 2:
            hint = f"{whole[:-2]:0>2}:{whole[-2:]}" if len(whole) <= 4 else hint
        else:
            hint = f"{whole:0>2}:00, or {whole} am"
    return tokens.fault(
        what, expected="hours and minutes with a colon between them", hint=hint, token=token
    )


def count(tokens: Tokens, what: str, *, most: int) -> int:
    """Read a whole number from 1 up, in digits or as a word up to ten."""
    token = tokens.peek()
    expected = f"a whole number of {what} from 1 to {most}"
    if token.is_word(*_COUNTS):
        number = _COUNTS[token.text]
    elif token.kind is Kind.NUMBER and token.text.isdecimal():
        number = int(token.text)
    else:
        raise tokens.fault(token.is_not(f"a whole number of {what}"), expected=expected)
    if not 1 <= number <= most:
        raise tokens.fault(f"It cannot be {token.written} {what}.", expected=expected)
    tokens.take()
    return number


def days_after_for(tokens: Tokens) -> int:
    """Read how long a step lasts, after the word 'for'."""
    start = tokens.peek()
    if start.is_word("ever"):
        raise tokens.fault("'for ever' is not needed.", expected="a number of days or nothing")
    number = int(tokens.take_word("a")) or count(tokens, "days", most=MOST_DAYS)
    unit = tokens.peek()
    if not unit.is_word("day", "days", "week", "weeks"):
        long = unit.is_word("month", "months", "year", "years")
        raise tokens.fault(
            f"'{unit.written}' do not have a fixed number of days."
            if long
            else unit.is_not("the word 'days' or 'weeks'"),
            expected="days or weeks",
            hint=f"for {number * 4} weeks" if unit.is_word("month", "months") else "for 7 days",
        )
    tokens.take()
    total = number * (7 if unit.text.startswith("week") else 1)
    if total > MOST_DAYS:
        raise tokens.fault(
            f"{total} days is longer than a plan can be.",
            expected=f"at most {MOST_DAYS} days",
            token=start,
        )
    return total


def day_number(tokens: Tokens) -> int:
    """Read 'day 3' as 3."""
    if not tokens.take_word("day"):
        raise tokens.fault(
            tokens.peek().is_not("a day"),
            expected="'day' and its number; the first day is day 1",
            hint="day 3 14:00",
        )
    return count(tokens, "days", most=MOST_DAYS)
