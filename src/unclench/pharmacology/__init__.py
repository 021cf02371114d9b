"""What the body does to the drug, and the drug to the body: a model of one person, solved exactly.

`absorption`, `canal`, `compartments` and `response` say the equations, readably, and are the
reference; `kernel` is the same for many people at once, compiled; `simulate` is what others ask.
"""

from __future__ import annotations

from unclench.pharmacology.simulate import ClearancePhase as ClearancePhase
from unclench.pharmacology.simulate import DayMeans as DayMeans
from unclench.pharmacology.simulate import TimeCourse as TimeCourse
from unclench.pharmacology.simulate import simulate as simulate
