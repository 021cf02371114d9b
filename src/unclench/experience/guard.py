"""What may be shown of counts of people: no cell under ten, nor by subtraction; rounded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["LEAST", "ROUNDED_TO", "guarded", "guarded_share", "rounded"]

LEAST: Final = 10
"""A cell of fewer people is never shown, nor one whose counterpart has fewer."""
ROUNDED_TO: Final = 5
"""What is shown is the nearest multiple of this, always by the same rule."""


def rounded(count: int) -> int:
    """Give the nearest multiple of five.

    Example:
        >>> [rounded(count) for count in (10, 12, 13, 17, 18)]
        [10, 10, 15, 15, 20]
    """
    return (count + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def guarded(cells: Mapping[str, int]) -> dict[str, int | None]:
    """Give the cells of one whole as they may be shown; None for what stays hidden.

    Every person stands in exactly one cell. A cell under ten is hidden. So that subtraction from
    the whole does not bring it back, the smallest of the others are hidden too, until the hidden
    ones are at least two and together at least ten people. An empty cell counts as a small one:
    that nobody said a thing is news about everybody.

    Example:
        >>> guarded({"yes": 48, "no": 21, "not sure": 4})
        {'yes': 50, 'no': None, 'not sure': None}
    """
    order = sorted(cells, key=lambda name: cells[name])
    hidden = [name for name in order if cells[name] < LEAST]
    for name in order[len(hidden) :]:
        if not hidden or (len(hidden) > 1 and sum(cells[one] for one in hidden) >= LEAST):
            break
        hidden.append(name)
    return {name: None if name in hidden else rounded(cells[name]) for name in cells}


def guarded_share(count: int, people: int) -> tuple[int, int] | None:
    """Give a count and its whole as they may be shown; None if either part is under ten.

    The rest, whom the answer does not fit, are a cell as well: "all but two" tells of two.

    Example:
        >>> guarded_share(33, 61), guarded_share(4, 61), guarded_share(58, 61)
        ((35, 60), None, None)
    """
    if count < LEAST or people - count < LEAST:
        return None
    return rounded(count), rounded(people)
