"""However people are split and in whatever order they are added, the sum is the same to the bit."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unclench.cohorts.outcomes import Tally, histogram, moments, quantiles_of

VALUES = st.lists(st.floats(0.0, 2.0**14), min_size=2, max_size=60).map(np.array)


def counted(values):
    return Tally({"histogram": histogram(values), "moments": moments(values)})


@given(VALUES, st.data())
def test_parts_in_any_order_add_to_the_whole(values, data):
    cuts = sorted(data.draw(st.sets(st.integers(1, len(values) - 1), max_size=5)))
    parts = data.draw(st.permutations(np.split(values, cuts)))
    made = Tally({})
    for part in parts:
        made = made + counted(part)

    assert made == counted(values)


@given(VALUES, VALUES, VALUES)
def test_adding_is_associative(one, two, three):
    a, b, c = map(counted, (one, two, three))

    assert (a + b) + c == a + (b + c) == c + a + b


@given(VALUES)
def test_quantiles_rise_with_the_share(values):
    low, middle, high = quantiles_of(histogram(values), (0.05, 0.5, 0.95))

    assert low <= middle <= high
