"""The emergency card: what a stranger needs to know at once, in words that are cited."""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypedDict

from unclench.regimen import format as written
from unclench.therapy.rule import emergency_number
from unclench_site.accounts.models import Person
from unclench_site.clinic.sheet import Line, spoken
from unclench_site.evidence import evidence
from unclench_site.plans.intake import health_details, medicines_at, pump_of, treatment_at

NEVER_SUDDEN: Final = "withdrawal.never_sudden"
PUMP_WORDS: Final = (
    ("Too little", ("withdrawal.it.sequence", "withdrawal.it.course", "withdrawal.alarm")),
    ("Too much", ("emergency.overdose.signs", "emergency.overdose.no_antidote")),
)
ORAL_WORDS: Final = (
    ("Too little", ("withdrawal.oral.signs", "withdrawal.emergency")),
    ("Too much", ("adverse.overdose.signs", "emergency.overdose.no_antidote")),
)


class Signs(TypedDict):
    """What too little or too much looks like."""

    title: str
    words: list[str]


class Card(TypedDict):
    """The whole card, as JSON holds it."""

    made_at: str
    made_words: str
    has_pump: bool
    title: str
    call: str
    lines: list[Line]
    phone: str
    signs: list[Signs]


def card_of(owner: Person, *, at: datetime) -> Card:
    """Give a person's emergency card as it stands now."""
    base = evidence()
    details, pump = health_details(owner), pump_of(owner)
    treatment = treatment_at(owner, at=at)
    number = emergency_number(base, country=details.country if details else None)
    medicines = medicines_at(owner, at=at)
    lines = [
        Line(name="Name", words=""),
        Line(name="Takes", words=written(treatment.to_regimen()) if treatment else ""),
        *(
            [
                Line(
                    name="Pump", words=pump.details.model or "make and model: see the pump's card"
                ),
                Line(name="In the pump", words=f"{pump.details.drug}, {pump.concentration}"),
                Line(name="Refill by", words=spoken(pump.refill_due_on))
                if pump.refill_due_on
                else Line(name="Refill by", words=""),
                Line(name="Clinic", words=f"{pump.clinic_name} {pump.clinic_phone}".strip()),
            ]
            if pump
            else []
        ),
        Line(name="Also takes", words=", ".join(medicines)),
        Line(name="Known", words="; ".join(details.condition_words) if details else ""),
    ]
    what = "a baclofen pump" if pump else "baclofen"
    return Card(
        made_at=at.isoformat(timespec="minutes"),
        made_words=spoken(at.astimezone(owner.zone).date()),
        has_pump=pump is not None,
        title=f"I have {what}" if pump else f"I take {what}",
        call=f"Call {number}. Say: {'baclofen pump' if pump else 'baclofen'}. "
        f"{base.statement(NEVER_SUDDEN).text}",
        lines=[line for line in lines if line["words"] or line["name"] == "Name"],
        phone=pump.clinic_phone if pump else "",
        signs=[
            Signs(title=title, words=[base.statement(key).text for key in keys])
            for title, keys in (PUMP_WORDS if pump else ORAL_WORDS)
        ],
    )
