"""The form of a report: a few questions, none of them needed but the start."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, final

from django import forms
from django.core.exceptions import ValidationError

from unclench.errors import InputError
from unclench.regimen import format
from unclench_site.accounts.models import Person
from unclench_site.experience.models import Report
from unclench_site.experience.reporting import SAID, check, regimen_of
from unclench_site.experience.words import (
    MOST_TEXT,
    MOST_WISH,
    SIDE_EFFECTS,
    Again,
    Effect,
    Goal,
    Reason,
    Way,
)

NOT_MINE: Final = ("", "I did not take it for this")
DOSES: Final = {
    Way.ORAL: "Such as 10 mg at 08:00, 14:00, 20:00. Or liquid 5 mg/mL: 2 mL at 08:00, 20:00.",
    Way.PUMP: "Such as pump 200 micrograms/day.",
}


class DayInput(forms.DateInput):
    """A day, picked or typed."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


@final
class ReportForm(forms.Form):
    """What a member says of one treatment."""

    started_on = forms.DateField(
        widget=DayInput(), label="When did you start?", help_text="About is good enough."
    )
    regimen = forms.CharField(
        required=False, max_length=MOST_TEXT, label="What did you take last, in a day?"
    )
    side_effects = forms.MultipleChoiceField(
        required=False,
        choices=SIDE_EFFECTS,
        widget=forms.CheckboxSelectMultiple,
        label="What else did it do?",
    )
    stopped_on = forms.DateField(
        required=False,
        widget=DayInput(),
        label="When did you stop?",
        help_text="Leave this empty if you still take it.",
    )
    reason = forms.ChoiceField(
        required=False,
        choices=[("", "I still take it, or would rather not say"), *Reason.choices],
        label="Why did you stop?",
    )
    again = forms.ChoiceField(
        required=False,
        choices=[("", "I would rather not say"), *Again.choices],
        label="Knowing what you know now, would you take it again?",
    )
    wish = forms.CharField(
        required=False,
        max_length=MOST_WISH,
        widget=forms.Textarea(attrs={"rows": 4}),
        label="What do you wish you had known?",
        help_text="Shown on the page without your name, after somebody has read it. "
        f"Leave out names and places. Up to {MOST_WISH} letters.",
    )

    def __init__(self, *args: Any, way: Way, owner: Person, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.way, self.owner, self.at = way, owner, at
        self.fields["regimen"].help_text = DOSES[way]
        for goal in Goal:
            self.fields[f"goal-{goal.value}"] = forms.ChoiceField(
                required=False, choices=[NOT_MINE, *Effect.choices], label=goal.label.capitalize()
            )

    def clean_regimen(self) -> str:
        """Read the dose in our words."""
        text = str(self.cleaned_data["regimen"]).strip()
        try:
            return format(regimen_of(self.way, text)) if text else ""
        except InputError as fault:
            raise ValidationError(str(fault)) from fault

    def clean(self) -> dict[str, Any]:
        """Hold the whole against what a report may say."""
        said = super().clean() or {}
        if self.errors:
            return said
        try:
            check(
                Report(owner=self.owner, way=self.way, **self.said),
                on=self.at.astimezone(self.owner.zone).date(),
            )
        except InputError as fault:
            raise ValidationError(str(fault)) from fault
        return said

    @property
    def said(self) -> dict[str, Any]:
        """What was said, as `report` takes it."""
        found = {name: self.cleaned_data[name] for name in SAID if name != "effects"}
        goals = ((goal, self.cleaned_data[f"goal-{goal.value}"]) for goal in Goal)
        return found | {"effects": {goal.value: effect for goal, effect in goals if effect}}

    @property
    def goals(self) -> list[forms.BoundField]:
        """The field of each goal."""
        return [self[f"goal-{goal.value}"] for goal in Goal]


def initial(report: Report) -> dict[str, Any]:
    """Give a report as the form shows it."""
    plain = {name: getattr(report, name) for name in SAID if name != "effects"}
    return plain | {f"goal-{goal}": effect for goal, effect in report.effects.items()}
