"""What `import unclench` gives, and what it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import unclench
from unclench import _LOADED_WHEN_ASKED as LOADED_WHEN_ASKED

HEAVY = ("numpy", "scipy", "numba", "django", "typer", "rich")


def test_importing_unclench_loads_nothing_heavy():
    code = "import sys, unclench; unclench.parse('10 mg x3'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "unclench" in loaded
    assert loaded.isdisjoint(HEAVY)


@pytest.mark.parametrize("name", sorted(LOADED_WHEN_ASKED))
def test_a_name_loaded_when_asked_is_there(name):
    assert getattr(unclench, name).__module__.startswith(LOADED_WHEN_ASKED[name])
    assert name in dir(unclench)


def test_a_name_that_is_not_there_says_so():
    with pytest.raises(AttributeError, match="no attribute 'stimulate'"):
        unclench.stimulate  # noqa: B018  # asking for it is the test
