"""Whose reports a release counts: changes come in tens, and by lot some sit out.

A release that differed from the last by one person would tell what that person wrote, however it
was rounded. So the people who are counted change only ten or more at a time:

*   Newcomers wait until ten of them do. Then all that waits is let in, and a new lot decides who
    sits out: a tenth of all, and ten people at least. Whoever knows the answers of nine newcomers
    still does not know which ten others came and went.
*   Whoever leaves is out of the next release. If that makes fewer than ten changes, others sit out
    with them, by the same lot, until it is ten.
*   Otherwise the same people are counted, and the figures stay what they were.

What is shown is true of the people who are counted: nothing is added to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, final

from unclench.experience.guard import LEAST

__all__ = ["Roll", "moved"]

ONE_IN: Final = 10
"""One in so many sits out."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """Whose report stands on the roll of a release.

    Args:
        counted: The version of each person's report that the figures count.
        resting: The version of each person who sits out by lot.
        known: Everybody who was ever on it.
        batch: How often newcomers were let in.
    """

    counted: Mapping[int, int] = field(default_factory=dict)
    resting: Mapping[int, int] = field(default_factory=dict)
    known: frozenset[int] = frozenset()
    batch: int = 0


def moved(
    roll: Roll,
    standing: Mapping[int, int],
    *,
    lost: int,
    is_due: bool,
    lot: Callable[[int, int], str],
) -> Roll:
    """Give the roll of the next release.

    Args:
        roll: The roll of the last one.
        standing: The version of each person who may be counted now.
        lost: How many of those counted were erased since, and so are on no roll any more.
        is_due: Whether changed reports, and people who come back, may be let in without newcomers.
        lot: A secret lot for a batch and a person; the lowest sit out.

    Returns:
        The next roll; its `counted` is the same exactly if the figures are to stay what they were.
    """
    newcomers = standing.keys() - roll.known
    on = {**roll.counted, **roll.resting}
    waiting = {person for person, version in standing.items() if on.get(person) != version}
    if len(newcomers) >= LEAST or (is_due and len(waiting) >= LEAST):
        return let_in(roll, standing, lot)
    resting = {person: version for person, version in roll.resting.items() if person in standing}
    counted = {person: version for person, version in roll.counted.items() if person in standing}
    gone = len(roll.counted) - len(counted) + lost
    if gone:
        order = sorted(counted, key=lambda person: lot(roll.batch, person))
        for person in order[: max(0, LEAST - gone)]:
            resting[person] = counted.pop(person)
    return replace(roll, counted=counted, resting=resting)


def let_in(roll: Roll, standing: Mapping[int, int], lot: Callable[[int, int], str]) -> Roll:
    """Give the roll with all who stand on it, and a new lot."""
    batch = roll.batch + 1
    order = sorted(standing, key=lambda person: lot(batch, person))
    out = set(order[: max(LEAST, -(-len(order) // ONE_IN))])
    return Roll(
        counted={person: standing[person] for person in order if person not in out},
        resting={person: standing[person] for person in out},
        known=roll.known | standing.keys(),
        batch=batch,
    )
