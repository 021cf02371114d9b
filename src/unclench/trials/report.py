"""Tell what came of trials: simulated beside published, misses as plainly as what is met."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from unclench.trials.analysis import Finding
from unclench.trials.run import TrialResult

__all__ = ["HEADER", "as_dict", "markdown", "rows", "tally"]

HEADER: Final = ("result", "simulated", "95 % of such trials", "published", "spread", "verdict")

HEAD: Final = """\
# Trials: simulated beside published

Written by `make docs` (`python -m scripts.trials`). Virtual people go through published trials:
the same people in every arm, doses found by a rule that sees scores and complaints and no hidden
state, and a placebo response that is never counted as the drug's. The interval is where 95 % of
simulated trials of the published size end up. **Met** means that the published result lies within
it; a small trial has a wide interval, so that met may say little. A published result that was used
to find the model's numbers is marked *calibration*; only *validation* is news. *Put in* means that
the trial was given its own result to start from, so that meeting it shows nothing.

Run one yourself with `unclench trial NAME`, or a trial of your own from a file; the form of the
file is described at the top of `src/unclench/trials/reading.py`.
"""


def number(value: float) -> str:
    """Give a value with three significant digits.

    Example:
        >>> number(1234.0), number(0.4321)
        ('1,234', '0.432')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def verdict(finding: Finding) -> str:
    """Give what became of a result, in a word or two."""
    published = finding.endpoint.published
    if published is None:
        return "not published"
    if finding.endpoint.by_construction:
        return "put in"
    word = "met" if finding.met else "MISSED"
    return f"{word} ({published.use})" if published.use else word


def rows(result: TrialResult) -> tuple[tuple[str, ...], ...]:
    """Give a row of text for each endpoint, under `HEADER`."""
    made = []
    for one in result.findings:
        low, high = one.interval
        published = one.endpoint.published
        made.append(
            (
                one.endpoint.title,
                number(one.simulated),
                f"{number(low)} to {number(high)}",
                "" if published is None else number(published.value),
                "" if published is None else published.spread,
                verdict(one),
            )
        )
    return tuple(made)


def tally(results: Sequence[TrialResult]) -> tuple[int, int]:
    """Give how many published results are met and how many there are, without those put in."""
    judged = [
        one.met
        for result in results
        for one in result.findings
        if one.met is not None and not one.endpoint.by_construction
    ]
    return sum(bool(met) for met in judged), len(judged)


def as_dict(result: TrialResult) -> dict[str, Any]:
    """Give a result as JSON can hold it."""
    return {
        "trial": result.spec.name,
        "title": result.spec.title,
        "people": result.people,
        "replicates": result.replicates,
        "seed": result.seed,
        "notes": list(result.spec.notes),
        "results": [_as_dict(one) for one in result.findings],
    }


def _as_dict(finding: Finding) -> dict[str, Any]:
    published = finding.endpoint.published
    return {
        "name": finding.endpoint.name,
        "title": finding.endpoint.title,
        "arm": finding.endpoint.arm,
        "minus": finding.endpoint.minus,
        "day": finding.endpoint.day,
        "simulated": finding.simulated,
        "interval_95": list(finding.interval),
        "published": None if published is None else published.value,
        "published_key": None if published is None else published.key,
        "published_spread": None if published is None else published.spread,
        "used_for": None if published is None else published.use,
        "put_in": finding.endpoint.by_construction,
        "met": finding.met,
    }


def markdown(results: Sequence[TrialResult], *, staying: str) -> str:
    """Give the whole page; `staying` is the part on how long people stay on tablets."""
    met, judged = tally(results)
    parts = [HEAD, f"Of {judged} published results {met} are met.\n"]
    for result in results:
        lines = ["| " + " | ".join(HEADER) + " |", "| --- | ---: | --- | ---: | --- | --- |"]
        lines += ["| " + " | ".join(row) + " |" for row in rows(result)]
        notes = "\n".join(f"* {note}" for note in result.spec.notes)
        size = f"`{result.spec.name}`: {result.spec.size:,} people in the study's size; "
        size += f"{result.people:,} virtual people, {result.replicates} trials, seed {result.seed}."
        parts.append(f"## {result.spec.title}\n\n{size}\n\n" + "\n".join(lines) + f"\n\n{notes}\n")
    parts.append(staying)
    return "\n".join(parts)
