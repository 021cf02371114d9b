"""The browser, the static checks and the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from launcher.places import BIN, DATA, PYTHON, ROOT
from launcher.postgres import find_postgres, private_postgres
from launcher.running import LauncherError, run, say, step
from launcher.site import KERNELS, WARM, site_env

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)

CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "contracts": ["lint-imports", "--no-logo"],
}

# Compiled before the tests, for otherwise each of their processes would compile for itself.
COMPILE = {f"kernel, {name}": ["python", "-c", WARM.format(name)] for name in KERNELS}


def find_browser() -> str | None:
    """Gives the Chromium of this machine; UNCLENCH_CHROMIUM goes before all others."""
    named = os.environ.get("UNCLENCH_CHROMIUM")
    if named and not shutil.which(named):
        raise LauncherError(f"UNCLENCH_CHROMIUM names {named!r}, which is not a program.")
    names = [named] if named else BROWSERS
    return next((path for path in map(shutil.which, names) if path), None)


def ensure_browser() -> str:
    """Gives a Chromium, having installed Debian's where this is Debian and we are root."""
    if not find_browser() and shutil.which("apt-get") and os.geteuid() == 0:
        with step("Installing Chromium for the browser tests"):
            apt_get_chromium()
    browser = find_browser()
    if not browser:
        raise LauncherError(
            "Some tests need a browser. On Debian: sudo apt install chromium. Elsewhere install "
            "Chromium or Chrome; if it is not found, set UNCLENCH_CHROMIUM=/path/to/it."
        )
    return browser


def apt_get_chromium() -> None:
    """Installs Chromium with apt-get; a second time with fresh lists when the first fails."""
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    install = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]
    try:
        run(install, env=env, log="apt-install")
    except LauncherError:
        run(["apt-get", "update"], env=env, log="apt-update")
        run(install, env=env, log="apt-install")


def test_env() -> dict[str, str]:
    """Gives the environment of tests and checks, with a data folder of its own."""
    return site_env(DATA / "test")


def run_checks(checks: Mapping[str, Sequence[str]]) -> list[str]:
    """Runs programs of the environment side by side; gives the names of those that failed."""
    env = test_env()

    def timed(argv: Sequence[str]) -> tuple[subprocess.CompletedProcess[str], float]:
        began = time.monotonic()
        command = [str(BIN / argv[0]), *argv[1:]]
        done = subprocess.run(command, cwd=ROOT, env=env, text=True, capture_output=True)
        return done, time.monotonic() - began

    failed = []
    with ThreadPoolExecutor() as pool:
        for name, (done, seconds) in zip(checks, pool.map(timed, checks.values()), strict=True):
            say(f"  {name:<60}{seconds:6.1f} s{'' if done.returncode == 0 else '  FAILED'}")
            if done.returncode != 0:
                failed.append(name)
                say((done.stdout + done.stderr).rstrip())
    return failed


def run_tests(arguments: Sequence[str], *, failed_checks: Sequence[str] = ()) -> int:
    """Runs pytest; gives its exit code. Its closing line is the last thing printed."""
    env = test_env()
    env["UNCLENCH_CHROMIUM"] = ensure_browser()
    pytest = [str(PYTHON), "-m", "pytest"]
    on_postgres = 0 if arguments else run_site_tests_on_postgres(pytest, env)
    failed = [*failed_checks, *(["the site on PostgreSQL"] if on_postgres else [])]
    env["UNCLENCH_FAILED_CHECKS"] = ", ".join(failed)  # named again above the closing line
    chosen = arguments or ["--numprocesses=2", "--dist=loadfile"]
    return subprocess.call([*pytest, *chosen], cwd=ROOT, env=env) or on_postgres


def run_site_tests_on_postgres(pytest: Sequence[str], env: Mapping[str, str]) -> int:
    """Runs the tests of the site on the second database too, where its programs are installed."""
    programs = find_postgres()
    if programs is None:
        say("  PostgreSQL is not on this machine: its run is left out. Try: apt install postgresql")
        return 0
    with private_postgres(programs) as address:
        say("The site on PostgreSQL:")
        on_it = {**env, "UNCLENCH_DATABASE_URL": address}
        return subprocess.call(
            [*pytest, "tests/site", "--numprocesses=2", "--quiet"], cwd=ROOT, env=on_it
        )
