"""Adults with multiple sclerosis: who they are goes together, as it does among people.

Age, weight, kidney function, disability and spasms come from a Gaussian copula: normal scores that
are correlated, each turned into its own distribution. Everything else about the body is drawn as
for `around`. The sums are written out one by one, for a matrix product may add in another order in
another company, and person i of seed s has to be the same to the last bit everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, final

import numpy as np
from numpy.typing import NDArray

from unclench.cohorts.population import VirtualPeople, around, draw_normal, draw_uniform
from unclench.evidence import Evidence, cited, from_evidence
from unclench.patient import Patient, TimeOfDay
from unclench.pharmacology.parameters import BODY_FIELDS, KineticParameters
from unclench.units import Unit, convert

__all__ = ["WORST_TIMES", "Adults", "adults_with_ms"]

Array = NDArray[np.float64]

HOURS_A_DAY: Final = 24.0
TRAITS: Final = ("age", "weight", "crcl", "edss", "spasms")
WORST_TIMES: Final = (
    TimeOfDay.EVENING,
    TimeOfDay.NIGHT,
    TimeOfDay.MORNING,
    TimeOfDay.AFTERNOON,
    TimeOfDay.EVEN,
)
"""When spasms are worst, in the order in which `Adults.worst_time` counts them."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class _Numbers:
    """What is known, or taken, of adults with multiple sclerosis as a group."""

    age_range_years: tuple[float, float] = cited("population.age.range", Unit.YEAR)
    weight_range_kg: tuple[float, float] = cited("population.weight.range", Unit.KG)
    crcl_range_ml_per_min: tuple[float, float] = cited("population.crcl.range", Unit.ML_PER_MIN)
    edss_deciles: tuple[float, ...] = cited("population.edss", Unit.SCORE)
    most_spasms_per_day: float = cited("population.spasms.most", Unit.COUNT_PER_DAY)
    no_response_share: float = cited("population.no_response", Unit.FRACTION)
    age_crcl: float = cited("population.correlation.age_crcl", Unit.RATIO)
    weight_crcl: float = cited("population.correlation.weight_crcl", Unit.RATIO)
    age_edss: float = cited("population.correlation.age_edss", Unit.RATIO)
    edss_spasms: float = cited("population.correlation.edss_spasms", Unit.RATIO)
    evening: float = cited("spasm.worst_time.evening", Unit.FRACTION)
    night: float = cited("spasm.worst_time.night", Unit.FRACTION)
    morning: float = cited("spasm.worst_time.morning", Unit.FRACTION)
    afternoon: float = cited("spasm.worst_time.afternoon", Unit.FRACTION)
    even: float = cited("spasm.worst_time.even", Unit.FRACTION)


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Adults:
    """Virtual adults with multiple sclerosis; each array is (people,).

    Args:
        bodies: Their bodies, with weight, kidneys and spasms already in the table.
        age_years: Age.
        weight_kg: Weight.
        crcl_ml_per_min: Creatinine clearance.
        edss: Disability, 0 to 9.5 in halves.
        edss_score: The standard normal number that it was read from.
        spasms_per_day: Spasms without treatment.
        worst_time: Place in `WORST_TIMES`.
        responds: Whether spasms and stiffness answer to the drug at all.
    """

    bodies: VirtualPeople
    age_years: Array
    weight_kg: Array
    crcl_ml_per_min: Array
    edss: Array
    edss_score: Array
    spasms_per_day: Array
    worst_time: NDArray[np.int64]
    responds: NDArray[np.bool_]

    @property
    def people(self) -> int:
        """How many they are."""
        return self.bodies.people


def adults_with_ms(
    *,
    people: int,
    seed: int,
    evidence: Evidence,
    first: int = 0,
    oral_set: Literal["reference", "fast"] = "reference",
) -> Adults:
    """Give virtual adults with multiple sclerosis and spasticity.

    Args:
        people: How many.
        seed: Which people; person i of a seed is the same alone or among others.
        evidence: The evidence base.
        first: The number of the first.
        oral_set: Which set of tablet parameters they lie around.

    Raises:
        InputError: if a number is out of its window.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> some = adults_with_ms(people=5, seed=1, evidence=load_evidence())
        >>> last = adults_with_ms(people=2, seed=1, first=3, evidence=load_evidence())
        >>> bool((some.bodies.table[:, 3:] == last.bodies.table).all())
        True
    """
    bodies = around(
        Patient(), people=people, seed=seed, evidence=evidence, first=first, oral_set=oral_set
    )
    numbers = from_evidence(_Numbers, evidence)
    scores = _correlated(
        {name: draw_normal(seed, name, first=first, people=people) for name in TRAITS}, numbers
    )
    age, weight = evidence.estimate("population.age"), evidence.estimate("population.weight")
    crcl, spasms = evidence.estimate("population.crcl"), evidence.estimate("spasm.baseline")
    typical_spasms = spasms.number(Unit.COUNT_PER_DAY)
    luck = draw_uniform(seed, "response", first=first, people=people)
    adults = Adults(
        bodies=bodies,
        age_years=_between(
            scores["age"], age.number(Unit.YEAR), age.spread.sd or 0.0, numbers.age_range_years
        ),
        weight_kg=_log_between(
            scores["weight"], weight.number(Unit.KG), weight.log_sd(), numbers.weight_range_kg
        ),
        crcl_ml_per_min=_between(
            scores["crcl"],
            crcl.number(Unit.ML_PER_MIN),
            crcl.spread.sd or 0.0,
            numbers.crcl_range_ml_per_min,
        ),
        edss=_edss(scores["edss"], numbers.edss_deciles),
        edss_score=scores["edss"],
        spasms_per_day=_log_between(
            scores["spasms"], typical_spasms, spasms.log_sd(), (1e-3, numbers.most_spasms_per_day)
        ),
        worst_time=_worst(draw_uniform(seed, "worst time", first=first, people=people), numbers),
        responds=luck >= numbers.no_response_share,
    )
    return replace(adults, bodies=replace(bodies, table=_with_covariates(adults)))


def _correlated(own: Mapping[str, Array], numbers: _Numbers) -> dict[str, Array]:
    """Make independent normal scores go together, through the Cholesky factor of the table."""
    pairs = {
        ("age", "crcl"): numbers.age_crcl,
        ("weight", "crcl"): numbers.weight_crcl,
        ("age", "edss"): numbers.age_edss,
        ("edss", "spasms"): numbers.edss_spasms,
    }
    together = np.eye(len(TRAITS))
    for (one, other), value in pairs.items():
        i, j = TRAITS.index(one), TRAITS.index(other)
        together[i, j] = together[j, i] = value
    factor = np.linalg.cholesky(together)
    scores = {}
    for i, name in enumerate(TRAITS):
        score = factor[i, 0] * own[TRAITS[0]]
        for j in range(1, i + 1):
            score = score + factor[i, j] * own[TRAITS[j]]
        scores[name] = score
    return scores


def _between(score: Array, mean: float, sd: float, ends: tuple[float, float]) -> Array:
    """Give a normal number between two ends: scores keep their order, none piles up at an end."""
    from scipy.special import ndtr, ndtri

    low, high = ndtr((ends[0] - mean) / sd), ndtr((ends[1] - mean) / sd)
    value: Array = mean + sd * ndtri(low + (high - low) * ndtr(score))
    return value


def _log_between(score: Array, median: float, log_sd: float, ends: tuple[float, float]) -> Array:
    logs = (float(np.log(ends[0])), float(np.log(ends[1])))
    return np.exp(_between(score, float(np.log(median)), log_sd, logs))


def _edss(score: Array, deciles: tuple[float, ...]) -> Array:
    """Turn scores into disability in steps of a half."""
    from scipy.special import ndtr

    shares = np.linspace(0.0, 1.0, len(deciles))
    halves: Array = np.rint(2.0 * np.interp(ndtr(score), shares, deciles)) / 2.0
    return halves


def _worst(luck: Array, numbers: _Numbers) -> NDArray[np.int64]:
    shares = np.array([getattr(numbers, part.name.lower()) for part in WORST_TIMES])
    ends = np.cumsum(shares / shares.sum())[:-1]
    return np.searchsorted(ends, luck, side="right").astype(np.int64)


def _with_covariates(adults: Adults) -> Array:
    """Scale bodies drawn around the typical patient to each person's weight, kidneys and spasms."""
    kinetics, patient = adults.bodies.kinetics, adults.bodies.patient
    table = adults.bodies.table.copy()
    own = _sizes(kinetics, adults.weight_kg, adults.crcl_ml_per_min)
    usual = _sizes(kinetics, np.array([patient.weight_kg]), np.array([patient.crcl_ml_per_min]))
    for field, row in own.items():
        table[BODY_FIELDS.index(field)] *= row / usual[field]
    table[BODY_FIELDS.index("spasms_per_h")] = adults.spasms_per_day / HOURS_A_DAY
    table[BODY_FIELDS.index("emax")] *= adults.responds
    return table


def _sizes(
    kinetics: KineticParameters, weight_kg: Array, crcl_ml_per_min: Array
) -> dict[str, Array]:
    """Give what weight and kidneys make of clearance and volumes, as `parameters.body` does."""
    heavier = weight_kg / kinetics.reference_weight_kg
    flow, size = heavier**kinetics.clearance_exponent, heavier**kinetics.volume_exponent
    slope = kinetics.clearance_per_crcl
    nonrenal = kinetics.oral.clearance_l_per_h - slope * kinetics.reference_crcl_l_per_h
    renal = slope * convert(1.0, Unit.ML_PER_MIN, Unit.L_PER_H) * crcl_ml_per_min
    return {
        "clearance_l_per_h": nonrenal * flow + renal,
        "exchange_l_per_h": flow,
        "central_l": size,
        "peripheral_l": size,
    }
