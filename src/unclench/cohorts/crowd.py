"""The people of a trial: bodies, and what they would tell at a visit, the same under every arm.

They are the people of a cohort: person i of a seed has the same body, disability and way of taking
tablets in a cohort, in a trial and in the model of staying on tablets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import final

import numpy as np
from numpy.typing import NDArray

from unclench.cohorts.adults import adults_with_ms
from unclench.cohorts.population import VirtualPeople, around, draw_normal, draw_uniform
from unclench.evidence import Evidence
from unclench.patient import Patient
from unclench.pharmacology.parameters import BODY_FIELDS
from unclench.units import Unit

__all__ = ["Crowd", "crowd"]

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

WIDTH_OF_90 = 2 * 1.6449
"""Standard deviations between the ends of a range that holds nine of ten."""


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Crowd:
    """Virtual people with what makes them speak up at a visit; each array is (people,).

    Args:
        bodies: Their bodies.
        stiffness: Their own 0 to 10 rating of stiffness without drug.
        placebo: Points by which that rating falls under a treatment that is none.
        drowsy_from: Drowsiness, 0 to 1, from which the person complains of it.
        weak_from: Weakness, 0 to 1, from which the person complains of it.
        edss: Disability, 0 to 9.5.
        need: The share of the drive on which each would stand, if this person walks.
        rating_sd: Noise of one rating.
        ashworth_sd: Noise of one examination.
    """

    bodies: VirtualPeople
    stiffness: Array
    placebo: Array
    drowsy_from: Array
    weak_from: Array
    edss: Array
    need: Array
    rating_sd: float
    ashworth_sd: float

    @property
    def people(self) -> int:
        """How many there are."""
        return self.bodies.people

    def __getitem__(self, field: str) -> Array:
        """Give one number of every body, (people,)."""
        row: Array = self.bodies.table[BODY_FIELDS.index(field)]
        return row

    def normal(self, purpose: str) -> Array:
        """Give each person's standard normal number for a purpose, (people,)."""
        bodies = self.bodies
        return draw_normal(bodies.seed, purpose, first=bodies.first, people=bodies.people)

    def uniform(self, purpose: str) -> Array:
        """Give each person's number between 0 and 1 for a purpose, (people,)."""
        bodies = self.bodies
        return draw_uniform(bodies.seed, purpose, first=bodies.first, people=bodies.people)

    def walking(self, walks: Bools) -> Crowd:
        """Give the same people, of whom those who walk stand on their stiffness."""
        return self.with_bodies({"standing_need": np.where(walks, self.need, 0.0)})

    def with_bodies(self, rows: Mapping[str, Array]) -> Crowd:
        """Give the same people with other numbers in some fields of their bodies."""
        table = self.bodies.table.copy()
        for field, row in rows.items():
            table[BODY_FIELDS.index(field)] = row
        return replace(self, bodies=replace(self.bodies, table=table))


def crowd(
    patient: Patient | None, *, people: int, seed: int, evidence: Evidence, first: int = 0
) -> Crowd:
    """Draw people with what they would say at a visit.

    A published change on placebo is the difference of two ratings, so two parts of its variance
    are noise; what is left is how far people differ in their response to a treatment that is none.

    Args:
        patient: Weight, kidney function and burden that all of them have; adults with multiple
            sclerosis, each with an own, if None.
        people: How many.
        seed: Which.
        evidence: Where typical values and spreads come from.
        first: Number of the first.

    Raises:
        InputError: if a number is out of its window, or the evidence lacks an entry.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> crowd(Patient(), people=3, seed=1, evidence=load_evidence())["loss_per_h"].shape
        (3,)
    """
    adults = adults_with_ms(people=people, seed=seed, evidence=evidence, first=first)
    bodies = adults.bodies
    if patient is not None:
        bodies = around(patient, people=people, seed=seed, evidence=evidence, first=first)
    noise_sd = evidence.value("inference.rating_noise", Unit.SCORE)
    stiff = evidence.estimate("inference.stiffness_without_drug")
    placebo = evidence.estimate("placebo.stiffness_rating")
    own_sd = max((placebo.spread.sd or 0.0) ** 2 - 2.0 * noise_sd**2, 0.0) ** 0.5
    made = Crowd(
        bodies=bodies,
        stiffness=np.zeros(people),
        placebo=np.zeros(people),
        drowsy_from=np.zeros(people),
        weak_from=np.zeros(people),
        edss=adults.edss,
        need=np.zeros(people),
        rating_sd=noise_sd,
        ashworth_sd=evidence.value("trials.ashworth_noise", Unit.SCORE),
    )
    link = evidence.value("persistence.edss_stiffness", Unit.RATIO)
    own = (1.0 - link**2) ** 0.5 * made.normal("stiffness rating")
    rating = stiff.number(Unit.SCORE) + (stiff.spread.sd or 0.0) * (link * adults.edss_score + own)
    told = replace(
        made,
        stiffness=np.clip(rating, 1.0, 10.0),
        placebo=-placebo.number(Unit.POINTS) + own_sd * made.normal("placebo"),
        drowsy_from=made.uniform("drowsy from"),
        weak_from=made.uniform("weak from"),
        need=_needs(made, evidence),
    )
    return told.walking(told.edss < evidence.value("population.wheelchair_from", Unit.SCORE))


def _needs(made: Crowd, evidence: Evidence) -> Array:
    """Give the share of the drive on which each person would stand, if this person walks."""
    need = evidence.estimate("weakness.need")
    middle = need.number(Unit.FRACTION)
    sd = ((need.spread.high or middle) - (need.spread.low or middle)) / WIDTH_OF_90
    needs: Array = np.clip(middle + sd * made.normal("standing need"), 0.0, 1.0)
    return needs
