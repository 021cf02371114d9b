"""The forms of health details and of a pump: all of it optional, all of it with its unit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, final

from django import forms
from django.http import QueryDict

from unclench.errors import InputError
from unclench.patient import Condition, TimeOfDay
from unclench.therapy import device
from unclench_site.plans.models import Goal, HealthDetails, KidneyValue, PumpDetails
from unclench_site.plans.typed import DayField, NumberField, RoomForm

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


def _chosen(options: Iterable[tuple[str, str]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        choices=list(options),
        required=False,
        error_messages={"invalid_choice": "Choose from the boxes on this page."},
    )


def _one(options: Iterable[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=list(options),
        required=False,
        error_messages={"invalid_choice": "Choose one of the options on this page."},
    )


@final
class HealthForm(RoomForm):
    """What a clinician would want to know."""

    kidney_value = NumberField(
        what="kidney value", unit="mL a minute", low="0", high="200", required=False
    )
    kidney_kind = _one([("", "I do not know which"), *KidneyValue.choices])
    kidney_on = DayField(what="day of the kidney value", required=False)
    weight_kg = NumberField(what="weight", unit="kg", low="25", high="250", required=False)
    birth_year = NumberField(
        what="year of birth",
        unit="as four digits",
        low="1920",
        high="2200",
        whole=True,
        required=False,
    )
    conditions = _chosen((one.value, one.words) for one in Condition)
    spasms_per_day = NumberField(
        what="number of spasms", unit="a day", low="0", high="500", whole=True, required=False
    )
    worst_time = _one([("", "Not said"), *((one.value, one.words) for one in TimeOfDay)])
    goals = _chosen(Goal.choices)
    own_goal = forms.CharField(max_length=300, required=False)
    since_on = DayField(what="day you began baclofen", required=False)
    country = _one(COUNTRIES)

    def __init__(self, data: QueryDict, *, today: date) -> None:
        """Read what was sent."""
        super().__init__(data)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Refuse a kidney value without what and when, and days that have not come."""
        given = self.cleaned_data
        if given.get("kidney_value") is not None:
            if not given.get("kidney_kind"):
                self.add_error(
                    "kidney_kind",
                    "A kidney value needs its name. Choose creatinine clearance or eGFR.",
                )
            if given.get("kidney_on") is None and "kidney_on" not in self.errors:
                self.add_error(
                    "kidney_on", "The day of the kidney value is empty. It stands on the report."
                )
        else:
            given["kidney_kind"], given["kidney_on"] = "", None
        for name in ("kidney_on", "since_on"):
            if (day := given.get(name)) and day > self.today:
                self.add_error(name, f"{day} has not come yet. Give a day up to {self.today}.")
        year = given.get("birth_year")
        if year is not None and not 12 <= self.today.year - int(year) <= 105:
            self.add_error(
                "birth_year", f"The year of birth is {year}. Give one from 12 to 105 years ago."
            )
        return given

    def told(self) -> dict[str, Any]:
        """Give the columns of HealthDetails."""
        given = dict(self.cleaned_data)
        for name in ("birth_year", "spasms_per_day"):
            given[name] = None if given[name] is None else int(given[name])
        return given

    conditions_offered: Final = [(one.value, one.words) for one in Condition]
    goals_offered = Goal.choices

    @property
    def chosen_conditions(self) -> list[str]:
        """The boxes that are ticked."""
        data: Any = self.data
        return list(data.getlist("conditions"))

    @property
    def chosen_goals(self) -> list[str]:
        """The goals that are ticked."""
        data: Any = self.data
        return list(data.getlist("goals"))


def health_as_sent(details: HealthDetails | None) -> QueryDict:
    """Give the fields as they stand when the form is opened."""
    data = QueryDict(mutable=True)
    if details is None:
        return data
    for name in HealthForm.base_fields:
        value = getattr(details, name)
        if isinstance(value, list):
            data.setlist(name, value)
        elif value is not None:
            data[name] = _plain(value)
    return data


@final
class PumpForm(RoomForm):
    """What is known of a pump. The volumes come from the device's card or manual, never from us."""

    model = forms.CharField(max_length=80, required=False)
    drug = forms.CharField(max_length=80, required=False)
    mcg_per_ml = NumberField(
        what="concentration", unit="micrograms in each mL", low="10", high="10000"
    )
    reservoir_ml = NumberField(what="reservoir’s volume", unit="mL", low="1", high="100")
    alarm_ml = NumberField(what="volume at the alarm", unit="mL", low="0", high="20")
    tubing_ml = NumberField(what="tubing’s volume", unit="mL", low="0", high="5")
    catheter_ml = NumberField(what="catheter’s volume", unit="mL", low="0.001", high="5")
    filled_on = DayField(what="day of the last refill", required=False)
    filled_ml = NumberField(
        what="volume of the last refill", unit="mL", low="0.1", high="100", required=False
    )
    implanted_on = DayField(what="day of the operation", required=False)
    alert_on = DayField(what="day of the replacement alert", required=False)
    clinic_name = forms.CharField(max_length=80, required=False)
    clinic_phone = forms.CharField(max_length=40, required=False)
    is_removed = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict, *, today: date) -> None:
        """Read what was sent."""
        super().__init__(data)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Refuse volumes that no pump has, and days that do not fit."""
        given = self.cleaned_data
        self._check_volumes(given)
        if (given.get("filled_on") is None) != (given.get("filled_ml") is None):
            for name, words in (("filled_on", "day"), ("filled_ml", "volume")):
                if given.get(name) is None and name not in self.errors:
                    self.add_error(name, f"The {words} of the last refill is empty. Give both.")
        for name in ("filled_on", "implanted_on", "alert_on"):
            if (day := given.get(name)) and day > self.today:
                self.add_error(name, f"{day} has not come yet. Give a day up to {self.today}.")
        implanted, alert = given.get("implanted_on"), given.get("alert_on")
        if alert and (implanted is None or alert < implanted):
            self.add_error(
                "alert_on", "The alert needs the day of the operation, and comes after it."
            )
        return given

    def _check_volumes(self, given: dict[str, Any]) -> None:
        names = ("reservoir_ml", "alarm_ml", "tubing_ml", "catheter_ml")
        if any(given.get(name) is None for name in names):
            return
        try:
            volumes = device(**{name: given[name] for name in names})
        except InputError as fault:
            self.add_error("alarm_ml", str(fault))
            return
        filled = given.get("filled_ml")
        if filled is not None and not volumes.alarm_ml < filled <= volumes.reservoir_ml:
            self.add_error(
                "filled_ml",
                f"The refill is {filled} mL. Give more than at the alarm ({volumes.alarm_ml} mL), "
                f"and no more than the reservoir holds ({volumes.reservoir_ml} mL).",
            )

    def told(self) -> dict[str, Any]:
        """Give the columns of PumpDetails."""
        return {**self.cleaned_data, "drug": self.cleaned_data["drug"] or "baclofen"}


def pump_as_sent(details: PumpDetails | None) -> QueryDict:
    """Give the fields as they stand when the form is opened."""
    data = QueryDict(mutable=True)
    if details is None or details.is_removed:
        return data
    for name in PumpForm.base_fields:
        value = getattr(details, name)
        if value not in (None, "", False):
            data[name] = _plain(value)
    return data


def _plain(value: Any) -> str:
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)
