"""Figures as files: SVG, PNG, PDF, and what is refused."""

from __future__ import annotations

import io
import sys

import numpy as np
import pytest
from PIL import Image

from unclench import InputError
from unclench import figures as fig

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
