"""The whole model for many people at once, compiled: the only file that knows Numba.

It solves what `compartments` and `response` say, by another road that suits a processor.

*Modes.* Plasma, tissue, canal and cranial pool exchange drug both ways, and in the right unit
(level times the root of volume) their matrix is symmetric. Its modes decay on their own, each by a
factor a step. Gut and pump ("heads") feed the modes; cord and brain ("sites") are fed by them;
nothing flows back along these one-way streets. So a step costs a handful of operations per mode,
whatever was given when.

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
Index = (
    Any  # unsigned in compiled code: a signed index may count from the end, which costs a branch
)

OPTIONS: dict[str, Any] = {
    "nogil": True,  # threads of the caller run blocks side by side
    "error_model": "numpy",  # a division by zero is inf, not a branch in every loop
    "fastmath": {"contract"},  # a*b + c in one rounding; nothing else is reordered
}
INNER = OPTIONS | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}  # Python never calls them


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls too; keep the result on disk where that is allowed."""
    try:
        return njit(cache=True, **OPTIONS)(function)
    except RuntimeError:  # a read-only package and no home: compile in every process
        return njit(**OPTIONS)(function)


def inner(function: Callable[..., Any]) -> Any:
    """Compile a function that only compiled functions call; the result is kept with the caller."""
    return njit(**INNER)(function)


FIELDS = (
    "bioavailability", "absorption_per_h", "fed_absorption_per_h", "lag_h", "clearance_l_per_h",
    "exchange_l_per_h", "central_l", "peripheral_l", "canal_length_cm", "canal_area_cm2",
    "dispersion_cm2_per_h", "loss_per_h", "cranial_l", "cranial_loss_per_h", "plasma_ratio",
    "lumbar_cm", "cervical_cm", "outer_per_h", "inner_per_h", "blood_per_h", "brain_per_h",
    "brain_csf_share", "ec50_spasm", "ec50_tone", "ec50_reflex", "hill", "emax", "spasm_gain",
    "tolerance_limit", "tolerance_h", "adaptation_h", "rebound_gain", "brain_ec50", "brain_hill",
    "drowsiness_share", "drowsiness_h", "withdrawal_gain", "standing_need",
    "confusion_baseline_per_h", "confusion_per_h", "confusion_ng_per_ml", "confusion_power",
    "spasms_per_h", "ashworth",
)  # fmt: skip
"""The numbers of a body that the kernel reads, in its own order."""

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

# Channels, in the order of `courses.CHANNELS`.
(
    C_PLASMA, C_LUMBAR, C_CERVICAL, C_CRANIAL, C_BODY, C_CORD, C_CORD_ARMS, C_BRAIN, C_GONE, C_DIM,
    C_DIM_ARMS, C_TOLERANCE, C_REBOUND, C_SPASMS, C_TONE, C_REFLEX, C_WEAK, C_DROWSY, C_WITHDRAWAL,
    C_CONFUSION,
) = (u64(i) for i in range(20))  # fmt: skip

NONE = u64(255)

# Sites, in the order in which they stand; a site of the cord has its outer layer before it.
S_OUTER, S_INNER, S_OUTER_ARMS, S_INNER_ARMS, S_BRAIN, S_GONE = (u64(i) for i in range(6))

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
    them; `reads` the levels that are read, `sites` the sites that are stepped, `effects` the
    channels of the response; `*_slots` where each of them goes; `rhythm` how spasms go through the
    day.
    """

    cells: np.uint64
    every: np.uint64
    kinds: Indices
    at: Indices
    reads: Indices
    read_slots: Indices
    sites: Indices
    site_slots: Indices
    effects: Indices
    effect_slots: Indices
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


def read_bits(_: Any, number: Any) -> Any:
    """Read a float as the 64 bits it is made of."""
    signature = types.uint64(types.float64)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.uint64))

    return signature, code


def write_bits(_: Any, pattern: Any) -> Any:
    """Read 64 bits as the float they make."""
    signature = types.float64(types.uint64)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return signature, code


bits: Any = intrinsic(read_bits)
unbits: Any = intrinsic(write_bits)

# Chebyshev fits: of log2((1+t)/(1-t))/t in t^2 up to 0.0295, and of exp2 on [-1/2, 1/2].
L0, L1, L2, L3, L4, L5, L6, L7 = (
    2.8853900817779268, 0.9617966939259904, 0.5770780163447099, 0.4121985860236341,
    0.32059851687693985, 0.2623352455698461, 0.22089132754088173, 0.21386662119901528,
)  # fmt: skip
E0, E1, E2, E3, E4, E5, E6, E7, E8, E9, E10, E11 = (
    1.0, 0.6931471805599453, 0.24022650695910158, 0.055504108664821604, 0.009618129107587314,
    0.0013333558146410788, 0.00015403530463679096, 1.5252733837988064e-05, 1.3215432551928214e-06,
    1.0178058390428893e-07, 7.074192209639015e-09, 4.4556433403988256e-10,
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
    return (low + middle * f4 + high * (f4 * f4)) * unbits((bits(rounded) + EXPONENT_BIAS) << SHIFT)


@inner
def power(base: float, exponent: float) -> float:
    """Give base**exponent for a base from 0 up, which counts as 1e-290 where it is smaller."""
    return exp2(min(max(exponent * log2(max(base, SMALLEST)), -1000.0), 1000.0))


@inner
def lanes(rows: Index) -> Array:
    """Give rows of lanes, zero, that begin where a cache line does."""
    raw = np.empty(np.intp(rows * S + U8))
    start = np.intp((U8 - (u64(raw.ctypes.data) // U8) % U8) % U8)
    made = raw[start : start + np.intp(rows * S)]
    clear(made, U0, rows, S)
    return made


@inner
def clear(to: Array, at: Index, rows: Index, width: Index) -> None:
    """Set rows to zero."""
    for i in range(rows):
        for la in range(width):
            to[at + i * S + la] = 0.0


# --- the modes of plasma, tissue, canal and cranial pool ---------------------------------------


@inner
def core_matrix(p: Array, clearance: Array, a: Array, cells: Index, width: Index) -> None:
    """Write the symmetric matrix of the core: plasma, tissue, cells from below, cranial pool.

    With w = (r Vc, r Vp, V_1 .. V_N, V_cr), sqrt(w_i/w_j) A_ij is symmetric: what leaks from plasma
    and what is lost to it balance where the fluid holds r times plasma.
    """
    n = cells + U3
    top = n - U1
    clear(a, U0, n * n, width)
    for la in range(width):
        k, kcr, r = p[F_K * S + la], p[F_KCR * S + la], p[F_R * S + la]
        vc, vp, vcr = p[F_VC * S + la], p[F_VP * S + la], p[F_VCR * S + la]
        q, long = p[F_Q * S + la], p[F_LENGTH * S + la] / np.float64(cells)
        v = p[F_AREA * S + la] * long / 1000.0
        flow = p[F_AREA * S + la] * p[F_D * S + la] / long / 1000.0
        a[la] = -(clearance[la] + q + r * (k * v * np.float64(cells) + kcr * vcr)) / vc
        a[n * S + la] = q / np.sqrt(vc * vp)
        a[(n + U1) * S + la] = -q / vp
        for i in range(U2, top):
            a[i * n * S + la] = k * np.sqrt(r * v / vc)
            a[(i * n + i) * S + la] = -k - 2.0 * flow / v
            if i > U2:
                a[(i * n + i - U1) * S + la] = flow / v
        a[(U2 * n + U2) * S + la] += flow / v
        a[((top - U1) * n + top - U1) * S + la] -= flow / v
        a[(top * n + top - U1) * S + la] = 2.0 * flow / np.sqrt(v * vcr)
        a[top * n * S + la] = kcr * np.sqrt(r * vcr / vc)
        a[(top * n + top) * S + la] = -kcr - 2.0 * flow / vcr
    for i in range(n):
        for j in range(i):
            for la in range(width):
                a[(j * n + i) * S + la] = a[(i * n + j) * S + la]


@inner
def ways(
    p: Array, kinds: Indices, tips: Array, v: Array, at: Index, cells: Index, width: Index
) -> None:
    """Write the rows by which the core is read and fed, before it is turned into modes.

    In the symmetric unit, the row that reads a height also takes in what enters there.
    """
    n = cells + U3
    clear(v, at, u64(kinds.size) * n, width)
    for way in range(u64(kinds.size)):
        kind, row = kinds[way], at + way * n * S
        for la in range(width):
            r, volume = p[F_R * S + la], p[F_AREA * S + la] * p[F_LENGTH * S + la] / 1000.0
            cell = np.sqrt(volume / np.float64(cells))
            if kind >= W_STATE:
                v[row + (kind - W_STATE) * S + la] = 1.0
            elif kind == W_PLASMA:
                v[row + la] = 1.0 / np.sqrt(r * p[F_VC * S + la])
            elif kind == W_CRANIAL:
                v[row + (n - U1) * S + la] = 1.0 / np.sqrt(p[F_VCR * S + la])
            elif kind == W_BODY:
                v[row + la] = np.sqrt(p[F_VC * S + la] / r)
                v[row + S + la] = np.sqrt(p[F_VP * S + la] / r)
                v[row + (n - U1) * S + la] = np.sqrt(p[F_VCR * S + la])
                for i in range(cells):
                    v[row + (U2 + i) * S + la] = cell
            else:
                length = p[F_LENGTH * S + la]
                long = length / np.float64(cells)
                height = p[(F_LUMBAR if kind == W_LUMBAR else F_CERVICAL) * S + la]
                height = tips[kind - W_TIP] if kind >= W_TIP else height
                inside = min(max(height, 0.5 * long), length - 0.5 * long)
                for i in range(cells):
                    away = abs(inside - (np.float64(i) + 0.5) * long) / long
                    v[row + (U2 + i) * S + la] = max(0.0, 1.0 - away) / cell


@inner
def modes(
    a: Array, v: Array, at: Index, n: Index, rows: Index, rates: Array, work: Array, width: Index
) -> None:
    """Turn a symmetric matrix into the rates of its modes, and rows along with it.

    First into a tridiagonal matrix by Householder's reflections, then into a diagonal one by
    implicit QL steps. A lane that is done is left exactly as it is while its neighbours go on.
    """
    off = U3 * n * S  # in `work`, whose first 3n rows are scratch
    for k in range(n - U2):
        reflect(a, v, at, k, n, rows, work, off, width)
    for k in range(n):
        for la in range(width):
            rates[k * S + la] = a[(k * n + k) * S + la]
    for la in range(width):
        work[off + (n - U2) * S + la] = a[((n - U2) * n + n - U1) * S + la]
    for k in range(n - U1):
        for _ in range(MOST_STEPS):
            if not shift(rates, work, off, k, n, width):
                break
            for up in range(n - U1 - k):
                i = n - U2 - up
                plane(rates, work, off, i, width)
                for r in range(rows):
                    turn_two(v, at + (r * n + i) * S, work, width)
            for la in range(width):
                if work[U4 * S + la] != 0.0:
                    rates[k * S + la] -= work[U2 * S + la]
                    work[off + k * S + la] = work[U3 * S + la]


@inner
def add_products(
    to: Array, here: Index, x: Array, b: Index, y: Array, c: Index, many: Index, width: Index
) -> None:
    """Add the products of rows from b of x and rows from c of y to a row, four at a time."""
    done = U0
    while done + U4 <= many:
        p, q = b + done * S, c + done * S
        for la in range(width):
            first = x[p + la] * y[q + la] + x[p + S + la] * y[q + S + la]
            second = (
                x[p + U2 * S + la] * y[q + U2 * S + la] + x[p + U3 * S + la] * y[q + U3 * S + la]
            )
            to[here + la] += first + second
        done += U4
    while done < many:
        p, q = b + done * S, c + done * S
        for la in range(width):
            to[here + la] += x[p + la] * y[q + la]
        done += U1


@inner
def take_multiple(
    to: Array, here: Index, factor: Index, x: Array, c: Index, many: Index, width: Index
) -> None:
    """Take row `factor` of x times rows from c of x away from rows, two at a time."""
    done = U0
    while done + U2 <= many:
        p, q = here + done * S, c + done * S
        for la in range(width):
            to[p + la] -= x[factor + la] * x[q + la]
            to[p + S + la] -= x[factor + la] * x[q + S + la]
        done += U2
    if done < many:
        p, q = here + done * S, c + done * S
        for la in range(width):
            to[p + la] -= x[factor + la] * x[q + la]


@inner
def reflect(
    a: Array,
    v: Array,
    at: Index,
    k: Index,
    n: Index,
    rows: Index,
    work: Array,
    off: Index,
    width: Index,
) -> None:
    """Reflect what stands right of (k, k + 1) in row k to zero, on both sides and in the rows."""
    first, many = k + U1, n - k - U1
    row, w, scale, product = (k * n + first) * S, n * S, U2 * n * S, (U2 * n + U1) * S
    clear(work, U0, U2 * n + U2, width)
    add_products(work, scale, a, row, a, row, many, width)
    for i in range(many):
        for la in range(width):
            work[i * S + la] = a[row + i * S + la]
    for la in range(width):
        length, lead = np.sqrt(work[scale + la]), work[la]
        turned = -length if lead >= 0.0 else length
        work[off + k * S + la] = turned
        work[la] = lead - turned
        work[scale + la] = 1.0 / (work[scale + la] + abs(lead) * length + 1e-300)
    for i in range(many):
        add_products(work, w + i * S, a, ((first + i) * n + first) * S, work, U0, many, width)
        for la in range(width):
            work[w + i * S + la] *= work[scale + la]
    add_products(work, product, work, U0, work, w, many, width)
    for la in range(width):
        work[product + la] *= 0.5 * work[scale + la]
    take_multiple(work, w, product, work, U0, many, width)
    for i in range(many):
        to = ((first + i) * n + first) * S
        take_multiple(a, to, i * S, work, w, many, width)
        take_multiple(a, to, w + i * S, work, U0, many, width)
    for r in range(rows):
        to = at + (r * n + first) * S
        clear(work, product, U1, width)
        add_products(work, product, v, to, work, U0, many, width)
        for la in range(width):
            work[product + la] *= work[scale + la]
        take_multiple(v, to, product, work, U0, many, width)


@inner
def shift(rates: Array, work: Array, off: Index, k: Index, n: Index, width: Index) -> bool:
    """Begin a QL step for the entry k with Wilkinson's shift; tell whether any lane needs one.

    Rows of `work`: cosine, sine, p and g of the step, and whether the lane takes part.
    """
    needed = 0
    for la in range(width):
        here, then, e = rates[k * S + la], rates[(k + U1) * S + la], work[off + k * S + la]
        active = abs(e) > 1e-17 * (abs(here) + abs(then))
        needed += 1 if active else 0
        g = (then - here) / (2.0 * (e if active else 1.0))
        r = np.sqrt(g * g + 1.0)
        work[la], work[S + la], work[U2 * S + la] = 1.0, 1.0, 0.0
        work[U3 * S + la] = rates[(n - U1) * S + la] - here + e / (g + (r if g >= 0.0 else -r))
        work[U4 * S + la] = 1.0 if active else 0.0
    return needed > 0


@inner
def plane(rates: Array, work: Array, off: Index, i: Index, width: Index) -> None:
    """Take the rotation of a QL step in the plane of i and i + 1, for the lanes that take part."""
    for la in range(width):
        active = work[U4 * S + la] != 0.0
        e, upper, lower = work[off + i * S + la], rates[(i + U1) * S + la], rates[i * S + la]
        f, b, g = work[S + la] * e, work[la] * e, work[U3 * S + la]
        r = np.sqrt(f * f + g * g) + 1e-300
        sine, cosine = f / r, g / r
        base = upper - work[U2 * S + la]
        turned = (lower - base) * sine + 2.0 * cosine * b
        p = sine * turned
        work[off + (i + U1) * S + la] = r if active else work[off + (i + U1) * S + la]
        rates[(i + U1) * S + la] = base + p if active else upper
        work[la] = cosine if active else 1.0
        work[S + la] = sine if active else 0.0
        work[U2 * S + la] = p
        work[U3 * S + la] = cosine * turned - b


@inner
def turn_two(v: Array, at: Index, work: Array, width: Index) -> None:
    """Turn two neighbouring columns of a row into each other."""
    for la in range(width):
        x, y = v[at + la], v[at + S + la]
        v[at + S + la] = work[S + la] * x + work[la] * y
        v[at + la] = work[la] * x - work[S + la] * y


# --- the exponential of the arrow ---------------------------------------------------------------


@inner
def drives(
    p: Array, clearance: Array, v: Array, v_at: Index, at: Indices, sites: Indices, n: Index,
    to: Array, width: Index,
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
            lane = j % S
            if kind == S_GONE:
                to[here + j] = clearance[lane] * v[plasma + j]
            elif kind == S_BRAIN:
                above = p[F_B * S + lane] * v[cranial + j]
                to[here + j] = p[F_KBR * S + lane] * (p[F_R * S + lane] * v[plasma + j] + above)
            elif kind in (S_OUTER, S_OUTER_ARMS):
                to[here + j] = p[F_KW * S + lane] * v[local + j]
            else:
                to[here + j] = p[F_KB * S + lane] * p[F_R * S + lane] * v[plasma + j]
        for la in range(width):
            empties, filled = 0.0, 0.0
            if kind == S_BRAIN:
                empties = p[F_KBR * S + la]
            elif kind in (S_OUTER, S_OUTER_ARMS):
                empties = p[F_KW * S + la]
            elif kind != S_GONE:
                empties, filled = p[F_KS * S + la] + p[F_KB * S + la], p[F_KS * S + la]
            to[here + n * S + la], to[here + (n + U1) * S + la] = empties, filled


@inner
def sources(
    p: Array, v: Array, v_at: Index, at: Indices, heads: Indices, n: Index, to: Array, width: Index
) -> None:
    """Write how each head feeds the modes, n rows for each, and the rate at which it empties."""
    for h in range(u64(heads.size)):
        here, kind = h * (n + U1) * S, heads[h]
        way = v_at + at[W_PLASMA if kind < H_PUMP else W_TIP + kind - H_PUMP] * n * S
        for la in range(width):
            empties, share = 0.0, 1.0
            if kind < H_PUMP:
                empties = p[(F_KA + kind) * S + la]
                share = empties * p[F_R * S + la]
            to[here + n * S + la] = empties
            for j in range(n):
                to[here + j * S + la] = share * v[way + j * S + la]


@inner
def arrow_rows(n: Index, heads: Index, sites: Index) -> Index:
    """Give how many rows of lanes the exponential of an arrow takes."""
    return n + heads + heads * n + sites * (n + heads + U2)


@inner
def exponential(
    made: Array, rates: Array, feed: Array, site: Array, tau: Array, n: Index, heads: Index,
    sites: Index, width: Index,
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
    made: Array, rates: Array, feed: Array, site: Array, tau: Array, n: Index, heads: Index,
    sites: Index, width: Index,
) -> None:  # fmt: skip
    """Write the exponential over tau / 2**SQUARINGS: two terms of each entry's series."""
    many = n + heads
    into, own = (many + heads * n) * S, (many + heads * n + sites * many) * S
    for la in range(width):
        t = tau[la] * FIRST_STEP
        for j in range(n):
            x = rates[j * S + la] * t
            made[j * S + la] = x + 0.5 * x * x
        for h in range(heads):
            y = -feed[(h * (n + U1) + n) * S + la] * t
            made[(n + h) * S + la] = y + 0.5 * y * y
            for j in range(n):
                both = 1.0 + 0.5 * (rates[j * S + la] * t + y)
                fed = feed[(h * (n + U1) + j) * S + la] * t * both
                made[(many + h * n + j) * S + la] = fed
        for m in range(sites):
            base = m * (n + U2) * S
            w, filled = -site[base + n * S + la] * t, site[base + (n + U1) * S + la] * t
            before = base - (n + U2) * S if m > U0 else base
            for j in range(n):
                gain = site[base + j * S + la] * t * (1.0 + 0.5 * (rates[j * S + la] * t + w))
                gain += 0.5 * filled * t * site[before + j * S + la]
                made[into + (m * many + j) * S + la] = gain
            for h in range(heads):
                gain = 0.0
                for j in range(n):
                    gain += site[base + j * S + la] * feed[(h * (n + U1) + j) * S + la]
                made[into + (m * many + n + h) * S + la] = 0.5 * t * t * gain
            made[own + U2 * m * S + la] = w + 0.5 * w * w
            z = -site[before + n * S + la] * t
            made[own + (U2 * m + U1) * S + la] = filled * (1.0 + 0.5 * (w + z))


@inner
def square_sites(made: Array, n: Index, heads: Index, sites: Index, width: Index) -> None:
    """Double the time for what sites gain; an inner layer before its outer one's old is gone."""
    many = n + heads
    into, own = (many + heads * n) * S, (many + heads * n + sites * many) * S
    for back in range(sites):
        m = sites - U1 - back
        row, keeps = into + m * many * S, own + U2 * m * S
        for h in range(heads):
            to, fed = row + (n + h) * S, (many + h * n) * S
            for la in range(width):
                made[to + la] *= 2.0 + made[(n + h) * S + la] + made[keeps + la]
            add_products(made, to, made, row, made, fed, n, width)
        for j in range(n):
            for la in range(width):
                made[row + j * S + la] *= 2.0 + made[j * S + la] + made[keeps + la]
        if m > U0:
            before = row - many * S
            for j in range(many):
                for la in range(width):
                    made[row + j * S + la] += made[keeps + S + la] * made[before + j * S + la]
            for la in range(width):
                made[keeps + S + la] *= 2.0 + made[keeps + la] + made[keeps - U2 * S + la]


@inner
def square_modes(made: Array, n: Index, heads: Index, sites: Index, width: Index) -> None:
    """Double the time for what modes gain from heads, and for what everything keeps."""
    many = n + heads
    for h in range(heads):
        for j in range(n):
            fed = (many + h * n + j) * S
            for la in range(width):
                made[fed + la] *= 2.0 + made[j * S + la] + made[(n + h) * S + la]
    for j in range(many):
        for la in range(width):
            made[j * S + la] *= 2.0 + made[j * S + la]
    for m in range(sites):
        keeps = (many + heads * n + sites * many + U2 * m) * S
        for la in range(width):
            made[keeps + la] *= 2.0 + made[keeps + la]


# --- what enters, and the steps -----------------------------------------------------------------


@inner
def impulse(
    made: Array, v: Array, way: Index, kind: Index, head: Index, n: Index, heads: Index,
    sites: Index, to: Array, here: Index, width: Index,
) -> None:  # fmt: skip
    """Write what one unit becomes in modes, heads and sites over the time `made` was made for."""
    many = n + heads
    into, even = (many + heads * n) * S, (many + U1) // U2 * U2
    clear(to, here, even + sites, width)
    if kind == E_BOLUS:
        for j in range(n):
            for la in range(width):
                share = v[way + j * S + la]
                to[here + j * S + la] = share + share * made[j * S + la]
        for m in range(sites):
            add_products(to, here + (even + m) * S, v, way, made, into + m * many * S, n, width)
        return
    for j in range(n):
        for la in range(width):
            to[here + j * S + la] = made[(many + head * n + j) * S + la]
    for la in range(width):
        if kind == E_SWALLOWED:
            to[here + (n + head) * S + la] = 1.0 + made[(n + head) * S + la]
    for m in range(sites):
        for la in range(width):
            to[here + (even + m) * S + la] = made[into + (m * many + n + head) * S + la]


@inner
def pack(
    made: Array, v: Array, v_at: Index, ask: Ask, heads: Indices, n: Index, to: Array,
    here: Index, width: Index,
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
            for la in range(width):
                to[base + la] = 1.0 + made[column * S + la]
                if hs > U0 and column < n:
                    to[base + U2 * S + la] = made[(many + column) * S + la]
            for i in range(U3):
                row, spot = triple * U3 + i, base + (U4 + U2 * i) * S
                for la in range(width):
                    if row >= rs and row < rs + ms:
                        to[spot + la] = made[into + ((row - rs) * many + column) * S + la]
                    elif row < rs and column < n:
                        way = v_at + (ask.at[ask.reads[row]] * n + column) * S
                        to[spot + la] = v[way + la]
                    elif row < rs and ask.reads[row] == W_BODY and heads[column - n] < H_PUMP:
                        to[spot + la] = 1.0


@inner
def take_step(
    x: Array, ahead: Array, co: Array, q: Index, head: Array, sums: Array, to: Index, pairs: Index,
    width: Index,
) -> None:  # fmt: skip
    """Take modes and heads one node on, and add up three rows at this node."""
    clear(sums, to, U3, width)
    for pair in range(pairs):
        b = pair * U2 * S
        for la in range(width):
            now, x0, y0 = head[la], x[b + la], x[b + S + la]
            a, c, e = to + la, to + S + la, to + U2 * S + la
            sums[a] = co[q + U4 * S + la] * x0 + (co[q + U5 * S + la] * y0 + sums[a])
            sums[c] = co[q + U6 * S + la] * x0 + (co[q + U7 * S + la] * y0 + sums[c])
            sums[e] = co[q + U8 * S + la] * x0 + (co[q + U9 * S + la] * y0 + sums[e])
            ahead[b + la] = co[q + la] * x0 + co[q + U2 * S + la] * now
            ahead[b + S + la] = co[q + S + la] * y0 + co[q + U3 * S + la] * now
        q += U10 * S


# --- the slow states and what is reported -------------------------------------------------------

# Rows of what a site's sigmoid and slow states need, and of the states themselves.
(K_LEVEL, K_ONE, K_HILL, K_LIMIT, K_KEEP, K_FLAT, K_SLOPE, K_BEND, K_KEEP2, K_FLAT2, K_SLOPE2,
 K_BEND2, K_ROWS) = (u64(i) for i in range(13))  # fmt: skip
Y_NOW, Y_BEFORE, Y_RISE, Y_FIRST, Y_SECOND, Y_POWER, Y_RELATIVE, Y_ROWS = (u64(i) for i in range(8))


@inner
def lag(constants: Array, at: Index, la: Index, z: float) -> None:
    """Write the weights of `response.lag_weights` for a step of z time constants."""
    flat, first, second = 0.0, 0.0, 0.0
    term = z
    for k in range(LAG_TERMS):
        flat += term / (k + 1.0)
        first += term / ((k + 1.0) * (k + 2.0))
        second += 2.0 * term / ((k + 1.0) * (k + 2.0) * (k + 3.0))
        term *= -z / (k + 1.0)
    constants[at + la] = 1.0 - flat
    constants[at + U1 * S + la] = flat
    constants[at + U2 * S + la] = first
    constants[at + U3 * S + la] = 0.5 * (second - first)


@inner
def slow_constants(
    p: Array, step_h: float, tolerant: bool, to: Array, here: Index, width: Index
) -> None:
    """Write what the slow states of the cord and, after them, of the brain need."""
    for la in range(width):
        for part in range(2):
            of_brain, at = part == 1, here + u64(part) * K_ROWS * S
            to[at + K_LEVEL * S + la] = 1.0 / p[(F_BEC50 if of_brain else F_EC50) * S + la]
            to[at + K_ONE * S + la] = 1.0
            to[at + K_HILL * S + la] = p[(F_BHILL if of_brain else F_HILL) * S + la]
            limit = p[F_TLIMIT * S + la] if tolerant else 0.0
            to[at + K_LIMIT * S + la] = 1.0 if of_brain else limit
            lag(to, at + K_KEEP * S, la, step_h / p[(F_DTIME if of_brain else F_TTIME) * S + la])
            lag(to, at + K_KEEP2 * S, la, step_h / p[F_ATIME * S + la])


@inner
def foresee(level: Array, at: Index, c: Array, d: Index, y: Array, e: Index, width: Index) -> None:
    """Write the level over the EC50 as tolerance will have shifted it at the next node."""
    for la in range(width):
        here = y[e + Y_NOW * S + la]
        rise = c[d + K_FLAT * S + la] * here
        rise += c[d + K_SLOPE * S + la] * (here - y[e + Y_BEFORE * S + la])
        tolerance = c[d + K_KEEP * S + la] * y[e + Y_FIRST * S + la]
        shifted = 1.0 + (tolerance + c[d + K_LIMIT * S + la] * rise)
        y[e + Y_RELATIVE * S + la] = level[at + la] * c[d + K_LEVEL * S + la] / shifted


@inner
def settle(
    level: Array, at: Index, scale: Index, c: Array, d: Index, y: Array, e: Index, width: Index
) -> None:
    """Take the dimming and the second slow state to the next node."""
    for la in range(width):
        raised = power(level[at + la] * c[scale + la], c[d + K_HILL * S + la])
        then = raised / (1.0 + raised)
        here = y[e + Y_NOW * S + la]
        rise, step = here - y[e + Y_BEFORE * S + la], then - here
        two = c[d + K_FLAT2 * S + la] * here + c[d + K_SLOPE2 * S + la] * step
        two += c[d + K_BEND2 * S + la] * (step - rise)
        y[e + Y_SECOND * S + la] = c[d + K_KEEP2 * S + la] * y[e + Y_SECOND * S + la] + two
        y[e + Y_POWER * S + la] = raised
        y[e + Y_RISE * S + la] = rise
        y[e + Y_BEFORE * S + la] = here
        y[e + Y_NOW * S + la] = then


@inner
def follow(
    level: Array, at: Index, c: Array, d: Index, y: Array, e: Index, shifts: bool, both: bool,
    fresh: bool, width: Index,
) -> None:  # fmt: skip
    """Take the dimming at a site and its slow states to the next node, as `response.follow`.

    Args:
        level: Rows of levels.
        at: Where the site's begins.
        c: Rows of `slow_constants`.
        d: Where the site's begin.
        y: Rows of states.
        e: Where the site's begin.
        shifts: Whether the first state, tolerance, moves the sigmoid.
        both: Whether the first state is followed at all.
        fresh: Whether this is the first node, where both are zero.
        width: Lanes.
    """
    if shifts and not fresh:
        foresee(level, at, c, d, y, e, width)
        settle(y, e + Y_RELATIVE * S, d + K_ONE * S, c, d, y, e, width)
    else:
        settle(level, at, d + K_LEVEL * S, c, d, y, e, width)
    if fresh:
        copy(y, e + Y_NOW * S, y, e + Y_BEFORE * S, width)
        clear(y, e + Y_FIRST * S, U2, width)
    elif both:
        for la in range(width):
            here, step = y[e + Y_BEFORE * S + la], y[e + Y_NOW * S + la] - y[e + Y_BEFORE * S + la]
            one = c[d + K_FLAT * S + la] * here + c[d + K_SLOPE * S + la] * step
            one += c[d + K_BEND * S + la] * (step - y[e + Y_RISE * S + la])
            kept = c[d + K_KEEP * S + la] * y[e + Y_FIRST * S + la]
            y[e + Y_FIRST * S + la] = kept + c[d + K_LIMIT * S + la] * one


@inner
def copy(source: Array, at: Index, to: Array, here: Index, width: Index) -> None:
    """Copy a row."""
    for la in range(width):
        to[here + la] = source[at + la]


@inner
def effect(
    channel: Index, p: Array, y: Array, level: Array, at: Index, rhythm: float, to: Array,
    here: Index, width: Index,
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
        for la in range(width):
            eased = p[F_DSHARE * S + la] * y[(brain + Y_FIRST) * S + la]
            to[here + la] = max(0.0, y[(brain + Y_NOW) * S + la] - eased)
    elif channel == C_WITHDRAWAL:
        for la in range(width):
            lost = y[(brain + Y_SECOND) * S + la] - y[(brain + Y_NOW) * S + la]
            to[here + la] = p[F_WGAIN * S + la] * max(0.0, lost)
    elif channel == C_CONFUSION:
        for la in range(width):
            raised = power(level[at + la] / p[F_CLEVEL * S + la], p[F_CPOWER * S + la])
            to[here + la] = p[F_CBASE * S + la] + p[F_CREF * S + la] * raised
    else:
        effect_on_legs(channel, p, y, rhythm, to, here, width)


@inner
def effect_on_legs(
    channel: Index, p: Array, y: Array, rhythm: float, to: Array, here: Index, width: Index
) -> None:
    """Write one channel that rises in rebound."""
    for la in range(width):
        lost = y[Y_SECOND * S + la] - y[Y_NOW * S + la]
        to[here + la] = p[F_RHO * S + la] * max(0.0, lost)
    if channel == C_SPASMS:
        for la in range(width):
            left = power(1.0 - p[F_EMAX * S + la] * y[Y_NOW * S + la], p[F_GAIN * S + la])
            to[here + la] = p[F_SPASMS * S + la] * rhythm * left * (1.0 + to[here + la])
    elif channel != C_REBOUND:
        shifted = (F_EC50_REFLEX if channel == C_REFLEX else F_EC50_TONE) * S
        for la in range(width):
            raised = y[Y_POWER * S + la] * p[shifted + la]
            left = 1.0 - p[F_EMAX * S + la] * raised / (1.0 + raised)
            to[here + la] = left * (1.0 + to[here + la])
    if channel == C_TONE:
        for la in range(width):
            above = (p[F_ASHWORTH * S + la] - 1.0) * to[here + la]
            to[here + la] = min(5.0, 1.0 + above)
    elif channel == C_WEAK:
        for la in range(width):
            need = p[F_NEED * S + la]
            to[here + la] = max(0.0, need - to[here + la]) / max(need, SMALLEST)


# --- blocks of people ---------------------------------------------------------------------------


@inner
def gather(table: Array, first: Index, last: Index, p: Array, width: Index) -> None:
    """Read the numbers of a block of people as rows of lanes; the last fills the lanes left over.

    The EC50 of tone and of the H-reflex become what turns the power of the spasms' sigmoid into
    theirs.
    """
    for field in range(u64(table.shape[0])):
        for la in range(width):
            p[field * S + la] = table[field, min(first + la, last - U1)]
    for la in range(width):
        hill, ec50 = p[F_HILL * S + la], p[F_EC50 * S + la]
        p[F_EC50_TONE * S + la] = power(ec50 / p[F_EC50_TONE * S + la], hill)
        p[F_EC50_REFLEX * S + la] = power(ec50 / p[F_EC50_REFLEX * S + la], hill)


@inner
def delays(p: Array, plan: Plan, due: Indices, left: Array, width: Index) -> None:
    """Find after how many nodes the events of each class come in, and the hours left to that node.

    What is swallowed waits for the lag of the person; the rest comes in at its own node.
    """
    for i in range(u64(plan.class_kinds.size)):
        for la in range(width):
            due[i * S + la], left[i * S + la] = U0, plan.class_times_h[i]
            if plan.class_kinds[i] == E_SWALLOWED:
                wait = plan.class_times_h[i] + p[F_LAG * S + la]
                nodes = np.ceil(wait / plan.step_h)
                due[i * S + la] = u64(nodes)
                left[i * S + la] = max(0.0, nodes * plan.step_h - wait)


@inner
def sizes(plan: Plan, ask: Ask) -> tuple[Index, Index, Index, Index, Index, Index]:
    """Give the rows that a block takes of made, shares, co, impulses; its columns and triples."""
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
    table: Array, first: Index, last: Index, width: Index, plan: Plan, ask: Ask, room: Room
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
            for la in range(width):
                clearance[la] = plan.factors[s] * p[F_CL * S + la] + plan.added_l_per_h[s]
                tau[la] = plan.step_h
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
def mark(plan: Plan, due: Indices, at: Index, busy: NDArray[np.bool_], width: Index) -> Index:
    """Mark the nodes at which something comes in or changes; give the longest wait in nodes."""
    many, longest = u64(plan.systems.size), U0
    for k in range(many):
        busy[k] = k == U0 or plan.systems[k] != plan.systems[k - U1]
    for e in range(u64(plan.event_nodes.size)):
        for la in range(width):
            wait = due[at + plan.event_classes[e] * S + la]
            longest = max(longest, wait)
            if plan.event_nodes[e] + wait < many:
                busy[plan.event_nodes[e] + wait] = True
    return longest


@inner
def enter(
    x: Array, y: Array, plan: Plan, taken: Array, k: Index, back: Index, shares: Array,
    due: Indices, due_at: Index, impulses: Array, from_at: Index, weight: Array, even: Index,
    ms: Index, block: Index, last: Index, width: Index,
) -> None:  # fmt: skip
    """Put in, at node k, the events booked `back` nodes ago, for lanes in which they are due."""
    for e in range(plan.starts[k - back], plan.starts[k - back + U1]):
        i, used = plan.event_classes[e], 0
        for la in range(width):
            now = due[due_at + i * S + la] == back
            weight[la] = plan.event_amounts[e] if now else 0.0
            used += 1 if now else 0
        if used == 0:
            continue
        if plan.class_kinds[i] == E_SWALLOWED:
            for la in range(width):
                weight[la] *= shares[la]
            if taken.size > 0:
                for la in range(width):
                    weight[la] *= taken[plan.event_doses[e], min(block + la, last - U1)]
        base = from_at + i * (even + ms) * S
        for j in range(even):
            for la in range(width):
                x[j * S + la] += weight[la] * impulses[base + j * S + la]
        for m in range(ms):
            for la in range(width):
                y[m * S + la] += weight[la] * impulses[base + (even + m) * S + la]


@inner
def change(
    x: Array, v: Array, old: Index, new: Index, n: Index, ahead: Array, width: Index
) -> None:
    """Write the state of the core in the modes of another system, by way of its single states."""
    clear(ahead, U0, n, width)
    for i in range(n):
        for la in range(width):
            value = 0.0
            for j in range(n):
                value += v[old + (i * n + j) * S + la] * x[j * S + la]
            for j in range(n):
                ahead[j * S + la] += v[new + (i * n + j) * S + la] * value
    for j in range(n):
        copy(ahead, j * S, x, j * S, width)


@inner
def report(
    p: Array, ask: Ask, sums: Array, y: Array, states: Array, rhythm: float,
    out: Array, spot: Index, plot: Index, width: Index,
) -> None:  # fmt: skip
    """Write the channels asked for at a node."""
    brain_at = U0
    for i in range(u64(ask.reads.size)):
        copy(sums, i * S, out, (ask.read_slots[i] * plot + spot) * S, width)
    for m in range(u64(ask.sites.size)):
        brain_at = m * S if ask.sites[m] == S_BRAIN else brain_at
        if ask.site_slots[m] != NONE:
            copy(y, m * S, out, (ask.site_slots[m] * plot + spot) * S, width)
    for i in range(u64(ask.effects.size)):
        to = (ask.effect_slots[i] * plot + spot) * S
        effect(ask.effects[i], p, states, y, brain_at, rhythm, out, to, width)


@inner
def drift(
    y: Array, sites: Indices, made: Array, keeps: Index, sums: Array, reads: Index, width: Index
) -> None:
    """Take the sites to the next node; an inner layer before its outer one, whose old it needs."""
    many = u64(sites.size)
    for back in range(many):
        m = many - U1 - back
        i, own = reads + m, keeps + U2 * m * S
        found = i * S
        if sites[m] == S_INNER or sites[m] == S_INNER_ARMS:
            for la in range(width):
                before = made[own + S + la] * y[(m - U1) * S + la] + sums[found + la]
                y[m * S + la] += y[m * S + la] * made[own + la] + before
        else:
            for la in range(width):
                y[m * S + la] += y[m * S + la] * made[own + la] + sums[found + la]


@compiled
def march(
    taken: Array, first: Index, last: Index, width: Index, plan: Plan, ask: Ask, room: Room,
    out: Array, blocks: Index, put: Index,
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
    sums, x, ahead, y = lanes(triples * U3), lanes(even), lanes(even), lanes(ms)
    head, weight, states = lanes(U1), lanes(U1), lanes(U3 * Y_ROWS)
    for block in range((last - first + width - U1) // width):
        for field in range(fields):
            copy(room.bodies, (block * fields + field) * S, p, field * S, width)
        due_at, slow_at = block * cs * S, block * U2 * K_ROWS * S
        longest = mark(plan, room.due, due_at, busy, width)
        clear(x, U0, even, width)
        clear(y, U0, ms, width)
        for k in range(nodes):
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
                        for la in range(width):
                            x[(n + h) * S + la] = plan.rates_mcg_per_h[h, k]
            made_at = block * made_rows * S + s * kept
            if hs > U0:
                copy(x, n * S, head, U0, width)
            for triple in range(triples):
                q = (block * co_rows + (s * triples + triple) * even * U5) * S
                take_step(x, ahead, room.co, q, head, sums, triple * U3 * S, even // U2, width)
            for h in range(U1, hs):
                for j in range(n):
                    fed = made_at + (n + hs + h * n + j) * S
                    for la in range(width):
                        ahead[j * S + la] += room.made[fed + la] * x[(n + h) * S + la]
            x, ahead = ahead, x
            for m in range(ms):
                which = SLOW_STATES[ask.sites[m]]
                if which != NONE:
                    of_brain, to = which == U2, which * Y_ROWS * S
                    c_at = slow_at + (K_ROWS * S if of_brain else U0)
                    shifts = plan.tolerant and not of_brain
                    both = plan.tolerant or of_brain
                    follow(y, m * S, room.slow, c_at, states, to, shifts, both, k == U0, width)
            if k % ask.every == U0:
                spot = (put + block) * times + k // ask.every
                report(
                    p, ask, sums, y, states, ask.rhythm[k], out, spot, blocks * times, width
                )  # fmt: skip
            drift(y, ask.sites, room.made, made_at + own, sums, reads, width)


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


@compiled
def tally(words: Any, people: int, finest: int, counts: Any) -> None:
    """Count the values of one channel into bins of even ratio, one histogram for each time.

    A bin is the exponent of a number and the first six bits of its mantissa, read off its bits: 64
    bins to each doubling, each at most 1.6 % wide. Counts are whole numbers, so that chunks add up
    the same in any order.

    Args:
        words: The bits of the values, (block, time, lane).
        people: How many lanes of all blocks hold a person.
        finest: The bin below which everything counts as nothing.
        counts: Where to count, (time, bin).
    """
    top = counts.shape[1] - 1
    for block in range(words.shape[0]):
        held = min(words.shape[2], people - block * words.shape[2])
        for time in range(words.shape[1]):
            for lane in range(held):
                place = np.int64(words[block, time, lane] >> np.uint64(46)) - finest
                counts[time, min(max(place, 0), top)] += np.uint32(1)
