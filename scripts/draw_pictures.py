"""Draws the pictures of the README into docs/pictures. With --check, only compares.

A picture is stale when its words differ, or when a curve has moved by more than two pixels: so much
for another machine's last digit, and little enough to notice when the model has changed.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np

from unclench import Patient, figures, parse, simulate
from unclench.evidence import Evidence, load_evidence

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
TABLETS = "10 mg at 08:00, 14:00 and 20 mg at 22:00"
PUMP = "pump 150 micrograms/day"
WIDTH = 720
MOVED_PX = 2.0
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


def pictures(evidence: Evidence) -> dict[str, str]:
    """Gives every picture as SVG text by its file's name."""
    tablets, pump = (
        simulate(Patient(), parse(plan), evidence=evidence) for plan in (TABLETS, PUMP)
    )
    regions = figures.usual_reach(evidence)
    charts = {
        "dimmer.svg": figures.dimmer_curve(tablets, evidence=evidence, regions=regions),
        "tablets-and-pump.svg": figures.spasms(tablets, other=pump),
        "one-day.svg": figures.plasma(tablets, days=(7, 7)),
    }
    theme = figures.Theme.PAPER
    return {name: figures.svg(chart, width=WIDTH, theme=theme) for name, chart in charts.items()}


def same(first: str, second: str) -> bool:
    """Tells whether two pictures say the same and no curve has moved by more than two pixels."""
    words = [re.sub(r' (?:d|x|y)="[^"]*"', "", text) for text in (first, second)]
    if words[0] != words[1]:
        return False
    boxes = [extents(text) for text in (first, second)]
    return boxes[0].shape == boxes[1].shape and bool(np.all(np.abs(boxes[0] - boxes[1]) < MOVED_PX))


def extents(picture: str) -> np.ndarray:
    """Gives the box and the middle height of every path, (paths, 5), in pixels."""
    boxes = []
    for path in re.findall(r' d="(M[^"]*l[^"]*)"', picture):
        steps = np.array([float(number) for number in NUMBER.findall(path)])
        if steps.size % 2 == 0:
            points = np.cumsum(steps.reshape(-1, 2), axis=0)
            boxes.append([*points.min(axis=0), *points.max(axis=0), np.median(points[:, 1])])
    return np.array(boxes)


def main(arguments: list[str]) -> int:
    """Draws what is stale, or says what is; gives the exit code."""
    stale = {
        name: text
        for name, text in pictures(load_evidence()).items()
        if not (FOLDER / name).exists()
        or not same((FOLDER / name).read_text(encoding="utf-8"), text)
    }
    if arguments == ["--check"]:
        for name in stale:
            print(f"docs/pictures/{name} is not what scripts/draw_pictures.py would draw.")
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in stale.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"Drew docs/pictures/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
