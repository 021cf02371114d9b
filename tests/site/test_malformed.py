"""Nonsense in an address gets the page and a sentence about what was wrong, never a 500."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

EXPLORE = "/explore/"

NOISE = {
    "empty words": "regimen=",
    "blank words": "regimen=%20%20",
    "unknown way": "was=x&way=injection",
    "unknown comparison": "against=astrology",
    "unknown span": "span=decade",
    "unknown chart": "show=feelings",
    "unknown worst time": "worst=teatime",
    "unknown strength": "was=&way=liquid&strength=7&sip_at=08:00&ml=2",
    "unknown program": "was=&way=pump&program=jazz&rate=200",
    "bare number": "regimen=10",
    "milligrams in a pump": "regimen=pump+2+mg/day",
    "micrograms in a tablet": "regimen=50+micrograms+at+08:00",
    "grams": "regimen=10+g",
    "short form with mu": "regimen=pump+200+%C2%B5g/day",
    "volume without a strength": "regimen=2+mL+at+08:00",
    "negative dose": "regimen=-10+mg+at+08:00",
    "zero dose": "regimen=0+mg+at+08:00",
    "endless dose": "regimen=1e309+mg+at+08:00",
    "not a number of milligrams": "regimen=nan+mg+at+08:00",
    "hour 25": "regimen=10+mg+at+25:00",
    "minute 60": "regimen=10+mg+at+08:60",
    "same time twice": "regimen=10+mg+at+08:00,+08:00",
    "unfinished": "regimen=10+mg+at",
    "trailing then": "regimen=10+mg+x3+for+3+days+then",
    "a question": "regimen=how+much+should+I+take%3F",
    "markup": "regimen=%3Cscript%3Ealert(1)%3C/script%3E",
    "template code": "regimen=%7B%7B+settings.SECRET_KEY+%7D%7D",
    "null byte": "regimen=10+mg%00+at+08:00",
    "emoji": "regimen=%F0%9F%92%8A+x3",
    "right to left": "regimen=%E2%80%AE10+mg",
    "broken encoding": "regimen=%FF%FE",
    "very long": "regimen=" + "10+mg+at+08:00,+" * 400,
    "many steps": "regimen=" + "5+mg+x3+for+1+days+then+" * 80 + "5+mg",
    "empty weight": "kg=",
    "weight in words": "kg=heavy",
    "weight below": "kg=24.9",
    "weight above": "kg=250.1",
    "weight not a number": "kg=nan",
    "weight endless": "kg=inf",
    "weight with an exponent": "kg=7e99",
    "weight negative": "kg=-70",
    "age of a child": "age=11",
    "age of a tree": "age=400",
    "kidneys below nothing": "kidney=-1",
    "kidneys beyond": "kidney=201",
    "spasms below nothing": "spasms=-3",
    "spasms beyond": "spasms=501",
    "number with spaces": "kg=7+0",
    "number in other digits": "kg=%D9%A7%D9%A0x",
    "two decimal points": "kg=7.0.0",
    "empty row": "was=&way=tablets&at=&mg=",
    "time without amount": "was=&way=tablets&at=08:00",
    "amount without time": "was=&way=tablets&mg=10",
    "more amounts than times": "was=&way=tablets&at=08:00&mg=10&mg=20",
    "time in words": "was=&way=tablets&at=breakfast&mg=10",
    "rows at the same time": "was=&way=tablets&at=08:00&mg=10&at=08:00&mg=10",
    "amount too large": "was=&way=tablets&at=08:00&mg=501",
    "amount of nothing": "was=&way=tablets&at=08:00&mg=0",
    "liquid too much": "was=&way=liquid&strength=5&sip_at=08:00&ml=101",
    "pump of nothing": "was=&way=pump&rate=0",
    "pump too fast": "was=&way=pump&rate=5001",
    "pump in words": "was=&way=pump&rate=slow",
    "night share beyond": "was=&way=pump&program=night&night=99",
    "night share in parts": "was=&way=pump&program=night&night=50.5",
    "night share in words": "was=&way=pump&program=night&night=all",
    "bolus of nothing": "was=&way=pump&program=bolus&bolus=0",
    "bolus at no time": "was=&way=pump&program=bolus&bolus=20&bolus_at=noon",
    "own plan without words": "against=own",
    "own plan in nonsense": "against=own&other=cheese",
    "missed dose of a pump": "regimen=pump+200+micrograms/day&against=missed",
    "doubled dose of a pump": "regimen=pump+200+micrograms/day&against=doubled",
    "night share of one dose": "regimen=10+mg+at+08:00&against=night",
    "stopped before it begins": "regimen=test+dose+50+micrograms&against=stopped",
}


@pytest.mark.parametrize("query", NOISE.values(), ids=NOISE.keys())
def test_nonsense_gets_the_page_and_says_what_was_wrong(client, read, query):
    answer = client.get(f"{EXPLORE}?{query}")
    assert answer.status_code == 422
    page = read(answer)
    assert "Please look again" in page.text
    faults = answer.context["form"].faults
    assert faults
    assert all(fault.words in page.text for fault in faults)
    ids = {element.attributes.get("id") for element in page.elements}
    assert {fault.target for fault in faults} <= ids


@pytest.mark.parametrize("query", NOISE.values(), ids=NOISE.keys())
def test_nonsense_never_breaks_a_move_or_the_file(client, query):
    assert client.get(f"{EXPLORE}?{query}", headers={"HX-Request": "true"}).status_code == 422
    assert client.get(f"{EXPLORE}numbers.csv?{query}").status_code == 422


HARMLESS = {
    "unknown name": "colour=blue",
    "unknown deed": "do=dance",
    "dropping a row that is not there": "was=&way=tablets&at=08:00&mg=10&do=drop-99",
    "dropping in words": "was=&way=tablets&at=08:00&mg=10&do=drop-x",
    "unknown room": "room=ballroom,attic",
    "the same name twice": "kg=60&kg=70",
    "no value": "kg=70&&&",
}


@pytest.mark.parametrize("query", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_means_nothing_is_left_alone(client, query):
    answer = client.get(f"{EXPLORE}?{query}", follow=True)
    assert answer.status_code == 200


def test_markup_is_shown_as_text(client):
    answer = client.get(EXPLORE, {"regimen": "<script>alert(1)</script>"})
    assert "<script>alert" not in answer.content.decode()
    assert "&lt;script&gt;" in answer.content.decode()


@given(
    text=st.text(max_size=60),
    name=st.sampled_from(["regimen", "kg", "at", "rate", "other", "span"]),
)
def test_any_text_in_any_field_is_answered(text, name):
    from django.test import Client

    way = {"rate": "pump"}.get(name, "tablets")
    query = {"was": "", "way": way, "at": "08:00", "mg": "10", "against": "own", "other": "5 mg x3"}
    answer = Client().get(EXPLORE, {**query, name: text})
    assert answer.status_code in {200, 302, 422}
