"""Honest statistics of what members report: shares, staying on treatment, and what may be shown.

Pure functions of counts and days. Who is a member, what they wrote and when it is published is for
the site to know; this package knows no names.
"""

from __future__ import annotations

from unclench.experience.guard import LEAST, ROUNDED_TO, guarded, guarded_share, rounded
from unclench.experience.roll import Roll, moved
from unclench.experience.shares import Share, Shrunk, shrunk, wilson
from unclench.experience.staying import Staying, Stays, staying

__all__ = [
    "LEAST",
    "ROUNDED_TO",
    "Roll",
    "Share",
    "Shrunk",
    "Staying",
    "Stays",
    "guarded",
    "guarded_share",
    "moved",
    "rounded",
    "shrunk",
    "staying",
    "wilson",
]
