"""The inks of every figure, on light and on dark paper, and how well they can be read.

The values are those of the design tokens; the site's stylesheet gives the same names to CSS.
Colour never carries a meaning alone: an ink also has a stroke (solid, dashed, dotted), and a second
line of the same ink carries beads.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final


class Ink(Enum):
    """What a line or mark stands for; its value is its CSS class and its name in a palette."""

    TABLET = "tablet"
    PUMP = "pump"
    BOTH = "both"
    UNTREATED = "untreated"
    INK = "ink"
    SOFT = "soft"
    LAMP = "lamp"

    @property
    def dashes(self) -> str:
        """The stroke's dash pattern in pixels as SVG writes it; empty for a solid line."""
        return DASHES.get(self, "")


DASHES: Final[Mapping[Ink, str]] = MappingProxyType(
    {Ink.PUMP: "10 5", Ink.BOTH: "14 4 3 4", Ink.UNTREATED: "1 6"}
)

LIGHT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "paper": "#FBF8F3",
        "card": "#FFFFFF",
        "ink": "#1F2430",
        "soft": "#4A5160",
        "tablet": "#0B4F5C",
        "pump": "#5B2A86",
        "both": "#1F2430",
        "untreated": "#4A5160",
        "lamp": "#7F3F00",
        "rule": "#D9D4CA",
    }
)
"""Hexadecimal colours on light paper, by token; a file on its own always uses these."""

RIM: Final = (
    f'stroke="{LIGHT["paper"]}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"'
)
"""The rim of paper around bold words, which keeps curves away from the letters."""

DARK: Final[Mapping[str, str]] = MappingProxyType(
    {
        "paper": "#12161D",
        "card": "#1B212B",
        "ink": "#F2EDE4",
        "soft": "#C3C7D0",
        "tablet": "#8FD3DE",
        "pump": "#D9B8FF",
        "both": "#F2EDE4",
        "untreated": "#C3C7D0",
        "lamp": "#FFC46B",
        "rule": "#3A424F",
    }
)
"""Hexadecimal colours on dark paper, by token; pages switch to them through CSS."""


def contrast(first: str, second: str) -> float:
    """The WCAG 2 contrast ratio (1 to 21) of two colours written as #RRGGBB.

    Example:
        >>> round(contrast("#000000", "#FFFFFF"), 1)
        21.0
    """
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance (0 to 1) of a colour written as #RRGGBB, as WCAG 2 defines it."""
    red, green, blue = (linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(channel: float) -> float:
    """One sRGB channel (0 to 1) without its gamma."""
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
