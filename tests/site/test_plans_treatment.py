"""What somebody takes and tells: said back before it is kept, never overwritten, seen by grant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from unclench.regimen import parse
from unclench_site.accounts.models import AuditEntry, Grant, Scope
from unclench_site.plans.models import HealthDetails, PumpDetails, Treatment

AT = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
TABLETS = {
    "way": "tablets",
    "at": ["08:00", "14:00", "20:00"],
    "mg": ["10", "10", "10"],
    "from_on": "2027-01-04",
    "from_time": "08:00",
    "medicines": "tizanidine 4 mg\nfoobarix",
    "seen": "",
}


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def takes(alice):
    """Records that Alice takes something, from a time on."""

    def record(regimen: str, *, from_at: datetime = AT - timedelta(days=30), **more) -> Treatment:
        return Treatment.objects.create(
            owner=alice,
            regimen=regimen,
            day_one=from_at.date(),
            from_at=from_at,
            zone="UTC",
            recorded_at=from_at,
            **more,
        )

    return record


OWN = ["treatment", "treatment-change", "treatment-health", "treatment-pump"]


@pytest.mark.parametrize("name", OWN)
def test_a_person_with_an_account_opens_their_own_pages(name, people, dana):
    for who in ("alice", "bob", "dana"):
        assert people[who].get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", OWN)
def test_charlie_sees_no_page_of_a_room_that_needs_an_account(name, people):
    assert people["charlie"].get(reverse(name)).status_code in (302, 404)


def test_alice_and_the_granted_clinician_see_what_alice_takes(people, alice, dana, takes):
    takes("10 mg at 08:00, 20:00")
    page = reverse("with-treatment", args=[alice.public_id])
    for who in ("alice", "dana"):
        assert "10 mg at 08:00 and 20:00" in people[who].get(page).content.decode()


def test_bob_and_charlie_are_told_that_there_is_no_such_page(people, alice, takes):
    takes("10 mg at 08:00, 20:00")
    page = reverse("with-treatment", args=[alice.public_id])
    assert people["bob"].get(page).status_code == 404
    assert people["charlie"].get(page).status_code == 404


def test_an_ended_grant_opens_nothing(people, alice, dana):
    Grant.objects.filter(to=dana, scope=Scope.TREATMENT).update(ended_at=AT)
    assert people["dana"].get(reverse("with-treatment", args=[alice.public_id])).status_code == 404


def test_a_look_by_somebody_else_is_in_the_trail_and_ones_own_is_not(people, alice, dana):
    people["alice"].get(reverse("treatment"))
    assert AuditEntry.objects.filter(owner=alice).count() == 0
    people["dana"].get(reverse("with-treatment", args=[alice.public_id]))
    entry = AuditEntry.objects.get(owner=alice)
    assert (entry.by, entry.action, entry.what) == (dana, "read", "treatment")


def test_nothing_is_kept_before_it_was_said_back(people, alice):
    response = people["alice"].post(reverse("treatment-change"), TABLETS)
    text = response.content.decode()
    assert "Tablets: 10 mg at 08:00, 14:00 and 20:00. That is 30 mg a day." in text
    assert "tizanidine" in text
    assert "not known to us" in text
    assert not Treatment.objects.exists()


def test_what_was_said_back_is_kept_with_a_line_in_the_trail(people, alice):
    response = people["alice"].post(reverse("treatment-change"), TABLETS | {"do": "keep"})
    assert (response.status_code, response.url) == (302, reverse("treatment"))
    kept = Treatment.objects.get(owner=alice)
    assert kept.regimen == "10 mg at 08:00, 14:00, 20:00"
    assert kept.medicines == ["tizanidine 4 mg", "foobarix"]
    assert (kept.from_at, kept.day_one) == (datetime(2027, 1, 4, 8, tzinfo=UTC), date(2027, 1, 4))
    assert AuditEntry.objects.get(owner=alice, action="write").what == "treatment"


def test_every_way_is_understood_and_said_back(people, alice, read):
    ways = {
        "Liquid with 5 mg in each mL: 2 mL (10 mg) at 08:00. That is 10 mg a day.": {
            "way": "liquid",
            "strength": "5",
            "sip_at": ["08:00"],
            "ml": ["2"],
        },
        "Granules: 10 mg at 08:00. That is 10 mg a day. With food.": {
            "way": "granules",
            "at": ["08:00"],
            "mg": ["10"],
            "food": "on",
        },
        "Pump: 200 micrograms a day, steady.": {"way": "pump", "daily": "200"},
        "Tablets: 5 mg at 22:00. That is 5 mg a day.": {
            "way": "both",
            "at": ["22:00"],
            "mg": ["5"],
            "daily": "150",
        },
        "That is 133.33 micrograms a day.": {
            "way": "words",
            "words": "pump 100 mcg/day 06:00-22:00, 200 mcg/day 22:00-06:00",
        },
        "No baclofen any more.": {"way": "none"},
    }
    for words, sent in ways.items():
        form = {"from_on": "2027-01-04", "from_time": "08:00", **sent}
        response = people["alice"].post(reverse("treatment-change"), form)
        assert response.status_code == 200, words
        assert words in read(response).text


MALFORMED = {
    "no way": ({"way": ""}, "Choose how baclofen is taken."),
    "an unknown way": ({"way": "patch"}, "Choose one of the ways on this page."),
    "no dose": ({"at": [], "mg": []}, "There is no dose."),
    "an amount without a time": ({"at": [""], "mg": ["10"]}, "Dose 1: A time is empty."),
    "a time without an amount": ({"at": ["08:00"], "mg": [""]}, "Dose 1: The amount is empty."),
    "letters": ({"mg": ["ten", "10", "10"]}, "Dose 1: The amount “ten” is not a number."),
    "too much at once": ({"mg": ["5000", "10", "10"]}, "Give a number from 0.1 to 500, mg."),
    "below nothing": ({"mg": ["-5", "10", "10"]}, "Give a number from 0.1 to 500, mg."),
    "not a number": ({"mg": ["NaN", "10", "10"]}, "is not a number"),
    "a time twice": ({"at": ["08:00", "08:00", "20:00"]}, "at 08:00 is there twice"),
    "a time that is none": ({"at": ["25:00", "14:00", "20:00"]}, "is not a time of day"),
    "a liquid without its strength": (
        {"way": "liquid", "sip_at": ["08:00"], "ml": ["2"]},
        "The strength is empty. Choose the one that is on the bottle.",
    ),
    "a strength that is none": (
        {"way": "liquid", "sip_at": ["08:00"], "ml": ["2"], "strength": "3"},
        "Choose 1, 2 or 5 mg in each mL.",
    ),
    "a pump without a dose": ({"way": "pump"}, "The pump’s dose is empty."),
    "a pump in milligrams": (
        {"way": "words", "words": "pump 0.2 mg/day"},
        "a pump or a test dose is counted in micrograms",
    ),
    "tablets in micrograms": (
        {"way": "words", "words": "10 micrograms at 08:00"},
        "that is counted in mg",
    ),
    "a bare number": ({"way": "words", "words": "10"}, "Expected"),
    "nothing in words": ({"way": "words", "words": ""}, "Expected"),
    "a missed dose": (
        {"way": "words", "words": "10 mg x3, missed day 1 08:00"},
        "do not belong here",
    ),
    "a day that is none": ({"from_on": "2027-02-30"}, "not a day of the calendar"),
    "no day": ({"from_on": ""}, "The first day is empty."),
    "a day in five years": ({"from_on": "2032-01-01"}, "more than a year away"),
    "a time of the year 1": ({"from_on": "0001-01-01"}, "Give a day from 1920-01-01 on."),
    "a medicine without end": ({"medicines": "a" * 200}, "is too long for a name"),
    "too many medicines": (
        {"medicines": "\n".join(f"m{n}" for n in range(80))},
        "Give at most 60",
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_form_says_what_was_expected_and_keeps_nothing(name, people, alice, read):
    changed, words = MALFORMED[name]
    response = people["alice"].post(reverse("treatment-change"), TABLETS | {"do": "keep"} | changed)
    assert response.status_code == 422
    assert words in read(response).text
    assert not Treatment.objects.exists()


def test_a_clock_time_that_the_clocks_jump_over_is_refused(people, alice, read):
    alice.time_zone = "Europe/London"
    alice.save()
    sent = TABLETS | {"from_on": "2027-03-28", "from_time": "01:30"}
    response = people["alice"].post(reverse("treatment-change"), sent)
    assert "Your clock jumps over that time" in read(response).text


def test_what_changed_on_another_device_is_shown_before_anything_is_kept(people, alice, takes):
    takes("5 mg at 08:00")
    response = people["alice"].post(reverse("treatment-change"), TABLETS | {"do": "keep"})
    assert response.status_code == 409
    assert "Something was kept meanwhile" in response.content.decode()
    assert Treatment.objects.count() == 1


def test_the_same_tap_twice_keeps_one_version(people, alice):
    for _ in range(2):
        people["alice"].post(reverse("treatment-change"), TABLETS | {"do": "keep"})
    assert Treatment.objects.count() == 1


def test_a_correction_is_a_new_version_and_the_old_one_stays(people, alice, takes):
    old = takes("10 mg at 08:00")
    page = reverse("treatment-correct", args=[old.public_id])
    assert 'value="10"' in people["alice"].get(page).content.decode()
    people["alice"].post(page, TABLETS | {"do": "keep", "seen": str(old.public_id)})
    new = Treatment.objects.get(replaces=old)
    assert list(Treatment.objects.standing()) == [new]
    assert Treatment.objects.count() == 2
    assert people["alice"].get(page).status_code == 404


def test_nobody_corrects_what_somebody_else_takes(people, alice, dana, takes):
    page = reverse("treatment-correct", args=[takes("10 mg at 08:00").public_id])
    for who in ("bob", "dana"):
        assert people[who].get(page).status_code == 404
        assert people[who].post(page, TABLETS | {"do": "keep"}).status_code == 404


@pytest.mark.parametrize("model", [Treatment, HealthDetails, PumpDetails])
def test_the_database_refuses_to_change_a_version(model, alice, takes):
    takes("10 mg at 08:00")
    HealthDetails.objects.create(owner=alice, recorded_at=AT)
    PumpDetails.objects.create(
        owner=alice,
        recorded_at=AT,
        mcg_per_ml=500,
        reservoir_ml=40,
        alarm_ml=2,
        tubing_ml="0.2",
        catheter_ml="0.2",
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(recorded_at=AT + timedelta(days=1))


def test_stopping_shows_the_emergency_before_it_is_kept(people, alice, takes, read):
    takes("20 mg at 08:00, 14:00, 20:00")
    sent = {"way": "none", "from_on": "2027-01-04", "from_time": "09:00"}
    page = read(people["alice"].post(reverse("treatment-change"), sent)).text
    assert "Stopped suddenly" in page
    assert page.index("Stopped suddenly") < page.index("No baclofen any more.")


def test_leaving_out_the_pump_is_seen_as_a_stop(people, alice, takes, read):
    takes("10 mg at 08:00 + pump 200 micrograms/day")
    sent = TABLETS | {"at": ["08:00"], "mg": ["10"]}
    assert "pump" in read(people["alice"].post(reverse("treatment-change"), sent)).text
    sent = TABLETS | {"do": "keep", "seen": str(Treatment.objects.get().public_id)}
    people["alice"].post(reverse("treatment-change"), sent)
    assert 'class="finding is-emergency"' in people["alice"].get("/treatment/").content.decode()


def test_emergencies_stand_above_everything_else(people, alice, takes):
    takes("200 mg at 08:00")
    page = people["alice"].get(reverse("treatment")).content.decode()
    assert page.index("is-emergency") < page.index('id="now-title"')


HEALTH = {
    "kidney_value": "42",
    "kidney_kind": "egfr",
    "kidney_on": "2026-12-01",
    "weight_kg": "61,5",
    "birth_year": "1980",
    "conditions": ["seizures", "mood_disorder"],
    "goals": ["walking", "sleep"],
    "own_goal": "dance at the wedding",
    "spasms_per_day": "12",
    "worst_time": "night",
    "since_on": "2025-06-01",
    "country": "GB",
}


def test_health_details_reach_the_rules(people, alice, takes, read):
    takes("20 mg at 08:00, 14:00, 20:00")
    assert people["alice"].post(reverse("treatment-health"), HEALTH).status_code == 302
    page = read(people["alice"].get(reverse("treatment"))).text
    for words in ("Weak kidneys", "42 mL a minute", "walking, sleep, dance at the wedding"):
        assert words in page


BAD_HEALTH = {
    "a kidney value without its name": ({"kidney_kind": ""}, "needs its name"),
    "a kidney value without its day": ({"kidney_on": ""}, "day of the kidney value is empty"),
    "a test tomorrow": ({"kidney_on": "2027-01-05"}, "has not come yet"),
    "kidneys of a whale": ({"kidney_value": "900"}, "Give a number from 0 to 200"),
    "a weight in grams": ({"weight_kg": "61500"}, "Give a number from 25 to 250, kg."),
    "a child": ({"birth_year": "2024"}, "Give one from 12 to 105 years ago"),
    "half a spasm": ({"spasms_per_day": "0.5"}, "Give a whole number."),
    "an unknown condition": ({"conditions": ["immortal"]}, "Choose from the boxes"),
    "an unknown country": ({"country": "ZZ"}, "Choose one of the options"),
}


@pytest.mark.parametrize("name", BAD_HEALTH)
def test_malformed_health_details_are_refused_with_their_reason(name, people, alice, read):
    changed, words = BAD_HEALTH[name]
    response = people["alice"].post(reverse("treatment-health"), HEALTH | changed)
    assert response.status_code == 422
    assert words in read(response).text
    assert not HealthDetails.objects.exists()


PUMP = {
    "drug": "baclofen",
    "mcg_per_ml": "500",
    "reservoir_ml": "40",
    "alarm_ml": "2",
    "tubing_ml": "0.2",
    "catheter_ml": "0.2",
    "filled_on": "2027-01-01",
    "filled_ml": "40",
    "implanted_on": "2024-03-15",
    "clinic_name": "Hill Clinic",
    "clinic_phone": "0123 456",
}


def test_the_refill_is_due_by_the_arithmetic_of_the_pump(people, alice, takes, read):
    takes("pump 200 micrograms/day")
    assert people["alice"].post(reverse("treatment-pump"), PUMP).status_code == 302
    page = read(people["alice"].get(reverse("treatment"))).text
    assert "by 24 March 2027" in page
    assert "500 micrograms in each mL" in page
    assert "by 15 March 2031" in page
    assert "Hill Clinic 0123 456" in page


BAD_PUMP = {
    "no concentration": ({"mcg_per_ml": ""}, "The concentration is empty."),
    "a concentration in milligrams": ({"mcg_per_ml": "0.5"}, "from 10 to 10000, micrograms"),
    "an alarm of a full pump": ({"alarm_ml": "20", "reservoir_ml": "20"}, "full reservoir"),
    "more than it holds": ({"filled_ml": "60"}, "no more than the reservoir holds"),
    "a refill without its day": ({"filled_on": ""}, "Give both."),
    "an alert before the operation": ({"alert_on": "2020-01-01"}, "comes after it"),
    "a refill tomorrow": ({"filled_on": "2027-01-05"}, "has not come yet"),
}


@pytest.mark.parametrize("name", BAD_PUMP)
def test_a_malformed_pump_is_refused_with_its_reason(name, people, alice, read):
    changed, words = BAD_PUMP[name]
    response = people["alice"].post(reverse("treatment-pump"), PUMP | changed)
    assert response.status_code == 422
    assert words in read(response).text
    assert not PumpDetails.objects.exists()


def test_the_page_costs_the_same_queries_however_long_the_history(
    people, alice, takes, django_assert_max_num_queries
):
    for day in range(30):
        takes("10 mg at 08:00", from_at=AT - timedelta(days=40 - day))
    with django_assert_max_num_queries(9):
        first = people["alice"].get(reverse("treatment"))
    assert "More" in first.content.decode()
    more = first.context["more"]
    assert len(people["alice"].get(f"/treatment/?before={more}").context["earlier"]) == 10


def test_what_is_kept_is_the_regimen_that_was_typed(takes):
    text = "5 mg at 08:00 for 3 days then 10 mg at 08:00"
    assert takes(text).to_regimen() == parse(text)


def test_times_are_those_of_the_owners_wall(people, alice, dana, takes, read):
    alice.time_zone = "Pacific/Auckland"  # thirteen hours ahead in January
    alice.save()
    takes("10 mg at 08:00", from_at=datetime(2027, 1, 3, 20, tzinfo=UTC))
    for who, page in (
        ("alice", reverse("treatment")),
        ("dana", reverse("with-treatment", args=[alice.public_id])),
    ):
        assert "From 4 January 2027, 09:00" in read(people[who].get(page)).text
    form = people["alice"].get(reverse("treatment-change"))
    assert form.context["form"].data["from_time"] == "22:00"
