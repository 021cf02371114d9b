"""A link to a frozen page: it opens what its owner saw when they made it, until it ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from unclench_site.accounts.access import note
from unclench_site.accounts.models import Action, Person
from unclench_site.clinic.models import Share
from unclench_site.clinic.sheet import Sheet, gather
from unclench_site.secret import hashed, new_secret

WHAT: Final = "page for the clinic"
BY_LINK: Final = "page for the clinic, by link"


def share(
    owner: Person, *, by: Person, at: datetime, key: UUID, weeks: int, days: int
) -> str | None:
    """Freeze the page as it is now, and give the secret of its link; it is told this once.

    Args:
        owner: Whose page.
        by: Who shares it.
        at: Now.
        key: Made by the form; the same key twice makes no second link, and gives nothing.
        weeks: The span of the page.
        days: For how long the link opens it.
    """
    secret = new_secret()
    content = gather(owner, weeks=weeks, at=at)
    with transaction.atomic():
        made = Share.objects.bulk_create(
            [
                Share(
                    owner=owner,
                    key=key,
                    token_hash=hashed(secret),
                    weeks=weeks,
                    made_at=at,
                    expires_at=at + timedelta(days=days),
                    content=content,
                )
            ],
            ignore_conflicts=True,
        )
        if not Share.objects.filter(token_hash=hashed(secret)).exists():
            return None
        note(owner, by=by, action=Action.SHARE, what=WHAT, at=at)
    return secret if made else None


def opened(secret: str, *, at: datetime) -> Sheet | None:
    """Give the page behind a link, and note in its owner's trail that it was opened.

    Nothing for a link that was never made, has expired or was ended: the same answer.
    """
    with transaction.atomic():
        found = (
            Share.objects.live(at=at)
            .select_related("owner")
            .filter(token_hash=hashed(secret), owner__is_active=True)
            .first()
        )
        if found is None:
            return None
        Share.objects.filter(pk=found.pk).update(opened=F("opened") + 1, opened_at=at)
        note(found.owner, by=None, action=Action.READ, what=BY_LINK, at=at)
    content: Sheet = found.content
    return content


def end(owner: Person, which: UUID, *, by: Person, at: datetime) -> bool:
    """End a link at once, and forget what it held; give whether there was one."""
    with transaction.atomic():
        live = Share.objects.filter(owner=owner, public_id=which, ended_at=None)
        if not live.update(ended_at=at, content={}):
            return False
        note(owner, by=by, action=Action.END, what=WHAT, at=at)
    return True


def forget_expired(*, at: datetime) -> int:
    """Empty the pages whose links have expired; give how many."""
    over = Share.objects.filter(ended_at=None, expires_at__lte=at)
    return over.update(ended_at=F("expires_at"), content={})
