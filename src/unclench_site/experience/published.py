"""What studies and registers say beside the members' figures, with the entry that it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from unclench.evidence import Estimate, Evidence
from unclench_site.experience.words import SideEffect, Way

SIDE_EFFECTS: Final = {
    SideEffect.DROWSINESS: "adverse.label.drowsiness",
    SideEffect.WEAKNESS: "adverse.label.weakness",
    SideEffect.DIZZINESS: "adverse.label.dizziness",
    SideEffect.FATIGUE: "adverse.label.fatigue",
    SideEffect.NAUSEA: "adverse.label.nausea",
    SideEffect.CONFUSION: "adverse.label.confusion",
    SideEffect.HEADACHE: "adverse.label.headache",
    SideEffect.INSOMNIA: "adverse.label.insomnia",
    SideEffect.FAINT: "adverse.label.hypotension",
    SideEffect.CONSTIPATION: "adverse.label.constipation",
    SideEffect.BLADDER: "adverse.label.urinary_frequency",
}
"""The American label's ranges, of people on tablets."""
STOPPED: Final = (
    (150, "persistence.stopped_150d.incident", "newly ill people in Swedish registers"),
    (150, "persistence.stopped_150d.prevalent", "people ill for longer in Swedish registers"),
    (365, "persistence.stopped_1y", "Swedish registers"),
    (730, "persistence.stopped_2y", "Swedish registers, as told at a congress"),
    (730, "persistence.stopped_2y.paper", "Swedish registers, as the paper says"),
)
"""The share that has stopped tablets by a day."""
PUMP_10_YEARS: Final = "complication.still_on_pump_10y"
PUMP_EVENTS: Final = "complication.event_1y"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One published figure: in words, with the key of its entry in the library.

    Args:
        words: The figure in words.
        whose: Where it comes from, short.
        key: Its entry in the library.
        percents: The figure, or both ends of its range.
    """

    words: str
    whose: str
    key: str
    percents: tuple[float, ...]


def published(base: Evidence, key: str) -> Published:
    """Give an estimate in percent as words.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> published(load_evidence(), "adverse.label.nausea").words
        '4 to 12 of 100'
    """
    found = base.estimate(key)
    percents = values(found)
    source = base.source_of(found)
    return Published(
        words=f"{' to '.join(f'{one:g}' for one in percents)} of 100",
        whose=source.short if source else "",
        key=key,
        percents=percents,
    )


def values(found: Estimate) -> tuple[float, ...]:
    """Give the numbers of an estimate."""
    return found.value if isinstance(found.value, tuple) else (found.value,)


def side_effect(base: Evidence, way: str, code: str) -> Published | None:
    """Give how often a side effect is in the label; None where the library has no figure."""
    if way != Way.ORAL or code not in SIDE_EFFECTS:
        return None
    return published(base, SIDE_EFFECTS[SideEffect(code)])


def still_on(base: Evidence) -> list[tuple[int, str, Published]]:
    """Give the share still on tablets by a day: the day, who was followed, and the figure."""
    found = []
    for day, key, whom in STOPPED:
        stopped = published(base, key)
        still = tuple(100 - one for one in reversed(stopped.percents))
        found.append(
            (
                day,
                whom,
                Published(
                    words=f"{' to '.join(f'{one:g}' for one in still)} of 100",
                    whose=stopped.whose,
                    key=key,
                    percents=still,
                ),
            )
        )
    return found
