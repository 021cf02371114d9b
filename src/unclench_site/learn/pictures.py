"""The pictures inside articles: the model itself, drawn when the page is first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, final

from unclench.figures import Chart, dimmer_curve, plasma, spasms, svg, usual_reach
from unclench.patient import Patient
from unclench.pharmacology import simulate
from unclench.pharmacology.simulate import TimeCourse
from unclench.regimen import MINUTES_PER_DAY, Regimen, parse
from unclench_site.evidence import evidence
from unclench_site.learn.shelf import Figure

WIDTHS: Final = {"narrow": 300, "middle": 460, "wide": 680}
DAYS: Final = 7
MISSED_MIN: Final = 6 * MINUTES_PER_DAY + 14 * 60


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart, its drawing for each width, and the address under which it can be changed."""

    chart: Chart
    drawings: tuple[tuple[str, str], ...]
    words: str
    regimen: str


@cache
def picture(figure: Figure) -> Picture:
    """Draw what an article asks for, for the reference person.

    Raises:
        InputError: if the regimen cannot be read.
    """
    chart = DRAWN[figure.kind](parse(figure.regimen))
    drawings = tuple(
        (name, svg(chart, width=width, name=f"{figure.kind}-{name}"))
        for name, width in WIDTHS.items()
    )
    return Picture(chart=chart, drawings=drawings, words=figure.words, regimen=figure.regimen)


def course(regimen: Regimen, *, days: int = DAYS) -> TimeCourse:
    """What the model says of a regimen in the reference person."""
    return simulate(Patient(), regimen, evidence=evidence(), days=days)


def _dimmer(regimen: Regimen) -> Chart:
    base = evidence()
    return dimmer_curve(course(regimen), evidence=base, regions=usual_reach(base))


def _plasma(regimen: Regimen) -> Chart:
    return plasma(course(regimen), days=(DAYS, DAYS))


def _spasms(regimen: Regimen) -> Chart:
    return spasms(course(regimen, days=2), days=(1, 1))


def _missed(regimen: Regimen) -> Chart:
    missed = course(regimen.missing(MISSED_MIN))
    return plasma(missed, other=course(regimen), days=(DAYS, DAYS))


DRAWN: Final = {
    "dimmer": _dimmer,
    "plasma": _plasma,
    "spasms": _spasms,
    "missed": _missed,
}
"""How each kind of picture is made."""
