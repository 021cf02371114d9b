"""A figure as a file: SVG as it is, PNG and PDF made from the same SVG."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from unclench.errors import InputError
from unclench.figures.chart import Chart
from unclench.figures.svg import Theme, svg

KINDS: Final = (".svg", ".png", ".pdf")
PNG_SCALE: Final = 2.0


def save(chart: Chart, path: Path | str, *, width: int = 720) -> Path:
    """Write a chart to a file, of the kind that the file's name ends in.

    Args:
        chart: What to draw.
        path: Where to write: a name ending in .svg, .png or .pdf. An existing file is replaced.
        width: The width in pixels; a PNG has twice as many dots.

    Raises:
        InputError: The name ends in something else, or PNG or PDF is asked for and the [export]
            extra is not installed.
    """
    path = Path(path)
    path.write_bytes(rendered(chart, kind=path.suffix.lower(), width=width))
    return path


def rendered(chart: Chart, *, kind: str, width: int = 720) -> bytes:
    """A chart as the bytes of a file of this kind: ".svg", ".png" or ".pdf"."""
    if kind not in KINDS:
        raise InputError(
            f"A figure cannot be written as {kind or 'a file without an ending'!r}.",
            expected="a file name that ends in .svg, .png or .pdf",
        )
    text = svg(chart, width=width, theme=Theme.PAPER)
    if kind == ".svg":
        return text.encode()
    try:
        import vl_convert
    except ModuleNotFoundError:
        raise InputError(
            f"A {kind[1:].upper()} picture needs a package that is not installed.",
            expected="unclench with its export extra",
            hint="pip install 'unclench[export]', or write a .svg, which needs nothing",
        ) from None
    picture: bytes = (
        vl_convert.svg_to_png(text, scale=PNG_SCALE)
        if kind == ".png"
        else vl_convert.svg_to_pdf(text)
    )
    return picture
