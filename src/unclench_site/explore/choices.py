"""A choice on the page: a code for the address and plain words for people."""

from __future__ import annotations

from enum import Enum
from typing import Any, Self

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


class ListedField(forms.ChoiceField):
    """One of a list that never changes, so that no request copies it."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Copy the field, and share its list."""
        return forms.Field.__deepcopy__(self, memo)


class MemberField(forms.TypedChoiceField):
    """A member of an enumeration; its list is shared like that of ListedField."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Copy the field, and share its list."""
        return forms.Field.__deepcopy__(self, memo)


class MembersField(forms.TypedMultipleChoiceField):
    """Any members of an enumeration; its list is shared like that of ListedField."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Copy the field, and share its list."""
        return forms.Field.__deepcopy__(self, memo)


def offered(kind: Any) -> list[tuple[str, str]]:  # an Enum class whose members have words
    """The members of an enumeration as a field offers them."""
    return [(member.value, member.words) for member in kind]


def choice(kind: Any, *, required: bool = True) -> MemberField:  # as for offered()
    """A field that gives a member of an enumeration."""
    members = {member.value: member for member in kind}
    return MemberField(
        choices=offered(kind), coerce=members.__getitem__, required=required, empty_value=None
    )
