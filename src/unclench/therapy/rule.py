"""A rule: what it says, and one small function that tells whether it applies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from unclench.errors import InputError
from unclench.evidence import Basis, Evidence
from unclench.therapy.case import Case
from unclench.therapy.finding import Finding, Severity

__all__ = ["APPLIES", "SILENT", "Check", "Rule", "Values", "standing"]

Values = dict[str, str]
"""The numbers that a rule used, by a plain name with underscores: {"daily_dose": "90 mg"}."""

Check = Callable[[Case], Values | None]
"""Tells whether a rule applies: the numbers it used (there may be none), or None for silence."""

APPLIES: Values = {}
SILENT = None

NOT_CONFIRMED = "A number or a sentence here is recalled and not yet confirmed."
ASSUMED = "Part of this rests on our own assumption, kept on the careful side."


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule as data, with the function that tells whether it applies.

    Args:
        code: Its name: the room, a dot, and words with hyphens.
        severity: How grave its finding is.
        title: The finding's title.
        words: The finding's words; {names} are filled with the numbers it used.
        next_step: What to do next; never a dose to take.
        evidence: Keys of the evidence base, at least one.
        when: When it applies, in words, for the table of rules.
        check: Whether it applies to a case.

    Example:
        >>> rule = Rule(
        ...     code="limits.daily-maximum",
        ...     severity=Severity.SERIOUS,
        ...     title="More than the label allows in a day",
        ...     words="The plan reaches {daily_dose} a day.",
        ...     next_step="Ask the prescriber to check the dose.",
        ...     evidence=("dosing.us.max_daily",),
        ...     when="more than 80 mg is swallowed in a day",
        ...     check=lambda case: {"daily_dose": case.peak.text("mg")},
        ... )
        >>> rule.code
        'limits.daily-maximum'
    """

    code: str
    severity: Severity
    title: str
    words: str
    next_step: str
    evidence: tuple[str, ...]
    when: str
    check: Check

    def __post_init__(self) -> None:
        """Refuse a rule that cites nothing."""
        if not self.evidence:
            raise InputError(f"The rule {self.code} cites nothing.", expected="an evidence key")

    def finding(self, case: Case) -> Finding | None:
        """Give what the rule has to say about a case, or None if it is silent."""
        values = self.check(case)
        if values is None:
            return None
        return Finding(
            code=self.code,
            severity=self.severity,
            title=self.title.format_map(values),
            words=" ".join(
                (self.words.format_map(values), *standing(case.evidence, self.evidence))
            ),
            values=tuple((name.replace("_", " "), text) for name, text in values.items()),
            evidence=self.evidence,
            next_step=self.next_step.format_map(values),
        )


def standing(evidence: Evidence, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Say where what is cited is not confirmed, or is an assumption."""
    bases = {evidence.entry(key).basis for key in keys}
    said = ((Basis.UNVERIFIED, NOT_CONFIRMED), (Basis.ASSUMED, ASSUMED))
    return tuple(words for basis, words in said if basis in bases)
