"""Split a daily dose over the waking hours, exactly, in pieces that can be taken."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import final

from unclench.errors import InputError
from unclench.therapy import exact
from unclench.units import Mass, mg

__all__ = ["USUAL_DAY", "Day", "split_day", "split_within"]

MOST_DOSES = 8
"""More doses in a day than any source names."""

MOST = mg(1000)
"""No daily dose to be split is larger."""

QUARTER = 15
"""Doses fall on a quarter of an hour."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A person's waking day, in minutes since midnight.

    Raises:
        InputError: if bedtime is not at least an hour after waking, on the same day.

    Example:
        >>> Day(wakes_min=7 * 60, bed_min=23 * 60).bed_min
        1380
    """

    wakes_min: int = 8 * 60
    bed_min: int = 22 * 60

    def __post_init__(self) -> None:
        """Refuse a day that is none."""
        for name, minute in (("waking time", self.wakes_min), ("bedtime", self.bed_min)):
            exact.whole(minute, name, low=0, high=1439, unit="minutes after midnight")
        if self.bed_min - self.wakes_min < 60:
            raise InputError(
                "Bedtime is not an hour after waking.",
                expected="a bedtime after the waking time and before midnight",
                hint="08:00 and 22:00",
            )


USUAL_DAY = Day()
"""From 08:00 to 22:00, where nobody says otherwise."""


def split_day(
    daily: Mass,
    *,
    doses: int = 3,
    piece: Mass | None = None,
    day: Day = USUAL_DAY,
    night_share: Decimal | None = None,
) -> tuple[tuple[int, Mass], ...]:
    """Give the doses of a day: (minute of the day, amount), which add up to the daily dose.

    The doses lie evenly between waking and bedtime. They are as equal as the pieces allow; what
    does not divide goes to the later doses.

    Args:
        daily: The amount of the whole day.
        doses: How many doses, 1 to 8.
        piece: The smallest amount that can be taken: half a 10 mg tablet if not given.
        day: Waking time and bedtime.
        night_share: The share of the day that the last dose is to have, above 0 and below 1,
            rounded to a whole piece; None for equal doses.

    Raises:
        InputError: if the amount is not a whole number of pieces, or there are too few of them.

    Example:
        >>> [amount.text("mg") for _, amount in split_day(mg(40), doses=3)]
        ['10 mg', '15 mg', '15 mg']
        >>> [m.text("mg") for _, m in split_day(mg(40), doses=3, night_share=Decimal("0.5"))]
        ['10 mg', '10 mg', '20 mg']
    """
    piece = mg(5) if piece is None else piece
    exact.whole(doses, "number of doses", low=1, high=MOST_DOSES, unit="a day")
    pieces = _pieces(daily, piece)
    if pieces < doses:
        raise InputError(
            f"{daily.text('mg')} cannot be split into {doses} doses of at least "
            f"{piece.text('mg')}.",
            expected=f"at most {pieces} doses" if pieces else "a dose of more than nothing",
            hint="fewer doses, or smaller pieces",
        )
    night = None if night_share is None else _night(pieces, doses, night_share)
    shares = _even(pieces, doses) if night is None else (*_even(pieces - night, doses - 1), night)
    return tuple(
        (minute, piece * share) for minute, share in zip(_times(doses, day), shares, strict=True)
    )


def split_within(
    daily: Mass,
    *,
    largest: Mass,
    most: int,
    doses: int = 3,
    piece: Mass | None = None,
    day: Day = USUAL_DAY,
    night_share: Decimal | None = None,
) -> tuple[tuple[int, Mass], ...]:
    """Give the doses of a day as `split_day` does, with as many as there are pieces for.

    There are fewer doses where there are too few pieces, also for what a night share leaves, and up
    to `most` where a single dose would be larger than `largest`. A night share is never made
    smaller.

    Raises:
        InputError: as `split_day` does.

    Example:
        >>> split = split_within(mg(80), largest=mg(20), most=4)
        >>> [amount.text("mg") for _, amount in split]
        ['20 mg', '20 mg', '20 mg', '20 mg']
    """
    piece = mg(5) if piece is None else piece
    exact.whole(doses, "number of doses", low=1, high=MOST_DOSES, unit="a day")
    pieces = _pieces(daily, piece)
    number = max(1, min(doses, pieces))
    if night_share is not None:
        _check_share(night_share)
        number = max(1, min(number, pieces - _nearest_pieces(pieces, night_share) + 1))
    share = night_share if number > 1 else None
    split = split_day(daily, doses=number, piece=piece, day=day, night_share=share)
    while share is None and number < most and max(amount for _, amount in split) > largest:
        number += 1
        split = split_day(daily, doses=number, piece=piece, day=day)
    return split


def _pieces(daily: Mass, piece: Mass) -> int:
    exact.amount(daily, "daily dose", most=MOST, unit="mg")
    exact.amount(piece, "smallest piece", most=MOST, unit="mg")
    pieces, rest = divmod(daily.in_mcg, piece.in_mcg)
    if rest:
        below, above = piece * int(pieces), piece * (int(pieces) + 1)
        near = f"{below.text('mg')} or {above.text('mg')}" if below else above.text("mg")
        raise InputError(
            f"{daily.text('mg')} a day is not a whole number of {piece.text('mg')} pieces.",
            expected=f"a multiple of {piece.text('mg')}",
            hint=f"{near}, or smaller pieces",
        )
    return int(pieces)


def _night(pieces: int, doses: int, share: Decimal) -> int:
    """Give the pieces of the last dose, leaving at least one for each other dose."""
    _check_share(share)
    if doses == 1:
        raise InputError(
            "One dose a day has no share of the night.",
            expected="at least 2 doses, or no share",
        )
    night = _nearest_pieces(pieces, share)
    if not 1 <= night <= pieces - (doses - 1):
        raise InputError(
            f"A night share of {share} leaves no whole piece for one of the doses.",
            expected=f"a share that leaves {doses - 1} pieces for the day",
            hint="another share, fewer doses, or smaller pieces",
        )
    return night


def _check_share(share: object) -> None:
    if not isinstance(share, Decimal) or not share.is_finite() or not 0 < share < 1:
        raise InputError(
            f"The share of the night cannot be {share!r}.",
            expected="a Decimal above 0 and below 1",
            hint='Decimal("0.5") for half of the day',
        )


def _nearest_pieces(pieces: int, share: Decimal) -> int:
    """Give a share of some pieces as a whole number of them, a half rounded up."""
    wanted = Fraction(share) * pieces
    return (2 * wanted.numerator + wanted.denominator) // (2 * wanted.denominator)


def _even(pieces: int, doses: int) -> tuple[int, ...]:
    """Give equal shares; what is over goes to the later doses, one piece each."""
    least, over = divmod(pieces, doses)
    return tuple(least + (1 if at >= doses - over else 0) for at in range(doses))


def _times(doses: int, day: Day) -> tuple[int, ...]:
    """Give evenly spaced minutes from waking to bedtime; one dose is taken on waking."""
    if doses == 1:
        return (day.wakes_min,)
    awake = day.bed_min - day.wakes_min
    between = [
        day.wakes_min + round(Fraction(awake * at, (doses - 1) * QUARTER)) * QUARTER
        for at in range(1, doses - 1)
    ]
    return (day.wakes_min, *between, day.bed_min)
