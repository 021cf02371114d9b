"""Reading a diary: what is understood, and every way to write it wrongly."""

from __future__ import annotations

import pytest

from unclench.errors import InputError
from unclench.inference import Count, Rating, read_diary
from unclench.regimen import Route, format

HEADER = "kind,time,value,unit\n"


def read(*rows):
    return read_diary(HEADER + "\n".join(rows) + "\n")


# What is understood.


def test_every_kind_of_row_is_read():
    diary = read(
        'before,,"10 mg at 08:00, 20:00",8 weeks',
        "dose,day 1 08:05,10,mg",
        "dose,day 2 09:00,25,micrograms",
        "count,day 1 06:00-12:00,3,spasms",
        "count,day 2,9,",
        "spasm,day 3 14:20,,",
        "spasm,day 3 14:50,,",
        "drowsiness,day 1 10:00,4,of 10",
        "stiffness,day 1 21:00,6,",
        "rating,day 2 21:00,5,of 10",
        "note,day 4,slept badly,",
    )

    assert diary.days == 4
    assert [(d.start_min, d.dose.text, d.dose.route) for d in diary.taken] == [
        (485, "10 mg", Route.ORAL),
        (1980, "25 micrograms", Route.INTRATHECAL),
    ]
    assert diary.counts[:2] == (Count(360, 720, 3), Count(1440, 2880, 9))
    assert [count.spasms for count in diary.counts[2:]] == [0, 0, 2, 0]
    assert diary.drowsiness == (Rating(600, 4),)
    assert diary.stiffness == (Rating(1260, 6), Rating(2700, 5))
    assert (format(diary.earlier.regimen), diary.earlier.days) == ("10 mg at 08:00, 20:00", 56)
    assert diary.counted_days == 3


def test_a_pump_runs_until_its_next_row_and_to_the_end():
    diary = read(
        "pump,day 1 12:00,96,micrograms/day",
        "pump,day 2 00:00,0,micrograms/day",
        "pump,day 3 00:00,48,micrograms/day",
        "count,day 4,3,spasms",
    )

    runs = [(d.start_min, d.end_min, d.dose.text) for d in diary.taken]
    assert runs == [(720, 1440, "48 micrograms"), (2880, 5760, "96 micrograms")]


def test_dates_and_numbered_days_say_the_same():
    dated = read("dose,2026-02-28T08:00,10,mg", "count,2026-03-01,4,spasms")
    numbered = read("dose,day 1 08:00,10,mg", "count,day 2,4,spasms")

    assert dated == numbered


def test_the_order_of_rows_says_nothing():
    rows = ["dose,day 2 08:00,10,mg", "dose,day 1 08:00,20,mg", "count,day 1,4,spasms"]

    assert read(*rows) == read(*reversed(rows))


def test_a_mark_at_the_start_and_empty_lines_do_no_harm():
    assert read_diary("\ufeff" + HEADER + "\n\ncount,day 1,4,spasms\r\n").counts[0].spasms == 4


# What is refused.

MALFORMED = [
    ("dose,day 1 08:00,10,", "no unit"),
    ("dose,day 1 08:00,10,g", "unit is 'g'"),
    ("dose,day 1 08:00,10,mcg", "unit is 'mcg'"),
    ("dose,day 1 08:00,10,µg", "unit is 'µg'"),
    ("dose,day 1 08:00,10,tablets", "unit is 'tablets'"),
    ("dose,day 1 08:00,2,mL", "unit is 'mL'"),
    ("dose,day 1 08:00,10 mg,", "no amount"),
    ("dose,day 1 08:00,,mg", "no amount"),
    ("dose,day 1 08:00,ten,mg", "no amount"),
    ('dose,day 1 08:00,"2,5",mg', "no amount"),
    ("dose,day 1 08:00,-10,mg", "no amount"),
    ("dose,day 1 08:00,nan,mg", "no amount"),
    ("dose,day 1 08:00,inf,mg", "no amount"),
    ("dose,day 1 08:00,1e1,mg", "no amount"),
    ("dose,day 1 08:00,0,mg", "dose of nothing"),
    ("dose,day 1 08:00,500,mg", "differ by 1000"),
    ("dose,day 1 08:00,5000,micrograms", "differ by 1000"),
    ("dose,day 1 08:00,1" + "0" * 60 + ",mg", "Expected"),
    ("dose,day 1,10,mg", "clock time"),
    ("dose,,10,mg", "clock time"),
    ("dose,day 1 08:00-09:00,10,mg", "one moment"),
    ("dose,day 0 08:00,10,mg", "no day 0"),
    ("dose,day -1 08:00,10,mg", "no time"),
    ("dose,day one 08:00,10,mg", "no time"),
    ("dose,day 1 24:00,10,mg", "no clock time"),
    ("dose,day 1 08:60,10,mg", "no clock time"),
    ("dose,day 1 8,10,mg", "no time"),
    ("dose,08:00,10,mg", "no time"),
    ("dose,Monday 08:00,10,mg", "no time"),
    ("dose,2026-02-30T08:00,10,mg", "no date"),
    ("dose,2026-13-01T08:00,10,mg", "no date"),
    ("dose,2026-03-01T08:00Z,10,mg", "no time"),
    ("dose,2026-03-01T08:00+02:00,10,mg", "no time"),
    ("dose,01.03.2026 08:00,10,mg", "no time"),
    ("dose,day 1 08:00,10", "3 cells"),
    ("dose,day 1 08:00,10,mg,extra", "5 cells"),
    ("dose", "1 cells"),
    ("pill,day 1 08:00,10,mg", "no kind 'pill'"),
    (",day 1 08:00,10,mg", "no kind ''"),
    ("pump,day 1 08:00,200,", "no unit"),
    ("pump,day 1 08:00,200,micrograms", "unit is 'micrograms'"),
    ("pump,day 1 08:00,200,mg/day", "unit is 'mg/day'"),
    ("pump,day 1 08:00,20000,micrograms/day", "more than a diary"),
    ("pump,day 1,200,micrograms/day", "clock time"),
    ("pump,day 1 08:00,lots,micrograms/day", "no daily amount"),
    ("count,day 1,,spasms", "whole number"),
    ("count,day 1,3.5,spasms", "whole number"),
    ("count,day 1,-1,spasms", "whole number"),
    ("count,day 1,many,spasms", "whole number"),
    ("count,day 1,1001,spasms", "whole number"),
    ("count,day 1,٣,spasms", "Expected"),
    ("count,day 1,3,a day", "unit is 'a day'"),
    ("count,day 1 08:00,3,spasms", "whole day or two clock times"),
    ("count,day 1 12:00-06:00,3,spasms", "ends before it begins"),
    ("count,day 1 12:00-12:00,3,spasms", "ends before it begins"),
    ("count,day 1 12:00-25:00,3,spasms", "no clock time"),
    ("count,,3,spasms", "needs a time"),
    ("spasm,day 1,,", "clock time"),
    ("spasm,day 1 08:00,2,", "one spasm"),
    ("drowsiness,day 1 08:00,11,of 10", "whole number"),
    ("drowsiness,day 1 08:00,-1,of 10", "whole number"),
    ("drowsiness,day 1 08:00,4.5,of 10", "whole number"),
    ("drowsiness,day 1 08:00,4,of 100", "unit is 'of 100'"),
    ("drowsiness,day 1,4,of 10", "clock time"),
    ("stiffness,day 1 08:00,bad,of 10", "whole number"),
    ("rating,day 1 08:00,,of 10", "whole number"),
    ("before,day 1,10 mg x3,8 weeks", "has no time"),
    ("before,,10 mg x3,", "for how long"),
    ("before,,10 mg x3,0 weeks", "for how long"),
    ("before,,10 mg x3,100 weeks", "for how long"),
    ("before,,10 x3,8 weeks", "Expected"),
    ("before,,,8 weeks", "Expected"),
    ("note,,slept badly,", "needs a time"),
]


@pytest.mark.parametrize(("row", "said"), MALFORMED, ids=[row for row, _ in MALFORMED])
def test_a_row_that_cannot_be_read_is_named_with_its_line(row, said):
    with pytest.raises(InputError) as refused:
        read("count,day 1,4,spasms" if not row.startswith(("count", "spasm")) else "", row)

    first = refused.value.what.splitlines()[1]
    assert first.startswith("  line 3: ")
    assert said in first
    assert "Expected" in first


@pytest.mark.parametrize(
    ("rows", "line", "said"),
    [
        (["dose,day 1 08:00,10,mg", "dose,day 1 08:00,10,mg"], 3, "line 2 has a dose"),
        (["count,day 1,3,spasms", "count,day 1 06:00-12:00,1,spasms"], 3, "counts hours of line 2"),
        (["count,day 1,3,spasms", "spasm,day 1 08:00,,"], 3, "has a count in line 2"),
        (["drowsiness,day 1 08:00,3,", "drowsiness,day 1 08:00,4,"], 3, "score of drowsiness"),
        (["before,,10 mg x3,8 weeks", "before,,5 mg x3,8 weeks"], 3, "a row 'before'"),
        (
            ["pump,day 1 08:00,9,micrograms/day", "pump,day 1 08:00,8,micrograms/day"],
            3,
            "a pump row",
        ),
        (["dose,day 1 08:00,10,mg", "dose,2026-03-01T08:00,10,mg"], 3, "mixed"),
        (["dose,day 1 08:00,10,mg", "dose,day 400 08:00,10,mg"], 3, "too long"),
        (["dose,2026-03-01T08:00,10,mg", "dose,2062-03-01T08:00,10,mg"], 3, "too long"),
        (['dose,day 1 08:00,"10,mg'], 2, "no CSV"),
    ],
)
def test_rows_that_contradict_each_other_are_refused(rows, line, said):
    with pytest.raises(InputError) as refused:
        read(*rows)

    assert f"line {line}: " in refused.value.what
    assert said in refused.value.what


@pytest.mark.parametrize(
    "text",
    ["", "\n", "dose,day 1 08:00,10,mg\n", "time,kind,value,unit\n", HEADER, HEADER + "\x00"],
)
def test_a_file_that_is_no_diary_is_refused(text):
    with pytest.raises(InputError, match="line 1: "):
        read_diary(text)


def test_all_faults_are_told_at_once():
    with pytest.raises(InputError) as refused:
        read("dose,day 1 08:00,10,", "count,day 1,x,spasms", "count,day 2,3,spasms", "pill,,,")

    assert [said.partition(":")[0] for said in refused.value.what.splitlines()] == [
        "The diary has 3 faults",
        "  line 2",
        "  line 3",
        "  line 5",
    ]
