"""The real thing: `manage.py lab_worker` and its processes, killed in the middle of a run."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from unclench.cohorts.run import run_cohort
from unclench_site.lab.questions import CohortQuestion

ROOT = Path(__file__).parent.parent.parent
PATIENCE_S = 120
ASK = """
import django
django.setup()
from django.utils import timezone
from unclench_site.accounts.models import Person
from unclench_site.evidence import evidence
from unclench_site.lab.questions import CohortQuestion, Taking
from unclench_site.lab.starting import start
question = CohortQuestion(title="Long", arms=(("plan 1", "20 mg at 08:00, 14:00, 20:00"),),
                          people=40_000, days=7, taking=Taking.USUAL, seed=3)
start(question, by=Person.objects.create_user("alice"), at=timezone.now(), evidence=evidence())
"""
ORPHAN = """
import os, signal
from unclench_site.lab.where import place
if __name__ == "__main__":
    with place("processes", 1) as (executor, workers):
        assert executor.submit(os.getpid).result() != os.getpid()
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    """A site of its own, with its own database."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("UNCLENCH_")}
    own = {"UNCLENCH_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "unclench_site.settings"}
    places = {"UNCLENCH_LAB_ON": "processes", "UNCLENCH_LAB_WORKERS": "2"}
    return kept | own | places


def row(folder: Path) -> tuple[str, int, str | None]:
    with closing(sqlite3.connect(folder / "unclench.sqlite3", timeout=20)) as base:
        found: tuple[str, int, str | None] = base.execute(
            "SELECT state, done, result FROM lab_run"
        ).fetchone()
        return found


def wait_until(true, what: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < until, what
        time.sleep(0.05)


def test_a_worker_killed_with_its_processes_gives_the_same_in_the_end(
    tmp_path, environment, evidence
):
    def call(*words):
        subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=environment, check=True, timeout=PATIENCE_S
        )

    def worker():
        command = [sys.executable, "manage.py", "lab_worker", "--batch"]
        out = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.Popen(command, cwd=ROOT, env=environment, **out)

    call("manage.py", "migrate", "--verbosity=0")
    call("-c", ASK)
    first = worker()
    wait_until(lambda: row(tmp_path)[1] > 0 or first.poll() is not None, "nobody was counted")
    first.kill()
    first.communicate(timeout=PATIENCE_S)  # ends when its computing processes are gone as well
    state, done, result = row(tmp_path)
    assert (state, result) == ("running", None)
    assert 0 < done < 40_000
    kept = len(list(tmp_path.glob("people/*/lab/*/chunk-*.npz")))
    assert kept > 0

    with closing(sqlite3.connect(tmp_path / "unclench.sqlite3", timeout=20)) as base:
        base.execute("UPDATE lab_run SET beat_at = '2020-01-01 00:00:00'")
        base.commit()
    said = worker().communicate(timeout=PATIENCE_S)[0].decode()
    state, done, result = row(tmp_path)
    assert (state, done) == ("done", 40_000), said

    document = json.loads(result or "{}")
    with closing(sqlite3.connect(tmp_path / "unclench.sqlite3")) as base:
        asked = json.loads(base.execute("SELECT question FROM lab_run").fetchone()[0])
    alone = run_cohort(CohortQuestion.of(asked).to_spec(evidence), evidence=evidence)
    assert document["data"]["digest"] == alone.digest


def test_a_computing_process_leaves_when_its_worker_was_killed(tmp_path, environment):
    script = tmp_path / "orphan.py"
    script.write_text(ORPHAN)
    started = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, env=environment, cwd=ROOT
    )
    started.communicate(timeout=30)  # ends only when everybody who inherited the pipe is gone
    assert started.returncode < 0
