"""Every example is run: in docstrings of public names, and in every document."""

from __future__ import annotations

import doctest
import itertools
import re
import shlex
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.document import PythonDocStringDocument
from sybil.evaluators.doctest import NUMBER, OutputChecker
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser
from typer.testing import CliRunner

from launcher.commands import COMMANDS
from unclench.cli.program import app

ROOT = Path(__file__).parent.parent.parent
GENERATED = {ROOT / "docs" / f"{name}.md" for name in ("benchmarks", "evidence")}  # no examples
PAGES = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")} - GENERATED)
MODULES = [
    path
    for path in sorted((ROOT / "src").rglob("*.py"))
    if ">>>" in path.read_text(encoding="utf-8")
]
FLAGS = doctest.ELLIPSIS | NUMBER  # as many digits as the example shows, and `...` for the rest
# They would change this machine.
NOT_RUN = {".venv/bin/python", ".venv/bin/uv", "cd", "git", "python3", "sudo"}
SETTING = re.compile(r"[A-Z_]+=\S*")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


checker = OutputChecker()


def run_session(example: Example) -> str | None:
    """Runs each `$ unclench ...` of a console session and compares what it prints."""
    for command, expected in re.findall(r"(?m)^\$ (.*)\n((?:(?!\$ ).*\n?)*)", example.parsed):
        words = shlex.split(command, comments=True)
        program, *arguments = itertools.dropwhile(SETTING.fullmatch, words)
        if program == "make":
            assert arguments[0] in COMMANDS, f"{command}: there is no such command"
            continue
        if program in NOT_RUN:
            continue
        assert program == "unclench", f"{command}: say in this test whether it may be run"
        printed = run_unclench(arguments)
        if expected.strip() and not checker.check_output(expected.rstrip() + "\n", printed, FLAGS):
            return f"$ {command}\nExpected:\n{expected}\nPrinted:\n{printed}"
    return None


def run_unclench(arguments: list[str]) -> str:
    plain = {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
    done = CliRunner().invoke(app, arguments, prog_name="unclench", env=plain)
    assert done.exit_code == 0, f"unclench {shlex.join(arguments)}:\n{done.output}"
    return "\n".join(line.rstrip() for line in done.stdout.rstrip().splitlines()) + "\n"


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_example_of_a_document_does_what_it_says(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")  # a reader stands in the project's folder
    session = CodeBlockParser("console", evaluator=run_session)
    python = PythonCodeBlockParser(doctest_optionflags=FLAGS)
    document = Sybil([session, python]).parse(path)

    for example in document:
        example.evaluate()


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_every_example_of_a_module_does_what_it_says(module, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    parse = DocTestParser(optionflags=FLAGS)

    for example in PythonDocStringDocument.parse(str(module), parse):
        example.evaluate()


def test_the_readme_has_a_first_simulation():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert "$ unclench simulate" in readme
    assert "make serve" in readme
    assert "make test" in readme
