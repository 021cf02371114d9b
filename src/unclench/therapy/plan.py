"""A plan laid out step by step, which can be shown as a table, as JSON and as a regimen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict, final

from unclench.errors import InputError
from unclench.regimen import Regimen, Route, clock
from unclench.units import Mass

__all__ = ["FOR_A_CLINICIAN", "Plan", "PlanDict", "PlanStep", "StepDict", "doses_text"]

FOR_A_CLINICIAN = (
    "For a clinician to decide. This lays out a published rule; it is not a prescription."
)


class StepDict(TypedDict):
    """A step as JSON holds it; amounts carry their unit."""

    first_day: int
    days: int | None
    daily: str
    doses: list[str]
    words: str


class PlanDict(TypedDict):
    """A plan as JSON holds it."""

    kind: str
    title: str
    protocol: str
    for_whom: str
    steps: list[StepDict]
    words: list[str]
    evidence: list[str]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """One step: the same day, repeated.

    Args:
        first_day: The day on which it begins; the plan begins on day 1.
        days: How long it lasts; None for no end.
        daily: How much a day; nothing for the end of a taper.
        route: The way in, which gives the unit.
        doses: (minute of the day, amount); empty for a steady pump or for nothing.
        words: What else to know about this step.
    """

    first_day: int
    days: int | None
    daily: Mass
    route: Route
    doses: tuple[tuple[int, Mass], ...] = ()
    words: str = ""

    @property
    def when(self) -> str:
        """Say on which days the step holds.

        Example:
            >>> from unclench.units import mg
            >>> PlanStep(first_day=4, days=3, daily=mg(30), route=Route.ORAL).when
            'day 4 to 6'
        """
        if self.days is None:
            return f"from day {self.first_day}"
        last = self.first_day + self.days - 1
        return f"day {self.first_day}" + (f" to {last}" if last > self.first_day else "")

    @property
    def daily_text(self) -> str:
        """The daily amount in the unit of its route; "none" where nothing is given."""
        if not self.daily:
            return "none"
        return self.daily.text("mg" if self.route is Route.ORAL else "micrograms")

    def as_dict(self) -> StepDict:
        """Give the step as JSON can hold it."""
        return StepDict(
            first_day=self.first_day,
            days=self.days,
            daily=self.daily_text,
            doses=[f"{amount} at {at}" for at, amount in _timed(self)],
            words=self.words,
        )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Steps under a named protocol, for a clinician to decide about.

    Args:
        kind: What it is: "titration", "taper", "screening", "pump start" or "weaning".
        title: One line.
        protocol: The code of the protocol that it follows.
        steps: At least one, in order.
        regimen: The same as a regimen, which the model can show.
        words: What to know before it begins: stop rules, cautions, what is not confirmed.
        evidence: Keys of the evidence base, at least one.
        before: What was swallowed in a day before day 1, where the plan comes down from it.

    Raises:
        InputError: if there is no step or nothing is cited.
    """

    kind: str
    title: str
    protocol: str
    steps: tuple[PlanStep, ...]
    regimen: Regimen
    words: tuple[str, ...]
    evidence: tuple[str, ...]
    before: Mass | None = None

    def __post_init__(self) -> None:
        """Refuse a plan without steps or without a source."""
        if not self.steps or not self.evidence:
            raise InputError(
                f"The plan {self.title!r} has no steps or cites nothing.",
                expected="at least one step and one evidence key",
            )

    @property
    def days(self) -> int | None:
        """How many days it lasts; None if the last step has no end."""
        last = self.steps[-1]
        return None if last.days is None else last.first_day + last.days - 1

    def table(self) -> tuple[tuple[str, str, str, str], ...]:
        """Give the rows of a table: when, how much a day, at which times, what to know."""
        return tuple(
            (step.when, step.daily_text, doses_text(step), step.words) for step in self.steps
        )

    def as_dict(self) -> PlanDict:
        """Give the plan as JSON can hold it."""
        return PlanDict(
            kind=self.kind,
            title=self.title,
            protocol=self.protocol,
            for_whom=FOR_A_CLINICIAN,
            steps=[step.as_dict() for step in self.steps],
            words=list(self.words),
            evidence=list(self.evidence),
        )


def doses_text(step: PlanStep) -> str:
    """Give the doses of a step on one line.

    Example:
        >>> from unclench.units import mg
        >>> step = PlanStep(
        ...     first_day=1, days=3, daily=mg(10), route=Route.ORAL, doses=((480, mg(10)),)
        ... )
        >>> doses_text(step)
        '08:00 10 mg'
    """
    return ", ".join(f"{at} {amount}" for at, amount in _timed(step))


def _timed(step: PlanStep) -> list[tuple[str, str]]:
    unit = "mg" if step.route is Route.ORAL else "micrograms"
    return [
        (clock(minute), amount.text("mg" if unit == "mg" else "micrograms"))
        for minute, amount in step.doses
    ]
