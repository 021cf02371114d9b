"""Writes docs/calibration-of-the-personal-answer.md: do the bands hold what they promise?

Many people are drawn from the prior, each lives eight weeks and writes a diary, and each diary is
weighed. Where a true number falls in its posterior must then be uniform between 0 and 1
(simulation-based calibration; Talts and others, 2018). Run it as

    python -m scripts.simulation_based_calibration [--people 1000] [--workers 2] [--seeds 1 2]

The same people, number by number, come out for the same seeds, whatever the number of workers.
"""

from __future__ import annotations

import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from scipy.stats import binomtest, chisquare

from scripts.simulated_diaries import ranks, simulated
from unclench.evidence import load_evidence
from unclench.inference.exposure import Kinetics
from unclench.inference.prior import Prior, prior
from unclench.patient import Patient

PAGE = Path(__file__).resolve().parent.parent / "docs" / "calibration-of-the-personal-answer.md"
BINS = 20
NINE_OF_TEN = (0.05, 0.95)
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

HEAD = """\
# Do the bands of the personal answer hold?

Written by `python -m scripts.simulation_based_calibration`. {people} people were drawn from the
prior of [the personal answer](personal-answer.md). Each lived eight weeks on tablets that rise, on
the same tablets, on tablets taken long before too, or on a pump whose rate is changed; with doses
late or missed, days not counted, and ratings or none. Each diary was then weighed, and the answer
compared with the truth, which the computer knows.

This shows that the arithmetic is right and the bands are honest **if the model is right**. It does
not show that the model is right about you: [the model's page](model.md) says how far to trust it.

## Nine of ten

A band that should hold nine of ten true numbers should hold 90 %. With {people} people, chance
alone moves that by about {chance:.1f} points either way, in nineteen of twenty such tables.
"""

RANKS = """\
## Where the truth falls

If the posterior is right, the true number is as likely in its lowest twentieth as in any other. The
test is a chi-square over {bins} bins ({freedom} degrees of freedom); `p` is the probability of a
table at least this uneven from a right posterior. With {tests} numbers tested at once, a wrong one
is claimed where p is below {limit:.4f} (5 % over all, Bonferroni).
"""


@lru_cache(maxsize=1)
def known() -> tuple[Prior, Kinetics]:
    """Gives what all people share, once a process."""
    evidence = load_evidence()
    curves = Kinetics.of(Patient(), evidence)
    return prior(evidence), curves


def one_person(task: tuple[int, int, int]) -> dict:
    """Draws a person, lives the days, weighs the diary; says how long the weighing took."""
    seed, number, days = task
    before, curves = known()
    rng = np.random.default_rng([seed, number])
    person = simulated(before, curves, rng, days=days)
    start = time.process_time()
    found = ranks(person, before, curves, seed=number, luck=rng.random())
    return {**found, "seconds": time.process_time() - start}


def all_people(people: int, *, seed: int, workers: int, days: int = 56) -> list[dict]:
    """Weighs every diary, one thread a process: new processes, for NumPy reads it as it loads."""
    tasks = [(seed, number, days) for number in range(1, people + 1)]
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    try:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            return list(pool.map(one_person, tasks, chunksize=10))
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def page(found: list[dict], *, seeds: list[int], evidence_hash: str) -> str:
    """Gives the page."""
    people = len(found)
    names = list(found[0]["ranks"])
    falls = {name: np.array([one["ranks"][name] for one in found]) for name in names}
    chance = 196.0 * np.sqrt(0.09 / people)
    parts = [HEAD.format(people=people, chance=chance), coverage(found, falls)]
    limit = 0.05 / len(names)
    parts.append(RANKS.format(bins=BINS, freedom=BINS - 1, tests=len(names), limit=limit))
    parts += [uniformity(falls), histograms(falls), trust(found, seeds, evidence_hash)]
    return "\n".join(part.strip() + "\n" for part in parts)


def coverage(found: list[dict], falls: dict[str, np.ndarray]) -> str:
    """Gives how many true numbers lie in their bands."""
    lines = [
        "| number | in its band of nine in ten | 95 % interval of that |",
        "| --- | --- | --- |",
    ]
    inside = {name: _held(fall) for name, fall in falls.items()}
    inside["count of a coming day"] = np.array([day for one in found for day in one["forecast"]])
    for name, held in inside.items():
        low, high = binomtest(int(held.sum()), held.size).proportion_ci()
        lines.append(
            f"| {name} | {100 * held.mean():.1f} % | {100 * low:.1f} to {100 * high:.1f} % |"
        )
    chance = 100.0 * (1.0 - 0.95 ** len(falls))
    note = (
        f"\nOf {len(falls)} such intervals at least one leaves out 90 % in about {chance:.0f} of "
        "100 such tables, by chance.\n"
        "\nA count of a coming day is a whole number, so that its band holds at least nine of ten,"
        "\nand more where few spasms are expected."
    )
    return "\n".join(lines) + "\n" + note


def _held(fall: np.ndarray) -> np.ndarray:
    low, high = NINE_OF_TEN
    return (fall >= low) & (fall <= high)


def uniformity(falls: dict[str, np.ndarray]) -> str:
    """Gives the chi-square test of each number."""
    lines = ["| number | chi-square | p |", "| --- | --- | --- |"]
    for name, fall in falls.items():
        test = chisquare(np.histogram(fall, BINS, (0.0, 1.0))[0])
        lines.append(f"| {name} | {test.statistic:.1f} | {test.pvalue:.3f} |")
    return "\n".join(lines)


def histograms(falls: dict[str, np.ndarray]) -> str:
    """Gives the counts of each bin, lowest twentieth first."""
    parts = []
    for name, fall in falls.items():
        counts = np.histogram(fall, BINS, (0.0, 1.0))[0]
        bars = "".join("▁▂▃▄▅▆▇█"[min(7, int(4 * n * BINS / fall.size))] for n in counts)
        parts.append(f"{name}\n{bars}\n{' '.join(map(str, counts))}")
    return "```text\n" + "\n\n".join(parts) + "\n```"


def trust(found: list[dict], seeds: list[int], evidence_hash: str) -> str:
    """Gives whether the sums settled, how non-response was told, and how long it took."""
    settled = 100.0 * np.mean([one["settled"] for one in found])
    first = 100.0 * np.mean([one["rounds"] == 1 for one in found])
    seconds = np.array([one["seconds"] for one in found])
    believed = np.array([one["no_response"] for one in found])
    true = np.array([not one["responds"] for one in found])
    return f"""\
## The sums behind it

In {settled:.1f} % of the diaries the sum settled (at least 1,000 effective points, and a tail index
below 0.7); in {first:.0f} % at the first attempt. Where it does not, the answer says so.

The drug does nothing to spasms in {100 * true.mean():.1f} % of these people. The answers gave that
{100 * believed.mean():.1f} % on average: {100 * believed[true].mean():.0f} % where it is so, and
{100 * believed[~true].mean():.1f} % where it is not.

Weighing a diary of eight weeks took {np.median(seconds):.2f} s of one core in the middle, and
{seconds.max():.2f} s at most, beside other work. Seeds {" and ".join(map(str, seeds))};
evidence `{evidence_hash[:16]}`.
"""


def main() -> None:
    """Weighs the diaries and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=1000, help="of each seed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--page", type=Path, default=PAGE)
    asked = parser.parse_args()
    found = [
        one
        for seed in asked.seeds
        for one in all_people(asked.people, seed=seed, workers=asked.workers)
    ]
    text = page(found, seeds=asked.seeds, evidence_hash=load_evidence().hash)
    asked.page.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
