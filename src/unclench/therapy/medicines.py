"""Read a list of medicines in a person's own words, and show what was understood.

A name is found only if it is listed, in one of its spellings. A name that is near a listed one is
offered as a question and never assumed. What is left over is said to be unknown.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import cast, final

from unclench.errors import InputError

__all__ = [
    "Formulary",
    "Ingredient",
    "Match",
    "Reading",
    "Unknown",
    "formulary",
    "parse_formulary",
    "read_medicines",
]

MOST_WORDS = 4
"""The longest listed name has this many words."""

NEAR = 0.78
"""How alike two names must be, from 0 to 1, before one is offered as a question.

At this level none of forty common medicines outside the table brings up a wrong name."""

CANDIDATES = 24
"""So many names, those that share most pairs of letters, are compared letter by letter."""

SHORTEST_GUESS = 4
"""A word with fewer letters is not compared: too many names are near it."""

MOST_LETTERS = 2000
"""A list entry longer than this is not a name."""

FINAL_E = 7
"""From this length on, an ingredient is found without its last "e" too (tizanidin)."""

WORD = re.compile(r"[^\W_]+")
AMOUNT = re.compile(
    r"\d+(mg|mcg|microgram|micrograms|g|ml|l|iu|ie|units?|x|h|hr|hrs|hourly|times|st|nd|rd|th)?"
)


@final
@dataclass(frozen=True, slots=True)
class Ingredient:
    """An active ingredient and the classes of the table that it belongs to."""

    name: str
    classes: tuple[str, ...]


@final
@dataclass(frozen=True, slots=True)
class Match:
    """A listed name that was found.

    Args:
        wrote: The entry of the list, as it was written.
        name: The listed name that was found in it.
        ingredients: What that name holds, as far as the table goes.
    """

    wrote: str
    name: str
    ingredients: tuple[Ingredient, ...]

    @property
    def words(self) -> str:
        """Say what was understood: the name, and its ingredient where that is another word.

        Example:
            >>> read_medicines(("Zanaflex 4mg",)).matches[0].words
            'Zanaflex (tizanidine)'
        """
        held = " and ".join(ingredient.name for ingredient in self.ingredients)
        return self.name if _key(self.name) == _key(held) else f"{self.name} ({held})"


@final
@dataclass(frozen=True, slots=True)
class Unknown:
    """Words that no listed name explains.

    Args:
        wrote: The entry of the list, as it was written.
        words: The part of it that was not understood.
        suggestion: A listed name that is near it, to be asked about, never assumed; or None.
    """

    wrote: str
    words: str
    suggestion: str | None


@final
@dataclass(frozen=True, slots=True)
class Reading:
    """A whole list, read: what was found, and what was not."""

    matches: tuple[Match, ...] = ()
    unknown: tuple[Unknown, ...] = ()

    def in_class(self, name: str) -> tuple[Match, ...]:
        """Give the matches with an ingredient of a class."""
        return tuple(
            match
            for match in self.matches
            if any(name in ingredient.classes for ingredient in match.ingredients)
        )


@final
@dataclass(frozen=True)
class Formulary:
    """The listed names: what each holds, by its spelling without case, accents and hyphens.

    Args:
        classes: Plain words of each class by its key.
        ingredients: Every ingredient by its name.
        names: (listed name, ingredients) by spelling.
        fillers: Words that say how, when, how much and who made it: they name no ingredient.
        salts: Words that say which salt, where they stand right beside a name that was found.
    """

    classes: Mapping[str, str]
    ingredients: Mapping[str, Ingredient]
    names: Mapping[str, tuple[str, tuple[Ingredient, ...]]]
    fillers: frozenset[str]
    salts: frozenset[str]


@cache
def formulary() -> Formulary:
    """Give the formulary that comes with the package."""
    place = files("unclench.therapy") / "data" / "medicines.toml"
    return parse_formulary(place.read_text(encoding="utf-8"))


def parse_formulary(text: str) -> Formulary:
    """Give the formulary that a TOML text holds.

    Raises:
        InputError: if a class is unknown, or one spelling stands for two things.
    """
    document = tomllib.loads(text)
    classes = cast("dict[str, str]", document["classes"])
    entries = cast("dict[str, dict[str, list[str]]]", document["ingredients"])
    products = cast("dict[str, list[str]]", document.get("products", {}))
    ingredients = {name: Ingredient(name, tuple(entry["in"])) for name, entry in entries.items()}
    _check_classes(ingredients.values(), classes)
    names: dict[str, tuple[str, tuple[Ingredient, ...]]] = {}
    for name, entry in entries.items():
        for spelling in _spellings(name, entry):
            _list(names, spelling, (ingredients[name],))
    for product, held in products.items():
        unknown = [name for name in held if name not in ingredients]
        if unknown:
            raise InputError(
                f"{product} holds {', '.join(unknown)}.", expected="ingredients of the table"
            )
        _list(names, product, tuple(ingredients[name] for name in held))
    words = cast("dict[str, list[str]]", document.get("words", {}))
    return Formulary(
        classes=classes,
        ingredients=ingredients,
        names=names,
        fillers=frozenset(words.get("fillers", ())),
        salts=frozenset(words.get("salts", ())),
    )


def read_medicines(entries: Iterable[str]) -> Reading:
    """Give what a list of medicines says, entry by entry, and what of it is unknown.

    Args:
        entries: Names in a person's own words, with or without strengths: "Tizanidine 4mg nocte".

    Raises:
        InputError: if an entry is not a text, is blank, or is too long to be a name.

    Example:
        >>> reading = read_medicines(("Advil 200 mg", "Snurfex"))
        >>> reading.matches[0].words, reading.unknown[0].words
        ('Advil (ibuprofen)', 'snurfex')
    """
    matches: dict[tuple[str, str], Match] = {}
    unknown: dict[tuple[str, str], Unknown] = {}
    for entry in entries:
        _check_entry(entry)
        for match in _read(entry).matches:
            matches.setdefault((match.wrote, match.name), match)
        for part in _read(entry).unknown:
            unknown.setdefault((part.wrote, part.words), part)
    return Reading(tuple(matches.values()), tuple(unknown.values()))


def _check_entry(entry: object) -> None:
    if not isinstance(entry, str) or not entry.strip():
        raise InputError(
            f"A medicine cannot be {entry!r}.", expected="a name in words", hint='"tizanidine"'
        )
    if len(entry) > MOST_LETTERS:
        raise InputError(
            f"A medicine's name has {len(entry)} letters.",
            expected=f"at most {MOST_LETTERS}",
            hint="one entry for each medicine",
        )


@lru_cache(maxsize=4096)
def _read(entry: str) -> Reading:
    """Read one entry: the longest listed names first, then what is left."""
    matches: list[Match] = []
    unknown: list[Unknown] = []
    for chunk in filter(None, (part.strip() for part in re.split(r"[,;\n]+", entry))):
        words = _words(chunk)
        rest: list[str | None] = list(words)
        for start, size, (name, held) in _found(words):
            matches.append(Match(chunk, name, held))
            rest[start : start + size] = [None] * size
        left = _left_over(rest)
        if left == [] and None not in rest:
            left = [chunk]
        unknown += [Unknown(chunk, run, _nearest(run)) for run in left]
    return Reading(tuple(matches), tuple(unknown))


def _found(words: list[str]) -> Iterator[tuple[int, int, tuple[str, tuple[Ingredient, ...]]]]:
    """Give (first word, number of words, what it is) of every listed name, none overlapping."""
    names = formulary().names
    at = 0
    while at < len(words):
        for size in range(min(MOST_WORDS, len(words) - at), 0, -1):
            listed = names.get(" ".join(words[at : at + size]))
            if listed is not None:
                yield at, size, listed
                at += size
                break
        else:
            at += 1


def _left_over(rest: list[str | None]) -> list[str]:
    """Give the runs of words that name something and were not found."""
    known = formulary()
    runs: list[list[str]] = [[]]
    beside = (*rest[1:], "") if rest else ()
    before: str | None = ""
    for word, after in zip(rest, beside, strict=True):
        if word is None or (word in known.salts and None in (before, after)):
            runs.append([])
            word = None
        elif word not in known.fillers and not AMOUNT.fullmatch(word):
            runs[-1].append(word)
        before = word
    return [" ".join(run) for run in runs if run]


@lru_cache(maxsize=1024)
def _nearest(words: str) -> str | None:
    """Give the listed name that is most like these words, or None."""
    names = formulary().names
    best, nearest = (NEAR, False), None
    for part in dict.fromkeys((words, *words.split())):
        if len(part) < SHORTEST_GUESS:
            continue
        matcher = SequenceMatcher(None, b=part, autojunk=False)
        for key in _sharing(part):
            matcher.set_seq1(key)
            name, held = names[key]
            swapped = sorted(key) == sorted(part)
            alike = (1.0 if swapped else matcher.ratio(), name == held[0].name)
            if alike > best:
                best, nearest = alike, name
    return nearest


def _sharing(part: str) -> list[str]:
    """Give the spellings that share most pairs of letters with a word."""
    pairs = _pairs()
    shared = Counter(key for pair in set(pairwise(part)) for key in pairs.get(pair, ()))
    swapped = _letters().get("".join(sorted(part)), ())
    return [*swapped, *(key for key, _ in shared.most_common(CANDIDATES))]


@cache
def _letters() -> Mapping[str, tuple[str, ...]]:
    """Give the spellings with the same letters in another order."""
    index: dict[str, list[str]] = {}
    for key in formulary().names:
        index.setdefault("".join(sorted(key)), []).append(key)
    return {letters: tuple(keys) for letters, keys in index.items()}


@cache
def _pairs() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Give the spellings in which each pair of letters stands."""
    index: dict[tuple[str, str], list[str]] = {}
    for key in formulary().names:
        for pair in set(pairwise(key)):
            index.setdefault(pair, []).append(key)
    return {pair: tuple(keys) for pair, keys in index.items()}


def _words(text: str) -> list[str]:
    """Give the words of a text without case, accents and signs."""
    flat = unicodedata.normalize("NFKD", text.casefold())
    return WORD.findall("".join(sign for sign in flat if not unicodedata.combining(sign)))


def _key(name: str) -> str:
    return " ".join(_words(name))


def _spellings(name: str, entry: Mapping[str, list[str]]) -> Iterator[str]:
    for spelling in (name, *entry.get("also", ())):
        yield spelling
        if spelling.endswith("e") and len(spelling) >= FINAL_E:
            yield spelling[:-1]
    yield from entry.get("brands", ())


def _list(
    names: dict[str, tuple[str, tuple[Ingredient, ...]]],
    spelling: str,
    held: tuple[Ingredient, ...],
) -> None:
    key = _key(spelling)
    before = names.get(key)
    if before is not None and before[1] != held:
        raise InputError(
            f"The name {spelling} stands for {before[1][0].name} and for {held[0].name}.",
            expected="one meaning for one name",
            hint="list it under [products] with both",
        )
    if not key or len(key.split()) > MOST_WORDS:
        raise InputError(
            f"The name {spelling!r} cannot be found in a list.",
            expected=f"1 to {MOST_WORDS} words",
        )
    names.setdefault(key, (spelling, held))


def _check_classes(ingredients: Iterable[Ingredient], classes: Mapping[str, str]) -> None:
    for ingredient in ingredients:
        unknown = [name for name in ingredient.classes if name not in classes]
        if unknown or not ingredient.classes:
            raise InputError(
                f"{ingredient.name} is in {', '.join(unknown) or 'no class'}.",
                expected=f"some of {', '.join(classes)}",
            )
