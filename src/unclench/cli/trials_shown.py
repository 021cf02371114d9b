"""How `unclench trial` finds, prints and draws its answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np
from rich.table import Table

from unclench.cli.printing import console, say
from unclench.errors import InputError
from unclench.evidence import load_evidence
from unclench.figures import Chart, save, words
from unclench.figures import Table as ChartTable
from unclench.figures.chart import Axis, Line, Spot
from unclench.figures.colours import Ink
from unclench.figures.export import KINDS
from unclench.trials import TrialResult, read_trial, run_trial, shipped_names, shipped_trial
from unclench.trials.report import HEADER, as_dict, rows

HAIR: Final = 0.01
"""Half the width of an upright bar, whose ends must not stand on one spot."""
MOST_SHOWN: Final = 250.0
"""Percent of the published value at which a bar is cut, so that the others can be seen."""


def list_trials(*, as_json: bool) -> None:
    """Print the names of the trials with what they were."""
    evidence = load_evidence()
    named = {name: shipped_trial(name, evidence).title for name in shipped_names()}
    if as_json:
        print(json.dumps(named, indent=2))
        return
    out = console()
    for name, title in named.items():
        say(out, name, style="bold")
        say(out, f"  {title}")


def run_and_show(
    *,
    name: str,
    people: int | None,
    replicates: int,
    seed: int,
    as_json: bool,
    plot: Path | None,
) -> None:
    """Run one trial, draw it if asked, and print what came of it.

    Raises:
        InputError: if there is no such trial, its file has faults, or a picture cannot be written.
    """
    check_plot(plot)
    evidence = load_evidence()
    own = name.endswith(".toml")
    spec = read_trial(Path(name), evidence) if own else shipped_trial(name, evidence)
    result = run_trial(spec, evidence=evidence, people=people, replicates=replicates, seed=seed)
    if plot is not None:
        save(chart(result), plot)
    if as_json:
        print(json.dumps(as_dict(result) | {"evidence_sha256": evidence.hash}, indent=2))
    else:
        show(result)


def check_plot(plot: Path | None) -> None:
    """Refuse a picture that could not be written, before anything is computed."""
    if plot is None:
        return
    if plot.suffix.lower() not in KINDS:
        raise InputError(
            f"A picture cannot be written as {plot.name!r}.",
            expected="a file name that ends in .svg, .png or .pdf",
        )
    if not plot.parent.is_dir():
        raise InputError(
            f"There is no folder {str(plot.parent)!r}.", expected="a file in a folder that is there"
        )
    if plot.exists():
        raise InputError(f"{str(plot)!r} is there already.", expected="a new file name")


def show(result: TrialResult) -> None:
    """Print the table, then what was assumed."""
    out = console()
    say(out, result.spec.title, style="bold")
    say(
        out,
        f"{result.people:,} virtual people; {result.replicates} trials of the study's size, "
        f"{result.spec.size:,} people each; seed {result.seed}",
    )
    out.print()
    table = Table(box=None, padding=(0, 1), show_edge=False)
    for heading in HEADER:
        table.add_column(heading, overflow="fold")
    for row in rows(result):
        table.add_row(*row)
    out.print(table)
    out.print()
    for note in result.spec.notes:
        say(out, f"* {note}")
    out.print()
    say(out, words.NOT_ADVICE)


def chart(result: TrialResult) -> Chart:
    """Draw each result as a share of the published one, with where 95 % of such trials end up."""
    drawn = [
        one
        for one in result.findings
        if one.endpoint.published is not None and one.endpoint.published.value
    ]
    if not drawn:
        raise InputError(
            f"Nothing published stands beside {result.spec.name}.",
            expected="a trial with a published result that is not 0",
        )
    spots, bars = [], []
    for at, one in enumerate(drawn, start=1):
        whole = one.endpoint.published.value if one.endpoint.published else 1.0
        shown = [100.0 * value / whole for value in (*one.interval, one.simulated)]
        low, high, middle = (min(max(value, 0.0), MOST_SHOWN) for value in shown)
        low, high = min(low, high), max(low, high)
        here = np.array([at - HAIR, at + HAIR])
        bars.append(Line(name="", x=here, y=np.array([low, high]), ink=Ink.TABLET))
        spots.append(Spot(name=str(at), x=(float(at),), y=(middle,), ink=Ink.TABLET))
    ends = np.array([0.0, len(drawn) + 1.0])
    numbered = [f"{at}: {one.endpoint.title}" for at, one in enumerate(drawn, start=1)]
    return Chart(
        key=f"trial-{result.spec.name}",
        title=result.spec.title,
        summary=f"Simulated results as percent of the published ones. {'. '.join(numbered)}.",
        x=Axis(words="result, by its number", high=len(drawn) + 1.0),
        y=Axis(words="percent of the published result", high=MOST_SHOWN),
        lines=(
            Line(name="as published", x=ends, y=np.full(2, 100.0), ink=Ink.UNTREATED),
            *bars,
        ),
        spots=tuple(spots),
        table=ChartTable(caption=result.spec.title, header=HEADER, rows=rows(result)),
        sure=words.SURE,
    )
