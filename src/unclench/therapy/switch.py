"""Say the same dose in another preparation: tablets, a liquid of a stated strength, granules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import final

from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench.regimen import Formulation, Regimen, clock
from unclench.therapy import exact
from unclench.units import Mass, mg

__all__ = ["Line", "Switch", "formulation", "packets", "switch", "tablets", "volume_ml"]

TABLETS_US = "dosing.tablets.us"
TABLETS_EU = "dosing.tablets.eu"
PACKETS = "dosing.granules.packets"
SAME_EFFECT = "dosing.formulation.bioequivalent"
CAUTIONS = {
    Formulation.LIQUID_5: ("dosing.formulation.fleqsuvy",),
    Formulation.GRANULES: ("dosing.formulation.lyvispah", "dosing.formulation.lyvispah_stopped"),
}

MOST = mg(100)
"""A larger dose is not made up from tablets: it is an alarm."""

_WRITTEN = {
    **{form.value.casefold(): form for form in Formulation},
    "tablets": Formulation.TABLET,
    "granule": Formulation.GRANULES,
    "1 mg/ml": Formulation.LIQUID_1,
    "2 mg/ml": Formulation.LIQUID_2,
    "5 mg/ml": Formulation.LIQUID_5,
    "5 mg/5 ml": Formulation.LIQUID_1,
    "10 mg/5 ml": Formulation.LIQUID_2,
    "25 mg/5 ml": Formulation.LIQUID_5,
}


def formulation(text: str) -> Formulation:
    """Give the preparation that a text names; a liquid needs its strength.

    Raises:
        InputError: if it is none, or a liquid without a strength.

    Example:
        >>> formulation("25 mg/5 mL")
        <Formulation.LIQUID_5: 'liquid 5 mg/mL'>
    """
    written = " ".join(str(text).casefold().split()).removeprefix("liquid ")
    found = _WRITTEN.get(written) or _WRITTEN.get(f"liquid {written}")
    if found is not None:
        return found
    liquid = any(word in written for word in ("liquid", "solution", "syrup", "suspension", "ml"))
    raise InputError(
        f"{text!r} names a liquid without a known strength."
        if liquid
        else f"There is no preparation {text!r}.",
        expected="tablet, granules, or a liquid with its strength: 1 mg/mL, 2 mg/mL or 5 mg/mL",
        hint="read the strength on the bottle: 5 mg/5 mL is 1 mg/mL, 25 mg/5 mL is 5 mg/mL",
    )


def volume_ml(dose: Mass, *, liquid: Formulation) -> Decimal:
    """Give the volume that holds a dose, in mL, exactly.

    Raises:
        InputError: if the preparation is not a liquid of a stated strength.

    Example:
        >>> volume_ml(mg(15), liquid=Formulation.LIQUID_2)
        Decimal('7.5')
    """
    exact.amount(dose, "dose", most=MOST, unit="mg")
    held = liquid.mg_per_ml
    if held is None:
        raise InputError(
            f"A volume cannot be worked out for {liquid.value!r}.",
            expected="a liquid with its strength: 1 mg/mL, 2 mg/mL or 5 mg/mL",
            hint="the three liquids differ five-fold: read the strength on the bottle",
        )
    return dose.in_mg / held


def tablets(
    dose: Mass, *, of: tuple[Mass, ...], halves: bool = True
) -> tuple[tuple[Decimal, Mass], ...]:
    """Give the fewest pieces that make up a dose: (number, strength), the largest first.

    Args:
        dose: The dose to make up.
        of: The strengths that there are.
        halves: Whether a tablet may be halved.

    Raises:
        InputError: if no number of tablets makes up the dose exactly.

    Example:
        >>> [(str(n), each.text("mg")) for n, each in tablets(mg(15), of=(mg(10), mg(25)))]
        [('1.5', '10 mg')]
    """
    exact.amount(dose, "dose", most=MOST, unit="mg")
    found = _fewest(dose, tuple(sorted(of, reverse=True)), halves=halves)
    if found is None:
        raise InputError(
            f"{dose.text('mg')} cannot be made up exactly from "
            f"{', '.join(each.text('mg') for each in of)}{' or halves of them' if halves else ''}.",
            expected="a dose that whole pieces add up to",
            hint="another dose, or a liquid",
        )
    return found


def packets(dose: Mass, *, evidence: Evidence) -> tuple[tuple[Decimal, Mass], ...]:
    """Give the fewest whole packets of granules that make up a dose; a packet is never split.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> [each.text("mg") for _, each in packets(mg(15), evidence=load_evidence())]
        ['10 mg', '5 mg']
    """
    return tablets(dose, of=exact.masses(evidence, PACKETS), halves=False)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One dose of the day, before and after the switch."""

    at: str
    amount: Mass
    measure: str


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A regimen in another preparation: the same milligrams at the same times.

    Args:
        regimen: The regimen with the new preparation.
        lines: How each dose is measured, each once, in order of amount.
        words: What to know.
        evidence: The keys it rests on.
    """

    regimen: Regimen
    lines: tuple[Line, ...]
    words: tuple[str, ...]
    evidence: tuple[str, ...]


def switch(
    regimen: Regimen,
    *,
    to: Formulation,
    evidence: Evidence,
    of: tuple[Mass, ...] | None = None,
) -> Switch:
    """Give a regimen in another preparation, milligram for milligram.

    Args:
        regimen: What is swallowed now.
        to: The preparation to come.
        evidence: The evidence base.
        of: The strengths of the tablets at hand; those of the EU if not given.

    Raises:
        InputError: if nothing is swallowed, or a dose cannot be measured exactly.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> from unclench.regimen import parse
        >>> changed = switch(parse("10 mg x3"), to=Formulation.LIQUID_5, evidence=load_evidence())
        >>> changed.lines[0].measure
        '2 mL of the 5 mg/mL liquid'
    """
    if regimen.oral is None:
        raise InputError(
            "Nothing is swallowed, so no preparation can be switched.",
            expected="a regimen with something to swallow",
        )
    strength = exact.masses(evidence, TABLETS_EU) if of is None else of
    seen = {(minute, amount): None for step in regimen.oral.steps for minute, amount in step.times}
    lines = tuple(
        Line(at=clock(minute), amount=amount, measure=_measure(amount, to, strength, evidence))
        for minute, amount in sorted(seen)
    )
    keys = (SAME_EFFECT, *CAUTIONS.get(to, ()))
    return Switch(
        regimen=replace(regimen, oral=replace(regimen.oral, formulation=to)),
        lines=lines,
        words=tuple(evidence.statement(key).text for key in keys),
        evidence=keys,
    )


def _measure(amount: Mass, to: Formulation, strength: tuple[Mass, ...], evidence: Evidence) -> str:
    if to.mg_per_ml is not None:
        volume = exact.rounded(volume_ml(amount, liquid=to), 4)
        return f"{volume} mL of the {to.mg_per_ml} mg/mL liquid"
    if to is Formulation.GRANULES:
        return _pieces(packets(amount, evidence=evidence), "packet")
    return _pieces(tablets(amount, of=strength), "tablet")


def _pieces(made: tuple[tuple[Decimal, Mass], ...], name: str) -> str:
    return " and ".join(
        f"{number:f} {name}{'' if number <= 1 else 's'} of {each.text('mg')}"
        for number, each in made
    )


def _fewest(
    dose: Mass, of: tuple[Mass, ...], *, halves: bool
) -> tuple[tuple[Decimal, Mass], ...] | None:
    """Search the halves of each strength; the fewest pieces win, then the fewest halves."""
    best: tuple[tuple[int, int], tuple[tuple[Decimal, Mass], ...]] | None = None
    step = 1 if halves else 2
    for made in _ways(dose, of, step):
        pieces = sum(-(-half // 2) for half, _ in made)
        broken = sum(half % 2 for half, _ in made)
        if best is None or (pieces, broken) < best[0]:
            best = (pieces, broken), tuple((Decimal(half) / 2, each) for half, each in made)
    return None if best is None else best[1]


def _ways(dose: Mass, of: tuple[Mass, ...], step: int) -> list[tuple[tuple[int, Mass], ...]]:
    """Give every way to make up a dose: (halves, strength) of each strength used."""
    if not dose:
        return [()]
    if not of:
        return []
    each, *rest = of
    half = each / 2
    most = int(dose / half)
    ways = []
    for halves in range(most - most % step, -1, -step):
        used = ((halves, each),) if halves else ()
        ways += [(*used, *way) for way in _ways(dose - half * halves, tuple(rest), step)]
    return ways
