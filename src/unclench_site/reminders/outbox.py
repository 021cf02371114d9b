"""The two ways out of the site. What leaves says that there is a reminder, and nothing else."""

from __future__ import annotations

import json
import re
import uuid
from typing import Final, final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from unclench.errors import InputError
from unclench_site.accounts.models import Person
from unclench_site.reminders import vapid
from unclench_site.reminders.models import Device

SUBJECT: Final = "You have a reminder"
BODY: Final = (
    "You have a reminder. Sign in to see it:\n\n{address}\n\nYou asked for this e-mail. To end "
    "them:\n\n{ending}\n"
)
PUSH_SERVICES: Final = re.compile(
    r"^(fcm\.googleapis\.com|[a-z0-9.-]+\.push\.services\.mozilla\.com|[a-z0-9.-]+\.push\.apple\.com"
    r"|[a-z0-9.-]+\.notify\.windows\.com)$"
)
"""The push services of the browsers. The site sends to no other address that a page names."""
TIMEOUT_S: Final = 10.0
GONE: Final = frozenset({404, 410})


@final
class NotHandedOverError(Exception):
    """A way out that did not work now; it may work later."""


@final
class NobodyThereError(Exception):
    """A way out that leads nowhere any more."""


def check_endpoint(endpoint: str) -> str:
    """Give the address of a browser's push service back.

    Raises:
        InputError: if it is any other address, so that nobody can make this site call one.

    Example:
        >>> check_endpoint("https://fcm.googleapis.com/fcm/send/abc")
        'https://fcm.googleapis.com/fcm/send/abc'
    """
    expected = "the address of a browser's push service"
    try:
        url = urlsplit(endpoint)
        known = (
            url.scheme == "https"
            and url.port in {None, 443}
            and not url.username
            and bool(PUSH_SERVICES.match(url.hostname or ""))
        )
    except ValueError:
        known = False
    if not known or len(endpoint) > 800:
        raise InputError("This address is not known to us.", expected=expected)
    return endpoint


def push(device: Device, *, reminder: uuid.UUID, key: uuid.UUID, keep_s: int) -> None:
    """Hand a notification to a device's push service.

    Args:
        device: Where to.
        reminder: Which reminder opens when it is tapped.
        key: Shown once under this name, however often it is handed over.
        keep_s: Seconds for which the service may keep it for a device that is off.

    Raises:
        NobodyThereError: if the browser has gone.
        NotHandedOverError: if the service did not take it.
    """
    import requests  # a third of a second to load, which only the worker owes
    from pywebpush import WebPushException, webpush

    data = {"title": SUBJECT, "tag": key.hex, "url": reverse("reminder", args=[reminder])}
    session = requests.Session()
    session.max_redirects = 0
    try:
        webpush(
            {
                "endpoint": check_endpoint(device.endpoint),
                "keys": {"p256dh": device.p256dh, "auth": device.auth},
            },
            data=json.dumps(data),
            vapid_private_key=vapid.private_key(),
            vapid_claims={"sub": f"mailto:reminders@{settings.URL.hostname}"},
            ttl=keep_s,
            timeout=TIMEOUT_S,
            headers={"Topic": key.hex, "Urgency": "high"},
            requests_session=session,
        )
    except WebPushException as fault:
        if fault.response is not None and fault.response.status_code in GONE:
            raise NobodyThereError from None
        raise NotHandedOverError from None
    except (requests.RequestException, ValueError, InputError):
        raise NotHandedOverError from None
    finally:
        session.close()


def mail(person: Person, *, reminder: uuid.UUID, key: uuid.UUID) -> None:
    """Hand an e-mail to the site's mail server.

    Raises:
        NobodyThereError: if the person has given no address that can be written to.
        NotHandedOverError: if the server did not take it.
    """
    if not has_address(person):
        raise NobodyThereError
    message = EmailMessage(
        subject=SUBJECT,
        body=BODY.format(
            address=absolute(reverse("reminder", args=[reminder])),
            ending=absolute(reverse("reminders")),
        ),
        to=[person.email],
        headers={
            "Message-ID": f"<{key.hex}@{settings.URL.hostname}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    try:
        message.send()
    except OSError:  # smtplib's errors are of this kind too
        raise NotHandedOverError from None


def has_address(person: Person) -> bool:
    """Whether a person can be written to; an account without an e-mail has a stand-in."""
    return not person.email.endswith((".invalid", "@localhost"))


def absolute(path: str) -> str:
    """An address of this site with its host."""
    return f"{settings.URL.scheme}://{settings.URL.netloc}{path}"
