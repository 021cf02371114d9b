"""What `unclench pump` answers: facts, one a line, with what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from unclench.cli import paper
from unclench.cli.paper import Paper, Wanted
from unclench.evidence import Evidence
from unclench.therapy import (
    FOR_A_CLINICIAN,
    Bridge,
    Delivery,
    Prime,
    Refill,
    Service,
)
from unclench.therapy.exact import rounded
from unclench.therapy.pump import FLOW, flow_caution
from unclench.therapy.pump_plan import Adjustment, PumpStart
from unclench.therapy.rule import standing

VOLUMES: Final = "The volumes are those that you gave. Compare them with the manual of the device."


def answer(
    facts: Mapping[str, str],
    words: Iterable[str],
    *,
    keys: tuple[str, ...],
    evidence: Evidence,
    asked: Wanted,
) -> None:
    """Print facts and words, or write them as JSON."""
    said = list(words)
    said += [line for line in standing(evidence, keys) if not any(line in one for one in said)]
    if asked.json is not None:
        content = {
            **paper.about(evidence),
            **{name.replace(" ", "_"): value for name, value in facts.items()},
            "words": said,
            "for_whom": FOR_A_CLINICIAN,
            "evidence": list(keys),
        }
        paper.write_json(content, name=asked.json)
    if asked.to_terminal:
        return
    sheet = Paper()
    sheet.say(FOR_A_CLINICIAN)
    sheet.gap()
    sheet.facts(facts)
    sheet.gap()
    for line in said:
        sheet.say(f"* {line}")
    if asked.sources:
        sheet.gap()
        sheet.grounds(keys, evidence)


def first_dose(first: PumpStart, *, evidence: Evidence, asked: Wanted) -> None:
    """The first daily dose of a pump."""
    facts = {"first daily dose": first.daily.text("micrograms")}
    answer(facts, first.words, keys=first.evidence, evidence=evidence, asked=asked)


def changed_dose(changed: Adjustment, *, evidence: Evidence, asked: Wanted) -> None:
    """A daily dose after a change."""
    facts = {
        "before": f"{changed.before.text('micrograms')} a day",
        "after": f"{changed.after.text('micrograms')} a day",
        "change": f"{rounded(changed.share * 100, 1)} %",
    }
    words = ["Rounded down to a tenth of a microgram."]
    answer(facts, words, keys=changed.evidence, evidence=evidence, asked=asked)


def refill_window(
    window: Refill, *, filled_on: date | None, evidence: Evidence, asked: Wanted
) -> None:
    """The time by which a pump must be filled again, and a calendar file of it."""
    facts = {
        "flow": f"{rounded(window.flow, 4)} mL a day",
        "days to the alarm": rounded(window.days_to_alarm, 1),
        "if the pump runs fast": f"{int(window.earliest_alarm)} days",
        "the drug keeps": f"{window.drug_life} days",
        "fill again by day": f"{window.latest_day}, because of the {window.limit}",
    }
    if filled_on is not None:
        facts["fill again by"] = window.on(filled_on).isoformat()
        if asked.calendar is not None:
            write_refill(window.on(filled_on), name=asked.calendar)
    caution = flow_caution(window.flow, evidence=evidence)
    words = (*caution, evidence.statement("withdrawal.alarm").text, VOLUMES)
    keys = (*window.evidence, FLOW, "withdrawal.alarm")
    answer(facts, words, keys=keys, evidence=evidence, asked=asked)


def write_refill(day: date, *, name: str) -> None:
    """Write the last day for a refill as a calendar file."""
    from unclench.interchange import Entry, as_calendar

    entry = Entry(first=day, days=1, title="Pump: refill by today at the latest", words=VOLUMES)
    paper.write_bytes(as_calendar([entry]), name=name)


def bridge_over(over: Bridge, *, evidence: Evidence, asked: Wanted) -> None:
    """The bridge to a new strength, and what would happen without it."""
    facts = {
        "bridge volume": f"{over.volume_ml:f} mL of the old strength",
        "bridge amount": over.amount.text("micrograms"),
        "bridge lasts": f"{rounded(over.duration_days * 24)} hours",
        "flow meanwhile": f"{rounded(over.flow, 4)} mL a day",
        "flow after it": f"{rounded(over.then_flow, 4)} mL a day",
        "without the bridge": (
            f"{rounded(over.without_daily, 1)} micrograms a day for "
            f"{rounded(over.without_days, 1)} days"
        ),
    }
    keys = ("pump.bridge", "pump.priming", "pump.side_port")
    caution = flow_caution(over.then_flow, evidence=evidence)
    words = (*caution, *(evidence.statement(key).text for key in keys), VOLUMES)
    answer(facts, words, keys=keys, evidence=evidence, asked=asked)


def primed(needed: Prime, *, evidence: Evidence, asked: Wanted) -> None:
    """What must run before drug reaches the tip."""
    facts = {
        "priming volume": f"{needed.volume_ml:f} mL",
        "priming amount": needed.amount.text("micrograms"),
    }
    keys = ("pump.priming", "pump.side_port")
    words = (*(evidence.statement(key).text for key in keys), VOLUMES)
    answer(facts, words, keys=keys, evidence=evidence, asked=asked)


def delivered(delivery: Delivery, *, evidence: Evidence, asked: Wanted) -> None:
    """What a pump gave, beside what it was told."""
    facts = {
        "should be left": f"{rounded(delivery.expected_ml)} mL",
        "was drawn out": f"{delivery.found_ml:f} mL",
        "delivered": f"{rounded(delivery.ratio * 100, 1)} % of what was told",
        "verdict": delivery.verdict,
    }
    signs = {
        "under-delivery": ("withdrawal.alarm", "withdrawal.it.itch"),
        "over-delivery": ("emergency.overdose.signs",),
    }.get(delivery.verdict, ())
    keys = (*delivery.evidence, *signs)
    words = (*(evidence.statement(key).text for key in signs), VOLUMES)
    answer(facts, words, keys=keys, evidence=evidence, asked=asked)


def end_of(end: Service, *, evidence: Evidence, asked: Wanted) -> None:
    """When a pump stops for good."""
    facts = {
        "stops for good on": end.stops_on.isoformat(),
        "plan the next by": end.plan_by.isoformat(),
    }
    words = (evidence.statement("withdrawal.it.course").text,)
    keys = (*end.evidence, "withdrawal.it.course")
    answer(facts, words, keys=keys, evidence=evidence, asked=asked)
