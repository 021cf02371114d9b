"""`unclench review`, `titrate`, `taper`, `screen`, `missed`, `switch`, `advice`: the options."""

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
    WeeksOn,
    Weight,
)
from unclench.cli.reading import number, whole
from unclench.patient import Condition, Patient


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
