"""What a person may report, sorted by what it can mean."""

from __future__ import annotations

from enum import Enum
from typing import final

from unclench.errors import InputError

__all__ = ["Sign", "Symptom", "symptom"]


@final
class Sign(Enum):
    """What a symptom can be a sign of."""

    WITHDRAWAL = "withdrawal"
    TOO_MUCH = "too much"
    DANGER = "danger"
    CRISIS = "crisis"


@final
class Symptom(Enum):
    """Something that a person reports; `.words` says it plainly, `.signs` what it can mean.

    A sign of danger needs help at once, whatever the cause.

    Example:
        >>> Sign.DANGER in Symptom.SEIZURE.signs
        True
    """

    words: str
    signs: frozenset[Sign]

    def __new__(cls, code: str, words: str, *signs: Sign) -> Symptom:
        """Keep plain words and meanings beside the code."""
        member = object.__new__(cls)
        member._value_ = code
        member.words = words
        member.signs = frozenset(signs)
        return member

    ITCH = "itch", "itching without a rash", Sign.WITHDRAWAL
    MORE_SPASMS = "more_spasms", "spasms or stiffness coming back", Sign.WITHDRAWAL
    FAST_HEART = "fast_heart", "a fast heartbeat", Sign.WITHDRAWAL
    GOOSE_FLESH = "goose_flesh", "goose flesh", Sign.WITHDRAWAL
    AGITATION = "agitation", "being very restless or anxious", Sign.WITHDRAWAL
    FEVER = "fever", "a fever", Sign.WITHDRAWAL, Sign.DANGER
    CONFUSION = "confusion", "confusion", Sign.WITHDRAWAL, Sign.TOO_MUCH, Sign.DANGER
    HALLUCINATION = (
        "hallucination",
        "seeing or hearing things that are not there",
        Sign.WITHDRAWAL,
        Sign.TOO_MUCH,
        Sign.DANGER,
    )
    SEIZURE = "seizure", "a seizure", Sign.WITHDRAWAL, Sign.TOO_MUCH, Sign.DANGER
    RIGIDITY = "rigidity", "very hard, rigid muscles", Sign.WITHDRAWAL, Sign.DANGER
    DROWSY = "drowsy", "being very drowsy", Sign.TOO_MUCH
    DIZZY = "dizzy", "dizziness or a light head", Sign.TOO_MUCH
    LIMP = "limp", "limp muscles", Sign.TOO_MUCH
    SLOW_BREATHING = "slow_breathing", "very slow or weak breathing", Sign.TOO_MUCH, Sign.DANGER
    UNRESPONSIVE = "unresponsive", "not waking up", Sign.TOO_MUCH, Sign.DANGER
    SELF_HARM = "self_harm", "thoughts of suicide or self-harm", Sign.CRISIS


def symptom(code: str) -> Symptom:
    """Give the symptom with a code.

    Raises:
        InputError: if there is none; names them all.

    Example:
        >>> symptom("fever").words
        'a fever'
    """
    if code in _BY_CODE:
        return _BY_CODE[code]
    raise InputError(f"There is no symptom {code!r}.", expected=f"one of {', '.join(_BY_CODE)}")


_BY_CODE: dict[str, Symptom] = {one.value: one for one in Symptom}
