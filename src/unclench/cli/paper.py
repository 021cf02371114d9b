"""What a plan or a review prints, and the files that it writes."""

from __future__ import annotations

import json as json_text
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from unclench.cli.about import version
from unclench.errors import InputError
from unclench.evidence import Estimate, Evidence
from unclench.regimen import format as written
from unclench.therapy import FOR_A_CLINICIAN, Finding, Plan

STDOUT: Final = "-"
NOTHING: Final = (
    "The rules have nothing to say about this. That does not mean that it is right for you."
)
ABOUT_RULES: Final = (
    "These are published rules, not a prescription. Never change or stop baclofen on your own."
)
ABOUT_MISSED: Final = (
    "This is the rule of the NHS. If your clinic told you another, follow your clinic. Confusion, "
    "fever, a seizure or rigid muscles: call your local emergency number now."
)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Where an answer goes besides the terminal.

    Args:
        json: A file for JSON; "-" for the terminal alone.
        calendar: A calendar file.
        first_day: The date of day 1, for the calendar.
        sources: Whether to list what the answer rests on.
        force: Whether a file that is there may be replaced.
    """

    json: str | None = None
    calendar: str | None = None
    first_day: date | None = None
    sources: bool = False
    force: bool = False

    @property
    def to_terminal(self) -> bool:
        """Whether a file goes to standard output, so that nothing else may be printed there."""
        return STDOUT in (self.json, self.calendar)

    def check(self) -> None:
        """Refuse, before anything is computed, files that could not be written afterwards."""
        names = [name for name in (self.json, self.calendar) if name is not None]
        if names.count(STDOUT) > 1:
            raise InputError("Two files cannot both be '-'.", expected="one '-' at most")
        for name in names:
            if name == STDOUT:
                continue
            path = Path(name)
            if not path.parent.is_dir():
                raise InputError(
                    f"There is no folder {str(path.parent)!r} for {path.name!r}.",
                    expected="a file in a folder that is there",
                )
            if path.is_dir() or (path.exists() and not self.force):
                raise InputError(
                    f"{str(path)!r} is there already.",
                    expected="a new file name",
                    hint="another name, or --force to replace it",
                )


@final
class Paper:
    """A sheet to print on: paragraphs, tables, findings."""

    def __init__(self) -> None:
        """Print in colour only in a terminal, and none where NO_COLOR is set."""
        self.out = Console(highlight=False)

    def say(self, line: str, *, bold: bool = False) -> None:
        """Print a paragraph."""
        self.out.print(Text(line, style="bold" if bold else ""))

    def gap(self) -> None:
        """Print an empty line."""
        self.out.print()

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print a table without lines; empty columns are left out."""
        body = [tuple(row) for row in rows]
        kept = [at for at in range(len(head)) if any(row[at] for row in body)]
        grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
        for at in kept:
            grid.add_column(Text(head[at], style="bold"), no_wrap=at < 2)
        for row in body:
            grid.add_row(*(Text(row[at]) for at in kept))
        self.out.print(grid)

    def facts(self, facts: Mapping[str, str]) -> None:
        """Print names and values below each other."""
        grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
        for name, value in facts.items():
            grid.add_row(Text(name), Text(value))
        self.out.print(grid)

    def findings(self, findings: Sequence[Finding], *, sources: Evidence | None = None) -> None:
        """Print findings, gravest first, with where they come from if that is asked for."""
        for finding in findings:
            self.say(f"{finding.severity.words}: {finding.title}", bold=True)
            self.say(finding.words)
            self.say(f"Next: {finding.next_step}")
            if sources is not None:
                self.grounds(finding.evidence, sources)
            self.gap()

    def grounds(self, keys: Iterable[str], evidence: Evidence) -> None:
        """Print what something rests on, line by line."""
        for key in dict.fromkeys(keys):
            self.say(f"  {grounds(key, evidence)}")


def grounds(key: str, evidence: Evidence) -> str:
    """One entry with its number, how it came to us, and from where."""
    entry = evidence.entry(key)
    number = ""
    if isinstance(entry, Estimate):
        values = entry.value if isinstance(entry.value, tuple) else (entry.value,)
        number = f": {' to '.join(f'{value:g}' for value in values)} {entry.unit.symbol}"
    source = evidence.source_of(entry)
    place = "" if source is None else f" ({source.short}, {entry.locator})"
    return f"{key}{number}; {entry.basis.words}{place}"


def show_plan(
    plan: Plan, findings: Sequence[Finding], *, sources: bool, evidence: Evidence
) -> None:
    """Print a plan as a table, with its words and what the rules say about it."""
    paper = Paper()
    grave = [one for one in findings if one.severity.rank < 2]
    paper.say(plan.title, bold=True)
    paper.say(FOR_A_CLINICIAN)
    paper.gap()
    paper.findings(grave)
    paper.table(("when", "a day", "doses", "what to know"), plan.table())
    paper.gap()
    for line in plan.words:
        paper.say(f"* {line}")
    paper.gap()
    paper.findings([one for one in findings if one not in grave])
    paper.say("The same in words, for unclench simulate:", bold=True)
    paper.say(written(plan.regimen))
    if sources:
        paper.gap()
        paper.say("This rests on:", bold=True)
        paper.grounds(plan.evidence, evidence)


def about(evidence: Evidence) -> dict[str, str]:
    """What made an answer: version and evidence."""
    return {"unclench_version": version(), "evidence_sha256": evidence.hash}


def write_json(content: Mapping[str, object], *, name: str) -> None:
    """Write JSON to a file, or to standard output for "-"."""
    text = json_text.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_bytes(text.encode(), name=name)


def write_bytes(content: bytes, *, name: str) -> None:
    """Write to a file, or to standard output for "-"."""
    if name == STDOUT:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        Path(name).write_bytes(content)
