"""What figures say, in titles, sentences and tables, is what was simulated."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from unclench import InputError, Patient, TimeOfDay
from unclench import figures as fig
from unclench.cohorts import band as people_like
from unclench.figures import words
from unclench.figures.chart import MarkKind
from unclench.figures.colours import Ink
from unclench.figures.timeline import NAMES
from unclench.pharmacology import simulate
from unclench.regimen import parse

SVG = "{http://www.w3.org/2000/svg}"


def simulated(evidence, text, *, days=7, patient=None):
    return simulate(patient or Patient(), parse(text), evidence=evidence, days=days)


# What the figures say.


def test_the_table_has_the_numbers_of_the_simulation(tablets):
    table = fig.spasms(tablets).table

    day = slice(6 * 96, 7 * 96 + 1)
    parts = [slice(6 * 96 + 24 * i, 6 * 96 + 24 * (i + 1) + 1) for i in range(4)]
    with_it = [np.trapezoid(tablets.spasms_per_h[p], dx=0.25) / 6 for p in parts]
    without = [np.trapezoid(tablets.spasms_per_h_untreated[p], dx=0.25) / 6 for p in parts]

    assert table.header == ("part of the day", "tablets", "no baclofen")
    assert [row[0] for row in table.rows] == [
        "night, 00:00 to 06:00",
        "morning, 06:00 to 12:00",
        "afternoon, 12:00 to 18:00",
        "evening, 18:00 to 24:00",
        "whole day",
    ]
    assert [row[1] for row in table.rows[:4]] == [words.number(v) for v in with_it]
    assert [row[2] for row in table.rows[:4]] == [words.number(v) for v in without]
    whole = np.trapezoid(tablets.spasms_per_h[day], dx=0.25) / 24
    assert table.rows[4][1] == words.number(whole)


def test_the_readings_of_a_day_are_the_values_at_each_hour(tablets):
    chart = fig.plasma(tablets, days=(7, 7))

    assert chart.readings.at[:2] == (144.0, 145.0)
    assert len(chart.readings.rows) == 25
    for at, row in zip(chart.readings.at, chart.readings.rows, strict=True):
        assert row[1] == words.number(tablets.plasma_ng_per_ml[round(4 * at)])


def test_the_readings_of_a_week_are_quarters_of_days_and_of_a_season_days(charts):
    week, season = charts["spasms"].readings, charts["spasms of a long plan"].readings

    assert len(week.rows) == 7 * 4
    assert week.at[:2] == (3.0, 9.0)
    assert len(season.rows) == 84
    assert season.rows[0][0] == "day 1"


def test_every_row_of_every_table_is_as_long_as_its_header(charts):
    for name, chart in charts.items():
        for table in (chart.table, chart.readings):
            assert len(table.at) == len(table.rows), name
            assert {len(row) for row in table.rows} == {len(table.header)}, name


def test_over_many_days_each_day_is_one_point(evidence):
    course = simulated(evidence, "20 mg x4", days=30)
    chart = fig.spasms(course)

    line = chart.lines[0]

    assert line.x.size == 30
    assert line.x[0] == pytest.approx(12.0, abs=0.2)
    assert line.y[9] == pytest.approx(course.spasms_per_h[9 * 96 : 10 * 96].mean())
    assert "mean of each day" in chart.y.words


def test_marks_are_the_doses_that_are_given(tablets, pump):
    swallowed = fig.spasms(tablets).marks
    running, *boluses = sorted(
        fig.spasms(pump).marks, key=lambda mark: mark.kind.value, reverse=True
    )

    assert len(swallowed) == 21
    assert {mark.kind for mark in swallowed} == {MarkKind.DOSE}
    assert [mark.words for mark in swallowed[:3]] == ["10 mg", "10 mg", "20 mg"]
    assert (running.kind, running.start_h, running.end_h) == (MarkKind.RUNNING, 0.0, 168.0)
    assert [mark.words for mark in boluses] == ["20 micrograms"] * 7


def test_over_many_days_marks_are_the_changes_of_dose(evidence):
    plan = "5 mg x3 for 1 week then 10 mg x3 for 2 weeks"
    chart = fig.spasms(simulated(evidence, plan, days=28))

    assert [(mark.start_h / 24, mark.words) for mark in chart.marks] == [
        (0.0, "15 mg"),
        (7.0, "30 mg"),
        (21.0, "none"),
    ]


def test_a_pump_that_changes_within_a_day_counts_each_day_right(evidence):
    course = simulated(
        evidence, "pump 100 micrograms/day for 20 days then 200 micrograms/day", days=28
    )

    marks = fig.plasma(course).marks

    assert [mark.words for mark in marks] == ["100 micrograms", "200 micrograms"]


def test_only_the_days_asked_for_are_shown(tablets):
    chart = fig.plasma(tablets, days=(2, 3))

    assert (chart.x.low, chart.x.high) == (24.0, 72.0)
    assert (chart.lines[0].x[0], chart.lines[0].x[-1]) == (24.0, 71.75)
    assert len(chart.marks) == 6
    assert chart.table.caption.startswith("Day 3")


@pytest.mark.parametrize("days", [(0, 2), (3, 2), (1, 8)])
def test_days_that_are_not_there_are_refused(tablets, days):
    with pytest.raises(InputError, match="cannot show day"):
        fig.plasma(tablets, days=days)


def test_a_band_is_drawn_where_it_has_the_channel(charts):
    assert charts["spasms"].bands[0].name == "nine of ten people like you"
    assert "nine of ten people like you" in charts["spasms"].summary
    assert charts["cord"].bands == ()


def test_the_edges_of_a_band_stand_in_the_tables(band, charts):
    chart = charts["plasma"]
    evening = slice(6 * 96 + 72, 6 * 96 + 97)
    low, _, high = band["plasma_ng_per_ml"][:, evening]

    assert chart.table.header[2:] == ("1 of 20 below", "1 of 20 above")
    assert chart.table.rows[3][2:] == tuple(
        words.number(np.trapezoid(edge, dx=0.25) / 6) for edge in (low, high)
    )
    assert chart.readings.header == chart.table.header


def test_a_band_of_later_days_is_drawn_but_not_listed(evidence, tablets):
    late = people_like(
        Patient(), tablets.regimen, evidence=evidence, people=20, from_day=5,
        channels=("plasma_ng_per_ml",),
    )  # fmt: skip

    chart = fig.plasma(tablets, band=late)

    assert chart.bands[0].x[0] == 96.0
    assert chart.table.header == ("part of the day", "tablets")


def test_over_many_days_a_band_is_one_point_a_day(evidence):
    plan = parse("10 mg x3")
    course = simulate(Patient(), plan, evidence=evidence, days=20, step_min=60)
    people = people_like(
        Patient(), plan, evidence=evidence, people=20, days=20, step_min=60,
        channels=("plasma_ng_per_ml",),
    )  # fmt: skip

    chart = fig.plasma(course, band=people)

    assert chart.bands[0].x.size == 20
    assert len(chart.readings.rows) == 20
    ET.fromstring(fig.svg(chart))


def test_drowsiness_is_drawn_from_0_to_10(tablets, band, charts):
    chart = charts["drowsiness"]

    assert chart.y.high == 10.0
    assert chart.lines[0].y.max() == pytest.approx(10 * tablets.drowsiness.max())
    assert chart.bands[0].high.max() == pytest.approx(10 * band["drowsiness"][2].max())


def test_every_axis_but_the_logarithmic_starts_at_zero(charts):
    for name, chart in charts.items():
        assert chart.y.low == 0.0, name


def test_no_treatment_is_grey_and_dotted(charts):
    untreated = charts["spasms"].lines[-1]

    assert (untreated.name, untreated.ink) == ("no baclofen", Ink.UNTREATED)
    assert Ink.UNTREATED.dashes.startswith("1 ")


def test_a_plan_that_never_begins_is_named_for_what_it_is(evidence):
    plan = parse("10 mg at 08:00").stopping(0)
    course = simulate(Patient(), plan, evidence=evidence, days=2)

    chart = fig.spasms(course)

    assert chart.lines[0].name == NAMES[Ink.UNTREATED]
    assert chart.title == "Spasms: about as many as without baclofen"
    assert fig.plasma(course).title == "Baclofen in the blood: none"
    assert fig.csf(course).title == "Spinal fluid: none"


def test_a_person_without_spasms_gets_a_sentence_too(evidence):
    course = simulated(evidence, "10 mg x3", patient=Patient(spasms_per_day=0.0), days=2)

    chart = fig.spasms(course)

    assert chart.summary.startswith("On day 2: almost no spasms with tablets")
    ET.fromstring(fig.svg(chart))


def test_an_effect_that_is_even_all_day_says_so(evidence):
    patient = Patient(worst_time=TimeOfDay.EVEN)
    course = simulated(evidence, "pump 150 micrograms/day", patient=patient, days=5)

    assert "about the same at every hour" in fig.spasms(course).summary
    assert "level all day" in fig.plasma(course).title


def test_the_sentence_counts_the_spasms_that_are_gone_of_ten(evidence):
    some = fig.spasms(simulated(evidence, "20 mg x4"))
    hardly = fig.spasms(simulated(evidence, "5 mg at 08:00"))

    assert re.search(r"About \d of 10 spasms are taken away\.", some.summary)
    assert "taken away" not in hardly.summary


def test_a_figure_of_withdrawal_warns_whatever_it_shows(pump):
    chart = fig.withdrawal(pump)

    assert chart.sure == words.NEVER_STOP
    assert words.NEVER_STOP in chart.summary


def test_no_figure_talks_down_or_promises(charts):
    forbidden = re.compile(r"\b(just|simply|suffer|patient|guarantee|mcg|safe)\b|µ", re.IGNORECASE)

    for name, chart in charts.items():
        said = " ".join((chart.title, chart.summary, chart.sure, chart.y.words, chart.x.words))
        assert not forbidden.search(said), name


# The dimmer.


def test_the_dimmer_marks_where_the_day_moves_on_the_curve(evidence, tablets, charts):
    chart = charts["dimmer of tablets"]
    spot = chart.spots[0]
    last_day = tablets.cord_lumbar_ng_per_ml[-97:]

    assert spot.x[0] == pytest.approx(max(1.0, last_day.min()))
    assert spot.x[-1] == pytest.approx(last_day.max())
    emax = fig.dimmer.from_evidence(fig.dimmer.ResponseParameters, evidence).emax
    assert spot.y[-1] == pytest.approx(10 * emax * tablets.dimming[-97:].max())


def test_the_dimmer_of_a_pump_stands_above_that_of_tablets(charts):
    low, high = (charts[f"dimmer of {name}"].spots[0] for name in ("tablets", "a pump"))

    assert low.y[-1] < high.y[0]


def test_regions_of_the_dimmer_follow_from_the_evidence(evidence):
    tablets, pump = fig.usual_reach(evidence)

    assert tablets.ink is Ink.TABLET
    assert pump.ink is Ink.PUMP
    assert tablets.low < tablets.high < pump.low < pump.high


@pytest.mark.parametrize("passing", [0.0, 0.04, 0.25, 0.5, 0.9, 1.0])
def test_as_many_signals_pass_as_the_words_say(charts, passing):
    chart = charts["dimmer of a pump"]
    chart = replace(chart, nerve=replace(chart.nerve, passing=passing))

    nerve = ET.fromstring(fig.svg(chart)).find(f"{SVG}g[@class='nerve']")
    arriving, still = (path.get("d").count("l3-24") for path in nerve.findall(f"{SVG}path"))

    assert arriving == 10
    assert still == round(10 * passing)


# Words.


def test_hardly_any_is_said_without_a_fraction():
    assert words.against(0.1, 6.0, than="without") == "almost none are left"
    assert words.against(0.0, 6.0, than="without") == "almost none are left"


@pytest.mark.parametrize(
    ("with_it", "without", "said"),
    [
        (6.0, 6.0, "about as many as"),
        (5.8, 6.0, "about as many as"),
        (5.4, 6.0, "about a tenth fewer than"),
        (4.8, 6.0, "about a fifth fewer than"),
        (4.5, 6.0, "about a quarter fewer than"),
        (4.0, 6.0, "about a third fewer than"),
        (3.0, 6.0, "about half fewer than"),
        (2.0, 6.0, "about two thirds fewer than"),
        (1.5, 6.0, "about three quarters fewer than"),
        (0.6, 6.0, "about nine tenths fewer than"),
        (8.0, 6.0, "about a third more than"),
        (12.0, 6.0, "about 2 times as many as"),
        (0.0, 0.0, "about as many as"),
    ],
)
def test_a_share_is_said_as_an_everyday_fraction(with_it, without, said):
    assert words.against(with_it, without, than="without") == f"{said} without"


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (1.0, 1.0, "about as much here as there"),
        (1.5, 1.0, "about one and a half times as much here as there"),
        (1.0, 2.0, "about twice as much there as here"),
        (60.0, 10.0, "about 6 times as much here as there"),
        (9000.0, 0.1, "far more here than there"),
        (0.0, 10.0, "some only there"),
        (10.0, 0.0, "some only here"),
        (0.0, 0.0, "none"),
    ],
)
def test_two_levels_are_compared_in_words(first, second, said):
    assert words.compared(first, second, names=("here", "there")) == said


def test_a_feeling_has_a_word_for_every_strength():
    said = [words.level(share) for share in np.linspace(0.0, 1.0, 101)]

    assert len(set(said)) == len(words.LEVELS)
    assert words.level(1.7) == words.LEVELS[-1][1]
