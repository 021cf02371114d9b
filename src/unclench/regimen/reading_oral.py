"""How the swallowed part of a regimen is read."""

from __future__ import annotations

from decimal import Decimal

from unclench.errors import InputError
from unclench.regimen.doses import Formulation, clock
from unclench.regimen.phrases import (
    PARTS_OF_DAY,
    clock_times,
    days_after_for,
    separator,
    starts_amount,
    swallowed,
    take_then,
)
from unclench.regimen.rhythms import frequency, rhythm, starts_rhythm
from unclench.regimen.steps import OralRegimen, OralStep
from unclench.regimen.tokens import Kind, Token, Tokens
from unclench.units import Mass, mg

__all__ = ["ORAL_STARTS", "read_oral"]

_LIQUID = ("liquid", "solution", "suspension", "syrup")
_SOLID = {
    "tablet": Formulation.TABLET,
    "tablets": Formulation.TABLET,
    "granules": Formulation.GRANULES,
}
_NOTHING = ("nothing", "no")
_SWALLOWED = ("tablet", "tablets", "dose", "doses", "granules", "liquid")
ORAL_STARTS = (*_LIQUID, *_SOLID, *_NOTHING, "oral", "every")

_MISREAD = ("od", "qd", "qod", "prn", "mane", "nocte", "hs", "ac", "pc", "stat", "needed")


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
    whole = _whole_step_rhythm(tokens)
    doses: dict[int, Mass] = {}
    said: list[tuple[int, Token]] = []
    groups = 0
    if tokens.peek().is_word(*_NOTHING):
        _nothing(tokens)
    else:
        groups = _doses(tokens, formulation, doses, said)
    days, with_food = _tail(tokens, said)
    every = _agreed(tokens, whole, said, groups)
    with tokens.placing(start):
        return OralStep(tuple(sorted(doses.items())), days, every), with_food


def _whole_step_rhythm(tokens: Tokens) -> int | None:
    """Read 'every 2 days:' before the doses that it counts for."""
    if not starts_rhythm(tokens):
        return None
    every = rhythm(tokens)
    if not tokens.take_sign(":"):
        raise tokens.fault(
            tokens.peek().is_not("a colon"),
            expected="a rhythm, a colon, and the doses that it counts for",
            hint="every 2 days: 5 mg at 08:00 and 10 mg at 20:00",
        )
    return every


def _tail(tokens: Tokens, said: list[tuple[int, Token]]) -> tuple[int | None, bool]:
    """Read what may follow the doses of a step, in any order, each once."""
    days: int | None = None
    with_food = False
    while True:
        here = tokens.peek()
        again = False
        if starts_rhythm(tokens):
            said.append((rhythm(tokens), here))
        elif tokens.take_word("for"):
            again, days = days is not None, days_after_for(tokens)
        elif here.is_word("with"):
            again, with_food = with_food, _food(tokens)
        else:
            return days, with_food
        if again:
            raise _twice(tokens, here)


def _agreed(tokens: Tokens, whole: int | None, said: list[tuple[int, Token]], groups: int) -> int:
    """Give the one rhythm of a step, or refuse what could count for some of its doses only."""
    if whole is None and all(every == 1 for every, _ in said):
        return 1
    if whole is not None:
        if said:
            raise _twice(tokens, said[0][1])
        return whole
    if len(said) > 1:
        raise _twice(tokens, said[1][1])
    every, token = said[0]
    if groups > 1:
        raise tokens.fault(
            "It is not clear which doses this rhythm counts for.",
            expected="the rhythm and a colon before all doses of the step",
            hint=f"every {every} days: 5 mg at 08:00 and 10 mg at 20:00",
            token=token,
        )
    return every


def _twice(tokens: Tokens, token: Token) -> InputError:
    return tokens.fault(
        f"{token.shown} is there twice in one step.", expected="it once", token=token
    )


def _nothing(tokens: Tokens) -> None:
    if tokens.take().text == "no" and not tokens.take_word(*_SWALLOWED):
        raise tokens.fault(
            tokens.peek().is_not("something to swallow"),
            expected="what is not swallowed",
            hint="no tablets for 3 days",
        )


def _doses(
    tokens: Tokens,
    formulation: Formulation,
    doses: dict[int, Mass],
    said: list[tuple[int, Token]],
) -> int:
    """Read groups of doses, and the rhythms said beside them; give the number of groups."""
    ahead, groups = 0, 0
    while True:
        tokens.skip(ahead)
        amount_token = tokens.peek()
        amount = swallowed(tokens, formulation)
        here = tokens.peek()
        daily = starts_rhythm(tokens)
        if daily:
            said.append((rhythm(tokens), here))
        for minute, token in _times(tokens, amount_token, amount, daily=daily):
            if minute in doses:
                raise tokens.fault(
                    f"There are two doses at {clock(minute)}.",
                    expected="each clock time once a day",
                    hint=f"one dose of {(doses[minute] + amount).text('mg')}, if you take both",
                    token=token,
                )
            doses[minute] = amount
        groups += 1
        ahead = separator(tokens)
        if not (ahead and starts_amount(tokens, ahead)):
            return groups


def _times(tokens: Tokens, start: Token, amount: Mass, *, daily: bool) -> list[tuple[int, Token]]:
    """Read when a group of doses is taken: so many times a day, clock times, or both in accord."""
    often = tokens.peek()
    usual = frequency(tokens)
    if not tokens.take_word("at"):
        if usual is None:
            raise _no_time(tokens, start, amount, daily=daily)
        return [(minute, often) for minute in usual]
    times = clock_times(tokens)
    if usual is not None and len(times) != len(usual):
        raise tokens.fault(
            f"{len(usual)} a day does not go with {len(times)} clock times.",
            expected="as many clock times as doses",
            token=often,
        )
    return times


def _no_time(tokens: Tokens, start: Token, amount: Mass, *, daily: bool) -> InputError:
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
    if daily or token.is_sign("/") or token.is_word("a", "per", "each", "total", "in"):
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


def _food(tokens: Tokens) -> bool:
    tokens.take()
    tokens.take_word("a")
    if not tokens.take_word("food", "meal", "meals"):
        raise tokens.fault(
            tokens.peek().is_not("the word 'food'"), expected="'with food', or nothing about food"
        )
    return True
