"""How `unclench simulate` finds its answer: read the plan, run the model, write and print."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from unclench.cli import files, printing
from unclench.cli.asked import Asked
from unclench.cli.computed import Computed
from unclench.cli.moments import minute, session
from unclench.errors import InputError
from unclench.evidence import Evidence, load_evidence
from unclench.pharmacology import ClearancePhase, TimeCourse, simulate
from unclench.regimen import MINUTES_PER_DAY, Regimen, parse
from unclench.therapy import review
from unclench.units import Unit

if TYPE_CHECKING:
    from unclench.cohorts import Band

FEWEST_DAYS: Final = 7
MOST_DAYS_UNASKED: Final = 365
DAYS_AFTER_CHANGE: Final = 7
BAND_CHANNELS: Final = ("spasms_per_h", "plasma_ng_per_ml", "ashworth", "drowsiness")


def answer(asked: Asked) -> None:
    """Compute what was asked, write its files, and print the rest.

    Raises:
        InputError: Something in the question cannot be understood, or a file is there already.
    """
    files.check(asked)
    computed = compute(asked, load_evidence())
    files.write(asked, computed)
    if not files.to_terminal(asked):
        printing.show(asked, computed)


def compute(asked: Asked, evidence: Evidence) -> Computed:
    """Ask the model and the rules about the plan, and about the second plan if there is one."""
    plan = changed(asked, parse(asked.regimen))
    second = None if asked.compare is None else parse(asked.compare)
    days = asked.days
    if days is None:
        days = max(map(default_days, (plan, second) if second else (plan,)))
    events = clearance_phases(asked, evidence)
    course = run(asked, plan, days=days, events=events, evidence=evidence)
    other = run(asked, second, days=days, events=events, evidence=evidence) if second else None
    findings = review(asked.patient, plan, evidence=evidence)
    people = people_like(asked, plan, days=days, events=events, evidence=evidence)
    known = {finding.code for finding in findings}
    of_second = review(asked.patient, second, evidence=evidence) if second else ()
    return Computed(
        evidence=evidence,
        course=course,
        findings=findings,
        other=other,
        other_findings=tuple(one for one in of_second if one.code not in known),
        band=people,
    )


def run(
    asked: Asked,
    plan: Regimen,
    *,
    days: int,
    events: tuple[ClearancePhase, ...],
    evidence: Evidence,
) -> TimeCourse:
    """Simulate one plan for the person who was described."""
    return simulate(
        asked.patient,
        plan,
        evidence=evidence,
        days=days,
        step_min=asked.step_min,
        oral_set=asked.oral_set.value,
        events=events,
        tip_cm=asked.tip_cm,
        delivered=asked.delivered,
    )


def people_like(
    asked: Asked,
    plan: Regimen,
    *,
    days: int,
    events: tuple[ClearancePhase, ...],
    evidence: Evidence,
) -> Band | None:
    """Simulate the plan for virtual people like the person, if a band was asked for."""
    if asked.band is None:
        return None
    from unclench.cohorts import band  # brings Numba, which only a band needs

    return band(
        asked.patient,
        plan,
        evidence=evidence,
        people=asked.band,
        seed=asked.seed,
        days=days,
        step_min=asked.step_min,
        channels=BAND_CHANNELS,
        oral_set=asked.oral_set.value,
        events=events,
        tip_cm=asked.tip_cm,
        delivered=asked.delivered,
    )


def changed(asked: Asked, plan: Regimen) -> Regimen:
    """The plan with food, and with what was missed, doubled or stopped."""
    if asked.with_food:
        if plan.oral is None:
            raise InputError(
                "Nothing in this plan is swallowed.", expected="--with-food with an oral plan"
            )
        plan = replace(plan, oral=replace(plan.oral, with_food=True))
    if asked.missed:
        plan = plan.missing(*map(minute, asked.missed))
    if asked.doubled:
        plan = plan.doubling(*map(minute, asked.doubled))
    if asked.stop_at is not None:
        plan = plan.stopping(minute(asked.stop_at))
    return plan


def default_days(plan: Regimen) -> int:
    """How long to look where nobody says: the whole plan, and a week after its last change."""
    ends = [0]
    for part in (plan.oral, plan.pump):
        steps = part.steps if part is not None else ()
        ends.append(sum(step.days or DAYS_AFTER_CHANGE for step in steps))
    ends += [change.at_min // MINUTES_PER_DAY + 1 + DAYS_AFTER_CHANGE for change in plan.changes]
    return min(MOST_DAYS_UNASKED, max(FEWEST_DAYS, *ends))


def clearance_phases(asked: Asked, evidence: Evidence) -> tuple[ClearancePhase, ...]:
    """Sessions of dialysis, and kidney function from the day on which it falls."""
    if (asked.crcl_falls_to is None) != (asked.on_day is None):
        raise InputError(
            "--crcl-falls-to and --on-day need each other.",
            expected="both or neither",
            hint="--crcl-falls-to 30 --on-day 4",
        )
    phases = []
    if asked.crcl_falls_to is not None and asked.on_day is not None:
        start_min = (asked.on_day - 1) * MINUTES_PER_DAY
        phases.append(ClearancePhase(start_min=start_min, crcl_ml_per_min=asked.crcl_falls_to))
    if asked.dialysis:
        l_per_h = evidence.value("dialysis.clearance", Unit.L_PER_H)
        for start_min, end_min in map(session, asked.dialysis):
            phases.append(
                ClearancePhase(start_min=start_min, end_min=end_min, dialysis_l_per_h=l_per_h)
            )
    return tuple(phases)
