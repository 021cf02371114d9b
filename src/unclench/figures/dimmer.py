"""The picture of the whole idea: one curve, tablets on its foot, the pump near its top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from unclench.figures import words
from unclench.figures.chart import Array, Axis, Chart, Line, Nerve, Region, Scale, Spot, Table
from unclench.figures.colours import Ink
from unclench.figures.pictures import NAMES, ink_of, last_day, on_day

if TYPE_CHECKING:
    from unclench.pharmacology import TimeCourse

LOW_NG_PER_ML: Final = 1.0
HIGH_NG_PER_ML: Final = 10_000.0
POINTS: Final = 200
TABLETS_NG_PER_ML: Final = (20.0, 40.0)
PUMP_NG_PER_ML: Final = (150.0, 1200.0)


def dimmer_curve(
    course: TimeCourse,
    *,
    half_ng_per_ml: float,
    steepness: float,
    reach: float = 1.0,
    tablets_ng_per_ml: tuple[float, float] = TABLETS_NG_PER_ML,
    pump_ng_per_ml: tuple[float, float] = PUMP_NG_PER_ML,
) -> Chart:
    """How far the dimmer is turned down at each amount of baclofen, and where a regimen stands.

    Args:
        course: What was simulated; its last day is marked on the curve.
        half_ng_per_ml: The concentration at the cord that turns it half way down.
        steepness: The Hill exponent of the curve.
        reach: The most that baclofen can turn down, 0 to 1.
        tablets_ng_per_ml: Where usual doses of tablets reach, low and high.
        pump_ng_per_ml: Where usual doses of a pump reach, low and high.
    """

    def down(concentration: Array) -> Array:
        return 10 * reach / (1 + (half_ng_per_ml / np.maximum(concentration, 1e-9)) ** steepness)

    x = np.geomspace(LOW_NG_PER_ML, HIGH_NG_PER_ML, POINTS)
    cord = course.cord_lumbar_ng_per_ml[on_day(course, last_day(course))]
    low, middle, high = (
        float(v) for v in np.clip((cord.min(), np.median(cord), cord.max()), *x[[0, -1]].tolist())
    )
    stretch = np.geomspace(low, high, 12) if high > 1.02 * low else np.array([middle])
    share = float(np.mean(down(cord))) / 10
    passing = 1 - share
    ink = ink_of(course)
    return Chart(
        key="dimmer",
        title=f"The dimmer: about {words.of_ten(share)} signals turned down",
        summary=(
            "One curve for tablets and pump. It shows how many of ten nerve signals to tighten "
            "are turned down at each amount of baclofen beside the spinal cord. "
            f"On day {last_day(course)} you are between {words.number(low)} and "
            f"{words.number(high)} nanograms in a millilitre: about {words.of_ten(share)} signals "
            "are turned down. Tablets reach the foot of the curve, the pump its upper part."
        ),
        x=Axis(
            words="nanograms of baclofen in a millilitre, at the nerves of the legs",
            low=LOW_NG_PER_ML,
            high=HIGH_NG_PER_ML,
            scale=Scale.LOG,
        ),
        y=Axis(words="of 10 nerve signals, how many are turned down", high=10.0),
        lines=(Line(name="", x=x, y=down(x), ink=Ink.SOFT),),
        regions=(
            Region(name="usual tablets", low=tablets_ng_per_ml[0], high=tablets_ng_per_ml[1], ink=Ink.TABLET),
            Region(name="usual pump", low=pump_ng_per_ml[0], high=pump_ng_per_ml[1], ink=Ink.PUMP),
        ),
        spots=(
            Spot(name=f"you, with {NAMES[ink]}", x=tuple(stretch.tolist()), y=tuple(down(stretch).tolist()), ink=ink),
        ),
        nerve=Nerve(passing=passing, words=f"{words.of_ten(passing)} still pass", ink=ink),
        table=Table(
            caption="How many of 10 signals are turned down",
            header=("nanograms in a millilitre", "signals turned down, of 10"),
            rows=tuple(
                (words.number(at), words.number(float(down(np.array(at)))))
                for at in (3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
            ),
        ),
        sure=words.SURE,
    )  # fmt: skip
