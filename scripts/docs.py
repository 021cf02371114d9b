"""Writes the generated pages: docs/evidence.md and docs/cli.md. With --check, only compares.

Run it with `make docs`. A test compares, so that neither page can fall behind.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from typer.main import get_command
from typer.testing import CliRunner

from unclench.cli.program import app
from unclench.evidence import load_evidence
from unclench.evidence.page import page as evidence_page

ROOT = Path(__file__).resolve().parent.parent

CLI_HEAD = """\
# The command

<!-- Written by `make docs` from scripts/docs.py and src/unclench/cli. -->

`unclench` answers at a prompt what the site answers on a page: what a plan of tablets or a pump
would probably do over the days, and where each number comes from. It is for understanding, and
gives no advice on a dose.

## A plan in words

A dose never comes without its unit, and the unit follows from the way in: milligrams for what is
swallowed, micrograms for the pump.

```console
$ unclench simulate "10 mg at 08:00, 14:00, 20:00"
10 mg at 08:00, 14:00, 20:00
...
$ unclench simulate "5 mg x3 for 3 days then 10 mg x3 for 3 days then 15 mg x3"
...
$ unclench simulate "pump 150 micrograms/day, bolus 20 micrograms at 22:00"
...
```

## What happens meanwhile

```console
$ unclench simulate "10 mg x3" --missed "day 3 14:00" --doubled "day 5 08:00"
...
$ unclench simulate "20 mg x3" --compare "pump 150 micrograms/day"
...
$ unclench simulate "10 mg x3" --crcl-falls-to 30 --on-day 4
...
```

## Files

A picture is an SVG, a PNG or a PDF, as the name of the file ends. CSV, JSON and Parquet hold every
point; each name carries its unit, and each file says which version and which evidence made it. PNG,
PDF and Parquet need the extra `unclench[export]`. A file that is there is never replaced unless
`--force` says so. `-` stands for the terminal or a pipe; then nothing else is printed.

```console
$ unclench simulate "10 mg x3" --plot spasms.svg
...
$ unclench simulate "10 mg x3" --figure dimmer --plot dimmer.svg
...
$ unclench simulate "10 mg x3" --days 1 --step 60 --csv -
# unclench_version: ...
# evidence_sha256: ...
...
```

## Where a number comes from

```console
$ unclench evidence show oral.clearance
key: oral.clearance
value: 10.5 L/h
...
$ unclench simulate "10 mg x3" --sources
...
```

## Exit codes

| code | means |
| --- | --- |
| 0 | an answer |
| 2 | something to mend in what was typed: one message says what was wrong and what was expected |
| 1 | a fault of ours, with a traceback to report |

Colour and bold are used only in a terminal, and not where `NO_COLOR` is set.
"""


def cli_page() -> str:
    """Gives docs/cli.md: examples, which a test runs, then what each command says of itself."""
    parts = [CLI_HEAD.strip(), "## Every command and option"]
    for words in commands(get_command(app)):
        said = CliRunner().invoke(
            app, [*words, "--help"], prog_name="unclench", env={"COLUMNS": "90"}
        )
        lines = "\n".join(line.rstrip() for line in said.stdout.strip().splitlines())
        parts.append(f"### {' '.join(['unclench', *words])}\n\n```text\n{lines}\n```")
    return "\n\n".join(parts) + "\n"


def commands(command: object, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Gives the words of each command, group by group."""
    yield words
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*words, name))


def main(arguments: list[str]) -> int:
    """Writes the pages, or says which are not as they should be; gives the exit code."""
    pages = {
        ROOT / "docs" / "evidence.md": evidence_page(load_evidence()),
        ROOT / "docs" / "cli.md": cli_page(),
    }
    stale = [
        page
        for page, text in pages.items()
        if not page.exists() or page.read_text(encoding="utf-8") != text
    ]
    if arguments == ["--check"]:
        for page in stale:
            print(f"{page.relative_to(ROOT)} is not what `make docs` would write.")
        return 1 if stale else 0
    for page in stale:
        page.write_text(pages[page], encoding="utf-8")
        print(f"Wrote {page.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
