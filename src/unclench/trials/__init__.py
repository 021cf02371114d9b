"""Published trials, run on virtual people and held beside what was published."""

from __future__ import annotations

from unclench.trials.analysis import Finding as Finding
from unclench.trials.design import TrialSpec as TrialSpec
from unclench.trials.reading import read_trial as read_trial
from unclench.trials.reading import shipped_names as shipped_names
from unclench.trials.reading import shipped_trial as shipped_trial
from unclench.trials.run import TrialResult as TrialResult
from unclench.trials.run import run_trial as run_trial
