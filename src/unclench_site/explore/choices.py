"""A choice on the page: a code for the address and plain words for people."""

from __future__ import annotations

from enum import Enum
from typing import Any, Self, final

from django import forms


class Choice(Enum):
    """The base of every enumeration that a person chooses from; a member is ("code", "Words")."""

    words: str

    def __new__(cls, code: str, words: str) -> Self:
        """Keep plain words beside the code."""
        member = object.__new__(cls)
        member._value_ = code
        member.words = words
        return member


@final
class SharedFields(dict[str, forms.Field]):
    """The fields of a form that are never changed, so that no request need copy them."""

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, forms.Field]:
        """Copy which fields there are, and share the fields."""
        return dict(self)


def offered(kind: Any) -> list[tuple[str, str]]:  # an Enum class whose members have words
    """The members of an enumeration as a field offers them."""
    return [(member.value, member.words) for member in kind]


def choice(kind: Any, *, required: bool = True) -> forms.TypedChoiceField:  # as for offered()
    """A field that gives a member of an enumeration."""
    members = {member.value: member for member in kind}
    return forms.TypedChoiceField(
        choices=offered(kind), coerce=members.__getitem__, required=required, empty_value=None
    )
