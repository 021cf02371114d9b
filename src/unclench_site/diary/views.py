"""The pages of the diary, and the taps that write in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from unclench.errors import InputError
from unclench_site.accounts.access import me, owner_for
from unclench_site.accounts.models import Person, Scope
from unclench_site.diary import shown
from unclench_site.diary.answer import personal_answer
from unclench_site.diary.forms import Asked, EntryForm, correction, new_key
from unclench_site.diary.kinds import Kind
from unclench_site.diary.models import Entry, correct, put_back, record, undo
from unclench_site.diary.pictures import answer_chart, drawn
from unclench_site.diary.saying import outcome_words
from unclench_site.diary.today import beep_words
from unclench_site.evidence import evidence
from unclench_site.plans.intake import patient_of

# Reading, one's own or, by grant, somebody else's.


@require_safe
@never_cache
def today(request: HttpRequest, whose: UUID | None = None) -> HttpResponse:
    """Today: the taps, the doses that are due, what was logged, the day over the curve."""
    owner = owner_for(request, whose, Scope.DIARY, what="diary")
    page = shown.today_page(owner, at=timezone.now(), logged=asked_id(request, "logged"))
    if page.get("is_beep"):
        page["beep"] = beep_words(evidence(), patient_of(owner, at=timezone.now()))
        page["phone"] = shown.pump_phone(owner)
    return render(request, "diary/today.html", shown.frame(request, owner, "diary") | page)


@require_safe
@never_cache
def week(request: HttpRequest, whose: UUID | None = None) -> HttpResponse:
    """The last seven days."""
    owner = owner_for(request, whose, Scope.DIARY, what="diary")
    page = shown.week_page(owner, at=timezone.now())
    return render(request, "diary/span.html", shown.frame(request, owner, "diary-week") | page)


@require_safe
@never_cache
def months(request: HttpRequest, whose: UUID | None = None) -> HttpResponse:
    """The last three months, and what came after changes of dose."""
    owner = owner_for(request, whose, Scope.DIARY, what="diary")
    page = shown.months_page(owner, at=timezone.now())
    return render(request, "diary/span.html", shown.frame(request, owner, "diary-months") | page)


@require_safe
@never_cache
def answer(request: HttpRequest, whose: UUID | None = None) -> HttpResponse:
    """The personal answer, or why it is too early for one."""
    owner = owner_for(request, whose, Scope.DIARY, what="diary")
    found = personal_answer(owner, at=timezone.now())
    page: dict[str, Any] = {"found": found}
    if found.result and found.first:
        page["picture"] = drawn(answer_chart(found.result, first=found.first))
    return render(request, "diary/answer.html", shown.frame(request, owner, "diary-answer") | page)


@require_safe
@never_cache
def entries(request: HttpRequest, whose: UUID | None = None) -> HttpResponse:
    """Everything that was logged, newest first."""
    owner = owner_for(request, whose, Scope.DIARY, what="diary")
    page = shown.entries_page(owner, at=timezone.now(), before=asked_id(request, "before"))
    return render(
        request, "diary/entries.html", shown.frame(request, owner, "diary-entries") | page
    )


# Writing, one's own only.


@require_POST
def log(request: HttpRequest) -> HttpResponse:
    """Log one thing; the same key twice is one entry."""
    owner = me(request)
    form = EntryForm(request.POST, home=owner.time_zone)
    if form.is_valid():
        try:
            entry, _ = record(owner=owner, by=owner, at=timezone.now(), **form.said)
        except InputError as fault:
            form.add_error(None, str(fault))
        else:
            return told(request, entry)
    return refused(request, form, owner, form.data.get("kind", ""))


@require_safe
@never_cache
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """The page that logs something with all its details, and for an earlier time."""
    owner = me(request)
    if kind not in Kind.values:
        raise Http404
    now = timezone.now().astimezone(owner.zone)
    form = EntryForm(
        initial={"day": f"{now:%Y-%m-%d}", "clock": f"{now:%H:%M}"}, home=owner.time_zone
    )
    return details(request, form, owner, Kind(kind), status=200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def entry(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One entry with all that it said before, and the form that corrects it."""
    owner = me(request)
    last = last_of(owner, public_id)
    form = EntryForm(request.POST or None, home=last.zone, initial=said_by(last))
    if request.method == "POST" and form.is_valid():
        key, changes = form.cleaned_data["key"], correction(form, last)
        try:
            new, _ = correct(last, by=owner, at=timezone.now(), key=key, **changes)
        except InputError as fault:
            form.add_error(None, str(fault))
        else:
            return told(request, new)
    status = 422 if form.errors else 200
    return details(request, form, owner, Kind(last.kind), status=status, last=last)


@require_POST
def strength(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say how strong something was that was logged a moment ago."""
    owner, key = me(request), request.POST.get("key", "")
    value = request.POST.get("value", "")
    last = last_of(owner, public_id)
    if not value.isdecimal():
        raise Http404
    try:
        new, _ = correct(last, by=owner, at=timezone.now(), key=key, value=int(value))
    except InputError as fault:
        return HttpResponse(str(fault), status=422, content_type="text/plain; charset=utf-8")
    return told(request, new)


@require_POST
def take_back(request: HttpRequest, public_id: UUID, back: bool = False) -> HttpResponse:
    """Undo an entry, or put an undone one back."""
    owner, key = me(request), request.POST.get("key", "")
    do = put_back if back else undo
    try:
        new, _ = do(last_of(owner, public_id), by=owner, at=timezone.now(), key=key)
    except InputError as fault:
        return HttpResponse(str(fault), status=422, content_type="text/plain; charset=utf-8")
    return told(request, new)


# Parts of the above.


def asked_id(request: HttpRequest, name: str) -> UUID | None:
    """An id in an address; one that is none counts as left out."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def last_of(owner: Person, public_id: UUID) -> Entry:
    """The entry that stands in the thread of another, of this owner's diary."""
    asked = get_object_or_404(Entry, owner=owner, public_id=public_id)
    return Entry.objects.select_related("owner").get(
        owner=owner, thread=asked.thread, replaced_by=None
    )


def said_by(last: Entry) -> dict[str, Any]:
    """What a form shows of an entry."""
    amount = last.amount_mcg
    return {
        "value": last.value,
        "amount_mg": "" if amount is None else f"{(amount / 1000).normalize():f}",
        "what": last.what,
        "note": last.note,
        "day": f"{last.local:%Y-%m-%d}",
        "clock": f"{last.local:%H:%M}",
    }


def told(request: HttpRequest, entry: Entry) -> HttpResponse:
    """What became of a tap: for a script as data, else as the page that says it."""
    if request.accepts("text/html"):
        response = HttpResponseRedirect(f"{reverse('diary')}?logged={entry.public_id}")
        response.status_code = 303
        return response
    return JsonResponse({"words": outcome_words(entry), "entry": str(entry.public_id)})


def refused(request: HttpRequest, form: EntryForm, owner: Person, kind: str) -> HttpResponse:
    """What is wrong with a tap."""
    if not request.accepts("text/html") or kind not in Kind.values:
        words = " ".join(text for _, text in form.faults)
        return JsonResponse({"words": words}, status=422)
    return details(request, form, owner, Kind(kind), status=422)


def details(
    request: HttpRequest,
    form: EntryForm,
    owner: Person,
    kind: Kind,
    *,
    status: int,
    last: Entry | None = None,
) -> HttpResponse:
    """The page with all the details of one entry, new or to be corrected."""
    context = shown.frame(request, owner, "") | {
        "form": form,
        "asked": Asked(kind),
        "key": new_key(),
        "kind": kind,
        "last": last,
        **(shown.entry_page(owner, last) if last else {}),
    }
    return render(request, "diary/details.html", context, status=status)
