"""Run one general solver over a table of people and say how long it took.

Called by bench/run.py in the benchmark's own environment:
`python solve.py scipy|numbalsoda|roadrunner PEOPLE.csv OUT.npz RTOL WORKERS`.
Prints one line of JSON: people, seconds of wall time after one warm-up person, version.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import ode  # the benchmark environment runs this file as a script, in its folder

END_H = 672.0
GRID_H = np.arange(0.0, END_H + 1e-9, ode.HOURS_PER_POINT)
DOSE_MCG = 20_000.0
EVERY_H = 8.0


def dose_times_h(lag_h: float) -> np.ndarray:
    """Give the times at which drug enters the gut, three times a day for 28 days."""
    return np.arange(0.0, END_H - 0.5, EVERY_H) + lag_h


def pieces(lag_h: float) -> list[tuple[np.ndarray, slice, bool]]:
    """Cut the time axis at every dose: times, where they go, whether a dose starts it."""
    marks = np.concatenate([[0.0], dose_times_h(lag_h), [END_H]])
    cut = []
    for i in range(len(marks) - 1):
        first = int(np.searchsorted(GRID_H, marks[i], side="right" if i else "left"))
        last = int(np.searchsorted(GRID_H, marks[i + 1], side="right"))
        times = np.concatenate([[marks[i]], GRID_H[first:last], [marks[i + 1]]])
        cut.append((times, slice(first, last), i > 0))
    return cut


def read_people(path: str) -> np.ndarray:
    """Read the table of people, (people, column), columns in the order of ode.COLUMNS."""
    with Path(path).open() as handle:
        header = handle.readline().strip().split(",")
    table = np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)
    return np.ascontiguousarray(table[:, [header.index(name) for name in ode.COLUMNS]])


@cache
def compiled_right_hand_side() -> Any:
    """Compile the equations once (numba), for SciPy and for numbalsoda alike."""
    from numba import njit

    ode.dimming = njit(inline="always")(ode.dimming)
    return njit(ode.right_hand_side)


def solve_scipy(people: np.ndarray, rtol: float) -> np.ndarray:
    """Solve with SciPy's LSODA (odeint) over compiled equations: its fastest form."""
    from scipy.integrate import odeint

    rhs = compiled_right_hand_side()

    def slope(state: np.ndarray, _time: float, person: np.ndarray) -> np.ndarray:
        out = np.empty(ode.STATES)
        rhs(state, person, out)
        return out

    result = np.empty((len(people), 2, len(GRID_H)))
    for row, person in enumerate(people):
        state = np.zeros(ode.STATES)
        for times, where, dosed in pieces(person[1]):
            if dosed:
                state[0] += person[2] * DOSE_MCG
            path = odeint(slope, state, times, (person,), rtol=rtol, atol=rtol * 1e-3, mxstep=10**6)
            state = path[-1].copy()
            fill(result[row], where, path[1:-1], person)
    return result


def fill(out: np.ndarray, where: slice, path: np.ndarray, person: np.ndarray) -> None:
    """Write plasma and effect of one piece into the output."""
    out[0, where] = path[:, 1] / person[4]
    inner = np.maximum(path[:, 15], 0.0) ** person[20]
    out[1, where] = inner / ((person[19] * (1.0 + path[:, 16])) ** person[20] + inner + 1e-300)


@cache
def numbalsoda_runner() -> Any:
    """Compile the whole loop over people for numbalsoda."""
    from numba import carray, cfunc, njit
    from numbalsoda import lsoda, lsoda_sig

    rhs = compiled_right_hand_side()

    @cfunc(lsoda_sig)
    def slope(_time, state, change, person):  # type: ignore[no-untyped-def] # numba infers them
        rhs(carray(state, (18,)), carray(person, (24,)), carray(change, (18,)))

    address = slope.address

    @njit(nogil=True)
    def run(people, grid, out, rtol, every, end, dose):  # type: ignore[no-untyped-def]
        for row in range(people.shape[0]):
            person = people[row].copy()
            state = np.zeros(18)
            state[0] = person[2] * dose
            start = person[1]  # nothing happens before the first dose
            first = np.searchsorted(grid, start, side="right")
            out[row, :, :first] = 0.0
            count = round(end / every)
            for piece in range(count):
                stop = (piece + 1) * every + person[1] if piece < count - 1 else end
                last = np.searchsorted(grid, stop, side="right")
                times = np.empty(last - first + 2)
                times[0] = start
                times[1:-1] = grid[first:last]
                times[-1] = stop
                path, _ok = lsoda(address, state, times, person, rtol, rtol * 1e-3)
                for i in range(first, last):
                    now = path[i - first + 1]
                    out[row, 0, i] = now[1] / person[4]
                    power = max(now[15], 0.0) ** person[20]
                    half = (person[19] * (1.0 + now[16])) ** person[20]
                    out[row, 1, i] = power / (half + power + 1e-300)
                state = path[-1].copy()
                state[0] += person[2] * dose
                start = stop
                first = last

    return run


def solve_numbalsoda(people: np.ndarray, rtol: float) -> np.ndarray:
    """Solve with numbalsoda's LSODA, the loop over people compiled too."""
    out = np.empty((len(people), 2, len(GRID_H)))
    numbalsoda_runner()(people, GRID_H, out, rtol, EVERY_H, END_H, DOSE_MCG)
    return out


@cache
def roadrunner_model() -> Any:
    """Build the model in libRoadRunner once in a process (SBML to machine code)."""
    import antimony
    import roadrunner

    antimony.clearPreviousLoads()
    if antimony.loadAntimonyString(ode.antimony_model()) < 0:
        raise SystemExit(antimony.getLastError())
    runner = roadrunner.RoadRunner(antimony.getSBMLString("full"))
    runner.timeCourseSelections = ["time", "A", "effect"]
    return runner


def solve_roadrunner(people: np.ndarray, rtol: float) -> np.ndarray:
    """Solve with libRoadRunner's CVODE, restarted at every dose."""
    runner = roadrunner_model()
    runner.integrator.relative_tolerance = rtol
    runner.integrator.absolute_tolerance = rtol * 1e-3
    result = np.empty((len(people), 2, len(GRID_H)))
    for row, person in enumerate(people):
        runner.resetToOrigin()
        for name, value in zip(ode.COLUMNS, person, strict=True):
            runner[name] = value
        for times, where, dosed in pieces(person[1]):
            if dosed:
                runner["G"] = runner["G"] + person[2] * DOSE_MCG
            unique = np.unique(times)
            path = np.asarray(runner.simulate(times=list(unique)))
            inside = np.searchsorted(unique, times[1:-1])
            result[row, 0, where] = path[inside, 1] / person[4]
            result[row, 1, where] = path[inside, 2]
    return result


SOLVERS = {
    "scipy": solve_scipy,
    "numbalsoda": solve_numbalsoda,
    "roadrunner": solve_roadrunner,
}


def solve_part(name: str, people: np.ndarray, rtol: float) -> np.ndarray:
    """Solve a part of the table (a picklable face for the worker processes)."""
    return SOLVERS[name](people, rtol)


def main(name: str, table: str, target: str, rtol: float, workers: int) -> None:
    """Warm up, time, save the first twenty people's curves and print one line of JSON."""
    people = read_people(table)
    pool_type = ThreadPoolExecutor if name == "numbalsoda" else ProcessPoolExecutor
    with pool_type(workers) as pool:
        list(pool.map(solve_part, [name] * workers, [people[:1]] * workers, [rtol] * workers))
        parts = np.array_split(people, workers)
        start = time.perf_counter()
        solved = list(pool.map(solve_part, [name] * workers, parts, [rtol] * workers))
        seconds = time.perf_counter() - start
    np.savez(target, curves=np.concatenate(solved)[:20], grid=GRID_H)
    print(json.dumps({"people": len(people), "seconds": seconds}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]), int(sys.argv[5]))
