"""What `unclench evidence` prints."""

from __future__ import annotations

from rich.text import Text

from unclench.cli.printing import console, say, source_line, value_text
from unclench.errors import InputError
from unclench.evidence import Basis, Entry, Estimate, Evidence, check, load_evidence


def show_list(*, topic: str | None, basis: str | None) -> None:
    """Print one line for each number that was asked for.

    Raises:
        InputError: There is none of them.
    """
    evidence = load_evidence()
    chosen = [
        estimate
        for estimate in evidence.estimates.values()
        if belongs(estimate, topic) and (basis is None or estimate.basis is Basis(basis))
    ]
    if not chosen:
        raise InputError(
            f"The evidence has no such numbers{f' under {topic!r}' if topic else ''}.",
            expected=f"one of {', '.join(groups(evidence))}",
            hint="unclench evidence list",
        )
    out = console()
    for estimate in chosen:
        out.print(Text(source_line(evidence, estimate)), soft_wrap=True)


def belongs(estimate: Estimate, topic: str | None) -> bool:
    """Whether a number's key begins so, or its file is called so."""
    return topic is None or estimate.topic == topic or f"{estimate.key}.".startswith(f"{topic}.")


def groups(evidence: Evidence) -> list[str]:
    """The first words of all keys, each once."""
    return sorted({key.partition(".")[0] for key in evidence.estimates})


def show_entry(key: str) -> None:
    """Print everything that stands under a key, a line for each field.

    Raises:
        InputError: There is no such key; names the nearest.
    """
    evidence = load_evidence()
    out = console()
    for name, value in fields_of(evidence, evidence.entry(key)):
        if value:
            say(out, f"{name}: {value}")


def fields_of(evidence: Evidence, entry: Entry) -> list[tuple[str, str]]:
    """What a reader wants to know of an entry, in words."""
    source = evidence.source_of(entry)
    if isinstance(entry, Estimate):
        head = [
            ("value", profile_text(entry)),
            ("spread", entry.spread.text()),
            ("of", entry.population),
            ("people", str(entry.n or "")),
            ("certainty", entry.certainty.value),
            ("computed from", ", ".join(entry.computed_from)),
            ("by", entry.arithmetic or ""),
            ("used for", ", ".join(use.value for use in entry.use)),
        ]
    else:
        head = [
            ("text", entry.text),
            ("severity", entry.severity.value if entry.severity else ""),
            *entry.parts,
            ("tags", ", ".join(entry.tags)),
        ]
    return [
        ("key", entry.key),
        *head,
        ("basis", entry.basis.words),
        ("source", source.citation if source else ""),
        ("where", entry.locator or ""),
        ("also in", ", ".join(evidence.sources[key].short for key in entry.also)),
        ("why", entry.why or ""),
        ("note", entry.note or ""),
    ]


def profile_text(estimate: Estimate) -> str:
    """A number with its unit, or all numbers of a profile."""
    if isinstance(estimate.value, tuple):
        numbers = ", ".join(f"{value:g}" for value in estimate.value)
        return f"{numbers} {estimate.unit.symbol}"
    return value_text(estimate)


def faults(*, release: bool) -> list[str]:
    """What is wrong with the evidence, a line each; the loader's own faults are an InputError."""
    return [str(fault) for fault in check(load_evidence(), release=release)]
