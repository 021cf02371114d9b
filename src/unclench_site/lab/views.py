"""The pages of the lab: what was published, what is mine, one run, and its files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from unclench.errors import InputError
from unclench_site.accounts.access import me
from unclench_site.evidence import evidence
from unclench_site.lab import files, starting
from unclench_site.lab.forms import CohortForm, PublishedForm, published_form
from unclench_site.lab.models import Run, State
from unclench_site.lab.questions import Question
from unclench_site.lab.shown import PAGE, finished_page, listed, published_title, state_page

SAME = "You asked exactly this before, with the same evidence. Nothing is computed twice."
TAKEN = "This was computed before, with the same evidence. Nothing is computed twice."


@login_not_required
@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """What is published, for everybody; one's own runs, for whoever is signed in."""
    context: dict[str, Any] = {"room": "lab", "published": listed()}
    if request.user.is_authenticated:
        runs = Run.objects.of(me(request)).light().order_by("-asked_at", "-id")
        if request.GET.get("before"):
            runs = runs.before(own(request, request.GET["before"]))
        found = list(runs[: PAGE + 1])
        context |= {"runs": found[:PAGE], "more": found[PAGE - 1] if len(found) > PAGE else None}
    return render(request, "lab/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Start a cohort."""
    form = CohortForm(request.POST) if request.method == "POST" else CohortForm()
    if form.is_bound and form.is_valid():
        try:
            return started(request, form.question())
        except InputError as fault:
            form.add_error(None, str(fault))
    context = {"room": "lab", "form": form}
    return render(request, "lab/new.html", context, status=422 if form.is_bound else 200)


@login_not_required
@require_safe
@never_cache
def published(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """A published trial or a what-if, with its last result on this site."""
    return published_page(request, kind, name, published_form(kind))


def published_page(request: HttpRequest, kind: str, name: str, form: PublishedForm) -> HttpResponse:
    """The page, with the form as it stands."""
    title = published_title(kind, name)
    run = Run.objects.last_published().filter(kind=kind, name=name).first()
    context = {
        "room": "lab",
        "title": title,
        "kind": kind,
        "name": name,
        "form": form,
        "run": run,
        "shown": finished_page(run) if run else None,
    }
    return render(request, "lab/published.html", context, status=422 if form.errors else 200)


@require_POST
def start_published(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """Start a published trial or a what-if."""
    published_title(kind, name)
    form = published_form(kind, request.POST)
    if form.is_valid():
        try:
            return started(request, form.question(kind, name, evidence=evidence()))
        except InputError as fault:
            form.add_error(None, str(fault))
    return published_page(request, kind, name, form)


def started(request: HttpRequest, question: Question) -> HttpResponseRedirect:
    """Start a run, or go to the one that answers the same."""
    run, is_known = starting.start(question, by=me(request), at=timezone.now(), evidence=evidence())
    if is_known:
        messages.info(request, TAKEN if run.is_reused else SAME)
    return redirect("lab-run", run.public_id)


@require_safe
@never_cache
def one(request: HttpRequest, run: UUID) -> HttpResponse:
    """How far a run is, or what came of it; htmx asks for the part that moves."""
    mine = own(request, run)
    if mine.is_silent(at=timezone.now()):
        starting.wake(at=timezone.now())
    is_part = bool(request.headers.get("HX-Request"))
    context = {
        "room": "lab",
        "run": mine,
        "shown": finished_page(mine) if mine.state == State.DONE else None,
        "state": state_page(mine, said=request.GET.get("said", "")),
    }
    response = render(request, "lab/moving.html" if is_part else "lab/run.html", context)
    if is_part and not mine.is_standing:
        response["HX-Retarget"] = "#run"  # not only how far it is: what came of it
    return response


@require_POST
def stop(request: HttpRequest, run: UUID) -> HttpResponse:
    """Stop a run that waits or runs."""
    mine = own(request, run)
    if not starting.stop(mine, at=timezone.now()):
        messages.info(request, "This run was over already.")
    return redirect("lab-run", mine.public_id)


@require_POST
def go_on(request: HttpRequest, run: UUID) -> HttpResponse:
    """Go on with a run that was stopped or failed."""
    mine = own(request, run)
    try:
        starting.go_on(mine, by=me(request), at=timezone.now())
    except InputError as fault:
        messages.error(request, str(fault))
    return redirect("lab-run", mine.public_id)


@require_POST
def remove(request: HttpRequest, run: UUID) -> HttpResponse:
    """Remove a run that is over."""
    if not starting.remove(own(request, run)):
        messages.info(request, "A run can be removed when it is over. Stop it first.")
        return redirect("lab-run", run)
    messages.info(request, "The run is removed.")
    return redirect("lab")


@require_safe
@never_cache
def picture(request: HttpRequest, run: UUID, key: str) -> HttpResponse:
    """A picture as a file."""
    drawn = finished(request, run).result["pictures"]
    found = next((one["paper"] for one in drawn if one["key"] == key), None)
    if found is None:
        raise Http404
    return attached(found.encode(), "image/svg+xml", f"unclench-{key}.svg")


@require_safe
@never_cache
def numbers(request: HttpRequest, run: UUID) -> HttpResponse:
    """All numbers as JSON."""
    response = JsonResponse(files.as_json(finished(request, run)), json_dumps_params={"indent": 2})
    response["Content-Disposition"] = 'attachment; filename="unclench-run.json"'
    return response


@require_safe
@never_cache
def parquet(request: HttpRequest, run: UUID) -> HttpResponse:
    """The long table as Parquet, or why there is none."""
    mine = finished(request, run)
    if not files.has_parquet():
        messages.error(request, files.NO_PARQUET)
        return redirect("lab-run", mine.public_id)
    return attached(files.parquet(mine), "application/vnd.apache.parquet", "unclench-run.parquet")


def attached(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)


def own(request: HttpRequest, public_id: UUID | str) -> Run:
    """One's own run; anybody else's does not exist.

    Raises:
        Http404: if there is none.
    """
    try:
        wanted = UUID(str(public_id))
    except ValueError:
        raise Http404 from None
    found = Run.objects.of(me(request)).select_related("owner").filter(public_id=wanted).first()
    if found is None:
        raise Http404
    return found


def finished(request: HttpRequest, public_id: UUID) -> Run:
    """One's own run with a result.

    Raises:
        Http404: if there is none.
    """
    found = own(request, public_id)
    if found.state != State.DONE:
        raise Http404
    return found
