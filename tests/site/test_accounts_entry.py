"""Signing up, signing in, and being told nothing about anybody else."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.conf import settings as site
from django.core import mail
from django.test import Client

from unclench_site.accounts.models import Consent, Person, Role
from unclench_site.mail import Mail

PASSWORD = "heron lantern quiet gravel"
FORM = {
    "username": "River 7",
    "email": "river@example.org",
    "role": "loved-one",
    "agree": "on",
    "time_zone": "Europe/Berlin",
    "password1": PASSWORD,
    "way": "password",
}


@pytest.fixture
def mail_server(settings):
    """A site whose mail leaves the machine: an address has to be proved."""
    settings.MAIL = Mail(backend="locmem", sends=True)
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True


@pytest.fixture
def river(db) -> Person:
    """Somebody with a password."""
    return Person.objects.create_user("River 7", email="river@example.org", password=PASSWORD)


def sign_up(client: Client, **changes: str):
    return client.post("/account/signup/", {**FORM, **changes})


def sign_in(client: Client, login: str, password: str = PASSWORD):
    return client.post("/account/login/", {"login": login, "password": password})


def code_in(message) -> str:
    return re.search(r"^[A-Z0-9]{4}-?[A-Z0-9]{2,4}$", message.body, re.MULTILINE)[0]


def words(response) -> str:
    """A page without what differs on every load: tokens."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", response.content.decode())


def who(client: Client) -> str | None:
    found = client.session.get("_auth_user_id")
    return Person.objects.get(pk=found).name if found else None


# --- signing up


def test_one_screen_makes_an_account(client, db):
    answer = sign_up(client)
    assert answer.status_code == 302
    assert answer["Location"] == "/account/begin/"
    person = Person.objects.get()
    assert (person.name, person.email) == ("River 7", "river@example.org")
    assert person.role == Role.LOVED_ONE
    assert person.time_zone == "Europe/Berlin"
    assert Consent.objects.standing(person) == {"store": True, "count": False}
    assert who(client) == "River 7"


def test_without_a_password_the_next_screen_makes_a_passkey(client, db):
    answer = sign_up(client, password1="", way="passkey")
    assert answer["Location"] == "/account/2fa/webauthn/add/"
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"agree": ""}, "Without your yes"),
        ({"password1": ""}, "No password is given"),
        ({"password1": "short"}, "too easy to guess"),
        ({"username": "river@example.org"}, "Expected: letters, digits"),
        ({"username": "demonstration"}, "kept for the site itself"),
        ({"role": "administrator"}, "not one of the available choices"),
    ],
)
def test_what_is_missing_is_said_and_nobody_is_made(client, db, read, changes, said):
    assert said in read(sign_up(client, **changes)).text
    assert not Person.objects.exists()


def test_an_unknown_time_zone_counts_as_none(client, db):
    sign_up(client, time_zone="Mars/Olympus")
    assert Person.objects.get().time_zone == "UTC"


def test_a_name_is_taken_whatever_its_capitals(client, river, read):
    answer = sign_up(client, username="rIVER 7", email="other@example.org")
    assert "Somebody here has this name already" in read(answer).text


def test_nobody_becomes_an_administrator_by_asking(client, db):
    sign_up(client, is_staff="on", is_superuser="on", verified_at="2026-01-01")
    person = Person.objects.get()
    assert (person.is_staff, person.is_superuser, person.verified_at) == (False, False, None)


def test_with_a_mail_server_the_address_is_proved_first(client, db, mail_server):
    answer = sign_up(client)
    assert answer["Location"] == "/account/confirm-email/"
    assert who(client) is None
    [message] = mail.outbox
    assert message.subject == "Your code"
    client.post("/account/confirm-email/", {"code": code_in(message)})
    assert who(client) == "River 7"


# --- signing in


@pytest.mark.parametrize("login", ["River 7", "river 7", "river@example.org", "RIVER@example.org"])
def test_name_or_email_and_password_sign_in(client, river, login):
    assert sign_in(client, login).status_code == 302
    assert who(client) == "River 7"


def test_after_signing_in_one_is_where_one_wanted_to_go(client, river):
    answer = client.get("/account/sharing/")
    assert answer["Location"] == "/account/login/?next=%2Faccount%2Fsharing%2F"
    form = {"login": "River 7", "password": PASSWORD, "next": "/account/sharing/"}
    assert client.post("/account/login/", form)["Location"] == "/account/sharing/"


def test_nobody_is_sent_to_another_host(client, river):
    form = {"login": "River 7", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert urlsplit(client.post("/account/login/", form)["Location"]).netloc == ""


def test_an_emailed_code_signs_in_without_a_password(client, river):
    client.post("/account/login/code/", {"email": "river@example.org"})
    [message] = mail.outbox
    assert message.subject == "Your code"
    assert "baclofen" not in message.body.lower()
    client.post("/account/login/code/confirm/", {"code": code_in(message)})
    assert who(client) == "River 7"


def test_a_wrong_code_signs_nobody_in(client, river, read):
    client.post("/account/login/code/", {"email": "river@example.org"})
    answer = client.post("/account/login/code/confirm/", {"code": "AAAA-AAAA"})
    assert "That code is not the one" in read(answer).text
    assert who(client) is None


def app_code(person: Person) -> str:
    """What the person's authenticator app shows now."""
    kept = Authenticator.objects.get(user=person, type="totp")
    counter = next(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(decrypt(kept.data["secret"]), counter))


def test_a_password_and_a_code_from_an_app(client, river):
    TOTP.activate(river, "JBSWY3DPEHPK3PXP")
    answer = sign_in(client, "River 7")
    assert answer["Location"] == "/account/2fa/authenticate/"
    assert who(client) is None
    assert client.get("/account/sharing/").status_code == 302
    client.post("/account/2fa/authenticate/", {"code": app_code(river)})
    assert who(client) == "River 7"


def test_the_secret_of_a_second_factor_is_sealed_in_the_database(river):
    TOTP.activate(river, "JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in str(Authenticator.objects.get().data)


def test_a_password_can_be_set_anew_with_a_code(client, river):
    client.post("/account/password/reset/", {"email": "river@example.org"})
    [message] = mail.outbox
    client.post("/account/password/reset/confirm/", {"code": code_in(message)})
    new = {"password1": "willow anchor copper north", "password2": "willow anchor copper north"}
    client.post("/account/password/reset/complete/", new)
    sign_in(client, "River 7", "willow anchor copper north")
    assert who(client) == "River 7"


# --- nothing is told about who has an account


@pytest.mark.parametrize("address", ["/account/login/code/", "/account/password/reset/"])
def test_a_known_and_an_unknown_address_are_answered_alike(db, river, address):
    said = []
    for email in ("river@example.org", "nobody@example.org"):
        client = Client()
        client.get(address)
        sent = client.post(address, {"email": email})
        there = client.get(sent["Location"])
        said.append((sent.status_code, sent["Location"], words(there).replace(email, "")))
    assert said[0] == said[1]


def test_a_known_and_an_unknown_name_are_answered_alike(db, river):
    said = [
        words(sign_in(Client(), name, "not the right password")).replace(name, "")
        for name in ("River 7", "Nobody 7")
    ]
    assert said[0] == said[1]


def test_signing_up_does_not_tell_whether_the_address_is_known(db, river, mail_server):
    said = []
    for name, email in (("Stone", "river@example.org"), ("Grass", "grass@example.org")):
        client = Client()
        sent = sign_up(client, username=name, email=email)
        there = words(client.get(sent["Location"]))
        said.append((sent.status_code, sent["Location"], there.replace(email, "")))
    assert said[0] == said[1]
    assert not Person.objects.filter(name="Stone").exists()


def test_without_a_mail_server_neither(db, river):
    answers = [
        sign_up(Client(), username=name, email=email)
        for name, email in (("Stone", "river@example.org"), ("Grass", "grass@example.org"))
    ]
    assert len({(answer.status_code, answer["Location"]) for answer in answers}) == 1


def test_guessing_is_stopped(db, river, read):
    client = Client()
    for _ in range(12):
        answer = sign_in(client, "River 7", "not the right password")
    assert "too often" in read(answer).text
    sign_in(client, "River 7")
    assert who(client) is None


# --- what a page says of its surroundings


def test_the_page_says_where_mail_goes_without_a_server(client, db, read):
    assert "no mail server" in read(client.get("/account/login/code/")).text


def test_the_page_does_not_say_so_with_one(client, db, read, mail_server):
    assert "no mail server" not in read(client.get("/account/login/code/")).text


def test_a_passkey_is_offered_at_a_name_and_not_at_a_number(client, db):
    at_name = client.get("/account/login/", headers={"host": "localhost:8000"}).content.decode()
    at_number = client.get("/account/login/", headers={"host": "127.0.0.1:8000"}).content.decode()
    assert "<pass-key" in at_name
    assert "<pass-key" not in at_number
    assert "http://localhost:8000/account/login/" in at_number


@pytest.mark.parametrize("role", ["member", "clinician"])
def test_a_look_around_is_offered_on_this_machine_only(db, settings, role):
    name = "demonstration" if role == "member" else "demonstration clinician"
    Person.objects.create_user(name)
    address = f"/account/look-around/{role}/"
    assert Client().post(address, headers={"host": "localhost"}).status_code == 404
    settings.DEMONSTRATION = True
    settings.ALLOWED_HOSTS = [*site.ALLOWED_HOSTS, "unclench.example"]
    assert Client().post(address, headers={"host": "unclench.example"}).status_code == 404
    here = Client()
    assert (
        "Look around" in here.get("/account/login/", headers={"host": "localhost"}).content.decode()
    )
    assert here.post(address, headers={"host": "localhost:8000"}).status_code == 302
    assert who(here) == name


def test_nobody_looks_around_as_somebody_real(db, settings, river):
    settings.DEMONSTRATION = True
    client = Client()
    assert (
        client.post("/account/look-around/member/", headers={"host": "localhost"}).status_code
        == 404
    )
    assert (
        client.post("/account/look-around/river/", headers={"host": "localhost"}).status_code == 404
    )
    assert who(client) is None


def test_a_script_is_told_that_it_has_to_sign_in(client, db):
    for headers in ({"HX-Request": "true"}, {"Accept": "application/json"}):
        assert client.get("/account/", headers=headers).status_code == 401
