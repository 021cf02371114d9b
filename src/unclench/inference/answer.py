"""The personal answer: what one diary says of one person, beside what was believed before.

`fit` asks: of the spasms that this person would have, what share does baclofen take away, as it was
taken in the last days? How long does a dose last? How drowsy does it make? How much of that comes
from the diary? What are the coming days like? It proposes no dose.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import Enum
from typing import final

import numpy as np
from numpy.typing import NDArray

from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench.inference.candidates import Person, Range, population, posterior
from unclench.inference.diary import Diary
from unclench.inference.exposure import GRID_Z, Kinetics, Sites, cardinal, sites
from unclench.inference.forecast import DayCount, day_counts
from unclench.inference.likelihood import QUARTER_MIN, Cells, cells, likelihood
from unclench.inference.posterior import Check
from unclench.inference.prior import DROWSY, SENSITIVITY, Prior, prior
from unclench.patient import Patient
from unclench.pharmacology import response as effect
from unclench.regimen import MINUTES_PER_DAY, Administration, Route
from unclench.units import Unit

__all__ = ["Belief", "PersonalAnswer", "Verdict", "fit"]

Array = NDArray[np.float64]

FORECAST_PEOPLE = 256
MOST_DAYS_AHEAD = 14
DOSE_STEP_MIN = 5
DOSE_HOURS = 24


class Verdict(Enum):
    """What the answer comes to; `unclench.inference.words` says it in sentences."""

    NOTHING_TAKEN = "nothing taken"
    NO_COUNTS = "no counts"
    TOO_FEW_DAYS = "too few days"
    CANNOT_SEPARATE = "cannot separate"
    TOO_WIDE = "too wide"
    HELPS = "helps"
    LITTLE = "little"
    UNSURE = "unsure"

    @property
    def too_early(self) -> bool:
        """Whether it is too early to tell."""
        return self in (Verdict.NO_COUNTS, Verdict.TOO_FEW_DAYS, Verdict.TOO_WIDE)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """One number before and after the diary.

    Args:
        before: What people in general are like.
        after: What this person is like.
        from_diary: The share of the variance before that the diary removed, 0 to 1.
    """

    before: Range
    after: Range
    from_diary: float


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalAnswer:
    """What one diary says of one person.

    Args:
        verdict: What it comes to.
        spasms_taken_away: Share of the spasms of the last days, 0 to 1; below 0 in rebound.
        untreated_per_day: Spasms on a day without drug.
        dose_hours: How long one dose works, above half of its own peak; None without tablets.
        dose_text: Which dose that is, such as "10 mg".
        drowsiness: Points of 10 that the drug adds at the sleepiest moment of a recent day.
        no_response: Probability that the drug does nothing to spasms, before and after.
        days: Days of the diary.
        counted_days: On how many spasms were counted.
        recent_days: How many last days stand for what is taken now.
        contrast: Spasms left on the least dimmed day less those on the most dimmed, typical person.
        by_day: What the model expects of each day, and of the days after the diary.
        earlier_said: Whether the diary says what was taken before day 1.
        check: Whether the numbers can be trusted.
        seed: What made the points.
        evidence_sha256: Which evidence it rests on.
    """

    verdict: Verdict
    spasms_taken_away: Belief
    untreated_per_day: Belief
    dose_hours: Belief | None
    dose_text: str
    drowsiness: Belief
    no_response: tuple[float, float]
    days: int
    counted_days: int
    recent_days: int
    contrast: float
    by_day: tuple[DayCount, ...]
    earlier_said: bool
    check: Check
    seed: int
    evidence_sha256: str

    @property
    def forecast(self) -> tuple[DayCount, ...]:
        """The days after the diary, if what was taken in its last days is taken on."""
        return self.by_day[self.days :]


# What is asked of each candidate.


def spasms_taken_away(known: Prior, recent: Cells, people: Person) -> Array:
    """Give the share of the spasms of the recent days that is gone in each candidate, (n,)."""
    left = cardinal(people.z[:, SENSITIVITY]) @ recent.left
    rhythm = known.rhythm(people.z)[:, recent.quarter]
    gone = 1.0 - np.sum(rhythm * left, axis=1) / np.sum(rhythm * recent.untreated, axis=1)
    share: Array = np.where(people.responds, gone, 0.0)
    return share


def hours_of_a_dose(kinetics: Kinetics, dose: Administration, ec50_log_sd: float) -> Array:
    """Give how long one dose alone dims above half of its own peak, in hours, (grid,)."""
    curve = kinetics.swallowed if dose.dose.route is Route.ORAL else kinetics.injected
    level = float(dose.dose.amount.in_mcg) * curve[0, : DOSE_HOURS * 60 : DOSE_STEP_MIN]
    own = kinetics.own
    ec50 = own.ec50_spasm * np.exp(ec50_log_sd * GRID_Z)
    dimmed = effect.dimming(level[:, None], ec50_ng_per_ml=ec50, hill=own.hill)
    gone = 1.0 - (1.0 - own.emax * dimmed) ** own.spasm_gain
    hours: Array = np.sum(gone >= 0.5 * gone.max(axis=0), axis=0) * DOSE_STEP_MIN / 60.0
    return hours


def added_drowsiness(at: Sites, days: range) -> Array:
    """Give the mean over days of their sleepiest moment, in points of 10, (grid,)."""
    peaks = [
        at.drowsiness[at.nodes((day - 1) * MINUTES_PER_DAY, day * MINUTES_PER_DAY)].max(axis=0)
        for day in days
    ]
    points: Array = 10.0 * np.mean(peaks, axis=0)
    return points


# The answer.


def fit(
    diary: Diary,
    patient: Patient,
    *,
    evidence: Evidence,
    days_ahead: int = 3,
    seed: int = 1,
    kinetics: Kinetics | None = None,
) -> PersonalAnswer:
    r"""Say what a diary tells of a person, beside what was believed before.

    Args:
        diary: What was taken, counted and felt.
        patient: Weight and kidney function; spasms and rhythm come from diary and population.
        evidence: The evidence base.
        days_ahead: How many days to look ahead, 0 to 14, if the last days go on as they were.
        seed: Makes the points; the same seed gives the same answer to the bit.
        kinetics: The curves of this person's doses, where they are at hand.

    Raises:
        InputError: if the days ahead are outside their window, or the evidence lacks an entry.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> from unclench.inference.reading import read_diary
        >>> page = "kind,time,value,unit\ndose,day 1 08:00,10,mg\ncount,day 1,7,spasms\n"
        >>> fit(read_diary(page), Patient(), evidence=load_evidence()).verdict
        <Verdict.TOO_FEW_DAYS: 'too few days'>
    """
    if type(days_ahead) is not int or not 0 <= days_ahead <= MOST_DAYS_AHEAD:
        raise InputError(
            f"The answer cannot look {days_ahead!r} days ahead.",
            expected=f"a whole number of days from 0 to {MOST_DAYS_AHEAD}",
        )
    if type(seed) is not int or not 0 <= seed < 2**31:
        raise InputError(f"A seed cannot be {seed!r}.", expected="a whole number from 0 up")
    before = prior(evidence)
    curves = Kinetics.of(patient, evidence) if kinetics is None else kinetics
    recent = min(diary.days, round(evidence.value("inference.recent_days", Unit.DAY)))
    more = going_on(diary, recent, days_ahead)
    at = sites(
        diary,
        curves,
        ec50_log_sd=before.ec50_log_sd,
        brain_log_sd=before.brain_log_sd,
        more=more,
        until_min=diary.end_min + days_ahead * MINUTES_PER_DAY,
    )
    after = posterior(likelihood(diary, before, at), seed=seed)
    return _answer(diary, before, at, after, curves, recent, evidence=evidence, seed=seed)


def going_on(diary: Diary, recent: int, days_ahead: int) -> tuple[Administration, ...]:
    """What is taken after the diary if its last days are lived again."""
    start_min, length = diary.end_min - recent * MINUTES_PER_DAY, recent * MINUTES_PER_DAY
    end_min = diary.end_min + days_ahead * MINUTES_PER_DAY
    lived = [part for dose in diary.taken if (part := _within(dose, start_min, diary.end_min))]
    repeats = range(1, -(-days_ahead // recent) + 1)
    shifted = (
        replace(dose, start_min=dose.start_min + turn * length)
        for turn in repeats
        for dose in lived
    )
    return tuple(part for dose in shifted if (part := _within(dose, 0, end_min)))


def _within(dose: Administration, start_min: int, end_min: int) -> Administration | None:
    """The part of an administration between two minutes."""
    if dose.duration_min == 0:
        return dose if start_min <= dose.start_min < end_min else None
    first, last = max(dose.start_min, start_min), min(dose.end_min, end_min)
    if last <= first:
        return None
    part = replace(dose.dose, amount=dose.dose.amount * (last - first) / dose.duration_min)
    return replace(dose, start_min=first, dose=part, duration_min=last - first)


def _answer(
    diary: Diary,
    known: Prior,
    at: Sites,
    after: Person,
    curves: Kinetics,
    recent: int,
    *,
    evidence: Evidence,
    seed: int,
) -> PersonalAnswer:
    general = population(known, seed)
    last = range(diary.days - recent + 1, diary.days + 1)
    quarters = quarters_of(last, at)
    both = (general, after)
    away = _belief(both, [spasms_taken_away(known, quarters, people) for people in both])
    sleepy = added_drowsiness(at, last)
    dose = _usual_dose(diary, last)
    hours = None
    if dose is not None:
        table = hours_of_a_dose(curves, dose, known.ec50_log_sd)
        hours = _belief(both, [np.interp(p.z[:, SENSITIVITY], GRID_Z, table) for p in both])
    contrast = _contrast(diary, at)
    return PersonalAnswer(
        verdict=_verdict(diary, away, contrast, last, evidence),
        spasms_taken_away=away,
        untreated_per_day=_belief(both, [known.baseline(p.z) for p in both]),
        dose_hours=hours,
        dose_text="" if dose is None else dose.dose.text,
        drowsiness=_belief(both, [np.interp(p.z[:, DROWSY], GRID_Z, sleepy) for p in both]),
        no_response=(
            known.nonresponder_share,
            float(after.weights[~after.responds].sum()),
        ),
        days=diary.days,
        counted_days=diary.counted_days,
        recent_days=recent,
        contrast=contrast,
        by_day=expected_days(diary, known, at, after),
        earlier_said=diary.earlier is not None,
        check=after.check,
        seed=seed,
        evidence_sha256=evidence.hash,
    )


def quarters_of(days: range, at: Sites) -> Cells:
    """Give the quarters of some days as cells."""
    windows = [
        (start, start + QUARTER_MIN)
        for day in days
        for start in range((day - 1) * MINUTES_PER_DAY, day * MINUTES_PER_DAY, QUARTER_MIN)
    ]
    return cells(windows, at)


def _belief(people: tuple[Person, Person], values: list[Array]) -> Belief:
    ranges = [one.range(value) for one, value in zip(people, values, strict=True)]
    spread = [one.variance(value) for one, value in zip(people, values, strict=True)]
    removed = 0.0 if spread[0] <= 1e-18 else min(1.0, max(0.0, 1.0 - spread[1] / spread[0]))
    return Belief(before=ranges[0], after=ranges[1], from_diary=removed)


def _usual_dose(diary: Diary, days: range) -> Administration | None:
    """The dose at once that was taken most often in some days; of equals, the larger."""
    start_min = (days.start - 1) * MINUTES_PER_DAY
    taken = [d for d in diary.taken if d.start_min >= start_min and d.duration_min == 0]
    if not taken:
        return None
    often = Counter((dose.dose.route.value, dose.dose.amount.in_mcg) for dose in taken)
    usual = max(often, key=lambda key: (often[key], key[1]))
    return next(d for d in taken if (d.dose.route.value, d.dose.amount.in_mcg) == usual)


def _contrast(diary: Diary, at: Sites) -> float:
    """How far the spasms left differ between days counted, in the typical person."""
    days = sorted({count.day for count in diary.counts})
    if not days:
        return 0.0
    middle = GRID_Z.size // 2
    left = [
        at.hours_left((day - 1) * MINUTES_PER_DAY, day * MINUTES_PER_DAY)[middle] / 24.0
        for day in days
    ]
    return float(max(left) - min(left))


def _verdict(
    diary: Diary, away: Belief, contrast: float, last: range, evidence: Evidence
) -> Verdict:
    """The stated rule: docs/personal-answer.md gives it in words."""
    start_min = (last.start - 1) * MINUTES_PER_DAY
    if not any(dose.start_min + dose.duration_min >= start_min for dose in diary.taken):
        return Verdict.NOTHING_TAKEN
    if not diary.counts:
        return Verdict.NO_COUNTS
    if diary.counted_days < evidence.value("inference.fewest_days", Unit.DAY):
        return Verdict.TOO_FEW_DAYS
    if contrast < evidence.value("inference.least_contrast", Unit.FRACTION):
        return Verdict.CANNOT_SEPARATE
    noticeable = evidence.value("inference.noticeable", Unit.FRACTION)
    if away.after.high < noticeable:
        return Verdict.LITTLE
    width = (away.after.high - away.after.low) / max(away.before.high - away.before.low, 1e-12)
    if width > evidence.value("inference.too_wide", Unit.FRACTION):
        return Verdict.TOO_WIDE
    return Verdict.HELPS if away.after.low >= noticeable else Verdict.UNSURE


def expected_days(
    diary: Diary, known: Prior, at: Sites, after: Person, *, first: int = 1
) -> tuple[DayCount, ...]:
    """Give what is expected of each day that the sites reach, from a first day on."""
    people = after.equally_likely(FORECAST_PEOPLE)
    days = (at.spasms_left.shape[0] - 1) // 48 - (-at.start_min // MINUTES_PER_DAY)
    whole = cells(
        [(d * MINUTES_PER_DAY, (d + 1) * MINUTES_PER_DAY) for d in range(first - 1, days)], at
    )
    means = np.where(
        people.responds[:, None],
        whole.means(known, people.z, responds=True),
        whole.means(known, people.z, responds=False),
    )
    counted = {count.day: count.spasms for count in diary.counts if count.whole_day}
    return day_counts(means, known.sizes(people.z), observed=counted | _summed(diary), first=first)


def _summed(diary: Diary) -> dict[int, int]:
    """The total of days whose parts were all counted."""
    hours: Counter[int] = Counter()
    spasms: Counter[int] = Counter()
    for count in diary.counts:
        hours[count.day] += count.end_min - count.start_min
        spasms[count.day] += count.spasms
    return {day: spasms[day] for day in hours if hours[day] == MINUTES_PER_DAY}
