"""Calibrate how readily people stop tablets, and write it into the evidence.

    python -m scripts.calibrate_persistence [--check]

Data: the share who had stopped by 150 days (two groups of a register, weighted by their size) and
by one year, and the assumed mix of reasons, read as that of the first year. Five equations for five
numbers; nothing of the second year is used, nor the Weibull curve, which was drawn through it.
The people are fixed (a seed and a number), so the answer is the same every time.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from unclench.cohorts.persistence import Costs, Rates, lived, stopping
from unclench.evidence import Evidence, load_evidence
from unclench.units import Unit

Array = NDArray[np.float64]

PEOPLE, SEED = 4000, 20
OUT = Path(__file__).resolve().parent.parent / "src/unclench/evidence/data/persistence_model.toml"
EARLY = ("persistence.stopped_150d.incident", "persistence.stopped_150d.prevalent")
YEAR = "persistence.stopped_1y"
REASON_KEYS = tuple(
    f"persistence.reason.{name}" for name in ("adverse_effect", "no_effect", "need_passed", "other")
)
NAMES = (
    ("rate.adverse_effect", "1/day", "rate of stopping for an unwanted effect at a cost of 1"),
    ("rate.no_effect", "1/day", "rate of stopping for too little effect where nothing is better"),
    ("rate.need_passed", "1/day", "rate of stopping because the need has passed"),
    ("rate.other", "1/day", "rate of stopping for something else"),
    ("readiness_log_sd", "ratio", "log sd between people of how readily they stop"),
)
ARITHMETIC = (
    "scripts/calibrate_persistence.py, stopped by 150 days and one year, reasons of the first year"
)
START = np.log([5e-3, 3e-3, 6e-4, 4e-4, 1.0])


def targets(evidence: Evidence) -> Array:
    """Give the two stopped shares and the first three of the reasons."""
    early = [evidence.estimate(key) for key in EARLY]
    counts = [float(one.n or 1) for one in early]
    pooled = float(np.average([one.number(Unit.FRACTION) for one in early], weights=counts))
    reasons = np.array([evidence.value(key, Unit.FRACTION) for key in REASON_KEYS])
    year = evidence.value(YEAR, Unit.FRACTION)
    return np.array([pooled, year, *(reasons / reasons.sum())[:3]])


def simulated(numbers: Array, costs: Costs) -> Array:
    """Give the same five from the model."""
    made = stopping(costs, rates(numbers))
    reasons = made.reason_shares(365.0)
    return np.array([made.stopped_share(150.0), made.stopped_share(365.0), *reasons[:3]])


def rates(numbers: Array) -> Rates:
    """Give the rates of five logarithms."""
    adverse, nothing, passed, other, spread = (float(one) for one in np.exp(numbers))
    return Rates(
        adverse_per_day=adverse,
        no_effect_per_day=nothing,
        need_passed_per_day=passed,
        other_per_day=other,
        readiness_log_sd=spread,
    )


def fit(evidence: Evidence) -> Array:
    """Solve the five equations.

    Raises:
        SystemExit: if they cannot be met.
    """
    costs, wanted = lived(people=PEOPLE, seed=SEED, evidence=evidence), targets(evidence)
    found = least_squares(lambda numbers: simulated(numbers, costs) - wanted, START, xtol=1e-12)
    if np.abs(found.fun).max() > 1e-4:
        raise SystemExit(f"The equations are not met: off by {found.fun}.")
    return np.exp(np.asarray(found.x, np.float64))


def toml(numbers: Array) -> str:
    """Give the file that holds the numbers."""
    sources = ", ".join(f"'{key}'" for key in (*EARLY, YEAR, *REASON_KEYS))
    lines = [
        "# How readily people stop tablets. Written by scripts/calibrate_persistence.py.",
        "# A calibrated rate: two points of a register and an assumed mix of reasons, no more.",
    ]
    for (name, unit, words), number in zip(NAMES, numbers, strict=True):
        lines += [
            f"\n[persistence.{name}]",
            f"value = {float(f'{number:.4g}')!r}",
            f"unit = '{unit}'",
            "spread = {none = 'five equations for five numbers leave nothing to judge it by'}",
            f"population = 'multiple sclerosis, tablets, {words}'",
            "basis = 'computed'",
            f"from = [{sources}]",
            f"arithmetic = '{ARITHMETIC}'",
            "certainty = 'very low'",
            "use = ['model']",
        ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the file, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    check = parser.parse_args().check
    made = toml(fit(load_evidence()))
    if check:
        same = OUT.exists() and OUT.read_text(encoding="utf-8") == made
        if not same:
            print(f"{OUT.name} is not what the script finds.")
        return 0 if same else 1
    OUT.write_text(made, encoding="utf-8")
    print(f"wrote {OUT.name}; now run scripts/parse_evidence.py")
    return 0


if __name__ == "__main__":
    sys.exit(main())
