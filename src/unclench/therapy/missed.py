"""A missed dose, by the published rule: take it late, or leave it out; never two at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import final

from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench.regimen import (
    MINUTES_PER_DAY,
    Administration,
    ChangeKind,
    Regimen,
    Route,
    moment,
)
from unclench.therapy import exact
from unclench.units import Mass, Unit

__all__ = ["Missed", "Verdict", "missed"]

TAKE = "dosing.missed.take"
SKIP = "dosing.missed.skip"
NEVER_DOUBLE = "dosing.missed.never_double"
WINDOW = "dosing.missed.skip_within"
LOOK_AHEAD = 32 * MINUTES_PER_DAY


_SEVERAL = (
    "More than one dose was missed. The rule is for one. Do not make up for them. Ask a pharmacist "
    "or the prescriber today how to go on."
)


@final
class Verdict(Enum):
    """What the published rule says."""

    TAKE = "take", "The rule: take it now. Then go on as planned. Never take two doses at once."
    SKIP = "skip", "The rule: leave it out, for the next dose is close. Never take two at once."
    ASK = "ask", _SEVERAL

    words: str

    def __new__(cls, code: str, words: str) -> Verdict:
        """Keep plain words beside the code."""
        member = object.__new__(cls)
        member._value_ = code
        member.words = words
        return member


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """The answer for one moment of one regimen.

    Args:
        verdict: What the rule says.
        due: When each missed dose was due, in minutes since 00:00 of day 1.
        amount: The missed dose, or the first of several.
        next_min: When the next dose is due; None if none is.
        words: The answer in words.
        evidence: The keys it rests on.
    """

    verdict: Verdict
    due: tuple[int, ...]
    amount: Mass
    next_min: int | None
    words: tuple[str, ...]
    evidence: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """Give the answer as JSON can hold it."""
        return {
            "verdict": self.verdict.value,
            "missed": [moment(at) for at in self.due],
            "amount": self.amount.text("mg"),
            "next": None if self.next_min is None else moment(self.next_min),
            "words": list(self.words),
            "evidence": list(self.evidence),
        }


def missed(
    regimen: Regimen, *, now_min: int, evidence: Evidence, since_min: int | None = None
) -> Missed:
    """Give the answer of the published rule for the last dose that was due, or for several.

    Args:
        regimen: What is to be swallowed.
        now_min: The minute of the question, since 00:00 of day 1.
        evidence: The evidence base.
        since_min: The first dose that was missed, if it was not the last one only.

    Raises:
        InputError: if nothing is swallowed, a time is not one, or no dose was due.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> from unclench.regimen import parse
        >>> plan = parse("10 mg at 08:00, 14:00, 20:00")
        >>> missed(plan, now_min=12 * 60 + 30, evidence=load_evidence()).verdict
        <Verdict.SKIP: 'skip'>
    """
    _check(regimen, now_min)
    due = _due(regimen, now_min, since_min)
    later = regimen.administrations(now_min + LOOK_AHEAD)
    next_min = next(
        (
            one.start_min
            for one in later
            if one.dose.route is Route.ORAL and one.start_min > now_min
        ),
        None,
    )
    verdict = _verdict(len(due), now_min, next_min, evidence)
    return Missed(
        verdict=verdict,
        due=tuple(one.start_min for one in due),
        amount=due[0].dose.amount,
        next_min=next_min,
        words=(
            verdict.words,
            *(evidence.statement(key).text for key in (TAKE, SKIP, NEVER_DOUBLE)),
        ),
        evidence=(TAKE, SKIP, NEVER_DOUBLE, WINDOW),
    )


def _due(regimen: Regimen, now_min: int, since_min: int | None) -> list[Administration]:
    """Give the last dose that was due, or all since one of them."""
    given = [one for one in regimen.administrations(now_min + 1) if one.dose.route is Route.ORAL]
    if not given:
        raise InputError(
            f"No dose was due up to {moment(now_min)}.", expected="a time after the first dose"
        )
    if since_min is None:
        return given[-1:]
    starts = [one.start_min for one in given]
    if since_min not in starts:
        raise InputError(
            f"The first missed dose cannot be that of minute {since_min!r}.",
            expected="the time of a planned dose that is not in the future",
            hint=f"the last one was due on {moment(starts[-1])}",
        )
    return given[starts.index(since_min) :]


def _verdict(doses: int, now_min: int, next_min: int | None, evidence: Evidence) -> Verdict:
    if doses > 1:
        return Verdict.ASK
    window_min = exact.number(evidence, WINDOW, Unit.MIN)
    if next_min is not None and next_min - now_min < window_min:
        return Verdict.SKIP
    return Verdict.TAKE


def _check(regimen: Regimen, now_min: object) -> None:
    if regimen.oral is None:
        raise InputError(
            "Nothing in this regimen is swallowed, so no dose can be missed.",
            expected="a regimen with something to swallow",
            hint="if a pump may be empty or may have failed, get help now: call the clinic, or "
            "your local emergency number",
        )
    if any(change.kind is ChangeKind.STOPPED for change in regimen.changes):
        raise InputError(
            "The regimen was stopped, so no dose is due.", expected="a regimen that goes on"
        )
    if type(now_min) is not int or not 0 <= now_min < 3650 * MINUTES_PER_DAY:
        raise InputError(
            f"The time of the question cannot be {now_min!r}.",
            expected="whole minutes since 00:00 of day 1",
        )
