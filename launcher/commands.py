"""Every command, and the line that starts one."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

from launcher.checks import CHECKS, COMPILE, run_checks, run_tests
from launcher.packages import ensure_packages, lock_packages
from launcher.places import DATA, PYTHON, ROOT, shown
from launcher.running import LauncherError, alone, say
from launcher.site import chosen_address, prepare_site, run_server, site_env

# What writes a page, a picture or a table from the code; with --check it only compares.
GENERATORS = (
    "scripts.parse_evidence",
    "scripts.docs",
    "scripts.rules",
    "scripts.model_tables",
    "scripts.draw_pictures",
    "scripts.trials",
)
CACHES = (".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache")


def setup(_: Sequence[str]) -> int:
    """Sets everything up and starts nothing."""
    with alone():
        ensure_packages("run")
        prepare_site()
    say("Ready. Start it with: make serve")
    return 0


def serve(_: Sequence[str]) -> int:
    """Sets up what changed, then serves the site until Ctrl-C."""
    host, port = chosen_address()
    with alone():
        ensure_packages("run")
        env = prepare_site()
    return run_server(env, host=host, port=port)


def test(arguments: Sequence[str]) -> int:
    """Runs the static checks and every test; with arguments, only the tests that they choose."""
    with alone():
        ensure_packages("test")
    failed = [] if arguments else run_checks({**COMPILE, **CHECKS})
    code = run_tests(arguments, failed_checks=failed)
    return code or (1 if failed else 0)


def check(_: Sequence[str]) -> int:
    """Runs the static checks."""
    with alone():
        ensure_packages("test")
    failed = run_checks(CHECKS)
    say(f"Failed: {', '.join(failed)}." if failed else "All checks hold.")
    return 1 if failed else 0


def run_python(*argv: str) -> Callable[[Sequence[str]], int]:
    """Gives a command that runs one of the project's own programs, with the test tools there."""

    def command(arguments: Sequence[str]) -> int:
        with alone():
            ensure_packages("test")
        return subprocess.call([str(PYTHON), *argv, *arguments], cwd=ROOT, env=site_env(DATA))

    return command


def docs(_: Sequence[str]) -> int:
    """Writes everything anew that is generated from the code."""
    writers = [run_python("-m", name) for name in GENERATORS]
    return max(write([]) for write in writers)


def lock(_: Sequence[str]) -> int:
    """Locks newer packages."""
    with alone():
        ensure_packages("run")
        lock_packages()
    return 0


def clean(_: Sequence[str]) -> int:
    """Removes everything that a command can make again. What people wrote stays."""
    with alone():
        for name in (".venv", *CACHES):
            shutil.rmtree(ROOT / name, ignore_errors=True)
        for name in ("static", "numba", "test", "log", "stamps"):
            shutil.rmtree(DATA / name, ignore_errors=True)
    say(f"Removed the environment and the caches. Database and key in {shown(DATA)} stay.")
    return 0


class Command(NamedTuple):
    """A command: what it runs, whether it takes arguments, and what it does in words."""

    run: Callable[[Sequence[str]], int]
    takes_arguments: bool
    words: str


COMMANDS = {
    "setup": Command(setup, False, "set up environment, database and static files; start nothing"),
    "serve": Command(serve, False, "set up, then serve http://127.0.0.1:8000/ (PORT=, HOST=)"),
    "test": Command(test, True, 'run every check and test (only some: ARGS="-k taper")'),
    "check": Command(check, False, "format, lint, types and import contracts only"),
    "bench": Command(run_python("-m", "bench.run"), True, "measure, and write docs/benchmarks.md"),
    "validate": Command(
        run_python("-m", "unclench", "validate", "--report", "docs/validation.md"),
        True,
        "compare the model with published results, and write docs/validation.md",
    ),
    "docs": Command(docs, False, "write what is generated: pages, tables, pictures"),
    "lock": Command(lock, False, "lock newer packages in requirements/"),
    "clean": Command(clean, False, "remove what can be made again; never the database"),
}


def main(argv: Sequence[str]) -> int:
    """Runs one command; gives the exit code."""
    name, *arguments = argv or ["help"]
    command = COMMANDS.get(name)
    if command is None:
        if name != "help":
            say(f"There is no command {name!r}.\n")
        say("Usage: make COMMAND   or   python3 bootstrap.py COMMAND\n")
        for known, (_, _, words) in COMMANDS.items():
            say(f"  {known:<9} {words}")
        return 0 if name == "help" else 2
    try:
        if arguments and not command.takes_arguments:
            raise LauncherError(f"{name} takes no arguments; it was given {shlex.join(arguments)}.")
        return command.run(arguments)
    except LauncherError as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
