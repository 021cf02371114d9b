"""The test dose before a pump: doses at least a day apart, what to watch, and when to stop."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import final

from unclench.errors import InputError
from unclench.evidence import Evidence
from unclench.regimen import MINUTES_PER_DAY, Administration, Dose, Regimen, Route, clock, moment
from unclench.therapy import exact
from unclench.therapy.plan import Plan, PlanStep
from unclench.therapy.rule import standing
from unclench.units import Mass, Unit

__all__ = ["DOSES", "Next", "NextTest", "check_times", "doses", "next_test", "screen"]

DOSES = ("screening.dose_1", "screening.dose_2", "screening.dose_3")
SMALL_START = "screening.small_start"
STRENGTH = "screening.strength"
INTERVAL = "screening.interval"
WATCH = "screening.watch"
VITALS = "screening.vitals_first"
CHECKS = "screening.spasticity_checks"
CHECKS_WITHIN = "screening.spasticity_within"
INJECTION = "screening.injection_least"
NO_RESPONSE = "screening.no_response"
RESPONDER = "screening.responder_drop"
ADVICE = (
    *("screening.order", "screening.never_within_24h", "screening.positive", NO_RESPONSE),
    *("screening.monitor", "screening.not_with.ms_relapse", "screening.not_with.infection"),
    *("screening.not_with.open_wounds", "screening.not_with.baclofen_allergy"),
    *("screening.stands_on_spasticity", "screening.ms_sensitive", "screening.oral_drugs"),
)
NUMBERS = (*DOSES, STRENGTH, INTERVAL, WATCH, VITALS, CHECKS, CHECKS_WITHIN, INJECTION)


def doses(evidence: Evidence, *, small_start: bool = False) -> tuple[Mass, ...]:
    """Give the test doses in order; a small start puts a smaller one before them.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> [dose.text("micrograms") for dose in doses(load_evidence())]
        ['50 micrograms', '75 micrograms', '100 micrograms']
    """
    usual = tuple(exact.mass(evidence, key) for key in DOSES)
    return (exact.mass(evidence, SMALL_START), *usual) if small_start else usual


def screen(
    *,
    evidence: Evidence,
    small_start: bool = False,
    first_at_min: int = 9 * 60,
    days_apart: int = 1,
) -> Plan:
    """Give the screening test to its last dose, which is reached only without a response before.

    Args:
        evidence: The evidence base.
        small_start: Whether to begin with the smaller dose: a very small person, or one who stands
            on stiffness.
        first_at_min: Clock time of each dose, in minutes since midnight.
        days_apart: Days from dose to dose, at least 1.

    Raises:
        InputError: if the time or the days are not possible.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> [step.daily_text for step in screen(evidence=load_evidence()).steps]
        ['50 micrograms', '75 micrograms', '100 micrograms']
    """
    exact.whole(first_at_min, "time of the dose", low=0, high=1439, unit="minutes after midnight")
    exact.whole(days_apart, "time between doses", low=1, high=365, unit="days")
    given = doses(evidence, small_start=small_start)
    tests = tuple(
        Administration(
            at * days_apart * MINUTES_PER_DAY + first_at_min, Dose(dose, Route.INTRATHECAL)
        )
        for at, dose in enumerate(given)
    )
    check_times(tests, evidence=evidence)
    steps = tuple(
        PlanStep(
            first_day=1 + at * days_apart,
            days=1,
            daily=dose,
            route=Route.INTRATHECAL,
            doses=((first_at_min, dose),),
            words=_words(dose, first_at_min, first=at == 0, evidence=evidence),
        )
        for at, dose in enumerate(given)
    )
    small = (SMALL_START,) if small_start else ()
    return Plan(
        kind="screening",
        title="Screening test before a pump",
        protocol="us-label",
        steps=steps,
        regimen=Regimen(tests=tests),
        words=(*(evidence.statement(key).text for key in ADVICE), _response(evidence)),
        evidence=(*NUMBERS, *small, *ADVICE, RESPONDER),
    )


@final
class Next(Enum):
    """What follows a test dose."""

    RESPONDED = "responded"
    NEXT_DOSE = "next dose"
    STOP = "stop"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class NextTest:
    """What follows the test doses so far.

    Args:
        next: What follows.
        dose: The next dose, if there is one.
        not_before_min: The earliest minute for it.
        words: The same in words.
        evidence: The keys it rests on.
    """

    next: Next
    dose: Mass | None
    not_before_min: int | None
    words: str
    evidence: tuple[str, ...]


def next_test(
    given: tuple[Administration, ...], *, responded: bool, evidence: Evidence
) -> NextTest:
    """Give what follows the test doses so far: a talk about a pump, a larger dose, or the end.

    Args:
        given: The test doses so far, in order of time.
        responded: Whether the last one brought what was wanted.
        evidence: The evidence base.

    Raises:
        InputError: if there is no dose yet, or two are less than the interval apart.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> evidence = load_evidence()
        >>> first = screen(evidence=evidence).regimen.tests[:1]
        >>> next_test(first, responded=False, evidence=evidence).words
        '75 micrograms, not before day 2 09:00.'
    """
    if not given:
        raise InputError("No test dose was given yet.", expected="at least one test dose")
    check_times(given, evidence=evidence)
    if responded:
        words = evidence.statement("screening.positive").text
        return NextTest(
            next=Next.RESPONDED,
            dose=None,
            not_before_min=None,
            words=f"The test is over: there was a response. {words}",
            evidence=("screening.positive",),
        )
    last = given[-1]
    larger = [dose for dose in doses(evidence) if dose > last.dose.amount]
    if not larger:
        return NextTest(
            next=Next.STOP,
            dose=None,
            not_before_min=None,
            words=evidence.statement(NO_RESPONSE).text,
            evidence=(NO_RESPONSE, DOSES[-1]),
        )
    earliest = last.start_min + _interval_min(evidence)
    return NextTest(
        next=Next.NEXT_DOSE,
        dose=larger[0],
        not_before_min=earliest,
        words=f"{larger[0].text('micrograms')}, not before {moment(earliest)}.",
        evidence=(*DOSES, INTERVAL),
    )


def check_times(given: tuple[Administration, ...], *, evidence: Evidence) -> None:
    """Refuse test doses that are closer than the interval of the label.

    Raises:
        InputError: if two are.
    """
    least = _interval_min(evidence)
    for earlier, later in pairwise(given):
        if later.start_min - earlier.start_min < least:
            raise InputError(
                f"The test dose on {moment(later.start_min)} is less than {least // 60} hours "
                f"after the one on {moment(earlier.start_min)}.",
                expected=f"at least {least // 60} hours between test doses",
            )


def _interval_min(evidence: Evidence) -> int:
    return int(exact.number(evidence, INTERVAL, Unit.MIN))


def _words(dose: Mass, at_min: int, *, first: bool, evidence: Evidence) -> str:
    """Say how a dose is given and when to look."""
    strength = exact.number(evidence, STRENGTH, Unit.MCG_PER_ML)
    volume = exact.rounded(dose.in_mcg / strength, 2)
    short, long = exact.numbers(evidence, Unit.H, WATCH)
    vitals = int(exact.number(evidence, VITALS, Unit.MIN))
    within = int(exact.number(evidence, CHECKS_WITHIN, Unit.MIN))
    slowly = exact.rounded(exact.number(evidence, INJECTION, Unit.MIN))
    only = "" if first else "Only if the dose before was not enough. "
    return (
        f"{only}{volume} mL of {strength:f} micrograms/mL, over at least {slowly} minute. Vital "
        f"signs often until {_later(at_min, vitals)}; tone and spasms at least "
        f"{exact.count(evidence, CHECKS)} times until {_later(at_min, within)}; watch for "
        f"{short:f} to {long:f} hours."
    )


def _later(at_min: int, minutes: int) -> str:
    day, minute = divmod(at_min + minutes, MINUTES_PER_DAY)
    return f"{clock(minute)}{' the next day' if day else ''}"


def _response(evidence: Evidence) -> str:
    drop = exact.rounded(exact.number(evidence, RESPONDER, Unit.POINTS))
    said = (
        f"Trials took a fall of about {drop} points of the Ashworth or spasm score as a response."
    )
    return " ".join((said, *standing(evidence, (RESPONDER,))))
