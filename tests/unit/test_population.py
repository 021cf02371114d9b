"""Virtual people: the same person in any company, spread as the evidence says."""

import numpy as np
import pytest

from unclench import Patient, parse
from unclench.cohorts import around, band, simulate_people
from unclench.cohorts.band import quantiles
from unclench.cohorts.courses import CHANNELS
from unclench.cohorts.population import SPREADS, draw_uniform, spreads
from unclench.cohorts.stream import BINS_A_DOUBLING, stream_band
from unclench.errors import InputError
from unclench.pharmacology import simulate
from unclench.pharmacology.parameters import BODY_FIELDS

TABLETS = parse("10 mg at 08:00, 14:10, 20:00")


@pytest.mark.parametrize(("first", "people"), [(0, 1), (1, 3), (3, 4), (17, 40), (99, 1)])
def test_a_person_is_the_same_in_any_chunk(evidence, first, people):
    whole = around(Patient(), people=100, seed=7, evidence=evidence)

    part = around(Patient(), people=people, seed=7, evidence=evidence, first=first)

    assert (part.table == whole.table[:, first : first + people]).all()


def test_a_person_s_course_is_the_same_in_any_company(evidence):
    whole = around(Patient(), people=70, seed=7, evidence=evidence)
    alone = around(Patient(), people=1, seed=7, evidence=evidence, first=41)
    asked = {"days": 2, "step_min": 30, "channels": ("plasma_ng_per_ml", "spasms_per_h")}

    together = simulate_people(whole, TABLETS, **asked, threads=2)
    single = simulate_people(alone, TABLETS, **asked)

    for channel in asked["channels"]:
        assert (together[channel][:, 41] == single[channel][:, 0]).all()


def test_another_seed_gives_other_people(evidence):
    some = around(Patient(), people=10, seed=1, evidence=evidence)
    others = around(Patient(), people=10, seed=2, evidence=evidence)

    row = BODY_FIELDS.index("clearance_l_per_h")
    assert not np.intersect1d(some.table[row], others.table[row]).size


def test_draws_are_uniform_and_never_0_or_1():
    draws = draw_uniform(3, "anything", first=0, people=200_000)

    assert 0.0 < draws.min() < draws.max() < 1.0
    assert np.abs(np.histogram(draws, bins=20, range=(0, 1))[0] / 10_000 - 1).max() < 0.05


def test_people_spread_as_the_evidence_says(evidence):
    crowd = around(Patient(), people=20_000, seed=5, evidence=evidence)
    wanted = spreads(evidence)

    for one in SPREADS:
        logs = np.log(crowd.table[BODY_FIELDS.index(one.fields[0])])
        assert logs.std() == pytest.approx(wanted[one.purpose], rel=0.03), one.purpose
    share = crowd.table[BODY_FIELDS.index("bioavailability")]
    assert 0.0 < share.min() < share.max() < 1.0
    assert np.median(share) == pytest.approx(0.77, abs=0.01)


def test_traits_of_people_do_not_go_together(evidence):
    crowd = around(Patient(), people=20_000, seed=5, evidence=evidence)
    rows = [BODY_FIELDS.index(one.fields[0]) for one in SPREADS]

    together = np.corrcoef(np.log(crowd.table[rows]))

    assert np.abs(together - np.eye(len(rows))).max() < 0.03


@pytest.mark.parametrize(
    "plan",
    [
        "10 mg at 08:00, 14:10, 20:00",
        "pump 150 micrograms/day, bolus 20 micrograms at 22:00",
        "test dose 50 micrograms at 09:30",
        "10 mg at 08:00, 20:00 + pump 100 micrograms/day",
    ],
)
def test_every_channel_of_the_middle_person_is_near_the_typical_one(evidence, plan):
    made = band(Patient(), parse(plan), evidence=evidence, people=400, days=2, channels=CHANNELS)
    course = simulate(Patient(), parse(plan), evidence=evidence, days=2)

    assert (made.time_h == course.time_h).all()
    for channel in CHANNELS:
        low, _, high = made[channel]
        typical = getattr(course, channel)
        slack = 1e-9 + 1e-6 * np.abs(typical)
        inside = (low <= typical + slack) & (typical <= high + slack)
        assert inside.mean() > 0.95, channel


def test_quantiles_are_those_of_numpy():
    values = np.random.default_rng(1).normal(size=(7, 501))

    assert quantiles(values) == pytest.approx(np.quantile(values, (0.05, 0.5, 0.95), axis=1))


def test_a_band_may_show_its_last_day_only(evidence):
    whole = band(Patient(), TABLETS, evidence=evidence, people=40, days=3)
    last = band(Patient(), TABLETS, evidence=evidence, people=40, days=3, from_day=3)

    assert last.time_h[0] == 48.0
    assert (last["spasms_per_h"] == whole["spasms_per_h"][:, -97:]).all()


@pytest.mark.parametrize(
    ("wrong", "fragment"),
    [
        ({"people": 3}, "20 to 100,000"),
        ({"people": 10**6}, "20 to 100,000"),
        ({"people": 40.0}, "20 to 100,000"),
        ({"seed": -1}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"channels": ("colour",)}, "channel"),
        ({"channels": ()}, "channel"),
        ({"days": 0}, "3650"),
        ({"step_min": 7}, "divides an hour"),
        ({"from_day": 9}, "day"),
        ({"oral_set": "slow"}, "reference"),
    ],
)
def test_a_band_that_cannot_be_is_refused(evidence, wrong, fragment):
    with pytest.raises(InputError) as refused:
        band(Patient(), TABLETS, **({"evidence": evidence, "people": 40, "days": 3} | wrong))

    assert fragment in str(refused.value)
    assert "Expected:" in str(refused.value)


def test_a_streamed_band_is_the_band_within_a_bin(evidence):
    asked = {"evidence": evidence, "seed": 3, "days": 2, "step_min": 60}
    channels = ("plasma_ng_per_ml", "spasms_per_h")
    kept = band(Patient(), TABLETS, people=1_100, channels=channels, **asked)

    streamed = stream_band(Patient(), TABLETS, people=1_100, channels=channels, **asked)

    for name in channels:
        assert np.allclose(streamed[name], kept[name], rtol=1.0 / BINS_A_DOUBLING, atol=1e-6), name


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_streamed_band_is_the_same_on_any_number_of_threads(evidence, threads):
    asked = {"evidence": evidence, "seed": 3, "days": 1, "step_min": 60, "people": 1_600}
    one = stream_band(Patient(), TABLETS, channels=("dimming",), **asked)

    several = stream_band(Patient(), TABLETS, channels=("dimming",), threads=threads, **asked)

    assert (one["dimming"] == several["dimming"]).all()


@pytest.mark.parametrize("wrong", [{"people": 99}, {"channels": ()}, {"channels": ("penn",)}])
def test_a_band_that_cannot_stream_is_refused(evidence, wrong):
    asked = {"people": 100, "channels": ("dimming",), **wrong}

    with pytest.raises(InputError, match="stream"):
        stream_band(Patient(), TABLETS, evidence=evidence, seed=1, days=1, step_min=60, **asked)
