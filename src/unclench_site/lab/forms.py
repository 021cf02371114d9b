"""What a person fills in to start a run, turned into a question; every refusal is said in words."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from unclench.cohorts.persistence import Scenario
from unclench.cohorts.population import MOST_SEED
from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench.regimen import format as written
from unclench.regimen import parse
from unclench_site.lab.models import Kind
from unclench_site.lab.questions import (
    ENOUGH,
    MOST_ARMS,
    MOST_DAYS,
    MOST_LIVED_DAYS,
    MOST_PEOPLE,
    MOST_STUDIED,
    CohortQuestion,
    StayingQuestion,
    Taking,
    TrialQuestion,
)

FEWEST: Final = 100
USUAL_PEOPLE: Final = 5_000
LONGEST_PLAN: Final = 2_000
LONGEST_SEED: Final = min(MOST_SEED, 2**31 - 1)
PLANS: Final = tuple(f"plan_{number}" for number in range(1, MOST_ARMS + 1))
SAME_PEOPLE: Final = "The same number is always the same people"
TAKING_WORDS: Final = (
    (Taking.USUAL.value, "As people usually do: some late, some missed"),
    (Taking.PERFECT.value, "Every dose, on time"),
)


def whole(label: str, low: int, high: int, usual: int, says: str = "") -> forms.IntegerField:
    """Give a field for a whole number that says its limits, before and after a mistake."""
    words = f"This has to be a whole number. Expected: {low:,} to {high:,}."
    return forms.IntegerField(
        label=label,
        min_value=low,
        max_value=high,
        initial=usual,
        help_text=says or f"{low:,} to {high:,}",
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), words),
    )


def plan(number: int) -> forms.CharField:
    """Give the field of one plan; the first is needed."""
    return forms.CharField(
        label="Plan" if number == 1 else f"Plan {number}, to compare",
        required=number == 1,
        max_length=LONGEST_PLAN,
        help_text="In words, such as 10 mg at 08:00, 14:00, 20:00, or pump 200 micrograms/day"
        if number == 1
        else "Leave empty to compare nothing",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": "There is no plan yet. Expected: one such as 10 mg at 08:00, 14:00, 20:00."
        },
    )


class CohortForm(forms.Form):
    """Many virtual people through up to three plans."""

    plan_1 = plan(1)
    plan_2 = plan(2)
    plan_3 = plan(3)
    people = whole("How many virtual people", FEWEST, MOST_PEOPLE, 1_000)
    days = whole("How many days", 1, MOST_DAYS, 7)
    taking = forms.ChoiceField(
        label="How tablets are taken",
        choices=TAKING_WORDS,
        initial=Taking.USUAL.value,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how tablets are taken.",
            "invalid_choice": "Choose one of the two.",
        },
    )
    title = forms.CharField(
        label="A name for it", required=False, max_length=80, help_text="Only you see it"
    )
    seed = whole("Which people", 0, LONGEST_SEED, 1, SAME_PEOPLE)

    def clean(self) -> dict[str, Any]:
        """Read the plans, and refuse more work than anybody may ask for."""
        given = self.cleaned_data
        arms = []
        for number, name in enumerate(PLANS, start=1):
            if text := given.get(name, ""):
                try:
                    arms.append((f"plan {number}", written(parse(text))))
                except InputError as fault:
                    self.add_error(name, str(fault))
        given["arms"] = tuple(arms)
        self._refuse_twins(arms)
        lived = given.get("people", 0) * given.get("days", 0) * max(1, len(arms))
        if lived > MOST_LIVED_DAYS:
            self.add_error(
                "people",
                f"That is {lived:,} days of life. Expected: at most {MOST_LIVED_DAYS:,} "
                "(people times days times plans). Try: fewer people or fewer days.",
            )
        return given

    def _refuse_twins(self, arms: list[tuple[str, str]]) -> None:
        seen: dict[str, str] = {}
        for name, words in arms:
            if words in seen:
                self.add_error(
                    name.replace(" ", "_"),
                    f"This is the same as {seen[words]}. Expected: another plan, or none.",
                )
            seen.setdefault(words, name)

    def question(self) -> CohortQuestion:
        """Give what was asked; only of a form that is valid."""
        given = self.cleaned_data
        return CohortQuestion(
            title=given["title"] or " or ".join(words for _, words in given["arms"])[:200],
            arms=given["arms"],
            people=given["people"],
            days=given["days"],
            taking=Taking(given["taking"]),
            seed=given["seed"],
        )


class PublishedForm(forms.Form):
    """A published trial, or a what-if: how many people, and which."""

    people = whole("How many virtual people", FEWEST, MOST_STUDIED, USUAL_PEOPLE)
    seed = whole("Which people", 0, LONGEST_SEED, 1, SAME_PEOPLE)

    def question(self, kind: str, name: str, *, evidence: Evidence) -> Any:
        """Give what was asked of a trial or a what-if; only of a form that is valid."""
        asked = {"people": self.cleaned_data["people"], "seed": self.cleaned_data["seed"]}
        if kind == Kind.TRIAL:
            return TrialQuestion.about(name, evidence=evidence, **asked)
        return StayingQuestion.about(Scenario(name), **asked)


def published_form(kind: str, data: Any = None) -> PublishedForm:
    """Give the form of a kind, with as many people as it usually takes."""
    usual = ENOUGH if kind == Kind.TRIAL else USUAL_PEOPLE
    return PublishedForm(data, initial={"people": usual})
