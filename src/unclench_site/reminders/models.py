"""What a person wants to be reminded of, what was due, and what was sent of it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Final, Self, final

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from unclench_site.accounts.models import Person

LATE_MIN: Final = 60
EVERY_DAY: Final = "0123456"
"""The days of the week on which an own reminder comes; 0 is Monday."""


class Kind(models.TextChoices):
    """What a reminder is about."""

    DOSE = "dose", "a dose"
    CHECK_IN = "check-in", "a look at your day"
    REFILL = "refill", "the refill of your pump"
    SERVICE = "service", "the end of your pump's service"
    OWN = "own", "something of your own"


class Channel(models.TextChoices):
    """How a reminder leaves the site; every one also stands on the page."""

    PUSH = "push", "a notification on a device"
    MAIL = "mail", "an e-mail"


class State(models.TextChoices):
    """Where a delivery stands."""

    QUEUED = "queued", "waits for the worker"
    SENDING = "sending", "is being handed over"
    SENT = "sent", "was handed over"
    LATE = "late", "was too late, and was not sent"
    QUIET = "quiet", "fell into quiet hours, and was not sent"
    DROPPED = "dropped", "was not needed any more"
    FAILED = "failed", "could not be handed over"


WAIT_MIN: Final[dict[str, int]] = {
    Kind.CHECK_IN: 12 * 60,
    Kind.OWN: 2 * 60,
    Kind.REFILL: 24 * 60,
    Kind.SERVICE: 24 * 60,
}
"""How late each kind may still be sent; a dose as late as the person says."""


@final
class Wishes(models.Model):
    """What one person wants to be reminded of, how, and when not. Nothing unless they say so.

    Attributes:
        late_min: A dose's reminder that is later than this is shown on the page and not sent.
        seen_until: Everything that was due up to here has been claimed.
        seen_offset_min: The person's distance from UTC at that moment.
        look_at: When the scheduler has to look again.
    """

    owner = models.OneToOneField(Person, models.CASCADE, related_name="+", primary_key=True)
    doses = models.BooleanField(default=False)
    check_in_at = models.TimeField(null=True, blank=True)
    pump = models.BooleanField(default=False)
    by_push = models.BooleanField(default=False)
    by_mail = models.BooleanField(default=False)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    doses_in_quiet = models.BooleanField(default=True)
    late_min = models.PositiveSmallIntegerField(
        default=LATE_MIN, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    seen_until = models.DateTimeField()
    seen_offset_min = models.SmallIntegerField(default=0)
    look_at = models.DateTimeField(db_index=True)

    class Meta:
        """Quiet hours have a beginning and an end, or are none."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_until=None)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_begin_and_end",
            ),
            models.CheckConstraint(
                condition=models.Q(late_min__gte=5, late_min__lte=240), name="late_in_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"wishes {self.pk}"

    @property
    def channels(self) -> list[Channel]:
        """How reminders leave the site for this person."""
        chosen = ((self.by_push, Channel.PUSH), (self.by_mail, Channel.MAIL))
        return [channel for wanted, channel in chosen if wanted]

    def wait_min(self, kind: str) -> int:
        """How many minutes late a reminder of a kind may still be sent."""
        return WAIT_MIN.get(kind, self.late_min)

    def is_late(self, reminder: Reminder, *, since: datetime, at: datetime) -> bool:
        """Whether a reminder that was due at a moment is too old to be sent."""
        return at > since + timedelta(minutes=self.wait_min(reminder.kind))


class OwnReminderQuerySet(models.QuerySet["OwnReminder"]):
    """Reads of reminders that people wrote."""

    def going(self, person: Person) -> Self:
        """Those of a person that have not been ended."""
        return self.filter(owner=person, ended_at=None)


@final
class OwnReminder(models.Model):
    """A reminder in a person's own words, at a time of day on days of the week."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(Person, models.CASCADE, related_name="+")
    words = models.CharField(max_length=200)
    at_time = models.TimeField()
    weekdays = models.CharField(max_length=7, default=EVERY_DAY)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OwnReminderQuerySet.as_manager()

    class Meta:
        """Read by owner, in the order of the day."""

        ordering: ClassVar[list[str]] = ["at_time", "pk"]

    def __str__(self) -> str:
        return f"own reminder {self.pk}"


@final
class Device(models.Model):
    """A browser that a person let show notifications; one browser belongs to one person."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(Person, models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=800, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"device {self.pk}"


@final
class Reminder(models.Model):
    """Something that was due: claimed once for a person and an occasion, whatever happens later.

    Attributes:
        occasion: Which one, such as "check-in:2027-01-04": the same whenever it is computed.
        turn: How often it was snoozed.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    occasion = models.CharField(max_length=160)
    own = models.ForeignKey(OwnReminder, models.CASCADE, null=True, related_name="+")
    due_at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    claimed_at = models.DateTimeField()
    turn = models.PositiveSmallIntegerField(default=0)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One reminder for an occasion; read newest first."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["owner", "occasion"], name="one_reminder_for_an_occasion"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "-due_at"], name="reminders_of_an_owner"),
        ]

    def __str__(self) -> str:
        return f"reminder {self.pk}"


@final
class Delivery(models.Model):
    """One reminder on its way by one channel.

    Attributes:
        key: The same for the same person, occasion, turn, channel and device, whoever computes it.
        after: Not to be sent before this.
        basis: When the reminder was due, or its snooze ended: lateness counts from here.
        changed_at: When its state last changed, or it was last put into the queue.
    """

    key = models.UUIDField(unique=True, editable=False)
    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=4, choices=Channel.choices)
    device = models.ForeignKey(Device, models.CASCADE, null=True, related_name="+")
    state = models.CharField(max_length=7, choices=State.choices, default=State.QUEUED)
    basis = models.DateTimeField()
    after = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        """Found by what is unfinished."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "changed_at"], name="deliveries_unfinished"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


@final
class Feed(models.Model):
    """A private calendar address; only the hash of its secret is kept."""

    owner = models.OneToOneField(Person, models.CASCADE, related_name="+", primary_key=True)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"feed {self.pk}"
