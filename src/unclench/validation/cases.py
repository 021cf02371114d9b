"""Published results as cases: who, what was given, what was measured, what was seen, and the rule.

A case is one table of a TOML file. What was observed comes from the evidence base by its key, or,
in somebody else's file, stands in the case itself with its source:

    [oral-highest-10mg]
    title = 'Highest level in blood after one tablet of 10 mg'
    kind = 'kinetics'
    use = 'calibration'
    observed = 'observed.oral.swiss_label.cmax_10mg'
    person = {age_years = 40}
    regimen = '10 mg at 08:00, stopped day 1 09:00'
    days = 2
    measure = 'plasma.highest'
    rule = 'mean'

    [their-case]
    title = 'What they measured'
    use = 'validation'
    seen = {value = 41, unit = 'ng/mL', low = 30, high = 52, n = 12, source = 'Name 2030, table 2'}
    ...

All faults of all cases are reported at once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, final

from unclench.errors import InputError
from unclench.evidence import Estimate, Evidence, Use
from unclench.patient import Patient, TimeOfDay
from unclench.regimen import Regimen, parse
from unclench.units import Unit
from unclench.validation.measures import MEASURES

__all__ = ["Case", "Kind", "Rule", "Seen", "read_cases", "shipped_cases"]

MOST_DAYS: Final = 800
CASE_FIELDS: Final = frozenset(
    (
        *(
            "title",
            "kind",
            "use",
            "observed",
            "pick",
            "seen",
            "person",
            "regimen",
            "days",
            "step_min",
            "measure",
        ),
        *("with", "rule", "oral_set", "tip_cm", "note", "why"),
    )
)
SEEN_FIELDS: Final = frozenset(("value", "unit", "low", "high", "sd", "n", "source"))
PERSON_FIELDS: Final = frozenset(
    ("weight_kg", "age_years", "crcl_ml_per_min", "spasms_per_day", "worst_time", "ashworth")
)


@final
class Kind(StrEnum):
    """What a case is about; errors are reported apart."""

    KINETICS = "kinetics"
    """Levels: where the drug is, and when."""
    CLINICAL = "clinical"
    """Effects: what the drug does."""


@final
class Rule(StrEnum):
    """How a simulated result is held against a published one."""

    MEAN = "mean"
    """The mean within 25 %, and the published mean inside the simulated interval for 9 of 10."""
    MIDDLE = "middle"
    """The same with the middle person, for a typical value of a population model."""
    SHARE = "share"
    """The simulated share within the binomial 95 % interval of the published one."""
    RATE = "rate"
    """Within a factor of 1.5."""
    RANGE = "range"
    """The simulated mean inside the published range."""
    SPREAD = "spread"
    """The simulated mean within one published standard deviation of the published mean."""

    @property
    def words(self) -> str:
        """The rule in words, for the report."""
        return _RULE_WORDS[self]


_RULE_WORDS: Final = {
    Rule.MEAN: "mean within 25 %, and inside what the model gives for 9 of 10 people",
    Rule.MIDDLE: "middle person within 25 %, and inside what the model gives for 9 of 10 people",
    Rule.SHARE: "within the 95 % interval of the published share",
    Rule.RATE: "within a factor of 1.5",
    Rule.RANGE: "inside the published range",
    Rule.SPREAD: "within one published standard deviation",
}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was observed: a value in a unit, with its spread, and where that can be read.

    Args:
        value: The published value.
        unit: Its unit.
        low: Lower end of the published range, if there is one.
        high: Upper end.
        sd: Published standard deviation between people, if there is one.
        n: How many people.
        source: Where it was published, in words.
        key: The evidence key, if it comes from the evidence base.
    """

    value: float
    unit: Unit
    low: float | None = None
    high: float | None = None
    sd: float | None = None
    n: int | None = None
    source: str
    key: str | None = None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One published result and how to ask the model for the same thing."""

    name: str
    title: str
    kind: Kind
    use: Use
    seen: Seen
    patient: Patient
    regimen: Regimen
    days: int
    step_min: int
    measure: str
    arguments: Mapping[str, float]
    rule: Rule
    oral_set: str
    tip_cm: float | None
    note: str
    why: str


@final
class _Faults:
    """Every fault of every case, to be reported at once."""

    def __init__(self) -> None:
        self.met: list[str] = []

    def add(self, case: str, what: str, expected: str) -> None:
        self.met.append(f"[{case}] {what} Expected: {expected}.")

    def refuse(self, place: str) -> None:
        if self.met:
            raise InputError(
                f"{place} holds {len(self.met)} faults:\n  " + "\n  ".join(self.met),
                expected="cases as docs/validation.md describes them",
                hint="mend each line above",
            )


def shipped_cases(evidence: Evidence) -> tuple[Case, ...]:
    """Give the cases that come with Unclench.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> len(shipped_cases(load_evidence())) >= 25
        True
    """
    folder = files("unclench.validation") / "data"
    texts = {item.name: item.read_text("utf-8") for item in folder.iterdir()}
    return tuple(
        case
        for name in sorted(texts)
        if name.endswith(".toml")
        for case in parse_cases(texts[name], place=name, evidence=evidence)
    )


def read_cases(path: Path, evidence: Evidence) -> tuple[Case, ...]:
    """Give the cases of somebody's own file.

    Raises:
        InputError: if the file cannot be read, or with every fault of every case.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read: {error}.", expected="a TOML file of cases"
        ) from error
    return parse_cases(text, place=str(path), evidence=evidence)


def parse_cases(text: str, *, place: str, evidence: Evidence) -> tuple[Case, ...]:
    """Give the cases that a TOML text holds.

    Raises:
        InputError: with every fault of every case.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{place} is not TOML: {error}.", expected="a TOML 1.0 file") from error
    faults = _Faults()
    if not document:
        faults.add("file", "There is no case in it.", "at least one table, such as [my-case]")
    cases = [_case(name, content, evidence, faults) for name, content in document.items()]
    faults.refuse(place)
    return tuple(case for case in cases if case is not None)


def _case(name: str, content: object, evidence: Evidence, faults: _Faults) -> Case | None:
    if not isinstance(content, dict):
        faults.add(name, "This is not a table.", "[name] with the fields of a case")
        return None
    before = len(faults.met)
    for field in sorted(content.keys() - CASE_FIELDS):
        faults.add(name, f"Unknown field {field!r}.", ", ".join(sorted(CASE_FIELDS)))
    title = _text(name, content, "title", faults)
    kind = _word(name, content, "kind", tuple(Kind), faults)
    use = _word(name, content, "use", (Use.CALIBRATION, Use.VALIDATION), faults)
    rule = _word(name, content, "rule", tuple(Rule), faults)
    seen = _seen(name, content, evidence, faults)
    patient = _patient(name, content.get("person", {}), faults)
    regimen = _regimen(name, content, faults)
    days = _whole(name, content, "days", 1, MOST_DAYS, None, faults)
    step_min = _whole(name, content, "step_min", 1, 60, 15, faults)
    measure, arguments = _measure(name, content, faults)
    oral_set = content.get("oral_set", "reference")
    if oral_set not in ("reference", "fast"):
        faults.add(name, f"oral_set is {oral_set!r}.", "'reference' or 'fast'")
    tip_cm = content.get("tip_cm")
    if tip_cm is not None and not _is_number(tip_cm):
        faults.add(name, f"tip_cm is {tip_cm!r}.", "a height in cm above the end of the sac")
    _check_rule(name, rule, seen, faults)
    if len(faults.met) > before or seen is None or regimen is None or rule is None:
        return None
    return Case(
        name=name,
        title=title,
        kind=kind,
        use=use,
        seen=seen,
        patient=patient,
        regimen=regimen,
        days=days,
        step_min=step_min,
        measure=measure,
        arguments=arguments,
        rule=rule,
        oral_set=str(oral_set),
        tip_cm=None if tip_cm is None else float(tip_cm),
        note=str(content.get("note", "")),
        why=str(content.get("why", "")),
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _text(name: str, content: Mapping[str, Any], field: str, faults: _Faults) -> str:
    value = content.get(field)
    if not isinstance(value, str) or not value.strip():
        faults.add(name, f"{field} is {value!r}.", "a text")
        return ""
    return value


def _word(
    name: str, content: Mapping[str, Any], field: str, words: tuple[Any, ...], faults: _Faults
) -> Any:
    value = content.get(field)
    for word in words:
        if word.value == value:
            return word
    faults.add(name, f"{field} is {value!r}.", " or ".join(repr(word.value) for word in words))
    return None


def _whole(
    name: str,
    content: Mapping[str, Any],
    field: str,
    least: int,
    most: int,
    default: int | None,
    faults: _Faults,
) -> int:
    value = content.get(field, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        faults.add(name, f"{field} is {value!r}.", f"a whole number from {least} to {most}")
        return least
    return value


def _regimen(name: str, content: Mapping[str, Any], faults: _Faults) -> Regimen | None:
    text = content.get("regimen")
    if not isinstance(text, str):
        faults.add(name, f"regimen is {text!r}.", "a regimen, such as '10 mg at 08:00, 20:00'")
        return None
    try:
        return parse(text)
    except InputError as error:
        faults.add(name, f"regimen: {error.what}", error.expected)
        return None


def _patient(name: str, content: object, faults: _Faults) -> Patient:
    if not isinstance(content, dict):
        faults.add(name, f"person is {content!r}.", "a table, such as {weight_kg = 70}")
        return Patient()
    unknown = sorted(content.keys() - PERSON_FIELDS)
    if unknown:
        faults.add(name, f"person has {', '.join(unknown)}.", ", ".join(sorted(PERSON_FIELDS)))
        return Patient()
    known = dict(content)
    try:
        if "worst_time" in known:
            known["worst_time"] = TimeOfDay[str(known["worst_time"]).upper()]
        return Patient(**known)
    except KeyError:
        faults.add(
            name, f"worst_time is {content['worst_time']!r}.", ", ".join(m.name for m in TimeOfDay)
        )
    except InputError as error:
        faults.add(name, f"person: {error.what}", error.expected)
    return Patient()


def _measure(
    name: str, content: Mapping[str, Any], faults: _Faults
) -> tuple[str, Mapping[str, float]]:
    measure = content.get("measure")
    if measure not in MEASURES:
        faults.add(name, f"measure is {measure!r}.", "one of " + ", ".join(sorted(MEASURES)))
        return "", {}
    wanted = MEASURES[measure].arguments
    given = content.get("with", {})
    if not isinstance(given, dict) or given.keys() != set(wanted):
        faults.add(
            name,
            f"with is {given!r}.",
            f"{{{', '.join(f'{word} = number' for word in wanted)}}} for {measure}",
        )
        return measure, {}
    bad = [word for word in wanted if not _is_number(given[word])]
    if bad:
        faults.add(name, f"with holds {', '.join(bad)} that are no numbers.", "numbers")
        return measure, {}
    return measure, {word: float(given[word]) for word in wanted}


def _seen(
    name: str, content: Mapping[str, Any], evidence: Evidence, faults: _Faults
) -> Seen | None:
    if ("observed" in content) == ("seen" in content):
        faults.add(
            name,
            "It must say what was observed, once.",
            "observed = an evidence key, or seen = {value, unit, source, ...}",
        )
        return None
    if "observed" in content:
        return _from_evidence(name, content, evidence, faults)
    return _written(name, content["seen"], faults)


def _from_evidence(
    name: str, content: Mapping[str, Any], evidence: Evidence, faults: _Faults
) -> Seen | None:
    """Read an entry of the evidence: two values are a range, unless the case picks one."""
    key, pick = content["observed"], content.get("pick")
    entry = evidence.get(key) if isinstance(key, str) else None
    if not isinstance(entry, Estimate):
        faults.add(name, f"observed is {key!r}.", "the key of a number of the evidence base")
        return None
    spread = entry.spread
    low, high = spread.low, spread.high
    if isinstance(entry.value, float | int):
        value = float(entry.value)
        if pick is not None:
            faults.add(name, "pick is given.", "no pick, since the entry holds one value")
    elif pick in (1, 2) and len(entry.value) == 2:
        value = float(entry.value[pick - 1])
    elif pick is None and len(entry.value) == 2:
        low, high = min(entry.value), max(entry.value)
        value = (low + high) / 2.0
    else:
        faults.add(name, f"pick is {pick!r}.", "1 or 2 for an entry with two values, or none")
        return None
    return Seen(
        value=value,
        unit=entry.unit,
        low=low,
        high=high,
        sd=spread.sd,
        n=entry.n,
        source=f"{entry.source}, {entry.locator}" if entry.source else str(entry.basis.value),
        key=entry.key,
    )


def _written(name: str, content: object, faults: _Faults) -> Seen | None:
    if not isinstance(content, dict):
        faults.add(name, f"seen is {content!r}.", "{value, unit, source} and low, high, sd, n")
        return None
    before = len(faults.met)
    for field in sorted(content.keys() - SEEN_FIELDS):
        faults.add(name, f"seen has {field!r}.", ", ".join(sorted(SEEN_FIELDS)))
    numbers: dict[str, float | None] = {}
    for field in ("value", "low", "high", "sd"):
        given = content.get(field)
        good = _is_number(given)
        if (given is not None and not good) or (field == "value" and given is None):
            faults.add(name, f"seen.{field} is {given!r}.", "a number")
        numbers[field] = float(content[field]) if good else None
    count = content.get("n")
    if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 1):
        faults.add(name, f"seen.n is {count!r}.", "a whole number of people, 1 or more")
    source = _text(name, content, "source", faults)
    try:
        unit = Unit.parse(str(content.get("unit")))
    except InputError as error:
        faults.add(name, f"seen.unit: {error.what}", error.expected)
        return None
    value = numbers["value"]
    if value is None or len(faults.met) > before:
        return None
    return Seen(
        value=value,
        unit=unit,
        low=numbers["low"],
        high=numbers["high"],
        sd=numbers["sd"],
        n=count,
        source=source,
    )


def _check_rule(name: str, rule: Rule | None, seen: Seen | None, faults: _Faults) -> None:
    """A rule needs what it compares with."""
    if seen is None:
        return
    if rule is Rule.RANGE and (seen.low is None or seen.high is None):
        faults.add(name, "The rule 'range' has no range.", "low and high of what was observed")
    if rule is Rule.SPREAD and seen.sd is None:
        faults.add(name, "The rule 'spread' has no sd.", "the sd of what was observed")
    if rule is Rule.SHARE and (seen.n is None or not 0.0 <= share_of(seen) <= 1.0):
        faults.add(name, "The rule 'share' needs a share and n.", "a value from 0 to 1, and n")


def share_of(seen: Seen) -> float:
    """Give an observed share as a fraction, whether it was written in percent or not."""
    return seen.value / 100.0 if seen.unit is Unit.PERCENT else seen.value


assert {field.name for field in fields(Patient)} >= PERSON_FIELDS  # noqa: S101 - kept in step
