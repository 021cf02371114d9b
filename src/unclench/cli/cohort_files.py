"""Files of a cohort: the bands over time as a table for other programs, and as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from unclench.cohorts.run import CohortResult
from unclench.cohorts.spec import CohortSpec
from unclench.errors import InputError
from unclench.figures.chart import Axis, Band, Chart, Line, Scale, Table
from unclench.figures.colours import Ink
from unclench.figures.export import KINDS, save

INKS: Final = (Ink.TABLET, Ink.PUMP)
MOST_DRAWN: Final = len(INKS)
HEADROOM: Final = 1.05


def check_files(spec: CohortSpec, *, parquet: Path | None, plot: Path | None) -> None:
    """Refuse, before anything is computed, files that could not be written afterwards.

    Raises:
        InputError: if a folder or a package is missing, or there is nothing to draw.
    """
    for path in (parquet, plot):
        if path is not None and not path.parent.is_dir():
            raise InputError(
                f"There is no folder {str(path.parent)!r}.",
                expected="a file in a folder that is there",
            )
        if path is not None and not spec.bands:
            raise InputError(
                "The cohort keeps no bands.", expected="bands = ['spasms_per_h'] in it"
            )
    if plot is not None and plot.suffix.lower() not in KINDS:
        raise InputError(
            f"{plot} cannot be drawn.", expected=f"a name that ends in {', '.join(KINDS)}"
        )
    if parquet is not None:
        need_pyarrow()


def need_pyarrow() -> None:
    """Refuse a Parquet file where the export extra is missing."""
    try:
        import pyarrow.parquet as _  # noqa: F401  # asked only whether it is there
    except ModuleNotFoundError:
        raise InputError(
            "A Parquet file needs a package that is not installed.",
            expected="unclench with its export extra",
            hint="pip install 'unclench[export]', or --json, which needs nothing",
        ) from None


def write_parquet(path: Path, result: CohortResult) -> None:
    """Write a row for each arm, curve and hour; the file's metadata says what made it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, list[object]] = {
        name: [] for name in ("arm", "curve", "time_h", "low_5", "middle", "high_95")
    }
    for name, arm in result.arms.items():
        for curve, band in arm.bands.items():
            columns["arm"] += [name] * len(arm.time_h)
            columns["curve"] += [curve] * len(arm.time_h)
            for column, values in zip(
                ("time_h", "low_5", "middle", "high_95"), (arm.time_h, *band), strict=True
            ):
                columns[column] += values.tolist()
    about = {
        "title": result.spec.title,
        "people": str(result.people),
        "seed": str(result.spec.seed),
        "run": result.spec.digest,
        "evidence": result.spec.evidence_hash,
        "digest": result.digest,
    }
    table = pa.table(columns).replace_schema_metadata(
        {key.encode(): value.encode() for key, value in about.items()}
    )
    pq.write_table(table, path)


def draw(path: Path, result: CohortResult) -> None:
    """Draw the first band of the first two arms.

    Raises:
        InputError: if the kind of picture needs a package that is not installed.
    """
    save(chart(result), path)


def chart(result: CohortResult) -> Chart:
    """Give the first band of the first two arms as a chart."""
    curve = result.spec.bands[0]
    words = curve.replace("_per_h", " in an hour").replace(
        "_ng_per_ml", ", nanograms in a millilitre"
    )
    drawn = [(name, ink, arm) for (name, arm), ink in zip(result.arms.items(), INKS, strict=False)]
    lines = [
        Line(name=name, x=arm.time_h, y=arm.bands[curve][1], ink=ink) for name, ink, arm in drawn
    ]
    bands = [
        Band(
            name=f"{name}: 9 of 10 people",
            x=arm.time_h,
            low=arm.bands[curve][0],
            high=arm.bands[curve][2],
            ink=ink,
        )
        for name, ink, arm in drawn
    ]
    top = max(float(np.max(band.high)) for band in bands)
    rows = tuple(
        (f"{hour:g}", *(f"{line.y[i]:.3g}" for line in lines)) for i, hour in enumerate(lines[0].x)
    )
    return Chart(
        key="cohort",
        title=result.spec.title,
        summary=f"The middle of {result.people:,} virtual adults, and between which 9 of 10 lie.",
        x=Axis(words="time", high=float(lines[0].x[-1]), scale=Scale.TIME),
        y=Axis(words=words.replace("_", " "), high=top * HEADROOM or 1.0),
        lines=tuple(lines),
        bands=tuple(bands),
        table=Table(
            caption="The middle person", header=("hour", *(one.name for one in lines)), rows=rows
        ),
    )
