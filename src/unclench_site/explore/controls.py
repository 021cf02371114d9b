"""How the controls look: sliders beside numbers, rows of doses, faults with their place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, final

from unclench.evidence import Evidence
from unclench.units import Unit
from unclench_site.explore.amounts import Row


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something to look at again: the id of its control, and what is wrong."""

    target: str
    words: str


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Slider:
    """A number with a slider: its words, its unit, and the reach of the slider.

    The slider reaches what is usual; the number beside it takes all that is allowed.
    """

    name: str
    label: str
    unit: str
    low: int
    high: int
    step: str
    hint: str = ""
    value: str = ""
    wrong: str = ""
    says: str = ""

    def holding(self, value: str, *, wrong: str, says: str) -> Slider:
        """The same slider with what was typed, what is wrong with it, and what it means."""
        return replace(self, value=value, wrong=wrong, says=says)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The doses of a day: a time and an amount each, with buttons to add one or to drop one."""

    name: str
    words: str
    at: str
    amount: str
    unit: str
    high: int
    step: str
    add: str
    drop: str
    shown: tuple[Row, ...] = ()
    wrong: str = ""

    def holding(self, times: list[str], amounts: list[str], wrong: str) -> Rows:
        """The same rows with what was typed; a missing half is empty."""
        most = max(len(times), len(amounts))
        times = [*times, *[""] * (most - len(times))]
        amounts = [*amounts, *[""] * (most - len(amounts))]
        shown = tuple(Row(at, amount) for at, amount in zip(times, amounts, strict=True))
        return replace(self, shown=shown, wrong=wrong)


KIDNEY_HINT: Final = "Creatinine clearance. Your clinic knows it."

SLIDERS: Final = {
    name: Slider(name=name, label=label, unit=unit, low=low, high=high, step=step, hint=hint)
    for name, label, unit, low, high, step, hint in (
        ("spasms", "Spasms without baclofen", "a day", 0, 40, "1", ""),
        ("kg", "Weight", "kg", 35, 150, "1", ""),
        ("age", "Age", "years", 18, 90, "1", ""),
        ("kidney", "Kidney function", "mL a minute", 5, 130, "5", KIDNEY_HINT),
        ("rate", "Dose of the pump", "micrograms a day", 0, 1000, "10", ""),
        ("night", "Share from 22:00 to 06:00", "percent", 35, 80, "5", ""),
        ("bolus", "Extra dose", "micrograms", 0, 100, "5", ""),
    )
}

ROWS: Final = {
    "tablets": Rows(
        name="doses",
        words="Tablets each day",
        at="at",
        amount="mg",
        unit="mg",
        high=40,
        step="2.5",
        add="add",
        drop="drop",
    ),
    "liquid": Rows(
        name="sips",
        words="Liquid each day",
        at="sip_at",
        amount="ml",
        unit="mL",
        high=40,
        step="0.5",
        add="addsip",
        drop="dropsip",
    ),
}


def kidney_words(crcl_ml_per_min: float, *, evidence: Evidence) -> str:
    """What a kidney function means, by the steps of the guidance.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> kidney_words(100, evidence=load_evidence())
        '100 is normal.'
    """
    steps = (
        ("dosing.renal.full_from", "normal"),
        ("dosing.renal.reduce_below", "a little low"),
        ("dosing.renal.avoid_below", "low"),
    )
    for key, words in steps:
        if crcl_ml_per_min >= evidence.value(key, Unit.ML_PER_MIN):
            return f"{crcl_ml_per_min:g} is {words}."
    return f"{crcl_ml_per_min:g} is very low."
