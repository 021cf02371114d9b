"""The form of the explore page: what somebody put in, as a Question or as what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, final

from django import forms
from django.http import QueryDict

from unclench.errors import InputError
from unclench.patient import Patient, TimeOfDay
from unclench.regimen import Regimen, format, parse
from unclench.units import mcg, mg
from unclench_site.evidence import evidence
from unclench_site.explore.amounts import ClockField, NumberField, TimedField, TimedWidget
from unclench_site.explore.choices import SharedFields, choice, offered
from unclench_site.explore.comparisons import compared
from unclench_site.explore.controls import ROWS, SLIDERS, Fault, Rows, Slider, kidney_words
from unclench_site.explore.laid import Lay
from unclench_site.explore.layform import LayForm
from unclench_site.explore.question import FIRST_PLAN, USUAL, Against, Picture, Question, Span
from unclench_site.explore.reading import BODY, DEFAULTS, act, completed, set_controls, words_win
from unclench_site.explore.telling import TellingForm
from unclench_site.explore.ways import (
    LIQUIDS,
    Plan,
    Program,
    PumpDay,
    Way,
)

MOST_WORDS: Final = 2000


STRENGTH_WORDS: Final = [(key, f"{key} mg in each mL") for key in LIQUIDS]
UNMARKED: Final = {"food", "small", "badly"}
TARGETS: Final = {
    "doses": "mg-1",
    "sips": "ml-1",
    "way": "controls",
    "has": "has-list",
    "feel": "feel-list",
}


@final
class ExploreForm(TellingForm, LayForm):
    """Everything that can be put in on the explore page."""

    way = choice(Way, required=False)
    doses = TimedField(widget=TimedWidget(at="at", amount="mg"), most="500", unit="mg")
    sips = TimedField(widget=TimedWidget(at="sip_at", amount="ml"), most="100", unit="mL")
    strength = forms.ChoiceField(choices=STRENGTH_WORDS)
    food = forms.BooleanField(required=False)
    rate = NumberField(what="pump’s dose", low="0.1", high="5000", unit="micrograms a day")
    program = choice(Program)
    night = NumberField(what="share at night", low="5", high="95", unit="percent", is_whole=True)
    bolus = NumberField(what="extra dose", low="0.1", high="1000", unit="micrograms")
    bolus_at = ClockField(required=False)
    regimen = forms.CharField(max_length=MOST_WORDS, required=False)
    kg = NumberField(what="weight", unit="kg")
    age = NumberField(what="age", unit="years")
    kidney = NumberField(what="creatinine clearance", unit="mL a minute")
    spasms = NumberField(what="number of spasms", unit="a day")
    worst = choice(TimeOfDay)
    against = choice(Against)
    other = forms.CharField(max_length=MOST_WORDS, required=False)
    span = choice(Span)
    show = choice(Picture)

    def __init__(self, query: QueryDict) -> None:
        """Read an address."""
        data = completed(query)
        self.was_sent = "was" in query
        self.moved = query.get("moved", "")
        self.is_typing = self.moved == "regimen"
        self.redraws_words = not self.is_typing
        self.redraws_controls = self.is_typing or "do" in query
        self.written: Regimen | None = None
        self.fault: InputError | None = None
        if words_win(query):
            self._read_words(data)
        act(data)
        super().__init__(data)
        self.typed = data
        self._leave_out_what_is_hidden()

    def _read_words(self, data: QueryDict) -> None:
        """Read the plan from its words, and set the controls to show it."""
        text = data.setdefault("regimen", format(FIRST_PLAN))
        try:
            self.written = parse(text)
        except InputError as fault:
            self.fault = fault
            data.pop("way", None)
            return
        set_controls(Plan.of(self.written), data)

    def _leave_out_what_is_hidden(self) -> None:
        """Controls that do not belong to the way that was chosen are not read at all."""
        chosen = self.data.get("way", "")
        way = next((way for way in Way if way.value == chosen), None)
        if self.written or self.fault or way is None:
            hidden = {"doses", "sips", "strength", "rate", "program", "night", "bolus", "bolus_at"}
        else:
            program = self.data.get("program") if way.has_pump else None
            hidden = {
                *(() if way.has_tablets else ("doses",)),
                *(() if way is Way.LIQUID else ("sips", "strength")),
                *(() if way.has_pump else ("rate", "program")),
                *(() if program == Program.NIGHT.value else ("night",)),
                *(() if program == Program.BOLUS.value else ("bolus", "bolus_at")),
            }
        for name in hidden:
            del self.fields[name]
        self.leave_out_other_plans()

    def clean(self) -> dict[str, Any]:
        """Put the parts together."""
        cleaned = self.cleaned_data
        cleaned["patient"] = self.patient_who_tells(self._patient())
        if not self.errors:
            cleaned["history"] = self.history()
        if not self.errors:
            cleaned["plan"] = self._plan()
        if not self.errors and self.laying is Lay.NOTHING:
            self._compare()
        elif not self.errors:
            cleaned["laid"] = self.laid_out(cleaned["plan"], cleaned["patient"], cleaned["history"])
        return cleaned

    def _patient(self) -> Patient:
        patient = USUAL
        for name, part in BODY.items():
            if name in self.cleaned_data:
                change: dict[str, Any] = {part: float(self.cleaned_data[name])}
                try:
                    patient = replace(patient, **change)
                except InputError as fault:
                    self.add_error(name, str(fault))
        if "worst" in self.cleaned_data:
            patient = replace(patient, worst_time=self.cleaned_data["worst"])
        return patient

    def _plan(self) -> Regimen | None:
        if self.fault:
            self.add_error("regimen", str(self.fault))
        elif not self.written and not self.cleaned_data["way"]:
            self.add_error("way", "Choose how baclofen is taken, or write the plan in words.")
        else:
            try:
                return self.written or self._controls().to_regimen()
            except InputError as fault:
                self.add_error("way", str(fault))
        return None

    def _controls(self) -> Plan:
        """The controls as a plan."""
        given = self.cleaned_data
        way: Way = given["way"]
        formulation = LIQUIDS[given["strength"]] if way is Way.LIQUID else Plan(way=way).formulation
        per_ml = formulation.mg_per_ml or Decimal(1)
        timed = given.get("sips") or given.get("doses") or ()
        return Plan(
            way=way,
            doses=tuple((at_min, mg(per_ml * number)) for at_min, number in timed),
            formulation=formulation,
            with_food=bool(timed) and given["food"],
            pump=self._pump() if way.has_pump else None,
        )

    def _pump(self) -> PumpDay:
        given = self.cleaned_data
        day = PumpDay(daily=mcg(given["rate"]), program=given["program"])
        if day.program is Program.NIGHT:
            return replace(day, night_percent=int(given["night"]))
        if day.program is Program.BOLUS:
            return replace(day, bolus=mcg(given["bolus"]), bolus_min=given["bolus_at"])
        return day

    def _compare(self) -> None:
        """The second plan, so that one that does not fit is said beside its field."""
        given = self.cleaned_data
        against = given["against"]
        try:
            given["second"] = compared(
                against, given["plan"], given["patient"], given["span"], given["other"]
            )
        except InputError as fault:
            self.add_error("other" if against is Against.OWN else "against", str(fault))

    # What the page shows.

    @property
    def words(self) -> str:
        """The plan in words as it is understood, or as it was typed if it is not."""
        plan = self.cleaned_data.get("plan")
        return format(plan) if plan else str(self.data.get("regimen", ""))

    @property
    def is_beyond_controls(self) -> bool:
        """Whether there is a plan that the simple controls cannot show."""
        return self.written is not None and not self.data.get("way")

    @property
    def of(self) -> dict[str, Slider]:
        """Each number with a slider, by its name."""
        return {
            name: slider.holding(
                str(self.data.get(name, "")),
                wrong=self.wrong(name),
                says=self.kidney_says if name == "kidney" else "",
            )
            for name, slider in SLIDERS.items()
        }

    @property
    def kidney_says(self) -> str:
        """What the kidney function means, in words; empty while it is not one."""
        if "kidney" not in self.cleaned_data:
            return ""
        return kidney_words(float(self.cleaned_data["kidney"]), evidence=evidence())

    @property
    def rows(self) -> dict[str, Rows]:
        """The doses of tablets and of a liquid, by kind."""
        return {
            kind: rows.holding(
                self.typed.getlist(rows.at), self.typed.getlist(rows.amount), self.wrong(rows.name)
            )
            for kind, rows in ROWS.items()
        }

    def wrong(self, name: str) -> str:
        """What is wrong with a field, in words; empty if nothing is."""
        return " ".join(str(words) for words in self.errors.get(name, ()))

    @property
    def wrongs(self) -> list[tuple[str, str]]:
        """What is wrong with each field that is drawn, where something is."""
        return [(name, self.wrong(name)) for name in self.errors if name not in UNMARKED]

    @property
    def faults(self) -> list[Fault]:
        """Everything that is wrong, each with the id of the control to mend."""
        return [
            Fault(target=TARGETS.get(name, name), words=str(words))
            for name, all_words in self.errors.items()
            for words in all_words
        ]

    @property
    def opens_words(self) -> bool:
        """Whether the words are all that there is of the plan, or are wrong."""
        return self.fault is not None or self.is_beyond_controls

    @property
    def opens_you(self) -> bool:
        """Whether something about the person is unusual or wrong, so that it should be seen."""
        about = [*BODY, "worst"]
        return any(self.data.get(name) != DEFAULTS[name] or self.wrong(name) for name in about)

    @property
    def opens_lay(self) -> bool:
        """Whether a plan is laid out over time, or something about it is wrong."""
        return self.laying is not Lay.NOTHING or bool(self.wrong("lay"))

    @property
    def opens_look(self) -> bool:
        """Whether a comparison or another view is chosen, so that it should be seen."""
        about = ["against", "span", "show"]
        return any(self.data.get(name) != DEFAULTS[name] or self.wrong(name) for name in about)

    strengths = STRENGTH_WORDS
    programs = offered(Program)

    def question(self) -> Question:
        """What was asked; only of a form that is valid."""
        given = self.cleaned_data
        laid = given.get("laid")
        return Question(
            patient=given["patient"],
            regimen=given["plan"],
            against=Against.NOTHING if laid else given["against"],
            second=laid.second if laid else given["second"],
            span=given["span"],
            picture=given["show"],
            history=given["history"],
            symptoms=frozenset(given["feel"]),
            laid=laid,
        )


ExploreForm.base_fields = SharedFields(ExploreForm.base_fields)
