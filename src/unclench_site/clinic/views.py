"""The page for the clinic: one's own, that of somebody who let one in, or one behind a link."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from unclench.figures import Chart, svg
from unclench_site.accounts.access import me, note, owner_for
from unclench_site.accounts.models import Action, Person, Scope
from unclench_site.clinic import sharing
from unclench_site.clinic.card import card_of
from unclench_site.clinic.charts import charts
from unclench_site.clinic.forms import WEEKS, QuestionForm, ShareForm, SpanForm
from unclench_site.clinic.models import MOST_QUESTIONS, Question, Share
from unclench_site.clinic.paper import card_pdf, page_pdf
from unclench_site.clinic.sheet import Sheet, gather

SHARES_SHOWN: Final = 10
WIDE_PX, NARROW_PX = 620, 300
PRIVATE: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
NEUTRAL: Final = {**PRIVATE, "Referrer-Policy": "no-referrer"}
"""For a page without forms: under no-referrer a browser hides the origin that a form must show."""


def owner_and_sheet(request: HttpRequest, whose: UUID | None) -> tuple[Person, Sheet]:
    """Whose page is asked for, with the page over the span that is asked for."""
    owner = owner_for(request, whose, Scope.CLINIC_PAGE, what=sharing.WHAT)
    return owner, gather(owner, weeks=SpanForm(request.GET).chosen, at=timezone.now())


@require_safe
def page(request: HttpRequest, whose: UUID | None = None) -> HttpResponse:
    """The page itself; its owner can also ask questions and share it."""
    owner, sheet = owner_and_sheet(request, whose)
    return shown(request, owner, sheet)


def shown(
    request: HttpRequest, owner: Person, sheet: Sheet, *, status: int = 200, **extra: Any
) -> HttpResponse:
    """The page with its forms, fresh or as they came back."""
    at = timezone.now()
    is_owner = owner.pk == me(request).pk
    sharing.forget_expired(at=at)
    context = {
        "room": "clinic",
        "owner": owner,
        "is_owner": is_owner,
        "sheet": sheet,
        "drawn": [drawn(chart) for chart in charts(sheet)],
        "weeks": WEEKS,
        "shares": Share.objects.filter(owner=owner).order_by("-made_at")[:SHARES_SHOWN]
        if is_owner
        else [],
        "asked": Question.objects.filter(owner=owner).open() if is_owner else [],
        "ask": QuestionForm(),
        "share": ShareForm(initial={"key": uuid4(), "weeks": sheet["weeks"], "days": 7}),
        **extra,
    }
    return with_headers(render(request, "clinic/page.html", context, status=status), PRIVATE)


def with_headers(response: HttpResponse, headers: dict[str, str]) -> HttpResponse:
    """An answer with some headers more."""
    for name, value in headers.items():
        response.headers[name] = value
    return response


def drawn(chart: Chart) -> dict[str, Any]:
    """A picture for a wide and for a narrow room."""
    sizes = (("wide", WIDE_PX), ("narrow", NARROW_PX))
    rooms = [(size, svg(chart, width=px, name=f"{chart.key}-{size}")) for size, px in sizes]
    return {"chart": chart, "rooms": rooms}


@require_safe
def page_file(request: HttpRequest, kind: str, whose: UUID | None = None) -> HttpResponse:
    """The same as PDF or as data."""
    owner, sheet = owner_and_sheet(request, whose)
    if owner.pk == me(request).pk:
        note(owner, by=owner, action=Action.EXPORT, what=sharing.WHAT, at=timezone.now())
    return as_file(sheet, kind)


def as_file(sheet: Sheet, kind: str) -> HttpResponse:
    """A page as a file to keep, under a name that says nothing."""
    headers = {**NEUTRAL, "Content-Disposition": f'attachment; filename="page.{kind}"'}
    if kind == "json":
        return JsonResponse(sheet, headers=headers, json_dumps_params={"indent": 2})
    return HttpResponse(page_pdf(sheet), content_type="application/pdf", headers=headers)


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Keep a question."""
    person, at = me(request), timezone.now()
    form = QuestionForm(request.POST)
    if Question.objects.filter(owner=person).open().count() >= MOST_QUESTIONS:
        form.add_error("words", f"Expected: at most {MOST_QUESTIONS}. Put one away first.")
    if not form.is_valid():
        sheet = gather(person, weeks=SpanForm(request.GET).chosen, at=at)
        return shown(request, person, sheet, status=422, ask=form)
    question = form.save(commit=False)
    question.owner, question.asked_at = person, at
    with transaction.atomic():
        question.save()
        note(person, by=person, action=Action.WRITE, what=sharing.WHAT, at=at)
    return redirect("clinic")


@require_POST
def end_question(request: HttpRequest, which: UUID) -> HttpResponse:
    """Put a question away."""
    person = me(request)
    question = get_object_or_404(Question.objects.filter(owner=person).open(), public_id=which)
    question.ended_at = timezone.now()
    question.save(update_fields=["ended_at"])
    return redirect("clinic")


@require_POST
def make_share(request: HttpRequest) -> HttpResponse:
    """Freeze the page and show its link, this once."""
    person, at = me(request), timezone.now()
    form = ShareForm(request.POST)
    if not form.is_valid():
        raise Http404
    told = form.cleaned_data
    secret = sharing.share(
        person, by=person, at=at, key=told["key"], weeks=told["weeks"], days=told["days"]
    )
    if secret is None:
        return redirect("clinic")
    address = request.build_absolute_uri(reverse("shared", args=[secret]))
    sheet = gather(person, weeks=told["weeks"], at=at)
    return shown(request, person, sheet, address=address)


@require_POST
def end_share(request: HttpRequest, which: UUID) -> HttpResponse:
    """End a link at once."""
    person = me(request)
    if not sharing.end(person, which, by=person, at=timezone.now()):
        raise Http404
    return redirect("clinic")


@login_not_required
@require_safe
def shared(request: HttpRequest, secret: str) -> HttpResponse:
    """A frozen page behind a link; for a link that opens nothing there is no page."""
    sheet = behind(secret)
    context = {
        "sheet": sheet,
        "drawn": [drawn(chart) for chart in charts(sheet)],
        "secret": secret,
    }
    return with_headers(render(request, "clinic/shared.html", context), NEUTRAL)


@login_not_required
@require_safe
def shared_file(request: HttpRequest, secret: str, kind: str) -> HttpResponse:
    """The same as PDF or as data."""
    return as_file(behind(secret), kind)


def behind(secret: str) -> Sheet:
    """The page behind a link.

    Raises:
        Http404: if the link opens nothing, for whatever reason.
    """
    sheet = sharing.opened(secret, at=timezone.now())
    if sheet is None:
        raise Http404
    return sheet


@require_safe
def card(request: HttpRequest, whose: UUID | None = None) -> HttpResponse:
    """The emergency card, large and dark enough for a night."""
    owner = owner_for(request, whose, Scope.CLINIC_PAGE, what="emergency card")
    context = {"card": card_of(owner, at=timezone.now()), "owner": owner, "whose": whose}
    return with_headers(render(request, "clinic/card.html", context), PRIVATE)


@require_safe
def card_file(request: HttpRequest, whose: UUID | None = None) -> HttpResponse:
    """The emergency card as PDF."""
    owner = owner_for(request, whose, Scope.CLINIC_PAGE, what="emergency card")
    headers = {**PRIVATE, "Content-Disposition": 'attachment; filename="card.pdf"'}
    return HttpResponse(
        card_pdf(card_of(owner, at=timezone.now())), content_type="application/pdf", headers=headers
    )
