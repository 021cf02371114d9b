"""Every example script runs, and the pictures of the README are what the model draws today."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_runs_and_writes_a_picture(example, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    runpy.run_path(str(example), run_name="__main__")

    assert capsys.readouterr().out
    assert list(tmp_path.glob("*.svg"))


def test_the_pictures_of_the_readme_are_those_of_today():
    done = subprocess.run(
        [sys.executable, "scripts/draw_pictures.py", "--check"],
        cwd=ROOT,
        text=True,
        capture_output=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr
