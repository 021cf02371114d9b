"""One to a hundred is a fact about blood levels. It converts no dose, nor does any number."""

from __future__ import annotations

from decimal import Decimal

from unclench.evidence import Evidence
from unclench.therapy import exact
from unclench.therapy.case import Case, Claim
from unclench.therapy.finding import Finding, Severity
from unclench.therapy.rule import SILENT, Rule, Values
from unclench.units import Mass, Unit

__all__ = ["RULES", "check_conversion"]

FOLD = "plasma.fold_below_oral"
SEEN_RATIO = "plasma.dose_ratio_mccormick"
LEVEL_RATIO = "plasma.equal_level_ratio"


def check_conversion(*, oral_daily: Mass, pump_daily: Mass, evidence: Evidence) -> Finding:
    """Give what is to be said to somebody who takes an oral and a pump dose for the same.

    Raises:
        InputError: if one of them is nothing.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> from unclench.units import mcg, mg
        >>> check_conversion(oral_daily=mg(60), pump_daily=mcg(600), evidence=load_evidence()).code
        'conversion.claimed'
    """
    claim = Claim(oral_daily=oral_daily, pump_daily=pump_daily)
    return RULES[0].speak(_values(claim, evidence), evidence=evidence)


def _claimed(case: Case) -> Values | None:
    claim = case.history.claim
    return SILENT if claim is None else _values(claim, case.evidence)


def _values(claim: Claim, evidence: Evidence) -> Values:
    seen, level, fold = (
        exact.number(evidence, key, Unit.RATIO) for key in (SEEN_RATIO, LEVEL_RATIO, FOLD)
    )
    return {
        "swallowed": f"{claim.oral_daily.text('mg')} a day",
        "pump": f"{claim.pump_daily.text('micrograms')} a day",
        "ratio": _ratio(claim.oral_daily / claim.pump_daily),
        "ratio_of_the_doses_people_take": _ratio(seen),
        "ratio_for_equal_levels": f"about {_ratio(level)}",
        "ratio_of_blood_levels": _ratio(fold),
    }


def _ratio(value: Decimal) -> str:
    return f"{exact.rounded(value, 0)} to 1"


RULES = (
    Rule(
        code="conversion.claimed",
        severity=Severity.SERIOUS,
        title="Tablets do not convert into a pump dose",
        when="somebody claims that an oral and a pump dose are worth the same",
        check=_claimed,
        words="Somebody takes {swallowed} by mouth and {pump} by pump for the same, {ratio}. There "
        "is no such number. Blood levels differ by {ratio_of_blood_levels}, the doses that people "
        "take by {ratio_of_the_doses_people_take}, and equal levels beside the cord would ask for "
        "{ratio_for_equal_levels}. None of them converts a dose.",
        next_step="Do not use this number. A pump's dose comes from a test dose.",
        evidence=(FOLD, SEEN_RATIO, LEVEL_RATIO, "pump.start.factor"),
    ),
)
"""The claim of one to a hundred, or to any other number."""
