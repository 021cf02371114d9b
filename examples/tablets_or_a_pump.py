"""One dimmer, two ways to turn it: why a pump needs so much less, and makes less drowsy."""

# %% The same person, twice
from unclench import Patient, figures, parse, simulate
from unclench.evidence import load_evidence

evidence = load_evidence()
person = Patient(spasms_per_day=12, ashworth=4)
tablets = simulate(person, parse("20 mg at 07:00, 12:00, 17:00, 22:00"), evidence=evidence)
pump = simulate(person, parse("pump 150 micrograms/day"), evidence=evidence)

# %% What each does
for chart in (
    figures.spasms(tablets, other=pump),
    figures.tone(tablets, other=pump),
    figures.drowsiness(tablets, other=pump),
    figures.cord(tablets, other=pump),
):
    print(chart.title)

# %% Where each stands on the curve
regions = figures.usual_reach(evidence)
for name, course in (("tablets", tablets), ("pump", pump)):
    dimmer = figures.dimmer_curve(course, evidence=evidence, regions=regions)
    print(f"{name}: {dimmer.title}")
    figures.save(dimmer, f"dimmer-{name}.svg")
