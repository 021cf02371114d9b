"""Reads an address into the data of the form: words or controls, buttons that add or drop a dose.

An address comes in one of two ways. One that was shared carries the plan in words. A form that was
sent carries the controls as well, and the words as they stood when the page was drawn (`was`):
words that were edited since win over the controls, otherwise the controls win.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from django.core.exceptions import ValidationError
from django.http import QueryDict

from unclench.regimen import MINUTES_PER_DAY, clock
from unclench.therapy import Origin
from unclench_site.explore.amounts import clock_minute
from unclench_site.explore.layform import LAY_DEFAULTS
from unclench_site.explore.question import USUAL, Against, Picture, Span
from unclench_site.explore.telling import plain
from unclench_site.explore.ways import MOST_ROWS, STRENGTHS, Plan, Program, PumpDay, Way

BEDTIME_MIN: Final = 22 * 60
BODY: Final = {
    "kg": "weight_kg",
    "age": "age_years",
    "kidney": "crcl_ml_per_min",
    "spasms": "spasms_per_day",
}
DEFAULTS: Final = {
    "strength": "1",
    "rate": "200",
    "program": "even",
    "night": "50",
    "bolus": "20",
    "bolus_at": "22:00",
    "worst": USUAL.worst_time.value,
    "against": Against.NOTHING.value,
    "span": Span.DAY.value,
    "show": Picture.SPASMS.value,
    "origin": Origin.SPINAL.value,
    **LAY_DEFAULTS,
    **{name: f"{getattr(USUAL, part):g}" for name, part in BODY.items()},
}
FIRST_ROWS: Final = {
    "at": ["08:00", "14:00", "20:00"],
    "mg": ["20", "20", "20"],
    "sip_at": ["08:00", "14:00", "20:00"],
    "ml": ["10", "10", "10"],
}


def completed(query: QueryDict) -> QueryDict:
    """The address with what is usual wherever it says nothing; it can be changed."""
    data = query.copy()
    for name, value in DEFAULTS.items():
        data.setdefault(name, value)
    for name, rows in FIRST_ROWS.items():
        if name not in data:
            data.setlist(name, rows)
    return data


def words_win(query: QueryDict) -> bool:
    """Whether the plan in words is what counts, and not the controls."""
    if not query.get("way"):
        return True
    if query.get("moved"):
        return query.get("moved") == "regimen"
    if "was" not in query or "regimen" not in query:
        return False
    return query.get("regimen", "").split() != query.get("was", "").split()


def act(data: QueryDict) -> None:
    """Do what a button of the form says: one more dose, or one fewer."""
    deed, _, place = data.get("do", "").partition("-")
    for prefix, at, amount in (("", "at", "mg"), ("sip", "sip_at", "ml")):
        times, amounts = data.getlist(at), data.getlist(amount)
        if deed == f"add{prefix}" and len(times) == len(amounts) < MOST_ROWS:
            data.setlist(at, [*times, free_time(times)])
            data.setlist(amount, [*amounts, amounts[-1] if amounts else "10"])
        if deed == f"drop{prefix}" and place.isdecimal() and len(times) == len(amounts) > 1:
            at_row = int(place)
            data.setlist(at, times[:at_row] + times[at_row + 1 :])
            data.setlist(amount, amounts[:at_row] + amounts[at_row + 1 :])


def free_time(times: list[str]) -> str:
    """Bedtime if it is free, else the middle of the longest stretch without a dose.

    Example:
        >>> free_time(["08:00", "14:00"]), free_time(["08:00", "22:00"])
        ('22:00', '15:00')
    """
    minutes: list[int] = []
    for text in times:
        try:
            minutes.append(clock_minute(text))
        except ValidationError:
            continue
    minutes.sort()
    if not minutes:
        return "08:00"
    if all(abs(BEDTIME_MIN - at_min) > 60 for at_min in minutes):
        return clock(BEDTIME_MIN)
    ends = [*minutes[1:], minutes[0] + MINUTES_PER_DAY]
    start, end = max(zip(minutes, ends, strict=True), key=lambda gap: gap[1] - gap[0])
    return clock(round((start + end) / 60) * 30 % MINUTES_PER_DAY)


def set_controls(plan: Plan | None, data: QueryDict) -> None:
    """Set the controls to what a plan says; without one, no way is chosen."""
    if plan is None:
        data.pop("way", None)
        return
    data["way"] = plan.way.value
    times = [clock(at_min) for at_min, _ in plan.doses]
    if plan.doses and plan.way is Way.LIQUID:
        strength = plan.formulation.mg_per_ml or Decimal(1)
        data["strength"] = STRENGTHS[plan.formulation]
        data.setlist("sip_at", times)
        data.setlist("ml", [plain(amount.in_mg / strength) for _, amount in plan.doses])
    elif plan.doses:
        data.setlist("at", times)
        data.setlist("mg", [plain(amount.in_mg) for _, amount in plan.doses])
    if plan.with_food:
        data["food"] = "on"
    if plan.pump:
        set_pump(plan.pump, data)


def set_pump(day: PumpDay, data: QueryDict) -> None:
    """Set the controls of the pump."""
    data["rate"], data["program"] = plain(day.daily.in_mcg), day.program.value
    if day.program is Program.NIGHT:
        data["night"] = str(day.night_percent)
    if day.program is Program.BOLUS:
        data["bolus"], data["bolus_at"] = plain(day.bolus.in_mcg), clock(day.bolus_min)
