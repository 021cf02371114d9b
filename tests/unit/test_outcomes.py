"""Outcomes that add up exactly."""

from __future__ import annotations

import numpy as np
import pytest

from unclench.cohorts.outcomes import (
    BINS,
    STEP_ERROR,
    Tally,
    histogram,
    mean_and_sd,
    moments,
    quantiles_of,
    share_interval,
)
from unclench.errors import InputError


def test_quantiles_lie_within_the_error_that_is_told():
    values = np.random.default_rng(1).lognormal(1.0, 1.5, 100_000)

    read = quantiles_of(histogram(values), (0.05, 0.5, 0.95))

    assert read == pytest.approx(np.quantile(values, (0.05, 0.5, 0.95)), rel=STEP_ERROR)


def test_moments_lie_within_the_error_that_is_told():
    values = np.random.default_rng(1).lognormal(1.0, 1.5, 100_000)

    mean, sd = mean_and_sd(moments(values))

    assert abs(mean - values.mean()) < 2.0**-20
    assert sd == pytest.approx(values.std(), rel=1e-6)


def test_nothing_and_far_too_much_have_bins_of_their_own():
    counts = histogram(np.array([0.0, 1e-9, 1e9]))

    assert (counts[0], counts[BINS - 1]) == (2, 1)
    assert quantiles_of(counts, (0.0,))[0] == 0.0


@pytest.mark.parametrize("wrong", [np.nan, -1.0, np.inf, 2.0**21])
def test_what_cannot_be_added_exactly_is_refused(wrong):
    with pytest.raises(InputError):
        moments(np.array([wrong]))


def test_no_number_is_refused_by_a_histogram():
    with pytest.raises(InputError):
        histogram(np.array([np.nan]))


def test_nobody_has_no_mean_and_no_share():
    with pytest.raises(InputError):
        mean_and_sd(np.zeros(5, np.int64))
    with pytest.raises(InputError):
        share_interval(np.array([0, 0]))


def test_tallies_that_differ_in_one_number_differ():
    one, other = (Tally({"a": np.array([n])}) for n in (1, 2))

    assert one != other
    assert one == Tally({"a": np.array([1])})
    assert len({one, other, Tally({"a": np.array([1])})}) == 2
