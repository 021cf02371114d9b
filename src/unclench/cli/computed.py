"""What was computed for one question, and the figures made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from unclench import figures
from unclench.cli.asked import FigureName
from unclench.evidence import Evidence
from unclench.figures import Chart
from unclench.pharmacology import TimeCourse
from unclench.therapy import Finding

if TYPE_CHECKING:
    from unclench.cohorts import Band

OVER_TIME: Final[dict[FigureName, Callable[..., Chart]]] = {
    FigureName.SPASMS: figures.spasms,
    FigureName.TONE: figures.tone,
    FigureName.PLASMA: figures.plasma,
    FigureName.CSF: figures.csf,
    FigureName.CORD: figures.cord,
    FigureName.DROWSINESS: figures.drowsiness,
    FigureName.WEAKNESS: figures.weakness,
}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """What the model and the rules say, who do not know each other.

    Attributes:
        evidence: What both rest on.
        course: What the model says of the plan.
        findings: What the rules say of it, gravest first.
        other: What the model says of a second plan.
        other_findings: What the rules say of the second plan only.
        band: The spread between people, for the first plan.
    """

    evidence: Evidence
    course: TimeCourse
    findings: tuple[Finding, ...]
    other: TimeCourse | None = None
    other_findings: tuple[Finding, ...] = ()
    band: Band | None = None

    def chart(self, name: FigureName) -> Chart:
        """One named figure of what was computed."""
        if name is FigureName.DIMMER:
            return figures.dimmer_curve(
                self.course, evidence=self.evidence, regions=figures.usual_reach(self.evidence)
            )
        return OVER_TIME[name](self.course, other=self.other, band=self.band)
