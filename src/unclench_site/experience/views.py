"""The pages of the room: the honest page, one's own reports, and the reading of wishes."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from unclench_site.accounts.access import me
from unclench_site.accounts.models import Consent, Person, Purpose, Role
from unclench_site.evidence import evidence
from unclench_site.experience import demonstration, reporting, showing
from unclench_site.experience.form import ReportForm, initial
from unclench_site.experience.models import Place, Reading, Report, Snapshot
from unclench_site.experience.prefill import from_diary
from unclench_site.experience.words import Way

WEEKS_A_PAGE = 12
WISHES_A_PAGE = 20


@login_not_required
@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Does it work for you? The figures of the newest week."""
    return shown(request, Snapshot.objects.last_taken())


@login_not_required
@require_safe
@never_cache
def week(request: HttpRequest, week: date) -> HttpResponse:
    """The figures of an earlier week, as they were."""
    return shown(request, get_object_or_404(Snapshot, week=week))


def shown(request: HttpRequest, snapshot: Snapshot | None) -> HttpResponse:
    """One snapshot as a page, with the weeks before it."""
    context: dict[str, Any] = {
        "room": "experience",
        "page": None,
        "synthetic": demonstration.is_shown(),
    }
    if snapshot is not None:
        earlier = Snapshot.objects.filter(week__lt=snapshot.week).order_by("-week")
        context |= {
            "page": showing.page_of(snapshot, evidence()),
            "wishes": showing.wishes(snapshot),
            "earlier": list(earlier.values_list("week", flat=True)[:WEEKS_A_PAGE]),
        }
    return render(request, "experience/page.html", context)


@login_not_required
@require_safe
@never_cache
def figures(request: HttpRequest, week: date) -> HttpResponse:
    """The same figures as data."""
    snapshot = get_object_or_404(Snapshot, week=week)
    return JsonResponse({"week": snapshot.week, "taken_at": snapshot.taken_at, **snapshot.content})


# One's own.


@require_safe
@never_cache
def yours(request: HttpRequest) -> HttpResponse:
    """One's own reports, whether they are counted, and how to change that."""
    person = me(request)
    reports = {one.way: one for one in Report.objects.standing().filter(owner=person)}
    places = dict(Place.objects.filter(owner=person).values_list("way", "standing"))
    context = {
        "room": "experience",
        "ways": [(way, reports.get(way), places.get(way, "")) for way in Way],
        "agreed": Consent.objects.standing(person)[Purpose.COUNT],
        "is_member": person.role == Role.MEMBER,
    }
    return render(request, "experience/yours.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: HttpRequest, way: str) -> HttpResponse:
    """Report a treatment, or change the report; prefilled from the diary if asked for."""
    person, at = me(request), timezone.now()
    standing = reporting.mine(person, way_of(way))
    first = initial(standing) if standing else {}
    if "diary" in request.GET:
        first = from_diary(person, way_of(way), at=at) | first
    form = ReportForm(request.POST or None, initial=first, way=way_of(way), owner=person, at=at)
    if request.method == "POST" and form.is_valid():
        reporting.report(owner=person, by=person, at=at, way=way, **form.said)
        messages.success(request, "Your report is kept.")
        return redirect("experience-yours")
    context = {"room": "experience", "form": form, "way": way_of(way), "report": standing}
    return render(request, "experience/report.html", context, status=422 if form.is_bound else 200)


@require_POST
def withdraw(request: HttpRequest, way: str) -> HttpResponse:
    """Take a report back."""
    person = me(request)
    if reporting.withdraw(person, way_of(way), by=person, at=timezone.now()):
        messages.success(request, "Your report is taken back. The next figures leave it out.")
    return redirect("experience-yours")


@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """Say whether to be counted."""
    given = request.POST.get("count") == "yes"
    reporting.agree(me(request), given=given, at=timezone.now())
    said = (
        "You can be counted from the next figures on."
        if given
        else "The next figures leave you out."
    )
    messages.success(request, said)
    return redirect("experience-yours")


def way_of(way: str) -> Way:
    """Give the way that an address names."""
    if way not in Way.values:
        raise Http404
    return Way(way)


# Reading wishes, for those who run the site.


@require_safe
@never_cache
def readings(request: HttpRequest) -> HttpResponse:
    """Wishes that nobody has read yet, oldest first, without whose they are."""
    reader(request)
    waiting = Report.objects.countable_at_all().exclude(wish="").filter(reading=None)
    found = list(waiting.order_by("pk").values("public_id", "wish")[: WISHES_A_PAGE + 1])
    context = {
        "room": "experience",
        "wishes": found[:WISHES_A_PAGE],
        "more": len(found) > WISHES_A_PAGE,
    }
    return render(request, "experience/readings.html", context)


@require_POST
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a wish from the next figures on, or do not; the first decision holds."""
    person = reader(request)
    waiting = Report.objects.countable_at_all().exclude(wish="").filter(reading=None)
    Reading.objects.get_or_create(
        report=get_object_or_404(waiting, public_id=public_id),
        defaults={
            "shown": request.POST.get("shown") == "yes",
            "by": person,
            "at": timezone.now(),
        },
    )
    messages.success(request, "Kept.")
    return redirect("experience-readings")


def reader(request: HttpRequest) -> Person:
    """Give who reads for the site; anybody else finds no such page."""
    person = me(request)
    if not person.is_staff:
        raise Http404
    return person
