"""`unclench review`, `missed`, `split`, `switch`, `advice`: questions that the rules answer."""

from __future__ import annotations

from typing import Annotated

import typer

from unclench.cli.options import (
    BEFORE,
    PLAN,
    TYPICAL,
    WHO,
    Age,
    Bed,
    Conditions,
    Country,
    Doses,
    Force,
    Json,
    Kidneys,
    Medicines,
    Piece,
    Sources,
    Wake,
    WeeksOn,
    Weight,
    person,
)
from unclench.cli.reading import whole


def review(
    regimen: Annotated[
        str,
        typer.Argument(
            metavar="REGIMEN",
            help="What is taken, in words: '10 mg at 08:00, 14:00, 20:00'.",
            rich_help_panel=PLAN,
        ),
    ],
    age: Age = TYPICAL.age_years,
    weight: Weight = TYPICAL.weight_kg,
    crcl: Kidneys = TYPICAL.crcl_ml_per_min,
    condition: Conditions = None,
    medicine: Medicines = None,
    weeks_on: WeeksOn = None,
    country: Country = None,
    felt: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD",
            help="What is felt now: fever, itch, seizure, drowsy, … Can be repeated.",
            rich_help_panel=WHO,
        ),
    ] = None,
    before: Annotated[
        str | None,
        typer.Option(
            metavar="AMOUNT",
            help="Swallowed in a day before day 1: '60 mg'.",
            rich_help_panel=BEFORE,
        ),
    ] = None,
    days_at_it: Annotated[
        int | None,
        typer.Option(
            parser=whole("--days-at-it", "a number of days"),
            metavar="DAYS",
            help="Days at that dose.",
            rich_help_panel=BEFORE,
        ),
    ] = None,
    pump_before: Annotated[
        str | None,
        typer.Option(
            metavar="AMOUNT",
            help="From a pump in a day before day 1: '200 micrograms'.",
            rich_help_panel=BEFORE,
        ),
    ] = None,
    hours_at_it: Annotated[
        int | None,
        typer.Option(
            parser=whole("--hours-at-it", "a number of hours"),
            metavar="HOURS",
            help="Hours since the pump's last change.",
            rich_help_panel=BEFORE,
        ),
    ] = None,
    days_without: Annotated[
        int | None,
        typer.Option(
            parser=whole("--days-without", "a number of days"),
            metavar="DAYS",
            help="Days without any baclofen, just before day 1.",
            rich_help_panel=BEFORE,
        ),
    ] = None,
    swallowed: Annotated[
        str | None,
        typer.Option(metavar="AMOUNT", help="Swallowed at once: '120 mg'.", rich_help_panel=BEFORE),
    ] = None,
    cerebral: Annotated[
        bool,
        typer.Option(
            "--cerebral",
            help="The spasticity comes from the brain, not the spinal cord.",
            rich_help_panel=WHO,
        ),
    ] = False,
    json: Json = None,
    sources: Sources = False,
    force: Force = False,
) -> None:
    """Say what the rules have to say about a plan, gravest first; the model has no part in it."""
    from unclench.cli import laid_out
    from unclench.cli.amounts import micrograms, milligrams
    from unclench.therapy import History, Origin, symptom

    laid_out.review_of(
        regimen,
        person(
            age=age,
            weight=weight,
            crcl=crcl,
            condition=condition,
            medicine=medicine,
            weeks_on=weeks_on,
            country=country,
        ),
        history=History(
            oral_before=None if before is None else milligrams(before),
            days_at_oral=days_at_it,
            pump_before=None if pump_before is None else micrograms(pump_before),
            hours_at_pump=hours_at_it,
            days_without=days_without,
            swallowed=None if swallowed is None else milligrams(swallowed),
            origin=Origin.CEREBRAL if cerebral else Origin.SPINAL,
        ),
        symptoms=tuple(symptom(word) for word in felt or ()),
        asked=laid_out.wanted(json, None, None, sources=sources, force=force),
    )


def missed(
    regimen: Annotated[
        str,
        typer.Argument(metavar="REGIMEN", help="What is taken, in words.", rich_help_panel=PLAN),
    ],
    now: Annotated[
        str,
        typer.Option(metavar="MOMENT", help="When you ask: 'day 3 12:30'.", rich_help_panel=PLAN),
    ],
    since: Annotated[
        str | None,
        typer.Option(
            metavar="MOMENT",
            help="The first dose that was missed, if it was not the last one only.",
            rich_help_panel=PLAN,
        ),
    ] = None,
    json: Json = None,
    sources: Sources = False,
    force: Force = False,
) -> None:
    """Say what the published rule says about a missed dose; it never doubles one."""
    from unclench.cli import laid_out

    asked = laid_out.wanted(json, None, None, sources=sources, force=force)
    laid_out.missed_of(regimen, now=now, since=since, asked=asked)


def split(
    daily: Annotated[
        str,
        typer.Argument(
            metavar="AMOUNT", help="The whole day's amount: '60 mg'.", rich_help_panel=PLAN
        ),
    ],
    doses: Doses = 3,
    piece: Piece = "5 mg",
    wake: Wake = "08:00",
    bed: Bed = "22:00",
    night: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE", help="Share of the day for the last dose: 50%.", rich_help_panel=PLAN
        ),
    ] = None,
    json: Json = None,
    force: Force = False,
) -> None:
    """Split a day's amount over the waking hours, exactly, for a clinician to decide about."""
    from unclench.cli import laid_out
    from unclench.cli.amounts import milligrams, share
    from unclench.therapy import split_day

    asked = laid_out.wanted(json, None, None, sources=False, force=force)
    shares = split_day(
        milligrams(daily),
        doses=doses,
        piece=milligrams(piece),
        day=laid_out.waking(wake, bed),
        night_share=None if night is None else share(night),
    )
    laid_out.shares_of(shares, asked=asked)


def switch(
    regimen: Annotated[
        str,
        typer.Argument(metavar="REGIMEN", help="What is taken, in words.", rich_help_panel=PLAN),
    ],
    to: Annotated[
        str,
        typer.Option(
            metavar="FORM",
            help="The new preparation: tablet, granules, or a liquid with its strength.",
            rich_help_panel=PLAN,
        ),
    ],
    json: Json = None,
    sources: Sources = False,
    force: Force = False,
) -> None:
    """Say the same milligrams in another preparation, exactly."""
    from unclench.cli import laid_out

    asked = laid_out.wanted(json, None, None, sources=sources, force=force)
    laid_out.switch_of(regimen, to=to, asked=asked)


def advice(
    about: Annotated[
        str,
        typer.Argument(
            metavar="PROBLEM",
            help="nausea, drowsiness, dizziness, weakness, night_spasms, more_spasms, …",
            rich_help_panel=PLAN,
        ),
    ],
    sources: Sources = False,
) -> None:
    """Say what the sources advise about a problem, and what can raise spasms."""
    from unclench.cli import laid_out

    laid_out.advice_on(about, sources=sources)
