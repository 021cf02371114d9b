"""A real browser on the real pages.

Any request to another host, any word of the browser about the content security policy, and any
error of a script fails the test that caused it.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings as site

WIDE = {"width": 1280, "height": 900}
EXPECTED = re.compile(r"\b422\b|\b404\b|^htmx:(sendAbort|afterRequest)")
"""Remarks on answers of 422 and 404, and on a move that a newer one has replaced."""


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Static files by their own names: hashed ones exist only after collectstatic."""
    site.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.STORAGES = {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def visit(browser, live_server):
    """Opens an address in a fresh window; options are those of a Playwright context."""
    contexts, problems = [], []

    def watch(page):
        def on_request(request):
            host = urlsplit(request.url)
            if host.scheme in {"http", "https"} and not request.url.startswith(live_server.url):
                problems.append(f"asked another host: {request.url}")

        def on_console(message):
            if message.type in {"error", "warning"} and not EXPECTED.search(message.text):
                problems.append(f"console: {message.text}")

        page.on("request", on_request)
        page.on("console", on_console)
        page.on("pageerror", lambda error: problems.append(f"script: {error}"))

    def open_page(address="/explore/", *, low_energy=False, theme=None, **options):
        options = {"viewport": WIDE, "locale": "en-GB", "base_url": live_server.url, **options}
        context = browser.new_context(**options)
        contexts.append(context)
        cookies = {"energy": "low" if low_energy else None, "theme": theme}
        context.add_cookies(
            [{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items() if v]
        )
        context.on("page", watch)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not problems
