"""Time courses of many virtual people at once, through the compiled kernel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from unclench.cohorts.population import VirtualPeople
from unclench.errors import InputError
from unclench.pharmacology.absorption import inputs
from unclench.pharmacology.parameters import BODY_FIELDS
from unclench.pharmacology.people import courses, of_all
from unclench.pharmacology.response import penn_score, spasm_rhythm
from unclench.pharmacology.simulate import ClearancePhase, clearance_changes
from unclench.pharmacology.timetable import Timetable, timetable
from unclench.regimen import MINUTES_PER_DAY, Regimen

__all__ = ["CHANNELS", "PeopleCourses", "simulate_people"]

Array = NDArray[np.float64]

HOURS_A_DAY: Final = 24.0
DIRECT: Final = (
    *("plasma_ng_per_ml", "csf_lumbar_ng_per_ml", "csf_cervical_ng_per_ml"),
    *("csf_cranial_ng_per_ml", "cord_lumbar_ng_per_ml", "cord_cervical_ng_per_ml"),
    *("brain_ng_per_ml", "dimming", "dimming_arms", "tolerance", "rebound", "spasms_per_h"),
    *("ashworth", "h_reflex_share", "weakness", "drowsiness", "withdrawal"),
)
"""Channels that the kernel gives as they are."""
DERIVED: Final = {
    "penn": "spasms_per_h",
    "spasms_per_h_untreated": "spasms_per_h",
    "encephalopathy_per_day": "encephalopathy_per_h",
}
"""Channels worked out from one of the kernel's."""
CHANNELS: Final = (*DIRECT, *DERIVED)


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeopleCourses:
    """Curves of many people.

    Args:
        time_h: Hours since the start, (time,).
        channels: Named as the fields of a `TimeCourse`, each (time, people).
    """

    time_h: Array
    channels: Mapping[str, Array]

    def __getitem__(self, channel: str) -> Array:
        """Give one channel, (time, people)."""
        return self.channels[channel]


def simulate_people(
    crowd: VirtualPeople,
    regimen: Regimen,
    *,
    days: int,
    step_min: int,
    channels: Sequence[str],
    events: Sequence[ClearancePhase] = (),
    tip_cm: float | None = None,
    delivered: float = 1.0,
    from_day: int = 1,
    threads: int = 1,
) -> PeopleCourses:
    """Give curves of every person of a crowd under one regimen.

    Args:
        crowd: The people.
        regimen: What is given to each of them.
        days: How long to look.
        step_min: Minutes between the times reported, a divisor of an hour.
        channels: Which curves, of `CHANNELS`.
        events: Times of dialysis or of other kidney function.
        tip_cm: Height of the catheter's tip; the evidence's if None.
        delivered: The share of the pump's drug that reaches the fluid.
        from_day: Report from the start of this day only.
        threads: How many threads share the people; the answer is the same to the bit.

    Raises:
        InputError: if there is no such channel, or a time is outside its window.

    Example:
        >>> from unclench.cohorts import around
        >>> from unclench.evidence import load_evidence
        >>> from unclench.patient import Patient
        >>> from unclench.regimen import parse
        >>> crowd = around(Patient(), people=3, seed=1, evidence=load_evidence())
        >>> made = simulate_people(
        ...     crowd, parse("10 mg at 08:00"), days=1, step_min=60, channels=("plasma_ng_per_ml",)
        ... )
        >>> made["plasma_ng_per_ml"].shape
        (25, 3)
    """
    _check(channels, days=days, step_min=step_min, from_day=from_day)
    plan = crowd_timetable(
        crowd,
        regimen,
        days=days,
        step_min=step_min,
        events=events,
        tip_cm=tip_cm,
        delivered=delivered,
    )
    time_h: Array = np.arange(plan.nodes, dtype=np.float64) * plan.step_h
    rhythm = crowd_rhythm(crowd, time_h)
    wanted = list(dict.fromkeys(DERIVED.get(name, name) for name in channels))
    start = (from_day - 1) * MINUTES_PER_DAY // step_min
    computed = courses(
        crowd.table, plan, channels=wanted, rhythm=rhythm, since=start, threads=threads
    )
    found = {name: of_all(computed[i], crowd.people) for i, name in enumerate(wanted)}
    baseline = crowd.table[BODY_FIELDS.index("spasms_per_h")]
    return PeopleCourses(
        time_h=time_h[start:],
        channels={name: _channel(name, found, rhythm[start:], baseline) for name in channels},
    )


def crowd_timetable(
    crowd: VirtualPeople,
    regimen: Regimen,
    *,
    days: int,
    step_min: int,
    events: Sequence[ClearancePhase] = (),
    tip_cm: float | None = None,
    delivered: float = 1.0,
) -> Timetable:
    """Book what a crowd is given on the kernel's nodes; see `simulate_people`."""
    kinetics = crowd.kinetics
    entering = inputs(
        regimen.administrations(days * MINUTES_PER_DAY),
        tip_cm=kinetics.tip_cm if tip_cm is None else tip_cm,
        punctures=regimen.tests,
        puncture_cm=kinetics.puncture_cm,
        delivered=delivered,
    )
    phases = clearance_changes(events, crowd.patient, kinetics)
    return timetable(entering, minutes=days * MINUTES_PER_DAY, step_min=step_min, phases=phases)


def crowd_rhythm(crowd: VirtualPeople, time_h: Array) -> Array:
    """Give how the spasms of a crowd go through the day, 1 on average, (time,)."""
    from_h, to_h = crowd.responses.hours_of(crowd.patient.worst_time)
    return spasm_rhythm(
        time_h,
        worst_from_h=from_h,
        worst_to_h=to_h,
        contrast=crowd.responses.worst_time_contrast,
    )


def _channel(name: str, found: Mapping[str, Array], rhythm: Array, baseline: Array) -> Array:
    match name:
        case "penn":
            return penn_score(found["spasms_per_h"])
        case "spasms_per_h_untreated":
            untreated: Array = rhythm[:, None] * baseline[None, :]
            return untreated
        case "encephalopathy_per_day":
            daily: Array = HOURS_A_DAY * found["encephalopathy_per_h"]
            return daily
    return found[name]


def _check(channels: Sequence[str], *, days: int, step_min: int, from_day: int) -> None:
    unknown = [name for name in channels if name not in CHANNELS]
    if unknown or not channels:
        raise InputError(
            f"There is no channel {', '.join(map(repr, unknown)) or 'asked for'}.",
            expected=f"one or more of {', '.join(CHANNELS)}",
        )
    if type(days) is not int or not 1 <= days <= 3650:
        raise InputError(f"{days!r} days cannot be simulated.", expected="1 to 3650 days")
    if type(step_min) is not int or not 1 <= step_min <= 60 or 60 % step_min:
        raise InputError(
            f"The time between two points cannot be {step_min!r} minutes.",
            expected="a whole number of minutes that divides an hour",
        )
    if type(from_day) is not int or not 1 <= from_day <= days:
        raise InputError(f"There is no day {from_day!r}.", expected=f"1 to {days}")
