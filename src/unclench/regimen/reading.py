"""How a written regimen becomes a value."""

from __future__ import annotations

from dataclasses import dataclass, field

from unclench.errors import InputError
from unclench.regimen.changes import ChangeKind
from unclench.regimen.doses import MINUTES_PER_DAY, Administration, Formulation, Route
from unclench.regimen.model import Regimen
from unclench.regimen.phrases import clock_time, day_number, separator, starts_amount
from unclench.regimen.reading_oral import ORAL_STARTS, read_oral
from unclench.regimen.reading_pump import read_pump, read_tests
from unclench.regimen.steps import OralRegimen, PumpProgram
from unclench.regimen.tokens import Kind, Token, Tokens, nearest

__all__ = ["parse"]

_CHANGES = {kind.value: kind for kind in ChangeKind}
_SWALLOWED = ("oral", "tablets", "tablet", "granules", "liquid")
_STARTS = (*ORAL_STARTS, "pump", "test")
_EXAMPLES = "10 mg at 08:00, 14:00, 20:00; pump 200 micrograms/day; test dose 50 micrograms"


def parse(text: str) -> Regimen:
    """Read a written regimen.

    `docs/regimen-language.md` describes the language. `format()` is the inverse.

    Args:
        text: What is to be taken or given, at most 2000 characters.

    Raises:
        InputError: if anything in it is not understood; says where, what was expected, and what to
            try. Nothing is guessed.

    Example:
        >>> from unclench import parse
        >>> regimen = parse("5 mg x3 for 3 days then 10 mg three times a day")
        >>> regimen.daily_mass(4)[0].text("mg")
        '30 mg'
    """
    tokens = Tokens(text)
    parts = _Parts()
    while True:
        _read_part(tokens, parts)
        if not tokens.take_sign("+"):
            break
    plan = Regimen(oral=parts.oral, pump=parts.pump, tests=parts.tests)
    while (ahead := separator(tokens)) and tokens.peek(ahead).is_word(*_CHANGES):
        tokens.skip(ahead)
        plan = _changed(tokens, plan)
    if tokens.peek().kind is not Kind.END:
        raise _left_over(tokens, changed=bool(plan.changes))
    return plan


@dataclass(slots=True)
class _Parts:
    oral: OralRegimen | None = None
    pump: PumpProgram | None = None
    tests: tuple[Administration, ...] = field(default=())


def _read_part(tokens: Tokens, parts: _Parts) -> None:
    start = tokens.peek()
    if start.is_word("pump"):
        _refuse_second(tokens, parts.pump is not None, "pump", "'then' between its steps")
        parts.pump = read_pump(tokens)
    elif start.is_word("test"):
        _refuse_second(tokens, bool(parts.tests), "list of test doses", "'then' between them")
        parts.tests = read_tests(tokens)
    elif start.kind is Kind.NUMBER or start.is_sign("-") or start.is_word(*ORAL_STARTS):
        _refuse_second(
            tokens,
            parts.oral is not None,
            "part to swallow",
            "'and' between doses of one day, 'then' between steps",
        )
        parts.oral = read_oral(tokens)
    else:
        raise _no_start(tokens, start)


def _refuse_second(tokens: Tokens, there: bool, what: str, instead: str) -> None:
    if there:
        raise tokens.fault(f"There is a second {what}.", expected="one of each", hint=instead)


def _no_start(tokens: Tokens, start: Token) -> InputError:
    what, hint = f"No part of a regimen starts with {start.shown}.", _EXAMPLES
    if start.kind is Kind.END:
        what, hint = "A part of the regimen is missing.", "leave the last '+' out"
    elif start.is_word(*_CHANGES):
        hint = f"10 mg at 08:00, {start.text} day 3 08:00"
    elif start.is_word("bolus", "boluses"):
        hint = "pump 150 micrograms/day, bolus 20 micrograms at 22:00"
    elif start.kind is Kind.CLOCK or start.is_word("at"):
        hint = "10 mg at 08:00, with the amount first"
    elif start.is_word("intrathecal", "itb", "continuous"):
        hint = "pump 200 micrograms/day"
    elif start.is_word("baclofen", "lioresal", "take", "swallow"):
        hint = "10 mg at 08:00, with nothing before the amount"
    elif start.kind is Kind.WORD:
        hint = nearest(start.text, _STARTS) or hint
    return tokens.fault(
        what,
        expected="an amount in mg, 'liquid', 'granules', 'pump' or 'test dose'",
        hint=hint,
    )


def _changed(tokens: Tokens, plan: Regimen) -> Regimen:
    start = tokens.take()
    kind = _CHANGES[start.text]
    route = _stopped(tokens, plan) if kind is ChangeKind.STOPPED else None
    tokens.take_word("on")
    day = day_number(tokens)
    tokens.take_word("at")
    if tokens.peek().kind is Kind.END or tokens.peek().is_sign(","):
        raise tokens.fault(
            f"'{start.text} day {day}' has no clock time.",
            expected="the day and the clock time",
            hint=f"{start.text} day {day} 08:00",
        )
    at_min = (day - 1) * MINUTES_PER_DAY + clock_time(tokens)
    with tokens.placing(start):
        if kind is ChangeKind.MISSED:
            return plan.missing(at_min)
        if kind is ChangeKind.DOUBLED:
            return plan.doubling(at_min)
        return plan.stopping(at_min, route=route)


def _stopped(tokens: Tokens, plan: Regimen) -> Route | None:
    token = tokens.peek()
    if tokens.take_word("pump"):
        return Route.INTRATHECAL
    if tokens.take_word("everything", "all"):
        return None
    if not tokens.take_word(*_SWALLOWED):
        return None
    taken = plan.oral.formulation if plan.oral else None
    if token.text != "oral" and taken is not None and token.text not in _called(taken):
        raise tokens.fault(
            f"The regimen has no {token.text} to stop.",
            expected=f"what is swallowed: {_called(taken)[0]}",
            token=token,
        )
    return Route.ORAL


def _called(formulation: Formulation) -> tuple[str, ...]:
    if formulation is Formulation.TABLET:
        return "tablets", "tablet"
    return ("granules",) if formulation is Formulation.GRANULES else ("liquid",)


def _left_over(tokens: Tokens, *, changed: bool) -> InputError:
    ahead = separator(tokens)
    token, following = tokens.peek(ahead), tokens.peek(ahead + 1)
    what = f"{token.shown} was not expected here."
    hint = nearest(token.text, (*_CHANGES, "then", "for", "every", "with", "bolus", "and"))
    if changed:
        hint = "put 'missed', 'doubled' and 'stopped' after everything else"
    elif token.kind is Kind.END:
        what, hint = "Something is missing.", "leave the last comma or 'and' out"
    elif token.is_word("pump", "test", "bolus", "liquid", "granules", "tablets"):
        hint = f"+ {token.text}" if token.text != "bolus" else "bolus belongs to the pump"
    elif token.is_word("prn", "needed", "as", "if", "when"):
        hint = "the clock times at which it was or would be taken"
    elif token.kind is Kind.NUMBER and following.is_word("day", "days", "week", "weeks"):
        hint = f"for {token.written} {following.written}"
    elif starts_amount(tokens, ahead):
        hint = "'and' between doses of one day, 'then' between steps"
    elif token.kind in (Kind.NUMBER, Kind.CLOCK):
        hint = "a comma between clock times, and 'at' before the first"
    return tokens.fault(
        what,
        expected="'then' and another step, '+' and another part, "
        "', missed day 3 14:00' or the like, or the end",
        hint=hint,
        token=token,
    )
