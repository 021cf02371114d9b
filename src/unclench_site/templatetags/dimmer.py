"""The lamp: one drawing for nerve activity, wherever it is shown."""

from __future__ import annotations

from typing import Final

from django import template

register = template.Library()

UNTREATED_LEVEL: Final = 16
TOP_LEVEL: Final = 20


def light_level(drive: float) -> int:
    """The lamp's step, 0 (dark) to 20, for a drive where 1 is as bright as without baclofen.

    Example:
        >>> light_level(0.0), light_level(0.5), light_level(1.0), light_level(3.0)
        (0, 8, 16, 20)
    """
    return max(0, min(TOP_LEVEL, round(UNTREATED_LEVEL * drive)))


@register.inclusion_tag("dimmer/lamp.html")
def lamp(drive: float = 1.0, *, key: str, words: str = "") -> dict[str, object]:
    """Draw the lamp.

    Args:
        drive: Nerve activity as a share of what it is without baclofen.
        key: An id that is unique on the page.
        words: What the light means, for people who do not see it; empty when said beside it.
    """
    level = light_level(drive)
    return {
        "key": key,
        "level": level,
        "words": words,
        "is_restless": level > UNTREATED_LEVEL,
        "light": f"{level / TOP_LEVEL:.2f}",
    }
