"""Wean what is swallowed after a pump has begun: one medicine at a time, baclofen first."""

from __future__ import annotations

from decimal import Decimal

from unclench.evidence import Evidence
from unclench.regimen import Formulation, OralRegimen, OralStep, Regimen, Route
from unclench.therapy import exact
from unclench.therapy.plan import Plan, PlanStep
from unclench.therapy.split import USUAL_DAY, Day, split_within
from unclench.units import ZERO, Mass, Unit, mg

__all__ = ["wean_oral"]

WEAN = "pump.oral_wean"
LOOK_AGAIN = "pump.oral_wean.look_again"
KEEP_ORAL = "pump.keep_oral"
SINGLE_MAXIMUM = "dosing.us.max_dose"
MOST_DOSES = "dosing.us.max_doses_per_day"


def wean_oral(
    daily: Mass,
    *,
    cut: str | Decimal,
    every_days: int,
    evidence: Evidence,
    doses: int = 3,
    piece: Mass | None = None,
    day: Day = USUAL_DAY,
    formulation: Formulation = Formulation.TABLET,
) -> Plan:
    """Give the way down of what is swallowed after a pump has begun.

    One medicine at a time, baclofen first. Each step cuts a share of the daily dose, in whole
    pieces and never more than that share, but for the last piece.

    Args:
        daily: What is swallowed in a day now.
        cut: The share to cut at each step, between the smallest and the largest of the source.
        every_days: Days between steps; the source says only to look again within 24 hours.
        evidence: The evidence base.
        doses: Doses a day, as long as there are enough pieces.
        piece: The smallest amount that can be taken; 5 mg if not given.
        day: Waking time and bedtime.
        formulation: What is swallowed.

    Raises:
        InputError: if the share is outside the source's, or the dose is not whole pieces.

    Example:
        >>> from unclench.evidence import load_evidence
        >>> plan = wean_oral(mg(40), cut="0.5", every_days=7, evidence=load_evidence())
        >>> [step.daily_text for step in plan.steps]
        ['20 mg', '10 mg', '5 mg', 'none']
    """
    piece = mg(5) if piece is None else piece
    exact.amount(daily, "daily dose", most=mg(1000), unit="mg")
    low, high = (exact.numbers(evidence, Unit.FRACTION, WEAN)[end] for end in (0, -1))
    look = exact.rounded(exact.number(evidence, LOOK_AGAIN, Unit.H))
    share = exact.decimal(cut, "cut", low=f"{low:f}", high=f"{high:f}", unit="of the dose")
    exact.whole(every_days, "time between steps", low=1, high=90, unit="days")
    levels = _falling(daily, share, piece)
    steps = [
        PlanStep(
            first_day=1 + at * every_days,
            days=every_days,
            daily=level,
            route=Route.ORAL,
            doses=split_within(
                level,
                largest=exact.mass(evidence, SINGLE_MAXIMUM),
                most=exact.count(evidence, MOST_DOSES),
                doses=doses,
                piece=piece,
                day=day,
            ),
            words=f"Look again within {look} hours.",
        )
        for at, level in enumerate(levels)
    ]
    end = PlanStep(
        first_day=1 + len(levels) * every_days,
        days=None,
        daily=ZERO,
        route=Route.ORAL,
        words="Nothing swallowed from here on. Keep tablets in the house.",
    )
    oral = tuple(OralStep(one.doses, days=one.days) for one in (*steps, end))
    return Plan(
        kind="weaning",
        title=f"Wean {daily.text('mg')} a day beside a pump",
        protocol="best-practice",
        steps=(*steps, end),
        regimen=Regimen(oral=OralRegimen(oral, formulation=formulation)),
        words=(evidence.statement(KEEP_ORAL).text,),
        evidence=(WEAN, LOOK_AGAIN, KEEP_ORAL),
        before=daily,
    )


def _falling(daily: Mass, share: Decimal, piece: Mass) -> list[Mass]:
    """Give the doses on the way down; each keeps at least what the share leaves."""
    levels: list[Mass] = []
    at = daily
    while at > piece:
        lower = exact.rounded_up(at * (1 - share), piece)
        at = lower if lower < at else at - piece
        levels.append(at)
    return levels or [daily]
