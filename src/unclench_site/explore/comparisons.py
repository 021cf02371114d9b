"""Second plans to hold against the first: the other route, more at night, a slip, a sudden stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, final

from unclench.errors import InputError
from unclench.patient import Patient
from unclench.regimen import (
    MINUTES_PER_DAY,
    PumpProgram,
    PumpStep,
    Regimen,
    Route,
    clock,
    format,
    parse,
)
from unclench.units import ZERO, mcg, mg
from unclench_site.explore.question import FIRST_PLAN, Against, Second, Span
from unclench_site.explore.ways import Plan, Program, PumpDay, Timed, Way

EXAMPLE_PUMP: Final = Regimen(pump=PumpProgram((PumpStep(((0, mcg(200)),)),)))
NOT_EQUIVALENT: Final = "An example only: no dose of tablets stands for a dose of a pump."
QUARTER_MG: Final = Decimal("2.5")


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """The plan that is compared, the person, and the time that is looked at."""

    plan: Regimen
    patient: Patient
    span: Span
    other: str

    def second(
        self, plan: Regimen, words: str, *, note: str = "", day: int | None = None
    ) -> Second:
        """The same person with another plan."""
        return Second(patient=self.patient, regimen=plan, words=words, note=note, day=day)


def compared(
    against: Against, plan: Regimen, patient: Patient, span: Span, other: str
) -> Second | None:
    """What to compare a plan with; None where there is only "no baclofen".

    Raises:
        InputError: This comparison does not fit this plan.
    """
    make = MAKERS.get(against)
    return make(First(plan=plan, patient=patient, span=span, other=other)) if make else None


def other_route(first: First) -> Second:
    """A pump where there are tablets, tablets where there is a pump: examples, not equivalents."""
    if first.plan.pump is None:
        words = "a pump at 200 micrograms a day"
        return first.second(EXAMPLE_PUMP, words, note=NOT_EQUIVALENT)
    words = "tablets of 20 mg three times a day"
    return first.second(FIRST_PLAN, words, note=NOT_EQUIVALENT)


def more_at_night(first: First) -> Second:
    """The same daily amount, half of it at night or in the last dose."""
    plan = Plan.of(first.plan)
    words = "more of it at night"
    if plan and plan.pump and plan.way is Way.PUMP:
        if plan.pump.program is Program.EVEN:
            night = PumpDay(daily=plan.pump.daily, program=Program.NIGHT, night_percent=50)
            return first.second(replace(plan, pump=night).to_regimen(), words)
        raise InputError(
            "This pump gives more at some hours already.",
            expected="a pump that gives the same at every hour",
        )
    if plan is None or len(plan.doses) < 2:
        raise InputError(
            "There are no day doses to move to the night.",
            expected="a plan with two or more doses a day, the same every day",
        )
    return first.second(replace(plan, doses=shifted(plan.doses)).to_regimen(), words)


def shifted(doses: Timed) -> Timed:
    """The same daily amount, half of it in the last dose; in whole quarters of a 10 mg tablet.

    Example:
        >>> [
        ...     amount.text("mg")
        ...     for _, amount in shifted(((480, mg(10)), (840, mg(10)), (1200, mg(10))))
        ... ]
        ['7.5 mg', '7.5 mg', '15 mg']
    """
    total = sum((amount for _, amount in doses), ZERO)
    quarters, rest = divmod(total.in_mg, QUARTER_MG)
    if rest or quarters < 2 * len(doses):
        day = total / (2 * (len(doses) - 1))
        parts = [day] * (len(doses) - 1) + [total / 2]
    else:
        last = -(-int(quarters) // 2)
        each, more = divmod(int(quarters) - last, len(doses) - 1)
        counts = [each + (place < more) for place in range(len(doses) - 1)] + [last]
        parts = [mg(QUARTER_MG * count) for count in counts]
    return tuple((at_min, part) for (at_min, _), part in zip(doses, parts, strict=True))


def one_missed(first: First) -> Second:
    """One swallowed dose left out."""
    at_min = dose_of_the_day(first)
    words = f"the dose at {clock(at_min % MINUTES_PER_DAY)} missed"
    return first.second(first.plan.missing(at_min), words, day=first.span.event_day)


def one_doubled(first: First) -> Second:
    """One swallowed dose taken twice at once."""
    at_min = dose_of_the_day(first)
    words = f"the dose at {clock(at_min % MINUTES_PER_DAY)} doubled"
    return first.second(first.plan.doubling(at_min), words, day=first.span.event_day)


def stopped(first: First) -> Second:
    """Everything stopped at once."""
    at_min = (first.span.event_day - 1) * MINUTES_PER_DAY
    words = f"a sudden stop on day {first.span.event_day}"
    return first.second(first.plan.stopping(at_min), words)


def weak_kidneys(first: First) -> Second:
    """The same plan in a person whose kidneys work at a third."""
    third = first.patient.crcl_ml_per_min / 3
    patient = replace(first.patient, crcl_ml_per_min=third)
    return Second(patient=patient, regimen=first.plan, words="kidneys that work at a third")


def own_words(first: First) -> Second:
    """A second plan in words."""
    if not first.other.strip():
        raise InputError(
            "The second plan is empty.",
            expected="a plan in words",
            hint="5 mg at 08:00, 14:00 and 10 mg at 22:00",
        )
    plan = parse(first.other)
    return first.second(plan, format(plan))


def dose_of_the_day(first: First) -> int:
    """The minute of the middle swallowed dose on the day of the event.

    Raises:
        InputError: Nothing is swallowed on that day.
    """
    start = (first.span.event_day - 1) * MINUTES_PER_DAY
    due = [
        given.start_min
        for given in first.plan.administrations(start + MINUTES_PER_DAY)
        if given.dose.route is Route.ORAL and given.start_min >= start
    ]
    if not due:
        raise InputError(
            f"Nothing is swallowed on day {first.span.event_day}.",
            expected="a plan with tablets or a liquid",
            hint="compare with stopping suddenly",
        )
    return due[(len(due) - 1) // 2]


MAKERS: Final[dict[Against, Callable[[First], Second]]] = {
    Against.ROUTE: other_route,
    Against.NIGHT: more_at_night,
    Against.MISSED: one_missed,
    Against.DOUBLED: one_doubled,
    Against.STOPPED: stopped,
    Against.KIDNEY: weak_kidneys,
    Against.OWN: own_words,
}
