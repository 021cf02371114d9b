"""The small drawing of a nerve: ten signals arrive, and some of them pass the dimmer."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import Final

from unclench.figures.chart import Nerve
from unclench.figures.colours import LIGHT, RIM

NERVE_WIDE_PX: Final = 240.0
NERVE_HIGH_PX: Final = 132.0
SIGNALS: Final = 10
SPIKE: Final = "h8l3-24 4 31 3-7h5"
GAP: Final = "h23"


def nerve(drawing: Nerve, *, x: float, y: float, font: float) -> str:
    """Two rows of spikes: what arrives, and what still passes, in words as well.

    Args:
        drawing: The share that passes, and the words for it.
        x: Left edge in pixels.
        y: Top edge in pixels.
        font: Size of the letters in pixels.
    """
    count = round(SIGNALS * drawing.passing)
    so_far = [(i * count + SIGNALS // 2) // SIGNALS for i in range(SIGNALS + 1)]
    passed = [after > before for before, after in pairwise(so_far)]
    colour = LIGHT[drawing.ink.value]
    all_spikes = f"M{x:.1f} {y + 50:.1f}" + SPIKE * SIGNALS
    some_spikes = f"M{x:.1f} {y + 118:.1f}" + "".join(SPIKE if on else GAP for on in passed)
    return (
        f'<g class="nerve"><g class="arriving" fill="{LIGHT["soft"]}">'
        f'<text x="{x:.1f}" y="{y + 14:.1f}">10 signals to tighten</text></g>'
        f'<path class="line untreated" d="{all_spikes}" fill="none" stroke="{LIGHT["soft"]}"'
        f' stroke-width="2" stroke-linejoin="round"/>'
        f'<g class="label {drawing.ink.value}" fill="{colour}" {RIM} font-weight="700">'
        f'<text x="{x:.1f}" y="{y + 82:.1f}">{escape(drawing.words)}</text></g>'
        f'<path class="line {drawing.ink.value}" d="{some_spikes}" fill="none" stroke="{colour}"'
        f' stroke-width="3" stroke-linejoin="round"/></g>'
    )
