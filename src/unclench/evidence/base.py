"""What the evidence base is made of: sources, numbers and statements, each frozen and checked.

An `Estimate` is a number with its unit, its spread and the place where it was read. A `Statement`
is the same for words: a warning, an interaction, a piece of advice. `Evidence` holds all of them.
"""

from __future__ import annotations

import difflib
import enum
import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, TypeVar, final

from unclench.errors import InputError
from unclench.units import Unit, convert


@final
class Basis(enum.Enum):
    """How a number came to us, and so what it may be used for."""

    SEEN = "seen"
    SECONDARY = "secondary"
    COMPUTED = "computed"
    ASSUMED = "assumed"
    UNVERIFIED = "unverified"

    @property
    def words(self) -> str:
        """Say the basis as a reader of the library understands it."""
        return _BASIS_WORDS[self]


_BASIS_WORDS = {
    Basis.SEEN: "read in the source itself",
    Basis.SECONDARY: "read in another text that reports the source",
    Basis.COMPUTED: "worked out from other entries",
    Basis.ASSUMED: "our assumption",
    Basis.UNVERIFIED: "recalled, and not yet confirmed",
}


@final
class Certainty(enum.Enum):
    """How sure we are, in the four words of GRADE."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very low"

    @property
    def rank(self) -> int:
        """Order the four: 0 is very low, 3 is high."""
        return ("very low", "low", "moderate", "high").index(self.value)


@final
class Use(enum.Enum):
    """What an entry may be used for; calibration and validation are never the same entry."""

    MODEL = "model"
    RULE = "rule"
    PAGE = "page"
    CALIBRATION = "calibration"
    VALIDATION = "validation"


@final
class Of(enum.Enum):
    """What a spread is a spread of; mixing them up is the classic mistake with such tables."""

    PEOPLE = "people"
    MEAN = "mean"
    STUDIES = "studies"
    BELIEF = "belief"

    @property
    def words(self) -> str:
        """Say what varies."""
        return _OF_WORDS[self]


_OF_WORDS = {
    Of.PEOPLE: "between people",
    Of.MEAN: "around the mean",
    Of.STUDIES: "between studies",
    Of.BELIEF: "what we think possible",
}


@final
class Severity(enum.Enum):
    """How much an interaction, a warning or a contraindication matters."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"


# Half the width of each kind of interval, in standard deviations of a normal distribution.
INTERVALS = {"IQR": 0.6745, "90%": 1.6449, "95%": 1.96, "range": 1.6449}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How far a number spreads: one of cv, log_sd, sd, low with high, or none with the reason.

    cv and log_sd are fractions; sd, low and high are in the unit of the estimate. `of` says what
    spreads. `interval` says what low and high enclose; "range" is the smallest and largest seen
    or thought possible, and counts as nine of ten where a log sd is asked for.
    """

    cv: float | None = None
    log_sd: float | None = None
    sd: float | None = None
    low: float | None = None
    high: float | None = None
    none: str | None = None
    of: Of | None = None
    interval: str = "range"

    def log_sd_about(self, value: float) -> float:
        """Give the standard deviation of the logarithm, which a log-normal draw needs.

        Raises:
            InputError: when the entry has no spread, or one that crosses zero.

        Example:
            >>> round(Spread(low=50.0, high=200.0).log_sd_about(100.0), 3)
            0.421
        """
        if self.log_sd is not None:
            return self.log_sd
        if self.low is not None and self.high is not None and self.low > 0:
            return (math.log(self.high) - math.log(self.low)) / (2 * INTERVALS[self.interval])
        cv = self.cv if self.sd is None else (self.sd / value if value > 0 else None)
        if cv is None:
            raise InputError(
                f"This spread ({self.text()}) has no logarithm.",
                expected="cv, log_sd, sd of a number above zero, or low above zero",
                hint="give the entry a spread, or draw it another way",
            )
        return math.sqrt(math.log1p(cv * cv))

    def text(self) -> str:
        """Say the spread in one phrase, for tables."""
        if self.none is not None:
            return f"none: {self.none}"
        if self.cv is not None:
            said = f"CV {100 * self.cv:g} %"
        elif self.log_sd is not None:
            said = f"log sd {self.log_sd:g}"
        elif self.sd is not None:
            said = f"sd {self.sd:g}"
        else:
            kind = "" if self.interval == "range" else f" ({self.interval})"
            said = f"{self.low:g} to {self.high:g}{kind}"
        return said if self.of is None else f"{said}, {self.of.words}"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One thing that was read. A title in square brackets is ours: the dossier gave none."""

    key: str
    kind: str
    read: str
    title: str
    authors: str | None = None
    year: int | None = None
    journal: str | None = None
    doi: str | None = None
    pmid: str | None = None
    registry: str | None = None
    note: str | None = None

    @property
    def short(self) -> str:
        """Name the source as a sentence would: first author and year, or its title."""
        name = self.authors or self.title.strip("[]")
        return f"{name} {self.year}" if self.year and str(self.year) not in name else name

    @property
    def citation(self) -> str:
        """Give the whole reference on one line."""
        head = ", ".join(str(part) for part in (self.authors, self.year) if part)
        marks = (("doi:", self.doi), ("PMID ", self.pmid), ("", self.registry))
        tail = [f"{mark}{value}" for mark, value in marks if value]
        return ". ".join(part for part in (head, self.title, self.journal, *tail) if part)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One number, or one profile of numbers, and everything that lets a reader judge it.

    `computed_from` is the TOML field `from`; `topic` is the name of the file it stands in.
    """

    key: str
    topic: str
    value: float | tuple[float, ...]
    unit: Unit
    spread: Spread
    population: str
    basis: Basis
    certainty: Certainty
    n: int | None = None
    source: str | None = None
    locator: str | None = None
    also: tuple[str, ...] = ()
    computed_from: tuple[str, ...] = ()
    arithmetic: str | None = None
    why: str | None = None
    note: str | None = None
    use: tuple[Use, ...] = ()

    def number(self, unit: Unit) -> float:
        """Give the number in the unit asked for; another dimension is an InputError."""
        if isinstance(self.value, tuple):
            raise InputError(
                f"{self.key} is a profile of {len(self.value)} numbers.",
                expected="a single number",
                hint=f"ask for the profile of {self.key}",
            )
        return convert(self.value, self.unit, unit)

    def profile(self, unit: Unit) -> tuple[float, ...]:
        """Give the numbers of a profile in the unit asked for."""
        if not isinstance(self.value, tuple):
            raise InputError(
                f"{self.key} is one number.",
                expected="a profile, which is a list in the file",
                hint=f"ask for the value of {self.key}",
            )
        return tuple(convert(value, self.unit, unit) for value in self.value)

    def log_sd(self) -> float:
        """Give the standard deviation of the logarithm of this number, from its spread."""
        if isinstance(self.value, tuple):
            raise InputError(
                f"{self.key} is a profile.", expected="a single number", hint="name another key"
            )
        return self.spread.log_sd_about(self.value)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing that a source says in words, retold in ours.

    `parts` holds named pieces (of an interaction: what, mechanism, consequence, management);
    `codes` holds ATC codes; `tags` group statements for the rules and the pages.
    """

    key: str
    topic: str
    text: str
    basis: Basis
    source: str | None = None
    locator: str | None = None
    also: tuple[str, ...] = ()
    why: str | None = None
    severity: Severity | None = None
    tags: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    codes: tuple[str, ...] = ()
    note: str | None = None

    def part(self, name: str) -> str:
        """Give one named piece; a name that is not there is an InputError."""
        for key, text in self.parts:
            if key == name:
                return text
        names = ", ".join(key for key, _ in self.parts) or "no parts"
        raise InputError(f"{self.key} has no part {name!r}.", expected=f"one of: {names}")


Entry = Estimate | Statement


@final
@dataclass(frozen=True, kw_only=True)
class Evidence(Mapping[str, Estimate]):
    """Every number by its key, with the statements and the sources beside it; it never changes."""

    estimates: Mapping[str, Estimate]
    statements: Mapping[str, Statement]
    sources: Mapping[str, Source]

    def __getitem__(self, key: str) -> Estimate:
        return self.estimates[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.estimates)

    def __len__(self) -> int:
        return len(self.estimates)

    def __hash__(self) -> int:
        return hash(self.hash)

    def value(self, key: str, unit: Unit) -> float:
        """Give the number of a key in the unit asked for.

        Raises:
            InputError: when there is no such number (the message names the nearest keys), when the
                unit has another dimension, or when the entry is a profile.
        """
        return self.estimate(key).number(unit)

    def profile(self, key: str, unit: Unit) -> tuple[float, ...]:
        """Give the numbers of a profile (a list in the file) in the unit asked for."""
        return self.estimate(key).profile(unit)

    def estimate(self, key: str) -> Estimate:
        """Give the whole entry of a number; a missing key is an InputError naming the nearest."""
        return _find(self.estimates, key, "number")

    def statement(self, key: str) -> Statement:
        """Give a statement by its key; a missing key is an InputError."""
        return _find(self.statements, key, "statement")

    def entry(self, key: str) -> Entry:
        """Give whatever stands under a key, a number or a statement."""
        return self.statements[key] if key in self.statements else self.estimate(key)

    def source_of(self, entry: Entry) -> Source | None:
        """Give the source in which an entry was read, or None where it has none."""
        return None if entry.source is None else self.sources[entry.source]

    def under(self, prefix: str) -> tuple[Estimate, ...]:
        """Give the numbers whose key begins with prefix and a dot, in the order of the files."""
        return tuple(self[key] for key in self.estimates if key.startswith(f"{prefix}."))

    def statements_under(self, prefix: str) -> tuple[Statement, ...]:
        """Give the statements whose key begins with prefix and a dot, in the files' order."""
        return tuple(said for key, said in self.statements.items() if key.startswith(f"{prefix}."))

    def tagged(self, tag: str) -> tuple[Statement, ...]:
        """Give the statements that carry a tag, in the order of the files."""
        return tuple(said for said in self.statements.values() if tag in said.tags)

    def used_for(self, use: Use) -> tuple[Estimate, ...]:
        """Give the numbers that name a use, such as those to calibrate on."""
        return tuple(estimate for estimate in self.estimates.values() if use in estimate.use)

    @cached_property
    def topics(self) -> tuple[str, ...]:
        """Name the files in the order of their names."""
        entries: tuple[Entry, ...] = (*self.estimates.values(), *self.statements.values())
        return tuple(sorted({entry.topic for entry in entries}))

    @cached_property
    def hash(self) -> str:
        """Give the SHA-256 of the content, as 64 hex digits, whatever the order in the files."""
        content = {
            "estimates": _plain(self.estimates),
            "statements": _plain(self.statements),
            "sources": _plain(self.sources),
        }
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


Held = TypeVar("Held")


def _find(entries: Mapping[str, Held], key: str, kind: str) -> Held:
    try:
        return entries[key]
    except KeyError:
        near = difflib.get_close_matches(key, list(entries), n=3, cutoff=0.5)
        raise InputError(
            f"There is no {kind} {key!r} in the evidence.",
            expected="a key of docs/evidence.md",
            hint=f"did you mean {', '.join(near)}?" if near else "",
        ) from None


_NAMES: dict[type, tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind))
    for kind in (Estimate, Statement, Source, Spread)
}


def _plain(thing: object) -> Any:  # JSON has no type of its own
    """Turn entries into what JSON can write, without what is empty."""
    if type(thing) in _NAMES:
        named = ((name, getattr(thing, name)) for name in _NAMES[type(thing)])
        return {name: _plain(value) for name, value in named if value not in (None, ())}
    if isinstance(thing, tuple):
        return [_plain(value) for value in thing]
    if isinstance(thing, Mapping):
        return {key: _plain(value) for key, value in thing.items()}
    if isinstance(thing, Unit):
        return thing.symbol
    return thing.value if isinstance(thing, enum.Enum) else thing
