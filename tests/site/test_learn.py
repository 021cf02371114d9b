"""Articles: everybody may read them, every number stands in what it cites, and words are plain."""

import re
from urllib.parse import unquote

import pytest

from unclench.errors import InputError
from unclench_site.learn.pictures import DRAWN, picture
from unclench_site.learn.shelf import CITED, articles, matching, read

EVERY = [one.slug for one in articles()]
BY_SLUG = {one.slug: one for one in articles()}
HARDEST_GRADE = 8.0
NOT_OURS = re.compile(r"\b(just|simply|suffer\w*|patients?|mcg|µg)\b", re.IGNORECASE)
HEAD = 'title = "T"\nsummary = "S"\nwritten_on = 2026-11-22\nnext_review_on = 2027-11-22\n'
WHOLE = f'+++\n{HEAD}question = "Q"\n+++\nText.[^mechanism.receptor]\n'


def blocks(article):
    """Paragraphs, list items and rows of tables, as they stand in the file."""
    lines = re.split(r"\n\n|\n(?=[*|]|\d\. )", article.text)
    return [block.strip() for block in lines if block.strip()]


def numbers(text):
    """The numbers that stand in a text, without separators."""
    return {float(found) for found in re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))}


def told_by(entry):
    """The numbers that an entry tells, in its value, its words, or about whom it is."""
    words = str(getattr(entry, "text", "")) + str(getattr(entry, "population", ""))
    value = getattr(entry, "value", ())
    values = value if isinstance(value, tuple) else (value,)
    return numbers(words) | {abs(round(float(one), 6)) for one in values}


def grade(text):
    """The Flesch-Kincaid grade, with syllables counted as runs of vowels."""
    sentences = max(1, len(re.findall(r"[.!?:](?:\s|$)", text)))
    words = re.findall(r"[A-Za-z’']+", text)
    runs = [re.sub(r"(?<=[^aeiouy])e\b", "", word.lower()) for word in words]
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", word))) for word in runs)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def test_there_are_at_least_twelve():
    assert len(EVERY) >= 12


@pytest.mark.parametrize("slug", EVERY)
def test_every_number_stands_in_what_its_paragraph_cites(slug, evidence):
    for block in blocks(BY_SLUG[slug]):
        if block.startswith("#") or "---" in block:
            continue
        told = set().union(*(told_by(evidence.entry(key)) for key in CITED.findall(block)))
        written = re.sub(r"^\d\. ", "", CITED.sub("", block))
        assert numbers(written) - {100.0} <= told | of_a_survey(block), block


def of_a_survey(block):
    """The year of a trial is a name, not a claim: it stands in the key of what is cited."""
    return {
        float(year) for key in CITED.findall(block) for year in re.findall(r"19\d\d|20\d\d", key)
    }


@pytest.mark.parametrize("slug", EVERY)
def test_every_article_cites_and_is_easy_to_read(slug):
    article = BY_SLUG[slug]
    text = re.sub(r"[#*|\-\[\]]|\[\d+\]", " ", CITED.sub("", article.text))

    assert len(article.citations) >= 6
    assert grade(text) <= HARDEST_GRADE
    assert not NOT_OURS.search(f"{article.title} {article.summary} {article.text}")


@pytest.mark.parametrize("slug", EVERY)
def test_what_stands_on_top_is_said_in_the_words_of_its_source(slug, evidence):
    article = BY_SLUG[slug]

    assert article.next_review_on > article.written_on
    assert bool(article.urgent) == bool(article.urgent_key)
    assert not article.urgent or article.urgent == evidence.entry(article.urgent_key).text


def test_articles_about_danger_open_with_what_to_do():
    for slug in ("stopping-safely", "life-with-a-pump", "side-effects"):
        assert BY_SLUG[slug].urgent


@pytest.mark.parametrize("slug", EVERY)
def test_everybody_may_read_every_article(person, slug, read):
    answer = person.get(f"/learn/{slug}/")

    assert answer.status_code == 200
    assert BY_SLUG[slug].title in read(answer).text


def test_everybody_may_read_the_list_the_text_and_the_feed(person):
    assert person.get("/learn/").status_code == 200
    plain = person.get("/learn/missing-a-dose/plain/")
    assert plain["Content-Type"] == "text/plain; charset=utf-8"
    assert "Never take a double dose" in plain.content.decode()
    assert "[^" not in plain.content.decode()
    feed = person.get("/learn/feed/")
    assert feed["Content-Type"].startswith("application/rss+xml")
    assert feed.content.decode().count("<item>") == len(EVERY)


@pytest.mark.parametrize("address", ["/learn/nothing/", "/learn/nothing/plain/"])
def test_an_article_that_is_not_there_is_not_found(person, address):
    assert person.get(address).status_code == 404


def test_each_citation_leads_to_its_entry_in_the_library(person, read):
    page = read(person.get("/learn/how-baclofen-works/"))
    cited = {
        one.attributes["href"] for one in page.all("a") if "/library/mec" in one.attributes["href"]
    }

    assert cited
    assert all(person.get(address).status_code == 200 for address in cited)


def test_a_picture_can_be_opened_in_explore(person, read):
    page = read(person.get("/learn/times-of-day/"))
    links = [one.attributes["href"] for one in page.all("a")]

    assert "/explore/?regimen=10 mg at 08:00, 14:00, 22:00" in [unquote(link) for link in links]


def test_every_kind_of_picture_is_drawn_for_every_width():
    drawn = [picture(one.figure) for one in articles() if one.figure]

    assert {one.figure.kind for one in articles() if one.figure} == set(DRAWN)
    assert all(len(one.drawings) == 3 for one in drawn)
    assert all("<svg" in drawing for one in drawn for _, drawing in one.drawings)


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("kidneys", "who-should-not"),
        ("pump alarm", "life-with-a-pump"),
        ("DOUBLE", "missing-a-dose"),
    ],
)
def test_words_find_their_article(wanted, first):
    assert first in [one.slug for one in matching(wanted)]


def test_what_is_not_there_is_said_to_be_not_there(person, read):
    text = read(person.get("/learn/?q=zebra")).text

    assert "Nothing found" in text


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("Text without a head.", "no head"),
        ("+++\nnot toml\n+++\nText.", "not TOML"),
        (f"+++\n{HEAD}+++\nText.", "lacks question"),
        (WHOLE.replace('question = "Q"', 'question = "Q"\nprice = 3'), "has price"),
        (WHOLE.replace("mechanism.receptor", "mechanism.invented"), "mechanism.invented"),
        (WHOLE + "\n[[figure]]\n", "figure"),
    ],
)
def test_an_article_with_a_fault_is_refused(text, fragment):
    assert read("whole", WHOLE).title == "T"
    with pytest.raises(InputError, match=fragment):
        read("wrong", text)


def test_an_article_cannot_bring_markup():
    made = read(
        "whole", WHOLE.replace("Text.", "<script>alert(1)</script> [x](javascript:alert(1))")
    )

    assert "<script" not in made.parts[0]
    assert 'href="javascript' not in made.parts[0]
