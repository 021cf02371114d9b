"""Mail as a variable says it; a variable that cannot be understood stops the start."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from unclench_site.mail import envmail


@pytest.mark.parametrize(
    ("text", "host", "port", "starttls", "tls"),
    [
        ("smtp://ann:s%40fe@mail.example", "mail.example", 587, True, False),
        ("smtps://ann:s%40fe@mail.example", "mail.example", 465, False, True),
        ("smtp://ann:s%40fe@mail.example:2525", "mail.example", 2525, True, False),
    ],
)
def test_a_server_is_reached_with_tls_before_the_password(text, host, port, starttls, tls):
    mail = envmail("MAIL", source={"MAIL": text})
    assert (mail.host, mail.port, mail.starttls, mail.tls) == (host, port, starttls, tls)
    assert (mail.user, mail.password, mail.sends) == ("ann", "s@fe", True)


@pytest.mark.parametrize(
    ("text", "kind"), [("", "filebased"), (" ", "filebased"), ("console:", "console")]
)
def test_without_a_server_mail_stays_here(text, kind):
    mail = envmail("MAIL", source={"MAIL": text})
    assert kind in mail.backend
    assert not mail.sends


@pytest.mark.parametrize(
    "text",
    ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example:x", "smtp:secret"],
)
def test_anything_else_stops_the_start_and_keeps_the_password_to_itself(text):
    with pytest.raises(ImproperlyConfigured, match="Expected: smtp://") as fault:
        envmail("MAIL", source={"MAIL": f"{text}"})
    assert "secret" not in str(fault.value)
