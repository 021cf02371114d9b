"""The reminders of the person who is signed in. Nobody else ever sees them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from unclench_site.accounts.access import me
from unclench_site.accounts.models import Person
from unclench_site.reminders import claiming, feed, outbox, vapid
from unclench_site.reminders.clocks import offset_min
from unclench_site.reminders.forms import (
    DAYS,
    SNOOZES,
    DeviceForm,
    OwnForm,
    SnoozeForm,
    WishesForm,
)
from unclench_site.reminders.models import (
    Device,
    Feed,
    Kind,
    OwnReminder,
    Reminder,
    State,
    Wishes,
)
from unclench_site.reminders.occasions import countdowns, occasions
from unclench_site.reminders.telling import tell

SHOWN: Final = 12
DAY: Final = timedelta(days=1)
MOST_DEVICES: Final = 10
MOST_OWN: Final = 30
PRIVATE: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


def wishes_of(owner: Person, *, at: datetime) -> Wishes:
    """A person's wishes; unsaved and without any where they have said nothing yet."""
    found = Wishes.objects.select_related("owner").filter(owner=owner).first()
    return found or Wishes(
        owner=owner, seen_until=at, seen_offset_min=offset_min(at, zone=owner.zone), look_at=at
    )


def shown(request: HttpRequest, *, status: int = 200, **extra: Any) -> HttpResponse:
    """The one page of this room, with forms that came back in place of fresh ones."""
    person, at = me(request), timezone.now()
    wishes = wishes_of(person, at=at)
    own = list(OwnReminder.objects.going(person))
    waiting = Reminder.objects.filter(
        owner=person, done_at=None, snoozed_until=None, due_at__gt=at - 2 * DAY
    )
    context = {
        "room": "reminders",
        "waiting": waiting.order_by("-due_at")
        .select_related("own")
        .prefetch_related("deliveries")[:SHOWN],
        "coming": occasions(person, wishes, own, start=at, end=at + DAY)[:SHOWN],
        "countdowns": countdowns(person, today=at.astimezone(person.zone).date()),
        "wishes": WishesForm(instance=wishes),
        "own": [(one, spoken_days(one)) for one in own],
        "own_form": OwnForm(),
        "devices": Device.objects.filter(owner=person).order_by("added_at"),
        "can_test": bool(wishes.channels),
        "feed": Feed.objects.filter(owner=person).first(),
        "has_address": outbox.has_address(person),
        "zone": person.time_zone,
        **extra,
    }
    return render(request, "reminders/page.html", context, status=status)


def spoken_days(own: OwnReminder) -> str:
    """The days of an own reminder in words."""
    names = [name for digit, name in DAYS if digit in own.weekdays]
    return "every day" if len(names) == len(DAYS) else ", ".join(names)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What waits, what comes, and what to be reminded of."""
    return shown(request)


@require_POST
def keep_wishes(request: HttpRequest) -> HttpResponse:
    """Keep what a person wants to be reminded of; for somebody new it begins now."""
    person, at = me(request), timezone.now()
    with transaction.atomic():
        form = WishesForm(request.POST, instance=wishes_of(person, at=at))
        if form.is_valid():
            form.instance.look_at = at  # what was due since the last look is still to be claimed
            form.save()
            return redirect("reminders")
    return shown(request, status=422, wishes=form)


@require_POST
def add_own(request: HttpRequest) -> HttpResponse:
    """Keep a reminder in a person's own words."""
    person, at = me(request), timezone.now()
    form = OwnForm(request.POST)
    if OwnReminder.objects.going(person).count() >= MOST_OWN:
        form.add_error(None, f"Expected: at most {MOST_OWN} of your own. End one first.")
    if not form.is_valid():
        return shown(request, status=422, own_form=form)
    own = form.save(commit=False)
    own.owner, own.made_at = person, at
    own.weekdays = "".join(form.cleaned_data["days"])
    with transaction.atomic():
        own.save()
        look_soon(person, at=at)
    return redirect("reminders")


@require_POST
def end_own(request: HttpRequest, which: UUID) -> HttpResponse:
    """End a reminder that the person wrote."""
    own = get_object_or_404(OwnReminder.objects.going(me(request)), public_id=which)
    own.ended_at = timezone.now()
    own.save(update_fields=["ended_at"])
    return redirect("reminders")


@require_POST
def add_device(request: HttpRequest) -> HttpResponse:
    """Let this browser show notifications; it stops showing those of whoever had it before."""
    person, at = me(request), timezone.now()
    form = DeviceForm(request.POST)
    if not form.is_valid() or Device.objects.filter(owner=person).count() >= MOST_DEVICES:
        return HttpResponse(status=422)
    told = form.cleaned_data
    with transaction.atomic():
        Device.objects.filter(endpoint=told["endpoint"]).exclude(owner=person).delete()
        Device.objects.update_or_create(
            endpoint=told["endpoint"],
            defaults={
                "owner": person,
                "p256dh": told["p256dh"],
                "auth": told["auth"],
                "added_at": at,
            },
        )
        wishes = wishes_of(person, at=at)
        wishes.by_push = True
        wishes.save()
    return redirect("reminders")


@require_POST
def end_device(request: HttpRequest, which: UUID) -> HttpResponse:
    """Show no more notifications on a device."""
    get_object_or_404(Device, owner=me(request), public_id=which).delete()
    return redirect("reminders")


@require_POST
def test(request: HttpRequest) -> HttpResponse:
    """Send a reminder now, so that a person sees whether it arrives."""
    person, at = me(request), timezone.now()
    wishes = wishes_of(person, at=at)
    if not wishes.channels:
        raise Http404
    with transaction.atomic():
        made = Reminder.objects.create(
            owner=person,
            kind=Kind.OWN,
            occasion=f"test:{uuid4()}",
            due_at=at,
            zone=person.time_zone,
            claimed_at=at,
        )
        claiming.put_out(wishes, [(made, at)], at=at)
    return redirect("reminder", made.public_id)


def mine(request: HttpRequest, which: UUID) -> Reminder:
    """A reminder of the person who is signed in; for anybody else there is none."""
    return get_object_or_404(
        Reminder.objects.select_related("owner", "own"), owner=me(request), public_id=which
    )


@require_safe
def one(request: HttpRequest, which: UUID) -> HttpResponse:
    """One reminder in full."""
    reminder, at = mine(request, which), timezone.now()
    unsent = [one for one in reminder.deliveries.all() if one.state in {State.LATE, State.QUIET}]
    context = {
        "room": "reminders",
        "reminder": reminder,
        "told": tell(reminder, at=at),
        "unsent": unsent[:1],
        "snoozes": SNOOZES,
    }
    return render(request, "reminders/one.html", context)


@require_POST
def snooze(request: HttpRequest, which: UUID) -> HttpResponse:
    """Say it again later. The dose stays due when it was; only the reminder moves."""
    reminder, at = mine(request, which), timezone.now()
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        return redirect("reminder", which)
    until = at + timedelta(minutes=form.cleaned_data["minutes"])
    with transaction.atomic():
        open_ones = Reminder.objects.filter(pk=reminder.pk, done_at=None)
        if open_ones.update(snoozed_until=until):
            Wishes.objects.filter(owner=reminder.owner, look_at__gt=until).update(look_at=until)
    return redirect("reminders")


@require_POST
def done(request: HttpRequest, which: UUID) -> HttpResponse:
    """Put a reminder away. It logs nothing: a dose is logged in the diary."""
    reminder = mine(request, which)
    Reminder.objects.filter(pk=reminder.pk, done_at=None).update(
        done_at=timezone.now(), snoozed_until=None
    )
    return redirect("reminders")


@require_POST
def make_feed(request: HttpRequest) -> HttpResponse:
    """Give a person a calendar address; it is shown this once."""
    secret = feed.open_feed(me(request), at=timezone.now())
    address = outbox.absolute(reverse("reminder-feed-file", args=[secret]))
    response = shown(request, feed_address=address)
    for name, value in PRIVATE.items():
        response.headers[name] = value
    return response


@require_POST
def end_feed(request: HttpRequest) -> HttpResponse:
    """End the calendar address: it opens nothing any more."""
    Feed.objects.filter(owner=me(request)).delete()
    return redirect("reminders")


@login_not_required
@require_safe
def feed_file(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a secret address; for any other address there is none."""
    owner = feed.owner_of(secret)
    if owner is None:
        raise Http404
    return HttpResponse(
        feed.calendar(owner, at=timezone.now()),
        content_type="text/calendar; charset=utf-8",
        headers={**PRIVATE, "Referrer-Policy": "no-referrer"},
    )


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The key that a browser subscribes with."""
    return HttpResponse(vapid.public_key(), content_type="text/plain", headers=PRIVATE)


def look_soon(person: Person, *, at: datetime) -> None:
    """Have the scheduler look at a person at its next turn."""
    Wishes.objects.filter(owner=person, look_at__gt=at).update(look_at=at)
