"""Files that `unclench simulate` writes: pictures, CSV, JSON, Parquet; none is replaced unasked."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from unclench import figures
from unclench.cli.about import version
from unclench.cli.asked import Asked, FigureName
from unclench.cli.computed import Computed
from unclench.errors import InputError
from unclench.figures.export import KINDS
from unclench.pharmacology import TimeCourse
from unclench.regimen import format as written

STDOUT: Final = "-"
Columns = dict[str, NDArray[Any]]


def asked_files(asked: Asked) -> list[str]:
    """Every file name that was given."""
    names = (asked.plot, asked.csv, asked.json, asked.parquet)
    return [name for name in names if name is not None]


def to_terminal(asked: Asked) -> bool:
    """Whether a file goes to standard output, so that nothing else may be printed there."""
    return STDOUT in asked_files(asked)


def check(asked: Asked) -> None:
    """Refuse, before anything is computed, files that could not be written afterwards."""
    if asked_files(asked).count(STDOUT) > 1:
        raise InputError("Two files cannot both be '-'.", expected="one '-' at most")
    if asked.plot is not None:
        check_plot(asked.plot, asked.figure)
    if asked.parquet == STDOUT:
        raise InputError(
            "Parquet cannot go to the terminal.", expected="the name of a file", hint="out.parquet"
        )
    paths = [Path(name) for name in asked_files(asked) if name != STDOUT]
    if asked.plot not in (None, STDOUT):
        paths += [path for _, path in pictures(asked)]
    for path in paths:
        if not path.parent.is_dir():
            raise InputError(
                f"There is no folder {str(path.parent)!r} for {path.name!r}.",
                expected="a file in a folder that is there",
            )
        if path.is_dir() or (path.exists() and not asked.force):
            raise InputError(
                f"{str(path)!r} is there already.",
                expected="a new file name",
                hint="another name, or --force to replace it",
            )


def check_plot(name: str, figure: FigureName) -> None:
    """Refuse a picture of an unknown kind, or several in one stream."""
    if name == STDOUT:
        if figure is FigureName.ALL:
            raise InputError(
                "All pictures cannot go into one '-'.", expected="one --figure, or a file name"
            )
    elif Path(name).suffix.lower() not in KINDS:
        raise InputError(
            f"A picture cannot be written as {Path(name).name!r}.",
            expected="a file name that ends in .svg, .png or .pdf",
        )


def pictures(asked: Asked) -> list[tuple[FigureName, Path]]:
    """Which pictures go where; with all of them, each name carries that of its figure."""
    path = Path(asked.plot or "")
    if asked.figure is not FigureName.ALL:
        return [(asked.figure, path)]
    every = [name for name in FigureName if name is not FigureName.ALL]
    return [(name, path.with_stem(f"{path.stem}-{name}")) for name in every]


def write(asked: Asked, computed: Computed) -> None:
    """Write all files that were asked for."""
    if asked.plot == STDOUT:
        put(STDOUT, figures.rendered(computed.chart(asked.figure), kind=".svg"))
    elif asked.plot is not None:
        for name, path in pictures(asked):
            figures.save(computed.chart(name), path)
    if asked.csv is not None:
        put(asked.csv, as_csv(computed).encode())
    if asked.json is not None:
        put(asked.json, as_json(computed).encode())
    if asked.parquet is not None:
        write_parquet(asked.parquet, computed)


def put(name: str, content: bytes) -> None:
    """Write to a file, or to standard output for "-"."""
    if name == STDOUT:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        Path(name).write_bytes(content)


# The same content in three forms.


def about(computed: Computed) -> dict[str, str]:
    """What made these numbers: version, evidence and plans."""
    plans = {"regimen": written(computed.course.regimen)}
    if computed.other is not None:
        plans["second_regimen"] = written(computed.other.regimen)
    return {
        "unclench_version": version(),
        "evidence_sha256": computed.evidence.hash,
        **plans,
        "not_advice": figures.words.NOT_ADVICE,
    }


def columns(course: TimeCourse) -> Columns:
    """Every array of a course by its name, which carries its unit; time first."""
    names = [name for name in course.__dataclass_fields__ if name != "time_h"]
    arrays = {name: getattr(course, name) for name in names}
    return {
        "time_h": course.time_h,
        **{name: array for name, array in arrays.items() if isinstance(array, np.ndarray)},
    }


def all_columns(computed: Computed) -> Columns:
    """The columns of the first plan with its band, and of the second plan behind a prefix."""
    table = columns(computed.course)
    if computed.band is not None:
        for name, (low, middle, high) in computed.band.channels.items():
            table |= {f"{name}_p05": low, f"{name}_p50": middle, f"{name}_p95": high}
    if computed.other is not None:
        second = columns(computed.other)
        del second["time_h"]
        table |= {f"second_{name}": array for name, array in second.items()}
    return table


def as_csv(computed: Computed) -> str:
    """A header of comments, a row of names, a row for each point."""
    text = io.StringIO()
    for key, value in about(computed).items():
        text.write(f"# {key}: {value}\n")
    table = all_columns(computed)
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(table)
    rows.writerows(zip(*(array.tolist() for array in table.values()), strict=True))
    return text.getvalue()


def as_json(computed: Computed) -> str:
    """One object: what made it, the person, the last day, every point as columns."""
    course = computed.course
    content = {
        **about(computed),
        "patient": asdict(course.patient),
        "step_min": course.step_min,
        "last_day": asdict(course.last_day()),
        "findings": [finding.as_dict() for finding in computed.findings],
        "second_findings": [finding.as_dict() for finding in computed.other_findings],
        "cited": list(course.cited),
        "columns": {name: array.tolist() for name, array in all_columns(computed).items()},
    }
    return json.dumps(plain(content), indent=1, allow_nan=False) + "\n"


def plain(thing: Any) -> Any:
    """Enumerations as their values, sets as lists, what is not finite as null."""
    if isinstance(thing, dict):
        return {key: plain(value) for key, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [plain(value) for value in thing]
    if isinstance(thing, frozenset):
        return sorted(plain(value) for value in thing)
    if isinstance(thing, Enum):
        return thing.value
    if isinstance(thing, float) and not math.isfinite(thing):
        return None
    return thing


def write_parquet(name: str, computed: Computed) -> None:
    """A Parquet file whose metadata says what made it.

    Raises:
        InputError: The export extra is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError:
        raise InputError(
            "A Parquet file needs a package that is not installed.",
            expected="unclench with its export extra",
            hint="pip install 'unclench[export]', or --csv, which needs nothing",
        ) from None
    metadata = {key.encode(): value.encode() for key, value in about(computed).items()}
    table = pa.table(all_columns(computed)).replace_schema_metadata(metadata)
    pq.write_table(table, name)
