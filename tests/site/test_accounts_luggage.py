"""Taking everything along, bringing it back, and erasing it so that nothing is left."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import CASCADE, SET_NULL
from django.test import Client

from unclench.errors import InputError
from unclench_site.accounts import portable
from unclench_site.accounts.models import Action, AuditEntry, Grant, Person, Scope
from unclench_site.mail import remove_mail_with

HERE = Path(__file__).parent
AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def shelf(monkeypatch):
    """A made-up room that keeps rows of each person in memory."""
    monkeypatch.setitem(portable.PARTS, "shelf", None)  # taken away again after the test
    kept: dict[str, portable.Rows] = {}
    portable.register(
        "shelf",
        export=lambda person: kept.get(person.name, []),
        load=lambda person, rows: kept.__setitem__(person.name, rows),
    )
    return kept


def taken(client: Client, kind: str):
    return client.post("/account/everything/take/", {"kind": kind})


# --- take


def test_everything_can_be_read(people, alice, bob, shelf, read):
    shelf["alice"] = [{"word": "heron <b>", "amount_mg": Decimal("7.5")}]
    text = read(people["alice"].get("/account/everything/")).text
    assert "heron <b>" in text
    assert "7.5" in text
    assert "heron" not in read(people["bob"].get("/account/everything/")).text


def test_a_table_a_part_in_one_zip(people, shelf):
    shelf["alice"] = [{"a": 1, "b": "x, y"}, {"a": None, "c": "=1+1"}]
    answer = taken(people["alice"], "csv")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == [f"{name}.csv" for name in portable.PARTS]
        rows = list(csv.reader(io.StringIO(archive.read("shelf.csv").decode())))
    assert rows == [["a", "b", "c"], ["1", "x, y", ""], ["", "", "'=1+1"]]


def test_taking_it_along_stands_in_the_trail(people, alice):
    taken(people["alice"], "json")
    assert AuditEntry.objects.get(owner=alice).action == Action.EXPORT


def test_a_kind_that_is_none_is_not_there(people):
    assert taken(people["alice"], "exe").status_code == 404


def test_the_trail_names_who_looked(people, alice, dana):
    AuditEntry.objects.create(owner=alice, by=dana, action=Action.READ, what="diary", at=AT)
    whole = json.loads(taken(people["alice"], "json").content)
    assert whole["parts"]["trail"][0] == {
        "at": "2026-03-03T09:00:00Z", "by": "dana", "action": "read", "what": "diary",
    }  # fmt: skip


# --- bring


def brought(client: Client, text: str | bytes):
    file = io.BytesIO(text.encode() if isinstance(text, str) else text)
    file.name = "account.json"
    return client.post("/account/bring/", {"file": file})


def test_what_was_taken_along_is_the_same_after_it_was_brought(people, alice, bob, shelf):
    alice.time_zone = "Asia/Tokyo"
    alice.save()
    shelf["alice"] = [{"word": "heron", "n": 1}, {"word": "grüße 🌊", "n": None}]
    file = taken(people["alice"], "json").content
    assert brought(people["bob"], file).status_code == 302
    one, two = (portable.export_all(person, at=AT)["parts"] for person in (alice, refreshed(bob)))
    assert two["shelf"] == one["shelf"]
    assert two["account"][0]["time_zone"] == "Asia/Tokyo"
    assert two["account"][0]["name"] == "bob"


UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def told(rows: portable.Rows) -> str:
    """Rows as text, with each id named by where it first appears: ids are new in a new account."""
    order: dict[str, str] = {}
    text = json.dumps(rows, sort_keys=True)
    return UUID.sub(lambda found: order.setdefault(found[0], f"id {len(order)}"), text)


def test_three_months_of_a_life_are_the_same_in_another_account(people, bob):
    call_command("demonstrate", stdout=io.StringIO())
    member = Person.objects.get(name="demonstration")
    one = portable.export_all(member, at=AT)
    assert len(one["parts"]["diary"]) > 1000
    assert brought(people["bob"], json.dumps(one)).status_code == 302
    two = portable.export_all(refreshed(bob), at=AT)
    for part in portable.PARTS.values():
        if part.load and part.name != "account":
            assert told(two["parts"][part.name]) == told(one["parts"][part.name]), part.name


def refreshed(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def test_nothing_is_ever_mixed(people, shelf, read):
    shelf["alice"], shelf["bob"] = [{"n": 1}], [{"n": 2}]
    answer = brought(people["bob"], taken(people["alice"], "json").content)
    assert "This account holds data already" in read(answer).text
    assert shelf["bob"] == [{"n": 2}]


def damaged(parts: object, **changes: object) -> str:
    whole = {"format": "unclench-account", "version": 1, "parts": parts}
    return json.dumps({**whole, **changes})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "\x00\xff",
        damaged({}, format="other"),
        damaged({}, version=99),
        damaged([]),
        damaged({"shelf": {}}),
        damaged({"shelf": [1]}),
        damaged({"no-such-room": []}),
        damaged({"account": [{"time_zone": "Mars/Olympus"}]}),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused(people, shelf, text):
    assert brought(people["bob"], text).status_code == 422
    assert shelf == {}


def test_a_refusal_says_what_was_expected():
    with pytest.raises(InputError, match=r"Expected: the file account\.json"):
        portable.read_export("nonsense")


# --- erase


def test_it_asks_for_the_name(people, read):
    answer = people["alice"].post("/account/erase/", {"name": "Alice"})
    assert "That is not the name of this account" in read(answer).text
    assert Person.objects.filter(name="alice").exists()


def test_whoever_has_a_password_is_asked_for_it_first(people, alice):
    alice.set_password("heron lantern quiet gravel")
    alice.save()
    people["alice"].force_login(alice)
    answer = people["alice"].post("/account/erase/", {"name": "alice"})
    assert answer["Location"].startswith("/account/reauthenticate/")
    assert Person.objects.filter(name="alice").exists()


@pytest.mark.parametrize("name", ["alice", "dana", "bob"])
def test_one_erases_oneself_and_nobody_else(people, alice, dana, bob, name):
    person = Person.objects.get(name=name)
    person.set_unusable_password()
    person.save()
    people[name].force_login(person)
    assert people[name].post("/account/erase/", {"name": name})["Location"] == "/account/erased/"
    left = set(Person.objects.values_list("name", flat=True))
    assert left == {"alice", "dana", "bob"} - {name}
    assert people[name].get("/account/").status_code == 302


def test_charlie_erases_nobody(people, alice):
    people["charlie"].post("/account/erase/", {"name": "alice"})
    assert Person.objects.filter(name="alice").exists()


def test_who_looked_stays_without_the_name_of_whoever_is_gone(people, alice, dana):
    AuditEntry.objects.create(owner=alice, by=dana, action=Action.READ, what="diary", at=AT)
    dana.delete()
    assert AuditEntry.objects.get(owner=alice).by is None
    assert not Grant.objects.filter(scope=Scope.DIARY).exists()


def test_every_key_to_a_person_lets_them_go():
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.related_model is Person:
                assert field.remote_field.on_delete in {CASCADE, SET_NULL}, f"{model} {field.name}"


def test_mail_of_others_is_left_alone(tmp_path):
    for name, text in {"a": "To: heron@example.org", "b": "To: gravel@example.org"}.items():
        (tmp_path / f"{name}.log").write_text(text)
    assert remove_mail_with("HERON@example.org", folder=tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["b.log"]


@pytest.fixture(scope="module")
def walked(tmp_path_factory) -> dict:
    """The walk of planted_marker.py: sign up, write a marker everywhere, erase."""
    env = {
        **os.environ,
        "UNCLENCH_DATA": str(tmp_path_factory.mktemp("data")),
        "UNCLENCH_DEBUG": "yes",  # static files by their own names
        "DJANGO_SETTINGS_MODULE": "unclench_site.settings",
    }
    env.pop("UNCLENCH_DATABASE_URL", None)
    steps = "import django; django.setup(); import planted_marker; planted_marker.main()"
    walk = [sys.executable, "-c", steps]
    done = subprocess.run(walk, env=env, cwd=HERE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_a_marker_was_planted_in_every_room(walked):
    assert walked["bare"] == []
    assert walked["before"]
    assert any(path.startswith("mail") for path in walked["before"])
    assert any(path.startswith("people") for path in walked["before"])
    assert "unclench.sqlite3" in walked["before"]


def test_after_erasing_no_byte_of_the_marker_is_left(walked):
    assert walked["journal"] == "wal"
    assert walked["asked_again"].startswith("/account/reauthenticate/")
    assert walked["status"] == 302
    assert walked["left"] == []
    assert walked["after"] == []


def test_others_are_still_there(walked):
    assert walked["bob"]
