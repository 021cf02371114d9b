"""One table of an evidence file, read field by field, with every fault noted and none mended."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar, final

from unclench.errors import InputError
from unclench.evidence.base import (
    INTERVALS,
    Basis,
    Certainty,
    Estimate,
    Of,
    Severity,
    Source,
    Spread,
    Statement,
    Use,
)
from unclench.evidence.faults import Faults
from unclench.units import Unit

ATC = re.compile(r"[A-Z]\d\d([A-Z]([A-Z](\d\d)?)?)?")
MOST_CV = 5.0
"""A larger cv is a percentage by mistake."""

Member = TypeVar("Member", bound=enum.Enum)

SHARED_FIELDS = ("basis", "source", "locator", "also", "why", "note")
ESTIMATE_FIELDS = (
    *("value", "unit", "spread", "population", "n", "certainty", "use", "from", "arithmetic"),
    *SHARED_FIELDS,
)
STATEMENT_FIELDS = ("text", "severity", "tags", "parts", "codes", *SHARED_FIELDS)
SOURCE_FIELDS = (
    *("kind", "read", "title", "authors", "year", "journal", "doi", "pmid", "registry", "note"),
)
SOURCE_KINDS = (
    *("article", "abstract", "review", "guideline", "label", "monograph", "registry"),
    *("report", "web page", "device manual", "book"),
)
READ = ("full text", "abstract", "label", "page", "title", "digest", "not read")
UNREAD = ("digest", "not read")
"""How a source was read that nobody of us has read: such a source cannot be the basis "seen"."""


@final
@dataclass(slots=True)
class Table:
    """One table with its place, and the reading of its fields by type."""

    file: str
    key: str
    content: Mapping[str, object]
    faults: Faults

    def fault(self, what: str, *, expected: str) -> None:
        """Note a fault of this table."""
        self.faults.add(self.file, self.key, what, expected=expected)

    def finish(self, known: tuple[str, ...]) -> None:
        """Note the fields that no entry of this kind has."""
        for name in self.content:
            if name not in known:
                self.fault(f"unknown field `{name}`", expected=f"only {', '.join(known)}")

    def missing(self, name: str, expected: str) -> None:
        """Note that a field is not there."""
        self.fault(f"the field `{name}` is missing", expected=expected)

    def text(self, name: str, expected: str = "a sentence") -> str | None:
        """Read a text that may be absent."""
        value = self.content.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip() or value != value.strip():
            self.fault(
                f"`{name}` is {value!r}", expected=f"{expected}, as text without spare spaces"
            )
            return None
        return value

    def needed_text(self, name: str, expected: str = "a sentence") -> str:
        """Read a text that must be there."""
        if name not in self.content:
            self.missing(name, expected)
        return self.text(name, expected) or ""

    def texts(self, name: str, expected: str) -> tuple[str, ...]:
        """Read a list of different texts that may be absent."""
        if name not in self.content:
            return ()
        value = self.content[name]
        good = isinstance(value, list) and all(isinstance(item, str) and item for item in value)
        if not good or not isinstance(value, list) or not value:
            self.fault(f"`{name}` is {value!r}", expected=f"a list of {expected}")
            return ()
        if len(set(value)) < len(value):
            self.fault(f"`{name}` names something twice: {value!r}", expected="each name once")
        return tuple(value)

    def whole(self, name: str, expected: str, *, least: int = 0) -> int | None:
        """Read a whole number that may be absent."""
        value = self.content.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.fault(f"`{name}` is {value!r}", expected=expected)
            return None
        return value

    def member(self, name: str, kind: type[Member], *, needed: bool = True) -> Member | None:
        """Read one word of a closed list."""
        if name not in self.content:
            if needed:
                self.missing(name, f"one of {_words(kind)}")
            return None
        try:
            return kind(self.content[name])
        except ValueError:
            self.fault(f"`{name}` is {self.content[name]!r}", expected=f"one of {_words(kind)}")
            return None


def _words(kind: type[enum.Enum]) -> str:
    return ", ".join(str(member.value) for member in kind)


def read_source(table: Table) -> Source | None:
    """Read one source."""
    before = len(table.faults.met)
    kind = table.needed_text("kind", f"one of {', '.join(SOURCE_KINDS)}")
    read = table.needed_text("read", f"one of {', '.join(READ)}")
    for name, word, words in (("kind", kind, SOURCE_KINDS), ("read", read, READ)):
        if word and word not in words:
            table.fault(f"`{name}` is {word!r}", expected=f"one of {', '.join(words)}")
    doi = table.text("doi", "a DOI")
    if doi and not (doi.startswith("10.") and "/" in doi):
        table.fault(f"`doi` is {doi!r}", expected="a DOI without address, such as 10.1000/182")
    pmid = table.text("pmid", "a PubMed number")
    if pmid and not pmid.isdigit():
        table.fault(f"`pmid` is {pmid!r}", expected="digits, as text")
    year = table.whole("year", "a year from 1900 on, as a whole number", least=1900)
    source = Source(
        key=table.key,
        kind=kind,
        read=read,
        title=table.needed_text("title", "the title, or our own words for it in square brackets"),
        authors=table.text("authors", "the authors, or the first one"),
        year=year,
        journal=table.text("journal", "journal, volume and pages"),
        doi=doi,
        pmid=pmid,
        registry=table.text("registry", "a trial registry's number"),
        note=table.text("note"),
    )
    return source if len(table.faults.met) == before else None


def read_estimate(table: Table) -> Estimate | None:
    """Read one number or profile; None when it has a fault."""
    before = len(table.faults.met)
    value, unit, spread = _value(table), _unit(table), _spread(table)
    population = table.needed_text("population", "whom or what the number is about")
    certainty = table.member("certainty", Certainty)
    basis = table.member("basis", Basis)
    n = table.whole("n", "how many people, a whole number from 1", least=1)
    use = tuple(_word(table, "use", word, Use) for word in table.texts("use", "uses"))
    shared = _shared(table, basis)
    _check_spread(table, value, spread)
    _check_certainty(table, basis, certainty)
    faulty = len(table.faults.met) > before
    if faulty or value is None or unit is None or spread is None or not (basis and certainty):
        return None
    return Estimate(
        key=table.key,
        topic=table.file.removesuffix(".toml"),
        value=value,
        unit=unit,
        spread=spread,
        population=population,
        basis=basis,
        certainty=certainty,
        n=n,
        source=shared.source,
        locator=shared.locator,
        also=shared.also,
        computed_from=table.texts("from", "keys of entries"),
        arithmetic=table.text("arithmetic"),
        why=shared.why,
        note=shared.note,
        use=tuple(word for word in use if word is not None),
    )


def read_statement(table: Table) -> Statement | None:
    """Read one statement; None when it has a fault."""
    before = len(table.faults.met)
    text = table.needed_text("text")
    basis = table.member("basis", Basis)
    shared = _shared(table, basis)
    severity = table.member("severity", Severity, needed=False)
    parts = _parts(table)
    codes = table.texts("codes", "ATC codes")
    for code in codes:
        if not ATC.fullmatch(code):
            table.fault(f"`codes` holds {code!r}", expected="ATC codes such as N05BA or N02")
    if len(table.faults.met) > before or basis is None:
        return None
    return Statement(
        key=table.key,
        topic=table.file.removesuffix(".toml"),
        text=text,
        basis=basis,
        source=shared.source,
        locator=shared.locator,
        also=shared.also,
        why=shared.why,
        severity=severity,
        tags=table.texts("tags", "tags"),
        parts=parts,
        codes=codes,
        note=shared.note,
    )


@final
@dataclass(frozen=True, slots=True)
class Shared:
    """The fields that numbers and statements have in common."""

    source: str | None
    locator: str | None
    also: tuple[str, ...]
    why: str | None
    note: str | None


def _shared(table: Table, basis: Basis | None) -> Shared:
    if basis is not None:
        _check_basis(table, basis)
    return Shared(
        source=table.text("source", "a key of sources.toml"),
        locator=table.text("locator", "the place in the source"),
        also=table.texts("also", "keys of sources"),
        why=table.text("why", "why we assume it"),
        note=table.text("note"),
    )


# What each basis needs, and what it must not have because it would claim more than is known.
NEEDS = {
    Basis.SEEN: ("source", "locator"),
    Basis.SECONDARY: ("source", "locator"),
    Basis.COMPUTED: ("from", "arithmetic"),
    Basis.ASSUMED: ("why",),
    Basis.UNVERIFIED: ("note",),
}
SHUNS = {
    Basis.SEEN: ("from", "arithmetic", "why"),
    Basis.SECONDARY: ("from", "arithmetic", "why"),
    Basis.COMPUTED: ("source", "locator", "why"),
    Basis.ASSUMED: ("source", "locator", "arithmetic"),
    Basis.UNVERIFIED: ("from", "arithmetic", "why"),
}
MOST_CERTAIN = {
    Basis.SEEN: Certainty.HIGH,
    Basis.SECONDARY: Certainty.MODERATE,
    Basis.COMPUTED: Certainty.MODERATE,
    Basis.ASSUMED: Certainty.VERY_LOW,
    Basis.UNVERIFIED: Certainty.VERY_LOW,
}


def _check_basis(table: Table, basis: Basis) -> None:
    statement = "text" in table.content
    if statement and basis is Basis.COMPUTED:
        table.fault("a statement is `computed`", expected="seen, secondary, assumed, unverified")
        return
    for name in NEEDS[basis]:
        if name not in table.content:
            table.missing(name, f"`{name}`, because the basis is {basis.value}")
    for name in SHUNS[basis]:
        if name in table.content:
            table.fault(f"`{name}` stands beside basis {basis.value}", expected=f"no `{name}`")


def _check_certainty(table: Table, basis: Basis | None, certainty: Certainty | None) -> None:
    if basis is None or certainty is None:
        return
    most = MOST_CERTAIN[basis]
    if certainty.rank > most.rank:
        table.fault(
            f"certainty is {certainty.value} where the basis is {basis.value}",
            expected=f"at most {most.value}",
        )


def _value(table: Table) -> float | tuple[float, ...] | None:
    if isinstance(table.content["value"], list):
        values = tuple(_finite(table, "value", item) for item in table.content["value"])
        if len(values) < 2:
            table.fault("`value` is a list of fewer than two", expected="a number, or a profile")
        return tuple(value for value in values if value is not None)
    return _finite(table, "value", table.content["value"])


def _finite(table: Table, name: str, value: object) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(value, int | float) and number and math.isfinite(value):
        return float(value)
    table.fault(f"`{name}` is {value!r}", expected="a finite number without quotes")
    return None


def _unit(table: Table) -> Unit | None:
    symbol = table.needed_text("unit", "the symbol of a unit")
    if not symbol:
        return None
    try:
        return Unit.parse(symbol)
    except InputError as error:
        near = f" ({error.hint})" if error.hint else ""
        table.fault(f"`unit` is {symbol!r}{near}", expected="a symbol of unclench.units")
        return None


SPREAD_FORMS = ({"cv"}, {"log_sd"}, {"sd"}, {"low", "high"}, {"none"})
SPREAD_EXPECTED = 'one of {cv}, {log_sd}, {sd}, {low, high}, {none = "why"}; and `of`'


def _spread(table: Table) -> Spread | None:
    content = table.content.get("spread")
    if content is None:
        table.missing("spread", SPREAD_EXPECTED)
        return None
    if not isinstance(content, dict):
        table.fault(f"`spread` is {content!r}", expected=SPREAD_EXPECTED)
        return None
    if set(content) - {"of", "interval"} not in SPREAD_FORMS:
        table.fault(f"`spread` holds {', '.join(content) or 'nothing'}", expected=SPREAD_EXPECTED)
        return None
    inner = Table(table.file, table.key, content, table.faults)
    numbers = {
        name: _finite(table, f"spread.{name}", content[name])
        for name in ("cv", "log_sd", "sd", "low", "high")
        if name in content
    }
    of = inner.member("of", Of, needed=False)
    interval = inner.text("interval", "90%, 95%, IQR or range") or "range"
    if interval not in INTERVALS or ("interval" in content and "low" not in content):
        table.fault(
            f"`spread.interval` is {interval!r}",
            expected=f"one of {', '.join(INTERVALS)}, beside low and high",
        )
    return Spread(**numbers, none=inner.text("none", "why there is none"), of=of, interval=interval)


def _check_spread(
    table: Table, value: float | tuple[float, ...] | None, spread: Spread | None
) -> None:
    if spread is None or value is None:
        return
    for name in ("cv", "log_sd", "sd"):
        size = getattr(spread, name)
        if size is not None and size <= 0:
            table.fault(f"`spread.{name}` is {size:g}", expected="a number above zero, or none")
    if spread.cv is not None and spread.cv > MOST_CV:
        table.fault(f"`spread.cv` is {spread.cv:g}", expected="a fraction: 0.27 for 27 percent")
    if spread.low is None or spread.high is None:
        return
    if isinstance(value, tuple):
        table.fault("a profile has low and high", expected="cv, log_sd, sd or none")
    elif not spread.low <= value <= spread.high or spread.low == spread.high:
        table.fault(
            f"value {value:g} with low {spread.low:g} and high {spread.high:g}",
            expected="low <= value <= high, and low below high",
        )


def _word(table: Table, name: str, word: str, kind: type[Member]) -> Member | None:
    try:
        return kind(word)
    except ValueError:
        table.fault(f"`{name}` holds {word!r}", expected=f"some of {_words(kind)}")
        return None


def _parts(table: Table) -> tuple[tuple[str, str], ...]:
    if "parts" not in table.content:
        return ()
    content = table.content["parts"]
    if not isinstance(content, dict) or not content:
        table.fault(f"`parts` is {content!r}", expected="a table of texts")
        return ()
    inner = Table(table.file, table.key, content, table.faults)
    return tuple((name, inner.needed_text(name, "a text in `parts`")) for name in content)
