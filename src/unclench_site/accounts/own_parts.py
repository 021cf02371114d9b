"""This room's own parts of an export: the account, consents, sharing, requests, who looked."""

from __future__ import annotations

from unclench_site.accounts.models import (
    AuditEntry,
    Consent,
    Grant,
    Person,
    VerificationRequest,
    valid_time_zone,
)
from unclench_site.accounts.portable import Rows, register


def account(person: Person) -> Rows:
    """Who the person is here; loading it sets what an account can choose, never name or e-mail."""
    return [
        {
            "name": person.name,
            "email": person.email,
            "role": person.role,
            "time_zone": person.time_zone,
            "joined_at": person.joined_at,
        }
    ]


def load_account(person: Person, rows: Rows) -> None:
    """Set the time zone."""
    person.time_zone = str(rows[0].get("time_zone", person.time_zone))
    valid_time_zone(person.time_zone)
    person.save(update_fields=["time_zone"])


def consents(person: Person) -> Rows:
    """What the person answered to each purpose."""
    fields = ("purpose", "wording", "given", "at")
    return list(Consent.objects.filter(person=person).order_by("at", "pk").values(*fields))


def sharing(person: Person) -> Rows:
    """Whom the person let into what, until when."""
    grants = Grant.objects.filter(owner=person).select_related("to").order_by("from_at", "pk")
    return [
        {
            "to": grant.to.name,
            "scope": grant.scope,
            "from_at": grant.from_at,
            "until": grant.until,
            "ended_at": grant.ended_at,
        }
        for grant in grants
    ]


def trail(person: Person) -> Rows:
    """Who did what with the person's data."""
    entries = AuditEntry.objects.filter(owner=person).select_related("by").order_by("at", "pk")
    return [
        {
            "at": entry.at,
            "by": entry.by.name if entry.by else "",
            "action": entry.action,
            "what": entry.what,
        }
        for entry in entries.iterator()
    ]


def requests(person: Person) -> Rows:
    """A clinician's requests to be verified."""
    fields = ("full_name", "register", "number", "asked_at", "decision", "decided_at")
    mine = VerificationRequest.objects.filter(person=person).order_by("asked_at", "pk")
    return list(mine.values(*fields))


def register_all() -> None:
    """Register the parts; only the account's own settings can be loaded into another site."""
    register("account", export=account, load=load_account, title="Your account")
    register("consents", export=consents, title="What you agreed to")
    register("sharing", export=sharing, title="Whom you let in")
    register("verification", export=requests, title="Your requests to be verified")
    register("trail", export=trail, title="Who looked")
