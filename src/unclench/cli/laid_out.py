"""How `unclench review`, `titrate` and the others answer: print, or write what was asked for."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from unclench.cli import paper
from unclench.cli.amounts import clock_minute, day
from unclench.cli.moments import minute
from unclench.cli.paper import Paper, Wanted
from unclench.errors import InputError
from unclench.evidence import Evidence, load_evidence
from unclench.patient import Patient
from unclench.regimen import OralRegimen, OralStep, Regimen, clock, moment, parse
from unclench.regimen import format as written
from unclench.therapy import (
    FOR_A_CLINICIAN,
    Day,
    History,
    Plan,
    Symptom,
    advice,
    missed,
    next_test,
    problem,
    review,
    switch,
)
from unclench.therapy.switch import formulation
from unclench.units import Mass

STEP_AND_DAYS: Final = re.compile(r"(\d{1,3}):(\d{1,3})")


def wanted(
    json: str | None,
    calendar: str | None,
    first_day: str | None,
    *,
    sources: bool,
    force: bool,
    dated_by: str = "--from",
) -> Wanted:
    """What a person wants to get, checked before anything is computed."""
    if calendar is not None and first_day is None:
        raise InputError(
            "A calendar needs a date.",
            expected=f"--calendar with {dated_by}",
            hint=f"--calendar plan.ics {dated_by} 2027-01-04",
        )
    asked = Wanted(
        json=json,
        calendar=calendar,
        first_day=None if first_day is None else day(first_day),
        sources=sources,
        force=force,
    )
    asked.check()
    return asked


def waking(wake: str, bed: str) -> Day:
    """A person's day from two clock times."""
    return Day(wakes_min=clock_minute(wake), bed_min=clock_minute(bed))


def step_and_days(text: str) -> tuple[int, int]:
    """Which step to hold, and for how many days longer."""
    read = STEP_AND_DAYS.fullmatch(text.strip())
    if read is None:
        raise InputError(
            f"{text!r} does not say what to hold.",
            expected="the number of a step and a number of days",
            hint="2:7 holds the second step for 7 days longer",
        )
    return int(read.group(1)), int(read.group(2))


def review_of(
    regimen: str,
    patient: Patient,
    *,
    history: History,
    symptoms: tuple[Symptom, ...],
    asked: Wanted,
) -> None:
    """Answer what the rules have to say about a plan."""
    evidence = load_evidence()
    plan = parse(regimen)
    findings = review(patient, plan, evidence=evidence, history=history, symptoms=symptoms)
    if asked.json is not None:
        content = {"regimen": written(plan), "findings": [one.as_dict() for one in findings]}
        paper.write_json({**paper.about(evidence), **content}, name=asked.json)
        if asked.to_terminal:
            return
    sheet = Paper()
    sheet.say(written(plan), bold=True)
    sheet.gap()
    sheet.findings(findings, sources=evidence if asked.sources else None)
    sheet.say(paper.ABOUT_RULES if findings else paper.NOTHING)


def plan_for(plan: Plan, patient: Patient, *, evidence: Evidence, asked: Wanted) -> None:
    """Answer with a plan, and with what the rules say about it for a person."""
    history = History(oral_before=plan.before) if plan.before is not None else History()
    findings = review(patient, plan.regimen, evidence=evidence, history=history)
    if asked.json is not None:
        content = {
            **paper.about(evidence),
            **plan.as_dict(),
            "regimen": written(plan.regimen),
            "findings": [one.as_dict() for one in findings],
        }
        paper.write_json(content, name=asked.json)
    if asked.calendar is not None and asked.first_day is not None:
        write_calendar(plan, first_day=asked.first_day, name=asked.calendar)
    if not asked.to_terminal:
        paper.show_plan(plan, findings, sources=asked.sources, evidence=evidence)


def write_calendar(plan: Plan, *, first_day: date, name: str) -> None:
    """Write a plan as a calendar file."""
    from unclench.interchange import as_calendar, plan_entries

    paper.write_bytes(as_calendar(plan_entries(plan, first_day=first_day)), name=name)


def next_test_of(given: str, *, responded: bool, evidence: Evidence, asked: Wanted) -> None:
    """Answer what follows the test doses so far."""
    after = next_test(parse(given).tests, responded=responded, evidence=evidence)
    if asked.json is not None:
        content = {
            **paper.about(evidence),
            "next": after.next.value,
            "dose": None if after.dose is None else after.dose.text("micrograms"),
            "not_before": None if after.not_before_min is None else moment(after.not_before_min),
            "words": after.words,
            "for_whom": FOR_A_CLINICIAN,
            "evidence": list(after.evidence),
        }
        paper.write_json(content, name=asked.json)
        if asked.to_terminal:
            return
    sheet = Paper()
    sheet.say(f"{after.next.value.capitalize()}: {after.words}", bold=True)
    sheet.say(FOR_A_CLINICIAN)
    if asked.sources:
        sheet.grounds(after.evidence, evidence)


def missed_of(regimen: str, *, now: str, since: str | None, asked: Wanted) -> None:
    """Answer what the published rule says about a missed dose."""
    evidence = load_evidence()
    answer = missed(
        parse(regimen),
        now_min=minute(now),
        evidence=evidence,
        since_min=None if since is None else minute(since),
    )
    if asked.json is not None:
        paper.write_json({**paper.about(evidence), **answer.as_dict()}, name=asked.json)
        if asked.to_terminal:
            return
    sheet = Paper()
    told = answer.as_dict()
    due = ", ".join(moment(at) for at in answer.due)
    sheet.say(f"Missed: {due}. Next: {told['next'] or 'none planned'}.", bold=True)
    for line in answer.words:
        sheet.say(line)
    sheet.say(paper.ABOUT_MISSED)
    if asked.sources:
        sheet.grounds(answer.evidence, evidence)


def shares_of(shares: tuple[tuple[int, Mass], ...], *, asked: Wanted) -> None:
    """Answer how a day's amount is split."""
    plan = Regimen(oral=OralRegimen((OralStep(shares),)))
    lines = [(clock(at), amount.text("mg")) for at, amount in shares]
    if asked.json is not None:
        content = {
            "regimen": written(plan),
            "doses": [{"at": at, "amount": amount} for at, amount in lines],
            "for_whom": FOR_A_CLINICIAN,
        }
        paper.write_json(content, name=asked.json)
        if asked.to_terminal:
            return
    sheet = Paper()
    sheet.say(written(plan), bold=True)
    sheet.say(FOR_A_CLINICIAN)
    sheet.gap()
    sheet.table(("at", "dose"), lines)


def switch_of(regimen: str, *, to: str, asked: Wanted) -> None:
    """Answer how the same milligrams are measured in another preparation."""
    evidence = load_evidence()
    changed = switch(parse(regimen), to=formulation(to), evidence=evidence)
    lines = [(line.at, line.amount.text("mg"), line.measure) for line in changed.lines]
    if asked.json is not None:
        content = {
            **paper.about(evidence),
            "regimen": written(changed.regimen),
            "doses": [
                {"at": at, "amount": amount, "measure": measure} for at, amount, measure in lines
            ],
            "words": list(changed.words),
            "for_whom": FOR_A_CLINICIAN,
            "evidence": list(changed.evidence),
        }
        paper.write_json(content, name=asked.json)
        if asked.to_terminal:
            return
    sheet = Paper()
    sheet.say(written(changed.regimen), bold=True)
    sheet.say(FOR_A_CLINICIAN)
    sheet.gap()
    sheet.table(("at", "dose", "is measured as"), lines)
    sheet.gap()
    for line in changed.words:
        sheet.say(f"* {line}")
    if asked.sources:
        sheet.grounds(changed.evidence, evidence)


def advice_on(about: str, *, sources: bool) -> None:
    """Answer what the sources advise about a problem."""
    evidence = load_evidence()
    sheet = Paper()
    chosen = problem(about)
    sheet.say(chosen.words.capitalize(), bold=True)
    for one in advice(chosen, evidence=evidence):
        sheet.say(f"* {one.words}")
        if sources:
            sheet.grounds((one.evidence,), evidence)
