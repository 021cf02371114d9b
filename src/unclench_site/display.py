"""How a person likes to see the site: light or dark, and low-energy mode. Two cookies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

THEMES: Final = {"auto": "As my device", "light": "Light", "dark": "Dark"}
ENERGIES: Final = {"full": "Show everything", "low": "Low energy"}
YEAR_S: Final = 365 * 24 * 3600


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """What a person chose: a key of THEMES and a key of ENERGIES."""

    theme: str = "auto"
    energy: str = "full"

    @property
    def is_low_energy(self) -> bool:
        """Whether to show fewer choices, bigger targets, larger text and no motion."""
        return self.energy == "low"

    @property
    def themes(self) -> list[tuple[str, str, bool]]:
        """Each theme's key, its words, and whether it is the chosen one."""
        return [(key, words, key == self.theme) for key, words in THEMES.items()]


def chosen(request: HttpRequest) -> Display:
    """The person's choice from the cookies; a value that we do not know counts as none."""
    theme = request.COOKIES.get("theme", "")
    energy = request.COOKIES.get("energy", "")
    return Display(
        theme=theme if theme in THEMES else "auto",
        energy=energy if energy in ENERGIES else "full",
    )


def display(request: HttpRequest) -> dict[str, Display]:
    """Context processor: `display` in every template."""
    return {"display": chosen(request)}


@login_not_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep a choice for a year and go back to the page that it was made on."""
    response = HttpResponseRedirect(came_from(request))
    for name, known in (("theme", THEMES), ("energy", ENERGIES)):
        value = request.POST.get(name, "")
        if value in known:
            response.set_cookie(
                name,
                value,
                max_age=YEAR_S,
                secure=settings.HTTPS,
                httponly=True,
                samesite="Lax",
            )
    return response


def came_from(request: HttpRequest) -> str:
    """The page that the request came from if it is one of ours, else the first page."""
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if ours else reverse("home")
