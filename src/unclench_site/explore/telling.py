"""What else a person can tell, so that every rule speaks: conditions, medicines, what came before.

All of it is optional. The model uses none of it; it is for the rules alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from django import forms

from unclench.errors import InputError
from unclench.patient import Condition, Patient
from unclench.therapy import Claim, History, Origin, Reading, Symptom, read_medicines
from unclench.units import Mass, mcg, mg
from unclench_site.explore.amounts import NumberField
from unclench_site.explore.choices import offered

MOST_LETTERS: Final = 2000
SEPARATORS: Final = re.compile(r"[,;\n\r]+")
COUNTRIES: Final = [
    ("", "Not said, or another"),
    ("AU", "Australia"),
    ("AT", "Austria"),
    ("CA", "Canada"),
    ("DE", "Germany"),
    ("IE", "Ireland"),
    ("NZ", "New Zealand"),
    ("CH", "Switzerland"),
    ("GB", "United Kingdom"),
    ("US", "United States"),
]
ORIGINS: Final = [
    (Origin.SPINAL.value, "The spinal cord, as in MS"),
    (Origin.CEREBRAL.value, "The brain, as after a head injury"),
]
MASSES: Final = {
    "before": ("oral_before", mg),
    "pump_before": ("pump_before", mcg),
    "at_once": ("swallowed", mg),
}
"""Fields that hold an amount: which part of the history, and how the amount is made."""
WHOLES: Final = {
    "before_days": "days_at_oral",
    "pump_hours": "hours_at_pump",
    "gap": "days_without",
}
"""Fields that hold whole days or hours."""
NUMBERS: Final = ("weeks", *MASSES, *WHOLES, "claim_mg", "claim_mcg")


def told(what: str, unit: str, *, high: str, is_whole: bool = False) -> NumberField:
    """A number that may be left empty, from 0 up."""
    return NumberField(
        what=what, unit=unit, low="0", high=high, is_whole=is_whole, may_be_empty=True
    )


def several(kind: Any, what: str) -> forms.TypedMultipleChoiceField:  # as for choices.offered()
    """Boxes to tick, one for each member of an enumeration."""
    members = {member.value: member for member in kind}
    return forms.TypedMultipleChoiceField(
        choices=offered(kind),
        coerce=members.__getitem__,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": f"“%(value)s” is not on the list. Choose {what}."},
    )


class TellingForm(forms.Form):
    """The fields of "More about you": abstract, a part of the form of the page."""

    has = several(Condition, "what is true for you")
    feel = several(Symptom, "what you feel")
    meds = forms.CharField(max_length=MOST_LETTERS, required=False)
    weeks = told("time on baclofen", "weeks", high="5200")
    country = forms.ChoiceField(
        choices=COUNTRIES,
        required=False,
        error_messages={"invalid_choice": "“%(value)s” is no country of the list. Choose one."},
    )
    before = told("daily amount swallowed before", "mg", high="1000")
    before_days = told("time at that amount", "days", high="36500", is_whole=True)
    pump_before = told("pump’s daily amount before", "micrograms", high="5000")
    pump_hours = told("time since the pump was changed", "hours", high="99999", is_whole=True)
    gap = told("time without baclofen", "days", high="36500", is_whole=True)
    at_once = told("amount swallowed at once", "mg", high="10000")
    origin = forms.ChoiceField(choices=ORIGINS)
    claim_mg = told("claimed amount by mouth", "mg", high="10000")
    claim_mcg = told("claimed amount of the pump", "micrograms", high="1000000")

    def patient_who_tells(self, patient: Patient) -> Patient:
        """The same person with what else is told; what is wrong is said beside its field."""
        given = self.cleaned_data
        weeks = given.get("weeks")
        parts: dict[str, dict[str, Any]] = {
            "has": {"conditions": frozenset(given.get("has", ()))},
            "meds": {"medications": names_of(given.get("meds", ""))},
            "weeks": {"weeks_on_baclofen": None if weeks is None else float(weeks)},
            "country": {"country": given.get("country") or None},
        }
        for name, part in parts.items():
            patient = replace(patient, **part) if name in given else patient
        return patient

    def history(self) -> History:
        """What came before the plan; what is wrong is said beside its field."""
        given = self.cleaned_data
        parts: dict[str, Any] = {"claim": self._claim(), "origin": Origin(given["origin"])}
        for name, part in WHOLES.items():
            parts[part] = None if given[name] is None else int(given[name])
        for name, (part, made) in MASSES.items():
            parts[part] = self._mass(name, given[name], made)
        try:
            return History(**parts)
        except InputError as fault:
            self.add_error("before", str(fault))
            return History()

    def _mass(self, name: str, number: Decimal | None, made: Any) -> Mass | None:
        try:
            return None if number is None else made(number)
        except InputError as fault:
            self.add_error(name, str(fault))
            return None

    def _claim(self) -> Claim | None:
        oral, pump = self.cleaned_data["claim_mg"], self.cleaned_data["claim_mcg"]
        if oral is None and pump is None:
            return None
        if oral is None or pump is None:
            empty = "claim_mg" if oral is None else "claim_mcg"
            self.add_error(empty, "A claim needs both amounts. Give this one too, or neither.")
            return None
        try:
            return Claim(oral_daily=mg(oral), pump_daily=mcg(pump))
        except InputError as fault:
            self.add_error("claim_mg", str(fault))
            return None

    @property
    def medicines_read(self) -> Reading:
        """What was understood of the other medicines, and what was not."""
        return read_medicines(names_of(self.cleaned_data.get("meds", "")))

    @property
    def ticked(self) -> dict[str, bool]:
        """Whether anything is ticked in each list of boxes."""
        return {name: bool(self.data.get(name)) for name in ("has", "feel")}

    @property
    def opens_more(self) -> bool:
        """Whether anything of this was told or is wrong, so that it should be seen."""
        return any(self.data.get(name) or self.errors.get(name) for name in MORE)

    @property
    def opens_before(self) -> bool:
        """Whether anything of what came before was told or is wrong."""
        names = [*MASSES, *WHOLES, "claim_mg", "claim_mcg"]
        return any(self.data.get(name) or self.errors.get(name) for name in names)


MORE: Final = ("has", "feel", "meds", "country", *NUMBERS)


def names_of(text: str) -> tuple[str, ...]:
    """The names of a list: one a line, or with commas between.

    Example:
        >>> names_of("tizanidine 4 mg, gabapentin")
        ('tizanidine 4 mg', 'gabapentin')
    """
    return tuple(name for name in map(str.strip, SEPARATORS.split(text)) if name)


def parts_told(
    patient: Patient, history: History, symptoms: frozenset[Symptom]
) -> Iterator[tuple[str, str]]:
    """The parts of an address that say what a person told."""
    yield from (("has", one.value) for one in Condition if one in patient.conditions)
    yield from (("feel", one.value) for one in Symptom if one in symptoms)
    if patient.medications:
        yield "meds", ", ".join(patient.medications)
    if patient.weeks_on_baclofen is not None:
        yield "weeks", f"{patient.weeks_on_baclofen:.6g}"
    if patient.country:
        yield "country", patient.country
    for name, (part, made) in MASSES.items():
        amount: Mass | None = getattr(history, part)
        if amount is not None:
            yield name, plain(amount.in_mg if made is mg else amount.in_mcg)
    for name, part in WHOLES.items():
        if getattr(history, part) is not None:
            yield name, str(getattr(history, part))
    if history.origin is not Origin.SPINAL:
        yield "origin", history.origin.value
    if history.claim:
        yield "claim_mg", plain(history.claim.oral_daily.in_mg)
        yield "claim_mcg", plain(history.claim.pump_daily.in_mcg)


def plain(number: Decimal) -> str:
    """A number as a field shows it: no trailing zeros, no exponent.

    Example:
        >>> plain(Decimal("100")), plain(Decimal("2.50"))
        ('100', '2.5')
    """
    return f"{number.normalize():f}"
