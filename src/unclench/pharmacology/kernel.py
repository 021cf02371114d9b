"""The whole model for many people at once, compiled: the only file that knows Numba.

It solves what `compartments` and `response` say, by another road that suits a processor.

*Modes.* Plasma, tissue, canal and cranial pool exchange drug both ways, and in the right unit (level
times the root of volume) their matrix is symmetric. Its modes decay on their own, each by a factor a
step. Gut and pump ("heads") feed the modes; cord and brain ("sites") are fed by them; nothing flows
back along these one-way streets. So a step costs a handful of operations per mode, whatever was
given when.

*Steps.* The exponential of such an arrow-shaped matrix has the same shape. It is built by squaring
from a step so small that two terms of its series are exact, with e - 1 in place of e, so that slow
modes lose no digits. Equal rates need no special case, as they would in closed forms.

*Events.* Whatever enters between two nodes is put in at the next node, as what is left of it there:
the exponential over the time that remains, applied to the way in. Odd times cost no extra step.

*Lanes.* The innermost loop runs over a block of people, and each vector instruction serves several.
Nothing that touches one lane depends on its neighbours: a person is the same in any company.
Indices are unsigned and row lengths constant because the compiler otherwise does not vectorise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

Array = NDArray[np.float64]
Indices = NDArray[np.uint64]

OPTIONS: dict[str, Any] = {
    "nogil": True,  # threads of the caller run blocks side by side
    "error_model": "numpy",  # a division by zero is inf, not a branch in every loop
    "fastmath": {"contract"},  # a*b + c in one rounding; nothing else is reordered
}


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls too, and keep the result on disk where that is allowed."""
    try:
        return njit(cache=True, **OPTIONS)(function)
    except RuntimeError:  # a read-only package and no home: compile in every process
        return njit(**OPTIONS)(function)


def inner(function: Callable[..., Any]) -> Any:
    """Compile a function that only compiled functions call; the result is kept with the caller."""
    return njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **OPTIONS)(function)


FIELDS = (
    "bioavailability",
    "absorption_per_h",
    "fed_absorption_per_h",
    "lag_h",
    "clearance_l_per_h",
    "exchange_l_per_h",
    "central_l",
    "peripheral_l",
    "canal_length_cm",
    "canal_area_cm2",
    "dispersion_cm2_per_h",
    "loss_per_h",
    "cranial_l",
    "cranial_loss_per_h",
    "plasma_ratio",
    "lumbar_cm",
    "cervical_cm",
    "outer_per_h",
    "inner_per_h",
    "blood_per_h",
    "brain_per_h",
    "brain_csf_share",
    "ec50_spasm",
    "ec50_tone",
    "ec50_reflex",
    "hill",
    "emax",
    "spasm_gain",
    "tolerance_limit",
    "tolerance_h",
    "adaptation_h",
    "rebound_gain",
    "brain_ec50",
    "brain_hill",
    "drowsiness_share",
    "drowsiness_h",
    "withdrawal_gain",
    "standing_need",
    "confusion_baseline_per_h",
    "confusion_per_h",
    "confusion_ng_per_ml",
    "confusion_power",
    "spasms_per_h",
    "ashworth",
)
"""The numbers of a body that the kernel reads, in its own order."""

CHANNELS = (
    "plasma_ng_per_ml",
    "csf_lumbar_ng_per_ml",
    "csf_cervical_ng_per_ml",
    "csf_cranial_ng_per_ml",
    "in_body_mcg",
    "cord_lumbar_ng_per_ml",
    "cord_cervical_ng_per_ml",
    "brain_ng_per_ml",
    "eliminated_mcg",
    "dimming",
    "dimming_arms",
    "tolerance",
    "rebound",
    "spasms_per_h",
    "ashworth",
    "h_reflex_share",
    "weakness",
    "drowsiness",
    "withdrawal",
    "encephalopathy_per_h",
)
"""What the kernel can report, in its own order."""

u64 = np.uint64
U0, U1, U2, U3, U4, U5, U6, U7, U8, U9, U10 = (u64(i) for i in range(11))

S = u64(32)
"""People in a block, and the distance between two rows of a lane array."""

SQUARINGS = 28
FIRST_STEP = 0.5**SQUARINGS
MOST_STEPS = 60
LAG_TERMS = 12
SMALLEST = 1e-290

(
    F_SHARE, F_KA, F_KA_FED, F_LAG, F_CL, F_Q, F_VC, F_VP, F_LENGTH, F_AREA, F_D, F_K, F_VCR, F_KCR,
    F_R, F_LUMBAR, F_CERVICAL, F_KW, F_KS, F_KB, F_KBR, F_B, F_EC50, F_EC50_TONE, F_EC50_REFLEX,
    F_HILL, F_EMAX, F_GAIN, F_TLIMIT, F_TTIME, F_ATIME, F_RHO, F_BEC50, F_BHILL, F_DSHARE, F_DTIME,
    F_WGAIN, F_NEED, F_CBASE, F_CREF, F_CLEVEL, F_CPOWER, F_SPASMS, F_ASHWORTH,
) = (u64(i) for i in range(len(FIELDS)))  # fmt: skip

(
    C_PLASMA, C_LUMBAR, C_CERVICAL, C_CRANIAL, C_BODY, C_CORD, C_CORD_ARMS, C_BRAIN, C_GONE, C_DIM,
    C_DIM_ARMS, C_TOLERANCE, C_REBOUND, C_SPASMS, C_TONE, C_REFLEX, C_WEAK, C_DROWSY, C_WITHDRAWAL,
    C_CONFUSION,
) = (u64(i) for i in range(len(CHANNELS)))  # fmt: skip

NONE = u64(255)

# Sites, in the order in which they stand; a site of the cord has its outer layer before it.
S_OUTER, S_INNER, S_OUTER_ARMS, S_INNER_ARMS, S_BRAIN, S_GONE = (u64(i) for i in range(6))

SITE_CHANNELS = np.array([NONE, C_CORD, NONE, C_CORD_ARMS, C_BRAIN, C_GONE], np.uint64)
SLOW_STATES = np.array([NONE, U0, NONE, U1, U2, NONE], np.uint64)

# Ways to read or feed the core. The first are channels too; from W_TIP on they are the heights of
# inputs, from W_STATE on single states.
W_PLASMA, W_LUMBAR, W_CERVICAL, W_CRANIAL, W_BODY, W_TIP = (u64(i) for i in range(6))
W_STATE = u64(64)

# Heads: what feeds the modes. From H_PUMP on they are the heights of infusions.
H_GUT, H_GUT_FED, H_PUMP = (u64(i) for i in range(3))

# Events, by what they put in.
E_SWALLOWED, E_BOLUS, E_RATE = (u64(i) for i in range(3))


class Plan(NamedTuple):
    """What is given and when, as `timetable` books it."""

    step_h: float
    tolerant: bool
    heads: Indices
    heights_cm: Array
    class_kinds: Indices
    class_whiches: Indices
    class_times_h: Array
    event_nodes: Indices
    event_classes: Indices
    event_amounts: Array
    event_doses: Indices
    starts: Indices
    rates_mcg_per_h: Array
    systems: Indices
    factors: Array
    added_l_per_h: Array


class Ask(NamedTuple):
    """What is to be reported: every so many nodes, these channels, and what they need.

    `kinds` names the ways to read or feed the core that are needed, `at` where each stands among
    them; `reads` the levels that are read, `sites` the sites that are followed; `slots` where each
    channel goes; `rhythm` how spasms go through the day.
    """

    cells: np.uint64
    every: np.uint64
    kinds: Indices
    at: Indices
    reads: Indices
    sites: Indices
    slots: Indices
    rhythm: Array


class Room(NamedTuple):
    """Where `prepare` leaves what `march` needs, block after block; see `room`."""

    bodies: Array
    slow: Array
    due: Indices
    made: Array
    shares: Array
    co: Array
    impulses: Array


@intrinsic  # type: ignore[untyped-decorator]
def bits(_: Any, number: Any) -> Any:
    """Read a float as the 64 bits it is made of."""
    signature = types.uint64(types.float64)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.uint64))

    return signature, code


@intrinsic  # type: ignore[untyped-decorator]
def unbits(_: Any, pattern: Any) -> Any:
    """Read 64 bits as the float they make."""
    signature = types.float64(types.uint64)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return signature, code


# Chebyshev fits: of log2((1+t)/(1-t))/t in t^2 up to 0.0295, and of exp2 on [-1/2, 1/2].
L0, L1, L2, L3, L4, L5, L6, L7 = (
    2.8853900817779268, 0.9617966939259904, 0.5770780163447099, 0.4121985860236341,
    0.32059851687693985, 0.2623352455698461, 0.22089132754088173, 0.21386662119901528,
)  # fmt: skip
E0, E1, E2, E3, E4, E5, E6, E7, E8, E9, E10, E11 = (
    1.0, 0.6931471805599453, 0.24022650695910158, 0.055504108664821604, 0.009618129107587314, 0.0013333558146410788, 0.00015403530463679096, 1.5252733837988064e-05, 1.3215432551928214e-06, 1.0178058390428893e-07, 7.074192209639015e-09, 4.4556433403988256e-10,
)  # fmt: skip
ROOT_HALF = u64(0x3FE6A09E667F3BCD)
MANTISSA = u64(0x000FFFFFFFFFFFFF)
BIAS = u64(0x4000000000000000)
TWO_52 = u64(0x4330000000000000)
SHIFT = u64(52)
EXPONENT_BIAS = u64(1023)
ROUND = 6755399441055744.0
"""1.5 * 2**52: adding it leaves the nearest whole number in the lowest bits."""


@inner
def log2(x: float) -> float:
    """Give the binary logarithm of a positive, normal number, to 2e-16 of its size or of 1."""
    moved = bits(x) - ROOT_HALF
    exponent = unbits(((moved + BIAS) >> SHIFT) | TWO_52) - 4503599627371520.0
    m = unbits((moved & MANTISSA) + ROOT_HALF)
    t = (m - 1.0) / (m + 1.0)
    s = t * t
    s2 = s * s
    low = (L0 + L1 * s) + (L2 + L3 * s) * s2
    high = (L4 + L5 * s) + (L6 + L7 * s) * s2
    return exponent + t * (low + high * (s2 * s2))


@inner
def exp2(x: float) -> float:
    """Give 2**x for x between -1000 and 1000, to 4e-16 of its size."""
    rounded = x + ROUND
    f = x - (rounded - ROUND)
    f2 = f * f
    f4 = f2 * f2
    low = (E0 + E1 * f) + (E2 + E3 * f) * f2
    middle = (E4 + E5 * f) + (E6 + E7 * f) * f2
    high = (E8 + E9 * f) + (E10 + E11 * f) * f2
    return (low + middle * f4 + high * (f4 * f4)) * unbits(
        (bits(rounded) + EXPONENT_BIAS) << SHIFT
    )


@inner
def power(base: float, exponent: float) -> float:
    """Give base**exponent for a base from 0 up, which counts as 1e-290 where it is smaller."""
    return exp2(min(max(exponent * log2(max(base, SMALLEST)), -1000.0), 1000.0))


@inner
def lanes(rows: int) -> Array:
    """Give rows of lanes, zero, that begin where a cache line does."""
    raw = np.empty(np.intp(rows * S + U8))
    start = np.intp((U8 - (u64(raw.ctypes.data) // U8) % U8) % U8)
    made = raw[start : start + np.intp(rows * S)]
    clear(made, U0, rows, S)
    return made


@inner
def clear(to: Array, at: int, rows: int, width: int) -> None:
    """Set rows to zero."""
    for i in range(rows):
        for l in range(width):
            to[at + i * S + l] = 0.0


# --- the modes of plasma, tissue, canal and cranial pool ---------------------------------------


@inner
def core_matrix(p: Array, clearance: Array, a: Array, cells: int, width: int) -> None:
    """Write the symmetric matrix of the core: plasma, tissue, cells from below, cranial pool.

    With w = (r Vc, r Vp, V_1 .. V_N, V_cr), sqrt(w_i/w_j) A_ij is symmetric: what leaks from plasma
    and what is lost to it balance where the fluid holds r times plasma.
    """
    n = cells + U3
    top = n - U1
    clear(a, U0, n * n, width)
    for l in range(width):
        k, kcr, r = p[F_K * S + l], p[F_KCR * S + l], p[F_R * S + l]
        vc, vp, vcr = p[F_VC * S + l], p[F_VP * S + l], p[F_VCR * S + l]
        q, long = p[F_Q * S + l], p[F_LENGTH * S + l] / np.float64(cells)
        v = p[F_AREA * S + l] * long / 1000.0
        flow = p[F_AREA * S + l] * p[F_D * S + l] / long / 1000.0
        a[l] = -(clearance[l] + q + r * (k * v * np.float64(cells) + kcr * vcr)) / vc
        a[n * S + l] = q / np.sqrt(vc * vp)
        a[(n + U1) * S + l] = -q / vp
        for i in range(U2, top):
            a[i * n * S + l] = k * np.sqrt(r * v / vc)
            a[(i * n + i) * S + l] = -k - 2.0 * flow / v
            if i > U2:
                a[(i * n + i - U1) * S + l] = flow / v
        a[(U2 * n + U2) * S + l] += flow / v
        a[((top - U1) * n + top - U1) * S + l] -= flow / v
        a[(top * n + top - U1) * S + l] = 2.0 * flow / np.sqrt(v * vcr)
        a[top * n * S + l] = kcr * np.sqrt(r * vcr / vc)
        a[(top * n + top) * S + l] = -kcr - 2.0 * flow / vcr
    for i in range(n):
        for j in range(i):
            for l in range(width):
                a[(j * n + i) * S + l] = a[(i * n + j) * S + l]


@inner
def ways(p: Array, kinds: Indices, tips: Array, v: Array, at: int, cells: int, width: int) -> None:
    """Write the rows by which the core is read and fed, before it is turned into modes.

    In the symmetric unit, the row that reads a height also takes in what enters there.
    """
    n = cells + U3
    clear(v, at, u64(kinds.size) * n, width)
    for way in range(u64(kinds.size)):
        kind, row = kinds[way], at + way * n * S
        for l in range(width):
            r, volume = p[F_R * S + l], p[F_AREA * S + l] * p[F_LENGTH * S + l] / 1000.0
            cell = np.sqrt(volume / np.float64(cells))
            if kind >= W_STATE:
                v[row + (kind - W_STATE) * S + l] = 1.0
            elif kind == W_PLASMA:
                v[row + l] = 1.0 / np.sqrt(r * p[F_VC * S + l])
            elif kind == W_CRANIAL:
                v[row + (n - U1) * S + l] = 1.0 / np.sqrt(p[F_VCR * S + l])
            elif kind == W_BODY:
                v[row + l] = np.sqrt(p[F_VC * S + l] / r)
                v[row + S + l] = np.sqrt(p[F_VP * S + l] / r)
                v[row + (n - U1) * S + l] = np.sqrt(p[F_VCR * S + l])
                for i in range(cells):
                    v[row + (U2 + i) * S + l] = cell
            else:
                length = p[F_LENGTH * S + l]
                long = length / np.float64(cells)
                height = p[(F_LUMBAR if kind == W_LUMBAR else F_CERVICAL) * S + l]
                height = tips[kind - W_TIP] if kind >= W_TIP else height
                inside = min(max(height, 0.5 * long), length - 0.5 * long)
                for i in range(cells):
                    away = abs(inside - (np.float64(i) + 0.5) * long) / long
                    v[row + (U2 + i) * S + l] = max(0.0, 1.0 - away) / cell


@inner
def modes(
    a: Array, v: Array, at: int, n: int, rows: int, rates: Array, work: Array, width: int
) -> None:
    """Turn a symmetric matrix into the rates of its modes, and rows along with it.

    First into a tridiagonal matrix by Householder's reflections, then into a diagonal one by
    implicit QL steps. A lane that is done is left exactly as it is while its neighbours go on.
    """
    off = U3 * n * S  # in `work`, whose first 3n rows are scratch
    for k in range(n - U2):
        reflect(a, v, at, k, n, rows, work, off, width)
    for k in range(n):
        for l in range(width):
            rates[k * S + l] = a[(k * n + k) * S + l]
    for l in range(width):
        work[off + (n - U2) * S + l] = a[((n - U2) * n + n - U1) * S + l]
    for k in range(n - U1):
        for _ in range(MOST_STEPS):
            if not shift(rates, work, off, k, n, width):
                break
            for up in range(n - U1 - k):
                i = n - U2 - up
                plane(rates, work, off, i, width)
                for r in range(rows):
                    turn_two(v, at + (r * n + i) * S, work, width)
            for l in range(width):
                if work[U4 * S + l] != 0.0:
                    rates[k * S + l] -= work[U2 * S + l]
                    work[off + k * S + l] = work[U3 * S + l]


@inner
def add_products(
    to: Array, here: int, x: Array, b: int, y: Array, c: int, many: int, width: int
) -> None:
    """Add the products of rows from b of x and rows from c of y to a row, four at a time."""
    done = U0
    while done + U4 <= many:
        p, q = b + done * S, c + done * S
        for l in range(width):
            first = x[p + l] * y[q + l] + x[p + S + l] * y[q + S + l]
            second = x[p + U2 * S + l] * y[q + U2 * S + l] + x[p + U3 * S + l] * y[q + U3 * S + l]
            to[here + l] += first + second
        done += U4
    while done < many:
        p, q = b + done * S, c + done * S
        for l in range(width):
            to[here + l] += x[p + l] * y[q + l]
        done += U1


@inner
def take_multiple(
    to: Array, here: int, factor: int, x: Array, c: int, many: int, width: int
) -> None:
    """Take row `factor` of x times rows from c of x away from rows, two at a time."""
    done = U0
    while done + U2 <= many:
        p, q = here + done * S, c + done * S
        for l in range(width):
            to[p + l] -= x[factor + l] * x[q + l]
            to[p + S + l] -= x[factor + l] * x[q + S + l]
        done += U2
    if done < many:
        p, q = here + done * S, c + done * S
        for l in range(width):
            to[p + l] -= x[factor + l] * x[q + l]


@inner
def reflect(
    a: Array, v: Array, at: int, k: int, n: int, rows: int, work: Array, off: int, width: int
) -> None:
    """Reflect what stands right of (k, k + 1) in row k to zero, on both sides and in the rows."""
    first, many = k + U1, n - k - U1
    row, w, scale, product = (k * n + first) * S, n * S, U2 * n * S, (U2 * n + U1) * S
    clear(work, U0, U2 * n + U2, width)
    add_products(work, scale, a, row, a, row, many, width)
    for i in range(many):
        for l in range(width):
            work[i * S + l] = a[row + i * S + l]
    for l in range(width):
        length, lead = np.sqrt(work[scale + l]), work[l]
        turned = -length if lead >= 0.0 else length
        work[off + k * S + l] = turned
        work[l] = lead - turned
        work[scale + l] = 1.0 / (work[scale + l] + abs(lead) * length + 1e-300)
    for i in range(many):
        add_products(work, w + i * S, a, ((first + i) * n + first) * S, work, U0, many, width)
        for l in range(width):
            work[w + i * S + l] *= work[scale + l]
    add_products(work, product, work, U0, work, w, many, width)
    for l in range(width):
        work[product + l] *= 0.5 * work[scale + l]
    take_multiple(work, w, product, work, U0, many, width)
    for i in range(many):
        to = ((first + i) * n + first) * S
        take_multiple(a, to, i * S, work, w, many, width)
        take_multiple(a, to, w + i * S, work, U0, many, width)
    for r in range(rows):
        to = at + (r * n + first) * S
        clear(work, product, U1, width)
        add_products(work, product, v, to, work, U0, many, width)
        for l in range(width):
            work[product + l] *= work[scale + l]
        take_multiple(v, to, product, work, U0, many, width)


@inner
def shift(rates: Array, work: Array, off: int, k: int, n: int, width: int) -> bool:
    """Begin a QL step for the entry k with Wilkinson's shift; tell whether any lane needs one.

    Rows of `work`: cosine, sine, p and g of the step, and whether the lane takes part.
    """
    needed = 0
    for l in range(width):
        here, then, e = rates[k * S + l], rates[(k + U1) * S + l], work[off + k * S + l]
        active = abs(e) > 1e-17 * (abs(here) + abs(then))
        needed += 1 if active else 0
        g = (then - here) / (2.0 * (e if active else 1.0))
        r = np.sqrt(g * g + 1.0)
        work[l], work[S + l], work[U2 * S + l] = 1.0, 1.0, 0.0
        work[U3 * S + l] = rates[(n - U1) * S + l] - here + e / (g + (r if g >= 0.0 else -r))
        work[U4 * S + l] = 1.0 if active else 0.0
    return needed > 0


@inner
def plane(rates: Array, work: Array, off: int, i: int, width: int) -> None:
    """Take the rotation of a QL step in the plane of i and i + 1, for the lanes that take part."""
    for l in range(width):
        active = work[U4 * S + l] != 0.0
        e, upper, lower = work[off + i * S + l], rates[(i + U1) * S + l], rates[i * S + l]
        f, b, g = work[S + l] * e, work[l] * e, work[U3 * S + l]
        r = np.sqrt(f * f + g * g) + 1e-300
        sine, cosine = f / r, g / r
        base = upper - work[U2 * S + l]
        turned = (lower - base) * sine + 2.0 * cosine * b
        p = sine * turned
        work[off + (i + U1) * S + l] = r if active else work[off + (i + U1) * S + l]
        rates[(i + U1) * S + l] = base + p if active else upper
        work[l] = cosine if active else 1.0
        work[S + l] = sine if active else 0.0
        work[U2 * S + l] = p
        work[U3 * S + l] = cosine * turned - b


@inner
def turn_two(v: Array, at: int, work: Array, width: int) -> None:
    """Turn two neighbouring columns of a row into each other."""
    for l in range(width):
        x, y = v[at + l], v[at + S + l]
        v[at + S + l] = work[S + l] * x + work[l] * y
        v[at + l] = work[l] * x - work[S + l] * y


# --- the exponential of the arrow ---------------------------------------------------------------


@inner
def drives(
    p: Array, clearance: Array, v: Array, v_at: int, at: Indices, sites: Indices, n: int,
    to: Array, width: int,
) -> None:  # fmt: skip
    """Write how each site is driven by the modes, and its own rates.

    For each site: n rows of drive, the rate at which it empties, and the rate at which the site
    before it fills it.
    """
    plasma, cranial = v_at + at[W_PLASMA] * n * S, v_at + at[W_CRANIAL] * n * S
    for m in range(u64(sites.size)):
        kind, here = sites[m], m * (n + U2) * S
        local = v_at + at[W_LUMBAR if kind == S_OUTER else W_CERVICAL] * n * S
        for j in range(n * S):
            l = j % S
            if kind == S_GONE:
                to[here + j] = clearance[l] * v[plasma + j]
            elif kind == S_BRAIN:
                above = p[F_B * S + l] * v[cranial + j]
                to[here + j] = p[F_KBR * S + l] * (p[F_R * S + l] * v[plasma + j] + above)
            elif kind == S_OUTER or kind == S_OUTER_ARMS:  # noqa: PLR1714 - unsigned numbers
                to[here + j] = p[F_KW * S + l] * v[local + j]
            else:
                to[here + j] = p[F_KB * S + l] * p[F_R * S + l] * v[plasma + j]
        for l in range(width):
            empties, filled = 0.0, 0.0
            if kind == S_BRAIN:
                empties = p[F_KBR * S + l]
            elif kind == S_OUTER or kind == S_OUTER_ARMS:  # noqa: PLR1714 - unsigned numbers
                empties = p[F_KW * S + l]
            elif kind != S_GONE:
                empties, filled = p[F_KS * S + l] + p[F_KB * S + l], p[F_KS * S + l]
            to[here + n * S + l], to[here + (n + U1) * S + l] = empties, filled


@inner
def sources(
    p: Array, v: Array, v_at: int, at: Indices, heads: Indices, n: int, to: Array, width: int
) -> None:
    """Write how each head feeds the modes, n rows for each, and the rate at which it empties."""
    for h in range(u64(heads.size)):
        here, kind = h * (n + U1) * S, heads[h]
        way = v_at + at[W_PLASMA if kind < H_PUMP else W_TIP + kind - H_PUMP] * n * S
        for l in range(width):
            empties, share = 0.0, 1.0
            if kind < H_PUMP:
                empties = p[(F_KA + kind) * S + l]
                share = empties * p[F_R * S + l]
            to[here + n * S + l] = empties
            for j in range(n):
                to[here + j * S + l] = share * v[way + j * S + l]


@inner
def arrow_rows(n: int, heads: int, sites: int) -> int:
    """Give how many rows of lanes the exponential of an arrow takes."""
    return n + heads + heads * n + sites * (n + heads + U2)


@inner
def exponential(
    made: Array, rates: Array, feed: Array, site: Array, tau: Array, n: int, heads: int,
    sites: int, width: int,
) -> None:  # fmt: skip
    """Write the exponential of the arrow over times tau.

    Rows: n + heads of what the modes and heads keep, less 1; for each head n of what the modes gain
    from it; for each site n + heads of what it gains from modes and heads; for each site what it
    keeps, less 1, and what it gains from the site before it.
    """
    first_step(made, rates, feed, site, tau, n, heads, sites, width)
    for _ in range(SQUARINGS):
        square_sites(made, n, heads, sites, width)
        square_modes(made, n, heads, sites, width)


@inner
def first_step(
    made: Array, rates: Array, feed: Array, site: Array, tau: Array, n: int, heads: int,
    sites: int, width: int,
) -> None:  # fmt: skip
    """Write the exponential over tau / 2**SQUARINGS: two terms of each entry's series."""
    many = n + heads
    into, own = (many + heads * n) * S, (many + heads * n + sites * many) * S
    for l in range(width):
        t = tau[l] * FIRST_STEP
        for j in range(n):
            x = rates[j * S + l] * t
            made[j * S + l] = x + 0.5 * x * x
        for h in range(heads):
            y = -feed[(h * (n + U1) + n) * S + l] * t
            made[(n + h) * S + l] = y + 0.5 * y * y
            for j in range(n):
                both = 1.0 + 0.5 * (rates[j * S + l] * t + y)
                fed = feed[(h * (n + U1) + j) * S + l] * t * both
                made[(many + h * n + j) * S + l] = fed
        for m in range(sites):
            base = m * (n + U2) * S
            w, filled = -site[base + n * S + l] * t, site[base + (n + U1) * S + l] * t
            before = base - (n + U2) * S if m > U0 else base
            for j in range(n):
                gain = site[base + j * S + l] * t * (1.0 + 0.5 * (rates[j * S + l] * t + w))
                gain += 0.5 * filled * t * site[before + j * S + l]
                made[into + (m * many + j) * S + l] = gain
            for h in range(heads):
                gain = 0.0
                for j in range(n):
                    gain += site[base + j * S + l] * feed[(h * (n + U1) + j) * S + l]
                made[into + (m * many + n + h) * S + l] = 0.5 * t * t * gain
            made[own + U2 * m * S + l] = w + 0.5 * w * w
            z = -site[before + n * S + l] * t
            made[own + (U2 * m + U1) * S + l] = filled * (1.0 + 0.5 * (w + z))


@inner
def square_sites(made: Array, n: int, heads: int, sites: int, width: int) -> None:
    """Double the time for what sites gain; an inner layer before its outer one, whose old it needs."""
    many = n + heads
    into, own = (many + heads * n) * S, (many + heads * n + sites * many) * S
    for back in range(sites):
        m = sites - U1 - back
        row, keeps = into + m * many * S, own + U2 * m * S
        for h in range(heads):
            to, fed = row + (n + h) * S, (many + h * n) * S
            for l in range(width):
                made[to + l] *= 2.0 + made[(n + h) * S + l] + made[keeps + l]
            add_products(made, to, made, row, made, fed, n, width)
        for j in range(n):
            for l in range(width):
                made[row + j * S + l] *= 2.0 + made[j * S + l] + made[keeps + l]
        if m > U0:
            before = row - many * S
            for j in range(many):
                for l in range(width):
                    made[row + j * S + l] += made[keeps + S + l] * made[before + j * S + l]
            for l in range(width):
                made[keeps + S + l] *= 2.0 + made[keeps + l] + made[keeps - U2 * S + l]


@inner
def square_modes(made: Array, n: int, heads: int, sites: int, width: int) -> None:
    """Double the time for what modes gain from heads, and for what everything keeps."""
    many = n + heads
    for h in range(heads):
        for j in range(n):
            fed = (many + h * n + j) * S
            for l in range(width):
                made[fed + l] *= 2.0 + made[j * S + l] + made[(n + h) * S + l]
    for j in range(many):
        for l in range(width):
            made[j * S + l] *= 2.0 + made[j * S + l]
    for m in range(sites):
        keeps = (many + heads * n + sites * many + U2 * m) * S
        for l in range(width):
            made[keeps + l] *= 2.0 + made[keeps + l]


# --- what enters, and the steps -----------------------------------------------------------------


@inner
def impulse(
    made: Array, v: Array, way: int, kind: int, head: int, n: int, heads: int, sites: int,
    to: Array, here: int, width: int,
) -> None:  # fmt: skip
    """Write what one unit becomes in modes, heads and sites over the time `made` was made for."""
    many = n + heads
    into, even = (many + heads * n) * S, (many + U1) // U2 * U2
    clear(to, here, even + sites, width)
    if kind == E_BOLUS:
        for j in range(n):
            for l in range(width):
                share = v[way + j * S + l]
                to[here + j * S + l] = share + share * made[j * S + l]
        for m in range(sites):
            add_products(to, here + (even + m) * S, v, way, made, into + m * many * S, n, width)
        return
    for j in range(n):
        for l in range(width):
            to[here + j * S + l] = made[(many + head * n + j) * S + l]
    for l in range(width):
        if kind == E_SWALLOWED:
            to[here + (n + head) * S + l] = 1.0 + made[(n + head) * S + l]
    for m in range(sites):
        for l in range(width):
            to[here + (even + m) * S + l] = made[into + (m * many + n + head) * S + l]


@inner
def pack(
    made: Array, v: Array, v_at: int, ask: Ask, heads: Indices, n: int, to: Array,
    here: int, width: int,
) -> None:  # fmt: skip
    """Lay out what a step needs: for three rows at a time, for two columns at a time, ten rows.

    They are what the two columns keep, what they gain from the first head, and what each of the
    three rows (levels read now, or gains of sites) takes from them.
    """
    hs, rs, ms = u64(heads.size), u64(ask.reads.size), u64(ask.sites.size)
    many = n + hs
    into, pairs = (many + hs * n) * S, (many + U1) // U2
    for triple in range((rs + ms + U2) // U3):
        clear(to, here + triple * pairs * U10 * S, pairs * U10, width)
        for column in range(many):
            base = here + ((triple * pairs + column // U2) * U10 + column % U2) * S
            for l in range(width):
                to[base + l] = 1.0 + made[column * S + l]
                if hs > U0 and column < n:
                    to[base + U2 * S + l] = made[(many + column) * S + l]
            for i in range(U3):
                row, spot = triple * U3 + i, base + (U4 + U2 * i) * S
                for l in range(width):
                    if row >= rs and row < rs + ms:
                        to[spot + l] = made[into + ((row - rs) * many + column) * S + l]
                    elif row < rs and column < n:
                        way = v_at + (ask.at[ask.reads[row]] * n + column) * S
                        to[spot + l] = v[way + l]
                    elif row < rs and ask.reads[row] == W_BODY and heads[column - n] < H_PUMP:
                        to[spot + l] = 1.0


@inner
def two_steps(
    x: Array, ahead: Array, co: Array, q: int, head: Array, sums: Array, to: int, pairs: int,
    width: int,
) -> None:  # fmt: skip
    """Take modes and heads two nodes on, and add up three rows at this node and the next."""
    clear(sums, to, U6, width)
    for pair in range(pairs):
        b = pair * U2 * S
        for l in range(width):
            now, then = head[l], head[S + l]
            x0, y0, kx, ky = x[b + l], x[b + S + l], co[q + l], co[q + S + l]
            fx, fy = co[q + U2 * S + l], co[q + U3 * S + l]
            ax, ay = co[q + U4 * S + l], co[q + U5 * S + l]
            bx, by = co[q + U6 * S + l], co[q + U7 * S + l]
            cx, cy = co[q + U8 * S + l], co[q + U9 * S + l]
            x1, y1 = kx * x0 + fx * now, ky * y0 + fy * now
            sums[to + l] = ax * x0 + (ay * y0 + sums[to + l])
            sums[to + S + l] = bx * x0 + (by * y0 + sums[to + S + l])
            sums[to + U2 * S + l] = cx * x0 + (cy * y0 + sums[to + U2 * S + l])
            sums[to + U3 * S + l] = ax * x1 + (ay * y1 + sums[to + U3 * S + l])
            sums[to + U4 * S + l] = bx * x1 + (by * y1 + sums[to + U4 * S + l])
            sums[to + U5 * S + l] = cx * x1 + (cy * y1 + sums[to + U5 * S + l])
            ahead[b + l] = kx * x1 + fx * then
            ahead[b + S + l] = ky * y1 + fy * then
        q += U10 * S


@inner
def one_step(
    x: Array, ahead: Array, co: Array, q: int, head: Array, sums: Array, to: int, pairs: int,
    width: int,
) -> None:  # fmt: skip
    """Take modes and heads one node on, and add up three rows at this node."""
    clear(sums, to, U3, width)
    for pair in range(pairs):
        b = pair * U2 * S
        for l in range(width):
            now, x0, y0 = head[l], x[b + l], x[b + S + l]
            a, c, e = to + l, to + S + l, to + U2 * S + l
            sums[a] = co[q + U4 * S + l] * x0 + (co[q + U5 * S + l] * y0 + sums[a])
            sums[c] = co[q + U6 * S + l] * x0 + (co[q + U7 * S + l] * y0 + sums[c])
            sums[e] = co[q + U8 * S + l] * x0 + (co[q + U9 * S + l] * y0 + sums[e])
            ahead[b + l] = co[q + l] * x0 + co[q + U2 * S + l] * now
            ahead[b + S + l] = co[q + S + l] * y0 + co[q + U3 * S + l] * now
        q += U10 * S


# --- the slow states and what is reported -------------------------------------------------------

# Rows of what a site's sigmoid and slow states need, and of the states themselves.
(K_LEVEL, K_HILL, K_LIMIT, K_KEEP, K_FLAT, K_SLOPE, K_BEND, K_KEEP2, K_FLAT2, K_SLOPE2, K_BEND2,
 K_ROWS) = (u64(i) for i in range(12))  # fmt: skip
Y_NOW, Y_BEFORE, Y_FIRST, Y_SECOND, Y_POWER, Y_RELATIVE, Y_ROWS = (u64(i) for i in range(7))


@inner
def lag(constants: Array, at: int, l: int, z: float) -> None:
    """Write the weights of `response.lag_weights` for a step of z time constants."""
    flat, first, second = 0.0, 0.0, 0.0
    term = z
    for k in range(LAG_TERMS):
        flat += term / (k + 1.0)
        first += term / ((k + 1.0) * (k + 2.0))
        second += 2.0 * term / ((k + 1.0) * (k + 2.0) * (k + 3.0))
        term *= -z / (k + 1.0)
    constants[at + l] = 1.0 - flat
    constants[at + U1 * S + l] = flat
    constants[at + U2 * S + l] = first
    constants[at + U3 * S + l] = 0.5 * (second - first)


@inner
def slow_constants(
    p: Array, step_h: float, tolerant: bool, to: Array, here: int, width: int
) -> None:
    """Write what the slow states of the cord and, after them, of the brain need."""
    for l in range(width):
        for part in range(2):
            of_brain, at = part == 1, here + u64(part) * K_ROWS * S
            to[at + K_LEVEL * S + l] = 1.0 / p[(F_BEC50 if of_brain else F_EC50) * S + l]
            to[at + K_HILL * S + l] = p[(F_BHILL if of_brain else F_HILL) * S + l]
            limit = p[F_TLIMIT * S + l] if tolerant else 0.0
            to[at + K_LIMIT * S + l] = 1.0 if of_brain else limit
            lag(to, at + K_KEEP * S, l, step_h / p[(F_DTIME if of_brain else F_TTIME) * S + l])
            lag(to, at + K_KEEP2 * S, l, step_h / p[F_ATIME * S + l])


@inner
def follow(
    level: Array, at: int, c: Array, d: int, y: Array, e: int, shifts: bool, fresh: bool, width: int
) -> None:
    """Take the dimming at a site and its two slow states to the next node, as `response.follow`."""
    for l in range(width):
        y[e + Y_RELATIVE * S + l] = level[at + l] * c[d + K_LEVEL * S + l]
    if shifts:
        for l in range(width):
            here, before = y[e + Y_NOW * S + l], y[e + Y_BEFORE * S + l]
            rise = c[d + K_FLAT * S + l] * here + c[d + K_SLOPE * S + l] * (here - before)
            kept = c[d + K_KEEP * S + l] * y[e + Y_FIRST * S + l]
            y[e + Y_RELATIVE * S + l] /= 1.0 + (kept + c[d + K_LIMIT * S + l] * rise)
    for l in range(width):
        raised = power(y[e + Y_RELATIVE * S + l], c[d + K_HILL * S + l])
        then = raised / (1.0 + raised)
        here, before = y[e + Y_NOW * S + l], y[e + Y_BEFORE * S + l]
        here, before = then if fresh else here, then if fresh else before
        step = then - here
        bend = step - (here - before)
        one = c[d + K_FLAT * S + l] * here + c[d + K_SLOPE * S + l] * step
        one = c[d + K_LIMIT * S + l] * (one + c[d + K_BEND * S + l] * bend)
        one += c[d + K_KEEP * S + l] * y[e + Y_FIRST * S + l]
        two = c[d + K_FLAT2 * S + l] * here + c[d + K_SLOPE2 * S + l] * step
        two += c[d + K_BEND2 * S + l] * bend + c[d + K_KEEP2 * S + l] * y[e + Y_SECOND * S + l]
        y[e + Y_FIRST * S + l] = 0.0 if fresh else one
        y[e + Y_SECOND * S + l] = 0.0 if fresh else two
        y[e + Y_POWER * S + l] = raised
        y[e + Y_BEFORE * S + l], y[e + Y_NOW * S + l] = here, then


@inner
def copy(source: Array, at: int, to: Array, here: int, width: int) -> None:
    """Copy a row."""
    for l in range(width):
        to[here + l] = source[at + l]


@inner
def effect(
    channel: int, p: Array, y: Array, level: Array, at: int, rhythm: float, to: Array, here: int,
    width: int,
) -> None:  # fmt: skip
    """Write one channel of the response at a node, from the slow states of legs, arms and brain."""
    brain = U2 * Y_ROWS
    if channel == C_DIM:
        copy(y, Y_NOW * S, to, here, width)
    elif channel == C_DIM_ARMS:
        copy(y, (Y_ROWS + Y_NOW) * S, to, here, width)
    elif channel == C_TOLERANCE:
        copy(y, Y_FIRST * S, to, here, width)
    elif channel == C_DROWSY:
        for l in range(width):
            eased = p[F_DSHARE * S + l] * y[(brain + Y_FIRST) * S + l]
            to[here + l] = max(0.0, y[(brain + Y_NOW) * S + l] - eased)
    elif channel == C_WITHDRAWAL:
        for l in range(width):
            lost = y[(brain + Y_SECOND) * S + l] - y[(brain + Y_NOW) * S + l]
            to[here + l] = p[F_WGAIN * S + l] * max(0.0, lost)
    elif channel == C_CONFUSION:
        for l in range(width):
            raised = power(level[at + l] / p[F_CLEVEL * S + l], p[F_CPOWER * S + l])
            to[here + l] = p[F_CBASE * S + l] + p[F_CREF * S + l] * raised
    else:
        effect_on_legs(channel, p, y, rhythm, to, here, width)


@inner
def effect_on_legs(
    channel: int, p: Array, y: Array, rhythm: float, to: Array, here: int, width: int
) -> None:
    """Write one channel that rises in rebound."""
    for l in range(width):
        lost = y[Y_SECOND * S + l] - y[Y_NOW * S + l]
        to[here + l] = p[F_RHO * S + l] * max(0.0, lost)
    if channel == C_SPASMS:
        for l in range(width):
            left = power(1.0 - p[F_EMAX * S + l] * y[Y_NOW * S + l], p[F_GAIN * S + l])
            to[here + l] = p[F_SPASMS * S + l] * rhythm * left * (1.0 + to[here + l])
    elif channel != C_REBOUND:
        shifted = (F_EC50_REFLEX if channel == C_REFLEX else F_EC50_TONE) * S
        for l in range(width):
            raised = y[Y_POWER * S + l] * p[shifted + l]
            left = 1.0 - p[F_EMAX * S + l] * raised / (1.0 + raised)
            to[here + l] = left * (1.0 + to[here + l])
    if channel == C_TONE:
        for l in range(width):
            above = (p[F_ASHWORTH * S + l] - 1.0) * to[here + l]
            to[here + l] = min(5.0, 1.0 + above)
    elif channel == C_WEAK:
        for l in range(width):
            need = p[F_NEED * S + l]
            to[here + l] = max(0.0, need - to[here + l]) / max(need, SMALLEST)


# --- blocks of people ---------------------------------------------------------------------------


@inner
def gather(table: Array, first: int, last: int, p: Array, width: int) -> None:
    """Read the numbers of a block of people as rows of lanes; the last fills the lanes left over.

    The EC50 of tone and of the H-reflex become what turns the power of the spasms' sigmoid into
    theirs.
    """
    for field in range(u64(table.shape[0])):
        for l in range(width):
            p[field * S + l] = table[field, min(first + l, last - U1)]
    for l in range(width):
        hill, ec50 = p[F_HILL * S + l], p[F_EC50 * S + l]
        p[F_EC50_TONE * S + l] = power(ec50 / p[F_EC50_TONE * S + l], hill)
        p[F_EC50_REFLEX * S + l] = power(ec50 / p[F_EC50_REFLEX * S + l], hill)


@inner
def delays(p: Array, plan: Plan, due: Indices, left: Array, width: int) -> None:
    """Find after how many nodes the events of each class come in, and the hours left to that node.

    What is swallowed waits for the lag of the person; the rest comes in at its own node.
    """
    for i in range(u64(plan.class_kinds.size)):
        for l in range(width):
            due[i * S + l], left[i * S + l] = U0, plan.class_times_h[i]
            if plan.class_kinds[i] == E_SWALLOWED:
                wait = plan.class_times_h[i] + p[F_LAG * S + l]
                nodes = np.ceil(wait / plan.step_h)
                due[i * S + l] = u64(nodes)
                left[i * S + l] = max(0.0, nodes * plan.step_h - wait)


@inner
def sizes(plan: Plan, ask: Ask) -> tuple[int, int, int, int, int, int]:
    """Give the rows that a block takes of made, shares, co, impulses, and its columns and triples."""
    n, hs, ms = ask.cells + U3, u64(plan.heads.size), u64(ask.sites.size)
    systems, even = u64(plan.factors.size), (n + hs + U1) // U2 * U2
    triples = (u64(ask.reads.size) + ms + U2) // U3
    return (
        systems * arrow_rows(n, hs, ms),
        systems * u64(ask.kinds.size) * n,
        systems * triples * even * U5,
        systems * u64(plan.class_kinds.size) * (even + ms),
        even,
        triples,
    )


@compiled
def prepare(
    table: Array, first: int, last: int, width: int, plan: Plan, ask: Ask, room: Room
) -> None:
    """Make all that the blocks from first to last need before time begins.

    For each block and each clearance: the modes, what a step does, and what each class of events
    has become at its node.
    """
    n, hs, ms = ask.cells + U3, u64(plan.heads.size), u64(ask.sites.size)
    cs, rows, systems = u64(plan.class_kinds.size), u64(ask.kinds.size), u64(plan.factors.size)
    made_rows, share_rows, co_rows, impulse_rows, even, triples = sizes(plan, ask)
    a, work, rates, clearance, tau = lanes(n * n), lanes(U4 * n), lanes(n), lanes(U1), lanes(U1)
    feed, site, then = lanes(hs * (n + U1)), lanes(ms * (n + U2)), lanes(arrow_rows(n, hs, ms))
    p, left = lanes(u64(table.shape[0])), lanes(cs)
    for block in range((last - first + width - U1) // width):
        gather(table, first + block * width, last, p, width)
        for field in range(u64(table.shape[0])):
            copy(p, field * S, room.bodies, (block * u64(table.shape[0]) + field) * S, width)
        delays(p, plan, room.due[block * cs * S :], left, width)
        slow_constants(p, plan.step_h, plan.tolerant, room.slow, block * U2 * K_ROWS * S, width)
        for s in range(systems):
            v_at = (block * share_rows + s * rows * n) * S
            for l in range(width):
                clearance[l] = plan.factors[s] * p[F_CL * S + l] + plan.added_l_per_h[s]
                tau[l] = plan.step_h
            core_matrix(p, clearance, a, ask.cells, width)
            ways(p, ask.kinds, plan.heights_cm, room.shares, v_at, ask.cells, width)
            modes(a, room.shares, v_at, n, rows, rates, work, width)
            sources(p, room.shares, v_at, ask.at, plan.heads, n, feed, width)
            drives(p, clearance, room.shares, v_at, ask.at, ask.sites, n, site, width)
            for i in range(cs + U1):  # the step itself, and then the time left to each class
                if i > U0:
                    copy(left, (i - U1) * S, tau, U0, width)
                exponential(then, rates, feed, site, tau, n, hs, ms, width)
                if i == U0:
                    made_at = (block * made_rows + s * arrow_rows(n, hs, ms)) * S
                    for row in range(arrow_rows(n, hs, ms)):
                        copy(then, row * S, room.made, made_at + row * S, width)
                    to = (block * co_rows + s * triples * even * U5) * S
                    pack(then, room.shares, v_at, ask, plan.heads, n, room.co, to, width)
                else:
                    kind, which = plan.class_kinds[i - U1], plan.class_whiches[i - U1]
                    way = v_at + ask.at[W_TIP + which if kind == E_BOLUS else W_PLASMA] * n * S
                    to = (block * impulse_rows + (s * cs + i - U1) * (even + ms)) * S
                    impulse(
                        then, room.shares, way, kind, which, n, hs, ms, room.impulses, to, width
                    )


@inner
def mark(plan: Plan, due: Indices, at: int, busy: NDArray[np.bool_], width: int) -> int:
    """Mark the nodes at which something comes in or changes; give the longest wait in nodes."""
    many, longest = u64(plan.systems.size), U0
    for k in range(many):
        busy[k] = k == U0 or plan.systems[k] != plan.systems[k - U1]
    for e in range(u64(plan.event_nodes.size)):
        for l in range(width):
            wait = due[at + plan.event_classes[e] * S + l]
            longest = max(longest, wait)
            if plan.event_nodes[e] + wait < many:
                busy[plan.event_nodes[e] + wait] = True
    return longest


@inner
def enter(
    x: Array, y: Array, plan: Plan, taken: Array, k: int, back: int, shares: Array, due: Indices,
    due_at: int, impulses: Array, from_at: int, weight: Array, even: int, ms: int, block: int,
    last: int, width: int,
) -> None:  # fmt: skip
    """Put in, at node k, the events booked `back` nodes ago, for the lanes in which they are due."""
    for e in range(plan.starts[k - back], plan.starts[k - back + U1]):
        i, used = plan.event_classes[e], 0
        for l in range(width):
            now = due[due_at + i * S + l] == back
            weight[l] = plan.event_amounts[e] if now else 0.0
            used += 1 if now else 0
        if used == 0:
            continue
        if plan.class_kinds[i] == E_SWALLOWED:
            for l in range(width):
                weight[l] *= shares[l]
            if taken.size > 0:
                for l in range(width):
                    weight[l] *= taken[plan.event_doses[e], min(block + l, last - U1)]
        base = from_at + i * (even + ms) * S
        for j in range(even):
            for l in range(width):
                x[j * S + l] += weight[l] * impulses[base + j * S + l]
        for m in range(ms):
            for l in range(width):
                y[m * S + l] += weight[l] * impulses[base + (even + m) * S + l]


@inner
def change(x: Array, v: Array, old: int, new: int, n: int, ahead: Array, width: int) -> None:
    """Write the state of the core in the modes of another system, by way of its single states."""
    clear(ahead, U0, n, width)
    for i in range(n):
        for l in range(width):
            value = 0.0
            for j in range(n):
                value += v[old + (i * n + j) * S + l] * x[j * S + l]
            for j in range(n):
                ahead[j * S + l] += v[new + (i * n + j) * S + l] * value
    for j in range(n):
        copy(ahead, j * S, x, j * S, width)


@inner
def report(
    p: Array, ask: Ask, sums: Array, later: int, y: Array, states: Array, rhythm: float,
    out: Array, spot: int, plot: int, width: int,
) -> None:  # fmt: skip
    """Write the channels asked for at a node."""
    brain_at = U0
    for i in range(u64(ask.reads.size)):
        slot = ask.slots[ask.reads[i]]
        if slot != NONE:
            found = (i // U3 * U6 + later * U3 + i % U3) * S
            copy(sums, found, out, (slot * plot + spot) * S, width)
    for m in range(u64(ask.sites.size)):
        brain_at = m * S if ask.sites[m] == S_BRAIN else brain_at
        channel = SITE_CHANNELS[ask.sites[m]]
        if channel != NONE and ask.slots[channel] != NONE:
            copy(y, m * S, out, (ask.slots[channel] * plot + spot) * S, width)
    for channel in range(C_DIM, u64(ask.slots.size)):
        if ask.slots[channel] != NONE:
            to = (ask.slots[channel] * plot + spot) * S
            effect(channel, p, states, y, brain_at, rhythm, out, to, width)


@compiled
def march(
    taken: Array, first: int, last: int, width: int, plan: Plan, ask: Ask, room: Room, out: Array,
    blocks: int, put: int,
) -> None:  # fmt: skip
    """Take prepared blocks through time, and write what was asked for.

    Args:
        taken: How much of each swallowed dose each person took, (doses, people), or (0, 0).
        first: The first person of the first block.
        last: The one after the last person.
        width: People in a block: S, or fewer where there are few.
        plan: What is given and when.
        ask: What is to be reported.
        room: What `prepare` made.
        out: Flat view of (channels, blocks, times, S).
        blocks: How many blocks `out` has.
        put: The block of `out` in which the first block goes.
    """
    n, hs, ms = ask.cells + U3, u64(plan.heads.size), u64(ask.sites.size)
    cs, rows, nodes = u64(plan.class_kinds.size), u64(ask.kinds.size), u64(plan.systems.size)
    made_rows, share_rows, co_rows, impulse_rows, even, triples = sizes(plan, ask)
    kept, own = arrow_rows(n, hs, ms) * S, (n + hs + hs * n + ms * (n + hs)) * S
    reads, fields = u64(ask.reads.size), u64(len(FIELDS))
    times = (nodes + ask.every - U1) // ask.every
    busy, p = np.empty(np.intp(nodes), np.bool_), lanes(fields)
    sums, x, ahead, y = lanes(triples * U6), lanes(even), lanes(even), lanes(ms)
    head, weight, states = lanes(U2), lanes(U1), lanes(U3 * Y_ROWS)
    for block in range((last - first + width - U1) // width):
        for field in range(fields):
            copy(room.bodies, (block * fields + field) * S, p, field * S, width)
        due_at, slow_at = block * cs * S, block * U2 * K_ROWS * S
        longest = mark(plan, room.due, due_at, busy, width)
        clear(x, U0, even, width)
        clear(y, U0, ms, width)
        k, spot = U0, (put + block) * times
        while k < nodes:
            s = plan.systems[k]
            if busy[k]:
                before = plan.systems[k - U1] if k > U0 else s
                from_at = (block * impulse_rows + before * cs * (even + ms)) * S
                for back in range(min(longest, k) + U1):
                    enter(
                        x, y, plan, taken, k, back, p, room.due, due_at, room.impulses, from_at,
                        weight, even, ms, first + block * width, last, width,
                    )  # fmt: skip
                if s != before:
                    old = (block * share_rows + (before * rows + rows - n) * n) * S
                    new = (block * share_rows + (s * rows + rows - n) * n) * S
                    change(x, room.shares, old, new, n, ahead, width)
                for h in range(hs):
                    if plan.heads[h] >= H_PUMP:
                        for l in range(width):
                            x[(n + h) * S + l] = plan.rates_mcg_per_h[h, k]
            made_at = block * made_rows * S + s * kept
            two = hs <= U1 and k + U1 < nodes and not busy[k + U1]
            if hs > U0:
                for l in range(width):
                    head[l] = x[n * S + l]
                    head[S + l] = head[l] + head[l] * room.made[made_at + n * S + l]
            for triple in range(triples):
                q = (block * co_rows + (s * triples + triple) * even * U5) * S
                if two:
                    two_steps(
                        x, ahead, room.co, q, head, sums, triple * U6 * S, even // U2, width
                    )
                else:
                    one_step(x, ahead, room.co, q, head, sums, triple * U6 * S, even // U2, width)
            for h in range(U1, hs):
                for j in range(n):
                    fed = made_at + (n + hs + h * n + j) * S
                    for l in range(width):
                        ahead[j * S + l] += room.made[fed + l] * x[(n + h) * S + l]
            x, ahead = ahead, x
            for later in range(U2 if two else U1):
                node = k + later
                for m in range(ms):
                    which = SLOW_STATES[ask.sites[m]]
                    if which != NONE:
                        of_brain = slow_at + (K_ROWS * S if which == U2 else U0)
                        shifts, to = plan.tolerant and which < U2, which * Y_ROWS * S
                        follow(y, m * S, room.slow, of_brain, states, to, shifts, node == U0, width)
                if node % ask.every == U0:
                    to = spot + node // ask.every
                    report(
                        p, ask, sums, later, y, states, ask.rhythm[node], out, to, blocks * times,
                        width,
                    )  # fmt: skip
                for back in range(ms):
                    m = ms - U1 - back
                    i, keeps = reads + m, made_at + own + U2 * m * S
                    found = (i // U3 * U6 + later * U3 + i % U3) * S
                    for l in range(width):
                        y[m * S + l] += y[m * S + l] * room.made[keeps + l] + sums[found + l]
                    if m > U0:
                        for l in range(width):
                            y[m * S + l] += room.made[keeps + S + l] * y[(m - U1) * S + l]
            k += U2 if two else U1


def room(plan: Plan, ask: Ask, blocks: int) -> Room:
    """Give room for some blocks, each row of lanes beginning where a cache line does."""
    n, heads, sites, lane = int(ask.cells) + 3, plan.heads.size, ask.sites.size, int(S)
    systems, classes, rows = plan.factors.size, plan.class_kinds.size, ask.kinds.size
    even, triples = (n + heads + 1) // 2 * 2, (ask.reads.size + sites + 2) // 3
    arrow = n + heads + heads * n + sites * (n + heads + 2)
    return Room(
        bodies=aligned(blocks * len(FIELDS) * lane),
        slow=aligned(blocks * 2 * int(K_ROWS) * lane),
        due=np.zeros(blocks * classes * lane, np.uint64),
        made=aligned(blocks * systems * arrow * lane),
        shares=aligned(blocks * systems * rows * n * lane),
        co=aligned(blocks * systems * triples * even * 5 * lane),
        impulses=aligned(blocks * systems * classes * (even + sites) * lane),
    )


def aligned(size: int) -> Array:
    """Give an array that begins where a cache line does, unset."""
    raw = np.empty(size + 8)
    start = -(raw.ctypes.data // 8) % 8
    return raw[start : start + size]
