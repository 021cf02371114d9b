"""What a plan of the pump must not do, and what a test dose must not do."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from unclench.patient import Condition
from unclench.regimen import moment
from unclench.therapy import exact
from unclench.therapy.case import Case, Origin
from unclench.therapy.finding import Severity
from unclench.therapy.rule import APPLIES, SILENT, Check, Rule, Values
from unclench.therapy.screening import DOSES
from unclench.units import Mass, Unit

__all__ = ["RULES"]

STEPS = {Origin.SPINAL: "pump.step.spinal", Origin.CEREBRAL: "pump.step.cerebral"}
REFILLS = {Origin.SPINAL: "pump.refill.spinal_up", Origin.CEREBRAL: "pump.refill.cerebral_up"}
FALLS = {Origin.SPINAL: "pump.refill.spinal_down", Origin.CEREBRAL: "pump.refill.cerebral_down"}
EXPERIENCE = "pump.experience_limit"
FLEX_STEPS = "pump.flex_steps"
INTERVAL = "pump.step.interval"
FACTOR = "pump.start.factor"
TEST_INTERVAL = "screening.interval"
SMALL_START = "screening.small_start"

ASK_CLINIC = "Ask the clinic that fills the pump, before the change."
CLINIC_ONLY = "Do not give this dose. The team that does the test decides."


def _share(before: Mass, after: Mass) -> Decimal:
    """Give the change as a share of the dose before; a fall is below 0."""
    return (after.in_mcg - before.in_mcg) / before.in_mcg


def _change(before: Mass, after: Mass, day: int, limit: Decimal) -> Values:
    return {
        "from": before.text("micrograms"),
        "to": after.text("micrograms"),
        "on_day": str(day),
        "change": f"{exact.rounded(abs(_share(before, after)) * 100, 1)} percent",
        "limit": f"{exact.rounded(limit * 100, 1)} percent",
    }


def _beyond(case: Case, limits: dict[Origin, str], *, up: bool) -> Values | None:
    """Find the first change of a running pump beyond a limit of its kind."""
    limit = exact.number(case.evidence, limits[case.history.origin], Unit.FRACTION)
    for before, after in case.pump_changes():
        if not before.daily or not after.daily:
            continue
        share = _share(before.daily, after.daily)
        if (share if up else -share) > limit:
            return _change(before.daily, after.daily, after.first_day, limit)
    return SILENT


def _rise(case: Case) -> Values | None:
    return _beyond(case, STEPS, up=True)


def _rise_beyond_refill(case: Case) -> Values | None:
    return _beyond(case, REFILLS, up=True)


def _fall(case: Case) -> Values | None:
    return _beyond(case, FALLS, up=False)


def _too_soon(case: Case) -> Values | None:
    hours, before = case.history.hours_at_pump, case.history.pump_before
    least = exact.number(case.evidence, INTERVAL, Unit.H)
    if hours is None or before is None or not case.pump or hours >= least:
        return SILENT
    first = case.pump[0].daily
    if first <= before:
        return SILENT
    return {
        "from": before.text("micrograms"),
        "to": first.text("micrograms"),
        "hours_since_the_last_change": str(hours),
        "fewest_hours": f"{least:f}",
    }


def _start(case: Case) -> Values | None:
    """Find a first pump dose above twice the largest test dose of the plan."""
    tests = [test.dose.amount for test in case.regimen.tests]
    first = next((level.daily for level in case.pump if level.daily), None)
    if not tests or first is None or case.history.pump_before:
        return SILENT
    limit = max(tests) * exact.number(case.evidence, FACTOR, Unit.RATIO)
    if first <= limit:
        return SILENT
    return {"first_daily_dose": first.text("micrograms"), "limit": limit.text("micrograms")}


def _high(case: Case) -> Values | None:
    limit = exact.mass(case.evidence, EXPERIENCE)
    top = max((level.daily for level in case.pump), default=None)
    if top is None or top <= limit:
        return SILENT
    return {"daily_dose": top.text("micrograms"), "limit": limit.text("micrograms")}


def _flex(case: Case) -> Values | None:
    most = exact.count(case.evidence, FLEX_STEPS)
    steps = () if case.regimen.pump is None else case.regimen.pump.steps
    number = max((len(step.segments) + len(step.boluses) for step in steps), default=0)
    return SILENT if number <= most else {"steps": str(number), "most": str(most)}


def _with_oral(case: Case) -> Values | None:
    return APPLIES if case.has_pump and case.has_oral else SILENT


def _pump(case: Case) -> Values | None:
    return APPLIES if case.has_pump else SILENT


def _tests_too_close(case: Case) -> Values | None:
    least = int(exact.number(case.evidence, TEST_INTERVAL, Unit.MIN))
    for earlier, later in pairwise(case.regimen.tests):
        apart = later.start_min - earlier.start_min
        if apart < least:
            return {
                "second": moment(later.start_min),
                "hours_after_the_first": exact.rounded(Fraction(apart, 60), 1),
                "fewest_hours": str(least // 60),
            }
    return SILENT


def _test_dose(case: Case) -> Values | None:
    limit = exact.mass(case.evidence, DOSES[-1])
    largest = max((test.dose.amount for test in case.regimen.tests), default=None)
    if largest is None or largest <= limit:
        return SILENT
    return {"test_dose": largest.text("micrograms"), "limit": limit.text("micrograms")}


def _first_test(case: Case) -> Values | None:
    limit = exact.mass(case.evidence, DOSES[0])
    if not case.regimen.tests or case.regimen.tests[0].dose.amount <= limit:
        return SILENT
    first = case.regimen.tests[0].dose.amount
    return {"first_test_dose": first.text("micrograms"), "limit": limit.text("micrograms")}


def _test_step(case: Case) -> Values | None:
    """Find a test dose that leaves out one of the label's between it and the one before."""
    ladder = exact.masses(case.evidence, *DOSES)
    for earlier, later in pairwise(case.regimen.tests):
        before, after = earlier.dose.amount, later.dose.amount
        left_out = [dose for dose in ladder if before < dose < after]
        if left_out:
            return {
                "from": before.text("micrograms"),
                "to": after.text("micrograms"),
                "left_out": ", ".join(dose.text("micrograms") for dose in left_out),
            }
    return SILENT


def _small_start(case: Case) -> Values | None:
    small = exact.mass(case.evidence, SMALL_START)
    if not case.regimen.tests or not case.has(Condition.STANDS_ON_SPASTICITY):
        return SILENT
    first = case.regimen.tests[0].dose.amount
    if first <= small:
        return SILENT
    return {"first_test_dose": first.text("micrograms"), "smaller_start": small.text("micrograms")}


def _not_with(condition: Condition) -> Check:
    def check(case: Case) -> Values | None:
        return APPLIES if case.regimen.tests and case.has(condition) else SILENT

    return check


RULES = (
    Rule(
        code="pump.rise",
        severity=Severity.CAUTION,
        title="A large rise of the pump",
        when="a running pump rises by more than the largest daily step for its cause",
        check=_rise,
        words="On day {on_day} the pump rises from {from} to {to} a day, by {change}. The largest "
        "step after the start is {limit}.",
        says=("pump.step.outpatient",),
        next_step=ASK_CLINIC,
        evidence=(*STEPS.values(), "pump.step.caution_above"),
    ),
    Rule(
        code="pump.rise-beyond-refill",
        severity=Severity.SERIOUS,
        title="A rise of the pump beyond every step",
        when="a running pump rises by more than the largest step at a refill for its cause",
        check=_rise_beyond_refill,
        words="On day {on_day} the pump rises from {from} to {to} a day, by {change}. The largest "
        "step at a refill is {limit}.",
        says=("pump.sudden_need",),
        next_step=ASK_CLINIC,
        evidence=tuple(REFILLS.values()),
    ),
    Rule(
        code="pump.fall",
        severity=Severity.CAUTION,
        title="A large fall of the pump",
        when="a running pump falls by more than the largest step down for its cause",
        check=_fall,
        words="On day {on_day} the pump falls from {from} to {to} a day, by {change}. The largest "
        "step down is {limit}.",
        says=("withdrawal.alarm",),
        next_step=ASK_CLINIC,
        evidence=tuple(FALLS.values()),
    ),
    Rule(
        code="pump.rise-too-soon",
        severity=Severity.SERIOUS,
        title="A rise of the pump too soon",
        when="a pump rises sooner after its last change than the label allows",
        check=_too_soon,
        words="The pump rises from {from} to {to} a day, {hours_since_the_last_change} hours after "
        "its last change. The label waits {fewest_hours} hours.",
        says=("pump.start.words",),
        next_step=ASK_CLINIC,
        evidence=(INTERVAL, "pump.start.hold"),
    ),
    Rule(
        code="pump.start-dose",
        severity=Severity.SERIOUS,
        title="A high first dose of the pump",
        when="a pump begins with more than twice the largest test dose of the plan",
        check=_start,
        words="The pump begins with {first_daily_dose} a day. Twice the test dose is {limit}.",
        says=("pump.start.words",),
        next_step=ASK_CLINIC,
        evidence=(FACTOR, "pump.start.equal_if_longer_than"),
    ),
    Rule(
        code="pump.high-dose",
        severity=Severity.CAUTION,
        title="A pump dose with little experience",
        when="a pump gives more in a day than there is much experience with",
        check=_high,
        words="The pump gives {daily_dose} a day. Above {limit} a day experience is limited.",
        says=("pump.sudden_need",),
        next_step=ASK_CLINIC,
        evidence=(EXPERIENCE,),
    ),
    Rule(
        code="pump.flex-steps",
        severity=Severity.CAUTION,
        title="More steps than a pump has",
        when="a day of the pump has more steps than a pump can be told",
        check=_flex,
        words="The day has {steps} steps. A pump can be told {most}.",
        next_step=ASK_CLINIC,
        evidence=(FLEX_STEPS,),
    ),
    Rule(
        code="pump.with-oral",
        severity=Severity.NOTE,
        title="Tablets and a pump together",
        when="baclofen is swallowed beside a pump",
        check=_with_oral,
        says=("interaction.baclofen", "pump.keep_oral"),
        next_step="Ask the clinic how the tablets are to be lowered. Do not stop them suddenly.",
        evidence=("pump.oral_wean", "pump.oral_wean.look_again"),
    ),
    Rule(
        code="pump.know-the-signs",
        severity=Severity.NOTE,
        title="With a pump: know the signs",
        when="there is a pump",
        check=_pump,
        says=("withdrawal.alarm", "withdrawal.it.course", "emergency.overdose.signs"),
        next_step="Keep the refill date and the clinic's number at hand. In an emergency call "
        "{emergency_number}.",
    ),
    Rule(
        code="screening.too-soon",
        severity=Severity.SERIOUS,
        title="Two test doses too close together",
        when="a test dose follows another sooner than the label allows",
        check=_tests_too_close,
        words="The test dose on {second} comes {hours_after_the_first} hours after the one before. "
        "The label waits {fewest_hours} hours.",
        says=("screening.never_within_24h",),
        next_step=CLINIC_ONLY,
        evidence=(TEST_INTERVAL,),
    ),
    Rule(
        code="screening.dose",
        severity=Severity.SERIOUS,
        title="A test dose above the label's largest",
        when="a test dose is larger than the last of the label",
        check=_test_dose,
        words="The test dose is {test_dose}. The label's largest is {limit}.",
        says=("screening.no_response",),
        next_step=CLINIC_ONLY,
        evidence=(DOSES[-1],),
    ),
    Rule(
        code="screening.first-dose",
        severity=Severity.CAUTION,
        title="A large first test dose",
        when="the first test dose is larger than the label's first",
        check=_first_test,
        words="The first test dose is {first_test_dose}. The label begins with {limit}.",
        says=("screening.order",),
        next_step=CLINIC_ONLY,
        evidence=(DOSES[0],),
    ),
    Rule(
        code="screening.step",
        severity=Severity.CAUTION,
        title="A test dose was left out",
        when="a test dose leaves out one of the label's",
        check=_test_step,
        words="The test goes from {from} to {to} and leaves out {left_out}.",
        says=("screening.order",),
        next_step=CLINIC_ONLY,
        evidence=DOSES,
    ),
    Rule(
        code="screening.small-start",
        severity=Severity.CAUTION,
        title="Stiffness helps to stand: a smaller first test dose",
        when="somebody who stands on stiffness begins the test with more than the smaller dose",
        check=_small_start,
        words="The first test dose is {first_test_dose}. The smaller start is {smaller_start}.",
        says=("screening.stands_on_spasticity",),
        next_step="The team that does the test decides.",
        evidence=(SMALL_START,),
    ),
    Rule(
        code="screening.infection",
        severity=Severity.SERIOUS,
        title="No test with an infection",
        when="a test dose is planned and the person reports an infection",
        check=_not_with(Condition.INFECTION),
        says=("screening.not_with.infection",),
        next_step=CLINIC_ONLY,
    ),
    Rule(
        code="screening.relapse",
        severity=Severity.SERIOUS,
        title="No test in a relapse",
        when="a test dose is planned and the person reports a relapse",
        check=_not_with(Condition.MS_RELAPSE),
        says=("screening.not_with.ms_relapse",),
        next_step=CLINIC_ONLY,
    ),
    Rule(
        code="screening.allergy",
        severity=Severity.SERIOUS,
        title="No test with an allergy",
        when="a test dose is planned and the person reports an allergy to baclofen",
        check=_not_with(Condition.BACLOFEN_ALLERGY),
        says=("screening.not_with.baclofen_allergy",),
        next_step=CLINIC_ONLY,
    ),
)
"""Pump and test dose."""
