"""What a person takes along of this room: their questions, and which links there were."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from unclench.errors import InputError
from unclench_site.accounts.models import Person
from unclench_site.accounts.portable import Rows
from unclench_site.clinic.models import Question, Share

QUESTION: Final = ("words", "asked_at", "ended_at")
SHARE: Final = ("weeks", "made_at", "expires_at", "ended_at", "opened", "opened_at", "content")


def export_questions(owner: Person) -> Rows:
    """Give every question, those that were put away too."""
    found = Question.objects.filter(owner=owner).order_by("pk")
    return [{name: getattr(one, name) for name in QUESTION} for one in found]


def load_questions(owner: Person, rows: Rows) -> None:
    """Write the questions of an earlier export.

    Raises:
        InputError: if a row is not one of an export.
    """
    for number, row in enumerate(rows, start=1):
        try:
            ended = row["ended_at"]
            Question.objects.create(
                owner=owner,
                words=str(row["words"])[:200],
                asked_at=datetime.fromisoformat(row["asked_at"]),
                ended_at=datetime.fromisoformat(ended) if ended else None,
            )
        except (KeyError, ValueError, TypeError) as fault:
            raise InputError(
                f"Question {number} cannot be read.", expected="a row of an export"
            ) from fault


def export_shares(owner: Person) -> Rows:
    """Give every link that was made, with what it still holds; its secret is not kept."""
    found = Share.objects.filter(owner=owner).order_by("pk")
    return [{name: getattr(one, name) for name in SHARE} for one in found]
