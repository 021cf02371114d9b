"""What is swallowed: a liquid's strength, granules, and doses that tablets do not add up to."""

from __future__ import annotations

from unclench.regimen import Formulation
from unclench.therapy import exact
from unclench.therapy.case import Case
from unclench.therapy.finding import Severity
from unclench.therapy.rule import APPLIES, SILENT, Rule, Values

__all__ = ["RULES"]

US_TABLETS = "dosing.tablets.us"


def _liquid(case: Case) -> Values | None:
    oral = case.regimen.oral
    if oral is None or oral.formulation.mg_per_ml is None:
        return SILENT
    return {"strength": f"{oral.formulation.mg_per_ml} mg/mL"}


def _granules(case: Case) -> Values | None:
    oral = case.regimen.oral
    return APPLIES if oral is not None and oral.formulation is Formulation.GRANULES else SILENT


def _pieces(case: Case) -> Values | None:
    oral = case.regimen.oral
    if oral is None or oral.formulation is not Formulation.TABLET:
        return SILENT
    half = exact.masses(case.evidence, US_TABLETS)[0] / 2
    for step in oral.steps:
        for _, amount in step.times:
            if amount.in_mcg % half.in_mcg:
                return {"dose": amount.text("mg"), "smallest_piece": half.text("mg")}
    return SILENT


RULES = (
    Rule(
        code="formulation.liquid-strength",
        severity=Severity.CAUTION,
        title="A liquid: check the strength on the bottle",
        when="a liquid is swallowed",
        check=_liquid,
        words="This plan counts on {strength}.",
        says=("dosing.formulation.strength",),
        next_step="Compare the strength on the bottle each time it is new.",
        evidence=("dosing.liquid.ratio",),
    ),
    Rule(
        code="formulation.granules-stopped",
        severity=Severity.NOTE,
        title="Granules may not be delivered",
        when="granules are swallowed",
        check=_granules,
        says=("dosing.formulation.lyvispah_stopped",),
        next_step="Ask a pharmacist in time. Do not run out.",
    ),
    Rule(
        code="formulation.tablet-pieces",
        severity=Severity.NOTE,
        title="A dose that tablets do not add up to",
        when="a dose of tablets is not a whole number of halves of the smallest tablet",
        check=_pieces,
        words="{dose} cannot be made from whole or halved tablets; the smallest piece is "
        "{smallest_piece}.",
        next_step="Ask a pharmacist how to measure it.",
        evidence=(US_TABLETS, "dosing.tablets.eu"),
    ),
)
"""Preparations."""
