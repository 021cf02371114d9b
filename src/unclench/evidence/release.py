"""What stands between the evidence base and a release: uses that fail, unverified entries."""

from __future__ import annotations

from unclench.evidence.base import Basis, Entry, Evidence
from unclench.evidence.cited import check_users
from unclench.evidence.faults import Fault


def check(evidence: Evidence, *, release: bool = False) -> tuple[Fault, ...]:
    """Give what is wrong with the evidence beyond its form; an empty tuple is good.

    Args:
        evidence: The evidence base, which the loader has accepted.
        release: Refuse unverified entries too, as a release must.

    Example:
        >>> from unclench.evidence import check, load_evidence
        >>> check(load_evidence())
        ()
    """
    entries: tuple[Entry, ...] = (*evidence.estimates.values(), *evidence.statements.values())
    unverified = (entry for entry in entries if release and entry.basis is Basis.UNVERIFIED)
    return (*check_users(evidence), *map(_unverified, unverified))


def _unverified(entry: Entry) -> Fault:
    return Fault(
        f"{entry.topic}.toml",
        entry.key,
        "it is recalled and not confirmed",
        "somebody to read it in its source",
    )
