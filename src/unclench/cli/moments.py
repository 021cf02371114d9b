"""Times as people type them: "day 3 14:00", "day 3 09:00 for 4 h"."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from unclench.errors import InputError
from unclench.regimen import MINUTES_PER_DAY

MOMENT = re.compile(r"\s*day\s+(\d{1,4})(?:\s+at|,)?\s+(\d{1,2}):(\d{2})\s*", re.IGNORECASE)
SESSION = re.compile(r"(.*?)\s+for\s+([\d.]+)\s*(?:h|hours?)\s*", re.IGNORECASE)
MOST_SESSION_H = 24


def minute(text: str) -> int:
    """Minutes since 00:00 of day 1.

    Raises:
        InputError: The text is not a day and a clock time.

    Example:
        >>> minute("day 3 14:00")
        3720
    """
    read = MOMENT.fullmatch(text)
    day, hour, past = (int(part) for part in read.groups()) if read else (0, 0, 0)
    if day < 1 or hour > 23 or past > 59:
        raise InputError(
            f"{text!r} is not a moment.",
            expected="a day from 1 up and a clock time from 00:00 to 23:59",
            hint="'day 3 14:00', with quotes around it",
        )
    return (day - 1) * MINUTES_PER_DAY + hour * 60 + past


def session(text: str) -> tuple[int, int]:
    """First and last minute of something that takes hours.

    Raises:
        InputError: The text is not a moment and a number of hours, more than 0 and at most 24.

    Example:
        >>> session("day 1 09:00 for 4 h")
        (540, 780)
    """
    read = SESSION.fullmatch(text)
    try:
        hours = Decimal(read.group(2)) if read else Decimal(0)
    except InvalidOperation:
        hours = Decimal(0)
    if read is None or not 0 < hours <= MOST_SESSION_H:
        raise InputError(
            f"{text!r} is not a stretch of time.",
            expected=f"a moment and how long it lasts, up to {MOST_SESSION_H} hours",
            hint="'day 3 09:00 for 4 h', with quotes around it",
        )
    start = minute(read.group(1))
    return start, start + round(60 * hours)
