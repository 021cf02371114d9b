"""The fields that lay a plan out over time: abstract, a part of the form of the page."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from unclench.errors import InputError
from unclench.patient import Patient
from unclench.regimen import Regimen
from unclench.therapy import PROTOCOLS, TAPERS, History, Pace
from unclench_site.evidence import evidence
from unclench_site.explore.amounts import ClockField, NumberField
from unclench_site.explore.choices import choice
from unclench_site.explore.laid import Laid, Lay
from unclench_site.explore.laying import Asked, lay_out, written
from unclench_site.explore.telling import told

TESTS: Final = [("50", "50 micrograms"), ("75", "75 micrograms"), ("100", "100 micrograms")]
PACES: Final = [
    (Pace.USUAL.value, "The usual pace of the protocol"),
    (Pace.GENTLE.value, "The gentle pace of the protocol"),
]
FIELDS: Final[dict[Lay, tuple[str, ...]]] = {
    Lay.NOTHING: (),
    Lay.UP: ("up", "goal", "rise", "every"),
    Lay.DOWN: ("down", "pace"),
    Lay.TEST: ("upto", "small"),
    Lay.START: ("worked", "lasted", "badly", "aim"),
    Lay.MISSED: ("late",),
}
"""What each plan is laid out from."""
LAY_DEFAULTS: Final = {
    "lay": Lay.NOTHING.value,
    "up": PROTOCOLS[0].code,
    "down": TAPERS[0].code,
    "pace": Pace.USUAL.value,
    "upto": "50",
    "worked": "50",
    "lasted": "6",
    "aim": "200",
    "late": "16:00",
}


class LayForm(forms.Form):
    """What is laid out over time, and under whose protocol."""

    lay = choice(Lay)
    up = forms.ChoiceField(choices=[(one.code, one.title) for one in PROTOCOLS])
    goal = told("daily dose to stop at", "mg", high="1000")
    rise = told("rise at each step", "mg", high="1000")
    every = told("time between steps", "days", high="365", is_whole=True)
    down = forms.ChoiceField(choices=[(one.code, one.title) for one in TAPERS])
    pace = forms.ChoiceField(choices=PACES)
    upto = forms.ChoiceField(choices=TESTS)
    small = forms.BooleanField(required=False)
    worked = forms.ChoiceField(choices=TESTS)
    lasted = NumberField(what="time of the effect", low="0.5", high="72", unit="hours")
    badly = forms.BooleanField(required=False)
    aim = NumberField(what="daily dose to reach", low="0.1", high="5000", unit="micrograms")
    late = ClockField(required=False)

    @property
    def laying(self) -> Lay:
        """What is chosen to be laid out; nothing where the choice is no choice."""
        chosen = self.data.get("lay", "")
        return next((lay for lay in Lay if lay.value == chosen), Lay.NOTHING)

    def leave_out_other_plans(self) -> None:
        """Fields of plans that were not chosen are not read at all."""
        for lay, names in FIELDS.items():
            if lay is not self.laying:
                for name in names:
                    del self.fields[name]

    def laid_out(self, now: Regimen, patient: Patient, history: History) -> Laid | None:
        """The plan over time; None, said beside its field, where the rules refuse it."""
        asked = Asked(
            now=now,
            patient=patient,
            history=history,
            given=self.cleaned_data,
            parts=tuple(self._parts()),
            evidence=evidence(),
        )
        try:
            return lay_out(self.laying, asked)
        except InputError as fault:
            self.add_error("lay", str(fault))
            return None

    def _parts(self) -> list[tuple[str, str]]:
        given: dict[str, Any] = {name: self.cleaned_data[name] for name in FIELDS[self.laying]}
        said = {name: written(value) for name, value in given.items() if value not in (None, False)}
        usual = LAY_DEFAULTS
        chosen = [(name, text) for name, text in said.items() if usual.get(name) != text]
        return [("lay", self.laying.value), *chosen]
