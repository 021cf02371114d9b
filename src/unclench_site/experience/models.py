"""Reports as versions that only add, who stands on the roll, weekly snapshots, read wishes."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self, final

from django.db import models
from django.db.models import Q

from unclench.regimen import Regimen
from unclench_site.accounts.access import Owned, OwnedQuerySet
from unclench_site.accounts.models import Consent, Person, Purpose, Role, Scope
from unclench_site.experience.words import MOST_TEXT, MOST_WISH, Again, Reason, Way
from unclench_site.plans.models import read_regimen


class ReportQuerySet(OwnedQuerySet["Report"]):
    """Reads of reports."""

    def newest(self) -> Self:
        """The last version of each report, withdrawn ones too."""
        return self.filter(replaced_by=None)

    def standing(self) -> Self:
        """The last version of each report that was not withdrawn."""
        return self.newest().filter(withdrawn=False)

    def countable(self, way: str, *, joined_by: datetime) -> Self:
        """Standing reports of one way of people who agreed to be counted, and who stayed a while.

        Args:
            way: A value of `Way`.
            joined_by: Whose account is younger is not counted yet.
        """
        return self.countable_at_all().filter(way=way, owner__joined_at__lte=joined_by)

    def countable_at_all(self) -> Self:
        """Standing reports of people who live with MS, agreed to be counted and are here.

        Somebody close to them can write a report too, but the same treatment must not count twice.
        """
        last_word = (
            Consent.objects.filter(person=models.OuterRef("owner"), purpose=Purpose.COUNT)
            .order_by("-at", "-pk")
            .values("given")[:1]
        )
        return (
            self.standing()
            .filter(owner__is_active=True, owner__role=Role.MEMBER)
            .alias(agreed=models.Subquery(last_word))
            .filter(agreed=True)
        )


@final
class Report(Owned):
    """One version of what a member says of one treatment; a change is a new version.

    Attributes:
        effects: What it did for each goal: values of `Goal` to values of `Effect`.
        regimen: What was taken last, in our regimen language; empty if not told.
        side_effects: Values of `SideEffect`; `NO_SIDE_EFFECT` alone for none; empty if not told.
        wish: What the person wishes they had known.
        replaces: The version before; none for the first.
        withdrawn: Whether this version says that the report is taken back.
    """

    scope: ClassVar[Scope] = Scope.TREATMENT

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recorded_at = models.DateTimeField()
    way = models.CharField(max_length=4, choices=Way.choices)
    effects = models.JSONField(default=dict, blank=True)
    regimen = models.CharField(max_length=MOST_TEXT, blank=True)
    started_on = models.DateField()
    stopped_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    side_effects = models.JSONField(default=list, blank=True)
    again = models.CharField(max_length=6, choices=Again.choices, blank=True)
    wish = models.CharField(max_length=MOST_WISH, blank=True)
    replaces = models.OneToOneField(
        "self", models.CASCADE, null=True, related_name="replaced_by", editable=False
    )
    withdrawn = models.BooleanField(default=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        """One report of each way; who stopped says when, after they began."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["owner", "way"],
                condition=Q(replaces=None),
                name="one_report_of_a_way",
            ),
            models.CheckConstraint(
                condition=Q(stopped_on=None) | Q(stopped_on__gte=models.F("started_on")),
                name="report_stops_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(reason="") | ~Q(stopped_on=None),
                name="only_a_stop_has_a_reason",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "way", "-id"], name="reports_of_an_owner"),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"

    def to_regimen(self) -> Regimen | None:
        """Give what was taken; None if it was not told."""
        return read_regimen(self.regimen) if self.regimen else None


@final
class Reading(models.Model):
    """What a reader of the site decided about one wish: to show it, or not."""

    report = models.OneToOneField(Report, models.CASCADE, related_name="reading")
    shown = models.BooleanField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"reading {self.pk}"


class Standing(models.TextChoices):
    """Where a person stands on the roll of one way."""

    COUNTED = "counted", "counted"
    RESTING = "resting", "sits out by lot"
    OFF = "off", "not on the roll"


@final
class Place(models.Model):
    """Where somebody stands on the roll of one way, since the last snapshot."""

    owner = models.ForeignKey(Person, models.CASCADE, related_name="+")
    way = models.CharField(max_length=4, choices=Way.choices)
    standing = models.CharField(max_length=8, choices=Standing.choices)
    version = models.ForeignKey(Report, models.CASCADE, null=True, related_name="+")

    class Meta:
        """One place of a person on each roll; who is on it is there with one version."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "way"], name="one_place_on_a_roll"),
            models.CheckConstraint(
                condition=Q(standing=Standing.OFF, version=None)
                | (~Q(standing=Standing.OFF) & Q(version__isnull=False)),
                name="on_the_roll_with_a_version",
            ),
        ]

    def __str__(self) -> str:
        return f"place {self.pk}"


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    """Reads of snapshots."""

    def last_taken(self) -> Snapshot | None:
        """The newest snapshot; None before the first."""
        return self.order_by("-week").first()


@final
class Snapshot(models.Model):
    """The figures of one week: written once, never worked out again.

    Attributes:
        week: The Monday of the week.
        content: Everything that is shown; see `telling`.
        private: How many were counted of each way, and which batch; never shown.
    """

    week = models.DateField(unique=True)
    taken_at = models.DateTimeField()
    content: models.JSONField[Any, Any] = models.JSONField()
    private: models.JSONField[Any, Any] = models.JSONField()

    objects = SnapshotQuerySet.as_manager()

    def __str__(self) -> str:
        return f"figures of the week of {self.week}"
