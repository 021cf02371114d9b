"""The door to a cluster, and the only one: Dask seen as an executor of the standard library.

Dask's own futures do not work with the waiting functions of the standard library, so a run asks
nothing of them but to submit, to call back and to give a result. Dask sends the work of a worker
that died to another; the run takes each chunk once.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any, Final

from unclench.errors import InputError

SCHEME: Final = "dask://"
PATIENCE_S: Final = 20


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """Give an executor on the cluster at HOST:PORT, and how many threads work there.

    Raises:
        InputError: if the cluster extra is not installed, or nobody answers.
    """
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise InputError(
            "A cluster needs a package that is not installed.",
            expected="unclench with its cluster extra",
            hint="pip install 'unclench[cluster]', or --on processes, which needs nothing",
        ) from None
    connect: Any = Client  # Dask has no types of its own
    try:
        client = connect(f"tcp://{address}", timeout=PATIENCE_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(
            f"No cluster answers at {address}.",
            expected="the address of a Dask scheduler, such as dask://localhost:8786",
            hint="start one with: dask scheduler",
        ) from error
    try:
        with client.get_executor(pure=False) as executor:
            yield executor, max(1, sum(client.nthreads().values()))
    finally:
        client.close()
