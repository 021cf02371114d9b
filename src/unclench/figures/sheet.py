"""A sheet that is drawn from the top down: title, plot, doses, ticks, key, last sentence.

Each method draws one part below the last and moves the place where the next one goes. Pixels grow
to the right and downward.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Final, final

import numpy as np

from unclench.figures import paths
from unclench.figures.axes import Tick, spread, text_px, ticks, wrapped
from unclench.figures.chart import Array, Axis, Chart, Line, Mark, MarkKind, Scale, Spot
from unclench.figures.colours import LIGHT, RIM, Ink

EDGE_PX: Final = 8.0
LEAD: Final = 1.3
BEAD_EVERY_PX: Final = 34.0
NIGHT_H: Final = (-2.0, 6.0)
DOSE_SHAPES: Final = {Ink.TABLET: "l5 10h-10z", Ink.PUMP: "l5.5 5.5-5.5 5.5-5.5-5.5z"}
"""A wedge for what is swallowed, a diamond for what goes into the fluid, drawn from the top."""
MARK_WORDS: Final = {
    (MarkKind.DOSE, Ink.TABLET): "a dose you swallow",
    (MarkKind.DOSE, Ink.PUMP): "a single dose into the fluid",
    (MarkKind.RUNNING, Ink.PUMP): "the pump runs",
    (MarkKind.CHANGE, Ink.TABLET): "another amount a day",
    (MarkKind.CHANGE, Ink.PUMP): "another amount a day from the pump",
}


@final
@dataclass(slots=True, kw_only=True)
class Sheet:
    """The drawing under way: `parts` so far, and `y`, the top of what comes next."""

    chart: Chart
    width: float
    font: float
    y: float = EDGE_PX
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0
    parts: list[str] = field(default_factory=list)

    @property
    def row(self) -> float:
        """The height of a line of text."""
        return LEAD * self.font

    # Words above and below.

    def title(self, width: float) -> None:
        """The finding, in bold."""
        size = self.font + 3
        lines = wrapped(self.chart.title, width_px=width - 2 * EDGE_PX, font_px=size, bold=True)
        attributes = f'class="finding" fill="{LIGHT["ink"]}" font-weight="700" font-size="{size:g}"'
        self.paragraph(lines, attributes, x=EDGE_PX, row=LEAD * size)
        self.y += 6

    def foot(self, width: float) -> None:
        """How sure the picture is."""
        if self.chart.sure:
            self.y += 4
            lines = wrapped(self.chart.sure, width_px=width - 2 * EDGE_PX, font_px=self.font)
            self.paragraph(lines, f'class="sure" fill="{LIGHT["soft"]}"', x=EDGE_PX, row=self.row)

    def paragraph(self, lines: Iterable[str], attributes: str, *, x: float, row: float) -> None:
        """Lines of text one below the other, starting at the place reached."""
        texts = []
        for line in lines:
            texts.append(text(line, x=x, y=self.y + 0.8 * row))
            self.y += row
        self.parts.append(f"<g {attributes}>{''.join(texts)}</g>")

    # The plot.

    def plot(self, high_px: float) -> None:
        """The plot with its axes, rules, bands, lines and the names at their ends."""
        chart = self.chart
        if not chart.compact:
            lines = wrapped(chart.y.words, width_px=self.width - 2 * EDGE_PX, font_px=self.font)
            soft = f'class="axis-words" fill="{LIGHT["soft"]}"'
            self.paragraph(lines, soft, x=EDGE_PX, row=self.row)
        self.top = self.y + 0.9 * self.font
        self.bottom = self.top + high_px
        y_ticks = ticks(chart.y, length_px=high_px, font_px=self.font)
        widest = max(text_px(word, font_px=self.font) for tick in y_ticks for word in tick.words)
        self.left = EDGE_PX + widest + 6
        names = [line.name for line in chart.lines if line.name]
        column = column_px(names, font=self.font, width=self.width)
        self.right = self.width - EDGE_PX - column
        self.nights()
        self.rules(y_ticks)
        self.regions()
        for band in chart.bands:
            path = paths.area(self.x_px(band.x), self.y_px(band.low), self.y_px(band.high))
            self.shape("band", band.ink, path, f'fill="{LIGHT[band.ink.value]}" fill-opacity=".16"')
        for line in chart.lines:
            self.curve(line)
        self.spots()
        self.ends(column)
        self.y = self.bottom

    def nights(self) -> None:
        """A light shade over the hours from 22:00 to 06:00, where time runs along the axis."""
        axis = self.chart.x
        if axis.scale is not Scale.TIME or axis.high - axis.low > 24 * 15:
            return
        days = range(int(axis.low // 24), int(axis.high // 24) + 1)
        spans = [
            (max(axis.low, 24 * day + NIGHT_H[0]), min(axis.high, 24 * day + NIGHT_H[1]))
            for day in [*days, days[-1] + 1]
        ]
        edges = [self.x_px(np.array(span)).tolist() for span in spans if span[1] > span[0]]
        boxes = [f"M{a:.1f} {self.top:.1f}H{b:.1f}V{self.bottom:.1f}H{a:.1f}z" for a, b in edges]
        if boxes:
            attributes = f'fill="{LIGHT["ink"]}" fill-opacity=".05"'
            self.parts.append(f'<path class="night" d="{"".join(boxes)}" {attributes}/>')

    def rules(self, y_ticks: tuple[Tick, ...]) -> None:
        """The horizontal rules with their numbers; the lowest is the axis itself."""
        heights = self.y_px(np.array([tick.at for tick in y_ticks])).tolist()
        fine = "".join(f"M{self.left:.1f} {y:.1f}H{self.right:.1f}" for y in heights[1:])
        self.parts.append(f'<path class="rule" d="{fine}" stroke="{LIGHT["rule"]}" fill="none"/>')
        axis = f"M{self.left:.1f} {self.bottom:.1f}H{self.right:.1f}"
        self.parts.append(
            f'<path class="axis" d="{axis}" stroke="{LIGHT["soft"]}" stroke-width="1.5"/>'
        )
        numbers = "".join(
            text(tick.words[0], x=self.left - 6, y=y + 0.35 * self.font)
            for tick, y in zip(y_ticks, heights, strict=True)
        )
        self.parts.append(f'<g class="ticks" fill="{LIGHT["ink"]}" text-anchor="end">{numbers}</g>')

    def curve(self, line: Line) -> None:
        """One line, and beads on it where it is the second of its ink."""
        x, y = self.x_px(line.x), self.y_px(line.y)
        dashes = f' stroke-dasharray="{line.ink.dashes}"' if line.ink.dashes else ""
        width = "2" if line.beaded else "3"
        stroke = f'fill="none" stroke="{LIGHT[line.ink.value]}" stroke-width="{width}"'
        caps = ' stroke-linejoin="round" stroke-linecap="round"'
        self.shape("line", line.ink, paths.line(x, y), stroke + dashes + caps)
        if line.beaded:
            at = np.arange(x[0] + BEAD_EVERY_PX / 2, x[-1], BEAD_EVERY_PX)
            dots = zip(at.tolist(), np.interp(at, x, y).tolist(), strict=True)
            path = "".join(f"M{a:.1f} {b:.1f}h.01" for a, b in dots)
            stroke = f'fill="none" stroke="{LIGHT[line.ink.value]}" stroke-width="9"'
            self.shape("beads", line.ink, path, stroke + ' stroke-linecap="round"')

    def regions(self) -> None:
        """Named stretches of the horizontal axis as light columns; names stand below the ticks."""
        for region in self.chart.regions:
            a, b = self.x_px(np.array([region.low, region.high])).tolist()
            path = f"M{a:.1f} {self.top:.1f}H{b:.1f}V{self.bottom:.1f}H{a:.1f}z"
            fill = f'fill="{LIGHT[region.ink.value]}" fill-opacity=".1"'
            self.shape("region", region.ink, path, fill)

    def spots(self) -> None:
        """Points, and stretches of a curve between two points, drawn thick with round ends."""
        for spot in self.chart.spots:
            x, y = self.x_px(np.array(spot.x)), self.y_px(np.array(spot.y))
            path = paths.steps(x, y) + ("" if len(spot.x) > 1 else "h.01")
            stroke = f'fill="none" stroke="{LIGHT[spot.ink.value]}" stroke-width="12"'
            caps = ' stroke-linecap="round" stroke-linejoin="round" stroke-opacity=".85"'
            self.shape("spot", spot.ink, path, stroke + caps)
            self.spot_name(spot, float(x[-1]), float(y[-1]))

    def spot_name(self, spot: Spot, x: float, y: float) -> None:
        """A spot's name to its right and a little lower, which is below a curve that rises."""
        room = 0.36 * (self.right - self.left)
        lines = wrapped(spot.name, width_px=room, font_px=self.font, bold=True)
        widest = max(text_px(line, font_px=self.font, bold=True) for line in lines)
        left = min(x + 14, self.right - widest)
        first = min(y + 1.3 * self.font, self.bottom - 6 - (len(lines) - 1) * self.row)
        self.label(spot.ink, lines, x=left, y=first)

    def label(
        self, ink: Ink, lines: tuple[str, ...], *, x: float, y: float, anchor: str = "start"
    ) -> None:
        """Bold words in an ink, with a rim of paper that keeps curves away from the letters."""
        body = "".join(text(line, x=x, y=y + i * self.row) for i, line in enumerate(lines))
        attributes = f'fill="{LIGHT[ink.value]}" {RIM} font-weight="700" text-anchor="{anchor}"'
        self.parts.append(f'<g class="label {ink.value}" {attributes}>{body}</g>')

    def ends(self, column: float) -> None:
        """The names at the ends of lines, moved apart where they would touch."""
        named = [line for line in self.chart.lines if line.name]
        if not named:
            return
        words = [
            wrapped(line.name, width_px=column - 20, font_px=self.font, bold=True) for line in named
        ]
        ends = self.y_px(np.array([line.y[-1] for line in named])).tolist()
        starts = self.x_px(np.array([line.x[-1] for line in named])).tolist()
        heights = tuple(len(lines) * self.row + 4 for lines in words)
        low = self.top - 0.6 * self.font
        high = max(self.bottom + 0.5 * self.font, low + sum(heights))
        centres = spread(tuple(ends), heights=heights, low=low, high=high)
        places = zip(named, words, starts, ends, centres, strict=True)
        for line, lines, x, end, centre in places:
            path = f"M{x + 4:.1f} {end:.1f}L{self.right + 13:.1f} {centre:.1f}"
            colour = LIGHT[line.ink.value]
            self.shape("lead", line.ink, path, f'stroke="{colour}" fill="none"')
            first = centre - len(lines) * self.row / 2 + 0.77 * self.row
            self.label(line.ink, lines, x=self.right + 17, y=first)

    # Below the plot.

    def below(self) -> None:
        """Doses, tick labels, region names, the axis's words and the key."""
        self.doses()
        self.x_ticks()
        self.region_names()
        if self.chart.x.scale is not Scale.TIME and not self.chart.compact:
            room = self.width - 2 * EDGE_PX
            lines = wrapped(self.chart.x.words, width_px=room, font_px=self.font)
            soft = f'class="axis-words" fill="{LIGHT["soft"]}"'
            self.paragraph(lines, soft, x=EDGE_PX, row=self.row)
        if not self.chart.compact:
            self.key()

    def doses(self) -> None:
        """A wedge under the axis for each dose, a dashed bar for a pump that runs."""
        axis = self.chart.x
        shown = [m for m in self.chart.marks if m.end_h >= axis.low and m.start_h <= axis.high]
        runs = [mark for mark in shown if mark.kind is MarkKind.RUNNING]
        if runs:
            self.y += 8
            self.bars(runs)
        swallowed = [mark for mark in shown if mark.kind is not MarkKind.RUNNING]
        if swallowed:
            self.y += 3
            self.wedges(swallowed)

    def bars(self, runs: list[Mark]) -> None:
        """Dashed bars for the stretches in which a pump runs."""
        for ink in {mark.ink: None for mark in runs}:
            edges = [
                self.x_px(np.clip([m.start_h, m.end_h], self.chart.x.low, self.chart.x.high))
                for m in runs
                if m.ink is ink
            ]
            path = "".join(f"M{a:.1f} {self.y:.1f}H{b:.1f}" for a, b in edges)
            stroke = f'stroke="{LIGHT[ink.value]}" stroke-width="4" stroke-dasharray="8 4"'
            self.shape("runs", ink, path, stroke + ' fill="none"')
        self.y += 4

    def wedges(self, swallowed: list[Mark]) -> None:
        """A row of marks for each ink that point at the moment of each dose."""
        for ink in {mark.ink: None for mark in swallowed}:
            of_ink = [mark for mark in swallowed if mark.ink is ink]
            at = self.x_px(np.array([mark.start_h for mark in of_ink]))
            path = "".join(f"M{x:.1f} {self.y:.1f}{DOSE_SHAPES[ink]}" for x in at.tolist())
            self.shape("dose", ink, path, f'fill="{LIGHT[ink.value]}"')
            self.y += 12
            self.amounts(of_ink, at)

    def amounts(self, marks: list[Mark], places: Array) -> None:
        """What each dose is, below its mark, where there is room for all of them."""
        widest = max(text_px(mark.words, font_px=self.font) for mark in marks)
        if places.size > 1 and float(np.min(np.diff(places))) < widest + 6:
            return
        words = "".join(
            text(mark.words, x=self.inside(x, widest), y=self.y + 0.8 * self.row)
            for mark, x in zip(marks, places.tolist(), strict=True)
        )
        soft = f'class="amounts" fill="{LIGHT["soft"]}" text-anchor="middle"'
        self.parts.append(f"<g {soft}>{words}</g>")
        self.y += self.row

    def x_ticks(self) -> None:
        """Labels of the horizontal axis, one or two lines each."""
        marks = ticks(self.chart.x, length_px=self.right - self.left, font_px=self.font)
        places = self.x_px(np.array([tick.at for tick in marks])).tolist()
        self.y += 5
        texts = []
        for tick, x in zip(marks, places, strict=True):
            widest = max((text_px(w, font_px=self.font) for w in tick.words), default=0.0)
            for i, word in enumerate(tick.words):
                y = self.y + 0.8 * self.row + i * self.row
                texts.append(text(word, x=self.inside(x, widest), y=y))
        ruled = [x for tick, x in zip(marks, places, strict=True) if tick.ruled]
        if ruled:
            path = "".join(f"M{x:.1f} {self.bottom:.1f}v4" for x in ruled)
            self.parts.append(f'<path class="axis" d="{path}" stroke="{LIGHT["soft"]}"/>')
        group = f'class="ticks" fill="{LIGHT["ink"]}" text-anchor="middle"'
        self.parts.append(f"<g {group}>{''.join(texts)}</g>")
        self.y += self.row * max((len(tick.words) for tick in marks), default=0)

    def region_names(self) -> None:
        """The names of regions under the axis, each in its ink on a row of its own."""
        if not self.chart.regions:
            return
        for region in self.chart.regions:
            a, b = self.x_px(np.array([region.low, region.high])).tolist()
            bar = f'stroke="{LIGHT[region.ink.value]}" stroke-width="5" fill="none"'
            self.shape("reach", region.ink, f"M{a:.1f} {self.bottom:.1f}H{b:.1f}", bar)
            room = self.width - 2 * EDGE_PX
            lines = wrapped(region.name, width_px=room, font_px=self.font, bold=True)
            widest = max(text_px(line, font_px=self.font, bold=True) for line in lines)
            x = self.inside((a + b) / 2, widest)
            self.label(region.ink, lines, x=x, y=self.y + 0.8 * self.row, anchor="middle")
            self.y += len(lines) * self.row
        self.y += 4

    def key(self) -> None:
        """What shades and wedges mean: a swatch and a name each, as many to a row as fit."""
        entries = [(*swatch, name) for swatch, name in self.keys()]
        if not entries:
            return
        self.y += 6
        x = EDGE_PX
        for kind, ink, name in entries:
            width = 28 + text_px(name, font_px=self.font) + 18
            if x > EDGE_PX and x + width > self.width:
                x, self.y = EDGE_PX, self.y + self.row
            self.parts.append(swatch(kind, ink, x=x, y=self.y + self.row / 2))
            words = text(name, x=x + 28, y=self.y + 0.8 * self.row)
            self.parts.append(f'<g class="key" fill="{LIGHT["soft"]}">{words}</g>')
            x += width
        self.y += self.row

    def keys(self) -> list[tuple[tuple[str, Ink], str]]:
        """What needs a word in the key: bands, and each kind of dose mark, once."""
        named = {("band", band.ink): band.name for band in self.chart.bands}
        for mark in self.chart.marks:
            kind = "runs" if mark.kind is MarkKind.RUNNING else "dose"
            named.setdefault((kind, mark.ink), MARK_WORDS[mark.kind, mark.ink])
        return list(named.items())

    # Places.

    def x_px(self, x: Array) -> Array:
        """Positions on the horizontal axis in pixels."""
        return self.left + along(self.chart.x, x) * (self.right - self.left)

    def y_px(self, y: Array) -> Array:
        """Heights on the vertical axis in pixels, kept inside the plot."""
        share = np.clip(along(self.chart.y, y), 0.0, 1.0)
        return self.bottom - share * (self.bottom - self.top)

    def inside(self, x: float, width: float) -> float:
        """The centre nearest to x at which centred text of this width stays on the sheet."""
        return max(2 + width / 2, min(x, self.width - 2 - width / 2))

    def shape(self, kind: str, ink: Ink, path: str, attributes: str) -> None:
        """Add one path of a kind and an ink."""
        self.parts.append(f'<path class="{kind} {ink.value}" d="{path}" {attributes}/>')


def along(axis: Axis, values: Array) -> Array:
    """Values as a share (0 to 1) of the axis."""
    if axis.scale is Scale.LOG:
        low, high = math.log(axis.low), math.log(axis.high)
        return (np.log(np.maximum(values, axis.low)) - low) / (high - low)
    return (values - axis.low) / (axis.high - axis.low)


def text(words: str, *, x: float, y: float) -> str:
    """One line of text."""
    return f'<text x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def swatch(kind: str, ink: Ink, *, x: float, y: float) -> str:
    """A small sample of a band, a wedge or a bar, 22 pixels wide, centred on the height y."""
    colour = LIGHT[ink.value]
    if kind == "band":
        shape = f'd="M{x:.1f} {y - 6:.1f}h22v12h-22z" fill="{colour}" fill-opacity=".16"'
    elif kind == "dose":
        shape = f'd="M{x + 11:.1f} {y - 5:.1f}{DOSE_SHAPES[ink]}" fill="{colour}"'
    else:
        shape = f'd="M{x:.1f} {y:.1f}h22" stroke="{colour}" stroke-width="4" stroke-dasharray="8 4"'
    return f'<path class="{kind} {ink.value}" {shape}/>'


def column_px(names: list[str], *, font: float, width: float) -> float:
    """The width kept free at the right for the names at line ends."""
    if not names:
        return 0.0
    natural = max(text_px(name, font_px=font, bold=True) for name in names)
    words = [word for name in names for word in name.split()]
    longest = max(text_px(word, font_px=font, bold=True) for word in words)
    return 20 + max(longest, min(natural, 0.2 * width))
