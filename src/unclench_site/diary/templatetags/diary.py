"""Amounts as a form carries them, and the words for a pump that beeps."""

from __future__ import annotations

from decimal import Decimal

from django import template

from unclench_site.diary.today import BeepWords, beep_words
from unclench_site.evidence import evidence

register = template.Library()


@register.filter
def milligrams(amount_mcg: Decimal) -> str:
    """An amount in milligrams, as a form carries it.

    Example:
        >>> milligrams(Decimal("10000"))
        '10'
    """
    return f"{(amount_mcg / 1000).normalize():f}"


@register.inclusion_tag("diary/beep.html")
def beep_section() -> dict[str, BeepWords]:
    """Draw what to do when a pump beeps, for a page that shows it at once at a tap."""
    return {"beep": beep_words(evidence())}
