"""The one SVG writer: a Chart laid out for a given width, for a page, paper or a notebook.

Nothing is scaled to fit: a narrow picture has fewer ticks and wrapped words, and letters of the
same size. Every shape has a class, which a page's stylesheet colours for light and dark, and
presentation attributes with the light colours, so that the same text is a file that stands alone.
There is no style attribute and no script, which a strict Content-Security-Policy would refuse.
"""

from __future__ import annotations

import math
from enum import Enum
from html import escape
from typing import Final

from unclench.errors import InputError
from unclench.figures.chart import Chart
from unclench.figures.colours import LIGHT
from unclench.figures.nerve import NERVE_HIGH_PX, NERVE_WIDE_PX, nerve
from unclench.figures.sheet import Sheet

NARROWEST_PX: Final = 280
WIDEST_PX: Final = 2000
ROOMY_PX: Final = 480
BESIDE_PX: Final = 640
FONTS: Final = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', sans-serif"


class Theme(Enum):
    """Where a figure will stand."""

    PAGE = "page"
    """In a web page: transparent, without the title, which the page sets as text of its own."""
    PAPER = "paper"
    """In a file of its own or a notebook: on paper, with its title and how sure it is."""


def svg(
    chart: Chart,
    *,
    width: int = 720,
    plot_height: int | None = None,
    theme: Theme = Theme.PAGE,
    name: str | None = None,
) -> str:
    """The chart as SVG text, laid out for a width.

    Args:
        chart: What to draw.
        width: The whole picture's width in pixels, 280 to 2000.
        plot_height: The height of the plot itself in pixels; left out, it follows the width.
        theme: Whether it stands in a page or alone.
        name: A prefix for element ids, so that one page can hold two pictures of one chart.

    Raises:
        InputError: The width or height is out of range.
    """
    if not NARROWEST_PX <= width <= WIDEST_PX:
        raise InputError(
            f"a figure {width} pixels wide",
            expected=f"a width from {NARROWEST_PX} to {WIDEST_PX} pixels",
        )
    high_px = default_height(chart, width=width) if plot_height is None else plot_height
    if not 40 <= high_px <= WIDEST_PX:
        raise InputError(
            f"a plot {high_px} pixels high", expected=f"a height from 40 to {WIDEST_PX} pixels"
        )
    alone = theme is Theme.PAPER
    beside = chart.nerve is not None and width >= BESIDE_PX
    sheet = Sheet(
        chart=chart,
        width=width - (NERVE_WIDE_PX + 24 if beside else 0),
        font=16.0 if width >= ROOMY_PX else 14.0,
    )
    if alone and not chart.compact:
        sheet.title(width)
    start = sheet.y
    sheet.plot(float(high_px))
    sheet.below()
    if chart.nerve is not None:
        place = (width - NERVE_WIDE_PX - 8, start + 8) if beside else (8.0, sheet.y + 6)
        sheet.parts.append(nerve(chart.nerve, x=place[0], y=place[1], font=sheet.font))
        sheet.y = max(sheet.y, place[1] + NERVE_HIGH_PX)
    if alone and not chart.compact:
        sheet.foot(width)
    return wrap(sheet, width=width, alone=alone, name=name or chart.key)


def default_height(chart: Chart, *, width: int) -> int:
    """The plot's height in pixels where nobody asks for one."""
    return 72 if chart.compact else round(min(320, max(200, 0.44 * width)))


def wrap(sheet: Sheet, *, width: int, alone: bool, name: str) -> str:
    """The finished svg element around everything that was drawn."""
    height = math.ceil(sheet.y + 8)
    chart = sheet.chart
    box = f"{sheet.left:.1f} {sheet.top:.1f} {sheet.right:.1f} {sheet.bottom:.1f}"
    ground = f'<rect class="paper" width="{width}" height="{height}" fill="{LIGHT["paper"]}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="figure {chart.key}" role="img"'
        f' aria-labelledby="{name}-title {name}-words" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" data-plot="{box}"'
        f' data-x="{chart.x.low:g} {chart.x.high:g}" data-x-scale="{chart.x.scale.value}"'
        f' font-family="{FONTS}" font-size="{sheet.font:g}">'
        f'<title id="{name}-title">{escape(chart.title)}</title>'
        f'<desc id="{name}-words">{escape(chart.summary)}</desc>'
        f"{ground if alone else ''}{''.join(sheet.parts)}</svg>"
    )
