"""Each hazard has a control, and the tests that it names exist."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from unclench.therapy import RULES

ROOT = Path(__file__).parent.parent.parent
HAZARDS = tomllib.loads((ROOT / "tests" / "hazards.toml").read_text(encoding="utf-8"))["hazard"]
FIELDS = {"name", "cause", "harm", "control", "rules", "tests", "waits_for"}
ROOMS = {"accounts", "clinical", "community", "diary", "experience", "lab", "learn", "plans"}


@cache
def functions_of(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(one.name for one in functions if one.name.startswith("test_"))


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["name"])
def test_a_hazard_has_a_cause_a_harm_and_a_control(hazard):
    assert set(hazard) <= FIELDS
    assert all(hazard[field].strip() for field in ("name", "cause", "harm", "control"))


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["name"])
def test_a_hazard_is_held_by_tests_or_waits_for_a_room_that_is_not_built(hazard):
    if "waits_for" in hazard:
        room = hazard["waits_for"]
        assert room in ROOMS
        assert not (ROOT / "src" / "unclench_site" / room / "models.py").exists(), (
            f"{room} is built: name the tests that hold this hazard"
        )
        assert "tests" not in hazard
    else:
        assert hazard["tests"]


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["name"])
def test_the_tests_that_hold_a_hazard_exist(hazard):
    for test in hazard.get("tests", ()):
        file, _, function = test.partition("::")
        assert function in functions_of(file), test


def test_the_rules_that_hold_hazards_exist():
    codes = {rule.code for rule in RULES}
    named = {code for hazard in HAZARDS for code in hazard.get("rules", ())}

    assert named - codes == set()


def test_every_hazard_stands_once():
    names = Counter(hazard["name"] for hazard in HAZARDS)

    assert [name for name, number in names.items() if number > 1] == []
