"""The picture of staying on it: members on tablets and on a pump, beside the registers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np

from unclench.evidence import Evidence
from unclench.figures import Chart, Table, svg
from unclench.figures.chart import Axis, Band, Line
from unclench.figures.colours import Ink
from unclench_site.experience import published

Document = dict[str, Any]
WIDTHS: Final = {"narrow": 320, "middle": 480, "wide": 720}
SHOWN_DAYS: Final = 1825
NAMES: Final = {Ink.TABLET: "tablets", Ink.PUMP: "pump"}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A chart with its drawing for each width."""

    chart: Chart
    drawings: tuple[tuple[str, str], ...]


def staying_picture(oral: Document, pump: Document, base: Evidence) -> Drawn | None:
    """Draw who stays on it how long; None where neither way has a curve."""
    chart = staying_chart(oral, pump, base)
    if chart is None:
        return None
    drawings = tuple(
        (name, svg(chart, width=width, name=f"{chart.key}-{name}"))
        for name, width in WIDTHS.items()
    )
    return Drawn(chart=chart, drawings=drawings)


def staying_chart(oral: Document, pump: Document, base: Evidence) -> Chart | None:
    """Give the chart: a line with its interval for each way, and the registers' points."""
    told = {
        ink: way["staying"]
        for ink, way in ((Ink.TABLET, oral), (Ink.PUMP, pump))
        if (way.get("staying") or {}).get("points")
    }
    if not told:
        return None
    lines, bands, rows = [], [], []
    for ink, stay in told.items():
        points = [one for one in stay["points"] if one["day"] <= SHOWN_DAYS]
        x = np.array([stay["from_day"], *(one["day"] for one in points)], dtype=np.float64)
        y, low, high = (
            np.array([100.0, *(one[name] for one in points)]) for name in ("percent", "low", "high")
        )
        lines.append(Line(name=NAMES[ink], x=x, y=y, ink=ink))
        bands.append(Band(name=f"{NAMES[ink]}: interval", x=x, low=low, high=high, ink=ink))
        rows += [row(NAMES[ink], one) for one in points]
    known = register_line(base)
    end = max([float(known.x[-1]), *(float(line.x[-1]) for line in lines)])
    return Chart(
        key="staying",
        title=title(told),
        summary="The shaded part is where the true share lies in 95 of 100 such pictures. The line "
        "of the registers joins what they say of 150 days, one year and two years.",
        x=Axis(words="days since the start", high=end),
        y=Axis(words="people still on it, of 100", high=100.0),
        lines=(*lines, known),
        bands=tuple(bands),
        readings=Table(
            caption="People still on it, of 100",
            header=("", "days", "of 100", "interval", "people watched then"),
            rows=tuple(rows),
            at=tuple(float(one[1]) for one in rows),
        ),
    )


def title(told: dict[Ink, Document]) -> str:
    """Say the finding."""
    ink, stay = next(iter(told.items()))
    point = min(stay["points"], key=lambda one: abs(one["day"] - 365))
    return f"{point['percent']} of 100 are still on {NAMES[ink]} after {point['day']} days"


def row(name: str, point: Document) -> tuple[str, ...]:
    """Give one point as a row of the table."""
    return (
        name,
        str(point["day"]),
        str(point["percent"]),
        f"{point['low']} to {point['high']}",
        f"about {point['at_risk']}",
    )


def register_line(base: Evidence) -> Line:
    """Give the registers' figures for tablets, the mean where two are given for one day."""
    days: dict[int, list[float]] = {}
    for day, _, figure in published.still_on(base):
        days.setdefault(day, []).extend(figure.percents)
    x = np.array([0, *days], dtype=np.float64)
    y = np.array([100.0, *(float(np.mean(found)) for found in days.values())])
    return Line(name="registers", x=x, y=y, ink=Ink.SOFT)
