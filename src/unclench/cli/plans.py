"""`unclench titrate`, `taper`, `screen`: plans under published rules, for a clinician."""

from __future__ import annotations

from typing import Annotated

import typer

from unclench.cli.options import (
    PLAN,
    TYPICAL,
    WHO,
    Age,
    Bed,
    Calendar,
    Conditions,
    Country,
    Doses,
    FirstDay,
    Force,
    Form,
    Json,
    Kidneys,
    Medicines,
    Piece,
    Sources,
    Wake,
    person,
)
from unclench.cli.reading import number, whole


def titrate(
    protocol: Annotated[
        str,
        typer.Argument(
            metavar="PROTOCOL",
            help="Whose rule: us, uk, uk-slow, germany-fast, germany-slow, germany-sensitive or "
            "canada.",
            rich_help_panel=PLAN,
        ),
    ],
    target: Annotated[
        str | None,
        typer.Option(
            metavar="AMOUNT",
            help="Daily dose to stop at: '60 mg'. [default: the protocol's largest]",
            rich_help_panel=PLAN,
        ),
    ] = None,
    every: Annotated[
        int | None,
        typer.Option(
            parser=whole("--every", "a number of days"),
            metavar="DAYS",
            help="Days between steps. [default: the protocol's]",
            rich_help_panel=PLAN,
        ),
    ] = None,
    step: Annotated[
        str | None,
        typer.Option(
            metavar="AMOUNT",
            help="Rise of the daily dose at each step. [default: the protocol's]",
            rich_help_panel=PLAN,
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            metavar="AMOUNT",
            help="First daily dose. [default: the protocol's]",
            rich_help_panel=PLAN,
        ),
    ] = None,
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
    form: Form = "tablet",
    age: Age = TYPICAL.age_years,
    crcl: Kidneys = TYPICAL.crcl_ml_per_min,
    condition: Conditions = None,
    medicine: Medicines = None,
    country: Country = None,
    json: Json = None,
    calendar: Calendar = None,
    first_day: FirstDay = None,
    sources: Sources = False,
    force: Force = False,
) -> None:
    """Lay out a way up under a published protocol, for a clinician to decide about."""
    from unclench import therapy
    from unclench.cli import laid_out
    from unclench.cli.amounts import milligrams, share
    from unclench.evidence import load_evidence
    from unclench.therapy.switch import formulation

    evidence = load_evidence()
    plan = therapy.titrate(
        therapy.protocol(protocol),
        evidence=evidence,
        target=None if target is None else milligrams(target),
        every_days=every,
        step=None if step is None else milligrams(step),
        start=None if start is None else milligrams(start),
        doses=doses,
        piece=milligrams(piece),
        day=laid_out.waking(wake, bed),
        night_share=None if night is None else share(night),
        formulation=formulation(form),
    )
    who = person(
        age=age, crcl=crcl, condition=condition, medicine=medicine, weeks_on=0, country=country
    )
    asked = laid_out.wanted(json, calendar, first_day, sources=sources, force=force)
    laid_out.plan_for(plan, who, evidence=evidence, asked=asked)


def taper(
    dose: Annotated[
        str,
        typer.Argument(
            metavar="DOSE",
            help="What is taken now: '60 mg' a day, or a whole plan in words.",
            rich_help_panel=PLAN,
        ),
    ],
    weeks_on: Annotated[
        float,
        typer.Option(
            parser=number("--weeks-on", "a number of weeks"),
            metavar="WEEKS",
            help="How long baclofen has been taken.",
            rich_help_panel=WHO,
        ),
    ],
    protocol: Annotated[
        str,
        typer.Option(
            metavar="PROTOCOL",
            help="Whose rule: careful, uk, canada or switzerland.",
            rich_help_panel=PLAN,
        ),
    ] = "careful",
    gentle: Annotated[
        bool,
        typer.Option("--gentle", help="Take the slow end of the protocol.", rich_help_panel=PLAN),
    ] = False,
    hold: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STEP:DAYS",
            help="Hold a step longer: 2:7 holds the second for 7 more days. Can be repeated.",
            rich_help_panel=PLAN,
        ),
    ] = None,
    doses: Doses = 3,
    piece: Piece = "5 mg",
    wake: Wake = "08:00",
    bed: Bed = "22:00",
    form: Form = "tablet",
    age: Age = TYPICAL.age_years,
    crcl: Kidneys = TYPICAL.crcl_ml_per_min,
    condition: Conditions = None,
    medicine: Medicines = None,
    country: Country = None,
    json: Json = None,
    calendar: Calendar = None,
    first_day: FirstDay = None,
    sources: Sources = False,
    force: Force = False,
) -> None:
    """Lay out a way down to nothing, never faster than a protocol, for a clinician to decide about.

    A pump is never turned down from here: that is for the clinic that fills it.
    """
    from unclench import therapy
    from unclench.cli import laid_out
    from unclench.cli.amounts import is_milligrams, milligrams
    from unclench.evidence import load_evidence
    from unclench.regimen import parse
    from unclench.therapy.switch import formulation

    evidence = load_evidence()
    now = milligrams(dose) if is_milligrams(dose) else parse(dose)
    plan = therapy.taper(
        now,
        weeks_on=weeks_on,
        evidence=evidence,
        protocol=therapy.taper_protocol(protocol),
        pace=therapy.Pace.GENTLE if gentle else therapy.Pace.USUAL,
        doses=doses,
        piece=milligrams(piece),
        day=laid_out.waking(wake, bed),
        formulation=formulation(form),
    )
    for text in hold or ():
        which, days = laid_out.step_and_days(text)
        plan = therapy.hold(plan, step=which, days=days)
    who = person(
        age=age,
        crcl=crcl,
        condition=condition,
        medicine=medicine,
        weeks_on=weeks_on,
        country=country,
    )
    asked = laid_out.wanted(json, calendar, first_day, sources=sources, force=force)
    laid_out.plan_for(plan, who, evidence=evidence, asked=asked)


def screen(
    small_start: Annotated[
        bool,
        typer.Option(
            "--small-start",
            help="Begin with the smaller dose: very small, or standing on stiffness.",
            rich_help_panel=PLAN,
        ),
    ] = False,
    at: Annotated[
        str, typer.Option(metavar="TIME", help="Clock time of each dose.", rich_help_panel=PLAN)
    ] = "09:00",
    apart: Annotated[
        int,
        typer.Option(
            parser=whole("--apart", "a number of days"),
            metavar="DAYS",
            help="Days from dose to dose, at least 1.",
            rich_help_panel=PLAN,
        ),
    ] = 1,
    given: Annotated[
        str | None,
        typer.Option(
            metavar="REGIMEN",
            help="What was given so far, to ask what follows: 'test dose 50 micrograms at 09:00'.",
            rich_help_panel=PLAN,
        ),
    ] = None,
    responded: Annotated[
        bool,
        typer.Option(
            "--responded", help="The last dose brought what was wanted.", rich_help_panel=PLAN
        ),
    ] = False,
    age: Age = TYPICAL.age_years,
    condition: Conditions = None,
    medicine: Medicines = None,
    country: Country = None,
    json: Json = None,
    calendar: Calendar = None,
    first_day: FirstDay = None,
    sources: Sources = False,
    force: Force = False,
) -> None:
    """Lay out the test before a pump, or say what follows the doses so far."""
    from unclench import therapy
    from unclench.cli import laid_out
    from unclench.cli.amounts import clock_minute
    from unclench.evidence import load_evidence

    evidence = load_evidence()
    asked = laid_out.wanted(json, calendar, first_day, sources=sources, force=force)
    who = person(age=age, condition=condition, medicine=medicine, country=country)
    if given is not None:
        laid_out.next_test_of(given, responded=responded, evidence=evidence, asked=asked)
        return
    plan = therapy.screen(
        evidence=evidence,
        small_start=small_start,
        first_at_min=clock_minute(at),
        days_apart=apart,
    )
    laid_out.plan_for(plan, who, evidence=evidence, asked=asked)
