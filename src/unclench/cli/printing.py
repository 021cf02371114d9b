"""What `unclench simulate` prints: the last day as a table, sentences, one honest line."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.text import Text

from unclench import figures
from unclench.cli.asked import Asked, FigureName
from unclench.cli.computed import Computed
from unclench.evidence import Estimate, Evidence
from unclench.figures import Chart, Table, words
from unclench.regimen import format as written
from unclench.therapy import Finding, Severity

Said = tuple[str, Finding]
"""Which plan a finding is about, empty for the first, and the finding."""

NARROW: Final = 68
FEWEST_COLUMNS: Final = 32
HEADINGS: Final = {
    FigureName.SPASMS: "spasms in an hour",
    FigureName.TONE: "stiffness: Ashworth score, 1 is normal, 5 is rigid",
    FigureName.DROWSINESS: "drowsiness: 0 is none, 10 is the most there can be",
    FigureName.PLASMA: "nanograms of baclofen in a millilitre of blood",
}
FELT: Final = (figures.weakness, figures.withdrawal)
UNNOTICED: Final = 0.03


def console() -> Console:
    """Where to print: colour only in a terminal, and none where NO_COLOR is set."""
    shown = Console(highlight=False)
    shown.width = max(FEWEST_COLUMNS, shown.width)
    return shown


def show(asked: Asked, computed: Computed) -> None:
    """Print the answer."""
    out = console()
    say(out, written(computed.course.regimen), style="bold")
    if computed.other is not None:
        say(out, f"second plan: {written(computed.other.regimen)}", style="bold")
    out.print()
    grave, rest = by_gravity(computed)
    show_findings(out, grave)
    charts = {name: computed.chart(name) for name in HEADINGS}
    show_tables(out, {name: chart.table for name, chart in charts.items()})
    out.print()
    for line in sentences(computed, list(charts.values())):
        say(out, line)
    out.print()
    show_findings(out, rest)
    say(out, words.SURE)
    say(out, words.NOT_ADVICE)
    if asked.sources:
        show_sources(out, computed.evidence, computed.course.cited)


def by_gravity(computed: Computed) -> tuple[list[Said], list[Said]]:
    """What the rules say: what stands above the answer, and what can stand below."""
    said = [("", finding) for finding in computed.findings]
    said += [("With the second plan: ", finding) for finding in computed.other_findings]
    said.sort(key=lambda one: one[1].severity.rank)
    grave = [one for one in said if one[1].severity.rank <= Severity.SERIOUS.rank]
    return grave, said[len(grave) :]


def show_findings(out: Console, said: list[Said]) -> None:
    """What the rules say, each with how grave it is and what to do next."""
    for about, finding in said:
        say(out, f"{finding.severity.words}. {about}{finding.title}", style="bold")
        say(out, f"{finding.words} {finding.next_step}")
        out.print()


def say(out: Console, line: str, *, style: str = "") -> None:
    """One paragraph, wrapped to the terminal, read as plain text."""
    out.print(Text(line, style=style))


def show_tables(out: Console, tables: dict[FigureName, Table]) -> None:
    """The last day: quarters of the day as columns, or as rows where the terminal is narrow."""
    first = next(iter(tables.values()))
    day, parts = first.caption.partition(":")[0], [part_name(row[0]) for row in first.rows]
    if out.width < NARROW:
        for name, table in tables.items():
            say(out, HEADINGS[name], style="bold")
            for column, line in enumerate(table.header[1:], start=1):
                cells = (row[column] for row in table.rows)
                say(out, aligned([(day, line), *zip(parts, cells, strict=True)]))
        return
    rows = [(day, *parts)]
    for name, table in tables.items():
        rows += [(HEADINGS[name],)]
        rows += zip(table.header[1:], *(row[1:] for row in table.rows), strict=True)
    say(out, aligned(rows))


def aligned(rows: list[tuple[str, ...]]) -> str:
    """Lines of text in columns, numbers to the right; a lone cell is a heading."""
    label = 2 + max(len(row[0]) for row in rows if len(row) > 1)
    column = 2 + max(len(cell) for row in rows for cell in row[1:])
    return "\n".join(
        row[0] if len(row) == 1
        else f"{'  ' + row[0]:<{label}}" + "".join(f"{cell:>{column}}" for cell in row[1:])
        for row in rows
    )  # fmt: skip


def part_name(label: str) -> str:
    """The name of a part of the day without its hours."""
    return label.partition(",")[0]


def sentences(computed: Computed, charts: list[Chart]) -> list[str]:
    """The findings of the figures, and what else would be felt."""
    course = computed.course
    felt = [
        figure(course, other=computed.other)
        for figure in FELT
        if float(getattr(course, figure.__name__).max()) > UNNOTICED
    ]
    said = [
        f"{chart.title}. {chart.summary.removesuffix(words.SHADED).rstrip()}"
        for chart in (*charts, *felt)
    ]
    if computed.band is not None:
        said.append(f"The rows that name 1 of 20 hold {words.NINE_OF_TEN} between them.")
    return said


def show_sources(out: Console, evidence: Evidence, keys: tuple[str, ...]) -> None:
    """Every number that the model took from the evidence, with where it comes from."""
    out.print()
    say(out, f"This rests on {len(keys)} numbers:", style="bold")
    for key in keys:
        say(out, source_line(evidence, evidence.estimate(key)))


def source_line(evidence: Evidence, estimate: Estimate) -> str:
    """One number with its unit, how it came to us, and from where."""
    source = evidence.source_of(estimate)
    place = f" ({source.short}, {estimate.locator})" if source is not None else ""
    return f"{estimate.key}: {value_text(estimate)}; {estimate.basis.words}{place}"


def value_text(estimate: Estimate) -> str:
    """The value with its unit; a profile as its length."""
    if isinstance(estimate.value, tuple):
        return f"a profile of {len(estimate.value)} numbers, {estimate.unit.symbol}"
    return f"{estimate.value:.4g} {estimate.unit.symbol}"
