"""Who a person is, whom they let in until when, and who looked at what."""

from __future__ import annotations

import uuid
import zoneinfo
from datetime import datetime
from typing import ClassVar, Self, final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class Role(models.TextChoices):
    """What brings a person here."""

    MEMBER = "member", "I live with MS"
    LOVED_ONE = "loved-one", "I am close to someone who does"
    CLINICIAN = "clinician", "I am a clinician"


class Scope(models.TextChoices):
    """What a grant opens: one thing each, so that letting someone in is never all or nothing."""

    TREATMENT = "treatment", "what I take, and my health details"
    DIARY = "diary", "my diary"
    CLINIC_PAGE = "clinic-page", "my page for the clinic"
    CARE_PLAN = "care-plan", "writing care plans for me"


def valid_time_zone(name: str) -> None:
    """Refuse a time zone that this machine does not know."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"{name} is not a time zone. Expected: one such as Europe/London.")


@final
class PersonManager(BaseUserManager["Person"]):
    """Makes people and finds them by e-mail, whatever its capitals."""

    def create_user(
        self, name: str, *, email: str = "", password: str | None = None, **fields: object
    ) -> Person:
        """Make a person; without a password they sign in by passkey or e-mailed code."""
        address = self.normalize_email(email).lower() or f"{name.lower()}@example.invalid"
        person = self.model(name=name, email=address, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(
        self, name: str, *, email: str = "", password: str | None = None, **fields: object
    ) -> Person:
        """Make whoever runs this site."""
        return self.create_user(
            name, email=email, password=password, is_staff=True, is_superuser=True, **fields
        )

    def get_by_natural_key(self, username: str | None) -> Person:
        """Find a person by e-mail."""
        return self.get(email__iexact=username)


@final
class Person(AbstractBaseUser, PermissionsMixin):
    """A person with an account: a pseudonym, an e-mail, a role.

    Attributes:
        public_id: What addresses carry in place of a number that could be counted up.
        verified_at: When the site's administrator verified a clinician.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("pseudonym", max_length=40)
    email = models.EmailField("e-mail", unique=True)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.MEMBER)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[valid_time_zone])
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    verified_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        """A name and an e-mail belong to one person, whatever their capitals."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("name"), name="one_person_a_name"),
            models.UniqueConstraint(Lower("email"), name="one_person_an_email"),
            models.CheckConstraint(
                condition=models.Q(verified_at=None) | models.Q(role=Role.CLINICIAN),
                name="only_clinicians_are_verified",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_verified_clinician(self) -> bool:
        """Whether this person may author care plans, where a member let them in."""
        return self.role == Role.CLINICIAN and self.verified_at is not None

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The person's time zone."""
        return zoneinfo.ZoneInfo(self.time_zone)


class GrantQuerySet(models.QuerySet["Grant"]):
    """Reads of grants."""

    def live(self, *, at: datetime) -> Self:
        """Grants that open something at a time."""
        still_open = models.Q(until=None) | models.Q(until__gt=at)
        return self.filter(still_open, ended_at=None, from_at__lte=at)


@final
class Grant(models.Model):
    """One person lets another in: to one thing, until a time or until they end it."""

    owner = models.ForeignKey(Person, models.CASCADE, related_name="grants_given")
    to = models.ForeignKey(Person, models.CASCADE, related_name="grants_received")
    scope = models.CharField(max_length=12, choices=Scope.choices)
    from_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        """One open grant of a kind between two people."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["owner", "to", "scope"],
                condition=models.Q(ended_at=None),
                name="one_open_grant_of_a_kind",
            ),
            models.CheckConstraint(
                condition=~models.Q(owner=models.F("to")), name="no_grant_to_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk}"


class Action(models.TextChoices):
    """What was done with somebody's health data."""

    READ = "read", "looked at"
    WRITE = "write", "changed"
    SHARE = "share", "shared"
    END = "end", "stopped sharing"
    EXPORT = "export", "exported"


@final
class AuditEntry(models.Model):
    """Who did what with whose health data, when: never what it said.

    Attributes:
        owner: Whose data it was; the owner can read this trail.
        by: Who did it; nobody for a link that was opened.
        what: A short name of the thing, such as "diary" or "clinic page".
    """

    owner = models.ForeignKey(Person, models.CASCADE, related_name="audit_trail")
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=8, choices=Action.choices)
    what = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        """Read newest first, by owner."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "-at", "-id"], name="audit_of_an_owner"),
        ]

    def __str__(self) -> str:
        return f"audit {self.pk}"
