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
    faults = [*check_users(evidence)]
    for entry in entries:
        if release and entry.basis is Basis.UNVERIFIED:
            faults.append(_fault(entry, "it is unverified", "somebody to confirm it in its source"))
    return tuple(faults)


def _fault(entry: Entry, what: str, expected: str) -> Fault:
    return Fault(f"{entry.topic}.toml", entry.key, what, expected)
