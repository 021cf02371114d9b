"""Every page for everybody: who may see it, its frame, its headers, and nothing inline."""

from __future__ import annotations

import re

import pytest
from django.conf import settings as site
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpResponse
from django.template import engines
from django.test import Client, override_settings
from django.urls import include, path

PAGES = [
    "/explore/",
    "/explore/?regimen=10 mg at 08:00, 14:00, 20:00&against=stopped&span=week",
    "/explore/?kg=heavy",
    "/help/",
    "/library/",
    "/library/?q=clearance",
    "/library/?q=nothing-like-this",
    "/library/topics/kinetics_oral/",
    "/library/oral.clearance/",
    "/library/csf.dispersion/",
    "/library/sources/",
    "/learn/",
    "/learn/side-effects/",
    "/learn/the-test-dose/",
    "/no-such-page/",
]


@pytest.mark.parametrize(
    ("name", "first"),
    [("alice", "/diary/"), ("dana", "/diary/"), ("bob", "/diary/"), ("charlie", "/explore/")],
)
def test_the_first_page_is_one_s_own_day_or_the_page_to_explore(people, name, first):
    assert people[name].get("/").headers["Location"] == first


def members_only(request):
    return HttpResponse("for members")


@login_not_required
def forbidden(request):
    raise PermissionDenied


@login_not_required
def suspicious(request):
    raise SuspiciousOperation("a weight of 62 kg")


@login_not_required
def broken(request):
    raise RuntimeError("a weight of 62 kg")


urlpatterns = [
    path("", include("unclench_site.urls")),
    path("members/", members_only),
    path("forbidden/", forbidden),
    path("suspicious/", suspicious),
    path("broken/", broken),
]
handler400 = "unclench_site.pages.bad_request"
handler403 = "unclench_site.pages.denied"
handler404 = "unclench_site.pages.missing"
handler500 = "unclench_site.pages.broken"

with_closed_views = override_settings(ROOT_URLCONF=__name__)


@pytest.mark.parametrize("address", PAGES)
def test_everybody_sees_the_public_pages(person, address):
    assert person.get(address).status_code in {200, 404, 422}


@with_closed_views
@pytest.mark.parametrize("name", ["alice", "dana", "bob"])
def test_a_member_may_open_a_view_that_says_nothing(people, name):
    assert people[name].get("/members/").content == b"for members"


@with_closed_views
def test_charlie_is_shown_where_to_sign_in_and_comes_back(people):
    answer = people["charlie"].get("/members/?week=3")
    assert answer.status_code == 302
    assert answer["Location"] == "/account/login/?next=%2Fmembers%2F%3Fweek%3D3"


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("cookies", [{}, {"theme": "dark", "energy": "low"}])
def test_no_page_has_inline_style_or_script_or_asks_another_host(client, read, address, cookies):
    client.cookies.load(cookies)
    page = read(client.get(address))
    for element in page.elements:
        assert "style" not in element.attributes
        assert not [name for name in element.attributes if name.startswith("on")]
        assert element.tag != "style"
        if element.tag == "script":
            assert element.attributes["src"].startswith("/static/")
        if element.tag in {"img", "link", "iframe", "source", "use"}:
            target = element.attributes.get("src") or element.attributes.get("href") or ""
            assert target.startswith("/static/") or element.attributes.get("rel") == "alternate"
            assert target.startswith("/")


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_the_same_frame(client, read, address):
    page = read(client.get(address))
    assert page.all("html")[0].attributes["lang"] == "en"
    assert len(page.all("main")) == len(page.all("h1")) == 1
    assert page.all("a")[0].attributes["href"] == "#main"
    assert page.all("a", **{"class": "emergency"})[0].attributes["href"] == "/help/#emergency"
    assert "not a medical device" in page.text
    rooms = [a.attributes["href"] for a in page.all("a")][2:7]
    assert rooms == ["/learn/", "/explore/", "/diary/", "/library/", "/help/"]


@pytest.mark.parametrize("address", PAGES)
def test_no_page_has_an_id_twice(client, read, address):
    ids = [e.attributes["id"] for e in read(client.get(address)).elements if "id" in e.attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_every_link_inside_leads_somewhere(client, read, address):
    page = read(client.get(address))
    links = {a.attributes["href"] for a in page.all("a") if "href" in a.attributes}
    for link in sorted(link for link in links if link.startswith("/"))[:40]:
        assert client.get(link).status_code in {200, 302}, link


@pytest.mark.parametrize("address", PAGES)
def test_micrograms_are_always_written_in_full(client, read, address):
    text = read(client.get(address)).text
    assert not re.search(r"\b(mcg|ug)\b|[µμ]g", text)


@pytest.mark.parametrize("address", PAGES)
def test_words_that_hurt_are_not_used(client, read, address):
    text = read(client.get(address)).text
    assert not re.search(r"\b(simply|suffer\w*|patients?)\b", text, re.IGNORECASE) or (
        address.startswith(("/library/", "/learn/"))  # titles of studies are not ours to change
    )


def test_emergency_words_come_first_on_the_help_page(client, read):
    text = read(client.get("/help/")).text
    first = text.index("In an emergency")
    assert first < text.index("Call your local emergency number") < text.index("Using this site")


@pytest.mark.parametrize("address", PAGES)
def test_headers_keep_pages_private(client, address):
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "font-src 'self'",
        "img-src 'self' data:",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert ("X-Robots-Tag" in headers) == ("?" in address)


@with_closed_views
@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/no-such-page/", 404, "There is no such page"),
        ("/forbidden/", 403, "This page is not open to you"),
        ("/suspicious/", 400, "That request could not be understood"),
        ("/broken/", 500, "Something broke on our side"),
    ],
)
def test_what_goes_wrong_is_said_in_the_house_style(people, read, address, status, words):
    for client in people.values():
        client.raise_request_exception = False
        answer = client.get(address)
        page = read(answer)
        assert answer.status_code == status
        assert words in page.text
        assert "62" not in page.text
        assert page.all("a", **{"class": "emergency"})


def test_a_form_without_its_token_is_refused_in_the_house_style(read):
    answer = Client(enforce_csrf_checks=True).post("/display/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "Please send that again" in read(answer).text


def test_every_template_compiles():
    engine = engines["django"]
    folders = [site.SITE / "templates", *site.SITE.glob("*/templates")]
    names = [
        file.relative_to(folder).as_posix() for folder in folders for file in folder.rglob("*.html")
    ]
    assert len(names) > 15
    for name in names:
        engine.get_template(name)
