"""A real cluster on this machine: two worker processes, one of them killed in the middle."""

from __future__ import annotations

import logging
import os
import signal

import distributed
import pytest

from unclench.cli.cluster import cluster
from unclench.cohorts.run import run_cohort
from unclench.cohorts.spec import parse_spec
from unclench.errors import InputError

TEXT = """
people = 4000
days = 3
adherence = 'usual'
[arms]
tablets = '20 mg three times a day'
pump = 'pump 150 micrograms/day'
"""


@pytest.fixture(scope="module")
def local_cluster():
    made = distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
    )
    yield made
    made.close()


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # sockets of the worker that we kill
def test_a_worker_that_dies_changes_nothing_and_nothing_is_counted_twice(evidence, local_cluster):
    spec = parse_spec(TEXT, evidence=evidence)
    alone = run_cohort(spec, evidence=evidence, chunk=512)
    killed, told = [], []

    def kill_one(done: int, people: int) -> None:
        told.append(done)
        if done and not killed:
            killed.append(local_cluster.workers[0].pid)
            os.kill(killed[0], signal.SIGKILL)

    with cluster(local_cluster.scheduler_address.removeprefix("tcp://")) as (executor, workers):
        far = run_cohort(
            spec, evidence=evidence, executor=executor, chunk=100, ahead=8, progress=kill_one
        )

    assert killed
    assert workers == 2
    assert far.digest == alone.digest
    assert int(far.tally["tablets/people"][0]) == spec.people
    assert told == list(range(0, spec.people + 1, 100))


def test_an_address_without_a_cluster_is_refused(monkeypatch):
    monkeypatch.setattr("unclench.cli.cluster.PATIENCE_S", 0.5)

    with pytest.raises(InputError, match="No cluster answers"), cluster("127.0.0.1:9"):
        pass


def test_without_dask_the_command_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)

    with pytest.raises(InputError, match=r"unclench\[cluster\]"), cluster("127.0.0.1:9"):
        pass
