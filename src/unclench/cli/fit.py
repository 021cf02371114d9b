"""`unclench fit`: what a diary says of one person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from unclench.cli.reading import number, whole
from unclench.patient import Patient

TYPICAL: Final = Patient()
WHO: Final = "Who"
SHOWN: Final = "What you get"


def fit(
    diary: Annotated[
        Path,
        typer.Argument(
            metavar="DIARY",
            help="The diary, a CSV file: kind,time,value,unit; - reads it from a pipe.",
            rich_help_panel="The diary",
        ),
    ],
    weight: Annotated[
        float,
        typer.Option(
            parser=number("--weight", "a weight in kg"),
            metavar="KG",
            help="Body weight in kg.",
            rich_help_panel=WHO,
        ),
    ] = TYPICAL.weight_kg,
    age: Annotated[
        float,
        typer.Option(
            parser=number("--age", "an age in years"),
            metavar="YEARS",
            help="Age in years.",
            rich_help_panel=WHO,
        ),
    ] = TYPICAL.age_years,
    crcl: Annotated[
        float,
        typer.Option(
            parser=number("--crcl", "mL a minute"),
            metavar="ML/MIN",
            help="Kidney function: creatinine clearance in mL/min.",
            rich_help_panel=WHO,
        ),
    ] = TYPICAL.crcl_ml_per_min,
    days_ahead: Annotated[
        int,
        typer.Option(
            parser=whole("--days-ahead", "a number of days"),
            metavar="DAYS",
            help="How many coming days to look at, 0 to 14.",
            rich_help_panel=SHOWN,
        ),
    ] = 3,
    json: Annotated[
        bool,
        typer.Option("--json", help="Print the answer as JSON instead.", rich_help_panel=SHOWN),
    ] = False,
    plot: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Write a picture of the days: .svg, .png or .pdf.",
            rich_help_panel=SHOWN,
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Replace a picture that is there.", rich_help_panel=SHOWN),
    ] = False,
    seed: Annotated[
        int,
        typer.Option(
            parser=whole("--seed", "a number"),
            metavar="NUMBER",
            help="Makes the points of the sum: the same number, the same answer.",
            rich_help_panel="The model",
        ),
    ] = 1,
) -> None:
    """Show what a diary says of you: how much baclofen helps, for how long, at what cost.

    It compares what people in general are like with what your diary adds, and says when it is too
    early to tell. It never proposes a dose. docs/personal-answer.md shows how a diary is written.
    """
    patient = Patient(weight_kg=weight, age_years=age, crcl_ml_per_min=crcl)
    from unclench.cli.fitted import answer

    answer(diary, patient, days_ahead=days_ahead, as_json=json, plot=plot, force=force, seed=seed)
