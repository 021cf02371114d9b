"""Run the kernel over many people: which channels, which rows, how many threads."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from unclench.pharmacology.parameters import BODY_FIELDS
from unclench.pharmacology.timetable import Timetable

__all__ = ["courses"]

Array = NDArray[np.float64]


def courses(
    table: Array,
    plan: Timetable,
    *,
    channels: Sequence[str],
    rhythm: Array | None = None,
    cells: int = 10,
    every: int = 1,
    taken: Array | None = None,
    out: Array | None = None,
    threads: int = 1,
) -> Array:
    """Give channels of the model for many people, (channels, times, people)."""
    from unclench.pharmacology import kernel

    u64 = np.uint64
    people = table.shape[1]
    rows = np.ascontiguousarray(table[[BODY_FIELDS.index(name) for name in kernel.FIELDS]])
    wanted = [kernel.CHANNELS.index(name) for name in channels]
    slots = np.full(len(kernel.CHANNELS), 255, np.uint64)
    slots[wanted] = np.arange(len(wanted))
    reads, sites = _needed(wanted, kernel)
    kinds = [int(kind) for kind in reads]
    if 0 not in kinds:
        kinds.append(0)
    if any(site in (0, 1) for site in sites) and 1 not in kinds:
        kinds.append(1)
    if any(site in (2, 3) for site in sites) and 2 not in kinds:
        kinds.append(2)
    if 4 in sites and 3 not in kinds:
        kinds.append(3)
    kinds += [5 + i for i in range(plan.heights_cm.size)]
    if plan.factors.size > 1:
        kinds += [64 + i for i in range(cells + 3)]
    at = np.full(128, 255, np.uint64)
    at[kinds] = np.arange(len(kinds))
    times = -(-plan.nodes // every)
    width = 32  # always whole vectors: a shorter row would be summed in another order
    blocks = -(-people // width)
    if out is None:
        out = np.empty((len(wanted), blocks, times, 32))
    assert out.shape == (len(wanted), blocks, times, 32)
    rhythm = np.ones(plan.nodes) if rhythm is None else rhythm
    taken = np.ones((0, 0)) if taken is None else taken

    given = kernel.Plan(
        step_h=plan.step_h, tolerant=plan.intrathecal, heads=plan.heads, heights_cm=plan.heights_cm,
        class_kinds=plan.class_kinds, class_whiches=plan.class_whiches, class_times_h=plan.class_times_h,
        event_nodes=plan.event_nodes, event_classes=plan.event_classes, event_amounts=plan.event_amounts,
        event_doses=plan.event_doses, starts=plan.starts, rates_mcg_per_h=plan.rates_mcg_per_h,
        systems=plan.systems, factors=plan.factors, added_l_per_h=plan.added_l_per_h)
    ask = kernel.Ask(cells=u64(cells), every=u64(every), kinds=np.array(kinds, np.uint64), at=at,
        reads=np.array(reads, np.uint64), sites=np.array(sites, np.uint64), slots=slots, rhythm=rhythm)

    chunk = 8 * width

    def part(first: int, last: int) -> None:
        room = kernel.room(given, ask, min(8, -(-(last - first) // width)))
        for start in range(first, last, chunk):
            stop = min(start + chunk, last)
            kernel.prepare(rows, u64(start), u64(stop), u64(width), given, ask, room)
            kernel.march(
                taken, u64(start), u64(stop), u64(width), given, ask, room, out.reshape(-1),
                u64(blocks), u64(start // width),
            )

    if threads == 1:
        part(0, people)
    else:
        size = -(-blocks // (threads)) * width
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda first: part(first, min(first + size, people)), range(0, people, size)))
    return out


def _needed(wanted, kernel):
    names = set(wanted)
    reads = [c for c in range(5) if c in names]
    sites = []
    C = kernel
    if names & {5, 9, 11, 12, 13, 14, 15, 16}:
        sites += [0, 1]
    if names & {6, 10}:
        sites += [2, 3]
    if names & {7, 17, 18, 19}:
        sites += [4]
    if 8 in names:
        sites += [5]
    return reads, sites
