"""Unclench: what baclofen does in the body, one dimmer turned by tablets or by a pump.

The names below are the public ones. What needs NumPy or Numba is loaded when it is first asked
for, so that reading a regimen costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from unclench.errors import InputError as InputError
from unclench.errors import UnclenchError as UnclenchError
from unclench.patient import Condition as Condition
from unclench.patient import Patient as Patient
from unclench.patient import TimeOfDay as TimeOfDay
from unclench.regimen import Regimen as Regimen
from unclench.regimen import Route as Route
from unclench.regimen import format as format
from unclench.regimen import parse as parse
from unclench.units import Mass as Mass
from unclench.units import mcg as mcg
from unclench.units import mg as mg

if TYPE_CHECKING:
    from unclench.cohorts import band as band
    from unclench.evidence import load_evidence as load_evidence
    from unclench.pharmacology import TimeCourse as TimeCourse
    from unclench.pharmacology import simulate as simulate

_LOADED_WHEN_ASKED = {
    "TimeCourse": "unclench.pharmacology",
    "band": "unclench.cohorts",
    "load_evidence": "unclench.evidence",
    "simulate": "unclench.pharmacology",
}


def __getattr__(name: str) -> object:
    if name not in _LOADED_WHEN_ASKED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LOADED_WHEN_ASKED[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LOADED_WHEN_ASKED})
