"""How much is swallowed, how often, and how fast it rises: the limits of the labels, and age."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from unclench.evidence import Evidence
from unclench.regimen import MINUTES_PER_DAY, Formulation
from unclench.therapy import exact
from unclench.therapy.case import Case, Level
from unclench.therapy.finding import Severity
from unclench.therapy.rule import SILENT, Rule, Values
from unclench.units import Mass, Unit

__all__ = ["RULES"]

MAXIMUM = "dosing.us.max_daily"
MAXIMUM_CANADA = "dosing.canada.max_daily"
MAXIMUM_GERMANY = "dosing.germany.max_daily"
HOSPITAL = "dosing.germany.hospital_daily"
USUAL = "dosing.uk.usual_max_daily"
UK_MAXIMUM = "dosing.uk.max_daily"
SINGLE = "dosing.us.max_dose"
START = "dosing.us.start_daily"
STEP = "dosing.us.step"
STEP_GERMANY = "dosing.germany.step_high"
STEP_DAYS = "dosing.us.step_interval"
STEP_DAYS_GERMANY = "dosing.germany.step_interval"
DOSES = "dosing.germany.doses_per_day"
HOURS = "dosing.uk.interval"
CLOSE = "dosing.missed.skip_within"
OLDER = "dosing.older.from"
OLDER_DAILY = "dosing.older.tolerated_daily"
TABLET_WEIGHT = "dosing.child.tablets_least_weight"

GERMAN = frozenset({"DE", "AT", "CH"})
CHECK_DOSE = "Ask the prescriber to check the dose. Do not cut it or stop it on your own."
CHECK_TIMES = "Ask the prescriber or a pharmacist to check the times."


def _above(case: Case, amount: Mass, key: str, name: str) -> Values | None:
    limit = exact.mass(case.evidence, key)
    if amount <= limit:
        return SILENT
    return {name: amount.text("mg"), "limit": limit.text("mg")}


def _daily_maximum(case: Case) -> Values | None:
    return _above(case, case.peak, MAXIMUM, "daily_dose")


def _daily_maximum_germany(case: Case) -> Values | None:
    if case.patient.country not in GERMAN:
        return SILENT
    return _above(case, case.peak, MAXIMUM_GERMANY, "daily_dose")


def _daily_maximum_uk(case: Case) -> Values | None:
    if case.patient.country != "GB":
        return SILENT
    return _above(case, case.peak, UK_MAXIMUM, "daily_dose")


def _above_usual(case: Case) -> Values | None:
    return _above(case, case.peak, USUAL, "daily_dose")


def _single(case: Case) -> Values | None:
    return _above(case, case.largest, SINGLE, "single_dose")


def _start(case: Case) -> Values | None:
    before = case.history.oral_before
    new = case.patient.weeks_on_baclofen == 0 or (before is not None and not before)
    if not new or not case.oral:
        return SILENT
    return _above(case, case.oral[0].daily, START, "first_daily_dose")


def _rises(case: Case) -> list[tuple[Level, Level]]:
    """Give each rise from one level to the next; a first dose is no rise."""
    return [
        (before, after)
        for before, after in case.oral_changes()
        if before.daily and after.daily > before.daily
    ]


def _step(case: Case) -> Values | None:
    limit = exact.mass(case.evidence, STEP)
    for before, after in _rises(case):
        if after.daily - before.daily > limit:
            return {
                "from": before.daily.text("mg"),
                "to": after.daily.text("mg"),
                "on_day": str(after.first_day),
                "largest_step": limit.text("mg"),
            }
    return SILENT


def _interval(case: Case) -> Values | None:
    least = exact.days(case.evidence, STEP_DAYS)[0]
    for before, after in _rises(case):
        if before.days is not None and before.days < least:
            return {
                "on_day": str(after.first_day),
                "days_at_the_dose_before": str(before.days),
                "fewest_days": str(least),
            }
    return SILENT


def _doses_a_day(case: Case) -> Values | None:
    most = exact.count(case.evidence, DOSES)
    number = max((len(level.doses) for level in case.oral), default=0)
    return SILENT if number <= most else {"doses_a_day": str(number), "most": str(most)}


def _one_dose(case: Case) -> Values | None:
    start = exact.mass(case.evidence, START)
    for level in case.oral:
        if len(level.doses) == 1 and level.daily >= start:
            fewest, most = (str(one) for one in exact.numbers(case.evidence, Unit.COUNT, DOSES))
            return {"daily_dose": level.daily.text("mg"), "fewest": fewest, "most": most}
    return SILENT


def _gaps(level: Level) -> list[tuple[int, int]]:
    """Give (minutes to the next dose, minute of the day of the dose), over midnight too."""
    minutes = [minute for minute, _ in level.doses]
    if len(minutes) < 2:
        return []
    wrapped = [*minutes, minutes[0] + MINUTES_PER_DAY]
    if level.days == 1:
        wrapped = minutes
    return [(later - earlier, earlier) for earlier, later in pairwise(wrapped)]


def _closest(case: Case, *, most_doses: int) -> int | None:
    gaps = [gap for level in case.oral if len(level.doses) <= most_doses for gap, _ in _gaps(level)]
    return min(gaps, default=None)


def _too_close(case: Case) -> Values | None:
    closest = _closest(case, most_doses=1000)
    return _closer(closest, exact.number(case.evidence, CLOSE, Unit.MIN))


def _uneven(case: Case) -> Values | None:
    closest = _closest(case, most_doses=exact.count(case.evidence, "dosing.uk.doses_per_day"))
    least, most = exact.numbers(case.evidence, Unit.MIN, HOURS)
    closer = _closer(closest, least)
    return SILENT if closer is None else {**closer, "most": _hours(int(most))}


def _closer(closest: int | None, least_min: Decimal) -> Values | None:
    if closest is None or closest >= least_min:
        return SILENT
    return {"closest_doses": _hours(closest), "least": _hours(int(least_min))}


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part
    )


def _age_limit(evidence: Evidence) -> Decimal:
    return exact.number(evidence, OLDER, Unit.YEARS)


def _older(case: Case) -> Values | None:
    limit = _age_limit(case.evidence)
    if case.patient.age_years < limit:
        return SILENT
    return {"age": f"{case.patient.age_years:g} years", "from": f"{limit:f} years"}


def _older_dose(case: Case) -> Values | None:
    if case.patient.age_years < _age_limit(case.evidence):
        return SILENT
    return _above(case, case.peak, OLDER_DAILY, "daily_dose")


def _light(case: Case) -> Values | None:
    least = exact.number(case.evidence, TABLET_WEIGHT, Unit.KG)
    oral = case.regimen.oral
    if oral is None or oral.formulation is not Formulation.TABLET:
        return SILENT
    if case.patient.weight_kg >= least:
        return SILENT
    return {"weight": f"{case.patient.weight_kg:g} kg", "least": f"{least:f} kg"}


RULES = (
    Rule(
        code="limits.daily-maximum",
        severity=Severity.SERIOUS,
        title="More than the label allows in a day",
        when="more is swallowed in a day than the maximum of the US and Canadian labels",
        check=_daily_maximum,
        words="This plan reaches {daily_dose} a day. The US and Canadian labels stop at {limit}.",
        next_step=CHECK_DOSE,
        evidence=(MAXIMUM, MAXIMUM_CANADA),
    ),
    Rule(
        code="limits.daily-maximum-germany",
        severity=Severity.CAUTION,
        title="More than the German text allows in a day",
        when="in Germany, Austria or Switzerland, more is swallowed in a day than its maximum",
        check=_daily_maximum_germany,
        words="This plan reaches {daily_dose} a day. The German text stops at {limit}; more is "
        "rare, and in hospital.",
        next_step=CHECK_DOSE,
        evidence=(MAXIMUM_GERMANY, HOSPITAL),
    ),
    Rule(
        code="limits.daily-maximum-uk",
        severity=Severity.SERIOUS,
        title="More than the UK text allows in a day",
        when="in the United Kingdom, more is swallowed in a day than its maximum",
        check=_daily_maximum_uk,
        words="This plan reaches {daily_dose} a day. The UK text stops at {limit}.",
        next_step=CHECK_DOSE,
        evidence=(UK_MAXIMUM,),
    ),
    Rule(
        code="limits.above-usual",
        severity=Severity.NOTE,
        title="More than is usual in a day",
        when="more is swallowed in a day than the usual largest dose of the NHS",
        check=_above_usual,
        words="This plan reaches {daily_dose} a day. The NHS names up to {limit} as usual.",
        says=("adverse.above_60mg",),
        next_step="Ask whether the extra helps more than it costs.",
        evidence=(USUAL,),
    ),
    Rule(
        code="limits.single-dose",
        severity=Severity.CAUTION,
        title="A single dose above the label's largest",
        when="a single dose is larger than the largest of the US label",
        check=_single,
        words="One dose is {single_dose}. The US label's largest single dose is {limit}.",
        next_step=CHECK_DOSE,
        evidence=(SINGLE,),
    ),
    Rule(
        code="limits.start-dose",
        severity=Severity.CAUTION,
        title="A high first dose",
        when="somebody new to baclofen begins with more in a day than the labels",
        check=_start,
        words="The first days bring {first_daily_dose} a day. The labels begin with {limit}.",
        says=("adverse.course",),
        next_step=CHECK_DOSE,
        evidence=(START, "dosing.germany.start_daily", "dosing.uk.start_daily"),
    ),
    Rule(
        code="limits.step-size",
        severity=Severity.CAUTION,
        title="A large step up",
        when="the daily dose rises by more than the largest step of the labels",
        check=_step,
        words="On day {on_day} the daily dose rises from {from} to {to}. The largest step of the "
        "labels is {largest_step} a day.",
        says=("adverse.course",),
        next_step="Ask the prescriber whether this step is meant.",
        evidence=(STEP, STEP_GERMANY),
    ),
    Rule(
        code="limits.step-interval",
        severity=Severity.CAUTION,
        title="A step up too soon",
        when="the daily dose rises after fewer days than the labels ask for",
        check=_interval,
        words="On day {on_day} the dose rises after {days_at_the_dose_before} days. The labels "
        "wait {fewest_days} days.",
        says=("adverse.course",),
        next_step="Ask the prescriber whether this pace is meant.",
        evidence=(STEP_DAYS, STEP_DAYS_GERMANY),
    ),
    Rule(
        code="limits.doses-a-day",
        severity=Severity.NOTE,
        title="Many doses in a day",
        when="there are more doses in a day than any source names",
        check=_doses_a_day,
        words="There are {doses_a_day} doses a day. The sources name at most {most}.",
        next_step=CHECK_TIMES,
        evidence=(DOSES, "dosing.us.max_doses_per_day"),
    ),
    Rule(
        code="limits.one-dose-a-day",
        severity=Severity.NOTE,
        title="All in one dose",
        when="a starting dose or more is swallowed in one dose a day",
        check=_one_dose,
        words="The whole {daily_dose} of the day is one dose. The sources divide the day's "
        "amount into {fewest} to {most} doses.",
        next_step=CHECK_TIMES,
        evidence=(DOSES, START),
    ),
    Rule(
        code="limits.doses-too-close",
        severity=Severity.CAUTION,
        title="Two doses close together",
        when="two doses are closer than the time within which a missed dose is left out",
        check=_too_close,
        words="Two doses are {closest_doses} apart. Within {least} of the next dose even a "
        "missed one is left out: two so close act like a double dose.",
        says=("dosing.missed.never_double",),
        next_step=CHECK_TIMES,
        evidence=(CLOSE,),
    ),
    Rule(
        code="limits.doses-uneven",
        severity=Severity.NOTE,
        title="Doses closer than the NHS says",
        when="the doses of a day, no more than the NHS's usual number, are closer than it says",
        check=_uneven,
        words="Two doses are {closest_doses} apart. The NHS says {least} to {most}.",
        next_step=CHECK_TIMES,
        evidence=(HOURS, "dosing.uk.doses_per_day"),
    ),
    Rule(
        code="age.older",
        severity=Severity.CAUTION,
        title="Slowly, from {from} on",
        when="the person is as old as the German text calls older, or older",
        check=_older,
        says=("dosing.older",),
        next_step="Ask for small steps, and tell of confusion or falls at once.",
        evidence=(OLDER,),
    ),
    Rule(
        code="age.older-dose",
        severity=Severity.CAUTION,
        title="More than older people usually bear",
        when="an older person swallows more in a day than older people tolerate",
        check=_older_dose,
        words="This plan reaches {daily_dose} a day. Older people rarely bear more than {limit}.",
        next_step=CHECK_DOSE,
        evidence=(OLDER_DAILY, OLDER),
    ),
    Rule(
        code="age.tablets-too-light",
        severity=Severity.SERIOUS,
        title="Too light for tablets",
        when="somebody lighter than the UK text allows for tablets swallows them",
        check=_light,
        words="With {weight} tablets are not suitable; the limit is {least}.",
        says=("warning.child",),
        next_step="Ask the prescriber for another preparation before anything else.",
        evidence=(TABLET_WEIGHT,),
    ),
)
"""Doses, steps, times and age."""
