"""`unclench validate`: published results against the model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

PEOPLE = 400


def validate(
    cases: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Your own cases (TOML) instead of those that we ship."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD", help="Only cases whose name holds this word; may be repeated."
        ),
    ] = None,
    people: Annotated[
        int, typer.Option(min=20, max=100_000, help="How many virtual people each case has.")
    ] = PEOPLE,
    seed: Annotated[int, typer.Option(min=0, help="Which virtual people.")] = 1,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the report as Markdown.")
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print the outcomes as JSON instead of a table.")
    ] = False,
) -> None:
    """Run published results through the model, and show where it misses.

    The exit code says whether it ran, not whether every case was met.
    """
    from unclench.cli.validation import run_and_show

    run_and_show(
        path=cases, only=tuple(only or ()), people=people, seed=seed, report=report, as_json=json
    )
