"""Nine of ten people like the one who asks: the band on the charts, and their spasms in a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, final

from unclench.cohorts import Band, VirtualPeople, around, simulate_people
from unclench.cohorts.band import quantiles
from unclench.patient import Patient
from unclench_site.evidence import evidence
from unclench_site.explore.question import Question

PEOPLE: Final = 200
SEED: Final = 1
CHANNELS: Final = ("spasms_per_h", "plasma_ng_per_ml", "csf_lumbar_ng_per_ml", "drowsiness")
DAY_H: Final = 24.0


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleLike:
    """What a plan does in virtual people of the same weight, kidneys and spasms.

    Attributes:
        band: What nine of ten lie between, over the days that are shown.
        fewest: Spasms on the last day that 1 of 20 stay below.
        most: Spasms on the last day that 1 of 20 exceed.
    """

    band: Band
    fewest: float
    most: float


def people_like(question: Question) -> PeopleLike:
    """Ask the model about people like the one who asks, under the first plan."""
    window = question.window
    curves = simulate_people(
        crowd(body_of(question.patient)),
        question.simulated,
        days=window.lead_days + window.simulated_days,
        step_min=window.band_step_min,
        channels=CHANNELS,
        from_day=window.lead_days + window.shown_days[0],
    )
    last = curves.time_h >= curves.time_h[-1] - DAY_H
    in_a_day = DAY_H * curves["spasms_per_h"][last].mean(axis=0, keepdims=True)
    fewest, _, most = quantiles(in_a_day)[:, 0].tolist()
    band = Band(
        people=PEOPLE,
        seed=SEED,
        time_h=curves.time_h - DAY_H * window.lead_days,
        channels={name: quantiles(curves[name]) for name in CHANNELS},
    )
    return PeopleLike(band=band, fewest=fewest, most=most)


def body_of(patient: Patient) -> Patient:
    """The same person without what only the rules ask for, so that a crowd is drawn once."""
    return replace(
        patient, conditions=frozenset(), medications=(), weeks_on_baclofen=None, country=None
    )


@lru_cache(maxsize=128)
def crowd(patient: Patient) -> VirtualPeople:
    """The same virtual people whenever the same person asks."""
    return around(patient, people=PEOPLE, seed=SEED, evidence=evidence())
