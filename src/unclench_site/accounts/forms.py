"""Forms about people: signing up, the account, sharing, being verified, erasing."""

from __future__ import annotations

import zoneinfo
from datetime import timedelta
from typing import Any, Final, final

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from unclench_site.accounts.models import (
    Consent,
    Person,
    Purpose,
    Role,
    Scope,
    VerificationRequest,
    valid_name,
)

WORDING: Final = 1
"""Which version of our words people agree to; count it up when they change."""


def zones() -> list[tuple[str, str]]:
    """Every time zone, in the words of a list: Europe/London reads as Europe, London."""
    return [
        (name, name.replace("_", " ").replace("/", ", "))
        for name in sorted(zoneinfo.available_timezones())
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "posix", "right"))
    ] + [("UTC", "UTC")]


class AboutYou(forms.Form):
    """What signing up asks beside a name, an e-mail and a password; allauth builds on it."""

    role = forms.ChoiceField(
        label="What brings you here",
        choices=Role.choices,
        initial=Role.MEMBER,
        widget=forms.RadioSelect,
    )
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput)
    agree = forms.BooleanField(
        error_messages={
            "required": "Without your yes we may not keep anything for you. "
            "Expected: a tick, if you agree."
        }
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a password of whoever chose to have one."""
        cleaned = super().clean() or self.cleaned_data
        by_passkey = self.data.get("way") == "passkey"
        if not by_passkey and not cleaned.get("password1") and "password1" not in self.errors:
            self.add_error("password1", "No password is given. Expected: 12 characters or more.")
        return cleaned

    def signup(self, request: HttpRequest, user: Person) -> None:
        """Keep role, time zone and consent of a new person."""
        guessed = self.cleaned_data["time_zone"]
        user.role = self.cleaned_data["role"]
        user.time_zone = guessed if guessed in zoneinfo.available_timezones() else "UTC"
        user.save(update_fields=["role", "time_zone"])
        Consent.objects.create(
            person=user, purpose=Purpose.STORE, wording=WORDING, given=True, at=timezone.now()
        )


@final
class DetailsForm(forms.ModelForm[Person]):
    """A person's pseudonym and time zone."""

    time_zone = forms.ChoiceField(label="Your time zone", choices=zones)

    class Meta:
        """Two fields of a person."""

        model = Person
        fields = ("name", "time_zone")

    def clean_name(self) -> str:
        """Take a name that nobody else has."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        valid_name(name)
        others = Person.objects.filter(name__iexact=name).exclude(pk=self.instance.pk)
        if others.exists() or (
            name.lower().startswith("demonstration") and name != self.initial.get("name")
        ):
            raise forms.ValidationError("Somebody here has this name already. Try: another one.")
        return name


SPANS: Final = {
    "week": ("for a week", timedelta(days=7)),
    "month": ("for a month", timedelta(days=30)),
    "quarter": ("for three months", timedelta(days=91)),
    "year": ("for a year", timedelta(days=365)),
    "open": ("until I end it", None),
}


@final
class GrantForm(forms.Form):
    """Whom to let in, to what, until when."""

    name = forms.CharField(label="Their name here, exactly as they write it", max_length=40)
    scopes = forms.MultipleChoiceField(
        label="What they may see",
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Nothing is chosen. Expected: at least one thing."},
    )
    span = forms.ChoiceField(
        label="Until when",
        choices=[(key, words) for key, (words, _) in SPANS.items()],
        initial="month",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, owner: Person, **kwargs: Any) -> None:
        """Keep who lets somebody in."""
        super().__init__(*args, **kwargs)
        self.owner = owner

    def clean_name(self) -> Person:
        """Find the person by their exact pseudonym."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        found = Person.objects.filter(name=name, is_active=True).first()
        if found is None:
            raise forms.ValidationError(
                f"Nobody here is called {name}. Expected: the name that they see on their own "
                "account page, with the same capitals."
            )
        if found.pk == self.owner.pk:
            raise forms.ValidationError("That is you. Expected: somebody else's name.")
        return found

    @property
    def length(self) -> timedelta | None:
        """How long the person is let in; no end if None."""
        return SPANS[self.cleaned_data["span"]][1]


@final
class VerificationForm(forms.ModelForm[VerificationRequest]):
    """Who a clinician is, and where that can be looked up."""

    class Meta:
        """Three lines of text."""

        model = VerificationRequest
        fields = ("full_name", "register", "number")
        labels = {  # noqa: RUF012  # Django reads it once
            "full_name": "Your full name, as in the register",
            "register": "The register that lists you",
            "number": "Your number in it",
        }


@final
class ImportForm(forms.Form):
    """A file that was exported from Unclench."""

    LIMIT_BYTES: Final = 50_000_000
    file = forms.FileField(
        label="The file account.json",
        error_messages={"required": "No file is chosen. Expected: account.json."},
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large to be one of ours."""
        file = self.cleaned_data["file"]
        if file.size > self.LIMIT_BYTES:
            raise forms.ValidationError("This file is too large. Expected: at most 50 MB.")
        return file


@final
class EraseForm(forms.Form):
    """The person's own name, typed, so that nobody erases an account by a slip."""

    name = forms.CharField(label="Type your name here to confirm", max_length=40)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        """Keep whose name is expected."""
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_name(self) -> str:
        """Compare it with the name of the account."""
        name = str(self.cleaned_data["name"]).strip()
        if name != self.person.name:
            raise forms.ValidationError(
                f"That is not the name of this account. Expected: {self.person.name}."
            )
        return name
