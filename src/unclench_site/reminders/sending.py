"""One delivery is handed over: begun, handed over, noted; each step once."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from unclench_site.diary.models import Entry
from unclench_site.plans.intake import due_doses
from unclench_site.reminders import outbox
from unclench_site.reminders.models import Channel, Delivery, Kind, Reminder, State, Wishes

logger = logging.getLogger(__name__)

PAUSES_MIN: Final = (1, 2, 5, 10, 30)
"""Minutes to wait after each time that nobody took it; after the last it has failed."""


@task()
def deliver(key: str) -> None:
    """Hand one delivery over, if it is still to be handed over. Called by the worker."""
    send(uuid.UUID(key), at=timezone.now())


def send(key: uuid.UUID, *, at: datetime) -> State | None:
    """Hand one delivery over; give its new state, or nothing where it was not ours to send.

    The state is SENDING while the message is on its way. Whoever finds it so after five minutes
    finds a worker that was killed, and cannot know whether it was before or after the message left.
    """
    delivery = begin(key, at=at)
    if delivery is None:
        return None
    try:
        hand_over(delivery)
    except outbox.NotHandedOverError:
        return put_back(delivery, at=at)
    except outbox.NobodyThereError:
        if delivery.device is not None:
            delivery.device.delete()
            return State.DROPPED
        return finish(delivery, State.DROPPED, at=at)
    return finish(delivery, State.SENT, at=at)


def begin(key: uuid.UUID, *, at: datetime) -> Delivery | None:
    """Take a delivery out of the queue; of two workers that try, one gets it."""
    with transaction.atomic():
        waiting = Delivery.objects.filter(key=key, state=State.QUEUED, after__lte=at)
        if not waiting.update(state=State.SENDING, changed_at=at, attempts=F("attempts") + 1):
            return None
        delivery = Delivery.objects.select_related("reminder__owner", "device").get(key=key)
        state = unneeded(delivery, at=at)
        if state is None:
            return delivery
        finish(delivery, state, at=at)
    return None


def unneeded(delivery: Delivery, *, at: datetime) -> State | None:
    """Why a delivery must not be sent any more; nothing where it must."""
    reminder = delivery.reminder
    wishes = Wishes.objects.filter(owner=reminder.owner).first()
    if wishes is None or reminder.done_at or not reminder.owner.is_active:
        return State.DROPPED
    if delivery.channel not in wishes.channels:
        return State.DROPPED
    if reminder.kind == Kind.DOSE and not is_open(reminder):
        return State.DROPPED
    return State.LATE if wishes.is_late(reminder, since=delivery.basis, at=at) else None


def is_open(reminder: Reminder) -> bool:
    """Whether a dose is still to be taken: still in the treatment, and not in the diary."""
    key = reminder.occasion.partition(":")[2]
    minute = timedelta(minutes=1)
    due = due_doses(reminder.owner, start=reminder.due_at, end=reminder.due_at + minute)
    if key not in {dose.key for dose in due}:
        return False
    return not Entry.objects.standing().filter(owner=reminder.owner, due_key=key).exists()


def hand_over(delivery: Delivery) -> None:
    """Give the message to the push service or the mail server."""
    reminder = delivery.reminder
    if delivery.channel == Channel.MAIL:
        outbox.mail(reminder.owner, reminder=reminder.public_id, key=delivery.key)
    elif delivery.device is not None:
        wishes = Wishes.objects.get(owner=reminder.owner)
        keep_s = 60 * wishes.wait_min(reminder.kind)
        outbox.push(delivery.device, reminder=reminder.public_id, key=delivery.key, keep_s=keep_s)


def put_back(delivery: Delivery, *, at: datetime) -> State:
    """Queue a delivery again for later, or give up after the last pause."""
    if delivery.attempts > len(PAUSES_MIN):
        return finish(delivery, State.FAILED, at=at)
    after = at + timedelta(minutes=PAUSES_MIN[delivery.attempts - 1])
    with transaction.atomic():
        ours = Delivery.objects.filter(pk=delivery.pk, state=State.SENDING)
        ours.update(state=State.QUEUED, after=after, changed_at=at)
        deliver.using(run_after=after).enqueue(str(delivery.key))
    return State.QUEUED


def finish(delivery: Delivery, state: State, *, at: datetime) -> State:
    """Note what became of a delivery."""
    Delivery.objects.filter(pk=delivery.pk).update(state=state, changed_at=at)
    facts = {"channel": delivery.channel, "state": state.value, "attempts": delivery.attempts}
    logger.info("delivery", extra={"facts": facts})
    return state
