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
    """Gives docs/cli.md: what each command says of itself."""
    parts = [
        "# The command `unclench`",
        "Written by `make docs`: what each command says of itself.",
    ]
    for words in commands(get_command(app)):
        said = CliRunner().invoke(
            app, [*words, "--help"], prog_name="unclench", env={"COLUMNS": "90"}
        )
        lines = "\n".join(line.rstrip() for line in said.stdout.strip().splitlines())
        parts.append(f"## {' '.join(['unclench', *words])}\n\n```text\n{lines}\n```")
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
