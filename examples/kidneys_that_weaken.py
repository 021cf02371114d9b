"""Kidneys clear most of the baclofen. What if they weaken, as in an infection or dehydration?"""

# %% From the fourth day on, kidney function is a quarter of what it was
from unclench import Patient, figures, parse, simulate
from unclench.evidence import load_evidence
from unclench.pharmacology import ClearancePhase

evidence = load_evidence()
weaker = ClearancePhase(start_min=3 * 1440, crcl_ml_per_min=25)
plan = parse("20 mg at 08:00, 14:00, 20:00")
before = simulate(Patient(), plan, evidence=evidence, days=10)
after = simulate(Patient(), plan, evidence=evidence, days=10, events=(weaker,))

# %% The same tablets, another level
ratio = after.last_day().plasma_ng_per_ml / before.last_day().plasma_ng_per_ml
print(f"The blood level rises to {ratio:.1f} times what it was.")
print(figures.drowsiness(before, other=after).title)

# %% The picture
figures.save(figures.plasma(before, other=after), "kidneys.svg")
