"""Today: which doses are due, what became of them, and what the rule says of a late one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, final

from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench.patient import Patient
from unclench.regimen import MINUTES_PER_DAY, Regimen, parse
from unclench.therapy import Finding, History, Symptom, missed, review, symptom
from unclench.units import Unit, mcg
from unclench_site.diary.days import wall_min
from unclench_site.diary.kinds import Kind
from unclench_site.diary.lived import Lived
from unclench_site.diary.models import Entry
from unclench_site.plans.intake import DueDose
from unclench_site.plans.models import Treatment

LATE: Final = timedelta(hours=1)
STILL_OPEN: Final = timedelta(hours=6)
NEVER_DOUBLE: Final = "dosing.missed.never_double"
WINDOW: Final = "dosing.missed.skip_within"
URGENT: Final = ("emergency.", "overdose.", "withdrawal.")
BEEP: Final = ("withdrawal.alarm", "withdrawal.it.sequence")


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRow:
    """One dose that is due today, and what became of it."""

    dose: DueDose
    entry: Entry | None
    is_late: bool
    is_yesterdays: bool = False

    @property
    def is_taken(self) -> bool:
        """Whether it is marked as taken."""
        return self.entry is not None and self.entry.kind == Kind.DOSE_TAKEN


def dose_rows(days: Lived, *, at: datetime) -> tuple[DoseRow, ...]:
    """Give the doses of the last day, in order of time, after what is open of the night before.

    Args:
        days: Days that end with today.
        at: Now.
    """
    start = (days.days - 1) * MINUTES_PER_DAY
    rows = [
        DoseRow(
            dose=dose,
            entry=days.marked.get(dose.key),
            is_late=dose.key not in days.marked and at - dose.at > LATE,
            is_yesterdays=days.minute(dose.at) < start,
        )
        for dose in days.due
    ]
    return tuple(
        row
        for row in rows
        if not row.is_yesterdays or (row.entry is None and at - row.dose.at < STILL_OPEN)
    )


def late_rule(
    rows: tuple[DoseRow, ...], days: Lived, *, at: datetime, evidence: Evidence
) -> tuple[str, ...]:
    """Give what the published rule says of the doses that are late now; nothing if none is."""
    late = [row.dose for row in rows if row.is_late]
    held = next((one for one in reversed(days.treatments) if one.from_at <= at), None)
    if not late or held is None or held.is_ended:
        return ()
    minutes = [wall_min(when, zone=days.zone, first=held.day_one) for when in (late[0].at, at)]
    try:
        answer = missed(
            held.to_regimen(),
            now_min=minutes[1],
            since_min=minutes[0] if len(late) > 1 else None,
            evidence=evidence,
        )
    except InputError:  # the plan changed between that dose and now: the rule in its short form
        return (evidence.statement(NEVER_DOUBLE).text,)
    return answer.words


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What is said after an entry was logged.

    Attributes:
        rule: The published rule for a late or a second dose, in sentences.
        findings: What the rules for emergencies have to say.
    """

    rule: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def after_entry(
    entry: Entry,
    *,
    near: tuple[Entry, ...],
    due: tuple[DueDose, ...],
    patient: Patient,
    treatment: Treatment | None,
    evidence: Evidence,
) -> After:
    """Give what has to be said after an entry.

    Args:
        entry: What was logged.
        near: What stands in the diary around it.
        due: The doses that are due around it.
        patient: Who logged it.
        treatment: What they take.
        evidence: The evidence base.
    """
    if entry.withdrawn:
        return After()
    regimen = None if treatment is None else treatment.to_regimen()
    if entry.kind == Kind.SIDE_EFFECT and entry.what:
        return After(findings=_urgent(patient, regimen, evidence, felt=(symptom(entry.what),)))
    if entry.kind != Kind.DOSE_TAKEN or entry.amount_mcg is None:
        return After()
    window = timedelta(hours=evidence.value(WINDOW, Unit.H))
    close = [
        other
        for other in near
        if other.kind == Kind.DOSE_TAKEN and abs(other.happened_at - entry.happened_at) < window
    ]
    together = sum((mcg(one.amount_mcg) for one in close if one.amount_mcg), mcg(0))
    planned = {one.key: one.at for one in due}
    is_late = entry.due_key in planned and entry.happened_at - planned[entry.due_key] > LATE
    is_second = len(close) > 1 or (not entry.due_key and bool(due))
    rule = _second_rule(entry, due, window, evidence) if is_late or is_second else ()
    swallowed = History(swallowed=together or mcg(entry.amount_mcg))
    return After(rule=rule, findings=_urgent(patient, regimen, evidence, history=swallowed))


def _second_rule(
    entry: Entry, due: tuple[DueDose, ...], window: timedelta, evidence: Evidence
) -> tuple[str, ...]:
    """The rule for a dose that came late, or beside another."""
    said = [evidence.statement(NEVER_DOUBLE).text]
    following = next((one for one in due if one.at > entry.happened_at), None)
    if following is not None and following.at - entry.happened_at < window:
        said.append(
            f"The next dose is due at {following.at:%H:%M}, which is less than two hours later. "
            "Ask your pharmacist or prescriber what to do about it."
        )
    return tuple(said)


def _urgent(
    patient: Patient,
    regimen: Regimen | None,
    evidence: Evidence,
    *,
    felt: tuple[Symptom, ...] = (),
    history: History | None = None,
) -> tuple[Finding, ...]:
    """What the rules for emergencies say, and nothing else of what the rules know."""
    taken = regimen or parse("nothing")
    found = review(patient, taken, evidence=evidence, history=history, symptoms=felt)
    return tuple(one for one in found if one.code.startswith(URGENT))


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class BeepWords:
    """What to do when a pump beeps."""

    do: str
    why: tuple[str, ...]


def beep_words(evidence: Evidence, patient: Patient | None = None) -> BeepWords:
    """Give what to do when a pump beeps, from the emergency rule for a pump that may have stopped.

    Args:
        evidence: The evidence base.
        patient: Whose emergency number to name, where it is known.
    """
    running = parse("pump 100 micrograms/day")
    felt = (Symptom.MORE_SPASMS,)
    found = review(patient or Patient(), running, evidence=evidence, symptoms=felt)
    rule = next(one for one in found if one.code == "withdrawal.pump")
    return BeepWords(do=rule.next_step, why=tuple(evidence.statement(key).text for key in BEEP))
