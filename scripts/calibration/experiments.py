"""What the model says of every observation, each experiment done as its source describes it.

Where a source reports the mean of a group that all got the same dose, the model's mean is taken
over people: five losses of the fluid times fifteen sensitivities, at the nodes and with the weights
of Gauss and Hermite. With a steep curve and people this different, the mean of a group is not the
response of its typical member. Where each dose was adjusted to the person, and where a time
is reported, the typical person stands for the group.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.signal import fftconvolve, lfilter
from scipy.special import ndtr

from scripts.calibration.levels import Array, Levels
from unclench.pharmacology import compartments as states
from unclench.pharmacology.parameters import Body
from unclench.pharmacology.response import (
    PENN_LOG10_SPASMS_PER_H,
    PENN_SCORES,
    dimming,
    encephalopathy_per_h,
    penn_score,
)

HOURS_A_DAY = 24.0
TITRATION_MG = ((5.0,) * 3, (10.0,) * 3, (15.0,) * 3, (20.0,) * 3, (20.0,) * 4)
"""The label's way up: three days a step, three doses a day, and at last four of 20 mg."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What an experiment needs beside a body: heights, spreads between people, readings.

    Args:
        body: The typical adult; its calibrated numbers are replaced in each trial of the fit.
        old_body: The same at 45 mL/min of creatinine clearance.
        tip_cm: Height of a pump's catheter tip above the end of the sac.
        puncture_cm: Height of a needle.
        t12_cm: Where the tracer's lower level was read.
        t2_cm: Where its upper level was read.
        loss_log_sd: Spread between people of the fluid's loss.
        brain_log_sd: Spread between people of the level that makes drowsy.
        tolerance_12_months: The share of tolerance that has come after a year.
        onset: The share of the peak at which an effect counts as there.
        plateau: The share of the end at which an effect counts as complete.
        responder: The fall that counts as a response.
        hedley_mg_per_day: Dose of tablets at which responders were counted.
        stokic_mcg_per_h: Pump rate at which the H-reflex was read.
        window_h: Length of the study of confusion.
    """

    body: Body
    old_body: Body
    tip_cm: float
    puncture_cm: float
    t12_cm: float
    t2_cm: float
    loss_log_sd: float
    brain_log_sd: float
    tolerance_12_months: float
    onset: float
    plateau: float
    responder: float
    hedley_mg_per_day: float
    stokic_mcg_per_h: float
    window_h: float


@dataclass(frozen=True, slots=True)
class People:
    """Typical first, then a grid of people with different losses; the sensitivities beside."""

    typical: Levels
    losses: tuple[tuple[float, Levels], ...]
    weights: Array
    factors: Array

    def mean(self, effect: Array) -> Array:
        """Average over the sensitivities, which are the first axis."""
        averaged: Array = np.tensordot(self.weights, effect, axes=1)
        return averaged


def people(body: Body, setting: Setting, ec50_log_sd: float) -> People:
    """Make the typical person and the grid of people beside."""
    nodes, weights = _normal(5)
    losses = []
    for node, weight in zip(nodes, weights, strict=True):
        loss = body.loss_per_h * float(np.exp(setting.loss_log_sd * node))
        losses.append((float(weight), Levels(replace(body, loss_per_h=loss))))
    nodes, weights = _normal(15)
    middle = losses[len(losses) // 2][1]
    return People(middle, tuple(losses), weights, np.exp(ec50_log_sd * nodes))


def predict(setting: Setting, fields: dict[str, float], rest: dict[str, float]) -> dict[str, float]:
    """Give what the model says of every observation, by its name.

    Args:
        setting: What is fixed.
        fields: The body's fitted fields, in its units.
        rest: The fitted numbers that are no field: `ec50_log_sd`, `penn_dose_mcg_per_h`, and, to
            test the claim of one curve, `tablet_factor`, which multiplies every EC50 for tablets.
    """
    body = replace(setting.body, **fields)
    group = people(body, setting, rest["ec50_log_sd"])
    tablet = rest.get("tablet_factor", 1.0)
    swallower = replace(
        body,
        ec50_tone=body.ec50_tone * tablet,
        ec50_spasm=body.ec50_spasm * tablet,
    )
    return {
        **bolus_effect(setting, body, group),
        **bolus_times(setting, body, group.typical),
        **pump(setting, body, group),
        **titrated_pump(setting, body, group.typical, rest["penn_dose_mcg_per_h"]),
        **fluid(setting, group.typical),
        **tablets(setting, swallower, group, rest["ec50_log_sd"]),
        **drowsiness(setting, body, group.typical),
        **confusion(setting, replace(setting.old_body, **fields)),
    }


def bolus_effect(setting: Setting, body: Body, group: People) -> dict[str, float]:
    """50 micrograms by lumbar puncture: mean fall of the H-reflex and of tone in a group."""
    time_h = np.arange(0.0, 6.01, 0.25)
    reflex, tone = np.zeros_like(time_h), np.zeros_like(time_h)
    for weight, levels in group.losses:
        after = levels.after(50.0 * levels.injected(setting.puncture_cm), time_h)
        inner = levels.at(after, states.LUMBAR_INNER)
        reflex += weight * group.mean(_fall(inner, body.ec50_reflex, body, group))
        tone += weight * group.mean(_fall(inner, body.ec50_tone, body, group))
    return {
        "reflex_1h": float(np.interp(1.0, time_h, reflex)),
        "reflex_1_to_6h": float(reflex[time_h >= 1.0].mean()),
        "reflex_5h": float(np.interp(5.0, time_h, reflex)),
        "tone_4h": float(np.interp(4.0, time_h, tone)),
        "tone_6h": float(np.interp(6.0, time_h, tone)),
    }


def bolus_times(setting: Setting, body: Body, levels: Levels) -> dict[str, float]:
    """50 micrograms by lumbar puncture: when the typical person's tone gives way and is back."""
    time_h = np.arange(0.0, 60.0, 0.1)
    after = levels.after(50.0 * levels.injected(setting.puncture_cm), time_h)
    effect = _dim(levels.at(after, states.LUMBAR_INNER), body.ec50_tone, body)
    onset, peak, duration = times(time_h, effect, setting.onset)
    return {"bolus_onset": onset, "bolus_peak": peak, "bolus_duration": duration}


def pump(setting: Setting, body: Body, group: People) -> dict[str, float]:
    """An infusion: the H-reflex on the label's first doses, and how fast tone follows."""
    rate = setting.stokic_mcg_per_h
    reflex = 0.0
    for weight, levels in group.losses:
        steady = levels.during(rate * levels.injected(setting.tip_cm), np.array([np.inf]))
        inner = levels.at(steady, states.LUMBAR_INNER)
        reflex += weight * float(group.mean(_fall(inner, body.ec50_reflex, body, group))[0])
    levels = group.typical
    time_h = np.append(np.arange(0.0, 120.0, 0.25), np.inf)
    course = levels.during(rate * levels.injected(setting.tip_cm), time_h)
    effect = _dim(levels.at(course, states.LUMBAR_INNER), body.ec50_tone, body)
    return {
        "reflex_infusion": reflex,
        "infusion_onset": _reached(time_h, effect, setting.onset * effect[-1]),
        "infusion_plateau": _reached(time_h, effect, setting.plateau * effect[-1]),
    }


def titrated_pump(
    setting: Setting, body: Body, levels: Levels, dose_mcg_per_h: float
) -> dict[str, float]:
    """A pump set to the person's need: Ashworth from 4.0, Penn from 3.3, and the dose in a year."""
    weights = dose_mcg_per_h * levels.injected(setting.tip_cm)
    inner = levels.at(levels.during(weights, np.array([np.inf])), states.LUMBAR_INNER)
    tone = body.emax * float(_dim(inner, body.ec50_tone, body)[0])
    spasms = float(_dim(inner, body.ec50_spasm, body)[0])
    untreated = 10.0 ** np.interp(3.3, PENN_SCORES, PENN_LOG10_SPASMS_PER_H)
    left = untreated * (1.0 - body.emax * spasms) ** body.spasm_gain
    return {
        "penn_1989_ashworth": 1.0 + (4.0 - 1.0) * (1.0 - tone),
        "penn_1989_penn": float(penn_score(np.array([left]))[0]),
        "dose_after_a_year": 1.0 + body.tolerance_limit * spasms * setting.tolerance_12_months,
    }


def fluid(setting: Setting, levels: Levels) -> dict[str, float]:
    """Levels in the fluid: half-life and clearance at the tip, gradient along the canal."""
    time_h = np.arange(1.0, 6.01, 0.25)
    weights = levels.injected(setting.tip_cm)
    after = levels.fluid(levels.after(weights, time_h), setting.tip_cm)
    slope = np.polyfit(time_h, np.log(after), 1)[0]
    steady = levels.during(weights, np.array([np.inf]))
    at_tip, at_t12, at_t2 = (
        float(levels.fluid(steady, height)[0])
        for height in (setting.tip_cm, setting.t12_cm, setting.t2_cm)
    )
    return {
        "fluid_half_life": float(-np.log(2.0) / slope),
        "fluid_clearance": 1000.0 / at_tip,
        "tracer_gradient": at_t2 / at_t12,
        "lumbar_to_cranial": at_tip / float(levels.at(steady, states.CRANIAL)[0]),
    }


def tablets(setting: Setting, body: Body, group: People, ec50_log_sd: float) -> dict[str, float]:
    """Tablets: the fluid on 20 mg every 8 h, effects at 80 and 60 mg a day, one tablet's times."""
    levels = group.typical
    one = 1000.0 * levels.swallowed()
    every_6h, every_8h = (levels.again_and_again(20.0 * one, hours) for hours in (6.0, 8.0))
    beside = levels.fluid(every_8h, setting.puncture_cm)
    tone = group.mean(_fall(levels.at(every_6h, states.LUMBAR_INNER), body.ec50_tone, body, group))
    inner = setting.hedley_mg_per_day / 60.0 * levels.at(every_8h, states.LUMBAR_INNER)
    time_h = np.arange(0.0, 24.0, 0.1)
    once = levels.at(levels.after(20.0 * one, time_h - levels.body.lag_h), states.LUMBAR_INNER)
    onset, peak, duration = times(time_h, _dim(once, body.ec50_tone, body), setting.onset)
    # The share of people beyond the bar: effect falls as the EC50 rises, so look where they meet.
    sd = np.linspace(-4.0, 4.0, 161)
    factor = np.exp(ec50_log_sd * sd)[:, None]
    tone_fall = (body.emax * _dim(inner, factor * body.ec50_tone, body)).mean(axis=1)
    kept = 1.0 - body.emax * _dim(inner, factor * body.ec50_spasm, body)
    spasm_fall = 1.0 - (kept**body.spasm_gain).mean(axis=1)
    bar = setting.responder
    return {
        "fluid_low": float(beside.min()),
        "fluid_high": float(beside.max()),
        "fluid_mean": float(beside.mean()),
        "tablets_80_tone": float(tone.mean()),
        "tablets_60_spasms": float(group.mean(np.interp(group.factors, factor[:, 0], spasm_fall))),
        "tablets_tone_responders": float(ndtr(np.interp(-bar, -tone_fall, sd))),
        "tablets_spasm_responders": float(ndtr(np.interp(-bar, -spasm_fall, sd))),
        "tablet_onset": onset,
        "tablet_peak": peak,
        "tablet_duration": duration,
    }


def drowsiness(setting: Setting, body: Body, levels: Levels) -> dict[str, float]:
    """How many are drowsy: at the worst hour of the label's way up, and after one tablet."""
    nodes, weights = _normal(15)
    ec50 = (body.brain_ec50 * np.exp(setting.brain_log_sd * nodes))[:, None]
    time_h = np.arange(0.0, 33 * HOURS_A_DAY)
    one = levels.at(levels.after(1000.0 * levels.swallowed(), time_h), states.BRAIN)
    brain = np.maximum(fftconvolve(_way_up(time_h.size), one)[: time_h.size], 0.0)
    felt = dimming(brain, ec50_ng_per_ml=ec50, hill=body.brain_hill)
    keep = np.exp(-1.0 / body.drowsiness_h)
    eased = lfilter([1.0 - keep], [1.0, -keep], felt, axis=1)
    worst = np.maximum(0.0, felt - body.drowsiness_share * eased).max(axis=1)
    single = dimming(np.full((1, 1), 20.0 * one.max()), ec50_ng_per_ml=ec50, hill=body.brain_hill)
    return {
        "drowsy_on_the_way_up": float(weights @ worst),
        "drowsy_after_20_mg": float(weights @ single[:, 0]),
    }


def confusion(setting: Setting, old_body: Body) -> dict[str, float]:
    """People of 66 and over with weak kidneys: confused within the study's window, by dose."""
    shares = {}
    levels = Levels(old_body)
    for name, daily_mg in (("confused_at_30_mg", 30.0), ("confused_at_10_mg", 10.0)):
        weights = 1000.0 * daily_mg / 3.0 * levels.swallowed()
        brain = levels.at(levels.again_and_again(weights, 8.0), states.BRAIN)
        per_h = encephalopathy_per_h(
            brain,
            baseline=old_body.confusion_baseline_per_h,
            at_reference=old_body.confusion_per_h,
            reference=old_body.confusion_ng_per_ml,
            power=old_body.confusion_power,
        )
        shares[name] = 1.0 - float(np.exp(-setting.window_h * per_h.mean()))
    return shares


def times(time_h: Array, effect: Array, share: float) -> tuple[float, float, float]:
    """Give when an effect has reached a share of its peak, when it peaks, how long it lasts."""
    top = int(effect.argmax())
    bar = share * effect[top]
    onset = _reached(time_h[: top + 1], effect[: top + 1], bar)
    end = _reached(time_h[top:], -effect[top:], -bar)
    # The peak between grid points, from the parabola through the three highest.
    below, here, above = effect[top - 1 : top + 2]
    peak = time_h[top] + 0.5 * (time_h[1] - time_h[0]) * (below - above) / (
        below - 2 * here + above
    )
    return onset, float(peak), end - onset


def _reached(time_h: Array, effect: Array, bar: float) -> float:
    i = int(np.argmax(effect >= bar))
    rise = (bar - effect[i - 1]) / (effect[i] - effect[i - 1])
    return float(time_h[i - 1] + rise * (time_h[i] - time_h[i - 1]))


def _dim(level: Array, ec50: float | Array, body: Body) -> Array:
    return dimming(level, ec50_ng_per_ml=ec50, hill=body.hill)


def _fall(level: Array, ec50: float, body: Body, group: People) -> Array:
    return body.emax * _dim(level, ec50 * group.factors[:, None], body)


def _normal(count: int) -> tuple[Array, Array]:
    nodes, weights = hermegauss(count)
    return nodes, weights / weights.sum()


def _way_up(hours: int) -> Array:
    doses_mg = np.zeros(hours)
    for day in range(hours // 24):
        doses = TITRATION_MG[min(day // 3, len(TITRATION_MG) - 1)]
        for i, dose in enumerate(doses):
            doses_mg[24 * day + i * 18 // len(doses)] += dose
    return doses_mg
