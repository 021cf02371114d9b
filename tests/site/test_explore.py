"""What the explore page promises: one address for each question, clear refusals, two voices."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db

EXPLORE = "/explore/"
THREE = "10 mg at 08:00, 14:00, 20:00"


def sent(**changed: object) -> dict[str, object]:
    """The form as a browser sends it, with some controls moved."""
    return {
        "way": "tablets",
        "at": ["08:00", "14:00", "20:00"],
        "mg": ["10", "10", "10"],
        "regimen": THREE,
        "was": THREE,
        "kg": "70",
        "age": "50",
        "kidney": "100",
        "spasms": "6",
        "worst": "evening",
        "against": "none",
        "other": "",
        "span": "day",
        "show": "spasms",
        **changed,
    }


def move(client, **changed):
    """What the page asks for when a control was moved."""
    return client.get(EXPLORE, sent(**changed), headers={"HX-Request": "true"})


def test_everybody_may_explore(person, read):
    page = read(person.get(EXPLORE))
    assert "Spasms in a day" in page.text


@pytest.mark.django_db
def test_it_asks_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get(EXPLORE).status_code == 200


def test_the_address_of_a_sent_form_says_the_plan_in_words(client):
    answer = client.get(EXPLORE, sent(mg=["5", "5", "10"], kg="62"))
    assert answer.status_code == 302
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query == {"regimen": ["5 mg at 08:00, 14:00 and 10 mg at 20:00"], "kg": ["62"]}


@pytest.mark.parametrize(
    "query",
    [
        "regimen=5 mg at 08:00, 14:00 and 10 mg at 20:00&kg=62",
        "regimen=pump 200 micrograms/day&span=week&show=fluid",
        "regimen=pump 150 micrograms/day, bolus 20 micrograms at 22:00",
        "regimen=liquid 5 mg/mL: 2 mL at 08:00, 20:00 with food&worst=night",
        "regimen=10 mg at 08:00, 20:00 + pump 100 micrograms/day&spasms=12",
    ],
)
def test_a_shared_address_shows_the_same_picture(client, query):
    first = client.get(EXPLORE, query_params=dict(part.split("=", 1) for part in query.split("&")))
    shared = first.context["shared"]
    again = client.get(shared)
    assert again.context["query"] == first.context["query"]
    drawings = [c.drawings for c in first.context["answer"].charts]
    assert [c.drawings for c in again.context["answer"].charts] == drawings


def test_a_move_answers_with_the_part_that_changes(client):
    answer = move(client, mg=["20", "10", "10"], moved="mg")
    body = answer.content.decode()
    assert body.lstrip().startswith('<div id="answer"')
    assert "<html" not in body
    assert "20+mg+at+08:00" in answer.headers["HX-Replace-Url"]


def test_a_move_keeps_the_words_in_step(client, read):
    page = read(move(client, mg=["20", "10", "10"], moved="mg"))
    assert page.all("input", id="was")[0].attributes["value"].startswith("20 mg at 08:00 and 10 mg")
    assert not page.all("div", id="controls")


def test_written_words_set_the_controls(client, read):
    page = read(move(client, regimen="pump 300 micrograms/day", moved="regimen"))
    assert page.all("input", name="way", value="pump")[0].attributes.keys() >= {"checked"}
    assert page.values("rate") == ["300"]
    assert not page.all("textarea", id="regimen")


def test_a_moved_slider_wins_over_words_edited_before(client):
    answer = move(client, regimen="20 mg x3", moved="mg")
    assert "regimen=10+mg" in answer.headers["HX-Replace-Url"]


def test_without_a_script_edited_words_win(client):
    answer = client.get(EXPLORE, sent(regimen="pump 300 micrograms/day"))
    assert "regimen=pump+300+micrograms/day" in answer.headers["Location"]


def test_a_plan_beyond_the_controls_is_shown_in_words(client, read):
    page = read(client.get(EXPLORE, {"regimen": "5 mg x3 for 3 days then 10 mg x3"}))
    assert "says more than the simple controls can show" in page.text
    assert not [radio for radio in page.all("input", name="way") if "checked" in radio.attributes]


def test_a_row_can_be_added_and_dropped_without_a_script(client, read):
    added = client.get(EXPLORE, sent(do="add"), follow=True)
    assert read(added).values("at") == ["08:00", "14:00", "20:00", "22:00"]
    dropped = client.get(EXPLORE, sent(do="drop-1"), follow=True)
    assert read(dropped).values("at") == ["08:00", "20:00"]


def test_no_more_than_six_rows_and_never_fewer_than_one(client, read):
    six = [f"{hour:02d}:00" for hour in range(6, 18, 2)]
    page = read(client.get(EXPLORE, sent(at=six, mg=["5"] * 6, do="add"), follow=True))
    assert len(page.values("at")) == 6
    page = read(client.get(EXPLORE, sent(at=["08:00"], mg=["5"], do="drop-0"), follow=True))
    assert page.values("at") == ["08:00"]


def test_a_liquid_is_counted_in_millilitres_of_a_stated_strength(client):
    answer = client.get(
        EXPLORE, sent(way="liquid", strength="5", sip_at=["08:00"], ml=["2"]), follow=True
    )
    assert answer.context["answer"].question.regimen.daily_mass(1)[0].text("mg") == "10 mg"


def test_switching_to_a_liquid_never_reads_milligrams_as_millilitres(client):
    answer = client.get(EXPLORE, sent(way="liquid", strength="5"), follow=True)
    assert answer.context["answer"].question.regimen.daily_mass(1)[0].text("mg") != "30 mg"
    assert "mL" in answer.context["query"]


@pytest.mark.parametrize(
    ("way", "extra", "milligrams", "micrograms"),
    [
        ("tablets", {}, "30 mg", "0 micrograms"),
        ("pump", {"rate": "200"}, "0 mg", "200 micrograms"),
        ("both", {"rate": "100"}, "30 mg", "100 micrograms"),
        ("pump", {"rate": "200", "program": "night", "night": "60"}, "0 mg", "200 micrograms"),
        (
            "pump",
            {"rate": "150", "program": "bolus", "bolus": "20", "bolus_at": "22:00"},
            "0 mg",
            "170 micrograms",
        ),
    ],
)
def test_each_way_gives_what_its_controls_say(client, way, extra, milligrams, micrograms):
    answer = client.get(EXPLORE, sent(way=way, **extra), follow=True)
    swallowed, pumped = answer.context["answer"].question.regimen.daily_mass(2)
    assert (swallowed.text("mg"), pumped.text("micrograms")) == (milligrams, micrograms)


@pytest.mark.parametrize("against", ["route", "night", "missed", "doubled", "stopped", "kidney"])
@pytest.mark.parametrize("span", ["day", "week", "month"])
def test_every_comparison_draws_two_plans(client, against, span):
    answer = client.get(EXPLORE, {"regimen": THREE, "against": against, "span": span})
    assert answer.status_code == 200
    assert answer.context["answer"].other is not None
    assert "With " in answer.content.decode()


@pytest.mark.parametrize("against", ["route", "night", "stopped", "kidney"])
@pytest.mark.parametrize(
    "plan", ["pump 200 micrograms/day", "10 mg at 08:00, 20:00 + pump 100 micrograms/day"]
)
def test_every_comparison_that_fits_a_pump_draws_two_plans(client, against, plan):
    answer = client.get(EXPLORE, {"regimen": plan, "against": against, "span": "week"})
    assert answer.context["answer"].other is not None


def test_a_comparison_that_does_not_fit_says_why(client, read):
    page = read(client.get(EXPLORE, {"regimen": "pump 200 micrograms/day", "against": "missed"}))
    assert "Nothing is swallowed" in page.text


def test_a_second_plan_in_words_is_part_of_the_address(client):
    answer = client.get(EXPLORE, {"against": "own", "other": "20 mg x3"})
    assert "other=20+mg+at" in answer.context["query"]


def test_no_dose_of_tablets_is_called_the_same_as_a_dose_of_a_pump(client, read):
    page = read(client.get(EXPLORE, {"regimen": THREE, "against": "route"}))
    assert "An example only" in page.text


@pytest.mark.parametrize(
    "query",
    [
        {"regimen": THREE, "against": "stopped"},
        {"regimen": "pump 200 micrograms/day", "against": "stopped", "span": "week"},
        {"regimen": f"{THREE}, stopped day 3 08:00"},
    ],
)
@pytest.mark.parametrize("energy", ["full", "low"])
def test_a_sudden_stop_is_warned_of_above_everything_else(client, read, query, energy):
    client.cookies["energy"] = energy
    page = read(client.get(EXPLORE, query))
    assert page.text.index("Get help now") < page.text.index("How it is taken")
    assert "emergency number" in page.text


def test_a_wrong_move_keeps_the_last_good_picture(client, read):
    answer = move(client, mg=["ten", "10", "10"], moved="mg")
    assert answer.status_code == 422
    assert answer.headers["HX-Reswap"] == "none"
    page = read(answer)
    assert not page.all("div", id="answer")
    assert "Dose 1: The amount “ten” is not a number" in page.text


def test_the_time_of_each_part_is_told_and_nothing_else(client):
    timing = client.get(EXPLORE).headers["Server-Timing"]
    assert [part.split(";")[0] for part in timing.split(", ")] == [
        "model",
        "people",
        "rules",
        "words",
        "charts",
        "page",
    ]


def test_an_answer_is_not_kept_by_browsers_or_proxies(client):
    assert "no-store" in client.get(EXPLORE).headers["Cache-Control"]


def rooms(page) -> set[str | None]:
    """The widths for which a page is drawn."""
    return {
        part.attributes["data-room"] for part in page.all("div") if "data-room" in part.attributes
    }


def test_a_move_is_drawn_for_the_room_that_the_page_has(client, read):
    page = read(move(client, room="wide,narrow"))
    assert rooms(page) == {"wide"}
    (first,) = page.all("figure")
    assert "is-large" in first.attributes["class"]
    page = read(client.get(reverse("explore-closer"), {"regimen": THREE, "room": "wide,narrow"}))
    assert rooms(page) == {"wide", "narrow"}


def test_a_move_is_answered_with_what_stands_first_and_says_so(client):
    answer = move(client)
    assert answer.headers["HX-Trigger-After-Settle"] == "moved"
    assert answer.context["answer"].closer is None


@pytest.mark.parametrize("query", [{}, {"show": "blood"}, {"lay": "down"}, {"against": "stopped"}])
def test_looking_closer_shows_what_the_whole_page_shows(person, query):
    whole = person.get(EXPLORE, {"regimen": THREE, **query}).context["answer"].closer
    alone = person.get(reverse("explore-closer"), {"regimen": THREE, **query}).context["closer"]
    assert alone.charts
    assert [one.drawings for one in alone.charts] == [one.drawings for one in whole.charts]
    assert (alone.dimmer and alone.dimmer.drawings) == (whole.dimmer and whole.dimmer.drawings)


def test_looking_closer_at_a_wrong_question_says_what_is_wrong(client, read):
    answer = client.get(reverse("explore-closer"), {"regimen": "ten"})
    assert answer.status_code == 422
    assert answer.headers["HX-Reswap"] == "none"


def test_the_band_holds_its_middle_at_every_minute_of_the_day(client):
    course = client.get(EXPLORE).context["answer"].course
    (band,) = client.get(EXPLORE).context["answer"].charts[0].chart.bands
    shown = course.time_h[(course.time_h >= band.x[0]) & (course.time_h <= band.x[-1])]
    assert (band.x == shown).all()


def test_low_energy_shows_one_chart(client, read):
    client.cookies["energy"] = "low"
    page = read(client.get(EXPLORE))
    assert len(page.all("figure")) == 1


def test_the_numbers_come_as_a_file(person):
    answer = person.get(reverse("explore-numbers"), {"regimen": THREE, "against": "stopped"})
    lines = answer.content.decode().splitlines()
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="unclench.csv"'
    assert lines[0].startswith("time_h,plasma_ng_per_ml,")
    assert "second_plasma_ng_per_ml" in lines[0]
    assert len(lines) == 1 + 7 * 96 + 1
    assert all(float(cell) >= 0 for cell in lines[-1].split(","))


def test_only_looking_is_possible(client):
    assert client.post(EXPLORE, {}).status_code == 405
    assert client.delete(EXPLORE).status_code == 405


def test_the_rules_speak_whatever_the_model_says(client, read):
    page = read(client.get(EXPLORE, {"regimen": "30 mg x3", "kidney": "30"}))
    assert "More than these kidneys allow" in page.text
    assert page.text.index("More than these kidneys allow") < page.text.index("The light is")


def test_what_the_rules_say_can_be_followed_to_its_source(client, read):
    page = read(client.get(EXPLORE, {"regimen": "30 mg x3"}))
    links = [a.attributes["href"] for a in page.all("a")]
    cited = [link for link in links if link.startswith("/library/dosing.")]
    assert cited
    assert client.get(cited[0]).status_code == 200


def test_the_rules_also_judge_the_second_plan(client):
    found = client.get(EXPLORE, {"against": "own", "other": "40 mg x3"}).context["answer"].rules
    assert "limits.daily-maximum" in {one.finding.code for one in found.serious if one.about}


def test_warming_up_answers_the_first_question(caplog):
    from unclench_site.warm import warm_in_background

    with caplog.at_level("INFO"):
        warm_in_background().join()
    assert [record.msg for record in caplog.records if record.name == "unclench_site.warm"] == [
        "warm"
    ]


def test_the_spread_between_people_holds_the_middle(client):
    answer = client.get(EXPLORE, {"regimen": "20 mg at 08:00, 14:00, 20:00"}).context["answer"]
    (band,) = answer.charts[0].chart.bands
    assert (band.low <= band.high).all()
    facts = {fact.name: fact.words for fact in answer.words.facts}
    assert " to " in facts["Nine of ten people like you"]


@pytest.mark.parametrize(
    ("kidney", "words"),
    [("90", "normal"), ("89", "a little low"), ("60", "a little low"), ("59", "low"),
     ("30", "low"), ("29", "very low")],
)  # fmt: skip
def test_a_kidney_function_is_said_in_words(client, read, kidney, words):
    assert f"{kidney} is {words}." in read(client.get(EXPLORE, {"kidney": kidney})).text
    assert f"{kidney} is {words}." in read(move(client, kidney=kidney, moved="kidney")).text


def test_every_cell_of_a_table_is_text():
    from unclench.figures import Table
    from unclench_site.templatetags.readings import reading_rows

    table = Table(caption="", header=("a", "b"), rows=(("<b>", '"&'),), at=(0.5,))
    assert reading_rows(table) == (
        '<tr data-at="0.5"><th scope="row">&lt;b&gt;</th><td class="number">&quot;&amp;</td></tr>'
    )


def test_an_answer_is_packed_for_the_way(client):
    answer = client.get(EXPLORE, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.content) < 40_000
