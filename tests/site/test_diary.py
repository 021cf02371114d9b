"""The pages of the diary: what each of the four may see and do, and what a tap leads to."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from unclench_site.accounts.models import AuditEntry, Grant, Scope
from unclench_site.diary.kinds import Kind
from unclench_site.diary.models import Entry, record
from unclench_site.plans.models import Treatment

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
OWN = ["", "week/", "months/", "answer/", "entries/"]


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def tablets(alice):
    """Alice takes 10 mg three times a day, for three weeks."""
    return Treatment.objects.create(
        owner=alice,
        regimen="10 mg at 08:00, 14:00, 20:00",
        day_one=(NOW - timedelta(days=21)).date(),
        from_at=NOW - timedelta(days=21),
        zone="UTC",
        recorded_at=NOW - timedelta(days=21),
    )


def logged(owner, kind=Kind.SPASM, *, ago=timedelta(), **fields):
    return record(
        owner=owner,
        by=owner,
        at=NOW,
        key=str(uuid.uuid4()),
        kind=kind,
        happened_at=NOW - ago,
        **fields,
    )[0]


def tapped(client: Client, kind="spasm", **fields):
    fields = {"key": str(uuid.uuid4()), "kind": kind, **fields}
    return client.post("/diary/log/", fields)


# Who may.


@pytest.mark.parametrize("place", OWN)
def test_each_member_opens_their_own_diary(people, dana, place):
    for name in ("alice", "dana", "bob"):
        assert people[name].get(f"/diary/{place}").status_code == 200


@pytest.mark.parametrize("place", [*OWN, "add/spasm/", "token/"])
def test_charlie_is_sent_to_sign_in(people, place):
    answer = people["charlie"].get(f"/diary/{place}")
    assert answer.status_code == 302
    assert "/diary/" in answer["Location"] or "log" in answer["Location"]


@pytest.mark.parametrize("place", OWN)
def test_a_diary_opens_by_grant_only(people, alice, dana, place):
    address = f"/with/{alice.public_id}/diary/{place}"
    assert people["alice"].get(address).status_code == 200
    assert people["dana"].get(address).status_code == 200
    assert people["bob"].get(address).status_code == 404
    assert people["charlie"].get(address).status_code in {302, 404}
    assert b"spasm" not in people["charlie"].get(address).content


def test_a_grant_for_something_else_does_not_open_the_diary(people, alice, dana):
    Grant.objects.filter(owner=alice, scope=Scope.DIARY).update(ended_at=NOW)
    assert people["dana"].get(f"/with/{alice.public_id}/diary/").status_code == 404


def test_looking_at_somebody_elses_diary_is_noted(people, alice, dana):
    people["dana"].get(f"/with/{alice.public_id}/diary/week/")
    trail = AuditEntry.objects.get(owner=alice)
    assert (trail.by, trail.action, trail.what) == (dana, "read", "diary")


def test_somebody_elses_diary_is_read_only(people, alice, dana, read, tablets):
    logged(alice)
    page = read(people["dana"].get(f"/with/{alice.public_id}/diary/"))
    assert "You are reading the diary of alice" in page.text
    forms = [form.attributes["action"] for form in page.all("form")]
    assert [action for action in forms if "/diary/" in action] == []


@pytest.mark.parametrize("what", ["", "undo/", "put-back/", "strength/"])
def test_nobody_else_changes_an_entry(people, alice, dana, what):
    entry = logged(alice)
    said = {"key": str(uuid.uuid4()), "value": "2", "kind": "spasm"}
    address = f"/diary/entry/{entry.public_id}/{what}"
    for name in ("dana", "bob"):
        assert people[name].post(address, said).status_code == 404
    assert people["charlie"].post(address, said).status_code in {302, 404}
    assert Entry.objects.count() == 1


def test_a_tap_needs_the_forms_token(people, alice):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert tapped(strict).status_code == 403
    assert not Entry.objects.exists()


# One tap.


@pytest.mark.parametrize("kind", ["spasm", "weakness", "pump-beep"])
def test_one_tap_logs_it_now(people, alice, kind):
    answer = tapped(people["alice"], kind)
    assert answer.status_code == 303
    entry = Entry.objects.get()
    assert (entry.owner, entry.kind, entry.happened_at, entry.zone) == (alice, kind, NOW, "UTC")


def test_the_page_says_what_was_logged_and_offers_to_undo_it(people, alice, read):
    answer = tapped(people["alice"])
    page = read(people["alice"].get(answer["Location"]))
    assert "Logged: Spasm, 12:30." in page.text
    assert "How strong was the spasm?" in page.text
    entry = Entry.objects.get()
    undo = f"/diary/entry/{entry.public_id}/undo/"
    assert undo in [form.attributes["action"] for form in page.all("form")]
    again = people["alice"].post(undo, {"key": str(uuid.uuid4())})
    page = read(people["alice"].get(again["Location"]))
    assert "Undone: Spasm." in page.text
    assert "Put it back" in page.text
    assert not Entry.objects.standing().exists()


def test_an_undone_entry_can_be_put_back(people, alice):
    entry = logged(alice, value=2)
    for what in ("undo", "put-back"):
        people["alice"].post(f"/diary/entry/{entry.public_id}/{what}/", {"key": str(uuid.uuid4())})
    assert Entry.objects.standing().get().value == 2
    assert Entry.objects.count() == 3


def test_a_strength_is_added_with_one_more_tap(people, alice):
    entry = logged(alice)
    address = f"/diary/entry/{entry.public_id}/strength/"
    answer = people["alice"].post(address, {"key": str(uuid.uuid4()), "value": "3"})
    assert answer.status_code == 303
    assert Entry.objects.standing().get().value == 3


@pytest.mark.parametrize(
    ("kind", "fields", "wrong"),
    [
        ("sleepiness", {}, "A number is missing"),
        ("rating", {"value": "11"}, "10"),
        ("spasm", {"value": "4"}, "not on the scale"),
        ("dose-taken", {}, "The amount is missing"),
        ("dose-taken", {"amount_mg": "-5"}, "0.001"),
        ("side-effect", {}, "Nothing was said"),
        ("spasm", {"happened_at": "2026-11-21T09:00:00Z"}, "still to come"),
        ("spasm", {"happened_at": "yesterday"}, "not a moment"),
        ("spasm", {"happened_at": "2026-11-20T09:00:00"}, "with its zone"),
        ("spasm", {"day": "2026-11-19"}, "Give both"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(people, alice, read, kind, fields, wrong):
    answer = tapped(people["alice"], kind, **fields)
    assert answer.status_code == 422
    assert wrong in read(answer).text
    assert not Entry.objects.exists()


def test_a_script_is_answered_with_data(people, alice):
    key = str(uuid.uuid4())
    said = {"key": key, "kind": "spasm"}
    first, second = (
        people["alice"].post("/diary/log/", said, headers={"accept": "application/json"})
        for _ in range(2)
    )
    assert first.json() == second.json()
    assert first.json()["words"] == "Logged: Spasm, 12:30."
    wrong = {"key": key, "kind": "no such thing"}
    answer = people["bob"].post("/diary/log/", wrong, headers={"accept": "application/json"})
    assert answer.status_code == 422


def test_the_zone_of_the_device_is_kept_and_an_unknown_one_is_not(people, alice):
    tapped(people["alice"], zone="Asia/Tokyo")
    tapped(people["alice"], zone="Mars/Olympus")
    assert sorted(Entry.objects.values_list("zone", flat=True)) == ["Asia/Tokyo", "UTC"]


# Doses.


def test_a_dose_that_is_due_is_one_big_button(people, alice, tablets, read):
    page = read(people["alice"].get("/diary/"))
    assert "08:00 10 mg tablet" in page.text
    keys = set(page.values("due_key"))
    assert keys == {f"oral:2026-11-20T{clock}" for clock in ("08:00", "14:00", "20:00")}
    said = {"due_key": "oral:2026-11-20T08:00", "amount_mg": "10"}
    answer = tapped(people["alice"], "dose-taken", **said)
    page = read(people["alice"].get(answer["Location"]))
    assert "taken at 12:30" in page.text
    assert set(page.values("due_key")) == keys - {"oral:2026-11-20T08:00"}


def test_the_dose_of_last_night_can_be_marked_after_midnight(people, alice, tablets, read):
    with time_machine.travel(datetime(2026, 11, 20, 0, 10, tzinfo=UTC), tick=False):
        page = read(people["alice"].get("/diary/"))
    assert "Yesterday 20:00 10 mg tablet" in page.text
    assert page.values("due_key")[:2] == ["oral:2026-11-19T20:00"] * 2


def test_a_second_device_is_told_that_the_dose_is_logged(people, alice, tablets, read):
    said = {"due_key": "oral:2026-11-20T14:00", "amount_mg": "10"}
    tapped(people["alice"], "dose-taken", **said)
    phone = Client()
    phone.force_login(alice)
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        answer = tapped(phone, "dose-skipped", **said)
        page = read(phone.get(answer["Location"]))
    assert "already logged at 12:30 on another device: 10 mg taken" in page.text
    assert "Nothing was added. If that is wrong, correct it below." in page.text
    assert Entry.objects.standing().get().kind == Kind.DOSE_TAKEN


def test_a_late_dose_is_answered_with_the_published_rule(people, alice, tablets, read):
    page = read(people["alice"].get("/diary/"))
    assert "A dose is late and not marked" in page.text
    assert "leave it out, for the next dose is close" in page.text  # 12:30, the next is at 14:00
    assert "Never take a double dose to make up for one that you missed." in page.text


def test_after_a_late_dose_nobody_is_told_to_double(people, alice, tablets, read):
    said = {"due_key": "oral:2026-11-20T08:00", "amount_mg": "10"}
    answer = tapped(people["alice"], "dose-taken", **said)
    page = read(people["alice"].get(answer["Location"]))
    assert "Never take a double dose" in page.text
    assert "The next dose is due at 14:00, which is less than two hours later." in page.text


def test_after_a_second_dose_the_rule_is_shown(people, alice, tablets, read):
    logged(
        alice,
        Kind.DOSE_TAKEN,
        ago=timedelta(minutes=20),
        amount_mcg=Decimal(10_000),
        due_key="oral:2026-11-20T14:00",
    )
    answer = tapped(people["alice"], "dose-taken", amount_mg="10")
    assert "Never take a double dose" in read(people["alice"].get(answer["Location"])).text


def test_a_dose_in_time_brings_no_warning(people, alice, tablets, read):
    said = {"due_key": "oral:2026-11-20T14:00", "amount_mg": "10"}
    answer = tapped(people["alice"], "dose-taken", **said)
    page = read(people["alice"].get(answer["Location"]))
    assert "Logged: 10 mg taken, 12:30." in page.text
    assert "which is less than two hours later" not in page.text


def test_far_too_much_at_once_is_an_emergency(people, alice, tablets, read):
    answer = tapped(people["alice"], "dose-taken", amount_mg="200")
    page = read(people["alice"].get(answer["Location"]))
    assert "Too much at once: get help now" in page.text
    assert "even if you feel well" in page.text


# Danger.


def test_a_pump_beep_is_answered_at_once(people, alice, read):
    answer = tapped(people["alice"], "pump-beep")
    page = read(people["alice"].get(answer["Location"]))
    assert "Your pump beeps: call your pump clinic now" in page.text
    assert "Call the clinic that fills the pump now, day or night." in page.text
    assert page.text.index("Your pump beeps") < page.text.index("One tap")


@pytest.mark.parametrize("name", ["alice", "dana", "bob", "charlie"])
def test_what_to_do_when_a_pump_beeps_is_open_to_everybody(people, read, name):
    page = read(people[name].get("/diary/pump-beep/"))
    assert "Call the clinic that fills the pump now" in page.text


def test_a_side_effect_that_is_a_sign_of_danger_is_answered_first(people, alice, tablets, read):
    answer = tapped(people["alice"], "side-effect", what="seizure")
    page = read(people["alice"].get(answer["Location"]))
    assert "Signs of danger: get help now" in page.text


def test_a_mild_side_effect_is_kept_in_own_words(people, alice, read):
    answer = tapped(people["alice"], "side-effect", note="a dry mouth")
    page = read(people["alice"].get(answer["Location"]))
    assert "Logged: Side effect: a dry mouth, 12:30." in page.text
    assert "get help now" not in page.text


# Backdating and correcting.


def test_something_earlier_is_logged_with_its_day_and_time(people, alice):
    tapped(people["alice"], day="2026-11-18", clock="21:15")
    assert Entry.objects.get().happened_at == datetime(2026, 11, 18, 21, 15, tzinfo=UTC)


def test_a_time_that_came_twice_is_asked_for(people, alice, read):
    alice.time_zone = "Europe/London"
    alice.save()
    twice = {"day": "2026-10-25", "clock": "01:30"}
    answer = tapped(people["alice"], **twice)
    assert answer.status_code == 422
    assert "Which do you mean?" in read(answer).text
    tapped(people["alice"], **twice, which="second")
    assert Entry.objects.get().happened_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_time_that_never_came_is_refused(people, alice, read):
    alice.time_zone = "Europe/London"
    alice.save()
    answer = tapped(people["alice"], day="2026-03-29", clock="01:30")
    assert "there was no 01:30: the clocks went forward over it" in read(answer).text


def test_a_correction_keeps_what_was_said_before(people, alice, read):
    entry = logged(alice, value=1)
    address = f"/diary/entry/{entry.public_id}/"
    page = read(people["alice"].get(address))
    assert page.values("clock") == ["12:30"]
    said = {"key": str(uuid.uuid4()), "kind": "spasm", "value": "3", "note": "after the stairs"}
    said |= {"day": "2026-11-20", "clock": "11:00"}
    assert people["alice"].post(address, said).status_code == 303
    stands = Entry.objects.standing().get()
    assert (stands.value, stands.note) == (3, "after the stairs")
    assert stands.happened_at == NOW - timedelta(minutes=90)
    page = read(people["alice"].get(address))
    assert "Spasm: strong" in page.text
    assert "Spasm: light" in page.text


def test_a_time_that_is_not_touched_stays_to_the_second(people, alice):
    entry = logged(alice, ago=timedelta(seconds=17))
    said = {"key": str(uuid.uuid4()), "kind": "spasm", "value": "2"}
    said |= {"day": f"{entry.local:%Y-%m-%d}", "clock": f"{entry.local:%H:%M}"}
    people["alice"].post(f"/diary/entry/{entry.public_id}/", said)
    assert Entry.objects.standing().get().happened_at == entry.happened_at


# The pages.


def test_an_empty_diary_teaches(people, read):
    page = read(people["alice"].get("/diary/"))
    assert "Say once what you take" in page.text
    assert "A tap logs it with the time of now." in page.text
    assert "Nothing is logged in this time" in read(people["alice"].get("/diary/week/")).text
    assert "Too early to tell" in read(people["alice"].get("/diary/answer/")).text


@pytest.mark.parametrize("place", ["", "week/", "months/"])
def test_the_diary_lies_over_the_modelled_curve(people, alice, tablets, read, place):
    for day in range(9):
        logged(alice, ago=timedelta(days=day, hours=1))
    answer = people["alice"].get(f"/diary/{place}")
    page = read(answer)
    many = {"": "1 spasm", "week/": "7 spasms", "months/": "9 spasms"}[place]
    assert f"You logged {many}; the model expected about" in page.text
    assert "you logged" in page.text
    assert page.all("table")
    assert "The same in numbers" in page.text


def test_the_list_goes_on_behind_more(people, alice, read):
    for minute in range(60):
        logged(alice, ago=timedelta(minutes=minute))
    first = people["alice"].get("/diary/entries/")
    shown = first.content.count(b'class="entry"')
    more = next(
        a.attributes["href"] for a in read(first).all("a") if "before=" in a.attributes["href"]
    )
    second = people["alice"].get(more)
    assert (shown, second.content.count(b'class="entry"')) == (50, 10)
    assert "before=" not in second.content.decode()


@pytest.mark.parametrize("place", ["", "week/", "entries/"])
def test_a_page_costs_the_same_however_long_the_diary(
    people, alice, tablets, place, django_assert_max_num_queries
):
    def cost() -> int:
        with django_assert_max_num_queries(14) as counted:
            people["alice"].get(f"/diary/{place}")
        return len(counted)

    logged(alice)
    few = cost()
    for number in range(40):
        logged(alice, ago=timedelta(hours=number))
    assert cost() == few


def test_a_page_is_never_kept_by_a_browser(people):
    assert "no-store" in people["alice"].get("/diary/")["Cache-Control"]


def test_the_log_says_ids_only(people, alice, caplog):
    caplog.set_level("INFO")
    tapped(people["alice"], "side-effect", note="planted-marker")
    tapped(people["alice"], "dose-taken", amount_mg="12.5")
    facts = [getattr(line, "facts", {}) for line in caplog.records]
    assert {"entry": str(Entry.objects.first().public_id)} in facts
    assert "planted-marker" not in caplog.text + str(facts)
    assert "12.5" not in caplog.text + str(facts)


def test_a_made_up_person_is_marked_on_every_page(people, alice, read):
    alice.name = "demonstration"
    alice.save()
    for place in OWN:
        assert "Made up." in read(people["alice"].get(f"/diary/{place}")).text


# The app.


def test_the_service_worker_is_served_for_the_whole_site(people):
    answer = people["charlie"].get("/service-worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Service-Worker-Allowed"] == "/"
    assert "no-cache" in answer["Cache-Control"]
    assert b"/diary/offline/" in answer.content


def test_the_offline_page_knows_nobody(people, alice):
    logged(alice)
    page = people["charlie"].get("/diary/offline/")
    assert page.status_code == 200
    assert b"No connection" in page.content
    assert b"csrfmiddlewaretoken" not in page.content.split(b"<main")[1].split(b"</main")[0]


def test_the_manifest_can_be_installed(people):
    about = people["charlie"].get("/manifest.webmanifest").json()
    assert (about["start_url"], about["scope"], about["display"]) == ("/diary/", "/", "standalone")


def test_the_token_says_who_is_signed_in(people, alice):
    assert people["alice"].get("/diary/token/").json()["owner"] == str(alice.public_id)
