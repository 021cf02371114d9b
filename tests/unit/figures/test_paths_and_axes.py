"""Curves lose no peak, ticks are round, labels keep apart."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unclench import InputError
from unclench.figures import paths
from unclench.figures.axes import clock_ticks, day_ticks, round_end, spread, ticks
from unclench.figures.chart import Axis, Scale

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
        (7, 153.0, ["day 1", "day 4", "day 7"]),
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
