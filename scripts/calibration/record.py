"""The outcome, written down twice: as evidence for the model, and as figures for its page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import combinations
from pathlib import Path

import numpy as np

from scripts.calibration.beliefs import FITTED, HELD, NOT_OF_THE_MODEL
from scripts.calibration.fit import (
    Fit,
    Problem,
    fit_with,
    problem,
    search_from,
    tablet_factor,
)
from scripts.calibration.levels import Array
from scripts.calibration.observations import Observation
from unclench.evidence import Basis, Evidence, Of, Spread, citations, parse_evidence
from unclench.pharmacology.parameters import KineticParameters, ReferenceOral
from unclench.units import Unit

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT / "src" / "unclench" / "evidence" / "data"
CALIBRATED = DATA / "calibrated.toml"
FIGURES = Path(__file__).with_name("record.json")

DISPERSIONS_CM2_PER_H = (10.0, 50.0, 180.0, 500.0)
"""The headline sensitivity: everything else is fitted again with the mixing held at each."""

FELT = 0.2
"""An observation counts as informing a parameter when one prior sd moves it by this much error."""

POPULATION = "a typical adult with spasticity of spinal origin"


def other_evidence() -> Evidence:
    """Read the evidence without what an earlier calibration wrote."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(DATA.glob("*.toml"))}
    texts.pop(CALIBRATED.name, None)
    return parse_evidence(texts)


def inputs_hash(evidence: Evidence, asked: Problem) -> str:
    """Give the SHA-256 of every number that the calibration reads, as 64 hex digits."""
    keys = {key for row in asked.observed for key in row.keys}
    keys |= {key for key in evidence if key.split(".")[0] in ("prior", "error", "reading")}
    keys |= {
        key
        for cls in (KineticParameters, ReferenceOral)
        for _, key, _ in citations(cls)
        if key in evidence
    }
    keys |= {"between.csf.loss_rate", "between.brain.ec50_drowsiness", "encephalopathy.window"}
    keys |= {"csf.height.t12", "csf.height.t2"}
    content = [
        (key, evidence[key].value, evidence[key].unit.symbol, evidence[key].spread.text())
        for key in sorted(keys)
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def calibrated_toml(evidence: Evidence, best: Fit, slopes: Array) -> str:
    """Write calibrated.toml: the fitted numbers, and those held at what was believed."""
    head = [
        "# Written by `python -m scripts.calibrate`. Do not edit by hand: edit what it reads.",
        f"# inputs sha256 {inputs_hash(evidence, best.problem)}",
    ]
    entries = [_fitted(evidence, best, key, slopes) for key in _of_the_model(FITTED)]
    entries += [_held(evidence, key) for key in HELD]
    return "\n".join([*head, *("\n" + "\n".join(entry) for entry in entries), ""])


def figures_json(evidence: Evidence, best: Fit) -> str:
    """Write what docs/model.md shows and the tests compare: the fit and its sensitivity."""
    predicted = best.predictions
    factor, factor_sd, gain = tablet_factor(best.problem, best)
    content = {
        "inputs_sha256": inputs_hash(evidence, best.problem),
        "objective": _round(best.objective),
        "misfit": _round(best.misfit),
        "parameters": {
            belief.key: {
                "unit": belief.unit.symbol,
                "value": _round(best.values[belief.key]),
                "nine_of_ten": [_round(end) for end in best.interval(belief.key)],
                "prior": _round(belief.value(0.0)),
                "prior_nine_of_ten": [_round(belief.value(z)) for z in (-1.6449, 1.6449)],
            }
            for belief in best.problem.believed
        },
        "observations": [
            {
                "name": row.name,
                "words": row.words,
                "unit": row.unit,
                "observed": _round(row.value),
                "fitted": _round(predicted[row.name]),
                "error": _round(row.sd),
                "error_of_log": row.on_log,
                "miss": round(row.miss(predicted[row.name]), 2),
                "keys": list(row.keys),
            }
            for row in best.problem.observed
        ],
        "beside": {
            name: _round(predicted[name])
            for name in (
                "lumbar_to_cranial",
                "fluid_low",
                "fluid_mean",
                "fluid_high",
                "tablet_peak",
            )
        },
        "one_curve": {
            "tablet_factor": _round(factor),
            "log_sd": _round(factor_sd),
            "objective_falls_by": round(gain, 2),
        },
        "dispersion": [
            _at_dispersion(best.problem, best, dispersion) for dispersion in DISPERSIONS_CM2_PER_H
        ],
        "variants": [
            _variant(words, asked, best)
            for words, asked in variants(evidence, best.problem).items()
        ],
        "correlations": _strongest(best),
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def variants(evidence: Evidence, asked: Problem) -> dict[str, Problem]:
    """Give the problem with one choice made otherwise at a time, by what is other."""
    setting = asked.setting
    before = evidence.value("observed.it.stokic_2005.ashworth_before", Unit.POINTS)
    return {
        "as it is": asked,
        "pump and needle alone: tablets predicted": replace(
            asked, observed=tuple(row for row in asked.observed if "tablet" not in row.name)
        ),
        "tablets alone: pump and needle predicted": replace(
            asked, observed=tuple(row for row in asked.observed if not _intrathecal(row.name))
        ),
        "the fast set of tablet numbers": problem(evidence, oral_set="fast"),
        "needle at the height of the tip": replace(
            asked, setting=replace(setting, puncture_cm=setting.tip_cm)
        ),
        "onset and end at 30 % of the peak": replace(asked, setting=replace(setting, onset=0.3)),
        "plateau at 99 % of the end": replace(asked, setting=replace(setting, plateau=0.99)),
        "Ashworth of the bolus study counted from 0": replace(
            asked, observed=tuple(_from_zero(row, before) for row in asked.observed)
        ),
        "all people alike in the loss of the fluid": replace(
            asked, setting=replace(setting, loss_log_sd=1e-6)
        ),
    }


def _intrathecal(name: str) -> bool:
    started = ("reflex", "tone_", "bolus", "infusion", "penn", "dose", "tracer", "fluid")
    return name.startswith(started)


def _from_zero(row: Observation, before: float) -> Observation:
    """Count a fall from a floor of 0: of the modified scale, should the study have used that."""
    if row.name not in ("tone_4h", "tone_6h"):
        return row
    return replace(row, value=row.value * (before - 1.0) / before)


def _variant(words: str, asked: Problem, near: Fit) -> dict[str, object]:
    """Fit a variant, and keep what says whether one curve still serves."""
    found = search_from(asked, near)
    predicted, parameters = found.predictions, found.values
    names = ("tablets_80_tone", "tone_4h", "tone_6h", "reflex_1_to_6h", "penn_1989_ashworth")
    shown = ("effect.ec50_tone", "effect.hill", "csf.dispersion")
    both = any("tablet" in row.name for row in asked.observed) and any(
        _intrathecal(row.name) for row in asked.observed
    )
    return {
        "words": words,
        "observations": len(asked.observed),
        "misfit": _round(found.misfit),
        "tablet_factor": _round(tablet_factor(asked, found)[0]) if both else None,
        "predictions": {name: _round(predicted[name]) for name in names},
        "parameters": {key: _round(parameters[key]) for key in shown},
    }


def _of_the_model(keys: tuple[str, ...]) -> Iterator[str]:
    return (key for key in keys if key not in NOT_OF_THE_MODEL)


def _fitted(evidence: Evidence, best: Fit, key: str, slopes: Array) -> list[str]:
    prior = evidence.estimate(f"prior.{key}")
    i = FITTED.index(key)
    told_by = [
        row
        for row, slope in zip(best.problem.observed, slopes[:, i], strict=True)
        if abs(slope) >= FELT
    ]
    names = dict.fromkeys(name for row in told_by for name in row.keys)
    low, high = best.interval(key)
    if best.problem.believed[i].is_share:
        spread = f"{{low = {_round(low)}, high = {_round(high)}, of = 'belief', interval = '90%'}}"
    else:
        spread = f"{{log_sd = {_round(best.sd(key))}, of = 'belief'}}"
    arithmetic = (
        "scripts/calibrate.py: most probable value given the prior and "
        f"{len(best.problem.observed)} observations, of which {len(told_by)} speak to it"
    )
    learnt = best.covariance[i, i] < 0.5
    note = f"Nine of ten: {_round(low):g} to {_round(high):g}."
    if not learnt:
        note += " The observations say little about it: mostly what was believed before."
    return [
        f"[{key}]",
        f"value = {_round(best.values[key])}",
        f"unit = '{prior.unit.symbol}'",
        f"spread = {spread}",
        f"population = '{POPULATION}'",
        "basis = 'computed'",
        f"from = [{', '.join(repr(name) for name in (prior.key, *names))}]",
        f"arithmetic = '{arithmetic}'",
        f"certainty = '{'low' if learnt else 'very low'}'",
        "use = ['model']",
        f"note = '{note}'",
    ]


def _held(evidence: Evidence, key: str) -> list[str]:
    prior = evidence.estimate(f"prior.{key}")
    assumed = prior.basis is Basis.ASSUMED
    grounds = (
        ["basis = 'assumed'", f"why = '{prior.why}'"]
        if assumed
        else ["basis = 'computed'", f"from = ['{prior.key}']", f"arithmetic = '{prior.arithmetic}'"]
    )
    return [
        f"[{key}]",
        f"value = {prior.value}",
        f"unit = '{prior.unit.symbol}'",
        f"spread = {_spread(prior.spread)}",
        f"population = '{prior.population}'",
        *grounds,
        f"certainty = '{prior.certainty.value}'",
        "use = ['model']",
        "note = 'Held at what was believed: no observation that is fitted informs it.'",
    ]


def _spread(spread: Spread) -> str:
    """Write a spread as the files do."""
    parts = []
    for field in fields(spread):
        value = getattr(spread, field.name)
        if value is None or (field.name == "interval" and value == "range"):
            continue
        shown = value.value if isinstance(value, Of) else value
        parts.append(f"{field.name} = {shown!r}")
    return f"{{{', '.join(parts)}}}"


def _at_dispersion(asked: Problem, best: Fit, dispersion_cm2_per_h: float) -> dict[str, object]:
    """Fit everything else again with the mixing held, and keep what a reader asks about."""
    held = fit_with(asked, best, "csf.dispersion", dispersion_cm2_per_h)
    predicted, found = held.predictions, held.values
    names = ("tracer_gradient", "fluid_clearance", "lumbar_to_cranial", "reflex_1h", "tone_6h")
    shown = ("effect.ec50_tone", "effect.hill", "csf.loss_rate")
    return {
        "dispersion_cm2_per_h": dispersion_cm2_per_h,
        "objective": _round(held.objective),
        "predictions": {name: _round(predicted[name]) for name in (*names, "tablets_80_tone")},
        "parameters": {key: _round(found[key]) for key in shown},
    }


def _strongest(best: Fit, *, count: int = 6) -> list[tuple[str, str, float]]:
    """Give the pairs of parameters that the observations tell apart worst."""
    sd = np.sqrt(np.diag(best.covariance))
    correlation = best.covariance / np.outer(sd, sd)
    pairs = sorted(combinations(range(len(FITTED)), 2), key=lambda ij: -abs(correlation[ij]))
    return [(FITTED[i], FITTED[j], round(float(correlation[i, j]), 2)) for i, j in pairs[:count]]


def _round(number: float) -> float:
    """Give four digits: more would promise what the fit does not know."""
    return float(f"{number:.4g}")
