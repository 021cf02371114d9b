"""Fields that name their evidence: code says where its numbers come from, where it names them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, TypeVar, final

from unclench.errors import InputError
from unclench.evidence.base import Estimate, Evidence
from unclench.evidence.faults import Fault
from unclench.units import Unit

Made = TypeVar("Made")

METADATA = "evidence"


@final
@dataclass(frozen=True, slots=True, order=True)
class User:
    """Something that uses a number: a field of a class, or a rule by its name."""

    key: str
    name: str
    symbol: str | None = None


_USERS: set[User] = set()


def cited(key: str, unit: Unit) -> Any:  # the type of the field is written beside it
    """Make a dataclass field that rests on one entry of the evidence.

    The field has no default: an instance comes from `from_evidence`, or names the value.

    Args:
        key: The key of the number or profile.
        unit: The unit in which the field holds it; its name says the same.

    Example:
        >>> from dataclasses import dataclass
        >>> from unclench.evidence import cited, from_evidence, load_evidence
        >>> from unclench.units import Unit
        >>> @dataclass(frozen=True, slots=True, kw_only=True)
        ... class Elimination:
        ...     clearance_l_per_h: float = cited("oral.clearance", Unit.L_PER_H)
        >>> from_evidence(Elimination, load_evidence())
        Elimination(clearance_l_per_h=10.5)
    """
    body = sys._getframe(1).f_locals
    name = ".".join(str(body[part]) for part in ("__module__", "__qualname__") if part in body)
    register(name or "a field", key, unit=unit)
    return field(metadata={METADATA: (key, unit)})


def register(name: str, *keys: str, unit: Unit | None = None) -> None:
    """Note that something, such as a rule by its code, uses these entries."""
    _USERS.update(User(key, name, unit.symbol if unit else None) for key in keys)


def users_of(key: str) -> tuple[str, ...]:
    """Name what uses an entry, among the modules that have been imported so far."""
    return tuple(sorted({user.name for user in _USERS if user.key == key}))


def from_evidence(cls: type[Made], evidence: Evidence, **overrides: object) -> Made:
    """Make a dataclass whose cited fields hold what the evidence says, in the field's unit.

    Args:
        cls: A dataclass; a field that is not cited needs an override or a default of its own.
        evidence: The evidence base.
        overrides: Values by field name, which replace what the evidence says.

    Raises:
        InputError: when a key is missing, a unit has another dimension, or an override names no
            field.
    """
    named = {name: (key, unit) for name, key, unit in citations(cls)}
    known = [part.name for part in fields(cls)]  # type: ignore[arg-type] # T is a dataclass
    strange = set(overrides) - set(known)
    if strange:
        raise InputError(
            f"{cls.__name__} has no field {', '.join(sorted(strange))}.",
            expected=f"some of {', '.join(known)}",
        )
    found = {
        name: _held(evidence.estimate(key), unit)
        for name, (key, unit) in named.items()
        if name not in overrides
    }
    return cls(**{**found, **overrides})


def citations(thing: object) -> Iterator[tuple[str, str, Unit]]:
    """Give the field's name, the key and the unit of each cited field of a dataclass."""
    if not is_dataclass(thing):
        raise InputError(
            f"{thing!r} is not a dataclass.", expected="a dataclass or one of its kind"
        )
    for part in fields(thing):
        if METADATA in part.metadata:
            key, unit = part.metadata[METADATA]
            yield part.name, key, unit


def cite(thing: object, evidence: Evidence) -> tuple[Estimate, ...]:
    """Give the entries that an object rests on, in the order in which it names them.

    A field that was overridden with another value rests on nothing, and is left out. Dataclasses
    inside are followed, and so is an attribute `cited` that holds keys.

    Example:
        >>> from dataclasses import dataclass
        >>> from unclench.evidence import cite, cited, from_evidence, load_evidence
        >>> from unclench.units import Unit
        >>> @dataclass(frozen=True, slots=True, kw_only=True)
        ... class Plasma:
        ...     bound_share: float = cited("plasma.protein_binding", Unit.FRACTION)
        >>> evidence = load_evidence()
        >>> [estimate.key for estimate in cite(from_evidence(Plasma, evidence), evidence)]
        ['plasma.protein_binding']
    """
    keys = dict.fromkeys(_keys(thing, evidence))
    return tuple(evidence.estimate(key) for key in keys)


def _keys(thing: object, evidence: Evidence) -> Iterator[str]:
    if is_dataclass(thing) and not isinstance(thing, type):
        named = {name: (key, unit) for name, key, unit in citations(thing)}
        for part in fields(thing):
            value = getattr(thing, part.name)
            if part.name in named:
                key, unit = named[part.name]
                if value == _held(evidence.estimate(key), unit):
                    yield key
            elif is_dataclass(value):
                yield from _keys(value, evidence)
    for key in getattr(thing, "cited", ()):
        yield str(key)


def _held(estimate: Estimate, unit: Unit) -> float | tuple[float, ...]:
    if isinstance(estimate.value, tuple):
        return estimate.profile(unit)
    return estimate.number(unit)


def check_users(evidence: Evidence) -> tuple[Fault, ...]:
    """Give a fault for each use, so far imported, of a key that is missing or of another kind."""
    return tuple(fault for user in sorted(_USERS, key=str) for fault in _check(user, evidence))


def _check(user: User, evidence: Evidence) -> Iterator[Fault]:
    if user.key not in evidence.estimates and user.key not in evidence.statements:
        yield Fault("code", user.key, f"{user.name} cites it", "an entry with this key")
    elif user.symbol is not None:
        entry, unit = evidence.entry(user.key), Unit.parse(user.symbol)
        if not isinstance(entry, Estimate):
            yield Fault("code", user.key, f"{user.name} cites a statement", "a number")
        elif entry.unit.dimension is not unit.dimension:
            yield Fault(
                f"{entry.topic}.toml",
                user.key,
                f"{user.name} wants it as {unit.symbol}",
                f"a unit of {unit.dimension.value}, not {entry.unit.symbol}",
            )
