"""How `unclench cohort` runs, shows its progress, stops, and prints what came of it."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from contextlib import contextmanager
from dataclasses import asdict
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from types import FrameType
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from unclench.cli.cluster import SCHEME, cluster
from unclench.cli.cohort_files import check_files, draw, write_parquet
from unclench.cli.printing import console, say
from unclench.cohorts.chunk import OUTCOMES
from unclench.cohorts.run import CohortResult, StoppedError, run_cohort
from unclench.cohorts.spec import CohortSpec, read_spec
from unclench.errors import InputError
from unclench.evidence import Evidence, load_evidence
from unclench.figures import words

STOPPED: Final = 130
PLACES: Final = ("here", "threads", "processes")
SHARE_WORDS: Final = {
    "responder": "responders",
    "drowsy": "drowsy at some moment",
    "responder_not_drowsy": "responders who are never drowsy",
}


def run_and_show(
    *,
    path: Path,
    people: int | None,
    seed: int | None,
    on: str,
    workers: int | None,
    resume: Path | None,
    parquet: Path | None,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Read the spec, run it where it was asked, and print or write what came of it.

    Raises:
        InputError: if the spec or an option is wrong, or a worker died.
    """
    evidence = load_evidence()
    spec = read_spec(path, evidence=evidence, people=people, seed=seed)
    check_files(spec, parquet=parquet, plot=plot)
    try:
        with place(on, workers) as (executor, many):
            result = run_watched(spec, evidence, executor=executor, workers=many, resume=resume)
    except StoppedError as stopped:
        Console(stderr=True, highlight=False).print(f"{stopped} {how_to_go_on(resume)}")
        sys.exit(STOPPED)
    except BrokenExecutor as error:
        raise InputError(
            "A worker process ended before its work was done.",
            expected="enough memory for every worker",
            hint=f"fewer with --workers. {how_to_go_on(resume)}",
        ) from error
    if parquet is not None:
        write_parquet(parquet, result)
    if plot is not None:
        draw(plot, result)
    if as_json:
        print(json.dumps(as_dict(result), indent=2))
    else:
        show(result)


def how_to_go_on(resume: Path | None) -> str:
    """Say what the same command would do now."""
    if resume is None:
        return "Nothing was kept. With --resume FOLDER you can go on where you stopped."
    return f"What was done lies in {resume}. Run the same command again to go on."


@contextmanager
def place(on: str, workers: int | None) -> Iterator[tuple[Executor | None, int]]:
    """Give the executor that was asked for and how many work there; None stands for right here."""
    many = workers or cpu_count() or 1
    if on.startswith(SCHEME) and ":" in on.removeprefix(SCHEME):
        with cluster(on.removeprefix(SCHEME)) as (executor, threads):
            yield executor, threads
    elif on == "here":
        yield None, 1
    elif on == "threads":
        with ThreadPoolExecutor(many) as pool:
            yield pool, many
    elif on == "processes":
        with ProcessPoolExecutor(
            many, mp_context=get_context("spawn"), initializer=leave_stopping_to_the_first
        ) as pool:
            yield pool, many
    else:
        raise InputError(
            f"A cohort cannot run on {on!r}.",
            expected=f"{', '.join(PLACES)}, or dask://HOST:PORT",
            hint="--on processes",
        )


def leave_stopping_to_the_first() -> None:
    """Let a worker finish its chunk when Ctrl-C goes to the whole terminal."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def run_watched(
    spec: CohortSpec,
    evidence: Evidence,
    *,
    executor: Executor | None,
    workers: int,
    resume: Path | None,
) -> CohortResult:
    """Run with a progress bar; the first Ctrl-C ends it after the chunks that are running."""
    with bar(spec.title) as tell, asked_to_stop() as cancelled:
        return run_cohort(
            spec,
            evidence=evidence,
            executor=executor,
            ahead=2 * workers,
            progress=tell,
            cancelled=cancelled,
            resume=resume,
        )


@contextmanager
def bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show people done of all, on the error stream and only in a terminal."""
    shown = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("people"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with shown:
        task = shown.add_task(title)

        def tell(done: int, people: int) -> None:
            shown.update(task, completed=done, total=people)

        yield tell


@contextmanager
def asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Give whether Ctrl-C was pressed; pressed again, it ends everything at once."""
    pressed = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)


def as_dict(result: CohortResult) -> dict[str, Any]:
    """Give everything but the bands, for other programs."""
    return {
        "title": result.spec.title,
        "people": result.people,
        "seed": result.spec.seed,
        "days": result.spec.days,
        "evidence": result.spec.evidence_hash,
        "digest": result.digest,
        "arms": {
            name: {
                "regimen": arm.regimen,
                "outcomes": {one: asdict(summary) for one, summary in arm.outcomes.items()},
                "shares": {
                    one: {"share": share, "low": low, "high": high}
                    for one, (share, low, high) in arm.shares.items()
                },
            }
            for name, arm in result.arms.items()
        },
    }


def show(result: CohortResult) -> None:
    """Print a table an arm, and what it rests on."""
    out, spec = console(), result.spec
    say(
        out, f"{spec.title}: {result.people:,} virtual adults with multiple sclerosis", style="bold"
    )
    for name, arm in result.arms.items():
        out.print()
        say(out, f"{name}: {arm.regimen}" if len(result.arms) > 1 else arm.regimen, style="bold")
        table = Table(box=None, padding=(0, 1), show_edge=False)
        table.add_column(f"days {spec.from_day} to {spec.days}", overflow="fold")
        for heading in ("1 of 20 below", "middle", "1 of 20 above", "mean"):
            table.add_column(heading, justify="right")
        for one, summary in arm.outcomes.items():
            cells = (summary.low, summary.median, summary.high, summary.mean)
            table.add_row(OUTCOMES[one], *(f"{cell:.2g}" for cell in cells))
        out.print(table)
        for one, (share, low, high) in arm.shares.items():
            said = f"{SHARE_WORDS[one]}: {share:.1%} ({low:.1%} to {high:.1%} by chance alone)"
            say(out, said)
    out.print()
    say(
        out,
        f"A responder has at least {spec.responder_share:.0%} of the spasms taken away by the drug"
        " itself, without placebo. Who these people are is mostly assumed:"
        " unclench evidence list population.",
    )
    say(out, words.NOT_ADVICE)
