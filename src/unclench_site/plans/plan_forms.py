"""The forms with which a clinician asks the rules for a plan; each hands over a laid-out Plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, final

from django import forms
from django.http import QueryDict

from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench.regimen import Formulation, PumpProgram, Regimen, Route, parse
from unclench.therapy import (
    PROTOCOLS,
    TAPERS,
    Origin,
    Pace,
    Plan,
    PlanStep,
    flex,
    protocol,
    screen,
    taper,
    taper_protocol,
    titrate,
    titrate_pump,
)
from unclench.units import Mass, mcg, mg
from unclench_site.plans.models import PlanKind
from unclench_site.plans.typed import ClockField, NumberField, RoomForm

__all__ = ["PLAN_FORMS", "PlanForm", "Shown"]

FORMS: Final = {
    "tablet": ("Tablets", Formulation.TABLET),
    "granules": ("Granules", Formulation.GRANULES),
    "liquid-1": ("Liquid with 1 mg in each mL", Formulation.LIQUID_1),
    "liquid-2": ("Liquid with 2 mg in each mL", Formulation.LIQUID_2),
    "liquid-5": ("Liquid with 5 mg in each mL", Formulation.LIQUID_5),
}
ORIGINS: Final = [
    (Origin.SPINAL.value, "The spinal cord, as in MS"),
    (Origin.CEREBRAL.value, "The brain"),
]
PACES: Final = [
    (Pace.GENTLE.value, "The gentle end of the protocol"),
    (Pace.USUAL.value, "The usual end of the protocol"),
]


def one_of(options: list[tuple[str, str]], label: str, *, hint: str = "") -> forms.ChoiceField:
    """Give a field of which one option must be chosen."""
    return forms.ChoiceField(
        choices=options,
        label=label,
        help_text=hint,
        error_messages={
            "required": "Choose one of the options.",
            "invalid_choice": "Choose one of the options.",
        },
    )


def number(
    label: str,
    *,
    what: str,
    unit: str,
    low: str,
    high: str,
    need: bool = False,
    whole: bool = False,
    hint: str = "",
) -> NumberField:
    """Give a field of one number with its unit."""
    return NumberField(
        what=what,
        unit=unit,
        low=low,
        high=high,
        whole=whole,
        label=label,
        required=need,
        help_text=hint or ("" if need else "Empty: as the protocol says."),
    )


def days(label: str, what: str) -> NumberField:
    """Give a field of whole days."""
    return number(label, what=what, unit="days", low="1", high="365", whole=True)


@final
@dataclass(frozen=True, slots=True)
class Shown:
    """A field as the page draws it."""

    name: str
    kind: str
    label: str
    value: str
    fault: str
    hint: str
    unit: str
    options: list[tuple[str, str]]


class PlanForm(RoomForm):
    """What every plan needs: why, and whom to call. A subclass asks for the rest."""

    kind: PlanKind
    why = forms.CharField(
        max_length=500,
        label="Why this plan",
        help_text="The member reads this. What is it for, and what should they watch?",
        error_messages={"required": "Say why: the member reads it beside every step."},
    )
    call = forms.CharField(
        max_length=120,
        label="Whom to call when there is a problem",
        help_text="A name and a number that answers.",
        error_messages={"required": "Say whom to call: a hold without a number helps nobody."},
    )

    def __init__(self, data: QueryDict, *, evidence: Evidence, is_new: bool = False) -> None:
        """Read what was sent."""
        super().__init__(data)
        self.evidence, self.is_new = evidence, is_new
        self.order_fields([name for name in self.fields if name not in {"why", "call"}])

    def clean(self) -> dict[str, Any]:
        """Lay the plan out; what the protocol refuses is said in its own words."""
        given = self.cleaned_data
        if not self.errors:
            try:
                given["plan"] = self.lay_out(given)
            except InputError as fault:
                self.add_error(None, str(fault))
        return given

    def lay_out(self, given: dict[str, Any]) -> Plan:
        """Give the plan that was asked for."""
        raise NotImplementedError

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Everything that is wrong; nothing before anything was sent."""
        if self.is_new:
            return []
        return [("fields" if name == "__all__" else name, words) for name, words in super().faults]

    @property
    def shown(self) -> list[Shown]:
        """Every field as the page draws it."""
        return [self._shown(name, field) for name, field in self.fields.items()]

    def _shown(self, name: str, field: forms.Field) -> Shown:
        kinds = {ClockField: "time", forms.BooleanField: "box", NumberField: "number"}
        kind = kinds.get(type(field), "text")
        options: list[tuple[str, str]] = []
        if isinstance(field, forms.ChoiceField):
            pairs: Any = field.choices
            kind, options = "choose", [(str(key), str(words)) for key, words in pairs]
        return Shown(
            name=name,
            kind=kind,
            label=str(field.label or ""),
            value=str(self.data.get(name, "")),
            fault="" if self.is_new else self.wrong(name),
            hint=str(field.help_text),
            unit=field.unit if isinstance(field, NumberField) else "",
            options=options,
        )

    @property
    def asked(self) -> dict[str, str]:
        """What was asked, to begin the next version with."""
        return {name: self._asked(name) for name in self.fields}

    def _asked(self, name: str) -> str:
        """Give what was asked in a field; a tick is only there or not."""
        if isinstance(self.fields[name], forms.BooleanField):
            return "on" if self.cleaned_data[name] else ""
        return str(self.data.get(name, ""))


def _piece() -> NumberField:
    return number(
        "The smallest piece that can be taken",
        what="piece",
        unit="mg",
        low="0.5",
        high="25",
        hint="Empty: 5 mg.",
    )


def _doses() -> NumberField:
    return number(
        "Doses a day",
        what="number of doses",
        unit="a day",
        low="1",
        high="8",
        whole=True,
        hint="Empty: 3.",
    )


def _form() -> forms.ChoiceField:
    return one_of([(key, words) for key, (words, _) in FORMS.items()], "What is swallowed")


def _mg(value: Decimal | None) -> Mass | None:
    return None if value is None else mg(value)


def _int(value: Decimal | None, usual: int) -> int:
    return usual if value is None else int(value)


@final
class TitrationForm(PlanForm):
    """Up, under a named protocol."""

    kind = PlanKind.TITRATION
    protocol = one_of([(one.code, one.title) for one in PROTOCOLS], "Protocol")
    form = _form()
    taken = number(
        "Taken now, in a day",
        what="daily dose",
        unit="mg a day",
        low="0",
        high="1000",
        need=True,
        hint="0 for none. Steps up to this dose are left out.",
    )
    target = number("Up to, in a day", what="target", unit="mg a day", low="1", high="1000")
    step = number(
        "Each step up, of the daily dose", what="step", unit="mg a day", low="0.5", high="100"
    )
    every = days("Days between steps", "time between steps")
    doses = _doses()
    piece = _piece()

    def lay_out(self, given: dict[str, Any]) -> Plan:
        """Give the titration, from what is taken now on."""
        plan = titrate(
            protocol(given["protocol"]),
            evidence=self.evidence,
            target=_mg(given["target"]),
            every_days=None if given["every"] is None else int(given["every"]),
            step=_mg(given["step"]),
            doses=_int(given["doses"], 3),
            piece=_mg(given["piece"]),
            formulation=FORMS[given["form"]][1],
        )
        return _above(plan, mg(given["taken"]))


def _above(plan: Plan, taken: Mass) -> Plan:
    """Leave out the steps that do not go above what is taken; the rest keep their lengths."""
    oral = plan.regimen.oral
    left = [place for place, step in enumerate(plan.steps) if step.daily > taken]
    if not left or oral is None:
        raise InputError(
            f"{taken.text('mg')} a day is taken already: this plan does not go above it.",
            expected="a target above what is taken",
        )
    passed = plan.steps[left[0]].first_day - 1
    steps = tuple(
        replace(plan.steps[place], first_day=plan.steps[place].first_day - passed) for place in left
    )
    kept = replace(oral, steps=tuple(oral.steps[place] for place in left))
    return replace(plan, steps=steps, regimen=Regimen(oral=kept))


@final
class TaperForm(PlanForm):
    """Down to nothing, under a named protocol."""

    kind = PlanKind.TAPER
    protocol = one_of([(one.code, one.title) for one in TAPERS], "Protocol")
    form = _form()
    start = number(
        "Taken now, in a day", what="daily dose", unit="mg a day", low="0.5", high="1000", need=True
    )
    weeks = number(
        "On baclofen for", what="time on baclofen", unit="weeks", low="0", high="5200", need=True
    )
    pace = one_of(PACES, "Pace")
    doses = _doses()
    piece = _piece()

    def lay_out(self, given: dict[str, Any]) -> Plan:
        """Give the taper."""
        return taper(
            mg(given["start"]),
            weeks_on=float(given["weeks"]),
            evidence=self.evidence,
            protocol=taper_protocol(given["protocol"]),
            pace=Pace(given["pace"]),
            doses=_int(given["doses"], 3),
            piece=_mg(given["piece"]),
            formulation=FORMS[given["form"]][1],
        )


@final
class ScreeningForm(PlanForm):
    """The test before a pump."""

    kind = PlanKind.SCREENING
    first_at = ClockField(label="Time of each test dose")
    apart = days("Days between test doses", "time between test doses")
    small = forms.BooleanField(
        required=False,
        label="Begin with the smaller dose",
        help_text="For a very small person, or one who stands on stiffness.",
    )

    def lay_out(self, given: dict[str, Any]) -> Plan:
        """Give the screening test."""
        return screen(
            evidence=self.evidence,
            small_start=given["small"],
            first_at_min=given["first_at"],
            days_apart=_int(given["apart"], 1),
        )


@final
class PumpPlanForm(PlanForm):
    """The first weeks of a pump, step by step."""

    kind = PlanKind.PUMP
    start = number(
        "First daily dose",
        what="first daily dose",
        unit="micrograms a day",
        low="0.1",
        high="5000",
        need=True,
    )
    target = number(
        "Up to, in a day", what="target", unit="micrograms a day", low="0.1", high="5000", need=True
    )
    origin = one_of(ORIGINS, "Where the spasticity comes from")
    rise = number(
        "Each rise, as a share of the dose", what="rise", unit="percent", low="1", high="100"
    )
    every = number(
        "Days between steps",
        what="time between steps",
        unit="days",
        low="1",
        high="365",
        whole=True,
        hint="Empty: 1 day.",
    )

    def lay_out(self, given: dict[str, Any]) -> Plan:
        """Give the steps of the pump."""
        return titrate_pump(
            mcg(given["start"]),
            target=mcg(given["target"]),
            origin=Origin(given["origin"]),
            evidence=self.evidence,
            rise=None if given["rise"] is None else given["rise"] / 100,
            every_days=_int(given["every"], 1),
        )


@final
class ProgramForm(PlanForm):
    """The pump's day: one rate, or as many as it can be told."""

    kind = PlanKind.PROGRAM
    words = forms.CharField(
        max_length=2000,
        label="The program",
        help_text="Such as: pump 90 micrograms/day 06:00-22:00, 180 micrograms/day 22:00-06:00",
        error_messages={"required": "The program is empty. Give one such as the example."},
    )

    def lay_out(self, given: dict[str, Any]) -> Plan:
        """Give the program as a plan, each day within what a pump can be told."""
        regimen = parse(given["words"])
        if regimen.pump is None or regimen.oral or regimen.tests or regimen.changes:
            raise InputError(
                "The program is not only a pump’s.",
                expected="a pump’s program",
                hint="pump 200 micrograms/day",
            )
        return _program(regimen.pump, self.evidence)


def _program(pump: PumpProgram, evidence: Evidence) -> Plan:
    steps, first = [], 1
    for one in pump.steps:
        flex(one.segments, boluses=one.boluses, days=one.days, evidence=evidence)
        if not one.mass_a_day:
            raise InputError(
                "The program turns the pump off.",
                expected="a program that gives something",
                hint="the clinic that fills the pump; it is never turned off from here",
            )
        steps.append(
            PlanStep(
                first_day=first,
                days=one.days,
                daily=one.mass_a_day,
                route=Route.INTRATHECAL,
            )
        )
        first += one.days or 0
    if pump.days is not None:
        raise InputError(
            "The program ends, and the pump would give nothing after it.",
            expected="a last step without an end",
        )
    return Plan(
        kind="pump program",
        title="Program of the pump’s day",
        protocol="as written by the clinician",
        steps=tuple(steps),
        regimen=Regimen(pump=pump),
        words=("Nothing here sets a pump. The clinic does, with its programmer.",),
        evidence=("pump.flex_steps",),
    )


PLAN_FORMS: Final[dict[str, type[PlanForm]]] = {
    one.kind.value: one
    for one in (TitrationForm, TaperForm, ScreeningForm, PumpPlanForm, ProgramForm)
}
"""The form of each kind of plan."""
