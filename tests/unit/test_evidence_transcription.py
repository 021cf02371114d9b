"""A second transcription of numbers from the dossiers, made apart from the data files."""

from __future__ import annotations

import pytest

from unclench.evidence import Basis
from unclench.units import Unit

NUMBERS = [
    # oral kinetics
    ("oral.bioavailability", 0.77, Unit.FRACTION, Basis.COMPUTED),
    ("oral.clearance", 175, Unit.ML_PER_MIN, Basis.COMPUTED),
    ("oral.clearance.nonrenal_intercept", 1.8, Unit.L_PER_H, Basis.COMPUTED),
    ("oral.central_volume", 38, Unit.L, Basis.COMPUTED),
    ("oral.intercompartmental_clearance", 9, Unit.L_PER_H, Basis.COMPUTED),
    ("oral.peripheral_volume", 26, Unit.L, Basis.COMPUTED),
    ("oral.absorption_rate", 1.6, Unit.PER_H, Basis.COMPUTED),
    ("oral.lag", 12, Unit.MIN, Basis.COMPUTED),
    ("oral.fast.central_volume", 28.8, Unit.L, Basis.COMPUTED),
    ("oral.fast.peripheral_volume", 19.7, Unit.L, Basis.COMPUTED),
    ("plasma.molar_mass", 213.66, Unit.G_PER_MOL, Basis.SEEN),
    ("plasma.protein_binding", 30, Unit.PERCENT, Basis.SEEN),
    ("csf.plasma_ratio", 0.12, Unit.FRACTION, Basis.SEEN),
    ("study.kochak_1985.clearance", 180, Unit.ML_PER_MIN, Basis.SEEN),
    ("study.simon_2018.volume", 72.8, Unit.L, Basis.SEEN),
    ("study.he_2014.clearance_per_weight", 0.273, Unit.L_PER_H_PER_KG, Basis.SEEN),
    ("observed.oral.swiss_label.cmax_30mg", 650, Unit.NG_PER_ML, Basis.SEEN),
    ("observed.oral.swiss_label.auc_20mg", 2345, Unit.NG_H_PER_ML, Basis.SEEN),
    ("observed.oral.wuis_1989.half_life", 6.8, Unit.H, Basis.SEEN),
    # effect and harms of tablets
    ("observed.oral.hedley_1975.stopped", 54, Unit.PERCENT, Basis.SEEN),
    ("observed.oral.os440.change_placebo", -1.95, Unit.POINTS, Basis.SEEN),
    ("observed.oral.us_label.drowsiness", 0.63, Unit.FRACTION, Basis.SEEN),
    ("observed.oral.muanda_2019.high_dose", 1.11, Unit.PERCENT, Basis.SEEN),
    ("observed.oral.hwang_2024.falls", 108.4, Unit.PER_1000_PERSON_YEARS, Basis.SEEN),
    ("overdose.coma_from", 200, Unit.MG, Basis.SEEN),
    ("spasm.worst_time.evening", 31, Unit.PERCENT, Basis.SEEN),
    ("persistence.stopped_1y", 65, Unit.PERCENT, Basis.SEEN),
    # dosing
    ("dosing.us.max_daily", 80, Unit.MG_PER_DAY, Basis.SEEN),
    ("dosing.germany.max_daily", 75, Unit.MG_PER_DAY, Basis.SEEN),
    ("dosing.uk.max_daily", 100, Unit.MG_PER_DAY, Basis.UNVERIFIED),
    ("dosing.renal.avoid_below", 30, Unit.ML_PER_MIN, Basis.SEEN),
    ("dosing.missed.skip_within", 2, Unit.H, Basis.SEEN),
    ("dosing.liquid.fleqsuvy", 5, Unit.MG_PER_ML, Basis.SEEN),
    ("withdrawal.taper.switzerland", 21, Unit.DAY, Basis.SEEN),
    # intrathecal kinetics and effect
    ("csf.canal_area", 2.2, Unit.CM2, Basis.COMPUTED),
    ("start.csf.dispersion", 0.05, Unit.CM2_PER_S, Basis.COMPUTED),
    ("csf.volume.lower_canal", 49.9, Unit.ML, Basis.SEEN),
    ("study.albright_2007.csf", 4640, Unit.NG_PER_ML, Basis.SEEN),
    ("observed.it.kroin_1993.t2_share", 43, Unit.PERCENT, Basis.SEEN),
    ("observed.it.stokic_2012.hm_fall_1h", 77, Unit.PERCENT, Basis.SEEN),
    ("observed.it.penn_1989.ashworth_after", 1.2, Unit.SCORE, Basis.SEEN),
    ("observed.it.skoog_2019.dose_1y", 168, Unit.MCG_PER_DAY, Basis.SEEN),
    ("observed.it.stampacchia_2016.dose_12m", 228.6, Unit.MCG_PER_DAY, Basis.SEEN),
    ("observed.it.mccormick_2016.dose_oral", 86, Unit.MG_PER_DAY, Basis.SEEN),
    # pump
    ("screening.dose_2", 75, Unit.MCG, Basis.SEEN),
    ("screening.volume_2", 1.5, Unit.ML, Basis.SEEN),
    ("screening.interval", 1, Unit.DAY, Basis.SEEN),
    ("pump.start.factor", 2, Unit.RATIO, Basis.SEEN),
    ("pump.experience_limit", 1000, Unit.MCG_PER_DAY, Basis.SEEN),
    ("pump.battery.stop_after_eri", 90, Unit.DAY, Basis.SEEN),
    ("pump.test.days_to_alarm", 95, Unit.DAY, Basis.COMPUTED),
    ("complication.any.ms", 0.05, Unit.EVENTS_PER_PUMP_YEAR, Basis.SEEN),
]


@pytest.mark.parametrize(("key", "value", "unit", "basis"), NUMBERS)
def test_a_number_is_the_dossiers(evidence, key, value, unit, basis):
    assert evidence.value(key, unit) == pytest.approx(value, rel=1e-9)
    assert evidence[key].basis is basis


def test_progression_is_a_share_of_the_dose_each_year(evidence):
    assert evidence.value("progression.ms", Unit.FRACTION_PER_YEAR) == pytest.approx(0.067)
    assert evidence.value("progression.sci", Unit.FRACTION_PER_YEAR) == pytest.approx(0.018)


@pytest.mark.parametrize(
    ("key", "cv"),
    [
        ("oral.clearance", 0.27),
        ("oral.absorption_rate", 0.45),
        ("study.simon_2018.clearance", 0.21),
        ("study.he_2014.mean_transit_time", 0.837),
    ],
)
def test_a_spread_between_people_is_the_dossiers(evidence, key, cv):
    assert evidence[key].spread.cv == cv


@pytest.mark.parametrize(
    ("key", "values", "unit"),
    [
        ("study.sallerin_1991.clearance", (13, 80), Unit.ML_PER_H),
        ("study.sallerin_1991.half_life", (0.9, 5), Unit.H),
        ("dosing.us.steps", (15, 30, 45, 60), Unit.MG_PER_DAY),
        ("dosing.tablets.us", (5, 10, 15, 20), Unit.MG),
        ("pump.usual.spinal", (300, 800), Unit.MCG_PER_DAY),
        ("pump.step.spinal", (10, 30), Unit.PERCENT),
        ("spasm.severity_mix", (16, 31, 19, 17, 13, 4), Unit.PERCENT),
        ("adverse.label.drowsiness", (10, 63), Unit.PERCENT),
    ],
)
def test_a_profile_is_the_dossiers(evidence, key, values, unit):
    assert evidence.profile(key, unit) == pytest.approx(values)


def test_the_kidney_line_goes_through_the_reference_adult(evidence):
    intercept = evidence.value("oral.clearance.nonrenal_intercept", Unit.L_PER_H)
    slope = evidence.value("oral.clearance.slope", Unit.RATIO)
    crcl = evidence.value("oral.clearance.reference_crcl", Unit.L_PER_H)

    assert intercept + slope * crcl == pytest.approx(evidence.value("oral.clearance", Unit.L_PER_H))


def test_the_kidney_line_gives_the_dose_cuts_of_the_study(evidence):
    intercept = evidence.value("oral.clearance.nonrenal_intercept", Unit.L_PER_H)
    slope = evidence.value("oral.clearance.slope", Unit.RATIO)
    full = evidence.value("oral.clearance", Unit.L_PER_H)

    for crcl_ml_per_min, kept in ((65, 0.71), (50, 0.59), (40, 0.50), (20, 0.34), (0, 0.17)):
        clearance = intercept + slope * crcl_ml_per_min * 0.06
        assert clearance / full == pytest.approx(kept, abs=0.006)


def test_kochaks_constants_give_the_fast_set(evidence):
    alpha = evidence.value("study.kochak_1985.alpha", Unit.PER_H)
    beta = evidence.value("study.kochak_1985.beta", Unit.PER_H)
    central = evidence.value("oral.fast.central_volume", Unit.L)
    k10 = evidence.value("oral.fast.clearance", Unit.L_PER_H) / central
    k21 = alpha * beta / k10
    between = (alpha + beta - k10 - k21) * central

    assert between == pytest.approx(
        evidence.value("oral.fast.intercompartmental_clearance", Unit.L_PER_H), abs=0.1
    )
    assert between / k21 == pytest.approx(
        evidence.value("oral.fast.peripheral_volume", Unit.L), abs=0.1
    )


def test_the_hourly_profile_has_a_mean_of_one_and_the_surveys_order(evidence):
    hours = evidence.profile("spasm.profile.hourly", Unit.RATIO)

    assert len(hours) == 24
    assert sum(hours) / 24 == pytest.approx(1)
    assert hours[20] > hours[3] > hours[8] > hours[14]


def test_no_key_and_no_word_makes_one_to_a_hundred_a_conversion(evidence):
    entry = evidence["plasma.fold_below_oral"]

    assert entry.value == 100
    assert entry.note is not None
    assert "NEVER a conversion" in entry.note
    assert not [key for key in evidence if "convert" in key or "conversion" in key]
