"""The second voice: what a careful prescriber would do and where they would stop, every rule cited.

It knows nothing of the model. `review()` gives findings; `titrate`, `taper`, `screen`, `start_pump`
and the others lay out plans for a clinician to decide about; `missed` answers by a published rule.
"""

from __future__ import annotations

from unclench.therapy.advice import Advice, Problem, advice, problem, triggers
from unclench.therapy.bridging import Bridge, Prime, bridge, prime
from unclench.therapy.case import Claim, History, Origin
from unclench.therapy.conversion import check_conversion
from unclench.therapy.finding import Finding, FindingDict, Severity
from unclench.therapy.medicines import Match, Reading, Unknown, read_medicines
from unclench.therapy.missed import Missed, Verdict, missed
from unclench.therapy.plan import FOR_A_CLINICIAN, Plan, PlanDict, PlanStep
from unclench.therapy.pump import (
    Delivery,
    Device,
    Refill,
    Service,
    check_delivery,
    days_to_alarm,
    device,
    end_of_service,
    flow_ml_per_day,
    refill,
)
from unclench.therapy.pump_plan import (
    Setting,
    adjust,
    flex,
    start_pump,
    step_window,
    titrate_pump,
)
from unclench.therapy.review import RULES, review
from unclench.therapy.rule import Rule
from unclench.therapy.screening import Next, NextTest, next_test, screen
from unclench.therapy.split import Day, split_day
from unclench.therapy.switch import Switch, switch, tablets, volume_ml
from unclench.therapy.symptoms import Sign, Symptom, symptom
from unclench.therapy.taper import TAPERS, Pace, TaperProtocol, hold, taper, taper_protocol
from unclench.therapy.titration import PROTOCOLS, OralProtocol, protocol, titrate
from unclench.therapy.weaning import wean_oral

__all__ = [
    "FOR_A_CLINICIAN",
    "PROTOCOLS",
    "RULES",
    "TAPERS",
    "Advice",
    "Bridge",
    "Claim",
    "Day",
    "Delivery",
    "Device",
    "Finding",
    "FindingDict",
    "History",
    "Match",
    "Missed",
    "Next",
    "NextTest",
    "OralProtocol",
    "Origin",
    "Pace",
    "Plan",
    "PlanDict",
    "PlanStep",
    "Prime",
    "Problem",
    "Reading",
    "Refill",
    "Rule",
    "Service",
    "Setting",
    "Severity",
    "Sign",
    "Switch",
    "Symptom",
    "TaperProtocol",
    "Unknown",
    "Verdict",
    "adjust",
    "advice",
    "bridge",
    "check_conversion",
    "check_delivery",
    "days_to_alarm",
    "device",
    "end_of_service",
    "flex",
    "flow_ml_per_day",
    "hold",
    "missed",
    "next_test",
    "prime",
    "problem",
    "protocol",
    "read_medicines",
    "refill",
    "review",
    "screen",
    "split_day",
    "start_pump",
    "step_window",
    "switch",
    "symptom",
    "tablets",
    "taper",
    "taper_protocol",
    "titrate",
    "titrate_pump",
    "triggers",
    "volume_ml",
    "wean_oral",
]
