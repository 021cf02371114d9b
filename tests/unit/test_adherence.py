"""How tablets are really taken: missed, late, doubled, on holiday; drawn by counters."""

from __future__ import annotations

import numpy as np
import pytest

from unclench.cohorts.adherence import Adherence, book_late, taken
from unclench.errors import InputError
from unclench.pharmacology.absorption import Inputs, Swallowed

DOSES = Inputs(swallowed=tuple(Swallowed(480 + 720 * i, 10_000.0) for i in range(60)))
TIMES = [dose.at_min for dose in DOSES.swallowed]


def take(adherence, *, first=0, people=2000):
    _, which = book_late(DOSES, adherence)
    return taken(adherence, TIMES, which, seed=5, first=first, people=people), which


def test_a_person_misses_the_same_doses_in_any_chunk():
    usual = Adherence(
        missed_share=0.2, missed_log_odds_sd=1, late_sd_min=60, doubled_share=0.05,
        holidays_per_month=1,
    )  # fmt: skip
    whole, _ = take(usual, people=100)

    assert (take(usual, first=37, people=11)[0] == whole[:, 37:48]).all()


def test_shares_are_those_that_were_asked_for():
    rows, _ = take(Adherence(missed_share=0.2, doubled_share=0.1))

    assert (rows == 0).mean() == pytest.approx(0.2, abs=0.01)
    assert (rows == 2).mean() == pytest.approx(0.08, abs=0.01)


def test_a_late_dose_is_taken_once():
    rows, which = take(Adherence(late_sd_min=60))

    for dose in (0, 33):
        assert (rows[which[0] == dose].sum(axis=0) == 1.0).all()
    on_time = rows[which[1] == 0].mean()
    assert on_time == pytest.approx(0.383, abs=0.01)  # half normal: less than half a sd


def test_people_differ_in_what_they_miss():
    alike, _ = take(Adherence(missed_share=0.2))
    unlike, _ = take(Adherence(missed_share=0.2, missed_log_odds_sd=1.5))

    assert (unlike == 0).mean(axis=0).std() > 2 * (alike == 0).mean(axis=0).std()


def test_a_holiday_is_a_run_of_whole_days():
    rows, _ = take(Adherence(holidays_per_month=3, holiday_days=2))
    days = rows.reshape(30, 2, -1)

    assert (days[:, 0] == days[:, 1]).all()
    assert 0.1 < (rows == 0).mean() < 0.25


@pytest.mark.parametrize(("share", "value"), [(0.0, 1.0), (1.0, 0.0)])
def test_never_and_always_are_exact(share, value):
    rows, _ = take(Adherence(missed_share=share, missed_log_odds_sd=2))

    assert np.unique(rows).tolist() == [value]


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan"), True, "0.1"])
def test_a_share_that_cannot_be_is_refused(wrong):
    with pytest.raises(InputError, match="missed_share"):
        Adherence(missed_share=wrong)
