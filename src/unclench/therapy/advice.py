"""What people can do about an unwanted effect, and what to look for before a dose is raised."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import final

from unclench.errors import InputError
from unclench.evidence import Evidence, Statement

__all__ = ["Advice", "Problem", "advice", "problem", "triggers"]


@final
class Problem(Enum):
    """A problem that the sources give advice on; `.words` says it plainly, `.keys` cite it."""

    words: str
    keys: tuple[str, ...]

    def __new__(cls, code: str, words: str, *keys: str) -> Problem:
        """Keep plain words and the evidence beside the code."""
        member = object.__new__(cls)
        member._value_ = code
        member.words = words
        member.keys = keys
        return member

    NAUSEA = "nausea", "feeling sick", "advice.nausea"
    DROWSINESS = "drowsiness", "being drowsy", "advice.drowsiness", "advice.no_driving"
    DIZZINESS = "dizziness", "dizziness or low blood pressure", "advice.dizziness"
    WEAKNESS = "weakness", "weakness", "advice.weakness"
    NIGHT_SPASMS = "night_spasms", "spasms at night", "advice.night_spasms"
    BEFORE_ACTIVITY = "before_activity", "stiffness before an activity", "advice.before_activity"
    CONSTIPATION = "constipation", "constipation", "advice.constipation"
    DRY_MOUTH = "dry_mouth", "a dry mouth", "advice.dry_mouth"
    HEADACHE = "headache", "headache", "advice.headache"
    MISSED_DOSE = (
        "missed_dose",
        "a missed dose",
        "dosing.missed.take",
        "dosing.missed.skip",
        "dosing.missed.never_double",
    )
    EMERGENCY = (
        "emergency",
        "confusion, seeing things, fever, a seizure or very slow breathing",
        "advice.emergency",
        "withdrawal.emergency",
        "emergency.overdose.signs",
    )
    KIDNEY_TROUBLE = (
        "kidney_trouble",
        "kidney trouble, vomiting, too little to drink, or a new pain medicine",
        "advice.kidney_trouble",
    )
    MORE_SPASMS = "more_spasms", "more spasms than usual", "advice.triggers_first"
    WITHOUT_MEDICINES = (
        "without_medicines",
        "what helps without medicines",
        "advice.stretching",
        "advice.tens",
    )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One piece of advice, with the entry that it comes from."""

    problem: Problem
    words: str
    evidence: str


def problem(code: str) -> Problem:
    """Give the problem with a code.

    Raises:
        InputError: if there is none; names them all.

    Example:
        >>> problem("nausea").words
        'feeling sick'
    """
    if code in _BY_CODE:
        return _BY_CODE[code]
    raise InputError(f"There is no advice on {code!r}.", expected=f"one of {', '.join(_BY_CODE)}")


def advice(about: Problem, *, evidence: Evidence) -> tuple[Advice, ...]:
    """Give the advice of the sources on a problem, each entry with its key.

    More spasms than usual bring the whole list of triggers, to look through before a dose is
    raised.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> advice(Problem.NAUSEA, evidence=load_evidence())[0].evidence
        'advice.nausea'
    """
    said: list[Statement] = [evidence.statement(key) for key in about.keys]
    if about is Problem.MORE_SPASMS:
        said += triggers(evidence)
    return tuple(Advice(problem=about, words=one.text, evidence=one.key) for one in said)


_BY_CODE: dict[str, Problem] = {one.value: one for one in Problem}


def triggers(evidence: Evidence) -> tuple[Statement, ...]:
    """Give everything that can raise spasms, to look for before a dose is raised.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> triggers(load_evidence())[0].key
        'advice.trigger.infection'
    """
    return evidence.statements_under("advice.trigger")
