"""What the library shows of an entry: its value in words, its basis, who uses it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, final

from unclench.evidence import Entry, Estimate, Evidence, Statement, users_of
from unclench.units import Unit

TOPICS: Final = {
    "adverse_effects": "Unwanted effects",
    "between": "How people differ",
    "calibrated": "Numbers that we fitted",
    "complications": "What can go wrong with a pump",
    "contraindications": "Who should take care",
    "dosing": "Doses in labels and guidance",
    "effect": "What baclofen does",
    "inference": "Reading a diary",
    "interactions": "Other medicines",
    "kinetics_intrathecal": "From the pump into the fluid",
    "kinetics_oral": "From the tablet into the blood",
    "mechanism": "How it works",
    "observations_intrathecal": "What pump studies observed",
    "observations_oral": "What tablet studies observed",
    "persistence": "How long people stay on it",
    "priors": "Where the fit began",
    "pump": "Pumps and catheters",
    "scales": "Scales and scores",
    "screening": "The test before a pump",
    "self_management": "What people can do themselves",
    "therapy_rules": "Limits of our own",
    "withdrawal": "Stopping, and withdrawal",
}
"""Names of the files of the evidence base as a reader knows them; others show their own name."""

WORDS: Final = {
    "auc": "AUC",
    "cmax": "highest level",
    "crcl": "creatinine clearance",
    "csf": "spinal fluid",
    "cv": "CV",
    "ec50": "EC50",
    "it": "pump",
    "mcg": "micrograms",
    "ms": "MS",
    "penn": "Penn",
    "us": "US",
}
"""Short forms inside keys, as a reader writes them."""

UNITS: Final = {
    Unit.MCG: "micrograms",
    Unit.MCG_PER_DAY: "micrograms a day",
    Unit.MCG_PER_H: "micrograms an hour",
    Unit.MCG_PER_ML: "micrograms in a millilitre",
    Unit.MCG_PER_L: "micrograms in a litre",
    Unit.MCG_PER_KG: "micrograms for each kg",
    Unit.FRACTION: "(a share, where 1 is all)",
    Unit.FRACTION_PER_YEAR: "a year (a share)",
    Unit.RATIO: "(a ratio)",
    Unit.PERCENT: "percent",
    Unit.POINTS: "points",
    Unit.SCORE: "(a score)",
    Unit.COUNT: "",
    Unit.COUNT_PER_H: "an hour",
    Unit.COUNT_PER_DAY: "a day",
    Unit.COUNT_PER_WEEK: "a week",
    Unit.MIN: "minutes",
    Unit.H: "hours",
    Unit.DAY: "days",
    Unit.WEEK: "weeks",
    Unit.MONTH: "months",
    Unit.YEAR: "years",
    Unit.PER_H: "an hour",
    Unit.PER_DAY: "a day",
    Unit.PER_WEEK: "a week",
    Unit.PER_MONTH: "a month",
    Unit.PER_YEAR: "a year",
    Unit.MG_PER_DAY: "mg a day",
}
"""Units that are said in words; all others are shown as their symbol."""


def topic_words(topic: str) -> str:
    """A topic's name for readers.

    Example:
        >>> topic_words("kinetics_oral"), topic_words("rare_things")
        ('From the tablet into the blood', 'Rare things')
    """
    return TOPICS.get(topic, topic.replace("_", " ").capitalize())


def unit_words(unit: Unit) -> str:
    """A unit as the library writes it: never with a Greek letter or a short form of micrograms."""
    return UNITS.get(unit, unit.symbol.replace("cm2", "cm²").replace("mm2", "mm²"))


def value_words(estimate: Estimate) -> str:
    """The number with its unit; a profile as its numbers in order."""
    values = estimate.value if isinstance(estimate.value, tuple) else (estimate.value,)
    said = ", ".join(number_words(value) for value in values)
    return f"{said} {unit_words(estimate.unit)}".strip()


def number_words(value: float) -> str:
    """A number to six figures that matter, without an exponent.

    Example:
        >>> number_words(0.00002), number_words(284263.0), number_words(191.40)
        ('0.00002', '284,263', '191.4')
    """
    return f"{Decimal(f'{value:.6g}').normalize():,f}"


def name_words(key: str) -> str:
    """A key in words, for headings and lists.

    Example:
        >>> name_words("csf.loss_rate"), name_words("effect.ec50_tone")
        ('Spinal fluid: loss rate', 'Effect: EC50 tone')
    """
    first, *rest = (
        " ".join(WORDS.get(word, word) for word in part.split("_")) for part in key.split(".")
    )
    return f"{first[:1].upper()}{first[1:]}: {', '.join(rest)}" if rest else first.capitalize()


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry in a list: its key, its name in words, and its value or the start of its text."""

    key: str
    name: str
    says: str
    certainty: str


def line(entry: Entry) -> Line:
    """One entry as a list shows it."""
    if isinstance(entry, Statement):
        return Line(key=entry.key, name=name_words(entry.key), says=entry.text, certainty="")
    return Line(
        key=entry.key,
        name=name_words(entry.key),
        says=value_words(entry),
        certainty=f"{entry.certainty.value} certainty",
    )


def entries(base: Evidence) -> Iterable[Entry]:
    """Every number, then every statement, in the order of the files."""
    yield from base.estimates.values()
    yield from base.statements.values()


def matching(base: Evidence, wanted: str) -> list[Entry]:
    """The entries that hold every one of the words looked for, whatever the case."""
    words = wanted.lower().split()
    return [
        entry for entry in entries(base) if all(word in haystack(base, entry) for word in words)
    ]


def haystack(base: Evidence, entry: Entry) -> str:
    """All that is searched of an entry, in small letters."""
    source = base.source_of(entry)
    parts = [entry.key, name_words(entry.key), entry.note or "", source.citation if source else ""]
    parts.append(topic_words(entry.topic))
    parts.append(entry.text if isinstance(entry, Statement) else entry.population)
    return " ".join(parts).lower()


def used_by(base: Evidence, key: str) -> tuple[str, ...]:
    """What rests on an entry: parts of the program, and entries that were worked out from it."""
    further = (other.key for other in base.values() if key in other.computed_from)
    return (*users_of(key), *further)
