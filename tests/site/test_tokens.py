"""The house's colours: readable by tired eyes, and the same on the page as in a figure."""

from __future__ import annotations

import re

import pytest
from django.conf import settings as site

from unclench import figures
from unclench.figures.colours import DARK, LIGHT, contrast

TOKENS = (site.SITE / "static" / "unclench" / "tokens.css").read_text(encoding="utf-8")
USUAL = TOKENS.partition("@media")[0]
PAIRS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--(\w+): light-dark\((#\w{6}), (#\w{6})\);", USUAL)
}
PAPERS = ("paper", "card", "tint")
INKS = ("ink", "soft", "tablet", "pump", "both", "untreated", "lamp", "danger", "good")


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("ink", INKS)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_ink_can_be_read_on_every_paper(paper, ink, scheme):
    assert contrast(PAIRS[ink][scheme], PAIRS[paper][scheme]) >= 7


@pytest.mark.parametrize("fill", ["tablet", "ink", "danger"])
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_words_on_a_filled_button_can_be_read(fill, scheme):
    assert contrast(PAIRS["paper"][scheme], PAIRS[fill][scheme]) >= 7


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("edge", ["edge", "lamp"])
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_edges_of_fields_and_the_focus_ring_can_be_seen(paper, edge, scheme):
    assert contrast(PAIRS[edge][scheme], PAIRS[paper][scheme]) >= 3


def test_page_and_figures_have_the_same_colours():
    for scheme, palette in enumerate((LIGHT, DARK)):
        for name, colour in palette.items():
            assert PAIRS[name][scheme].upper() == colour.upper(), name


def test_the_stylesheet_of_the_figures_is_the_one_that_they_come_with():
    file = site.SITE / "static" / "unclench" / "charts.css"
    assert file.read_text(encoding="utf-8") == figures.stylesheet()
