"""Bodies for oracles: the typical one, changed ones, random ones; and one way to run each model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from unclench.evidence import Evidence, from_evidence
from unclench.patient import Patient
from unclench.pharmacology.absorption import Infusion, Injection, Inputs, Phase, Swallowed
from unclench.pharmacology.compartments import States, solve
from unclench.pharmacology.parameters import (
    Body,
    ResponseParameters,
    body,
    kinetic_parameters,
    table,
)
from unclench.pharmacology.people import CHANNELS, courses, of_one
from unclench.pharmacology.response import respond
from unclench.pharmacology.timetable import timetable

Array = NDArray[np.float64]

LEVELS = tuple(name for name in CHANNELS if name.endswith("_ng_per_ml"))
SPREAD = {
    "absorption_per_h": 0.5,
    "lag_h": 0.7,
    "clearance_l_per_h": 0.4,
    "exchange_l_per_h": 0.4,
    "central_l": 0.4,
    "peripheral_l": 0.4,
    "canal_area_cm2": 0.3,
    "dispersion_cm2_per_h": 1.0,
    "loss_per_h": 0.8,
    "cranial_l": 0.3,
    "cranial_loss_per_h": 0.8,
    "outer_per_h": 0.6,
    "inner_per_h": 0.6,
    "blood_per_h": 0.6,
    "brain_per_h": 0.6,
    "ec50_spasm": 0.7,
}
TABLETS = Inputs(
    swallowed=tuple(
        Swallowed(day * 1440 + minute, 20_000.0) for day in range(7) for minute in (367, 840, 1325)
    )
)
MEALS = Inputs(
    swallowed=tuple(Swallowed(day * 1440 + 480, 10_000.0, day % 2 == 0) for day in range(7))
)
NEEDLE = Inputs(injections=(Injection(547, 50.0, 10.0),))
PUMP = Inputs(
    injections=(Injection(1083, 20.0, 20.0), Injection(2520, 20.0, 20.0)),
    infusions=(
        Infusion(0, 1327, 8.0, 20.0),
        Infusion(1327, 4320, 12.0, 20.0),
        Infusion(4330, 4331, 400.0, 20.0),
        Infusion(5000, 10080, 8.0, 20.0),
    ),
)
BOTH = Inputs(TABLETS.swallowed, PUMP.injections, PUMP.infusions)
PLANS = {"tablets": TABLETS, "meals": MEALS, "needle": NEEDLE, "pump": PUMP, "both": BOTH}
DIALYSIS = (Phase(600, 1.0, 8.5), Phase(840), Phase(2880, 0.4), Phase(4320, 0.4, 8.5), Phase(4560))


def typical(evidence: Evidence, **changed: float) -> Body:
    """The typical body, with some numbers changed."""
    own = body(
        Patient(),
        kinetics=kinetic_parameters(evidence),
        response=from_evidence(ResponseParameters, evidence),
    )
    return replace(own, **changed)


def varied(evidence: Evidence, number: int) -> Body:
    """A body far from the typical one, always the same for a number."""
    rng = np.random.default_rng(number)
    own = typical(evidence)
    drawn = {
        name: getattr(own, name) * float(np.exp(sd * rng.standard_normal()))
        for name, sd in SPREAD.items()
    }
    return replace(own, **drawn)


def compiled(
    own: Body,
    given: Inputs,
    *,
    days: int = 7,
    step_min: int = 15,
    cells: int = 10,
    phases: tuple[Phase, ...] = (),
) -> dict[str, Array]:
    """Every channel of one body from the kernel, with its times."""
    plan = timetable(given, minutes=days * 1440, step_min=step_min, phases=phases)
    found = of_one(courses(table([own]), plan, channels=CHANNELS, cells=cells), 0, CHANNELS)
    return found | {"time_h": np.arange(plan.nodes) * plan.step_h}


def exact(
    own: Body,
    given: Inputs,
    *,
    days: int = 7,
    step_min: int = 15,
    cells: int = 10,
    phases: tuple[Phase, ...] = (),
) -> States:
    """The states of one body by matrix exponentials from event to event."""
    time_h = np.arange(0, days * 1440 + 1, step_min) / 60.0
    return solve(own, given, time_h, cells=cells, phases=phases)


def read_slowly(
    own: Body, levels: dict[str, Array], step_h: float, given: Inputs
) -> dict[str, Array]:
    """The response channels of one body from the readable equations."""
    return respond(
        own,
        legs_ng_per_ml=levels["cord_lumbar_ng_per_ml"],
        arms_ng_per_ml=levels["cord_cervical_ng_per_ml"],
        brain_ng_per_ml=levels["brain_ng_per_ml"],
        step_h=step_h,
        tolerant=given.intrathecal,
    )


def worst(found: Array, wanted: Array) -> float:
    """The largest difference, over the peak of what is wanted."""
    return float(np.max(np.abs(found - wanted)) / max(float(np.max(np.abs(wanted))), 1e-300))
