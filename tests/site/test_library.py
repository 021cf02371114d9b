"""The library: every number can be found, judged, and followed to its source."""

from __future__ import annotations

import pytest


def test_everybody_may_read_every_topic(person, evidence, read):
    page = read(person.get("/library/"))
    links = {a.attributes["href"] for a in page.all("a")}
    for topic in evidence.topics:
        assert f"/library/topics/{topic}/" in links
        assert person.get(f"/library/topics/{topic}/").status_code == 200


def test_every_entry_has_a_page(client, evidence):
    for key in [*evidence.estimates, *evidence.statements]:
        assert client.get(f"/library/{key}/").status_code == 200, key


def test_a_number_says_all_that_lets_a_reader_judge_it(client, evidence, read):
    page = read(client.get("/library/oral.clearance/"))
    entry = evidence.estimate("oral.clearance")
    for words in (entry.spread.text(), entry.population, entry.basis.words, entry.certainty.value):
        assert words in page.text


def test_a_number_that_was_read_names_its_source_and_the_place_in_it(client, evidence, read):
    entry = next(e for e in evidence.values() if e.source and e.locator)
    page = read(client.get(f"/library/{entry.key}/"))
    assert evidence.sources[entry.source].short in page.text
    assert entry.locator in page.text


def test_a_number_that_was_worked_out_says_from_what(client, evidence, read):
    entry = next(e for e in evidence.values() if e.computed_from)
    page = read(client.get(f"/library/{entry.key}/"))
    links = {a.attributes["href"] for a in page.all("a")}
    assert {f"/library/{key}/" for key in entry.computed_from} <= links
    assert " ".join(entry.arithmetic.split()) in page.text


def test_an_assumption_says_that_it_is_one_and_why(client, evidence, read):
    entry = next(e for e in evidence.values() if e.why)
    page = read(client.get(f"/library/{entry.key}/"))
    assert "our assumption" in page.text
    assert " ".join(entry.why.split()) in page.text


def test_every_source_is_listed(client, evidence, read):
    page = read(client.get("/library/sources/"))
    ids = {element.attributes.get("id") for element in page.elements}
    assert set(evidence.sources) <= ids


def test_a_link_that_leaves_does_not_say_where_it_came_from(client, read):
    page = read(client.get("/library/sources/"))
    leaving = [a for a in page.all("a") if a.attributes["href"].startswith("http")]
    assert leaving
    assert all("noreferrer" in a.attributes["rel"] for a in leaving)


@pytest.mark.parametrize("wanted", ["clearance", "CLEARANCE", "kidney dose", "knutsson"])
def test_searching_finds_entries_that_hold_every_word(client, wanted):
    assert client.get("/library/", {"q": wanted}).context["found_count"] > 0


def test_silence_is_never_called_safe(client, read):
    page = read(client.get("/library/", {"q": "unobtainium"}))
    assert "not known to us" in page.text
    assert "does not mean that it is safe" in page.text


@pytest.mark.parametrize(
    "wanted", ["<script>", "%00", "\x00", "a" * 5000, "'; drop table", "(", "\\"]
)
def test_searching_for_nonsense_finds_nothing_and_breaks_nothing(client, wanted):
    answer = client.get("/library/", {"q": wanted})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize(
    "address", ["/library/no.such_number/", "/library/topics/nothing/", "/library/word/"]
)
def test_what_is_not_there_is_not_there(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_the_library_asks_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/library/")
