"""Tell what came of the cases: a table, failures as plain as passes, errors apart by use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from unclench.evidence import Use
from unclench.validation.cases import Kind, Rule
from unclench.validation.verdict import Outcome

__all__ = ["as_dict", "markdown", "number", "tally"]

HEAD: Final = """\
# Validation: published results against the model

Written by `make validate` (`unclench validate --report docs/validation.md`). Each case is a
published result, a virtual population like the people of the study, what they were given, and a
rule that says how near the model must come. **Calibration** cases were used to find the model's
numbers, so that they show how well one model can meet them all; **validation** cases were not. A
case that fails stays here as failed.

To run cases of your own, such as results that we never saw: `unclench validate --cases FILE.toml`.
The file's form is described at the top of `src/unclench/validation/cases.py`.
"""


def number(value: float) -> str:
    """Give a value with three significant digits, and never with an exponent above one.

    Example:
        >>> number(1234.5), number(0.1234)
        ('1,234', '0.123')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def tally(outcomes: Iterable[Outcome], use: Use, kind: Kind) -> tuple[int, int]:
    """Give how many cases of a use and kind passed, and how many there are."""
    chosen = [one for one in outcomes if one.case.use is use and one.case.kind is kind]
    return sum(one.passed for one in chosen), len(chosen)


def markdown(outcomes: Sequence[Outcome], *, evidence_hash: str) -> str:
    """Give the whole report."""
    people = outcomes[0].people if outcomes else 0
    parts = [HEAD]
    parts.append(
        f"{len(outcomes)} cases, {people} virtual people each; evidence `{evidence_hash[:12]}`.\n"
    )
    parts.append(_summary(outcomes))
    for use in (Use.CALIBRATION, Use.VALIDATION):
        for kind in Kind:
            chosen = [one for one in outcomes if one.case.use is use and one.case.kind is kind]
            if chosen:
                parts.append(f"## {use.value.capitalize()}: {kind.value}\n\n{_table(chosen)}")
    failed = [one for one in outcomes if not one.passed]
    if failed:
        parts.append("## What failed, and why\n\n" + "\n".join(_failure(one) for one in failed))
    noted = [one for one in outcomes if one.passed and one.case.note]
    if noted:
        lines = "\n".join(f"* **{one.case.title}.** {one.case.note}" for one in noted)
        parts.append(f"## Notes on what passed\n\n{lines}")
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _summary(outcomes: Sequence[Outcome]) -> str:
    rows = ["| cases | met | of | typical size of the error |", "| --- | --- | --- | --- |"]
    for use in (Use.CALIBRATION, Use.VALIDATION):
        for kind in Kind:
            met, all_ = tally(outcomes, use, kind)
            if all_:
                errors = [
                    abs(one.error)
                    for one in outcomes
                    if one.case.use is use and one.case.kind is kind
                ]
                size = f"{100 * float(np.median(errors)):.0f} % (median)"
                rows.append(f"| {use.value}, {kind.value} | {met} | {all_} | {size} |")
    return "\n".join(rows)


def _table(outcomes: Sequence[Outcome]) -> str:
    rows = [
        "| case | published | model, mean (9 of 10 people) | rule | result |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in outcomes:
        seen, unit = one.case.seen, one.case.seen.unit.symbol
        published = f"{number(seen.value)} {unit}"
        if seen.low is not None and seen.high is not None:
            published = f"{number(seen.low)} to {number(seen.high)} {unit}"
        elif seen.sd is not None:
            published += f" (sd {number(seen.sd)})"
        who = " in the middle" if one.case.rule is Rule.MIDDLE else ""
        model = f"{number(one.held)}{who} ({number(one.low)} to {number(one.high)})"
        result = "met" if one.passed else "**failed**"
        rows.append(
            f"| {one.case.title} ({seen.source}) | {published} | {model} "
            f"| {one.case.rule.words} | {result}: {one.reason} |"
        )
    return "\n".join(rows)


def _failure(one: Outcome) -> str:
    said = " ".join(part for part in (one.case.why, one.case.note) if part)
    reason = said or "No reason is known yet."
    return f"* **{one.case.title}** ({one.case.use.value}): {one.reason}. {reason}"


def as_dict(one: Outcome) -> dict[str, object]:
    """Give an outcome as plain values, units in the names, for JSON."""
    seen = one.case.seen
    return {
        "case": one.case.name,
        "title": one.case.title,
        "kind": one.case.kind.value,
        "use": one.case.use.value,
        "measure": one.case.measure,
        "unit": seen.unit.symbol,
        "published": seen.value,
        "published_low": seen.low,
        "published_high": seen.high,
        "published_sd": seen.sd,
        "source": seen.source,
        "model_typical": one.typical,
        "model_mean": one.mean,
        "model_middle": one.middle,
        "model_low": one.low,
        "model_high": one.high,
        "people": one.people,
        "rule": one.case.rule.value,
        "passed": one.passed,
        "reason": one.reason,
    }
