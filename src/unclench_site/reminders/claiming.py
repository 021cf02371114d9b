"""What is due is claimed exactly once, and put into the queue in the same transaction.

The scheduler may be late, killed, or started twice: a claim is a row that can exist once for a
person and an occasion, and the queue is a table of the same database. Either both are there after
a crash, or neither is and the next look claims it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, final

from django.db import connection, transaction
from django.db.models import F

from unclench_site.diary.models import Entry
from unclench_site.reminders import clocks
from unclench_site.reminders.models import (
    Channel,
    Delivery,
    Device,
    Kind,
    OwnReminder,
    Reminder,
    State,
    Wishes,
)
from unclench_site.reminders.occasions import Occasion, occasions
from unclench_site.reminders.sending import deliver

LOOK_EVERY: Final = timedelta(minutes=5)
"""How soon a change of treatment is seen, at the latest."""
LOOK_BACK: Final = timedelta(days=2)
"""A machine that was off for longer does not tell of what was due before."""
FORGOTTEN: Final = timedelta(minutes=5)
"""After this a delivery that still waits, or is still under way, is put into the queue again."""
FEW: Final = 500
SPACE: Final = uuid.UUID("3f0a7f0e-5c1b-5d0b-9d5e-6b1a5a8f2c41")


@final
@dataclass(frozen=True, slots=True)
class Tally:
    """What one look did: how many were claimed, and how many put into the queue again."""

    claimed: int = 0
    again: int = 0


def tick(*, at: datetime) -> Tally:
    """Claim what is due by now, and queue again what a crash left lying.

    Safe to call at any time, from any number of processes at once.
    """
    waiting = Wishes.objects.filter(look_at__lte=at).order_by("look_at")
    tally = Tally(again=sweep(at=at))
    for pk in list(waiting.values_list("pk", flat=True)[:FEW]):
        tally = replace(tally, claimed=tally.claimed + claim(pk, at=at))
    return tally


def claim(owner_id: int, *, at: datetime) -> int:
    """Claim what is due for one person; give how many new reminders there are."""
    with transaction.atomic():
        wishes = _locked(owner_id, at=at)
        if wishes is None:
            return 0
        owner, until = wishes.owner, at + LOOK_EVERY
        own = list(OwnReminder.objects.going(owner))
        found = occasions(owner, wishes, own, start=_since(wishes, at=at), end=until)
        new = _claimed(wishes, [one for one in found if one.due_at <= at], at=at)
        again = _awake(wishes, at=at)
        put_out(wishes, [(one, one.due_at) for one in new] + again, at=at)
        later = [one.due_at for one in found if one.due_at > at]
        snoozed = Reminder.objects.filter(owner=owner, snoozed_until__gt=at, done_at=None)
        wakes = snoozed.order_by("snoozed_until").values_list("snoozed_until", flat=True).first()
        wishes.look_at = min([until, *later, *([wakes] if wakes else [])])
        wishes.seen_until = at
        wishes.seen_offset_min = clocks.offset_min(at, zone=owner.zone)
        wishes.save(update_fields=["look_at", "seen_until", "seen_offset_min"])
        return len(new)


def sweep(*, at: datetime) -> int:
    """Queue again what has waited too long, or was left in the middle; give how many.

    A worker that was killed between handing over and noting it leaves something that may have been
    sent. It is sent again under the same key, by which a device shows it in place of the first.
    """
    forgotten = Delivery.objects.filter(
        state__in=[State.QUEUED, State.SENDING],
        changed_at__lte=at - FORGOTTEN,
        after__lte=at - FORGOTTEN,
    )
    again = 0
    for found in list(forgotten.values("pk", "key", "state", "changed_at")[:FEW]):
        with transaction.atomic():
            same = Delivery.objects.filter(
                pk=found["pk"], state=found["state"], changed_at=found["changed_at"]
            )
            if same.update(state=State.QUEUED, changed_at=at):
                deliver.enqueue(str(found["key"]))
                again += 1
    return again


def delivery_key(reminder: Reminder, channel: Channel, device: Device | None) -> uuid.UUID:
    """The name of a delivery: the same for the same person, occasion, turn, channel and device."""
    where = device.public_id if device else "-"
    told = (reminder.owner_id, reminder.occasion, reminder.turn, channel.value, where)
    return uuid.uuid5(SPACE, "|".join(map(str, told)))


def _locked(owner_id: int, *, at: datetime) -> Wishes | None:
    """The person's wishes, held by this transaction; nothing if another one has them or was here.

    SQLite lets one transaction write at a time, so that there is nothing more to hold.
    """
    wishes = Wishes.objects.select_related("owner").filter(
        pk=owner_id, look_at__lte=at, owner__is_active=True
    )
    if connection.features.has_select_for_update_skip_locked:
        wishes = wishes.select_for_update(skip_locked=True, of=("self",))
    return wishes.first()


def _since(wishes: Wishes, *, at: datetime) -> datetime:
    """From when on to look: since the last time, and further back after a journey eastward.

    A clock that was put forward jumps over times that were still to come; what came already is
    known by its key and does not come again.
    """
    now_ahead = clocks.offset_min(at, zone=wishes.owner.zone)
    jumped = max(0, now_ahead - wishes.seen_offset_min)
    return max(wishes.seen_until, at - LOOK_BACK) - timedelta(minutes=jumped)


def _claimed(wishes: Wishes, due: Iterable[Occasion], *, at: datetime) -> list[Reminder]:
    """Write a reminder for each occasion that has none; a dose that is in the diary needs none."""
    wanted = {one.key: one for one in due}
    if not wanted:
        return []
    owner = wishes.owner
    known = Reminder.objects.filter(owner=owner, occasion__in=wanted)
    seen = set(known.values_list("occasion", flat=True))
    doses = {key.partition(":")[2] for key, one in wanted.items() if one.kind is Kind.DOSE}
    if doses:
        logged = Entry.objects.standing().filter(owner=owner, due_key__in=doses)
        seen |= {f"{Kind.DOSE.value}:{key}" for key in logged.values_list("due_key", flat=True)}
    return Reminder.objects.bulk_create(
        Reminder(
            owner=owner,
            kind=one.kind,
            occasion=key,
            own=one.own,
            due_at=one.due_at,
            zone=owner.time_zone,
            claimed_at=at,
        )
        for key, one in wanted.items()
        if key not in seen
    )


def _awake(wishes: Wishes, *, at: datetime) -> list[tuple[Reminder, datetime]]:
    """Reminders whose snooze is over, each a turn further, with the moment it ended."""
    over = Reminder.objects.filter(owner=wishes.owner, snoozed_until__lte=at, done_at=None)
    found = [(one, one.snoozed_until) for one in over if one.snoozed_until is not None]
    over.update(turn=F("turn") + 1, snoozed_until=None)
    for one, _ in found:
        one.turn += 1
    return found


def put_out(wishes: Wishes, due: list[tuple[Reminder, datetime]], *, at: datetime) -> None:
    """Write a delivery for each reminder and way, and queue those that can still be sent."""
    devices = list(Device.objects.filter(owner=wishes.owner)) if due and wishes.by_push else []
    ways: list[tuple[Channel, Device | None]] = [(Channel.PUSH, device) for device in devices]
    ways += [(Channel.MAIL, None)] if wishes.by_mail else []
    rows = [
        _delivery(wishes, reminder, basis, channel, device, at=at)
        for reminder, basis in due
        for channel, device in ways
    ]
    Delivery.objects.bulk_create(rows)
    for row in rows:
        if row.state == State.QUEUED:
            run_after = row.after if row.after > at else None
            deliver.using(run_after=run_after).enqueue(str(row.key))


def _delivery(
    wishes: Wishes,
    reminder: Reminder,
    basis: datetime,
    channel: Channel,
    device: Device | None,
    *,
    at: datetime,
) -> Delivery:
    """One delivery: to be sent now or when quiet hours end, or only shown on the page."""
    row = Delivery(
        key=delivery_key(reminder, channel, device),
        reminder=reminder,
        channel=channel,
        device=device,
        basis=basis,
        after=at,
        changed_at=at,
    )
    is_dose = reminder.kind == Kind.DOSE
    quiet_ends = clocks.end_of_quiet(
        at,
        quiet_from=wishes.quiet_from,
        quiet_until=wishes.quiet_until,
        zone=wishes.owner.zone,
    )
    if wishes.is_late(reminder, since=basis, at=at):
        row.state = State.LATE
    elif quiet_ends > at and not (is_dose and wishes.doses_in_quiet):
        row.state = State.QUIET if is_dose else State.QUEUED
        row.basis, row.after = max(basis, quiet_ends), quiet_ends
    return row
