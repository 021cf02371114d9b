"""Fields of a form in our look, and what a page to sign in has to know of its surroundings."""

from __future__ import annotations

import ipaddress
import json
from typing import Any, Final
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BoundField
from django.http import HttpRequest
from django.utils.safestring import SafeString

from unclench_site.accounts import demonstration

register = template.Library()


@register.inclusion_tag("accounts/field.html")
def field(bound: BoundField, label: str = "", hint: str = "", **attributes: str) -> dict[str, Any]:
    """A field with its label above, a hint, and what is wrong with it."""
    said = {"hint": hint, "wrong": " ".join(map(str, bound.errors))}
    around = " ".join(f"{bound.auto_id}-{name}" for name, words in said.items() if words)
    shown: dict[str, Any] = {
        "placeholder": False,  # a hint that vanishes when one begins to type is no hint
        "aria-describedby": around or False,
        "aria-invalid": "true" if bound.errors else False,
        **attributes,
    }
    return {"bound": bound, "label": label or bound.label, "input": drawn(bound, shown), **said}


def drawn(bound: BoundField, attributes: dict[str, Any]) -> SafeString:
    """The input of a field with these attributes; one that is False is left out."""
    return bound.as_widget(attrs=attributes)


@register.inclusion_tag("accounts/choices.html")
def choices(bound: BoundField, label: str = "", hint: str = "") -> dict[str, Any]:
    """Radio buttons or tick boxes, each a whole target with its words."""
    return {"bound": bound, "label": label or bound.label, "hint": hint}


@register.inclusion_tag("accounts/faults.html")
def faults(form: Any) -> dict[str, Any]:
    """What is wrong with the form as a whole."""
    return {"form": form}


DEVICES: Final = ("iPhone", "iPad", "Android", "Windows", "Mac OS", "CrOS", "Linux")
BROWSERS: Final = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome"}


@register.filter
def device_words(agent: str) -> str:
    """What a browser says of itself, in two words.

    Example:
        >>> device_words("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0")
        'Firefox on Linux'
    """
    device = next((name for name in DEVICES if name in agent), "")
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), "")
    browser = browser or ("Safari" if "Safari" in agent else "A browser")
    return f"{browser} on {device}" if device else browser


@register.filter
def as_json(value: object) -> str:
    """A value as JSON, for an attribute that a script of ours reads."""
    return json.dumps(value, cls=DjangoJSONEncoder, default=None)


@register.simple_tag
def sends_mail() -> bool:
    """Whether mail leaves this machine."""
    return settings.MAIL.sends


@register.simple_tag(takes_context=True)
def demonstration_offered(context: template.Context) -> bool:
    """Whether to offer a look around as a made-up person."""
    return demonstration.is_offered(context["request"])


@register.simple_tag(takes_context=True)
def named_address(context: template.Context) -> str:
    """This page at localhost, if the address is a number: a passkey belongs to a name."""
    request: HttpRequest = context["request"]
    url = urlsplit(request.build_absolute_uri())
    try:
        is_here = ipaddress.ip_address(url.hostname or "").is_loopback
    except ValueError:
        return ""
    port = f":{url.port}" if url.port else ""
    return url._replace(netloc=f"localhost{port}").geturl() if is_here else ""
