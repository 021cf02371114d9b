"""What a study measured, read off simulated people: a function for each measure.

A measure takes the curves of many people, each channel (people, time), and gives one value a
person. Its arguments are numbers that the case gives under `with`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from unclench.units import Unit

__all__ = ["MEASURES", "Curves", "Measure"]

Array = NDArray[np.float64]

ONSET_SHARE: Final = 0.5
"""Sources do not say what onset and end mean; as in the calibration, it is half of the peak."""
PLATEAU_SHARE: Final = 0.95


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """What was simulated for the people of a case.

    Args:
        time_h: Hours since the start, (time,).
        channels: Named curves, each (people, time), named as the fields of a TimeCourse.
        ashworth: Ashworth score without treatment, the same for all.
        dose_mcg: All that was swallowed, in micrograms.
    """

    time_h: Array
    channels: Mapping[str, Array]
    ashworth: float
    dose_mcg: float

    def __getitem__(self, channel: str) -> Array:
        """Give one channel, (people, time)."""
        return self.channels[channel]

    @property
    def last_day(self) -> slice:
        """The nodes of the last 24 hours."""
        first = int(np.searchsorted(self.time_h, self.time_h[-1] - 24.0))
        return slice(first, None)

    def at(self, channel: str, time_h: float) -> Array:
        """Give a channel at one time, (people,), between nodes by a straight line."""
        last = len(self.time_h) - 1
        i = min(max(int(np.searchsorted(self.time_h, time_h, side="right")) - 1, 0), last - 1)
        share = (time_h - self.time_h[i]) / (self.time_h[i + 1] - self.time_h[i])
        curve = self.channels[channel]
        value: Array = curve[:, i] * (1.0 - share) + curve[:, i + 1] * share
        return value

    def between(self, channel: str, from_h: float, to_h: float) -> tuple[Array, Array]:
        """Give times and values of a channel within a window."""
        inside = (self.time_h >= from_h - 1e-9) & (self.time_h <= to_h + 1e-9)
        return self.time_h[inside], self.channels[channel][:, inside]

    @property
    def tone_fall(self) -> Array:
        """The share of the tone above normal that is gone, (people, time)."""
        fall: Array = 1.0 - (self.channels["ashworth"] - 1.0) / (self.ashworth - 1.0)
        return fall


Reading = Callable[[Curves, Mapping[str, float]], Array]


@final
@dataclass(frozen=True, slots=True)
class Measure:
    """How one measure is read.

    Args:
        words: What it is, for the report.
        unit: In which unit it comes.
        channels: Which channels it needs.
        arguments: The names of its arguments.
        read: The function: curves and arguments to one value a person, (people,).
    """

    words: str
    unit: Unit
    channels: tuple[str, ...]
    read: Reading
    arguments: tuple[str, ...] = ()


PLASMA, LEGS, NECK = "plasma_ng_per_ml", "csf_lumbar_ng_per_ml", "csf_cervical_ng_per_ml"
CRANIAL, BRAIN = "csf_cranial_ng_per_ml", "brain_ng_per_ml"


def _highest(curves: Curves, _: Mapping[str, float]) -> Array:
    value: Array = curves[PLASMA].max(axis=1)
    return value


def _time_of_highest(curves: Curves, given: Mapping[str, float]) -> Array:
    value: Array = curves.time_h[curves[PLASMA].argmax(axis=1)] - given["dose_h"]
    return value


def _area(curves: Curves, _: Mapping[str, float]) -> Array:
    return np.asarray(np.trapezoid(curves[PLASMA], curves.time_h, axis=1))


def _clearance_over_f(curves: Curves, given: Mapping[str, float]) -> Array:
    return curves.dose_mcg / _area(curves, given)


def _half_life_of(channel: str) -> Reading:
    def read(curves: Curves, given: Mapping[str, float]) -> Array:
        times, values = curves.between(channel, given["from_h"], given["to_h"])
        centred = times - times.mean()
        slope = (np.log(values) * centred).sum(axis=1) / (centred**2).sum()
        value: Array = np.log(2.0) / -slope
        return value

    return read


def _mean_last_day(channel: str) -> Reading:
    def read(curves: Curves, _: Mapping[str, float]) -> Array:
        value: Array = curves[channel][:, curves.last_day].mean(axis=1)
        return value

    return read


def _ratio_last_day(above: str, below: str) -> Reading:
    over, under = _mean_last_day(above), _mean_last_day(below)

    def read(curves: Curves, given: Mapping[str, float]) -> Array:
        return over(curves, given) / under(curves, given)

    return read


def _fall_at(curves: Curves, given: Mapping[str, float]) -> Array:
    return 100.0 * (1.0 - curves.at("h_reflex_share", given["at_h"]))


def _fall_mean(curves: Curves, given: Mapping[str, float]) -> Array:
    _, share = curves.between("h_reflex_share", given["from_h"], given["to_h"])
    value: Array = 100.0 * (1.0 - share.mean(axis=1))
    return value


def _tone_at(curves: Curves, given: Mapping[str, float]) -> Array:
    return curves.at("ashworth", given["at_h"])


def _modified_tone_at(curves: Curves, given: Mapping[str, float]) -> Array:
    return _tone_at(curves, given) - 1.0


def _tone_fall_at(curves: Curves, given: Mapping[str, float]) -> Array:
    left = curves.at("ashworth", given["at_h"]) - 1.0
    return 100.0 * (1.0 - left / (curves.ashworth - 1.0))


def _tone_fall_last_day(curves: Curves, _: Mapping[str, float]) -> Array:
    value: Array = 100.0 * curves.tone_fall[:, curves.last_day].mean(axis=1)
    return value


def _spasm_fall_last_day(curves: Curves, _: Mapping[str, float]) -> Array:
    day = curves.last_day
    treated = curves["spasms_per_h"][:, day].mean(axis=1)
    value: Array = 100.0 * (1.0 - treated / curves["spasms_per_h_untreated"][:, day].mean(axis=1))
    return value


def _first_above(curves: Curves, fall: Array, share: float) -> Array:
    """Give when each person's fall first passes a share of its own highest."""
    passed = fall >= share * fall.max(axis=1, keepdims=True)
    value: Array = curves.time_h[passed.argmax(axis=1)]
    return value


def _onset(curves: Curves, given: Mapping[str, float]) -> Array:
    return _first_above(curves, curves.tone_fall, ONSET_SHARE) - given["dose_h"]


def _plateau(curves: Curves, given: Mapping[str, float]) -> Array:
    return _first_above(curves, curves.tone_fall, PLATEAU_SHARE) - given["dose_h"]


def _peak(curves: Curves, given: Mapping[str, float]) -> Array:
    value: Array = curves.time_h[curves.tone_fall.argmax(axis=1)] - given["dose_h"]
    return value


def _duration(curves: Curves, _: Mapping[str, float]) -> Array:
    fall = curves.tone_fall
    passed = fall >= ONSET_SHARE * fall.max(axis=1, keepdims=True)
    first = passed.argmax(axis=1)
    last = passed.shape[1] - 1 - passed[:, ::-1].argmax(axis=1)
    value: Array = curves.time_h[last] - curves.time_h[first]
    return value


def _left_after(curves: Curves, given: Mapping[str, float]) -> Array:
    return 100.0 * (
        curves.at("cord_lumbar_ng_per_ml", given["stop_h"] + given["after_h"])
        / curves.at("cord_lumbar_ng_per_ml", given["stop_h"])
    )


def _confused(curves: Curves, given: Mapping[str, float]) -> Array:
    daily = curves["encephalopathy_per_day"][:, curves.last_day].mean(axis=1)
    value: Array = 100.0 * (1.0 - np.exp(-given["days"] * daily))
    return value


def _drowsiest(curves: Curves, _: Mapping[str, float]) -> Array:
    value: Array = 100.0 * curves["drowsiness"].max(axis=1)
    return value


MEASURES: Final[dict[str, Measure]] = {
    "plasma.highest": Measure("highest level in blood", Unit.NG_PER_ML, (PLASMA,), _highest),
    "plasma.time_of_highest": Measure(
        "hours from the dose to the highest level", Unit.H, (PLASMA,), _time_of_highest, ("dose_h",)
    ),
    "plasma.area": Measure("exposure, area under the level", Unit.NG_H_PER_ML, (PLASMA,), _area),
    "plasma.clearance_over_f": Measure(
        "clearance over the share absorbed", Unit.L_PER_H, (PLASMA,), _clearance_over_f
    ),
    "plasma.half_life": Measure(
        "half-life in blood", Unit.H, (PLASMA,), _half_life_of(PLASMA), ("from_h", "to_h")
    ),
    "plasma.mean": Measure(
        "mean level in blood, last day", Unit.NG_PER_ML, (PLASMA,), _mean_last_day(PLASMA)
    ),
    "fluid.mean": Measure(
        "mean level in the fluid at the legs, last day",
        Unit.NG_PER_ML,
        (LEGS,),
        _mean_last_day(LEGS),
    ),
    "fluid.over_plasma": Measure(
        "level in the fluid over level in blood",
        Unit.RATIO,
        (LEGS, PLASMA),
        _ratio_last_day(LEGS, PLASMA),
    ),
    "fluid.neck_over_legs": Measure(
        "level at the neck over level at the legs",
        Unit.RATIO,
        (NECK, LEGS),
        _ratio_last_day(NECK, LEGS),
        ("low_cm", "high_cm"),
    ),
    "fluid.legs_over_head": Measure(
        "level at the legs over level around the brain",
        Unit.RATIO,
        (LEGS, CRANIAL),
        _ratio_last_day(LEGS, CRANIAL),
        ("low_cm",),
    ),
    "fluid.half_life": Measure(
        "half-life in the fluid", Unit.H, (LEGS,), _half_life_of(LEGS), ("from_h", "to_h")
    ),
    "reflex.fall_at": Measure(
        "fall of the H-reflex", Unit.PERCENT, ("h_reflex_share",), _fall_at, ("at_h",)
    ),
    "reflex.fall_mean": Measure(
        "mean fall of the H-reflex",
        Unit.PERCENT,
        ("h_reflex_share",),
        _fall_mean,
        ("from_h", "to_h"),
    ),
    "tone.at": Measure("Ashworth score", Unit.POINTS, ("ashworth",), _tone_at, ("at_h",)),
    "tone.modified_at": Measure(
        "modified Ashworth score, 0 is normal",
        Unit.POINTS,
        ("ashworth",),
        _modified_tone_at,
        ("at_h",),
    ),
    "tone.fall_at": Measure(
        "fall of the Ashworth score above normal",
        Unit.PERCENT,
        ("ashworth",),
        _tone_fall_at,
        ("at_h",),
    ),
    "tone.mean": Measure(
        "mean Ashworth score, last day", Unit.POINTS, ("ashworth",), _mean_last_day("ashworth")
    ),
    "tone.fall": Measure(
        "fall of the Ashworth score above normal, last day",
        Unit.PERCENT,
        ("ashworth",),
        _tone_fall_last_day,
    ),
    "tone.onset": Measure(
        "hours to half of the effect on tone", Unit.H, ("ashworth",), _onset, ("dose_h",)
    ),
    "tone.peak": Measure(
        "hours to the peak effect on tone", Unit.H, ("ashworth",), _peak, ("dose_h",)
    ),
    "tone.plateau": Measure(
        "hours to 95 % of the effect on tone", Unit.H, ("ashworth",), _plateau, ("dose_h",)
    ),
    "tone.duration": Measure(
        "hours above half of the effect on tone", Unit.H, ("ashworth",), _duration
    ),
    "spasms.fall": Measure(
        "fall of the spasms, last day",
        Unit.PERCENT,
        ("spasms_per_h", "spasms_per_h_untreated"),
        _spasm_fall_last_day,
    ),
    "penn.mean": Measure("Penn score, last day", Unit.POINTS, ("penn",), _mean_last_day("penn")),
    "cord.left_after": Measure(
        "share left at the cord after the stop",
        Unit.PERCENT,
        ("cord_lumbar_ng_per_ml",),
        _left_after,
        ("stop_h", "after_h"),
    ),
    "confusion.risk": Measure(
        "people confused within a time",
        Unit.PERCENT,
        ("encephalopathy_per_day",),
        _confused,
        ("days",),
    ),
    "drowsiness.worst": Measure(
        "drowsiness at its worst", Unit.PERCENT, ("drowsiness",), _drowsiest
    ),
}
"""Every measure by name."""
