"""What can be asked of the lab: a cohort, a published trial, how long people stay on tablets.

A question is a frozen value that turns into a document for the row of a run and back, the same to
the letter. Its key stands for it together with the evidence and the version of Unclench.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Final, final

from unclench.cli.about import version
from unclench.cohorts.persistence import Scenario
from unclench.cohorts.spec import CohortSpec, parse_spec
from unclench.evidence import Evidence
from unclench.trials import shipped_trial
from unclench_site.lab.models import Kind

Document = dict[str, Any]

MOST_PEOPLE: Final = 1_000_000
MOST_DAYS: Final = 90
MOST_ARMS: Final = 3
MOST_LIVED_DAYS: Final = MOST_PEOPLE * 7 * MOST_ARMS
"""People times days times plans: a million people, a week, three plans."""
MOST_STUDIED: Final = 50_000
"""People of a trial or a what-if; their runs are not cut into chunks."""
REPLICATES: Final = 200
ENOUGH: Final = 20_000
"""People that a trial draws where nobody asks for more or fewer."""
CURVES: Final = ("spasms_per_h", "drowsiness")
POINTS_A_DAY: Final = ((14, 60), (45, 120), (MOST_DAYS, 240))
"""Up to how many days a band has a point every so many minutes."""
WHAT_IFS: Final[Mapping[Scenario, str]] = {
    Scenario.USUAL: "Tablets as they are usually begun",
    Scenario.SLOWER_TITRATION: "What if the dose rose more slowly",
    Scenario.MORE_NIGHT_SHARE: "What if more of the dose came at night",
    Scenario.FEWER_SEDATIVES: "What if nobody took sedatives beside it",
}


class Taking(StrEnum):
    """How tablets are taken, as the form offers it."""

    USUAL = "usual"
    PERFECT = "perfect"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class CohortQuestion:
    """Virtual adults with multiple sclerosis through up to three plans.

    Args:
        title: What the person calls it.
        arms: The name and the regimen in words of each plan.
        people: How many.
        days: How long.
        taking: How tablets are taken.
        seed: Which people.
    """

    kind: ClassVar[Kind] = Kind.COHORT
    name: ClassVar[str] = ""
    title: str
    arms: tuple[tuple[str, str], ...]
    people: int
    days: int
    taking: Taking
    seed: int

    @property
    def from_day(self) -> int:
        """Outcomes count from this day on: the first half is for levels to settle."""
        return self.days // 2 + 1

    def to_spec(self, evidence: Evidence) -> CohortSpec:
        """Give the frozen spec that is run.

        Raises:
            InputError: if a plan cannot be read.
        """
        every_min = next(minutes for days, minutes in POINTS_A_DAY if self.days <= days)
        return parse_spec(
            "",
            evidence=evidence,
            title=self.title,
            people=self.people,
            seed=self.seed,
            days=self.days,
            from_day=self.from_day,
            adherence=self.taking.value,
            bands=list(CURVES),
            band_step_min=every_min,
            arms=dict(self.arms),
        )

    def document(self) -> Document:
        """Give it as JSON can hold it; a list keeps the order of the plans in every database."""
        return {
            "title": self.title,
            "arms": [list(arm) for arm in self.arms],
            "people": self.people,
            "days": self.days,
            "taking": self.taking.value,
            "seed": self.seed,
        }

    @classmethod
    def of(cls, document: Document) -> CohortQuestion:
        """Read it again."""
        arms = tuple((name, words) for name, words in document["arms"])
        return cls(**document | {"arms": arms, "taking": Taking(document["taking"])})


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TrialQuestion:
    """A published trial on virtual people."""

    kind: ClassVar[Kind] = Kind.TRIAL
    name: str
    title: str
    people: int
    seed: int

    @classmethod
    def about(
        cls, name: str, *, people: int | None, seed: int, evidence: Evidence
    ) -> TrialQuestion:
        """Ask about a trial that ships; enough people for every replicate if None."""
        spec = shipped_trial(name, evidence)
        drawn = people or min(spec.size * REPLICATES, ENOUGH)
        return cls(name=name, title=spec.title, people=drawn, seed=seed)

    def document(self) -> Document:
        """Give it as JSON can hold it."""
        return _plain(self)

    @classmethod
    def of(cls, document: Document) -> TrialQuestion:
        """Read it again."""
        return cls(**document)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class StayingQuestion:
    """How long people stay on tablets, as usual or in a what-if."""

    kind: ClassVar[Kind] = Kind.STAYING
    name: str
    title: str
    people: int
    seed: int

    @classmethod
    def about(cls, scenario: Scenario, *, people: int, seed: int) -> StayingQuestion:
        """Ask about a what-if."""
        return cls(name=scenario.value, title=WHAT_IFS[scenario], people=people, seed=seed)

    def document(self) -> Document:
        """Give it as JSON can hold it."""
        return _plain(self)

    @classmethod
    def of(cls, document: Document) -> StayingQuestion:
        """Read it again."""
        return cls(**document)


Question = CohortQuestion | TrialQuestion | StayingQuestion
KINDS: Final[Mapping[str, type[Question]]] = {
    one.kind.value: one for one in (CohortQuestion, TrialQuestion, StayingQuestion)
}


def _plain(question: TrialQuestion | StayingQuestion) -> Document:
    return {
        "name": question.name,
        "title": question.title,
        "people": question.people,
        "seed": question.seed,
    }


def read_question(kind: str, document: Document) -> Question:
    """Give the question of a row."""
    return KINDS[kind].of(document)


def key_of(question: Question, evidence: Evidence) -> str:
    """Give 64 letters that are the same only for the same answer; a title changes nothing."""
    asked = question.document() | {"title": ""}
    whole = [question.kind.value, asked, evidence.hash, version()]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()
