"""Measure what is promised to be fast, beside peers in the same run; write docs/benchmarks.md.

Run it with `make bench` on a machine that does nothing else. `--quick` leaves the peers out.
"""

from __future__ import annotations

import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.cohorts import exponent, section, table
from bench.frames import frames
from bench.load import load
from bench.peers.compare import COMPARED, Timed, compare, errors
from unclench import Patient, parse
from unclench.cohorts import around, band, simulate_people
from unclench.cohorts.stream import stream_band
from unclench.evidence import Evidence, load_evidence
from unclench.pharmacology import simulate
from unclench.therapy import review

Array = NDArray[np.float64]
ROOT: Final = Path(__file__).resolve().parent.parent
WORK: Final = ROOT / "var" / "bench"
CORES: Final = 2
REGULAR: Final = "20 mg at 00:00, 08:00, 16:00"
IRREGULAR: Final = {
    "odd times, missed and doubled doses": (
        "20 mg at 00:13, 07:48, 15:35, missed day 3 07:48, missed day 9 15:35, doubled day 12 00:13"
    ),
    "pump with a program and a bolus": (
        "pump 100 micrograms/day 06:00-22:00, 200 micrograms/day 22:00-06:00, "
        "bolus 20 micrograms at 21:50"
    ),
    "tablets and pump": "10 mg at 08:10, 20:05 + pump 120 micrograms/day",
}
OUTPUTS: Final = ("plasma_ng_per_ml", "dimming")
PUBLISHED_MRGSOLVE: Final = 270
"""People a second of mrgsolve on fourteen linear states, measured before this project."""
MACHINE_LIMIT: Final = 250_000
"""Estimated people a second of the cheapest correct algorithm on two such cores."""


INTRODUCTION: Final = f"""\
# Benchmarks

Written by `make bench`. One machine, one run; read nothing into differences below 20 %.
{platform.machine()}, {CORES} cores, Python {platform.python_version()}, NumPy {np.__version__}.

## People a second

10,000 virtual people, 28 days, 20 mg three times a day, plasma and effect every 30 minutes (1,345
points): gut, plasma, tissue, ten cells of the canal, the cranial pool, two layers of the cord,
tolerance and adaptation. All engines solve the same equations for the same people; errors are the
worst of twenty people against a reference at a relative tolerance of 1e-11, over the person's peak.
"""


def best(task: Callable[[], object], *, times: int = 5) -> float:
    """Give the shortest of several runs, in seconds, after one that is not counted."""
    task()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        task()
        taken.append(time.perf_counter() - start)
    return min(taken)


def spread(task: Callable[[int], object], *, times: int) -> tuple[float, float]:
    """Give the median and the 95th percentile of many runs, in milliseconds."""
    task(0)
    taken = []
    for i in range(times):
        start = time.perf_counter()
        task(i)
        taken.append(1000.0 * (time.perf_counter() - start))
    return float(np.median(taken)), float(np.quantile(taken, 0.95))


def standard(evidence: Evidence, text: str, *, people: int, days: int, threads: int) -> float:
    """Give the seconds of the standard workload: 30-minute output of plasma and effect."""
    crowd = around(Patient(), people=people, seed=1, evidence=evidence)
    plan = parse(text)

    def task() -> object:
        return simulate_people(
            crowd, plan, days=days, step_min=30, channels=OUTPUTS, threads=threads
        )

    return best(task, times=4)


def engine(evidence: Evidence, *, peers: bool) -> str:
    """Compare people a second on the standard workload, exactness beside it."""
    crowd = around(Patient(), people=10_000, seed=1, evidence=evidence)
    timed: list[Timed] = []
    reference = None
    if peers:
        timed, reference = compare(crowd.table, WORK)
    own = standard(evidence, REGULAR, people=10_000, days=28, threads=CORES)
    few = around(Patient(), people=COMPARED, seed=1, evidence=evidence)
    curves = simulate_people(few, parse(REGULAR), days=28, step_min=30, channels=OUTPUTS)
    exact = np.stack([curves[name].T for name in OUTPUTS], axis=1)
    off = errors(exact, reference) if reference is not None else (float("nan"), float("nan"))
    ours = Timed("Unclench", 10_000, own, *off)
    rows = [
        (
            one.name,
            one.people,
            f"{one.people_per_s:,.0f}",
            f"{ours.people_per_s / one.people_per_s:,.0f} x",
            f"{one.error_plasma:.0e} / {one.error_effect:.0e}",
        )
        for one in (ours, *sorted(timed, key=lambda one: -one.people_per_s))
    ]
    head = ("engine, two cores", "people", "people/s", "Unclench is", "error plasma / effect")
    parts = [table(head, rows)]
    if not any(one.name == "mrgsolve" for one in timed):
        parts.append(
            f"mrgsolve is not on this machine; measured before on fourteen linear states it did "
            f"{PUBLISHED_MRGSOLVE} people/s, which makes Unclench "
            f"{ours.people_per_s / PUBLISHED_MRGSOLVE:,.0f} x as fast."
        )
    rate = next((one.people_per_s for one in timed if one.name == "mrgsolve"), PUBLISHED_MRGSOLVE)
    irregular = []
    for name, text in IRREGULAR.items():
        took = standard(evidence, text, people=10_000, days=28, threads=CORES)
        irregular.append((name, f"{10_000 / took:,.0f}", f"{10_000 / took / rate:,.0f} x"))
    parts.append(table(("irregular regimen", "people/s", "over mrgsolve, regular"), irregular))
    share = ours.people_per_s / MACHINE_LIMIT
    parts.append(
        f"The cheapest correct algorithm would do about {MACHINE_LIMIT:,} people/s on two such "
        f"cores; this is {100 * share:.0f} % of it."
    )
    return "\n\n".join(parts)


def growth(evidence: Evidence) -> str:
    """Show how cost grows with people and with days."""
    people = (2_500, 5_000, 10_000, 20_000)
    days = (14, 28, 56, 112)
    by_people = [standard(evidence, REGULAR, people=n, days=28, threads=CORES) for n in people]
    by_days = [standard(evidence, REGULAR, people=2_000, days=d, threads=CORES) for d in days]
    rows = [
        ("people, 28 days", *(f"{n:,}: {s:.2f} s" for n, s in zip(people, by_people, strict=True))),
        ("days, 2,000 people", *(f"{d}: {s:.2f} s" for d, s in zip(days, by_days, strict=True))),
    ]
    return (
        table(("cost against", "", "", "", ""), rows)
        + f"\n\nExponent against people {exponent(people, by_people):.2f}, against days "
        f"{exponent(days, by_days):.2f}; 1 is linear."
    )


MILLION: Final = """
import re, sys, time
from pathlib import Path
from unclench import Patient, parse
from unclench.cohorts.stream import stream_band
from unclench.evidence import load_evidence
people = int(sys.argv[1])
evidence = load_evidence()
ask = dict(evidence=evidence, seed=1, days=28, step_min=30, threads=2,
           channels=("plasma_ng_per_ml", "dimming"))
plan = parse(sys.argv[2])
stream_band(Patient(), plan, people=1000, **ask)
start = time.perf_counter()
stream_band(Patient(), plan, people=people, **ask)
status = Path("/proc/self/status").read_text()  # ru_maxrss would count the parent before exec
print(time.perf_counter() - start, int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) / 1024)
"""


def streaming(evidence: Evidence) -> str:
    """A million people to bands, in a process of its own so that its memory is its own."""
    rows = []
    for people in (10_000, 100_000, 1_000_000):
        done = subprocess.run(
            [sys.executable, "-c", MILLION, str(people), REGULAR],
            capture_output=True,
            text=True,
            check=True,
        )
        seconds, peak = map(float, done.stdout.split())
        rows.append((f"{people:,}", f"{seconds:.1f}", f"{people / seconds:,.0f}", f"{peak:.0f}"))
    crowd = band(
        Patient(),
        parse(REGULAR),
        evidence=evidence,
        people=10_000,
        days=28,
        step_min=30,
        channels=OUTPUTS,
    )
    streamed = stream_band(
        Patient(),
        parse(REGULAR),
        evidence=evidence,
        people=10_000,
        seed=1,
        days=28,
        step_min=30,
        channels=OUTPUTS,
    )
    off = max(
        float(np.abs(streamed[name] - crowd[name]).max() / crowd[name].max()) for name in OUTPUTS
    )
    return (
        table(("people, 28 days, to bands", "seconds", "people/s", "peak memory, MiB"), rows)
        + f"\n\nWorst difference from exact quantiles over 10,000 people: {100 * off:.2f} % of the "
        "highest value."
    )


def slider(evidence: Evidence) -> str:
    """A slider move: one person, and the band, and the whole answer of the page."""
    doses = [parse(f"{5 + i % 20} mg at 08:00, 14:00, 20:00") for i in range(40)]
    rows = []
    tasks: dict[str, Callable[[int], object]] = {
        "one person, a week at 15 minutes": lambda i: simulate(
            Patient(), doses[i % 40], evidence=evidence
        ),
        "band of 500 people, a week, reduced to the last day": lambda i: band(
            Patient(), doses[i % 40], evidence=evidence, people=500, days=7, from_day=7
        ),
        "review of one person and regimen": lambda i: review(
            Patient(), doses[i % 40], evidence=evidence
        ),
        "the whole answer of the explore page": page_move(),
    }
    for name, task in tasks.items():
        median, high = spread(task, times=60)
        rows.append((name, f"{median:.2f}", f"{high:.2f}"))
    waits = frames()
    name = "from the slider's event to the next painted frame, server and Chromium"
    rows.append((name, f"{waits.median_ms:.0f}", f"{waits.high_ms:.0f}"))
    return table(("one core", "median, ms", "95th percentile, ms"), rows)


def page_move() -> Callable[[int], object]:
    """Give a move of a slider on the explore page, through Django, without the network."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unclench_site.settings")
    os.environ.setdefault("UNCLENCH_DEBUG", "1")
    import logging

    import django
    from django.test import Client

    django.setup()
    logging.disable(logging.INFO)  # the lines of requests would drown the page
    client = Client(headers={"Host": "127.0.0.1", "HX-Request": "true", "HX-Target": "answer"})
    still = {"way": "tablets", "at": ["08:00", "14:00", "20:00"], "span": "week"}

    def move(i: int) -> object:
        moved = {"mg": [str(5 + i % 20), "20", "20"], "moved": "mg", "room": "wide,narrow"}
        answer = client.get("/explore/", {**still, **moved})
        assert answer.status_code == 200, answer.status_code
        return answer

    return move


def command_line() -> str:
    """Time whole commands, as a person waits for them."""
    unclench = str(Path(sys.executable).with_name("unclench"))
    commands = {
        "unclench --help": ["--help"],
        "unclench evidence show oral.clearance": ["evidence", "show", "oral.clearance"],
        "unclench simulate, a week": ["simulate", "10 mg at 08:00, 14:00, 20:00"],
        "unclench simulate, a week, --band 500": [
            *("simulate", "10 mg at 08:00, 14:00, 20:00", "--band", "500"),
        ],
    }
    rows = []
    for name, arguments in commands.items():

        def call(_: int, arguments: list[str] = arguments) -> object:
            return subprocess.run([unclench, *arguments], capture_output=True, check=True)

        median, high = spread(call, times=9)
        rows.append((f"`{name}`", f"{median / 1000:.2f}", f"{high / 1000:.2f}"))
    return table(("command, whole process, warm", "median, s", "95th percentile, s"), rows)


def main(arguments: Sequence[str]) -> None:
    """Measure everything and write the page."""
    evidence = load_evidence()
    parts = [INTRODUCTION, engine(evidence, peers="--quick" not in arguments)]
    parts += ["## Growth", growth(evidence), "## A million people", streaming(evidence)]
    parts.append(section(evidence, quick="--quick" in arguments))
    parts += ["## A move of a slider", slider(evidence), "## The command line", command_line()]
    if "--quick" not in arguments:
        sizes = (100_000, 5_000_000)
        parts += ["## Load on the diary", load(people=200_000, sizes=sizes, seconds=20.0)]
    page = "\n\n".join(parts) + "\n"
    (ROOT / "docs" / "benchmarks.md").write_text(page, "utf-8")
    print(page)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main(sys.argv[1:])
