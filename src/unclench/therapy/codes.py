"""Codes in a list of medicines: ATC for the classes, RxNorm for baclofen, as the evidence has them.

The ATC codes are recalled, so a match by code says that it is not yet confirmed.
"""

from __future__ import annotations

import re
from dataclasses import replace

from unclench.evidence import Evidence
from unclench.therapy.medicines import Ingredient, Match, Reading

__all__ = ["atc_codes", "classes_of_code", "with_codes"]

ATC = re.compile(r"(?:atc )?([a-z][0-9]{2}(?:[a-z](?:[a-z](?:[0-9]{2})?)?)?)")
RXNORM = re.compile(r"rxnorm ([0-9]{2,8})")
BACLOFEN = "code.atc.baclofen"


def atc_codes(name: str, *, evidence: Evidence) -> tuple[str, ...]:
    """Give the ATC codes of a class of medicines, none where the evidence has none.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> atc_codes("z_drugs", evidence=load_evidence())
        ('N05CF',)
    """
    if name == "baclofen":
        return evidence.statement(BACLOFEN).codes
    statement = evidence.statements.get(f"atc.{name}")
    return () if statement is None else statement.codes


def classes_of_code(code: str, *, evidence: Evidence) -> tuple[str, ...]:
    """Give the classes that an ATC code falls into, or baclofen for its RxNorm codes.

    A longer code falls into the classes of the shorter ones that it begins with.

    Args:
        code: An ATC code, or "RxNorm" and a number.
        evidence: The evidence base.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> classes_of_code("N05CF02", evidence=load_evidence())
        ('z_drugs',)
    """
    written = " ".join(code.casefold().replace(":", " ").split())
    rxnorm = RXNORM.fullmatch(written)
    if rxnorm is not None:
        known = (one.text for one in evidence.statements_under("code.rxnorm"))
        ours = any(text.partition(":")[0] == rxnorm.group(1) for text in known)
        return ("baclofen",) if ours else ()
    atc = ATC.fullmatch(written)
    if atc is None:
        return ()
    asked = atc.group(1).upper()
    if asked in atc_codes("baclofen", evidence=evidence):
        return ("baclofen",)
    names = (key.removeprefix("atc.") for key in evidence.statements if key.startswith("atc."))
    return tuple(
        name
        for name in names
        if any(asked.startswith(known) for known in atc_codes(name, evidence=evidence))
    )


def with_codes(reading: Reading, *, evidence: Evidence) -> Reading:
    """Give a reading of a list in which codes that nobody knew by name are understood too."""
    matches, unknown = list(reading.matches), []
    for part in reading.unknown:
        classes = classes_of_code(part.wrote, evidence=evidence)
        if classes:
            code = Ingredient(f"{part.wrote}, a code that is not yet confirmed", classes)
            matches.append(Match(part.wrote, part.wrote, (code,)))
        else:
            unknown.append(part)
    return replace(reading, matches=tuple(matches), unknown=tuple(unknown))
