"""The evidence base of this process: read from its files once, shared by every page."""

from __future__ import annotations

from functools import cache

from unclench.evidence import Evidence, load_evidence


@cache
def evidence() -> Evidence:
    """Give every number, statement and source.

    Raises:
        InputError: A file of the evidence base has faults; nothing is shown until they are mended.
    """
    return load_evidence()
