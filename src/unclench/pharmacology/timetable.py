"""What the kernel needs to know of a regimen: which node, which kind of input, how much.

A timetable belongs to a regimen, not to a person. Everything that enters between two nodes is
booked at the next one, together with the time that is left to it; inputs with the same time left
share a class, so that a regular plan has one class and an irregular diary a handful.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from unclench.errors import InputError
from unclench.pharmacology.absorption import MINUTES_PER_H, Inputs, Phase

__all__ = ["Timetable", "timetable"]

Array = NDArray[np.float64]
Indices = NDArray[np.uint64]

SWALLOWED, BOLUS, RATE = range(3)
GUT, GUT_FED, PUMP = range(3)


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timetable:
    """A regimen on equally spaced nodes.

    Args:
        step_h: Hours between nodes.
        nodes: How many nodes there are.
        heads: What feeds the modes: the gut fasted (0) or fed (1), infusions by height (2 and on).
        heights_cm: The different heights at which something enters the canal.
        class_kinds: What the events of each class put in: swallowed, bolus or change of rate.
        class_whiches: Their head, or for a bolus their height.
        class_times_h: Hours left to the node; for what is swallowed, hours since the node.
        event_nodes: The node of each event, rising; `starts` says where the events of a node begin.
        event_classes: The class of each event.
        event_amounts: Micrograms, or micrograms an hour for a change of rate.
        event_doses: Which swallowed dose it is, in order of time.
        rates_mcg_per_h: The rate of each head from each node on, (heads, nodes); 0 for the gut.
        systems: Which clearance holds from each node on, (nodes,).
        factors: What multiplies the clearance in each system.
        added_l_per_h: What is added to it.
        intrathecal: Whether anything enters the canal, which is what brings tolerance.
        doses: How many swallowed doses there are.
    """

    step_h: float
    nodes: int
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
    intrathecal: bool
    doses: int


@dataclass(frozen=True, slots=True, order=True)
class _Event:
    node: int
    kind: int
    which: int
    time_min: int
    amount: float
    dose: int = 0


def timetable(
    given: Inputs, *, minutes: int, step_min: int, phases: Sequence[Phase] = ()
) -> Timetable:
    """Book inputs on nodes.

    Args:
        given: What enters.
        minutes: How long to look, a multiple of the step.
        step_min: Minutes between nodes.
        phases: Changes of the plasma clearance.

    Raises:
        InputError: if a change of the clearance does not fall on a node.
    """
    nodes = minutes // step_min + 1
    heights = given.heights_cm
    heads = _heads(given, heights)
    events = [
        *_swallowed(given, heads, nodes, step_min),
        *_boluses(given, heights, nodes, step_min),
        *_changes_of_rate(given, heads, heights, nodes, step_min),
    ]
    events.sort(key=lambda event: event.node)
    classes = sorted({(event.kind, event.which, event.time_min) for event in events})
    number = {one: i for i, one in enumerate(classes)}
    systems, factors, added = _systems(phases, nodes, step_min)
    event_nodes = np.array([event.node for event in events], np.uint64)
    return Timetable(
        step_h=step_min / MINUTES_PER_H,
        nodes=nodes,
        heads=np.array(heads, np.uint64),
        heights_cm=np.array(heights, np.float64),
        class_kinds=np.array([kind for kind, _, _ in classes], np.uint64),
        class_whiches=np.array([which for _, which, _ in classes], np.uint64),
        class_times_h=np.array([time for _, _, time in classes], np.float64) / MINUTES_PER_H,
        event_nodes=event_nodes,
        event_classes=np.array(
            [number[event.kind, event.which, event.time_min] for event in events], np.uint64
        ),
        event_amounts=np.array([event.amount for event in events], np.float64),
        event_doses=np.array([event.dose for event in events], np.uint64),
        starts=np.searchsorted(event_nodes, np.arange(nodes + 1)).astype(np.uint64),
        rates_mcg_per_h=_rates(given, heads, heights, nodes, step_min),
        systems=systems,
        factors=factors,
        added_l_per_h=added,
        intrathecal=given.intrathecal,
        doses=len(given.swallowed),
    )


def _heads(given: Inputs, heights: Sequence[float]) -> list[int]:
    guts = {GUT_FED if dose.with_food else GUT for dose in given.swallowed}
    pumps = {PUMP + heights.index(run.height_cm) for run in given.infusions}
    return [*sorted(guts), *sorted(pumps)]


def _swallowed(given: Inputs, heads: list[int], nodes: int, step_min: int) -> list[_Event]:
    events = []
    for i, dose in enumerate(given.swallowed):
        node, since = divmod(dose.at_min, step_min)
        which = heads.index(GUT_FED if dose.with_food else GUT)
        if node < nodes:
            events.append(_Event(node, SWALLOWED, which, since, dose.amount_mcg, i))
    return events


def _boluses(given: Inputs, heights: Sequence[float], nodes: int, step_min: int) -> list[_Event]:
    events = []
    for bolus in given.injections:
        node, left = _next_node(bolus.at_min, step_min)
        if node < nodes:
            which = heights.index(bolus.height_cm)
            events.append(_Event(node, BOLUS, which, left, bolus.amount_mcg))
    return events


def _changes_of_rate(
    given: Inputs, heads: list[int], heights: Sequence[float], nodes: int, step_min: int
) -> list[_Event]:
    events = []
    for run in given.infusions:
        which = heads.index(PUMP + heights.index(run.height_cm))
        for minute, change in ((run.start_min, 1.0), (run.end_min, -1.0)):
            node, left = _next_node(minute, step_min)
            if node < nodes:
                events.append(_Event(node, RATE, which, left, change * run.rate_mcg_per_h))
    return events


def _next_node(minute: int, step_min: int) -> tuple[int, int]:
    node = -(-minute // step_min)
    return node, node * step_min - minute


def _rates(
    given: Inputs, heads: list[int], heights: Sequence[float], nodes: int, step_min: int
) -> Array:
    """Add up what runs at each node: sums of whole rates, so that a stopped pump gives just 0."""
    rates = np.zeros((len(heads), nodes))
    for run in given.infusions:
        head = heads.index(PUMP + heights.index(run.height_cm))
        first, _ = _next_node(run.start_min, step_min)
        last, _ = _next_node(run.end_min, step_min)
        rates[head, first:last] += run.rate_mcg_per_h
    return rates


def _systems(phases: Sequence[Phase], nodes: int, step_min: int) -> tuple[Indices, Array, Array]:
    kinds = [(1.0, 0.0)]
    systems = np.zeros(nodes, np.uint64)
    for phase in phases:
        node, off = divmod(phase.start_min, step_min)
        if off:
            raise InputError(
                f"The clearance changes at minute {phase.start_min}, between two points in time.",
                expected=f"a multiple of {step_min} minutes",
                hint="a shorter step, or a change at one of the points",
            )
        kind = (phase.factor, phase.added_l_per_h)
        if kind not in kinds:
            kinds.append(kind)
        systems[node:] = kinds.index(kind)
    factors, added = np.array(kinds).T
    return systems, np.ascontiguousarray(factors), np.ascontiguousarray(added)
