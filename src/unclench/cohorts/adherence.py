"""How people really take tablets: missed, late, doubled, and some days not at all.

Every draw is keyed by seed, person, dose and purpose, so that person i misses the same doses in any
chunk, and of two arms with the same times of the day.

Lateness has a few classes rather than a time of its own for each dose: in an arm of the kernel all
people share the times at which something can come in. A dose is booked once for each class, and
each person takes it in one of them. Rounding to the nearest class moves a dose by half an hour at
most up to 90 minutes late, and by an hour at most up to 5 hours; what would be later counts as
4 hours late.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from unclench.cohorts.population import draw_normal, draw_uniform
from unclench.errors import InputError
from unclench.evidence import Evidence, cited, from_evidence
from unclench.pharmacology.absorption import Inputs
from unclench.units import Unit

__all__ = ["LATE_CLASSES_MIN", "Adherence", "book_late", "taken", "usual_adherence"]

Array = NDArray[np.float64]

LATE_CLASSES_MIN: Final = (0, 60, 120, 240)
"""How late a dose can be, in minutes."""
MINUTES_A_DAY: Final = 1440
DAYS_A_MONTH: Final = 365.25 / 12
WINDOWS: Final = {
    "missed_share": (0.0, 1.0),
    "missed_log_odds_sd": (0.0, 5.0),
    "late_sd_min": (0.0, 240.0),
    "doubled_share": (0.0, 1.0),
    "holidays_per_month": (0.0, 30.0),
    "holiday_days": (0.0, 90.0),
}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Adherence:
    """How tablets are taken. The default is: every dose, on time.

    Args:
        missed_share: Share of doses that the middle person misses, 0 to 1.
        missed_log_odds_sd: How people differ in it, sd on the scale of log odds.
        late_sd_min: How late a dose is, in minutes: half a normal distribution of this sd.
        doubled_share: Share of the doses taken that are taken twice, 0 to 1.
        holidays_per_month: How often a run of days without any dose begins.
        holiday_days: How many days it lasts; a part of a day is rounded.

    Example:
        >>> Adherence(missed_share=0.1).perfect
        False
    """

    missed_share: float = 0.0
    missed_log_odds_sd: float = 0.0
    late_sd_min: float = 0.0
    doubled_share: float = 0.0
    holidays_per_month: float = 0.0
    holiday_days: float = 3.0

    def __post_init__(self) -> None:
        for name, (low, high) in WINDOWS.items():
            value = getattr(self, name)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not low <= value <= high:
                raise InputError(
                    f"{name} is {value!r}.", expected=f"a number from {low:g} to {high:g}"
                )
            object.__setattr__(self, name, float(value))

    @property
    def perfect(self) -> bool:
        """Whether every dose is taken, once and on time."""
        return not (
            self.missed_share or self.late_sd_min or self.doubled_share or self.holidays_per_month
        )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class _Usual:
    missed_share: float = cited("adherence.missed", Unit.FRACTION)
    missed_log_odds_sd: float = cited("adherence.missed.log_odds_sd", Unit.RATIO)
    late_sd_min: float = cited("adherence.late_sd", Unit.MIN)
    doubled_share: float = cited("adherence.doubled", Unit.FRACTION)
    holidays_per_month: float = cited("adherence.holidays", Unit.PER_MONTH)
    holiday_days: float = cited("adherence.holiday_length", Unit.DAY)


def usual_adherence(evidence: Evidence) -> Adherence:
    """Give how people usually take tablets, as the evidence has it.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> usual_adherence(load_evidence()).missed_share
        0.1
    """
    usual = from_evidence(_Usual, evidence)
    return Adherence(**{part.name: getattr(usual, part.name) for part in fields(usual)})


def book_late(given: Inputs, adherence: Adherence) -> tuple[Inputs, NDArray[np.int64]]:
    """Book each swallowed dose once for each class of lateness.

    Args:
        given: What enters, on time.
        adherence: Without lateness nothing changes.

    Returns:
        What enters, in order of time; and for each swallowed dose of it, (2, booked), which dose
        of `given` it is and in which of `LATE_CLASSES_MIN`.

    Example:
        >>> from unclench.pharmacology.absorption import Swallowed
        >>> one = Inputs(swallowed=(Swallowed(480, 10_000.0),))
        >>> booked, which = book_late(one, Adherence(late_sd_min=30))
        >>> [dose.at_min for dose in booked.swallowed]
        [480, 540, 600, 720]
    """
    classes = LATE_CLASSES_MIN if adherence.late_sd_min else LATE_CLASSES_MIN[:1]
    booked = sorted(
        (
            (dose.at_min + late, i, k)
            for i, dose in enumerate(given.swallowed)
            for k, late in enumerate(classes)
        )
    )
    swallowed = tuple(replace(given.swallowed[i], at_min=at_min) for at_min, i, _ in booked)
    which = np.array([(i, k) for _, i, k in booked], np.int64).reshape(-1, 2).T
    return replace(given, swallowed=swallowed), which


def taken(
    adherence: Adherence,
    times_min: Sequence[int],
    which: NDArray[np.int64],
    *,
    seed: int,
    first: int,
    people: int,
    first_dose: int = 0,
    first_day: int = 0,
) -> Array:
    """Give how much of each booked dose each person takes: 0, 1 or 2 times, (booked, people).

    Args:
        adherence: How doses are taken.
        times_min: When each dose of the plan is due.
        which: What `book_late` gave: the dose and the class of each booked one.
        seed: Which people.
        first: The number of the first.
        people: How many.
        first_dose: The number of the first dose, where the plan began earlier.
        first_day: The number of the first day, where the plan began earlier.

    Example:
        >>> which = np.array([[0, 1], [0, 0]])
        >>> taken(Adherence(), [480, 1200], which, seed=1, first=0, people=3)
        array([[1., 1., 1.],
               [1., 1., 1.]])
    """
    asked = {"first": first, "people": people}
    missing = _missing(adherence, draw_normal(seed, "missed share", **asked))
    away = _holidays(adherence, times_min, first_day, seed=seed, **asked)
    doses, lateness = [], []
    for i, at_min in enumerate(times_min, start=first_dose):
        took = draw_uniform(seed, f"missed dose {i}", **asked) >= missing
        twice = draw_uniform(seed, f"doubled dose {i}", **asked) < adherence.doubled_share
        doses.append(np.where(took & ~away[at_min // MINUTES_A_DAY], 1.0 + twice, 0.0))
        late = adherence.late_sd_min * np.abs(draw_normal(seed, f"late dose {i}", **asked))
        lateness.append(_nearest(late))
    rows = np.zeros((which.shape[1], people))
    for row, (i, k) in enumerate(which.T):
        rows[row] = np.where(lateness[i] == k, doses[i], 0.0)
    return rows


def _missing(adherence: Adherence, luck: Array) -> Array:
    """Give each person's share of missed doses, spread on the scale of log odds."""
    share = adherence.missed_share
    if share in (0.0, 1.0):
        return np.full(luck.shape, share)
    logit = math.log(share / (1.0 - share)) + adherence.missed_log_odds_sd * luck
    return 1.0 / (1.0 + np.exp(-logit))


def _nearest(late_min: Array) -> NDArray[np.int64]:
    classes = np.array(LATE_CLASSES_MIN, np.float64)
    middles = (classes[1:] + classes[:-1]) / 2.0
    return np.searchsorted(middles, late_min, side="right").astype(np.int64)


def _holidays(
    adherence: Adherence,
    times_min: Sequence[int],
    first_day: int,
    *,
    seed: int,
    first: int,
    people: int,
) -> NDArray[np.bool_]:
    """Give who takes nothing on which day, (days, people)."""
    days = max(times_min, default=0) // MINUTES_A_DAY + 1
    away = np.zeros((days, people), np.bool_)
    length = round(adherence.holiday_days)
    a_day = adherence.holidays_per_month / DAYS_A_MONTH
    if a_day > 0.0:
        for begun in range(max(1 - length, -first_day), days):
            purpose = f"holiday {first_day + begun}"
            begins = draw_uniform(seed, purpose, first=first, people=people) < a_day
            away[max(begun, 0) : max(begun + length, 0)] |= begins
    return away
