"""A cohort at a prompt: what is printed, written and drawn; Ctrl-C keeps what is done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET

import pyarrow.parquet as pq
import pytest

from unclench.cli import cohort_run
from unclench.cohorts.run import StoppedError, run_cohort
from unclench.cohorts.spec import parse_spec

TEXT = """
title = 'Two plans'
people = 60
days = 1
bands = ['spasms_per_h', 'plasma_ng_per_ml']
[arms]
tablets = '20 mg three times a day'
pump = 'pump 150 micrograms/day'
"""
LONG = "people = 200_000\ndays = 7\nregimen = '20 mg three times a day'\n"
PATIENCE_S = 120


@pytest.fixture(autouse=True)
def a_spec(tmp_path, evidence, monkeypatch):
    """A small cohort, and the evidence without reading its files for each question."""
    (tmp_path / "small.toml").write_text(TEXT)
    monkeypatch.setattr(cohort_run, "load_evidence", lambda: evidence)


@pytest.fixture
def alone(evidence):
    return run_cohort(parse_spec(TEXT, evidence=evidence), evidence=evidence)


# What is printed.


def test_the_tables_say_what_came_of_each_plan(answered):
    said = " ".join(answered("cohort", "small.toml").split())

    assert "Two plans: 60 virtual adults" in said
    assert "tablets: 20 mg at 08:00, 14:00, 20:00" in said
    assert "pump: pump 150 micrograms/day" in said
    assert "share of the spasms that are left" in said
    assert "never change or stop baclofen" in said


def test_json_holds_every_outcome_and_the_digest(answered, alone, evidence):
    told = json.loads(answered("cohort", "small.toml", "--json"))

    assert told["digest"] == alone.digest
    assert told["evidence"] == evidence.hash
    assert set(told["arms"]) == {"tablets", "pump"}
    mean = told["arms"]["pump"]["outcomes"]["spasms_left"]["mean"]
    assert mean == alone.arms["pump"].outcomes["spasms_left"].mean


def test_people_and_seed_replace_those_of_the_file(answered):
    told = json.loads(answered("cohort", "small.toml", "--people", "40", "--seed", "7", "--json"))

    assert (told["people"], told["seed"]) == (40, 7)


def test_where_it_runs_changes_nothing(answered, alone):
    told = json.loads(
        answered("cohort", "small.toml", "--on", "threads", "--workers", "2", "--json")
    )

    assert told["digest"] == alone.digest


# What is written.


def test_parquet_holds_the_bands_and_what_made_them(answered, alone, evidence, tmp_path):
    answered("cohort", "small.toml", "--parquet", "bands.parquet")
    table = pq.read_table(tmp_path / "bands.parquet")

    assert table.num_rows == 2 * 2 * 25
    assert table.schema.metadata[b"digest"] == alone.digest.encode()
    assert table.schema.metadata[b"evidence"] == evidence.hash.encode()
    middle = [
        row["middle"]
        for row in table.to_pylist()
        if (row["arm"], row["curve"]) == ("pump", "plasma_ng_per_ml")
    ]
    assert middle == alone.arms["pump"].bands["plasma_ng_per_ml"][1].tolist()


def test_the_first_band_is_drawn(answered, tmp_path):
    answered("cohort", "small.toml", "--plot", "bands.svg")

    assert ET.parse(tmp_path / "bands.svg").getroot().get("class") == "figure cohort"


def test_without_the_extra_parquet_is_refused_before_anything_is_computed(refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    monkeypatch.setattr(cohort_run, "run_cohort", None)

    assert "unclench[export]" in refused("cohort", "small.toml", "--parquet", "bands.parquet")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--parquet", "nowhere/bands.parquet"], "There is no folder"),
        (["--plot", "nowhere/bands.svg"], "There is no folder"),
        (["--plot", "bands.gif"], "cannot be drawn"),
        (["--on", "moon"], "cannot run on"),
        (["--on", "dask://"], "cannot run on"),
        (["--people", "5"], "a whole number from 20"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_refused(refused, arguments, words):
    assert words in " ".join(refused("cohort", "small.toml", *arguments).split())


def test_without_bands_there_is_nothing_to_draw(refused, tmp_path):
    (tmp_path / "bare.toml").write_text("people = 40\nregimen = '10 mg x3'\nbands = []\n")

    assert "keeps no bands" in refused("cohort", "bare.toml", "--plot", "bands.svg")


# Stopping.


def stop_after(monkeypatch, people: int) -> None:
    """Press Ctrl-C once, when so many people are counted."""
    really = run_cohort

    def run(spec, **options):
        tell = options.pop("progress")

        def told(done, total):
            tell(done, total)
            if done >= people:
                os.kill(os.getpid(), signal.SIGINT)

        return really(spec, chunk=20, progress=told, **options)

    monkeypatch.setattr(cohort_run, "run_cohort", run)


def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(
    run, answered, alone, monkeypatch, tmp_path
):
    with monkeypatch.context() as patch:
        stop_after(patch, 20)
        stopped = run("cohort", "small.toml", "--resume", "kept", "--json")
    assert stopped.exit_code == cohort_run.STOPPED
    assert stopped.stdout == ""
    assert "Stopped after 20 of 60 people" in stopped.stderr
    assert "Run the same command again to go on" in " ".join(stopped.stderr.split())
    assert len(list((tmp_path / "kept").glob("chunk-*.npz"))) == 1

    told = json.loads(answered("cohort", "small.toml", "--resume", "kept", "--json"))
    assert told["digest"] == alone.digest
    assert len(list((tmp_path / "kept").glob("chunk-*.npz"))) == 3


def test_without_a_folder_ctrl_c_says_that_nothing_was_kept(run, monkeypatch):
    stop_after(monkeypatch, 20)
    stopped = run("cohort", "small.toml")

    assert stopped.exit_code == cohort_run.STOPPED
    assert "Nothing was kept" in stopped.stderr


def test_ctrl_c_is_given_back_when_the_run_is_over(answered):
    before = signal.getsignal(signal.SIGINT)
    answered("cohort", "small.toml")

    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_twice_ends_at_once():
    with cohort_run.asked_to_stop() as cancelled:
        os.kill(os.getpid(), signal.SIGINT)
        assert cancelled()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_a_folder_of_another_run_is_refused(answered, refused):
    answered("cohort", "small.toml", "--resume", "kept")

    said = refused("cohort", "small.toml", "--seed", "2", "--resume", "kept")
    assert "belongs to another run" in " ".join(said.split())


def test_a_real_ctrl_c_at_a_terminal_leaves_whole_chunks(tmp_path, evidence):
    (tmp_path / "long.toml").write_text(LONG)
    command = [sys.executable, "-m", "unclench", "cohort", "long.toml", "--resume", "kept"]
    started = subprocess.Popen(
        [*command, "--on", "processes", "--workers", "2"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until = time.monotonic() + PATIENCE_S
    while not list(tmp_path.glob("kept/chunk-*.npz")):
        assert started.poll() is None, started.communicate()
        assert time.monotonic() < until
        time.sleep(0.05)
    os.killpg(started.pid, signal.SIGINT)  # a terminal tells everybody in it
    out, said = started.communicate(timeout=PATIENCE_S)

    assert started.returncode == cohort_run.STOPPED, said
    assert out == ""
    assert "Traceback" not in said
    assert not list(tmp_path.glob("kept/*.part"))
    kept = len(list(tmp_path.glob("kept/chunk-*.npz")))
    with pytest.raises(StoppedError) as stopped:  # what lies there can be read, each chunk once
        run_cohort(
            parse_spec(LONG, evidence=evidence),
            evidence=evidence,
            resume=tmp_path / "kept",
            cancelled=lambda: True,
        )
    assert stopped.value.done == min(kept * 1024, 200_000)
