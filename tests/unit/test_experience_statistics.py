"""Shares and staying, against independent libraries, by brute force, and over many communities."""

from __future__ import annotations

import re
import warnings
from fractions import Fraction
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from scripts.experience_coverage import AT_DAYS, Truth, coverage
from unclench.errors import InputError
from unclench.experience import Stays, shrunk, staying, wilson

REGISTER = Truth(scale_day=300.0, shape=0.53)


@pytest.mark.parametrize("people", [1, 2, 10, 37, 600])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_wilson_is_that_of_an_independent_library(people, level):
    for count in {0, 1, people // 3, people - 1, people}:
        theirs = stats.binomtest(count, people).proportion_ci(level, method="wilson")
        ours = wilson(count, people, level=level)
        assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
        assert ours.low <= ours.share <= ours.high


def test_a_share_of_nobody_is_refused():
    for count, people in ((0, 0), (3, 2), (-1, 5)):
        with pytest.raises(InputError, match="at least one person"):
            wilson(count, people)


def test_a_small_group_is_drawn_further_than_a_large_one():
    few, many, *rest = shrunk([(9, 10), (300, 500), (45, 100), (50, 100), (55, 100)])
    assert 0.55 < few.share < 0.75
    assert 0.58 < many.share <= 0.6
    assert few.own_weight < 0.4 < 0.85 < many.own_weight
    assert all(one.low < one.share < one.high for one in rest)


def test_groups_that_differ_by_chance_alone_are_drawn_together():
    most, least = shrunk([(34, 60), (26, 60), (30, 60), (31, 60), (29, 60), (30, 60)])[:2]
    assert most.share - least.share < 0.3 * (34 - 26) / 60


def test_shrunk_shares_are_nearer_to_the_truth_than_raw_ones():
    chance = np.random.default_rng(3)
    raw_error = shrunk_error = 0.0
    for _ in range(60):
        truths = chance.beta(8, 8, 10)
        people = chance.integers(10, 80, 10)
        groups = [(int(chance.binomial(n, p)), int(n)) for n, p in zip(people, truths, strict=True)]
        raw_error += sum((c / n - p) ** 2 for (c, n), p in zip(groups, truths, strict=True))
        found = shrunk(groups)
        shrunk_error += sum((s.share - p) ** 2 for s, p in zip(found, truths, strict=True))
    assert shrunk_error < 0.85 * raw_error


def test_the_intervals_of_shrunk_shares_hold_the_truth():
    chance = np.random.default_rng(4)
    held = total = 0
    for _ in range(80):
        truths = chance.beta(6, 9, 12)
        groups = [(int(chance.binomial(40, p)), 40) for p in truths]
        for one, truth in zip(shrunk(groups), truths, strict=True):
            held += one.low <= truth <= one.high
            total += 1
    assert 0.92 < held / total < 0.98


def stays(people, seed, *, truncated=True, rounding=5.0):
    chance = np.random.default_rng(seed)
    entry = np.floor(chance.exponential(60, people)) * truncated
    gone = entry + rounding * np.ceil(chance.exponential(100, people) / rounding)
    return Stays(entry_day=entry, exit_day=gone, stopped=chance.random(people) < 0.7)


@pytest.mark.parametrize("seed", range(5))
def test_without_truncation_it_is_the_curve_of_an_independent_library(seed):
    who = stays(150, seed, truncated=False)
    ours = staying(who, least_at_risk=1)
    censored = stats.CensoredData(
        uncensored=who.exit_day[who.stopped], right=who.exit_day[~who.stopped]
    )
    theirs = stats.ecdf(censored).sf
    with warnings.catch_warnings():  # where nobody is left it has no interval
        warnings.simplefilter("ignore", RuntimeWarning)
        ends = theirs.confidence_interval(method="log-log")
    at = np.isin(theirs.quantiles, ours.days)
    inside = ours.share > 0
    np.testing.assert_allclose(ours.share, theirs.probabilities[at], atol=1e-12)
    np.testing.assert_allclose(ours.low[inside], ends.low.probabilities[at][inside], atol=1e-12)
    np.testing.assert_allclose(ours.high[inside], ends.high.probabilities[at][inside], atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_with_truncation_it_is_what_counting_one_by_one_gives(seed):
    who = stays(80, seed)
    ours = staying(who, least_at_risk=5)
    people = list(zip(who.entry_day, who.exit_day, who.stopped, strict=True))
    share, variance = Fraction(1), Fraction(0)
    for i, day in enumerate(ours.days):
        at_risk = sum(entry < day <= gone for entry, gone, _ in people)
        stops = sum(gone == day and bool(done) for _, gone, done in people)
        at_risk, stops = int(at_risk), int(stops)
        share *= 1 - Fraction(stops, at_risk)
        variance += Fraction(stops, at_risk * (at_risk - stops))
        assert (ours.at_risk[i], ours.stops[i]) == (at_risk, stops)
        assert ours.share[i] == pytest.approx(float(share), abs=1e-12)
        log = np.log(float(share))
        half = 1.959963984540054 * sqrt(variance) / log
        assert ours.low[i] == pytest.approx(np.exp(log * np.exp(-half)), abs=1e-9)
        assert ours.high[i] == pytest.approx(np.exp(log * np.exp(half)), abs=1e-9)
    assert min(ours.at_risk) >= 5
    assert sum(entry <= ours.from_day < gone for entry, gone, _ in people) >= 5


def test_the_curve_starts_and_ends_where_enough_people_are_watched():
    who = Stays(
        entry_day=np.array([0.0] * 3 + [100.0] * 30),
        exit_day=np.array([50.0, 300.0, 300.0] + [200.0] * 15 + [400.0] * 15),
        stopped=np.array([True] * 18 + [False] * 15),
    )
    curve = staying(who, least_at_risk=20)
    assert (curve.from_day, curve.until_day) == (100.0, 200.0)
    assert curve.on(150.0) == (1.0, 1.0, 1.0)
    assert curve.on(200.0)[0] == pytest.approx(17 / 32)
    for outside in (99.0, 201.0):
        with pytest.raises(InputError, match="does not reach"):
            curve.on(outside)
    assert staying(who, least_at_risk=40) is None


def test_somebody_who_was_never_watched_is_refused():
    for entry, gone in ((5.0, 5.0), (-1.0, 5.0), (0.0, np.inf)):
        with pytest.raises(InputError, match="not watched"):
            Stays(entry_day=np.array([entry]), exit_day=np.array([gone]), stopped=np.array([True]))
    with pytest.raises(InputError, match="differ in length"):
        Stays(entry_day=np.zeros(2), exit_day=np.ones(1), stopped=np.array([True]))


def test_the_truncated_interval_holds_the_truth_and_the_naive_one_does_not():
    """The small sibling of scripts/experience_coverage.py: chance moves 150 draws by 3.5 %."""
    found = coverage(REGISTER, 150)
    for i in range(len(AT_DAYS)):
        assert 0.90 <= found["truncated"][i] <= 0.99
        assert found["naive"][i] == 0.0


def test_the_page_of_a_thousand_communities_says_so_too():
    text = (Path(__file__).parents[2] / "docs" / "experience.md").read_text(encoding="utf-8")
    rows = re.findall(r"\| (\d+) days \| .* \| ([\d.]+) % \| .* \| ([\d.]+) % \|", text)
    assert "1,000 simulated communities" in text
    assert [int(days) for days, _, _ in rows] == list(AT_DAYS)
    assert all(93 <= float(held) <= 97 for _, held, _ in rows)
    assert all(float(naive) < 5 for _, _, naive in rows)
