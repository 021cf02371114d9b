"""What a member takes along: treatments, health details, pumps; and care plans, to read only.

A care plan is not loaded into another account: a file anybody could have written is no signature.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Model

from unclench.errors import InputError
from unclench_site.accounts.models import Person
from unclench_site.accounts.portable import Rows, register
from unclench_site.plans.models import (
    CONDITIONS,
    TIMES_OF_DAY,
    Goal,
    HealthDetails,
    PlanVersion,
    PumpDetails,
    Treatment,
    read_regimen,
)
from unclench_site.plans.takes import written
from unclench_site.plans.typed import MOST_LETTERS, MOST_MEDICINES

OWN: Final = {"id", "owner", "public_id", "replaces", "mark"}
"""Columns that belong to this site's database, not to the person."""


def export_treatments(owner: Person) -> Rows:
    """Give every version of what was taken, in the order in which they were added."""
    rows = Treatment.objects.filter(owner=owner).select_related("replaces").order_by("id")
    return [
        {
            "id": row.public_id,
            **_columns(row),
            "replaces": row.replaces.public_id if row.replaces else None,
            "from_a_plan": row.mark_id is not None,
        }
        for row in rows
    ]


def load_treatments(owner: Person, rows: Rows) -> None:
    """Write the versions of an earlier export under ids of their own.

    Raises:
        InputError: if a row is not one of an export.
    """
    made: dict[str, Treatment] = {}

    def treatment(row: dict[str, Any]) -> Treatment:
        replaces = made[row["replaces"]] if row["replaces"] else None
        version = Treatment(owner=owner, replaces=replaces, **_values(Treatment, row))
        if version.regimen and written(read_regimen(version.regimen)) != version.regimen:
            raise ValueError("a regimen that is not written as this site writes it")
        _check_texts(version.medicines, most=MOST_MEDICINES)
        made[row["id"]] = version
        return version

    _load(rows, treatment, what="treatments")


def export_health(owner: Person) -> Rows:
    """Give every version of the health details, oldest first."""
    return [_columns(row) for row in HealthDetails.objects.filter(owner=owner).order_by("id")]


def load_health(owner: Person, rows: Rows) -> None:
    """Write the health details of an earlier export.

    Raises:
        InputError: if a row is not one of an export.
    """

    def details(row: dict[str, Any]) -> HealthDetails:
        told = HealthDetails(owner=owner, **_values(HealthDetails, row))
        known = {goal.value for goal in Goal}
        if not set(told.conditions) <= CONDITIONS.keys() or not set(told.goals) <= known:
            raise ValueError("a condition or goal that is not known")
        if told.worst_time and told.worst_time not in TIMES_OF_DAY:
            raise ValueError("a time of day that is not known")
        return told

    _load(rows, details, what="health details")


def export_pumps(owner: Person) -> Rows:
    """Give every version of what is known of the pump, oldest first."""
    return [_columns(row) for row in PumpDetails.objects.filter(owner=owner).order_by("id")]


def load_pumps(owner: Person, rows: Rows) -> None:
    """Write the pump details of an earlier export.

    Raises:
        InputError: if a row is not one of an export.
    """

    def pump(row: dict[str, Any]) -> PumpDetails:
        return PumpDetails(owner=owner, **_values(PumpDetails, row))

    _load(rows, pump, what="pump")


def export_plans(owner: Person) -> Rows:
    """Give every signed version with what proves it, and every mark."""
    versions = (
        PlanVersion.objects.filter(plan__owner=owner)
        .select_related("plan", "signed_by")
        .prefetch_related("marks")
        .order_by("plan_id", "number")
    )
    return [
        {
            "plan": version.plan.public_id,
            "kind": version.plan.kind,
            "version": version.number,
            "content": version.content,
            "content_hash": version.content_hash,
            "previous_hash": version.previous_hash,
            "signature": version.signature,
            "signer": version.signer,
            "signed_by": version.signed_by.name if version.signed_by else "",
            "signed_at": version.signed_at,
            "marks": [
                {
                    "kind": one.kind,
                    "step": one.step,
                    "at": one.at,
                    "note": one.note,
                    "symptoms": one.symptoms,
                }
                for one in sorted(version.marks.all(), key=lambda one: one.pk)
            ],
        }
        for version in versions
    ]


def register_all() -> None:
    """Register this room's parts."""
    register("treatments", export=export_treatments, load=load_treatments, title="What you take")
    register(
        "health-details",
        export=export_health,
        load=load_health,
        title="What a clinician would want to know",
    )
    register("pumps", export=export_pumps, load=load_pumps, title="Your pump")
    register("care-plans", export=export_plans, title="Care plans")


def _columns(row: Model) -> dict[str, Any]:
    return {
        one.name: getattr(row, one.name) for one in row._meta.concrete_fields if one.name not in OWN
    }


def _values(model: type[Model], row: dict[str, Any]) -> dict[str, Any]:
    """Read the columns of a row; times and numbers are text in an export."""
    readers: dict[str, Callable[[Any], Any]] = {
        "DateTimeField": datetime.fromisoformat,
        "DateField": date.fromisoformat,
        "DecimalField": Decimal,
    }
    found: dict[str, Any] = {}
    for one in model._meta.concrete_fields:
        if one.name in OWN:
            continue
        value = row[one.name]
        read = readers.get(one.get_internal_type())
        found[one.name] = value if value is None or read is None else read(value)
    return found


def _check_texts(texts: object, *, most: int) -> None:
    good = isinstance(texts, list) and len(texts) <= most
    if not good or not all(
        isinstance(one, str) and len(one) <= MOST_LETTERS for one in _all(texts)
    ):
        raise ValueError("a list that is not one")


def _all(texts: object) -> Iterable[object]:
    return texts if isinstance(texts, list) else ()


def _load(rows: Rows, make: Callable[[dict[str, Any]], Model], *, what: str) -> None:
    for number, row in enumerate(rows, start=1):
        try:
            made = make(row)
            made.full_clean(exclude=["owner", "replaces", "mark"])
        except (
            KeyError,
            TypeError,
            ValueError,
            ArithmeticError,
            ValidationError,
            InputError,
        ) as fault:
            raise InputError(
                f"Row {number} of {what} cannot be read.", expected="a row of an export"
            ) from fault
        made.save(force_insert=True)
