"""`unclench simulate`: the options, in the words of the person who asks."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from unclench.cli.asked import Asked, FigureName, OralSet
from unclench.cli.options import (
    PLAN,
    SHOWN,
    TYPICAL,
    WHO,
    Age,
    Conditions,
    Country,
    Force,
    Kidneys,
    Medicines,
    Sources,
    WeeksOn,
    Weight,
)
from unclench.cli.reading import choice, number, whole
from unclench.patient import Patient, TimeOfDay

WHAT: Final = "What happens"
MODEL: Final = "The model"


def simulate(
    regimen: Annotated[
        str,
        typer.Argument(
            metavar="REGIMEN",
            help="What is taken, in words: '10 mg at 08:00, 14:00, 20:00'.",
            rich_help_panel=PLAN,
        ),
    ],
    weight: Weight = TYPICAL.weight_kg,
    age: Age = TYPICAL.age_years,
    crcl: Kidneys = TYPICAL.crcl_ml_per_min,
    spasms: Annotated[
        float,
        typer.Option(
            parser=number("--spasms", "spasms a day"),
            metavar="NUMBER",
            help="Spasms a day without baclofen.",
            rich_help_panel=WHO,
        ),
    ] = TYPICAL.spasms_per_day,
    worst: Annotated[
        TimeOfDay,
        typer.Option(
            parser=choice("--worst", TimeOfDay),
            metavar="PART",
            help="When spasms are worst: morning, afternoon, evening, night or even.",
            rich_help_panel=WHO,
        ),
    ] = TYPICAL.worst_time,
    ashworth: Annotated[
        float,
        typer.Option(
            parser=number("--ashworth", "a score from 1 to 5"),
            metavar="SCORE",
            help="Stiffness without baclofen: Ashworth score, 1 to 5.",
            rich_help_panel=WHO,
        ),
    ] = TYPICAL.ashworth,
    condition: Conditions = None,
    medicine: Medicines = None,
    weeks_on: WeeksOn = None,
    country: Country = None,
    days: Annotated[
        int | None,
        typer.Option(
            parser=whole("--days", "a number of days"),
            metavar="DAYS",
            help="Days to simulate. [default: the plan, at least 7]",
            rich_help_panel=WHAT,
        ),
    ] = None,
    with_food: Annotated[
        bool,
        typer.Option("--with-food", help="Swallow every dose with food.", rich_help_panel=WHAT),
    ] = False,
    missed: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MOMENT",
            help="A dose that is missed: 'day 3 14:00'. Can be repeated.",
            rich_help_panel=WHAT,
        ),
    ] = None,
    doubled: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MOMENT",
            help="A dose that is taken twice: 'day 3 14:00'. Can be repeated.",
            rich_help_panel=WHAT,
        ),
    ] = None,
    stop_at: Annotated[
        str | None,
        typer.Option(
            metavar="MOMENT", help="When all baclofen stops: 'day 8 08:00'.", rich_help_panel=WHAT
        ),
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option(metavar="REGIMEN", help="A second plan beside it.", rich_help_panel=WHAT),
    ] = None,
    crcl_falls_to: Annotated[
        float | None,
        typer.Option(
            parser=number("--crcl-falls-to", "mL a minute"),
            metavar="ML/MIN",
            help="Kidney function gets worse, to this mL/min.",
            rich_help_panel=WHAT,
        ),
    ] = None,
    on_day: Annotated[
        int | None,
        typer.Option(
            parser=whole("--on-day", "the number of a day"),
            metavar="DAY",
            help="The day on which it does; goes with the last.",
            rich_help_panel=WHAT,
        ),
    ] = None,
    dialysis: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SESSION",
            help="A session: 'day 3 09:00 for 4 h'. Can be repeated.",
            rich_help_panel=WHAT,
        ),
    ] = None,
    tip_cm: Annotated[
        float | None,
        typer.Option(
            parser=number("--tip-cm", "a height in cm"),
            metavar="CM",
            help="Height of the catheter's tip above the end of the spinal sac, in cm.",
            rich_help_panel=WHAT,
        ),
    ] = None,
    delivered: Annotated[
        float,
        typer.Option(
            parser=number("--delivered", "a share from 0 to 1"),
            metavar="SHARE",
            help="Share of the pump's drug that arrives, 0 to 1: below 1 if the catheter leaks.",
            rich_help_panel=WHAT,
        ),
    ] = 1.0,
    step: Annotated[
        int,
        typer.Option(
            parser=whole("--step", "a number of minutes"),
            metavar="MINUTES",
            help="Minutes between two points.",
            rich_help_panel=MODEL,
        ),
    ] = 15,
    oral_set: Annotated[
        OralSet,
        typer.Option(
            "--set",
            parser=choice("--set", OralSet),
            metavar="SET",
            help="How fast tablets enter and leave: reference or fast.",
            rich_help_panel=MODEL,
        ),
    ] = OralSet.REFERENCE,
    band: Annotated[
        int | None,
        typer.Option(
            parser=whole("--band", "a number of people"),
            metavar="PEOPLE",
            help="Show the spread between this many virtual people like you.",
            rich_help_panel=MODEL,
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(
            parser=whole("--seed", "a number"),
            metavar="NUMBER",
            help="Which virtual people: the same number, the same people.",
            rich_help_panel=MODEL,
        ),
    ] = 1,
    plot: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Write a picture: .svg, .png or .pdf.", rich_help_panel=SHOWN
        ),
    ] = None,
    figure: Annotated[
        FigureName,
        typer.Option(
            parser=choice("--figure", FigureName),
            metavar="NAME",
            help=f"Which picture: {', '.join(FigureName)}; 'all' writes one file for each.",
            rich_help_panel=SHOWN,
        ),
    ] = FigureName.SPASMS,
    csv: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write every point as CSV.", rich_help_panel=SHOWN),
    ] = None,
    json: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write every point as JSON.", rich_help_panel=SHOWN),
    ] = None,
    parquet: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write every point as Parquet.", rich_help_panel=SHOWN),
    ] = None,
    sources: Sources = False,
    force: Force = False,
) -> None:
    """Show what a plan does over the days: spasms, stiffness, drowsiness, levels.

    FILE can be - for the terminal or a pipe; then nothing else is printed.

    Examples of a REGIMEN: '10 mg at 08:00, 14:00, 20:00', '5 mg x3 for 3 days then 10 mg x3',
    'pump 150 micrograms/day, bolus 20 micrograms at 22:00'.
    """
    asked = Asked(
        regimen=regimen,
        patient=Patient(
            weight_kg=weight,
            age_years=age,
            crcl_ml_per_min=crcl,
            spasms_per_day=spasms,
            worst_time=worst,
            ashworth=ashworth,
            conditions=frozenset(condition or ()),
            medications=tuple(medicine or ()),
            weeks_on_baclofen=weeks_on,
            country=country,
        ),
        compare=compare,
        days=days,
        step_min=step,
        oral_set=oral_set,
        with_food=with_food,
        missed=tuple(missed or ()),
        doubled=tuple(doubled or ()),
        stop_at=stop_at,
        crcl_falls_to=crcl_falls_to,
        on_day=on_day,
        dialysis=tuple(dialysis or ()),
        tip_cm=tip_cm,
        delivered=delivered,
        band=band,
        seed=seed,
        plot=plot,
        figure=figure,
        csv=csv,
        json=json,
        parquet=parquet,
        sources=sources,
        force=force,
    )
    from unclench.cli.answer import answer

    answer(asked)
