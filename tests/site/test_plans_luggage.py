"""What a member takes along of this room, and what is gone when they erase it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.site.plan_people import TAPER, do, sign, takes
from unclench.errors import InputError
from unclench_site.accounts.portable import PARTS, export_all, load_all
from unclench_site.plans.intake import due_doses, patient_of, pump_of
from unclench_site.plans.models import (
    CarePlan,
    HealthDetails,
    PlanMark,
    PlanVersion,
    PumpDetails,
    Treatment,
)

AT = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
OURS = ("treatments", "health-details", "pumps")


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def full(people, alice, dana):
    """Alice with a corrected treatment, health details, a pump and a plan that she follows."""
    old = takes(alice, "5 mg at 08:00", since=AT - timedelta(days=60))
    takes(
        alice,
        "10 mg at 08:00, 14:00, 20:00 + pump 100 micrograms/day",
        since=AT - timedelta(days=50),
        replaces=old,
        medicines=["tizanidine", "a marker of hers"],
    )
    HealthDetails.objects.create(
        owner=alice,
        recorded_at=AT,
        weight_kg=Decimal("61.5"),
        conditions=["seizures"],
        goals=["sleep"],
        worst_time="night",
    )
    PumpDetails.objects.create(
        owner=alice,
        recorded_at=AT,
        mcg_per_ml=500,
        reservoir_ml=40,
        alarm_ml=2,
        tubing_ml=Decimal("0.2"),
        catheter_ml=Decimal("0.2"),
        filled_on=date(2027, 1, 1),
        filled_ml=40,
    )
    assert sign(people["dana"], alice, "taper", TAPER).status_code == 302
    version = PlanVersion.objects.select_related("plan").get()
    do(people["alice"], version, "follow")
    do(people["alice"], version, "start", step=1)
    return alice


def ours(person):
    parts = export_all(person, at=AT)["parts"]
    return {name: parts[name] for name in OURS}


def test_what_is_taken_along_is_the_same_in_an_empty_account(full, bob):
    load_all(bob, ours(full))
    week = {"start": AT, "end": AT + timedelta(days=7)}
    assert due_doses(bob, **week) == due_doses(full, **week) != ()
    assert patient_of(bob, at=AT) == patient_of(full, at=AT)
    assert pump_of(bob).refill_due_on == pump_of(full).refill_due_on is not None
    assert bob.pk != full.pk


def test_an_export_of_an_import_says_the_same_again(full, bob):
    load_all(bob, ours(full))
    before, after = ours(full), ours(bob)
    for rows in (*before.values(), *after.values()):
        for row in rows:
            row.pop("id", None), row.pop("from_a_plan", None)
            row["replaces"] = bool(row.get("replaces"))
    assert before == after


def test_a_plan_is_taken_along_to_read_with_what_proves_it(full):
    (row,) = export_all(full, at=AT)["parts"]["care-plans"]
    version = PlanVersion.objects.get()
    assert row["content"] == version.content
    assert row["signature"] == version.signature
    assert [mark["kind"] for mark in row["marks"]] == ["follow", "start"]


def test_a_file_is_no_signature(full):
    assert PARTS["care-plans"].load is None


DAMAGED = [
    ("treatments", {"regimen": "10"}),
    ("treatments", {"regimen": "10 mg x3, missed day 1 08:00 "}),
    ("treatments", {"from_at": "yesterday"}),
    ("treatments", {"medicines": "tizanidine"}),
    ("treatments", {"medicines": [1, 2]}),
    ("treatments", {"zone": "Middle/Earth"}),
    ("treatments", {"replaces": "nobody"}),
    ("health-details", {"conditions": ["immortal"]}),
    ("health-details", {"weight_kg": "heavy"}),
    ("health-details", {"weight_kg": "123456"}),
    ("health-details", {"worst_time": "noon"}),
    ("pumps", {"filled_on": "2027-13-01"}),
    ("pumps", {"mcg_per_ml": "NaN"}),
]


@pytest.mark.parametrize(("part", "change"), DAMAGED, ids=str)
def test_a_damaged_file_writes_nothing(part, change, full, bob):
    parts = json.loads(json.dumps(ours(full)))
    parts[part][-1] |= change
    with pytest.raises(InputError, match="cannot be read"):
        load_all(bob, parts)
    for model in (Treatment, HealthDetails, PumpDetails):
        assert not model.objects.filter(owner=bob).exists()


def test_erasing_the_account_leaves_no_row(full):
    full.delete()
    for model in (Treatment, HealthDetails, PumpDetails, CarePlan, PlanVersion, PlanMark):
        assert not model.objects.exists()
