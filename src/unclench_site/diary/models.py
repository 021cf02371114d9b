"""The diary's one table. It only grows: a correction and an undo are entries of their own.

Entries about one thing share a `thread`; each replaces the one before it, and the last one stands.
The database holds that nothing is replaced twice, that a key makes one entry, and that an intake
which was due has one thread: however many devices log it, one entry of it stands.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import ClassVar, Final, Self, final
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from unclench.errors import InputError
from unclench_site.accounts import access
from unclench_site.accounts.models import Action, Person, Scope
from unclench_site.diary.kinds import DOSES, NO_SPASM, SCALES, Kind

__all__ = ["Answer", "Entry", "correct", "put_back", "record", "undo"]

logger = logging.getLogger(__name__)

CLOCKS_DIFFER: Final = timedelta(minutes=15)
"""How far the clock of a device may run ahead of ours."""
EARLIEST: Final = timedelta(days=3660)
MOST_AT_ONCE_MCG: Final = Decimal(10_000_000)
MOST_NOTE: Final = 500


class EntryQuerySet(access.OwnedQuerySet["Entry"]):
    """Reads of entries."""

    def standing(self) -> Self:
        """What the diary says now: neither replaced, nor withdrawn, nor logged a second time."""
        return self.filter(withdrawn=False, same_as=None, replaced_by=None)

    def between(self, start: datetime, end: datetime) -> Self:
        """What happened from a time up to another."""
        return self.filter(happened_at__gte=start, happened_at__lt=end)

    def newest_first(self) -> Self:
        """In the order of the pages."""
        return self.order_by("-happened_at", "-id")

    def older_than(self, entry: Entry) -> Self:
        """What comes after an entry in that order."""
        same = models.Q(happened_at=entry.happened_at, id__lt=entry.pk)
        return self.filter(models.Q(happened_at__lt=entry.happened_at) | same)


@final
class Entry(access.Owned):
    """One thing that was logged, as it was logged; a row is never changed.

    Attributes:
        thread: The same for an entry and for all that replaced it.
        happened_at: When it happened.
        zone: The time zone in which the person lived it.
        recorded_at: When it reached the site.
        value: A number on the scale of its kind.
        amount_mcg: How much was swallowed, in micrograms.
        due_key: Which dose of the treatment it is about; empty for one that was not due.
        what: Which side effect, by the code of a symptom; empty for one in own words.
        key: Made by the device; the same key is the same entry.
        replaces: The entry that this one corrects or undoes.
        same_as: The entry of the same intake that another device had logged before.
        withdrawn: Whether it says that the thing did not happen.
    """

    scope: ClassVar[Scope] = Scope.DIARY

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    thread = models.UUIDField(editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    happened_at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    value = models.SmallIntegerField(null=True)
    amount_mcg = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    due_key = models.CharField(max_length=100, blank=True)
    what = models.CharField(max_length=32, blank=True)
    note = models.CharField(max_length=MOST_NOTE, blank=True)
    key = models.CharField(max_length=64)
    replaces = models.OneToOneField(
        "self", models.CASCADE, null=True, related_name="replaced_by", editable=False
    )
    same_as = models.ForeignKey(
        "self", models.CASCADE, null=True, related_name="also_logged", editable=False
    )
    withdrawn = models.BooleanField(default=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        """What must hold whoever writes."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "key"], name="one_entry_a_key"),
            models.UniqueConstraint(
                fields=["owner", "due_key"],
                condition=models.Q(replaces=None, same_as=None) & ~models.Q(due_key=""),
                name="one_thread_an_intake",
            ),
            models.CheckConstraint(
                condition=models.Q(value=None) | models.Q(value__range=(0, 10)),
                name="value_on_a_scale",
            ),
            models.CheckConstraint(
                condition=models.Q(amount_mcg=None)
                | models.Q(amount_mcg__gt=0, kind__in=sorted(DOSES)),
                name="amounts_belong_to_doses",
            ),
            models.CheckConstraint(
                condition=models.Q(due_key="") | models.Q(kind__in=sorted(DOSES)),
                name="only_doses_are_due",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "-happened_at", "-id"], name="diary_of_an_owner"),
            models.Index(fields=["owner", "thread"], name="diary_threads"),
            models.Index(
                fields=["owner", "due_key"], condition=~models.Q(due_key=""), name="diary_intakes"
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"

    @property
    def tz(self) -> tzinfo:
        """The time zone in which it was lived."""
        return ZoneInfo(self.zone)

    @property
    def local(self) -> datetime:
        """When it happened, on the wall clock of that zone."""
        return self.happened_at.astimezone(self.tz)

    @property
    def is_dose(self) -> bool:
        """Whether it is about a dose."""
        return self.kind in DOSES

    @property
    def is_spasm(self) -> bool:
        """Whether it is a spasm, and not the word that there was none."""
        return self.kind == Kind.SPASM and self.value != NO_SPASM


class State(models.TextChoices):
    """How far a personal answer has come."""

    WAITING = "waiting", "being worked out"
    READY = "ready", "ready"
    FAILED = "failed", "could not be worked out"


@final
class Answer(access.Owned):
    """A personal answer, kept under the hash of the diary and the evidence that it rests on."""

    scope: ClassVar[Scope] = Scope.DIARY

    input_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    result = models.JSONField(null=True)

    class Meta:
        """One answer to one diary."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "input_hash"], name="one_answer_a_diary"),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


# Writing. Each holds the owner's row, so that two devices take turns.


def record(
    *,
    owner: Person,
    by: Person,
    at: datetime,
    key: str,
    kind: str,
    happened_at: datetime | None = None,
    zone: str = "",
    value: int | None = None,
    amount_mcg: Decimal | None = None,
    due_key: str = "",
    what: str = "",
    note: str = "",
) -> tuple[Entry, bool]:
    """Log one thing once: the entry under this key, and whether it was made now.

    An intake that already stands is not logged again: the new entry then only remembers its key,
    and `same_as` names the one that stands.

    Args:
        owner: Whose diary.
        by: Who logs; nobody but the owner may.
        at: Now.
        key: Made by the device for this tap; the same key twice is one entry.
        kind: A value of `Kind`.
        happened_at: When it happened; now if left out.
        zone: The time zone in which it was lived; the owner's if left out.
        value: A number on the scale of its kind.
        amount_mcg: How much was swallowed.
        due_key: The key of the DueDose that this is about.
        what: The code of a symptom, for a side effect.
        note: Own words.

    Raises:
        InputError: if anything is not what it should be; nothing is logged then.
        PermissionDenied: if somebody else logs.
    """
    _only_the_owner(owner, by)
    entry = Entry(
        owner=owner,
        kind=kind,
        happened_at=happened_at or at,
        zone=zone or owner.time_zone,
        recorded_at=at,
        value=value,
        amount_mcg=amount_mcg,
        due_key=due_key,
        what=what,
        note=note.strip(),
        key=key,
    )
    with transaction.atomic():
        known = _known(owner, key)
        if known is not None:
            return known, False
        _check(entry, at)
        last = _last_of_intake(owner, due_key) if due_key else None
        if last is None:
            entry.thread = entry.public_id
        elif last.withdrawn:
            entry.replaces, entry.thread = last, last.thread
        else:
            entry.same_as, entry.thread = last, entry.public_id
        return _kept(entry, by), True


def correct(
    entry: Entry, *, by: Person, at: datetime, key: str, **changes: object
) -> tuple[Entry, bool]:
    """Say anew what an entry says: the last of its thread is replaced by one with these changes.

    Args:
        entry: Any entry of the thread.
        by: Who corrects; nobody but the owner may.
        at: Now.
        key: Made for this correction; the same key twice is one correction.
        changes: Fields of `record` that differ.

    Raises:
        InputError: if anything is not what it should be; nothing is changed then.
        PermissionDenied: if somebody else corrects.
    """
    return _replaced(entry, by=by, at=at, key=key, changes=changes)


def undo(entry: Entry, *, by: Person, at: datetime, key: str) -> tuple[Entry, bool]:
    """Say that it did not happen; both entries stay in the book.

    Raises:
        PermissionDenied: if somebody else undoes.
    """
    return _replaced(entry, by=by, at=at, key=key, changes={"withdrawn": True})


def put_back(entry: Entry, *, by: Person, at: datetime, key: str) -> tuple[Entry, bool]:
    """Take an undo back.

    Raises:
        PermissionDenied: if somebody else does.
    """
    return _replaced(entry, by=by, at=at, key=key, changes={"withdrawn": False})


COPIED: Final = (
    "owner",
    "thread",
    "kind",
    "happened_at",
    "zone",
    "value",
    "amount_mcg",
    "due_key",
    "what",
    "note",
    "withdrawn",
)
CHANGEABLE: Final = frozenset(COPIED) - {"owner", "thread", "due_key"}


def _replaced(
    entry: Entry, *, by: Person, at: datetime, key: str, changes: dict[str, object]
) -> tuple[Entry, bool]:
    _only_the_owner(entry.owner, by)
    unknown = sorted(changes.keys() - CHANGEABLE)
    if unknown:
        raise InputError(
            f"An entry cannot be given another {unknown[0]}.",
            expected=f"one of {', '.join(sorted(CHANGEABLE))}",
        )
    with transaction.atomic():
        known = _known(entry.owner, key)
        if known is not None:
            return known, False
        last = Entry.objects.get(owner_id=entry.owner_id, thread=entry.thread, replaced_by=None)
        said = {name: getattr(last, name) for name in COPIED}
        if said == said | changes:
            return last, False
        if changes.get("kind", last.kind) not in (DOSES if last.is_dose else {last.kind}):
            raise InputError(
                "A correction cannot make another thing of it.",
                expected="the same kind",
                hint="undo this one and log the other",
            )
        new = Entry(**said | changes, replaces=last, recorded_at=at, key=key)
        _check(new, at)
        return _kept(new, by), True


def _only_the_owner(owner: Person, by: Person) -> None:
    if by.pk != owner.pk:
        raise PermissionDenied


def _known(owner: Person, key: str) -> Entry | None:
    """The entry under a key, with the owner's row held so that nobody makes one meanwhile."""
    Person.objects.select_for_update().only("pk").get(pk=owner.pk)
    return Entry.objects.select_related("same_as").filter(owner=owner, key=key).first()


def _last_of_intake(owner: Person, due_key: str) -> Entry | None:
    return Entry.objects.filter(
        owner=owner, due_key=due_key, same_as=None, replaced_by=None
    ).first()


def _kept(entry: Entry, by: Person) -> Entry:
    entry.save(force_insert=True)
    access.note(entry.owner, by=by, action=Action.WRITE, what="diary", at=entry.recorded_at)
    logger.info("entry kept", extra={"facts": {"entry": str(entry.public_id)}})
    return entry


# What an entry may say.


def _check(entry: Entry, at: datetime) -> None:
    if not 8 <= len(entry.key) <= 64:
        raise InputError("The key is not one.", expected="8 to 64 letters, made for each tap")
    if entry.kind not in Kind.values:
        raise InputError("That cannot be logged.", expected=f"one of {', '.join(Kind.values)}")
    if entry.zone not in available_timezones():
        raise InputError(
            f"{entry.zone[:40]} is not a time zone.", expected="one such as Europe/London"
        )
    if len(entry.note) > MOST_NOTE:
        raise InputError("The note is too long.", expected=f"at most {MOST_NOTE} letters")
    _check_time(entry, at)
    _check_value(entry)
    _check_dose(entry)


def _check_time(entry: Entry, at: datetime) -> None:
    if entry.happened_at.tzinfo is None:
        raise InputError("The time has no zone.", expected="a time with its zone")
    if entry.happened_at > at + CLOCKS_DIFFER:
        raise InputError(
            "That time is still to come.",
            expected="a time up to now",
            hint="look whether the clock of this device is right",
        )
    if entry.happened_at < at - EARLIEST:
        raise InputError("That is too long ago.", expected="a time in the last ten years")


def _check_value(entry: Entry) -> None:
    scale = SCALES.get(Kind(entry.kind))
    if scale is None:
        if entry.value is not None:
            raise InputError("There is no number to give here.", expected="no number")
    elif entry.value is None:
        if scale.needed:
            raise InputError(
                "A number is missing.", expected=f"a whole number from {scale.low} to {scale.high}"
            )
    elif not scale.low <= entry.value <= scale.high:
        raise InputError(
            "That number is not on the scale.",
            expected=f"a whole number from {scale.low} to {scale.high}",
        )


def _check_dose(entry: Entry) -> None:
    if entry.kind not in DOSES:
        if entry.amount_mcg is not None or entry.due_key:
            raise InputError("Only a dose has an amount.", expected="no amount")
        if entry.kind == Kind.SIDE_EFFECT and not (entry.what or entry.note):
            raise InputError(
                "Nothing was said about the side effect.", expected="one of the list or own words"
            )
        return
    if entry.amount_mcg is None:
        raise InputError("The amount is missing.", expected="how much it was, such as 10 mg")
    if not 0 < entry.amount_mcg <= MOST_AT_ONCE_MCG:
        raise InputError(
            "That amount cannot be right.", expected="more than 0 and at most 10,000 mg"
        )
