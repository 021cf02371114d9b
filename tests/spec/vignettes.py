"""Vignettes as the tests and the pages read them: a person, a regimen, and what has to be said."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unclench.evidence import Evidence
from unclench.patient import Condition, Patient
from unclench.regimen import parse
from unclench.therapy import Claim, Finding, History, Origin, review, symptom
from unclench.units import mcg, mg

FOLDER = Path(__file__).parent
FIELDS = {"name", "person", "regimen", "history", "symptoms", "expects", "absent", "only"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vignette:
    chapter: str
    name: str
    regimen: str
    person: Mapping[str, Any]
    history: Mapping[str, Any]
    symptoms: tuple[str, ...]
    expects: tuple[str, ...]
    absent: tuple[str, ...]
    only: bool

    def review(self, evidence: Evidence) -> tuple[Finding, ...]:
        return review(
            patient(self.person),
            parse(self.regimen),
            evidence=evidence,
            history=history(self.history),
            symptoms=[symptom(code) for code in self.symptoms],
        )


def patient(person: Mapping[str, Any]) -> Patient:
    fields = dict(person)
    fields["conditions"] = frozenset(Condition(code) for code in fields.get("conditions", ()))
    fields["medications"] = tuple(fields.get("medications", ()))
    return Patient(**fields)


def history(said: Mapping[str, Any]) -> History:
    fields: dict[str, Any] = {}
    for name, value in said.items():
        if name == "claim":
            claim = Claim(oral_daily=mg(value["oral_mg"]), pump_daily=mcg(value["pump_mcg"]))
            fields["claim"] = claim
        elif name == "origin":
            fields["origin"] = Origin(value)
        elif name.endswith("_mg"):
            fields[name.removesuffix("_mg")] = mg(value)
        elif name.endswith("_mcg"):
            fields[name.removesuffix("_mcg")] = mcg(value)
        else:
            fields[name] = value
    return History(**fields)


def chapters() -> Iterator[tuple[str, str, tuple[Vignette, ...]]]:
    """The file's name, the chapter's title and its vignettes, in the order of the files."""
    for path in sorted(FOLDER.glob("*.toml")):
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        title = document["chapter"]
        yield path.stem, title, tuple(read(title, entry) for entry in document["vignette"])


def read(chapter: str, entry: dict[str, Any]) -> Vignette:
    unknown = set(entry) - FIELDS
    if unknown:
        raise ValueError(f"{entry.get('name')}: unknown fields {sorted(unknown)}")
    return Vignette(
        chapter=chapter,
        name=entry["name"],
        regimen=entry["regimen"],
        person=entry.get("person", {}),
        history=entry.get("history", {}),
        symptoms=tuple(entry.get("symptoms", ())),
        expects=tuple(entry["expects"]),
        absent=tuple(entry["absent"]),
        only=entry.get("only", False),
    )


def all_vignettes() -> list[Vignette]:
    return [vignette for _, _, vignettes in chapters() for vignette in vignettes]
