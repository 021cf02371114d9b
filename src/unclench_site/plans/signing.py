"""Signs versions of care plans, and checks that what was signed is what is there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import final
from uuid import UUID

from django.db import IntegrityError, transaction

from unclench_site.accounts.access import may_author_plans, note
from unclench_site.accounts.models import Action, Person
from unclench_site.plans.drafting import Draft, digest
from unclench_site.plans.models import CarePlan, PlanVersion
from unclench_site.plans.takes import Stale

__all__ = ["NotAllowed", "sign", "signature_of", "verified"]


@final
class NotAllowed(Exception):  # noqa: N818 (it is an answer, not a fault of the program)
    """Whoever asked may not write plans for this person, or not any more."""


def sign(
    draft: Draft,
    *,
    owner: Person,
    by: Person,
    at: datetime,
    plan_id: UUID,
    on: UUID | None,
    seal: str,
    reasons: Mapping[str, str],
) -> PlanVersion:
    """Sign a plan: a new one, or a version that supersedes the newest of its plan.

    Args:
        draft: What would be signed, made anew from what was sent.
        owner: Whose plan it is.
        by: The clinician.
        at: When.
        plan_id: The plan's public id; made by the page for a new plan.
        on: The version that was newest when the page was made; None for a new plan.
        seal: The seal of what the page showed.
        reasons: The answer to each serious finding, by code.

    Raises:
        NotAllowed: if the clinician is not verified, or was not let in, or not any more.
        Stale: if the plan, what is taken or what is known changed since the page was made.
        InputError: if a serious finding has no reason.
    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=owner.pk)
        if not may_author_plans(by, owner, at=at):
            raise NotAllowed
        newest = (
            PlanVersion.objects.filter(plan__public_id=plan_id, plan__owner=owner)
            .select_related("plan")
            .order_by("-number")
            .first()
        )
        if (None if newest is None else newest.public_id) != on or draft.seal != seal:
            raise Stale
        content = draft.answered(reasons)
        try:
            with transaction.atomic():
                version = _add(content, newest, owner=owner, by=by, at=at, plan_id=plan_id)
        except IntegrityError as fault:  # somebody else's plan has that id, or was faster
            raise Stale from fault
        note(owner, by=by, action=Action.WRITE, what="care plan", at=at)
    return version


def _add(
    content: dict[str, object],
    newest: PlanVersion | None,
    *,
    owner: Person,
    by: Person,
    at: datetime,
    plan_id: UUID,
) -> PlanVersion:
    plan = (
        CarePlan.objects.create(
            owner=owner, public_id=plan_id, kind=str(content["kind"]), begun_at=at
        )
        if newest is None
        else newest.plan
    )
    number = 1 if newest is None else newest.number + 1
    previous = "" if newest is None else newest.signature
    version = PlanVersion(
        plan=plan,
        number=number,
        supersedes=newest,
        content=content,
        content_hash=digest(content),
        previous_hash=previous,
        signer=by.public_id,
        signed_by=by,
        signed_at=at,
    )
    version.signature = signature_of(version, plan_id=plan.public_id)
    version.save(force_insert=True)
    return version


def signature_of(version: PlanVersion, *, plan_id: UUID) -> str:
    """Give what binds a content to its plan, its place, its signer, its time, and all before it."""
    parts = (
        str(plan_id),
        str(version.number),
        version.previous_hash,
        version.content_hash,
        str(version.signer),
        version.signed_at.astimezone(UTC).isoformat(timespec="microseconds"),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def verified(versions: Iterable[PlanVersion], *, plan_id: UUID) -> bool:
    """Tell whether every version, oldest first, is what was signed, with none left out."""
    previous, number = "", 0
    for version in versions:
        number += 1
        if (
            version.number != number
            or version.previous_hash != previous
            or version.content_hash != digest(version.content)
            or version.signature != signature_of(version, plan_id=plan_id)
        ):
            return False
        previous = version.signature
    return number > 0
