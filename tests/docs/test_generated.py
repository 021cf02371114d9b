"""The generated pages say what the code says now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_the_generated_pages_are_what_make_docs_would_write():
    done = subprocess.run(
        [sys.executable, "scripts/docs.py", "--check"], cwd=ROOT, text=True, capture_output=True
    )

    assert done.returncode == 0, done.stdout + done.stderr
