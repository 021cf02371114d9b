"""What a person fills in on the page for the clinic."""

from __future__ import annotations

from typing import ClassVar, Final, final

from django import forms

from unclench_site.clinic.models import Question
from unclench_site.clinic.sheet import SPANS

DAYS: Final = ((1, "one day"), (7, "a week"), (30, "30 days"), (90, "90 days"))
WEEKS: Final = tuple((weeks, f"{weeks} weeks") for weeks in SPANS)
USUAL_WEEKS: Final = 8


@final
class SpanForm(forms.Form):
    """How many weeks the page looks back; the usual ones where nothing or nonsense is asked."""

    weeks = forms.TypedChoiceField(choices=WEEKS, coerce=int, required=False)

    @property
    def chosen(self) -> int:
        """The span in weeks."""
        return (
            self.cleaned_data["weeks"]
            if self.is_valid() and self.cleaned_data["weeks"]
            else USUAL_WEEKS
        )


@final
class ShareForm(forms.Form):
    """For how long a link is to open the page."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    weeks = forms.TypedChoiceField(choices=WEEKS, coerce=int, widget=forms.HiddenInput)
    days = forms.TypedChoiceField(label="The link works for", choices=DAYS, coerce=int, initial=7)


@final
class QuestionForm(forms.ModelForm[Question]):
    """A question for the clinic."""

    class Meta:
        """One line."""

        model = Question
        fields = ("words",)
        labels: ClassVar[dict[str, str]] = {"words": "A question for the clinic"}
