"""What the tests of care plans do again and again: write, sign, follow."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from unclench_site.accounts.models import Person
from unclench_site.plans.models import PlanVersion, Treatment

TAPER = {
    "protocol": "careful",
    "form": "tablet",
    "start": "30",
    "weeks": "40",
    "pace": "gentle",
    "doses": "",
    "piece": "",
    "why": "You asked to come off baclofen before summer.",
    "call": "Dr Dana, 0123 456",
}
TITRATION = {
    "protocol": "us",
    "form": "tablet",
    "taken": "0",
    "target": "30",
    "step": "",
    "every": "",
    "doses": "",
    "piece": "",
    "why": "To sleep through the night.",
    "call": "Dr Dana, 0123 456",
}
SCREENING = {"first_at": "09:00", "apart": "", "why": "Before a pump.", "call": "Ward 3, 0123 456"}
PUMP = {
    "start": "100",
    "target": "150",
    "origin": "spinal",
    "rise": "",
    "every": "7",
    "why": "The first weeks.",
    "call": "Pump clinic, 0123 456",
}
PROGRAM = {
    "words": "pump 90 micrograms/day 06:00-22:00, 180 micrograms/day 22:00-06:00",
    "why": "More at night.",
    "call": "Pump clinic, 0123 456",
}
REASON = "We spoke about it today and agreed."


def takes(owner: Person, regimen: str, *, since: datetime, **more: object) -> Treatment:
    """Record that somebody takes something."""
    return Treatment.objects.create(
        owner=owner,
        regimen=regimen,
        day_one=since.date(),
        from_at=since,
        zone=owner.time_zone,
        recorded_at=since,
        **more,
    )


def look(client: Client, owner: Person, kind: str, sent: dict, *, page: str = "", **more: str):
    """Lay a plan out, as the clinician does first."""
    page = page or reverse("plan-write", args=[owner.public_id, kind])
    return client.post(page, {**sent, "plan": str(uuid4()), "on": "", "do": "look", **more})


def sign(client: Client, owner: Person, kind: str, sent: dict, *, page: str = "", **more: str):
    """Lay a plan out, then sign it with a reason for every serious finding."""
    page = page or reverse("plan-write", args=[owner.public_id, kind])
    seen = look(client, owner, kind, sent, page=page, **more)
    if not seen.context or "seal" not in seen.context:
        return seen
    answers = {f"reason-{one.code}": REASON for one, _ in seen.context["findings"]}
    carried = {name: str(seen.context[name]) for name in ("seal", "on")}
    return client.post(
        page,
        {**sent, **answers, **carried, "plan": str(seen.context["plan_id"]), "do": "sign"},
    )


def do(client: Client, version: PlanVersion, what: str, **more: object):
    """Press a button on the page of a plan."""
    sent = {"do": what, "version": str(version.public_id), "key": str(uuid4()), **more}
    return client.post(reverse("plan-mark", args=[version.plan.public_id]), sent)


def days_after(day: date, days: int) -> date:
    """Give a later day."""
    return day + timedelta(days=days)
