"""Come down from any oral dose: never up, never abrupt, to nothing, with holds where needed.

A pump is never turned down by a plan from here: that is for the clinic that fills it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import final

from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench.regimen import Formulation, OralRegimen, OralStep, Regimen, Route
from unclench.therapy import exact
from unclench.therapy.plan import Plan, PlanStep
from unclench.therapy.rule import standing
from unclench.therapy.split import USUAL_DAY, Day, split_within
from unclench.units import ZERO, Mass, Unit, mg

__all__ = ["TAPERS", "Pace", "TaperProtocol", "hold", "taper", "taper_protocol"]


SINGLE_MAXIMUM = "dosing.us.max_dose"
MOST_DOSES = "dosing.us.max_doses_per_day"


@final
class Pace(Enum):
    """Which end of a protocol's ranges to take."""

    GENTLE = "gentle"
    USUAL = "usual"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TaperProtocol:
    """How fast one source lets the dose come down; each field names its evidence.

    Where an entry is a range, or two are named, the pace chooses: usual takes the larger step, the
    shorter interval and the shorter whole, gentle the other ends.

    Args:
        code: Its name in the command.
        title: Its name on a page.
        step: The step of the daily dose.
        interval: Days between steps.
        least: Days that the whole taper lasts at least.
        short_use: Use below which `least` does not hold, and which counts as short; None for none.
        interval_long: Days between steps after longer use or above the low dose; None for no
            difference.
        low_dose: The daily dose up to which it is low; goes with `interval_long`.
        least_high: Days that the whole lasts at least above the high dose; None for no difference.
        high_dose: The daily dose above which it is high; goes with `least_high`.
        advice: Statements that go with it.
    """

    code: str
    title: str
    step: tuple[str, ...]
    interval: str
    least: str
    short_use: str | None = None
    interval_long: str | None = None
    low_dose: str | None = None
    least_high: str | None = None
    high_dose: str | None = None
    advice: tuple[str, ...] = ()

    @property
    def evidence(self) -> tuple[str, ...]:
        """Every key that the protocol rests on."""
        keys = (
            *(*self.step, self.interval, self.least, self.short_use, self.interval_long),
            *(self.low_dose, self.least_high, self.high_dose, *self.advice),
        )
        return tuple(dict.fromkeys(key for key in keys if key is not None))


_ADVICE = ("withdrawal.never_sudden", "withdrawal.taper.rule.hold", "withdrawal.emergency")
_DIGEST_STEP = ("withdrawal.taper.digest_step",)
_DIGEST_INTERVAL = "withdrawal.taper.digest_interval"

TAPERS = (
    TaperProtocol(
        code="careful",
        title="Our own careful rule, set from the schedules of the sources",
        step=("withdrawal.taper.rule.step_low", "withdrawal.taper.rule.step_high"),
        interval="withdrawal.taper.rule.interval",
        least="withdrawal.taper.rule.least",
        short_use="withdrawal.taper.rule.short_use",
        interval_long="withdrawal.taper.rule.interval_long",
        low_dose="withdrawal.taper.rule.low_dose",
        least_high="withdrawal.taper.rule.least_high",
        high_dose="withdrawal.taper.rule.high_dose",
        advice=("withdrawal.taper.rule.clinician", *_ADVICE),
    ),
    TaperProtocol(
        code="uk",
        title="United Kingdom: over one to two weeks, longer if there are symptoms",
        step=_DIGEST_STEP,
        interval=_DIGEST_INTERVAL,
        least="withdrawal.taper.nhs",
        advice=_ADVICE,
    ),
    TaperProtocol(
        code="canada",
        title="Canada: over one to two weeks, longer if there are symptoms",
        step=_DIGEST_STEP,
        interval=_DIGEST_INTERVAL,
        least="withdrawal.taper.canada",
        advice=_ADVICE,
    ),
    TaperProtocol(
        code="switzerland",
        title="Switzerland: over about three weeks after two to three months of use",
        step=_DIGEST_STEP,
        interval=_DIGEST_INTERVAL,
        least="withdrawal.taper.switzerland",
        short_use="withdrawal.taper.switzerland_after",
        advice=_ADVICE,
    ),
)
"""The tapers that a clinician can choose from, the careful one first."""


def taper(
    from_: Regimen | Mass,
    *,
    weeks_on: float,
    evidence: Evidence,
    protocol: TaperProtocol | None = None,
    pace: Pace = Pace.USUAL,
    doses: int = 3,
    piece: Mass | None = None,
    day: Day = USUAL_DAY,
    formulation: Formulation = Formulation.TABLET,
) -> Plan:
    """Give a plan that comes down to nothing, never faster than its protocol.

    Day 1 is the first lower day, except where a single step would end it all: then the present
    dose is held for one interval first.

    Args:
        from_: The daily dose that is taken now, or the regimen whose last dose it is.
        weeks_on: How long baclofen has been taken, in weeks.
        evidence: The evidence base.
        protocol: Whose rule; the careful one if not given.
        pace: Which end of the protocol's ranges: gentle the slow one, usual the fast one.
        doses: Doses a day, as long as there are enough pieces.
        piece: The smallest amount that can be taken; 5 mg if not given.
        day: Waking time and bedtime.
        formulation: What is swallowed.

    Raises:
        InputError: if the dose is nothing, comes by a pump, or is not a whole number of pieces.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> plan = taper(mg(30), weeks_on=4, evidence=load_evidence())
        >>> [step.daily_text for step in plan.steps]
        ['20 mg', '10 mg', '5 mg', 'none']
    """
    rule = TAPERS[0] if protocol is None else protocol
    piece = mg(5) if piece is None else piece
    start = _daily(from_)
    _check_weeks(weeks_on)
    levels = _levels(start, _step(rule, pace, piece, evidence), piece)
    interval = _interval(rule, pace, start, weeks_on, len(levels), evidence)
    split = partial(
        split_within,
        largest=exact.mass(evidence, SINGLE_MAXIMUM),
        most=exact.count(evidence, MOST_DOSES),
        doses=doses,
        piece=piece,
        day=day,
    )
    steps = _steps(levels, interval, split)
    return Plan(
        kind="taper",
        title=f"Come down from {start.text('mg')} a day to nothing",
        protocol=rule.code,
        steps=steps,
        regimen=_regimen(steps, formulation),
        words=_words(rule, steps, evidence),
        evidence=rule.evidence,
        before=start,
    )


def hold(plan: Plan, *, step: int, days: int) -> Plan:
    """Give the same taper with one step held for more days; all that follows comes later.

    Args:
        plan: A taper.
        step: Which step, 1 for the first.
        days: How many days longer.

    Raises:
        InputError: if there is no such step, or it has no end.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> plan = taper(mg(20), weeks_on=4, evidence=load_evidence())
        >>> hold(plan, step=1, days=7).steps[1].first_day
        12
    """
    exact.whole(days, "hold", low=1, high=365, unit="days")
    last = len(plan.steps) - 1
    exact.whole(step, "step to hold", low=1, high=last, unit="(the last step has no end)")
    moved = []
    for number, one in enumerate(plan.steps, start=1):
        if number == step and one.days is not None:
            held = f"{one.words} Held {days} days longer.".strip()
            moved.append(replace(one, days=one.days + days, words=held))
        else:
            later = days if number > step else 0
            moved.append(replace(one, first_day=one.first_day + later))
    oral = plan.regimen.oral
    form = Formulation.TABLET if oral is None else oral.formulation
    steps = tuple(moved)
    return replace(plan, steps=steps, regimen=_regimen(steps, form))


def taper_protocol(code: str) -> TaperProtocol:
    """Give the taper protocol with a code.

    Raises:
        InputError: if there is none; names them all.

    Example:
        >>> taper_protocol("uk").interval
        'withdrawal.taper.digest_interval'
    """
    for protocol in TAPERS:
        if protocol.code == code:
            return protocol
    raise InputError(
        f"There is no taper protocol {code!r}.",
        expected=f"one of {', '.join(one.code for one in TAPERS)}",
    )


def _daily(from_: Regimen | Mass) -> Mass:
    if isinstance(from_, Mass):
        daily = from_
    elif isinstance(from_, Regimen):
        if from_.pump is not None:
            raise InputError(
                "A pump is not turned down by a plan from here.",
                expected="a regimen that is only swallowed",
                hint="speak to the clinic that fills the pump; never let it run dry",
            )
        daily = from_.oral.steps[-1].mass_on(1) if from_.oral is not None else ZERO
    else:
        raise InputError(
            f"A taper cannot start from {from_!r}.", expected="a Regimen or a Mass a day"
        )
    if not daily:
        raise InputError(
            "There is nothing to come down from.", expected="a daily dose", hint="mg(60)"
        )
    if daily > mg(1000):
        raise InputError(
            f"{daily.text('mg')} a day is no dose to plan from.", expected="at most 1000 mg a day"
        )
    return daily


def _check_weeks(weeks_on: object) -> None:
    good = isinstance(weeks_on, int | float) and not isinstance(weeks_on, bool)
    if not good or not isinstance(weeks_on, int | float) or not 0 <= weeks_on <= 5200:
        raise InputError(
            f"The time on baclofen cannot be {weeks_on!r} weeks.",
            expected="a number from 0 to 5200 weeks",
        )


def _step(rule: TaperProtocol, pace: Pace, piece: Mass, evidence: Evidence) -> Mass:
    """Give the step in whole pieces, never larger than the protocol's largest."""
    sizes = exact.masses(evidence, *rule.step)
    wanted = sizes[0] if pace is Pace.GENTLE else sizes[-1]
    pieces = max(1, int(wanted / piece))
    if piece * pieces > sizes[-1]:
        raise InputError(
            f"Pieces of {piece.text('mg')} are larger than the largest step, "
            f"{sizes[-1].text('mg')} a day.",
            expected=f"pieces of at most {sizes[-1].text('mg')}",
        )
    return piece * pieces


def _levels(start: Mass, step: Mass, piece: Mass) -> list[Mass]:
    """Give the daily doses on the way down; the last one above nothing is a single piece."""
    levels: list[Mass] = []
    at = start
    while at > step:
        at = exact.rounded_up(at - step, piece)
        levels.append(at)
    if at > piece:
        levels.append(piece)
    return levels or [start]


def _interval(
    rule: TaperProtocol,
    pace: Pace,
    start: Mass,
    weeks_on: float,
    levels: int,
    evidence: Evidence,
) -> int:
    """Give the days for which each level is held, so that the whole lasts long enough."""
    end = -1 if pace is Pace.GENTLE else 0
    long_use = (
        rule.short_use is None
        or Decimal(str(weeks_on)) >= exact.numbers(evidence, Unit.WEEK, rule.short_use)[0]
    )
    least = exact.days(evidence, rule.least)[end] if long_use else 0
    if rule.high_dose and rule.least_high and start > exact.mass(evidence, rule.high_dose):
        least = max(least, exact.days(evidence, rule.least_high)[end])
    interval = exact.days(evidence, rule.interval)[end]
    low = rule.low_dose is not None and start <= exact.mass(evidence, rule.low_dose)
    if rule.interval_long and (long_use or not low):
        interval = exact.days(evidence, rule.interval_long)[end]
    return max(interval, -(-least // levels))


def _steps(
    levels: list[Mass], interval: int, split: Callable[[Mass], tuple[tuple[int, Mass], ...]]
) -> tuple[PlanStep, ...]:
    steps = [
        PlanStep(
            first_day=1 + at * interval,
            days=interval,
            daily=level,
            route=Route.ORAL,
            doses=split(level),
        )
        for at, level in enumerate(levels)
    ]
    end = PlanStep(
        first_day=1 + len(levels) * interval,
        days=None,
        daily=ZERO,
        route=Route.ORAL,
        words="No baclofen from here on.",
    )
    return (*steps, end)


def _words(rule: TaperProtocol, steps: tuple[PlanStep, ...], evidence: Evidence) -> tuple[str, ...]:
    """Say what goes with the plan, and where its steps make it longer than its source says."""
    shortest, longest = (exact.days(evidence, rule.least)[end] for end in (0, -1))
    said = f"{shortest}" if shortest == longest else f"{shortest} to {longest}"
    why = (
        f"The source names {said} days. This plan takes longer, because no step is larger and no "
        "interval shorter than those that the protocol cites."
    )
    longer = (why,) if steps[-1].first_day - 1 > longest else ()
    numbers = tuple(key for key in rule.evidence if key not in rule.advice)
    advice = tuple(evidence.statement(key).text for key in rule.advice)
    return (*advice, *longer, *standing(evidence, numbers))


def _regimen(steps: tuple[PlanStep, ...], formulation: Formulation) -> Regimen:
    oral = tuple(OralStep(step.doses, days=step.days) for step in steps)
    return Regimen(oral=OralRegimen(oral, formulation=formulation))
