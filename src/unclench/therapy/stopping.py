"""Coming down too fast, stopping suddenly, doubling, and the old dose after a break."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from unclench.regimen import ChangeKind, Route, moment
from unclench.therapy import exact
from unclench.therapy.case import Case, Level
from unclench.therapy.finding import Severity
from unclench.therapy.rule import SILENT, Rule, Values
from unclench.units import ZERO, Mass, Unit

__all__ = ["RULES"]

STEP = "withdrawal.taper.rule.step_high"
STEP_DIGEST = "withdrawal.taper.digest_step"
INTERVAL = "withdrawal.taper.digest_interval"
SHORT_USE = "withdrawal.taper.rule.short_use"
LEAST = "withdrawal.taper.rule.least"
LEAST_HIGH = "withdrawal.taper.rule.least_high"
WEAN = "pump.oral_wean"
HIGH = "withdrawal.taper.rule.high_dose"
BREAK = "therapy.restart.days_without"
START = "dosing.us.start_daily"
SEVERAL = 2
"""The published rule is for one missed dose."""

ASK_PLAN = "Ask the prescriber for a plan to come down. Do not let it end suddenly."


def _sudden_oral(case: Case) -> Values | None:
    stop = case.stopped_min(Route.ORAL)
    before = _before_stop(case.oral)
    if stop is None or before is None or before.daily <= exact.mass(case.evidence, STEP):
        return SILENT
    return {"stopped": moment(stop), "from": f"{before.daily.text('mg')} a day"}


def _sudden_pump(case: Case) -> Values | None:
    stop = case.stopped_min(Route.INTRATHECAL)
    before = _before_stop(case.pump)
    if stop is None or before is None:
        return SILENT
    return {"stopped": moment(stop), "from": f"{before.daily.text('micrograms')} a day"}


def _before_stop(levels: tuple[Level, ...]) -> Level | None:
    """Give the last level that gives anything."""
    return next((level for level in reversed(levels) if level.daily), None)


def _ends(case: Case) -> Values | None:
    """Find where what is swallowed ends, or pauses, from more than one step of a taper."""
    if case.stopped_min(Route.ORAL) is not None:
        return SILENT
    limit = exact.mass(case.evidence, STEP)
    for level, after in _falls_to_nothing(case):
        if level.daily > limit:
            return {"last_dose": f"{level.daily.text('mg')} a day", "ends_before_day": after}
    return SILENT


def _falls_to_nothing(case: Case) -> list[tuple[Level, str]]:
    found = [
        (before, str(after.first_day))
        for before, after in pairwise(case.oral)
        if before.daily and not after.daily
    ]
    last = case.oral[-1] if case.oral else None
    if last is not None and last.days is not None and last.daily:
        found.append((last, str(last.first_day + last.days)))
    return found


def _ends_pump(case: Case) -> Values | None:
    if case.stopped_min(Route.INTRATHECAL) is not None or not case.pump:
        return SILENT
    last = case.pump[-1]
    for before, after in pairwise(case.pump):
        if before.daily and not after.daily:
            return {"off_from_day": str(after.first_day)}
    if last.days is None or not last.daily:
        return SILENT
    return {"off_from_day": str(last.first_day + last.days)}


def _taper_step(case: Case) -> Values | None:
    for before, after in case.oral_changes():
        limit = _largest_fall(case, before.daily)
        if after.daily and before.daily > after.daily and before.daily - after.daily > limit:
            return {
                "from": before.daily.text("mg"),
                "to": after.daily.text("mg"),
                "on_day": str(after.first_day),
                "largest_step": limit.text("mg"),
            }
    return SILENT


def _largest_fall(case: Case, daily: Mass) -> Mass:
    """Give the largest step down; beside a pump the tablets may fall by a share."""
    limit = exact.mass(case.evidence, STEP)
    if not case.has_pump:
        return limit
    return max(limit, daily * exact.number(case.evidence, WEAN, Unit.FRACTION))


def _taper_interval(case: Case) -> Values | None:
    least = exact.days(case.evidence, INTERVAL)[0]
    fell = False
    for before, after in case.oral_changes():
        falls = after.daily < before.daily
        if falls and fell and before.days is not None and before.days < least:
            return {
                "on_day": str(after.first_day),
                "days_at_the_dose_before": str(before.days),
                "fewest_days": str(least),
            }
        fell = falls
    return SILENT


def _taper_total(case: Case) -> Values | None:
    """Find a taper to nothing that is shorter than our rule for this length of use."""
    top = case.history.oral_before or max((one.daily for one in case.oral), default=ZERO)
    long_use = Decimal(str(case.patient.weeks_on_baclofen or 0)) >= exact.number(
        case.evidence, SHORT_USE, Unit.WEEK
    )
    least = exact.days(case.evidence, LEAST)[0] if long_use else 0
    if top > exact.mass(case.evidence, HIGH):
        least = max(least, exact.days(case.evidence, LEAST_HIGH)[0])
    taken = _days_down(case)
    if taken is None or taken >= least:
        return SILENT
    return {"from": f"{top.text('mg')} a day", "days": str(taken), "fewest_days": str(least)}


def _days_down(case: Case) -> int | None:
    """Give the days from the first fall to nothing, if the plan ends in a taper."""
    first: int | None = None
    for before, after in case.oral_changes():
        if after.daily > before.daily:
            first = None
        elif after.daily < before.daily and first is None:
            first = after.first_day
        if not after.daily and first is not None and first < after.first_day:
            return after.first_day - first
    last = case.oral[-1] if case.oral else None
    if first is None or last is None or last.days is None:
        return None
    return last.first_day + last.days - first


def _restart_oral(case: Case) -> Values | None:
    least = exact.days(case.evidence, BREAK)[0]
    start = exact.mass(case.evidence, START)
    before, gap = case.history.oral_before, case.history.days_without
    first = case.oral[0].daily if case.oral else ZERO
    if before and gap is not None and gap >= least and first >= before and first > start:
        return {
            "days_without": str(gap),
            "old_dose": before.text("mg"),
            "new_dose": first.text("mg"),
        }
    levels = case.oral
    for earlier, pause, later in zip(levels, levels[1:], levels[2:], strict=False):
        long = pause.days is not None and pause.days >= least
        if not pause.daily and long and later.daily >= earlier.daily and later.daily > start:
            return {
                "days_without": str(pause.days),
                "old_dose": earlier.daily.text("mg"),
                "new_dose": later.daily.text("mg"),
            }
    return SILENT


def _restart_pump(case: Case) -> Values | None:
    before, gap = case.history.pump_before, case.history.days_without
    first = case.pump[0].daily if case.pump else ZERO
    if not before or not gap or first < before:
        return SILENT
    return {
        "days_without": str(gap),
        "old_dose": before.text("micrograms"),
        "new_dose": first.text("micrograms"),
    }


def _changed(case: Case, kind: ChangeKind) -> list[str]:
    return [moment(change.at_min) for change in case.regimen.changes if change.kind is kind]


def _doubled(case: Case) -> Values | None:
    doubled = _changed(case, ChangeKind.DOUBLED)
    return {"doubled": ", ".join(doubled)} if doubled else SILENT


def _several(case: Case) -> Values | None:
    missed = _changed(case, ChangeKind.MISSED)
    return {"missed": ", ".join(missed)} if len(missed) >= SEVERAL else SILENT


RULES = (
    Rule(
        code="stop.sudden-oral",
        severity=Severity.EMERGENCY,
        title="Stopped suddenly",
        when="tablets are stopped from more than one step of a taper",
        check=_sudden_oral,
        words="Everything swallowed stops on {stopped}, from {from}.",
        says=("withdrawal.never_sudden", "withdrawal.oral.signs", "withdrawal.emergency"),
        next_step="Call the prescriber or a pharmacist now. Fever, confusion, a seizure or rigid "
        "muscles: call {emergency_number}.",
        evidence=(STEP,),
    ),
    Rule(
        code="stop.sudden-pump",
        severity=Severity.EMERGENCY,
        title="A pump stopped",
        when="a pump stops that was giving anything",
        check=_sudden_pump,
        words="The pump stops on {stopped}, from {from}.",
        says=("withdrawal.it.course", "withdrawal.it.sequence", "withdrawal.alarm"),
        next_step="Call the clinic that fills the pump now, day or night. No answer, or you feel "
        "ill: call {emergency_number} and say: baclofen pump, it may be withdrawal.",
    ),
    Rule(
        code="stop.plan-ends",
        severity=Severity.SERIOUS,
        title="The plan ends from a high dose",
        when="what is swallowed ends, or pauses, from more than one step of a taper",
        check=_ends,
        words="The plan ends before day {ends_before_day}, from {last_dose}.",
        says=("withdrawal.never_sudden", "withdrawal.oral.signs"),
        next_step=ASK_PLAN,
        evidence=(STEP,),
    ),
    Rule(
        code="stop.plan-ends-pump",
        severity=Severity.SERIOUS,
        title="The pump's plan ends",
        when="a pump's program ends, or turns the pump off",
        check=_ends_pump,
        words="Nothing is planned for the pump from day {off_from_day} on.",
        says=("withdrawal.it.course", "withdrawal.alarm"),
        next_step="Ask the clinic that fills the pump. A pump is turned down by the clinic only.",
    ),
    Rule(
        code="taper.step",
        severity=Severity.CAUTION,
        title="A large step down",
        when="the daily dose falls by more than the largest step of a taper",
        check=_taper_step,
        words="On day {on_day} the daily dose falls from {from} to {to}. The largest step of a "
        "taper is {largest_step} a day.",
        says=("withdrawal.never_sudden",),
        next_step=ASK_PLAN,
        evidence=(STEP, STEP_DIGEST, WEAN),
    ),
    Rule(
        code="taper.interval",
        severity=Severity.CAUTION,
        title="A step down too soon",
        when="the daily dose falls again after fewer days than a taper waits",
        check=_taper_interval,
        words="On day {on_day} the dose falls again after {days_at_the_dose_before} days. A taper "
        "waits {fewest_days} days or more.",
        says=("withdrawal.never_sudden",),
        next_step=ASK_PLAN,
        evidence=(INTERVAL,),
    ),
    Rule(
        code="taper.total",
        severity=Severity.CAUTION,
        title="A short way down",
        when="a taper is shorter than our rule for the length of use and the dose",
        check=_taper_total,
        words="From {from} to nothing in {days} days. Our rule takes {fewest_days} days or more.",
        says=("withdrawal.never_sudden",),
        next_step=ASK_PLAN,
        evidence=(LEAST, LEAST_HIGH, SHORT_USE, HIGH, "withdrawal.taper.switzerland"),
    ),
    Rule(
        code="restart.old-dose",
        severity=Severity.SERIOUS,
        title="The old dose after a break",
        when="after some days without baclofen the old dose, or more, is swallowed again",
        check=_restart_oral,
        words="After {days_without} days without baclofen the plan takes {new_dose} a day; before "
        "it was {old_dose}.",
        says=("therapy.restart.ask",),
        next_step="Ask the prescriber how to begin again, before the next dose.",
        evidence=(BREAK, START),
    ),
    Rule(
        code="restart.old-pump-dose",
        severity=Severity.SERIOUS,
        title="The pump's old dose after a break",
        when="after a break a pump gives its old dose, or more",
        check=_restart_pump,
        words="After {days_without} days without baclofen the pump gives {new_dose} a day; before "
        "it was {old_dose}.",
        says=("pump.restart", "observed.it.overdose.lessons"),
        next_step="Ask the clinic that fills the pump, before it starts.",
    ),
    Rule(
        code="missed.doubled",
        severity=Severity.SERIOUS,
        title="Two doses at once",
        when="a dose is taken twice at once",
        check=_doubled,
        words="Taken twice: {doubled}.",
        says=("dosing.missed.never_double", "adverse.overdose.signs"),
        next_step="Take no more than planned from here on, and do not drive. Deep sleepiness or "
        "slow breathing: call {emergency_number}.",
    ),
    Rule(
        code="missed.several",
        severity=Severity.CAUTION,
        title="More than one missed dose",
        when="two doses or more are missed",
        check=_several,
        words="Missed: {missed}. Do not make up for them.",
        says=("dosing.missed.never_double", "withdrawal.emergency"),
        next_step="Ask a pharmacist or the prescriber how to go on.",
    ),
)
"""What happens when baclofen goes away, or comes back."""
