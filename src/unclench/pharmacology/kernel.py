"""The whole model for many people at once, compiled: the only file that knows Numba.

It solves what `compartments` and `response` say, by another road that suits a processor.

*Modes.* Plasma, tissue, canal and cranial pool exchange drug both ways, and in the right unit
(level times the root of volume) their matrix is symmetric. Its modes decay on their own, each by a
factor a step. Gut and pump ("heads") feed the modes; cord and brain ("sites") are fed by them;
nothing flows back along these one-way streets. So a step costs a handful of operations for each
mode, whatever was given when.

*Steps.* The exponential of such an arrow-shaped matrix has the same shape. It is built by squaring
from a step so small that two terms of its series are exact, with e - 1 in place of e, so that slow
modes lose no digits. Equal rates need no special case, as they would in closed forms.

*Events.* Whatever enters between two nodes is put in at the next node, as what is left of it
there: the exponential over the time that remains, applied to the way in. Odd times cost no steps.

*Lanes.* The innermost loop runs over a block of people, so that one vector instruction serves
several. A row is S lanes; arrays are rows one after the other, and a place in them is an offset.
Nothing that touches one lane depends on its neighbours: a person is the same in any company.
Indices are unsigned and S is constant because the compiler otherwise does not vectorise.
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
Index = Any  # unsigned in compiled code; a signed one may count from the end, and costs a branch

OPTIONS: dict[str, Any] = {
    "nogil": True,  # threads of the caller run blocks side by side
    "error_model": "numpy",  # a division by zero is inf, not a branch in every loop
    "_nrt": False,  # nothing is allocated, so nobody has to count who still holds which array
}


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls, and keep the result on disk where that is allowed."""
    try:
        return njit(cache=True, **OPTIONS)(function)
    except RuntimeError:  # a read-only package and no home: compile in every process
        return njit(**OPTIONS)(function)


def inner(function: Callable[..., Any]) -> Any:
    """Compile a function that only compiled functions call; the result is kept with the caller."""
    options: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return njit(**options, **OPTIONS)(function)


def hot(function: Callable[..., Any]) -> Any:
    """Compile a function into the place that calls it, at every node."""
    options: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return njit(forceinline=True, **options, **OPTIONS)(function)


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
"""Lanes in a row: people in a block."""
S2, S3, S4, S5, S6, S7, S8, S9, S10 = (u64(32 * i) for i in range(2, 11))

SQUARINGS = 28
FIRST_STEP = 0.5**SQUARINGS
MOST_STEPS = 60
LAG_TERMS = 18
SMALLEST = 1e-290

# Rows of a block's bodies, in the order of FIELDS.
(
    F_SHARE, F_KA, F_KA_FED, F_LAG, F_CL, F_Q, F_VC, F_VP, F_LENGTH, F_AREA, F_D, F_K, F_VCR, F_KCR,
    F_R, F_LUMBAR, F_CERVICAL, F_KW, F_KS, F_KB, F_KBR, F_B, F_EC50, F_EC50_TONE, F_EC50_REFLEX,
    F_HILL, F_EMAX, F_GAIN, F_TLIMIT, F_TTIME, F_ATIME, F_RHO, F_BEC50, F_BHILL, F_DSHARE, F_DTIME,
    F_WGAIN, F_NEED, F_CBASE, F_CREF, F_CLEVEL, F_CPOWER, F_SPASMS, F_ASHWORTH,
) = (u64(32 * i) for i in range(len(FIELDS)))  # fmt: skip

# Channels of the response, as `people.CHANNELS` numbers them.
(
    C_DIM, C_DIM_ARMS, C_TOLERANCE, C_REBOUND, C_SPASMS, C_TONE, C_REFLEX, C_WEAK, C_DROWSY,
    C_WITHDRAWAL, C_CONFUSION,
) = (u64(i) for i in range(9, 20))  # fmt: skip
NONE = u64(255)

# Sites, in the order in which they stand; a site of the cord has its outer layer before it.
S_OUTER, S_INNER, S_OUTER_ARMS, S_INNER_ARMS, S_BRAIN, S_GONE = (u64(i) for i in range(6))
SLOW_SITES = np.array([NONE, U0, NONE, U1, U2, NONE], np.uint64)

# Ways to read or feed the core. The first are channels too; from W_TIP on they are the heights of
# inputs, from W_STATE on single states.
W_PLASMA, W_LUMBAR, W_CERVICAL, W_CRANIAL, W_BODY, W_TIP = (u64(i) for i in range(6))
W_STATE = u64(64)

# Heads: what feeds the modes. From H_PUMP on they are the heights of infusions.
H_GUT, H_GUT_FED, H_PUMP = (u64(i) for i in range(3))

# Events, by what they put in.
E_SWALLOWED, E_BOLUS, E_RATE = (u64(i) for i in range(3))

# Rows of what a site's sigmoid and slow states need, and of the states themselves.
(
    K_LEVEL, K_ONE, K_HILL, K_LIMIT, K_KEEP, K_FLAT, K_SLOPE, K_BEND, K_KEEP2, K_FLAT2, K_SLOPE2,
    K_BEND2, K_ROWS,
) = (u64(32 * i) for i in range(13))  # fmt: skip
Y_NOW, Y_BEFORE, Y_RISE, Y_FIRST, Y_SECOND, Y_POWER, Y_RELATIVE, Y_ROWS = (
    u64(32 * i) for i in range(8)
)


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
    """What is to be reported: since a node, every so many of them, and what that needs.

    `kinds` names the ways to read or feed the core that are needed, `at` where each stands among
    them; `reads` the levels that are read, `sites` the sites that are stepped, `effects` the
    channels of the response; `*_slots` where each of them goes; `rhythm` how spasms go through the
    day.
    """

    cells: Index
    since: Index
    every: Index
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
    """Where the work is done; `room` makes it, once for many blocks.

    `prepare` leaves what `march` needs in the first seven arrays, block after block; `sizes` holds
    the rows that a block takes in the last four of them. The rest is scratch for one block.
    """

    sizes: Indices
    bodies: Array
    slow: Array
    due: Indices
    made: Array
    shares: Array
    co: Array
    impulses: Array
    p: Array
    matrix: Array
    work: Array
    rates: Array
    clearance: Array
    tau: Array
    left: Array
    feed: Array
    site: Array
    then: Array
    busy: NDArray[np.bool_]
    head: Array
    x: Array
    ahead: Array
    y: Array
    sums: Array
    states: Array


# --- numbers -------------------------------------------------------------------------------------


def _bits(_: Any, number: Any) -> Any:
    """Read a float as the 64 bits it is made of."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.uint64))

    return types.uint64(types.float64), code


def _unbits(_: Any, pattern: Any) -> Any:
    """Read 64 bits as the float they make."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return types.float64(types.uint64), code


def _fma(_: Any, x: Any, y: Any, z: Any) -> Any:
    """Give x y + z in one rounding.

    Said here and never left to the compiler, which would round one way in whole vectors and
    another way in what is left over.
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), code


def _apart(_: Any) -> Any:
    """Keep the function that calls this from being copied into each of its callers."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.function.attributes.add("noinline")
        return context.get_dummy_value()

    return types.void(), code


bits: Any = intrinsic(_bits)
unbits: Any = intrinsic(_unbits)
fma: Any = intrinsic(_fma)
apart: Any = intrinsic(_apart)

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
    low = fma(fma(L3, s, L2), s2, fma(L1, s, L0))
    high = fma(fma(L7, s, L6), s2, fma(L5, s, L4))
    return fma(t, fma(high, s2 * s2, low), exponent)


@inner
def exp2(x: float) -> float:
    """Give 2**x for x between -1000 and 1000, to 4e-16 of its size."""
    rounded = x + ROUND
    f = x - (rounded - ROUND)
    f2 = f * f
    f4 = f2 * f2
    low = fma(fma(E3, f, E2), f2, fma(E1, f, E0))
    middle = fma(fma(E7, f, E6), f2, fma(E5, f, E4))
    high = fma(fma(E11, f, E10), f2, fma(E9, f, E8))
    scale = unbits((bits(rounded) + EXPONENT_BIAS) << SHIFT)
    return fma(high, f4 * f4, fma(middle, f4, low)) * scale


@inner
def power(base: float, exponent: float) -> float:
    """Give base**exponent for a base from 0 up, which counts as 1e-290 where it is smaller."""
    return exp2(min(max(exponent * log2(max(base, SMALLEST)), -1000.0), 1000.0))


# --- rows of lanes -------------------------------------------------------------------------------


@inner
def clear(to: Array, here: Index, rows: Index) -> None:
    """Set rows to zero."""
    apart()
    for i in range(rows * S):
        to[here + i] = 0.0


@inner
def copy(x: Array, there: Index, to: Array, here: Index, rows: Index) -> None:
    """Copy rows."""
    apart()
    for i in range(rows * S):
        to[here + i] = x[there + i]


@inner
def add_products(
    to: Array, here: Index, x: Array, b: Index, y: Array, c: Index, rows: Index, width: Index
) -> None:
    """Add to one row the products of rows of x and rows of y, four at a time."""
    apart()
    done = U0
    while done + U4 <= rows:
        for la in range(width):
            first = fma(x[b + la], y[c + la], x[b + S + la] * y[c + S + la])
            second = fma(x[b + S2 + la], y[c + S2 + la], x[b + S3 + la] * y[c + S3 + la])
            to[here + la] += first + second
        done += U4
        b += S4
        c += S4
    while done < rows:
        for la in range(width):
            to[here + la] = fma(x[b + la], y[c + la], to[here + la])
        done += U1
        b += S
        c += S


@inner
def add_scaled(
    to: Array, here: Index, x: Array, b: Index, y: Array, c: Index, rows: Index, width: Index
) -> None:
    """Add to rows one row of x times each of as many rows of y, two at a time."""
    apart()
    done = U0
    while done + U2 <= rows:
        for la in range(width):
            to[here + la] = fma(x[b + la], y[c + la], to[here + la])
            to[here + S + la] = fma(x[b + la], y[c + S + la], to[here + S + la])
        done += U2
        here += S2
        c += S2
    if done < rows:
        for la in range(width):
            to[here + la] = fma(x[b + la], y[c + la], to[here + la])


@inner
def double(made: Array, here: Index, there: Index, keeps: Index, rows: Index, width: Index) -> None:
    """Multiply rows by 2 + other rows + one row: from what flows over a time to over twice it.

    With a and b what source and target keep, less 1, a gain x becomes x (1 + a) + (1 + b) x.
    """
    apart()
    for _ in range(rows):
        for la in range(width):
            made[here + la] *= 2.0 + made[there + la] + made[keeps + la]
        here += S
        there += S


# --- the modes of plasma, tissue, canal and cranial pool ------------------------------------------


@inner
def core_matrix(p: Array, clearance: Array, a: Array, cells: Index, width: Index) -> None:
    """Write the symmetric matrix of the core: plasma, tissue, cells from below, cranial pool.

    With w = (r Vc, r Vp, V_1 .. V_N, V_cr), sqrt(w_i/w_j) A_ij is symmetric: what leaks from plasma
    and what is lost to it balance where the fluid holds r times plasma.
    """
    n = cells + U3
    row, top, last = n * S, (n - U1) * S, (n - U2) * S
    clear(a, U0, n * n)
    for la in range(width):
        k, kcr, r = p[F_K + la], p[F_KCR + la], p[F_R + la]
        vc, vp, vcr, q = p[F_VC + la], p[F_VP + la], p[F_VCR + la], p[F_Q + la]
        long = p[F_LENGTH + la] / np.float64(cells)
        v, flow = p[F_AREA + la] * long / 1000.0, p[F_AREA + la] * p[F_D + la] / long / 1000.0
        a[la] = -(clearance[la] + q + r * (k * v * np.float64(cells) + kcr * vcr)) / vc
        a[row + la] = q / np.sqrt(vc * vp)
        a[row + S + la] = -q / vp
        for i in range(U2, n - U1):
            a[i * row + la] = k * np.sqrt(r * v / vc)
            a[i * row + i * S + la] = -k - 2.0 * flow / v
            a[i * row + i * S - S + la] = flow / v if i > U2 else 0.0
        a[U2 * row + S2 + la] += flow / v
        a[(n - U2) * row + last + la] -= flow / v
        a[(n - U1) * row + last + la] = 2.0 * flow / np.sqrt(v * vcr)
        a[(n - U1) * row + la] = kcr * np.sqrt(r * vcr / vc)
        a[(n - U1) * row + top + la] = -kcr - 2.0 * flow / vcr
    for i in range(n):
        for j in range(i):
            copy(a, i * row + j * S, a, j * row + i * S, U1)


@inner
def ways(p: Array, ask: Ask, tips: Array, v: Array, here: Index, width: Index) -> None:
    """Write the rows by which the core is read and fed, before it is turned into modes.

    In the symmetric unit, the row that reads a height also takes in what enters there.
    """
    n = ask.cells + U3
    clear(v, here, u64(ask.kinds.size) * n)
    for kind in ask.kinds:
        for la in range(width):
            r, volume = p[F_R + la], p[F_AREA + la] * p[F_LENGTH + la] / 1000.0
            cell = np.sqrt(volume / np.float64(ask.cells))
            if kind >= W_STATE:
                v[here + (kind - W_STATE) * S + la] = 1.0
            elif kind == W_PLASMA:
                v[here + la] = 1.0 / np.sqrt(r * p[F_VC + la])
            elif kind == W_CRANIAL:
                v[here + (n - U1) * S + la] = 1.0 / np.sqrt(p[F_VCR + la])
            elif kind == W_BODY:
                v[here + la] = np.sqrt(p[F_VC + la] / r)
                v[here + S + la] = np.sqrt(p[F_VP + la] / r)
                v[here + (n - U1) * S + la] = np.sqrt(p[F_VCR + la])
                for i in range(ask.cells):
                    v[here + (U2 + i) * S + la] = cell
            else:
                height = p[(F_LUMBAR if kind == W_LUMBAR else F_CERVICAL) + la]
                height = tips[kind - W_TIP] if kind >= W_TIP else height
                hat(p, height, cell, v, here, ask.cells, la)
        here += n * S


@inner
def hat(
    p: Array, height: float, cell: float, v: Array, here: Index, cells: Index, la: Index
) -> None:
    """Write the row of a height, for one lane: linear between the centres of cells."""
    length = p[F_LENGTH + la]
    long = length / np.float64(cells)
    inside = min(max(height, 0.5 * long), length - 0.5 * long)
    for i in range(cells):
        away = abs(inside - (np.float64(i) + 0.5) * long) / long
        v[here + (U2 + i) * S + la] = max(0.0, 1.0 - away) / cell


@inner
def modes(
    a: Array, v: Array, here: Index, n: Index, rows: Index, rates: Array, work: Array, width: Index
) -> None:
    """Turn a symmetric matrix into the rates of its modes, and rows along with it.

    First into a tridiagonal matrix by Householder's reflections, then into a diagonal one by
    implicit QL steps. A lane that is done is left exactly as it is while its neighbours go on.
    """
    off = U3 * n * S  # in `work`, whose first 3n rows are scratch
    for k in range(n - U2):
        reflect(a, v, here, k, n, rows, work, off, width)
    for k in range(n):
        copy(a, (k * n + k) * S, rates, k * S, U1)
    copy(a, ((n - U2) * n + n - U1) * S, work, off + (n - U2) * S, U1)
    for k in range(n - U1):
        for _ in range(MOST_STEPS):
            if not shift(rates, work, off, k, n, width):
                break
            for up in range(n - U1 - k):
                i = n - U2 - up
                plane(rates, work, off, i, width)
                for r in range(rows):
                    turn(v, here + (r * n + i) * S, work, width)
            for la in range(width):
                if work[S6 + la] > np.float64(k):
                    rates[k * S + la] -= work[S4 + la]
                    work[off + k * S + la] = work[S5 + la]


@inner
def reflect(
    a: Array, v: Array, here: Index, k: Index, n: Index, rows: Index, work: Array, off: Index,
    width: Index,
) -> None:  # fmt: skip
    """Reflect what stands right of (k, k + 1) in row k to zero, on both sides and in the rows."""
    many, row = n - k - U1, (k * n + k + U1) * S
    w, scale = n * S, U2 * n * S
    product = scale + S
    clear(work, U0, U2 * n + U2)
    add_products(work, scale, a, row, a, row, many, width)
    copy(a, row, work, U0, many)
    for la in range(width):
        length, lead = np.sqrt(work[scale + la]), work[la]
        turned = -length if lead >= 0.0 else length
        work[off + k * S + la] = turned
        work[la] = lead - turned
        size = work[scale + la] + abs(lead) * length
        work[scale + la] = -1.0 / size if size > SMALLEST else 0.0
    for i in range(many):
        add_products(work, w + i * S, a, row + (i + U1) * n * S, work, U0, many, width)
        for la in range(width):
            work[w + i * S + la] *= work[scale + la]
    add_products(work, product, work, U0, work, w, many, width)
    for la in range(width):
        work[product + la] *= 0.5 * work[scale + la]
    add_scaled(work, w, work, product, work, U0, many, width)
    for i in range(many):
        add_scaled(a, row + (i + U1) * n * S, work, i * S, work, w, many, width)
        add_scaled(a, row + (i + U1) * n * S, work, w + i * S, work, U0, many, width)
    for r in range(rows):
        to = here + (r * n + k + U1) * S
        clear(work, product, U1)
        add_products(work, product, v, to, work, U0, many, width)
        for la in range(width):
            work[product + la] *= work[scale + la]
        add_scaled(v, to, work, product, work, U0, many, width)


@inner
def shift(rates: Array, work: Array, off: Index, k: Index, n: Index, width: Index) -> bool:
    """Begin a QL step at k with Wilkinson's shift; tell whether any lane needs one.

    Rows of `work`: the cosine and sine by which columns turn; cosine, sine, p and g of the step;
    the place up to which a lane's matrix hangs together from k on, and its rate there.
    """
    for la in range(width):
        work[S2 + la], work[S3 + la], work[S4 + la] = 1.0, 1.0, 0.0
        work[S6 + la], work[S7 + la] = np.float64(n - U1), rates[(n - U1) * S + la]
    for up in range(n - U1 - k):
        i = n - U2 - up
        here = i * S
        for la in range(width):
            small = 1e-17 * (abs(rates[here + la]) + abs(rates[here + S + la])) + SMALLEST
            apart_here = abs(work[off + here + la]) <= small
            work[S6 + la] = np.float64(i) if apart_here else work[S6 + la]
            work[S7 + la] = rates[here + la] if apart_here else work[S7 + la]
    needed, here = 0, k * S
    for la in range(width):
        active = work[S6 + la] > np.float64(k)
        needed += 1 if active else 0
        e = work[off + here + la] if active else 1.0
        g = (rates[here + S + la] - rates[here + la]) / (2.0 * e)
        r = np.sqrt(g * g + 1.0)
        work[S5 + la] = work[S7 + la] - rates[here + la] + e / (g + (r if g >= 0.0 else -r))
    return needed > 0


@inner
def plane(rates: Array, work: Array, off: Index, i: Index, width: Index) -> None:
    """Take the rotation of a QL step in the plane of i and i + 1, in lanes that take part."""
    here = i * S
    e = off + here
    for la in range(width):
        part = np.float64(i) < work[S6 + la]
        upper, lower = rates[here + S + la], rates[here + la]
        f, b, g = work[S3 + la] * work[e + la], work[S2 + la] * work[e + la], work[S5 + la]
        r = np.sqrt(f * f + g * g)
        ends = part and r < SMALLEST  # the shift is a rate of the part behind: no more this time
        sine, cosine = f / (r + SMALLEST), g / (r + SMALLEST)
        base = upper - work[S4 + la]
        turned = (lower - base) * sine + 2.0 * cosine * b
        inside = np.float64(i + U1) < work[S6 + la]
        work[e + S + la] = (r if inside else 0.0) if part else work[e + S + la]
        rates[here + S + la] = base + sine * turned if part else upper
        work[la] = cosine if part and not ends else 1.0
        work[S + la] = sine if part and not ends else 0.0
        work[S2 + la] = cosine if part else work[S2 + la]
        work[S3 + la] = sine if part else work[S3 + la]
        work[S4 + la] = sine * turned if part else work[S4 + la]
        work[S5 + la] = cosine * turned - b if part else work[S5 + la]
        work[S6 + la] = -1.0 if ends else work[S6 + la]


@inner
def turn(v: Array, here: Index, work: Array, width: Index) -> None:
    """Turn two neighbouring columns of a row into each other."""
    for la in range(width):
        x, y = v[here + la], v[here + S + la]
        v[here + S + la] = work[S + la] * x + work[la] * y
        v[here + la] = work[la] * x - work[S + la] * y


# --- the exponential of the arrow -----------------------------------------------------------------


@inner
def drives(
    p: Array, clearance: Array, v: Array, there: Index, ask: Ask, to: Array, factor: Array,
    width: Index,
) -> None:  # fmt: skip
    """Write how each site is driven by the modes, and its own rates.

    For each site: n rows of drive, the rate at which it empties, and the rate at which the site
    before it fills it.
    """
    n = ask.cells + U3
    clear(to, U0, u64(ask.sites.size) * (n + U2))
    for m in range(u64(ask.sites.size)):
        kind, here = ask.sites[m], m * (n + U2) * S
        empties, way = here + n * S, W_PLASMA
        for la in range(width):
            factor[la] = clearance[la]
            if kind == S_BRAIN:
                to[empties + la] = p[F_KBR + la]
                factor[la] = p[F_KBR + la] * p[F_R + la]
                factor[S + la] = p[F_KBR + la] * p[F_B + la]
            elif kind in (S_OUTER, S_OUTER_ARMS):
                to[empties + la] = p[F_KW + la]
                factor[la] = p[F_KW + la]
            elif kind != S_GONE:
                to[empties + la] = p[F_KS + la] + p[F_KB + la]
                to[empties + S + la] = p[F_KS + la]
                factor[la] = p[F_KB + la] * p[F_R + la]
        if kind == S_OUTER:
            way = W_LUMBAR
        elif kind == S_OUTER_ARMS:
            way = W_CERVICAL
        add_scaled(to, here, factor, U0, v, there + ask.at[way] * n * S, n, width)
        if kind == S_BRAIN:
            add_scaled(to, here, factor, S, v, there + ask.at[W_CRANIAL] * n * S, n, width)


@inner
def sources(
    p: Array, v: Array, there: Index, ask: Ask, heads: Indices, to: Array, factor: Array,
    width: Index,
) -> None:  # fmt: skip
    """Write how each head feeds the modes, n rows for each, and the rate at which it empties."""
    n, here = ask.cells + U3, U0
    for kind in heads:
        gut = kind < H_PUMP
        for la in range(width):
            absorption = p[(F_KA_FED if kind == H_GUT_FED else F_KA) + la]
            to[here + n * S + la] = absorption if gut else 0.0
            factor[la] = absorption * p[F_R + la] if gut else 1.0
        way = ask.at[W_PLASMA if gut else W_TIP + kind - H_PUMP] * n * S
        clear(to, here, n)
        add_scaled(to, here, factor, U0, v, there + way, n, width)
        here += (n + U1) * S


@inner
def arrow_rows(n: Index, heads: Index, sites: Index) -> Index:
    """Give how many rows the exponential of an arrow takes, with a row of zeros at the end."""
    return n + heads + heads * n + sites * (n + heads + U2) + U1


@inner
def exponential(
    made: Array, rates: Array, feed: Array, site: Array, tau: Array, n: Index, heads: Index,
    sites: Index, width: Index,
) -> None:  # fmt: skip
    """Write the exponential of the arrow over times tau.

    Rows: n + heads of what the modes and heads keep, less 1; for each head n of what the modes gain
    from it; for each site n + heads of what it gains from modes and heads; for each site what it
    keeps, less 1, and what it gains from the site before it; zeros.
    """
    many = n + heads
    into, own = (many + heads * n) * S, (many + heads * n + sites * many) * S
    zero = own + sites * S2
    clear(made, zero, U1)
    first_step(made, rates, feed, site, tau, n, heads, sites, width)
    for _ in range(SQUARINGS):
        for back in range(sites):  # an inner layer before its outer one, whose old rows it needs
            m = sites - U1 - back
            row, keeps = into + m * many * S, own + m * S2
            double(made, row + n * S, n * S, keeps, heads, width)
            for h in range(heads):
                fed = (many + h * n) * S
                add_products(made, row + (n + h) * S, made, row, made, fed, n, width)
            double(made, row, U0, keeps, n, width)
            if m > U0:
                add_scaled(made, row, made, keeps + S, made, row - many * S, many, width)
                double(made, keeps + S, keeps, keeps - S2, U1, width)
        for h in range(heads):
            double(made, (many + h * n) * S, U0, (n + h) * S, n, width)
        double(made, U0, U0, zero, many, width)
        for m in range(sites):
            double(made, own + m * S2, own + m * S2, zero, U1, width)


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
            base = h * (n + U1) * S + la
            y = -feed[base + n * S] * t
            made[(n + h) * S + la] = y + 0.5 * y * y
            for j in range(n):
                both = 1.0 + 0.5 * (rates[j * S + la] * t + y)
                made[(many + h * n + j) * S + la] = feed[base + j * S] * t * both
        for m in range(sites):
            base = m * (n + U2) * S + la
            w, filled = -site[base + n * S] * t, site[base + (n + U1) * S] * t
            before = base - (n + U2) * S if m > U0 else base
            for j in range(n):
                gain = site[base + j * S] * t * (1.0 + 0.5 * (rates[j * S + la] * t + w))
                gain += 0.5 * filled * t * site[before + j * S]
                made[into + (m * many + j) * S + la] = gain
            for h in range(heads):
                gain = 0.0
                for j in range(n):
                    gain += site[base + j * S] * feed[(h * (n + U1) + j) * S + la]
                made[into + (m * many + n + h) * S + la] = 0.5 * t * t * gain
            made[own + m * S2 + la] = w + 0.5 * w * w
            z = -site[before + n * S] * t
            made[own + m * S2 + S + la] = filled * (1.0 + 0.5 * (w + z))


# --- what enters, and the steps -------------------------------------------------------------------


@inner
def impulse(
    made: Array, v: Array, way: Index, kind: Index, head: Index, n: Index, heads: Index,
    sites: Index, to: Array, here: Index, width: Index,
) -> None:  # fmt: skip
    """Write what one unit becomes in modes, heads and sites over the time `made` was made for."""
    many = n + heads
    into, sites_at = (many + heads * n) * S, here + (many + U1) // U2 * S2
    clear(to, here, (many + U1) // U2 * U2 + sites)
    if kind == E_BOLUS:
        for j in range(n * S):
            to[here + j] = v[way + j] + v[way + j] * made[j]
        for m in range(sites):
            add_products(to, sites_at + m * S, v, way, made, into + m * many * S, n, width)
        return
    copy(made, (many + head * n) * S, to, here, n)
    if kind == E_SWALLOWED:
        for la in range(width):
            to[here + (n + head) * S + la] = 1.0 + made[(n + head) * S + la]
    for m in range(sites):
        copy(made, into + (m * many + n + head) * S, to, sites_at + m * S, U1)


@inner
def pack(
    made: Array, v: Array, there: Index, ask: Ask, heads: Indices, to: Array, here: Index,
    width: Index,
) -> None:  # fmt: skip
    """Lay out what a step needs: for three rows at a time, for two columns at a time, ten rows.

    They are what the two columns keep, what they gain from the first head, and what each of the
    three rows (levels read now, or gains of sites) takes from them.
    """
    n, hs = ask.cells + U3, u64(heads.size)
    reads, rows = u64(ask.reads.size), u64(ask.reads.size) + u64(ask.sites.size)
    many = n + hs
    into, pairs = (many + hs * n) * S, (many + U1) // U2
    clear(to, here, (rows + U2) // U3 * pairs * U10)
    for triple in range((rows + U2) // U3):
        for column in range(many):
            base = here + ((triple * pairs + column // U2) * U10 + column % U2) * S
            for la in range(width):
                to[base + la] = 1.0 + made[column * S + la]
            if hs > U0 and column < n:
                copy(made, (many + column) * S, to, base + S2, U1)
            for i in range(U3):
                row, spot = triple * U3 + i, base + (U4 + U2 * i) * S
                if row >= reads and row < rows:
                    copy(made, into + ((row - reads) * many + column) * S, to, spot, U1)
                elif row < reads and column < n:
                    way = there + (ask.at[ask.reads[row]] * n + column) * S
                    copy(v, way, to, spot, U1)
                elif row < reads and ask.reads[row] == W_BODY and heads[column - n] < H_PUMP:
                    for la in range(width):
                        to[spot + la] = 1.0


@hot
def two_steps(
    x: Array, ahead: Array, co: Array, q: Index, head: Array, sums: Array, to: Index, pairs: Index,
    width: Index,
) -> None:  # fmt: skip
    """Take modes and heads two nodes on, and add up three rows at this node and the next."""
    clear(sums, to, U6)
    b = U0
    for _ in range(pairs):
        for la in range(width):
            now, then, x0, y0 = head[la], head[S + la], x[b + la], x[b + S + la]
            kx, ky, fx, fy = co[q + la], co[q + S + la], co[q + S2 + la], co[q + S3 + la]
            ax, ay, bx, by = co[q + S4 + la], co[q + S5 + la], co[q + S6 + la], co[q + S7 + la]
            cx, cy = co[q + S8 + la], co[q + S9 + la]
            x1, y1 = fma(kx, x0, fx * now), fma(ky, y0, fy * now)
            sums[to + la] = fma(ax, x0, fma(ay, y0, sums[to + la]))
            sums[to + S + la] = fma(bx, x0, fma(by, y0, sums[to + S + la]))
            sums[to + S2 + la] = fma(cx, x0, fma(cy, y0, sums[to + S2 + la]))
            sums[to + S3 + la] = fma(ax, x1, fma(ay, y1, sums[to + S3 + la]))
            sums[to + S4 + la] = fma(bx, x1, fma(by, y1, sums[to + S4 + la]))
            sums[to + S5 + la] = fma(cx, x1, fma(cy, y1, sums[to + S5 + la]))
            ahead[b + la] = fma(kx, x1, fx * then)
            ahead[b + S + la] = fma(ky, y1, fy * then)
        b += S2
        q += S10


@hot
def one_step(
    x: Array, ahead: Array, co: Array, q: Index, head: Array, sums: Array, to: Index, pairs: Index,
    width: Index,
) -> None:  # fmt: skip
    """Take modes and heads one node on, and add up three rows; to the bit as `two_steps` does."""
    clear(sums, to, U3)
    b = U0
    for _ in range(pairs):
        for la in range(width):
            now, x0, y0 = head[la], x[b + la], x[b + S + la]
            ax, ay, bx, by = co[q + S4 + la], co[q + S5 + la], co[q + S6 + la], co[q + S7 + la]
            cx, cy = co[q + S8 + la], co[q + S9 + la]
            sums[to + la] = fma(ax, x0, fma(ay, y0, sums[to + la]))
            sums[to + S + la] = fma(bx, x0, fma(by, y0, sums[to + S + la]))
            sums[to + S2 + la] = fma(cx, x0, fma(cy, y0, sums[to + S2 + la]))
            ahead[b + la] = fma(co[q + la], x0, co[q + S2 + la] * now)
            ahead[b + S + la] = fma(co[q + S + la], y0, co[q + S3 + la] * now)
        b += S2
        q += S10


@hot
def drift(
    y: Array, sites: Indices, made: Array, own: Index, sums: Array, reads: Index, later: Index,
    width: Index,
) -> None:  # fmt: skip
    """Take the sites to the next node; an inner layer before its outer one, whose old it needs."""
    many = u64(sites.size)
    for back in range(many):
        m = many - U1 - back
        i, keeps, here = reads + m, own + m * S2, m * S
        found = (i // U3 * U6 + later * U3 + i % U3) * S
        if sites[m] in (S_INNER, S_INNER_ARMS):
            for la in range(width):
                gain = fma(made[keeps + S + la], y[here - S + la], sums[found + la])
                y[here + la] += fma(y[here + la], made[keeps + la], gain)
        else:
            for la in range(width):
                y[here + la] += fma(y[here + la], made[keeps + la], sums[found + la])


# --- the slow states and what is reported ---------------------------------------------------------


@inner
def lag(to: Array, here: Index, z: float) -> None:
    """Write, for one lane, the weights of `response.lag_weights` for a step of z time constants."""
    flat, first, second = 0.0, 0.0, 0.0
    term, k = z, 1.0
    for _ in range(LAG_TERMS):
        flat += term / k
        first += term / (k * (k + 1.0))
        second += 2.0 * term / (k * (k + 1.0) * (k + 2.0))
        term *= -z / k
        k += 1.0
    to[here] = 1.0 - flat
    to[here + S] = flat
    to[here + S2] = first
    to[here + S3] = 0.5 * (second - first)


@inner
def slow_constants(p: Array, plan: Plan, to: Array, here: Index, width: Index) -> None:
    """Write what the slow states of the cord and, after them, of the brain need."""
    for la in range(width):
        cord, brain = here + la, here + K_ROWS + la
        to[cord + K_LEVEL], to[brain + K_LEVEL] = 1.0 / p[F_EC50 + la], 1.0 / p[F_BEC50 + la]
        to[cord + K_ONE], to[brain + K_ONE] = 1.0, 1.0
        to[cord + K_HILL], to[brain + K_HILL] = p[F_HILL + la], p[F_BHILL + la]
        to[cord + K_LIMIT], to[brain + K_LIMIT] = p[F_TLIMIT + la], 1.0
        lag(to, cord + K_KEEP, plan.step_h / p[F_TTIME + la])
        lag(to, brain + K_KEEP, plan.step_h / p[F_DTIME + la])
        lag(to, cord + K_KEEP2, plan.step_h / p[F_ATIME + la])
        lag(to, brain + K_KEEP2, plan.step_h / p[F_ATIME + la])


@hot
def foresee(level: Array, at: Index, c: Array, d: Index, y: Array, e: Index, width: Index) -> None:
    """Write the level over the EC50 as tolerance will have shifted it at the next node."""
    for la in range(width):
        here = y[e + Y_NOW + la]
        rise = c[d + K_SLOPE + la] * (here - y[e + Y_BEFORE + la])
        rise = c[d + K_LIMIT + la] * (c[d + K_FLAT + la] * here + rise)
        shifted = 1.0 + (c[d + K_KEEP + la] * y[e + Y_FIRST + la] + rise)
        y[e + Y_RELATIVE + la] = level[at + la] * c[d + K_LEVEL + la] / shifted


@hot
def settle(
    level: Array, at: Index, scale: Index, c: Array, d: Index, y: Array, e: Index, width: Index
) -> None:
    """Take the dimming and the second slow state to the next node."""
    for la in range(width):
        raised = power(level[at + la] * c[scale + la], c[d + K_HILL + la])
        then, here = raised / (1.0 + raised), y[e + Y_NOW + la]
        rise, step = here - y[e + Y_BEFORE + la], then - here
        two = fma(c[d + K_SLOPE2 + la], step, c[d + K_BEND2 + la] * (step - rise))
        two = fma(c[d + K_FLAT2 + la], here, two)
        y[e + Y_SECOND + la] = fma(c[d + K_KEEP2 + la], y[e + Y_SECOND + la], two)
        y[e + Y_POWER + la] = raised
        y[e + Y_RISE + la] = rise
        y[e + Y_BEFORE + la] = here
        y[e + Y_NOW + la] = then


@hot
def follow(
    level: Array, at: Index, c: Array, d: Index, y: Array, e: Index, shifts: bool, both: bool,
    fresh: bool, width: Index,
) -> None:  # fmt: skip
    """Take the dimming at a site and its slow states to the next node, as `response.follow` does.

    Args:
        level: Rows of levels.
        at: The site's among them.
        c: Rows of `slow_constants`.
        d: Where the site's begin.
        y: Rows of slow states.
        e: Where the site's begin.
        shifts: Whether the first state, tolerance, moves the sigmoid.
        both: Whether the first state is followed at all.
        fresh: Whether this is the first node, where both are zero.
        width: Lanes in use.
    """
    if shifts and not fresh:
        foresee(level, at, c, d, y, e, width)
        settle(y, e + Y_RELATIVE, d + K_ONE, c, d, y, e, width)
    else:
        settle(level, at, d + K_LEVEL, c, d, y, e, width)
    if fresh:
        copy(y, e + Y_NOW, y, e + Y_BEFORE, U1)
        clear(y, e + Y_FIRST, U2)
    elif both:
        for la in range(width):
            here, step = y[e + Y_BEFORE + la], y[e + Y_NOW + la] - y[e + Y_BEFORE + la]
            one = c[d + K_FLAT + la] * here + c[d + K_SLOPE + la] * step
            one += c[d + K_BEND + la] * (step - y[e + Y_RISE + la])
            kept = c[d + K_KEEP + la] * y[e + Y_FIRST + la]
            y[e + Y_FIRST + la] = kept + c[d + K_LIMIT + la] * one


@inner
def effect(
    channel: Index, p: Array, y: Array, level: Array, at: Index, rhythm: float, to: Array,
    here: Index, width: Index,
) -> None:  # fmt: skip
    """Write one channel of the response at a node, from the slow states of legs, arms and brain."""
    brain = Y_ROWS + Y_ROWS
    if channel == C_DIM:
        copy(y, Y_NOW, to, here, U1)
    elif channel == C_DIM_ARMS:
        copy(y, Y_ROWS + Y_NOW, to, here, U1)
    elif channel == C_TOLERANCE:
        copy(y, Y_FIRST, to, here, U1)
    elif channel == C_DROWSY:
        for la in range(width):
            eased = p[F_DSHARE + la] * y[brain + Y_FIRST + la]
            to[here + la] = max(0.0, y[brain + Y_NOW + la] - eased)
    elif channel == C_WITHDRAWAL:
        for la in range(width):
            lost = y[brain + Y_SECOND + la] - y[brain + Y_NOW + la]
            to[here + la] = p[F_WGAIN + la] * max(0.0, lost)
    elif channel == C_CONFUSION:
        for la in range(width):
            raised = power(level[at + la] / p[F_CLEVEL + la], p[F_CPOWER + la])
            to[here + la] = p[F_CBASE + la] + p[F_CREF + la] * raised
    else:
        effect_on_legs(channel, p, y, rhythm, to, here, width)


@inner
def effect_on_legs(
    channel: Index, p: Array, y: Array, rhythm: float, to: Array, here: Index, width: Index
) -> None:
    """Write one channel that rises in rebound."""
    for la in range(width):
        to[here + la] = p[F_RHO + la] * max(0.0, y[Y_SECOND + la] - y[Y_NOW + la])
    if channel == C_SPASMS:
        for la in range(width):
            left = power(1.0 - p[F_EMAX + la] * y[Y_NOW + la], p[F_GAIN + la])
            to[here + la] = p[F_SPASMS + la] * rhythm * left * (1.0 + to[here + la])
    elif channel != C_REBOUND:
        shifted = F_EC50_REFLEX if channel == C_REFLEX else F_EC50_TONE
        for la in range(width):
            raised = y[Y_POWER + la] * p[shifted + la]
            left = 1.0 - p[F_EMAX + la] * raised / (1.0 + raised)
            to[here + la] = left * (1.0 + to[here + la])
    if channel == C_TONE:
        for la in range(width):
            above = (p[F_ASHWORTH + la] - 1.0) * to[here + la]
            to[here + la] = min(5.0, 1.0 + above)
    elif channel == C_WEAK:
        for la in range(width):
            need = p[F_NEED + la]
            to[here + la] = max(0.0, need - to[here + la]) / max(need, SMALLEST)


@hot
def report(
    p: Array, reads: Indices, sites: Indices, site_slots: Indices, effects: Indices,
    effect_slots: Indices, sums: Array, later: Index, y: Array, states: Array, rhythm: float,
    out: Array, spot: Index, plot: Index, width: Index,
) -> None:  # fmt: skip
    """Write the channels asked for at a node; `reads` says where the levels go."""
    brain = U0
    for i in range(u64(reads.size)):
        found = (i // U3 * U6 + later * U3 + i % U3) * S
        copy(sums, found, out, (reads[i] * plot + spot) * S, U1)
    for m in range(u64(sites.size)):
        brain = m * S if sites[m] == S_BRAIN else brain
        if site_slots[m] != NONE:
            copy(y, m * S, out, (site_slots[m] * plot + spot) * S, U1)
    for i in range(u64(effects.size)):
        here = (effect_slots[i] * plot + spot) * S
        effect(effects[i], p, states, y, brain, rhythm, out, here, width)


# --- blocks of people -----------------------------------------------------------------------------


@inner
def gather(table: Array, first: Index, last: Index, p: Array, here: Index, width: Index) -> None:
    """Read the numbers of a block of people as rows; the last fills the lanes left over.

    The EC50 of tone and of the H-reflex become what turns the power of the spasms' sigmoid into
    theirs.
    """
    for field in range(u64(table.shape[0])):
        for la in range(width):
            p[here + field * S + la] = table[field, min(first + la, last - U1)]
    for la in range(width):
        hill, ec50 = p[here + F_HILL + la], p[here + F_EC50 + la]
        p[here + F_EC50_TONE + la] = power(ec50 / p[here + F_EC50_TONE + la], hill)
        p[here + F_EC50_REFLEX + la] = power(ec50 / p[here + F_EC50_REFLEX + la], hill)


@inner
def delays(p: Array, plan: Plan, due: Indices, here: Index, left: Array, width: Index) -> None:
    """Find after how many nodes the events of each class come in, and the hours left to that node.

    What is swallowed waits for the lag of the person; the rest comes in at its own node.
    """
    for i in range(u64(plan.class_kinds.size)):
        for la in range(width):
            due[here + i * S + la], left[i * S + la] = U0, plan.class_times_h[i]
            if plan.class_kinds[i] == E_SWALLOWED:
                wait = plan.class_times_h[i] + p[F_LAG + la]
                nodes = np.ceil(wait / plan.step_h)
                due[here + i * S + la] = u64(nodes)
                left[i * S + la] = max(0.0, nodes * plan.step_h - wait)


@compiled
def prepare(
    table: Array, first: Index, last: Index, width: Index, plan: Plan, ask: Ask, room: Room
) -> None:
    """Make all that the blocks of people from first to last need before time begins.

    For each block and each clearance: the modes, what a step does, and what each class of events
    has become at its node.
    """
    n, hs, ms = ask.cells + U3, u64(plan.heads.size), u64(ask.sites.size)
    cs, rows, systems = u64(plan.class_kinds.size), u64(ask.kinds.size), u64(plan.factors.size)
    p, v, tau, fields = room.p, room.shares, room.tau, u64(table.shape[0])
    made_at, v_at, co_at, to = U0, U0, U0, U0
    for block in range((last - first + width - U1) // width):
        gather(table, first + block * width, last, p, U0, width)
        copy(p, U0, room.bodies, block * fields * S, fields)
        delays(p, plan, room.due, block * cs * S, room.left, width)
        slow_constants(p, plan, room.slow, block * (K_ROWS + K_ROWS), width)
        for s in range(systems):
            for la in range(width):
                room.clearance[la] = plan.factors[s] * p[F_CL + la] + plan.added_l_per_h[s]
                tau[la] = plan.step_h
            core_matrix(p, room.clearance, room.matrix, ask.cells, width)
            ways(p, ask, plan.heights_cm, v, v_at, width)
            modes(room.matrix, v, v_at, n, rows, room.rates, room.work, width)
            sources(p, v, v_at, ask, plan.heads, room.feed, room.work, width)
            drives(p, room.clearance, v, v_at, ask, room.site, room.work, width)
            for i in range(cs + U1):  # the step itself, and then the time left to each class
                if i > U0:
                    copy(room.left, (i - U1) * S, tau, U0, U1)
                exponential(room.then, room.rates, room.feed, room.site, tau, n, hs, ms, width)
                if i == U0:
                    copy(room.then, U0, room.made, made_at, arrow_rows(n, hs, ms))
                    pack(room.then, v, v_at, ask, plan.heads, room.co, co_at, width)
                else:
                    kind, which = plan.class_kinds[i - U1], plan.class_whiches[i - U1]
                    way = v_at + ask.at[W_TIP + which if kind == E_BOLUS else W_PLASMA] * n * S
                    impulse(room.then, v, way, kind, which, n, hs, ms, room.impulses, to, width)
                    to += room.sizes[3] // (systems * cs) * S
            made_at += arrow_rows(n, hs, ms) * S
            v_at += rows * n * S
            co_at += room.sizes[2] // systems * S


@inner
def mark(plan: Plan, due: Indices, here: Index, busy: NDArray[np.bool_], width: Index) -> Index:
    """Mark the nodes at which something comes in or changes; give the longest wait in nodes."""
    many, longest = u64(plan.systems.size), U0
    for k in range(many):
        busy[k] = k == U0 or plan.systems[k] != plan.systems[k - U1]
    for e in range(u64(plan.event_nodes.size)):
        for la in range(width):
            wait = due[here + plan.event_classes[e] * S + la]
            longest = max(longest, wait)
            if plan.event_nodes[e] + wait < many:
                busy[plan.event_nodes[e] + wait] = True
    return longest


@inner
def weigh(
    plan: Plan, e: Index, back: Index, due: Indices, here: Index, p: Array, taken: Array,
    first: Index, last: Index, weight: Array, width: Index,
) -> bool:  # fmt: skip
    """Write how much of an event comes in now, `back` nodes after its own; tell if any does."""
    used = 0
    for la in range(width):
        now = due[here + la] == back
        weight[la] = plan.event_amounts[e] if now else 0.0
        used += 1 if now else 0
    if used > 0 and plan.class_kinds[plan.event_classes[e]] == E_SWALLOWED:
        for la in range(width):
            weight[la] *= p[F_SHARE + la]
        if taken.size > 0:
            for la in range(width):
                weight[la] *= taken[plan.event_doses[e], min(first + la, last - U1)]
    return used > 0


@inner
def change(
    x: Array, v: Array, old: Index, new: Index, n: Index, ahead: Array, value: Array, width: Index
) -> None:
    """Write the state of the core in the modes of another system, by way of its single states."""
    clear(ahead, U0, n)
    for i in range(n):
        clear(value, U0, U1)
        add_products(value, U0, v, old + i * n * S, x, U0, n, width)
        add_scaled(ahead, U0, value, U0, v, new + i * n * S, n, width)
    copy(ahead, U0, x, U0, n)


@inner
def enter(
    x: Array, ahead: Array, plan: Plan, ask: Ask, room: Room, taken: Array, k: Index,
    longest: Index, block: Index, first: Index, last: Index, width: Index,
) -> None:  # fmt: skip
    """Put in what is due at a node, take on another clearance, and set the rates of the pump."""
    p, y, weight = room.p, room.y, room.tau
    n, hs, ms = ask.cells + U3, u64(plan.heads.size), u64(ask.sites.size)
    cs, systems, rows = u64(plan.class_kinds.size), u64(plan.factors.size), u64(ask.kinds.size)
    even, s = (n + hs + U1) // U2 * U2, plan.systems[k]
    before = plan.systems[k - U1] if k > U0 else s
    for back in range(min(longest, k) + U1):
        for e in range(plan.starts[k - back], plan.starts[k - back + U1]):
            i = plan.event_classes[e]
            due_at, here = (block * cs + i) * S, first + block * width
            if weigh(plan, e, back, room.due, due_at, p, taken, here, last, weight, width):
                base = (((block * systems + before) * cs) + i) * (even + ms) * S
                add_scaled(x, U0, weight, U0, room.impulses, base, even, width)
                add_scaled(y, U0, weight, U0, room.impulses, base + even * S, ms, width)
    if s != before:
        single = rows - n
        old = ((block * systems + before) * rows + single) * n * S
        new = ((block * systems + s) * rows + single) * n * S
        change(x, room.shares, old, new, n, ahead, weight, width)
    for h in range(hs):
        if plan.heads[h] >= H_PUMP:
            for la in range(width):
                x[(n + h) * S + la] = plan.rates_mcg_per_h[h, k]


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
        width: People in a block: S.
        plan: What is given and when.
        ask: What is to be reported.
        room: What `prepare` made.
        out: Flat view of (channels, times, blocks, S).
        blocks: How many blocks `out` has.
        put: The block of `out` in which the first block goes.
    """
    n, hs, ms = ask.cells + U3, u64(plan.heads.size), u64(ask.sites.size)
    nodes, systems, reads = u64(plan.systems.size), u64(plan.factors.size), u64(ask.reads.size)
    even, triples = (n + hs + U1) // U2 * U2, (reads + ms + U2) // U3
    own = (n + hs + hs * n + ms * (n + hs)) * S
    plot = blocks * ((nodes - ask.since + ask.every - U1) // ask.every)
    # Named once: what a tuple holds is looked up on each use.
    sites, made, co, slow, rhythm = ask.sites, room.made, room.co, room.slow, ask.rhythm
    p, x, ahead, y, head = room.p, room.x, room.ahead, room.y, room.head
    sums, states, busy = room.sums, room.states, room.busy
    for block in range((last - first + width - U1) // width):
        copy(room.bodies, block * u64(len(FIELDS)) * S, p, U0, u64(len(FIELDS)))
        slow_at, due_at = block * (K_ROWS + K_ROWS), block * u64(plan.class_kinds.size) * S
        longest = mark(plan, room.due, due_at, busy, width)
        clear(x, U0, even)
        clear(y, U0, ms)
        k, wanted, spot = U0, ask.since, put + block
        while k < nodes:
            if busy[k]:
                enter(x, ahead, plan, ask, room, taken, k, longest, block, first, last, width)
            system = block * systems + plan.systems[k]
            made_at = system * arrow_rows(n, hs, ms) * S
            two = hs <= U1 and k + U1 < nodes and not busy[k + U1]
            if hs > U0:
                keeps = system * triples * even * S5 + (n // U2 * U10 + n % U2) * S
                for la in range(width):
                    head[la] = x[n * S + la]
                    head[S + la] = head[la] * co[keeps + la]
            for triple in range(triples):
                q = (system * triples + triple) * even * S5
                if two:
                    two_steps(x, ahead, co, q, head, sums, triple * S6, even // U2, width)
                else:
                    one_step(x, ahead, co, q, head, sums, triple * S6, even // U2, width)
            for h in range(U1, hs):
                fed = made_at + (n + hs + h * n) * S
                add_scaled(ahead, U0, x, (n + h) * S, made, fed, n, width)
            x, ahead = ahead, x
            for later in range(U2 if two else U1):
                for m in range(ms):
                    which = SLOW_SITES[sites[m]]
                    if which != NONE:
                        of_brain = which == U2
                        follow(
                            y, m * S, slow, slow_at + (K_ROWS if of_brain else U0), states,
                            which * Y_ROWS, plan.tolerant and not of_brain,
                            plan.tolerant or of_brain, k == U0 and later == U0, width,
                        )  # fmt: skip
                if k + later == wanted:
                    report(
                        p, ask.read_slots, sites, ask.site_slots, ask.effects, ask.effect_slots,
                        sums, later, y, states, rhythm[wanted], out, spot, plot, width,
                    )  # fmt: skip
                    spot += blocks
                    wanted += ask.every
                drift(y, sites, made, made_at + own, sums, reads, later, width)
            k += U2 if two else U1


def room(plan: Plan, ask: Ask, blocks: int) -> Room:
    """Give room for some blocks, each row of lanes beginning where a cache line does."""
    n, heads, sites, lane = int(ask.cells) + 3, plan.heads.size, ask.sites.size, int(S)
    systems, classes, rows = plan.factors.size, plan.class_kinds.size, ask.kinds.size
    even, triples = (n + heads + 1) // 2 * 2, (ask.reads.size + sites + 2) // 3
    arrow = n + heads + heads * n + sites * (n + heads + 2) + 1
    sizes = (arrow, rows * n, triples * even * 5, classes * (even + sites))
    made, shares, co, impulses = (aligned(blocks * systems * size * lane) for size in sizes)
    scratch = {
        "p": len(FIELDS),
        "matrix": n * n,
        "work": 4 * n,
        "rates": n,
        "clearance": 1,
        "tau": 1,
        "left": classes,
        "feed": heads * (n + 1),
        "site": sites * (n + 2),
        "then": arrow,
        "head": 2,
        "x": even,
        "ahead": even,
        "y": sites,
        "sums": triples * 6,
    }
    return Room(
        sizes=np.array(sizes, np.uint64) * np.uint64(systems),
        bodies=aligned(blocks * len(FIELDS) * lane),
        slow=aligned(blocks * 2 * int(K_ROWS)),
        due=np.zeros(blocks * classes * lane, np.uint64),
        made=made,
        shares=shares,
        co=co,
        impulses=impulses,
        busy=np.zeros(plan.systems.size, np.bool_),
        states=aligned(3 * int(Y_ROWS)),
        **{name: aligned(rows * lane) for name, rows in scratch.items()},
    )


def aligned(size: int) -> Array:
    """Give an array of zeros that begins where a cache line does."""
    raw = np.zeros(size + 8)
    start = -(raw.ctypes.data // 8) % 8
    return raw[start : start + size]


@compiled
def tally(words: Any, people: int, finest: int, counts: Any) -> None:
    """Count the values of one channel into bins of even ratio, one histogram for each time.

    A bin is the exponent of a number and the first six bits of its mantissa, read off its bits: 64
    bins to each doubling, each at most 1.6 % wide. Counts are whole numbers, so that chunks add up
    the same in any order.

    Args:
        words: The bits of the values, (time, block, lane).
        people: How many lanes of all blocks hold a person.
        finest: The bin below which everything counts as nothing.
        counts: Where to count, (time, bin).
    """
    top = counts.shape[1] - 1
    for time in range(words.shape[0]):
        for block in range(words.shape[1]):
            for lane in range(min(words.shape[2], people - block * words.shape[2])):
                place = np.int64(words[time, block, lane] >> np.uint64(46)) - finest
                counts[time, min(max(place, 0), top)] += np.uint32(1)
