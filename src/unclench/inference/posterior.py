"""What is believed after the diary: draws with weights, and a check that they can be trusted.

The most probable point is found from several starts. Around each separate one stands a multivariate
t with the curvature there (Laplace), and beside them, always, the prior itself, so that no weight
can run away. Points come from scrambled Sobol sequences, so that the same seed gives the same
answer. Every point is weighted by posterior over the whole mixture. Two numbers say whether that
is good enough: the effective number of points, and k, the tail index of the largest weights. While
they are not, a further component is set about the heaviest point, in the shape of the points around
it, and all are weighted again (incremental mixture importance sampling).

References: Raftery, Bao (2010) for the components; Owen, Zhou (2000) for the weights over the
mixture and the prior as a part of it; Vehtari, Simpson,
Gelman, Yao, Gabry (2024) for k; Zhang, Stephens (2009) for the fit of the tail.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gdtrix, logsumexp, ndtri

from unclench.inference.sobol import sobol

__all__ = ["Check", "Draws", "explore", "normal_points", "tail_index"]

Array = NDArray[np.float64]
Target = Callable[[Array], Array]

LOG2_POINTS = 11
LOG2_PRIOR_POINTS = 9
LOG2_MORE_POINTS = 10
FREEDOM = 6.0
"""Degrees of freedom of the t components: tails that reach further than the posterior's."""
WIDER = 1.15
"""How much wider than the curvature says each component is."""
STEP = 1e-3
FEWEST_EFFECTIVE = 1000.0
"""What noise they leave in the ends of a band puts 0.2 of 100 true numbers outside it."""
HIGHEST_K = 0.7
MOST_ROUNDS = 16
RIDGE = 1e-6
SAME_MODE = 0.5
OPEN = 1e-9
FURTHEST = 12.0
"""Further out a likelihood is not asked: a step of the climb may go anywhere."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Whether the draws can be trusted: at least 1,000 effective points, and k below 0.7.

    Args:
        effective_points: What the weighted points are worth in independent ones.
        tail_index: k, the tail index of the largest weights.
        rounds: How often a component was added; 1 where the first attempt was good.
    """

    effective_points: float
    tail_index: float
    rounds: int

    @property
    def passed(self) -> bool:
        """Whether the answer may be shown without a warning."""
        return self.effective_points >= FEWEST_EFFECTIVE and self.tail_index < HIGHEST_K


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draws:
    """Weighted points of a posterior.

    Args:
        z: The points, (n, dimensions).
        log_weights: Log of posterior density without its constant over proposal density, (n,).
        check: Whether they can be trusted.
    """

    z: Array
    log_weights: Array
    check: Check

    @property
    def log_evidence(self) -> float:
        """Log of the probability of the data, the prior's points being normal."""
        return float(logsumexp(self.log_weights) - math.log(self.log_weights.size))


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Component:
    """A multivariate t: centre (d,), root of its scale (d, d); infinite freedom is a normal."""

    centre: Array
    root: Array
    freedom: float
    points: int

    def log_density(self, z: Array) -> Array:
        """Give the log density at points, (n,)."""
        d = self.centre.size
        scaled = np.linalg.solve(self.root, (z - self.centre).T)
        squares = np.sum(scaled * scaled, axis=0)
        log_det = float(np.sum(np.log(np.abs(np.diag(self.root)))))
        if math.isinf(self.freedom):
            density: Array = -0.5 * (squares + d * math.log(2.0 * math.pi)) - log_det
            return density
        nu = self.freedom
        constant = (
            math.lgamma(0.5 * (nu + d)) - math.lgamma(0.5 * nu) - (0.5 * d * math.log(nu * math.pi))
        )
        tailed: Array = constant - log_det - 0.5 * (nu + d) * np.log1p(squares / nu)
        return tailed

    def draw(self, seed: int) -> Array:
        """Give its points, (points, d)."""
        d = self.centre.size
        if math.isinf(self.freedom):
            return self.centre + normal_points(self.points, d, seed) @ self.root.T
        uniform = _uniform(self.points, d + 1, seed)
        chi2 = 2.0 * gdtrix(1.0, 0.5 * self.freedom, uniform[:, d])
        normal = ndtri(uniform[:, :d])
        spread: Array = normal * np.sqrt(self.freedom / chi2)[:, None]
        points: Array = self.centre + spread @ self.root.T
        return points


def _uniform(points: int, dimensions: int, seed: int) -> Array:
    """Give scrambled Sobol points inside the open unit cube; the number is a power of two."""
    return np.clip(sobol(points.bit_length() - 1, dimensions, seed), OPEN, 1.0 - OPEN)


def normal_points(points: int, dimensions: int, seed: int) -> Array:
    """Give standard normal points from a scrambled Sobol sequence, (points, dimensions).

    Args:
        points: How many; a power of two.
        dimensions: Of how many numbers each; may be 0.
        seed: The same seed gives the same points.

    Example:
        >>> bool(abs(normal_points(1024, 2, seed=1).mean()) < 1e-3)
        True
    """
    if dimensions == 0:
        return np.zeros((points, 0))
    return np.asarray(ndtri(_uniform(points, dimensions, seed)))


def explore(log_likelihood: Target, dimensions: int, *, seed: int) -> Draws:
    """Give weighted points of the posterior of a likelihood under a standard normal prior.

    Args:
        log_likelihood: Takes points (n, dimensions), gives (n,).
        dimensions: How many numbers; with 0 there is one empty point a draw, all alike.
        seed: Makes the points.

    Example:
        >>> draws = explore(lambda z: -0.5 * ((z[:, 0] - 2.0) / 0.5) ** 2, 1, seed=1)
        >>> weights = np.exp(draws.log_weights - draws.log_weights.max())
        >>> round(float(weights @ draws.z[:, 0] / weights.sum()), 2)  # (2/0.25) / (1 + 1/0.25)
        1.6
    """
    if dimensions == 0:
        points = 2**LOG2_POINTS
        constant = float(log_likelihood(np.zeros((1, 0)))[0])
        sure = Check(effective_points=float(points), tail_index=-math.inf, rounds=1)
        return Draws(z=np.zeros((points, 0)), log_weights=np.full(points, constant), check=sure)

    def target(z: Array) -> Array:
        prior = -0.5 * np.sum(z * z, axis=1) - 0.5 * dimensions * math.log(2.0 * math.pi)
        total: Array = log_likelihood(np.clip(z, -FURTHEST, FURTHEST)) + prior
        return total

    parts = [_prior_component(dimensions), *_around_modes(target, dimensions, seed)]
    drawn = [part.draw(seed + i) for i, part in enumerate(parts)]
    heights = [target(z) for z in drawn]
    for rounds in range(1, MOST_ROUNDS + 1):
        z, log_weights = np.vstack(drawn), np.concatenate(heights) - _log_mixture(parts, drawn)
        check = _checked(log_weights, rounds)
        if check.passed or rounds == MOST_ROUNDS:
            return Draws(z=z, log_weights=log_weights, check=check)
        parts.append(_near_heaviest(z, log_weights))
        drawn.append(parts[-1].draw(seed + 100 + rounds))
        heights.append(target(drawn[-1]))
    raise AssertionError  # the last round returns


def _prior_component(dimensions: int) -> _Component:
    return _Component(
        centre=np.zeros(dimensions),
        root=np.eye(dimensions),
        freedom=math.inf,
        points=2**LOG2_PRIOR_POINTS,
    )


def _log_mixture(parts: list[_Component], drawn: list[Array]) -> Array:
    """Give the log density of the whole mixture at all points, shares by numbers of points."""
    z = np.vstack(drawn)
    shares = [math.log(part.points / len(z)) for part in parts]
    densities = [part.log_density(z) + share for part, share in zip(parts, shares, strict=True)]
    return np.asarray(logsumexp(np.array(densities), axis=0))


# The most probable points.


def _around_modes(target: Target, dimensions: int, seed: int) -> list[_Component]:
    """Climb from the middle of the prior and the best of its points; give each top a component."""
    from scipy.optimize import minimize  # slow to load; a page that shows an answer does not climb

    scattered = normal_points(64, dimensions, seed + 50)
    best = scattered[np.argsort(-target(scattered), kind="stable")[:2]]
    tops: list[tuple[float, Array]] = []
    for start in (np.zeros(dimensions), *best):
        found = minimize(lambda x: _height_and_slope(target, x), start, jac=True, method="L-BFGS-B")
        if all(np.linalg.norm(found.x - top) > SAME_MODE for _, top in tops):
            tops.append((float(found.fun), found.x))
    lowest = min(height for height, _ in tops)
    kept = [top for height, top in tops if height < lowest + 12.0]
    return [
        _Component(
            centre=top, root=_root(_curvature(target, top)), freedom=FREEDOM, points=2**LOG2_POINTS
        )
        for top in kept
    ]


def _height_and_slope(target: Target, x: Array) -> tuple[float, Array]:
    """Give minus the target and its slope, by differences, in one call."""
    steps = STEP * np.eye(x.size)
    values = target(np.vstack([x[None, :], x + steps, x - steps]))
    up, down = values[1 : x.size + 1], values[x.size + 1 :]
    return -float(values[0]), -(up - down) / (2.0 * STEP)


def _curvature(target: Target, x: Array) -> Array:
    """Give minus the second derivatives of the target, (d, d), by differences, in one call."""
    d, h = x.size, 10.0 * STEP
    steps = h * np.eye(d)
    pairs = [(i, j) for i in range(d) for j in range(i + 1)]
    at = [x + a * steps[i] + b * steps[j] for i, j in pairs for a in (1, -1) for b in (1, -1)]
    values = target(np.array(at)).reshape(len(pairs), 4)
    second = np.zeros((d, d))
    for (i, j), (both, first, other, neither) in zip(pairs, values, strict=True):
        second[i, j] = second[j, i] = -(both - first - other + neither) / (4.0 * h * h)
    return second


def _root(curvature: Array) -> Array:
    """Give a triangular root of the covariance that a curvature means, never wider than twice."""
    values, vectors = np.linalg.eigh(curvature)
    covariance = (vectors / np.clip(values, 0.5, 1e8)) @ vectors.T
    return np.asarray(WIDER * np.linalg.cholesky(covariance))


def _near_heaviest(z: Array, log_weights: Array) -> _Component:
    """Give a component about the heaviest point, shaped by the points nearest to it.

    Distance is by the spread of all points as they are weighted so far.
    """
    weights = np.exp(log_weights - logsumexp(log_weights))
    centre = z[np.argmax(weights)]
    off = z - weights @ z
    covariance = (off.T * weights) @ off + RIDGE * np.eye(centre.size)
    away = np.linalg.solve(np.linalg.cholesky(covariance), (z - centre).T)
    near = np.argsort(np.sum(away * away, axis=0), kind="stable")[: z.shape[0] // 8]
    shares = weights[near] + 1.0 / log_weights.size
    off = z[near] - centre
    local = (off.T * (shares / shares.sum())) @ off + RIDGE * np.eye(centre.size)
    return _Component(
        centre=centre, root=np.linalg.cholesky(local), freedom=FREEDOM, points=2**LOG2_MORE_POINTS
    )


# Whether the points are enough.


def _checked(log_weights: Array, rounds: int) -> Check:
    weights = np.exp(log_weights - logsumexp(log_weights))
    return Check(
        effective_points=float(1.0 / np.sum(weights * weights)),
        tail_index=tail_index(log_weights),
        rounds=rounds,
    )


def tail_index(log_weights: Array) -> float:
    """Give k of the largest weights: above 0.7 no mean of them can be trusted.

    It is the shape of a generalised Pareto law fitted to the largest weights, by the method of
    Zhang and Stephens with the weak prior of Vehtari and others.

    Example:
        >>> even = (np.arange(4096) + 0.5) / 4096
        >>> round(tail_index(-0.25 * np.log1p(-even)), 1)  # weights whose tail has k = 1/4
        0.3
    """
    n = log_weights.size
    many = math.ceil(min(0.2 * n, 3.0 * math.sqrt(n)))
    largest = np.sort(np.exp(log_weights - log_weights.max()))[-many - 1 :]
    excess = largest[1:] - largest[0]
    excess = excess[excess > 0.0]
    if excess.size < 5:
        return -math.inf
    m = 30 + math.isqrt(excess.size)
    quarter = excess[int(excess.size / 4 + 0.5) - 1]
    trial = 1.0 / excess[-1] + (1.0 - np.sqrt(m / (np.arange(1, m + 1) - 0.5))) / (3.0 * quarter)
    shape = np.mean(np.log1p(-trial[:, None] * excess), axis=1)
    profile = excess.size * (np.log(-trial / shape) - shape - 1.0)
    belief = np.exp(profile - logsumexp(profile))
    k = float(np.mean(np.log1p(-float(belief @ trial) * excess)))
    return float((excess.size * k + 5.0) / (excess.size + 10.0))
