"""Links to begin with: each is a question with an address of its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import final

from unclench.patient import Patient
from unclench.regimen import parse
from unclench_site.explore.comparisons import compared
from unclench_site.explore.laid import Lay
from unclench_site.explore.question import Against, Question, Span


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question that somebody might ask, with its words and its address."""

    words: str
    address: str
    is_low_energy: bool = False


def example(
    words: str,
    plan: str,
    *,
    against: Against = Against.NOTHING,
    span: Span = Span.DAY,
    is_low_energy: bool = False,
) -> Example:
    """An example from a plan in words."""
    regimen, patient = parse(plan), Patient()
    question = Question(
        regimen=regimen,
        against=against,
        second=compared(against, regimen, patient, span, ""),
        span=span,
    )
    return Example(words=words, address=question.address(), is_low_energy=is_low_energy)


def laid(words: str, kind: Lay) -> Example:
    """An example of a plan over time."""
    return Example(words=words, address=f"{Question().address()}&lay={kind.value}")


@cache
def examples() -> tuple[Example, ...]:
    """Every example, in the order of the page; the first three are shown in low energy too."""
    three = "20 mg at 08:00, 14:00, 20:00"
    pump = "pump 200 micrograms/day"
    return (
        example("Tablets", three, is_low_energy=True),
        example("Pump", pump, is_low_energy=True),
        example("Tablets or pump", three, against=Against.ROUTE),
        example("More at night", three, against=Against.NIGHT),
        example("Missed dose", three, against=Against.MISSED, span=Span.WEEK, is_low_energy=True),
        example("Double dose", three, against=Against.DOUBLED, span=Span.WEEK),
        laid("Slow or sudden stop", Lay.DOWN),
        laid("Test before a pump", Lay.TEST),
        example("Pump stops", pump, against=Against.STOPPED, span=Span.WEEK),
        example("Weak kidneys", three, against=Against.KIDNEY),
    )
