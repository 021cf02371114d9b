"""May this person see or change that? The one file that says so; closed by default.

Health data belongs to one owner. Others see it through a grant of the owner's, for one scope and
until a time. Whoever has neither is told what a stranger is told: there is no such page.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self, TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.http import Http404, HttpRequest
from django.utils import timezone

from unclench_site.accounts.models import Action, AuditEntry, Grant, Person, Scope

__all__ = [
    "Owned",
    "OwnedQuerySet",
    "may_author_plans",
    "may_read",
    "me",
    "note",
    "owner_for",
    "owners_open_to",
]


def me(request: HttpRequest) -> Person:
    """The person who is signed in.

    Raises:
        Http404: if nobody is; views are closed by middleware before this, so it is a second lock.
    """
    if isinstance(request.user, Person) and request.user.is_active:
        return request.user
    raise Http404


def owners_open_to(
    person: Person | AnonymousUser, scope: Scope, *, at: datetime
) -> models.QuerySet[Grant, tuple[int]]:
    """Give the ids of the owners who let a person into a scope, as a subquery."""
    return Grant.objects.live(at=at).filter(to_id=person.pk, scope=scope).values_list("owner_id")


def may_read(person: Person, owner: Person, scope: Scope, *, at: datetime) -> bool:
    """Whether a person may see what an owner keeps under a scope."""
    if person.pk == owner.pk:
        return True
    return Grant.objects.live(at=at).filter(owner=owner, to=person, scope=scope).exists()


def may_author_plans(person: Person, owner: Person, *, at: datetime) -> bool:
    """Whether a person may write care plans for a member: a verified clinician whom they let in."""
    return (
        person.is_verified_clinician
        and person.pk != owner.pk
        and may_read(person, owner, Scope.CARE_PLAN, at=at)
    )


def owner_for(request: HttpRequest, public_id: UUID | None, scope: Scope, *, what: str) -> Person:
    """Give whose data a page shows: one's own, or that of somebody who let one in.

    Looking at somebody else's is noted in their audit trail.

    Args:
        request: Who asks.
        public_id: Whose; one's own if None.
        scope: What of it.
        what: The page's short name for the trail, such as "diary".

    Raises:
        Http404: if there is no such person, or they did not let this one in: the same answer.
    """
    person, at = me(request), timezone.now()
    if public_id is None or public_id == person.public_id:
        return person
    owner = Person.objects.filter(public_id=public_id, is_active=True).first()
    if owner is None or not may_read(person, owner, scope, at=at):
        raise Http404
    note(owner, by=person, action=Action.READ, what=what, at=at)
    return owner


def note(owner: Person, *, by: Person | None, action: Action, what: str, at: datetime) -> None:
    """Write a line into an owner's audit trail; call it in the transaction of what it notes."""
    AuditEntry.objects.create(owner=owner, by=by, action=action, what=what, at=at)


OwnedT = TypeVar("OwnedT", bound="Owned", covariant=True)


class OwnedQuerySet(models.QuerySet[OwnedT]):
    """Reads of what belongs to one owner; the first step is always one of these two."""

    def readable_by(self, person: Person, *, at: datetime) -> Self:
        """What a person owns, or was let into."""
        theirs = owners_open_to(person, self.model.scope, at=at)
        return self.filter(models.Q(owner=person) | models.Q(owner__in=theirs))

    def writable_by(self, person: Person) -> Self:
        """What a person owns."""
        return self.filter(owner=person)


class Owned(models.Model):
    """Health data of one owner; a subclass names the scope under which others may see it."""

    scope: ClassVar[Scope]
    owner = models.ForeignKey(Person, models.CASCADE, related_name="+")

    class Meta:
        """No table of its own."""

        abstract = True
