"""How the intrathecal parts of a regimen are read: the pump and the test doses."""

from __future__ import annotations

from itertools import pairwise

from unclench.errors import InputError
from unclench.regimen.doses import MINUTES_PER_DAY, Administration, Dose, Route, clock, moment
from unclench.regimen.phrases import (
    clock_time,
    clock_times,
    day_number,
    days_after_for,
    micrograms,
    separator,
    take_then,
)
from unclench.regimen.steps import MOST_AT_ONCE, PumpProgram, PumpStep, TimedMass
from unclench.regimen.tokens import Kind, Token, Tokens
from unclench.units import ZERO, Mass

__all__ = ["read_pump", "read_tests"]

_RATE = "200 micrograms/day"
_USUAL_TEST_MIN = 8 * 60


def read_pump(tokens: Tokens) -> PumpProgram:
    """Read everything that the pump gives."""
    start = tokens.take()
    steps = []
    while True:
        step = _step(tokens)
        steps.append(step)
        then = take_then(tokens)
        if then is None:
            with tokens.placing(start):
                return PumpProgram(tuple(steps))
        if step.days is None:
            raise tokens.fault(
                "The step before 'then' has no end.",
                expected="'for' and a number of days before 'then'",
                hint="pump 100 micrograms/day for 14 days then 180 micrograms/day",
                token=then,
            )
        if tokens.peek().is_word("test", "tablets", "liquid", "granules"):
            raise tokens.fault(
                f"{tokens.peek().shown} cannot follow 'then' after a pump.",
                expected="another rate of the pump; other parts are joined by '+'",
                hint="pump 100 micrograms/day + 10 mg x3",
            )
        tokens.take_word("pump")


def _step(tokens: Tokens) -> PumpStep:
    start = tokens.peek()
    segments = ((0, ZERO),) if tokens.take_word("off") else _segments(tokens)
    boluses: dict[int, Mass] = {}
    while (ahead := separator(tokens)) and tokens.peek(ahead).is_word("bolus", "boluses"):
        tokens.skip(ahead + 1)
        _boluses(tokens, boluses)
    days = days_after_for(tokens) if tokens.take_word("for") else None
    if tokens.peek().is_word("every", "daily", "each", "on"):
        raise tokens.fault(
            "A pump runs every day.",
            expected="'for' and a number of days, or nothing",
            hint="pump 200 micrograms/day for 14 days",
        )
    with tokens.placing(start):
        return PumpStep(segments, tuple(sorted(boluses.items())), days)


def _segments(tokens: Tokens) -> tuple[TimedMass, ...]:
    first = tokens.peek()
    rate = _rate(tokens)
    if not _starts_range(tokens):
        if tokens.peek().is_sign(",") and tokens.peek(1).kind is Kind.NUMBER:
            raise tokens.fault(
                "A second rate follows one that holds all day.",
                expected="the hours of every rate",
                hint="100 micrograms/day 06:00-22:00, 200 micrograms/day 22:00-06:00",
                token=tokens.peek(1),
            )
        return ((0, rate),)
    spans = [(*_range(tokens), rate)]
    while (ahead := separator(tokens)) and tokens.peek(ahead).kind is Kind.NUMBER:
        tokens.skip(ahead)
        here = tokens.peek()
        rate = _rate(tokens)
        if not _starts_range(tokens):
            raise tokens.fault(
                "This rate has no hours.",
                expected="the hours of every rate, if one has them",
                hint="200 micrograms/day 22:00-06:00",
                token=here,
            )
        spans.append((*_range(tokens), rate))
    return _whole_day(tokens, first, sorted(spans, key=lambda span: span[0]))


def _rate(tokens: Tokens) -> Mass:
    start = tokens.peek()
    amount = micrograms(tokens, _RATE)
    if not tokens.take_sign("/") and not tokens.take_word("per", "a", "each", "every"):
        raise tokens.fault(
            f"{amount.text('micrograms')} is an amount, not a rate.",
            expected="micrograms/day",
            hint=f"{amount.text('micrograms')}/day; for a single amount, "
            f"bolus {amount.text('micrograms')} at 22:00",
            token=start,
        )
    unit = tokens.peek()
    if tokens.take_word("day", "d"):
        return amount
    if not tokens.take_word("hour", "hr", "h"):
        raise tokens.fault(
            unit.is_not("the time of a rate"),
            expected="micrograms/day or micrograms/hour",
            hint=_RATE,
        )
    with tokens.placing(start):
        daily = amount * 24
        if daily > MOST_AT_ONCE:
            raise InputError(
                f"{amount.text('micrograms')}/hour is more than anyone is given.",
                expected="at most 10 g a day",
            )
        return daily


def _starts_range(tokens: Tokens) -> bool:
    token = tokens.peek()
    return (
        token.kind in (Kind.CLOCK, Kind.NUMBER)
        or token.is_word("from", "noon", "midday", "midnight")
        or token.is_word("at", "between")
    )


def _range(tokens: Tokens) -> tuple[int, int]:
    """Read '06:00-22:00' as (360, 960): when it begins and how many minutes it lasts."""
    if tokens.peek().is_word("at", "between"):
        raise tokens.fault(
            f"{tokens.peek().shown} does not give the hours of a rate.",
            expected="the hours from and to",
            hint="100 micrograms/day 06:00-22:00",
        )
    tokens.take_word("from")
    token = tokens.peek()
    start = clock_time(tokens)
    if not tokens.take_sign("-") and not tokens.take_word("to", "until"):
        raise tokens.fault(
            f"The hours that begin at {clock(start)} have no end.",
            expected="the hours from and to, with '-' between them",
            hint=f"{clock(start)}-22:00",
        )
    end = clock_time(tokens, closing=True)
    minutes = (end - start) % MINUTES_PER_DAY
    if minutes == 0 and (start, end) != (0, MINUTES_PER_DAY):
        raise tokens.fault(
            f"{clock(start)}-{clock(end)} can be no time or the whole day.",
            expected="an end that is not the start",
            hint="leave the hours out for a rate that holds all day",
            token=token,
        )
    return start, minutes or MINUTES_PER_DAY


def _whole_day(
    tokens: Tokens, start: Token, spans: list[tuple[int, int, Mass]]
) -> tuple[TimedMass, ...]:
    again = [(begins + MINUTES_PER_DAY, minutes, rate) for begins, minutes, rate in spans[:1]]
    for (begins, minutes, _), (following, _, _) in pairwise([*spans, *again]):
        if begins + minutes == following:
            continue
        gap = begins + minutes < following
        low, high = sorted((begins + minutes, following))
        hours = f"{clock(low % MINUTES_PER_DAY)}-{clock(high % MINUTES_PER_DAY)}"
        raise tokens.fault(
            f"No rate is given for {hours}." if gap else f"Two rates are given for {hours}.",
            expected="rates that fill the whole day, each hour once",
            hint=f"0 micrograms/day {hours} if the pump gives nothing then" if gap else "",
            token=start,
        )
    if len(spans) == 1:
        return ((0, spans[0][2]),)
    return tuple((begins, rate) for begins, _, rate in spans)


def _boluses(tokens: Tokens, boluses: dict[int, Mass]) -> None:
    amount = micrograms(tokens, "bolus 20 micrograms at 22:00")
    if not tokens.take_word("at"):
        raise tokens.fault(
            f"The bolus of {amount.text('micrograms')} has no clock time.",
            expected="'at' and clock times",
            hint=f"bolus {amount.text('micrograms')} at 22:00",
        )
    for minute, token in clock_times(tokens):
        if minute in boluses:
            raise tokens.fault(
                f"There are two boluses at {clock(minute)}.",
                expected="each clock time once a day",
                token=token,
            )
        boluses[minute] = amount


def read_tests(tokens: Tokens) -> tuple[Administration, ...]:
    """Read the test doses of a screening."""
    tests: list[Administration] = []
    while True:
        start = tokens.peek()
        test = _test(tokens, first=not tests)
        if tests and test.start_min <= tests[-1].start_min:
            raise tokens.fault(
                f"The test dose on {moment(test.start_min)} does not come after the one on "
                f"{moment(tests[-1].start_min)}.",
                expected="test doses in order of time",
                token=start,
            )
        tests.append(test)
        then = take_then(tokens)
        if then is None:
            return tuple(tests)
        if not tokens.peek().is_word("test"):
            raise tokens.fault(
                tokens.peek().is_not("another test dose"),
                expected="another test dose; other parts are joined by '+'",
                hint="test dose 50 micrograms + pump off for 7 days then 100 micrograms/day",
            )


def _test(tokens: Tokens, *, first: bool) -> Administration:
    start = tokens.take()
    if not tokens.take_word("dose"):
        raise tokens.fault(
            tokens.peek().is_not("the word 'dose'"),
            expected="'test dose'",
            hint="test dose 50 micrograms at 09:00",
        )
    number = tokens.peek()
    amount = micrograms(tokens, "test dose 50 micrograms")
    day, minute = None, None
    while True:
        if day is None and tokens.peek().is_word("on", "day"):
            tokens.take_word("on")
            day = day_number(tokens)
        elif minute is None and tokens.take_word("at"):
            minute = clock_time(tokens)
        else:
            break
    if day is None and not first:
        raise tokens.fault(
            "A later test dose does not say its day.",
            expected="'on day' and a number",
            hint=f"test dose {amount.text('micrograms')} on day 2 at 09:00",
            token=start,
        )
    at_min = ((day or 1) - 1) * MINUTES_PER_DAY + (_USUAL_TEST_MIN if minute is None else minute)
    with tokens.placing(number):
        return Administration(at_min, Dose(amount, Route.INTRATHECAL))
