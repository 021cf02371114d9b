"""The band of people like one person: 1 of 20 lie below it and 1 of 20 above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, final

import numpy as np
from numpy.typing import NDArray

from unclench.cohorts.courses import simulate_people
from unclench.cohorts.population import VirtualPeople, around
from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench.patient import Patient
from unclench.pharmacology.simulate import ClearancePhase
from unclench.regimen import Regimen

__all__ = ["BAND_SHARES", "Band", "band", "quantiles"]

Array = NDArray[np.float64]

BAND_SHARES: Final = (0.05, 0.5, 0.95)
"""Nine of ten people lie between the first and the last."""
CHANNELS: Final = ("spasms_per_h",)


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Band:
    """What nine of ten virtual people lie between, over time.

    Args:
        people: How many people it stands on.
        seed: Which people.
        time_h: Hours since the start, (n,).
        channels: For each channel, named as in a `TimeCourse`, (3, n): the level that 1 of 20
            people lie below, that of the middle person, and that which 1 of 20 lie above.
    """

    people: int
    seed: int
    time_h: Array
    channels: Mapping[str, Array]

    def __getitem__(self, channel: str) -> Array:
        """Give one channel, (3, n)."""
        return self.channels[channel]


def band(
    patient: Patient,
    regimen: Regimen,
    *,
    evidence: Evidence,
    people: int = 500,
    seed: int = 1,
    days: int = 7,
    step_min: int = 15,
    channels: Sequence[str] = CHANNELS,
    oral_set: Literal["reference", "fast"] = "reference",
    events: Sequence[ClearancePhase] = (),
    tip_cm: float | None = None,
    delivered: float = 1.0,
    from_day: int = 1,
    threads: int = 1,
) -> Band:
    """Give the band of people like one person under one regimen.

    Args:
        patient: Whom they are like.
        regimen: What is given.
        evidence: The evidence base.
        people: How many virtual people, 20 to 100,000.
        seed: Which people.
        days: How long to look.
        step_min: Minutes between the times reported.
        channels: Which curves of a `TimeCourse`.
        oral_set: Which set of tablet parameters.
        events: Times of dialysis or of other kidney function.
        tip_cm: Height of the catheter's tip; the evidence's if None.
        delivered: The share of the pump's drug that reaches the fluid.
        from_day: Report from the start of this day only.
        threads: How many threads share the people.

    Raises:
        InputError: if an argument is outside its window.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> from unclench.regimen import parse
        >>> plan = parse("10 mg at 08:00, 14:00, 20:00")
        >>> made = band(Patient(), plan, evidence=load_evidence(), people=50, days=1)
        >>> made["spasms_per_h"].shape
        (3, 97)
    """
    if type(people) is not int or not 20 <= people <= 100_000:
        raise InputError(
            f"A band cannot stand on {people!r} people.", expected="20 to 100,000 people"
        )
    crowd = around(patient, people=people, seed=seed, evidence=evidence, oral_set=oral_set)
    return band_of(
        crowd,
        regimen,
        days=days,
        step_min=step_min,
        channels=channels,
        events=events,
        tip_cm=tip_cm,
        delivered=delivered,
        from_day=from_day,
        threads=threads,
    )


def band_of(
    crowd: VirtualPeople,
    regimen: Regimen,
    *,
    days: int,
    step_min: int,
    channels: Sequence[str] = CHANNELS,
    events: Sequence[ClearancePhase] = (),
    tip_cm: float | None = None,
    delivered: float = 1.0,
    from_day: int = 1,
    threads: int = 1,
) -> Band:
    """Give the band of people who were drawn already; see `band`."""
    curves = simulate_people(
        crowd,
        regimen,
        days=days,
        step_min=step_min,
        channels=channels,
        events=events,
        tip_cm=tip_cm,
        delivered=delivered,
        from_day=from_day,
        threads=threads,
    )
    return Band(
        people=crowd.people,
        seed=crowd.seed,
        time_h=curves.time_h,
        channels={name: quantiles(curves[name]) for name in channels},
    )


def quantiles(values: Array) -> Array:
    """Give the 5, 50 and 95 % quantiles over people, (times, people) to (3, times).

    Linear between order statistics, as NumPy's default. A whole sort is vectorised, and three times
    as fast as sorting out only the order statistics that are needed.

    Example:
        >>> quantiles(np.arange(21.0)[None, :])[:, 0]
        array([ 1., 10., 19.])
    """
    last = values.shape[1] - 1
    places = [share * last for share in BAND_SHARES]
    lower = [int(place) for place in places]
    upper = [min(place + 1, last) for place in lower]
    in_order = np.sort(values, axis=1)
    made: Array = np.stack(
        [
            in_order[:, low] + (place - low) * (in_order[:, high] - in_order[:, low])
            for place, low, high in zip(places, lower, upper, strict=True)
        ]
    )
    return made
