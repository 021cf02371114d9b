"""Other medicines beside baclofen: each class of the evidence, the burden, the unknown."""

from __future__ import annotations

from decimal import Decimal

from unclench.therapy import exact
from unclench.therapy.case import Case
from unclench.therapy.finding import Severity
from unclench.therapy.medicines import Match
from unclench.therapy.rule import SILENT, Check, Rule, Values
from unclench.units import Unit

__all__ = ["CLASSES", "RULES", "SEDATIVE", "STRONG", "burden"]

KIDNEY = "interaction.kidney_limit"
POINTS = "interaction.burden.sedative"
POINTS_STRONG = "interaction.burden.strong"
LIMIT = "interaction.burden.limit"

STRONG = frozenset({"alcohol", "opioids", "benzodiazepines"})
SEDATIVE = frozenset(
    {
        *STRONG,
        "z_drugs",
        "antiepileptics",
        "gabapentinoids",
        "relaxants",
        "cannabinoids",
        "antihistamines",
        "antipsychotics",
        "tricyclics",
        "mao_inhibitors",
    }
)
WITH_A_PUMP = frozenset({"spinal_morphine", "fentanyl_propofol"})
WITH_WEAK_KIDNEYS = ("gabapentinoids", "kidney_reducers")

ASK = "Tell the prescriber and the pharmacist that you take both. Do not stop either suddenly."
ASK_FIRST = (
    "Speak to the prescriber before you take both, or before either dose changes. Do not stop "
    "either suddenly."
)
ASK_ONCE = (
    "If it is the baclofen of this plan, leave it out of the list. If it is a second box, speak to "
    "the prescriber before the next dose. Do not stop either suddenly."
)

CLASSES = {
    "alcohol": Severity.SERIOUS,
    "opioids": Severity.SERIOUS,
    "benzodiazepines": Severity.SERIOUS,
    "z_drugs": Severity.CAUTION,
    "antiepileptics": Severity.CAUTION,
    "gabapentinoids": Severity.CAUTION,
    "relaxants": Severity.CAUTION,
    "cannabinoids": Severity.CAUTION,
    "antihistamines": Severity.CAUTION,
    "antipsychotics": Severity.CAUTION,
    "tricyclics": Severity.CAUTION,
    "mao_inhibitors": Severity.CAUTION,
    "lithium": Severity.SERIOUS,
    "levodopa": Severity.CAUTION,
    "antihypertensives": Severity.CAUTION,
    "kidney_reducers": Severity.CAUTION,
    "probenecid": Severity.NOTE,
    "antidiabetics": Severity.NOTE,
    "anaesthetics": Severity.CAUTION,
    "magnesium": Severity.CAUTION,
    "spinal_morphine": Severity.CAUTION,
    "fentanyl_propofol": Severity.CAUTION,
    "fampridine": Severity.NOTE,
    "disease_modifying": Severity.NOTE,
    "baclofen": Severity.SERIOUS,
}
"""Every class of the evidence, with how grave it is there."""


def burden(case: Case) -> tuple[Decimal, tuple[str, ...]]:
    """Give the sedative burden of a list: points, and the ingredients that bring them.

    Each ingredient counts once, under whatever names it is taken.
    """
    one = exact.number(case.evidence, POINTS, Unit.POINTS)
    two = exact.number(case.evidence, POINTS_STRONG, Unit.POINTS)
    points: dict[str, Decimal] = {}
    for match in case.medicines.matches:
        for ingredient in match.ingredients:
            if SEDATIVE.intersection(ingredient.classes):
                strong = STRONG.intersection(ingredient.classes)
                points[ingredient.name] = two if strong else one
    return sum(points.values(), Decimal(0)), tuple(points)


def _burden(case: Case) -> Values | None:
    points, names = burden(case)
    limit = exact.number(case.evidence, LIMIT, Unit.POINTS)
    if points < limit:
        return SILENT
    return {"points": f"{points:f}", "limit": f"{limit:f}", "from": ", ".join(names)}


def _found(matches: tuple[Match, ...]) -> Values | None:
    if not matches:
        return SILENT
    understood = dict.fromkeys(match.words for match in matches)
    wrote = dict.fromkeys(match.wrote for match in matches)
    return {"you_wrote": "; ".join(wrote), "we_understood": ", ".join(understood)}


def _in_class(name: str) -> Check:
    def check(case: Case) -> Values | None:
        if name in WITH_A_PUMP and not case.has_pump:
            return SILENT
        return _found(case.matched(name))

    return check


def _weak_kidneys(name: str) -> Check:
    def check(case: Case) -> Values | None:
        limit = exact.number(case.evidence, KIDNEY, Unit.ML_PER_MIN)
        clearance = case.patient.crcl_ml_per_min
        found = _found(case.matched(name))
        if found is None or Decimal(str(clearance)) >= limit:
            return SILENT
        return {**found, "kidney_function": f"{clearance:g} mL/min", "limit": f"{limit:f} mL/min"}

    return check


def _unknown(case: Case) -> Values | None:
    words = dict.fromkeys(part.words for part in case.medicines.unknown)
    return {"not_known": ", ".join(words)} if words else SILENT


def _did_you_mean(case: Case) -> Values | None:
    asked = dict.fromkeys(
        f"{part.words}: did you mean {part.suggestion}?"
        for part in case.medicines.unknown
        if part.suggestion is not None
    )
    return {"question": " ".join(asked)} if asked else SILENT


def _next_step(name: str, severity: Severity) -> str:
    if name == "baclofen":
        return ASK_ONCE
    return ASK_FIRST if severity is Severity.SERIOUS else ASK


def _rule(name: str, severity: Severity) -> Rule:
    pump = " and there is a pump" if name in WITH_A_PUMP else ""
    return Rule(
        code=f"interaction.{name.replace('_', '-')}",
        severity=severity,
        title="{we_understood} beside baclofen",
        when=f"a medicine of the class is listed{pump}",
        check=_in_class(name),
        words="You wrote: {you_wrote}. We understood: {we_understood}.",
        says=(f"interaction.{name}",),
        next_step=_next_step(name, severity),
    )


def _kidney_rule(name: str) -> Rule:
    return Rule(
        code=f"kidney-pairing.{name.replace('_', '-')}",
        severity=Severity.SERIOUS,
        title="{we_understood}, baclofen and weak kidneys",
        when="a medicine of the class is listed and kidney function is below the limit",
        check=_weak_kidneys(name),
        words="You wrote: {you_wrote}. We understood: {we_understood}. With a kidney function of "
        "{kidney_function} this is grave.",
        says=(f"interaction.{name}", "advice.kidney_trouble"),
        next_step=ASK_FIRST,
        evidence=(KIDNEY,),
    )


RULES = (
    *(_rule(name, severity) for name, severity in CLASSES.items()),
    *(_kidney_rule(name) for name in WITH_WEAK_KIDNEYS),
    Rule(
        code="burden.sedatives",
        severity=Severity.SERIOUS,
        title="Several medicines that make you drowsy",
        when="the sedative points of the list reach the limit",
        check=_burden,
        words="Beside baclofen these count {points} points: {from}. The limit is {limit}.",
        says=("interaction.burden.words",),
        next_step="Speak to the prescriber before any dose rises.",
        evidence=(POINTS, POINTS_STRONG, LIMIT),
    ),
    Rule(
        code="interaction.not-known",
        severity=Severity.NOTE,
        title="Not known to us",
        when="a name in the list is not known to us",
        check=_unknown,
        words="Not known to us: {not_known}.",
        says=("interaction.unknown",),
        next_step="Ask a pharmacist about it.",
    ),
    Rule(
        code="interaction.did-you-mean",
        severity=Severity.CAUTION,
        title="A name that we are not sure of",
        when="a name in the list is not known to us but near one that is",
        check=_did_you_mean,
        words="{question} We have not assumed it.",
        says=("interaction.unknown",),
        next_step="Check the spelling on the box, and write it again.",
    ),
)
"""One rule for each class, two pairings with weak kidneys, the burden, and what is not known."""
