"""How `unclench persistence` finds, prints and draws its answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from unclench.cli.printing import console, say
from unclench.cli.trials_shown import check_plot
from unclench.cohorts.persistence import (
    LAST_DAY,
    REASONS,
    Scenario,
    Stopping,
    by_edss,
    persistence,
)
from unclench.cohorts.survival import Curve, kaplan_meier, logrank
from unclench.evidence import Evidence, load_evidence
from unclench.figures import Chart, save, words
from unclench.figures import Table as ChartTable
from unclench.figures.chart import Axis, Band, Line, Spot
from unclench.figures.colours import Ink
from unclench.units import Unit

Array = NDArray[np.float64]

DAYS: Final = (30.0, 90.0, 150.0, 365.0, LAST_DAY)
REGISTERS: Final = (
    (150.0, "persistence.stopped_150d.incident", "newly ill; calibrated on"),
    (150.0, "persistence.stopped_150d.prevalent", "ill for longer; calibrated on"),
    (365.0, "persistence.stopped_1y", "calibrated on"),
    (LAST_DAY, "persistence.stopped_2y", "validation: the congress abstract"),
    (LAST_DAY, "persistence.stopped_2y.paper", "validation: the paper's abstract"),
)
TWIN: Final = "persistence.stopped_150d.prevalent"
"""Left out of the picture, where it would hide its neighbour two points away."""
PACES: Final = (3.0, 7.0, 14.0)
INKS: Final = (Ink.TABLET, Ink.PUMP, Ink.BOTH)
HONEST: Final = (
    "This is a calibrated rate, not an explained one: its five numbers were set so that the model "
    "meets the register at 150 days and one year with an assumed mix of reasons. A register holds "
    "no reasons, and counts a single box as a stop. The two years are a test, not a fit."
)
OPINION: Final = "the model's opinion; no study has tried it"


def run_and_show(
    *, by: str | None, what_if: str | None, people: int, seed: int, plot: Path | None, as_json: bool
) -> None:
    """Compute the curves, draw them if asked, and print what came of it."""
    check_plot(plot)
    evidence = load_evidence()
    usual = persistence(people=people, seed=seed, evidence=evidence)
    groups = divided(usual, by, what_if, evidence, people=people, seed=seed)
    if plot is not None:
        save(chart(groups, evidence), plot)
    if as_json:
        print(json.dumps(as_dict(usual, groups, evidence, what_if), indent=2))
    else:
        show(usual, groups, evidence, what_if)


def divided(
    usual: Stopping,
    by: str | None,
    what_if: str | None,
    evidence: Evidence,
    *,
    people: int,
    seed: int,
) -> dict[str, Array]:
    """Give the stopping days of each group to be shown; the same people, except by disability."""
    if by == "edss":
        groups = by_edss(usual, evidence).items()
        made = {name: usual.stopped_day[who] for name, who in groups if who.any()}
    elif by == "pace":
        made = {
            f"a step every {days:g} days": persistence(
                people=people, seed=seed, evidence=evidence, step_days=days
            ).stopped_day
            for days in PACES
        }
    else:
        made = {"usual": usual.stopped_day}
    if what_if is not None:
        other = persistence(people=people, seed=seed, evidence=evidence, scenario=Scenario(what_if))
        made[f"{what_if} ({OPINION})"] = other.stopped_day
    return made


def stopped(days: Array, by_day: float) -> float:
    """Give the share who have stopped by a day."""
    return float((days <= by_day).mean())


def show(
    usual: Stopping, groups: Mapping[str, Array], evidence: Evidence, what_if: str | None
) -> None:
    """Print shares stopped, the registers' figures, reasons, and what all this is."""
    out = console()
    say(out, "People who have stopped tablets of baclofen, in percent", style="bold")
    table = Table(box=None, padding=(0, 1), show_edge=False)
    table.add_column("", overflow="fold")
    for day in DAYS:
        table.add_column(f"{day:g} days", justify="right")
    for name, days in groups.items():
        table.add_row(name, *(f"{100 * stopped(days, day):.0f}" for day in DAYS))
    for at, key, note in REGISTERS:
        cells = (f"{value(evidence, key):.0f}" if day == at else "" for day in DAYS)
        table.add_row(f"register ({note})", *cells)
    out.print(table)
    out.print()
    shares = usual.reason_shares(365.0)
    told = ", ".join(f"{name} {100 * x:.0f} %" for name, x in zip(REASONS, shares, strict=True))
    say(out, f"Reasons in the first year, assumed and not observed: {told}.")
    disability = [days for name, days in groups.items() if name.startswith("EDSS")]
    if len(disability) > 1:
        p = logrank(disability[0], disability[-1], until_day=LAST_DAY)
        say(out, f"Logrank test between the first and the last group: p = {p:.2g}.")
        say(out, f"What the register saw: {evidence.statement('persistence.edss').text}")
    out.print()
    say(out, HONEST)
    if what_if is not None:
        say(out, f"{what_if}: {OPINION}.")
    say(out, words.NOT_ADVICE)


def value(evidence: Evidence, key: str) -> float:
    """Give a register's figure in percent."""
    return evidence.value(key, Unit.PERCENT)


def as_dict(
    usual: Stopping, groups: Mapping[str, Array], evidence: Evidence, what_if: str | None
) -> dict[str, Any]:
    """Give everything as JSON can hold it."""
    return {
        "people": usual.costs.people.people,
        "stopped_percent": {
            name: {f"{day:g}": 100 * stopped(days, day) for day in DAYS}
            for name, days in groups.items()
        },
        "register_percent": [
            {"day": day, "key": key, "note": note, "percent": value(evidence, key)}
            for day, key, note in REGISTERS
        ],
        "assumed_reasons_first_year": dict(
            zip(REASONS, usual.reason_shares(365.0).tolist(), strict=True)
        ),
        "what_if": None if what_if is None else f"{what_if}: {OPINION}",
        "honest": HONEST,
        "evidence_sha256": evidence.hash,
    }


def chart(groups: Mapping[str, Array], evidence: Evidence) -> Chart:
    """Draw the share still on tablets, with the registers' figures as points."""
    curves = {name: kaplan_meier(days, until_day=LAST_DAY) for name, days in groups.items()}
    grid = np.linspace(0.0, LAST_DAY, 147)
    lines, bands = [], []
    for number, (name, curve) in enumerate(curves.items()):
        ink = INKS[number % len(INKS)]
        short = name.replace(f" ({OPINION})", " (opinion)")
        lines.append(Line(name=short, x=grid, y=on(curve, curve.share, grid), ink=ink))
        if len(curves) == 1:
            low, high = on(curve, curve.low, grid), on(curve, curve.high, grid)
            bands.append(Band(name="95 % interval", x=grid, low=low, high=high, ink=ink))
    spots = tuple(
        Spot(name=f"register: {100.0 - value(evidence, key):.0f}", x=(day,),
             y=(100.0 - value(evidence, key),), ink=Ink.LAMP)
        for day, key, _ in REGISTERS
        if key != TWIN
    )  # fmt: skip
    rows = tuple(
        (name, *(f"{100 * (1 - stopped(days, day)):.0f}" for day in DAYS))
        for name, days in groups.items()
    )
    first = next(iter(groups.values()))
    still = 100 * (1 - stopped(first, 365.0))
    opinion = f" The what-if is {OPINION}." if any(OPINION in name for name in groups) else ""
    return Chart(
        key="persistence",
        title=f"About {still:.0f} of 100 people are still on tablets after a year",
        summary=f"Points are the figures of a register; both for two years are shown.{opinion}",
        x=Axis(words="days since the first tablet", high=LAST_DAY + 10.0),
        y=Axis(words="people still on tablets, of 100", high=100.0),
        lines=tuple(lines),
        bands=tuple(bands),
        spots=spots,
        table=ChartTable(
            caption="people still on tablets, of 100",
            header=("group", *(f"{day:g} days" for day in DAYS)),
            rows=rows,
        ),
        sure=HONEST,
    )


def on(curve: Curve, share: Array, grid: Array) -> Array:
    """Give a step curve at days, in percent; 100 before the first stop."""
    steps = np.concatenate([[1.0], np.nan_to_num(share, nan=1.0)])
    percent: Array = 100.0 * steps[np.searchsorted(curve.days, grid, side="right")]
    return percent
