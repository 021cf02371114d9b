"""What a person takes along of their reminders: wishes, own reminders, and what was due."""

from __future__ import annotations

import uuid
from datetime import datetime, time
from typing import Any, Final

from django.utils import timezone

from unclench.errors import InputError
from unclench_site.accounts.models import Person
from unclench_site.accounts.portable import Rows
from unclench_site.reminders.clocks import offset_min
from unclench_site.reminders.models import Kind, OwnReminder, Reminder, Wishes

SWITCHES: Final = ("doses", "pump", "by_push", "by_mail", "doses_in_quiet", "late_min")
CLOCKS: Final = ("check_in_at", "quiet_from", "quiet_until")
OWN: Final = ("words", "at_time", "weekdays", "made_at", "ended_at")
PAST: Final = ("kind", "occasion", "due_at", "zone", "claimed_at", "turn", "done_at")


def export(owner: Person) -> Rows:
    """Give every row; devices and the calendar's address belong to this site and stay."""
    rows: Rows = [
        {"row": "wishes", **{name: getattr(one, name) for name in (*SWITCHES, *CLOCKS)}}
        for one in Wishes.objects.filter(owner=owner)
    ]
    rows += [
        {"row": "own", "id": one.public_id, **{name: getattr(one, name) for name in OWN}}
        for one in OwnReminder.objects.filter(owner=owner).order_by("pk")
    ]
    rows += [
        {"row": "past", **{name: getattr(one, name) for name in PAST}}
        for one in Reminder.objects.filter(owner=owner).order_by("pk").iterator(chunk_size=2000)
    ]
    return rows


def load(owner: Person, rows: Rows) -> None:
    """Write the rows of an earlier export into an account without reminders.

    Raises:
        InputError: if a row is not one of an export.
    """
    own: dict[str, OwnReminder] = {}
    for number, row in enumerate(rows, start=1):
        try:
            _load(owner, row, own)
        except (KeyError, ValueError, TypeError) as fault:
            raise InputError(
                f"Row {number} of the reminders cannot be read.", expected="a row of an export"
            ) from fault


def _load(owner: Person, row: dict[str, Any], own: dict[str, OwnReminder]) -> None:
    match row["row"]:
        case "wishes":
            now = timezone.now()
            clocks = {name: _time(row[name]) for name in CLOCKS}
            switches = {name: row[name] for name in SWITCHES}
            Wishes.objects.create(
                owner=owner,
                seen_until=now,
                seen_offset_min=offset_min(now, zone=owner.zone),
                look_at=now,
                **switches,
                **clocks,
            )
        case "own":
            own[row["id"]] = OwnReminder.objects.create(
                owner=owner,
                words=str(row["words"]),
                at_time=time.fromisoformat(row["at_time"]),
                weekdays=str(row["weekdays"]),
                made_at=datetime.fromisoformat(row["made_at"]),
                ended_at=_moment(row["ended_at"]),
            )
        case "past":
            _load_past(owner, row, own)
        case unknown:
            raise ValueError(unknown)


def _load_past(owner: Person, row: dict[str, Any], own: dict[str, OwnReminder]) -> None:
    """A reminder that was due, under the new id of what it belongs to."""
    kind, occasion = Kind(row["kind"]), str(row["occasion"])
    mine = None
    if kind is Kind.OWN and occasion.startswith("own:"):
        old, day = str(uuid.UUID(occasion.split(":")[1])), occasion.split(":")[2]
        mine = own[old]
        occasion = f"own:{mine.public_id}:{day}"
    Reminder.objects.create(
        owner=owner,
        kind=kind,
        occasion=occasion,
        own=mine,
        due_at=datetime.fromisoformat(row["due_at"]),
        zone=str(row["zone"]),
        claimed_at=datetime.fromisoformat(row["claimed_at"]),
        turn=int(row["turn"]),
        done_at=_moment(row["done_at"]),
    )


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
