"""Evidence, version, help, and how fast help is there."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from unclench.cli import about, library

# Evidence.

ROOT = Path(__file__).parent.parent.parent.parent


def test_numbers_are_listed_by_topic_and_basis(answered, evidence):
    oral = answered("evidence", "list", "--topic", "oral").splitlines()
    seen = answered("evidence", "list", "--basis", "seen").splitlines()

    assert {line.partition(".")[0] for line in oral} == {"oral"}
    assert len(answered("evidence", "list").splitlines()) == len(evidence)
    assert all("read in the source itself" in line for line in seen)


def test_a_number_is_shown_whole(answered, evidence):
    printed = answered("evidence", "show", "oral.clearance")

    for said in ("value: 10.5 L/h", "certainty:", "basis:", "spread:"):
        assert said in printed


def test_every_number_and_every_statement_can_be_shown(answered, evidence):
    profile = next(key for key, entry in evidence.items() if isinstance(entry.value, tuple))
    statement = next(iter(evidence.statements))

    assert "value: " in answered("evidence", "show", profile)
    assert "text: " in answered("evidence", "show", statement)


def test_the_check_of_the_evidence_passes(answered):
    assert answered("evidence", "check") == "The evidence is whole.\n"


def test_the_check_for_a_release_names_what_is_unverified(refused, monkeypatch):
    monkeypatch.setattr(
        library, "check", lambda *_, release: ("oral.x: it is unverified",) * release
    )

    assert "unverified" in refused("evidence", "check", "--release")


# Version, help, speed.


def test_the_version_is_said_with_the_evidence(answered, evidence):
    assert answered("--version").startswith("unclench ")
    assert evidence.hash in answered("version")


def test_the_version_of_what_is_not_installed_is_said_so(monkeypatch):
    def missing(name):
        raise about.PackageNotFoundError(name)

    monkeypatch.setattr(about, "installed", missing)

    assert about.version() == "not installed"


def test_help_names_every_command_and_every_option(answered):
    assert "simulate" in answered("--help")
    assert "evidence" in answered("--help")
    printed = answered("simulate", "--help")
    for option in ("--weight KG", "--missed MOMENT", "--plot FILE", "--force"):
        assert option in printed
    for heading in ("The plan", "Who", "What happens", "The model", "What you get"):
        assert f"{heading}:" in printed


def test_no_command_alone_gives_help(run):
    result = run()

    assert "Usage: unclench" in result.output


def test_help_imports_nothing_heavy(run):
    code = (
        "import sys; from unclench.cli.program import app\n"
        "heavy = {'numpy', 'numba', 'scipy', 'rich', 'pyarrow', 'vl_convert'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr


def test_the_module_is_the_command(run):
    done = subprocess.run(
        [sys.executable, "-m", "unclench", "--version"],
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (done.returncode, done.stdout.partition(" ")[0]) == (0, "unclench")


def page_examples():
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    return [line.removeprefix("$ unclench ") for line in page.splitlines() if line[:1] == "$"]


@pytest.mark.parametrize("line", page_examples())
def test_every_example_of_the_page_of_the_command_runs(line, answered):
    assert answered(*shlex.split(line))
