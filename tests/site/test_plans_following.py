"""Following a plan: today's step, what comes next, a problem that holds, and never by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.site.plan_people import PUMP, SCREENING, TAPER, TITRATION, do, sign, takes
from unclench_site.accounts.models import AuditEntry, Grant, Scope
from unclench_site.plans.following import State, progress
from unclench_site.plans.intake import due_doses, treatment_at
from unclench_site.plans.models import PlanMark, PlanVersion, Treatment

AT = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(time_machine, request):
    """Nine on a Monday morning; `clock(days)` moves it on, and Alice signs in again."""

    def move(days: float) -> datetime:
        time_machine.move_to(AT + timedelta(days=days), tick=False)
        people, alice = (request.getfixturevalue(name) for name in ("people", "alice"))
        people["alice"].cookies.clear()  # two weeks later the session is over
        people["alice"].force_login(alice)
        return AT + timedelta(days=days)

    time_machine.move_to(AT, tick=False)
    return move


@pytest.fixture
def taking(clock, alice) -> Treatment:
    """Alice takes 30 mg a day, and ibuprofen."""
    return takes(
        alice,
        "10 mg at 08:00, 14:00, 20:00",
        since=AT - timedelta(days=60),
        medicines=["ibuprofen"],
    )


@pytest.fixture
def version(people, alice, dana, taking) -> PlanVersion:
    """A taper that Dana signed for Alice."""
    assert sign(people["dana"], alice, "taper", TAPER).status_code == 302
    return PlanVersion.objects.select_related("plan").get()


@pytest.fixture
def text(people, version, read):
    """What Alice's page of the plan says."""
    return lambda: read(people["alice"].get(reverse("plan", args=[version.plan.public_id]))).text


def stand(version):
    marks = list(PlanMark.objects.filter(version=version).order_by("id"))
    return progress(version, marks, owner=version.plan.owner)


def test_an_offered_plan_changes_nothing(people, alice, version, text):
    assert "I want to follow this plan" in text()
    do(people["alice"], version, "follow")
    assert stand(version).state is State.FOLLOWED
    assert treatment_at(alice, at=AT).regimen == "10 mg at 08:00, 14:00, 20:00"


def test_a_step_that_is_begun_is_what_is_taken_from_then_on(people, alice, version, text):
    do(people["alice"], version, "follow")
    do(people["alice"], version, "start", step=1)
    held = treatment_at(alice, at=AT)
    first = version.content["steps"][0]
    assert held.regimen == first["regimen"]
    assert held.medicines == ["ibuprofen"]
    assert held.from_at == AT
    tomorrow = AT + timedelta(hours=15)
    due = due_doses(alice, start=tomorrow, end=tomorrow + timedelta(days=1))
    assert first["daily"] == "25 mg"
    assert sum(dose.amount_mcg for dose in due) == 25_000
    assert "Today: step 1" in text()


def test_nothing_goes_on_by_itself(people, alice, version, clock):
    do(people["alice"], version, "follow")
    do(people["alice"], version, "start", step=1)
    first = treatment_at(alice, at=AT).regimen
    later = clock(200)
    assert treatment_at(alice, at=later).regimen == first
    assert stand(version).current == 1


def test_the_next_step_is_not_begun_before_its_day(people, alice, version, clock, text, read):
    do(people["alice"], version, "follow")
    do(people["alice"], version, "start", step=1)
    wait = version.content["steps"][1]["first_day"] - 1
    clock(wait - 1)
    assert "I start this step today" not in text()
    response = do(people["alice"], version, "start", step=2)
    assert response.status_code == 409
    assert "is not due yet" in read(response).text
    clock(wait)
    assert "I start this step today" in text()
    assert do(people["alice"], version, "start", step=2).status_code == 302
    assert stand(version).current == 2


@pytest.mark.parametrize("step", [0, 2, 5, 999])
def test_no_step_is_skipped(step, people, version):
    do(people["alice"], version, "follow")
    assert do(people["alice"], version, "start", step=step).status_code == 409
    assert stand(version).current == 0


def test_a_taper_goes_down_to_nothing_and_ends(people, alice, version, clock):
    do(people["alice"], version, "follow")
    days = 0
    for step in version.content["steps"]:
        now = clock(days + step["first_day"] - 1)
        assert do(people["alice"], version, "start", step=step["number"]).status_code == 302
        do(people["alice"], version, "done", step=step["number"])
    assert stand(version).state is State.FINISHED
    assert due_doses(alice, start=now, end=now + timedelta(days=3)) == ()


def test_a_problem_holds_the_plan_and_says_whom_to_call(people, alice, version, clock, text):
    do(people["alice"], version, "follow")
    do(people["alice"], version, "start", step=1)
    clock(60)
    response = do(people["alice"], version, "problem", felt=["more_spasms"], words="at night")
    assert response.status_code == 302
    page = text()
    assert "On hold" in page
    assert "Hold the step, and get help" in page
    assert "Call: Dr Dana, 0123 456" in page
    assert "early signs of withdrawal" in page
    assert "I start this step today" not in page
    assert do(people["alice"], version, "start", step=2).status_code == 409
    assert (
        treatment_at(alice, at=AT + timedelta(days=60)).regimen
        == (version.content["steps"][0]["regimen"])
    )


def test_a_grave_problem_puts_the_emergency_first(people, alice, version, text, read):
    do(people["alice"], version, "follow")
    do(people["alice"], version, "start", step=1)
    do(people["alice"], version, "problem", felt=["seizure", "fever"])
    page = text()
    assert page.index("get help now") < page.index("On hold")


def test_only_the_clinician_ends_a_hold_and_says_why(people, alice, bob, dana, version, read):
    do(people["alice"], version, "follow")
    do(people["alice"], version, "problem", words="dizzy")
    page = reverse("plan-resume", args=[alice.public_id, version.plan.public_id])
    sent = {"version": str(version.public_id), "key": str(uuid4()), "words": "We spoke."}
    Grant.objects.create(owner=alice, to=bob, scope=Scope.CARE_PLAN, from_at=AT)
    for who in ("alice", "bob", "charlie"):
        assert people[who].post(page, sent).status_code == 404
    assert stand(version).state is State.HOLD
    assert people["dana"].post(page, sent | {"words": " "}).status_code == 409
    assert people["dana"].post(page, sent).status_code == 302
    assert stand(version).state is State.FOLLOWED
    assert people["dana"].post(page, sent).status_code == 302  # the same tap twice
    assert PlanMark.objects.filter(kind="resume").count() == 1


def test_nobody_marks_the_plan_of_somebody_else(people, alice, dana, version):
    for who in ("dana", "bob"):
        assert do(people[who], version, "follow").status_code == 404
    assert do(people["charlie"], version, "follow").status_code in (302, 404)
    assert not PlanMark.objects.exists()


def test_the_same_tap_twice_is_one_mark(people, alice, version):
    do(people["alice"], version, "follow")
    key = str(uuid4())
    for _ in range(2):
        assert do(people["alice"], version, "start", step=1, key=key).status_code == 302
    assert PlanMark.objects.filter(kind="start").count() == 1
    assert Treatment.objects.filter(mark__isnull=False).count() == 1


def test_a_mark_on_a_plan_that_changed_meanwhile_is_refused_and_shows_the_new_one(
    people, alice, dana, version, read
):
    do(people["alice"], version, "follow")
    page = reverse("plan-revise", args=[alice.public_id, version.plan.public_id])
    changed = TAPER | {"pace": "usual", "why": "Slower is not needed."}
    sign(people["dana"], alice, "taper", changed, page=page, on=str(version.public_id))
    response = do(people["alice"], version, "start", step=1)
    assert response.status_code == 409
    said = read(response).text
    assert "A newer version was signed" in said
    assert "Slower is not needed." in said
    assert treatment_at(alice, at=AT).mark_id is None
    newest = PlanVersion.objects.select_related("plan").get(number=2)
    assert stand(newest).state is State.OFFERED
    assert do(people["alice"], newest, "follow").status_code == 302


def test_leaving_a_plan_changes_nothing_in_what_is_taken(people, alice, version):
    do(people["alice"], version, "follow")
    do(people["alice"], version, "start", step=1)
    held = treatment_at(alice, at=AT)
    assert do(people["alice"], version, "leave").status_code == 302
    assert stand(version).state is State.LEFT
    assert treatment_at(alice, at=AT) == held
    assert do(people["alice"], version, "start", step=2).status_code == 409


def test_two_plans_for_the_same_way_in_are_not_followed_at_once(people, alice, dana, version, read):
    do(people["alice"], version, "follow")
    sign(people["dana"], alice, "titration", TITRATION | {"taken": "30", "target": "45"})
    other = PlanVersion.objects.select_related("plan").get(plan__kind="titration")
    response = do(people["alice"], other, "follow")
    assert response.status_code == 409
    assert "You follow another plan" in read(response).text
    do(people["alice"], version, "leave")
    assert do(people["alice"], other, "follow").status_code == 302


def test_a_plan_for_the_pump_leaves_the_tablets_as_they_are(people, alice, dana, version):
    do(people["alice"], version, "follow")
    sign(people["dana"], alice, "pump", PUMP)
    pump = PlanVersion.objects.select_related("plan").get(plan__kind="pump")
    assert do(people["alice"], pump, "follow").status_code == 302
    assert do(people["alice"], pump, "start", step=1).status_code == 302
    held = treatment_at(alice, at=AT)
    assert held.regimen == "10 mg at 08:00, 14:00, 20:00 + pump 100 micrograms/day"


def test_a_test_dose_is_nobodys_daily_treatment(people, alice, dana, taking):
    sign(people["dana"], alice, "screening", SCREENING)
    version = PlanVersion.objects.select_related("plan").get()
    do(people["alice"], version, "follow")
    assert do(people["alice"], version, "start", step=1).status_code == 302
    assert treatment_at(alice, at=AT) == taking


def test_the_last_step_of_a_signed_taper_is_no_sudden_stop(people, alice, version, clock, read):
    do(people["alice"], version, "follow")
    for step in version.content["steps"]:
        clock(step["first_day"] - 1)
        do(people["alice"], version, "start", step=step["number"])
    assert "Stopped suddenly" not in read(people["alice"].get(reverse("treatment"))).text


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "sign"},
        {"do": "resume"},
        {"key": "1"},
        {"step": "two"},
        {"step": "-1"},
        {"step": "٣"},
        {"step": "9" * 30},
    ],
    ids=str,
)
def test_a_form_that_is_not_ours_marks_nothing(sent, people, alice, version):
    whole = {"do": "start", "step": "1", "key": str(uuid4()), "version": str(version.public_id)}
    page = reverse("plan-mark", args=[version.plan.public_id])
    assert people["alice"].post(page, whole | sent).status_code == 409
    assert not PlanMark.objects.exists()


def test_a_member_who_says_that_they_take_something_else_is_reminded_to_call(
    people, alice, version, clock, text
):
    do(people["alice"], version, "follow")
    do(people["alice"], version, "start", step=1)
    assert "take something else" not in text()
    takes(alice, "10 mg at 08:00, 14:00, 20:00", since=clock(1))
    assert "You have said since then that you take something else." in text()


def test_words_that_no_keyboard_types_are_left_out(people, alice, version):
    do(people["alice"], version, "follow")
    do(people["alice"], version, "problem", words="dizzy\x00\r\n  at night" + "x" * 900)
    said = PlanMark.objects.get(kind="problem").note
    assert said.startswith("dizzy at nightx")
    assert len(said) == 500


def test_the_database_refuses_to_change_a_mark(people, alice, version):
    do(people["alice"], version, "follow")
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanMark.objects.update(kind="leave")


def test_marks_are_in_the_trail(people, alice, version):
    do(people["alice"], version, "follow")
    entry = AuditEntry.objects.filter(owner=alice).last()
    assert (entry.by, entry.action, entry.what) == (alice, "write", "care plan")


def test_the_page_says_when_what_is_stored_is_not_what_was_signed(
    people, alice, version, text, monkeypatch
):
    assert "Checked when this page was made" in text()
    monkeypatch.setattr("unclench_site.plans.plan_views.verified", lambda *_, **__: False)
    assert "Do not follow this plan." in text()


def test_the_page_costs_the_same_queries_however_many_marks(
    people, alice, version, django_assert_max_num_queries
):
    do(people["alice"], version, "follow")
    do(people["alice"], version, "start", step=1)
    page = reverse("plan", args=[version.plan.public_id])
    with django_assert_max_num_queries(8):
        people["alice"].get(page)


def test_a_day_of_the_plan_is_a_day_on_the_members_wall(people, alice, dana, taking, clock):
    alice.time_zone = "Pacific/Auckland"  # nine in the morning in London is late evening there
    alice.save()
    sign(people["dana"], alice, "taper", TAPER)
    version = PlanVersion.objects.select_related("plan").get()
    clock(0.2)  # two in the night of the fifth, there
    do(people["alice"], version, "follow")
    do(people["alice"], version, "start", step=1)
    assert stand(version).begun_on == date(2027, 1, 5)
    assert treatment_at(alice, at=AT + timedelta(days=1)).day_one == date(2027, 1, 5)
