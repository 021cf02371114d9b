"""Courses, and one figure of every kind made from them."""

from __future__ import annotations

import pytest

from unclench import Patient
from unclench import figures as fig
from unclench.cohorts import band as people_like
from unclench.pharmacology import simulate
from unclench.regimen import parse

BAND_CHANNELS = ("spasms_per_h", "plasma_ng_per_ml", "drowsiness", "ashworth")


def simulated(evidence, text, *, days=7):
    return simulate(Patient(), parse(text), evidence=evidence, days=days)


@pytest.fixture(scope="module")
def tablets(evidence):
    return simulated(evidence, "10 mg at 08:00, 14:00 and 20 mg at 22:00")


@pytest.fixture(scope="module")
def pump(evidence):
    return simulated(evidence, "pump 150 micrograms/day, bolus 20 micrograms at 22:00")


@pytest.fixture(scope="module")
def band(evidence, tablets):
    return people_like(
        Patient(), tablets.regimen, evidence=evidence, people=40, channels=BAND_CHANNELS
    )


@pytest.fixture(scope="module")
def charts(evidence, tablets, pump, band):
    stronger = simulated(evidence, "20 mg x4")
    taper = simulated(
        evidence, "5 mg x3 for 1 week then 10 mg x3 for 2 weeks then 15 mg x3", days=84
    )
    both = simulated(evidence, "10 mg x3 + pump 100 micrograms/day")
    regions = fig.usual_reach(evidence)
    return {
        "spasms": fig.spasms(tablets, band=band),
        "spasms of two routes": fig.spasms(tablets, other=pump),
        "spasms of two plans of tablets": fig.spasms(tablets, other=stronger, band=band),
        "spasms of one day": fig.spasms(tablets, band=band, days=(7, 7)),
        "spasms of two days": fig.spasms(pump, days=(2, 3)),
        "spasms of a long plan": fig.spasms(taper, other=None),
        "spasms of both routes": fig.spasms(both),
        "tone": fig.tone(pump, other=tablets),
        "plasma": fig.plasma(tablets, band=band),
        "plasma of two": fig.plasma(tablets, other=pump),
        "csf": fig.csf(pump),
        "csf of two": fig.csf(pump, other=tablets),
        "cord": fig.cord(pump, days=(1, 1)),
        "drowsiness": fig.drowsiness(tablets, band=band),
        "weakness": fig.weakness(pump),
        "withdrawal": fig.withdrawal(pump, other=tablets),
        "dimmer of tablets": fig.dimmer_curve(tablets, evidence=evidence, regions=regions),
        "dimmer of a pump": fig.dimmer_curve(pump, evidence=evidence, regions=regions),
        "strip": fig.day_strip(tablets),
    }
