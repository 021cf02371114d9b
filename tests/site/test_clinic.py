"""The page for the clinic: who may see it, what it says, and a link that ends."""

from __future__ import annotations

import json
import re
import uuid
import zlib
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from unclench.errors import InputError
from unclench_site.accounts.models import Action, AuditEntry, Grant
from unclench_site.accounts.portable import export_all, load_all, read_export
from unclench_site.clinic import paper, sharing
from unclench_site.clinic.charts import charts
from unclench_site.clinic.models import MOST_QUESTIONS, Question, Share
from unclench_site.clinic.sheet import gather
from unclench_site.diary.models import Entry, record
from unclench_site.plans.models import HealthDetails, PumpDetails, Treatment

pytestmark = pytest.mark.django_db

MARKER = "zzmarker"
DAY = timedelta(days=1)
OWN = ("clinic", "clinic-pdf", "clinic-json", "emergency-card", "emergency-card-pdf")
WITH = (
    "clinic-with",
    "clinic-with-pdf",
    "clinic-with-json",
    "emergency-card-with",
    "emergency-card-with-pdf",
)


@pytest.fixture
def at() -> datetime:
    """Now, to the minute: grants and links are told apart by the real clock of the views."""
    return timezone.now().replace(second=0, microsecond=0)


@pytest.fixture
def ada(alice, at):
    """Alice with six weeks of diary: 10 mg three times a day, spasms in the evening."""
    since = at - 60 * DAY
    Treatment.objects.create(
        owner=alice,
        regimen="10 mg at 08:00, 14:00, 20:00",
        day_one=since.date(),
        from_at=since,
        zone="UTC",
        medicines=["diazepam", f"{MARKER}-medicine"],
        recorded_at=since,
    )
    HealthDetails.objects.create(
        owner=alice,
        recorded_at=since,
        spasms_per_day=8,
        weight_kg=Decimal(60),
        goals=["sleep"],
        own_goal=f"{MARKER}-goal",
    )
    Question.objects.create(owner=alice, words=f"{MARKER}-question", asked_at=at)
    evenings = [(day, (at - day * DAY).replace(hour=21, minute=5)) for day in range(1, 43)]
    Entry.objects.bulk_create(
        Entry(
            owner=alice,
            thread=uuid.uuid4(),
            kind="spasm",
            happened_at=evening + n * timedelta(minutes=10),
            zone="UTC",
            recorded_at=at,
            value=2,
            key=str(uuid.uuid4()),
        )
        for day, evening in evenings
        for n in range(1 + day % 4)
    )
    log(alice, at - 2 * DAY, "side-effect", note=f"{MARKER}-effect")
    return alice


def log(owner, when: datetime, kind: str, **more) -> None:
    record(
        owner=owner,
        by=owner,
        at=when + timedelta(minutes=1),
        key=str(uuid.uuid4()),
        kind=kind,
        happened_at=when,
        **more,
    )


def with_pump(owner, at: datetime) -> None:
    Treatment.objects.create(
        owner=owner,
        regimen="pump 200 micrograms/day",
        day_one=at.date(),
        from_at=at - timedelta(hours=1),
        zone="UTC",
        recorded_at=at,
    )
    PumpDetails.objects.create(
        owner=owner, recorded_at=at, model="Example 40", mcg_per_ml=500, reservoir_ml=40,
        alarm_ml=2, tubing_ml="0.2", catheter_ml="0.2", filled_on=at.date() - DAY, filled_ml=40,
        implanted_on=date(2024, 4, 5), clinic_name="Bath", clinic_phone="0123 456",
    )  # fmt: skip


def link(owner, at: datetime, *, days: int = 7) -> str:
    return sharing.share(owner, by=owner, at=at, key=uuid.uuid4(), weeks=8, days=days)


# Who may see it.


@pytest.mark.parametrize("name", OWN)
def test_everybody_has_a_page_and_a_card_of_their_own(people, ada, name):
    for who in ("alice", "dana", "bob"):
        assert people[who].get(reverse(name)).status_code == 200
    assert people["charlie"].get(reverse(name)).status_code in {302, 404}


@pytest.mark.parametrize("name", WITH)
def test_alices_page_is_open_to_her_and_to_whom_she_let_in(people, ada, dana, name):
    address = reverse(name, args=[ada.public_id])
    codes = {who: people[who].get(address).status_code for who in people}
    assert codes["alice"] == codes["dana"] == 200
    assert codes["bob"] == 404
    assert codes["charlie"] in {302, 404}


def test_an_ended_grant_closes_the_page(people, ada, dana, at):
    Grant.objects.filter(to=dana).update(ended_at=at)
    address = reverse("clinic-with", args=[ada.public_id])
    assert people["dana"].get(address).status_code == 404


def test_looking_is_written_into_the_trail(people, ada, dana):
    people["dana"].get(reverse("clinic-with", args=[ada.public_id]))
    entry = AuditEntry.objects.get(owner=ada, by=dana)
    assert (entry.action, entry.what) == (Action.READ, sharing.WHAT)


def test_a_clinician_sees_no_forms_of_the_owner(people, ada, dana, read):
    page = read(people["dana"].get(reverse("clinic-with", args=[ada.public_id])))
    assert "Make a link" not in page.text
    assert f"{MARKER}-question" in page.text


@pytest.mark.parametrize("who", ["dana", "bob", "charlie"])
def test_nobody_else_ends_alices_links_or_questions(people, ada, dana, at, who):
    link(ada, at)
    share, question = Share.objects.get(), Question.objects.get()
    for name, which in (
        ("clinic-share-end", share.public_id),
        ("clinic-question-end", question.public_id),
    ):
        answer = people[who].post(reverse(name, args=[which]))
        assert answer.status_code == 404 or (who == "charlie" and answer.status_code == 302)
    share.refresh_from_db()
    question.refresh_from_db()
    assert share.ended_at is question.ended_at is None


# What it says.


def test_the_page_says_what_a_visit_needs(people, ada, read):
    page = read(people["alice"].get(reverse("clinic")))
    for words in (
        "10 mg at 08:00, 14:00, 20:00",
        "diazepam",
        f"{MARKER}-medicine",
        f"{MARKER}-question",
        f"{MARKER}-goal",
        f"{MARKER}-effect",
        "60 kg",
        "Most spasms came from 21:00 to 22:00",
        "diazepam beside baclofen",
        "doses due",
    ):
        assert words in page.text


def test_the_span_is_as_asked_and_nonsense_is_the_usual_one(people, ada):
    def weeks(asked: str) -> int:
        return people["alice"].get(reverse("clinic-json"), {"weeks": asked}).json()["weeks"]

    assert [weeks(asked) for asked in ("4", "12", "3", "x", "")] == [4, 12, 8, 8, 8]


def test_another_span_is_refused_below_the_page(ada, at):
    with pytest.raises(InputError, match="4, 8 or 12"):
        gather(ada, weeks=5, at=at)


def test_what_is_counted_is_what_was_logged(ada, at):
    sheet = gather(ada, weeks=4, at=at)
    assert sheet["hours"]["days"] == 27
    assert sum(one["spasms"] for one in sheet["weekly"]) == sum(1 + d % 4 for d in range(1, 28))
    assert sum(sheet["hours"]["logged"]) == pytest.approx(sheet["hours"]["logged"][21])


def test_days_that_were_counted_without_a_spasm_are_told_as_such(alice, at):
    for day in range(1, 4):
        log(alice, at - day * DAY, "spasm", value=0)
    first, *_ = charts(gather(alice, weeks=4, at=at))
    assert first.title == "No spasms came on the days that were counted"


def test_the_model_stands_beside_the_diary_where_it_can(ada, at):
    sheet = gather(ada, weeks=8, at=at)
    assert len(sheet["hours"]["model"]) == 24
    assert 0 < sum(sheet["hours"]["model"]) < 8
    assert all(one["model"] for one in sheet["weekly"])
    assert {line.name for chart in charts(sheet) for line in chart.lines} == {"logged", "model"}


def test_nobody_is_measured_by_somebody_elses_curve(ada, at):
    HealthDetails.objects.all().delete()
    sheet = gather(ada, weeks=8, at=at)
    assert sheet["hours"]["model"] == []
    assert all(one["model"] is None for one in sheet["weekly"])


def test_an_empty_page_says_so(people, alice, read):
    page = read(people["alice"].get(reverse("clinic")))
    for words in ("none, or not told", "No spasms were counted", "None were logged"):
        assert words in page.text


def test_a_pump_stands_on_the_page_with_its_dates(people, ada, at, read):
    with_pump(ada, at)
    page = read(people["alice"].get(reverse("clinic")))
    for words in ("200 micrograms a day", "500 micrograms in 1 mL", "Refill by", "Bath 0123 456"):
        assert words in page.text


def test_the_cost_of_the_page_is_the_same_for_a_long_diary(
    people, ada, django_assert_max_num_queries
):
    with django_assert_max_num_queries(45):
        people["alice"].get(reverse("clinic"), {"weeks": "12"})


# On paper.


def objects_of(pdf: bytes) -> bytes:
    """Everything in a PDF, its packed streams unpacked."""
    found = [pdf]
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(packed.strip(b"\r\n")))
        except zlib.error:
            continue
    return b"\n".join(found)


def test_the_pdf_is_tagged_and_names_its_language(ada, at):
    parts = objects_of(paper.page_pdf(gather(ada, weeks=8, at=at)))
    assert b"/MarkInfo" in parts
    assert re.search(rb"/Marked\s+true", parts)
    assert b"/StructTreeRoot" in parts
    assert b"pdfuaid:part" in parts
    assert re.search(rb"/Lang\s*\((en-GB|en)", parts)
    assert re.search(rb"/S\s*/Figure", parts)
    assert b"/Alt" in parts


def test_the_pdf_has_one_or_two_sheets_whatever_was_told(ada, at):
    sheet = gather(ada, weeks=12, at=at)
    assert pages_of(paper.page_pdf(sheet)) in {1, 2}
    sheet["questions"] = ["W" * 200] * MOST_QUESTIONS
    sheet["medicines"] = [f"a medicine of a long name {n}" for n in range(30)]
    sheet["effects"] = [{"name": "e" * 60, "words": "9 times"}] * 40
    sheet["changes"] = [{"name": "from 1 January 2027", "words": "10 mg at 08:00, " * 12}] * 6
    sheet["findings"] = sheet["findings"] * 3
    full = paper.page_pdf(sheet)
    assert pages_of(full) == 2


def pages_of(pdf: bytes) -> int:
    [count] = set(re.findall(rb"/Type\s*/Pages\b[^>]*?/Count\s+(\d+)", objects_of(pdf))) or {b"0"}
    return int(count)


def test_what_a_person_writes_is_never_a_command(ada, at):
    sheet = gather(ada, weeks=8, at=at)
    evil = '#read("page.typ") #panic("x") $x$ \\ ] } " *a* _b_ = c'
    sheet["questions"] = [evil]
    sheet["name"] = sheet["medicines"][0] = evil
    assert paper.page_pdf(sheet).startswith(b"%PDF")


def test_the_same_page_is_the_same_file(ada, at):
    sheet = gather(ada, weeks=8, at=at)
    assert paper.page_pdf(sheet) == paper.page_pdf(sheet)


def test_the_pdf_says_what_the_page_says(ada, at, monkeypatch):
    """The text of the template's own export, for no reader of PDF is installed everywhere."""
    sheet = gather(ada, weeks=8, at=at)
    seen = {}

    def compiled(name, data, **_):
        seen["name"], seen["data"] = name, data
        return b""

    monkeypatch.setattr(paper, "compiled", compiled)
    paper.page_pdf(sheet)
    assert seen["data"]["sheet"] is sheet
    assert [one["title"] for one in seen["data"]["charts"]] == [c.title for c in charts(sheet)]
    source = (paper.FOLDER / "page.typ").read_text()
    for name in sheet:
        if name not in {"format", "version", "made_at", "weeks", "first", "last", "hours"}:
            assert f"sheet.{name}" in source, name


def test_the_data_is_the_page(people, ada, at):
    told = people["alice"].get(reverse("clinic-json")).json()
    assert told["questions"] == [f"{MARKER}-question"]
    assert told["format"] == "unclench-clinic-page"


# Questions.


def test_a_question_is_kept_until_it_is_put_away(people, alice, read):
    people["alice"].post(reverse("clinic-ask"), {"words": "Is it the evening dose?"})
    question = Question.objects.get()
    assert question.words in read(people["alice"].get(reverse("clinic"))).text
    people["alice"].post(reverse("clinic-question-end", args=[question.public_id]))
    assert question.words not in read(people["alice"].get(reverse("clinic"))).text


def test_questions_are_few_enough_for_a_visit(people, alice, at):
    for n in range(MOST_QUESTIONS):
        Question.objects.create(owner=alice, words=f"q{n}", asked_at=at)
    answer = people["alice"].post(reverse("clinic-ask"), {"words": "one more"})
    assert answer.status_code == 422
    assert "Put one away first" in answer.content.decode()


# The link.


def made_by_form(people, client="alice") -> str:
    key = str(uuid.uuid4())
    answer = people[client].post(reverse("clinic-share"), {"key": key, "weeks": 8, "days": 7})
    return re.search(r"/shared/([\w-]+)/", answer.content.decode())[1]


def test_a_link_opens_the_page_for_whoever_has_it(people, ada):
    secret = made_by_form(people)
    assert len(secret) >= 43
    for client in people.values():
        answer = client.get(reverse("shared", args=[secret]))
        assert answer.status_code == 200
        assert f"{MARKER}-question" in answer.content.decode()
        for kind in ("shared-pdf", "shared-json"):
            assert client.get(reverse(kind, args=[secret])).status_code == 200


def test_the_door_of_a_link_says_nothing(people, ada):
    answer = people["charlie"].get(reverse("shared", args=[made_by_form(people)]))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "<title>Shared page</title>" in answer.content.decode()
    assert not answer.cookies


def test_the_secret_is_kept_nowhere(people, ada):
    secret = made_by_form(people)
    row = str(Share.objects.values().get())
    assert secret not in row
    assert len(Share.objects.get().token_hash) == 64


def test_each_opening_is_counted_and_told_to_the_owner(people, ada):
    secret = made_by_form(people)
    for _ in range(3):
        people["charlie"].get(reverse("shared", args=[secret]))
    assert Share.objects.get().opened == 3
    trail = AuditEntry.objects.filter(owner=ada, by=None, action=Action.READ)
    assert [entry.what for entry in trail] == [sharing.BY_LINK] * 3
    assert "opened 3 times" in people["alice"].get(reverse("clinic")).content.decode()


def test_the_page_behind_a_link_is_frozen(people, ada, at):
    secret = made_by_form(people)
    Question.objects.create(owner=ada, words="asked later", asked_at=at)
    assert "asked later" not in people["charlie"].get(reverse("shared", args=[secret])).text


@pytest.mark.parametrize("name", ["shared", "shared-pdf", "shared-json"])
def test_a_link_that_was_ended_is_gone(people, ada, name):
    secret = made_by_form(people)
    share = Share.objects.get()
    people["alice"].post(reverse("clinic-share-end", args=[share.public_id]))
    assert people["charlie"].get(reverse(name, args=[secret])).status_code == 404
    share.refresh_from_db()
    assert share.content == {}
    assert AuditEntry.objects.filter(owner=ada, action=Action.END).count() == 1


def test_a_link_that_has_expired_is_gone_and_holds_nothing(people, ada, at):
    secret = link(ada, at - 8 * DAY, days=7)
    assert people["charlie"].get(reverse("shared", args=[secret])).status_code == 404
    people["alice"].get(reverse("clinic"))
    assert Share.objects.get().content == {}


@pytest.mark.parametrize("secret", ["x", "0" * 43, "%00", "..%2f", "a" * 4000])
def test_a_guess_opens_nothing(people, ada, at, secret):
    link(ada, at)
    assert people["charlie"].get(f"/shared/{secret}/").status_code == 404
    assert not AuditEntry.objects.filter(by=None).exists()


def test_a_link_of_somebody_who_left_opens_nothing(people, ada, at):
    secret = link(ada, at)
    ada.is_active = False
    ada.save()
    assert people["charlie"].get(reverse("shared", args=[secret])).status_code == 404


def test_the_same_tap_twice_makes_one_link(people, ada):
    form = {"key": str(uuid.uuid4()), "weeks": 8, "days": 7}
    assert "/shared/" in people["alice"].post(reverse("clinic-share"), form).content.decode()
    assert people["alice"].post(reverse("clinic-share"), form).status_code == 302
    assert Share.objects.count() == 1


def test_the_database_keeps_no_page_behind_an_ended_link(ada, at):
    link(ada, at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Share.objects.update(ended_at=at)


# The card.


def test_the_card_of_a_pump_says_whom_to_call_and_what_to_look_for(people, ada, at, read):
    with_pump(ada, at)
    page = read(people["alice"].get(reverse("emergency-card")))
    for words in (
        "I have a baclofen pump",
        "Say: baclofen pump",
        "Call the clinic: 0123 456",
        "500 micrograms in each mL",
        "itching without a rash",
        "There is no antidote",
    ):
        assert words in page.text
    assert page.all("a", href="tel:0123%20456")


def test_the_card_of_tablets_says_what_a_stop_brings(people, ada, read):
    page = read(people["alice"].get(reverse("emergency-card")))
    for words in ("I take baclofen", "A sudden stop can bring", "10 mg at 08:00, 14:00, 20:00"):
        assert words in page.text


def test_the_card_is_tagged_and_on_one_sheet(people, ada, at):
    with_pump(ada, at)
    pdf = people["alice"].get(reverse("emergency-card-pdf")).content
    parts = objects_of(pdf)
    assert b"pdfuaid:part" in parts
    assert pages_of(pdf) == 1


# What is taken along.


def test_questions_come_along_and_links_do_not(ada, bob, at):
    link(ada, at)
    parts = export_all(ada, at=at)["parts"]
    assert parts["questions"][0]["words"] == f"{MARKER}-question"
    assert parts["shared-pages"][0]["weeks"] == 8
    kept = {name: parts[name] for name in ("questions", "shared-pages")}
    text = json.dumps({"format": "unclench-account", "version": 1, "parts": kept})
    load_all(bob, read_export(text))
    assert Question.objects.filter(owner=bob, words=f"{MARKER}-question").exists()
    assert not Share.objects.filter(owner=bob).exists()
