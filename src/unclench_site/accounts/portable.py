"""What a person can take with them, and what is erased with them: the registry of the rooms.

Each room registers its part from `AppConfig.ready()`, in the order of INSTALLED_APPS: what a part
refers to is registered before it, so that loading in the same order finds it. Rows are flat
dictionaries of JSON values; dates, times, Decimals and UUIDs are turned into text here and reach
`load` as that text.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from unclench.errors import InputError
from unclench_site.accounts.models import Person

Rows = list[dict[str, Any]]
FORMAT: Final = "unclench-account"
VERSION: Final = 1


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one room keeps of a person.

    Attributes:
        name: A short name that never changes: the key in the file, such as "diary".
        title: The same in the words of a page.
        export: Gives every row, oldest first.
        load: Writes rows of an earlier export into an empty account; nothing for a part that only
            this site can vouch for, such as who looked.
        forget: Removes what no foreign key to the person removes: queued work, cached answers.
            Called in the transaction of the erasure, before the person is deleted.
    """

    name: str
    title: str
    export: Callable[[Person], Rows]
    load: Callable[[Person, Rows], None] | None = None
    forget: Callable[[Person], None] | None = None


PARTS: Final[dict[str, Part]] = {}


def register(
    name: str,
    *,
    export: Callable[[Person], Rows],
    load: Callable[[Person, Rows], None] | None = None,
    forget: Callable[[Person], None] | None = None,
    title: str = "",
) -> None:
    """Add a room's part; a second call with the same name replaces the first."""
    words = title or name.replace("-", " ").capitalize()
    PARTS[name] = Part(name=name, title=words, export=export, load=load, forget=forget)


def export_all(person: Person, *, at: datetime) -> dict[str, Any]:
    """Everything that is kept of a person, as JSON values.

    Returns:
        `format`, `version`, `made_at`, and under `parts` the rows of each part by its name.
    """
    whole = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": at,
        "parts": {part.name: part.export(person) for part in PARTS.values()},
    }
    plain: dict[str, Any] = json.loads(json.dumps(whole, cls=DjangoJSONEncoder))
    return plain


def is_empty(person: Person) -> bool:
    """Whether nothing is kept that an import could collide with."""
    return not any(
        part.export(person) for part in PARTS.values() if part.load and part.name != "account"
    )


def read_export(text: str | bytes) -> dict[str, Rows]:
    """Read the parts of an exported file.

    Raises:
        InputError: if the text is not such a file, or of a newer version, or has a part that no
            room here knows.
    """
    expected = "the file account.json that you exported from Unclench"
    try:
        whole = json.loads(text)
    except ValueError as fault:
        raise InputError("This file cannot be read.", expected=expected) from fault
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise InputError("This file is not an export.", expected=expected)
    if whole.get("version") != VERSION:
        raise InputError("This file is of another version.", expected=f"version {VERSION}")
    parts = whole.get("parts")
    if not isinstance(parts, dict) or not all(
        isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
        for rows in parts.values()
    ):
        raise InputError("This file is damaged.", expected="lists of rows under “parts”")
    if unknown := sorted(parts.keys() - PARTS.keys()):
        raise InputError(
            f"This site does not know the part {unknown[0]}.",
            expected=f"parts among {', '.join(PARTS)}",
            hint="a newer version of Unclench",
        )
    return parts


def load_all(person: Person, parts: dict[str, Rows]) -> None:
    """Write the parts of an exported file into an empty account: all of it, or nothing.

    Raises:
        InputError: if the account holds something already, or a row cannot be read.
    """
    with transaction.atomic():
        if not is_empty(person):
            raise InputError(
                "This account holds data already.",
                expected="an empty account",
                hint="a new account, or erase this one first",
            )
        for part in PARTS.values():
            if part.load and (rows := parts.get(part.name)):
                part.load(person, rows)
