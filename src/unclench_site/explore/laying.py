"""Lays out plans from what was put in; what the rules refuse is an InputError that says why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, final

from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench.patient import Patient
from unclench.regimen import (
    MINUTES_PER_DAY,
    OralRegimen,
    OralStep,
    Regimen,
    clock,
    moment,
)
from unclench.therapy import (
    History,
    Missed,
    Origin,
    Pace,
    Verdict,
    missed,
    protocol,
    screen,
    start_pump,
    taper,
    taper_protocol,
    titrate,
    titrate_pump,
)
from unclench.units import Mass, mcg, mg
from unclench_site.explore.laid import (
    AFTER_DOWN_DAYS,
    AFTER_UP_DAYS,
    LEAD_DAYS,
    NOW_DAYS,
    Laid,
    Lay,
    Row,
    after,
    days_words,
    rows_of,
    window_of,
)
from unclench_site.explore.question import Second
from unclench_site.explore.telling import plain

LONG_USE_WEEKS: Final = 52
SAID_LONG: Final = (
    "You did not say how long you have taken baclofen, so the plan is one for long use."
)
STEPS_AND_STOP: Final = (
    "In the charts the first plan comes down step by step, and the second stops suddenly."
)
SLIP_AND_NONE: Final = (
    "In the charts the first plan follows the rule, and in the second no dose is missed."
)
SLIP_DAY: Final = 4
AS_NOW: Final = "As now."


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a plan is laid out from.

    Attributes:
        now: What is taken now.
        patient: The person.
        history: What came before.
        given: The fields of the plan, cleaned.
        parts: The same as parts of an address.
        evidence: The evidence base.
    """

    now: Regimen
    patient: Patient
    history: History
    given: Mapping[str, Any]
    parts: tuple[tuple[str, str], ...]
    evidence: Evidence


def lay_out(kind: Lay, asked: Asked) -> Laid:
    """Lay out a plan.

    Raises:
        InputError: The rules do not lay out such a plan; the message says what they expect.
    """
    return MAKERS[kind](asked)


def going_up(asked: Asked) -> Laid:
    """Up under a named protocol, from nothing."""
    given, rule = asked.given, protocol(asked.given["up"])
    named = (
        (rule.step, "rise", "Rise at each step"),
        (rule.interval, "every", "Days between steps"),
    )
    for key, name, label in named:
        if key is None and given[name] is None:
            raise InputError(
                f"The source of this protocol gives no number for “{label}”.",
                expected="a number from a clinician",
                hint=f"put it in under “{label}”",
            )
    plan = titrate(
        rule,
        evidence=asked.evidence,
        target=some_mg(given["goal"]),
        step=some_mg(given["rise"]),
        every_days=None if given["every"] is None else int(given["every"]),
    )
    last = plan.steps[-1].first_day + AFTER_UP_DAYS - 1
    return Laid(
        kind=Lay.UP,
        title=plan.title,
        protocol=rule.title,
        rows=rows_of(plan),
        words=plan.words,
        evidence=plan.evidence,
        regimen=plan.regimen,
        simulated=plan.regimen,
        patient=replace(asked.patient, weeks_on_baclofen=0.0),
        window=window_of(1, last),
        parts=asked.parts,
    )


def coming_down(asked: Asked) -> Laid:
    """Down from what is swallowed now, against stopping at once."""
    given, rule = asked.given, taper_protocol(asked.given["down"])
    weeks = asked.patient.weeks_on_baclofen
    plan = taper(
        asked.now,
        weeks_on=LONG_USE_WEEKS if weeks is None else weeks,
        evidence=asked.evidence,
        protocol=rule,
        pace=Pace(given["pace"]),
    )
    oral = swallowed(asked.now)
    then = tuple(OralStep(step.doses, days=step.days) for step in plan.steps)
    now = oral.steps[-1]
    shown = Regimen(oral=after(oral, NOW_DAYS, then))
    endless = Regimen(oral=replace(oral, steps=(replace(now, days=None),)))
    first = Row(
        when=days_words(1, NOW_DAYS),
        daily=now.mass_on(1).text("mg"),
        doses=", ".join(f"{clock(at)} {amount.text('mg')}" for at, amount in now.times),
        words=AS_NOW,
    )
    last = NOW_DAYS + plan.steps[-1].first_day - 1 + AFTER_DOWN_DAYS
    return Laid(
        kind=Lay.DOWN,
        title=plan.title,
        protocol=rule.title,
        rows=(first, *rows_of(plan, shift_days=NOW_DAYS)),
        words=(*plan.words, *((SAID_LONG,) if weeks is None else ())),
        evidence=plan.evidence,
        regimen=shown,
        simulated=Regimen(oral=after(oral, LEAD_DAYS + NOW_DAYS, then)),
        patient=asked.patient,
        window=window_of(1, last, lead_days=LEAD_DAYS),
        parts=asked.parts,
        second=Second(
            patient=asked.patient,
            regimen=endless.stopping((LEAD_DAYS + NOW_DAYS) * MINUTES_PER_DAY),
            judged=endless.stopping(NOW_DAYS * MINUTES_PER_DAY),
            words=f"a sudden stop on day {NOW_DAYS + 1}",
            note=STEPS_AND_STOP,
        ),
    )


def the_test(asked: Asked) -> Laid:
    """The test doses up to the one that is chosen, a day for each."""
    given = asked.given
    plan = screen(evidence=asked.evidence, small_start=given["small"])
    steps = tuple(step for step in plan.steps if step.daily <= mcg(given["upto"]))
    regimen = replace(plan.regimen, tests=plan.regimen.tests[: len(steps)])
    return Laid(
        kind=Lay.TEST,
        title=f"{plan.title}: {' then '.join(step.daily_text for step in steps)}",
        protocol="United States, label",
        rows=rows_of(plan)[: len(steps)],
        words=plan.words,
        evidence=plan.evidence,
        regimen=regimen,
        simulated=regimen,
        patient=asked.patient,
        window=window_of(1, len(steps)),
        parts=asked.parts,
    )


def the_start(asked: Asked) -> Laid:
    """The first days of a pump, from the test dose that worked."""
    given, origin = asked.given, asked.history.origin
    begin = start_pump(
        mcg(given["worked"]),
        effect_hours=given["lasted"],
        bad_reaction=given["badly"],
        evidence=asked.evidence,
    )
    plan = titrate_pump(
        begin.daily, target=mcg(given["aim"]), origin=origin, evidence=asked.evidence
    )
    where = "spinal" if origin is Origin.SPINAL else "cerebral"
    return Laid(
        kind=Lay.START,
        title=plan.title,
        protocol=f"United States, label, {where} steps for adults",
        rows=rows_of(plan),
        words=tuple(dict.fromkeys((*begin.words, *plan.words))),
        evidence=tuple(dict.fromkeys((*begin.evidence, *plan.evidence))),
        regimen=plan.regimen,
        simulated=plan.regimen,
        patient=asked.patient,
        window=window_of(1, plan.steps[-1].first_day + AFTER_UP_DAYS - 1),
        parts=asked.parts,
    )


def a_slip(asked: Asked) -> Laid:
    """One dose missed and what the published rule says at a time of day, on the fourth day."""
    late_min = (SLIP_DAY - 1) * MINUTES_PER_DAY + asked.given["late"]
    told = missed(asked.now, now_min=late_min, evidence=asked.evidence)
    due_min = told.due[0]
    return Laid(
        kind=Lay.MISSED,
        title=f"The dose on {moment(due_min)} missed, noticed on {moment(late_min)}",
        protocol="The published rule for one missed dose",
        rows=slip_rows(told, late_min),
        words=told.words,
        evidence=told.evidence,
        regimen=asked.now if late_min == due_min else asked.now.missing(due_min),
        simulated=followed(asked.now, told, late_min),
        patient=asked.patient,
        window=window_of(SLIP_DAY - 1, SLIP_DAY + 2),
        parts=asked.parts,
        second=Second(
            patient=asked.patient,
            regimen=asked.now,
            words="no dose missed",
            note=SLIP_AND_NONE,
            day=SLIP_DAY,
        ),
    )


def followed(now: Regimen, told: Missed, late_min: int) -> Regimen:
    """The same plan with the missed dose left out, or moved to the time when it was noticed.

    Raises:
        InputError: The doses differ from day to day, so that a moved one cannot be written.
    """
    due_min = told.due[0]
    if told.verdict is not Verdict.TAKE or late_min == due_min:
        return now if late_min == due_min else now.missing(due_min)
    oral = swallowed(now)
    if len(oral.steps) > 1 or oral.steps[0].every_days > 1 or now.changes:
        raise InputError(
            "A late dose can be shown only where every day is the same.",
            expected="a plan with the same doses every day, and nothing missed or doubled yet",
        )
    times = oral.steps[0].times
    due_day, due_at = divmod(due_min, MINUTES_PER_DAY)
    late_day, late_at = divmod(late_min, MINUTES_PER_DAY)
    days = []
    for day in range(due_day, late_day + 1):
        kept = [dose for dose in times if (day, dose[0]) != (due_day, due_at)]
        extra = [(late_at, told.amount)] if day == late_day else []
        days.append(OralStep(tuple(sorted([*kept, *extra], key=_minute)), days=1))
    steps = (OralStep(times, days=due_day), *days, OralStep(times))
    return replace(now, oral=replace(oral, steps=steps))


def slip_rows(told: Missed, late_min: int) -> tuple[Row, ...]:
    """What happens, moment by moment."""
    amount = told.amount.text("mg")
    takes = told.verdict is Verdict.TAKE
    rows = [
        Row(when=moment(told.due[0]), daily=amount, doses="not taken", words="This dose was due."),
        Row(
            when=moment(late_min),
            daily=amount if takes else "none",
            doses="taken late" if takes else "left out",
            words=told.verdict.words,
        ),
    ]
    if told.next_min is not None:
        words = "The next dose, as planned."
        rows.append(Row(when=moment(told.next_min), daily="as planned", doses="", words=words))
    return tuple(rows)


def swallowed(regimen: Regimen) -> OralRegimen:
    """What is swallowed.

    Raises:
        InputError: Nothing is.
    """
    if regimen.oral is None:
        raise InputError(
            "Nothing in this plan is swallowed.", expected="a plan with tablets or a liquid"
        )
    return regimen.oral


def some_mg(number: Decimal | None) -> Mass | None:
    """An amount, where one was given."""
    return None if number is None else mg(number)


def _minute(dose: tuple[int, Mass]) -> int:
    return dose[0]


MAKERS: Final[dict[Lay, Callable[[Asked], Laid]]] = {
    Lay.UP: going_up,
    Lay.DOWN: coming_down,
    Lay.TEST: the_test,
    Lay.START: the_start,
    Lay.MISSED: a_slip,
}


def written(value: object) -> str:
    """A cleaned field as an address says it."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, bool):
        return "on"
    return clock(value) if isinstance(value, int) else str(value)
