"""What a snapshot says of the reports that it counts: guarded, rounded, and nothing else.

Every number that leaves this file has passed `guard`: shares and intervals are worked out from the
rounded counts that stand beside them, so that nothing else can be worked back from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import numpy as np

from unclench.experience import (
    LEAST,
    Share,
    Staying,
    Stays,
    guarded,
    guarded_share,
    rounded,
    shrunk,
    staying,
    wilson,
)
from unclench_site.experience.models import Report
from unclench_site.experience.words import (
    HELPED,
    NO_SIDE_EFFECT,
    Again,
    Goal,
    Reason,
    SideEffect,
    Way,
)

Document = dict[str, Any]
GRID_DAYS: Final = (30, 90, 150, 365, 730, 1095, 1825, 3650)
"""The days on which the curve is told: between them the steps would be single people."""
SHORT_DAYS: Final = 14
"""Who stopped within so many days is told of apart: they tried it, and count."""
DOSES: Final = {
    Way.ORAL: {
        15: "up to 15 mg a day",
        30: "16 to 30 mg",
        60: "31 to 60 mg",
        80: "61 to 80 mg",
        10_000: "more than 80 mg",
    },
    Way.PUMP: {
        100: "up to 100 micrograms a day",
        250: "101 to 250 micrograms",
        500: "251 to 500 micrograms",
        1000: "501 to 1,000 micrograms",
        10_000_000: "more than 1,000 micrograms",
    },
}
"""The most of each band of daily doses, with its name."""


def told(way: str, reports: Sequence[Report]) -> Document | None:
    """Give what is shown of the reports of one way; None where there are too few."""
    if len(reports) < LEAST:
        return None
    stopped = [one for one in reports if one.stopped_on]
    stops = share(len(stopped), len(reports))
    reasons = parts(Reason, (one.reason for one in stopped if one.reason))
    return {
        "people": rounded(len(reports)),
        "goals": shares(reports, Goal, lambda one, goal: goal in one.effects),
        "helped": ranked(
            [one for one in reports if one.effects],
            Goal,
            among=lambda one, goal: goal in one.effects,
            has=lambda one, goal: one.effects[goal] in HELPED,
        ),
        "side_effects": ranked(
            [one for one in reports if one.side_effects],
            SideEffect,
            among=lambda one, code: True,
            has=lambda one, code: code in one.side_effects,
        ),
        "no_side_effect": share(
            sum(one.side_effects == [NO_SIDE_EFFECT] for one in reports),
            sum(bool(one.side_effects) for one in reports),
        ),
        "again": parts(Again, (one.again for one in reports if one.again)),
        "stopped": stops,
        "reasons": reasons if stops else None,  # their whole would tell how many stopped
        "doses": doses(way, reports),
        "staying": stay(reports),
    }


def shares(
    reports: Sequence[Report], choices: Any, has: Callable[[Report, str], bool]
) -> list[Document]:
    """Give for each choice the share of people whom it fits, in the order of the list."""
    return [
        {"code": code, **(share(sum(has(one, code) for one in reports), len(reports)) or HIDDEN)}
        for code in choices.values
    ]


HIDDEN: Final[Document] = {"hidden": True}


def share(count: int, people: int) -> Document | None:
    """Give one share with its interval, from the rounded counts; None if a part is too small."""
    shown = guarded_share(count, people)
    return None if shown is None else said(wilson(*shown))


def said(found: Share) -> Document:
    """Give a share as it is kept: the counts, and percents without decimals."""
    return {
        "count": found.count,
        "people": found.people,
        "percent": round(100 * found.share),
        "low": round(100 * found.low),
        "high": round(100 * found.high),
    }


def ranked(
    reports: Sequence[Report],
    choices: Any,
    *,
    among: Callable[[Report, str], bool],
    has: Callable[[Report, str], bool],
) -> list[Document]:
    """Give the choices by their shrunk shares, the greatest first; the hidden ones last.

    Whom a choice is about (`among`) is itself a part of all who answered, and as small a one is
    never shown.
    """
    shown: dict[str, tuple[int, int]] = {}
    for code in choices.values:
        whom = [one for one in reports if among(one, code)]
        rest = len(reports) - len(whom)
        found = guarded_share(sum(has(one, code) for one in whom), len(whom))
        if found is not None and (rest == 0 or rest >= LEAST):
            shown[code] = found
    drawn = dict(zip(shown, shrunk(list(shown.values())), strict=True))
    order = sorted(shown, key=lambda code: (-drawn[code].share, code))
    lines = [
        {
            "code": code,
            **said(wilson(*shown[code])),
            "shrunk": round(100 * drawn[code].share),
            "shrunk_low": round(100 * drawn[code].low),
            "shrunk_high": round(100 * drawn[code].high),
        }
        for code in order
    ]
    return lines + [{"code": code, **HIDDEN} for code in choices.values if code not in shown]


def parts(choices: Any, answers: Iterable[str]) -> Document | None:
    """Give how one question was answered, everybody once; None if too few answered."""
    counts = Counter(answers)
    return cells({code: counts[code] for code in choices.values})


def cells(counts: dict[str, int]) -> Document | None:
    """Give the cells of a whole, guarded; None if the whole is too small, or all stay hidden."""
    people = sum(counts.values())
    if people < LEAST:
        return None
    shown = guarded(counts)
    whole = rounded(people)
    if all(count is None for count in shown.values()):
        return None
    return {
        "people": whole,
        "cells": [
            {"code": code, **(HIDDEN if count is None else said(wilson(min(count, whole), whole)))}
            for code, count in shown.items()
        ],
    }


def doses(way: str, reports: Sequence[Report]) -> Document | None:
    """Give how much people take a day, at the last step of what they told."""
    bands = DOSES[Way(way)]
    counts = dict.fromkeys(bands.values(), 0)
    for one in reports:
        daily = daily_dose(one)
        if daily is not None:
            counts[next(words for most, words in bands.items() if daily <= most)] += 1
    return cells(counts)


def daily_dose(one: Report) -> float | None:
    """Give the daily dose at the end of a report: mg by mouth, micrograms by pump."""
    regimen = one.to_regimen()
    if regimen is None:
        return None
    if one.way == Way.ORAL and regimen.oral is not None:
        last = regimen.oral.steps[-1]
        return float(last.mass_on(1).in_mg) / last.every_days
    if one.way == Way.PUMP and regimen.pump is not None:
        return float(regimen.pump.steps[-1].mass_a_day.in_mcg)
    return None


# Time on treatment.


def stay(reports: Sequence[Report]) -> Document | None:
    """Give the curve of staying on it, told on a few days with ten stops or more between them.

    Everybody is watched from the day on which they joined the site, or began if that was later,
    until they stopped or last wrote. Who had stopped before they joined is counted apart.
    """
    watched = [times for one in reports if (times := watch(one)) is not None]
    before = len(reports) - len(watched)
    short = sum(
        one.stopped_on is not None and (one.stopped_on - one.started_on).days < SHORT_DAYS
        for one in reports
    )
    found: Document = {
        "before": share(before, len(reports)),
        "short": share(short, len(reports)),
        "points": [],
    }
    if len(watched) >= LEAST:
        entry, leave, stopped = zip(*watched, strict=True)
        curve = staying(
            Stays(
                entry_day=np.array(entry, dtype=np.float64),
                exit_day=np.array(leave, dtype=np.float64),
                stopped=np.array(stopped, dtype=np.bool_),
            )
        )
        if curve is not None:
            found["from_day"] = from_day(curve)
            found["points"] = points(curve)
    return found if found["points"] or found["before"] else None


def watch(one: Report) -> tuple[float, float, bool] | None:
    """Give from when to when somebody was watched, in days since their start, and if they stopped.

    None for who was not watched while they took it. Who began and stopped on one day took it for
    half a day.
    """
    zone = one.owner.zone
    joined = (one.owner.joined_at.astimezone(zone).date() - one.started_on).days
    heard = (one.recorded_at.astimezone(zone).date() - one.started_on).days
    entry = float(max(0, joined))
    stopped = one.stopped_on is not None
    leave = float((one.stopped_on - one.started_on).days if one.stopped_on else heard)
    if entry == 0.0:
        leave = max(leave, 0.5)
    return (entry, leave, stopped) if leave > entry else None


def from_day(curve: Staying) -> int:
    """Give where the curve starts, rounded up to a month: the day itself is a single person's."""
    return -(-int(curve.from_day) // 30) * 30


def points(curve: Staying) -> list[Document]:
    """Give the curve on the days of the grid, each at least ten stops after the one before.

    Shares are percents of those who were on it where the curve starts.
    """
    found: list[Document] = []
    last = curve.from_day
    for day in GRID_DAYS:
        if not curve.from_day < day <= curve.until_day:
            continue
        if int(curve.stops[(curve.days > last) & (curve.days <= day)].sum()) < LEAST:
            continue
        on, low, high = curve.on(float(day))
        at_risk = int(curve.at_risk[np.searchsorted(curve.days, day, side="right") - 1])
        found.append(
            {
                "day": day,
                "percent": round(100 * on),
                "low": round(100 * low),
                "high": round(100 * high),
                "at_risk": rounded(at_risk),
            }
        )
        last = float(day)
    return found
