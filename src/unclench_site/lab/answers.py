"""What came of a run, as one document: a finding, pictures, tables, notes, and plain columns.

The page shows it, the files are made from it, and nothing else is kept. All of it is JSON. Nothing
here knows Django: trials and what-ifs are computed in a process that has no database.

    finding     one sentence
    pictures    a list of {key, title, summary, narrow, wide, paper}, drawings as SVG
    tables      a list of {caption, header, rows, words_from}: which columns hold words
    notes       what has to be said beside it
    columns     the numbers as a long table, by column
    data        the same as the command prints with --json
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from unclench.cli import staying, trials_shown
from unclench.cli.cohort_run import SHARE_WORDS
from unclench.cli.cohort_run import as_dict as cohort_as_dict
from unclench.cohorts.chunk import OUTCOMES, shipped_evidence
from unclench.cohorts.persistence import LAST_DAY, Scenario, persistence
from unclench.cohorts.run import ArmResult, CohortResult
from unclench.cohorts.survival import kaplan_meier
from unclench.figures import Chart, Theme, svg
from unclench.figures.chart import Axis, Band, Line, Scale
from unclench.figures.colours import Ink
from unclench.regimen import parse
from unclench.trials import TrialResult, run_trial, shipped_trial
from unclench.trials.report import HEADER, as_dict, rows, tally

Document = dict[str, Any]
Array = NDArray[np.float64]

NARROW_PX: Final = 320
WIDE_PX: Final = 720
HEADROOM: Final = 1.05
MOST_BANDS: Final = 2
"""More bands than this on one picture hide each other."""
DIGITS: Final = 6
HARDLY: Final = 0.01
MOST_HOURLY_DAYS: Final = 14
"""Longer runs are drawn day by day: hours would be too many to see."""
GRID_DAYS: Final = 7
CURVE_WORDS: Final = {
    "spasms_per_h": ("Spasms in an hour", "spasms in an hour"),
    "drowsiness": ("Drowsiness", "drowsiness, from 0 to 1"),
}
NOT_SAID: Final = (
    "The spread beside a share says how far it may be off because only so many people were "
    "simulated. It says nothing about how far the model may be off."
)
ASSUMED: Final = (
    "Who these virtual people are is mostly assumed, and each assumption has its reason."
)


# A cohort.


def cohort_answer(result: CohortResult) -> Document:
    """Give what came of a cohort."""
    spec = result.spec
    drug = f"{spec.responder_share:.0%}".replace("%", " %")
    return {
        "finding": _cohort_finding(result),
        "pictures": [drawn(_curve(result, name), f"cohort-{name}") for name in spec.bands],
        "tables": [
            _shares(result),
            *(_outcomes(name, arm, result) for name, arm in result.arms.items()),
        ],
        "notes": [
            f"Responders lose at least {drug} of the spasms by the drug itself, not by placebo.",
            NOT_SAID,
            ASSUMED,
        ],
        "columns": _bands(result),
        "data": cohort_as_dict(result),
    }


def _cohort_finding(result: CohortResult) -> str:
    kept = [
        (_of_hundred(arm.outcomes["spasms_left"].median), f" with {name}")
        for name, arm in result.arms.items()
    ]
    each = [
        f"{'almost none' if n == '0' else n}{plan if len(kept) > 1 else ''}" for n, plan in kept
    ]
    told = " and ".join(", ".join(each).rsplit(", ", 1))
    return f"Of 100 spasms without treatment, the middle person keeps {told}"


def _of_hundred(share: float) -> str:
    return f"{100 * share:.0f}"


def said(value: float) -> str:
    """Give a number as people read it: no powers of ten, no digits that mean nothing.

    Example:
        >>> said(1234.5), said(61.2), said(4.25), said(0.137), said(0.0002), said(0.0)
        ('1,234', '61', '4.2', '0.14', 'under 0.01', '0')
    """
    if value == 0.0:
        return "0"
    if value < HARDLY:
        return f"under {HARDLY}"
    digits = 2 if value < 1.0 else 1 if value < 10.0 else 0
    return f"{value:,.{digits}f}"


def _curve(result: CohortResult, curve: str) -> Chart:
    """Give a curve of every plan: the middle person and, while it is clear, nine of ten."""
    title, words = CURVE_WORDS[curve]
    days = result.spec.days
    by_day = days > MOST_HOURLY_DAYS
    inks: list[Ink] = []
    lines, bands = [], []
    for name, arm in result.arms.items():
        ink = _ink(arm.regimen)
        time_h, (low, middle, high) = _points(arm, curve, days if by_day else None)
        lines.append(Line(name=name, x=time_h, y=middle, ink=ink, beaded=ink in inks))
        if len(result.arms) <= MOST_BANDS and ink not in inks:
            about = f"{name}: nine of ten people" if len(result.arms) > 1 else "nine of ten people"
            bands.append(Band(name=about, x=time_h, low=low, high=high, ink=ink))
        inks.append(ink)
    tops = [*(float(one.high.max()) for one in bands), *(float(one.y.max()) for one in lines)]
    summary = f"The line is the middle of {result.people:,} virtual people."
    if bands:
        summary += " The shade is where nine of ten people are."
    if by_day:
        summary += " Each point is the mean over a day."
    return Chart(
        key=curve.replace("_", "-"),
        title=f"{title}, {'day by day' if by_day else 'hour by hour'}",
        summary=summary,
        x=Axis(words="time", high=24.0 * days, scale=Scale.TIME),
        y=Axis(words=words, high=max(tops) * HEADROOM or 1.0),
        lines=tuple(lines),
        bands=tuple(bands),
    )


def _points(arm: ArmResult, curve: str, days: int | None) -> tuple[Array, Array]:
    """Give times, (n,), and the three rows of a band, (3, n); means over so many days if given."""
    band = np.asarray(arm.bands[curve])
    if days is None:
        return arm.time_h, band
    middays = np.arange(12.0, 24.0 * days, 24.0)
    return middays, np.asarray(band[:, :-1].reshape(3, days, -1).mean(axis=2), np.float64)


def _ink(regimen: str) -> Ink:
    plan = parse(regimen)
    if plan.oral is not None and plan.pump is not None:
        return Ink.BOTH
    return Ink.TABLET if plan.oral is not None else Ink.PUMP


def _shares(result: CohortResult) -> Document:
    """Give how many people something is true of, each plan a column."""
    table = []
    for one, words in SHARE_WORDS.items():
        cells = [words]
        for arm in result.arms.values():
            share, low, high = (_of_hundred(value) for value in arm.shares[one])
            cells.append(f"{share} ({low} to {high})")
        table.append(cells)
    return {
        "caption": "People of 100, and how far chance may be off",
        "header": ["", *result.arms],
        "rows": table,
        "words_from": len(result.arms) + 1,
    }


def _outcomes(name: str, arm: ArmResult, result: CohortResult) -> Document:
    """Give how the outcomes of one plan are spread over people."""
    spec = result.spec
    when = (
        f"day {spec.days}" if spec.from_day == spec.days else f"days {spec.from_day} to {spec.days}"
    )
    called = name.capitalize() if len(result.arms) > 1 else "The plan"
    return {
        "caption": f"{called}, {when}: {arm.regimen}",
        "header": ["", "the middle person", "nine of ten people", "mean"],
        "rows": [
            [OUTCOMES[one], said(of.median), f"{said(of.low)} to {said(of.high)}", said(of.mean)]
            for one, of in arm.outcomes.items()
        ],
        "words_from": 4,
    }


def _bands(result: CohortResult) -> dict[str, list[object]]:
    """Give the bands over time as a long table."""
    made: dict[str, list[object]] = {
        name: [] for name in ("arm", "curve", "time_h", "low_5", "middle", "high_95")
    }
    for name, arm in result.arms.items():
        for curve, band in arm.bands.items():
            made["arm"] += [name] * len(arm.time_h)
            made["curve"] += [curve] * len(arm.time_h)
            made["time_h"] += arm.time_h.tolist()
            for column, values in zip(("low_5", "middle", "high_95"), band, strict=True):
                made[column] += [float(f"{value:.{DIGITS}g}") for value in values]
    return made


# A trial.


def trial_answer(name: str, people: int, replicates: int, seed: int) -> Document:
    """Run a published trial and give what came of it."""
    evidence = shipped_evidence()
    spec = shipped_trial(name, evidence)
    result = run_trial(spec, evidence=evidence, people=people, replicates=replicates, seed=seed)
    met, judged = tally([result])
    return {
        "finding": f"{met} of {judged} published results are met"
        if judged
        else "Nothing published to hold it against",
        "pictures": [
            drawn(
                replace(trials_shown.chart(result), title="Each result beside the published one"),
                f"trial-{name}",
            )
        ],
        "tables": [
            {
                "caption": "Each result in numbers",
                "header": list(HEADER),
                "rows": [list(row) for row in rows(result)],
                "words_from": HEADER.index("spread"),
            }
        ],
        "notes": list(spec.notes),
        "columns": _findings(result),
        "data": as_dict(result) | {"evidence_sha256": evidence.hash},
    }


def _findings(result: TrialResult) -> dict[str, list[object]]:
    found = as_dict(result)["results"]
    names = ("name", "title", "arm", "minus", "day", "simulated", "published", "met")
    made: dict[str, list[object]] = {name: [one[name] for one in found] for name in names}
    made["low_95"] = [one["interval_95"][0] for one in found]
    made["high_95"] = [one["interval_95"][1] for one in found]
    return made


# Staying on tablets.


def staying_answer(name: str, people: int, seed: int) -> Document:
    """Work out how long people stay on tablets, as usual or in a what-if."""
    evidence = shipped_evidence()
    what_if = None if name == Scenario.USUAL else name
    usual = persistence(people=people, seed=seed, evidence=evidence)
    groups = staying.divided(usual, None, what_if, evidence, people=people, seed=seed)
    still = {one: 100 * (1 - staying.stopped(days, 365.0)) for one, days in groups.items()}
    finding = f"{still['usual']:.0f} of 100 people are still on tablets after a year"
    if what_if is not None:
        finding += f"; in the what-if {[*still.values()][-1]:.0f}"
    chart = replace(staying.chart(groups, evidence), title="People who are still on tablets")
    return {
        "finding": finding,
        "pictures": [drawn(chart, f"staying-{name}")],
        "tables": [
            {
                "caption": "People of 100 who are still on tablets",
                "header": list(chart.table.header),
                "rows": [list(row) for row in chart.table.rows],
                "words_from": len(chart.table.header),
            },
            {
                "caption": "People of 100 who have stopped, as a register saw it",
                "header": ["after", "people", ""],
                "rows": [
                    [f"{day:g} days", f"{staying.value(evidence, key):.0f}", note]
                    for day, key, note in staying.REGISTERS
                ],
                "words_from": 2,
            },
        ],
        "notes": [staying.HONEST, *([f"The what-if is {staying.OPINION}."] if what_if else [])],
        "columns": _staying_columns(groups),
        "data": staying.as_dict(usual, groups, evidence, what_if),
    }


def _staying_columns(groups: Any) -> dict[str, list[object]]:
    made: dict[str, list[object]] = {"group": [], "day": [], "still_percent": []}
    grid = np.arange(0.0, LAST_DAY + 1.0, GRID_DAYS)
    for name, days in groups.items():
        curve = kaplan_meier(days, until_day=LAST_DAY)
        made["group"] += [name] * grid.size
        made["day"] += grid.tolist()
        made["still_percent"] += staying.on(curve, curve.share, grid).tolist()
    return made


# Pictures.


def drawn(chart: Chart, name: str) -> Document:
    """Give a chart as a page shows it, narrow and wide, and as a file on paper."""
    return {
        "key": chart.key,
        "title": chart.title,
        "summary": chart.summary,
        "narrow": svg(_slim(chart), width=NARROW_PX, name=f"{name}-narrow"),
        "wide": svg(chart, width=WIDE_PX, name=f"{name}-wide"),
        "paper": svg(chart, width=WIDE_PX, theme=Theme.PAPER, name=name),
    }


def _slim(chart: Chart) -> Chart:
    """Give a chart for a narrow page: of "register: 51" a spot keeps "51"."""
    spots = (replace(spot, name=spot.name.rpartition(": ")[2]) for spot in chart.spots)
    return replace(chart, spots=tuple(spots))
