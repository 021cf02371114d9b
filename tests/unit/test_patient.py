"""A Patient is someone who can exist."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from unclench.errors import InputError
from unclench.patient import Condition, Patient, TimeOfDay


def test_an_adult_with_nothing_said_is_a_patient():
    patient = Patient()

    assert (patient.weight_kg, patient.crcl_ml_per_min, patient.ashworth) == (70.0, 100.0, 3.0)
    assert patient.worst_time is TimeOfDay.EVENING
    assert patient.weeks_on_baclofen is None


WINDOWS = [
    ("weight_kg", 25, 250),
    ("age_years", 12, 110),
    ("crcl_ml_per_min", 0, 200),
    ("spasms_per_day", 0, 500),
    ("ashworth", 1, 5),
    ("weeks_on_baclofen", 0, 5200),
]


@pytest.mark.parametrize(("field", "low", "high"), WINDOWS)
def test_both_ends_of_a_window_are_inside(field, low, high):
    for value in (low, high):
        assert getattr(Patient(**{field: value}), field) == value


@pytest.mark.parametrize(("field", "low", "high"), WINDOWS)
def test_what_is_outside_a_window_is_refused(field, low, high):
    nan, infinity = float("nan"), float("inf")
    for value in (low - 0.001, high + 0.001, nan, infinity, -infinity, "70", True, 1j):
        with pytest.raises(InputError, match="cannot be") as caught:
            Patient(**{field: value})
        assert f"{low:g} to {high:g}" in caught.value.expected


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("worst_time", "evening"),
        ("worst_time", None),
        ("conditions", {Condition.SEIZURES}),
        ("conditions", frozenset({"seizures"})),
        ("conditions", None),
        ("medications", ["tizanidine"]),
        ("medications", ("tizanidine", " ")),
        ("medications", (5,)),
        ("medications", "tizanidine"),
        ("country", "Germany"),
        ("country", "de"),
        ("country", "D1"),
        ("country", "ÄÖ"),
        ("country", 49),
    ],
)
def test_a_value_of_another_kind_is_refused(field, value):
    with pytest.raises(InputError, match="cannot be"):
        Patient(**{field: value})


def test_a_patient_changes_by_replacement_only():
    patient = Patient(conditions=frozenset({Condition.DIALYSIS}), country="GB")

    with pytest.raises(FrozenInstanceError):
        patient.weight_kg = 60.0
    assert replace(patient, weight_kg=60.0).conditions == patient.conditions
    with pytest.raises(InputError):
        replace(patient, weight_kg=6.0)


@pytest.mark.parametrize("kind", [Condition, TimeOfDay])
def test_every_member_has_a_code_and_plain_words(kind):
    for member in kind:
        assert kind(member.value) is member
        assert member.value == member.name.lower()
        assert member.words[0].islower() or member.words.startswith(("Parkinson", "MS"))
        assert "patient" not in member.words
    assert len({member.words for member in kind}) == len(kind)
