"""The personal answer in sentences: short, plain, never a dose, never a reason to stop."""

from __future__ import annotations

from typing import Final

from unclench.inference.answer import PersonalAnswer, Verdict
from unclench.inference.candidates import Range

__all__ = ["NOT_TO_FIND_OUT", "headline", "sentences"]

NOT_TO_FIND_OUT: Final = (
    "Do not stop, skip or change baclofen to find out more. Stopping suddenly can be dangerous. "
    "Talk with your clinician about what you see here."
)
HEADLINES: Final = {
    Verdict.NOTHING_TAKEN: "You noted no baclofen in these last days, so there is nothing to weigh",
    Verdict.NO_COUNTS: "Too early to tell: no spasms are counted yet",
    Verdict.TOO_FEW_DAYS: "Too early to tell: too few days are counted",
    Verdict.CANNOT_SEPARATE: "Your diary alone cannot tell what baclofen does",
    Verdict.TOO_WIDE: "Too early to tell: your diary fits much help and little help",
    Verdict.HELPS: "Baclofen probably takes away a real part of your spasms",
    Verdict.LITTLE: "As you take it now, baclofen probably takes away few of your spasms",
    Verdict.UNSURE: "Baclofen may help you, but how much is not clear yet",
}
REASONS: Final = {
    Verdict.NOTHING_TAKEN: "If you did take some, note each dose with its time and its amount.",
    Verdict.NO_COUNTS: (
        "Note how many spasms you have on a day. Until then, what you see is what people in "
        "general are like."
    ),
    Verdict.TOO_FEW_DAYS: (
        "A week of counted days is the least. Until then, what you see is mostly what people in "
        "general are like."
    ),
    Verdict.CANNOT_SEPARATE: (
        "You took much the same on each day that you counted. So nobody can tell from these days "
        "how many spasms you would have without it. What you see leans on people in general. That "
        "is no fault of yours, and no reason to change anything."
    ),
    Verdict.TOO_WIDE: "More counted days will make it clearer, with no change in what you take.",
    Verdict.HELPS: "",
    Verdict.LITTLE: (
        "It may still ease stiffness, pain or sleep, which this does not measure. Its place is a "
        "question for your clinician."
    ),
    Verdict.UNSURE: "More counted days will make it clearer, with no change in what you take.",
}
HARDLY: Final = 0.05


def headline(answer: PersonalAnswer) -> str:
    """Say the verdict in one line, without a full stop."""
    return HEADLINES[answer.verdict]


def sentences(answer: PersonalAnswer) -> tuple[str, ...]:
    """Say the whole answer, a sentence or a few for each thing.

    Args:
        answer: What `fit` found.
    """
    said = [f"{headline(answer)}. {REASONS[answer.verdict]}".strip(), *_beliefs(answer)]
    if not answer.earlier_said:
        said.append(
            "The diary does not say what you took before day 1. It is read as if you took none; a "
            "row 'before' mends that."
        )
    if not answer.check.passed:
        said.append(
            "The sum behind these numbers did not settle. Take them as rough, and report the diary "
            "if you can share it."
        )
    return (*said, NOT_TO_FIND_OUT)


def _beliefs(answer: PersonalAnswer) -> list[str]:
    if answer.verdict is Verdict.NOTHING_TAKEN:
        return []
    away = answer.spasms_taken_away
    last = f"In the last {_days(answer.recent_days)} it took away about"
    said = [
        f"{last} {_of_10(away.after.middle)} spasms, most likely {_between(away.after)}.",
        f"For people in general on the same doses it is {_between(away.before)}.",
        _share_of_diary(away.from_diary),
    ]
    if answer.dose_hours is not None:
        hours = answer.dose_hours.after
        said.append(
            f"One dose of {answer.dose_text} works for about {hours.middle:.0f} hours, most likely "
            f"{hours.low:.0f} to {hours.high:.0f}, counted while it does at least half of its most."
        )
    said.append(_sleepy(answer.drowsiness.after))
    if answer.forecast:
        said.append(_ahead(answer))
    return said


def _share_of_diary(share: float) -> str:
    if share < HARDLY:
        return "Almost nothing of this answer comes from your diary yet."
    if share > 1.0 - HARDLY:
        return "Almost all of this answer comes from your diary."
    tenths = min(9, max(1, round(10.0 * share)))
    return (
        f"About {tenths} of 10 parts of what was unsure are cleared up by your diary. The rest "
        "leans on people in general."
    )


def _sleepy(points: Range) -> str:
    if points.high < 0.5:
        return "It adds hardly any drowsiness."
    return (
        f"At the sleepiest moment of a day it adds about {points.middle:.0f} of 10 points of "
        f"drowsiness, most likely {points.low:.0f} to {points.high:.0f}."
    )


def _ahead(answer: PersonalAnswer) -> str:
    days = answer.forecast
    low, high = min(day.low for day in days), max(day.high for day in days)
    middle = sorted(day.middle for day in days)[len(days) // 2]
    when = "The next day" if len(days) == 1 else f"Each of the next {len(days)} days"
    return (
        f"{when} you may count about {middle} spasms if all goes on as it was. Nine of ten such "
        f"days bring {low} to {high}."
    )


def _days(days: int) -> str:
    return "day" if days == 1 else f"{days} days"


def _of_10(share: float) -> str:
    if share < -HARDLY:
        return "none of your"
    tenths = 10.0 * share
    if tenths < 0.5:
        return "none of your"
    return f"{tenths:.0f} of 10"


def _between(shares: Range) -> str:
    low, high = max(0, round(10.0 * shares.low)), max(0, round(10.0 * shares.high))
    return f"{low} of 10" if low == high else f"{low} to {high} of 10"
