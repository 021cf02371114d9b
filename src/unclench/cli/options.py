"""Options that several commands share, each said once."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from unclench.cli.reading import choice, number, whole
from unclench.patient import Condition, Patient

WHO: Final = "Who"
BEFORE: Final = "What came before"
PLAN: Final = "The plan"
SHOWN: Final = "What you get"
TYPICAL: Final = Patient()

Age = Annotated[
    float,
    typer.Option(
        "--age",
        parser=number("--age", "an age in years"),
        metavar="YEARS",
        help="Age in years.",
        rich_help_panel=WHO,
    ),
]
Weight = Annotated[
    float,
    typer.Option(
        "--weight",
        parser=number("--weight", "a weight in kg"),
        metavar="KG",
        help="Body weight in kg.",
        rich_help_panel=WHO,
    ),
]
Kidneys = Annotated[
    float,
    typer.Option(
        "--crcl",
        parser=number("--crcl", "mL a minute"),
        metavar="ML/MIN",
        help="Kidney function: creatinine clearance or eGFR, in mL/min.",
        rich_help_panel=WHO,
    ),
]
Conditions = Annotated[
    list[Condition] | None,
    typer.Option(
        "--condition",
        parser=choice("--condition", Condition),
        metavar="WORD",
        help="What else is so: dialysis, pregnant, seizures, drives, … Can be repeated.",
        rich_help_panel=WHO,
    ),
]
Medicines = Annotated[
    list[str] | None,
    typer.Option(
        "--medicine",
        metavar="NAME",
        help="Another medicine, as you call it. Can be repeated.",
        rich_help_panel=WHO,
    ),
]
Country = Annotated[
    str | None,
    typer.Option(
        "--country",
        metavar="XX",
        help="Country, two capital letters: GB, US, DE, …",
        rich_help_panel=WHO,
    ),
]
WeeksOn = Annotated[
    float | None,
    typer.Option(
        "--weeks-on",
        parser=number("--weeks-on", "a number of weeks"),
        metavar="WEEKS",
        help="How long baclofen has been taken; 0 for somebody new.",
        rich_help_panel=WHO,
    ),
]
Json = Annotated[
    str | None,
    typer.Option(
        "--json",
        metavar="FILE",
        help="Write JSON; - for the terminal, and nothing else.",
        rich_help_panel=SHOWN,
    ),
]
Calendar = Annotated[
    str | None,
    typer.Option(
        "--calendar",
        metavar="FILE",
        help="Write a calendar file of whole days; needs --from.",
        rich_help_panel=SHOWN,
    ),
]
FirstDay = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="DATE",
        help="The date of day 1, for the calendar: 2027-01-04.",
        rich_help_panel=SHOWN,
    ),
]
Sources = Annotated[
    bool,
    typer.Option("--sources", help="List what the answer rests on.", rich_help_panel=SHOWN),
]
Force = Annotated[
    bool,
    typer.Option("--force", help="Replace files that are there.", rich_help_panel=SHOWN),
]
Doses = Annotated[
    int,
    typer.Option(
        "--doses",
        parser=whole("--doses", "a number of doses"),
        metavar="NUMBER",
        help="Doses a day.",
        rich_help_panel=PLAN,
    ),
]
Piece = Annotated[
    str,
    typer.Option(
        "--piece",
        metavar="AMOUNT",
        help="The smallest amount that can be taken: half a tablet.",
        rich_help_panel=PLAN,
    ),
]
Wake = Annotated[
    str, typer.Option("--wake", metavar="TIME", help="Waking time.", rich_help_panel=PLAN)
]
Bed = Annotated[str, typer.Option("--bed", metavar="TIME", help="Bedtime.", rich_help_panel=PLAN)]
Form = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="FORM",
        help="What is swallowed: tablet, granules, or a liquid with its strength.",
        rich_help_panel=PLAN,
    ),
]


def person(
    *,
    age: float = TYPICAL.age_years,
    weight: float = TYPICAL.weight_kg,
    crcl: float = TYPICAL.crcl_ml_per_min,
    condition: list[Condition] | None = None,
    medicine: list[str] | None = None,
    weeks_on: float | None = None,
    country: str | None = None,
) -> Patient:
    """Give the person that the options describe."""
    return Patient(
        age_years=age,
        weight_kg=weight,
        crcl_ml_per_min=crcl,
        conditions=frozenset(condition or ()),
        medications=tuple(medicine or ()),
        weeks_on_baclofen=weeks_on,
        country=country,
    )
