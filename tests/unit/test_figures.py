"""Figures: what they say, that they can be read by tired eyes, and that their SVG is safe."""

from __future__ import annotations

import io
import re
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from unclench import InputError, Patient, TimeOfDay
from unclench import figures as fig
from unclench.figures import colours, paths, words
from unclench.figures.axes import clock_ticks, day_ticks, round_end, spread, text_px, ticks
from unclench.figures.chart import Axis, Line, MarkKind, Scale
from unclench.figures.colours import DARK, LIGHT, Ink
from unclench.figures.timeline import NAMES
from unclench.pharmacology import simulate
from unclench.regimen import parse

SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = (280, 288, 320, 336, 479, 480, 640, 680, 720, 1200)
SMALLEST_LETTERS_PX = 14
LARGEST_FILE = 10_000


def simulated(evidence, text, *, days=7, patient=None, step_min=15):
    return simulate(
        patient or Patient(), parse(text), evidence=evidence, days=days, step_min=step_min
    )


@pytest.fixture(scope="module")
def tablets(evidence):
    return simulated(evidence, "10 mg at 08:00, 14:00 and 20 mg at 22:00")


@pytest.fixture(scope="module")
def pump(evidence):
    return simulated(evidence, "pump 150 micrograms/day, bolus 20 micrograms at 22:00")


@dataclass
class Spread:
    """A band as `cohorts` gives it: half, once and one and a half times a course."""

    time_h: np.ndarray
    channels: dict[str, np.ndarray]


@pytest.fixture(scope="module")
def band(tablets):
    names = ("spasms_per_h", "plasma_ng_per_ml", "drowsiness", "csf_lumbar_ng_per_ml", "ashworth")
    return Spread(
        time_h=tablets.time_h,
        channels={
            name: np.outer([0.5, 1.0, 1.5], getattr(tablets, name)).reshape(3, -1) for name in names
        },
    )


@pytest.fixture(scope="module")
def charts(evidence, tablets, pump, band):
    stronger = simulated(evidence, "20 mg x4")
    taper = simulated(
        evidence, "5 mg x3 for 1 week then 10 mg x3 for 2 weeks then 15 mg x3", days=84
    )
    both = simulated(evidence, "10 mg x3 + pump 100 micrograms/day")
    regions = fig.usual_reach(evidence)
    return {
        "spasms": fig.spasms(tablets, band=band),
        "spasms of two routes": fig.spasms(tablets, other=pump),
        "spasms of two plans of tablets": fig.spasms(tablets, other=stronger, band=band),
        "spasms of one day": fig.spasms(tablets, band=band, days=(7, 7)),
        "spasms of two days": fig.spasms(pump, days=(2, 3)),
        "spasms of a long plan": fig.spasms(taper, other=None),
        "spasms of both routes": fig.spasms(both),
        "tone": fig.tone(pump, other=tablets),
        "plasma": fig.plasma(tablets, band=band),
        "plasma of two": fig.plasma(tablets, other=pump),
        "csf": fig.csf(pump),
        "csf of two": fig.csf(pump, other=tablets),
        "cord": fig.cord(pump, days=(1, 1)),
        "drowsiness": fig.drowsiness(tablets, band=band),
        "weakness": fig.weakness(pump),
        "withdrawal": fig.withdrawal(pump, other=tablets),
        "dimmer of tablets": fig.dimmer_curve(tablets, evidence=evidence, regions=regions),
        "dimmer of a pump": fig.dimmer_curve(pump, evidence=evidence, regions=regions),
        "strip": fig.day_strip(tablets),
    }


def drawings(charts, *, theme=fig.Theme.PAPER):
    for name, chart in charts.items():
        for width in WIDTHS:
            yield f"{name} at {width}", chart, fig.svg(chart, width=width, theme=theme)


@dataclass(frozen=True)
class Words:
    """A line of text as it stands on the picture."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    kind: str

    def touches(self, other):
        apart = 0.5
        return (
            self.left < other.right - apart
            and other.left < self.right - apart
            and self.top < other.bottom - apart
            and other.top < self.bottom - apart
        )


def texts(svg):
    root = ET.fromstring(svg)
    return list(placed(root, float(root.get("font-size")), "start", bold=False, kind=""))


def placed(element, font_px, anchor, *, bold, kind):
    font_px = float(element.get("font-size", font_px))
    anchor = element.get("text-anchor", anchor)
    bold = element.get("font-weight", "400" if not bold else "700") == "700"
    kind = element.get("class", kind)
    if element.tag == f"{SVG}text":
        width = text_px(element.text, font_px=font_px, bold=bold)
        x, y = float(element.get("x")), float(element.get("y"))
        left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        yield Words(element.text, left, left + width, y - 0.73 * font_px, y + 0.2 * font_px, kind)
    for child in element:
        yield from placed(child, font_px, anchor, bold=bold, kind=kind)


# What a page may hold.


def test_every_figure_is_valid_xml_that_a_strict_policy_lets_through(charts):
    allowed = {"svg", "title", "desc", "g", "path", "rect", "text"}

    for theme in fig.Theme:
        for name, _, svg in drawings(charts, theme=theme):
            for element in ET.fromstring(svg).iter():
                assert element.tag.removeprefix(SVG) in allowed, name
                assert not {"style", "href", "src"} & set(element.attrib), name
                assert not [key for key in element.attrib if key.startswith("on")], name
            assert "url(" not in svg, name
            assert "http" not in svg.replace("http://www.w3.org/2000/svg", ""), name


def test_every_figure_has_a_name_and_a_description_for_a_screen_reader(charts):
    for name, chart, svg in drawings(charts):
        root = ET.fromstring(svg)
        ids = {element.get("id"): element.text for element in root.iter() if element.get("id")}
        title, description = root.get("aria-labelledby").split()

        assert root.get("role") == "img", name
        assert ids[title] == chart.title, name
        assert ids[description] == chart.summary, name


def test_two_drawings_of_one_chart_share_no_id(charts):
    narrow = fig.svg(charts["spasms"], width=320, name="spasms-narrow")
    wide = fig.svg(charts["spasms"], width=720, name="spasms-wide")

    ids = [set(re.findall(r'id="([^"]+)"', svg)) for svg in (narrow, wide)]

    assert not ids[0] & ids[1]


def test_every_figure_says_where_its_plot_is_for_those_who_read_it_off(charts):
    for name, chart, svg in drawings(charts):
        root = ET.fromstring(svg)
        left, top, right, bottom = map(float, root.get("data-plot").split())

        assert 0 < left < right <= float(root.get("width")), name
        assert 0 < top < bottom < float(root.get("height")), name
        assert root.get("data-x").split() == [f"{chart.x.low:g}", f"{chart.x.high:g}"], name
        assert root.get("data-x-scale") == chart.x.scale.value, name


def test_words_from_outside_are_escaped():
    line = Line(name='<script>"&', x=np.array([0.0, 1.0]), y=np.array([0.0, 1.0]), ink=Ink.TABLET)
    chart = fig.Chart(
        key="any", title="a < b & c", summary='"', lines=(line,),
        x=Axis(words="<x>", high=1.0), y=Axis(words="<y>", high=1.0),
    )  # fmt: skip

    svg = fig.svg(chart)

    assert ET.fromstring(svg).find(f"{SVG}title").text == "a < b & c"
    assert "<script" not in svg


def test_every_figure_of_a_week_is_smaller_than_ten_kilobytes(charts):
    for name, _, svg in drawings(charts, theme=fig.Theme.PAGE):
        if "1200" not in name:
            assert len(svg) < LARGEST_FILE, f"{name}: {len(svg)}"


def test_a_page_sets_the_title_itself_and_a_file_carries_it(charts):
    page, paper = (fig.svg(charts["spasms"], theme=theme) for theme in fig.Theme)

    assert 'class="finding"' not in page
    assert 'class="paper"' not in page
    assert 'class="finding"' in paper
    assert words.SURE in re.sub(r"</text><text[^>]*>", " ", paper)


# What tired eyes need.


def test_letters_are_never_smaller_than_14_pixels(charts):
    for name, _, svg in drawings(charts):
        for size in re.findall(r'font-size="([\d.]+)"', svg):
            assert float(size) >= SMALLEST_LETTERS_PX, name


def test_no_word_runs_off_the_picture(charts):
    for name, _, svg in drawings(charts):
        root = ET.fromstring(svg)
        for line in texts(svg):
            assert line.left >= 0, (name, line)
            assert line.right <= float(root.get("width")), (name, line)
            assert line.top >= 0, (name, line)
            assert line.bottom <= float(root.get("height")), (name, line)


def test_no_two_words_touch(charts):
    for name, _, svg in drawings(charts):
        lines = texts(svg)
        for i, one in enumerate(lines):
            for other in lines[i + 1 :]:
                assert not one.touches(other), (name, one, other)


def test_every_line_but_the_curve_of_the_dimmer_has_its_name_at_its_end(charts):
    for name, chart, svg in drawings(charts):
        shown = " ".join(line.text for line in texts(svg) if line.kind.startswith("label"))
        for line in chart.lines:
            assert line.name in shown, name


def test_all_words_contrast_at_least_seven_to_one_on_light_and_dark():
    grounds = ("paper", "card")
    inks = ("ink", "soft", "tablet", "pump", "both", "untreated", "lamp")

    for palette in (LIGHT, DARK):
        for ground in grounds:
            for ink in inks:
                ratio = colours.contrast(palette[ink], palette[ground])
                assert ratio >= 7.0, (ink, ground, round(ratio, 2))


def test_lines_are_told_apart_without_colour():
    strokes = {ink.dashes for ink in (Ink.TABLET, Ink.PUMP, Ink.BOTH, Ink.UNTREATED)}

    assert len(strokes) == 4
    assert Ink.TABLET.dashes == ""


def test_two_plans_of_one_route_are_told_apart_by_beads(charts):
    first, second, untreated = charts["spasms of two plans of tablets"].lines

    assert (first.ink, first.beaded) == (Ink.TABLET, False)
    assert (second.ink, second.beaded) == (Ink.TABLET, True)
    assert (first.name, second.name) == ("first plan", "second plan")
    assert untreated.ink is Ink.UNTREATED


def test_marks_for_swallowed_and_for_intrathecal_doses_differ_in_shape(charts):
    svg = fig.svg(charts["spasms of two routes"])

    swallowed, injected = (
        re.search(rf'class="dose {ink}" d="M[\d.]+ [\d.]+([^M"]+)', svg).group(1)
        for ink in ("tablet", "pump")
    )

    assert swallowed != injected


def test_the_stylesheet_gives_every_class_a_colour_of_the_page(charts):
    css = fig.stylesheet()
    tokens = set(re.findall(r"var\(--([a-z-]+),", css))
    used = {
        name
        for theme in fig.Theme
        for _, _, svg in drawings(charts, theme=theme)
        for name in re.findall(r'class="([^"]+)"', svg)
    }

    for classes in used - {"nerve"}:
        first = classes.split()[0]
        assert f".figure .{first}" in css or first == "figure", classes
    assert {"ink", "soft", "tablet", "pump", "untreated", "paper", "rule"} <= tokens
    assert "style=" not in css


# Paths.


def points(path):
    """The absolute points of a path that starts with M and goes on in relative steps."""
    numbers = [float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", path.replace("l", " "))]
    steps = np.array(numbers).reshape(-1, 2)
    return np.cumsum(steps, axis=0)


@given(
    st.lists(st.floats(0, 300), min_size=2, max_size=900),
    st.floats(10, 600),
)
def test_thinning_loses_no_peak(heights, width):
    y = np.array(heights)
    x = np.linspace(40.0, 40.0 + width, y.size)

    index = paths.kept(x, y)

    assert index[0] == 0
    assert index[-1] == y.size - 1
    assert y[index].min() == y.min()
    assert y[index].max() == y.max()
    assert index.size <= 2 * width + 4 + y.size / max(width, 1)


def test_a_smooth_curve_strays_less_than_half_a_pixel_from_what_is_drawn():
    x = np.linspace(0.0, 600.0, 673)
    y = 100 + 90 * np.sin(x / 12)

    index = paths.kept(x, y)
    apart = np.interp(x, x[index], y[index]) - y
    slope = np.abs(np.gradient(y, x))

    assert index.size < x.size
    assert (np.abs(apart) / np.hypot(1, slope)).max() < 0.5


def test_relative_steps_do_not_drift():
    x = np.linspace(3.03, 700.07, 400)
    y = np.cumsum(np.sin(x)) + 100

    drawn = points(paths.steps(x, y))

    assert np.abs(drawn[:, 0] - x).max() < 0.051
    assert np.abs(drawn[:, 1] - y).max() < 0.051


def test_an_area_goes_along_the_bottom_and_back_along_the_top():
    x = np.array([0.0, 10.0, 20.0])

    path = paths.area(x, np.array([9.0, 9.5, 9.0]), np.array([1.0, 5.0, 1.0]))

    assert path.startswith("M0 9l")
    assert path.endswith("z")


@given(
    st.lists(st.tuples(st.floats(0, 300), st.floats(10, 60)), min_size=1, max_size=5),
)
def test_labels_never_overlap_and_stay_inside_where_there_is_room(labels):
    wanted, heights = (tuple(part) for part in zip(*labels, strict=True))

    centres = spread(wanted, heights=heights, low=0.0, high=300.0)
    boxes = sorted(
        (centre - height / 2, centre + height / 2)
        for centre, height in zip(centres, heights, strict=True)
    )

    for (_, above), (below, _) in pairwise(boxes):
        assert above <= below + 1e-6
    if sum(heights) <= 300:
        assert boxes[0][0] >= -1e-6
        assert boxes[-1][1] <= 300 + 1e-6


# Axes.


@given(st.floats(1e-3, 1e6))
def test_an_axis_ends_above_its_highest_value_and_not_far_above(highest):
    end = round_end(highest)

    assert highest < end <= 1.6 * highest


def test_an_axis_without_values_still_has_a_length():
    assert round_end(0.0) == 1.0


@pytest.mark.parametrize(
    ("low_h", "high_h", "px", "expected"),
    [
        (0.0, 24.0, 500.0, [("00:00", "night"), ("03:00",), ("06:00", "morning"), ("09:00",)]),
        (0.0, 24.0, 190.0, [("00:00",), ("12:00",), ("00:00",)]),
        (24.0, 72.0, 500.0, [("00:00",), ("06:00",), ("12:00",)]),
    ],
)
def test_a_day_or_two_have_clock_hours_and_words_where_they_fit(low_h, high_h, px, expected):
    marks = clock_ticks(low_h, high_h, px_per_h=px / (high_h - low_h), font_px=14)

    assert [tick.words for tick in marks][: len(expected)] == expected


@pytest.mark.parametrize(
    ("days", "px", "first_words"),
    [
        (7, 600.0, ["day 1", "day 2", "day 3"]),
        (7, 200.0, ["day 1", "day 3", "day 5"]),
        (21, 500.0, ["week 1", "week 2", "week 3"]),
        (84, 190.0, ["week 1", "week 7"]),
        (3650, 300.0, ["week 1"]),
    ],
)
def test_more_days_have_days_then_weeks(days, px, first_words):
    marks = day_ticks(0.0, 24.0 * days, px_per_h=px / (24 * days), font_px=14)

    labels = [tick.words[0] for tick in marks if tick.words]

    assert labels[: len(first_words)] == first_words


def test_a_logarithmic_axis_has_powers_of_ten():
    axis = Axis(words="level", low=1.0, high=3000.0, scale=Scale.LOG)

    labels = [tick.words for tick in ticks(axis, length_px=300, font_px=14)]

    assert labels == [("1",), ("10",), ("100",), ("1,000",)]


def test_an_axis_that_runs_nowhere_is_refused():
    with pytest.raises(InputError, match="runs from 0"):
        Axis(words="x", high=0.0)
    with pytest.raises(InputError, match="logarithmic"):
        Axis(words="x", high=10.0, scale=Scale.LOG)


# What the figures say.


def test_the_table_has_the_numbers_of_the_simulation(tablets, charts):
    table = charts["spasms"].table

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
    assert (chart.lines[0].x[0], chart.lines[0].x[-1]) == (24.0, 72.0)
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


def test_drowsiness_is_drawn_from_0_to_10(tablets, charts):
    chart = charts["drowsiness"]

    assert chart.y.high == 10.0
    assert chart.lines[0].y.max() == pytest.approx(10 * tablets.drowsiness.max())
    assert chart.bands[0].high.max() == pytest.approx(15 * tablets.drowsiness.max())


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


# Files.


def test_a_figure_shows_itself_in_a_notebook(charts):
    assert charts["spasms"]._repr_svg_().startswith("<svg")


@pytest.mark.parametrize(
    ("ending", "head"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF-")]
)
def test_a_figure_is_saved_as_its_name_ends(charts, tmp_path, ending, head):
    path = fig.save(charts["spasms"], tmp_path / f"spasms.{ending}")

    assert path.read_bytes().startswith(head)


def test_a_png_has_two_dots_for_each_pixel(charts):
    picture = Image.open(io.BytesIO(fig.rendered(charts["spasms"], kind=".png", width=480)))

    assert picture.width == 960


def test_a_printed_figure_is_readable_in_grey(charts):
    picture = Image.open(io.BytesIO(fig.rendered(charts["spasms of two routes"], kind=".png")))

    grey = np.asarray(picture.convert("L"))

    assert grey.min() < 90
    assert grey[0, 0] > 240


@pytest.mark.parametrize("name", ["spasms", "spasms.jpg", "spasms.svg.zip"])
def test_another_ending_is_refused(charts, tmp_path, name):
    with pytest.raises(InputError, match=r"Expected: a file name that ends in \.svg"):
        fig.save(charts["spasms"], tmp_path / name)


def test_a_missing_extra_is_named(charts, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)

    with pytest.raises(InputError, match="export extra"):
        fig.save(charts["spasms"], tmp_path / "spasms.png")


@pytest.mark.parametrize("width", [0, 279, 2001])
def test_a_width_that_nobody_can_read_is_refused(charts, width):
    with pytest.raises(InputError, match="280 to 2000"):
        fig.svg(charts["spasms"], width=width)


@pytest.mark.parametrize("height", [0, 39, 2001])
def test_a_height_that_nobody_can_read_is_refused(charts, height):
    with pytest.raises(InputError, match="40 to 2000"):
        fig.svg(charts["spasms"], plot_height=height)


# Words.


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
        (0.1, 6.0, "almost all fewer than"),
        (0.0, 6.0, "almost all fewer than"),
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
