"""The four people of every page test, and a site that serves its static files as they stand.

Alice owns what is hers. Dr Dana is a clinician whom Alice has given access. Bob is another member.
Charlie has no account at all. A page is tested with all four: what each may see is a promise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.conf import settings as site
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from unclench_site.accounts.models import Grant, Person, Role, Scope

NAMES = ("alice", "dana", "bob", "charlie")


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Static files by their own names: hashed ones exist only after collectstatic."""
    site.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.STORAGES = {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def people(db) -> dict[str, Client]:
    """A browser for each of the four, signed in where the person has an account."""
    clients = {name: Client() for name in NAMES}
    for name in ("alice", "dana", "bob"):
        clients[name].force_login(get_user_model().objects.create_user(name))
    return clients


@pytest.fixture
def alice(people) -> Person:
    """The owner: she lives with MS."""
    return Person.objects.get(name="alice")


@pytest.fixture
def bob(people) -> Person:
    """Another member, whom nobody let in."""
    return Person.objects.get(name="bob")


@pytest.fixture
def dana(people, alice) -> Person:
    """A verified clinician whom Alice let into everything."""
    found = Person.objects.get(name="dana")
    found.role, found.verified_at = Role.CLINICIAN, timezone.now() - timedelta(days=30)
    found.save()
    since = timezone.now() - timedelta(days=7)
    Grant.objects.bulk_create(
        Grant(owner=alice, to=found, scope=scope, from_at=since) for scope in Scope
    )
    return found


@pytest.fixture(params=NAMES)
def person(request, people) -> Client:
    """Each of the four in turn."""
    return people[request.param]


@dataclass(frozen=True)
class Element:
    """One start tag of a page."""

    tag: str
    attributes: dict[str, str | None]


class Page(HTMLParser):
    """A page taken apart: its elements, and its text without the markup."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.pieces: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append(Element(tag, dict(attrs)))

    def handle_data(self, data):
        self.pieces.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.pieces).split())

    def all(self, tag: str, **wanted: str) -> list[Element]:
        """The elements of a tag whose attributes have these values."""
        return [
            element
            for element in self.elements
            if element.tag == tag
            and all(element.attributes.get(name) == value for name, value in wanted.items())
        ]

    def values(self, name: str) -> list[str | None]:
        """The values of the inputs with a name, in order."""
        return [element.attributes.get("value") for element in self.all("input", name=name)]


@pytest.fixture
def read():
    """Takes the page of an answer apart."""
    return lambda response: Page(response.content.decode())
