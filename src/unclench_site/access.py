"""May this person open this page? Closed unless the view says that it is public."""

from __future__ import annotations

from typing import Final, final

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

OTHERS: Final = "/with/"
"""Addresses of what belongs to somebody else begin with this."""


@final
class ClosedByDefault(LoginRequiredMiddleware):
    """A view without `@login_not_required` is for people who are signed in.

    A stranger at the door of a room of their own is shown where to sign in, and comes back to it.
    At an address of somebody else's they are told what everybody is told who was not let in: there
    is no such page.
    """

    def handle_no_permission(  # type: ignore[override]  # Django promises a redirect only
        self, request: HttpRequest, view_func: object
    ) -> HttpResponseBase:
        """Send the person to sign in; a script is told so with 401, for it cannot."""
        if request.path.startswith(OTHERS):
            raise Http404
        back = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
        query = f"?{urlencode({'next': back})}" if back else ""
        door = f"{reverse('account_login')}{query}"
        if asks_as_script(request):
            return HttpResponse(status=401, headers={"HX-Redirect": reverse("account_login")})
        return HttpResponseRedirect(door)


def asks_as_script(request: HttpRequest) -> bool:
    """Whether a script of ours asks, which cannot show a page to sign in."""
    return "HX-Request" in request.headers or "application/json" in request.headers.get(
        "Accept", ""
    )
