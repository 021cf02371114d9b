"""What was published, asked of `simulate()`: each number within what its source allows.

The rows come from the evidence with the errors that the calibration states. Numbers kept for
validation are not here. What the model misses is held by tests too, so that a miss neither grows
nor gets lost from docs/model.md.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from scripts import model_tables
from scripts.calibration import published
from scripts.calibration.fit import problem
from scripts.calibration.record import FIGURES, ROOT, other_evidence

RECORD = json.loads(FIGURES.read_text(encoding="utf-8"))
ROWS = {row.name: row for row in problem(other_evidence()).observed}
KNOWN_MISSES = {"tone_6h", "bolus_onset", "infusion_plateau", "tablets_tone_responders"}
"""Off by more than a stated error and a quarter; docs/model.md names each."""


@pytest.fixture(scope="module")
def said() -> dict[str, float]:
    return model_tables.asked_of_simulate(RECORD)


@pytest.fixture(scope="module")
def plasma() -> dict[str, dict[str, float]]:
    look = published.evidence()
    return {name: published.plasma(look, oral_set=name) for name in ("reference", "fast")}


@pytest.mark.parametrize("name", sorted(ROWS))
def test_simulate_says_what_the_fit_found(name, said):
    fitted = {row["name"]: row["fitted"] for row in RECORD["observations"]}

    # A pump's tolerance begins at once in simulate(), and after the plateau in the fit.
    assert said[name] == pytest.approx(fitted[name], rel=0.06 if "infusion" in name else 0.03)


@pytest.mark.parametrize("name", sorted(set(ROWS) - KNOWN_MISSES))
def test_an_observation_is_met_within_its_error(name, said):
    assert abs(ROWS[name].miss(said[name])) < 1.25


def test_the_known_misses_are_no_larger_than_the_page_says(said):
    misses = {name: ROWS[name].miss(said[name]) for name in KNOWN_MISSES}

    assert all(1.25 <= abs(miss) < 2.3 for miss in misses.values()), misses


@pytest.mark.parametrize("name", ["reflex_1h", "reflex_1_to_6h", "reflex_5h", "reflex_infusion"])
def test_the_h_reflex_falls_as_published_within_ten_points(name, said):
    assert said[name] == pytest.approx(ROWS[name].value, abs=0.10)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("bolus_peak", 3.0, 5.0),
        ("bolus_duration", 4.0, 8.0),
        ("tablet_duration", 4.0, 6.0),
        ("fluid_half_life", 0.9, 5.0),
        ("fluid_clearance", 13.0, 80.0),
        ("lumbar_to_cranial", 1.8, 8.7),
        ("fluid_low", 21.0, 34.0),
        ("fluid_high", 21.0, 34.0),
    ],
)
def test_a_published_range_holds_the_model(name, low, high, said):
    assert low <= said[name] <= high


def test_the_score_of_tone_on_a_pump_falls_from_4_to_near_1(said):
    assert said["penn_1989_ashworth"] == pytest.approx(1.2, abs=0.2)


def test_tablets_take_away_an_eighth_of_tone_beyond_placebo(said):
    assert said["tablets_80_tone"] == pytest.approx(0.12, abs=2 * ROWS["tablets_80_tone"].sd)


@pytest.mark.parametrize("oral_set", ["reference", "fast"])
@pytest.mark.parametrize(
    ("name", "observed"),
    [
        ("cmax_10mg", 180.0),
        ("cmax_20mg", 340.0),
        ("auc_10mg", 1135.0),
        ("auc_20mg", 2345.0),
        ("auc_30mg", 3353.0),
    ],
)
def test_one_tablet_in_plasma_is_within_the_spread_of_studies(name, observed, oral_set, plasma):
    spread = 0.20 + 0.02  # studies differ by about a fifth; the label's numbers are rounded

    assert plasma[oral_set][name] == pytest.approx(observed, rel=spread)


def test_the_peak_of_30_mg_is_missed_because_the_label_leaves_proportion(plasma):
    assert 650.0 / 30.0 > 1.2 * 340.0 / 20.0  # the label's own peaks for 30 and 20 mg

    assert plasma["fast"]["cmax_30mg"] == pytest.approx(650.0, rel=0.20)
    assert plasma["reference"]["cmax_30mg"] == pytest.approx(650.0, rel=0.30)


@pytest.mark.parametrize("oral_set", ["reference", "fast"])
def test_a_tablet_peaks_within_half_an_hour_to_an_hour_and_a_half(oral_set, plasma):
    assert 0.5 <= plasma[oral_set]["tmax_20mg"] <= 1.5


def test_exposure_climbs_the_ladder_of_failing_kidneys_and_the_peak_does_not():
    found = published.kidneys(published.evidence())

    for crcl, exposure in ((100.0, 1.0), (65.0, 1.5), (40.0, 2.0), (20.0, 3.0)):
        assert found[crcl][1] == pytest.approx(exposure, rel=0.07)
        assert found[crcl][0] == pytest.approx(1.0, abs=0.15)


def test_the_published_numbers_do_not_ask_for_a_second_curve():
    found = RECORD["one_curve"]

    assert found["objective_falls_by"] < 3.84
    assert abs(found["tablet_factor"] - 1.0) < 2 * found["log_sd"]


def test_pump_and_needle_alone_foretell_what_tablets_do():
    alone = next(found for found in RECORD["variants"] if "tablets predicted" in found["words"])
    row = ROWS["tablets_80_tone"]

    assert alone["observations"] == len(ROWS) - 6
    assert abs(row.miss(alone["predictions"]["tablets_80_tone"])) < 1.0


def test_the_calibration_on_record_is_still_the_best_fit():
    done = subprocess.run(
        [sys.executable, "-m", "scripts.calibrate", "--check"],
        cwd=ROOT,
        text=True,
        capture_output=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_tables_of_the_models_page_are_what_the_model_says(said):
    page = model_tables.PAGE.read_text(encoding="utf-8")

    assert model_tables.filled(page, model_tables.parts(RECORD, said)) == page
