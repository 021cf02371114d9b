"""Whose reports the next snapshot counts: the roll of each way, from the rows and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.crypto import salted_hmac

from unclench.experience import Roll, moved
from unclench_site.experience.models import Place, Report, Standing

SETTLED: Final = timedelta(days=28)
"""A younger account is not counted yet: ten of them at once would be cheap to make."""
QUARTER: Final = timedelta(weeks=13)
"""After so long, changed reports are let in without newcomers, if there are ten of them."""


def lot(way: str) -> Any:
    """Give the secret lot of a way: nobody without this site's key can work it out."""

    def draw(batch: int, person: int) -> str:
        return salted_hmac(
            "unclench.experience.lot", f"{way}:{batch}:{person}", algorithm="sha256"
        ).hexdigest()

    return draw


def roll_of(way: str, private: Mapping[str, Any]) -> tuple[Roll, int]:
    """Give the roll as the last snapshot left it, and how many of the counted were erased since."""
    places = list(Place.objects.filter(way=way).values_list("owner_id", "standing", "version_id"))
    counted = {owner: version for owner, at, version in places if at == Standing.COUNTED}
    roll = Roll(
        counted=counted,
        resting={owner: version for owner, at, version in places if at == Standing.RESTING},
        known=frozenset(owner for owner, _, _ in places),
        batch=int(private.get("batch", 0)),
    )
    return roll, int(private.get("counted", 0)) - len(counted)


def next_roll(
    way: str, private: Mapping[str, Any], *, at: datetime
) -> tuple[Roll, bool, dict[str, Any]]:
    """Give the roll of the next snapshot, whether other people are counted than before, and notes.

    Args:
        way: A value of `Way`.
        private: The notes on this way in the last snapshot; empty before the first.
        at: Now.
    """
    roll, lost = roll_of(way, private)
    rows = Report.objects.countable(way, joined_by=at - SETTLED)
    last = private.get("batch_at")
    is_due = last is not None and at - datetime.fromisoformat(last) >= QUARTER
    standing = dict(rows.values_list("owner_id", "pk"))
    new = moved(roll, standing, lost=lost, is_due=is_due, lot=lot(way))
    notes = {
        "batch": new.batch,
        "batch_at": at.isoformat() if new.batch != roll.batch else last,
        "counted": len(new.counted),
    }
    return new, bool(lost) or new.counted != roll.counted, notes


def keep(way: str, roll: Roll) -> None:
    """Write the roll down: three statements, whatever its length."""
    stand = {owner: (Standing.COUNTED, version) for owner, version in roll.counted.items()}
    stand |= {owner: (Standing.RESTING, version) for owner, version in roll.resting.items()}
    places = [
        Place(owner_id=owner, way=way, standing=at, version_id=version)
        for owner, (at, version) in stand.items()
    ]
    Place.objects.filter(way=way).exclude(standing=Standing.OFF).update(
        standing=Standing.OFF, version=None
    )
    Place.objects.bulk_create(
        places,
        update_conflicts=True,
        unique_fields=["owner", "way"],
        update_fields=["standing", "version"],
        batch_size=500,
    )
