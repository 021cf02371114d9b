"""Questions for the clinic, and pages that were shared by a link."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Final, Self, final

from django.db import models

from unclench_site.accounts.access import Owned, OwnedQuerySet
from unclench_site.accounts.models import Scope

MOST_QUESTIONS: Final = 10


class QuestionQuerySet(OwnedQuerySet["Question"]):
    """Reads of questions."""

    def open(self) -> Self:
        """Those that have not been put away, in the order in which they were asked."""
        return self.filter(ended_at=None).order_by("asked_at", "pk")


@final
class Question(Owned):
    """Something that a person wants to ask at the clinic, kept until they put it away."""

    scope = Scope.CLINIC_PAGE

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    words = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        """Read by owner."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "asked_at"], name="questions_of_an_owner"),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"


class ShareQuerySet(OwnedQuerySet["Share"]):
    """Reads of shared pages."""

    def live(self, *, at: datetime) -> Self:
        """Those whose link opens something at a time."""
        return self.filter(ended_at=None, expires_at__gt=at)


@final
class Share(Owned):
    """A page for the clinic as it was when it was shared, behind a link that ends.

    Attributes:
        key: Made by the form, so that the same tap twice is one link.
        token_hash: All that is kept of the link's secret.
        content: The page, frozen; empty once the link has ended.
        opened: How often the link was opened.
    """

    scope = Scope.CLINIC_PAGE

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField()
    token_hash = models.CharField(max_length=64, unique=True)
    weeks = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    content = models.JSONField(default=dict)
    opened = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        """One link for a tap; a link that has ended holds nothing."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "key"], name="one_link_for_a_tap"),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(content={}),
                name="an_ended_link_holds_nothing",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")),
                name="a_link_expires_after_it_is_made",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "-made_at"], name="shares_of_an_owner"),
            models.Index(fields=["expires_at"], name="shares_that_expire"),
        ]

    def __str__(self) -> str:
        return f"share {self.pk}"
