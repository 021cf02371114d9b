"""What a cohort is asked: every fault at once, nothing silently mended."""

from __future__ import annotations

import pytest

from unclench.cohorts.adherence import Adherence
from unclench.cohorts.spec import parse_spec, read_spec
from unclench.errors import InputError

PLAN = "regimen = '10 mg x3'\n"
MALFORMED = {
    "": "regimen",
    "people = ": "TOML",
    "people = 10\npeople = 20": "TOML",
    "title = 'x'": "regimen",
    PLAN + "people = 0": "people",
    PLAN + "people = 19": "20 to",
    PLAN + "people = -5": "people",
    PLAN + "people = 1e3": "people",
    PLAN + "people = true": "people",
    PLAN + "people = '100'": "people",
    PLAN + "people = 10000001": "people",
    PLAN + "seed = -1": "seed",
    PLAN + "seed = 1.5": "seed",
    PLAN + "seed = nan": "seed",
    PLAN + "days = 0": "days",
    PLAN + "days = 367": "days",
    PLAN + "days = inf": "days",
    PLAN + "days = 3\nfrom_day = 4": "from_day",
    PLAN + "from_day = 0": "from_day",
    PLAN + "step_min = 7": "step_min",
    PLAN + "step_min = 0": "step_min",
    PLAN + "step_min = 15.0": "step_min",
    PLAN + "step_min = 120": "step_min",
    PLAN + "band_step_min = 50": "band_step_min",
    PLAN + "band_step_min = 7": "band_step_min",
    PLAN + "step_min = 60\nband_step_min = 30": "band_step_min",
    PLAN + "bands = 'spasms_per_h'": "bands",
    PLAN + "bands = ['colour']": "colour",
    PLAN + "bands = [1]": "bands",
    PLAN + "bands = ['penn', 'penn']": "twice",
    PLAN + "oral_set = 'slow'": "oral_set",
    PLAN + "oral_set = 1": "oral_set",
    PLAN + "colour = 'red'": "colour",
    PLAN + "title = ''": "title",
    PLAN + "title = 5": "title",
    PLAN + "responder_share = 0": "responder_share",
    PLAN + "responder_share = 1.1": "responder_share",
    PLAN + "responder_share = nan": "responder_share",
    PLAN + "responder_share = true": "responder_share",
    PLAN + "drowsy_from = -1": "drowsy_from",
    PLAN + "adherence = 'good'": "adherence",
    PLAN + "adherence = 1": "adherence",
    PLAN + "adherence = {missed = 1}": "missed",
    PLAN + "adherence = {missed_share = 2}": "missed_share",
    PLAN + "adherence = {missed_share = nan}": "missed_share",
    PLAN + "adherence = {late_sd_min = -1}": "late_sd_min",
    PLAN + "adherence = {late_sd_min = '5'}": "late_sd_min",
    PLAN + "adherence = {holiday_days = true}": "holiday_days",
    PLAN + "[arms]\nb = '10 mg x3'": "either",
    "regimen = 10": "regimen",
    "regimen = '10'": "regimen",
    "regimen = '10 g at 08:00'": "regimen",
    "regimen = 'pump 100 mg/day'": "regimen",
    "regimen = '2 mL at 08:00'": "regimen",
    "arms = 'tablets'": "arms",
    "[arms]": "arms",
    "[arms]\n'a/b' = '10 mg x3'": "a/b",
    "[arms]\n'' = '10 mg x3'": "arm",
    "[arms]\na = 1": "regimen",
    "[arms]\n" + "\n".join(f"a{i} = '10 mg x3'" for i in range(13)): "arms",
}


@pytest.mark.parametrize(("text", "fragment"), MALFORMED.items())
def test_a_malformed_cohort_is_refused(evidence, text, fragment):
    with pytest.raises(InputError) as refused:
        parse_spec(text, evidence=evidence)

    assert fragment in str(refused.value)
    assert "Expected:" in str(refused.value)


def test_all_faults_are_told_at_once(evidence):
    with pytest.raises(InputError) as refused:
        parse_spec("people = 1\ndays = 0\nregimen = '10'\ncolour = 1", evidence=evidence)

    assert "4 faults" in str(refused.value)


def test_a_file_that_is_not_there_is_refused(evidence, tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_spec(tmp_path / "none.toml", evidence=evidence)


def test_what_the_command_says_replaces_what_the_file_says(evidence, tmp_path):
    path = tmp_path / "a.toml"
    path.write_text(PLAN + "people = 100\nseed = 3", "utf-8")

    spec = read_spec(path, evidence=evidence, people=40, seed=None)

    assert (spec.people, spec.seed) == (40, 3)


def test_equal_cohorts_are_equal_and_another_seed_is_another_run(evidence):
    one, same = (parse_spec(PLAN, evidence=evidence) for _ in range(2))
    other = parse_spec(PLAN + "seed = 2", evidence=evidence)

    assert one == same
    assert hash(one) == hash(same)
    assert one.digest == same.digest != other.digest
    assert one.adherence == Adherence()
