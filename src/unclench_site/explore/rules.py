"""What the rules say of a question, apart from the model: no simulation can silence one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from unclench.evidence import Evidence
from unclench.therapy import Finding, Severity
from unclench.therapy.review import review
from unclench_site.explore.question import Question


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A finding, and the plan that it is about where that is not the first."""

    finding: Finding
    about: str = ""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything that the rules say, gravest first."""

    said: tuple[Said, ...]

    @property
    def emergencies(self) -> list[Said]:
        """What stands above everything else on the page."""
        return [one for one in self.said if one.finding.severity is Severity.EMERGENCY]

    @property
    def serious(self) -> list[Said]:
        """What stands above what the model says."""
        return [one for one in self.said if one.finding.severity is Severity.SERIOUS]

    @property
    def rest(self) -> list[Said]:
        """What can stand below."""
        return [one for one in self.said if one.finding.severity.rank > Severity.SERIOUS.rank]


def rules(question: Question, *, evidence: Evidence) -> Rules:
    """Ask every rule about both plans; what they say of both is said once."""
    said = [
        Said(finding=finding)
        for finding in review(
            question.laid.patient if question.laid else question.patient,
            question.judged,
            evidence=evidence,
            history=question.history,
            symptoms=question.symptoms,
        )
    ]
    second = question.second
    if second:
        known = {one.finding.code for one in said}
        said += [
            Said(finding=finding, about=f"With {second.words}")
            for finding in review(
                second.patient,
                second.judged or second.regimen,
                evidence=evidence,
                history=question.history,
            )
            if finding.code not in known
        ]
    said.sort(key=lambda one: one.finding.severity.rank)
    return Rules(said=tuple(said))
