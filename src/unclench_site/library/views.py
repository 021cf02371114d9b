"""The library's pages: what there is, one topic, one entry, and the sources."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from unclench.errors import InputError
from unclench.evidence import Estimate
from unclench_site.evidence import evidence
from unclench_site.library import shelf

MOST_FOUND = 100


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The topics, and what was found if somebody looked for something."""
    base = evidence()
    wanted = request.GET.get("q", "").strip()[:200]
    found = shelf.matching(base, wanted) if wanted else []
    topics = [
        (topic, shelf.topic_words(topic), sum(e.topic == topic for e in shelf.entries(base)))
        for topic in base.topics
    ]
    context = {
        "room": "library",
        "wanted": wanted,
        "found": [shelf.line(entry) for entry in found[:MOST_FOUND]],
        "found_count": len(found),
        "topics": sorted(topics, key=lambda topic: topic[1]),
        "numbers": len(base),
        "statements": len(base.statements),
        "sources": len(base.sources),
        "hash": base.hash,
    }
    return render(request, "library/index.html", context)


@login_not_required
@require_safe
def topic(request: HttpRequest, topic: str) -> HttpResponse:
    """Every entry of one topic."""
    base = evidence()
    lines = [shelf.line(entry) for entry in shelf.entries(base) if entry.topic == topic]
    if not lines:
        raise Http404
    context = {"room": "library", "words": shelf.topic_words(topic), "lines": lines}
    return render(request, "library/topic.html", context)


@login_not_required
@require_safe
def entry(request: HttpRequest, key: str) -> HttpResponse:
    """One number or one statement, and everything that lets a reader judge it."""
    base = evidence()
    try:
        found = base.entry(key)
    except InputError:
        raise Http404 from None
    is_number = isinstance(found, Estimate)
    context = {
        "room": "library",
        "entry": found,
        "name": shelf.name_words(key),
        "topic_words": shelf.topic_words(found.topic),
        "value": shelf.value_words(found) if isinstance(found, Estimate) else "",
        "is_number": is_number,
        "source": base.source_of(found),
        "also": [base.sources[name] for name in found.also],
        "computed_from": [base.entry(name) for name in found.computed_from]
        if isinstance(found, Estimate)
        else [],
        "used_by": shelf.used_by(base, key),
    }
    return render(request, "library/entry.html", context)


@login_not_required
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Everything that was read, in order of name."""
    base = evidence()
    shelved: dict[str, list[str]] = {key: [] for key in base.sources}
    for one in shelf.entries(base):
        if one.source:
            shelved[one.source].append(one.key)
    ordered = sorted(base.sources.values(), key=lambda source: source.short.lower())
    context = {"room": "library", "sources": [(s, shelved[s.key]) for s in ordered]}
    return render(request, "library/sources.html", context)
