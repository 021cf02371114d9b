"""A dose is missed on the third day: how much is lost, and how soon is it as before?"""

# %% With and without the dose
import numpy as np

from unclench import Patient, figures, parse, simulate
from unclench.evidence import load_evidence

evidence = load_evidence()
person = Patient(spasms_per_day=12)
plan = parse("20 mg at 08:00, 14:00, 20:00")
missed_min = 2 * 1440 + 14 * 60

taken = simulate(person, plan, evidence=evidence)
missed = simulate(person, plan.missing(missed_min), evidence=evidence)

# %% How long it shows
apart = np.abs(missed.plasma_ng_per_ml - taken.plasma_ng_per_ml)
noticeable = taken.time_h[apart > 0.1 * taken.plasma_ng_per_ml.max()]
print(f"The blood level differs noticeably for {noticeable[-1] - noticeable[0]:.0f} hours.")

more = np.trapezoid(missed.spasms_per_h - taken.spasms_per_h, taken.time_h)
print(f"That is {more:.1f} spasms more in the week.")

# %% The picture
figures.save(figures.spasms(taken, other=missed, days=(3, 4)), "missed-dose.svg")
