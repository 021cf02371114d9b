"""What came after a change of dose: spasms before and after it, with how sure that is.

It looks back at changes that a clinic made for its own reasons. It is no experiment: much else may
have changed on the same day, and the words say so.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, final

import numpy as np
from scipy.special import stdtrit

from unclench.regimen import MINUTES_PER_DAY
from unclench_site.diary.lived import Lived
from unclench_site.plans.models import Treatment

BEFORE_DAYS: Final = 14
SETTLING_DAYS: Final = 3
FEWEST_DAYS: Final = 5
LEVEL: Final = 0.95
NOT_ALONE: Final = (
    "Other things may have changed on the same days, so this cannot say that the dose did it."
)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of what was taken, with the spasms of a counted day before and after it.

    Attributes:
        on: The day of the change.
        before_words: What was taken before.
        after_words: What is taken since.
        before: Spasms on a counted day of the two weeks before; None with too few such days.
        after: The same for the two weeks that begin three days after.
        low: The low end of the ratio of after to before, which nine of ten such bands hold.
        high: Its high end.
        days: How many days were counted before and after.
    """

    on: date
    before_words: str
    after_words: str
    before: float | None
    after: float | None
    low: float | None
    high: float | None
    days: tuple[int, int]

    @property
    def is_told(self) -> bool:
        """Whether enough days are counted on both sides."""
        return self.low is not None

    @property
    def words(self) -> str:
        """What came after the change, in sentences."""
        if self.before is None or self.after is None or self.low is None or self.high is None:
            return (
                f"Too early to tell: {self.days[0]} days are counted before it and "
                f"{self.days[1]} after it. It takes {FEWEST_DAYS} on each side."
            )
        said = f"From about {self.before:.1f} to about {self.after:.1f} spasms on a day. "
        if self.low <= 1 <= self.high:
            return (
                f"{said}That may be chance: it fits anything from {_share(self.low)} to "
                f"{_share(self.high)}. {NOT_ALONE}"
            )
        return f"{said}Most likely {_share(self.low)} to {_share(self.high)}. {NOT_ALONE}"


def changes(days: Lived) -> tuple[Change, ...]:
    """Give every change of what was taken within some days, the newest first."""
    start, end = days.first, days.day(days.days - 1)
    pairs = pairwise(days.treatments)
    found = [
        _change(days, earlier, later)
        for earlier, later in pairs
        if earlier.regimen != later.regimen
        and start <= later.from_at.astimezone(days.zone).date() <= end
    ]
    return tuple(reversed(found))


def ratio(before: list[int], after: list[int]) -> tuple[float, float]:
    """Give the band of the ratio of two mean counts of a day.

    Days differ by more than chance, so that each side's own spread is used, and never less than
    that of chance alone. Half a spasm is added to each side, so that a side without any has a band.

    Example:
        >>> low, high = ratio([6, 7, 5, 6, 8], [3, 4, 2, 3, 3])
        >>> low < 0.5 < high < 1
        True
    """
    logs, spreads = [], []
    for counts in (before, after):
        mean = (sum(counts) + 0.5) / len(counts)
        variance = max(float(np.var(counts, ddof=1)), mean)
        logs.append(math.log(mean))
        spreads.append(variance / (len(counts) * mean**2))
    freedom = sum(spreads) ** 2 / sum(
        one**2 / (len(counts) - 1) for one, counts in zip(spreads, (before, after), strict=True)
    )
    reach = float(stdtrit(freedom, LEVEL)) * math.sqrt(sum(spreads))
    middle = logs[1] - logs[0]
    return math.exp(middle - reach), math.exp(middle + reach)


def _change(days: Lived, earlier: Treatment, later: Treatment) -> Change:
    on = later.from_at.astimezone(days.zone).date()
    bounds = [one.from_at.astimezone(days.zone).date() for one in days.treatments]
    began = max(day for day in bounds if day < on) if any(day < on for day in bounds) else on
    ended = min((day for day in bounds if day > on), default=days.day(days.days))
    before = _counts(days, max(on - timedelta(days=BEFORE_DAYS), began), on)
    settled = on + timedelta(days=SETTLING_DAYS)
    after = _counts(days, settled, min(settled + timedelta(days=BEFORE_DAYS), ended))
    is_told = min(len(before), len(after)) >= FEWEST_DAYS
    low, high = ratio(before, after) if is_told else (None, None)
    return Change(
        on=on,
        before_words=earlier.regimen or "no baclofen",
        after_words=later.regimen or "no baclofen",
        before=sum(before) / len(before) if is_told else None,
        after=sum(after) / len(after) if is_told else None,
        low=low,
        high=high,
        days=(len(before), len(after)),
    )


def _counts(days: Lived, start: date, end: date) -> list[int]:
    """The spasms of each counted day from one up to, not with, another."""
    spasms = Counter(at_min // MINUTES_PER_DAY for at_min in days.spasms)
    wanted = range((start - days.first).days, (end - days.first).days)
    return [spasms[index] for index in wanted if index in days.counted]


def _share(times: float) -> str:
    """A ratio as more or fewer, in tenths."""
    tenths = round(abs(times - 1) * 10)
    if not tenths:
        return "no change"
    if times < 1:
        return f"{min(10, tenths)} of 10 fewer"
    return f"{tenths} of 10 more" if times < 2 else f"{times:.0f} times as many"
