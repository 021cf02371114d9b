"""The page and the emergency card as PDF: tagged (PDF/UA-1), in fonts that the typesetter brings.

The text of a person reaches the typesetter as JSON and is never pasted into its source, so that
nothing they write is read as a command. It can read no file beside the two templates.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from unclench.figures import svg
from unclench.figures.svg import FONTS
from unclench_site.clinic.card import Card
from unclench_site.clinic.charts import charts
from unclench_site.clinic.sheet import Sheet

FOLDER: Final = Path(__file__).parent / "typst"
FONT: Final = "Libertinus Serif"
STANDARD: Final[typst.PDFStandards] = ["ua-1"]
MOST_PAGES: Final = 2
SHORTEST: Final = 3
CHART_PX: Final = 480
PLOT_PX: Final = 110


def page_pdf(sheet: Sheet) -> bytes:
    """The page for the clinic on at most two sheets of A4.

    What does not fit is left out from the least grave findings on, and the PDF says so.
    """
    made_at = datetime.fromisoformat(sheet["made_at"])
    for brief in range(SHORTEST + 1):
        data = {"sheet": sheet, "charts": drawn(sheet), "brief": brief}
        if brief == SHORTEST or pages("page.typ", data) <= MOST_PAGES:
            return compiled("page.typ", data, made_at=made_at)
    raise AssertionError("the last round returns")


def card_pdf(card: Card) -> bytes:
    """The emergency card, on one sheet of A4 that folds to a wallet."""
    return compiled("card.typ", {"card": card}, made_at=datetime.fromisoformat(card["made_at"]))


def drawn(sheet: Sheet) -> list[dict[str, str]]:
    """The pictures as the typesetter takes them: the drawing, its title, and the same in words."""
    return [
        {
            "svg": svg(chart, width=CHART_PX, plot_height=PLOT_PX).replace(FONTS, FONT),
            "title": chart.title,
            "words": f"{chart.title}. {chart.summary}",
        }
        for chart in charts(sheet)
    ]


def compiled(name: str, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """A template with its data as PDF."""
    made = typst.compile(
        FOLDER / name,
        root=FOLDER,
        font_paths=fonts(),
        format="pdf",
        pdf_standards=STANDARD,
        sys_inputs={"data": json.dumps(data)},
        timestamp=int(made_at.timestamp()),
    )
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


def pages(name: str, data: Mapping[str, Any]) -> int:
    """How many sheets a template with its data fills."""
    found = typst.query(
        FOLDER / name,
        "<pages>",
        field="value",
        one=True,
        root=FOLDER,
        font_paths=fonts(),
        sys_inputs={"data": json.dumps(data)},
    )
    return int(json.loads(found))


@cache
def fonts() -> typst.Fonts:
    """The fonts inside the typesetter and no others: the same bytes on every machine."""
    return typst.Fonts(include_system_fonts=False)
