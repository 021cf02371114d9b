"""The pages of the experience room: what each of the four may see and do, and what is kept."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from unclench.errors import InputError
from unclench_site.accounts import portable
from unclench_site.accounts.erasing import erase
from unclench_site.accounts.models import AuditEntry, Consent, Person
from unclench_site.diary.kinds import Kind
from unclench_site.diary.models import record
from unclench_site.experience.demonstration import demonstrate, forget
from unclench_site.experience.freezing import freeze, take_snapshot, week_of
from unclench_site.experience.models import Place, Reading, Report, Snapshot
from unclench_site.experience.reporting import agree, mine, report, withdraw
from unclench_site.plans.models import HealthDetails, Treatment

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PUBLIC = ["/experience/", "/experience/weeks/2026-11-16/", "/experience/weeks/2026-11-16.json"]
OWN = ["/experience/yours/", "/experience/yours/oral/", "/experience/yours/pump/"]
SAID = {
    "started_on": "2025-03-01",
    "regimen": "10 mg x3",
    "goal-spasms": "much",
    "side_effects": ["drowsiness"],
    "again": "yes",
    "wish": "To ask about the night.",
}
TREATMENT = {
    "started_on": date(2025, 3, 1),
    "effects": {"spasms": "little"},
    "side_effects": ["drowsiness"],
    "again": "yes",
}


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def community(db):
    return demonstrate(7, at=NOW)


# Who may see what.


@pytest.mark.parametrize("address", PUBLIC)
def test_the_figures_are_for_everybody(person, community, address):
    assert person.get(address).status_code == 200


@pytest.mark.parametrize("address", OWN)
def test_reports_are_for_members(people, address):
    for name in ("alice", "dana", "bob"):
        assert people[name].get(address).status_code == 200
    assert people["charlie"].get(address).headers["Location"].startswith("/account/login/")


def test_nobody_sees_anybody_elses_report(people, alice, dana, read):
    people["alice"].post("/experience/yours/oral/", SAID)
    for name in ("dana", "bob"):
        for address in OWN:
            page = read(people[name].get(address))
            assert "To ask about the night" not in page.text
            assert "2025" not in page.text
            assert not page.all("option", value="much", selected="")


def test_nobody_writes_anybody_elses_report(alice, bob, dana):
    for other in (bob, dana):
        with pytest.raises(PermissionDenied):
            report(owner=alice, by=other, at=NOW, way="oral", **TREATMENT)
    report(owner=alice, by=alice, at=NOW, way="oral", **TREATMENT)
    with pytest.raises(PermissionDenied):
        withdraw(alice, "oral", by=bob, at=NOW)


@pytest.mark.parametrize("name", ["alice", "dana", "bob", "charlie"])
def test_wishes_are_read_by_those_who_run_the_site_alone(people, alice, name):
    people["alice"].post("/experience/yours/oral/", SAID)
    agree(alice, given=True, at=NOW)
    wish = Report.objects.get()
    answers = [
        people[name].get("/experience/readings/"),
        people[name].post(f"/experience/readings/{wish.public_id}/", {"shown": "yes"}),
    ]
    assert {answer.status_code for answer in answers} == {302 if name == "charlie" else 404}
    assert not Reading.objects.exists()


def test_there_is_no_other_way_and_no_other_week(people, community):
    for address in ("/experience/yours/nose/", "/experience/weeks/2020-01-06/"):
        assert people["alice"].get(address).status_code == 404
    assert people["alice"].get("/experience/weeks/2026-13-45/").status_code == 404


@pytest.mark.parametrize("address", ["count/", "oral/withdraw/"])
def test_changes_are_made_by_post_alone(people, address):
    assert people["alice"].get(f"/experience/yours/{address}").status_code == 405


# Reporting.


def test_a_report_is_kept_as_it_was_said(people, alice):
    answer = people["alice"].post("/experience/yours/oral/", SAID)
    assert answer.headers["Location"] == "/experience/yours/"
    kept = Report.objects.get()
    assert kept.regimen == "10 mg at 08:00, 14:00, 20:00"
    assert (kept.effects, kept.side_effects) == ({"spasms": "much"}, ["drowsiness"])
    assert (kept.started_on, kept.stopped_on, kept.again) == (date(2025, 3, 1), None, "yes")
    assert AuditEntry.objects.get(owner=alice).what == "treatment report"


def test_a_change_is_a_new_version_and_the_old_one_stays(people, alice):
    people["alice"].post("/experience/yours/oral/", SAID)
    stopped = {**SAID, "stopped_on": "2026-01-05", "reason": "unwanted"}
    people["alice"].post("/experience/yours/oral/", stopped)
    first, second = Report.objects.order_by("pk")
    assert (second.replaces, first.stopped_on) == (first, None)
    assert mine(alice, "oral") == second
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Report.objects.filter(pk=first.pk).update(again="no")


def test_a_report_is_taken_back_and_can_be_made_again(people, alice, read):
    people["alice"].post("/experience/yours/oral/", SAID)
    people["alice"].post("/experience/yours/oral/withdraw/")
    assert mine(alice, "oral") is None
    assert "No report yet" in read(people["alice"].get("/experience/yours/")).text
    assert not withdraw(alice, "oral", by=alice, at=NOW)
    people["alice"].post("/experience/yours/oral/", SAID)
    assert mine(alice, "oral") == Report.objects.order_by("pk").last()
    assert Report.objects.count() == 3


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"started_on": ""}, "This field is required"),
        ({"started_on": "2027-01-01"}, "That start cannot be"),
        ({"started_on": "1969-12-31"}, "That start cannot be"),
        ({"stopped_on": "2025-02-28"}, "That stop cannot be"),
        ({"stopped_on": "2026-11-21"}, "That stop cannot be"),
        ({"reason": "unwanted"}, "There is a reason, but no stop"),
        ({"regimen": "10"}, "Expected"),
        ({"regimen": "pump 200 micrograms/day"}, "not of this way"),
        ({"side_effects": ["no-side-effect", "nausea"]}, "the one or the other"),
        ({"side_effects": ["wings"]}, "not one of the available choices"),
        ({"goal-spasms": "cured"}, "not one of the available choices"),
        ({"wish": "x" * 501}, "at most 500"),
    ],
)
def test_a_wrong_answer_is_told_and_nothing_is_kept(people, read, wrong, says):
    answer = people["alice"].post("/experience/yours/oral/", SAID | wrong)
    assert answer.status_code == 422
    assert says in read(answer).text
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "good", [{"started_on": "1970-01-01"}, {"stopped_on": "2026-11-20"}, {"wish": "x" * 500}]
)
def test_the_edges_of_what_can_be_are_kept(people, good):
    assert people["alice"].post("/experience/yours/oral/", SAID | good).status_code == 302


def test_only_what_was_told_before_is_filled_in(people, alice, read):
    Treatment.objects.create(
        owner=alice,
        regimen="10 mg at 08:00, 14:00, 20:00 + pump 100 micrograms/day",
        day_one=date(2026, 2, 1),
        from_at=NOW - timedelta(days=200),
        zone="UTC",
        recorded_at=NOW - timedelta(days=200),
    )
    HealthDetails.objects.create(owner=alice, recorded_at=NOW, goals=["sleep"])
    record(owner=alice, by=alice, at=NOW, key="first-tap", kind=Kind.SIDE_EFFECT, what="drowsy")
    oral = read(people["alice"].get("/experience/yours/oral/?diary"))
    assert oral.values("regimen") == ["10 mg at 08:00, 14:00, 20:00"]
    assert oral.values("started_on") == ["2026-02-01"]
    ticked = [e for e in oral.all("input", name="side_effects") if "checked" in e.attributes]
    assert [one.attributes["value"] for one in ticked] == ["drowsiness"]
    pump = read(people["alice"].get("/experience/yours/pump/?diary"))
    assert pump.values("regimen") == ["pump 100 micrograms/day"]
    empty = read(people["bob"].get("/experience/yours/oral/?diary"))
    assert empty.values("started_on") == [None]


# Consent, wishes.


def test_agreeing_is_a_switch_of_its_own(people, alice, read):
    assert "You are not counted" in read(people["alice"].get("/experience/yours/")).text
    people["alice"].post("/experience/yours/count/", {"count": "yes"})
    assert Consent.objects.standing(alice)["count"]
    people["alice"].post("/experience/yours/count/", {"count": "no"})
    assert not Consent.objects.standing(alice)["count"]
    assert Consent.objects.filter(person=alice).count() == 2


def test_a_wish_is_shown_only_among_ten_and_after_reading(client, community, people, alice, read):
    people["alice"].post("/experience/yours/oral/", SAID)
    Person.objects.filter(name="bob").update(is_staff=True)
    assert people["bob"].get("/experience/readings/").context["wishes"] == []  # not agreed
    agree(alice, given=True, at=NOW)
    waiting = people["bob"].get("/experience/readings/")
    assert "To ask about the night." in read(waiting).text
    assert "alice" not in read(waiting).text
    assert "To ask about the night." not in read(client.get("/experience/")).text
    people["alice"].post(f"/experience/readings/{mine(alice, 'oral').public_id}/", {"shown": "yes"})
    later = NOW + timedelta(days=7)
    with time_machine.travel(later, tick=False):
        freeze(at=later)
        shown = client.get("/experience/").context["wishes"]
        assert len(shown) >= 10
        Reading.objects.exclude(report__owner=alice).update(shown=False)
        assert client.get("/experience/").context["wishes"] == []


def test_a_wish_that_is_taken_back_is_gone_at_once(client, community):
    shown = client.get("/experience/").context["wishes"]
    whose = Report.objects.standing().filter(wish=shown[0])
    for one in list(whose.select_related("owner")):
        agree(one.owner, given=False, at=NOW)
    assert shown[0] not in client.get("/experience/").context["wishes"]


def test_the_same_words_need_not_be_read_twice(alice):
    first = report(owner=alice, by=alice, at=NOW, way="oral", wish="Rest.", **TREATMENT)
    Reading.objects.create(report=first, shown=False, by=None, at=NOW)
    same = report(owner=alice, by=alice, at=NOW, way="oral", wish="Rest.", **TREATMENT)
    other = report(owner=alice, by=alice, at=NOW, way="oral", wish="Walk.", **TREATMENT)
    assert not same.reading.shown
    assert not Reading.objects.filter(report=other).exists()


# Snapshots.


def test_a_week_has_one_snapshot_that_never_changes(community):
    again, is_new = freeze(at=NOW + timedelta(days=2))
    assert (again, is_new) == (community, False)
    Report.objects.all().delete()
    assert Snapshot.objects.get().content == community.content
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Snapshot.objects.update(content={})
    assert freeze(at=NOW + timedelta(days=3))[1]


def test_four_processes_at_once_take_one_snapshot(tmp_path):
    env = {**os.environ, "UNCLENCH_DATA": str(tmp_path)}
    env.pop("UNCLENCH_DATABASE_URL", None)
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "--verbosity=0"], env=env, check=True)
    freezers = [
        subprocess.Popen([*manage, "freeze_experience"], env=env, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = [one.communicate(timeout=120)[0] for one in freezers]
    assert [one.returncode for one in freezers] == [0] * 4
    assert sum(words.endswith(": taken\n") for words in said) == 1
    assert sum("was taken already" in words for words in said) == 3


def test_weeks_begin_on_monday():
    monday = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    assert week_of(monday) == date(2026, 11, 23)
    assert week_of(monday - timedelta(seconds=1)) == date(2026, 11, 16)


def test_the_command_and_the_task_take_the_week_once(db, capsys):
    call_command("freeze_experience")
    with override_settings(
        TASKS={"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    ):
        take_snapshot.enqueue()
    call_command("freeze_experience")
    assert Snapshot.objects.count() == 1
    assert "was taken already" in capsys.readouterr().out


def test_the_page_of_an_empty_site_says_so(person, read, db):
    page = read(person.get("/experience/"))
    assert "Nobody has been counted yet" in page.text


def test_the_page_says_that_the_community_is_made_up(client, community, read):
    assert "Made-up people" in read(client.get("/experience/")).text
    assert forget() == 580
    assert "Nobody has been counted yet" in read(client.get("/experience/")).text
    assert not Place.objects.exists()
    assert not Snapshot.objects.exists()


def test_a_made_up_community_takes_the_place_of_empty_weeks(db):
    freeze(at=NOW)
    assert demonstrate(7, at=NOW).content["ways"]["oral"]
    assert Snapshot.objects.count() == 1


def test_the_page_shows_what_was_frozen_beside_what_was_published(client, community, read):
    page = read(client.get("/experience/"))
    oral = community.content["ways"]["oral"]
    yes = next(cell for cell in oral["again"]["cells"] if cell["code"] == "yes")
    assert f"{yes['percent']} of 100" in page.text
    assert "10 to 63 of 100" in page.text  # drowsiness on the label
    assert "43 to 58 of 100" in page.text or "51 of 100" in page.text  # registers at 150 days
    assert "87.2 of 100" in page.text
    assert oral["staying"]["points"]
    data = client.get("/experience/weeks/2026-11-16.json").json()
    assert data["ways"] == community.content["ways"]
    assert "private" not in data


def test_a_page_costs_the_same_queries_whatever_its_size(
    client, community, django_assert_num_queries
):
    client.get("/experience/")
    with CaptureQueriesContext(
        connection,
    ) as small:
        client.get("/experience/")
    for weeks in range(1, 20):
        freeze(at=NOW + timedelta(weeks=weeks))
    with CaptureQueriesContext(connection) as large:
        client.get("/experience/")
    assert len(large) == len(small) <= 6


def test_a_snapshot_costs_the_same_queries_whatever_the_members(community):
    counts = []
    for week in (1, 2):
        with CaptureQueriesContext(connection) as made:
            freeze(at=NOW + timedelta(weeks=week))
        counts.append(len(made))
    assert max(counts) <= 30


# Taking it along, and leaving.


def test_reports_are_taken_along_and_brought_back(people, alice, bob):
    people["alice"].post("/experience/yours/oral/", SAID)
    people["alice"].post("/experience/yours/oral/", SAID | {"again": "no"})
    people["alice"].post("/experience/yours/oral/withdraw/")
    people["alice"].post("/experience/yours/pump/", {"started_on": "2026-01-01"})
    rows = portable.export_all(alice, at=NOW)["parts"]["experience"]
    portable.PARTS["experience"].load(bob, rows)
    again = portable.export_all(bob, at=NOW)["parts"]["experience"]
    assert again == rows
    assert mine(bob, "oral") is None
    with pytest.raises(InputError, match="cannot be read"):
        portable.PARTS["experience"].load(bob, [{"way": "oral"}])


def test_erasing_leaves_nothing_of_a_report(people, alice, community):
    people["alice"].post("/experience/yours/oral/", SAID | {"wish": "planted-marker"})
    agree(alice, given=True, at=NOW)
    Reading.objects.create(report=mine(alice, "oral"), shown=True, by=None, at=NOW)
    freeze(at=NOW + timedelta(days=35))
    erase(alice)
    assert not Report.objects.filter(wish="planted-marker").exists()
    assert not any("planted-marker" in str(one.content) for one in Snapshot.objects.all())
    assert not Place.objects.filter(owner__name="alice").exists()
