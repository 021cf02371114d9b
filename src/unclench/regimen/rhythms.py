"""How often: so many times a day, and on which days."""

from __future__ import annotations

from unclench.regimen.phrases import count
from unclench.regimen.steps import MOST_DAYS
from unclench.regimen.tokens import Kind, Tokens

__all__ = ["USUAL_TIMES", "frequency", "rhythm", "starts_rhythm"]

USUAL_TIMES = {
    1: (480,),
    2: (480, 1200),
    3: (480, 840, 1200),
    4: (480, 720, 960, 1200),
    5: (360, 600, 840, 1080, 1320),
    6: (420, 600, 780, 960, 1140, 1320),
}
"""Minutes of the day that 'so many times a day' means when no clock times are given."""

_ONCE = {"once": 1, "twice": 2, "thrice": 3}
_LATIN = {"bd": 2, "bid": 2, "tds": 3, "tid": 3, "qds": 4, "qid": 4}
_ORDINALS = {"other": 2, "second": 2, "third": 3, "fourth": 4}
_WEEKDAYS = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays"),
    *("weekday", "weekdays", "weekend", "weekends"),
)


def frequency(tokens: Tokens) -> tuple[int, ...] | None:
    """Read how often a day, as minutes of the day; None if that does not come next."""
    token, following = tokens.peek(), tokens.peek(1)
    if token.is_word("every", "each"):
        return _hourly(tokens)
    if token.is_word(*_LATIN):
        return USUAL_TIMES[_LATIN[tokens.take().text]]
    if token.is_word("x"):
        tokens.take()
        number = _times_a_day(tokens)
        _take_a_day(tokens)
    elif following.is_word("x"):
        number = _times_a_day(tokens)
        tokens.take()
        _take_a_day(tokens)
    elif token.is_word(*_ONCE) or following.is_word("times"):
        number = _ONCE.get(token.text, 0)
        tokens.skip(bool(number))
        number = number or _times_a_day(tokens)
        tokens.take_word("times")
        if not _take_a_day(tokens):
            raise tokens.fault(
                "This does not say 'a day'.",
                expected="'a day' or 'daily'",
                hint="twice a day; for other rhythms, 10 mg at 08:00 every 7 days",
            )
    else:
        return None
    return USUAL_TIMES[number]


def _times_a_day(tokens: Tokens) -> int:
    token = tokens.peek()
    if token.kind is Kind.NUMBER and token.text.isdecimal() and int(token.text) > len(USUAL_TIMES):
        raise tokens.fault(
            f"{token.written} times a day has no usual clock times.",
            expected=f"at most {len(USUAL_TIMES)} times a day, or clock times",
            hint="10 mg at 06:00, 08:00, 10:00",
        )
    return count(tokens, "times a day", most=len(USUAL_TIMES))


def _take_a_day(tokens: Tokens) -> bool:
    token, following = tokens.peek(), tokens.peek(1)
    if token.is_word("daily"):
        tokens.take()
        return True
    if (token.is_word("a", "per", "every", "each") or token.is_sign("/")) and following.is_word(
        "day"
    ):
        tokens.skip(2)
        return True
    return False


def _hourly(tokens: Tokens) -> tuple[int, ...] | None:
    """Read 'every 8 hours' as clock times that hold 08:00; None if it is not about hours."""
    one = tokens.peek(1).is_word("hour")
    if not one and not tokens.peek(2).is_word("hour", "hours", "h", "hourly"):
        return None
    tokens.take()
    start = tokens.peek()
    hours = 1 if one else count(tokens, "hours", most=24)
    tokens.take()
    if 24 % hours:
        raise tokens.fault(
            f"Every {hours} hours falls at other clock times each day.",
            expected="a number of hours that divides 24",
            hint="every 4, 6, 8 or 12 hours, or the clock times",
            token=start,
        )
    return tuple(sorted((8 + step) % 24 * 60 for step in range(0, 24, hours)))


def starts_rhythm(tokens: Tokens) -> bool:
    """Tell whether a rhythm of days comes next, such as 'daily' or 'every 2 days'."""
    token = tokens.peek()
    if token.is_word("daily") or (token.is_word("on") and tokens.peek(1).is_word(*_WEEKDAYS)):
        return True
    return token.is_word("every", "each") and not (
        tokens.peek(1).is_word("hour") or tokens.peek(2).is_word("hour", "hours", "h", "hourly")
    )


def rhythm(tokens: Tokens) -> int:
    """Read 'every day', 'every 2 days', 'every other day', 'every 2 weeks'."""
    if tokens.take().text == "daily" or tokens.take_word("day"):
        return 1
    token = tokens.peek()
    if token.is_word(*_WEEKDAYS):
        raise tokens.fault(
            f"'{token.written}' has no meaning here: days are numbered from day 1.",
            expected="'every day' or 'every 2 days'",
        )
    if token.is_word(*_ORDINALS):
        number = _ORDINALS[tokens.take().text]
    else:
        number = 1 if token.is_word("week") else count(tokens, "days", most=MOST_DAYS)
    unit = tokens.peek()
    if not tokens.take_word("day", "days", "week", "weeks"):
        raise tokens.fault(
            unit.is_not("a rhythm of days"),
            expected="'every day', 'every 2 days' or 'every 8 hours'",
        )
    total = number * (7 if unit.text.startswith("week") else 1)
    if total > MOST_DAYS:
        raise tokens.fault(
            f"Every {total} days is longer than a plan can be.",
            expected=f"at most {MOST_DAYS} days",
            token=token,
        )
    return total
