"""The account: whom one lets in, who looked, where one is signed in, and being verified."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import IntegrityError
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils import timezone

from unclench_site.accounts import sharing
from unclench_site.accounts.access import may_author_plans, may_read, owner_for
from unclench_site.accounts.models import (
    Action,
    AuditEntry,
    Consent,
    Decision,
    Grant,
    Person,
    Purpose,
    Role,
    Scope,
    VerificationRequest,
)
from unclench_site.accounts.trail import ROWS, read_mark, trail_page

AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
OWN = [
    "/account/",
    "/account/details/",
    "/account/email/",
    "/account/sharing/",
    "/account/trail/",
    "/account/everything/",
    "/account/bring/",
    "/account/erase/",
    "/account/sessions/",
    "/account/2fa/",
    "/account/2fa/webauthn/",
    "/account/password/set/",
]
CHANGES = [
    "/account/sharing/end/",
    "/account/consent/",
    "/account/sessions/end/",
    "/account/everything/take/",
]
PUBLIC = [
    "/account/login/",
    "/account/signup/",
    "/account/login/code/",
    "/account/password/reset/",
    "/account/erased/",
]


def own(client: Client) -> Person:
    return Person.objects.get(pk=client.session["_auth_user_id"])


def passwordless(people) -> None:
    for name in ("alice", "dana", "bob"):
        person = Person.objects.get(name=name)
        person.set_unusable_password()
        person.save()
        people[name].force_login(person)


# --- the four people


@pytest.mark.parametrize("address", OWN)
@pytest.mark.parametrize("name", ["alice", "dana", "bob"])
def test_each_member_opens_their_own_account(people, name, address):
    passwordless(people)
    assert people[name].get(address).status_code == 200


@pytest.mark.parametrize("address", [*OWN, "/account/verification/", "/account/requests/"])
def test_charlie_is_shown_where_to_sign_in(people, address):
    answer = people["charlie"].get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/?next=%2Faccount%2F")


@pytest.mark.parametrize("address", CHANGES)
def test_charlie_changes_nothing(people, address):
    assert people["charlie"].post(address)["Location"].startswith("/account/login/")


def test_a_member_is_asked_before_signing_out(people):
    assert people["alice"].get("/account/logout/").status_code == 200
    people["alice"].post("/account/logout/")
    assert people["alice"].get("/account/").status_code == 302


@pytest.mark.parametrize("address", PUBLIC)
def test_the_door_is_open_to_charlie(people, address):
    assert people["charlie"].get(address).status_code == 200


def test_an_address_of_somebody_elses_is_not_there_for_charlie(people, alice):
    answer = people["charlie"].get(f"/with/{alice.public_id}/diary/")
    assert answer.status_code == 404


@pytest.mark.parametrize("address", [*OWN, *PUBLIC])
def test_no_page_has_inline_style_or_script(people, read, address):
    client = people["charlie"] if address in PUBLIC else people["alice"]
    if address in OWN:
        passwordless(people)
    for element in read(client.get(address)).elements:
        assert "style" not in element.attributes
        assert not [name for name in element.attributes if name.startswith("on")]
        if element.tag == "script":
            assert element.attributes["src"].startswith("/static/")


def test_the_header_names_whoever_is_signed_in(people, read):
    assert "alice" in read(people["alice"].get("/help/")).text
    assert "Sign in" in read(people["charlie"].get("/help/")).text


@pytest.mark.parametrize(
    ("role", "there"),
    [("member", "/diary/"), ("loved-one", "/account/sharing/"), ("clinician", "/account/sharing/")],
)
def test_signing_in_leads_to_where_one_most_likely_wants_to_be(people, bob, role, there):
    Person.objects.filter(pk=bob.pk).update(role=role)
    assert people["bob"].get("/account/begin/")["Location"] == there


def test_times_are_those_of_ones_own_wall(people, alice, bob, read):
    Person.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")
    AuditEntry.objects.create(owner=alice, by=bob, action=Action.READ, what="diary", at=AT)
    assert "3 March 2026, 18:00" in read(people["alice"].get("/account/trail/")).text


# --- name, zone, consent


def test_name_and_zone_can_be_changed(people):
    people["alice"].post("/account/details/", {"name": "Heron", "time_zone": "Asia/Tokyo"})
    assert (own(people["alice"]).name, own(people["alice"]).time_zone) == ("Heron", "Asia/Tokyo")


@pytest.mark.parametrize("name", ["BOB", "demonstration", "a@b.example", ""])
def test_nobody_takes_a_name_that_is_not_theirs_to_take(people, name):
    form = {"name": name, "time_zone": "UTC"}
    assert people["alice"].post("/account/details/", form).status_code == 422
    assert own(people["alice"]).name == "alice"


def test_consent_is_a_trail_of_answers(people):
    alice = own(people["alice"])
    for word in ("yes", "no", "yes"):
        people["alice"].post("/account/consent/", {"count": word})
    given = Consent.objects.filter(person=alice, purpose=Purpose.COUNT).order_by("pk")
    assert list(given.values_list("given", flat=True)) == [True, False, True]
    assert Consent.objects.standing(alice)["count"]
    assert not Consent.objects.standing(own(people["bob"]))["count"]


# --- sharing


def let_in(client: Client, name: str, *scopes: str, span: str = "week"):
    form = {"name": name, "scopes": scopes, "span": span}
    return client.post("/account/sharing/", form)


def test_a_grant_opens_one_thing_until_it_ends(people, alice, bob):
    let_in(people["alice"], "bob", "diary")
    now = timezone.now()
    assert may_read(bob, alice, Scope.DIARY, at=now)
    assert not may_read(bob, alice, Scope.TREATMENT, at=now)
    assert may_read(bob, alice, Scope.DIARY, at=now + timedelta(days=6.9))
    assert not may_read(bob, alice, Scope.DIARY, at=now + timedelta(days=7.1))


def test_grant_look_end_gone(people, alice, bob, read):
    let_in(people["alice"], "bob", "diary", span="open")
    request = RequestFactory().get("/")
    request.user = bob
    assert owner_for(request, alice.public_id, Scope.DIARY, what="diary") == alice
    seen = read(people["alice"].get("/account/trail/")).text
    assert "bob looked at: diary" in seen

    grant = Grant.objects.get()
    people["alice"].post("/account/sharing/end/", {"grant": grant.pk})
    with pytest.raises(Http404):
        owner_for(request, alice.public_id, Scope.DIARY, what="diary")
    trail = AuditEntry.objects.filter(owner=alice).order_by("pk")
    actions = list(trail.values_list("action", flat=True))
    assert actions == [Action.SHARE, Action.READ, Action.END]


def test_whoever_was_let_in_sees_it_and_can_give_it_back(people, alice, bob, read):
    let_in(people["alice"], "bob", "diary")
    assert "alice : their diary" in read(people["bob"].get("/account/sharing/")).text
    people["bob"].post("/account/sharing/end/", {"grant": Grant.objects.get().pk})
    assert not may_read(bob, alice, Scope.DIARY, at=timezone.now())


def test_nobody_ends_a_grant_between_others(people, alice, dana):
    grant = Grant.objects.filter(owner=alice, to=dana).first()
    for name in ("bob", "charlie"):
        people[name].post("/account/sharing/end/", {"grant": grant.pk})
    grant.refresh_from_db()
    assert grant.ended_at is None
    assert people["bob"].post("/account/sharing/end/", {"grant": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "said"),
    [("BOB", "Nobody here is called BOB"), ("nobody", "Nobody here"), ("alice", "That is you")],
)
def test_a_name_has_to_be_exact(people, read, name, said):
    answer = let_in(people["alice"], name, "diary")
    assert answer.status_code == 422
    assert said in read(answer).text
    assert not Grant.objects.exists()


def test_letting_in_again_sets_the_new_end(people, alice, bob):
    let_in(people["alice"], "bob", "diary", span="year")
    let_in(people["alice"], "bob", "diary", span="week")
    assert not may_read(bob, alice, Scope.DIARY, at=timezone.now() + timedelta(days=8))
    assert Grant.objects.filter(ended_at=None).count() == 1


def test_two_open_grants_of_a_kind_are_impossible(alice, bob):
    sharing.let_in(alice, to=bob, scopes=[Scope.DIARY], length=None, at=AT)
    with pytest.raises(IntegrityError):
        Grant.objects.create(owner=alice, to=bob, scope=Scope.DIARY, from_at=AT)


def test_names_cannot_be_tried_one_after_the_other(people):
    answers = [let_in(people["alice"], f"person {n}", "diary").status_code for n in range(31)]
    assert answers[:30] == [422] * 30
    assert answers[30] == 429


# --- the trail


def test_the_trail_is_read_to_its_end_without_a_gap_or_a_repeat(alice, bob):
    AuditEntry.objects.bulk_create(
        AuditEntry(
            owner=alice,
            by=bob,
            action=Action.READ,
            what=f"{n}",
            at=AT + n // 7 * timedelta(hours=1),
        )
        for n in range(ROWS * 2 + 3)
    )
    seen, before = [], ""
    while True:
        page = trail_page(alice, before=before)
        seen += [int(entry.what) for entry in page.entries]
        before = page.more
        if not before:
            break
    assert seen == sorted(seen, reverse=True)
    assert sorted(seen) == list(range(ROWS * 2 + 3))


def test_a_trail_costs_the_same_however_long(people, alice, bob, django_assert_max_num_queries):
    AuditEntry.objects.bulk_create(
        AuditEntry(owner=alice, by=bob, action=Action.READ, what="diary", at=AT) for _ in range(200)
    )
    with django_assert_max_num_queries(4):
        people["alice"].get("/account/trail/")


@pytest.mark.parametrize("mark", ["", "x", "1", "-1", "1-x", "9" * 60, "99999999999999999999-1"])
def test_a_mark_that_is_none_shows_the_beginning(people, mark):
    assert read_mark(mark) is None
    assert people["alice"].get("/account/trail/", {"before": mark}).status_code == 200


def test_nobody_reads_anothers_trail(people, alice, bob, read):
    AuditEntry.objects.create(owner=alice, by=alice, action=Action.WRITE, what="diary", at=AT)
    assert "diary" not in read(people["bob"].get("/account/trail/")).text.split("Nobody has")[0]


# --- sessions


@pytest.fixture
def devices(alice) -> list[Client]:
    """Three devices on which Alice signed in herself."""
    alice.set_password("heron lantern quiet gravel")
    alice.save()
    found = [Client() for _ in range(3)]
    for client in found:
        form = {"login": "alice", "password": "heron lantern quiet gravel"}
        client.post("/account/login/", form)
    return found


def test_a_session_that_is_ended_elsewhere_is_out(people, devices):
    desk, phone, _tablet = devices
    there = UserSession.objects.get(session_key=phone.session.session_key)
    assert people["bob"].post("/account/sessions/end/", {"session": there.pk}).status_code == 404
    assert phone.get("/account/").status_code == 200
    desk.post("/account/sessions/end/", {"session": there.pk})
    assert [client.get("/account/").status_code for client in devices] == [200, 302, 200]


def test_all_others_are_ended_at_once(people, devices, read):
    desk, *others = devices
    assert read(desk.get("/account/sessions/")).text.count("Sign out there") == 2
    desk.post("/account/sessions/")
    assert [client.get("/account/").status_code for client in others] == [302, 302]
    assert desk.get("/account/").status_code == 200
    assert people["bob"].get("/account/").status_code == 200


def test_a_changed_password_signs_out_everywhere_else(devices):
    desk, *others = devices
    new = "willow anchor copper north"
    form = {"oldpassword": "heron lantern quiet gravel", "password1": new, "password2": new}
    assert desk.post("/account/password/change/", form)["Location"] == "/account/"
    assert [client.get("/account/").status_code for client in others] == [302, 302]
    assert desk.get("/account/").status_code == 200


# --- being verified

REQUEST = {"full_name": "Dana Example", "register": "General Medical Council", "number": "7654321"}


@pytest.fixture
def administrator(db) -> Client:
    person = Person.objects.create_user("warden", is_staff=True)
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def doctor(db) -> Client:
    client = Client()
    client.force_login(Person.objects.create_user("doctor", role=Role.CLINICIAN))
    return client


def test_a_clinician_asks_and_is_verified(people, doctor, administrator, alice, read):
    now = timezone.now()
    person = own(doctor)
    sharing.let_in(alice, to=person, scopes=[Scope.CARE_PLAN], length=None, at=now)
    assert not may_author_plans(person, alice, at=now)
    assert doctor.post("/account/verification/", REQUEST).status_code == 302
    assert "Dana Example" in read(administrator.get("/account/requests/")).text
    asked = VerificationRequest.objects.get()
    administrator.post(f"/account/requests/{asked.public_id}/", {"decision": "verified"})
    assert may_author_plans(own(doctor), alice, at=timezone.now())
    asked.refresh_from_db()
    assert (asked.decision, asked.decided_by.name) == (Decision.VERIFIED, "warden")
    assert "verified by warden" in read(administrator.get("/account/requests/")).text


def test_a_clinician_who_was_declined_authors_nothing_and_can_ask_again(doctor, administrator):
    doctor.post("/account/verification/", REQUEST)
    asked = VerificationRequest.objects.get()
    administrator.post(f"/account/requests/{asked.public_id}/", {"decision": "declined"})
    assert not own(doctor).is_verified_clinician
    again = administrator.post(f"/account/requests/{asked.public_id}/", {"decision": "verified"})
    assert again.status_code == 404
    assert doctor.post("/account/verification/", REQUEST).status_code == 302
    assert VerificationRequest.objects.filter(decision=Decision.OPEN).count() == 1


def test_a_second_request_waits_for_the_first(doctor):
    doctor.post("/account/verification/", REQUEST)
    assert doctor.post("/account/verification/", REQUEST).status_code == 200
    assert VerificationRequest.objects.count() == 1


@pytest.mark.parametrize("name", ["alice", "dana", "bob"])
def test_only_whoever_runs_the_site_verifies(people, doctor, dana, name):
    doctor.post("/account/verification/", REQUEST)
    asked = VerificationRequest.objects.get()
    assert people[name].get("/account/requests/").status_code == 404
    address = f"/account/requests/{asked.public_id}/"
    assert people[name].post(address, {"decision": "verified"}).status_code == 404
    assert doctor.post(address, {"decision": "verified"}).status_code == 404
    asked.refresh_from_db()
    assert asked.decision == Decision.OPEN


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_a_member_does_not_ask_to_be_verified(people, name):
    assert people[name].get("/account/verification/").status_code == 404
