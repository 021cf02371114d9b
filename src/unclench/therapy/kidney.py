"""Kidneys that clear less: the ladder of the guidance, dialysis, and older people."""

from __future__ import annotations

from decimal import Decimal

from unclench.patient import Condition
from unclench.therapy import exact
from unclench.therapy.case import Case
from unclench.therapy.finding import Severity
from unclench.therapy.rule import APPLIES, SILENT, Rule, Values
from unclench.units import Mass, Unit

__all__ = ["RULES", "reduced_maximum"]

FULL = "dosing.renal.full_from"
REDUCE = "dosing.renal.reduce_below"
AVOID = "dosing.renal.avoid_below"
REFER = "dosing.alarm.egfr_refer_below"
THIRD = "dosing.renal.cut_60_90"
HALF = "dosing.renal.cut_30_60"
MAXIMUM = "dosing.us.max_daily"
DIALYSIS_DAILY = "dosing.canada.dialysis_daily"
STUDY_AGE = "encephalopathy.age"
STUDY_DAILY = "therapy.kidney.older_daily"
BEERS = "dosing.renal.beers_below"
BEERS_AGE = "dosing.older.from"

TELL = "Tell the prescriber your kidney value before the next dose change."
ASK_NOW = (
    "Speak to the prescriber today. Do not stop suddenly. Confusion or deep sleepiness: call "
    "{emergency_number}."
)


def _limit(case: Case, key: str) -> Decimal:
    return exact.number(case.evidence, key, Unit.ML_PER_MIN)


def _clearance(case: Case) -> Values:
    return {"kidney_function": f"{case.patient.crcl_ml_per_min:g} mL/min"}


def _between(case: Case, low: str, high: str) -> bool:
    """Tell whether somebody who swallows baclofen, without dialysis, is on this rung."""
    if not case.has_oral or case.has(Condition.DIALYSIS):
        return False
    return _limit(case, low) <= Decimal(str(case.patient.crcl_ml_per_min)) < _limit(case, high)


def _mild(case: Case) -> Values | None:
    return _clearance(case) if _between(case, REDUCE, FULL) else SILENT


def _moderate(case: Case) -> Values | None:
    return _clearance(case) if _between(case, AVOID, REDUCE) else SILENT


def _avoid(case: Case) -> Values | None:
    if case.has(Condition.DIALYSIS) or not case.has_oral:
        return SILENT
    return _clearance(case) if case.patient.crcl_ml_per_min < _limit(case, AVOID) else SILENT


def _dialysis(case: Case) -> Values | None:
    return APPLIES if case.has(Condition.DIALYSIS) else SILENT


def _dialysis_dose(case: Case) -> Values | None:
    limit = exact.mass(case.evidence, DIALYSIS_DAILY)
    if not case.has(Condition.DIALYSIS) or case.peak <= limit:
        return SILENT
    return {"daily_dose": case.peak.text("mg"), "limit": limit.text("mg")}


def reduced_maximum(case: Case) -> Mass | None:
    """Give the label's maximum after the cut of the ladder; None where there is no cut.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> from unclench.patient import Patient
        >>> from unclench.regimen import parse
        >>> case = Case.of(Patient(crcl_ml_per_min=45), parse("10 mg x3"), evidence=load_evidence())
        >>> reduced_maximum(case).text("mg")
        '40 mg'
    """
    cut = THIRD if _between(case, REDUCE, FULL) else HALF if _between(case, AVOID, REDUCE) else None
    if cut is None:
        return None
    left = 1 - exact.number(case.evidence, cut, Unit.FRACTION)
    return exact.mass(case.evidence, MAXIMUM) * left


def _over_reduced(case: Case) -> Values | None:
    limit = reduced_maximum(case)
    if limit is None or case.peak <= limit:
        return SILENT
    return {
        **_clearance(case),
        "daily_dose": case.peak.text("mg"),
        "reduced_maximum": f"{exact.rounded(limit.in_mg, 1)} mg",
    }


def _older_confusion(case: Case) -> Values | None:
    age = exact.number(case.evidence, STUDY_AGE, Unit.YEARS)
    limit = exact.mass(case.evidence, STUDY_DAILY)
    low = case.patient.crcl_ml_per_min < _limit(case, REDUCE)
    if case.patient.age_years < age or not low or case.peak < limit:
        return SILENT
    return {
        **_clearance(case),
        "age": f"{case.patient.age_years:g} years",
        "daily_dose": case.peak.text("mg"),
        "studied_from": limit.text("mg"),
    }


def _beers(case: Case) -> Values | None:
    older = case.patient.age_years >= exact.number(case.evidence, BEERS_AGE, Unit.YEARS)
    low = case.patient.crcl_ml_per_min < _limit(case, BEERS)
    return _clearance(case) if older and low and case.has_oral else SILENT


RULES = (
    Rule(
        code="kidney.mild",
        severity=Severity.CAUTION,
        title="Kidneys a little weak",
        when="kidney function is on the first rung of the ladder and baclofen is swallowed",
        check=_mild,
        words="Your kidney function is {kidney_function}.",
        says=("dosing.renal.mild",),
        next_step=TELL,
        evidence=(FULL, REDUCE, THIRD),
    ),
    Rule(
        code="kidney.moderate",
        severity=Severity.SERIOUS,
        title="Weak kidneys",
        when="kidney function is on the second rung of the ladder and baclofen is swallowed",
        check=_moderate,
        words="Your kidney function is {kidney_function}.",
        says=("dosing.renal.moderate", "condition.kidney"),
        next_step=TELL,
        evidence=(REDUCE, AVOID, HALF, "dosing.renal.us_label"),
    ),
    Rule(
        code="kidney.avoid",
        severity=Severity.SERIOUS,
        title="Kidneys too weak for baclofen",
        when="kidney function is below the ladder and baclofen is swallowed",
        check=_avoid,
        words="Your kidney function is {kidney_function}. Any dose is a reason to ask.",
        says=("dosing.renal.severe", "condition.kidney"),
        next_step=ASK_NOW,
        evidence=(AVOID, REFER),
    ),
    Rule(
        code="kidney.dialysis",
        severity=Severity.SERIOUS,
        title="Dialysis",
        when="the person is on dialysis",
        check=_dialysis,
        says=("condition.dialysis", "dosing.canada.dialysis"),
        next_step=ASK_NOW,
    ),
    Rule(
        code="kidney.dialysis-dose",
        severity=Severity.SERIOUS,
        title="Too much for dialysis",
        when="more is swallowed in a day than the Canadian text names for dialysis",
        check=_dialysis_dose,
        words="This plan reaches {daily_dose} a day. The Canadian text names about {limit}.",
        says=("condition.dialysis",),
        next_step=ASK_NOW,
        evidence=(DIALYSIS_DAILY,),
    ),
    Rule(
        code="kidney.over-reduced-maximum",
        severity=Severity.SERIOUS,
        title="More than these kidneys allow",
        when="more is swallowed in a day than the label's maximum after the cut of the ladder",
        check=_over_reduced,
        words="This plan reaches {daily_dose} a day. With {kidney_function} the ladder makes of "
        "the label's maximum {reduced_maximum} a day.",
        says=("condition.kidney",),
        next_step=ASK_NOW,
        evidence=(MAXIMUM, THIRD, HALF),
    ),
    Rule(
        code="kidney.older-confusion",
        severity=Severity.SERIOUS,
        title="Confusion in older people with weak kidneys",
        when="age, kidney function and daily dose are those that the study of confusion watched",
        check=_older_confusion,
        words="At {age}, with {kidney_function} and {daily_dose} a day, this is what a large "
        "study watched.",
        says=("adverse.kidney_encephalopathy",),
        next_step=ASK_NOW,
        evidence=(STUDY_AGE, STUDY_DAILY, REDUCE),
    ),
    Rule(
        code="kidney.older-avoid",
        severity=Severity.CAUTION,
        title="A list for older people says avoid",
        when="an older person below the limit of the Beers list swallows baclofen",
        check=_beers,
        words="The Beers list tells older people with {kidney_function} to avoid baclofen.",
        next_step=TELL,
        evidence=(BEERS, BEERS_AGE),
    ),
)
"""The kidneys."""
