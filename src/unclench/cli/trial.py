"""`unclench trial`: published trials on virtual people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def trial(
    name: Annotated[
        str, typer.Argument(help="The name of a trial, a file of your own (.toml), or `list`.")
    ],
    people: Annotated[
        int | None,
        typer.Option(min=20, max=1_000_000, help="How many virtual people to draw."),
    ] = None,
    replicates: Annotated[
        int, typer.Option(min=20, max=10_000, help="How many trials of the study's size.")
    ] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Which virtual people.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw a picture: .svg, .png or .pdf.")
    ] = None,
) -> None:
    """Run a published trial on virtual people, and show it beside what was published."""
    from unclench.cli.trials_shown import list_trials, run_and_show

    if name == "list":
        list_trials(as_json=json)
    else:
        run_and_show(
            name=name, people=people, replicates=replicates, seed=seed, as_json=json, plot=plot
        )
