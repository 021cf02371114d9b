"""Where chunks of a run are computed: threads, processes, or a cluster.

The worker is a process of its own already. What it starts here runs with a low priority, so that
the pages come first, and leaves when the worker is gone, however the worker ended. Nothing here
knows Django: a process that computes needs no database.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import Final

from unclench.cli.cluster import SCHEME, cluster

POLITE: Final = 10
"""How far a computing process steps back behind the pages, as `nice` counts."""


@contextmanager
def place(on: str, workers: int) -> Iterator[tuple[Executor, int]]:
    """Give the executor of a place and how many work there.

    Args:
        on: "threads", "processes" or "dask://HOST:PORT".
        workers: How many threads or processes; a cluster says itself how many it has.

    Raises:
        InputError: if no cluster answers, or its package is not installed.
    """
    if on.startswith(SCHEME):
        with cluster(on.removeprefix(SCHEME)) as far:
            yield far
    elif on == "threads":
        with ThreadPoolExecutor(workers) as threads:
            yield threads, workers
    else:
        with ProcessPoolExecutor(
            workers, mp_context=get_context("spawn"), initializer=step_back
        ) as processes:
            yield processes, workers


def step_back() -> None:
    """Let pages come first, leave stopping to the worker, and leave when the worker is gone."""
    os.nice(POLITE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_the_worker, daemon=True).start()


def _leave_with_the_worker() -> None:
    worker = parent_process()
    if worker is not None:
        worker.join()
        os._exit(1)
