"""What somebody has or does, and what the labels say about it beside baclofen."""

from __future__ import annotations

from unclench.patient import Condition
from unclench.therapy.case import Case
from unclench.therapy.finding import Severity
from unclench.therapy.rule import APPLIES, SILENT, Check, Rule, Values

__all__ = ["RULES"]

TODAY = "Speak to the prescriber today, before the next dose change. Do not stop suddenly."
TELL = "Tell the prescriber, if they do not know it yet. Do not stop suddenly."
CRISIS = (
    "Speak to the prescriber today. If the thoughts are there now, call {emergency_number} or a "
    "crisis line."
)

_TABLE = (
    (Condition.BACLOFEN_ALLERGY, Severity.SERIOUS, "An allergy to baclofen", TODAY),
    (Condition.PREGNANT, Severity.SERIOUS, "Pregnancy", TODAY),
    (Condition.PLANNING_PREGNANCY, Severity.CAUTION, "A pregnancy is planned", TELL),
    (Condition.BREASTFEEDING, Severity.CAUTION, "Breastfeeding", TELL),
    (Condition.SEIZURES, Severity.SERIOUS, "Seizures", TODAY),
    (Condition.PSYCHOSIS, Severity.SERIOUS, "Psychosis, schizophrenia or confusion", TODAY),
    (Condition.MOOD_DISORDER, Severity.SERIOUS, "Depression or another mood disorder", TODAY),
    (
        Condition.SELF_HARM,
        Severity.SERIOUS,
        "Thoughts of suicide or self-harm",
        CRISIS,
    ),
    (Condition.STROKE, Severity.CAUTION, "A stroke in the past", TELL),
    (Condition.PARKINSONS, Severity.CAUTION, "Parkinson's disease", TELL),
    (Condition.PEPTIC_ULCER, Severity.SERIOUS, "A stomach or duodenal ulcer", TODAY),
    (Condition.DIABETES, Severity.NOTE, "Diabetes", TELL),
    (Condition.AUTONOMIC_DYSREFLEXIA, Severity.CAUTION, "Autonomic dysreflexia", TELL),
    (Condition.BLADDER_OUTLET, Severity.CAUTION, "Trouble emptying the bladder", TELL),
    (Condition.STANDS_ON_SPASTICITY, Severity.CAUTION, "Stiffness that helps to stand", TELL),
    (Condition.DRIVES, Severity.CAUTION, "Driving and machines", TELL),
    (Condition.LIVER_DISEASE, Severity.NOTE, "Liver disease", TELL),
    (Condition.LUNG_DISEASE, Severity.CAUTION, "Lung disease or weak breathing", TELL),
    (Condition.SLEEP_APNOEA, Severity.CAUTION, "Pauses in breathing during sleep", TELL),
    (Condition.PORPHYRIA, Severity.CAUTION, "Porphyria", TELL),
    (Condition.ALCOHOL_MISUSE, Severity.CAUTION, "Alcohol misuse", TELL),
    (Condition.HYPERTENSION, Severity.NOTE, "High blood pressure", TELL),
    (Condition.MS_RELAPSE, Severity.NOTE, "A relapse", TELL),
    (Condition.INFECTION, Severity.NOTE, "An infection", TELL),
    (Condition.SWALLOWING, Severity.NOTE, "Trouble swallowing", TELL),
)


def _has(condition: Condition) -> Check:
    def check(case: Case) -> Values | None:
        return APPLIES if case.has(condition) else SILENT

    return check


RULES = tuple(
    Rule(
        code=f"condition.{condition.value.replace('_', '-')}",
        severity=severity,
        title=title,
        when=f"the person reports {condition.words}",
        check=_has(condition),
        says=(f"condition.{condition.value}",),
        next_step=next_step,
    )
    for condition, severity, title, next_step in _TABLE
)
"""One rule for each condition; dialysis stands with the kidneys."""
