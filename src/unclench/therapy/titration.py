"""Go up under a published protocol: its start, its steps, its interval, its maximum.

Every number comes from the evidence. Where a source gives no number, the protocol has none, and a
clinician must name it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import final

from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench.regimen import Formulation, OralRegimen, OralStep, Regimen, Route
from unclench.therapy import exact
from unclench.therapy.plan import Plan, PlanStep
from unclench.therapy.rule import standing
from unclench.therapy.split import USUAL_DAY, Day, split_within
from unclench.units import Mass, Unit, mg

__all__ = ["PROTOCOLS", "Caveat", "OralProtocol", "protocol", "titrate"]

MOST = mg(1000)
MOST_DOSES = "dosing.us.max_doses_per_day"
SINGLE_MAXIMUM = "dosing.us.max_dose"
LARGEST_STEP = "dosing.germany.step_high"
"""Where a source names no step, a clinician does, and no step is larger than this one."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class OralProtocol:
    """How one source goes up; each field names its evidence, or is None where it is silent.

    Args:
        code: Its name in the command.
        title: Its name on a page.
        country: Two capital letters (ISO 3166-1).
        start: The daily dose of the first step; of a range the smallest is taken.
        step: The rise of the daily dose at each step; None if the source gives no number.
        interval: Days between steps; None if the source gives no number.
        maximum: The largest daily dose that is planned.
        review: Weeks at the largest dose before it is called a failure; None if not said.
        caveat: A number that goes with it and is shown, not used; None for none.
        advice: Statements that go with it: benefit, older people, the kidneys, food.
    """

    code: str
    title: str
    country: str
    start: str
    step: str | None
    interval: str | None
    maximum: str
    review: str | None
    caveat: Caveat | None
    advice: tuple[str, ...]

    @property
    def evidence(self) -> tuple[str, ...]:
        """Every key that the protocol rests on."""
        caveat = None if self.caveat is None else self.caveat.key
        keys = (
            *(self.start, self.step, self.interval, self.maximum, self.review, caveat),
            *self.advice,
        )
        return tuple(dict.fromkeys(key for key in keys if key is not None))


@final
@dataclass(frozen=True, slots=True)
class Caveat:
    """A number that a protocol shows and does not use, with the words around it."""

    key: str
    words: str


_ALL = ("dosing.older", "dosing.renal.moderate", "dosing.renal.severe", "withdrawal.never_sudden")
_US = ("dosing.us.stop_without_benefit", "dosing.renal.us_label", *_ALL)
_CANADA = (
    *("dosing.canada.food", "dosing.canada.evening_shift", "dosing.canada.dialysis"),
    *_ALL,
)
_UK = ("dosing.food.nhs", "dosing.night", *_ALL)
_GERMANY = ("dosing.germany.food", *_ALL)
_UK_MAXIMUM = Caveat("dosing.uk.max_daily", "The largest dose of the UK text is {low} a day.")
_HOSPITAL = Caveat(
    "dosing.germany.hospital_daily", "The source names {low} to {high} a day rarely, in hospital."
)

PROTOCOLS = (
    OralProtocol(
        code="us",
        title="United States, label",
        country="US",
        start="dosing.us.start_daily",
        step="dosing.us.step",
        interval="dosing.us.step_interval",
        maximum="dosing.us.max_daily",
        review=None,
        caveat=None,
        advice=_US,
    ),
    OralProtocol(
        code="uk",
        title="United Kingdom, NHS",
        country="GB",
        start="dosing.uk.start_daily",
        step=None,
        interval=None,
        maximum="dosing.uk.usual_max_daily",
        review="dosing.uk.review_after",
        caveat=_UK_MAXIMUM,
        advice=_UK,
    ),
    OralProtocol(
        code="uk-slow",
        title="United Kingdom, guideline with slow steps",
        country="GB",
        start="dosing.uk.start_daily",
        step=None,
        interval="therapy.uk.slow_interval",
        maximum="dosing.uk.usual_max_daily",
        review="dosing.uk.review_after",
        caveat=_UK_MAXIMUM,
        advice=("dosing.guideline.nice_2022_details", *_UK),
    ),
    OralProtocol(
        code="germany-fast",
        title="Germany, product text, largest steps",
        country="DE",
        start="dosing.germany.start_daily",
        step="dosing.germany.step_high",
        interval="dosing.germany.step_interval",
        maximum="dosing.germany.max_daily",
        review="dosing.germany.review_after",
        caveat=_HOSPITAL,
        advice=_GERMANY,
    ),
    OralProtocol(
        code="germany-slow",
        title="Germany, product text, smallest steps",
        country="DE",
        start="dosing.germany.start_daily",
        step="dosing.germany.step_low",
        interval="dosing.germany.step_interval",
        maximum="dosing.germany.max_daily",
        review="dosing.germany.review_after",
        caveat=_HOSPITAL,
        advice=_GERMANY,
    ),
    OralProtocol(
        code="germany-sensitive",
        title="Germany, product text, for people who are sensitive",
        country="DE",
        start="dosing.germany.start_daily_sensitive",
        step="dosing.germany.step_low",
        interval="dosing.germany.step_interval",
        maximum="dosing.germany.max_daily",
        review="dosing.germany.review_after",
        caveat=_HOSPITAL,
        advice=_GERMANY,
    ),
    OralProtocol(
        code="canada",
        title="Canada, product text",
        country="CA",
        start="dosing.canada.start_daily",
        step="therapy.canada.step",
        interval="dosing.canada.step_interval",
        maximum="dosing.canada.max_daily",
        review=None,
        caveat=None,
        advice=_CANADA,
    ),
)
"""The protocols that a clinician can choose from."""


def protocol(code: str) -> OralProtocol:
    """Give the protocol with a code.

    Raises:
        InputError: if there is none; names them all.

    Example:
        >>> protocol("germany-slow").country
        'DE'
    """
    for one in PROTOCOLS:
        if one.code == code:
            return one
    raise InputError(
        f"There is no protocol {code!r}.",
        expected=f"one of {', '.join(one.code for one in PROTOCOLS)}",
    )


def titrate(
    rule: OralProtocol,
    *,
    evidence: Evidence,
    target: Mass | None = None,
    every_days: int | None = None,
    step: Mass | None = None,
    start: Mass | None = None,
    doses: int = 3,
    piece: Mass | None = None,
    day: Day = USUAL_DAY,
    night_share: Decimal | None = None,
    formulation: Formulation = Formulation.TABLET,
) -> Plan:
    """Give a plan that goes up under a protocol, never faster and never further than it.

    Args:
        rule: The protocol.
        evidence: The evidence base.
        target: The daily dose to stop at; the protocol's maximum if not given.
        every_days: Days between steps; the protocol's if not given, and never fewer.
        step: The rise at each step; the protocol's if not given, and never more.
        start: The first daily dose; the protocol's if not given, and never more.
        doses: Doses a day, as long as there are enough pieces; one more where a single dose would
            pass the label's largest.
        piece: The smallest amount that can be taken; 5 mg if not given.
        day: Waking time and bedtime.
        night_share: The share of the day that the last dose is to have.
        formulation: What is swallowed.

    Raises:
        InputError: if something asked for goes beyond the protocol, or cannot be split.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> plan = titrate(protocol("us"), evidence=load_evidence(), target=mg(30))
        >>> [step.daily_text for step in plan.steps]
        ['15 mg', '30 mg']
    """
    starts = exact.masses(evidence, rule.start)
    first = _at_most(start, starts[-1], "first daily dose", rule) if start else starts[0]
    goal = _at_most(target, exact.mass(evidence, rule.maximum), "target", rule)
    rise = _rise(rule, step, evidence)
    interval = _interval(rule, every_days, evidence)
    largest, most = exact.mass(evidence, SINGLE_MAXIMUM), exact.count(evidence, MOST_DOSES)
    steps = tuple(
        PlanStep(
            first_day=1 + at * interval,
            days=None if level == goal else interval,
            daily=level,
            route=Route.ORAL,
            doses=split_within(
                level,
                largest=largest,
                most=most,
                doses=doses,
                piece=piece,
                day=day,
                night_share=night_share,
            ),
        )
        for at, level in enumerate(_levels(first, rise, goal))
    )
    oral = tuple(OralStep(one.doses, days=one.days) for one in steps)
    return Plan(
        kind="titration",
        title=f"{rule.title}: up to {goal.text('mg')} a day",
        protocol=rule.code,
        steps=steps,
        regimen=Regimen(oral=OralRegimen(oral, formulation=formulation)),
        words=_words(rule, evidence),
        evidence=rule.evidence,
    )


def _levels(first: Mass, rise: Mass, goal: Mass) -> list[Mass]:
    levels = [min(first, goal)]
    while levels[-1] < goal:
        levels.append(min(levels[-1] + rise, goal))
    return levels


def _at_most(asked: Mass | None, limit: Mass, what: str, rule: OralProtocol) -> Mass:
    if asked is None:
        return limit
    exact.amount(asked, what, most=MOST, unit="mg")
    if asked > limit:
        raise InputError(
            f"A {what} of {asked.text('mg')} a day is more than the protocol {rule.code} has.",
            expected=f"at most {limit.text('mg')} a day",
            hint="another protocol; each cites its source",
        )
    return asked


def _rise(rule: OralProtocol, asked: Mass | None, evidence: Evidence) -> Mass:
    if rule.step is None and asked is None:
        raise InputError(
            f"The source of the protocol {rule.code} gives no step.",
            expected="the rise of the daily dose at each step, from a clinician",
            hint="step=mg(5), or --step '5 mg'",
        )
    return _at_most(asked, exact.mass(evidence, rule.step or LARGEST_STEP), "step", rule)


def _interval(rule: OralProtocol, asked: int | None, evidence: Evidence) -> int:
    least = 1 if rule.interval is None else exact.days(evidence, rule.interval)[0]
    if asked is None:
        if rule.interval is None:
            raise InputError(
                f"The source of the protocol {rule.code} gives no number of days between steps.",
                expected="the number of days, from a clinician",
                hint="every_days=7, or --every 7",
            )
        return least
    exact.whole(asked, "time between steps", low=1, high=365, unit="days")
    if asked < least:
        raise InputError(
            f"A step every {asked} days is faster than the protocol {rule.code}.",
            expected=f"at least {least} days",
            hint="another protocol; each cites its source",
        )
    return asked


def _words(rule: OralProtocol, evidence: Evidence) -> tuple[str, ...]:
    said = [evidence.statement(key).text for key in rule.advice]
    if rule.review is not None:
        weeks = exact.numbers(evidence, Unit.WEEK, rule.review)
        span = " to ".join(f"{one:f}" for one in weeks)
        said.append(
            f"If {span} weeks at the largest tolerated dose bring nothing, it is called a failure, "
            "and the dose comes down slowly."
        )
    if rule.caveat is not None:
        amounts = [amount.text("mg") for amount in exact.masses(evidence, rule.caveat.key)]
        said.append(rule.caveat.words.format(low=amounts[0], high=amounts[-1]))
        said += standing(evidence, (rule.caveat.key,))
    numbers = (rule.start, rule.step, rule.interval, rule.maximum, rule.review)
    said += standing(evidence, tuple(key for key in numbers if key is not None))
    return tuple(dict.fromkeys(said))
