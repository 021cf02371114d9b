"""The few words in which figures and the command line say numbers.

One vocabulary for all: a share is said as the nearest everyday fraction, a clock time to the
quarter of an hour, and how sure the model is once, plainly.
"""

from __future__ import annotations

from typing import Final

SURE: Final = "We are fairly sure of the blood level, less sure of the effect."
NINE_OF_TEN: Final = "nine of ten people like you"
SHADED: Final = f"The shaded part holds {NINE_OF_TEN}."
NEVER_STOP: Final = (
    "Stopping baclofen suddenly can be dangerous, whatever a model shows. "
    "If it has stopped, get medical help at once."
)
NOT_ADVICE: Final = (
    "This is a model of people in general. It is for understanding, and is no advice on a dose: "
    "never change or stop baclofen without your clinician."
)
PARTS: Final[tuple[tuple[str, float, float], ...]] = (
    ("night", 0.0, 6.0),
    ("morning", 6.0, 12.0),
    ("afternoon", 12.0, 18.0),
    ("evening", 18.0, 24.0),
)
"""The quarters of a day: name, and first and last hour."""

FRACTIONS: Final[tuple[tuple[float, str], ...]] = (
    (0.1, "a tenth"),
    (0.2, "a fifth"),
    (0.25, "a quarter"),
    (1 / 3, "a third"),
    (0.5, "half"),
    (2 / 3, "two thirds"),
    (0.75, "three quarters"),
    (0.9, "nine tenths"),
)
SAME_WITHIN: Final = 0.05
FAR_MORE: Final = 20.0
LEVELS: Final[tuple[tuple[float, str], ...]] = (
    (0.03, "none that you would notice"),
    (0.12, "a little"),
    (0.30, "some"),
    (0.55, "a lot"),
    (1.0, "very strong"),
)


def fraction(share: float) -> str:
    """A share (0 to 1) as the nearest everyday fraction.

    Example:
        >>> fraction(0.31), fraction(0.52)
        ('a third', 'half')
    """
    return min(FRACTIONS, key=lambda known: abs(known[0] - share))[1]


def against(with_it: float, without: float, *, than: str) -> str:
    """How much fewer or more there is with something than otherwise, in words.

    Example:
        >>> against(4.1, 6.0, than="without")
        'about a third fewer than without'
        >>> against(6.1, 6.0, than="without")
        'about as many as without'
    """
    change = with_it / without - 1 if without > 0 else 0.0
    if abs(change) < SAME_WITHIN:
        return f"about as many as {than}"
    if change < -0.95:
        return "almost none are left"
    if change < 0:
        return f"about {fraction(-change)} fewer than {than}"
    if change < 0.95:
        return f"about {fraction(change)} more than {than}"
    return f"about {change + 1:.0f} times as many as {than}"


def of_ten(share: float) -> str:
    """A share (0 to 1) as a count of ten.

    Example:
        >>> of_ten(0.27), of_ten(0.01), of_ten(1.0)
        ('about 3 of 10', 'fewer than 1 of 10', '10 of 10')
    """
    count = round(10 * share)
    if count == 0 and share > 0:
        return "fewer than 1 of 10"
    return f"{count} of 10" if share in {0.0, 1.0} else f"about {count} of 10"


def level(share: float) -> str:
    """How strong a feeling of 0 (none) to 1 (most) is.

    Example:
        >>> level(0.2)
        'some'
    """
    return next((words for most, words in LEVELS if share < most), LEVELS[-1][1])


def clock(hour: float) -> str:
    """An hour since midnight of any day as clock time, to the nearest quarter of an hour.

    Example:
        >>> clock(33.6)
        '09:30'
    """
    quarters = round(4 * (hour % 24)) % 96
    return f"{quarters // 4:02d}:{15 * (quarters % 4):02d}"


def number(value: float) -> str:
    """A number for a table: two figures that matter, no more decimals than it deserves.

    Example:
        >>> number(287.4), number(3.14159), number(0.0271), number(0)
        ('287', '3.1', '0.03', '0')
    """
    size = abs(value)
    if size == 0:
        return "0"
    decimals = 0 if size >= 9.95 else 1 if size >= 0.995 else 2
    return f"{value:,.{decimals}f}"


def between(low: float, high: float) -> str:
    """Two numbers as a range, or as one where they read the same.

    Example:
        >>> between(38.2, 225.0), between(1.02, 1.04)
        ('38 to 225', 'about 1.0')
    """
    first, last = number(low), number(high)
    return f"about {first}" if first == last else f"{first} to {last}"


def about(count: float, one: str, many: str) -> str:
    """A count of a day with its noun: whole from three up, to a half below, few as almost none.

    Example:
        >>> about(4.2, "spasm", "spasms"), about(1.4, "spasm", "spasms")
        ('about 4 spasms', 'about 1.5 spasms')
        >>> about(1.1, "spasm", "spasms"), about(0.1, "spasm", "spasms")
        ('about 1 spasm', 'almost no spasms')
    """
    shown = round(count) if count >= 3 else round(2 * count) / 2
    if shown == 0:
        return f"almost no {many}"
    return f"about {shown:g} {one if shown == 1 else many}"


def span(start_h: float, end_h: float) -> str:
    """Two hours of a day as clock times; midnight at the end of a day is 24:00.

    Example:
        >>> span(18.0, 24.0)
        '18:00 to 24:00'
    """
    return f"{start_h:02.0f}:00 to {end_h:02.0f}:00"


def compared(first: float, second: float, *, names: tuple[str, str]) -> str:
    """Which of two amounts is greater, and by how much, in words.

    Example:
        >>> compared(300, 140, names=("at the legs", "at the neck"))
        'about twice as much at the legs as at the neck'
        >>> compared(20, 21, names=("at the legs", "at the neck"))
        'about as much at the legs as at the neck'
    """
    if min(first, second) <= 0:
        return "none" if first == second else f"some only {names[int(second > first)]}"
    ratio = max(first, second) / min(first, second)
    if ratio < 1.25:
        return f"about as much {names[0]} as {names[1]}"
    more, less = names if first > second else names[::-1]
    if ratio > FAR_MORE:
        return f"far more {more} than {less}"
    times = "one and a half times" if ratio < 1.75 else "twice"
    return f"about {times if ratio < 2.5 else f'{ratio:.0f} times'} as much {more} as {less}"
