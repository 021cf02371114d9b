"""Every entry of the evidence on one page of Markdown, written from the data."""

from __future__ import annotations

from collections.abc import Iterator

from unclench.evidence.base import Basis, Entry, Estimate, Evidence, Source, Statement

INTRODUCTION = """\
# Evidence

Every number and every cited statement of Unclench, where it was read, and how sure it is. This page
is generated from `src/unclench/evidence/data`; change it there.

* **Basis** says how it came to us: *seen* (read in the source itself, often its abstract),
  *secondary* (read in another text that reports it), *computed* (worked out from other entries),
  *assumed* (ours, with the reason), *unverified* (recalled; a release is refused while any stand).
* **How sure** uses the four words of GRADE: high, moderate, low, very low.
* A spread is between people, around the mean, between studies, or what we think possible.
* Nothing here is advice on a dose.
"""


def page(evidence: Evidence) -> str:
    """Give the whole page as Markdown, with one table a topic and all sources at the end."""
    parts = [INTRODUCTION, _summary(evidence)]
    for topic in evidence.topics:
        parts.extend(_topic(evidence, topic))
    parts.extend(("## Sources\n", _sources(evidence)))
    return "\n".join(parts)


def _summary(evidence: Evidence) -> str:
    entries: tuple[Entry, ...] = (*evidence.values(), *evidence.statements.values())
    counts = (
        (basis, sum(entry.basis is basis for entry in entries), basis.words) for basis in Basis
    )
    rows = "\n".join(f"| {basis.value} | {count} | {words} |" for basis, count, words in counts)
    return (
        f"{len(evidence)} numbers, {len(evidence.statements)} statements, "
        f"{len(evidence.sources)} sources. Hash of the content: `{evidence.hash}`.\n\n"
        f"| basis | entries | meaning |\n|---|---:|---|\n{rows}\n"
    )


def _topic(evidence: Evidence, topic: str) -> Iterator[str]:
    numbers = [entry for entry in evidence.values() if entry.topic == topic]
    said = [entry for entry in evidence.statements.values() if entry.topic == topic]
    yield f"## {topic.replace('_', ' ').capitalize()}\n"
    if numbers:
        yield (
            "| key | value | spread | unit | who | basis | source and place | how sure |\n"
            "|---|---|---|---|---|---|---|---|"
        )
        yield "\n".join(_number_row(evidence, entry) for entry in numbers) + "\n"
    if said:
        yield "| key | says | severity | basis | source and place |\n|---|---|---|---|---|"
        yield "\n".join(_statement_row(evidence, entry) for entry in said) + "\n"


def _number_row(evidence: Evidence, entry: Estimate) -> str:
    who = entry.population if entry.n is None else f"{entry.population} (n = {entry.n})"
    cells = (
        f"`{entry.key}`",
        value_text(entry),
        entry.spread.text(),
        entry.unit.symbol,
        who,
        entry.basis.value,
        place_text(evidence, entry),
        entry.certainty.value,
    )
    return _row(cells)


def _statement_row(evidence: Evidence, entry: Statement) -> str:
    codes = f" Codes: {', '.join(entry.codes)}." if entry.codes else ""
    severity = entry.severity.value if entry.severity else ""
    cells = (f"`{entry.key}`", entry.text + codes, severity, entry.basis.value)
    return _row((*cells, place_text(evidence, entry)))


def value_text(entry: Estimate) -> str:
    """Give the value as a table shows it, without its unit."""
    values = entry.value if isinstance(entry.value, tuple) else (entry.value,)
    return ", ".join(f"{value:.10g}" for value in values)


def place_text(evidence: Evidence, entry: Entry) -> str:
    """Say in one cell what an entry rests on: source and place, arithmetic, or the reason."""
    parts: list[str] = []
    source = evidence.source_of(entry)
    if source is not None:
        parts.append(f"{_link(source)}, {entry.locator}" if entry.locator else _link(source))
    if isinstance(entry, Estimate) and entry.arithmetic:
        keys = ", ".join(f"`{key}`" for key in entry.computed_from)
        parts.append(f"{entry.arithmetic} (from {keys})")
    if entry.why:
        parts.append(entry.why)
    if entry.also:
        parts.append("also " + ", ".join(_link(evidence.sources[name]) for name in entry.also))
    if entry.note:
        parts.append(entry.note)
    return ". ".join(part.rstrip(".") for part in parts) + "."


def _link(source: Source) -> str:
    return f"[{source.short}](#{source.key})"


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _sources(evidence: Evidence) -> str:
    head = "| source | what | kind | read |\n|---|---|---|---|\n"
    rows = (
        _row(
            (
                f'<a id="{source.key}"></a>{source.short}',
                source.citation + (f". {source.note}" if source.note else ""),
                source.kind,
                source.read,
            )
        )
        for source in sorted(evidence.sources.values(), key=lambda each: each.key)
    )
    return head + "\n".join(rows) + "\n"
