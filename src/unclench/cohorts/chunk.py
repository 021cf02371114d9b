"""One chunk of a cohort: draw its people, let them live through each arm, count, forget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from unclench.cohorts.adherence import book_late, taken
from unclench.cohorts.adults import WORST_TIMES, Adults, adults_with_ms
from unclench.cohorts.courses import DERIVED
from unclench.cohorts.outcomes import Tally, add, count, histogram, moments
from unclench.cohorts.population import draw_normal
from unclench.cohorts.spec import CohortSpec
from unclench.errors import InputError
from unclench.evidence import Evidence, load_evidence
from unclench.pharmacology.absorption import inputs
from unclench.pharmacology.people import LANES, courses
from unclench.pharmacology.response import penn_score, spasm_rhythm
from unclench.pharmacology.timetable import timetable
from unclench.regimen import MINUTES_PER_DAY, parse
from unclench.units import Unit

__all__ = ["MOST_COUNTED", "OUTCOMES", "run_chunk", "shipped_evidence"]

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

HOURS_A_DAY: Final = 24.0
ROOM_VALUES: Final = 6_000_000
"""About how many numbers of curves a process holds at once."""
MOST_COUNTED: Final = 1000
"""Days with more spasms are counted as days with so many."""
NEEDED: Final = ("spasms_per_h", "ashworth", "dimming", "drowsiness", "plasma_ng_per_ml")
OUTCOMES: Final = {
    "spasms_left": "share of the spasms that are left",
    "spasms_per_day": "spasms expected in a day",
    "ashworth": "stiffness, Ashworth score, mean",
    "dimming": "dimming at the legs, mean",
    "drowsiness_mean": "drowsiness from 0 to 1, mean",
    "drowsiness_peak": "drowsiness from 0 to 1, worst moment",
    "drowsy_h_per_day": "hours a day that are drowsy",
    "plasma_peak_ng_per_ml": "highest level in blood, ng/mL",
    "taken_share": "share of the planned tablets that was taken",
}
"""What is worked out for each person, with its words."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Curves:
    """Curves of a padded group, by channel, (times, lanes); and who of them are real people."""

    channels: Mapping[str, Array]
    rhythm: Array
    adults: Adults
    taken_share: Array


def run_chunk(spec: CohortSpec, first: int, people: int, evidence: Evidence | None = None) -> Tally:
    r"""Give everything that is counted of people first, first + 1, ... of a cohort.

    Args:
        spec: What is asked.
        first: The number of the first person.
        people: How many.
        evidence: The evidence base; that which ships if None, so that nothing has to travel.

    Raises:
        InputError: if the evidence is not that with which the spec was read.

    Example:
        >>> from unclench.cohorts.spec import parse_spec
        >>> text = "people = 64\ndays = 1\nregimen = '10 mg x3'"
        >>> spec = parse_spec(text, evidence=load_evidence())
        >>> run_chunk(spec, 0, 64) == run_chunk(spec, 0, 33) + run_chunk(spec, 33, 31)
        True
    """
    known = evidence or shipped_evidence()
    if known.hash != spec.evidence_hash:
        raise InputError(
            "This worker has other evidence than the one who asked.",
            expected="the same version of Unclench everywhere",
            hint="install the same version on every machine",
        )
    sums: dict[str, Whole] = {}
    nodes = spec.days * MINUTES_PER_DAY // spec.step_min + 1
    width = len(set(NEEDED) | set(spec.bands))
    group = max(1, min(32, ROOM_VALUES // (nodes * LANES * width))) * LANES
    for start in range(first, first + people, group):
        held = min(group, first + people - start)
        adults = adults_with_ms(
            people=held, seed=spec.seed, evidence=known, first=start, oral_set=spec.oral_set
        )
        for name, regimen in spec.arms:
            curves = _live(spec, regimen, adults)
            for part, counted in _count(spec, curves, known).items():
                add(sums, Tally({f"{name}/{part}": counted}))
    return Tally(sums)


@lru_cache(maxsize=1)
def shipped_evidence() -> Evidence:
    """Give the evidence that ships, read once in each process."""
    return load_evidence()


def _live(spec: CohortSpec, regimen: str, adults: Adults) -> _Curves:
    """Let a group live through one arm."""
    plan, bodies = parse(regimen), adults.bodies
    minutes = spec.days * MINUTES_PER_DAY
    given = inputs(
        plan.administrations(minutes),
        tip_cm=bodies.kinetics.tip_cm,
        punctures=plan.tests,
        puncture_cm=bodies.kinetics.puncture_cm,
    )
    booked, which = book_late(given, spec.adherence)
    took = None
    if given.swallowed and not spec.adherence.perfect:
        took = taken(
            spec.adherence,
            [dose.at_min for dose in given.swallowed],
            which,
            seed=spec.seed,
            first=bodies.first,
            people=adults.people,
        )
    nodes = timetable(booked, minutes=minutes, step_min=spec.step_min)
    wanted = list(dict.fromkeys((*NEEDED, *(DERIVED.get(one, one) for one in spec.bands))))
    made = courses(bodies.table, nodes, channels=wanted, taken=took)
    channels = dict(zip(wanted, map(_rows, made), strict=True))
    rhythm = _rhythm(adults, spec)
    channels["spasms_per_h"] = channels["spasms_per_h"] * rhythm
    amounts = np.array([dose.amount_mcg for dose in given.swallowed])
    return _Curves(channels, rhythm, adults, _taken_share(took, which, amounts, adults.people))


def _rows(made: Array) -> Array:
    """Give (times, blocks, LANES) as (times, lanes), whole rows: sums then keep their order."""
    return made.reshape(made.shape[0], -1)


def _rhythm(adults: Adults, spec: CohortSpec) -> Array:
    """Give how each person's spasms go through the day, (times, lanes)."""
    responses = adults.bodies.responses
    nodes = spec.days * MINUTES_PER_DAY // spec.step_min + 1
    time_h = np.arange(nodes, dtype=np.float64) * np.float64(spec.step_min / 60.0)
    kinds = []
    for part in WORST_TIMES:
        from_h, to_h = responses.hours_of(part)
        kinds.append(
            spasm_rhythm(
                time_h,
                worst_from_h=from_h,
                worst_to_h=to_h,
                contrast=responses.worst_time_contrast,
            )
        )
    lanes = -(-adults.people // LANES) * LANES
    own = np.pad(adults.worst_time, (0, lanes - adults.people), mode="edge")
    return np.ascontiguousarray(np.stack(kinds, axis=1)[:, own])


def _taken_share(took: Array | None, which: Whole, amounts: Array, people: int) -> Array:
    """Give how much of what was planned each person swallowed; 1 where nothing was planned."""
    share = np.ones(people)
    if took is not None:
        share = np.zeros(people)
        for row, i in zip(took, which[0], strict=True):
            share = share + row * amounts[i]
        share = share / amounts.sum()
    return share


def _count(spec: CohortSpec, curves: _Curves, evidence: Evidence) -> dict[str, Whole]:
    """Give all counts of a group in one arm."""
    people = curves.adults.people
    counted: dict[str, Whole] = {"people": np.array([people], np.int64)}
    every = spec.band_step_min // spec.step_min
    for name in spec.bands:
        values = _band_channel(name, curves)[::every, :people]
        counted[f"band/{name}"] = histogram(np.ascontiguousarray(values))
    own = _outcomes(spec, curves)
    for name, row in own.items():
        counted[f"moments/{name}"] = moments(row)
        counted[f"histogram/{name}"] = histogram(row)
    responds = own["spasms_left"] <= 1.0 - spec.responder_share
    drowsy = own["drowsiness_peak"] >= spec.drowsy_from
    counted["share/responder"] = count(responds)
    counted["share/drowsy"] = count(drowsy)
    counted["share/responder_not_drowsy"] = count(responds & ~drowsy)
    counted["spasms_counted"] = _spasms_counted(spec, curves, evidence)
    return counted


def _band_channel(name: str, curves: _Curves) -> Array:
    source = curves.channels[DERIVED.get(name, name)]
    match name:
        case "penn":
            return penn_score(source)
        case "spasms_per_h_untreated":
            return curves.rhythm * _baseline_per_h(curves)
        case "encephalopathy_per_day":
            return HOURS_A_DAY * source
    return source


def _baseline_per_h(curves: _Curves) -> Array:
    baseline = curves.adults.spasms_per_day / HOURS_A_DAY
    return np.pad(baseline, (0, curves.rhythm.shape[1] - baseline.size), mode="edge")


def _outcomes(spec: CohortSpec, curves: _Curves) -> dict[str, Array]:
    """Give each person's outcomes over the whole days that count, each (people,)."""
    people = curves.adults.people
    first = (spec.from_day - 1) * MINUTES_PER_DAY // spec.step_min
    seen = {name: values[first:-1] for name, values in curves.channels.items()}
    rate = seen["spasms_per_h"].mean(axis=0)
    untreated = curves.rhythm[first:-1].mean(axis=0) * _baseline_per_h(curves)
    drowsy = seen["drowsiness"]
    made = {
        "spasms_left": rate / untreated,
        "spasms_per_day": rate * HOURS_A_DAY,
        "ashworth": seen["ashworth"].mean(axis=0),
        "dimming": seen["dimming"].mean(axis=0),
        "drowsiness_mean": drowsy.mean(axis=0),
        "drowsiness_peak": drowsy.max(axis=0),
        "drowsy_h_per_day": (drowsy >= spec.drowsy_from).mean(axis=0) * HOURS_A_DAY,
        "plasma_peak_ng_per_ml": seen["plasma_ng_per_ml"].max(axis=0),
    }
    kept = {name: np.maximum(row[:people], 0.0) for name, row in made.items()}
    return kept | {"taken_share": curves.taken_share}


def _spasms_counted(spec: CohortSpec, curves: _Curves, evidence: Evidence) -> Whole:
    """Draw how many spasms each person has on each day, and count days by that number.

    A day's number is negative binomial around what the model expects; its luck goes from day to
    day as an autoregression of order one on the scale of normal scores, the same in every arm.
    """
    from scipy.special import gammaincinv, ndtr, pdtrik

    people, bodies = curves.adults.people, curves.adults.bodies
    size = evidence.value("spasm.overdispersion", Unit.RATIO)
    kept = evidence.value("spasm.day_correlation", Unit.RATIO)
    steps = MINUTES_PER_DAY // spec.step_min
    days = np.zeros(MOST_COUNTED + 1, np.int64)
    luck = np.zeros(people)
    asked = {"first": bodies.first, "people": people}
    for day in range(spec.days):
        new = draw_normal(spec.seed, f"luck of day {day}", **asked)
        luck = new if day == 0 else kept * luck + (1.0 - kept * kept) ** 0.5 * new
        if day + 1 < spec.from_day:
            continue
        rate = curves.channels["spasms_per_h"][day * steps : (day + 1) * steps].mean(axis=0)
        frail = gammaincinv(size, ndtr(luck)) / size
        mean = np.maximum(rate[:people], 0.0) * HOURS_A_DAY * frail
        chance = ndtr(draw_normal(spec.seed, f"spasms of day {day}", **asked))
        number = np.where(chance <= np.exp(-mean), 0.0, np.ceil(pdtrik(chance, mean)))
        days += np.bincount(
            np.minimum(number, MOST_COUNTED).astype(np.int64), minlength=MOST_COUNTED + 1
        )
    return days
