"""May this person open this page? Closed unless the view says that it is public."""

from __future__ import annotations

from typing import final

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import Http404, HttpRequest, HttpResponseRedirect


@final
class ClosedByDefault(LoginRequiredMiddleware):
    """A view without `@login_not_required` does not exist for a stranger: the answer is 404.

    There is no page to log in yet, so there is nowhere to send a stranger; and a stranger who is
    told "forbidden" has been told that something is there.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: object) -> HttpResponseRedirect:
        """Answer as for an address that was never there."""
        raise Http404
