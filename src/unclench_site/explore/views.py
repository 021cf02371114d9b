"""The explore page: whole, the part that a move of a control changes, its numbers as a file."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from unclench.therapy import FOR_A_CLINICIAN
from unclench_site.display import chosen
from unclench_site.explore.answer import Answer, Stopwatch, answer, look_closer, simulated
from unclench_site.explore.drawing import Room
from unclench_site.explore.examples import examples
from unclench_site.explore.form import ExploreForm
from unclench_site.explore.numbers import csv_lines


@login_not_required
@require_safe
@never_cache
def explore(request: HttpRequest) -> HttpResponse:
    """A plan and what the model does with it. Every question has an address of its own."""
    form = ExploreForm(request.GET)
    is_move = bool(request.headers.get("HX-Request"))
    if not form.is_valid():
        return drawn(request, form, None, is_move=is_move)
    address = f"{reverse('explore')}?{form.question().address()}"
    if form.was_sent and not is_move:
        return HttpResponseRedirect(address)
    clock = Stopwatch()
    room = Room.measured(request.GET.get("room", ""))
    whole = not is_move and not chosen(request).is_low_energy
    found = answer(form.question(), room=room, clock=clock, whole=whole)
    with clock.part("page"):
        response = drawn(request, form, found, is_move=is_move)
    response["Server-Timing"] = clock.header()
    if is_move:
        response["HX-Replace-Url"] = address
        response["HX-Trigger-After-Settle"] = "moved"
    return response


def drawn(
    request: HttpRequest, form: ExploreForm, found: Answer | None, *, is_move: bool
) -> HttpResponse:
    """The page, or the part of it that changes; without an answer, what was wrong."""
    query = found.question.address() if found else ""
    context = {
        "room": "explore",
        "form": form,
        "answer": found,
        "examples": examples(),
        "query": query,
        "shared": request.build_absolute_uri(f"{reverse('explore')}?{query}"),
        "is_move": is_move,
        "for_a_clinician": FOR_A_CLINICIAN,
    }
    template = "explore/move.html" if is_move else "explore/page.html"
    response = render(request, template, context, status=200 if found else 422)
    if is_move and not found:
        response["HX-Reswap"] = "none"  # the last good picture stays; only the messages change
    return response


@login_not_required
@require_safe
@never_cache
def closer(request: HttpRequest) -> HttpResponse:
    """The charts below the first, which an open page asks for when somebody may see them."""
    form = ExploreForm(request.GET)
    if not form.is_valid():
        return drawn(request, form, None, is_move=True)
    room = Room.measured(request.GET.get("room", ""))
    found = look_closer(form.question(), room=room)
    return render(request, "explore/closer.html", {"closer": found})


@login_not_required
@require_safe
@never_cache
def numbers(request: HttpRequest) -> HttpResponse:
    """The numbers behind the charts, as a file."""
    form = ExploreForm(request.GET)
    if not form.is_valid():
        return drawn(request, form, None, is_move=False)
    question = form.question()
    other = simulated(question, second=True) if question.second else None
    lines = csv_lines(simulated(question), other)
    headers = {"Content-Disposition": 'attachment; filename="unclench.csv"'}
    return HttpResponse("".join(lines), content_type="text/csv; charset=utf-8", headers=headers)
