"""The other half of the model: what the drug does once it is there.

One sigmoid turns the level at a site into the share by which activity is dimmed:

    u = c^h / ((EC50 (1 + T))^h + c^h)

Two slow states follow u at each site of the cord: tolerance T, which moves the sigmoid to the right
(months, only with a pump), and adaptation a, which lags behind u (weeks). Where a is above u, drug
has been taken away faster than the body adapts, and activity rebounds:

    T' = (T_inf u - T)/tau_T      a' = (u - a)/tau_a      rebound = rho max(0, a - u)

Spasms, tone and the H-reflex read the same sigmoid at their own EC50. The slow states follow the
dimming of spasms. The brain has its own sigmoid, an easing of drowsiness g and its own adaptation.

Only these few states are not linear, and they are slow; `follow` steps them along the nodes at
which the levels are known exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from unclench.pharmacology.parameters import Body

__all__ = [
    "Slow",
    "dimming",
    "drive_share",
    "encephalopathy_per_h",
    "follow",
    "lag_weights",
    "penn_score",
    "rebound",
    "respond",
    "respond_brain",
    "spasm_rhythm",
    "spasm_share",
    "tone_score",
    "weakness",
]

Array = NDArray[np.float64]

PENN_LOG10_SPASMS_PER_H = np.log10([1 / (18.5 * 24), 1 / (7 * 24), 1 / 24, 1.0, 10.0, 31.6])
PENN_SCORES = np.array([0.0, 0.5, 1.5, 2.5, 3.5, 4.0])

TONE_FLOOR = 1.0
TONE_CEILING = 5.0

TERMS = 18
"""Terms of the series of `lag_weights`: enough for a step as long as the time constant."""


def dimming(level_ng_per_ml: Array, *, ec50_ng_per_ml: Array | float, hill: float) -> Array:
    """Give the share by which a level dims, 0 to 1, of the shape of the level.

    Example:
        >>> dimming(np.array([0.0, 100.0]), ec50_ng_per_ml=100.0, hill=2.0)
        array([0. , 0.5])
    """
    power = (np.maximum(level_ng_per_ml, 0.0) / ec50_ng_per_ml) ** hill
    share: Array = power / (1.0 + power)
    return share


def rebound(adaptation: Array, dimmed: Array, *, gain: float) -> Array:
    """Give how far activity rises above its untreated level, 0 or more."""
    above: Array = gain * np.maximum(0.0, adaptation - dimmed)
    return above


def spasm_share(dimmed: Array, risen: Array, *, emax: float, gain: float) -> Array:
    """Give the spasms that are left as a share of those without treatment; above 1 in rebound."""
    left: Array = (1.0 - emax * dimmed) ** gain * (1.0 + risen)
    return left


def drive_share(dimmed: Array, risen: Array, *, emax: float) -> Array:
    """Give the drive that is left as a share of that without treatment."""
    left: Array = (1.0 - emax * dimmed) * (1.0 + risen)
    return left


def tone_score(share: Array, *, untreated: float) -> Array:
    """Give the Ashworth score, 1 to 5, where a share of the drive is left."""
    score: Array = TONE_FLOOR + (untreated - TONE_FLOOR) * share
    return np.minimum(score, TONE_CEILING)


def penn_score(spasms_per_h: Array) -> Array:
    """Give the Penn spasm frequency score, 0 to 4, that a rate amounts to.

    Linear in the logarithm of the rate between the words of the scale: less than one an hour is
    around 1.5 to 2.5, more than ten an hour is above 3.5.
    """
    with np.errstate(divide="ignore"):
        log_rate = np.log10(spasms_per_h)
    score: Array = np.interp(log_rate, PENN_LOG10_SPASMS_PER_H, PENN_SCORES)
    return score


def weakness(share: Array, *, need: float) -> Array:
    """Give how far the drive falls short of what a person stands on, 0 to 1; 0 where need is 0."""
    if need <= 0.0:
        return np.zeros_like(share)
    short: Array = np.maximum(0.0, (need - share) / need)
    return short


def encephalopathy_per_h(
    brain_ng_per_ml: Array, *, baseline: float, at_reference: float, reference: float, power: float
) -> Array:
    """Give the hazard of confusion: a baseline and a power of the level at the brain."""
    relative = np.maximum(brain_ng_per_ml, 0.0) / reference
    hazard: Array = baseline + at_reference * relative**power
    return hazard


def spasm_rhythm(
    time_h: Array, *, worst_from_h: float, worst_to_h: float, contrast: float
) -> Array:
    """Give how the rate of spasms without treatment goes through the day; its mean is 1.

    Args:
        time_h: Hours since a midnight, (n,).
        worst_from_h: Hour of the day at which the worst part begins.
        worst_to_h: Hour at which it ends.
        contrast: The rate in the worst part over that in the rest.

    Example:
        >>> hours = np.array([20.0, 8.0])
        >>> spasm_rhythm(hours, worst_from_h=18.0, worst_to_h=24.0, contrast=2.0)
        array([1.6, 0.8])
    """
    hour = np.asarray(time_h) % 24.0
    worst = (hour >= worst_from_h) & (hour < worst_to_h)
    share = (worst_to_h - worst_from_h) / 24.0
    rest = 1.0 / (1.0 - share + share * contrast)
    rhythm: Array = np.where(worst, rest * contrast, rest)
    return rhythm


def lag_weights(step_h: float, time_constant_h: float) -> tuple[float, float, float, float]:
    """Give how s' = (u - s)/tau moves over one step, with u a parabola through three nodes.

        s_{n+1} = keep s_n + flat u_n + slope (u_{n+1} - u_n) + bend (u_{n+1} - 2 u_n + u_{n-1})

    The weights are the integrals of exp(-(h - x)/tau)/tau times 1, x/h and x/h (x/h - 1)/2, as
    series in z = h/tau, because the closed forms lose all digits where z is small. The error of a
    step falls with the fourth power of h where u is smooth.

    Returns:
        keep, flat, slope, bend.
    """
    z = step_h / time_constant_h
    # Integrals of z exp(-(1-x) z) x^m over 0..1 are sums of (-z)^k z m! / (m + k + 1)!.
    flat, first, second = (_moment(z, m) for m in range(3))
    return 1.0 - flat, flat, first, (second - first) / 2.0


def _moment(z: float, m: int) -> float:
    term = z / (m + 1)
    total = 0.0
    for k in range(TERMS):
        total += term
        term *= -z / (m + k + 2)
    return total


@final
@dataclass(frozen=True, slots=True)
class Slow:
    """The dimming at a site, the shift of its EC50, and the states that follow, each (n,)."""

    dimming: Array
    shift: Array
    tolerance: Array
    adaptation: Array


def follow(
    level_ng_per_ml: Array,
    *,
    step_h: float,
    ec50_ng_per_ml: float,
    hill: float,
    tolerance_limit: float,
    tolerance_h: float,
    adaptation_h: float,
) -> Slow:
    """Step tolerance and adaptation along equally spaced nodes, from a body that knows no drug.

    Tolerance shifts the very dimming that it follows. It is months slow, so it is first foreseen
    from the two nodes behind, the dimming is read there, and the step is then taken with it.

    Args:
        level_ng_per_ml: The level at the site at each node, (n,).
        step_h: Time between nodes.
        ec50_ng_per_ml: Level at which half is dimmed, without tolerance.
        hill: Steepness of the sigmoid.
        tolerance_limit: Tolerance in the long run where all is dimmed; 0 for none.
        tolerance_h: Time constant of tolerance.
        adaptation_h: Time constant of adaptation.
    """
    keep_t, flat_t, slope_t, bend_t = lag_weights(step_h, tolerance_h)
    keep_a, flat_a, slope_a, bend_a = lag_weights(step_h, adaptation_h)
    dimmed, tolerance, adaptation = (np.zeros_like(level_ng_per_ml) for _ in range(3))
    shift = np.ones_like(level_ng_per_ml)
    dimmed[0] = dimming(level_ng_per_ml[:1], ec50_ng_per_ml=ec50_ng_per_ml, hill=hill)[0]
    before = here = float(dimmed[0])
    for n in range(1, level_ng_per_ml.size):
        rise = here - before
        foreseen = keep_t * tolerance[n - 1] + tolerance_limit * (flat_t * here + slope_t * rise)
        shift[n] = 1.0 + foreseen
        level, ec50 = level_ng_per_ml[n : n + 1], ec50_ng_per_ml * shift[n]
        then = float(dimming(level, ec50_ng_per_ml=ec50, hill=hill)[0])
        step, bend = then - here, (then - here) - rise
        tolerance[n] = keep_t * tolerance[n - 1] + tolerance_limit * (
            flat_t * here + slope_t * step + bend_t * bend
        )
        adaptation[n] = keep_a * adaptation[n - 1] + flat_a * here + slope_a * step + bend_a * bend
        dimmed[n] = then
        before, here = here, then
    return Slow(dimming=dimmed, shift=shift, tolerance=tolerance, adaptation=adaptation)


def respond(
    own: Body,
    *,
    legs_ng_per_ml: Array,
    arms_ng_per_ml: Array,
    brain_ng_per_ml: Array,
    step_h: float,
    tolerant: bool,
) -> dict[str, Array]:
    """Give every channel of the response of one body, from the levels at its three sites.

    Args:
        own: The numbers of the body.
        legs_ng_per_ml: The level in the lumbar cord at equally spaced nodes, (n,).
        arms_ng_per_ml: The same in the cervical cord.
        brain_ng_per_ml: The same in the brain.
        step_h: Time between nodes.
        tolerant: Whether tolerance comes about, as it does with a pump.
    """
    limit = own.tolerance_limit if tolerant else 0.0
    legs, arms = (
        follow(
            level,
            step_h=step_h,
            ec50_ng_per_ml=own.ec50_spasm,
            hill=own.hill,
            tolerance_limit=limit,
            tolerance_h=own.tolerance_h,
            adaptation_h=own.adaptation_h,
        )
        for level in (legs_ng_per_ml, arms_ng_per_ml)
    )
    risen = rebound(legs.adaptation, legs.dimming, gain=own.rebound_gain)
    toned, reflex = (
        dimming(legs_ng_per_ml, ec50_ng_per_ml=ec50 * legs.shift, hill=own.hill)
        for ec50 in (own.ec50_tone, own.ec50_reflex)
    )
    drive = drive_share(toned, risen, emax=own.emax)
    share = spasm_share(legs.dimming, risen, emax=own.emax, gain=own.spasm_gain)
    return {
        "dimming": legs.dimming,
        "dimming_arms": arms.dimming,
        "tolerance": legs.tolerance,
        "rebound": risen,
        "spasms_per_h": own.spasms_per_h * share,
        "ashworth": tone_score(drive, untreated=own.ashworth),
        "h_reflex_share": drive_share(reflex, risen, emax=own.emax),
        "weakness": weakness(drive, need=own.standing_need),
        **respond_brain(own, brain_ng_per_ml, step_h=step_h),
    }


def respond_brain(own: Body, level_ng_per_ml: Array, *, step_h: float) -> dict[str, Array]:
    """Give drowsiness, withdrawal and the hazard of confusion of one body."""
    eased, adapted = (
        follow(
            level_ng_per_ml,
            step_h=step_h,
            ec50_ng_per_ml=own.brain_ec50,
            hill=own.brain_hill,
            tolerance_limit=0.0,
            tolerance_h=own.tolerance_h,
            adaptation_h=time_constant_h,
        )
        for time_constant_h in (own.drowsiness_h, own.adaptation_h)
    )
    lost = np.maximum(0.0, adapted.adaptation - adapted.dimming)
    return {
        "drowsiness": np.maximum(0.0, eased.dimming - own.drowsiness_share * eased.adaptation),
        "withdrawal": own.withdrawal_gain * lost,
        "encephalopathy_per_h": encephalopathy_per_h(
            level_ng_per_ml,
            baseline=own.confusion_baseline_per_h,
            at_reference=own.confusion_per_h,
            reference=own.confusion_ng_per_ml,
            power=own.confusion_power,
        ),
    }
