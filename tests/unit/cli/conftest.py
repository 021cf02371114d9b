"""The command in a folder of its own."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from unclench.cli.program import app


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def run():
    """Run the command with these arguments."""

    def runner(*arguments):
        return CliRunner().invoke(app, list(arguments), prog_name="unclench")

    return runner


@pytest.fixture
def answered(run):
    """Run the command, which succeeds, and give what it prints."""

    def runner(*arguments):
        result = run(*arguments)
        assert result.exit_code == 0, result.output
        assert result.stderr == ""
        return result.stdout

    return runner


@pytest.fixture
def refused(run):
    """Run the command, which refuses, and give what it says."""

    def runner(*arguments):
        result = run(*arguments)
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        assert "Traceback" not in result.stderr
        return result.stderr

    return runner


@pytest.fixture
def columns(answered):
    """Simulate, and give every column as an array."""

    def runner(*arguments):
        content = json.loads(answered("simulate", *arguments, "--json", "-"))
        return {name: np.array(values) for name, values in content["columns"].items()}

    return runner
