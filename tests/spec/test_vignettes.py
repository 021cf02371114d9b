"""Every vignette is said as it is written, and every rule has a vignette on each side."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.spec.vignettes import all_vignettes
from unclench.therapy import RULES

VIGNETTES = all_vignettes()
CODES = {rule.code for rule in RULES}


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda one: f"{one.chapter}: {one.name}")
def test_the_findings_are_those_of_the_vignette(vignette, evidence):
    said = {finding.code for finding in vignette.review(evidence)}

    assert set(vignette.expects) - said == set(), "expected, and not said"
    assert set(vignette.absent) & said == set(), "said, and must not be"
    if vignette.only:
        assert said == set(vignette.expects)


def test_every_rule_is_heard_in_a_vignette():
    heard = {code for vignette in VIGNETTES for code in vignette.expects}

    assert CODES - heard == set()


def test_every_rule_is_silent_in_a_vignette_that_asks_for_silence():
    silent = {code for vignette in VIGNETTES for code in vignette.absent}

    assert CODES - silent == set()


def test_vignettes_name_rules_that_exist():
    named = {code for vignette in VIGNETTES for code in (*vignette.expects, *vignette.absent)}

    assert named - CODES == set()


def test_no_two_vignettes_of_a_chapter_have_one_name():
    names = Counter((vignette.chapter, vignette.name) for vignette in VIGNETTES)

    assert [name for name, number in names.items() if number > 1] == []


def test_no_vignette_contradicts_itself():
    both = [one.name for one in VIGNETTES if set(one.expects) & set(one.absent)]

    assert both == []
