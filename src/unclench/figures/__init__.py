"""Every chart of unclench as one specification and one SVG writer.

A named figure turns a TimeCourse into a Chart: the finding in words, axes, lines, a table with the
same numbers. `svg` draws it for a page or for paper, `save` writes it to a file, and a notebook
shows it by itself.
"""

from __future__ import annotations

from unclench.figures.chart import Chart, Table
from unclench.figures.dimmer import dimmer_curve, usual_reach
from unclench.figures.export import rendered, save
from unclench.figures.pictures import (
    cord,
    csf,
    day_strip,
    drowsiness,
    plasma,
    spasms,
    tone,
    weakness,
    withdrawal,
)
from unclench.figures.stylesheet import stylesheet
from unclench.figures.svg import Theme, svg

__all__ = [
    "Chart",
    "Table",
    "Theme",
    "cord",
    "csf",
    "day_strip",
    "dimmer_curve",
    "drowsiness",
    "plasma",
    "rendered",
    "save",
    "spasms",
    "stylesheet",
    "svg",
    "tone",
    "usual_reach",
    "weakness",
    "withdrawal",
]
