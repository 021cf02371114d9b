"""Who a person is, whom they let in until when, and who looked at what."""

from __future__ import annotations

import unicodedata
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


def valid_name(name: str) -> None:
    """Refuse a pseudonym that could be mistaken for an e-mail, or that no one could read out.

    Example:
        >>> valid_name("River 7")
    """
    tidy = unicodedata.normalize("NFKC", name) == name == " ".join(name.split())
    if not tidy or not name.replace(" ", "").replace("-", "").replace("_", "").isalnum():
        raise ValidationError(
            "This name has something in it that we cannot use. "
            "Expected: letters, digits, single spaces, - or _."
        )


@final
class PersonManager(BaseUserManager["Person"]):
    """Makes people and finds them by name, whatever its capitals."""

    def create_user(
        self, name: str, *, email: str = "", password: str | None = None, **fields: object
    ) -> Person:
        """Make a person; without a password they sign in by passkey or e-mailed code."""
        person = self.model(name=name, email=self.normalize_email(email).lower(), **fields)
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
        """Find a person by name."""
        return self.get(name__iexact=username)


@final
class Person(AbstractBaseUser, PermissionsMixin):
    """A person with an account: a pseudonym, an e-mail, a role.

    Attributes:
        public_id: What addresses carry in place of a number that could be counted up.
        email: As typed. Two people may give the same one until one of them proves that it is
            theirs: to refuse the second would tell that there is a first.
        verified_at: When the site's administrator verified a clinician.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("pseudonym", max_length=40, unique=True, validators=[valid_name])
    email = models.EmailField("e-mail", blank=True)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.MEMBER)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[valid_time_zone])
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    verified_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "name"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        """A name belongs to one person, whatever its capitals."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                Lower("name"),
                name="one_person_a_name",
                violation_error_message="Somebody here has this name already. Try: another one.",
            ),
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
    def is_made_up(self) -> bool:
        """Whether this is somebody of the demonstration; nobody else may take such a name."""
        return self.name.startswith("demonstration")

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


class Purpose(models.TextChoices):
    """What a person's data may be used for; each is its own switch."""

    STORE = "store", "keep what I write here, which can be health data"
    COUNT = "count", "count me in the totals that members see"


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Reads of consents."""

    def standing(self, person: Person) -> dict[str, bool]:
        """What a person last said to each purpose."""
        said = self.filter(person=person).order_by("at", "pk")
        return dict.fromkeys(Purpose.values, False) | dict(said.values_list("purpose", "given"))


@final
class Consent(models.Model):
    """What a person said to one purpose, when. Never changed: a new answer is a new row.

    Attributes:
        wording: Which version of our words they answered to.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    wording = models.PositiveSmallIntegerField(default=1)
    given = models.BooleanField()
    at = models.DateTimeField()

    objects = ConsentQuerySet.as_manager()

    class Meta:
        """Read by person, in the order in which they answered."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "at"], name="consents_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"


class Decision(models.TextChoices):
    """What became of a clinician's request."""

    OPEN = "open", "waits"
    VERIFIED = "verified", "verified"
    DECLINED = "declined", "declined"


@final
class VerificationRequest(models.Model):
    """A clinician asks to be verified: who they are, and where that can be looked up.

    Attributes:
        register: The register that lists them, such as a medical council.
        number: Their number in it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="verification_requests")
    full_name = models.CharField(max_length=120)
    register = models.CharField(max_length=120)
    number = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision.choices, default=Decision.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        """One open request of a person; a decision has its time."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(decision=Decision.OPEN),
                name="one_open_request_of_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(decision=Decision.OPEN, decided_at=None)
                | (~models.Q(decision=Decision.OPEN) & models.Q(decided_at__isnull=False)),
                name="a_decision_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"


@final
class Cached(models.Model):
    """A row of the cache that all workers share: Django's own table, made with the others."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        """The name that the cache's setting gives."""

        db_table = "cache"

    def __str__(self) -> str:
        return "cached"
