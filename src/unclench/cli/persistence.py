"""`unclench persistence`: how long people stay on tablets."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class By(StrEnum):
    """What the people are divided by."""

    EDSS = "edss"
    PACE = "pace"


class WhatIf(StrEnum):
    """What is done otherwise."""

    SLOWER_TITRATION = "slower-titration"
    MORE_NIGHT_SHARE = "more-night-share"
    FEWER_SEDATIVES = "fewer-sedatives"


def persistence(
    by: Annotated[
        By | None, typer.Option(help="Divide by disability, or by how fast the dose rises.")
    ] = None,
    what_if: Annotated[
        WhatIf | None, typer.Option("--what-if", help="What the model thinks would change.")
    ] = None,
    people: Annotated[int, typer.Option(min=100, max=200_000, help="How many people.")] = 5000,
    seed: Annotated[int, typer.Option(min=0, help="Which virtual people.")] = 1,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the curves: .svg, .png or .pdf.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the shares as JSON.")] = False,
) -> None:
    """Show how many people are still on tablets over two years, beside two registers' figures."""
    from unclench.cli.staying import run_and_show

    run_and_show(
        by=None if by is None else by.value,
        what_if=None if what_if is None else what_if.value,
        people=people,
        seed=seed,
        plot=plot,
        as_json=json,
    )
