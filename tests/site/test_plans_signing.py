"""Care plans: who may write one, what must be answered, and that a signature holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from tests.site.plan_people import (
    PROGRAM,
    PUMP,
    REASON,
    SCREENING,
    TAPER,
    TITRATION,
    look,
    sign,
    takes,
)
from unclench_site.accounts.models import AuditEntry, Grant, Role, Scope
from unclench_site.plans.models import CarePlan, HealthDetails, PlanVersion
from unclench_site.plans.signing import verified

AT = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
KINDS = {
    "titration": TITRATION,
    "taper": TAPER,
    "screening": SCREENING,
    "pump": PUMP,
    "program": PROGRAM,
}


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def taking(alice):
    """Alice takes 30 mg a day."""
    return takes(alice, "10 mg at 08:00, 14:00, 20:00", since=AT - timedelta(days=60))


@pytest.fixture
def version(people, alice, dana, taking) -> PlanVersion:
    """A taper that Dana signed for Alice."""
    assert sign(people["dana"], alice, "taper", TAPER).status_code == 302
    return PlanVersion.objects.get()


@pytest.mark.parametrize("kind", KINDS)
def test_a_granted_clinician_writes_and_signs_every_kind(kind, people, alice, dana, taking):
    page = reverse("plan-write", args=[alice.public_id, kind])
    assert people["dana"].get(page).status_code == 200
    response = sign(people["dana"], alice, kind, KINDS[kind])
    version = PlanVersion.objects.select_related("plan").get()
    assert response.url == reverse("with-plan", args=[alice.public_id, version.plan.public_id])
    assert (version.plan.owner, version.signed_by, version.number) == (alice, dana, 1)
    assert version.content["why"] == KINDS[kind]["why"]
    assert AuditEntry.objects.filter(owner=alice, by=dana, action="write").count() == 1


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_else_can_open_or_send_the_form(kind, people, alice, dana, taking):
    page = reverse("plan-write", args=[alice.public_id, kind])
    for who in ("alice", "bob", "charlie"):
        assert people[who].get(page).status_code == 404
        assert people[who].post(page, KINDS[kind] | {"do": "sign"}).status_code == 404
    assert not CarePlan.objects.exists()


def test_a_loved_one_with_the_grant_reads_plans_and_cannot_write_one(people, alice, bob, version):
    bob.role = Role.LOVED_ONE
    bob.save()
    Grant.objects.create(owner=alice, to=bob, scope=Scope.CARE_PLAN, from_at=AT)
    assert people["bob"].get(reverse("with-plans", args=[alice.public_id])).status_code == 200
    page = people["bob"].get(reverse("with-plan", args=[alice.public_id, version.plan.public_id]))
    assert page.status_code == 200
    assert "Write a new version" not in page.content.decode()
    assert sign(people["bob"], alice, "taper", TAPER).status_code == 404
    revise = reverse("plan-revise", args=[alice.public_id, version.plan.public_id])
    assert people["bob"].get(revise).status_code == 404


def test_a_clinician_who_is_not_verified_cannot_write_one(people, alice, dana, taking):
    dana.verified_at = None
    dana.save()
    assert sign(people["dana"], alice, "taper", TAPER).status_code == 404
    assert not CarePlan.objects.exists()


def test_a_clinician_without_the_grant_cannot_write_one(people, alice, dana, taking):
    Grant.objects.filter(to=dana, scope=Scope.CARE_PLAN).update(ended_at=AT)
    assert sign(people["dana"], alice, "taper", TAPER).status_code == 404


def test_a_grant_that_ends_while_the_page_is_open_signs_nothing(people, alice, dana, taking):
    seen = look(people["dana"], alice, "taper", TAPER)
    Grant.objects.filter(to=dana, scope=Scope.CARE_PLAN).update(ended_at=AT)
    page = reverse("plan-write", args=[alice.public_id, "taper"])
    sent = TAPER | {"plan": str(uuid4()), "on": "", "seal": seen.context["seal"], "do": "sign"}
    assert people["dana"].post(page, sent).status_code == 404
    assert not CarePlan.objects.exists()


def test_plans_are_seen_by_the_owner_and_whom_she_let_in(people, alice, dana, version):
    with_list = reverse("with-plans", args=[alice.public_id])
    with_page = reverse("with-plan", args=[alice.public_id, version.plan.public_id])
    own_page = reverse("plan", args=[version.plan.public_id])
    for who, seen in (("alice", 200), ("dana", 200), ("bob", 404), ("charlie", 404)):
        assert people[who].get(with_list).status_code == seen
        assert people[who].get(with_page).status_code == seen
    assert people["alice"].get(own_page).status_code == 200
    assert people["alice"].get(reverse("plans")).status_code == 200
    for who in ("dana", "bob"):
        assert people[who].get(own_page).status_code == 404
    for page in (own_page, reverse("plans"), reverse("clinic-list")):
        assert people["charlie"].get(page).status_code in (302, 404)


def test_the_clinicians_list_names_who_let_her_in_and_nobody_else(people, alice, dana, read):
    text = read(people["dana"].get(reverse("clinic-list"))).text
    assert "alice" in text
    assert "read and write" in text
    assert "alice" not in read(people["bob"].get(reverse("clinic-list"))).text


def test_every_finding_is_shown_before_the_button(people, alice, dana, taking):
    HealthDetails.objects.create(
        owner=alice,
        recorded_at=AT,
        kidney_value=42,
        kidney_kind="crcl",
        kidney_on=AT.date(),
        conditions=["seizures"],
    )
    page = look(people["dana"], alice, "titration", TITRATION | {"taken": "30", "target": "80"})
    text = page.content.decode()
    codes = {one.code for one, _ in page.context["findings"]}
    assert {"kidney.moderate", "kidney.over-reduced-maximum", "condition.seizures"} <= codes
    assert text.index("Weak kidneys") < text.index("Sign this plan")
    assert not CarePlan.objects.exists()


def test_a_serious_finding_without_a_reason_is_not_signed(people, alice, dana, taking, read):
    HealthDetails.objects.create(owner=alice, recorded_at=AT, conditions=["seizures"])
    seen = look(people["dana"], alice, "taper", TAPER)
    assert any(one.needs_reason for one, _ in seen.context["findings"])
    page = reverse("plan-write", args=[alice.public_id, "taper"])
    sent = TAPER | {"seal": seen.context["seal"], "on": "", "do": "sign"}
    sent["plan"] = str(seen.context["plan_id"])
    for reason in ("", "ok", " " * 40):
        response = people["dana"].post(page, sent | {"reason-condition.seizures": reason})
        assert response.status_code == 422
        assert "has no reason" in read(response).text
    assert not CarePlan.objects.exists()
    response = people["dana"].post(page, sent | {"reason-condition.seizures": REASON})
    assert response.status_code == 302
    assert PlanVersion.objects.get().content["acknowledged"] == {"condition.seizures": REASON}


def test_a_taper_from_another_dose_than_the_one_taken_needs_a_reason(people, alice, dana, taking):
    page = look(people["dana"], alice, "taper", TAPER | {"start": "60"})
    assert "plan.other-dose" in {one.code for one, _ in page.context["findings"]}
    page = look(people["dana"], alice, "taper", TAPER)
    assert "plan.other-dose" not in {one.code for one, _ in page.context["findings"]}


MALFORMED = {
    "no protocol": ("taper", {"protocol": "mine"}, "Choose one of the options."),
    "no dose": ("taper", {"start": ""}, "The daily dose is empty."),
    "a dose in words": ("taper", {"start": "sixty"}, "is not a number"),
    "a piece larger than the step": ("taper", {"piece": "25"}, "are larger than the largest step"),
    "no reason for the plan": ("taper", {"why": ""}, "Say why"),
    "nobody to call": ("taper", {"call": " "}, "Say whom to call"),
    "beyond the maximum": ("titration", {"target": "100"}, "is more than the protocol us has"),
    "faster than the protocol": ("titration", {"every": "1"}, "is faster than the protocol us"),
    "a larger step": ("titration", {"step": "30"}, "is more than the protocol us has"),
    "already above": ("titration", {"taken": "40"}, "does not go above it"),
    "a time that is none": ("screening", {"first_at": "9 o'clock"}, "is not a time of day"),
    "a pump that falls": ("pump", {"target": "50"}, "is below the start"),
    "a pump too fast": ("pump", {"rise": "90"}, "Expected"),
    "tablets as a program": ("program", {"words": "10 mg x3"}, "is not only a pump’s"),
    "a program in milligrams": ("program", {"words": "pump 0.2 mg/day"}, "counted in micrograms"),
    "a program that ends": (
        "program",
        {"words": "pump 100 mcg/day for 3 days"},
        "The program ends",
    ),
    "a pump turned off": ("program", {"words": "pump off"}, "turns the pump off"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_no_protocol_allows_is_refused_in_its_words(name, people, alice, dana, taking, read):
    kind, changed, words = MALFORMED[name]
    response = look(people["dana"], alice, kind, KINDS[kind] | changed)
    assert response.status_code == 422
    assert words in read(response).text
    assert not CarePlan.objects.exists()


def test_a_plan_changed_by_another_clinician_meanwhile_is_not_overwritten(
    people, alice, dana, version, read
):
    page = reverse("plan-revise", args=[alice.public_id, version.plan.public_id])
    on = str(version.public_id)
    plan = str(version.plan.public_id)
    assert "0123 456" in people["dana"].get(page).content.decode()
    first = sign(people["dana"], alice, "taper", TAPER | {"pace": "usual"}, page=page, on=on)
    assert first.status_code == 302
    second = sign(people["dana"], alice, "taper", TAPER, page=page, on=on)
    assert second.status_code == 409
    assert "Version 2 of this plan was signed by dana" in read(second).text
    assert "Sign this plan" not in second.content.decode()
    assert [one.number for one in PlanVersion.objects.order_by("number")] == [1, 2]
    assert str(CarePlan.objects.get().public_id) == plan


def test_a_change_of_what_is_taken_meanwhile_is_shown_again(people, alice, dana, taking, read):
    seen = look(people["dana"], alice, "taper", TAPER)
    takes(alice, "10 mg at 08:00, 20:00", since=AT - timedelta(hours=1))
    page = reverse("plan-write", args=[alice.public_id, "taper"])
    sent = TAPER | {"plan": str(seen.context["plan_id"]), "on": "", "do": "sign"}
    response = people["dana"].post(page, sent | {"seal": seen.context["seal"]})
    assert response.status_code == 409
    assert "is not what you saw" in read(response).text
    assert not CarePlan.objects.exists()


def test_the_same_signature_sent_twice_is_one_version(people, alice, dana, taking):
    seen = look(people["dana"], alice, "taper", TAPER)
    page = reverse("plan-write", args=[alice.public_id, "taper"])
    sent = TAPER | {
        "plan": str(seen.context["plan_id"]),
        "on": "",
        "do": "sign",
        "seal": seen.context["seal"],
    }
    assert people["dana"].post(page, sent).status_code == 302
    assert people["dana"].post(page, sent).status_code == 409
    assert PlanVersion.objects.count() == 1


def test_a_plan_of_one_member_cannot_be_signed_into_anothers(people, alice, bob, dana, version):
    Grant.objects.create(owner=bob, to=dana, scope=Scope.CARE_PLAN, from_at=AT)
    seen = look(people["dana"], bob, "taper", TAPER)
    page = reverse("plan-write", args=[bob.public_id, "taper"])
    sent = TAPER | {"plan": str(version.plan.public_id), "on": "", "do": "sign"}
    response = people["dana"].post(page, sent | {"seal": seen.context["seal"]})
    assert response.status_code == 409
    assert PlanVersion.objects.get() == version


@pytest.mark.parametrize(
    "change",
    [
        {"content": {}},
        {"signature": "x"},
        {"content_hash": "x"},
        {"number": 7},
        {"signer": uuid4()},
        {"signed_at": AT + timedelta(days=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_database_refuses_to_change_a_signed_version(change, version):
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanVersion.objects.filter(pk=version.pk).update(**change)


def test_the_database_refuses_another_name_under_a_signature(version, bob):
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanVersion.objects.filter(pk=version.pk).update(signed_by=bob)


def test_raw_sql_cannot_change_a_signed_version_either(version):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE plans_planversion SET number = 9")


def test_a_clinician_who_erases_the_account_leaves_the_signature(people, alice, version, read):
    version.signed_by.delete()
    version.refresh_from_db()
    assert version.signed_by is None
    assert verified([version], plan_id=version.plan.public_id)
    page = read(people["alice"].get(reverse("plan", args=[version.plan.public_id]))).text
    assert "a clinician who has left" in page


def test_a_member_who_erases_the_account_takes_the_plans_along(alice, version):
    alice.delete()
    assert not PlanVersion.objects.exists()


def test_the_chain_shows_what_was_altered_or_left_out(people, alice, dana, version):
    page = reverse("plan-revise", args=[alice.public_id, version.plan.public_id])
    sign(people["dana"], alice, "taper", TAPER, page=page, on=str(version.public_id))
    plan = version.plan.public_id
    one, two = PlanVersion.objects.order_by("number")
    assert verified([one, two], plan_id=plan)
    assert not verified([two], plan_id=plan)
    assert not verified([one, two], plan_id=uuid4())
    for name, value in (("content", {"steps": []}), ("signer", uuid4()), ("signed_at", AT)):
        altered = PlanVersion.objects.get(pk=one.pk)
        setattr(altered, name, value if name != "signed_at" else AT + timedelta(seconds=1))
        assert not verified([altered, two], plan_id=plan)


def test_the_list_costs_the_same_queries_however_many_plans(
    people, alice, dana, taking, django_assert_max_num_queries
):
    for _ in range(4):
        sign(people["dana"], alice, "screening", SCREENING)
    with django_assert_max_num_queries(6):
        people["alice"].get(reverse("plans"))
