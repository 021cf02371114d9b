"""What is generated says what the code says now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from launcher.commands import GENERATORS

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("name", GENERATORS)
def test_what_is_generated_is_what_make_docs_would_write(name):
    done = subprocess.run(
        [sys.executable, "-m", name, "--check"], cwd=ROOT, text=True, capture_output=True
    )

    assert done.returncode == 0, done.stdout + done.stderr
