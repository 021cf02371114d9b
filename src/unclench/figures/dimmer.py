"""The picture of the whole idea: one curve, tablets on its foot, the pump near its top."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from unclench.evidence import Evidence, from_evidence
from unclench.figures import words
from unclench.figures.chart import Array, Axis, Chart, Line, Nerve, Region, Scale, Spot, Table
from unclench.figures.colours import Ink
from unclench.figures.timeline import NAMES, ink_of, last_day, on_day
from unclench.patient import Patient
from unclench.pharmacology import simulate
from unclench.pharmacology.parameters import ResponseParameters
from unclench.pharmacology.response import dimming
from unclench.regimen import parse

if TYPE_CHECKING:
    from unclench.pharmacology import TimeCourse

Curve = Callable[[Array], Array]

LOW_NG_PER_ML: Final = 1.0
HIGH_NG_PER_ML: Final = 3000.0
POINTS: Final = 200
STEADY_DAYS: Final = 5
USUAL: Final = (
    ("tablets, 30 to 80 mg a day", Ink.TABLET, "10 mg x3", "20 mg x4"),
    (
        "pump, 100 to 600 micrograms a day",
        Ink.PUMP,
        "pump 100 micrograms/day",
        "pump 600 micrograms/day",
    ),
)
"""Name, ink, and the two regimens between whose mean levels a region lies."""


def usual_reach(evidence: Evidence) -> tuple[Region, ...]:
    """Where usual amounts of tablets and of a pump reach in a typical person.

    Each region lies between the mean levels at the nerves of the legs, on the fifth day, of a low
    and a high daily amount. It depends on the evidence alone: compute it once.
    """
    regions = []
    for name, ink, least, most in USUAL:
        low, high = (
            simulate(Patient(), parse(text), evidence=evidence, days=STEADY_DAYS, step_min=60)
            .last_day()
            .cord_lumbar_ng_per_ml
            for text in (least, most)
        )
        low, high = np.clip((low, high), LOW_NG_PER_ML, HIGH_NG_PER_ML).tolist()
        regions.append(Region(name=name, low=low, high=high, ink=ink))
    return tuple(regions)


def dimmer_curve(
    course: TimeCourse, *, evidence: Evidence, regions: tuple[Region, ...] = ()
) -> Chart:
    """How far the dimmer is turned down at each amount of baclofen, and where a regimen stands.

    The curve is that of spasms in the legs, with the tolerance reached at the end of the course.

    Args:
        course: What was simulated; its last day is marked on the curve.
        evidence: The numbers that the curve rests on.
        regions: Stretches to name on the axis, usually those of `usual_reach`.
    """
    response = from_evidence(ResponseParameters, evidence)
    half_ng_per_ml = response.ec50_spasm * (1 + float(course.tolerance[-1]))

    def down(level_ng_per_ml: Array) -> Array:
        share = dimming(level_ng_per_ml, ec50_ng_per_ml=half_ng_per_ml, hill=response.hill)
        return 10 * response.emax * share

    x = np.geomspace(LOW_NG_PER_ML, HIGH_NG_PER_ML, POINTS)
    cord = course.cord_lumbar_ng_per_ml[on_day(course, last_day(course))]
    share = float(np.mean(down(cord))) / 10
    ink = ink_of(course)
    you = f"you, with {NAMES[ink]}"
    return Chart(
        key="dimmer",
        title=f"The dimmer: {words.of_ten(share)} signals turned down",
        summary=dimmer_summary(cord, share, last_day(course)),
        x=Axis(
            words="nanograms of baclofen in a millilitre, at the nerves of the legs",
            low=LOW_NG_PER_ML,
            high=HIGH_NG_PER_ML,
            scale=Scale.LOG,
        ),
        y=Axis(words="of 10 nerve signals, how many are turned down", high=10.0),
        lines=(Line(name="", x=x, y=down(x), ink=Ink.SOFT),),
        regions=regions,
        spots=(spot(cord, down, name=you, ink=ink),),
        nerve=Nerve(passing=1 - share, words=f"{words.of_ten(1 - share)} still pass", ink=ink),
        table=dimmer_table(down),
        readings=dimmer_table(down),
        sure=words.SURE,
    )


def dimmer_summary(cord: Array, share: float, day: int) -> str:
    """What the curve shows, in sentences."""
    level = words.between(float(cord.min()), float(cord.max()))
    return " ".join(
        (
            "One curve for tablets and pump: how many of 10 nerve signals to tighten are turned",
            "down at each amount of baclofen at the spinal cord.",
            f"On day {day} you have {level} nanograms in a millilitre there, and",
            f"{words.of_ten(share)} signals are turned down.",
        )
    )


def spot(cord: Array, down: Curve, *, name: str, ink: Ink) -> Spot:
    """Where a day moves along the curve: a stretch, or a point if it hardly moves."""
    low, high = np.clip((cord.min(), cord.max()), LOW_NG_PER_ML, HIGH_NG_PER_ML).tolist()
    x = np.geomspace(low, high, 12) if high > 1.02 * low else np.array([high])
    return Spot(name=name, x=tuple(x.tolist()), y=tuple(down(x).tolist()), ink=ink)


def dimmer_table(down: Curve) -> Table:
    """The curve at round levels."""
    at = np.array([3.0, 10.0, 30.0, 100.0, 300.0, 1000.0])
    rows = zip(map(words.number, at.tolist()), map(words.number, down(at).tolist()), strict=True)
    return Table(
        caption="How many of 10 nerve signals are turned down",
        header=("nanograms in a millilitre", "signals turned down, of 10"),
        rows=tuple(rows),
        at=tuple(at.tolist()),
    )
