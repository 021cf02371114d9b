"""The personal answer against people whose numbers are known, a small version.

The large one, of 2,000 people, is `python -m scripts.simulation_based_calibration`; its page is
docs/calibration-of-the-personal-answer.md.
"""

from __future__ import annotations

import os

import numpy as np
import pytest
from scipy.stats import binom, chisquare

from scripts.simulated_diaries import ranks, simulated
from scripts.simulation_based_calibration import all_people
from unclench.inference.exposure import Kinetics
from unclench.inference.prior import prior
from unclench.patient import Patient

PEOPLE = 60
DAYS = 28
BINS = 6


@pytest.fixture(scope="module")
def found():
    """Where each true number of 60 people falls in the posterior of four weeks of diary."""
    return all_people(PEOPLE, seed=20, workers=2, days=DAYS)


def test_nine_of_ten_bands_hold_nine_of_ten_true_numbers(found):
    """For each number, within what chance does to 60 people once in ten thousand."""
    fewest, most = binom.ppf([1e-4, 1 - 1e-4], PEOPLE, 0.9)
    for name in found[0]["ranks"]:
        inside = sum(0.05 <= one["ranks"][name] <= 0.95 for one in found)

        assert fewest <= inside <= most, name


def test_true_numbers_fall_anywhere_in_their_posteriors_alike(found):
    """Chi-square over six bins; each number is refused once in ten thousand by chance."""
    for name in found[0]["ranks"]:
        falls = [one["ranks"][name] for one in found]
        counts = np.histogram(falls, BINS, (0.0, 1.0))[0]

        assert chisquare(counts).pvalue > 1e-4, name


def test_the_coming_days_fall_within_their_bands(found):
    inside = np.array([day for one in found for day in one["forecast"]])

    assert binom.ppf(1e-4, inside.size, 0.9) <= inside.sum()


def test_the_sum_settles_for_nearly_everyone(found):
    assert np.mean([one["settled"] for one in found]) > 0.95


def test_a_diary_of_eight_weeks_takes_less_than_two_seconds_of_one_core(evidence):
    known, curves = prior(evidence), Kinetics.of(Patient(), evidence)
    one = simulated(known, curves, np.random.default_rng(3), days=56)
    before = os.times()
    ranks(one, known, curves, seed=1, luck=0.5)
    after = os.times()

    assert after.user + after.system - before.user - before.system < 2.0
