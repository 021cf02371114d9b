"""What holds for every rule, and for the order in which they speak."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from unclench.errors import InputError
from unclench.evidence import Severity as Said
from unclench.patient import Condition, Patient
from unclench.regimen import parse
from unclench.therapy import RULES, Finding, History, Severity, Symptom, review
from unclench.therapy.conditions import RULES as CONDITION_RULES
from unclench.therapy.interactions import CLASSES, SEDATIVE, STRONG
from unclench.therapy.medicines import formulary
from unclench.therapy.rule import emergency_number
from unclench.units import mg

THERAPY = Path(__file__).parents[2] / "src" / "unclench" / "therapy"
AS_IN_THE_EVIDENCE = {
    Said.HIGH: Severity.SERIOUS,
    Said.MODERATE: Severity.CAUTION,
    Said.LOW: Severity.NOTE,
}


def test_every_rule_has_its_own_code():
    assert [code for code, n in Counter(rule.code for rule in RULES).items() if n > 1] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_cites_what_is_there(rule, evidence):
    assert rule.keys
    for key in rule.says:
        assert evidence.statement(key).text
    for key in rule.keys:
        assert evidence.entry(key)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_no_next_step_is_an_amount_to_take(rule):
    assert re.search(r"\d", rule.next_step) is None
    assert re.search(r"\btake (\{|half|one|two|more|less)", rule.next_step) is None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_writes_no_number_of_its_own(rule):
    own = re.sub(r"\{\w+\}", "", " ".join((rule.title, rule.words)))

    assert re.search(r"\d", own) is None


def test_emergency_words_say_whom_to_call():
    silent = [
        rule.code
        for rule in RULES
        if rule.severity is Severity.EMERGENCY and "{emergency_number}" not in rule.next_step
    ]

    assert silent == []


def test_every_condition_has_a_rule():
    asked = {rule.says[0] for rule in CONDITION_RULES}
    there = {f"condition.{one.value}" for one in Condition} - {"condition.dialysis"}

    assert asked == there


@pytest.mark.parametrize("rule", CONDITION_RULES, ids=lambda rule: rule.code)
def test_a_condition_is_as_grave_as_the_evidence_says(rule, evidence):
    said = evidence.statement(rule.says[0]).severity

    assert rule.severity is AS_IN_THE_EVIDENCE[said]


@pytest.mark.parametrize(("name", "severity"), CLASSES.items())
def test_a_class_of_medicines_is_as_grave_as_the_evidence_says(name, severity, evidence):
    said = evidence.statement(f"interaction.{name}").severity

    assert severity is AS_IN_THE_EVIDENCE[said]


def test_every_class_of_the_evidence_has_a_rule_and_names(evidence):
    rows = {
        key.removeprefix("interaction.")
        for key in evidence.statements
        if key.startswith("interaction.") and evidence.statements[key].parts
    }

    assert rows == set(CLASSES) == set(formulary().classes)


def test_sedatives_and_strong_ones_are_classes_of_the_table():
    assert STRONG < SEDATIVE < set(CLASSES)


def test_every_statement_that_warns_is_said_by_a_rule(evidence):
    said = {key for rule in RULES for key in rule.keys}
    warnings = {
        key
        for key, statement in evidence.statements.items()
        if "emergency" in statement.tags or key.startswith(("condition.", "screening.not_with."))
    }

    # Nothing that is asked of a person stands for open wounds; the plan of the test says it.
    assert warnings - said == {"screening.not_with.open_wounds"}


def test_the_gravest_comes_first(evidence):
    patient = Patient(
        crcl_ml_per_min=25,
        conditions=frozenset({Condition.SEIZURES, Condition.DRIVES, Condition.DIABETES}),
        medications=("diazepam", "Snurfex"),
    )
    findings = review(patient, parse("30 mg x4"), evidence=evidence, symptoms=[Symptom.FEVER])

    ranks = [finding.severity.rank for finding in findings]
    assert ranks == sorted(ranks)
    assert findings[0].severity is Severity.EMERGENCY
    assert {finding.severity for finding in findings} == set(Severity)


def test_the_same_question_has_the_same_answer(evidence):
    patient = Patient(medications=("diazepam", "Snurfex", "Advil"))
    plan = parse("30 mg x4 for 7 days")

    assert review(patient, plan, evidence=evidence) == review(patient, plan, evidence=evidence)


def test_a_finding_says_that_a_number_is_not_confirmed(evidence):
    patient = Patient(country="GB")
    findings = review(patient, parse("30 mg x4"), evidence=evidence)
    british = next(one for one in findings if one.code == "limits.daily-maximum-uk")

    assert "not yet confirmed" in british.words


def test_a_finding_says_that_a_limit_is_an_assumption(evidence):
    said = History(swallowed=mg(120))
    findings = review(Patient(), parse("10 mg x3"), evidence=evidence, history=said)
    alarm = next(one for one in findings if one.code == "overdose.single-intake")

    assert "our own assumption" in alarm.words


def test_no_emergency_number_is_invented(evidence):
    assert emergency_number(evidence, country="GB") == "your local emergency number"
    assert emergency_number(evidence, country=None) == "your local emergency number"
    assert [key for key in evidence.statements if key.startswith("emergency_number")] == []


def test_a_finding_becomes_json(evidence):
    finding = review(Patient(), parse("30 mg x3"), evidence=evidence)[0]

    assert finding.as_dict() == {
        "code": "limits.daily-maximum",
        "severity": "serious",
        "severity_words": "Speak to the prescriber before anything changes",
        "title": "More than the label allows in a day",
        "words": "This plan reaches 90 mg a day. The US and Canadian labels stop at 80 mg.",
        "values": {"daily dose": "90 mg", "limit": "80 mg"},
        "evidence": ["dosing.us.max_daily", "dosing.canada.max_daily"],
        "next_step": "Ask the prescriber to check the dose. Do not cut it or stop it on your own.",
    }


@pytest.mark.parametrize("blank", ["code", "title", "words", "next_step"])
def test_a_finding_without_words_is_refused(blank):
    whole = {
        "code": "a.b",
        "severity": Severity.NOTE,
        "title": "A",
        "words": "B",
        "values": (),
        "evidence": ("x.y",),
        "next_step": "C",
    }

    with pytest.raises(InputError):
        Finding(**{**whole, blank: " "})


def test_a_finding_without_evidence_is_refused():
    with pytest.raises(InputError, match="cites nothing"):
        Finding(
            code="a.b",
            severity=Severity.NOTE,
            title="A",
            words="B",
            values=(),
            evidence=(),
            next_step="C",
        )


def modules_imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("path", sorted(THERAPY.glob("*.py")), ids=lambda path: path.name)
def test_therapy_imports_nothing_of_the_model(path):
    floor = ("errors", "units", "patient", "regimen", "evidence", "therapy")
    ours = {name for name in modules_imported(path) if name.startswith("unclench")}

    assert {name for name in ours if name.split(".")[1] not in floor} == set()


def test_the_rules_run_where_the_model_cannot_even_be_imported():
    program = (
        "import sys; sys.modules['unclench.pharmacology'] = None; sys.modules['numpy'] = None\n"
        "from unclench.evidence import load_evidence\n"
        "from unclench.patient import Patient\n"
        "from unclench.regimen import parse\n"
        "from unclench.therapy import review\n"
        "print(review(Patient(), parse('30 mg x3'), evidence=load_evidence())[0].code)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], text=True, capture_output=True)

    assert done.stdout == "limits.daily-maximum\n", done.stderr
