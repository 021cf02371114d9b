"""Writes what somebody takes and tells: always a new version, with a line in the audit trail."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, final
from uuid import UUID

from django.db import IntegrityError, transaction

from unclench.errors import InputError
from unclench.regimen import Regimen, format
from unclench_site.accounts.access import note
from unclench_site.accounts.models import Action, Person
from unclench_site.plans.models import (
    MOST_TEXT,
    HealthDetails,
    PlanMark,
    PumpDetails,
    Treatment,
    read_regimen,
)

__all__ = ["Stale", "keep_health", "keep_pump", "keep_treatment", "last_version", "written"]


@final
class Stale(Exception):  # noqa: N818 (it names the state of a page, not a fault of the program)
    """What a page was made from has changed since: nothing was written."""


def last_version(owner: Person) -> UUID | None:
    """Give the id of the version that was added last, which a form carries along."""
    rows = Treatment.objects.filter(owner=owner).order_by("-id")
    return rows.values_list("public_id", flat=True).first()


def keep_treatment(
    owner: Person,
    *,
    by: Person,
    at: datetime,
    from_at: datetime,
    regimen: Regimen | None,
    medicines: tuple[str, ...],
    seen: UUID | None,
    replaces: Treatment | None = None,
    mark: PlanMark | None = None,
    day_one: date | None = None,
) -> Treatment:
    """Add a version of what somebody takes.

    Args:
        owner: Whose.
        by: Who says so; the owner.
        at: When it is said.
        from_at: From when it holds.
        regimen: What is taken; None for no baclofen any more.
        medicines: Other medicines.
        seen: The version that was last when the page was made; None if there was none.
        replaces: The version that this one corrects.
        mark: The accepted step of a plan that it comes from.
        day_one: The day of the regimen's day 1; the day of `from_at` if not given.

    Raises:
        Stale: if another version was added since the page was made.
        InputError: if the regimen is too long, or has changes or test doses.
    """
    text = "" if regimen is None else written(regimen)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=owner.pk)
        if last_version(owner) != seen:
            raise Stale
        try:
            with transaction.atomic():
                kept = Treatment.objects.create(
                    owner=owner,
                    regimen=text,
                    day_one=day_one or from_at.astimezone(owner.zone).date(),
                    from_at=from_at,
                    zone=owner.time_zone,
                    medicines=list(medicines),
                    recorded_at=at,
                    replaces=replaces,
                    mark=mark,
                )
        except IntegrityError as fault:  # it was corrected a moment ago
            raise Stale from fault
        note(owner, by=by, action=Action.WRITE, what="treatment", at=at)
    return kept


def keep_health(owner: Person, *, by: Person, at: datetime, told: dict[str, Any]) -> HealthDetails:
    """Add what somebody tells about their health; it holds from now on."""
    with transaction.atomic():
        kept = HealthDetails.objects.create(owner=owner, recorded_at=at, **told)
        note(owner, by=by, action=Action.WRITE, what="health details", at=at)
    return kept


def keep_pump(owner: Person, *, by: Person, at: datetime, told: dict[str, Any]) -> PumpDetails:
    """Add what somebody tells about their pump; it holds from now on."""
    with transaction.atomic():
        kept = PumpDetails.objects.create(owner=owner, recorded_at=at, **told)
        note(owner, by=by, action=Action.WRITE, what="pump details", at=at)
    return kept


def written(regimen: Regimen) -> str:
    """Give what is taken as it is kept.

    Raises:
        InputError: if it is too long, or has changes or test doses.
    """
    if regimen.changes or regimen.tests:
        raise InputError(
            "What you take cannot hold missed, doubled or stopped doses, or test doses.",
            expected="what is taken day by day",
            hint="the diary for doses that were missed",
        )
    text = format(regimen)
    if len(text) > MOST_TEXT or read_regimen(text) != regimen:
        raise InputError(
            "What you take has too many steps to keep.",
            expected="fewer steps",
            hint="the next weeks",
        )
    return text
