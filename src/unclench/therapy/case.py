"""Everything that the rules may look at: a person, a regimen, what came before, what is felt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise
from typing import final

from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench.patient import Condition, Patient
from unclench.regimen import (
    MINUTES_PER_DAY,
    ChangeKind,
    OralStep,
    PumpStep,
    Regimen,
    Route,
)
from unclench.therapy import exact
from unclench.therapy.codes import with_codes
from unclench.therapy.medicines import Match, Reading, read_medicines
from unclench.therapy.symptoms import Sign, Symptom
from unclench.units import ZERO, Mass, mg

__all__ = ["Case", "Claim", "History", "Level", "Origin"]


@final
class Origin(Enum):
    """Where the spasticity comes from: pump steps differ."""

    SPINAL = "spinal"
    CEREBRAL = "cerebral"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Somebody's claim that an oral and a pump dose are worth the same."""

    oral_daily: Mass
    pump_daily: Mass

    def __post_init__(self) -> None:
        """Refuse a claim about nothing."""
        exact.amount(self.oral_daily, "claim's oral dose", most=mg(10_000), unit="mg")
        exact.amount(self.pump_daily, "claim's pump dose", most=mg(1000), unit="micrograms")


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What came before the regimen, as far as somebody says it.

    Args:
        oral_before: What was swallowed in a day, just before day 1.
        days_at_oral: Days at that dose.
        pump_before: What the pump gave in a day, just before day 1.
        hours_at_pump: Hours since the pump's dose was last changed.
        days_without: Days without any baclofen, just before day 1; `oral_before` and `pump_before`
            are then what was given before the gap.
        swallowed: An amount said to have been swallowed at once.
        claim: A claim that an oral and a pump dose are worth the same.
        origin: Where the spasticity comes from.

    Raises:
        InputError: if an amount is not a Mass, or a time is not a whole number from 0 up.

    Example:
        >>> from unclench.units import mg
        >>> History(oral_before=mg(60), days_at_oral=30).days_without is None
        True
    """

    oral_before: Mass | None = None
    days_at_oral: int | None = None
    pump_before: Mass | None = None
    hours_at_pump: int | None = None
    days_without: int | None = None
    swallowed: Mass | None = None
    claim: Claim | None = None
    origin: Origin = Origin.SPINAL

    def __post_init__(self) -> None:
        """Refuse what nobody could mean."""
        for name in ("oral_before", "pump_before", "swallowed"):
            amount = getattr(self, name)
            if amount is not None and not isinstance(amount, Mass):
                raise InputError(
                    f"{name} cannot be {amount!r}.", expected="a Mass or None", hint="mg(60)"
                )
        for name, unit in (
            ("days_at_oral", "days"),
            ("hours_at_pump", "hours"),
            ("days_without", "days"),
        ):
            time = getattr(self, name)
            if time is not None:
                exact.whole(time, name, low=0, high=100_000, unit=unit)
        if not isinstance(self.origin, Origin):
            raise InputError(f"There is no origin {self.origin!r}.", expected="an Origin")
        if self.claim is not None and not isinstance(self.claim, Claim):
            raise InputError(f"{self.claim!r} is no claim.", expected="a Claim or None")


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A stretch of days with the same daily dose.

    Args:
        first_day: Its first day; 0 for what was taken before day 1.
        days: How long it lasts; None for no end, or not known.
        daily: The amount on a day with doses.
        doses: (minute of the day, amount) of each dose.
    """

    first_day: int
    days: int | None
    daily: Mass
    doses: tuple[tuple[int, Mass], ...] = ()


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One person, one regimen, and what else the rules ask for; make it with `Case.of()`.

    Args:
        patient: The person.
        regimen: What is to be given.
        evidence: The evidence base.
        history: What came before.
        symptoms: What is felt now.
        medicines: The list of medicines, read.
        oral: The levels of what is swallowed; before day 1 too, if the history says it.
        pump: The levels of the pump, likewise.
    """

    patient: Patient
    regimen: Regimen
    evidence: Evidence = field(repr=False)
    history: History
    symptoms: frozenset[Symptom]
    medicines: Reading
    oral: tuple[Level, ...]
    pump: tuple[Level, ...]

    @classmethod
    def of(
        cls,
        patient: Patient,
        regimen: Regimen,
        *,
        evidence: Evidence,
        history: History | None = None,
        symptoms: frozenset[Symptom] = frozenset(),
    ) -> Case:
        """Give the case of a person and a regimen, with its levels worked out once."""
        history = History() if history is None else history
        _check_symptoms(symptoms)
        return cls(
            patient=patient,
            regimen=regimen,
            evidence=evidence,
            history=history,
            symptoms=symptoms,
            medicines=with_codes(read_medicines(patient.medications), evidence=evidence),
            oral=tuple(_oral_levels(regimen)),
            pump=tuple(_pump_levels(regimen)),
        )

    def has(self, condition: Condition) -> bool:
        """Tell whether the person has a condition."""
        return condition in self.patient.conditions

    def felt(self, sign: Sign) -> tuple[Symptom, ...]:
        """Give the symptoms that can be a sign of something, in the order of the list."""
        return tuple(one for one in Symptom if one in self.symptoms and sign in one.signs)

    def stopped_min(self, route: Route) -> int | None:
        """Give the minute at which a route was stopped, or None."""
        return _stop_min(self.regimen, route)

    def matched(self, name: str) -> tuple[Match, ...]:
        """Give the medicines of a class."""
        return self.medicines.in_class(name)

    @property
    def has_pump(self) -> bool:
        """Whether a pump gives, or gave, anything."""
        before = self.history.pump_before
        return any(level.daily for level in self.pump) or (before is not None and bool(before))

    @property
    def has_oral(self) -> bool:
        """Whether anything is swallowed."""
        return any(level.daily for level in self.oral)

    @property
    def peak(self) -> Mass:
        """The largest amount swallowed in a day, doubled doses counted."""
        return max(
            [*(level.daily for level in self.oral), *_doubled_days(self.regimen)], default=ZERO
        )

    @property
    def largest(self) -> Mass:
        """The largest amount swallowed at once, doubled doses counted."""
        planned = [amount for level in self.oral for _, amount in level.doses]
        return max([*planned, *_doubled_doses(self.regimen)], default=ZERO)

    @property
    def prescribed(self) -> Mass:
        """The daily dose that a slip is measured by: the largest planned, or the one before."""
        planned = max((level.daily for level in self.oral), default=ZERO)
        return planned or self.history.oral_before or ZERO

    def oral_changes(self) -> Iterator[tuple[Level, Level]]:
        """Give each level that is swallowed with the one before it, the history's first."""
        before, days = self.history.oral_before, self.history.days_at_oral
        return pairwise(_with_before(self.oral, before, days, self.history.days_without))

    def pump_changes(self) -> Iterator[tuple[Level, Level]]:
        """Give each level of the pump with the one before it, the history's first."""
        before, gap = self.history.pump_before, self.history.days_without
        return pairwise(_with_before(self.pump, before, None, gap))


def _check_symptoms(symptoms: object) -> None:
    if not isinstance(symptoms, frozenset) or not all(isinstance(s, Symptom) for s in symptoms):
        raise InputError(
            f"The symptoms cannot be {symptoms!r}.",
            expected="a frozenset of Symptom",
            hint="frozenset({Symptom.FEVER})",
        )


def _with_before(
    levels: tuple[Level, ...], before: Mass | None, days: int | None, gap: int | None
) -> tuple[Level, ...]:
    """Put what came before day 1 in front: the old dose, and the days without it."""
    if before is None:
        return levels
    old = Level(first_day=0, days=days, daily=before)
    if not gap:
        return (old, *levels)
    return (old, Level(first_day=1 - gap, days=gap, daily=ZERO), *levels)


def _oral_levels(regimen: Regimen) -> Iterator[Level]:
    steps = () if regimen.oral is None else regimen.oral.steps
    yield from _joined(_placed(steps, _stop_min(regimen, Route.ORAL)))


def _pump_levels(regimen: Regimen) -> Iterator[Level]:
    steps = () if regimen.pump is None else regimen.pump.steps
    yield from _joined(_placed(steps, _stop_min(regimen, Route.INTRATHECAL)))


def _stop_min(regimen: Regimen, route: Route) -> int | None:
    return next((change.at_min for change in regimen.changes if change.stops(route)), None)


def _placed(
    steps: tuple[OralStep, ...] | tuple[PumpStep, ...], stop_min: int | None
) -> Iterator[Level]:
    """Give each step with its days; after a stop there is one level of nothing, without end."""
    first = 1
    stop_day = None if stop_min is None else -(-stop_min // MINUTES_PER_DAY) + 1
    for step in steps:
        last = None if step.days is None else first + step.days
        if stop_day is not None and (last is None or last > stop_day):
            last = stop_day
        if last is None or last > first:
            yield _level(step, first, None if last is None else last - first)
        if last is None:
            return
        first = last
        if stop_day is not None and first >= stop_day:
            yield Level(first_day=first, days=None, daily=ZERO)
            return


def _level(step: OralStep | PumpStep, first: int, days: int | None) -> Level:
    if isinstance(step, PumpStep):
        return Level(first_day=first, days=days, daily=step.mass_a_day)
    return Level(first_day=first, days=days, daily=step.mass_on(1), doses=step.times)


def _joined(levels: Iterator[Level]) -> Iterator[Level]:
    """Join neighbours with the same doses, so that a change is a change."""
    held: Level | None = None
    for level in levels:
        if held is None:
            held = level
        elif level.daily == held.daily and level.doses == held.doses and held.days is not None:
            days = None if level.days is None else held.days + level.days
            held = Level(first_day=held.first_day, days=days, daily=held.daily, doses=held.doses)
        else:
            yield held
            held = level
    if held is not None:
        yield held


def _doubled_doses(regimen: Regimen) -> list[Mass]:
    if regimen.oral is None:
        return []
    doubled = (
        regimen.oral.amount_at(change.at_min)
        for change in regimen.changes
        if change.kind is ChangeKind.DOUBLED
    )
    return [amount * 2 for amount in doubled if amount is not None]


def _doubled_days(regimen: Regimen) -> list[Mass]:
    return [
        regimen.daily_mass(change.at_min // MINUTES_PER_DAY + 1)[0]
        for change in regimen.changes
        if change.kind is ChangeKind.DOUBLED
    ]
