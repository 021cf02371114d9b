"""A plan in a calendar: whole days, the same file for the same plan, nothing that can move."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from unclench.errors import InputError
from unclench.interchange import Entry, as_calendar, plan_entries
from unclench.therapy import screen, taper
from unclench.units import mg

MONDAY = date(2027, 1, 4)


def events(content):
    return Calendar.from_ical(content).walk("VEVENT")


@pytest.fixture
def plan(evidence):
    return taper(mg(30), weeks_on=4, evidence=evidence)


def test_the_steps_of_a_plan_follow_each_other_without_a_gap(plan):
    shown = events(as_calendar(plan_entries(plan, first_day=MONDAY)))

    starts = [event.decoded("dtstart") for event in shown]
    ends = [event.decoded("dtend") for event in shown]
    assert starts[0] == MONDAY
    assert starts[1:] == ends[:-1]
    assert [str(event["summary"]) for event in shown] == [
        "Baclofen plan: 20 mg a day",
        "Baclofen plan: 10 mg a day",
        "Baclofen plan: 5 mg a day",
        "Baclofen plan: none",
    ]


def test_steps_are_whole_days_that_no_time_zone_or_clock_change_moves(plan):
    content = as_calendar(plan_entries(plan, first_day=date(2027, 3, 26)))

    for event in events(content):
        assert type(event.decoded("dtstart")) is date
        assert type(event.decoded("dtend")) is date
    assert b"TZID" not in content


def test_the_same_plan_is_the_same_file(plan):
    first = as_calendar(plan_entries(plan, first_day=MONDAY))
    again = as_calendar(plan_entries(plan, first_day=MONDAY))

    assert first == again
    uids = [str(event["uid"]) for event in events(first)]
    assert len(set(uids)) == len(uids)


def test_each_step_says_that_a_clinician_decides(plan):
    for event in events(as_calendar(plan_entries(plan, first_day=MONDAY))):
        assert "For a clinician to decide" in str(event["description"])


def test_a_screening_shows_what_to_watch(evidence):
    shown = events(as_calendar(plan_entries(screen(evidence=evidence), first_day=MONDAY)))

    assert [event.decoded("dtstart").day for event in shown] == [4, 5, 6]
    assert "watch for 4 to 8 hours" in str(shown[0]["description"])


@pytest.mark.parametrize("day", ["2027-01-04", datetime(2027, 1, 4, tzinfo=UTC), None, 20270104])
def test_a_first_day_that_is_none_is_refused(plan, day):
    with pytest.raises(InputError, match="is not a day"):
        plan_entries(plan, first_day=day)


@pytest.mark.parametrize(
    ("days", "title"), [(0, "A"), (1.5, "A"), (True, "A"), (4000, "A"), (1, " ")]
)
def test_an_entry_that_no_calendar_could_show_is_refused(days, title):
    with pytest.raises(InputError, match="cannot show"):
        Entry(first=MONDAY, days=days, title=title, words="")


def test_an_entry_without_words_has_a_title_only():
    shown = events(as_calendar([Entry(first=MONDAY, days=1, title="Refill", words="")]))

    assert (str(shown[0]["summary"]), "description" in shown[0]) == ("Refill", False)


def test_an_empty_calendar_is_refused():
    with pytest.raises(InputError, match="nothing to put"):
        as_calendar([])


def test_without_the_extra_the_refusal_says_what_to_install(plan, monkeypatch):
    monkeypatch.setitem(sys.modules, "icalendar", None)

    with pytest.raises(InputError) as refused:
        as_calendar(plan_entries(plan, first_day=MONDAY))

    assert "unclench[export]" in refused.value.hint
