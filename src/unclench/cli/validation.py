"""How `unclench validate` finds and prints its answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from unclench.cli.printing import console, say
from unclench.errors import InputError
from unclench.evidence import Use, load_evidence
from unclench.validation import Case, Kind, Outcome, read_cases, run_cases, shipped_cases
from unclench.validation.report import as_dict, markdown, number, tally


def run_and_show(
    *,
    path: Path | None,
    only: Sequence[str],
    people: int,
    seed: int,
    report: Path | None,
    as_json: bool,
) -> None:
    """Read the cases, run them, write and print what came of them.

    Raises:
        InputError: if the cases cannot be read, or none has the word that was asked for.
    """
    evidence = load_evidence()
    every = shipped_cases(evidence) if path is None else read_cases(path, evidence)
    outcomes = run_cases(chosen(every, only), evidence=evidence, people=people, seed=seed)
    if report is not None:
        report.write_text(markdown(outcomes, evidence_hash=evidence.hash), "utf-8")
    if as_json:
        print(json.dumps([as_dict(one) for one in outcomes], indent=2))
    else:
        show(outcomes)


def chosen(cases: Sequence[Case], only: Sequence[str]) -> tuple[Case, ...]:
    """Give the cases whose name holds one of the words; all of them where there is no word."""
    kept = tuple(case for case in cases if not only or any(word in case.name for word in only))
    if not kept:
        raise InputError(
            f"No case has {' or '.join(only)} in its name.",
            expected="a part of one of: " + ", ".join(case.name for case in cases),
        )
    return kept


def show(outcomes: Sequence[Outcome]) -> None:
    """Print a line a case, then how many were met, apart by use."""
    out = console()
    table = Table(box=None, padding=(0, 1), show_edge=False)
    for heading in ("case", "published", "model", "9 of 10 people", "result"):
        table.add_column(heading, overflow="fold", justify="left")
    for one in outcomes:
        unit = one.case.seen.unit.symbol
        table.add_row(
            one.case.name,
            f"{number(one.case.seen.value)} {unit}",
            number(one.held),
            f"{number(one.low)} to {number(one.high)}",
            "met" if one.passed else f"FAILED: {one.reason}",
        )
    out.print(table)
    out.print()
    for use in (Use.CALIBRATION, Use.VALIDATION):
        for kind in Kind:
            met, all_ = tally(outcomes, use, kind)
            if all_:
                say(out, f"{use.value}, {kind.value}: {met} of {all_} met")
