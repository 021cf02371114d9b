"""Nine of ten people like the one who asks: the band on the charts, and their spasms in a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from unclench.cohorts import Band, VirtualPeople, around, simulate_people
from unclench.cohorts.band import quantiles
from unclench.patient import Patient
from unclench.pharmacology.simulate import TimeCourse
from unclench_site.evidence import evidence
from unclench_site.explore.question import Question

Array = NDArray[np.float64]

PEOPLE: Final = 500
SEED: Final = 1
SPASMS: Final = "spasms_per_h"
LEVELS: Final = ("plasma_ng_per_ml", "csf_lumbar_ng_per_ml", "drowsiness")
COARSE_MIN: Final = 60
"""Minutes between the points of the band of spasms: what is left of them changes slowly."""
DAY_H: Final = 24.0


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleLike:
    """What a plan does to the spasms of virtual people of the same weight, kidneys and spasms.

    Attributes:
        band: What nine of ten lie between, over the days that are shown.
        fewest: Spasms on the last day that 1 of 20 stay below.
        most: Spasms on the last day that 1 of 20 exceed.
    """

    band: Band
    fewest: float
    most: float


def people_like(question: Question, course: TimeCourse) -> PeopleLike:
    """Ask the model about people like the one who asks, under the first plan.

    How spasms go through the day is the same for all of them and is known at every minute. What is
    left of the spasms is what differs; it changes slowly, is asked for every hour, and is drawn
    between.

    Args:
        question: What was asked.
        course: What the model says of the person.
    """
    time_h, rates = ask(question, (SPASMS,), step_min=COARSE_MIN)
    hours = round(DAY_H * 60 / COARSE_MIN)
    in_a_day = DAY_H * rates[SPASMS][-hours - 1 : -1].mean(axis=0, keepdims=True)
    fewest, _, most = quantiles(in_a_day)[:, 0].tolist()
    shown = course.time_h >= time_h[0] - 1e-9
    fine_h, untreated = course.time_h[shown], course.spasms_per_h_untreated[shown]
    left = quantiles(rates[SPASMS]) / np.maximum(
        np.interp(time_h, course.time_h, course.spasms_per_h_untreated), 1e-12
    )
    fine = np.stack([np.interp(fine_h, time_h, row) * untreated for row in left])
    band = Band(people=PEOPLE, seed=SEED, time_h=fine_h, channels={SPASMS: fine})
    return PeopleLike(band=band, fewest=fewest, most=most)


def levels_like(question: Question, *channels: str) -> Band:
    """The band of levels and feelings of the same people, over the days that are shown.

    Args:
        question: What was asked.
        channels: Some of `LEVELS`.
    """
    time_h, curves = ask(question, channels, step_min=question.window.band_step_min)
    return Band(
        people=PEOPLE,
        seed=SEED,
        time_h=time_h,
        channels={name: quantiles(values) for name, values in curves.items()},
    )


def ask(
    question: Question, channels: tuple[str, ...], *, step_min: int
) -> tuple[Array, dict[str, Array]]:
    """Curves of every person over the days shown: times, (n,), and each channel, (n, people)."""
    window = question.window
    curves = simulate_people(
        crowd(body_of(question.patient)),
        question.simulated,
        days=window.lead_days + window.simulated_days,
        step_min=step_min,
        channels=channels,
        from_day=window.lead_days + window.shown_days[0],
    )
    return curves.time_h - DAY_H * window.lead_days, {name: curves[name] for name in channels}


def body_of(patient: Patient) -> Patient:
    """The same person without what only the rules ask for, so that a crowd is drawn once."""
    return replace(
        patient, conditions=frozenset(), medications=(), weeks_on_baclofen=None, country=None
    )


@lru_cache(maxsize=128)
def crowd(patient: Patient) -> VirtualPeople:
    """The same virtual people whenever the same person asks."""
    return around(patient, people=PEOPLE, seed=SEED, evidence=evidence())
