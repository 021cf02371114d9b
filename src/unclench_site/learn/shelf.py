"""The articles that ship with Unclench: read from their files, checked, and turned into pages.

An article is Markdown behind a head in TOML. `[^key]` after a claim cites an entry of the evidence
base; `[[figure]]` on a line of its own is where its picture goes.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, final

from django.urls import reverse
from django.utils.html import escape
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from unclench.errors import InputError
from unclench.evidence import Entry, Source
from unclench_site.evidence import evidence

HERE: Final = Path(__file__).parent / "articles"
CITED: Final = re.compile(r"\[\^([a-z0-9_.]+)\]")
FIGURE: Final = "[[figure]]"
WORDS_A_MINUTE: Final = 180
"""A tired reader's pace; a round number of ours, for the line that says how long it takes."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture of the model inside an article: what is drawn, of which regimen, and its words."""

    kind: str
    regimen: str
    words: str


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One entry that an article cites, by the number under which its page lists it."""

    number: int
    entry: Entry
    source: Source | None


@final
@dataclass(frozen=True, kw_only=True)
class Article:
    """An article as its file says it.

    Attributes:
        slug: Its name in addresses.
        urgent: What stands above everything else, in the words of `urgent_key`; "" if nothing.
        reviewed_by: The clinician who has read and signed it; "" until somebody has.
        question: What the end of the page asks its reader.
        text: The Markdown.
    """

    slug: str
    title: str
    summary: str
    written_on: date
    next_review_on: date
    question: str
    text: str
    related: tuple[str, ...] = ()
    author: str = "The Unclench project"
    reviewed_by: str = ""
    reviewed_on: date | None = None
    urgent: str = ""
    urgent_key: str = ""
    figure: Figure | None = None

    @cached_property
    def citations(self) -> tuple[Citation, ...]:
        """Every entry that it cites, in the order in which they first stand.

        Raises:
            InputError: if the evidence base has no such entry.
        """
        base = evidence()
        head = [self.urgent_key] if self.urgent_key else []
        keys = dict.fromkeys([*head, *CITED.findall(self.text)])
        found = [base.entry(key) for key in keys]
        return tuple(
            Citation(number=i, entry=entry, source=base.source_of(entry))
            for i, entry in enumerate(found, 1)
        )

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The page's HTML: before the figure, and after it where there is one."""
        return tuple(self._html(part) for part in self.text.split(FIGURE))

    @cached_property
    def plain(self) -> str:
        """The article as plain text, its sources numbered as on the page."""
        numbers = {one.entry.key: one.number for one in self.citations}
        text = CITED.sub(lambda match: f"[{numbers[match[1]]}]", self.text)
        return re.sub(r"\n{3,}", "\n\n", text.replace(FIGURE, "").replace("**", "")).strip()

    @property
    def minutes(self) -> int:
        """How long a tired reader takes, in minutes."""
        return max(1, round(len(self.plain.split()) / WORDS_A_MINUTE))

    def _html(self, text: str) -> str:
        numbers = {one.entry.key: one.number for one in self.citations}
        return str(markdown().render(text, {"numbers": numbers}))


@cache
def articles() -> tuple[Article, ...]:
    """Give every article that ships, in the order in which somebody new would read them.

    Raises:
        InputError: if a file has faults; all of them are told at once.

    Example:
        >>> articles()[0].title
        'What spasms are'
    """
    faults: list[str] = []
    found = {}
    for path in sorted(HERE.glob("*.md")):
        try:
            found[path.stem] = read(path.stem, path.read_text("utf-8"))
        except InputError as fault:
            faults.append(f"{path.name}: {fault}")
    missing = [slug for slug in ORDER if slug not in found]
    further = [slug for slug in found if slug not in ORDER]
    if missing or further:
        faults.append(f"ORDER and the files differ in {', '.join([*missing, *further])}")
    for one in found.values():
        strangers = [slug for slug in one.related if slug not in found]
        faults += [f"{one.slug}.md: there is no article {slug}" for slug in strangers]
    if faults:
        raise InputError("; ".join(faults), expected="articles that can be read")
    return tuple(found[slug] for slug in ORDER)


ORDER: Final = (
    "what-spasms-are",
    "how-baclofen-works",
    "tablets-or-pump",
    "starting-and-raising",
    "times-of-day",
    "side-effects",
    "missing-a-dose",
    "stopping-safely",
    "the-test-dose",
    "life-with-a-pump",
    "who-should-not",
    "other-medicines",
    "why-so-many-stop",
)


def read(slug: str, text: str) -> Article:
    """Read one article.

    Args:
        slug: Its name.
        text: The whole file.

    Raises:
        InputError: if the head cannot be read, lacks something, or an entry is not in the evidence.
    """
    parts = text.split("+++\n", 2)
    if len(parts) != 3 or parts[0]:
        raise InputError("There is no head.", expected="TOML between two lines of +++")
    try:
        head: dict[str, Any] = tomllib.loads(parts[1])
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"The head is not TOML: {fault}.", expected="TOML") from None
    known = {field.name for field in fields(Article)} - {"slug", "text"}
    unknown = sorted(head.keys() - known)
    needed = {"title", "summary", "written_on", "next_review_on", "question"}
    lacking = sorted(needed - head.keys())
    if unknown or lacking:
        raise InputError(
            f"The head has {', '.join(unknown) or 'nothing unknown'} and lacks "
            f"{', '.join(lacking) or 'nothing'}.",
            expected=f"{', '.join(sorted(needed))}; perhaps {', '.join(sorted(known - needed))}",
        )
    figure = Figure(**head.pop("figure")) if "figure" in head else None
    if (parts[2].count(FIGURE) == 1) != (figure is not None):
        raise InputError("The figure has no place, or a place has no figure.", expected=FIGURE)
    related = tuple(head.pop("related", ()))
    made = Article(slug=slug, text=parts[2].strip(), figure=figure, related=related, **head)
    _ = made.citations
    return made


def matching(wanted: str) -> list[Article]:
    """Give the articles in which every word asked for stands, those with it in the title first.

    Example:
        >>> [one.slug for one in matching("alcohol cannabis")]
        ['other-medicines']
    """
    words = wanted.lower().split()
    hits = []
    for one in articles():
        head, body = f"{one.title} {one.summary}".lower(), one.plain.lower()
        if all(word in head or word in body for word in words):
            hits.append((-sum(word in head for word in words), ORDER.index(one.slug), one))
    return [one for _, _, one in sorted(hits, key=lambda hit: hit[:2])]


@cache
def markdown() -> MarkdownIt:
    """Give the reader of Markdown: no HTML, tables, and citations as links to the library."""
    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    made.inline.ruler.before("link", "citation", citation)
    made.add_render_rule("citation", render_citation)
    return made


def citation(state: StateInline, silent: bool) -> bool:
    """Read `[^key]`."""
    found = CITED.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("citation", "", 0).content = found[1]
    state.pos = found.end()
    return True


def render_citation(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """Write a citation as a number that leads to its entry."""
    key = tokens[index].content
    number = env["numbers"][key]
    address = escape(reverse("library-entry", args=[key]))
    return f'<sup class="cite"><a href="{address}" aria-label="source {number}">{number}</a></sup>'
