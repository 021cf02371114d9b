"""Letting somebody in, and ending it: each with its line in the owner's trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, final

from django.db import models, transaction
from django.urls import NoReverseMatch, reverse

from unclench_site.accounts.access import note
from unclench_site.accounts.models import Action, Grant, Person, Scope

THEIRS: Final = {
    Scope.TREATMENT: "what they take, and their health details",
    Scope.DIARY: "their diary",
    Scope.CLINIC_PAGE: "their page for the clinic",
    Scope.CARE_PLAN: "writing care plans for them",
}
"""What a grant opens, in the words of whoever was let in."""

DOORS: Final = {
    Scope.TREATMENT: "with-treatment",
    Scope.DIARY: "with-diary",
    Scope.CLINIC_PAGE: "with-clinic",
    Scope.CARE_PLAN: "with-plans",
}
"""The name of the address behind which it lies."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A grant as its receiver sees it: what it opens, and the address to go there."""

    grant: Grant
    words: str
    door: str


@transaction.atomic
def let_in(
    owner: Person, *, to: Person, scopes: Sequence[str], length: timedelta | None, at: datetime
) -> list[Grant]:
    """Open scopes to a person; a scope that is open already gets the new end.

    Returns:
        The new grants, one a scope.
    """
    standing = Grant.objects.filter(owner=owner, to=to, scope__in=scopes, ended_at=None)
    standing.update(ended_at=at)
    until = at + length if length else None
    grants = Grant.objects.bulk_create(
        Grant(owner=owner, to=to, scope=scope, from_at=at, until=until) for scope in scopes
    )
    for grant in grants:
        note(owner, by=owner, action=Action.SHARE, what=of(grant), at=at)
    return grants


@transaction.atomic
def end(grant: Grant, *, by: Person, at: datetime) -> None:
    """End a grant now, by its owner or by whoever was let in."""
    grant.ended_at = at
    grant.save(update_fields=["ended_at"])
    note(grant.owner, by=by, action=Action.END, what=of(grant), at=at)


def of(grant: Grant) -> str:
    """What the trail calls a grant: the scope, never whom it is for."""
    return Scope(grant.scope).value.replace("-", " ")


def given(owner: Person, *, at: datetime) -> models.QuerySet[Grant]:
    """Whom an owner lets in now, by name."""
    live = Grant.objects.live(at=at).filter(owner=owner)
    return live.select_related("to").order_by("to__name", "scope")


def received(person: Person, *, at: datetime) -> list[Opened]:
    """Who lets a person in now, by name."""
    live = Grant.objects.live(at=at).filter(to=person, owner__is_active=True)
    return [
        Opened(grant=grant, words=THEIRS[Scope(grant.scope)], door=door_of(grant))
        for grant in live.select_related("owner").order_by("owner__name", "scope")
    ]


def door_of(grant: Grant) -> str:
    """The address that a grant opens; none where the room has no page of its own for it."""
    try:
        return reverse(DOORS[Scope(grant.scope)], args=[grant.owner.public_id])
    except NoReverseMatch:
        return ""
