"""Measure cohorts (people a second, growth, memory, a cluster) and a personal answer.

Part of `make bench`. By itself, at sizes that end in a minute: `python -m bench.cohorts`.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Final

import numpy as np

from unclench.cohorts.run import run_cohort
from unclench.cohorts.spec import CohortSpec, parse_spec
from unclench.evidence import Evidence, load_evidence

WORKERS: Final = 2
STANDARD: Final = """
people = {people}
days = {days}
step_min = 30
bands = ['plasma_ng_per_ml', 'dimming']
regimen = '20 mg at 00:00, 08:00, 16:00'
"""
ONE_THREAD: Final = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)
DIARIES: Final = 20
WEIGH: Final = """
import sys, time
import numpy as np
from scripts.simulated_diaries import simulated
from unclench.evidence import load_evidence
from unclench.inference import fit
from unclench.inference.exposure import Kinetics
from unclench.inference.prior import prior
from unclench.patient import Patient
evidence = load_evidence()
known, curves, taken = prior(evidence), Kinetics.of(Patient(), evidence), []
for number in range(int(sys.argv[1]) + 1):
    lived = simulated(known, curves, np.random.default_rng([7, number]))
    start = time.process_time()
    fit(lived.diary, Patient(), evidence=evidence)
    taken.append(time.process_time() - start)
print(np.median(taken[1:]), max(taken[1:]))
"""
PEAK: Final = """
import re, sys, time
from pathlib import Path
from bench.cohorts import spec_of
from unclench.cohorts.run import run_cohort
from unclench.evidence import load_evidence
evidence = load_evidence()
run_cohort(spec_of(64, 1, evidence), evidence=evidence)
start = time.perf_counter()
run_cohort(spec_of(int(sys.argv[1]), 7, evidence), evidence=evidence)
status = Path("/proc/self/status").read_text()  # ru_maxrss would count the parent before exec
print(time.perf_counter() - start, int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) / 1024)
"""


def spec_of(people: int, days: int, evidence: Evidence) -> CohortSpec:
    """Give the standard workload of the first benchmark as a cohort of other sizes."""
    return parse_spec(STANDARD.format(people=people, days=days), evidence=evidence)


def cpu_s(task: Callable[[], object]) -> float:
    """Give the seconds of one core that a task takes, the better of two runs."""
    taken = []
    for _ in range(2):
        start = time.process_time()
        task()
        taken.append(time.process_time() - start)
    return min(taken)


def exponent(x: Sequence[float], y: Sequence[float]) -> float:
    """Give the fitted slope of y over x on the scale of logarithms; 1 is linear."""
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Give a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def speed(evidence: Evidence, *, people: int) -> str:
    """Time one cohort in this process, in processes, and on a cluster of as many workers."""
    spec = spec_of(people, 28, evidence)
    chunk = people // 10
    run_cohort(spec_of(64, 1, evidence), evidence=evidence)
    answers: dict[str, str] = {}
    seconds: dict[str, float] = {}

    def note(name: str, executor: object = None) -> None:
        start = time.perf_counter()
        made = run_cohort(spec, evidence=evidence, executor=executor, chunk=chunk)
        seconds[name] = time.perf_counter() - start
        answers[name] = made.digest

    note("one process")
    with ProcessPoolExecutor(WORKERS) as pool:
        run_cohort(spec_of(256, 1, evidence), evidence=evidence, executor=pool, chunk=64)
        note(f"{WORKERS} processes", pool)
    on_cluster(evidence, note)
    one = seconds["one process"]
    rows = [
        (name, f"{took:.1f}", f"{people / took:,.0f}", f"{one / took:.2f} x")
        for name, took in seconds.items()
    ]
    same = "the same to the bit" if len(set(answers.values())) == 1 else "NOT the same"
    return (
        table((f"{people:,} adults, 28 days", "seconds", "people/s", "over one process"), rows)
        + f"\n\nThe answers are {same}. A cohort counts bands and outcomes of each "
        "person, which takes longer than the curves alone."
    )


def on_cluster(evidence: Evidence, note: Callable[[str, object], None]) -> None:
    """Start a Dask cluster on this machine and time the cohort on it, where Dask is installed."""
    try:
        from distributed import LocalCluster
    except ModuleNotFoundError:
        return
    from unclench.cli.cluster import cluster

    made = LocalCluster(
        n_workers=WORKERS,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
    )
    try:
        address = made.scheduler_address.removeprefix("tcp://")
        with cluster(address) as (executor, _):
            run_cohort(spec_of(256, 1, evidence), evidence=evidence, executor=executor, chunk=64)
            note(f"Dask, {WORKERS} workers", executor)
    finally:
        made.close()


def growth(evidence: Evidence, *, people: Sequence[int], days: Sequence[int]) -> str:
    """Show how the cost of a cohort grows with people and with days, on one core."""

    def cost(count: int, length: int) -> float:
        spec = spec_of(count, length, evidence)
        return cpu_s(lambda: run_cohort(spec, evidence=evidence))

    by_people = [cost(count, 7) for count in people]
    by_days = [cost(people[0], length) for length in days]
    rows = [
        ("people, 7 days", *(f"{n:,}: {s:.2f} s" for n, s in zip(people, by_people, strict=True))),
        (
            f"days, {people[0]:,} people",
            *(f"{n}: {s:.2f} s" for n, s in zip(days, by_days, strict=True)),
        ),
    ]
    return (
        table(("seconds of one core against", *[""] * len(people)), rows)
        + f"\n\nExponent against people {exponent(people, by_people):.2f}, against days "
        f"{exponent(days, by_days):.2f}; 1 is linear."
    )


def memory(*, people: Sequence[int]) -> str:
    """Show the peak memory of cohorts of growing size, each in a process of its own."""
    rows = []
    for count in people:
        done = subprocess.run(
            [sys.executable, "-c", PEAK, str(count)], capture_output=True, text=True, check=True
        )
        seconds, peak = map(float, done.stdout.split())
        rows.append((f"{count:,}", f"{seconds:.1f}", f"{peak:.0f}"))
    return table(("people, 7 days, one process", "seconds", "peak memory, MiB"), rows)


def personal() -> str:
    """Time the personal answer to diaries of eight weeks, on one core."""
    done = subprocess.run(
        [sys.executable, "-c", WEIGH, str(DIARIES)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **ONE_THREAD},
    )
    middle, longest = map(float, done.stdout.split())
    return table(
        ("personal answer to eight weeks, one core", "median, s", "longest, s"),
        [(f"{DIARIES} simulated diaries", f"{middle:.2f}", f"{longest:.2f}")],
    )


def section(evidence: Evidence, *, quick: bool) -> str:
    """Give the part of the page on cohorts and the personal answer.

    Args:
        evidence: The evidence base.
        quick: Smaller sizes, and no cohort of a million.
    """
    sizes = (10_000, 100_000) if quick else (10_000, 100_000, 1_000_000)
    parts = ["## Cohorts", speed(evidence, people=2_000 if quick else 10_000)]
    parts.append(growth(evidence, people=(2_000, 4_000, 8_000, 16_000), days=(7, 14, 28, 56)))
    parts.append(memory(people=sizes))
    parts += ["## A personal answer", personal()]
    return "\n\n".join(parts)


if __name__ == "__main__":
    print(section(load_evidence(), quick=True))
