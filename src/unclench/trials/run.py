"""A trial on virtual people: the same people under every arm, read off as the study read its own.

Everybody is taken through every arm with the same body, placebo response and noise. The result is
the mean of all; its interval is that of trials of the published size: replicate after replicate
takes as many people as the study had, in arms as the study had them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from unclench.cohorts.clinic import Attended, attend
from unclench.cohorts.crowd import Crowd, crowd
from unclench.cohorts.population import draw_uniform
from unclench.cohorts.taking import Given, taken_levels
from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench.pharmacology.parameters import clearance_over_f
from unclench.pharmacology.response import PENN_LOG10_SPASMS_PER_H, PENN_SCORES
from unclench.trials.analysis import Finding, Group, interval, summed
from unclench.trials.design import (
    CHANCES,
    Arm,
    Design,
    Endpoint,
    Kidneys,
    People,
    Score,
    TrialSpec,
)
from unclench.units import Unit, convert

__all__ = ["TrialResult", "run_trial"]

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

MOST_DRAWN: Final = 20_000
"""People drawn when nothing else is said; larger trials take from them again and again."""
FEWEST: Final = 20
MOST: Final = 1_000_000
NO_DRUG: Final = "5 mg x3"
"""The pattern that a placebo arm takes none of."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """What came out.

    Args:
        spec: The trial.
        people: How many virtual people were drawn.
        replicates: How many trials of the published size the intervals stand on.
        seed: Which people.
        findings: A finding for each endpoint.
    """

    spec: TrialSpec
    people: int
    replicates: int
    seed: int
    findings: tuple[Finding, ...]


def run_trial(
    spec: TrialSpec,
    *,
    evidence: Evidence,
    people: int | None = None,
    replicates: int = 200,
    seed: int = 1,
) -> TrialResult:
    """Run a trial.

    Args:
        spec: The trial.
        evidence: The evidence base.
        people: How many virtual people to draw; enough for all replicates, up to 20,000, if None.
        replicates: Trials of the published size for the intervals, 20 to 10,000.
        seed: Which people.

    Raises:
        InputError: if a number is out of its window.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> from unclench.trials.reading import shipped_trial
        >>> evidence = load_evidence()
        >>> spec = shipped_trial("penn-1989", evidence)
        >>> result = run_trial(spec, evidence=evidence, people=40, replicates=20)
        >>> len(result.findings) == len(spec.endpoints)
        True
    """
    if not FEWEST <= replicates <= 10_000:
        raise InputError(f"{replicates} replicates do not fit.", expected="20 to 10,000")
    if people is not None and not FEWEST <= people <= MOST:
        raise InputError(f"{people} people do not fit.", expected=f"{FEWEST} to {MOST:,}")
    drawn = people or min(max(spec.size * replicates, FEWEST), MOST_DRAWN)
    everybody = _people(spec.people, drawn, seed, evidence)
    groups = _groups(spec, everybody)
    findings = tuple(
        _finding(endpoint, spec, groups, replicates, seed) for endpoint in spec.endpoints
    )
    return TrialResult(spec=spec, people=drawn, replicates=replicates, seed=seed, findings=findings)


def _people(who: People, count: int, seed: int, evidence: Evidence) -> Crowd:
    """Draw the people of a trial: bodies, then what the study says of its own people."""
    made = crowd(who.like, people=count, seed=seed, evidence=evidence)
    rows: dict[str, Array] = {}
    if who.ashworth is not None:
        rows["ashworth"] = _scored(made.uniform("ashworth"), who.ashworth, 1.0, 5.0)
    if who.penn is not None:
        score = _scored(made.uniform("penn"), who.penn, 0.0, 4.0)
        rows["spasms_per_h"] = 10.0 ** np.interp(score, PENN_SCORES, PENN_LOG10_SPASMS_PER_H)
    if who.kidneys:
        rows["clearance_l_per_h"] = made["clearance_l_per_h"] * _clearance(made, who.kidneys)
    if who.walking is not None:
        made = made.walking(made.uniform("walks") < who.walking)
    return made.with_bodies(rows)


def _scored(luck: Array, score: Score, low: float, high: float) -> Array:
    """Give scores within a scale, of a mean and sd, as a beta distribution."""
    share, sd = (score.mean - low) / (high - low), score.sd / (high - low)
    if sd == 0.0:
        return np.full(luck.shape, score.mean)
    size = share * (1.0 - share) / sd**2 - 1.0
    scores: Array = low + (high - low) * betaincinv(share * size, (1.0 - share) * size, luck)
    return scores


def _clearance(made: Crowd, bands: Sequence[Kidneys]) -> Array:
    """Give what each person's kidneys make of the clearance, over what it was drawn with."""
    luck = made.uniform("kidney group")
    ends = np.cumsum([band.share for band in bands])
    which = np.minimum(np.searchsorted(ends / ends[-1], luck), len(bands) - 1)
    low = np.array([band.low_ml_per_min for band in bands])[which]
    high = np.array([band.high_ml_per_min for band in bands])[which]
    crcl = low + (high - low) * made.uniform("kidneys")
    kinetics = made.bodies.kinetics
    usual = clearance_over_f(
        kinetics, convert(made.bodies.patient.crcl_ml_per_min, Unit.ML_PER_MIN, Unit.L_PER_H)
    )
    own = clearance_over_f(kinetics, 0.0) + kinetics.clearance_per_crcl * crcl * convert(
        1.0, Unit.ML_PER_MIN, Unit.L_PER_H
    )
    ratio: Array = own / usual
    return ratio


def _groups(spec: TrialSpec, everybody: Crowd) -> dict[str, Group]:
    known: dict[str, Given] = {}
    groups = {}
    for arm in spec.arms:
        pattern = arm.pattern or NO_DRUG
        if pattern not in known:
            known[pattern] = taken_levels(everybody, pattern, spec.people.adherence)
        groups[arm.name] = Group(
            people=everybody,
            attended=_attended(spec, arm, everybody, known[pattern]),
            spec=spec,
        )
    return groups


def _attended(spec: TrialSpec, arm: Arm, everybody: Crowd, given: Given) -> Attended:
    doses = None
    if arm.doses is not None:
        log_sd = float(np.sqrt(np.log1p((arm.doses.sd / arm.doses.mean) ** 2)))
        median = arm.doses.mean * float(np.exp(-(log_sd**2) / 2.0))
        doses = median * np.exp(log_sd * everybody.normal("dose of the survey"))
    return attend(
        everybody, given, arm.policy, spec.visits, placebo=spec.placebo.relieves, fixed_dose=doses
    )


def _finding(
    endpoint: Endpoint,
    spec: TrialSpec,
    groups: Mapping[str, Group],
    replicates: int,
    seed: int,
) -> Finding:
    sides = [endpoint.arm] if endpoint.minus is None else [endpoint.arm, endpoint.minus]
    values = {side: groups[side].values(endpoint) for side in sides}
    counted = groups[endpoint.arm].counted(endpoint)

    def result(picked: Mapping[str, Array]) -> float:
        made = [summed(picked[side], endpoint.summary) for side in sides]
        return made[0] - made[1] if len(made) == 2 else made[0]

    simulated = result({side: values[side][counted] for side in sides})
    trials = np.empty(replicates)
    for trial in range(replicates):
        picks = {side: _picked(spec, side, trial, counted.size, seed) for side in sides}
        trials[trial] = result(
            {
                side: _happened(endpoint, values[side][own[counted[own]]], trial, seed)
                for side, own in picks.items()
            }
        )
    return Finding(endpoint=endpoint, simulated=simulated, interval=interval(trials))


def _picked(spec: TrialSpec, side: str, trial: int, drawn: int, seed: int) -> Indices:
    """Give who is in an arm of one replicate."""
    paired = spec.design is Design.PAIRED
    before = 0
    for arm in spec.arms:
        if arm.name == side:
            break
        before += 0 if paired else arm.n
    n = next(arm.n for arm in spec.arms if arm.name == side)
    if (trial + 1) * spec.size <= drawn:
        own = trial * spec.size + before + np.arange(n)
    else:
        luck = draw_uniform(seed, f"trial {trial}", first=before, people=n)
        own = (luck * drawn).astype(np.int64)
    return own


def _happened(endpoint: Endpoint, values: Array, trial: int, seed: int) -> Array:
    """Draw to whom it happens, where a value is a chance."""
    if endpoint.measure not in CHANCES:
        return values
    luck = draw_uniform(seed, f"event {endpoint.name} {trial}", first=0, people=values.size)
    return (luck < values).astype(np.float64)
