"""Plans under a published protocol, laid out over time: up, down, the test, a pump's start, a slip.

The rules lay them out; the model only shows what they do. They are for a clinician to decide about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from unclench.patient import Patient
from unclench.regimen import OralRegimen, OralStep, Regimen
from unclench.therapy import Plan
from unclench.therapy.plan import doses_text
from unclench_site.explore.choices import Choice
from unclench_site.explore.question import Second, Window

NOW_DAYS: Final = 3
"""So many days of what is taken now stand before a way down, to see where it comes from."""
LEAD_DAYS: Final = 28
"""So many days more are simulated and not shown: the body is used to what is taken now."""
AFTER_DOWN_DAYS: Final = 14
AFTER_UP_DAYS: Final = 7
FINE_DAYS: Final = 7
"""Up to so many days are drawn every quarter of an hour, more of them every hour."""


@final
class Lay(Choice):
    """What is laid out over time."""

    NOTHING = "none", "Nothing: the plan as it stands"
    UP = "up", "Going up, step by step"
    DOWN = "down", "Coming down, step by step, against a sudden stop"
    TEST = "test", "The test before a pump, hour by hour"
    START = "start", "The start of a pump, day by day"
    MISSED = "missed", "A missed dose, by the published rule"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One step of the table."""

    when: str
    daily: str
    doses: str
    words: str = ""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A plan over time, for the curves, the rules and the table.

    Attributes:
        kind: What it is.
        title: One line.
        protocol: Whose rule it follows, in words.
        rows: Its steps.
        words: What goes with it.
        evidence: The keys that it rests on.
        regimen: What the rules judge; its day 1 is the first day after the lead.
        simulated: What the model is asked about: the same, perhaps after a lead that is not shown.
        patient: The person, as the rules are to see one.
        second: What it is held against.
        window: The time to simulate and to show.
        parts: What an address has to say to lay it out again.
    """

    kind: Lay
    title: str
    protocol: str
    rows: tuple[Row, ...]
    words: tuple[str, ...]
    evidence: tuple[str, ...]
    regimen: Regimen
    simulated: Regimen
    patient: Patient
    window: Window
    parts: tuple[tuple[str, str], ...]
    second: Second | None = None

    @property
    def stands_on_the_curve(self) -> bool:
        """Whether it ends in a steady dose, which can be marked on the dimmer's curve."""
        return self.kind in (Lay.UP, Lay.START)


def rows_of(plan: Plan, *, shift_days: int = 0) -> tuple[Row, ...]:
    """The steps of a plan as rows, perhaps some days later."""
    return tuple(
        Row(
            when=days_words(step.first_day + shift_days, step.days),
            daily=step.daily_text,
            doses=doses_text(step),
            words=step.words,
        )
        for step in plan.steps
    )


def days_words(first: int, days: int | None) -> str:
    """On which days a step holds.

    Example:
        >>> days_words(4, 3), days_words(4, 1), days_words(4, None)
        ('day 4 to 6', 'day 4', 'from day 4')
    """
    if days is None:
        return f"from day {first}"
    return f"day {first}" + (f" to {first + days - 1}" if days > 1 else "")


def window_of(first: int, last: int, *, lead_days: int = 0) -> Window:
    """The time from one day to another, finely drawn where it is short."""
    fine = last - first < FINE_DAYS
    return Window(
        simulated_days=last,
        shown_days=(first, last),
        step_min=15 if fine else 60,
        band_step_min=30 if fine else 60,
        lead_days=lead_days,
    )


def after(oral: OralRegimen, days: int, then: tuple[OralStep, ...] = ()) -> OralRegimen:
    """The last step of what is swallowed for some days, and then other steps."""
    now = oral.steps[-1]
    steps = (OralStep(now.times, days=days, every_days=now.every_days), *then)
    return OralRegimen(steps, oral.formulation, with_food=oral.with_food)
