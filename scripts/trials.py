"""Writes docs/trials.md: simulated trials beside published ones. With --check, only compares.

    python -m scripts.trials [--check]

People and seed are fixed, and a result is the same to the bit on one machine; numbers are printed
to three digits, so that another machine's last bits do not show.
"""

from __future__ import annotations

import sys
from pathlib import Path

from unclench.cohorts.persistence import LAST_DAY, Scenario, by_edss, persistence
from unclench.evidence import Evidence, load_evidence
from unclench.trials import run_trial, shipped_names, shipped_trial
from unclench.trials.report import markdown
from unclench.units import Unit

PAGE = Path(__file__).resolve().parent.parent / "docs/trials.md"
PEOPLE, REPLICATES, SEED = 4000, 200, 1
DAYS = (150.0, 365.0, LAST_DAY)

STAYING = """\
## How long people stay on tablets

A calibrated rate, not an explained one: five numbers were set so that the model meets a Swedish
register at 150 days and one year with an assumed mix of reasons (Decision 8). Two years are the
test; the two published figures for them disagree, and both stand here. The what-ifs are the model's
opinion: no study has tried them.

| stopped, percent | 150 days | 1 year | 2 years |
| --- | ---: | ---: | ---: |
"""


def staying(evidence: Evidence) -> str:
    """Give the part of the page on staying."""
    runs = {
        scenario: persistence(people=PEOPLE, seed=SEED, evidence=evidence, scenario=scenario)
        for scenario in Scenario
    }
    usual = runs[Scenario.USUAL]
    rows = [
        ("register, newly ill", *register(evidence, "stopped_150d.incident", "stopped_1y")),
        ("register, ill for longer", *register(evidence, "stopped_150d.prevalent", "stopped_1y")),
        ("model", *(f"{100 * usual.stopped_share(day):.0f}" for day in DAYS)),
    ]
    for name, who in by_edss(usual, evidence).items():
        days = usual.stopped_day[who]
        rows.append((f"model, {name}", *(f"{100 * (days <= day).mean():.0f}" for day in DAYS)))
    for scenario, made in runs.items():
        if scenario is not Scenario.USUAL:
            shares = (f"{100 * made.stopped_share(day):.0f}" for day in DAYS)
            rows.append((f"what if: {scenario} (opinion)", *shares))
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return (
        f"{STAYING}{table}\n\nThe register: {evidence.statement('persistence.edss').text} The "
        "model shows no such order; what makes disabled people stay is not in it. Two years come "
        "out below both published figures.\n"
    )


def register(evidence: Evidence, early: str, year: str) -> tuple[str, str, str]:
    """Give the register's cells; the two years as the two papers print them."""
    late = (evidence.value(f"persistence.stopped_2y{end}", Unit.PERCENT) for end in ("", ".paper"))
    first, second = (evidence.value(f"persistence.{key}", Unit.PERCENT) for key in (early, year))
    return f"{first:.0f}", f"{second:.0f}", " or ".join(f"{share:.0f}" for share in late)


def page() -> str:
    """Give the whole page."""
    evidence = load_evidence()
    results = [
        run_trial(
            shipped_trial(name, evidence),
            evidence=evidence,
            people=PEOPLE,
            replicates=REPLICATES,
            seed=SEED,
        )
        for name in shipped_names()
    ]
    return markdown(results, staying=staying(evidence))


def main() -> int:
    """Write the page, or compare it."""
    wanted = page()
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == wanted:
        return 0
    if "--check" in sys.argv[1:]:
        print("docs/trials.md is not what scripts/trials.py writes.")
        return 1
    PAGE.write_text(wanted, encoding="utf-8")
    print("wrote docs/trials.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
