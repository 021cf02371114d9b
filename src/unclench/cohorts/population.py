"""Virtual people: bodies like one person's, each drawn from a stream of their own.

Every draw has its place in a counter-based stream keyed by the seed and by what is drawn (its
purpose). Person i always reads word i, so that person i of seed s is the same to the last bit
whatever chunk, machine or arm asks. Numbers come from the words through the inverse of the normal
distribution, which rises with the word, so that two populations can share the same luck.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, Literal, final

import numpy as np
from numpy.typing import NDArray

from unclench.errors import InputError
from unclench.evidence import Evidence, from_evidence
from unclench.patient import Patient
from unclench.pharmacology.parameters import (
    BODY_FIELDS,
    KineticParameters,
    ResponseParameters,
    body,
    kinetic_parameters,
    table,
)
from unclench.units import Unit

__all__ = ["Spread", "VirtualPeople", "around", "draw_normal", "draw_uniform", "spreads"]

Array = NDArray[np.float64]

WORDS_A_BLOCK: Final = 4
"""The generator makes four words from each value of its counter."""
MOST_SEED: Final = 2**64 - 1
MOST_PEOPLE: Final = 10_000_000


@final
@dataclass(frozen=True, slots=True)
class Spread:
    """How one trait differs between people: which fields of a body it moves, and how far.

    Args:
        purpose: The name of its stream.
        fields: The fields that it multiplies, all by the same factor.
        key: The evidence entry that gives the spread.
        is_sd: Whether the entry's value itself is the sd of the logarithm; otherwise its spread is.
    """

    purpose: str
    fields: tuple[str, ...]
    key: str
    is_sd: bool = False


SPREADS: Final = (
    Spread("clearance", ("clearance_l_per_h",), "oral.clearance"),
    Spread("absorption", ("absorption_per_h", "fed_absorption_per_h"), "oral.absorption_rate"),
    Spread("lag", ("lag_h",), "oral.lag"),
    Spread("central", ("central_l",), "oral.central_volume"),
    Spread("exchange", ("exchange_l_per_h",), "oral.intercompartmental_clearance"),
    Spread("peripheral", ("peripheral_l",), "oral.peripheral_volume"),
    Spread("fluid loss", ("loss_per_h",), "between.csf.loss_rate", is_sd=True),
    Spread("canal", ("canal_area_cm2",), "between.csf.canal_area", is_sd=True),
    Spread("cranial", ("cranial_l",), "between.csf.cranial_volume", is_sd=True),
    Spread("dispersion", ("dispersion_cm2_per_h",), "between.csf.dispersion", is_sd=True),
    Spread("cord", ("outer_per_h", "inner_per_h", "blood_per_h"), "between.cord.rates", is_sd=True),
    Spread("brain", ("brain_per_h",), "between.brain.blood_rate", is_sd=True),
    Spread(
        "sensitivity", ("ec50_spasm", "ec50_tone", "ec50_reflex"), "effect.ec50_log_sd", is_sd=True
    ),
    Spread("drowsiness", ("brain_ec50",), "between.brain.ec50_drowsiness", is_sd=True),
    Spread("tolerance", ("tolerance_limit",), "between.effect.tolerance_limit", is_sd=True),
    Spread("rebound", ("rebound_gain",), "between.effect.rebound_gain", is_sd=True),
)
"""What differs between people. The share absorbed differs too, on the scale of odds, below 1."""

SHARE_KEY: Final = "oral.bioavailability"


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VirtualPeople:
    """People like one person: the same weight, kidneys and burden, other bodies.

    Args:
        patient: Whom they are like.
        seed: Which people.
        first: The number of the first of them.
        table: Their bodies, (fields, people), a row for each of `BODY_FIELDS`.
        kinetics: The typical kinetics that they were drawn around.
        responses: The typical responses.
    """

    patient: Patient
    seed: int
    first: int
    table: Array
    kinetics: KineticParameters
    responses: ResponseParameters

    @property
    def people(self) -> int:
        """How many they are."""
        return int(self.table.shape[1])


def spreads(evidence: Evidence) -> dict[str, float]:
    """Give the sd of the logarithm of each trait, by its purpose.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> round(spreads(load_evidence())["clearance"], 3)
        0.265
    """
    return {
        one.purpose: evidence.value(one.key, Unit.RATIO)
        if one.is_sd
        else evidence.estimate(one.key).log_sd()
        for one in SPREADS
    }


def around(
    patient: Patient,
    *,
    people: int,
    seed: int,
    evidence: Evidence,
    first: int = 0,
    oral_set: Literal["reference", "fast"] = "reference",
) -> VirtualPeople:
    """Give virtual people around one person.

    Args:
        patient: Whom they are like.
        people: How many.
        seed: Which people; the same seed gives the same people.
        evidence: The evidence base.
        first: The number of the first; people 100 to 199 are the same alone or among others.
        oral_set: Which set of tablet parameters they lie around.

    Raises:
        InputError: if a number is out of its window.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> all_of_them = around(Patient(), people=5, seed=1, evidence=load_evidence())
        >>> last = around(Patient(), people=2, seed=1, first=3, evidence=load_evidence())
        >>> bool((all_of_them.table[:, 3:] == last.table).all())
        True
    """
    _check(people=people, seed=seed, first=first)
    kinetics = kinetic_parameters(evidence, oral_set=oral_set)
    responses = from_evidence(ResponseParameters, evidence)
    typical = table([body(patient, kinetics=kinetics, response=responses)])
    bodies = np.repeat(typical, people, axis=1)
    for one, sd in zip(SPREADS, spreads(evidence).values(), strict=True):
        factor = np.exp(sd * draw_normal(seed, one.purpose, first=first, people=people))
        for field in one.fields:
            bodies[BODY_FIELDS.index(field)] *= factor
    share = BODY_FIELDS.index("bioavailability")
    luck = draw_normal(seed, "share absorbed", first=first, people=people)
    bodies[share] = _share(bodies[share], evidence.estimate(SHARE_KEY).log_sd(), luck)
    return VirtualPeople(
        patient=patient,
        seed=seed,
        first=first,
        table=bodies,
        kinetics=kinetics,
        responses=responses,
    )


def _share(typical: Array, log_sd: float, luck: Array) -> Array:
    """Spread a share on the scale of odds, where it cannot pass 1."""
    odds = typical / (1.0 - typical) * np.exp(log_sd / (1.0 - typical) * luck)
    share: Array = odds / (1.0 + odds)
    return share


def draw_normal(seed: int, purpose: str, *, first: int, people: int) -> Array:
    """Give standard normal numbers of people first, first + 1, ... for one purpose, (people,).

    Example:
        >>> some = draw_normal(1, "clearance", first=0, people=8)
        >>> bool((some[5:] == draw_normal(1, "clearance", first=5, people=3)).all())
        True
    """
    from scipy.special import ndtri

    normal: Array = ndtri(draw_uniform(seed, purpose, first=first, people=people))
    return normal


def draw_uniform(seed: int, purpose: str, *, first: int, people: int) -> Array:
    """Give numbers strictly between 0 and 1 of people first, first + 1, ..., (people,)."""
    digest = hashlib.sha256(purpose.encode()).digest()
    key = np.array([seed, int.from_bytes(digest[:8], "little")], dtype=np.uint64)
    block, skipped = divmod(first, WORDS_A_BLOCK)
    stream = np.random.Philox(key=key, counter=block)
    words = stream.random_raw(skipped + people)[skipped:]
    uniform: Array = ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    return uniform


def _check(*, people: int, seed: int, first: int) -> None:
    if type(people) is not int or not 1 <= people <= MOST_PEOPLE:
        raise InputError(
            f"There cannot be {people!r} people.", expected=f"a whole number, 1 to {MOST_PEOPLE:,}"
        )
    if type(seed) is not int or not 0 <= seed <= MOST_SEED:
        raise InputError(f"{seed!r} is no seed.", expected="a whole number from 0 to 2**64 - 1")
    if type(first) is not int or first < 0:
        raise InputError(f"Person {first!r} does not exist.", expected="a whole number, 0 or more")
