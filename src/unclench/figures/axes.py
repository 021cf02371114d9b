"""Where ticks and labels go: round numbers, hours, days, decades; text that does not overlap."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, final

from unclench.figures.chart import Axis, Scale

ADVANCES: Final = {
    0.28: "ijl'",
    0.32: "IJ,. ",
    0.36: "/:;f-",
    0.41: "t()[]!r",
    0.53: "sz?",
    0.55: "c",
    0.6: "LkFvxyP",
    0.64: "aoTYebdghnpquES0123456789",
    0.7: "KAVBRXZC",
    0.79: "UHNDGOQ&",
    0.84: "w+<=>",
    1.0: "Mm%W@",
}
"""How far letters reach, as a share of the font size, in the widest of the usual system fonts."""
ADVANCE: Final = {letter: share for share, letters in ADVANCES.items() for letter in letters}
UNKNOWN_ADVANCE: Final = 0.7
BOLD: Final = 1.15
"""How much further bold letters reach."""

HOURS_IN_DAY: Final = 24.0
CLOCK_STEPS_H: Final = (3.0, 6.0, 12.0)
TWO_WEEKS: Final = 14
DAY_STEPS: Final = (1, 2, 3, 7, 14, 21, 28, 42, 56, 84, 168, 364)
FULLEST: Final = 0.985
"""How much of its axis the highest value may fill."""

PARTS_AT_H: Final = {0: "night", 6: "morning", 12: "noon", 18: "evening"}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A labelled place on an axis.

    Attributes:
        at: Position in the axis's unit; the label is centred there.
        words: The label, one line for each item; none for a mere mark.
        ruled: Whether a small mark stands on the axis here.
    """

    at: float
    words: tuple[str, ...]
    ruled: bool = True


def text_px(words: str, *, font_px: float, bold: bool = False) -> float:
    """The width in pixels that a piece of text will take at most, in the usual system fonts.

    Example:
        >>> text_px("noon", font_px=16) < text_px("evening", font_px=16)
        True
    """
    return font_px * letters(words) * (BOLD if bold else 1.0)


@lru_cache(maxsize=1024)
def letters(words: str) -> float:
    """The width of some text as a multiple of the font size; figures repeat few words often."""
    return sum(ADVANCE.get(letter, UNKNOWN_ADVANCE) for letter in words)


def wrapped(words: str, *, width_px: float, font_px: float, bold: bool = False) -> tuple[str, ...]:
    """The words in lines no wider than `width_px`; a single longer word has a line to itself.

    Example:
        >>> wrapped("no baclofen at all", width_px=90, font_px=16)
        ('no', 'baclofen', 'at all')
    """
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_px(longer, font_px=font_px, bold=bold) <= width_px:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def round_step(span: float, *, most: int) -> float:
    """The smallest of 1, 2, 5, 10, 20, … (times a power of ten) that gives at most `most` steps.

    Example:
        >>> round_step(300, most=4)
        100.0
    """
    rough = span / max(1, most)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(float(n * power) for n in (1, 2, 5, 10) if n * power >= rough * (1 - 1e-9))


def number_text(value: float, *, step: float) -> str:
    """A tick's number with no more decimals than its step needs.

    Example:
        >>> number_text(0.4, step=0.2), number_text(1500, step=500)
        ('0.4', '1,500')
    """
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value:,.{decimals}f}"


def round_end(highest: float) -> float:
    """Where a number axis that holds `highest` ends: a round number a little above it.

    Example:
        >>> round_end(287.0), round_end(300.0), round_end(0.0)
        (300.0, 350.0, 1.0)
    """
    if highest <= 0:
        return 1.0
    step = round_step(highest, most=6)
    return math.ceil(highest / step / FULLEST) * step


def ticks(axis: Axis, *, length_px: float, font_px: float) -> tuple[Tick, ...]:
    """The ticks that an axis of this length has room for."""
    if axis.scale is Scale.TIME:
        return time_ticks(axis.low, axis.high, length_px=length_px, font_px=font_px)
    if axis.scale is Scale.LOG:
        return log_ticks(axis.low, axis.high)
    return number_ticks(axis, length_px=length_px, font_px=font_px)


def number_ticks(axis: Axis, *, length_px: float, font_px: float) -> tuple[Tick, ...]:
    """Round numbers from the start of the axis, at least three text heights apart."""
    span = axis.high - axis.low
    step = round_step(span, most=max(2, int(length_px / (3 * font_px))))
    count = int(span / step + 1e-9)
    values = [axis.low + i * step for i in range(count + 1)]
    return tuple(Tick(at=value, words=(number_text(value, step=step),)) for value in values)


def log_ticks(low: float, high: float) -> tuple[Tick, ...]:
    """Powers of ten, each labelled in full."""
    powers = range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
    return tuple(Tick(at=10.0**p, words=(f"{10.0**p:,g}",)) for p in powers)


def time_ticks(
    low_h: float, high_h: float, *, length_px: float, font_px: float
) -> tuple[Tick, ...]:
    """Clock hours for a day or two, days for some weeks, weeks beyond that."""
    px_per_h = length_px / (high_h - low_h)
    if high_h - low_h <= 2.5 * HOURS_IN_DAY:
        return clock_ticks(low_h, high_h, px_per_h=px_per_h, font_px=font_px)
    return day_ticks(low_h, high_h, px_per_h=px_per_h, font_px=font_px)


def clock_ticks(
    low_h: float, high_h: float, *, px_per_h: float, font_px: float
) -> tuple[Tick, ...]:
    """Clock hours, and under each quarter of the day its word, where the words fit."""
    room_px = text_px("00:00", font_px=font_px) + 8
    steps = [step for step in CLOCK_STEPS_H if step * px_per_h >= room_px] or [HOURS_IN_DAY]
    quarter_px = text_px("morning", font_px=font_px) + 6
    with_parts = px_per_h * 6 >= quarter_px
    hours = [
        step_h
        for step_h in frange(math.ceil(low_h / steps[0]) * steps[0], high_h, steps[0])
        if low_h <= step_h <= high_h
    ]
    return tuple(Tick(at=hour, words=clock_words(hour, parts=with_parts)) for hour in hours)


def clock_words(hour: float, *, parts: bool) -> tuple[str, ...]:
    """The label of an hour: the clock, and below it the part of the day that it stands for."""
    of_day = int(hour % HOURS_IN_DAY)
    clock = f"{of_day:02d}:00"
    return (clock, PARTS_AT_H[of_day]) if parts and of_day in PARTS_AT_H else (clock,)


def day_ticks(low_h: float, high_h: float, *, px_per_h: float, font_px: float) -> tuple[Tick, ...]:
    """A label in the middle of days or weeks; beyond some weeks, at the start of every so many."""
    first = int(low_h // HOURS_IN_DAY) + 1
    last = math.ceil(high_h / HOURS_IN_DAY)
    steps = DAY_STEPS if last - first < TWO_WEEKS else DAY_STEPS[DAY_STEPS.index(7) :]
    room = px_per_h * HOURS_IN_DAY
    fitting = (
        step
        for step in steps
        if step * room >= text_px(day_words(last, step=step), font_px=font_px) + 6
    )
    step = next(fitting, steps[-1])
    days = [day for day in range(first, last + 1) if (day - 1) % step == 0]
    middle = 0.5 if step < 7 else 3.5 if step == 7 else 0.0
    labels = [
        Tick(at=(day - 1 + middle) * HOURS_IN_DAY, words=(day_words(day, step=step),), ruled=False)
        for day in days
    ]
    starts = [Tick(at=(day - 1) * HOURS_IN_DAY, words=()) for day in days] if step >= 7 else []
    return tuple(tick for tick in (*starts, *labels) if low_h <= tick.at <= high_h)


def day_words(day: int, *, step: int) -> str:
    """What a day is called on an axis: its number, or that of the week that it begins."""
    return f"day {day}" if step < 7 else f"week {(day - 1) // 7 + 1}"


def frange(first: float, last: float, step: float) -> list[float]:
    """Equal steps from first to last, both included."""
    return [first + i * step for i in range(int((last - first) / step + 1e-9) + 1)]


def spread(
    wanted: tuple[float, ...], *, heights: tuple[float, ...], low: float, high: float
) -> tuple[float, ...]:
    """Centres for labels of the given heights: as near as can be to where they want to be, apart.

    Labels keep their order. Neighbours that would touch form a block, which settles around the mean
    of their wishes; blocks are pushed inside low and high where there is room.

    Example:
        >>> spread((50.0, 52.0), heights=(20.0, 20.0), low=0, high=100)
        (41.0, 61.0)
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    blocks: list[list[int]] = [[i] for i in order]
    tops = [placed(block, wanted, heights, low, high) for block in blocks]
    while True:
        touching = [
            i
            for i, (upper, lower) in enumerate(pairwise(tops))
            if upper + sum(heights[j] for j in blocks[i]) > lower + 1e-9
        ]
        if not touching:
            break
        i = touching[0]
        blocks[i : i + 2] = [blocks[i] + blocks[i + 1]]
        tops[i : i + 2] = [placed(blocks[i], wanted, heights, low, high)]
    centres = dict[int, float]()
    for block, top in zip(blocks, tops, strict=True):
        for i in block:
            centres[i] = top + heights[i] / 2
            top += heights[i]
    return tuple(centres[i] for i in range(len(wanted)))


def placed(
    block: list[int],
    wanted: tuple[float, ...],
    heights: tuple[float, ...],
    low: float,
    high: float,
) -> float:
    """The top of a block of touching labels, so that they are on average where they want to be."""
    above, wishes = 0.0, 0.0
    for i in block:
        wishes += wanted[i] - (above + heights[i] / 2)
        above += heights[i]
    return max(low, min(wishes / len(block), high - above))
