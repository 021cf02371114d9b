"""The pages: all articles, one article, the same as plain text, and the feed."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import final

from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.feedgenerator import Rss201rev2Feed
from django.views.decorators.http import require_safe

from unclench_site.learn.pictures import picture
from unclench_site.learn.shelf import Article, articles, matching


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every article, or those that hold some words."""
    wanted = request.GET.get("q", "").strip()[:100]
    found = matching(wanted) if wanted else list(articles())
    context = {"room": "learn", "wanted": wanted, "articles": found}
    return render(request, "learn/index.html", context)


@login_not_required
@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article."""
    found = find(slug)
    before, *after = found.parts
    context = {
        "room": "learn",
        "article": found,
        "before": before,
        "after": after[0] if after else "",
        "picture": picture(found.figure) if found.figure else None,
        "related": [find(one) for one in found.related],
    }
    return render(request, "learn/article.html", context)


@login_not_required
@require_safe
def plain(request: HttpRequest, slug: str) -> HttpResponse:
    """One article as text alone, for a screen reader, a mail or a printer."""
    context = {"article": find(slug), "address": request.build_absolute_uri()}
    kind = "text/plain; charset=utf-8"
    return render(request, "learn/article.txt", context, content_type=kind)


def find(slug: str) -> Article:
    """Give an article by its name in the address.

    Raises:
        Http404: if there is none.
    """
    found = next((one for one in articles() if one.slug == slug), None)
    if found is None:
        raise Http404
    return found


@final
class ArticleFeed(Feed[Article, None]):
    """The articles, for people who read them elsewhere."""

    feed_type = Rss201rev2Feed
    title = "Unclench: articles"
    link = reverse_lazy("learn")
    description = "Living with spasms, and with baclofen: plain words, every claim with its source."

    def items(self) -> tuple[Article, ...]:
        """Every article."""
        return articles()

    def item_title(self, item: Article) -> str:
        """Its title."""
        return item.title

    def item_description(self, item: Article) -> str:
        """Its summary."""
        return item.summary

    def item_link(self, item: Article) -> str:
        """Its address."""
        return reverse("learn-article", args=[item.slug])

    def item_pubdate(self, item: Article) -> datetime:
        """The day on which it was written."""
        return datetime.combine(item.written_on, time(), tzinfo=UTC)


feed = login_not_required(ArticleFeed())
