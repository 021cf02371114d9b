"""What needs help at once: danger, withdrawal, too much, and a person in crisis."""

from __future__ import annotations

from collections.abc import Iterable

from unclench.regimen import ChangeKind
from unclench.therapy import exact
from unclench.therapy.case import Case
from unclench.therapy.finding import Severity
from unclench.therapy.rule import SILENT, Rule, Values
from unclench.therapy.symptoms import Sign, Symptom
from unclench.units import Mass, Unit

__all__ = ["RULES"]

INTAKE = "dosing.alarm.single_intake"
MULTIPLE = "dosing.alarm.daily_multiple"
COMA = "overdose.coma_from"

CALL_WITHDRAWAL = (
    "Call {emergency_number} now. Say: it may be baclofen withdrawal. Say when the last dose was, "
    "and take your medicines with you."
)
CALL_OVERDOSE = (
    "Call {emergency_number} now, even if you feel well. Say: baclofen, how much, and when. Do not "
    "stay alone."
)
CALL_PUMP_OVERDOSE = (
    "Call {emergency_number} now. Say: baclofen pump, it may be too much. Do not leave the person "
    "alone."
)


def _felt(symptoms: Iterable[Symptom]) -> Values | None:
    words = ", ".join(one.words for one in symptoms)
    return {"felt": words} if words else SILENT


def reduced(case: Case) -> bool:
    """Tell whether baclofen was cut, stopped or missed, in the plan or just before it."""
    changes = (*case.oral_changes(), *case.pump_changes())
    return (
        any(after.daily < before.daily for before, after in changes)
        or any(change.kind is not ChangeKind.DOUBLED for change in case.regimen.changes)
        or bool(case.history.days_without)
    )


def _danger(case: Case) -> Values | None:
    return _felt(case.felt(Sign.DANGER))


def _crisis(case: Case) -> Values | None:
    return _felt(case.felt(Sign.CRISIS))


def _withdrawal_pump(case: Case) -> Values | None:
    return _felt(case.felt(Sign.WITHDRAWAL)) if case.has_pump else SILENT


def _withdrawal(case: Case) -> Values | None:
    signs = case.felt(Sign.WITHDRAWAL)
    danger = any(Sign.DANGER in one.signs for one in signs)
    return _felt(signs) if danger and reduced(case) and not case.has_pump else SILENT


def _withdrawal_early(case: Case) -> Values | None:
    signs = case.felt(Sign.WITHDRAWAL)
    danger = any(Sign.DANGER in one.signs for one in signs)
    return _felt(signs) if reduced(case) and not danger and not case.has_pump else SILENT


def _too_much_pump(case: Case) -> Values | None:
    return _felt(case.felt(Sign.TOO_MUCH)) if case.has_pump else SILENT


def _too_much(case: Case) -> Values | None:
    signs = case.felt(Sign.TOO_MUCH)
    danger = any(Sign.DANGER in one.signs for one in signs)
    return SILENT if danger or case.has_pump else _felt(signs)


def _at_once(case: Case) -> Mass:
    """Give the largest amount swallowed at once: said, planned or doubled."""
    return max(case.history.swallowed or case.largest, case.largest)


def _intake(case: Case) -> Values | None:
    limit = exact.mass(case.evidence, INTAKE)
    amount = _at_once(case)
    return SILENT if amount < limit else {"at_once": amount.text("mg"), "limit": limit.text("mg")}


def _coma(case: Case) -> Values | None:
    limit = exact.mass(case.evidence, COMA)
    amount = _at_once(case)
    return (
        SILENT if amount < limit else {"at_once": amount.text("mg"), "seen_from": limit.text("mg")}
    )


def _share(case: Case) -> Values | None:
    multiple = exact.number(case.evidence, MULTIPLE, Unit.RATIO)
    taken = max(case.history.swallowed or case.peak, case.peak)
    if not case.prescribed or taken < case.prescribed * multiple:
        return SILENT
    return {
        "taken": taken.text("mg"),
        "prescribed_a_day": case.prescribed.text("mg"),
        "limit": f"{multiple:f} times the day's amount",
    }


RULES = (
    Rule(
        code="emergency.danger",
        severity=Severity.EMERGENCY,
        title="Signs of danger: get help now",
        when="a sign of danger is felt, whatever the cause",
        check=_danger,
        words="You report {felt}.",
        says=("advice.emergency",),
        next_step="Call {emergency_number} now. Say that you take baclofen, and when the last "
        "dose was.",
    ),
    Rule(
        code="emergency.crisis",
        severity=Severity.EMERGENCY,
        title="You are not alone: get help now",
        when="thoughts of suicide or self-harm are reported",
        check=_crisis,
        says=("condition.self_harm",),
        next_step="Call {emergency_number} or a crisis line now, or go to somebody you trust. Stay "
        "with them. Do not stop baclofen suddenly.",
    ),
    Rule(
        code="withdrawal.pump",
        severity=Severity.EMERGENCY,
        title="With a pump these may be signs of withdrawal",
        when="somebody with a pump reports any sign of withdrawal",
        check=_withdrawal_pump,
        words="You report {felt}.",
        says=("withdrawal.alarm", "withdrawal.it.sequence", "withdrawal.it.course"),
        next_step="Call the clinic that fills the pump now, day or night. No answer, or you feel "
        "ill: call {emergency_number} and say: baclofen pump, it may be withdrawal.",
        evidence=("withdrawal.it.itch",),
    ),
    Rule(
        code="withdrawal.after-change",
        severity=Severity.EMERGENCY,
        title="Signs of withdrawal: get help now",
        when="a grave sign of withdrawal is felt after baclofen was cut, stopped or missed",
        check=_withdrawal,
        words="You report {felt}.",
        says=("withdrawal.emergency", "withdrawal.oral.signs"),
        next_step=CALL_WITHDRAWAL,
    ),
    Rule(
        code="withdrawal.early",
        severity=Severity.SERIOUS,
        title="These may be early signs of withdrawal",
        when="a milder sign of withdrawal is felt after baclofen was cut, stopped or missed",
        check=_withdrawal_early,
        words="You report {felt}.",
        says=("withdrawal.taper.rule.hold", "withdrawal.emergency"),
        next_step="Call the prescriber today, before the next step down. If it gets worse, call "
        "{emergency_number}.",
    ),
    Rule(
        code="overdose.pump",
        severity=Severity.EMERGENCY,
        title="With a pump these may be signs of too much",
        when="somebody with a pump reports a sign of too much baclofen",
        check=_too_much_pump,
        words="You report {felt}.",
        says=("emergency.overdose.signs", "emergency.overdose.no_antidote"),
        next_step=CALL_PUMP_OVERDOSE,
    ),
    Rule(
        code="overdose.signs",
        severity=Severity.CAUTION,
        title="This may be too much baclofen",
        when="a milder sign of too much baclofen is felt",
        check=_too_much,
        words="You report {felt}.",
        says=("advice.drowsiness", "advice.dizziness", "adverse.overdose.signs"),
        next_step="Tell the prescriber. Hard to wake, or slow breathing: call {emergency_number}.",
    ),
    Rule(
        code="overdose.single-intake",
        severity=Severity.EMERGENCY,
        title="Too much at once: get help now",
        when="as much is swallowed at once as the alarm is set to",
        check=_intake,
        words="{at_once} at once is over the alarm at {limit}.",
        says=("adverse.overdose.signs", "emergency.overdose.no_antidote"),
        next_step=CALL_OVERDOSE,
        evidence=(INTAKE,),
    ),
    Rule(
        code="overdose.coma-range",
        severity=Severity.EMERGENCY,
        title="An amount that has brought coma",
        when="as much is swallowed at once as has brought coma, delirium or seizures",
        check=_coma,
        words="{at_once} at once. Coma, delirium and seizures were seen from {seen_from}.",
        next_step=CALL_OVERDOSE,
        evidence=(COMA,),
    ),
    Rule(
        code="overdose.over-prescribed",
        severity=Severity.EMERGENCY,
        title="Much more than prescribed: get help now",
        when="more is swallowed than the alarm allows over the prescribed day",
        check=_share,
        words="{taken} is at least {limit}, which is {prescribed_a_day}.",
        says=("adverse.overdose.signs",),
        next_step=CALL_OVERDOSE,
        evidence=(MULTIPLE,),
    ),
)
"""What outranks everything else."""
