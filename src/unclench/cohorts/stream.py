"""Bands of very many people without keeping a single curve.

Each chunk of people is simulated, counted into histograms and forgotten. A histogram has 64 bins to
each doubling, so that a quantile is off by less than a bin, 1.6 %, and in practice by far less,
since it is read off by a straight line within its bin. Counts are whole numbers: chunks and threads
may come in any order, and the answer is the same to the bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from unclench.cohorts.band import BAND_SHARES, Band
from unclench.cohorts.courses import DIRECT, crowd_rhythm, crowd_timetable
from unclench.cohorts.population import around
from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench.patient import Patient
from unclench.pharmacology.people import courses
from unclench.regimen import Regimen

__all__ = ["stream_band"]

Array = NDArray[np.float64]
Counts = NDArray[np.uint32]

CHUNK: Final = 512
LANES: Final = 32
BINS_A_DOUBLING: Final = 64
SMALLEST_EXPONENT: Final = -20
DOUBLINGS: Final = 36
BINS: Final = BINS_A_DOUBLING * DOUBLINGS
FINEST: Final = (1023 + SMALLEST_EXPONENT) * BINS_A_DOUBLING
"""The bin of 2**-20, about a millionth; what is less counts as nothing."""


def stream_band(
    patient: Patient,
    regimen: Regimen,
    *,
    evidence: Evidence,
    people: int,
    seed: int,
    days: int,
    step_min: int,
    channels: Sequence[str],
    threads: int = 1,
) -> Band:
    """Give the band of very many people like one person; memory does not grow with their number.

    Args:
        patient: Whom they are like.
        regimen: What is given.
        evidence: The evidence base.
        people: How many virtual people, 100 and up.
        seed: Which people; the first of them are those of a smaller band with this seed.
        days: How long to look.
        step_min: Minutes between the times reported.
        channels: Which curves of a `TimeCourse` that the kernel gives itself.
        threads: How many threads share the people.

    Raises:
        InputError: if there are too few people or no such channel.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> from unclench.regimen import parse
        >>> made = stream_band(
        ...     Patient(),
        ...     parse("10 mg at 08:00"),
        ...     evidence=load_evidence(),
        ...     people=1000,
        ...     seed=1,
        ...     days=1,
        ...     step_min=60,
        ...     channels=("plasma_ng_per_ml",),
        ... )
        >>> made["plasma_ng_per_ml"].shape
        (3, 25)
    """
    if type(people) is not int or people < 100:
        raise InputError(f"A band cannot stream {people!r} people.", expected="100 people or more")
    unknown = [name for name in channels if name not in DIRECT]
    if unknown or not channels:
        raise InputError(
            f"There is no channel {', '.join(map(repr, unknown)) or 'asked for'} to stream.",
            expected=f"one or more of {', '.join(DIRECT)}",
        )
    starts = range(0, people, CHUNK)
    with ThreadPoolExecutor(threads) as pool:
        parts = list(
            pool.map(
                lambda mine: _count(
                    patient,
                    regimen,
                    evidence=evidence,
                    starts=mine,
                    people=people,
                    seed=seed,
                    days=days,
                    step_min=step_min,
                    channels=channels,
                ),
                [starts[i::threads] for i in range(threads)],
            )
        )
    counts = parts[0]
    for part in parts[1:]:
        counts += part
    time_h = np.arange(counts.shape[1], dtype=np.float64) * step_min / 60.0
    return Band(
        people=people,
        seed=seed,
        time_h=time_h,
        channels={name: _quantiles(counts[i], people) for i, name in enumerate(channels)},
    )


def _count(
    patient: Patient,
    regimen: Regimen,
    *,
    evidence: Evidence,
    starts: Sequence[int],
    people: int,
    seed: int,
    days: int,
    step_min: int,
    channels: Sequence[str],
) -> Counts:
    """Simulate and count the chunks that begin at some people, (channel, time, bin)."""
    from unclench.pharmacology import kernel

    first = around(patient, people=LANES, seed=seed, evidence=evidence)
    plan = crowd_timetable(first, regimen, days=days, step_min=step_min)
    time_h: Array = np.arange(plan.nodes, dtype=np.float64) * plan.step_h
    rhythm = crowd_rhythm(first, time_h)
    counts = np.zeros((len(channels), plan.nodes, BINS), np.uint32)
    curves = np.empty((len(channels), plan.nodes, CHUNK // LANES, LANES))
    for start in starts:
        held = min(CHUNK, people - start)
        blocks = -(-held // LANES)
        crowd = around(patient, people=held, seed=seed, evidence=evidence, first=start)
        room = curves if held == CHUNK else np.empty((len(channels), plan.nodes, blocks, LANES))
        courses(crowd.table, plan, channels=channels, rhythm=rhythm, out=room)
        for i in range(len(channels)):
            kernel.tally(room[i].view(np.uint64), held, FINEST, counts[i])
    return counts


def _quantiles(counts: Counts, people: int) -> Array:
    """Read quantiles off histograms, (time, bin) to (3, time), by a line within the bin."""
    made = np.empty((len(BAND_SHARES), counts.shape[0]))
    for time, row in enumerate(counts):  # time by time: the sums of all at once fill memory
        below = np.cumsum(row, dtype=np.int64)
        for i, share in enumerate(BAND_SHARES):
            rank = share * (people - 1) + 0.5
            place = int(np.searchsorted(below, rank, side="right"))
            inside, before = int(row[place]), int(below[place]) - int(row[place])
            low, high = _edges(place)
            made[i, time] = low + (rank - before) / inside * (high - low)
    return made


def _edges(place: int) -> tuple[float, float]:
    """Give the lower and upper edge of a bin; the lowest bin is nothing, 0 to 0."""
    if place == 0:
        return 0.0, 0.0
    doubling, part = divmod(place, BINS_A_DOUBLING)
    scale = 2.0 ** (doubling + SMALLEST_EXPONENT)
    return scale * (1.0 + part / BINS_A_DOUBLING), scale * (1.0 + (part + 1) / BINS_A_DOUBLING)
