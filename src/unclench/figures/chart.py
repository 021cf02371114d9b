"""What a figure says, apart from how it is drawn.

A Chart is a value: a finding in words, two axes, lines, bands and marks, and a table with the same
numbers. The page, the command line and the printed report all draw the same Chart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import final

import numpy as np
from numpy.typing import NDArray

from unclench.errors import InputError
from unclench.figures.colours import Ink

Array = NDArray[np.float64]


class Scale(Enum):
    """How positions along an axis are spaced and labelled."""

    NUMBER = "number"
    LOG = "log"
    TIME = "time"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis: what it measures in words with the unit spelled out, and how far it goes.

    A TIME axis counts hours from midnight of day 1. A NUMBER axis starts at zero.
    """

    words: str
    low: float = 0.0
    high: float
    scale: Scale = Scale.NUMBER

    def __post_init__(self) -> None:
        """Refuse an axis that runs nowhere or a logarithm of nothing."""
        if not self.high > self.low:
            raise InputError(
                f"the axis {self.words!r} runs from {self.low} to {self.high}",
                expected="an end that is greater than its start",
            )
        if self.scale is Scale.LOG and self.low <= 0:
            raise InputError(
                f"the logarithmic axis {self.words!r} starts at {self.low}",
                expected="a start above zero",
            )


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    """A curve with the name that stands at its end.

    Attributes:
        x: (n,) positions in the axis's unit, rising.
        y: (n,) values in the axis's unit.
        beaded: Marks the second line of one ink with beads, so that it is told apart in grey too.
    """

    name: str
    x: Array
    y: Array
    ink: Ink
    beaded: bool = False


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Band:
    """A shaded area between two curves; x, low, high are (n,) in the axes' units."""

    name: str
    x: Array
    low: Array
    high: Array
    ink: Ink


class MarkKind(Enum):
    """What a mark below the time axis stands for."""

    DOSE = "dose"
    """One dose at one moment."""
    RUNNING = "running"
    """A pump that runs for a while."""
    CHANGE = "change"
    """The first day of another daily amount, where single doses are too many to draw."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A dose below the time axis: when it starts and ends, in hours, and the amount in words."""

    start_h: float
    end_h: float
    words: str
    ink: Ink
    kind: MarkKind = MarkKind.DOSE


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A named stretch of the horizontal axis, such as where tablets reach."""

    name: str
    low: float
    high: float
    ink: Ink


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A named point on the chart, or a stretch of a curve between two points."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    ink: Ink


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Nerve:
    """The small drawing of ten nerve signals, of which some share (0 to 1) still passes."""

    passing: float
    words: str
    ink: Ink


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The same numbers as text, for readers who would rather read than look.

    Attributes:
        caption: What the numbers are, unit spelled out.
        header: A word for each column.
        rows: The cells of each row, as many as the header has.
        at: Where each row stands on the horizontal axis, in its unit.
    """

    caption: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    at: tuple[float, ...] = ()


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chart:
    """A whole figure: the finding, the axes, what is drawn, and the same in words and numbers.

    Attributes:
        key: A short name for file names and element ids, such as "spasms".
        title: The finding in words.
        summary: Sentences that say what the picture shows.
        table: The last day shown in a few rows.
        readings: All that is shown, closely enough to be read off along the axis.
        sure: How sure the picture is, in one sentence.
        compact: Draws a strip of one day beside other things, with no words above it.

    Example:
        >>> import numpy as np
        >>> x = np.linspace(0, 24, 97)
        >>> chart = Chart(
        ...     key="plasma",
        ...     title="Baclofen in the blood is highest at 09:30",
        ...     summary="It is highest at 09:30.",
        ...     x=Axis(words="time of day", high=24.0, scale=Scale.TIME),
        ...     y=Axis(words="nanograms in a millilitre of blood", high=300.0),
        ...     lines=(Line(name="tablets", x=x, y=200 + 90 * np.sin(x), ink=Ink.TABLET),),
        ... )
        >>> chart._repr_svg_()[:4]
        '<svg'
    """

    key: str
    title: str
    summary: str
    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    bands: tuple[Band, ...] = ()
    marks: tuple[Mark, ...] = ()
    regions: tuple[Region, ...] = ()
    spots: tuple[Spot, ...] = ()
    nerve: Nerve | None = None
    table: Table = field(default_factory=Table)
    readings: Table = field(default_factory=Table)
    sure: str = ""
    compact: bool = False

    def _repr_svg_(self) -> str:
        """The figure as a notebook shows it."""
        from unclench.figures.svg import Theme, svg

        return svg(self, theme=Theme.PAPER)
