"""Draws the charts of an answer, for the widths that a page has room for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Final, final

from unclench.cohorts import Band
from unclench.figures import (
    Chart,
    csf,
    dimmer_curve,
    drowsiness,
    plasma,
    spasms,
    svg,
    tone,
    usual_reach,
    weakness,
    withdrawal,
)
from unclench.figures.chart import Region
from unclench.pharmacology.simulate import TimeCourse
from unclench_site.evidence import evidence
from unclench_site.explore.laid import Lay
from unclench_site.explore.over_time import way_down_title
from unclench_site.explore.people import SPASMS, PeopleLike, levels_like
from unclench_site.explore.question import Picture, Question
from unclench_site.explore.sentences import UNNOTICED, WORTH_SAYING
from unclench_site.explore.withdrawal import DO_NOT_READ, pump_falls

PICTURES: Final = {
    Picture.SPASMS: (spasms, SPASMS),
    Picture.BLOOD: (plasma, "plasma_ng_per_ml"),
    Picture.FLUID: (csf, "csf_lumbar_ng_per_ml"),
    Picture.DROWSINESS: (drowsiness, "drowsiness"),
    Picture.STIFFNESS: (tone, ""),
    Picture.WEAKNESS: (weakness, ""),
    Picture.WITHDRAWAL: (withdrawal, ""),
}
"""How each chart is made, and the channel of its band; empty for a chart without one."""

WORTH_DRAWING: Final = {
    Picture.WEAKNESS: ("weakness", WORTH_SAYING),
    Picture.WITHDRAWAL: ("withdrawal", UNNOTICED),
}
"""Charts that are left out, unless they are asked for, where their channel stays below a share."""

WIDTHS: Final = {"narrow": 300, "middle": 460, "wide": 680}
"""The widths in pixels in which a chart is drawn; the page shows the one that fits."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """For which widths to draw: the large charts, and the small ones beside each other.

    A whole page is drawn for every width, for nobody has measured it yet. A page that is open says
    which one it shows.
    """

    large: tuple[str, ...] = tuple(WIDTHS)
    small: tuple[str, ...] = tuple(WIDTHS)

    @classmethod
    def measured(cls, text: str) -> Room:
        """Read what an open page says, such as "wide,narrow"; every width if it says nothing known.

        Example:
            >>> Room.measured("wide,narrow").small
            ('narrow',)
        """
        parts = text.split(",")
        if len(parts) == 2 and all(part in WIDTHS for part in parts):
            return cls(large=(parts[0],), small=(parts[1],))
        return cls()


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A chart and its drawings, by the width that each is meant for."""

    chart: Chart
    drawings: tuple[tuple[str, str], ...]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Closer:
    """The charts below the first: to look closer.

    Attributes:
        dimmer: The curve that the plan stands on; None where there is no steady dose to mark.
        charts: The other charts over time.
    """

    dimmer: Drawn | None
    charts: tuple[Drawn, ...]


def first_chart(
    question: Question,
    course: TimeCourse,
    other: TimeCourse | None,
    *,
    like: PeopleLike,
    room: Room,
) -> Drawn:
    """The chart that was chosen to be the first and largest."""
    band = bands(question, [question.picture], like)[question.picture]
    chart = over_time(question.picture, question, course, other, band=band)
    return drawn(chart, room.large)


def closer_charts(
    question: Question,
    course: TimeCourse,
    other: TimeCourse | None,
    *,
    like: PeopleLike,
    room: Room,
) -> Closer:
    """The dimmer's curve and every other chart; what nobody would notice is left out."""
    courses = [course, other] if other else [course]
    shown = [picture for picture in PICTURES if picture is not question.picture]
    for picture, (channel, least) in WORTH_DRAWING.items():
        if picture in shown and not any(getattr(c, channel).max() > least for c in courses):
            shown.remove(picture)
    dimmer = None
    if question.laid is None or question.laid.stands_on_the_curve:
        chart = dimmer_curve(course, evidence=evidence(), regions=usual())
        dimmer = drawn(chart, room.large)
    band_of = bands(question, shown, like)
    charts = (
        over_time(picture, question, course, other, band=band_of[picture]) for picture in shown
    )
    return Closer(dimmer=dimmer, charts=tuple(drawn(chart, room.small) for chart in charts))


def bands(question: Question, shown: list[Picture], like: PeopleLike) -> dict[Picture, Band | None]:
    """The band of each chart that has one; all levels are asked for at once."""
    channels = [PICTURES[picture][1] for picture in shown]
    levels = [channel for channel in channels if channel not in ("", SPASMS)]
    found = levels_like(question, *levels) if levels else None
    known = {"": None, SPASMS: like.band}
    return {
        picture: known.get(channel, found) for picture, channel in zip(shown, channels, strict=True)
    }


def over_time(
    picture: Picture,
    question: Question,
    course: TimeCourse,
    other: TimeCourse | None,
    *,
    band: Band | None,
) -> Chart:
    """One chart over the time that is asked for, with its band if it has one."""
    make, _ = PICTURES[picture]
    chart = make(course, band=band, other=other, days=question.window.shown_days)
    courses = [course, other] if other else [course]
    if picture is Picture.WITHDRAWAL and any(pump_falls(one.regimen) for one in courses):
        return replace(chart, title=DO_NOT_READ)
    laid = question.laid
    if laid is None or laid.kind is not Lay.DOWN or other is None:
        return chart
    if picture is Picture.SPASMS:
        return replace(chart, title=way_down_title(laid, course, other))
    return replace(chart, title=f"{picture.words}: on the way down, and after a sudden stop")


@cache
def usual() -> tuple[Region, ...]:
    """Where usual tablets and usual pumps stand on the curve; it depends on the evidence alone."""
    return usual_reach(evidence())


def drawn(chart: Chart, widths: tuple[str, ...]) -> Drawn:
    """A chart with its drawing for each width."""
    return Drawn(
        chart=chart,
        drawings=tuple(
            (name, svg(chart, width=WIDTHS[name], name=f"{chart.key}-{name}")) for name in widths
        ),
    )
