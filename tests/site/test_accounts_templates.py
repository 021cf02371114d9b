"""No page and no mail of allauth's own wording reaches a person."""

from __future__ import annotations

from pathlib import Path

import allauth
import pytest
from django.template.loader import get_template, render_to_string

THEIRS = Path(allauth.__file__).parent / "templates"
OURS = "unclench_site/accounts/templates"
UNREACHED = {
    "phone",
    "base_",
    "snippets/",
    "download.txt",
    "signup_by_passkey",
    "account/email.html",
}
"""Parts of names: no telephones, bases of their own pages, a page for several e-mails."""


def reached(pattern: str) -> list[str]:
    found = (
        str(path.relative_to(THEIRS))
        for folder in ("account", "mfa", "usersessions")
        for path in (THEIRS / folder).rglob(pattern)
    )
    return sorted(
        name
        for name in found
        if not any(part in name for part in UNREACHED) and not name.endswith("/base.html")
    )


@pytest.mark.parametrize("name", [*reached("*.html"), *reached("*.txt")])
def test_it_is_ours(name):
    assert OURS in get_template(name).origin.name


@pytest.mark.parametrize("name", reached("*_subject.txt"))
def test_a_subject_names_nothing(name):
    assert render_to_string(name).strip() in {"Your code", "Your account"}


@pytest.mark.parametrize("name", reached("*_message.txt"))
def test_a_message_says_nothing_of_what_the_site_is_about(name):
    said = render_to_string(name, {"code": "AB12-CD34", "email": "river@example.org"}).lower()
    assert not [word for word in ("baclofen", "sclerosis", "unclench", "spasm") if word in said]


@pytest.mark.parametrize("name", reached("*.html"))
def test_the_words_are_plain(name):
    source = Path(get_template(name).origin.name).read_text(encoding="utf-8").lower()
    for word in ("patient", "suffer", "simply", " just ", "please reauthenticate", "two-factor"):
        assert word not in source
