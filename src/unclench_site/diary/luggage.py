"""What a member takes along: every entry as it was written, corrections and undone ones too."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from unclench.errors import InputError
from unclench_site.accounts.models import Person
from unclench_site.accounts.portable import Rows
from unclench_site.diary.models import Entry

PLAIN: Final = ("kind", "zone", "value", "due_key", "what", "note", "key", "withdrawn")


def export(owner: Person) -> Rows:
    """Give every entry in the order in which it was written."""
    rows = Entry.objects.filter(owner=owner).select_related("replaces", "same_as").order_by("id")
    return [_row(entry) for entry in rows.iterator(chunk_size=2000)]


def load(owner: Person, rows: Rows) -> None:
    """Write the entries of an earlier export into an empty diary.

    Raises:
        InputError: if a row is not one of a diary.
    """
    made: dict[str, Entry] = {}
    threads: dict[str, uuid.UUID] = {}
    for number, row in enumerate(rows, start=1):
        try:
            entry = _entry(owner, row, made, threads)
        except (KeyError, ValueError, ArithmeticError) as fault:
            raise InputError(
                f"Entry {number} of the diary cannot be read.", expected="a row of an export"
            ) from fault
        entry.save(force_insert=True)
        made[row["id"]] = entry


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "id": str(entry.public_id),
        "thread": str(entry.thread),
        **{name: getattr(entry, name) for name in PLAIN},
        "happened_at": entry.happened_at.isoformat(),
        "recorded_at": entry.recorded_at.isoformat(),
        "amount_mcg": None if entry.amount_mcg is None else str(entry.amount_mcg),
        "replaces": str(entry.replaces.public_id) if entry.replaces else None,
        "same_as": str(entry.same_as.public_id) if entry.same_as else None,
    }


def _entry(
    owner: Person, row: dict[str, Any], made: dict[str, Entry], threads: dict[str, uuid.UUID]
) -> Entry:
    """An entry under a new id of its own, for the old one may still be kept on this site."""
    amount = row["amount_mcg"]
    new = uuid.uuid4()
    return Entry(
        owner=owner,
        public_id=new,
        thread=threads.setdefault(row["thread"], new),
        **{name: row[name] for name in PLAIN},
        happened_at=datetime.fromisoformat(row["happened_at"]),
        recorded_at=datetime.fromisoformat(row["recorded_at"]),
        amount_mcg=None if amount is None else Decimal(amount),
        replaces=made[row["replaces"]] if row["replaces"] else None,
        same_as=made[row["same_as"]] if row["same_as"] else None,
    )
