"""What the pages of the lab show of runs: lists, states in words, results, and what the rules say.

The rules speak of every plan of a cohort, and know nothing of what came of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, final

from django.http import Http404

from unclench.cohorts.persistence import Scenario
from unclench.patient import Patient
from unclench.regimen import parse
from unclench.therapy import Finding, Severity
from unclench.therapy.finding import by_gravity
from unclench.therapy.review import review
from unclench.trials import shipped_names, shipped_trial
from unclench_site.evidence import evidence
from unclench_site.lab.files import NO_PARQUET, has_parquet
from unclench_site.lab.models import Kind, Run, State
from unclench_site.lab.questions import WHAT_IFS

PAGE: Final = 20
TENTH: Final = 10


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A published trial or a what-if in the list, with its last run if there is one."""

    kind: str
    name: str
    title: str
    run: Run | None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A finding of the rules, and the plans that it is about."""

    finding: Finding
    about: str


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the rules say: what nobody may overlook, and what can be opened."""

    first: tuple[Said, ...] = ()
    rest: tuple[Said, ...] = ()


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """How far a run is: in words, of 100, and whether a screen reader should hear it now."""

    words: str
    percent: int | None
    step: str
    is_news: bool
    rules: Rules


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What came of a run, as the page shows it."""

    answer: dict[str, Any]
    has_parquet: bool
    no_parquet: str
    is_outdated: bool


def listed() -> dict[str, list[Listed]]:
    """Give everything that is published, with its last runs, in one query."""
    last = {(run.kind, run.name): run for run in Run.objects.light().last_published()}
    base = evidence()
    trials = [(Kind.TRIAL, name, shipped_trial(name, base).title) for name in shipped_names()]
    stays = [(Kind.STAYING, one.value, words) for one, words in WHAT_IFS.items()]
    return {
        key: [
            Listed(kind=kind.value, name=name, title=title, run=last.get((kind.value, name)))
            for kind, name, title in rows
        ]
        for key, rows in (("trials", trials), ("stays", stays))
    }


def published_title(kind: str, name: str) -> str:
    """Give the title of a published trial or a what-if.

    Raises:
        Http404: if there is none.
    """
    if kind == Kind.TRIAL and name in shipped_names():
        return shipped_trial(name, evidence()).title
    if kind == Kind.STAYING and name in list(Scenario):
        return WHAT_IFS[Scenario(name)]
    raise Http404


def state_page(run: Run, *, said: str) -> Moving:
    """Say how far a run is; a screen reader hears every tenth, not every second."""
    percent = run.percent if run.state == State.RUNNING and run.kind == Kind.COHORT else None
    step = f"{run.state}-{run.percent // TENTH}"
    return Moving(
        words=_words(run),
        percent=percent,
        step=step,
        is_news=bool(said) and said != step,
        rules=_rules(run),
    )


def _words(run: Run) -> str:
    match State(run.state):
        case State.QUEUED:
            return "Waiting for a free worker"
        case State.RUNNING if run.kind == Kind.COHORT:
            return f"{run.done:,} of {run.people:,} people are through"
        case State.RUNNING:
            return f"{run.people:,} people are on their way"
        case State.STOPPED:
            return f"Stopped after {run.done:,} of {run.people:,} people. What is done is kept."
        case State.FAILED:
            return "This run did not come to an end"
    return "Finished"


def finished_page(run: Run) -> Finished:
    """Give what came of a run."""
    return Finished(
        answer=run.result,
        has_parquet=has_parquet(),
        no_parquet=NO_PARQUET,
        is_outdated=run.evidence_hash != evidence().hash,
    )


def _rules(run: Run) -> Rules:
    """Ask every rule about every plan of a cohort; what they say of several is said once."""
    if run.kind != Kind.COHORT:
        return Rules()
    arms = run.question["arms"]
    found: dict[str, Finding] = {}
    plans: dict[str, list[str]] = {}
    for name, words in arms:
        for finding in review(Patient(), parse(words), evidence=evidence()):
            found.setdefault(finding.code, finding)
            plans.setdefault(finding.code, []).append(name)
    said = [
        Said(finding=one, about=" and ".join(plans[code]).capitalize() if len(arms) > 1 else "")
        for code, one in sorted(found.items(), key=lambda pair: by_gravity(pair[1]))
    ]
    grave = [one.finding.severity.rank <= Severity.SERIOUS.rank for one in said]
    return Rules(first=tuple(said[: sum(grave)]), rest=tuple(said[sum(grave) :]))
