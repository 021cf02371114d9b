"""All rules together: what they have to say about one person and one regimen, gravest first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from unclench.evidence import Evidence, register
from unclench.patient import Patient
from unclench.regimen import Regimen
from unclench.therapy import (
    conditions,
    conversion,
    emergency,
    interactions,
    kidney,
    limits,
    preparation,
    pump_rules,
    stopping,
)
from unclench.therapy.case import Case, History
from unclench.therapy.finding import Finding, by_gravity
from unclench.therapy.rule import Rule
from unclench.therapy.symptoms import Symptom

__all__ = ["RULES", "review"]

RULES: Final[tuple[Rule, ...]] = (
    *emergency.RULES,
    *stopping.RULES,
    *limits.RULES,
    *preparation.RULES,
    *kidney.RULES,
    *conditions.RULES,
    *pump_rules.RULES,
    *conversion.RULES,
    *interactions.RULES,
)
"""Every rule, by room."""

for _rule in RULES:
    register(f"rule {_rule.code}", *_rule.keys)


def review(
    patient: Patient,
    regimen: Regimen,
    *,
    evidence: Evidence,
    history: History | None = None,
    symptoms: Iterable[Symptom] = (),
) -> tuple[Finding, ...]:
    """Give everything that the rules have to say, emergencies first.

    The rules know nothing of the model: no simulation can silence one.

    Args:
        patient: The person, with conditions and the names of other medicines.
        regimen: What is to be given.
        evidence: The evidence base.
        history: What came before, as far as somebody says it.
        symptoms: What is felt now.

    Raises:
        InputError: if a symptom or the name of a medicine is not one.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> from unclench.regimen import parse
        >>> findings = review(Patient(), parse("30 mg x3"), evidence=load_evidence())
        >>> [finding.code for finding in findings]
        ['limits.daily-maximum', 'limits.single-dose', 'limits.above-usual']
    """
    case = Case.of(
        patient,
        regimen,
        evidence=evidence,
        history=history,
        symptoms=frozenset(symptoms),
    )
    findings = (rule.finding(case) for rule in RULES)
    return tuple(sorted((one for one in findings if one is not None), key=by_gravity))
