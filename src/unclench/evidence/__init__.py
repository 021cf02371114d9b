"""The evidence base: every number and every cited statement, with its source and how sure it is.

Load it once, where the program starts, and pass it on::

    evidence = load_evidence()
    evidence.value("oral.clearance", Unit.L_PER_H)  # 10.5, converted and checked
    evidence.estimate("oral.clearance").spread.cv  # 0.27, between people
    evidence.estimate("oral.clearance").log_sd()  # for a log-normal draw
    evidence.profile("spasm.profile.hourly", Unit.RATIO)
    evidence.statement("interaction.alcohol").text  # words, retold in ours
    evidence.under("oral")  # every number whose key begins so
    evidence.statements_under("interaction")  # the same for statements
    evidence.tagged("emergency")  # statements by tag
    evidence.used_for(Use.CALIBRATION)  # numbers by what they may be used for

Code names its evidence where it names its field, see `cited`; a rule says `register(code, *keys)`.

How to write an entry: one table in a file of `data/`, keys dotted as the code uses them, text in
single quotes (which load several times faster than double ones), an apostrophe as ’.

* A number: `value` (a list for a profile), `unit`, `spread`, `population`, `basis`, `certainty`;
  if known `n`, `use`, `note`, `also` (further sources).
* A statement: `text`, `basis`; if there is one `severity`, `tags`, `parts`, `codes`, `note`,
  `also`.
* `spread` is one of `{cv}`, `{log_sd}`, `{sd}`, `{low, high}` or `{none = 'why'}`, with `of` =
  'people', 'mean', 'studies' or 'belief', and for low and high `interval` = 'range' (taken when
  nothing is said), '90%', '95%' or 'IQR'.
* `basis` decides the rest: seen and secondary need `source` and `locator`; computed needs `from`
  (keys) and `arithmetic`; assumed needs `why`; unverified needs a `note` and bars a release.
* The model’s fitted numbers stand in `calibrated.toml`; `prior.<key>` is what was believed before,
  `start.<key>` what the dossier works out by hand, `between.<key>` the log sd between people where
  the entry itself does not give it.
"""

from __future__ import annotations

from unclench.evidence.base import (
    Basis,
    Certainty,
    Entry,
    Estimate,
    Evidence,
    Of,
    Severity,
    Source,
    Spread,
    Statement,
    Use,
)
from unclench.evidence.cited import citations, cite, cited, from_evidence, register, users_of
from unclench.evidence.faults import Fault
from unclench.evidence.loader import load_evidence, parse_evidence
from unclench.evidence.release import check

__all__ = [
    "Basis",
    "Certainty",
    "Entry",
    "Estimate",
    "Evidence",
    "Fault",
    "Of",
    "Severity",
    "Source",
    "Spread",
    "Statement",
    "Use",
    "check",
    "citations",
    "cite",
    "cited",
    "from_evidence",
    "load_evidence",
    "parse_evidence",
    "register",
    "users_of",
]
