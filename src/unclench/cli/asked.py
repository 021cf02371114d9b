"""What was asked on the command line, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import final

from unclench.patient import Patient


@final
class OralSet(StrEnum):
    """The two sets of numbers for how tablets enter and leave the blood."""

    REFERENCE = "reference"
    FAST = "fast"


@final
class FigureName(StrEnum):
    """The pictures that a file can hold."""

    SPASMS = "spasms"
    TONE = "tone"
    PLASMA = "plasma"
    CSF = "csf"
    CORD = "cord"
    DROWSINESS = "drowsiness"
    WEAKNESS = "weakness"
    DIMMER = "dimmer"
    ALL = "all"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question: a plan, a person, what happens meanwhile, and where the answer goes.

    Moments are still text, such as "day 3 14:00"; None stands for what was not said.
    """

    regimen: str
    patient: Patient
    compare: str | None = None
    days: int | None = None
    step_min: int = 15
    oral_set: OralSet = OralSet.REFERENCE
    with_food: bool = False
    missed: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    stop_at: str | None = None
    crcl_falls_to: float | None = None
    on_day: int | None = None
    dialysis: tuple[str, ...] = ()
    tip_cm: float | None = None
    delivered: float = 1.0
    band: int | None = None
    seed: int = 1
    plot: str | None = None
    figure: FigureName = FigureName.SPASMS
    csv: str | None = None
    json: str | None = None
    parquet: str | None = None
    sources: bool = False
    force: bool = False
