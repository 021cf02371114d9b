"""Run a cohort on any executor: the same answer to the bit, wherever and in whatever order.

People are cut into chunks. A chunk gives a `Tally` of whole numbers, and tallies add in any order,
so threads, processes and clusters can finish when they like. Memory holds one running tally and a
few chunks on their way, whatever the number of people.

With a resume folder each finished chunk is one file, named by its number and put in place in one
move: it is there whole or not at all. A chunk that is there is read and not run again; each number
is added once; and in the end the people counted have to be the people asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from unclench.cohorts.chunk import OUTCOMES, run_chunk, shipped_evidence
from unclench.cohorts.outcomes import Summary, Tally, add, quantiles_of, share_interval
from unclench.cohorts.resume import ResumeFolder
from unclench.cohorts.spec import CohortSpec
from unclench.errors import InputError, UnclenchError
from unclench.evidence import Evidence
from unclench.regimen import MINUTES_PER_DAY

__all__ = ["ArmResult", "CohortResult", "StoppedError", "run_cohort"]

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

CHUNK: Final = 1024
BAND_SHARES: Final = (0.05, 0.5, 0.95)
LOOK_S: Final = 0.2
"""Seconds between two looks whether somebody wants to stop."""
MINUTES_AN_HOUR: Final = 60.0
SHARES: Final = ("responder", "drowsy", "responder_not_drowsy")


_Piece = tuple[int, int, int]


@final
class StoppedError(UnclenchError):
    """Somebody stopped the run; what was finished lies in the resume folder, if there is one."""

    def __init__(self, done: int, people: int) -> None:
        super().__init__(f"Stopped after {done:,} of {people:,} people.")
        self.done, self.people = done, people


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmResult:
    """What came of one arm.

    Args:
        regimen: The regimen in words.
        time_h: Hours of the points of a band, (n,).
        bands: By curve, (3, n): 1 of 20 people lie below, the middle person, 1 of 20 above.
        outcomes: How each outcome is spread over people.
        shares: By name, the share and its 95 percent interval from the number of people alone.
        spasm_days: How many days of people had 0, 1, 2, ... spasms, (1001,); the last is 1000 up.
    """

    regimen: str
    time_h: Array
    bands: Mapping[str, Array]
    outcomes: Mapping[str, Summary]
    shares: Mapping[str, tuple[float, float, float]]
    spasm_days: Whole


@final
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CohortResult:
    """What came of a cohort; `digest` stands for every number of it, to compare two runs."""

    spec: CohortSpec
    people: int
    arms: Mapping[str, ArmResult]
    tally: Tally

    @property
    def digest(self) -> str:
        """Give 64 letters, the same for the same answer."""
        return self.tally.digest


def run_cohort(
    spec: CohortSpec,
    *,
    evidence: Evidence,
    executor: Executor | None = None,
    chunk: int = CHUNK,
    ahead: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    resume: Path | None = None,
) -> CohortResult:
    r"""Run a cohort.

    Args:
        spec: What is asked.
        evidence: The evidence base that the spec was read with.
        executor: Where chunks run; one after the other in this thread if None.
        chunk: People in a chunk. Whatever it is, the answer is the same to the
            bit. A resume folder keeps the size with which it began.
        ahead: How many chunks are on their way at once; twice the number of processors if None.
        progress: Called with people done and people in all, after each chunk.
        cancelled: Asked between chunks; once true, no chunk begins any more.
        resume: A folder for finished chunks, made where it is missing.

    Raises:
        InputError: if the evidence or the folder belongs to another run, or an argument is wrong.
        StoppedError: if `cancelled` said so.

    Example:
        >>> from unclench.cohorts.spec import parse_spec
        >>> from unclench.evidence import load_evidence
        >>> evidence = load_evidence()
        >>> text = "people = 100\ndays = 1\nregimen = '10 mg x3'"
        >>> spec = parse_spec(text, evidence=evidence)
        >>> run_cohort(spec, evidence=evidence).digest == run_cohort(
        ...     spec, evidence=evidence, chunk=7
        ... ).digest
        True
    """
    _check(spec, evidence, chunk)
    folder = None if resume is None else ResumeFolder(resume, spec, chunk)
    size = chunk if folder is None else folder.chunk
    total = _Total(spec.people, size)
    for number in sorted(folder.numbers() if folder else ()):
        total.add(number, folder.read(number) if folder else Tally({}))
    tell = progress or _quiet
    tell(total.people, spec.people)
    todo = total.missing()
    made = (
        _one_by_one(spec, evidence, todo, cancelled or _never)
        if executor is None
        else _spread(spec, evidence, todo, executor, ahead or _ahead(), cancelled or _never)
    )
    for number, tally in made:
        if folder is not None:
            folder.write(number, tally)
        total.add(number, tally)
        tell(total.people, spec.people)
    if total.people != spec.people:
        raise StoppedError(total.people, spec.people)
    return _result(spec, Tally(total.sums))


def _check(spec: CohortSpec, evidence: Evidence, chunk: int) -> None:
    if spec.evidence_hash != evidence.hash:
        raise InputError(
            "The evidence is not that with which the cohort was read.",
            expected="the same evidence",
            hint="read the cohort again",
        )
    if type(chunk) is not int or chunk < 1:
        raise InputError(f"A chunk cannot hold {chunk!r} people.", expected="1 or more")


def _quiet(done: int, people: int) -> None:
    """Tell nobody."""


def _never() -> bool:
    return False


def _ahead() -> int:
    return 2 * (os.cpu_count() or 1)


@final
class _Total:
    """The running sum, which takes each chunk once and only whole."""

    def __init__(self, people: int, chunk: int) -> None:
        self.sums: dict[str, Whole] = {}
        self.people = 0
        self._sizes = {
            number: min(chunk, people - first)
            for number, first in enumerate(range(0, people, chunk))
        }
        self._chunk, self._added = chunk, set[int]()

    def missing(self) -> list[_Piece]:
        """Give what is still to be done: number, first person and people of each chunk."""
        return [
            (number, number * self._chunk, size)
            for number, size in self._sizes.items()
            if number not in self._added
        ]

    def add(self, number: int, tally: Tally) -> None:
        """Add a chunk.

        Raises:
            InputError: if it was added before, or holds other people than its number says.
        """
        counted = {int(part[0]) for name, part in tally.parts.items() if name.endswith("/people")}
        if number in self._added or counted != {self._sizes.get(number, 0)}:
            raise InputError(
                f"Chunk {number} holds {sorted(counted)} people, or is there twice.",
                expected=f"{self._sizes.get(number, 0)} people, once",
                hint="an empty folder for --resume",
            )
        self._added.add(number)
        self.people += self._sizes[number]
        add(self.sums, tally)


def _one_by_one(
    spec: CohortSpec, evidence: Evidence, todo: Sequence[_Piece], cancelled: Callable[[], bool]
) -> Iterator[tuple[int, Tally]]:
    for number, first, people in todo:
        if cancelled():
            return
        yield number, run_chunk(spec, first, people, evidence)


def _spread(
    spec: CohortSpec,
    evidence: Evidence,
    todo: Sequence[_Piece],
    executor: Executor,
    ahead: int,
    cancelled: Callable[[], bool],
) -> Iterator[tuple[int, Tally]]:
    """Give chunks as they come back, in any order, with a bounded number on their way.

    Only `submit`, `add_done_callback`, `cancel` and `result` are asked of an executor. The waiting
    functions of the standard library know only its own futures, and those of clusters differ.
    """
    carried = None if evidence.hash == shipped_evidence().hash else evidence
    waiting, back = iter(todo), SimpleQueue[int]()
    flying: dict[int, Future[Tally]] = {}
    stopped = False
    try:
        while True:
            if not stopped and cancelled():
                stopped = True
                flying = {n: one for n, one in flying.items() if not one.cancel()}
            for number, first, people in islice(waiting, 0 if stopped else ahead - len(flying)):
                flying[number] = executor.submit(run_chunk, spec, first, people, carried)
                flying[number].add_done_callback(partial(_home, back, number))
            if not flying:
                return
            try:
                number = back.get(timeout=LOOK_S)
            except Empty:
                continue
            if number in flying:
                yield number, flying.pop(number).result()
    finally:
        for one in flying.values():
            one.cancel()


def _home(back: SimpleQueue[int], number: int, _: Future[Tally]) -> None:
    back.put(number)


def _result(spec: CohortSpec, tally: Tally) -> CohortResult:
    arms = {name: _arm(spec, name, regimen, tally) for name, regimen in spec.arms}
    return CohortResult(spec=spec, people=spec.people, arms=arms, tally=tally)


def _arm(spec: CohortSpec, name: str, regimen: str, tally: Tally) -> ArmResult:
    points = spec.days * MINUTES_PER_DAY // spec.band_step_min + 1
    return ArmResult(
        regimen=regimen,
        time_h=np.arange(points, dtype=np.float64) * spec.band_step_min / MINUTES_AN_HOUR,
        bands={
            curve: quantiles_of(tally[f"{name}/band/{curve}"], BAND_SHARES) for curve in spec.bands
        },
        outcomes={
            one: Summary.of(tally[f"{name}/moments/{one}"], tally[f"{name}/histogram/{one}"])
            for one in OUTCOMES
        },
        shares={one: share_interval(tally[f"{name}/share/{one}"]) for one in SHARES},
        spasm_days=tally[f"{name}/spasms_counted"],
    )
