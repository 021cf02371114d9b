"""Writes the coverage section of docs/experience.md: does the interval hold the truth?

Run it with `python -m scripts.experience_coverage`, for two minutes. A community is simulated a
thousand times: people start a treatment over ten years and stop as a Weibull says that is fitted to
the registers; the community opens in the last year; its members were on the treatment when they
joined, or started after. The truth is known, so each interval either holds it or does not. Then an
attacker guesses what one newcomer answered, from the releases before and after.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unclench.evidence import load_evidence
from unclench.experience import Roll, Stays, guarded_share, moved, staying
from unclench.units import Unit

PAGE = Path(__file__).resolve().parent.parent / "docs" / "experience.md"
BEGIN, END = "<!-- coverage: begin -->", "<!-- coverage: end -->"
COMMUNITIES = 1_000
MEMBERS = 600
AT_DAYS = (150.0, 365.0, 730.0)
OPEN_DAYS = 365.0
HISTORY_DAYS = 3650.0


@dataclass(frozen=True, slots=True)
class Truth:
    """How people stop: S(t) = exp(-(t / scale) ** shape)."""

    scale_day: float
    shape: float

    def on(self, day: float) -> float:
        return float(np.exp(-((day / self.scale_day) ** self.shape)))


def register() -> Truth:
    """The Weibull of the evidence base, fitted to the Swedish registers."""
    base = load_evidence()
    return Truth(
        scale_day=base.value("persistence.weibull.scale", Unit.DAY),
        shape=base.value("persistence.weibull.shape", Unit.RATIO),
    )


def community(truth: Truth, *, seed: int, members: int = MEMBERS) -> Stays:
    """Members with the day of their treatment on which they joined: who had stopped never comes."""
    chance = np.random.default_rng([seed, 7])
    entry, leave, stopped = [np.empty(0)], [np.empty(0)], [np.empty(0, dtype=np.bool_)]
    found = 0
    while found < members:
        started = chance.uniform(-HISTORY_DAYS, 0.0, 20_000)  # days before the page is made
        lasts = truth.scale_day * chance.weibull(truth.shape, 20_000)
        joined = chance.uniform(-OPEN_DAYS, 0.0, 20_000)
        comes = np.maximum(0.0, joined - started)
        end = np.minimum(lasts, -started)
        seen = (lasts > comes) & (end > comes)
        entry.append(comes[seen])
        leave.append(end[seen])
        stopped.append(lasts[seen] <= -started[seen])
        found += int(seen.sum())
    parts = [np.concatenate(part)[:members] for part in (entry, leave, stopped)]
    return Stays(entry_day=parts[0], exit_day=parts[1], stopped=parts[2].astype(np.bool_))


def naive(stays: Stays) -> Stays:
    """The same people, as if each had been watched from their first day."""
    return Stays(
        entry_day=np.zeros_like(stays.entry_day), exit_day=stays.exit_day, stopped=stays.stopped
    )


def coverage(truth: Truth, communities: int, *, members: int = MEMBERS) -> dict[str, list[float]]:
    """For each way and each day: the share of communities whose interval holds the truth.

    Returns:
        "truncated" and "naive" with the shares, "truncated_mean" and "naive_mean" with the mean of
        the curves, each for the days of `AT_DAYS`.
    """
    sums = {name: np.zeros(len(AT_DAYS)) for name in ("truncated", "naive")}
    means = {f"{name}_mean": np.zeros(len(AT_DAYS)) for name in sums}
    for seed in range(communities):
        stays = community(truth, seed=seed, members=members)
        for name, who in (("truncated", stays), ("naive", naive(stays))):
            curve = staying(who, least_at_risk=1)  # the whole curve
            assert curve is not None
            assert curve.from_day == 0.0
            for i, day in enumerate(AT_DAYS):
                share, low, high = curve.on(day)
                sums[name][i] += low <= truth.on(day) <= high
                means[f"{name}_mean"][i] += share
    return {name: (total / communities).tolist() for name, total in (sums | means).items()}


# The attacker.

PEOPLE = 120
SHARE_YES = 0.3


def attack(attacks: int, *, own: int) -> float:
    """How often an attacker guesses one person's answer, of all attacks; a coin is right half.

    They know what everybody else answered, wait until a week in which nobody but them and the
    person comes new, and read the count of one answer in the releases before and after. Their rule
    is to say yes when it is higher than expected by more than some number: the best such number,
    chosen afterwards from all attacks, which is more than they could know.
    """
    surplus, secrets = np.zeros(attacks), np.zeros(attacks, dtype=np.bool_)
    for seed in range(attacks):
        chance = np.random.default_rng([seed, 11])
        answers = chance.random(PEOPLE) < SHARE_YES
        secrets[seed] = chance.random() < 0.5
        key = chance.random((3, PEOPLE + 10))

        def lot(batch: int, person: int, key: np.ndarray = key) -> str:
            return f"{key[batch, person]:.12f}"

        before = moved(Roll(), dict.fromkeys(range(PEOPLE), 1), lost=0, is_due=False, lot=lot)
        everybody = dict.fromkeys(range(PEOPLE + 1 + own), 1)
        after = moved(before, everybody, lost=0, is_due=False, lot=lot)
        if after.counted != before.counted:
            said = np.concatenate([answers, secrets[[seed]], np.zeros(own, dtype=np.bool_)])
            counted = int(sum(said[person] for person in after.counted))
            shown = guarded_share(counted, len(after.counted))
            assert shown is not None
            surplus[seed] = shown[0] - answers.sum() / len(everybody) * len(after.counted)
    rules = [float(np.mean((surplus > least) == secrets)) for least in np.unique(surplus)]
    return max(*rules, float(np.mean(secrets)), float(np.mean(~secrets)))


def section(communities: int = COMMUNITIES) -> str:
    """The generated part of the page."""
    truth = register()
    found = coverage(truth, communities)
    lines = [
        f"{communities:,} simulated communities of {MEMBERS} members; they stop by the Weibull of",
        f"the evidence base (scale {truth.scale_day:g} days, shape {truth.shape:g}).",
        "",
        "| still on it at | truth | truncated: mean | interval holds it | naive: mean | holds it |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for i, day in enumerate(AT_DAYS):
        lines.append(
            f"| {day:g} days | {truth.on(day):.3f} | {found['truncated_mean'][i]:.3f}"
            f" | {100 * found['truncated'][i]:.1f} % | {found['naive_mean'][i]:.3f}"
            f" | {100 * found['naive'][i]:.1f} % |"
        )
    lines += [
        "",
        "An attacker who knows what everybody else answered guesses one answer of a newcomer, from",
        f"the releases before and after, by the best rule found afterwards ({PEOPLE} people,",
        "2,000 attacks; without any release they are right in 51 %):",
        "",
        "| accounts of their own among the newcomers | right |",
        "| --- | --- |",
    ]
    lines += [f"| {own} | {100 * attack(2_000, own=own):.0f} % |" for own in (0, 1, 8, 9)]
    return "\n".join(lines)


def main() -> int:
    """Writes the section into the page."""
    text = PAGE.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    PAGE.write_text(f"{head}{BEGIN}\n\n{section()}\n\n{END}{tail}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
