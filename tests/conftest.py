"""Fixtures of every test: the evidence, a fixed clock, the browser. Named people live in site/."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from launcher.checks import find_browser

ROOT = Path(__file__).parent.parent

# Playwright runs its loop in the test's own thread, where Django would refuse its database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / "var" / "numba"))

# The same examples on every machine, so that a red run can be repeated; `deep` searches further:
#   make test ARGS="tests/property --hypothesis-profile=deep"
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("deep", deadline=None, max_examples=2_000, print_blob=True)
settings.load_profile("ci")


@pytest.fixture
def now() -> datetime:
    """The fixed clock: nine in the morning of a Monday, in UTC."""
    return datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def evidence():
    """The evidence base as it ships, read once."""
    from unclench.evidence import load_evidence

    return load_evidence()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Starts the machine's own Chromium, which then talks to nobody but the page under test."""
    browser = find_browser()
    assert browser, "No browser here. Try: apt install chromium, or set UNCLENCH_CHROMIUM."
    return {
        **browser_type_launch_args,
        "executable_path": browser,
        "args": [
            "--no-sandbox",  # tests also run as root, in containers
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


def pytest_terminal_summary(terminalreporter):
    """Names the checks that failed before the tests ran, so that no green line can hide them."""
    failed = os.environ.get("UNCLENCH_FAILED_CHECKS")
    if failed:
        terminalreporter.section(f"Failed before the tests: {failed}", red=True, bold=True)
