"""Trials as TOML: every fault of a file at once, and numbers from the evidence where they can be.

A number is a number, or the key of the evidence that holds it; a profile's key takes `[i]` behind
it. Numbers come in the units of `UNITS`.

    title = 'Pump against placebo'
    design = 'paired'          # the same people in every arm; 'parallel' for other people
    n = 20
    notes = ['what was assumed']

    [people]
    adults_with_ms = true      # the people of the cohorts; otherwise people like one person
    adherence = 'usual'        # tablets as people take them; every dose on time if left out
    walking = 0.1              # who stands on stiffness; by EDSS if left out
    ashworth = {mean = 'observed.it.penn_1989.ashworth_before', sd = 1.0}

    [visits]
    days = [1, 2, 3]

    [arm.pump]
    pattern = 'pump 100 micrograms/day'
    start = 'trials.pump_first_dose'
    most = 2000

    [arm.placebo]              # no pattern: placebo

    [endpoint.ashworth]
    title = 'Ashworth score after 3 days on the pump'
    arm = 'pump'
    measure = 'ashworth'
    summary = 'mean'
    published = 'observed.it.penn_1989.ashworth_after'
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from unclench.cohorts.adherence import Adherence, usual_adherence
from unclench.cohorts.clinic import Goal, Policy
from unclench.errors import InputError
from unclench.evidence import Estimate, Evidence
from unclench.patient import Patient
from unclench.regimen import parse
from unclench.trials import design as d
from unclench.trials.fields import Reader, pick
from unclench.units import Unit

__all__ = ["parse_trial", "read_trial", "shipped_names", "shipped_trial"]

DATA: Final = "data"
TOP: Final = ("title", "design", "n", "notes", "responder", "people", "visits", "arm", "endpoint")
TOP_FIELDS: Final = (*TOP, "placebo", "drop_out")
PEOPLE_FIELDS: Final = (
    *("adults_with_ms", "age_years", "weight_kg", "crcl_ml_per_min", "ashworth", "penn"),
    *("kidneys", "with_spasms", "walking", "adherence"),
)
ARM_FIELDS: Final = (
    *("pattern", "start", "most", "rise", "rise_share", "goal", "goal_value", "lowers"),
    *("stops_after", "stops_unless_goal", "last_rise_day", "n", "doses"),
)
ENDPOINT_FIELDS: Final = (
    *("title", "measure", "summary", "arm", "minus", "day", "published", "baseline"),
    *("background", "among_spasms", "by_construction"),
)
RESPONDER_KEY: Final = "reading.responder"
MOST_PEOPLE: Final = 1_000_000
MOST_DAYS: Final = 36_500.0


def shipped_names() -> tuple[str, ...]:
    """Give the names of the trials that we ship.

    Example:
        >>> "penn-1989" in shipped_names()
        True
    """
    folder = files("unclench.trials") / DATA
    return tuple(sorted(one.name[:-5] for one in folder.iterdir() if one.name.endswith(".toml")))


def shipped_trial(name: str, evidence: Evidence) -> d.TrialSpec:
    """Give a trial that we ship, by its name.

    Raises:
        InputError: if there is no such trial.
    """
    if name not in shipped_names():
        raise InputError(
            f"There is no trial {name!r}.", expected=f"one of {', '.join(shipped_names())}"
        )
    text = (files("unclench.trials") / DATA / f"{name}.toml").read_text("utf-8")
    return parse_trial(name, text, evidence)


def read_trial(path: Path, evidence: Evidence) -> d.TrialSpec:
    """Read a trial that somebody wrote.

    Raises:
        InputError: naming every fault of the file.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"The file {str(path)!r} cannot be read ({error}).", expected="a TOML file"
        ) from None
    return parse_trial(path.stem, text, evidence)


def parse_trial(name: str, text: str, evidence: Evidence) -> d.TrialSpec:
    """Read a trial from TOML.

    Args:
        name: Its name.
        text: The TOML.
        evidence: Where keys are looked up.

    Raises:
        InputError: naming every fault of the text.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"The trial {name} is no TOML: {error}.", expected="a file as docs/trials.md shows"
        ) from None
    reader = Reader(evidence)
    spec = _trial(reader, name, content)
    if reader.faults or spec is None:
        count = len(reader.faults)
        lines = "\n".join(f"  {fault}" for fault in reader.faults)
        raise InputError(
            f"The trial {name} has {count} fault{'s' if count != 1 else ''}:\n{lines}",
            expected="a trial as docs/trials.md shows",
            hint="mend the lines named above",
        )
    return spec


def _trial(reader: Reader, name: str, content: dict[str, Any]) -> d.TrialSpec | None:
    reader.table(name, content, TOP_FIELDS)
    for wanted in ("title", "design", "n", "visits", "arm", "endpoint"):
        if wanted not in content:
            reader.fault(name, f"{wanted!r} is missing", f"the field {wanted!r}")
    design = reader.choice("design", content.get("design", "paired"), d.Design)
    n = reader.whole("n", content.get("n", 1), 1, MOST_PEOPLE)
    visits = _visits(reader, content.get("visits", {}))
    arms = _arms(reader, content.get("arm", {}), n)
    endpoints = _endpoints(reader, content.get("endpoint", {}), [a.name for a in arms], visits)
    placebo = reader.table("placebo", content.get("placebo", {}), ("relieves", "score_share"))
    lost = reader.table("drop_out", content.get("drop_out", {}), ("share",))
    spec = d.TrialSpec(
        name=name,
        title=reader.text("title", content.get("title", "untitled")),
        design=design or d.Design.PAIRED,
        people=_people(reader, content.get("people", {})),
        arms=arms,
        visits=visits,
        endpoints=endpoints,
        placebo=d.Placebo(
            relieves=reader.flag("placebo.relieves", placebo.get("relieves", True)),
            score_share=_share(reader, "placebo.score_share", placebo.get("score_share", 0.0)),
        ),
        drop_out=d.DropOut(share=_share(reader, "drop_out.share", lost.get("share", 0.0))),
        responder=_share(reader, "responder", content.get("responder", RESPONDER_KEY)),
        notes=_notes(reader, content.get("notes", [])),
    )
    return spec if not reader.faults else None


def _share(reader: Reader, where: str, content: Any) -> float:
    return reader.number(where, content, Unit.FRACTION, 0.0, 1.0)


def _notes(reader: Reader, content: Any) -> tuple[str, ...]:
    if not isinstance(content, list):
        reader.fault("notes", f"{content!r} is no list", "a list of sentences")
        return ()
    return tuple(reader.text("notes", note) for note in content)


def _visits(reader: Reader, content: Any) -> tuple[float, ...]:
    table = reader.table("visits", content, ("days",))
    days = table.get("days", [])
    if not isinstance(days, list) or not days:
        reader.fault("visits.days", f"{days!r} is no list of days", "one day or more, rising")
        return (1.0,)
    made = tuple(reader.number("visits.days", day, Unit.DAY, 0.04, MOST_DAYS) for day in days)
    if any(later <= earlier for earlier, later in pairwise(made)):
        reader.fault("visits.days", "they do not rise", "each day after the one before")
    return made


def _people(reader: Reader, content: Any) -> d.People:
    table = reader.table("people", content, PEOPLE_FIELDS)
    windows = {"age_years": (12.0, 110.0), "weight_kg": (25.0, 250.0)}
    windows["crcl_ml_per_min"] = (0.0, 200.0)
    units = {"age_years": Unit.YEARS, "weight_kg": Unit.KG, "crcl_ml_per_min": Unit.ML_PER_MIN}
    told = {
        name: reader.number(f"people.{name}", table[name], units[name], *window)
        for name, window in windows.items()
        if name in table
    }
    kidneys = table.get("kidneys", [])
    if not isinstance(kidneys, list):
        reader.fault("people.kidneys", "this is no list", "a list of {share, low, high}")
        kidneys = []
    bands = tuple(_kidneys(reader, one) for one in kidneys)
    if bands and abs(sum(band.share for band in bands) - 1.0) > 0.02:
        reader.fault("people.kidneys", "the shares do not add up", "shares that add up to 1")
    adults = reader.flag("people.adults_with_ms", table.get("adults_with_ms", False))
    if adults and (told or bands):
        reader.fault("people", "adults with MS have these of their own", "no age, weight, kidneys")
    return d.People(
        like=None if adults else _patient(told),
        ashworth=_score(reader, "people.ashworth", table.get("ashworth"), 1.0, 5.0),
        penn=_score(reader, "people.penn", table.get("penn"), 0.0, 4.0),
        kidneys=bands,
        with_spasms=_share(reader, "people.with_spasms", table.get("with_spasms", 1.0)),
        walking=_share(reader, "people.walking", table["walking"]) if "walking" in table else None,
        adherence=_adherence(reader, table.get("adherence", "perfect")),
    )


def _adherence(reader: Reader, content: Any) -> Adherence:
    if content not in ("perfect", "usual"):
        reader.fault("people.adherence", f"it is {content!r}", "'perfect' or 'usual'")
    return usual_adherence(reader.evidence) if content == "usual" else Adherence()


def _patient(told: Mapping[str, float]) -> Patient:
    years = round(told["age_years"]) if "age_years" in told else Patient().age_years
    usual = Patient()
    return Patient(
        age_years=years,
        weight_kg=told.get("weight_kg", usual.weight_kg),
        crcl_ml_per_min=told.get("crcl_ml_per_min", usual.crcl_ml_per_min),
    )


def _kidneys(reader: Reader, content: Any) -> d.Kidneys:
    where = "people.kidneys"
    table = reader.table(where, content, ("share", "low", "high"))
    low, high = (
        reader.number(f"{where}.{end}", table.get(end), Unit.ML_PER_MIN, 0.0, 200.0)
        for end in ("low", "high")
    )
    if high <= low:
        reader.fault(where, "the upper limit is not above the lower", "low below high")
    share = _share(reader, f"{where}.share", table.get("share"))
    return d.Kidneys(share=share, low_ml_per_min=low, high_ml_per_min=high)


def _score(reader: Reader, where: str, content: Any, low: float, high: float) -> d.Score | None:
    if content is None:
        return None
    table = reader.table(where, content, ("mean", "sd"))
    mean = reader.number(f"{where}.mean", table.get("mean"), Unit.SCORE, low, high)
    spread = table.get("sd")
    if isinstance(spread, str):
        found = reader.known(f"{where}.sd", spread)
        spread = None if found is None else found.spread.sd
    sd = reader.number(f"{where}.sd", spread, Unit.SCORE, 0.0, high - low)
    share = (mean - low) / (high - low)
    if not 0.0 < share < 1.0 or sd**2 >= share * (1.0 - share) * (high - low) ** 2:
        reader.fault(where, "no spread on this scale has such a mean and sd", "a smaller sd")
    return d.Score(mean=mean, sd=sd)


def _arms(reader: Reader, content: Any, n: int) -> tuple[d.Arm, ...]:
    if not isinstance(content, dict) or not content:
        reader.fault("arm", "there is none", "one table [arm.NAME] or more")
        return ()
    return tuple(_arm(reader, name, one, n) for name, one in content.items())


def _arm(reader: Reader, name: str, content: Any, n: int) -> d.Arm:
    where = f"arm.{name}"
    table = reader.table(where, content, ARM_FIELDS)
    pattern, pump = None, False
    if "pattern" in table:
        pattern = reader.text(f"{where}.pattern", table["pattern"])
        try:
            plan = parse(pattern)
            pump = plan.oral is None
            if pump and plan.pump is None:
                reader.fault(f"{where}.pattern", "it is neither tablets nor a pump", "one of both")
        except InputError as error:
            reader.fault(f"{where}.pattern", error.what.rstrip("."), error.expected)
    elif table and set(table) != {"n"}:
        reader.fault(where, "doses without a pattern", "`pattern`, or no field but `n` for placebo")
    unit = Unit.MCG_PER_DAY if pump else Unit.MG_PER_DAY
    doses = _doses(reader, f"{where}.doses", table.get("doses"), unit)
    return d.Arm(
        name=name,
        pattern=pattern,
        policy=_policy(reader, where, table, unit, pattern is None or doses is not None),
        n=reader.whole(f"{where}.n", table.get("n", n), 1, MOST_PEOPLE),
        doses=doses,
    )


def _doses(reader: Reader, where: str, content: Any, unit: Unit) -> d.DoseSpread | None:
    if content is None:
        return None
    found = reader.known(where, content) if isinstance(content, str) else None
    if found is None or found.spread.sd is None:
        reader.fault(where, f"{content!r} gives no mean with an sd", "a key of the evidence")
        return None
    mean = reader.number(where, content, unit, 0.1, 1e5)
    return d.DoseSpread(mean=mean, sd=found.spread.sd * mean / pick(found, found.key, found.unit))


def _policy(
    reader: Reader, where: str, table: Mapping[str, Any], unit: Unit, fixed: bool
) -> Policy:
    def dose(name: str, default: float) -> float:
        return reader.number(f"{where}.{name}", table.get(name, default), unit, 0.0, 1e5)

    if not fixed and not {"start", "most"} <= set(table):
        reader.fault(where, "`start` or `most` is missing", "the first and the highest dose")
    start, most = dose("start", 0.0), dose("most", 1e5 if fixed else 0.0)
    if start > most:
        reader.fault(where, f"it starts at {start:g}, above its most", "start up to most")
    goal = reader.choice(f"{where}.goal", table.get("goal", "dose"), Goal) or Goal.DOSE
    if (goal is not Goal.DOSE) != ("goal_value" in table):
        reader.fault(f"{where}.goal_value", f"it does not go with goal {goal}", "both, or neither")
    share = goal is Goal.RELIEF
    return Policy(
        start=start,
        most=most,
        rise=dose("rise", 0.0),
        rise_share=_share(reader, f"{where}.rise_share", table.get("rise_share", 0.0)),
        goal=goal,
        goal_value=reader.number(
            f"{where}.goal_value",
            table.get("goal_value", 0.5 if share else 1.0),
            Unit.FRACTION if share else Unit.SCORE,
            0.0,
            1.0 if share else 5.0,
        ),
        lowers=reader.flag(f"{where}.lowers", table.get("lowers", False)),
        stops_after=reader.whole(f"{where}.stops_after", table.get("stops_after", 0), 0, 100),
        stops_unless_goal=reader.flag(
            f"{where}.stops_unless_goal", table.get("stops_unless_goal", False)
        ),
        last_rise_day=reader.number(
            f"{where}.last_rise_day",
            table.get("last_rise_day", MOST_DAYS),
            Unit.DAY,
            0.0,
            MOST_DAYS,
        ),
    )


def _endpoints(
    reader: Reader, content: Any, arms: Sequence[str], visits: Sequence[float]
) -> tuple[d.Endpoint, ...]:
    if not isinstance(content, dict) or not content:
        reader.fault("endpoint", "there is none", "one table [endpoint.NAME] or more")
        return ()
    return tuple(_endpoint(reader, name, one, arms, visits) for name, one in content.items())


def _endpoint(
    reader: Reader, name: str, content: Any, arms: Sequence[str], visits: Sequence[float]
) -> d.Endpoint:
    where = f"endpoint.{name}"
    table = reader.table(where, content, ENDPOINT_FIELDS)
    for side in ("arm", "minus"):
        if (side == "arm" or side in table) and table.get(side) not in arms:
            reader.fault(f"{where}.{side}", f"there is no arm {table.get(side)!r}", ", ".join(arms))
    day = reader.number(f"{where}.day", table.get("day", visits[-1]), Unit.DAY, 0.0, MOST_DAYS)
    if day not in visits:
        reader.fault(f"{where}.day", f"no visit is on day {day:g}", "a day of the visits")
    measure = reader.choice(f"{where}.measure", table.get("measure"), d.Measure)
    summary = reader.choice(f"{where}.summary", table.get("summary", "mean"), d.Summary)
    if measure is d.Measure.TONE_POINTS and "baseline" not in table:
        reader.fault(where, "tone_points needs a baseline", "the untreated score")
    return d.Endpoint(
        name=name,
        title=reader.text(f"{where}.title", table.get("title")),
        measure=measure or d.Measure.ASHWORTH,
        summary=summary or d.Summary.MEAN,
        arm=str(table.get("arm")),
        minus=table.get("minus"),
        day=day,
        published=_published(reader, where, table.get("published"), summary),
        baseline=reader.number(f"{where}.baseline", table.get("baseline", 0.0), Unit.SCORE, 0, 100),
        background=_share(reader, f"{where}.background", table.get("background", 0.0)),
        among_spasms=reader.flag(f"{where}.among_spasms", table.get("among_spasms", False)),
        by_construction=reader.flag(
            f"{where}.by_construction", table.get("by_construction", False)
        ),
    )


def _published(
    reader: Reader, where: str, content: Any, summary: d.Summary | None
) -> d.Published | None:
    if content is None:
        return None
    if not isinstance(content, str):
        reader.fault(f"{where}.published", f"{content!r} is no key", "a key of the evidence")
        return None
    found = reader.known(f"{where}.published", content)
    if found is None:
        return None
    value: object = found.value if summary is not d.Summary.SD else found.spread.sd
    if not isinstance(value, int | float):
        reader.fault(f"{where}.published", f"{content} has no such number", "another entry")
        return None
    return d.Published(
        value=float(value),
        spread=_spread(found) if summary is not d.Summary.SD else "",
        key=content,
        use=", ".join(use.value for use in found.use if use.value in ("calibration", "validation")),
    )


def _spread(found: Estimate) -> str:
    """Give the published spread in words, or how many people stand behind the number."""
    if found.spread.none is None:
        return found.spread.text()
    return "not given" if found.n is None else f"{found.n:,} people"
