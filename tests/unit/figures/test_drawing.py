"""What is drawn can be read by tired eyes, in grey, by a screen reader, under a strict policy."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

import numpy as np

from unclench import figures as fig
from unclench.figures import colours, words
from unclench.figures.axes import text_px
from unclench.figures.chart import Axis, Line
from unclench.figures.colours import DARK, LIGHT, Ink

SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = (280, 288, 320, 336, 479, 480, 640, 680, 720, 1200)
SMALLEST_LETTERS_PX = 14
LARGEST_FILE = 10_000


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


def test_every_bold_name_has_a_rim_of_paper_below_its_letters(charts):
    for name, _, svg in drawings(charts):
        for group in re.findall(r'<g class="label [^>]*>', svg):
            assert 'paint-order="stroke"' in group, name


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
