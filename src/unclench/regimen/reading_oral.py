"""How the swallowed part of a regimen is read."""

from __future__ import annotations

from decimal import Decimal

from unclench.errors import InputError
from unclench.regimen.doses import Formulation, clock
from unclench.regimen.phrases import (
    PARTS_OF_DAY,
    clock_times,
    count,
    days_after_for,
    separator,
    starts_amount,
    swallowed,
    take_then,
)
from unclench.regimen.steps import MOST_DAYS, OralRegimen, OralStep
from unclench.regimen.tokens import Kind, Token, Tokens
from unclench.units import Mass, mg

__all__ = ["ORAL_STARTS", "USUAL_TIMES", "read_oral"]

USUAL_TIMES = {
    1: (480,),
    2: (480, 1200),
    3: (480, 840, 1200),
    4: (480, 720, 960, 1200),
    5: (360, 600, 840, 1080, 1320),
    6: (420, 600, 780, 960, 1140, 1320),
}
"""Minutes of the day that 'so many times a day' means when no clock times are given."""

_LIQUID = ("liquid", "solution", "suspension", "syrup")
_SOLID = {
    "tablet": Formulation.TABLET,
    "tablets": Formulation.TABLET,
    "granules": Formulation.GRANULES,
}
_NOTHING = ("nothing", "no")
_SWALLOWED = ("tablet", "tablets", "dose", "doses", "granules", "liquid")
ORAL_STARTS = (*_LIQUID, *_SOLID, *_NOTHING, "oral")

_ONCE = {"once": 1, "twice": 2, "thrice": 3}
_LATIN = {"bd": 2, "bid": 2, "tds": 3, "tid": 3, "qds": 4, "qid": 4}
_MISREAD = ("od", "qd", "qod", "prn", "mane", "nocte", "hs", "ac", "pc", "stat", "needed")
_ORDINALS = {"other": 2, "second": 2, "third": 3, "fourth": 4}
_WEEKDAYS = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays"),
    *("weekday", "weekdays", "weekend", "weekends"),
)


def read_oral(tokens: Tokens) -> OralRegimen:
    """Read everything that is swallowed."""
    start = tokens.peek()
    formulation = _formulation(tokens)
    steps = []
    while True:
        step, with_food = _step(tokens, formulation)
        steps.append(step)
        then = take_then(tokens)
        if then is None:
            with tokens.placing(start):
                return OralRegimen(tuple(steps), formulation, with_food)
        _check_then(tokens, then, step, with_food)


def _check_then(tokens: Tokens, then: Token, step: OralStep, with_food: bool) -> None:
    if with_food:
        raise tokens.fault(
            "'with food' counts for every step, but another step follows it.",
            expected="'with food' once, after the last step",
            token=then,
        )
    if step.days is None:
        raise tokens.fault(
            "The step before 'then' has no end.",
            expected="'for' and a number of days before 'then'",
            hint="5 mg x3 for 3 days then 10 mg x3",
            token=then,
        )
    if tokens.peek().is_word("pump", "test", "bolus"):
        raise tokens.fault(
            f"{tokens.peek().shown} cannot follow 'then' after something swallowed.",
            expected="another step to swallow; the pump is a part of its own, joined by '+'",
            hint="10 mg x3 for 7 days + pump off for 7 days then 100 micrograms/day",
        )


def _formulation(tokens: Tokens) -> Formulation:
    start = tokens.peek()
    oral = tokens.take_word("oral")
    if tokens.peek().is_word(*_LIQUID):
        formulation = _liquid(tokens)
    elif tokens.peek().is_word(*_SOLID):
        formulation = _SOLID[tokens.take().text]
    elif oral:
        raise tokens.fault(
            "'oral' does not say what is swallowed.",
            expected="tablets, granules, or a liquid with its strength",
            hint="10 mg at 08:00",
            token=start,
        )
    else:
        return Formulation.TABLET
    if not tokens.take_sign(":"):
        raise tokens.fault(
            tokens.peek().is_not("a colon"),
            expected="what is swallowed, a colon, and the doses",
            hint="liquid 5 mg/mL: 2 mL at 08:00, or granules: 10 mg at 08:00",
        )
    return formulation


def _liquid(tokens: Tokens) -> Formulation:
    word = tokens.take()
    hint = "liquid 5 mg/mL: 2 mL at 08:00"
    number, unit = tokens.peek(), tokens.peek(1)
    if number.kind is not Kind.NUMBER or not unit.is_word("mg"):
        raise tokens.fault(
            f"'{word.written}' has no strength.", expected="1, 2 or 5 mg/mL", hint=hint, token=word
        )
    tokens.skip(2)
    if not tokens.take_sign("/") and not tokens.take_word("per", "in"):
        raise tokens.fault(
            f"'{number.written} mg' is not a strength.", expected="mg/mL", hint=hint, token=number
        )
    volume = tokens.take().text if tokens.peek().kind is Kind.NUMBER else "1"
    if not tokens.take_word("ml"):
        raise tokens.fault(
            tokens.peek().is_not("the volume of a strength"), expected="mg/mL", hint=hint
        )
    with tokens.placing(number):
        per_ml = mg(number.text) / mg(volume) if mg(volume) else Decimal(0)
    for formulation in Formulation:
        if formulation.mg_per_ml == per_ml:
            return formulation
    raise tokens.fault(
        f"There is no liquid with {number.written} mg in {volume} mL.",
        expected="1, 2 or 5 mg/mL",
        hint="the strength on the bottle; 5 mg/5 mL is 1 mg/mL, and 25 mg/5 mL is 5 mg/mL",
        token=number,
    )


def _step(tokens: Tokens, formulation: Formulation) -> tuple[OralStep, bool]:
    start = tokens.peek()
    doses: dict[int, Mass] = {}
    every: int | None = None
    if start.is_word(*_NOTHING):
        _nothing(tokens)
    else:
        every = _doses(tokens, formulation, doses)
    days: int | None = None
    with_food = False
    while True:
        here = tokens.peek()
        again = False
        if _starts_rhythm(tokens):
            again, every = every is not None, _rhythm(tokens)
        elif tokens.take_word("for"):
            again, days = days is not None, days_after_for(tokens)
        elif here.is_word("with"):
            again, with_food = with_food, _food(tokens)
        else:
            break
        if again:
            raise tokens.fault(
                f"{here.shown} is there twice in one step.", expected="it once", token=here
            )
    with tokens.placing(start):
        return OralStep(tuple(sorted(doses.items())), days, every or 1), with_food


def _nothing(tokens: Tokens) -> None:
    if tokens.take().text == "no" and not tokens.take_word(*_SWALLOWED):
        raise tokens.fault(
            tokens.peek().is_not("something to swallow"),
            expected="what is not swallowed",
            hint="no tablets for 3 days",
        )


def _doses(tokens: Tokens, formulation: Formulation, doses: dict[int, Mass]) -> int | None:
    """Read groups of doses into a dictionary; give the rhythm of days, if it came first."""
    ahead, every = 0, None
    while True:
        tokens.skip(ahead)
        amount_token = tokens.peek()
        amount = swallowed(tokens, formulation)
        if _starts_rhythm(tokens):
            every = _rhythm(tokens)
        for minute, token in _times(tokens, amount_token, amount, every):
            if minute in doses:
                raise tokens.fault(
                    f"There are two doses at {clock(minute)}.",
                    expected="each clock time once a day",
                    hint=f"one dose of {(doses[minute] + amount).text('mg')}, if you take both",
                    token=token,
                )
            doses[minute] = amount
        ahead = separator(tokens)
        if not (ahead and starts_amount(tokens, ahead)):
            return every
        if every not in (None, 1):
            raise tokens.fault(
                "More doses follow a rhythm of days, which counts for the whole step.",
                expected="the rhythm once, at the end of the step",
                hint="5 mg at 08:00 and 10 mg at 20:00 every 2 days",
            )


def _times(
    tokens: Tokens, start: Token, amount: Mass, every: int | None
) -> list[tuple[int, Token]]:
    """Read when a group of doses is taken: so many times a day, clock times, or both in accord."""
    often = tokens.peek()
    usual = _frequency(tokens)
    if not tokens.take_word("at"):
        if usual is None:
            raise _no_time(tokens, start, amount, every)
        return [(minute, often) for minute in usual]
    times = clock_times(tokens)
    if usual is not None and len(times) != len(usual):
        raise tokens.fault(
            f"{len(usual)} a day does not go with {len(times)} clock times.",
            expected="as many clock times as doses",
            token=often,
        )
    return times


def _no_time(tokens: Tokens, start: Token, amount: Mass, every: int | None) -> InputError:
    token = tokens.peek()
    written = amount.text("mg")
    part = next((word for word in map(tokens.peek, range(3)) if word.is_word(*PARTS_OF_DAY)), None)
    if part is not None:
        return tokens.fault(
            f"'{part.written}' means a different time to everyone.",
            expected="'at' and clock times",
            hint=f"the hour, such as {written} at {PARTS_OF_DAY[part.text]}",
            token=part,
        )
    if every is not None or token.is_sign("/") or token.is_word("a", "per", "each", "total", "in"):
        return tokens.fault(
            f"{written} a day can be one dose or several.",
            expected="each dose, and how often or at what times",
            hint=f"{written} once a day, or {(amount / 2).text('mg')} at 08:00, 20:00",
            token=start,
        )
    if token.is_word(*_MISREAD):
        return tokens.fault(
            f"{token.shown} does not give a clock time, or is easily misread.",
            expected="clock times, or how many times a day",
            hint=f"{written} once a day, or {written} at 22:00",
        )
    if token.kind is Kind.CLOCK:
        return tokens.fault(
            f"There is no 'at' before {token.shown}.",
            expected="'at' before the clock times",
            hint=f"{written} at {token.written}",
        )
    return tokens.fault(
        f"{written} has no time.",
        expected="'at' and clock times, or how many times a day",
        hint=f"{written} at 08:00, 14:00, 20:00, or {written} x3",
        token=start,
    )


def _frequency(tokens: Tokens) -> tuple[int, ...] | None:
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


def _starts_rhythm(tokens: Tokens) -> bool:
    token = tokens.peek()
    if token.is_word("daily") or (token.is_word("on") and tokens.peek(1).is_word(*_WEEKDAYS)):
        return True
    return token.is_word("every", "each") and not (
        tokens.peek(1).is_word("hour") or tokens.peek(2).is_word("hour", "hours", "h", "hourly")
    )


def _rhythm(tokens: Tokens) -> int:
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


def _food(tokens: Tokens) -> bool:
    tokens.take()
    tokens.take_word("a")
    if not tokens.take_word("food", "meal", "meals"):
        raise tokens.fault(
            tokens.peek().is_not("the word 'food'"), expected="'with food', or nothing about food"
        )
    return True
