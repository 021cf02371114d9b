"""How long the rules take over one person and one regimen, all together and one by one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, NamedTuple

from unclench.evidence import Evidence
from unclench.patient import Condition, Patient
from unclench.regimen import parse
from unclench.therapy import RULES, Symptom, review
from unclench.therapy.case import Case

REGIMEN: Final = "20 mg x3 for 7 days then 30 mg x3 for 7 days + pump 100 micrograms/day"
PERSON: Final = Patient(
    age_years=72,
    crcl_ml_per_min=45,
    conditions=frozenset({Condition.SEIZURES, Condition.DRIVES, Condition.STANDS_ON_SPASTICITY}),
    medications=(
        "Valium 5 mg nocte",
        "gabapentin 300 mg",
        "Ibuprofen 400",
        "ramipril",
        "sertraline",
    ),
    weeks_on_baclofen=40,
    country="GB",
)
PROMISED_ALL_MS: Final = 10.0
PROMISED_RULE_MS: Final = 1.0


class ReviewTimes(NamedTuple):
    """Milliseconds: the whole review, the first one of a process, the slowest rule and its code."""

    whole_ms: float
    first_ms: float
    slowest_ms: float
    slowest: str
    findings: int


def time_review(evidence: Evidence) -> ReviewTimes:
    """Gives the best of many runs of a busy case, and the very first run with its cold caches."""
    regimen = parse(REGIMEN)

    def whole() -> object:
        return review(PERSON, regimen, evidence=evidence, symptoms=[Symptom.ITCH])

    first_ms = once_ms(whole)
    case = Case.of(PERSON, regimen, evidence=evidence, symptoms=frozenset({Symptom.ITCH}))
    each = {rule.code: best_ms(lambda rule=rule: rule.finding(case)) for rule in RULES}
    slowest = max(each, key=lambda code: each[code])
    found = review(PERSON, regimen, evidence=evidence, symptoms=[Symptom.ITCH])
    return ReviewTimes(best_ms(whole), first_ms, each[slowest], slowest, len(found))


def best_ms(task: Callable[[], object], *, times: int = 50) -> float:
    """Gives the shortest of several runs, in milliseconds."""
    return min(once_ms(task) for _ in range(times))


def once_ms(task: Callable[[], object]) -> float:
    """Gives the time of one run, in milliseconds."""
    start = time.perf_counter()
    task()
    return 1000 * (time.perf_counter() - start)


if __name__ == "__main__":
    from unclench.evidence import load_evidence

    print(time_review(load_evidence()))
