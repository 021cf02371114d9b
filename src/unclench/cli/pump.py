"""`unclench pump`: start, turn, refill, bridge, prime, check, service, wean."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from unclench.cli.options import (
    PLAN,
    SHOWN,
    Bed,
    Calendar,
    Doses,
    FirstDay,
    Force,
    Form,
    Json,
    Piece,
    Sources,
    Wake,
)
from unclench.cli.reading import whole
from unclench.cli.refusal import Sections
from unclench.patient import Patient

app = typer.Typer(
    help="Work out a pump: its start, its refills, its bridge. You give the device's volumes.",
    no_args_is_help=True,
)

DEVICE: Final = "The device, from its manual"

Reservoir = Annotated[
    str, typer.Option(metavar="ML", help="What the reservoir holds.", rich_help_panel=DEVICE)
]
Alarm = Annotated[
    str, typer.Option(metavar="ML", help="What is left at the alarm.", rich_help_panel=DEVICE)
]
Tubing = Annotated[
    str, typer.Option(metavar="ML", help="The pump's tubing.", rich_help_panel=DEVICE)
]
Catheter = Annotated[
    str, typer.Option(metavar="ML", help="The catheter, as cut.", rich_help_panel=DEVICE)
]
Filled = Annotated[
    str, typer.Option(metavar="ML", help="What was filled in.", rich_help_panel=PLAN)
]
Daily = Annotated[
    str,
    typer.Option(metavar="AMOUNT", help="Daily dose: '200 micrograms'.", rich_help_panel=PLAN),
]
Strength = Annotated[
    str, typer.Option(metavar="MCG/ML", help="Micrograms in each mL.", rich_help_panel=PLAN)
]
Cerebral = Annotated[
    bool,
    typer.Option(
        "--cerebral",
        help="The spasticity comes from the brain, not the spinal cord.",
        rich_help_panel=PLAN,
    ),
]
Every = Annotated[
    int,
    typer.Option(
        parser=whole("--every", "a number of days"),
        metavar="DAYS",
        help="Days between steps.",
        rich_help_panel=PLAN,
    ),
]


@app.command(cls=Sections)
def start(
    test_dose: Annotated[
        str,
        typer.Argument(
            metavar="AMOUNT",
            help="The test dose that worked: '75 micrograms'.",
            rich_help_panel=PLAN,
        ),
    ],
    effect_hours: Annotated[
        str,
        typer.Option(metavar="HOURS", help="How long its effect lasted.", rich_help_panel=PLAN),
    ],
    bad_reaction: Annotated[
        bool,
        typer.Option("--bad-reaction", help="It was not borne well.", rich_help_panel=PLAN),
    ] = False,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="AMOUNT",
            help="Daily dose to go on to; lays out the steps.",
            rich_help_panel=PLAN,
        ),
    ] = None,
    rise: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE",
            help="Rise at each step: 10%. [default: the smallest of the label]",
            rich_help_panel=PLAN,
        ),
    ] = None,
    every: Every = 1,
    cerebral: Cerebral = False,
    json: Json = None,
    calendar: Calendar = None,
    first_day: FirstDay = None,
    sources: Sources = False,
    force: Force = False,
) -> None:
    """Say the first daily dose after a test, and lay out the steps after it."""
    from unclench import therapy
    from unclench.cli import laid_out, pump_answers
    from unclench.cli.amounts import micrograms, share
    from unclench.evidence import load_evidence

    evidence = load_evidence()
    asked = laid_out.wanted(json, calendar, first_day, sources=sources, force=force)
    first = therapy.start_pump(
        micrograms(test_dose),
        effect_hours=effect_hours,
        bad_reaction=bad_reaction,
        evidence=evidence,
    )
    if target is None:
        pump_answers.first_dose(first, evidence=evidence, asked=asked)
        return
    plan = therapy.titrate_pump(
        first.daily,
        target=micrograms(target),
        origin=therapy.Origin.CEREBRAL if cerebral else therapy.Origin.SPINAL,
        rise=None if rise is None else share(rise),
        every_days=every,
        evidence=evidence,
    )
    laid_out.plan_for(plan, Patient(), evidence=evidence, asked=asked)


@app.command(cls=Sections)
def change(
    daily: Annotated[
        str,
        typer.Argument(
            metavar="AMOUNT", help="The daily dose now: '200 micrograms'.", rich_help_panel=PLAN
        ),
    ],
    by: Annotated[
        str,
        typer.Option(
            metavar="SHARE", help="By how much: 10%, or -20% for a fall.", rich_help_panel=PLAN
        ),
    ],
    after_start: Annotated[
        bool,
        typer.Option(
            "--after-start",
            help="In the days after the start, not at a refill.",
            rich_help_panel=PLAN,
        ),
    ] = False,
    cerebral: Cerebral = False,
    json: Json = None,
    sources: Sources = False,
    force: Force = False,
) -> None:
    """Work out a change of the daily dose, within what the label allows."""
    from unclench import therapy
    from unclench.cli import laid_out, pump_answers
    from unclench.cli.amounts import micrograms, share
    from unclench.evidence import load_evidence

    evidence = load_evidence()
    asked = laid_out.wanted(json, None, None, sources=sources, force=force)
    changed = therapy.adjust(
        micrograms(daily),
        share=share(by),
        setting=therapy.Setting.AFTER_START if after_start else therapy.Setting.REFILL,
        origin=therapy.Origin.CEREBRAL if cerebral else therapy.Origin.SPINAL,
        evidence=evidence,
    )
    pump_answers.changed_dose(changed, evidence=evidence, asked=asked)


@app.command(cls=Sections)
def refill(
    reservoir: Reservoir,
    alarm: Alarm,
    tubing: Tubing,
    catheter: Catheter,
    filled: Filled,
    daily: Daily,
    strength: Strength,
    filled_on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="When it was filled.", rich_help_panel=PLAN),
    ] = None,
    json: Json = None,
    calendar: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Write the date into a calendar file; needs --filled-on.",
            rich_help_panel=SHOWN,
        ),
    ] = None,
    sources: Sources = False,
    force: Force = False,
) -> None:
    """Say by when a pump must be filled again: its alarm, or the life of the drug."""
    from unclench import therapy
    from unclench.cli import laid_out, pump_answers
    from unclench.cli.amounts import day, micrograms
    from unclench.evidence import load_evidence

    evidence = load_evidence()
    asked = laid_out.wanted(
        json, calendar, filled_on, sources=sources, force=force, dated_by="--filled-on"
    )
    window = therapy.refill(
        therapy.device(
            reservoir_ml=reservoir, alarm_ml=alarm, tubing_ml=tubing, catheter_ml=catheter
        ),
        filled_ml=filled,
        daily=micrograms(daily),
        mcg_per_ml=strength,
        evidence=evidence,
    )
    filled_day = None if filled_on is None else day(filled_on)
    pump_answers.refill_window(window, filled_on=filled_day, evidence=evidence, asked=asked)


@app.command(cls=Sections)
def bridge(
    reservoir: Reservoir,
    alarm: Alarm,
    tubing: Tubing,
    catheter: Catheter,
    old_strength: Strength,
    new_strength: Strength,
    old_daily: Daily,
    new_daily: Daily,
    json: Json = None,
    sources: Sources = False,
    force: Force = False,
) -> None:
    """Work out the bridge to a new strength, and what would happen without it."""
    from unclench import therapy
    from unclench.cli import laid_out, pump_answers
    from unclench.cli.amounts import micrograms
    from unclench.evidence import load_evidence

    asked = laid_out.wanted(json, None, None, sources=sources, force=force)
    over = therapy.bridge(
        therapy.device(
            reservoir_ml=reservoir, alarm_ml=alarm, tubing_ml=tubing, catheter_ml=catheter
        ),
        old_mcg_per_ml=old_strength,
        new_mcg_per_ml=new_strength,
        old_daily=micrograms(old_daily),
        new_daily=micrograms(new_daily),
    )
    pump_answers.bridge_over(over, evidence=load_evidence(), asked=asked)


@app.command(cls=Sections)
def prime(
    reservoir: Reservoir,
    alarm: Alarm,
    tubing: Tubing,
    catheter: Catheter,
    strength: Strength,
    tubing_empty: Annotated[
        bool,
        typer.Option(
            "--tubing-empty",
            help="A new pump whose tubing holds no drug yet.",
            rich_help_panel=PLAN,
        ),
    ] = False,
    json: Json = None,
    sources: Sources = False,
    force: Force = False,
) -> None:
    """Work out what must run before drug reaches the tip."""
    from unclench import therapy
    from unclench.cli import laid_out, pump_answers
    from unclench.evidence import load_evidence

    asked = laid_out.wanted(json, None, None, sources=sources, force=force)
    needed = therapy.prime(
        therapy.device(
            reservoir_ml=reservoir, alarm_ml=alarm, tubing_ml=tubing, catheter_ml=catheter
        ),
        mcg_per_ml=strength,
        tubing_is_empty=tubing_empty,
    )
    pump_answers.primed(needed, evidence=load_evidence(), asked=asked)


@app.command(cls=Sections)
def check(
    reservoir: Reservoir,
    alarm: Alarm,
    tubing: Tubing,
    catheter: Catheter,
    filled: Filled,
    daily: Daily,
    strength: Strength,
    found: Annotated[
        str, typer.Option(metavar="ML", help="What was drawn out.", rich_help_panel=PLAN)
    ],
    days: Annotated[
        int,
        typer.Option(
            parser=whole("--days", "a number of days"),
            metavar="DAYS",
            help="Days since the filling.",
            rich_help_panel=PLAN,
        ),
    ],
    json: Json = None,
    sources: Sources = False,
    force: Force = False,
) -> None:
    """Compare what is left in a reservoir with what should be left."""
    from unclench import therapy
    from unclench.cli import laid_out, pump_answers
    from unclench.cli.amounts import micrograms
    from unclench.evidence import load_evidence

    evidence = load_evidence()
    asked = laid_out.wanted(json, None, None, sources=sources, force=force)
    delivery = therapy.check_delivery(
        therapy.device(
            reservoir_ml=reservoir, alarm_ml=alarm, tubing_ml=tubing, catheter_ml=catheter
        ),
        filled_ml=filled,
        found_ml=found,
        days=days,
        daily=micrograms(daily),
        mcg_per_ml=strength,
        evidence=evidence,
    )
    pump_answers.delivered(delivery, evidence=evidence, asked=asked)


@app.command(cls=Sections)
def service(
    implanted: Annotated[
        str, typer.Option(metavar="DATE", help="When it was put in.", rich_help_panel=PLAN)
    ],
    alert: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="When its replacement alert (ERI) sounded.",
            rich_help_panel=PLAN,
        ),
    ] = None,
    json: Json = None,
    sources: Sources = False,
    force: Force = False,
) -> None:
    """Say when a pump stops for good, and by when to plan the next."""
    from unclench import therapy
    from unclench.cli import laid_out, pump_answers
    from unclench.cli.amounts import day
    from unclench.evidence import load_evidence

    evidence = load_evidence()
    asked = laid_out.wanted(json, None, None, sources=sources, force=force)
    end = therapy.end_of_service(
        implanted_on=day(implanted),
        alert_on=None if alert is None else day(alert),
        evidence=evidence,
    )
    pump_answers.end_of(end, evidence=evidence, asked=asked)


@app.command(cls=Sections)
def wean(
    daily: Annotated[
        str,
        typer.Argument(
            metavar="AMOUNT", help="What is swallowed in a day now: '60 mg'.", rich_help_panel=PLAN
        ),
    ],
    cut: Annotated[
        str,
        typer.Option(metavar="SHARE", help="Cut at each step: 25% to 50%.", rich_help_panel=PLAN),
    ],
    every: Every,
    doses: Doses = 3,
    piece: Piece = "5 mg",
    wake: Wake = "08:00",
    bed: Bed = "22:00",
    form: Form = "tablet",
    json: Json = None,
    calendar: Calendar = None,
    first_day: FirstDay = None,
    sources: Sources = False,
    force: Force = False,
) -> None:
    """Lay out the way down of the tablets after a pump has begun."""
    from unclench import therapy
    from unclench.cli import laid_out
    from unclench.cli.amounts import milligrams, share
    from unclench.evidence import load_evidence
    from unclench.therapy.switch import formulation

    evidence = load_evidence()
    asked = laid_out.wanted(json, calendar, first_day, sources=sources, force=force)
    plan = therapy.wean_oral(
        milligrams(daily),
        cut=share(cut),
        every_days=every,
        evidence=evidence,
        doses=doses,
        piece=milligrams(piece),
        day=laid_out.waking(wake, bed),
        formulation=formulation(form),
    )
    laid_out.plan_for(plan, Patient(), evidence=evidence, asked=asked)
