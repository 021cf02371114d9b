"""Many people through one regimen at once: what the kernel is asked, and what it gives back."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from unclench.errors import InputError
from unclench.pharmacology.parameters import BODY_FIELDS
from unclench.pharmacology.timetable import Timetable

if TYPE_CHECKING:
    from unclench.pharmacology.kernel import Ask, Plan

__all__ = ["CHANNELS", "KERNELS", "LANES", "courses", "of_all", "of_one", "warm"]

Array = NDArray[np.float64]
Indices = NDArray[np.uint64]

LANES = 32
"""People in a block of results."""

FEW = (4, 8, 16)
"""Lanes in use where that many are enough; whole vectors, and the same to the bit."""

BLOCKS_AT_ONCE = 8
"""Blocks that are prepared together: what they need then stays in the processor's cache."""

KERNELS = ("prepare", "march")
"""The compiled functions of the kernel through which people go."""

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
"""What can be asked for, in the kernel's order."""

FIRST_EFFECT = CHANNELS.index("dimming")
UNUSED = 255

# Ways to read the core and sites that are stepped, as the kernel numbers them.
PLASMA, LUMBAR, CERVICAL, CRANIAL, BODY, TIP = range(6)
SINGLE_STATE = 64
OUTER, INNER, OUTER_ARMS, INNER_ARMS, BRAIN, GONE = range(6)

SITE_CHANNELS = {
    INNER: "cord_lumbar_ng_per_ml",
    INNER_ARMS: "cord_cervical_ng_per_ml",
    BRAIN: "brain_ng_per_ml",
    GONE: "eliminated_mcg",
}
NEEDS_LEGS = frozenset(
    ("cord_lumbar_ng_per_ml", "dimming", "tolerance", "rebound", "spasms_per_h", "ashworth")
) | {"h_reflex_share", "weakness"}
NEEDS_ARMS = frozenset(("cord_cervical_ng_per_ml", "dimming_arms"))
NEEDS_BRAIN = frozenset(("brain_ng_per_ml", "drowsiness", "withdrawal", "encephalopathy_per_h"))


def courses(
    table: Array,
    plan: Timetable,
    *,
    channels: Sequence[str],
    rhythm: Array | None = None,
    cells: int = 10,
    since: int = 0,
    every: int = 1,
    taken: Array | None = None,
    threads: int = 1,
    out: Array | None = None,
) -> Array:
    """Simulate many people under one regimen, (channels, times, blocks, LANES).

    Person i is lane i % LANES of block i // LANES; `of_all` and `of_one` read the result. A
    person's course is the same to the last bit whoever else is simulated, on however many threads.

    Args:
        table: The numbers of their bodies, (BODY_FIELDS, people).
        plan: The regimen, booked on nodes.
        channels: What to report, of CHANNELS.
        rhythm: How spasms without treatment go through the day at each node, (nodes,); 1 if None.
        cells: How many cells the canal has.
        since: The first node to report.
        every: Report every so many nodes.
        taken: How much of each swallowed dose each takes, (doses, people); all of it if None.
        threads: How many threads share the people.
        out: Where to write, (channels, times, blocks, LANES); a new array if None.

    Raises:
        InputError: if a channel is unknown, or an array has another shape.
    """
    from unclench.pharmacology import kernel

    people, times = table.shape[1], -(-(plan.nodes - since) // every)
    _check(table, plan, channels, taken)
    ask = _ask(kernel, plan, channels, rhythm=rhythm, cells=cells, since=since, every=every)
    given = _plan(kernel, plan)
    rows = np.ascontiguousarray(table[[BODY_FIELDS.index(name) for name in kernel.FIELDS]])
    part = np.ones((0, 0)) if taken is None else np.ascontiguousarray(taken, np.float64)
    width = next((few for few in FEW if people <= few), LANES)
    blocks = -(-people // width)
    shape = (len(channels), times, blocks, LANES)
    values = np.empty(shape) if out is None else out
    if values.shape != shape or not values.flags.c_contiguous:
        raise InputError(f"The results do not fit in {values.shape}.", expected=f"{shape}")

    def run(first: int, last: int) -> None:
        room = kernel.room(given, ask, min(BLOCKS_AT_ONCE, -(-(last - first) // width)))
        for start in range(first, last, BLOCKS_AT_ONCE * width):
            some = (*_u64(start, min(start + BLOCKS_AT_ONCE * width, last), width), given, ask)
            kernel.prepare(rows, *some, room)
            kernel.march(part, *some, room, values.reshape(-1), *_u64(blocks, start // width))

    share = -(-blocks // threads) * width
    starts = range(0, people, share)
    if len(starts) <= 1:
        run(0, people)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda first: run(first, min(first + share, people)), starts))
    return values


def of_all(values: Array, people: int) -> Array:
    """Give one channel of `courses`, (times, blocks, LANES), as (times, people): a view of it."""
    times, blocks, lanes = values.shape
    return values.reshape(times, blocks * lanes)[:, :people]


def of_one(values: Array, number: int, channels: Sequence[str]) -> dict[str, Array]:
    """Give every channel of one person from the result of `courses`, each (times,)."""
    block, lane = divmod(number, LANES)
    return {name: values[i, :, block, lane].copy() for i, name in enumerate(channels)}


def warm(parts: Sequence[str] = KERNELS) -> None:
    """Compile the kernel, or load it from disk, with a tiny call; 10 to 20 s the first time.

    Args:
        parts: Which of KERNELS; two processes that take one each are done in half the time.
    """
    from unclench.pharmacology import kernel
    from unclench.pharmacology.absorption import Inputs, Swallowed
    from unclench.pharmacology.timetable import timetable

    booked = timetable(Inputs((Swallowed(0, 1.0),)), minutes=60, step_min=30)
    ask = _ask(kernel, booked, CHANNELS, rhythm=None, cells=10, since=0, every=1)
    given, bodies = _plan(kernel, booked), np.ones((len(kernel.FIELDS), 1))
    room = kernel.room(given, ask, 1)
    out = np.zeros(len(CHANNELS) * booked.nodes * LANES)
    some = (*_u64(0, 1, FEW[0]), given, ask, room)
    if "prepare" in parts:
        kernel.prepare(bodies, *some)
    if "march" in parts:  # through an empty room, where nothing was prepared and nothing happens
        kernel.march(np.ones((0, 0)), *some, out, *_u64(1, 0))


def _check(table: Array, plan: Timetable, channels: Sequence[str], taken: Array | None) -> None:
    unknown = [name for name in channels if name not in CHANNELS]
    if unknown or not channels or len(set(channels)) < len(channels):
        raise InputError(
            f"These channels cannot be reported: {', '.join(unknown) or tuple(channels)}.",
            expected=f"some of {', '.join(CHANNELS)}, each once",
        )
    if table.ndim != 2 or table.shape[0] != len(BODY_FIELDS) or not table.shape[1]:
        raise InputError(
            f"The table of bodies has the shape {table.shape}.",
            expected=f"({len(BODY_FIELDS)}, people)",
        )
    for name in ("tolerance_h", "adaptation_h", "drowsiness_h"):
        shortest_h = table[BODY_FIELDS.index(name)].min()
        if not shortest_h >= plan.step_h:
            raise InputError(
                f"A step of {plan.step_h:g} h is too long for a {name} of {shortest_h:g} h.",
                expected="a step no longer than any time constant",
            )
    top_cm = table[BODY_FIELDS.index("canal_length_cm")].min()
    outside = plan.heights_cm[(plan.heights_cm < 0.0) | (plan.heights_cm > top_cm)]
    if outside.size:
        raise InputError(
            f"A height of {outside[0]:g} cm is outside the spinal canal.",
            expected=f"0 to {top_cm:g} cm above the end of the sac",
        )
    if taken is not None and taken.shape != (plan.doses, table.shape[1]):
        raise InputError(
            f"What was taken has the shape {taken.shape}.",
            expected=f"({plan.doses} doses, {table.shape[1]} people)",
        )


def _u64(*numbers: int) -> tuple[np.uint64, ...]:
    return tuple(np.uint64(number) for number in numbers)


def _plan(kernel: ModuleType, plan: Timetable) -> Plan:
    made: Plan = kernel.Plan(
        step_h=plan.step_h,
        tolerant=plan.intrathecal,
        heads=plan.heads,
        heights_cm=plan.heights_cm,
        class_kinds=plan.class_kinds,
        class_whiches=plan.class_whiches,
        class_times_h=plan.class_times_h,
        event_nodes=plan.event_nodes,
        event_classes=plan.event_classes,
        event_amounts=plan.event_amounts,
        event_doses=plan.event_doses,
        starts=plan.starts,
        rates_mcg_per_h=plan.rates_mcg_per_h,
        systems=plan.systems,
        factors=plan.factors,
        added_l_per_h=plan.added_l_per_h,
    )
    return made


def _ask(
    kernel: ModuleType,
    plan: Timetable,
    channels: Sequence[str],
    *,
    rhythm: Array | None,
    cells: int,
    since: int,
    every: int,
) -> Ask:
    """Work out which rows, sites and effects the channels need."""
    reads = [way for way in range(TIP) if CHANNELS[way] in channels]
    sites = _sites(frozenset(channels))
    kinds = _kinds(plan, reads, sites, cells)
    at = np.full(SINGLE_STATE + cells + 3, UNUSED, np.uint64)
    at[kinds] = np.arange(len(kinds))
    effects = [channel for channel in channels if CHANNELS.index(channel) >= FIRST_EFFECT]
    made: Ask = kernel.Ask(
        cells=np.uint64(cells),
        since=np.uint64(since),
        every=np.uint64(every),
        kinds=np.array(kinds, np.uint64),
        at=at,
        reads=np.array(reads, np.uint64),
        read_slots=_slots([CHANNELS[way] for way in reads], channels),
        sites=np.array(sites, np.uint64),
        site_slots=_slots([SITE_CHANNELS.get(site, "") for site in sites], channels),
        effects=np.array([CHANNELS.index(channel) for channel in effects], np.uint64),
        effect_slots=_slots(effects, channels),
        rhythm=np.ones(plan.nodes) if rhythm is None else rhythm,
    )
    return made


def _slots(names: Sequence[str], channels: Sequence[str]) -> Indices:
    slots = [channels.index(name) if name in channels else UNUSED for name in names]
    return np.array(slots, np.uint64)


def _sites(channels: frozenset[str]) -> list[int]:
    sites: list[int] = []
    if channels & NEEDS_LEGS:
        sites += [OUTER, INNER]
    if channels & NEEDS_ARMS:
        sites += [OUTER_ARMS, INNER_ARMS]
    if channels & NEEDS_BRAIN:
        sites.append(BRAIN)
    if "eliminated_mcg" in channels:
        sites.append(GONE)
    return sites


def _kinds(plan: Timetable, reads: Sequence[int], sites: Sequence[int], cells: int) -> list[int]:
    """List the ways to read or feed the core; where the clearance changes, every single state."""
    kinds = {PLASMA, *reads}
    kinds |= {LUMBAR} if INNER in sites else set()
    kinds |= {CERVICAL} if INNER_ARMS in sites else set()
    kinds |= {CRANIAL} if BRAIN in sites else set()
    tips = [TIP + i for i in range(plan.heights_cm.size)]
    single = [SINGLE_STATE + i for i in range(cells + 3)] if plan.factors.size > 1 else []
    return [*sorted(kinds), *tips, *single]
