"""The form of what somebody takes: a few big fields, or the regimen's own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, final
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict

from unclench.errors import InputError
from unclench.regimen import (
    Formulation,
    OralRegimen,
    OralStep,
    PumpProgram,
    PumpStep,
    Regimen,
    clock,
    format,
    parse,
)
from unclench.units import mcg, mg
from unclench_site.plans.models import MOST_TEXT, Treatment
from unclench_site.plans.onward import onward
from unclench_site.plans.typed import (
    ClockField,
    DayField,
    NumberField,
    RoomForm,
    exact,
    medicine_list,
    minute_of_day,
    moment_on_wall,
)

ROWS: Final = 6
"""Doses a day that have a row of their own; more are written in words."""


class Way(models.TextChoices):
    """How baclofen is taken, as a person would say it."""

    TABLETS = "tablets", "Tablets"
    LIQUID = "liquid", "Liquid"
    GRANULES = "granules", "Granules"
    PUMP = "pump", "Pump"
    BOTH = "both", "Tablets and pump"
    WORDS = "words", "I write it in words"
    NONE = "none", "No baclofen any more"


STRENGTHS: Final = {
    "1": Formulation.LIQUID_1,
    "2": Formulation.LIQUID_2,
    "5": Formulation.LIQUID_5,
}
STRENGTH_WORDS: Final = [
    ("", "Choose: it stands on the bottle"),
    *((key, f"{key} mg in each mL ({int(key) * 5} mg in 5 mL)") for key in STRENGTHS),
]


@final
@dataclass(frozen=True, slots=True)
class Row:
    """One dose of the day as it was typed."""

    place: int
    at: str = ""
    amount: str = ""


@final
class TreatmentForm(RoomForm):
    """What is taken, from when, and which other medicines."""

    way = forms.ChoiceField(
        choices=Way.choices,
        error_messages={
            "required": "Choose how baclofen is taken.",
            "invalid_choice": "Choose one of the ways on this page.",
        },
    )
    strength = forms.ChoiceField(
        choices=STRENGTH_WORDS,
        required=False,
        error_messages={"invalid_choice": "Choose 1, 2 or 5 mg in each mL."},
    )
    food = forms.BooleanField(required=False)
    rows = forms.Field(required=False)
    daily = NumberField(
        what="pump’s dose", unit="micrograms a day", low="0.1", high="5000", required=False
    )
    words = forms.CharField(max_length=MOST_TEXT, required=False)
    medicines = forms.CharField(max_length=6000, required=False)
    from_on = DayField(what="first day")
    from_time = ClockField(error_messages={"required": "A time is empty. Give one such as 08:30."})

    def __init__(self, data: QueryDict, *, zone: ZoneInfo, at: datetime) -> None:
        """Read what was sent; `zone` is the wall's clock of whoever takes it."""
        super().__init__(data)
        self.sent, self.zone, self.at = data, zone, at

    def clean(self) -> dict[str, Any]:
        """Put the parts together."""
        cleaned = self.cleaned_data
        self._from_when(cleaned)
        try:
            cleaned["medicine_names"] = medicine_list(cleaned.get("medicines", ""))
        except ValidationError as fault:
            self.add_error("medicines", fault)
        if "way" in cleaned:
            cleaned["regimen"] = self._regimen(Way(cleaned["way"]))
        return cleaned

    def _from_when(self, cleaned: dict[str, Any]) -> None:
        day, minute = cleaned.get("from_on"), cleaned.get("from_time")
        if day is None or minute is None:
            return
        try:
            cleaned["from_at"] = moment_on_wall(day, minute, self.zone)
        except ValidationError as fault:
            self.add_error("from_time", fault)
            return
        if (day - self.at.astimezone(self.zone).date()).days > 366:
            self.add_error("from_on", "The first day is more than a year away. Give a nearer one.")

    def _regimen(self, way: Way) -> Regimen | None:
        """The baclofen; None where none is taken, or something is wrong."""
        if way is Way.NONE:
            return None
        try:
            if way is Way.WORDS:
                return self._from_words()
            oral = None if way is Way.PUMP else self._oral(way)
            pump = self._pump() if way in (Way.PUMP, Way.BOTH) else None
            if self.errors:
                return None
            regimen = Regimen(oral=oral, pump=pump)
            format(regimen)
            return regimen
        except InputError as fault:
            self.add_error("words" if way is Way.WORDS else "rows", str(fault))
        return None

    def _from_words(self) -> Regimen:
        regimen = parse(self.cleaned_data.get("words") or "")
        if regimen.changes or regimen.tests:
            raise InputError(
                "Missed, doubled or stopped doses and test doses do not belong here.",
                expected="what you take day by day",
                hint="10 mg at 08:00, 14:00, 20:00",
            )
        return regimen

    def _oral(self, way: Way) -> OralRegimen | None:
        form, per_ml = Formulation.TABLET, Decimal(1)
        if way is Way.GRANULES:
            form = Formulation.GRANULES
        if way is Way.LIQUID:
            strength = self.cleaned_data.get("strength")
            if not strength:
                self.add_error(
                    "strength", "The strength is empty. Choose the one that is on the bottle."
                )
                return None
            form, per_ml = STRENGTHS[strength], Decimal(strength)
        times = sorted((at, mg(per_ml * amount)) for at, amount in self._timed(way))
        if not times:
            return None
        return OralRegimen(
            (OralStep(tuple(times)),), formulation=form, with_food=self.cleaned_data["food"]
        )

    def _timed(self, way: Way) -> list[tuple[int, Decimal]]:
        unit, what = ("mL", "volume") if way is Way.LIQUID else ("mg", "amount")
        found: list[tuple[int, Decimal]] = []
        filled = [row for row in self.typed_rows(liquid=way is Way.LIQUID) if row.at or row.amount]
        if not filled:
            self.add_error("rows", "There is no dose. Give at least one time and amount.")
        for row in filled:
            try:
                amount = exact(row.amount, what=what, unit=unit, low="0.1", high="500")
                found.append((minute_of_day(row.at), amount))
            except ValidationError as fault:
                self.add_error("rows", f"Dose {row.place}: {fault.message}")
        return found

    def _pump(self) -> PumpProgram | None:
        daily = self.cleaned_data.get("daily")
        if daily is None:
            if "daily" not in self.errors:
                self.add_error(
                    "daily", "The pump’s dose is empty. Give a number, micrograms a day."
                )
            return None
        return PumpProgram((PumpStep(((0, mcg(daily)),)),))

    def text(self) -> str:
        """Give the regimen as it is written down; only of a form that is valid."""
        regimen: Regimen | None = self.cleaned_data["regimen"]
        return "" if regimen is None else format(regimen)

    def typed_rows(self, *, liquid: bool) -> list[Row]:
        """The doses of the day as they were typed, with empty rows to fill."""
        at, amount = ("sip_at", "ml") if liquid else ("at", "mg")
        times, amounts = self.sent.getlist(at)[:ROWS], self.sent.getlist(amount)[:ROWS]
        filled = [*times, *[""] * ROWS][:ROWS], [*amounts, *[""] * ROWS][:ROWS]
        return [
            Row(place, one.strip(), other.strip())
            for place, (one, other) in enumerate(zip(*filled, strict=True), start=1)
        ]

    @property
    def solid_rows(self) -> list[Row]:
        """The rows in milligrams."""
        return self.typed_rows(liquid=False)

    @property
    def liquid_rows(self) -> list[Row]:
        """The rows in millilitres."""
        return self.typed_rows(liquid=True)

    ways = Way.choices
    strengths = STRENGTH_WORDS


def beginning(held: Treatment | None, *, now: datetime) -> QueryDict:
    """Give the form's fields as they stand when it is opened: what is taken now, from now on.

    Args:
        held: The version to begin with; None for an empty form.
        now: The wall's clock of the person.
    """
    data = QueryDict(mutable=True)
    data["from_on"], data["from_time"] = f"{now:%Y-%m-%d}", f"{now:%H:%M}"
    if held is None:
        return data
    data["medicines"] = "\n".join(held.medicines)
    if not held.is_ended:
        _fill(data, onward(held.to_regimen(), day=max(1, (now.date() - held.day_one).days + 1)))
    return data


def as_it_was(held: Treatment, *, zone: ZoneInfo) -> QueryDict:
    """Give the form's fields of a version that is to be corrected."""
    return beginning(held, now=held.from_at.astimezone(zone))


def _fill(data: QueryDict, regimen: Regimen) -> None:
    """Show a regimen in the fields if they can hold it, else in words."""
    data["words"] = format(regimen)
    data["way"] = Way.WORDS.value
    oral, pump = regimen.oral, regimen.pump
    simple_pump = pump is None or (
        len(pump.steps) == 1
        and pump.days is None
        and len(pump.steps[0].segments) == 1
        and not pump.steps[0].boluses
    )
    simple_oral = oral is None or (
        len(oral.steps) == 1
        and oral.days is None
        and oral.steps[0].every_days == 1
        and 0 < len(oral.steps[0].times) <= ROWS
    )
    form = Formulation.TABLET if oral is None else oral.formulation
    if not simple_oral or not simple_pump or (pump and form is not Formulation.TABLET):
        return
    if pump is not None:
        data["daily"] = f"{pump.steps[0].mass_a_day.in_mcg.normalize():f}"
        data["way"] = (Way.PUMP if oral is None else Way.BOTH).value
    if oral is not None:
        _fill_oral(data, oral, beside_pump=pump is not None)


def _fill_oral(data: QueryDict, oral: OralRegimen, *, beside_pump: bool) -> None:
    per_ml = oral.formulation.mg_per_ml
    if oral.with_food:
        data["food"] = "on"
    if per_ml is not None:
        data["strength"], data["way"] = f"{per_ml:f}", Way.LIQUID.value
    elif not beside_pump:
        is_tablet = oral.formulation is Formulation.TABLET
        data["way"] = (Way.TABLETS if is_tablet else Way.GRANULES).value
    at, amount = ("at", "mg") if per_ml is None else ("sip_at", "ml")
    times = oral.steps[0].times
    data.setlist(at, [clock(minute) for minute, _ in times])
    data.setlist(amount, [f"{(dose.in_mg / (per_ml or 1)).normalize():f}" for _, dose in times])
