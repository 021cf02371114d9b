"""A rule: what it says, and one small function that tells whether it applies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from unclench.errors import InputError
from unclench.evidence import Basis, Evidence, Statement
from unclench.therapy.case import Case
from unclench.therapy.finding import Finding, Severity

__all__ = ["APPLIES", "SILENT", "Check", "Rule", "Values", "emergency_number", "standing"]

Values = dict[str, str]
"""What a rule used, by a plain name with underscores: {"daily_dose": "90 mg"}."""

Check = Callable[[Case], Values | None]
"""Tells whether a rule applies: what it used (perhaps nothing), or None for silence."""

APPLIES: Values = {}
SILENT = None

NOT_CONFIRMED = "A number or a sentence here is recalled and not yet confirmed."
ASSUMED = "Part of this rests on our own assumption, kept on the careful side."
GAP = "gap"
"""A statement with this tag says itself that nothing is known."""

NUMBERS = "emergency_number"
"""Entries `emergency_number.xx` (a country's two small letters) hold the number as their text."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule as data, with the function that tells whether it applies.

    Args:
        code: Its name: the room, a dot, and words with hyphens.
        severity: How grave its finding is.
        title: The finding's title; {names} are filled with what the rule used.
        when: When it applies, in words, for the table of rules.
        check: Whether it applies to a case.
        next_step: What to do next; never a dose to take. {emergency_number} is filled.
        says: Keys of statements; their texts are the first words of the finding.
        words: More words; {names} are filled with what the rule used.
        evidence: Further keys of the evidence base, those of the numbers above all.

    Raises:
        InputError: if it cites nothing.

    Example:
        >>> rule = Rule(
        ...     code="limits.daily-maximum",
        ...     severity=Severity.SERIOUS,
        ...     title="More than the label allows in a day",
        ...     when="more is swallowed in a day than the label's maximum",
        ...     check=lambda case: {"daily_dose": case.peak.text("mg")},
        ...     next_step="Ask the prescriber to check the dose.",
        ...     words="The plan reaches {daily_dose} a day.",
        ...     evidence=("dosing.us.max_daily",),
        ... )
        >>> rule.keys
        ('dosing.us.max_daily',)
    """

    code: str
    severity: Severity
    title: str
    when: str
    check: Check
    next_step: str
    says: tuple[str, ...] = ()
    words: str = ""
    evidence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a rule that cites nothing."""
        if not self.keys:
            raise InputError(f"The rule {self.code} cites nothing.", expected="an evidence key")

    @property
    def keys(self) -> tuple[str, ...]:
        """Everything that it cites, once."""
        return tuple(dict.fromkeys((*self.says, *self.evidence)))

    def finding(self, case: Case) -> Finding | None:
        """Give what the rule has to say about a case, or None if it is silent."""
        values = self.check(case)
        if values is None:
            return None
        return self.speak(values, evidence=case.evidence, country=case.patient.country)

    def speak(self, values: Values, *, evidence: Evidence, country: str | None = None) -> Finding:
        """Give the finding for what the rule used."""
        said = (evidence.statement(key).text for key in self.says)
        own = (self.words.format_map(values),) if self.words else ()
        number = emergency_number(evidence, country=country)
        return Finding(
            code=self.code,
            severity=self.severity,
            title=self.title.format_map(values),
            words=" ".join((*own, *said, *standing(evidence, self.keys))),
            values=tuple((name.replace("_", " "), text) for name, text in values.items()),
            evidence=self.keys,
            next_step=self.next_step.format_map({**values, "emergency_number": number}),
        )


def standing(evidence: Evidence, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Say where what is cited is not confirmed, or is an assumption.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> standing(load_evidence(), ("dosing.uk.max_daily",))
        ('A number or a sentence here is recalled and not yet confirmed.',)
    """
    entries = (evidence.entry(key) for key in keys)
    bases = {one.basis for one in entries if not (isinstance(one, Statement) and GAP in one.tags)}
    said = ((Basis.UNVERIFIED, NOT_CONFIRMED), (Basis.ASSUMED, ASSUMED))
    return tuple(words for basis, words in said if basis in bases)


def emergency_number(evidence: Evidence, *, country: str | None) -> str:
    """Give a country's emergency number, or words for it where the evidence has none.

    None is invented: the table holds what somebody has checked, and is empty today.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> emergency_number(load_evidence(), country="GB")
        'your local emergency number'
    """
    statement = evidence.statements.get(f"{NUMBERS}.{(country or '').lower()}")
    return "your local emergency number" if statement is None else statement.text
