"""Write what is generated from the evidence files: docs/evidence.md and data/parsed.json.

With --check nothing is written; the exit status says whether both are up to date.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from unclench.errors import InputError
from unclench.evidence.loader import parse_evidence, read_texts
from unclench.evidence.page import page
from unclench.evidence.parsed import PARSED, parse

ROOT = Path(__file__).resolve().parent.parent


def generated() -> dict[Path, str]:
    """Give the text of each generated file."""
    data = ROOT / "src/unclench/evidence/data"
    texts = read_texts(data)
    return {
        ROOT / "docs/evidence.md": page(parse_evidence(texts)),
        data / PARSED: parse(texts),
    }


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    check = parser.parse_args().check
    try:
        wanted = generated()
    except InputError as error:
        print(error, file=sys.stderr)
        return 1
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    for path in stale:
        print(f"{'stale' if check else 'wrote'}: {path.relative_to(ROOT)}")
        if not check:
            path.write_text(wanted[path])
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
