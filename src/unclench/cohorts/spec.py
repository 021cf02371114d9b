"""What a cohort run is asked: one frozen value, read from a TOML file with all faults at once.

    title = 'Tablets three times a day'
    people = 1000
    seed = 1
    days = 7
    regimen = '20 mg three times a day'
    adherence = 'usual'

In place of `regimen`, a table `[arms]` names several; the same people live through each of them.
`adherence` is 'perfect', 'usual', or a table with the fields of `Adherence`.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final, Literal, final

from unclench.cohorts.adherence import WINDOWS, Adherence, usual_adherence
from unclench.cohorts.courses import CHANNELS
from unclench.cohorts.population import MOST_PEOPLE, MOST_SEED
from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench.regimen import format as written
from unclench.regimen import parse
from unclench.units import Unit

__all__ = ["CohortSpec", "parse_spec", "read_spec"]

MOST_DAYS: Final = 366
MOST_ARMS: Final = 12
STEPS_MIN: Final = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60)
CLEAR_RELIEF: Final = "scale.nrs.clear"
DROWSY_FROM: Final = "outcome.drowsy_from"
OWN_FIELDS: Final = (
    *("title", "people", "seed", "days", "from_day", "step_min", "regimen", "arms", "oral_set"),
    *("adherence", "bands", "band_step_min", "responder_share", "drowsy_from"),
)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class CohortSpec:
    r"""One cohort run.

    Args:
        title: What it is called.
        people: How many virtual adults with multiple sclerosis, 20 to 10,000,000.
        seed: Which people.
        days: How long to look, 1 to 366.
        from_day: Outcomes count from the start of this day on.
        step_min: Minutes between the steps of the model.
        arms: The name and the regimen, in words, of each arm.
        oral_set: Which set of tablet parameters.
        adherence: How tablets are taken.
        bands: Of which curves bands over time are kept.
        band_step_min: Minutes between the points of a band, a multiple of the step.
        responder_share: Share of the spasms that has to go for a person to count as a responder.
        drowsy_from: Drowsiness, 0 to 1, from which a person counts as drowsy.
        evidence_hash: The evidence that it was read with.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> spec = parse_spec("people = 50\nregimen = '10 mg x3'", evidence=load_evidence())
        >>> spec.people, spec.arms
        (50, (('plan', '10 mg at 08:00, 14:00, 20:00'),))
    """

    title: str
    people: int
    seed: int
    days: int
    from_day: int
    step_min: int
    arms: tuple[tuple[str, str], ...]
    oral_set: Literal["reference", "fast"]
    adherence: Adherence
    bands: tuple[str, ...]
    band_step_min: int
    responder_share: float
    drowsy_from: float
    evidence_hash: str

    @property
    def digest(self) -> str:
        """Give 64 letters that stand for this spec and the evidence that it was read with."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def read_spec(path: Path, *, evidence: Evidence, **changes: object) -> CohortSpec:
    """Give the spec of a file.

    Args:
        path: A TOML file.
        evidence: What fills the fields that it leaves out.
        changes: Fields that replace those of the file, such as people.

    Raises:
        InputError: if the file cannot be read, or with every fault in it.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read: {error}.", expected="a TOML file with a cohort in it"
        ) from error
    return parse_spec(text, evidence=evidence, place=str(path), **changes)


def parse_spec(
    text: str, *, evidence: Evidence, place: str = "The cohort", **changes: object
) -> CohortSpec:
    """Give the spec that a TOML text holds.

    Raises:
        InputError: with every fault at once.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{place} is not TOML: {error}.", expected="a TOML 1.0 file") from error
    document |= {name: value for name, value in changes.items() if value is not None}
    reader = _Reader(document, evidence)
    spec = reader.spec()
    if spec is None:
        raise InputError(
            f"{place} holds {len(reader.faults)} fault{'s' * (len(reader.faults) > 1)}:\n  "
            + "\n  ".join(reader.faults),
            expected="a cohort as docs/cohorts.md describes it",
            hint="mend each line above",
        )
    return spec


@final
class _Reader:
    """Reads field by field, and remembers every fault."""

    def __init__(self, document: Mapping[str, Any], evidence: Evidence) -> None:
        self.document, self.evidence = document, evidence
        self.faults: list[str] = []

    def spec(self) -> CohortSpec | None:
        """Give the spec, or None with the faults noted."""
        for field in sorted(self.document.keys() - set(OWN_FIELDS)):
            self.fault(f"There is no field {field!r}.", ", ".join(OWN_FIELDS))
        days = self.whole("days", 1, MOST_DAYS, 7)
        step = self.one_of("step_min", STEPS_MIN, 15)
        clear = self.evidence.value(CLEAR_RELIEF, Unit.FRACTION)
        drowsy = self.evidence.value(DROWSY_FROM, Unit.FRACTION)
        made = CohortSpec(
            title=self.text("title", "A cohort"),
            people=self.whole("people", 20, MOST_PEOPLE, 1000),
            seed=self.whole("seed", 0, MOST_SEED, 1),
            days=days,
            from_day=self.whole("from_day", 1, days, 1),
            step_min=step,
            arms=self.arms(),
            oral_set=self.one_of("oral_set", ("reference", "fast"), "reference"),
            adherence=self.adherence(),
            bands=self.bands(),
            band_step_min=self.band_step(step),
            responder_share=self.share("responder_share", clear),
            drowsy_from=self.share("drowsy_from", drowsy),
            evidence_hash=self.evidence.hash,
        )
        return None if self.faults else made

    def fault(self, what: str, expected: str) -> None:
        self.faults.append(f"{what} Expected: {expected}.")

    def text(self, field: str, usual: str) -> str:
        value = self.document.get(field, usual)
        if not isinstance(value, str) or not value.strip() or len(value) > 200:
            self.fault(f"{field} is {value!r}.", "a text of at most 200 letters")
            return usual
        return value

    def whole(self, field: str, least: int, most: int, usual: int) -> int:
        value = self.document.get(field, usual)
        if type(value) is not int or not least <= value <= most:
            self.fault(f"{field} is {value!r}.", f"a whole number from {least} to {most}")
            return usual
        return value

    def share(self, field: str, usual: float) -> float:
        value = self.document.get(field, usual)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
            self.fault(f"{field} is {value!r}.", "a number above 0, at most 1")
            return usual
        return float(value)

    def one_of(self, field: str, words: tuple[Any, ...], usual: Any) -> Any:
        value = self.document.get(field, usual)
        if isinstance(value, bool | float) or value not in words:
            self.fault(f"{field} is {value!r}.", "one of " + ", ".join(map(str, words)))
            return usual
        return value

    def arms(self) -> tuple[tuple[str, str], ...]:
        plan, arms = self.document.get("regimen"), self.document.get("arms")
        if (plan is None) == (arms is None):
            self.fault("What is taken is not clear.", "either a regimen or a table [arms]")
            return ()
        named = {"plan": plan} if arms is None else arms
        if not isinstance(named, dict) or not 1 <= len(named) <= MOST_ARMS:
            self.fault(f"arms is {named!r}.", f"a table of 1 to {MOST_ARMS} regimens")
            return ()
        return tuple((str(name), self.regimen(name, text)) for name, text in named.items())

    def regimen(self, name: str, text: object) -> str:
        if "/" in name or not name.strip() or len(name) > 60:
            self.fault(f"An arm is called {name!r}.", "a name of at most 60 letters without '/'")
        if not isinstance(text, str):
            self.fault(f"The regimen of {name} is {text!r}.", "such as '10 mg at 08:00, 20:00'")
            return ""
        try:
            return written(parse(text))
        except InputError as error:
            self.fault(f"The regimen of {name}: {error.what}", error.expected)
            return ""

    def adherence(self) -> Adherence:
        given = self.document.get("adherence", "perfect")
        if given == "perfect":
            return Adherence()
        if given == "usual":
            return usual_adherence(self.evidence)
        if not isinstance(given, dict):
            self.fault(f"adherence is {given!r}.", "'perfect', 'usual' or a table")
            return Adherence()
        names = [part.name for part in fields(Adherence)]
        kept: dict[str, Any] = {}
        for name, value in given.items():
            low, high = WINDOWS.get(name, (0.0, 0.0))
            if name not in names:
                self.fault(f"adherence has no {name!r}.", ", ".join(names))
            elif isinstance(value, bool) or not isinstance(value, int | float):
                self.fault(f"{name} is {value!r}.", "a number")
            elif not low <= value <= high:
                self.fault(f"{name} is {value!r}.", f"a number from {low:g} to {high:g}")
            else:
                kept[name] = value
        return Adherence(**kept)

    def bands(self) -> tuple[str, ...]:
        given = self.document.get("bands", ["spasms_per_h"])
        if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
            self.fault(f"bands is {given!r}.", "a list of curves, such as ['spasms_per_h']")
            return ()
        for name in given:
            if name not in CHANNELS:
                self.fault(f"There is no curve {name!r}.", "one of " + ", ".join(CHANNELS))
        if len(set(given)) != len(given):
            self.fault("A curve is named twice in bands.", "each curve once")
        return tuple(given)

    def band_step(self, step_min: int) -> int:
        usual = max(60, step_min)
        value = self.document.get("band_step_min", usual)
        if type(value) is not int or not 0 < value <= 1440 or 1440 % value or value % step_min:
            self.fault(
                f"band_step_min is {value!r}.",
                f"a multiple of step_min ({step_min}) that divides a day (1440)",
            )
            return usual
        return value
