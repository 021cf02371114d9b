"""What a member takes along: every version of every report as it was written."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from unclench.errors import InputError
from unclench_site.accounts.models import Person
from unclench_site.accounts.portable import Rows
from unclench_site.experience.models import Report
from unclench_site.experience.reporting import SAID, check


def export(owner: Person) -> Rows:
    """Give every version in the order in which it was written."""
    return [
        {
            "way": one.way,
            "recorded_at": one.recorded_at,
            "withdrawn": one.withdrawn,
            **{name: getattr(one, name) for name in SAID},
        }
        for one in Report.objects.filter(owner=owner).order_by("id")
    ]


def load(owner: Person, rows: Rows) -> None:
    """Write the versions of an earlier export into an account without reports.

    Raises:
        InputError: if a row is not one of a report.
    """
    last: dict[str, Report] = {}
    for number, row in enumerate(rows, start=1):
        try:
            version = _version(owner, row, last.get(row["way"]))
        except (KeyError, TypeError, ValueError) as fault:
            raise InputError(
                f"Report {number} cannot be read.", expected="a row of an export"
            ) from fault
        version.save(force_insert=True)
        last[version.way] = version


def _version(owner: Person, row: dict[str, Any], before: Report | None) -> Report:
    stopped_on = row["stopped_on"]
    said = {name: row[name] for name in SAID} | {
        "started_on": date.fromisoformat(row["started_on"]),
        "stopped_on": date.fromisoformat(stopped_on) if stopped_on else None,
    }
    at = datetime.fromisoformat(row["recorded_at"])
    version = Report(
        owner=owner,
        way=row["way"],
        recorded_at=at,
        withdrawn=bool(row["withdrawn"]),
        replaces=before,
        **said,
    )
    check(version, on=at.astimezone(owner.zone).date())
    return version
