"""What is believed of one person before the diary is read: the population, as a normal prior.

Each parameter is a number z that is standard normal before the diary. `Prior` turns rows of z into
the parameters: a log-normal one is median x exp(log sd x z). The four quarters of the day share
three z through their mean and covariance over the population, in which each person has one worst
quarter or none, and spasms there are more frequent by a factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from unclench.evidence import Evidence
from unclench.units import Unit

__all__ = ["BASELINE", "DROWSY", "NOISE", "PARAMETERS", "RHYTHM", "SENSITIVITY", "SIZE", "STIFF"]
__all__ += ["TIRED", "Prior", "prior"]

Array = NDArray[np.float64]

PARAMETERS = (
    "baseline", "sensitivity", "rhythm 1", "rhythm 2", "rhythm 3", "day to day", "drowsiness",
    "tiredness", "stiffness", "rating noise",
)  # fmt: skip
"""What a row of z holds, in order."""
BASELINE, SENSITIVITY, SIZE, DROWSY, TIRED, STIFF, NOISE = 0, 1, 5, 6, 7, 8, 9
RHYTHM = slice(2, 5)
QUARTERS = ("night", "morning", "afternoon", "evening")


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prior:
    """The population as a prior of one person. Each method takes rows of z, (n, 10).

    Args:
        baseline_per_day: Median of the spasms on a day without drug; its log sd beside it.
        ec50_log_sd: Log sd between people of all EC50 of the cord together.
        nonresponder_share: Share of people in whom the drug does nothing to spasms or stiffness.
        rhythm_mean: Mean log rate of the quarters of the day about their mean, (4,).
        rhythm_root: A root of the covariance of these, (4, 3).
        size: Median size k of the negative binomial count of a day; its log sd beside it.
        brain_log_sd: Log sd between people of the level that makes drowsy.
        tired_score: Mean drowsiness, 0 to 10, without drug; its sd beside it.
        stiff_score: Mean stiffness, 0 to 10, without drug; its sd beside it.
        noise_score: Median sd of one rating; its log sd beside it.
    """

    baseline_per_day: float
    baseline_log_sd: float
    ec50_log_sd: float
    nonresponder_share: float
    rhythm_mean: Array
    rhythm_root: Array
    size: float
    size_log_sd: float
    brain_log_sd: float
    tired_score: float
    tired_sd_score: float
    stiff_score: float
    stiff_sd_score: float
    noise_score: float
    noise_log_sd: float

    def baseline(self, z: Array) -> Array:
        """Give the spasms on a day without drug, (n,)."""
        return _lognormal(self.baseline_per_day, self.baseline_log_sd, z[:, BASELINE])

    def sizes(self, z: Array) -> Array:
        """Give the size k of the negative binomial, (n,); the smaller, the more days differ."""
        return _lognormal(self.size, self.size_log_sd, z[:, SIZE])

    def noise(self, z: Array) -> Array:
        """Give the sd of one rating, (n,)."""
        return _lognormal(self.noise_score, self.noise_log_sd, z[:, NOISE])

    def tired(self, z: Array) -> Array:
        """Give drowsiness without drug, (n,), on a line of which ratings show 0 to 10."""
        score: Array = self.tired_score + self.tired_sd_score * z[:, TIRED]
        return score

    def stiff(self, z: Array) -> Array:
        """Give stiffness without drug, (n,), on a line of which ratings show 0 to 10."""
        score: Array = self.stiff_score + self.stiff_sd_score * z[:, STIFF]
        return score

    def rhythm(self, z: Array) -> Array:
        """Give the rate in each quarter of the day over the day's mean, (n, 4); rows average 1."""
        raised = np.exp(self.rhythm_mean + z[:, RHYTHM] @ self.rhythm_root.T)
        shares: Array = raised / raised.mean(axis=1, keepdims=True)
        return shares


def _lognormal(median: float, log_sd: float, z: Array) -> Array:
    values: Array = median * np.exp(log_sd * z)
    return values


def prior(evidence: Evidence) -> Prior:
    """Give the prior that the evidence makes.

    Raises:
        InputError: if the evidence lacks an entry.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> prior(load_evidence()).baseline_per_day
        6.0
    """
    mean, root = _rhythm(evidence)
    tired = evidence.estimate("inference.tiredness_without_drug")
    stiff = evidence.estimate("inference.stiffness_without_drug")
    return Prior(
        baseline_per_day=evidence.value("spasm.baseline", Unit.COUNT_PER_DAY),
        baseline_log_sd=evidence.estimate("spasm.baseline").log_sd(),
        ec50_log_sd=evidence.value("effect.ec50_log_sd", Unit.RATIO),
        nonresponder_share=evidence.value("effect.nonresponder_share", Unit.FRACTION),
        rhythm_mean=mean,
        rhythm_root=root,
        size=evidence.value("spasm.overdispersion", Unit.RATIO),
        size_log_sd=evidence.estimate("spasm.overdispersion").log_sd(),
        brain_log_sd=evidence.value("between.brain.ec50_drowsiness", Unit.RATIO),
        tired_score=tired.number(Unit.SCORE),
        tired_sd_score=tired.spread.sd or 0.0,
        stiff_score=stiff.number(Unit.SCORE),
        stiff_sd_score=stiff.spread.sd or 0.0,
        noise_score=evidence.value("inference.rating_noise", Unit.SCORE),
        noise_log_sd=evidence.estimate("inference.rating_noise").log_sd(),
    )


def _rhythm(evidence: Evidence) -> tuple[Array, Array]:
    """Give mean and root of the covariance of the log rates, exactly, over the population.

    Someone whose worst quarter is j has log rates of m (e_j - 1/4), with m the log of the contrast.
    """
    shares = np.array(
        [evidence.value(f"spasm.worst_time.{name}", Unit.FRACTION) for name in QUARTERS]
    )
    even = evidence.value("spasm.worst_time.even", Unit.FRACTION)
    shares = shares / (shares.sum() + even)
    contrast = evidence.estimate("spasm.worst_time_contrast")
    rise, rise_sd = np.log(contrast.number(Unit.RATIO)), contrast.log_sd()
    shapes = np.eye(4) - 0.25
    mean = rise * (shares @ shapes)
    second = (rise**2 + rise_sd**2) * (shapes.T * shares) @ shapes
    values, vectors = np.linalg.eigh(second - np.outer(mean, mean))
    largest = vectors[np.argmax(np.abs(vectors), axis=0), range(4)]
    turned = vectors * np.sign(largest)  # a root is free in its signs; these are the same anywhere
    return mean, turned[:, 1:] * np.sqrt(values[1:])
