"""Write the tables of docs/model.md between their markers. With --check, only compare.

    python -m scripts.model_tables [--check]

What stands under "model" comes from `simulate()`, as anybody would call it; the rest from the
record of the calibration.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable
from typing import Any

from scripts.calibration import published
from scripts.calibration.record import FIGURES, ROOT
from unclench.units import Unit

PAGE = ROOT / "docs" / "model.md"
SHOWN = {"percent": 100.0}


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Give a table in Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def digits(number: float, count: int = 2) -> str:
    """Give a number with so many significant digits, without an exponent."""
    if number == 0.0:
        return "0"
    places = max(0, count - 1 - math.floor(math.log10(abs(number))))
    return f"{number:.{places}f}"


def shown(value: float, unit: str) -> str:
    """Give a value with its unit as a reader expects it."""
    text = digits(value * SHOWN.get(unit, 1.0))
    return text if unit == "times" else f"{text} {'%' if unit == 'percent' else unit}"


def parameters(record: dict[str, Any]) -> str:
    """Give the fitted parameters with what encloses nine of ten, before and after."""
    rows = [
        (
            f"`{key}`",
            f"{digits(found['value'])} {found['unit']}",
            " to ".join(digits(end) for end in found["nine_of_ten"]),
            " to ".join(digits(end) for end in found["prior_nine_of_ten"]),
        )
        for key, found in record["parameters"].items()
    ]
    return table(("number", "fitted", "nine of ten", "believed before, nine of ten"), rows)


def fitted(record: dict[str, Any], said: dict[str, float]) -> str:
    """Give every fitted observation beside what `simulate()` says."""
    rows = []
    for row in record["observations"]:
        observed, error, model = row["observed"], row["error"], said[row["name"]]
        if row["error_of_log"]:
            low, high = observed * math.exp(-error), observed * math.exp(error)
            miss = math.log(model / observed) / error
        else:
            low, high = max(0.0, observed - error), observed + error
            miss = (model - observed) / error
        unit = row["unit"]
        allowed = " to ".join(digits(end * SHOWN.get(unit, 1.0)) for end in (low, high))
        told = (row["words"], shown(observed, unit), allowed, shown(model, unit), f"{miss:+.1f}")
        rows.append(told)
    return table(("what", "observed", "within one error", "model", "off by, in errors"), rows)


def beside(said: dict[str, float]) -> str:
    """Give what was not fitted but belongs in the same view."""
    look = published.evidence()
    ratio = look.value("observed.it.lumbar_over_cisternal.label", Unit.RATIO)
    rows = [
        (
            "lumbar over cisternal fluid on a pump (validation; from memory, not a source read)",
            f"{digits(ratio)}, 1.8 to 8.7",
            digits(said["lumbar_to_cranial"]),
        ),
        (
            "lumbar fluid on 20 mg every 8 h, lowest to highest (worked out, not measured)",
            "21 to 34 ng/mL",
            f"{digits(said['fluid_low'])} to {digits(said['fluid_high'])} ng/mL",
        ),
        (
            "fluid over plasma on tablets, means of the day (an input of the model)",
            digits(look.value("csf.plasma_ratio", Unit.FRACTION)),
            digits(said["fluid_mean"] / said["plasma_mean"]),
        ),
    ]
    return table(("what", "reported", "model"), rows)


def tablets() -> str:
    """Give one dose in plasma for both sets of tablet parameters."""
    look = published.evidence()
    sets = {name: published.plasma(look, oral_set=name) for name in ("reference", "fast")}
    label = "observed.oral.swiss_label"
    rows = []
    for mg in (10, 20, 30):
        peak = look.value(f"{label}.cmax_{mg}mg", Unit.NG_PER_ML)
        exposure = look.value(f"{label}.auc_{mg}mg", Unit.NG_H_PER_ML)
        for name, observed, unit in (("cmax", peak, "ng/mL"), ("auc", exposure, "ng*h/mL")):
            told = {one: made[f"{name}_{mg}mg"] for one, made in sets.items()}
            off = (f"{digits(x, 3)} ({100 * (x / observed - 1):+.0f} %)" for x in told.values())
            what = "peak" if name == "cmax" else "exposure"
            rows.append((f"{mg} mg, {what}", f"{observed:g} {unit}", *off))
    times = (f"{made['tmax_20mg']:.1f} h" for made in sets.values())
    rows.append(("time of the peak", "0.5 to 1.5 h", *times))
    return table(("one dose", "observed", "reference set", "fast set"), rows)


def kidneys() -> str:
    """Give exposure by kidney function."""
    found = published.kidneys(published.evidence())
    look = published.evidence()
    cuts = {
        crcl: look.value(f"renal.dose_cut.{name}", Unit.FRACTION)
        for crcl, name in ((65.0, "mild"), (40.0, "moderate"), (20.0, "severe"))
    }
    rows = [
        (
            f"{crcl:.0f} mL/min",
            digits(1.0 / (1.0 - cuts[crcl])) if crcl in cuts else "1",
            digits(exposure),
            digits(peak, 3),
        )
        for crcl, (peak, exposure) in found.items()
    ]
    head = ("creatinine clearance", "exposure that the dose cuts imply", "model", "peak, model")
    return table(head, rows)


def mixing(record: dict[str, Any]) -> str:
    """Give the refits with the mixing held."""
    rows = [
        (
            f"{found['dispersion_cm2_per_h']:.0f}",
            digits(found["objective"]),
            digits(found["predictions"]["tracer_gradient"]),
            f"{digits(found['predictions']['fluid_clearance'])} mL/h",
            digits(found["predictions"]["lumbar_to_cranial"]),
            shown(found["predictions"]["tablets_80_tone"], "percent"),
            f"{digits(found['parameters']['effect.ec50_tone'])} ng/mL",
            digits(found["parameters"]["effect.hill"]),
        )
        for found in record["dispersion"]
    ]
    head = (
        *("mixing D, cm2/h", "sum of squares", "T2 over T12", "clearance at the tip"),
        *("lumbar over cranial", "tone on 80 mg a day", "EC50, tone", "Hill"),
    )
    return table(head, rows)


def one_curve(record: dict[str, Any]) -> str:
    """Give the test of the claim."""
    found = record["one_curve"]
    factor, sd = found["tablet_factor"], found["log_sd"]
    low, high = (factor * math.exp(sign * 1.96 * sd) for sign in (-1, 1))
    return (
        f"Tablets would like an EC50 {digits(factor)} times that of the pump "
        f"(95 % interval {digits(low)} to {digits(high)}). Granting them their own curve lowers "
        f"the sum of squares by {found['objective_falls_by']:.1f} of "
        f"{digits(record['objective'])}; 3.8 would ask for it."
    )


def variants(record: dict[str, Any]) -> str:
    """Give the refits with one choice made otherwise."""
    rows = [
        (
            found["words"],
            f"{digits(found['misfit'])} ({found['observations']})",
            digits(found["tablet_factor"]) if found["tablet_factor"] else "-",
            shown(found["predictions"]["tablets_80_tone"], "percent"),
            shown(found["predictions"]["tone_4h"], "percent"),
            digits(found["predictions"]["penn_1989_ashworth"]),
            f"{digits(found['parameters']['effect.ec50_tone'])} ng/mL",
            digits(found["parameters"]["effect.hill"]),
        )
        for found in record["variants"]
    ]
    head = (
        *("what is other", "misfit (observations)", "tablets’ EC50 over the pump’s"),
        *(
            "tone on 80 mg a day (12 %)",
            "tone 4 h after a bolus (64 %)",
            "Ashworth on a pump (1.2)",
        ),
        *("EC50, tone", "Hill"),
    )
    return table(head, rows)


def correlations(record: dict[str, Any]) -> str:
    """Give the pairs that the observations tell apart worst."""
    rows = [(f"`{a}`", f"`{b}`", f"{r:+.2f}") for a, b, r in record["correlations"]]
    return table(("number", "number", "correlation"), rows)


def asked_of_simulate(record: dict[str, Any]) -> dict[str, float]:
    """Give every observation as `simulate()` says it."""
    fit = {key: found["value"] for key, found in record["parameters"].items()}
    return published.everything(published.evidence(), fit)


def parts(record: dict[str, Any], said: dict[str, float]) -> dict[str, str]:
    """Give every generated part of the page by the name in its markers."""
    return {
        "parameters": parameters(record),
        "fitted": fitted(record, said),
        "beside": beside(said),
        "tablets": tablets(),
        "kidneys": kidneys(),
        "mixing": mixing(record),
        "one-curve": one_curve(record),
        "variants": variants(record),
        "correlations": correlations(record),
    }


def filled(text: str, made: dict[str, str]) -> str:
    """Put every part between its markers; a part without markers is an error."""
    for name, part in made.items():
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
        if text.count(begin) != 1 or text.count(end) != 1:
            raise ValueError(f"{PAGE.name} needs {begin.strip()} and {end}, each once.")
        head, rest = text.split(begin)
        text = f"{head}{begin}\n{part}\n\n{end}{rest.split(end)[1]}"
    return text


def main(arguments: list[str]) -> int:
    """Write the tables, or say that they are stale; give the exit code."""
    record = json.loads(FIGURES.read_text(encoding="utf-8"))
    before = PAGE.read_text(encoding="utf-8")
    after = filled(before, parts(record, asked_of_simulate(record)))
    if arguments == ["--check"]:
        if after != before:
            print(f"{PAGE.name} is not what `python -m scripts.model_tables` would write.")
        return int(after != before)
    PAGE.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
