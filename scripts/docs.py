"""Writes the generated pages: docs/evidence.md and docs/cli.md. With --check, only compares.

Run it with `make docs`. A test compares, so that neither page can fall behind.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from typer.main import get_command
from typer.testing import CliRunner

from unclench.cli.program import app
from unclench.evidence import Entry, Estimate, Evidence, Statement, load_evidence

ROOT = Path(__file__).resolve().parent.parent

EVIDENCE_HEAD = """\
# Every number and every statement

Written by `make docs` from `src/unclench/evidence/data`. The site shows the same in its library.

*Basis* says how we know: seen in the source itself, secondary (another text reports it), computed
from other entries, assumed, or unverified, which no release may contain.
"""


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


def cell(text: object) -> str:
    """Gives a text as the cell of a table holds it."""
    return " ".join(str(text).split()).replace("|", "\\|")


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """Gives a table."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell(text) for text in line)} |" for line in lines)


def value(entry: Estimate) -> str:
    """Gives the number, or the numbers of a profile, with the unit."""
    numbers = entry.value if isinstance(entry.value, tuple) else (entry.value,)
    return f"{', '.join(f'{number:g}' for number in numbers)} {entry.unit.symbol}"


def grounds(entry: Entry, evidence: Evidence) -> str:
    """Gives what an entry stands on: source and place, arithmetic, or the reason for assuming."""
    source = evidence.source_of(entry)
    parts = [f"{source.short}, {entry.locator}" if source else ""]
    if isinstance(entry, Estimate) and entry.arithmetic:
        parts.append(
            f"from {', '.join(f'`{key}`' for key in entry.computed_from)}: {entry.arithmetic}"
        )
    parts += [entry.why or "", entry.note or ""]
    return ". ".join(part.rstrip(".") for part in parts if part)


def numbers(evidence: Evidence, topic: str) -> str:
    """Gives the table of a topic's numbers, or nothing."""
    rows = [
        (
            f"`{entry.key}`",
            value(entry),
            entry.spread.text(),
            entry.population,
            f"{entry.basis.value}; {entry.certainty.value}",
            grounds(entry, evidence),
        )
        for entry in evidence.values()
        if entry.topic == topic
    ]
    head = ("key", "value", "spread", "in whom", "basis; certainty", "where from")
    return table(head, rows) if rows else ""


def statements(evidence: Evidence, topic: str) -> str:
    """Gives the table of a topic's statements, or nothing."""
    rows = [
        (f"`{entry.key}`", said(entry), entry.basis.value, grounds(entry, evidence))
        for entry in evidence.statements.values()
        if entry.topic == topic
    ]
    return table(("key", "statement", "basis", "where from"), rows) if rows else ""


def said(entry: Statement) -> str:
    """Gives the words of a statement with its named parts."""
    return " ".join([entry.text, *(f"*{name}:* {text}" for name, text in entry.parts)])


def evidence_page(evidence: Evidence) -> str:
    """Gives docs/evidence.md."""
    parts = [EVIDENCE_HEAD, f"Hash of this evidence: `{evidence.hash}`"]
    for topic in evidence.topics:
        parts.append(f"## {topic.replace('_', ' ').capitalize()}")
        parts += [part for part in (numbers(evidence, topic), statements(evidence, topic)) if part]
    sources = sorted(evidence.sources.values(), key=lambda source: source.key)
    parts.append("## Sources")
    parts.append("\n".join(f"- {cell(source.citation)} ({source.read})" for source in sources))
    return "\n\n".join(part.strip() for part in parts) + "\n"


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
