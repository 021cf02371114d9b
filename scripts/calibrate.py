"""Calibrate the model: observations and beliefs in, calibrated.toml out.

    python -m scripts.calibrate            fit, and write calibrated.toml and record.json
    python -m scripts.calibrate --check    say whether what is written is still the best fit

It reads only `src/unclench/evidence/data`, and of that nothing that it wrote itself. The same files
give the same numbers; it takes under a minute. Decision record 0007 says why it is done so, and
docs/model.md shows how well the model does.
"""

from __future__ import annotations

import json
import sys

from scripts.calibration.fit import best_fit, best_near, problem, slopes
from scripts.calibration.record import (
    CALIBRATED,
    FIGURES,
    calibrated_toml,
    figures_json,
    inputs_hash,
    other_evidence,
)

CLOSE = 2e-3
"""How far a recorded parameter may be from the best, relatively: four digits and a search's end."""


def write() -> int:
    """Fit, and write both records."""
    evidence = other_evidence()
    best = best_fit(problem(evidence))
    CALIBRATED.write_text(calibrated_toml(evidence, best, slopes(best)), encoding="utf-8")
    FIGURES.write_text(figures_json(evidence, best), encoding="utf-8")
    print(f"Wrote {CALIBRATED.name} and {FIGURES.name}.")
    print(f"Sum of squares {best.objective:.2f}, of which the observations {best.misfit:.2f}.")
    return 0


def check() -> int:
    """Fit again from the recorded numbers on, and compare; 1 if they have moved."""
    evidence = other_evidence()
    asked = problem(evidence)
    written = json.loads(FIGURES.read_text(encoding="utf-8"))
    recorded = {key: entry["value"] for key, entry in written["parameters"].items()}
    if written["inputs_sha256"] != inputs_hash(evidence, asked):
        print("The evidence has changed since the calibration. Run `python -m scripts.calibrate`.")
        return 1
    found = best_near(asked, recorded).values
    moved = [key for key, value in found.items() if abs(value / recorded[key] - 1.0) > CLOSE]
    for key in moved:
        print(f"{key} is recorded as {recorded[key]:g}; the best fit is {found[key]:g}.")
    return 1 if moved else 0


if __name__ == "__main__":
    sys.exit(check() if sys.argv[1:] == ["--check"] else write())
