"""Says what is taken in plain sentences, so that people can see what was understood."""

from __future__ import annotations

from decimal import Decimal

from unclench.regimen import (
    MINUTES_PER_DAY,
    Formulation,
    OralRegimen,
    OralStep,
    PumpProgram,
    PumpStep,
    Regimen,
    clock,
)
from unclench.units import Mass

__all__ = ["listed", "said"]

FORMS = {Formulation.TABLET: "Tablets", Formulation.GRANULES: "Granules"}


def said(regimen: Regimen) -> list[str]:
    """Give one sentence for each step of what is swallowed, and of the pump.

    Example:
        >>> from unclench.regimen import parse
        >>> said(parse("liquid 5 mg/mL: 2 mL at 08:00, 20:00"))
        ['Liquid with 5 mg in each mL: 2 mL (10 mg) at 08:00 and 20:00. That is 20 mg a day.']
    """
    lines: list[str] = []
    if regimen.oral is not None:
        lines += _swallowed(regimen.oral)
    if regimen.pump is not None:
        lines += _pumped(regimen.pump)
    return lines


def listed(parts: list[str]) -> str:
    """Join parts as a sentence does.

    Example:
        >>> listed(["08:00", "14:00", "20:00"])
        '08:00, 14:00 and 20:00'
    """
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def number(value: Decimal) -> str:
    """Give a number without trailing zeros."""
    return f"{value.normalize():f}"


def _swallowed(oral: OralRegimen) -> list[str]:
    form, strength = oral.formulation, oral.formulation.mg_per_ml
    what = FORMS.get(form) or f"Liquid with {number(strength or Decimal(1))} mg in each mL"
    food = " With food." if oral.with_food else ""
    return [
        f"{what}{_when(step.days, place, len(oral.steps))}: {_doses(step, form)}{food}"
        for place, step in enumerate(oral.steps)
    ]


def _doses(step: OralStep, form: Formulation) -> str:
    if not step.times:
        return "nothing."
    groups: dict[Mass, list[str]] = {}
    for minute, amount in step.times:
        groups.setdefault(amount, []).append(clock(minute))
    doses = listed([f"{_amount(amount, form)} at {listed(at)}" for amount, at in groups.items()])
    rhythm = f" every {step.every_days} days" if step.every_days > 1 else ""
    on = "on such a day" if step.every_days > 1 else "a day"
    return f"{doses}{rhythm}. That is {step.mass_on(1).text('mg')} {on}."


def _amount(amount: Mass, form: Formulation) -> str:
    if form.mg_per_ml is None:
        return amount.text("mg")
    return f"{number(amount.in_mg / form.mg_per_ml)} mL ({amount.text('mg')})"


def _pumped(pump: PumpProgram) -> list[str]:
    return [
        f"Pump{_when(step.days, place, len(pump.steps))}: {_rates(step)}"
        for place, step in enumerate(pump.steps)
    ]


def _rates(step: PumpStep) -> str:
    total = step.mass_a_day
    if not total:
        return "off."
    stretches = step.stretches()
    boluses = [
        f"{amount.text('micrograms')} extra at {clock(minute)}" for minute, amount in step.boluses
    ]
    if len(stretches) == 1 and not boluses:
        return f"{total.text('micrograms')} a day, steady."
    rates = [
        f"{rate.text('micrograms')} a day from {clock(start)} to {clock(end % MINUTES_PER_DAY)}"
        for start, end, rate in stretches
    ]
    if len(stretches) == 1:
        rates = [f"{stretches[0][2].text('micrograms')} a day, steady"]
    return f"{listed([*rates, *boluses])}. That is {_rounded(total)} micrograms a day."


def _rounded(amount: Mass) -> str:
    return number(round(amount.in_mcg, 2))


def _when(days: int | None, place: int, steps: int) -> str:
    if steps == 1 and days is None:
        return ""
    first = "" if place == 0 else "then "
    span = "from then on" if days is None else f"for {days} day{'' if days == 1 else 's'}"
    return f", {first}{span}"
