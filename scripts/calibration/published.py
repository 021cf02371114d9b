"""The published observations once more, as anybody would ask for them: through `simulate()`.

The fit asks closed forms thousands of times; this asks the product once. Both must say the same,
and what docs/model.md shows is this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.optimize import brentq
from scipy.special import ndtr

from scripts.calibration.experiments import times
from scripts.calibration.levels import Array
from unclench.evidence import Evidence, load_evidence
from unclench.patient import Patient
from unclench.pharmacology import TimeCourse, simulate
from unclench.regimen import parse
from unclench.units import Unit

EC50S = ("effect.ec50_h_reflex", "effect.ec50_tone", "effect.ec50_spasm")
BOLUS = "test dose 50 micrograms at 00:00"
EVERY_6_H = "20 mg at 00:00, 06:00, 12:00, 18:00"
EVERY_8_H = "20 mg at 00:00, 08:00, 16:00"
WAY_UP = (
    " then ".join(f"{mg} mg at 00:00, 06:00, 12:00 for 3 days" for mg in (5, 10, 15, 20))
    + " then 20 mg at 00:00, 04:00, 09:00, 13:00"
)
HOURS_A_DAY = 24.0


@cache
def evidence() -> Evidence:
    """Read the evidence once."""
    return load_evidence()


def other(base: Evidence, **factors: float) -> Evidence:
    """Give evidence in which some numbers are multiplied; `a__b` stands for the key `a.b`."""
    changed = dict(base.estimates)
    for name, factor in factors.items():
        key = name.replace("__", ".")
        found = base.estimate(key)
        assert isinstance(found.value, float)
        changed[key] = replace(found, value=found.value * factor)
    return replace(base, estimates=changed)


def sensitive(base: Evidence, factor: float) -> Evidence:
    """Give evidence for somebody who needs so many times the level of the typical person."""
    return other(base, **{key.replace(".", "__"): factor for key in EC50S})


def course(base: Evidence, plan: str, *, days: int, step_min: int = 15, **who: float) -> TimeCourse:
    """Simulate somebody under a regimen written in words."""
    return simulate(Patient(**who), parse(plan), evidence=base, days=days, step_min=step_min)  # type: ignore[arg-type]  # every such field is a float


def tone_fall(of: TimeCourse) -> Array:
    """Give the share of the tone above normal that is gone."""
    return 1.0 - (of.ashworth - 1.0) / (of.patient.ashworth - 1.0)


def crowd(base: Evidence) -> list[tuple[float, Evidence]]:
    """Give people with their weights: five losses of the fluid times fifteen sensitivities."""
    loss_sd = base.value("between.csf.loss_rate", Unit.RATIO)
    ec50_sd = base.value("effect.ec50_log_sd", Unit.RATIO)
    made = []
    for loss, weight in _normal(5):
        leaky = other(base, csf__loss_rate=float(np.exp(loss_sd * loss)))
        made += [
            (weight * share, sensitive(leaky, float(np.exp(ec50_sd * node))))
            for node, share in _normal(15)
        ]
    return made


def bolus(base: Evidence) -> dict[str, float]:
    """50 micrograms by lumbar puncture."""
    reflex, tone = np.zeros(97), np.zeros(97)
    for weight, one in crowd(base):
        made = course(one, BOLUS, days=1)
        reflex += weight * (1.0 - made.h_reflex_share)
        tone += weight * tone_fall(made)
    made = course(base, BOLUS, days=3)
    onset, peak, duration = times(made.time_h, tone_fall(made), _share(base, "reading.onset"))
    return {
        "reflex_1h": float(reflex[4]),
        "reflex_1_to_6h": float(reflex[4:25].mean()),
        "reflex_5h": float(reflex[20]),
        "tone_4h": float(tone[16]),
        "tone_6h": float(tone[24]),
        "bolus_onset": onset,
        "bolus_peak": peak,
        "bolus_duration": duration,
    }


def pump(base: Evidence) -> dict[str, float]:
    """A pump on the label's first doses."""
    dose = base.value("reading.stokic_pump_dose", Unit.MCG_PER_DAY)
    plan = f"pump {dose:g} micrograms/day"
    reflex = sum(
        weight * (1.0 - float(course(one, plan, days=4, step_min=60).h_reflex_share[-1]))
        for weight, one in crowd(base)
    )
    made = course(base, plan, days=5)
    # The highest stands for the end: tolerance takes a little back while the plateau comes.
    fall = tone_fall(made)
    return {
        "reflex_infusion": float(reflex),
        "infusion_onset": _first(made.time_h, fall, _share(base, "reading.onset") * fall.max()),
        "infusion_plateau": _first(made.time_h, fall, _share(base, "reading.plateau") * fall.max()),
    }


def titrated(base: Evidence, dose_mcg_per_day: float) -> dict[str, float]:
    """A pump set to the typical person's need, from the start on and in a year."""
    plan = f"pump {dose_mcg_per_day:g} micrograms/day"
    made = course(base, plan, days=3, ashworth=4.0, spasms_per_day=HOURS_A_DAY * 10.0**0.8)
    return {
        "penn_1989_ashworth": float(made.ashworth[-1]),
        "penn_1989_penn": float(made.penn[-96:].mean()),
        "dose_after_a_year": _dose_that_holds(base, dose_mcg_per_day),
    }


def _dose_that_holds(base: Evidence, first_mcg_per_day: float) -> float:
    """Give the dose after a year, over the first, whose spasms are dimmed as on the third day."""
    months = np.arange(13)
    tau = base.value("effect.tolerance_time", Unit.MONTH)
    rise = (1.0 - np.exp(-months / tau)) / (1.0 - np.exp(-12.0 / tau))

    def dimming(multiple: float, day: int) -> float:
        doses = first_mcg_per_day * (1.0 + (multiple - 1.0) * rise)
        *steps, last = (f"{dose:.1f} micrograms/day" for dose in doses)
        plan = "pump " + " then ".join([*(f"{step} for 30 days" for step in steps), last])
        return float(course(base, plan, days=day, step_min=60).dimming[-1])

    wanted = dimming(1.0, 3)
    held: float = brentq(lambda multiple: dimming(multiple, 365) - wanted, 1.2, 4.0, xtol=0.01)
    return held


def fluid(base: Evidence) -> dict[str, float]:
    """Levels in the fluid at the tip, along the canal, and on tablets."""
    lifted = base.value("csf.tip_height", Unit.CM) / base.value("csf.puncture_height", Unit.CM)
    drop = course(other(base, csf__puncture_height=lifted), BOLUS, days=1)
    hours = slice(4, 25)
    slope = np.polyfit(drop.time_h[hours], np.log(drop.csf_lumbar_ng_per_ml[hours]), 1)[0]
    t2 = base.value("csf.height.t2", Unit.CM) / base.value("cord.cervical_height", Unit.CM)
    steady = course(
        other(base, cord__cervical_height=t2), "pump 240 micrograms/day", days=10, step_min=60
    )
    at_tip = float(steady.csf_lumbar_ng_per_ml[-1])
    needle = base.value("csf.puncture_height", Unit.CM) / base.value("cord.lumbar_height", Unit.CM)
    beside = course(other(base, cord__lumbar_height=needle), EVERY_8_H, days=7)
    last = beside.csf_lumbar_ng_per_ml[-97:]
    return {
        "fluid_half_life": float(-np.log(2.0) / slope),
        "fluid_clearance": 10.0 / at_tip * 1000.0,
        "tracer_gradient": float(steady.csf_cervical_ng_per_ml[-1]) / at_tip,
        "lumbar_to_cranial": at_tip / float(steady.csf_cranial_ng_per_ml[-1]),
        "fluid_low": float(last.min()),
        "fluid_mean": float(last.mean()),
        "fluid_high": float(last.max()),
        "plasma_mean": float(beside.plasma_ng_per_ml[-97:].mean()),
    }


def tablets(base: Evidence) -> dict[str, float]:
    """Tablets: effects at 80 and 60 mg a day in a crowd, and one tablet's times."""
    sd = base.value("effect.ec50_log_sd", Unit.RATIO)
    tone = spasms = 0.0
    for node, weight in _normal(15):
        one = sensitive(base, float(np.exp(sd * node)))
        tone += weight * _last_day_tone(one, EVERY_6_H)
        spasms += weight * _last_day_spasms(one, EVERY_8_H)
    made = course(base, "20 mg at 00:00 for 1 day", days=2)
    onset, _, duration = times(made.time_h, tone_fall(made), _share(base, "reading.onset"))
    return {
        "tablets_80_tone": tone,
        "tablets_60_spasms": spasms,
        "tablets_tone_responders": _responders(base, sd, _last_day_tone),
        "tablets_spasm_responders": _responders(base, sd, _last_day_spasms),
        "tablet_onset": onset,
        "tablet_duration": duration,
    }


def costs(base: Evidence) -> dict[str, float]:
    """Drowsiness on the label's way up and after one tablet; confusion with weak kidneys."""
    sd = base.value("between.brain.ec50_drowsiness", Unit.RATIO)
    worst = single = 0.0
    for node, weight in _normal(15):
        one = other(base, brain__ec50_drowsiness=float(np.exp(sd * node)))
        worst += weight * float(course(one, WAY_UP, days=33, step_min=60).drowsiness.max())
        single += weight * float(course(one, "20 mg at 00:00 for 1 day", days=1).drowsiness.max())
    crcl = base.value("reading.confusion_kidney", Unit.ML_PER_MIN)
    window = base.value("encephalopathy.window", Unit.DAY)
    confused = {}
    for mg in (30, 10):
        plan = f"{mg / 2:g} mg at 00:00, 12:00"
        made = course(base, plan, days=10, crcl_ml_per_min=crcl).last_day()
        confused[f"confused_at_{mg}_mg"] = 1.0 - float(
            np.exp(-window * made.encephalopathy_per_day)
        )
    return {"drowsy_on_the_way_up": worst, "drowsy_after_20_mg": single, **confused}


def plasma(base: Evidence, *, oral_set: str) -> dict[str, float]:
    """One dose in plasma for a set of tablet parameters: peak, its time, and exposure, by dose."""
    found = {}
    for mg in (10, 20, 30):
        made = simulate(
            Patient(),
            parse(f"{mg} mg at 00:00 for 1 day"),
            evidence=base,
            days=4,
            step_min=5,
            oral_set=oral_set,  # type: ignore[arg-type]  # one of the two names
        )
        top = int(made.plasma_ng_per_ml.argmax())
        found[f"cmax_{mg}mg"] = float(made.plasma_ng_per_ml[top])
        found[f"tmax_{mg}mg"] = float(made.time_h[top])
        found[f"auc_{mg}mg"] = float(np.trapezoid(made.plasma_ng_per_ml, made.time_h))
    return found


def kidneys(base: Evidence) -> dict[float, tuple[float, float]]:
    """Peak and exposure after 5 mg by creatinine clearance, over those at 100 mL/min."""
    found = {}
    for crcl in (100.0, 65.0, 40.0, 20.0):
        made = course(base, "5 mg at 00:00 for 1 day", days=14, crcl_ml_per_min=crcl)
        level = made.plasma_ng_per_ml
        found[crcl] = (float(level.max()), float(np.trapezoid(level, made.time_h)))
    peak, exposure = found[100.0]
    return {crcl: (high / peak, whole / exposure) for crcl, (high, whole) in found.items()}


def everything(base: Evidence, fitted: Mapping[str, float]) -> dict[str, float]:
    """Give every fitted observation as `simulate()` says it, by name."""
    return {
        **bolus(base),
        **pump(base),
        **titrated(base, fitted["penn_1989.pump_dose"]),
        **fluid(base),
        **tablets(base),
        **costs(base),
    }


def _last_day_tone(base: Evidence, plan: str) -> float:
    return float(tone_fall(course(base, plan, days=4))[-96:].mean())


def _last_day_spasms(base: Evidence, plan: str) -> float:
    return course(base, plan, days=4).last_day().spasms_taken_away


def _responders(base: Evidence, sd: float, fall: Callable[[Evidence, str], float]) -> float:
    low, high = -4.0, 4.0
    while high - low > 1e-3:
        middle = (low + high) / 2
        one = sensitive(base, float(np.exp(sd * middle)))
        if fall(one, EVERY_8_H) > _share(base, "reading.responder"):
            low = middle
        else:
            high = middle
    return float(ndtr(low))


def _share(base: Evidence, key: str) -> float:
    return base.value(key, Unit.FRACTION)


def _first(time_h: Array, effect: Array, bar: float) -> float:
    i = int(np.argmax(effect >= bar))
    rise = (bar - effect[i - 1]) / (effect[i] - effect[i - 1])
    return float(time_h[i - 1] + rise * (time_h[i] - time_h[i - 1]))


def _normal(count: int) -> list[tuple[float, float]]:
    nodes, weights = hermegauss(count)
    return [
        (float(node), float(share))
        for node, share in zip(nodes, weights / weights.sum(), strict=True)
    ]
