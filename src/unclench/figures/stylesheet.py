"""The CSS that gives figures in a page the page's own colours, light, dark and on paper."""

from __future__ import annotations

from typing import Final

from unclench.figures.colours import LIGHT, Ink

STROKED: Final = ("line", "beads", "spot", "lead", "runs", "reach")
FILLED: Final = ("band", "dose", "label", "region")


def stylesheet() -> str:
    """The rules for every class that the SVG writer uses, as the text of a CSS file.

    Colours are custom properties (--tablet, --pump, --ink, …) with the light value behind them, so
    that a page that sets none still shows the figure. Where colours are forced, text and lines take
    the colours of the system; dashes and beads still tell them apart.
    """
    ink, soft = token("ink"), token("soft")
    rules = [
        ".figure { display: block; max-width: 100%; height: auto; }",
        ".figure text { font-variant-numeric: tabular-nums; }",
        *(rule for ink in Ink for rule in ink_rules(ink)),
        f".figure .axis {{ stroke: {soft}; }}",
        f".figure .rule {{ stroke: {token('rule')}; }}",
        f".figure .night {{ fill: {ink}; }}",
        f".figure .paper {{ fill: {token('paper')}; }}",
        f"{chosen('ticks', 'finding')} {{ fill: {ink}; }}",
        f"{chosen('axis-words', 'amounts', 'key', 'sure', 'arriving')} {{ fill: {soft}; }}",
        f".figure .label {{ stroke: var(--figure-ground, {token('card')}); }}",
        "@media (forced-colors: active) {",
        "  .figure text, .figure .dose { fill: CanvasText; }",
        "  .figure .label { stroke: Canvas; }",
        f"  {chosen('axis', *STROKED)} {{ stroke: CanvasText; }}",
        "}",
    ]
    return "\n".join(rules) + "\n"


def chosen(*classes: str) -> str:
    """A selector for shapes of a figure with one of these classes."""
    return ", ".join(f".figure .{name}" for name in classes)


def ink_rules(ink: Ink) -> list[str]:
    """Stroke and fill of every kind of shape in one ink."""
    return [
        f"{chosen(*(f'{kind}.{ink.value}' for kind in kinds))} {{ {what}: {token(ink.value)}; }}"
        for kinds, what in ((STROKED, "stroke"), (FILLED, "fill"))
    ]


def token(name: str) -> str:
    """A custom property with its light value to fall back on."""
    return f"var(--{name}, {LIGHT[name]})"
