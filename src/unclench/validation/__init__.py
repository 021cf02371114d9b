"""Published results to reproduce: cases, measures, the run, the verdict, the report."""

from __future__ import annotations

from unclench.validation.cases import Case as Case
from unclench.validation.cases import Kind as Kind
from unclench.validation.cases import Rule as Rule
from unclench.validation.cases import Seen as Seen
from unclench.validation.cases import parse_cases as parse_cases
from unclench.validation.cases import read_cases as read_cases
from unclench.validation.cases import shipped_cases as shipped_cases
from unclench.validation.run import run_cases as run_cases
from unclench.validation.verdict import Outcome as Outcome
from unclench.validation.verdict import judge as judge
