"""Read the evidence files; refuse them all together, with every fault named, or take them whole.

One file is one topic, one table is one entry. A table with `value` is an Estimate, a table with
`text` a Statement. `sources.toml` holds the sources.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from unclench.evidence.base import Basis, Entry, Estimate, Evidence, Source, Statement
from unclench.evidence.faults import Faults
from unclench.evidence.parsed import PARSED, current
from unclench.evidence.tables import (
    ESTIMATE_FIELDS,
    SOURCE_FIELDS,
    STATEMENT_FIELDS,
    UNREAD,
    Table,
    read_estimate,
    read_source,
    read_statement,
)

SOURCES = "sources.toml"
KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9][a-z0-9_]*)+")
SOURCE_KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def load_evidence(folder: Path | None = None) -> Evidence:
    """Give the whole evidence base, from the package's own files or from a folder of TOML files.

    Whoever starts the program calls this once and passes the result on.

    Raises:
        InputError: when anything is wrong; it names every fault of every file.

    Example:
        >>> from unclench.units import Unit
        >>> evidence = load_evidence()
        >>> evidence.value("oral.clearance", Unit.L_PER_H)
        10.5
    """
    place = files("unclench.evidence") / "data" if folder is None else folder
    texts = read_texts(place)
    kept = place / PARSED
    return parse_evidence(
        texts, known=current(kept.read_text("utf-8"), texts) if kept.is_file() else {}
    )


def read_texts(place: Path | Traversable | None = None) -> dict[str, str]:
    """Give the text of every TOML file of a folder, or of the package, by its name."""
    folder = files("unclench.evidence") / "data" if place is None else place
    found = sorted((item.name, item) for item in folder.iterdir() if item.name.endswith(".toml"))
    return {name: item.read_text("utf-8") for name, item in found}


def parse_evidence(
    texts: Mapping[str, str], *, known: Mapping[str, Mapping[str, object]] | None = None
) -> Evidence:
    """Give the evidence base that these texts hold, each named as a file would be.

    Args:
        texts: The text of each file by its name.
        known: What some of the texts say, where it is known; the others are parsed.

    Raises:
        InputError: when anything is wrong; it names every fault of every file.
    """
    faults = Faults()
    ready = known or {}
    parsed = {name: ready.get(name) or _parse(name, text, faults) for name, text in texts.items()}
    whole = not faults.met
    named = parsed.pop(SOURCES, {})
    sources = _sources(named, faults)
    tables = _tables(parsed, faults)
    entries = _entries(tables)
    _check_links(entries, tables.keys(), sources, named.keys(), faults)
    if whole:
        _check_orphans(tables, named.keys(), faults)
    faults.refuse()
    return Evidence(
        estimates={key: entry for key, entry in entries.items() if isinstance(entry, Estimate)},
        statements={key: entry for key, entry in entries.items() if isinstance(entry, Statement)},
        sources=sources,
    )


def _parse(name: str, text: str, faults: Faults) -> Mapping[str, object]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        faults.add(name, "", f"it is not TOML: {error}", expected="a TOML 1.0 file")
        return {}


def _sources(document: Mapping[str, object], faults: Faults) -> dict[str, Source]:
    sources = {}
    for key, content in document.items():
        if not SOURCE_KEY.fullmatch(key):
            faults.add(
                SOURCES,
                key,
                "this is not the form of a source's key",
                expected="lower case with hyphens, such as he-2014",
            )
        if not isinstance(content, dict):
            faults.add(SOURCES, key, "this is not a table", expected=f"[{key}] with fields")
            continue
        table = Table(SOURCES, key, content, faults)
        source = read_source(table)
        table.finish(SOURCE_FIELDS)
        if source is not None:
            sources[key] = source
    return sources


def _tables(documents: Mapping[str, Mapping[str, object]], faults: Faults) -> dict[str, Table]:
    """Give every entry's table by its key, wherever it stands."""
    tables: dict[str, Table] = {}
    for file, document in documents.items():
        for key, content in _walk(file, "", document, faults):
            if key in tables:
                where = f"this key stands in {tables[key].file} too"
                faults.add(file, key, where, expected="one entry for one key")
            else:
                tables[key] = Table(file, key, content, faults)
    return tables


def _entries(tables: Mapping[str, Table]) -> dict[str, Entry]:
    read = ((key, _entry(table)) for key, table in tables.items())
    return {key: entry for key, entry in read if entry is not None}


def _walk(
    file: str, prefix: str, content: Mapping[str, object], faults: Faults
) -> Iterator[tuple[str, dict[str, object]]]:
    """Give every entry with its dotted key; a table inside an entry is an entry of its own."""
    own: dict[str, object] = {}
    inner: dict[str, Mapping[str, object]] = {}
    for name, value in content.items():
        nested = isinstance(value, dict) and name not in ("spread", "parts")
        if nested and isinstance(value, dict):
            inner[name] = value
        else:
            own[name] = value
    if own and not prefix:
        for name in own:
            faults.add(file, name, "this stands outside any table", expected="a table for it")
    elif own:
        yield prefix, own
    elif not inner:
        faults.add(file, prefix, "this table is empty", expected="value or text, and the rest")
    for name, value in inner.items():
        yield from _walk(file, f"{prefix}.{name}" if prefix else name, value, faults)


def _entry(table: Table) -> Entry | None:
    if not KEY.fullmatch(table.key):
        table.fault(
            "this is not the form of a key",
            expected="two or more lower-case words joined by dots, such as oral.clearance",
        )
    if ("value" in table.content) == ("text" in table.content):
        both = "both value and text" if "value" in table.content else "neither value nor text"
        table.fault(
            f"it has {both} (fields: {', '.join(table.content)})",
            expected="value for a number, or text for a statement",
        )
        return None
    if "value" in table.content:
        estimate = read_estimate(table)
        table.finish(ESTIMATE_FIELDS)
        return estimate
    statement = read_statement(table)
    table.finish(STATEMENT_FIELDS)
    return statement


def _check_links(
    entries: Mapping[str, Entry],
    keys: Collection[str],
    sources: Mapping[str, Source],
    names: Collection[str],
    faults: Faults,
) -> None:
    """Check that what an entry names is there; a table with a fault of its own is there too."""
    for key, entry in entries.items():
        file = f"{entry.topic}.toml"
        for name in (entry.source, *entry.also):
            if name is not None and name not in names:
                what = f"there is no source {name!r}"
                faults.add(file, key, what, expected=f"a key of {SOURCES}")
        source = sources.get(entry.source or "")
        if entry.basis is Basis.SEEN and source is not None and source.read in UNREAD:
            what = f"it is seen, but nobody of us read {source.key}"
            faults.add(file, key, what, expected="basis secondary, or a source that was read")
        for name in entry.computed_from if isinstance(entry, Estimate) else ():
            if name not in keys or name == key:
                faults.add(file, key, f"`from` names {name!r}", expected="the key of another entry")


def _check_orphans(tables: Mapping[str, Table], names: Collection[str], faults: Faults) -> None:
    """Check that every source is cited by some table, be it one with a fault."""
    cited: set[str] = set()
    for table in tables.values():
        also = table.content.get("also")
        cited.update(
            map(str, (table.content.get("source"), *(also if isinstance(also, list) else ())))
        )
    for key in names:
        if key not in cited:
            faults.add(SOURCES, key, "nobody cites this source", expected="an entry that does")
