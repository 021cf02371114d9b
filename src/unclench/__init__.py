"""Unclench: what baclofen does in the body, one dimmer turned by tablets or by a pump."""

from __future__ import annotations

from unclench.errors import InputError as InputError
from unclench.errors import UnclenchError as UnclenchError
from unclench.patient import Condition as Condition
from unclench.patient import Patient as Patient
from unclench.patient import TimeOfDay as TimeOfDay
from unclench.regimen import Regimen as Regimen
from unclench.regimen import Route as Route
from unclench.units import Mass as Mass
from unclench.units import mcg as mcg
from unclench.units import mg as mg
