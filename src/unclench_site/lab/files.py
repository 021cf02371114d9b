"""The files of a finished run: a picture, JSON, Parquet. All are made when somebody asks."""

from __future__ import annotations

import io
import json
from typing import Any, Final

from unclench.cli.cohort_files import need_pyarrow
from unclench.errors import InputError
from unclench_site.lab.models import Run

NO_PARQUET: Final = (
    "Parquet needs a package that this site does not have. Whoever runs the site can add it with "
    "pip install 'unclench[export]'. The JSON file has the same numbers."
)


def has_parquet() -> bool:
    """Whether this site can write Parquet."""
    try:
        need_pyarrow()
    except InputError:
        return False
    return True


def about(run: Run) -> dict[str, str]:
    """Give what made a file: enough to run the same again."""
    return {
        "title": run.title,
        "kind": run.kind,
        "question": json.dumps(run.question, sort_keys=True),
        "run": run.key,
        "evidence_sha256": run.evidence_hash,
        "unclench_version": run.version,
        "what_this_is": "the model's opinion, not a result of a study, and no advice on a dose",
    }


def as_json(run: Run) -> dict[str, Any]:
    """Give everything but the pictures."""
    return {
        **about(run),
        "question": run.question,
        "finding": run.finding,
        "notes": run.result["notes"],
        "data": run.result["data"],
        "columns": run.result["columns"],
    }


def parquet(run: Run) -> bytes:
    """Give the numbers as a long table; the metadata say what made it.

    Raises:
        InputError: if the export extra is not installed.
    """
    need_pyarrow()
    import pyarrow as pa
    import pyarrow.parquet as pq

    made = {key.encode(): value.encode() for key, value in about(run).items()}
    out = io.BytesIO()
    pq.write_table(pa.table(run.result["columns"]).replace_schema_metadata(made), out)
    return out.getvalue()
