"""A private calendar: the next weeks of reminders, with titles that say nothing."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Final

from unclench_site.accounts.models import Person
from unclench_site.reminders.claiming import SPACE
from unclench_site.reminders.models import Feed, OwnReminder, Wishes
from unclench_site.reminders.occasions import occasions
from unclench_site.reminders.outbox import absolute
from unclench_site.secret import hashed, new_secret

AHEAD: Final = timedelta(days=28)
BACK: Final = timedelta(days=1)
TITLE: Final = "Reminder"
LASTS: Final = timedelta(minutes=10)


def open_feed(owner: Person, *, at: datetime) -> str:
    """Give a person a calendar address; an earlier one ends. Its secret is told this once."""
    secret = new_secret()
    Feed.objects.update_or_create(
        owner=owner, defaults={"token_hash": hashed(secret), "made_at": at}
    )
    return secret


def owner_of(secret: str) -> Person | None:
    """Whose calendar a secret opens; nobody's if it was ended or never given out."""
    feed = (
        Feed.objects.select_related("owner")
        .filter(token_hash=hashed(secret), owner__is_active=True)
        .first()
    )
    return feed.owner if feed else None


def calendar(owner: Person, *, at: datetime) -> bytes:
    """The next four weeks as a calendar file, each moment in UTC, so that no program shifts it."""
    wishes = Wishes.objects.filter(owner=owner).first()
    own = list(OwnReminder.objects.going(owner))
    from icalendar import Calendar, Event  # slow to load; few ask for a feed

    whole = Calendar()
    whole.add("prodid", "-//Unclench//Reminders//EN")
    whole.add("version", "2.0")
    whole.add("x-wr-calname", "Reminders")
    whole.add("refresh-interval", timedelta(hours=4), parameters={"value": "DURATION"})
    found = occasions(owner, wishes, own, start=at - BACK, end=at + AHEAD) if wishes else []
    for one in found:
        event = Event()
        event.add("uid", f"{uuid.uuid5(SPACE, f'{owner.public_id}|{one.key}').hex}@unclench")
        event.add("dtstamp", one.due_at)
        event.add("dtstart", one.due_at)
        event.add("dtend", one.due_at + LASTS)
        event.add("summary", TITLE)
        event.add("url", absolute("/reminders/"))
        event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        whole.add_component(event)
    return bytes(whole.to_ical())
