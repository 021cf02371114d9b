"""What is to be taken and given: as values, as text, and as what happens at which minute.

Time is whole minutes since 00:00 of day 1, without a time zone.
"""

from __future__ import annotations

from unclench.regimen.changes import Change as Change
from unclench.regimen.changes import ChangeKind as ChangeKind
from unclench.regimen.doses import MINUTES_PER_DAY as MINUTES_PER_DAY
from unclench.regimen.doses import Administration as Administration
from unclench.regimen.doses import Dose as Dose
from unclench.regimen.doses import Formulation as Formulation
from unclench.regimen.doses import Route as Route
from unclench.regimen.doses import clock as clock
from unclench.regimen.doses import moment as moment
from unclench.regimen.model import Regimen as Regimen
from unclench.regimen.reading import parse as parse
from unclench.regimen.steps import OralRegimen as OralRegimen
from unclench.regimen.steps import OralStep as OralStep
from unclench.regimen.steps import PumpProgram as PumpProgram
from unclench.regimen.steps import PumpStep as PumpStep
from unclench.regimen.writing import format as format
