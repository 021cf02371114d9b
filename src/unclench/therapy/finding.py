"""What the rules have to say: a finding, how grave it is, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypedDict, final

from unclench.errors import InputError

__all__ = ["Finding", "FindingDict", "Numbers", "Severity", "by_gravity"]

Numbers = tuple[tuple[str, str], ...]
"""What a finding was made from: (plain name, number with its unit) in order."""


@final
class Severity(Enum):
    """How grave a finding is; the first outranks everything else on a page.

    Example:
        >>> Severity.EMERGENCY.rank < Severity.NOTE.rank
        True
    """

    words: str

    def __new__(cls, code: str, words: str) -> Severity:
        """Keep plain words beside the code."""
        member = object.__new__(cls)
        member._value_ = code
        member.words = words
        return member

    EMERGENCY = "emergency", "Get help now"
    SERIOUS = "serious", "Speak to the prescriber before anything changes"
    CAUTION = "caution", "Ask about this"
    NOTE = "note", "Good to know"

    @property
    def rank(self) -> int:
        """Order the four: 0 comes first."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class FindingDict(TypedDict):
    """A finding as JSON holds it."""

    code: str
    severity: str
    severity_words: str
    title: str
    words: str
    values: dict[str, str]
    evidence: list[str]
    next_step: str


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a person should know, how grave it is, and why.

    The same object is shown by the command, on a page, by the API and as a CDS Hooks card.

    Args:
        code: Which rule spoke, such as "limits.daily-maximum".
        severity: How grave it is.
        title: One line.
        words: Plain sentences; they say so when a number is not confirmed or is an assumption.
        values: The numbers that were used, each with its name and unit.
        evidence: Keys of the evidence base, at least one.
        next_step: What to do next; never a dose to take.

    Raises:
        InputError: if a text is blank or no evidence is named.

    Example:
        >>> Finding(
        ...     code="limits.daily-maximum",
        ...     severity=Severity.SERIOUS,
        ...     title="More than the label allows in a day",
        ...     words="The plan reaches 90 mg a day. The US label stops at 80 mg a day.",
        ...     values=(("daily dose", "90 mg"), ("maximum", "80 mg")),
        ...     evidence=("dosing.us.max_daily",),
        ...     next_step="Ask the prescriber to check the dose.",
        ... ).as_dict()["severity"]
        'serious'
    """

    code: str
    severity: Severity
    title: str
    words: str
    values: Numbers
    evidence: tuple[str, ...]
    next_step: str

    def __post_init__(self) -> None:
        """Refuse a finding that says nothing or cites nothing."""
        for name in ("code", "title", "words", "next_step"):
            if not str(getattr(self, name)).strip():
                raise InputError(f"A finding has no {name}.", expected="a text that says something")
        if not self.evidence:
            raise InputError(
                f"The finding {self.code} cites nothing.", expected="at least one evidence key"
            )

    def as_dict(self) -> FindingDict:
        """Give the finding as JSON can hold it."""
        return FindingDict(
            code=self.code,
            severity=self.severity.value,
            severity_words=self.severity.words,
            title=self.title,
            words=self.words,
            values=dict(self.values),
            evidence=list(self.evidence),
            next_step=self.next_step,
        )


def by_gravity(finding: Finding) -> tuple[int, str]:
    """Give the key that sorts findings: the gravest first, then by code."""
    return finding.severity.rank, finding.code
