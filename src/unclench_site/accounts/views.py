"""The account: who you are here, whom you let in, who looked."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from unclench_site.accounts import sharing
from unclench_site.accounts.access import me
from unclench_site.accounts.forms import WORDING, DetailsForm, GrantForm
from unclench_site.accounts.models import Consent, Grant, Purpose, Role
from unclench_site.accounts.trail import trail_page


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Everything about the account in one list, each a door to its own page."""
    person, at = me(request), timezone.now()
    ways = Authenticator.objects.filter(user=person).values_list("type", flat=True)
    return render(
        request,
        "accounts/account.html",
        {
            "person": person,
            "email": EmailAddress.objects.filter(user=person, primary=True).first(),
            "ways": set(ways),
            "sessions": UserSession.objects.filter(user=person).count(),
            "given": sharing.given(person, at=at).values("to").distinct().count(),
            "counted": Consent.objects.standing(person)[Purpose.COUNT],
            "is_clinician": person.role == Role.CLINICIAN,
        },
    )


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Go where a person most likely wants to be: their diary, or whoever let them in."""
    return redirect("diary" if me(request).role == Role.MEMBER else "account_sharing")


def details(request: HttpRequest) -> HttpResponse:
    """Change the pseudonym and the time zone."""
    person = me(request)
    form = DetailsForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Kept.")
        return redirect("account")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/details.html", {"form": form}, status=status)


def sharing_page(request: HttpRequest) -> HttpResponse:
    """Let somebody in; see who is, and who let you in."""
    person, at = me(request), timezone.now()
    form = GrantForm(request.POST or None, owner=person)
    if request.method == "POST":
        if not ratelimit.consume(request, action="grant"):
            return render(request, "429.html", status=429)
        if form.is_valid():
            sharing.let_in(
                person,
                to=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                length=form.length,
                at=at,
            )
            messages.success(request, f"{form.cleaned_data['name']} is let in.")
            return redirect("account_sharing")
    return render(
        request,
        "accounts/sharing.html",
        {
            "form": form,
            "given": sharing.given(person, at=at),
            "received": sharing.received(person, at=at),
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
def end_grant(request: HttpRequest) -> HttpResponse:
    """End a grant at once: the owner's own, or one that somebody no longer wants to have."""
    person, at = me(request), timezone.now()
    live = Grant.objects.live(at=at).select_related("owner")
    number = request.POST.get("grant", "")
    mine = live.filter(owner=person) | live.filter(to=person)
    grant = get_object_or_404(mine, pk=int(number) if number.isdecimal() else 0)
    sharing.end(grant, by=person, at=at)
    messages.success(request, "Ended.")
    return redirect("account_sharing")


@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """Who looked at what, newest first."""
    page = trail_page(me(request), before=request.GET.get("before", ""))
    return render(request, "accounts/trail.html", {"page": page})


@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """Switch on or off whether a person is counted in totals."""
    Consent.objects.create(
        person=me(request),
        purpose=Purpose.COUNT,
        wording=WORDING,
        given=request.POST.get("count") == "yes",
        at=timezone.now(),
    )
    messages.success(request, "Kept.")
    return redirect("account")


@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """Sign one other device out."""
    number = request.POST.get("session", "")
    mine = UserSession.objects.filter(user=me(request))
    get_object_or_404(mine, pk=int(number) if number.isdecimal() else 0).end()
    messages.success(request, "That device is signed out.")
    return redirect("usersessions_list")
