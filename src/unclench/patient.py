"""The person as the model and the rules see one: a handful of numbers and facts, no name."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import final

from unclench.errors import InputError

__all__ = ["Condition", "Patient", "TimeOfDay"]


@final
class TimeOfDay(Enum):
    """When in the day spasms are at their worst; `.words` says it plainly.

    Example:
        >>> from unclench import TimeOfDay
        >>> TimeOfDay("even").words
        'equal all day'
    """

    words: str

    def __new__(cls, code: str, words: str) -> TimeOfDay:
        """Keep plain words beside the code."""
        member = object.__new__(cls)
        member._value_ = code
        member.words = words
        return member

    MORNING = "morning", "in the morning"
    AFTERNOON = "afternoon", "in the afternoon"
    EVENING = "evening", "in the evening"
    NIGHT = "night", "at night"
    EVEN = "even", "equal all day"


@final
class Condition(Enum):
    """Something about a person that a rule asks for; `.words` says it plainly.

    Example:
        >>> from unclench import Condition
        >>> Condition("dialysis").words
        'dialysis'
    """

    words: str

    def __new__(cls, code: str, words: str) -> Condition:
        """Keep plain words beside the code."""
        member = object.__new__(cls)
        member._value_ = code
        member.words = words
        return member

    DIALYSIS = "dialysis", "dialysis"
    PREGNANT = "pregnant", "pregnancy"
    PLANNING_PREGNANCY = "planning_pregnancy", "planning a pregnancy"
    BREASTFEEDING = "breastfeeding", "breastfeeding"
    BACLOFEN_ALLERGY = "baclofen_allergy", "an allergy to baclofen"
    SEIZURES = "seizures", "seizures or epilepsy, now or in the past"
    PSYCHOSIS = "psychosis", "psychosis, schizophrenia or confusion, now or in the past"
    MOOD_DISORDER = "mood_disorder", "depression or another mood disorder"
    STROKE = "stroke", "a stroke in the past"
    PARKINSONS = "parkinsons", "Parkinson's disease"
    PEPTIC_ULCER = "peptic_ulcer", "a stomach or duodenal ulcer, now or in the past"
    DIABETES = "diabetes", "diabetes"
    AUTONOMIC_DYSREFLEXIA = "autonomic_dysreflexia", "autonomic dysreflexia"
    BLADDER_OUTLET = "bladder_outlet", "trouble emptying the bladder"
    STANDS_ON_SPASTICITY = "stands_on_spasticity", "stiffness that helps to stand or walk"
    DRIVES = "drives", "driving or using machines"
    LIVER_DISEASE = "liver_disease", "liver disease"
    LUNG_DISEASE = "lung_disease", "lung disease or weak breathing"
    SLEEP_APNOEA = "sleep_apnoea", "pauses in breathing during sleep"
    PORPHYRIA = "porphyria", "porphyria"
    ALCOHOL_MISUSE = "alcohol_misuse", "drinking too much alcohol, now or in the past"
    SELF_HARM = "self_harm", "thoughts of suicide or self-harm, now or in the past"
    HYPERTENSION = "hypertension", "high blood pressure"
    MS_RELAPSE = "ms_relapse", "an MS relapse now"
    INFECTION = "infection", "an infection now"
    SWALLOWING = "swallowing", "trouble swallowing"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """What the model and the rules need to know of someone.

    Change a Patient with `dataclasses.replace`. Nothing here identifies a person.

    Args:
        weight_kg: Body weight, 25 to 250 kg.
        age_years: Age, 12 to 110 years.
        crcl_ml_per_min: Creatinine clearance (kidney function), 0 to 200 mL/min.
        spasms_per_day: Spasms on a day without treatment, 0 to 500.
        worst_time: When in the day the spasms are at their worst.
        ashworth: Tone without treatment on the original Ashworth scale, 1 (normal) to 5 (rigid).
        conditions: What else the rules should know.
        medications: Names of other medicines, as the person says them.
        weeks_on_baclofen: How long baclofen has been taken, 0 to 5200 weeks; None if not said.
        country: Two capital letters (ISO 3166-1), for emergency numbers; None if not said.

    Raises:
        InputError: if a value is outside its window or not a number.

    Example:
        >>> from unclench import Patient
        >>> Patient(weight_kg=58, crcl_ml_per_min=45).ashworth
        3.0
    """

    weight_kg: float = 70.0
    age_years: float = 50.0
    crcl_ml_per_min: float = 100.0
    spasms_per_day: float = 6.0
    worst_time: TimeOfDay = TimeOfDay.EVENING
    ashworth: float = 3.0
    conditions: frozenset[Condition] = frozenset()
    medications: tuple[str, ...] = ()
    weeks_on_baclofen: float | None = None
    country: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no person can be."""
        _within("weight", self.weight_kg, 25, 250, "kg")
        _within("age", self.age_years, 12, 110, "years")
        _within("creatinine clearance", self.crcl_ml_per_min, 0, 200, "mL/min")
        _within("number of spasms", self.spasms_per_day, 0, 500, "a day")
        _within("Ashworth score", self.ashworth, 1, 5, "on the original scale")
        if self.weeks_on_baclofen is not None:
            _within("time on baclofen", self.weeks_on_baclofen, 0, 5200, "weeks")
        if not isinstance(self.worst_time, TimeOfDay):
            raise InputError(
                f"The worst time of day cannot be {self.worst_time!r}.",
                expected="a TimeOfDay",
                hint="TimeOfDay.EVENING, or TimeOfDay.EVEN if there is no worst time",
            )
        _check_conditions(self.conditions)
        _check_medications(self.medications)
        _check_country(self.country)


def _within(name: str, value: float, low: float, high: float, unit: str) -> None:
    expected = f"a number from {low:g} to {high:g} {unit}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"The {name} cannot be {value!r}.", expected=expected)
    if not math.isfinite(value) or not low <= value <= high:
        raise InputError(f"The {name} cannot be {value:g} {unit}.", expected=expected)


def _check_conditions(conditions: object) -> None:
    if not isinstance(conditions, frozenset) or not all(
        isinstance(condition, Condition) for condition in conditions
    ):
        raise InputError(
            f"The conditions cannot be {conditions!r}.",
            expected="a frozenset of Condition",
            hint="frozenset({Condition.SEIZURES})",
        )


def _check_medications(medications: object) -> None:
    if not isinstance(medications, tuple) or not all(
        isinstance(name, str) and name.strip() for name in medications
    ):
        raise InputError(
            f"The other medicines cannot be {medications!r}.",
            expected="a tuple of names, none of them blank",
            hint='("tizanidine", "gabapentin")',
        )


def _check_country(country: object) -> None:
    if country is None:
        return
    if not (isinstance(country, str) and len(country) == 2 and country.isascii()) or not (
        country.isalpha() and country.isupper()
    ):
        raise InputError(
            f"The country cannot be {country!r}.",
            expected="two capital letters (ISO 3166-1), or None",
            hint="GB for the United Kingdom",
        )
