"""`unclench cohort`: many virtual people through one plan or several."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def cohort(
    spec: Annotated[
        Path, typer.Argument(metavar="SPEC.toml", help="What to run; docs/cohorts.md says how.")
    ],
    people: Annotated[
        int | None, typer.Option(metavar="N", help="How many people, in place of the file's.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="Which people, in place of the file's.")
    ] = None,
    on: Annotated[
        str,
        typer.Option(
            metavar="WHERE",
            help="here, threads, processes, or dask://HOST:PORT. The answer is the same.",
        ),
    ] = "here",
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=1024, metavar="N", help="How many threads or processes."),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Keep finished parts here, and go on from them."),
    ] = None,
    parquet: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the bands over time as Parquet.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the first band as SVG, PNG or PDF.")
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print the outcomes as JSON instead of tables.")
    ] = False,
) -> None:
    """Run many virtual adults with multiple sclerosis through a plan, or several side by side.

    Stop with Ctrl-C. With --resume FOLDER the same command goes on where it stopped.
    """
    from unclench.cli.cohort_run import run_and_show

    run_and_show(
        path=spec,
        people=people,
        seed=seed,
        on=on,
        workers=workers,
        resume=resume,
        parquet=parquet,
        plot=plot,
        as_json=json,
    )
