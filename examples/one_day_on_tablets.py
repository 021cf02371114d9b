"""One day on tablets: what is in the blood, and what that does to spasms.

Run it, or open it in an editor that knows `# %%` cells.
"""

# %% A person and a plan
from unclench import Patient, TimeOfDay, figures, parse, simulate
from unclench.evidence import load_evidence

evidence = load_evidence()
person = Patient(weight_kg=62, spasms_per_day=10, worst_time=TimeOfDay.NIGHT)
plan = parse("10 mg at 08:00, 14:00 and 20 mg at 22:00")

# %% A week, of which the last day is shown
course = simulate(person, plan, evidence=evidence, days=7)
blood = figures.plasma(course, days=(7, 7))
spasms = figures.spasms(course, days=(7, 7))

# %% What the pictures say
for chart in (blood, spasms):
    print(chart.title)
    print(chart.summary)
    print()

# %% The numbers behind them
print(" | ".join(spasms.table.header))
for row in spasms.table.rows:
    print(" | ".join(row))

# %% Files
figures.save(blood, "blood.svg")
figures.save(spasms, "spasms.svg")
