"""What makes the diary an app that works without a connection; nothing here is about anybody.

The service worker keeps the offline page and the files that it needs, and no page with health data.
"""

from __future__ import annotations

import hashlib
import json
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from unclench_site.accounts.access import me
from unclench_site.diary.kinds import SCALES, Kind
from unclench_site.diary.shown import SCORED
from unclench_site.diary.today import beep_words
from unclench_site.evidence import evidence

FILES: Final = (
    "unclench/tokens.css",
    "unclench/base.css",
    "unclench/dimmer.css",
    "unclench/mark.svg",
    "diary/diary.css",
    "diary/diary.js",
    "django_htmx/htmx-2.min.js",
)


@login_not_required
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that answers for the diary when there is no connection."""
    kept = [reverse("diary-offline"), *(static(name) for name in FILES)]
    version = hashlib.sha256(render_to_string("diary/offline.html").encode()).hexdigest()
    listed = {"kept": kept, "offline": kept[0], "diary": reverse("diary")}
    name = hashlib.sha256(json.dumps([listed, version]).encode()).hexdigest()[:16]
    body = render_to_string(
        "diary/service-worker.js", {"settings": json.dumps(listed | {"name": f"unclench-{name}"})}
    )
    return HttpResponse(
        body,
        content_type="text/javascript; charset=utf-8",
        headers={"Service-Worker-Allowed": "/", "Cache-Control": "no-cache"},
    )


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What a device needs to know to install the site as an app."""
    about = {
        "name": "Unclench",
        "short_name": "Unclench",
        "description": "A diary for people who take baclofen.",
        "id": "/",
        "start_url": reverse("diary"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#FBF8F3",
        "theme_color": "#0B4F5C",
        "icons": [{"src": static("unclench/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(about, content_type="application/manifest+json")


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page that is shown without a connection: it can log, and knows nothing of anybody."""
    context = {
        "room": "diary",
        "beep": beep_words(evidence()),
        "scores": [(kind, SCALES[kind]) for kind in SCORED],
        "kinds": Kind,
    }
    return render(request, "diary/offline.html", context)


@login_not_required
@require_safe
def pump_beep(request: HttpRequest) -> HttpResponse:
    """What to do when a pump beeps; the same words for everybody."""
    return render(
        request, "diary/pump-beep.html", {"room": "diary", "beep": beep_words(evidence())}
    )


@require_safe
@never_cache
def token(request: HttpRequest) -> JsonResponse:
    """For the script that sends what was kept on a device: who is signed in, and a form's token."""
    return JsonResponse({"owner": str(me(request).public_id), "token": get_token(request)})
