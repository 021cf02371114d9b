"""What a trial is: people, arms, how doses are found, visits, endpoints, placebo, drop-out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, final

from unclench.cohorts.adherence import Adherence
from unclench.cohorts.clinic import Policy
from unclench.patient import Patient

__all__ = [
    "Arm",
    "Design",
    "DoseSpread",
    "DropOut",
    "Endpoint",
    "Kidneys",
    "Measure",
    "People",
    "Placebo",
    "Published",
    "Score",
    "Summary",
    "TrialSpec",
]


@final
class Design(StrEnum):
    """Who stands in which arm."""

    PAIRED = "paired"
    """The same people in every arm: a crossover, or one open group."""
    PARALLEL = "parallel"
    """Other people in every arm."""


@final
class Measure(StrEnum):
    """What is read off each person."""

    ASHWORTH_BEFORE = "ashworth_before"
    ASHWORTH = "ashworth"
    MODIFIED_ASHWORTH = "modified_ashworth"
    PENN_BEFORE = "penn_before"
    PENN = "penn"
    DOSE = "dose"
    TONE_POINTS = "tone_points"
    """Change of a total of Ashworth scores, placebo within."""
    RELIEVED = "relieved"
    """Stiffness is better by the person's own rating, placebo and noise within."""
    CONFIRMED = "confirmed"
    """And it comes back when the drug is swapped for placebo unseen."""
    SPASMS_RELIEVED = "spasms_relieved"
    SPASMS_CONFIRMED = "spasms_confirmed"
    STOPPED = "stopped"
    STOPPED_WEAKNESS = "stopped_weakness"
    STOPPED_DROWSINESS = "stopped_drowsiness"
    DROWSY_EVER = "drowsy_ever"
    CONFUSED = "confused"
    """Chance of confusion by the visit."""


CHANCES: Final = frozenset({Measure.CONFUSED})
"""Measures that give a chance for each person; a trial of finite size draws who it happens to."""


@final
class Summary(StrEnum):
    """What is made of the values of a group."""

    MEAN = "mean"
    SD = "sd"
    MEDIAN = "median"
    PERCENT = "percent"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How a score lies among the people: mean and standard deviation within its scale."""

    mean: float
    sd: float


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Kidneys:
    """A share of the people whose creatinine clearance lies evenly between two limits."""

    share: float
    low_ml_per_min: float
    high_ml_per_min: float


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who takes part.

    Args:
        like: What all of them have in common; adults with multiple sclerosis, each unlike the
            next, if None.
        ashworth: Their tone without treatment.
        penn: Their spasms without treatment, by the Penn score.
        kidneys: Their kidney function, where it differs between them.
        with_spasms: The share who have spasms at all.
        walking: The share who walk, where the study says or implies it; by EDSS if None.
        adherence: How they take tablets.
    """

    like: Patient | None
    ashworth: Score | None = None
    penn: Score | None = None
    kidneys: tuple[Kidneys, ...] = ()
    with_spasms: float = 1.0
    walking: float | None = None
    adherence: Adherence = field(default_factory=Adherence)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class DoseSpread:
    """Doses as a survey found them: log-normal with this mean and standard deviation."""

    mean: float
    sd: float


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class DropOut:
    """The share who are lost by the end for reasons apart from treatment, evenly over time."""

    share: float = 0.0


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Placebo:
    """The response to a treatment that is none; it is never part of the drug's effect.

    Args:
        relieves: Whether people report relief on it.
        score_share: The share by which an examiner's score falls on it.
    """

    relieves: bool = True
    score_share: float = 0.0


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """What a group is given.

    Args:
        name: How the arm is called.
        pattern: How the dose is spread over the day, as a regimen; None for placebo.
        policy: How the dose is found.
        n: How many people, where arms hold other people.
        doses: First doses by person, where a survey gives their spread.
    """

    name: str
    pattern: str | None
    policy: Policy
    n: int
    doses: DoseSpread | None = None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The published result of an endpoint, with its evidence key where it has one."""

    value: float
    spread: str
    key: str | None
    use: str


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One result of the trial.

    Args:
        name: A short name.
        title: What it is, in words.
        measure: What is read off each person.
        summary: What is made of it in a group.
        arm: In which arm.
        minus: An arm whose result is taken away, or None.
        day: At which visit.
        published: What the study found, or None where nothing was read.
        baseline: The untreated score on the scale of `tone_points`.
        background: The share who would complain without the drug.
        among_spasms: Whether only people with spasms count.
        by_construction: Whether the result was put in, so that meeting it shows nothing.
    """

    name: str
    title: str
    measure: Measure
    summary: Summary
    arm: str
    day: float
    minus: str | None = None
    published: Published | None = None
    baseline: float = 0.0
    background: float = 0.0
    among_spasms: bool = False
    by_construction: bool = False


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSpec:
    """A whole trial.

    Args:
        name: Its name.
        title: What it was, in words.
        design: Who stands in which arm.
        people: Who takes part.
        arms: What they are given.
        visits: Days of the visits since the start.
        endpoints: What is read off.
        placebo: The response to a treatment that is none.
        drop_out: Who is lost.
        responder: The share of a fall that counts as relief.
        notes: What was assumed, and what is left out.
    """

    name: str
    title: str
    design: Design
    people: People
    arms: tuple[Arm, ...]
    visits: tuple[float, ...]
    endpoints: tuple[Endpoint, ...]
    placebo: Placebo
    drop_out: DropOut
    responder: float
    notes: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many people the trial takes."""
        counts = [arm.n for arm in self.arms]
        return sum(counts) if self.design is Design.PARALLEL else max(counts)
