"""What a tap or a form says, as what `record` and `correct` take; or what is wrong with it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, final
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError

from unclench.errors import InputError
from unclench.therapy import Symptom
from unclench_site.diary.days import Which, came_twice, on_the_wall
from unclench_site.diary.kinds import DOSES, SCALES, Kind
from unclench_site.diary.models import MOST_NOTE, Entry

EFFECTS: Final = [(one.value, one.words) for one in Symptom if one is not Symptom.MORE_SPASMS]
WHICH: Final = [(Which.FIRST.value, "the first time"), (Which.SECOND.value, "the second time")]


def new_key() -> str:
    """A key for one tap."""
    return str(uuid.uuid4())


@final
class EntryForm(forms.Form):
    """One entry: by a tap, which says little, or by the page for adding and correcting.

    A tap on a device carries the moment itself; the page asks for a day and a clock time.
    """

    key = forms.CharField(min_length=8, max_length=64)
    kind = forms.ChoiceField(choices=Kind.choices)
    value = forms.IntegerField(required=False, min_value=0, max_value=10)
    amount_mg = forms.DecimalField(
        required=False, min_value=Decimal("0.001"), max_value=10_000, decimal_places=6
    )
    due_key = forms.CharField(required=False, max_length=100)
    what = forms.ChoiceField(required=False, choices=[("", "something else"), *EFFECTS])
    note = forms.CharField(required=False, max_length=MOST_NOTE)
    happened_at = forms.CharField(required=False, max_length=40)
    day = forms.DateField(required=False)
    clock = forms.TimeField(required=False)
    which = forms.ChoiceField(required=False, choices=WHICH)
    zone = forms.CharField(required=False, max_length=64)

    def __init__(self, *args: Any, home: str, **options: Any) -> None:
        """Read what was sent.

        Args:
            args: As of every form.
            home: The zone of the person's account, for a device that names none that we know.
            options: As of every form.
        """
        super().__init__(*args, **options)
        self.home = home
        self.asks_which = False

    def clean_zone(self) -> str:
        """The device's zone; a name that only the device knows must not keep an entry out."""
        zone = str(self.cleaned_data["zone"])
        return zone if zone in available_timezones() else self.home

    def clean_happened_at(self) -> datetime | None:
        """The moment of a tap."""
        text = self.cleaned_data["happened_at"]
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise ValidationError("That is not a moment. Expected: a date and time with its zone.")
        return moment

    def clean(self) -> dict[str, Any]:
        """Put day and clock time together."""
        given = self.cleaned_data
        day, clock = given.get("day"), given.get("clock")
        if (day is None) != (clock is None) and not self.errors:
            self.add_error("clock" if day else "day", "Give both, a day and a time.")
        elif day and clock:
            zone = ZoneInfo(given["zone"])
            self.asks_which = came_twice(day, clock, zone=zone)
            which = Which(given["which"]) if given.get("which") else None
            try:
                given["happened_at"] = on_the_wall(day, clock, zone=zone, which=which)
            except InputError as fault:
                self.add_error("which" if self.asks_which else "clock", str(fault))
        return given

    @property
    def said(self) -> dict[str, Any]:
        """What `record` takes, of a form that is valid."""
        given = self.cleaned_data
        amount = given["amount_mg"]
        names = ("key", "kind", "value", "due_key", "what", "note", "happened_at", "zone")
        return {
            **{name: given[name] for name in names},
            "amount_mcg": None if amount is None else amount * 1000,
        }

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Everything that is wrong, each with the id of its field."""
        return [
            (name.replace("__all__", "kind"), str(words))
            for name, all_words in self.errors.items()
            for words in all_words
        ]


def correction(form: EntryForm, entry: Entry) -> dict[str, Any]:
    """What a form says anew of an entry; a time that was not touched stays to the second."""
    said = form.said
    del said["key"], said["due_key"]
    happened = said.pop("happened_at")
    shown = entry.local.replace(second=0, microsecond=0)
    if happened is None or happened.astimezone(UTC) == shown.astimezone(UTC):
        del said["zone"]
    else:
        said["happened_at"] = happened
    return said


@final
class Asked:
    """What the page for adding or correcting asks about one kind."""

    def __init__(self, kind: Kind) -> None:
        """Look up the kind's questions."""
        self.kind = kind
        self.scale = SCALES.get(kind)
        self.is_dose = kind in DOSES
        self.is_effect = kind is Kind.SIDE_EFFECT
        self.effects = EFFECTS
        self.which = WHICH
