"""Writes docs/rules.md and docs/vignettes/*.md. With --check, only compares.

Both come from what the tests run: the table of rules, and the vignettes of tests/spec. Run it with
`make docs`, or `python -m scripts.rules`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from tests.spec.vignettes import Vignette, chapters
from unclench.evidence import Estimate, Evidence, load_evidence
from unclench.therapy import RULES, Finding, Rule
from unclench.therapy.codes import atc_codes

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = "Written by `make docs`"
ROOMS = {
    "emergency": "Emergencies",
    "withdrawal": "Withdrawal",
    "overdose": "Too much",
    "stop": "Stopping",
    "taper": "Coming down",
    "restart": "Beginning again",
    "missed": "Missed and doubled doses",
    "limits": "Limits",
    "age": "Age and weight",
    "formulation": "Preparations",
    "kidney": "Kidneys",
    "condition": "What somebody has or does",
    "pump": "The pump",
    "screening": "The test before a pump",
    "conversion": "The claim of one to a hundred",
    "interaction": "Other medicines",
    "kidney-pairing": "Other medicines and weak kidneys",
    "burden": "Sedative burden",
}
RULES_HEAD = f"""\
# Every rule

{WRITTEN} from `unclench.therapy`.
What each says, word for word, stands in the [vignettes](vignettes/README.md).

The rules know nothing of the model: no simulation can silence one. Each is data and one small
function. The four levels, gravest first:
"""
VIGNETTES_HEAD = f"""\
# Vignettes

{WRITTEN} from `tests/spec`, where the tests run every one. Each limit has one
at or just under it and one just over.
"""


def cell(text: object) -> str:
    """Gives a text as the cell of a table holds it."""
    return " ".join(str(text).split()).replace("|", "\\|")


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """Gives a table."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell(text) for text in line)} |" for line in lines)


def then(rule: Rule) -> str:
    """Gives what to do next, with the words that stand where no emergency number is known."""
    return rule.next_step.replace("{emergency_number}", "your local emergency number")


def grounds(rule: Rule, evidence: Evidence) -> str:
    """Gives the keys of a rule with their numbers."""
    keys = ", ".join(f"`{key}`{number(key, evidence)}" for key in rule.keys)
    name = rule.code.removeprefix("interaction.").replace("-", "_")
    codes = atc_codes(name, evidence=evidence) if rule.code.startswith("interaction.") else ()
    return f"{keys}; ATC, recalled: {', '.join(codes)}" if codes else keys


def number(key: str, evidence: Evidence) -> str:
    """Gives the number that stands under a key, or nothing for a statement."""
    entry = evidence.entry(key)
    if not isinstance(entry, Estimate):
        return ""
    values = entry.value if isinstance(entry.value, tuple) else (entry.value,)
    said = " to ".join(f"{value:g}" for value in values)
    mark = (
        "" if entry.basis.value in ("seen", "secondary", "computed") else f", {entry.basis.value}"
    )
    return f" ({said} {entry.unit.symbol}{mark})"


def rules_page(evidence: Evidence) -> str:
    """Gives docs/rules.md."""
    levels = {rule.severity: rule.severity.words for rule in sorted(RULES, key=gravity)}
    parts = [RULES_HEAD, "\n".join(f"* *{one.value}*: {words}" for one, words in levels.items())]
    parts.append(f"There are {len(RULES)} rules.")
    for room, rules in groupby(sorted(RULES, key=place), key=room_of):
        rows = [
            (
                f"`{rule.code}`",
                rule.severity.value,
                rule.when,
                rule.next_step,
                grounds(rule, evidence),
            )
            for rule in rules
        ]
        head = ("rule", "level", "applies when", "what to do next", "rests on")
        parts += [f"## {ROOMS[room]}", table(head, rows)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def gravity(rule: Rule) -> int:
    """Gives the rank of a rule's level."""
    return rule.severity.rank


def room_of(rule: Rule) -> str:
    """Gives the room of a rule: the first word of its code."""
    return rule.code.partition(".")[0]


def place(rule: Rule) -> tuple[int, int]:
    """Gives the place of a rule in the page."""
    return list(ROOMS).index(room_of(rule)), RULES.index(rule)


def vignette_page(title: str, vignettes: tuple[Vignette, ...], evidence: Evidence) -> str:
    """Gives one chapter of the handbook."""
    parts = [f"# {title}", f"{WRITTEN} from `tests/spec`."]
    for vignette in vignettes:
        parts += [f"## {vignette.name}", "\n".join(told(vignette))]
        findings = vignette.review(evidence)
        parts += [said(finding) for finding in findings] or ["Nothing is said."]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def told(vignette: Vignette) -> list[str]:
    """Gives what a vignette tells, line by line."""
    lines = [f"* plan: `{vignette.regimen}`"]
    for name, facts in (("person", vignette.person), ("before", vignette.history)):
        if facts:
            lines.append(f"* {name}: {', '.join(fact(key, value) for key, value in facts.items())}")
    if vignette.symptoms:
        lines.append(f"* felt: {', '.join(vignette.symptoms).replace('_', ' ')}")
    if vignette.absent:
        silent = vignette.absent if len(vignette.absent) < 6 else (f"{len(vignette.absent)} rules",)
        lines.append(f"* must stay silent: {', '.join(silent)}")
    return lines


UNITS = {
    "_ml_per_min": "mL/min",
    "_years": "years",
    "_mcg": "micrograms",
    "_mg": "mg",
    "_kg": "kg",
}


def fact(key: str, value: object) -> str:
    """Gives one fact in words, with its unit."""
    if isinstance(value, dict):
        return f"{key}: " + " for ".join(fact(name, one) for name, one in value.items())
    said_value = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    for ending, unit in UNITS.items():
        if key.endswith(ending):
            return f"{key.removesuffix(ending).replace('_', ' ')} {said_value} {unit}"
    return f"{key} {said_value}".replace("_", " ")


def said(finding: Finding) -> str:
    """Gives a finding as a quotation."""
    return (
        f"> **{finding.title}** (`{finding.code}`, {finding.severity.value})\n>\n"
        f"> {finding.words}\n>\n> *Next:* {finding.next_step}"
    )


def pages() -> dict[Path, str]:
    """Gives every page that this script writes, by its path."""
    evidence = load_evidence()
    docs = ROOT / "docs"
    written = {docs / "rules.md": rules_page(evidence)}
    index = [VIGNETTES_HEAD]
    for name, title, vignettes in chapters():
        written[docs / "vignettes" / f"{name}.md"] = vignette_page(title, vignettes, evidence)
        index.append(f"* [{title}]({name}.md), {len(vignettes)} vignettes")
    written[docs / "vignettes" / "README.md"] = "\n".join(index) + "\n"
    return written


def main(arguments: list[str]) -> int:
    """Writes the pages, or says which are not as they should be; gives the exit code."""
    stale = {
        path: text
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    for path, text in stale.items():
        if arguments == ["--check"]:
            print(f"{path.relative_to(ROOT)} is stale. Try: make docs")
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"Wrote {path.relative_to(ROOT)}")
    return 1 if stale and arguments == ["--check"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
