"""What a person fills in about reminders."""

from __future__ import annotations

import base64
import binascii
from typing import Any, ClassVar, Final, final

from django import forms

from unclench.errors import InputError
from unclench_site.reminders.models import EVERY_DAY, Device, OwnReminder, Wishes
from unclench_site.reminders.outbox import check_endpoint

DAYS: Final = tuple(
    zip(
        EVERY_DAY,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
SNOOZES: Final = ((10, "10 minutes"), (30, "half an hour"), (60, "an hour"))
KEY_BYTES: Final = 65
AUTH_BYTES: Final = 16


def clock() -> forms.TimeInput:
    """A field for a clock time, in the form that every browser understands."""
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


@final
class WishesForm(forms.ModelForm[Wishes]):
    """What to be reminded of, how, and when not."""

    class Meta:
        """The switches and times; the scheduler's own fields are not a person's to fill in."""

        model = Wishes
        fields = (
            "doses",
            "check_in_at",
            "pump",
            "by_push",
            "by_mail",
            "quiet_from",
            "quiet_until",
            "doses_in_quiet",
            "late_min",
        )
        labels: ClassVar[dict[str, str]] = {
            "doses": "Doses, as they stand in what you take",
            "check_in_at": "A look at your day, at",
            "pump": "The refill and the end of service of your pump",
            "by_push": "Notifications on the devices below",
            "by_mail": "E-mail",
            "quiet_from": "Quiet from",
            "quiet_until": "until",
            "doses_in_quiet": "Doses may come in quiet hours too",
            "late_min": "Do not send a dose reminder that is later than, in minutes",
        }
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "check_in_at": clock(),
            "quiet_from": clock(),
            "quiet_until": clock(),
        }

    def clean(self) -> dict[str, Any]:
        """Refuse quiet hours of which one end is missing."""
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("quiet_from") is None) != (cleaned.get("quiet_until") is None):
            self.add_error(
                "quiet_until",
                "One end of the quiet hours is missing. Expected: both times, or neither.",
            )
        return cleaned


@final
class OwnForm(forms.ModelForm[OwnReminder]):
    """A reminder in own words."""

    days = forms.MultipleChoiceField(
        label="On", choices=DAYS, initial=list(EVERY_DAY), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        """Words and a time; the days are a field of their own."""

        model = OwnReminder
        fields = ("words", "at_time")
        labels: ClassVar[dict[str, str]] = {"words": "Remind me of", "at_time": "At"}
        widgets: ClassVar[dict[str, forms.Widget]] = {"at_time": clock()}


@final
class DeviceForm(forms.ModelForm[Device]):
    """What a browser tells about itself when a person lets it show notifications."""

    class Meta:
        """The three things that Web Push needs."""

        model = Device
        fields = ("endpoint", "p256dh", "auth")

    def clean_endpoint(self) -> str:
        """Refuse an address that is no browser's push service."""
        try:
            return check_endpoint(self.cleaned_data["endpoint"])
        except InputError as fault:
            raise forms.ValidationError(str(fault)) from fault

    def clean_p256dh(self) -> str:
        """Refuse what is not a public key of this kind."""
        return sized(self.cleaned_data["p256dh"], KEY_BYTES)

    def clean_auth(self) -> str:
        """Refuse what is not a secret of this kind."""
        return sized(self.cleaned_data["auth"], AUTH_BYTES)

    def validate_unique(self) -> None:
        """A browser that is known already is taken over by whoever is signed in on it now."""


def sized(text: str, size: int) -> str:
    """Give base64url text back if it holds this many bytes."""
    try:
        held = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        held = b""
    if len(held) != size:
        raise forms.ValidationError("This is no key of a browser. Expected: what it gave itself.")
    return text


@final
class SnoozeForm(forms.Form):
    """For how long to be left alone."""

    minutes = forms.TypedChoiceField(choices=SNOOZES, coerce=int)
