"""Write data/parsed.json of the evidence: what its TOML files say, as JSON, which reads faster.

Run it after a change of a TOML file there. With --check nothing is written; the exit status says
whether the JSON is up to date. Without it the evidence still loads, only more slowly.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from unclench.errors import InputError
from unclench.evidence.loader import parse_evidence, read_texts
from unclench.evidence.parsed import PARSED, parse

DATA = Path(__file__).resolve().parent.parent / "src/unclench/evidence/data"


def main() -> int:
    """Write the file, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    check = parser.parse_args().check
    texts = read_texts(DATA)
    try:
        parse_evidence(texts)
    except InputError as error:
        print(error, file=sys.stderr)
        return 1
    path, wanted = DATA / PARSED, parse(texts)
    if path.exists() and path.read_text(encoding="utf-8") == wanted:
        return 0
    if check:
        print(f"{PARSED} is not what the TOML files say.")
        return 1
    path.write_text(wanted, encoding="utf-8")
    print(f"wrote {PARSED}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
