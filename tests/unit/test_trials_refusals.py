"""Trial files with faults: each is refused with where and what, all of them at once."""

import pytest

from unclench.errors import InputError
from unclench.trials import read_trial, shipped_trial
from unclench.trials.reading import parse_trial

GOOD = """
title = 'Ours'
design = 'paired'
n = 20
notes = ['made up']
responder = 0.2

[people]
age_years = 50
ashworth = {mean = 3.0, sd = 0.5}
penn = {mean = 2.0, sd = 0.5}

[visits]
days = [7, 14]

[arm.tablets]
pattern = '10 mg at 08:00, 14:00, 20:00'
start = 15
most = 60
rise = 15
goal = 'relief'
goal_value = 0.3
lowers = true
stops_after = 2

[arm.placebo]

[placebo]
score_share = 0.1

[drop_out]
share = 0.1

[endpoint.tone]
title = 'Tone'
measure = 'ashworth'
summary = 'mean'
arm = 'tablets'
minus = 'placebo'
day = 14
published = 'observed.it.penn_1989.ashworth_after'
"""

PUBLISHED = "published = 'observed.it.penn_1989.ashworth_after'"

CHANGES = [
    ("title = 'Ours'", "", "'title' is missing"),
    ("title = 'Ours'", "title = 3", "title: 3 is no text"),
    ("title = 'Ours'", "title = 'Ours'\ncolour = 'red'", "no field 'colour'"),
    ("design = 'paired'", "design = 'twisted'", "no 'twisted'"),
    ("design = 'paired'", "", "'design' is missing"),
    ("n = 20", "n = 0", "n: 0 does not fit"),
    ("n = 20", "n = 2.5", "n: 2.5 does not fit"),
    ("n = 20", "n = true", "n: True does not fit"),
    ("n = 20", "", "'n' is missing"),
    ("notes = ['made up']", "notes = 'made up'", "is no list"),
    ("notes = ['made up']", "notes = [3]", "3 is no text"),
    ("responder = 0.2", "responder = 20", "responder: 20 is out of its window"),
    ("responder = 0.2", "responder = 'no.such.key'", "responder: "),
    ("responder = 0.2", "responder = 'oral.clearance'", "cannot be used"),
    ("age_years = 50", "age_years = 5", "people.age_years: 5 is out"),
    ("age_years = 50", "height_cm = 180", "no field 'height_cm'"),
    ("age_years = 50", "age_years = 'old'", "people.age_years: "),
    ("mean = 3.0, sd = 0.5", "mean = 7.0, sd = 0.5", "ashworth.mean: 7 is out"),
    ("mean = 3.0, sd = 0.5", "mean = 3.0, sd = 3", "such a mean and sd"),
    ("mean = 3.0, sd = 0.5", "mean = 3.0", "ashworth.sd: None is no number"),
    ("mean = 3.0, sd = 0.5", "mean = nan, sd = 0.5", "out of its window"),
    ("ashworth = {mean = 3.0, sd = 0.5}", "ashworth = 3", "not a table"),
    ("age_years = 50", "kidneys = [{share = 0.5, low = 30, high = 60}]", "do not add up"),
    ("age_years = 50", "kidneys = [{share = 1, low = 60, high = 30}]", "not above the lower"),
    ("age_years = 50", "kidneys = 30", "this is no list"),
    ("age_years = 50", "age_years = 50\nadults_with_ms = true", "have these of their own"),
    ("age_years = 50", "adherence = 'sometimes'", "'perfect' or 'usual'"),
    ("age_years = 50", "walking = 2", "2 is out of its window"),
    ("days = [7, 14]", "days = []", "is no list of days"),
    ("days = [7, 14]", "days = [14, 7]", "do not rise"),
    ("days = [7, 14]", "days = [7, -14]", "-14 is out of its window"),
    ("days = [7, 14]", "days = [7, 'noon']", "visits.days: "),
    ("pattern = '10 mg at 08:00, 14:00, 20:00'", "pattern = '10'", "arm.tablets.pattern: "),
    ("pattern = '10 mg at 08:00, 14:00, 20:00'", "", "doses without a pattern"),
    ("start = 15", "start = 90", "it starts at 90, above its most"),
    ("start = 15", "", "`start` or `most` is missing"),
    ("start = 15", "start = 'observed.it.penn_1989.ashworth_after'", "cannot be used"),
    ("start = 15", "start = 'dosing.us.steps[9]'", "It has 4 numbers"),
    ("start = 15", "start = -1", "-1 is out of its window"),
    ("goal = 'relief'", "goal = 'bliss'", "no 'bliss'"),
    ("goal_value = 0.3", "", "does not go with goal relief"),
    ("lowers = true", "lowers = 1", "neither true nor false"),
    ("stops_after = 2", "stops_after = -2", "-2 does not fit"),
    ("score_share = 0.1", "score_share = 2", "placebo.score_share: 2 is out"),
    ("share = 0.1\n\n[endpoint", "share = -0.1\n\n[endpoint", "drop_out.share: -0.1 is out"),
    ("title = 'Tone'", "", "endpoint.tone.title: None is no text"),
    ("measure = 'ashworth'", "measure = 'joy'", "no 'joy'"),
    ("measure = 'ashworth'", "measure = 'tone_points'", "needs a baseline"),
    ("summary = 'mean'", "summary = 'mode'", "no 'mode'"),
    ("arm = 'tablets'", "arm = 'pump'", "no arm 'pump'"),
    ("minus = 'placebo'", "minus = 'nobody'", "no arm 'nobody'"),
    ("day = 14", "day = 15", "no visit is on day 15"),
    (PUBLISHED, "published = 1.2", "1.2 is no key"),
    (PUBLISHED, "published = 'no.key'", "published: "),
    (PUBLISHED, "published = 'dosing.us.steps'", "has no"),
]  # fmt: skip


def test_the_good_file_is_read(evidence):
    spec = parse_trial("ours", GOOD, evidence)

    assert [arm.name for arm in spec.arms] == ["tablets", "placebo"]
    assert spec.endpoints[0].published.value == 1.2


@pytest.mark.parametrize(("good", "bad", "said"), CHANGES)
def test_a_fault_is_refused_with_where_and_what(evidence, good, bad, said):
    assert good in GOOD
    with pytest.raises(InputError) as refused:
        parse_trial("ours", GOOD.replace(good, bad, 1), evidence)

    assert said in str(refused.value)


def test_all_faults_are_named_at_once(evidence):
    text = (
        GOOD.replace("n = 20", "n = 0").replace("'joy'", "").replace("days = [7, 14]", "days = 3")
    )
    with pytest.raises(InputError) as refused:
        parse_trial("ours", text.replace("lowers = true", "lowers = 1"), evidence)

    assert str(refused.value).count("Expected:") > 3
    for place in ("n: 0", "visits.days", "arm.tablets.lowers"):
        assert place in str(refused.value)


@pytest.mark.parametrize("empty", ["[arm.tablets]", "[endpoint.tone]"])
def test_a_trial_without_arms_or_endpoints_is_refused(evidence, empty):
    head, _, _ = GOOD.partition(empty)
    with pytest.raises(InputError, match="there is none"):
        parse_trial("ours", head, evidence)


def test_what_is_no_toml_is_refused(evidence):
    with pytest.raises(InputError, match="is no TOML"):
        parse_trial("ours", "title = ", evidence)


def test_a_file_that_is_not_there_is_refused(evidence, tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_trial(tmp_path / "none.toml", evidence)


def test_a_name_that_is_not_there_is_answered_with_those_that_are(evidence):
    with pytest.raises(InputError, match="penn-1989"):
        shipped_trial("penn-1889", evidence)
