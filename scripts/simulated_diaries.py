"""Diaries of virtual people whose numbers are known: drawn from the prior, then lived for weeks.

Doses are taken late, early or not at all; days go uncounted; some people count the quarters of the
day, some rate how stiff they are. What they count comes from the very model that the inference
assumes, so that its bands must hold what they promise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from unclench.inference.answer import expected_days, hours_of_a_dose, quarters_of
from unclench.inference.answer import spasms_taken_away as taken_away
from unclench.inference.candidates import Person, posterior
from unclench.inference.diary import Count, Diary, Earlier, Rating
from unclench.inference.exposure import GRID_Z, Kinetics, Sites, cardinal, sites
from unclench.inference.likelihood import MOST, QUARTER_MIN, cells, likelihood
from unclench.inference.posterior import Check
from unclench.inference.prior import DROWSY, PARAMETERS, SENSITIVITY, Prior
from unclench.regimen import MINUTES_PER_DAY, Administration, Dose, Formulation, Route, parse
from unclench.units import mcg, mg

AHEAD = 3
PLANS = ("rising", "steady", "long steady", "changing pump")


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """One virtual person with a diary and the days after it.

    Attributes:
        truth: The person, as the only candidate.
        diary: What this person wrote.
        at: What the doses do, over the diary and the days after it.
        to_come: Spasms of the days after the diary.
    """

    truth: Person
    diary: Diary
    at: Sites
    to_come: tuple[int, ...]


def drawn_person(known: Prior, rng: np.random.Generator) -> Person:
    """Draws a person from the prior."""
    return Person(
        z=rng.standard_normal((1, len(PARAMETERS))),
        responds=np.array([rng.random() >= known.nonresponder_share]),
        weights=np.ones(1),
        check=Check(effective_points=1.0, tail_index=0.0, rounds=1),
    )


def taken(plan: str, days: int, rng: np.random.Generator) -> tuple[Administration, ...]:
    """Takes doses of a plan for some days, as people do."""
    if plan == "changing pump":
        rates = rng.choice([80, 150, 220, 300, 400], size=3, replace=False).tolist()
        edges = [0, days // 3, 2 * days // 3, days]
        runs = zip(rates, edges[:-1], edges[1:], strict=True)
        return tuple(
            Administration(
                first * MINUTES_PER_DAY,
                Dose(mcg(rate * (last - first)), Route.INTRATHECAL),
                (last - first) * MINUTES_PER_DAY,
            )
            for rate, first, last in runs
        )
    doses = []
    steady = rng.choice([10, 20])
    for day in range(days):
        amount = steady if "steady" in plan else (5, 10, 15, 20, 25)[min(4, 7 * day // days)]
        for hour in (8, 14, 20):
            late_min = int(rng.normal(0.0, 20.0))
            if rng.random() < 0.92:
                dose = Dose(mg(int(amount)), Route.ORAL, Formulation.TABLET)
                doses.append(
                    Administration(day * MINUTES_PER_DAY + max(0, hour * 60 + late_min), dose)
                )
    return tuple(sorted(doses, key=lambda dose: dose.start_min))


def simulated(
    known: Prior, curves: Kinetics, rng: np.random.Generator, *, days: int = 56
) -> Simulated:
    """Lives one virtual person's weeks."""
    person = drawn_person(known, rng)
    plan = PLANS[rng.integers(len(PLANS))]
    earlier = Earlier(parse("10 mg x3"), 28) if plan == "long steady" else None
    doses = taken(plan, days + AHEAD, rng)
    bare = Diary(days=days, taken=doses, earlier=earlier)
    at = sites(
        bare,
        curves,
        ec50_log_sd=known.ec50_log_sd,
        brain_log_sd=known.brain_log_sd,
        until_min=(days + AHEAD) * MINUTES_PER_DAY,
    )
    spasms = counted(known, person, at, days + AHEAD, rng)
    size = QUARTER_MIN if rng.random() < 0.3 else MINUTES_PER_DAY
    written = [day for day in range(days) if rng.random() < 0.9] or [0]
    starts = [
        start
        for day in written
        for start in range(day * MINUTES_PER_DAY, (day + 1) * MINUTES_PER_DAY, size)
    ]
    summed = spasms.reshape(-1, size // QUARTER_MIN).sum(axis=1).tolist()
    counts = [Count(start, start + size, summed[start // size]) for start in starts]
    moments = [day * MINUTES_PER_DAY + int(rng.integers(480, 1320)) for day in written]
    sleepy = moments if rng.random() < 0.7 else []
    stiff = moments if rng.random() < 0.5 else []
    diary = replace(
        bare,
        counts=tuple(counts),
        drowsiness=tuple(Rating(m, drowsy(known, person, at, m, rng)) for m in sleepy),
        stiffness=tuple(Rating(m, stiffness(known, person, at, m, rng)) for m in stiff),
    )
    ahead = spasms[4 * days :].reshape(AHEAD, 4).sum(axis=1).tolist()
    return Simulated(truth=person, diary=diary, at=at, to_come=tuple(ahead))


def counted(
    known: Prior, person: Person, at: Sites, days: int, rng: np.random.Generator
) -> np.ndarray:
    """Draws the spasms of each quarter: Poisson, with a gamma variable that a day shares."""
    edges = [(q * QUARTER_MIN, (q + 1) * QUARTER_MIN) for q in range(4 * days)]
    means = cells(edges, at).means(known, person.z, responds=bool(person.responds[0]))[0]
    size = known.sizes(person.z)[0]
    rate = np.repeat(rng.gamma(size, 1.0 / size, days), 4)
    return rng.poisson(means * rate)


def rated(felt: float, known: Prior, person: Person, rng: np.random.Generator) -> int:
    """Draws one rating of a feeling."""
    noisy = felt + rng.normal() * known.noise(person.z)[0]
    return int(np.clip(np.rint(noisy), 0, MOST))


def drowsy(known: Prior, person: Person, at: Sites, minute: int, rng: np.random.Generator) -> int:
    """Draws a rating of drowsiness."""
    added = cardinal(person.z[:, DROWSY]) @ at.at(at.drowsiness, minute)
    return rated(known.tired(person.z)[0] + MOST * added[0], known, person, rng)


def stiffness(
    known: Prior, person: Person, at: Sites, minute: int, rng: np.random.Generator
) -> int:
    """Draws a rating of stiffness."""
    left = cardinal(person.z[:, SENSITIVITY]) @ at.at(at.drive_left, minute)
    share = left[0] if person.responds[0] else 1.0
    return rated(known.stiff(person.z)[0] * share, known, person, rng)


def ranks(one: Simulated, known: Prior, curves: Kinetics, *, seed: int, luck: float) -> dict:
    """Fits a diary, and gives where each true number falls in its posterior, 0 to 1.

    Ties, such as a share of 0 in people in whom the drug does nothing, are broken by `luck`.
    """
    after = posterior(likelihood(one.diary, known, one.at), seed=seed)
    recent = quarters_of(range(one.diary.days - 6, one.diary.days + 1), one.at)
    dose = Administration(0, Dose(mg(10), Route.ORAL, Formulation.TABLET))
    table = hours_of_a_dose(curves, dose, known.ec50_log_sd)
    asked = {
        "spasms taken away": lambda p: taken_away(known, recent, p),
        "spasms a day without drug": lambda p: known.baseline(p.z),
        "hours of a dose": lambda p: np.interp(p.z[:, SENSITIVITY], GRID_Z, table),
        "size of a day's ups and downs": lambda p: known.sizes(p.z),
        "share at night": lambda p: known.rhythm(p.z)[:, 0],
        "share in the evening": lambda p: known.rhythm(p.z)[:, 3],
        "drowsiness sensitivity": lambda p: p.z[:, DROWSY],
        "rating noise": lambda p: known.noise(p.z),
    }
    falls = {}
    for name, value in asked.items():
        true, believed = float(value(one.truth)[0]), value(after)
        below = float(after.weights[believed < true].sum())
        tied = float(after.weights[believed == true].sum())
        falls[name] = below + luck * tied
    ahead = expected_days(one.diary, known, one.at, after, first=one.diary.days + 1)
    inside = [day.low <= n <= day.high for day, n in zip(ahead, one.to_come, strict=True)]
    return {
        "ranks": falls,
        "forecast": inside,
        "settled": after.check.passed,
        "no_response": float(after.weights[~after.responds].sum()),
        "responds": bool(one.truth.responds[0]),
        "rounds": after.check.rounds,
    }
