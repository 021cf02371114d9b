"""The numbers behind the charts as comma-separated values, one line for each time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from unclench.pharmacology.simulate import TimeCourse

CHANNELS: Final = (
    "plasma_ng_per_ml",
    "csf_lumbar_ng_per_ml",
    "csf_cervical_ng_per_ml",
    "csf_cranial_ng_per_ml",
    "cord_lumbar_ng_per_ml",
    "cord_cervical_ng_per_ml",
    "brain_ng_per_ml",
    "dimming",
    "spasms_per_h",
    "spasms_per_h_untreated",
    "ashworth",
    "drowsiness",
    "weakness",
    "withdrawal",
)


def csv_lines(course: TimeCourse, other: TimeCourse | None = None) -> Iterator[str]:
    """Each line of the file, the names of the columns first; a second plan has its own columns.

    Every name says its unit. All other fields are numbers, so nothing needs quoting, and no cell
    can be taken for a formula.
    """
    columns = [("time_h", course.time_h)]
    columns += [(name, getattr(course, name)) for name in CHANNELS]
    if other is not None:
        columns += [(f"second_{name}", getattr(other, name)) for name in CHANNELS]
    yield ",".join(name for name, _ in columns) + "\r\n"
    for row in zip(*(values.tolist() for _, values in columns), strict=True):
        yield ",".join(f"{value:.6g}" for value in row) + "\r\n"
