"""The house rules that no tool checks: sizes, names, who may know what, reasons beside settings."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SCIENCE = ROOT / "src" / "unclench"
SITE = ROOT / "src" / "unclench_site"
MODULES = sorted(
    path
    for folder in (SCIENCE, SITE, ROOT / "launcher")
    for path in folder.rglob("*.py")
    if "migrations" not in path.parts
)

DRAWER = re.compile(r"common|core|helpers?|managers?|misc|services?|utils?")
FILE_LINES = 500  # the budget is 400; past this a file has to become two rooms
# Numba keeps compiled code until the file that it came from changes. In two files, a change in the
# second would leave the first one's stale code running: the kernel has to be one file.
KERNEL = SCIENCE / "pharmacology" / "kernel.py"
KERNEL_LINES = 1_400
FUNCTION_LINES = 60  # the budget is 30


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef))


def length(function: ast.FunctionDef) -> int:
    """Lines of what a function does, without its arguments and its docstring."""
    does = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (function.end_lineno or 0) - does[0].lineno + 1 if does else 0


def imported(path: Path) -> set[str]:
    """The full names of all modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_no_module_is_a_drawer():
    drawers = [
        path
        for path in MODULES
        if DRAWER.fullmatch(path.stem) or DRAWER.fullmatch(path.parent.name)
    ]

    assert names(drawers) == []


def test_every_file_fits_in_a_head():
    long = [
        path
        for path in [*MODULES, *(ROOT / "tests").rglob("*.py")]
        if len(path.read_text(encoding="utf-8").splitlines())
        > (KERNEL_LINES if path == KERNEL else FILE_LINES)
    ]

    assert names(long) == []


def test_every_function_fits_on_a_screen():
    long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}: {length(function)} lines"
        for path in MODULES
        for function in functions(path)
        if length(function) > FUNCTION_LINES
    ]

    assert long == []


def test_only_the_kernel_knows_numba():
    others = [path for path in MODULES if path != KERNEL and "numba" in imported(path)]

    assert names(others) == []


def test_the_science_reads_no_clock_and_no_environment():
    clocks = {"datetime.datetime.now", "time", "time.time", "os.environ", "random", "secrets"}
    readers = [path for path in SCIENCE.rglob("*.py") if clocks & imported(path)]

    assert names(readers) == []


def test_every_package_says_what_it_is_for():
    silent = [
        path
        for path in MODULES
        if path.name == "__init__.py" and not ast.get_docstring(parsed(path))
    ]

    assert names(silent) == []


SILENCED = re.compile(r"# (noqa|type: ignore)(?P<which>: [A-Z0-9, ]+|\[[a-z, -]+\])?(?P<why>.*)")


def test_every_silenced_check_says_which_and_why():
    """`# type: ignore[misc]  # reason`: never for all checks at once, never without the reason."""
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in MODULES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (found := SILENCED.search(line))
        if not found["which"] or len(found["why"].strip("# -()")) < 5
    ]

    assert bare == []


def test_every_dependency_and_setting_has_its_reason():
    """In pyproject.toml: a remark on the line, or directly above its group of lines."""
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    requirement = re.compile(r'^\s+"[a-z-]+(\[[a-z,]+\])?[~=<>]')
    bare = [line for line in lines if requirement.match(line) and "#" not in line]

    assert bare == []


def declared() -> set[str]:
    """The names of all distributions that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
        *project["dependency-groups"].values(),
    ]
    return {re.split(r"[\[~=<>]", line)[0].lower() for lines in lists for line in lines}


def test_whatever_is_imported_is_declared():
    ours = {"bench", "bootstrap", "launcher", "scripts", "tests", "unclench", "unclench_site"}
    known = sys.stdlib_module_names | ours
    wanted, distributions = declared(), packages_distributions()
    undeclared = {
        f"{path.relative_to(ROOT)}: {name}"
        for folder in ("src", "tests", "scripts", "launcher")
        for path in (ROOT / folder).rglob("*.py")
        for name in {full.partition(".")[0] for full in imported(path)} - known
        if not wanted & {found.lower() for found in distributions.get(name, [])}
    }

    assert undeclared == set()


SETTING = re.compile(r"\bUNCLENCH_[A-Z]+(?:_[A-Z]+)*\b")


def test_every_setting_is_documented():
    used = {
        name
        for path in MODULES
        for name in SETTING.findall(path.read_text(encoding="utf-8"))
        if name != "UNCLENCH_FAILED_CHECKS"  # between the launcher and pytest
    }
    documented = set(SETTING.findall((ROOT / "docs/self-hosting.md").read_text(encoding="utf-8")))

    assert used - documented == set()
    assert documented - used == set()


def test_every_command_is_documented():
    from launcher.commands import COMMANDS

    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    assert [name for name in COMMANDS if f"`make {name}" not in page] == []


DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


def test_no_two_decisions_share_a_number():
    numbers = [path.name[:4] for path in DECISIONS]

    assert all(number.isdigit() for number in numbers)
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_context_decision_and_consequences(path):
    text = path.read_text(encoding="utf-8")

    assert re.findall(r"(?m)^## (.*)$", text) == ["Context", "Decision", "Consequences"]
    assert len(text.splitlines()) <= 60


def test_every_link_between_documents_leads_somewhere():
    link = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in link.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]

    assert dead == []


OTHER_WORDS = re.compile(r"(?i)\b(patients?|suffer\w*|just|simply|µg|mcg)\b")


def shown_words(template: str) -> str:
    """The words of a template that a person gets to see: no tags, variables or remarks."""
    return re.sub(r"(?s)\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->|<[^>]*>", " ", template)


def test_pages_use_our_words():
    found = {
        str(path.relative_to(ROOT)): words
        for path in SITE.rglob("*.html")
        if (words := OTHER_WORDS.findall(shown_words(path.read_text(encoding="utf-8"))))
    }

    assert found == {}
