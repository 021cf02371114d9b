"""Published trials on virtual people: who takes part, what a policy may see, what comes out."""

import dataclasses

import numpy as np
import pytest

from unclench.cohorts.adherence import Adherence, usual_adherence
from unclench.cohorts.adults import adults_with_ms
from unclench.cohorts.clinic import Goal, Policy, Seen, Slow, attend, live
from unclench.cohorts.courses import simulate_people
from unclench.cohorts.crowd import crowd
from unclench.cohorts.persistence import lived
from unclench.cohorts.taking import levels, taken_levels
from unclench.errors import InputError
from unclench.patient import Patient
from unclench.pharmacology.parameters import BODY_FIELDS
from unclench.regimen import parse
from unclench.trials import run_trial, shipped_names, shipped_trial
from unclench.trials.report import as_dict, markdown, rows, tally

TABLETS = "10 mg at 08:00, 14:00, 20:00"
RELIEF = {"goal": Goal.RELIEF, "goal_value": 0.3}
SLIGHT = {"goal": Goal.ASHWORTH, "goal_value": 2}
WANTED = {
    "penn-1989", "os440-3002", "hedley-1975", "stampacchia-2016", "us-label-drowsiness",
    "muanda-2019", "mccormick-2016",
}  # fmt: skip


@pytest.fixture(scope="module")
def people(evidence):
    return crowd(Patient(), people=60, seed=3, evidence=evidence)


@pytest.fixture(scope="module")
def tablets(people):
    return levels(people, TABLETS)


@pytest.fixture(scope="module")
def results(evidence):
    return {
        name: run_trial(shipped_trial(name, evidence), evidence=evidence, people=300, replicates=20)
        for name in shipped_names()
    }


def finding(result, name):
    return next(one for one in result.findings if one.endpoint.name == name)


# Who takes part.


def test_people_are_the_same_alone_or_among_others(evidence):
    every = crowd(Patient(), people=9, seed=5, evidence=evidence)
    last = crowd(Patient(), people=4, seed=5, evidence=evidence, first=5)

    assert (every.bodies.table[:, 5:] == last.bodies.table).all()
    for name in ("stiffness", "placebo", "drowsy_from", "weak_from"):
        assert (getattr(every, name)[5:] == getattr(last, name)).all()


def test_scores_of_people_have_the_published_mean_and_spread(evidence):
    spec = shipped_trial("penn-1989", evidence)
    result = run_trial(spec, evidence=evidence, people=4000, replicates=20)

    assert finding(result, "ashworth-before").simulated == pytest.approx(4.0, abs=0.06)


def test_who_walks_stands_on_stiffness_and_who_is_in_a_wheelchair_does_not(evidence):
    many = crowd(None, people=500, seed=1, evidence=evidence)

    assert (many["standing_need"][many.edss >= 7] == 0).all()
    assert (many["standing_need"][many.edss < 7] > 0).mean() > 0.9


def test_a_trial_can_say_how_many_of_its_people_walk(evidence):
    people = shipped_trial("stampacchia-2016", evidence).people

    assert people.walking == pytest.approx(0.075)


def test_a_cohort_a_trial_and_the_model_of_staying_have_the_same_people(evidence):
    cohort = adults_with_ms(people=40, seed=9, evidence=evidence)
    trial = crowd(None, people=40, seed=9, evidence=evidence)
    staying = lived(people=40, seed=9, evidence=evidence).people

    told = [name for name in BODY_FIELDS if name != "standing_need"]  # asked at visits alone
    for name in told:
        assert (cohort.bodies.table[BODY_FIELDS.index(name)] == trial[name]).all()
    assert (trial.bodies.table == staying.bodies.table).all()
    assert (cohort.edss == trial.edss).all()


# How they take tablets.


def test_with_every_dose_on_time_lived_days_are_days_at_rest(people):
    nearly = Adherence(late_sd_min=1e-9)
    rest, lived_days = levels(people, TABLETS), taken_levels(people, TABLETS, nearly).before(28)

    days = lived_days.cord_ng_per_ml.reshape(3, 24, -1)
    assert days == pytest.approx(np.broadcast_to(rest.cord_ng_per_ml, days.shape), rel=1e-2)


def test_who_misses_doses_has_lower_levels(people):
    half = taken_levels(people, TABLETS, Adherence(missed_share=0.5)).before(28)
    rest = levels(people, TABLETS)

    share = half.cord_ng_per_ml.mean() / rest.cord_ng_per_ml.mean()
    assert share == pytest.approx(0.5, abs=0.05)


def test_a_person_takes_the_same_tablets_alone_or_among_others_and_in_every_arm(evidence):
    usual = usual_adherence(evidence)
    every = crowd(None, people=9, seed=5, evidence=evidence)
    last = crowd(None, people=4, seed=5, evidence=evidence, first=5)
    one, other = (taken_levels(who, TABLETS, usual).before(60) for who in (every, last))
    stronger = taken_levels(every, "20 mg at 08:00, 14:00, 20:00", usual).before(60)

    assert (one.cord_ng_per_ml[:, 5:] == other.cord_ng_per_ml).all()
    assert stronger.cord_ng_per_ml == pytest.approx(one.cord_ng_per_ml, rel=1e-9)


def test_no_two_visits_see_the_same_days_where_doses_are_missed(people):
    given = taken_levels(people, TABLETS, Adherence(missed_share=0.3))

    assert (given.before(28).cord_ng_per_ml != given.before(60).cord_ng_per_ml).any()


def test_a_trial_can_take_tablets_as_people_usually_do(evidence):
    spec = shipped_trial("hedley-1975", evidence)
    people = dataclasses.replace(spec.people, adherence=usual_adherence(evidence))
    real, planned = (
        finding(run_trial(one, evidence=evidence, people=400, replicates=20), "spasticity")
        for one in (dataclasses.replace(spec, people=people), spec)
    )

    assert real.simulated != planned.simulated


# The days between visits against the whole model.


@pytest.mark.parametrize(
    ("pattern", "unit", "days", "within"),
    [(TABLETS, 30.0, 28, 0.01), ("pump 200 micrograms/day", 200.0, 120, 0.02)],
)
def test_days_between_visits_agree_with_the_whole_model(people, pattern, unit, days, within):
    whole = simulate_people(
        people.bodies, parse(pattern), days=days, step_min=60, from_day=days,
        channels=("spasms_per_h", "spasms_per_h_untreated", "drowsiness", "weakness"),
    )  # fmt: skip
    left = whole["spasms_per_h"][1:].mean(axis=0) / whole["spasms_per_h_untreated"][1:].mean(axis=0)
    dose = np.full(people.people, unit)
    day, _ = live(people, levels(people, pattern), dose, Slow.fresh(people.people), days=days)

    assert day.spasms == pytest.approx(left, abs=0.03)
    assert day.spasms.mean() == pytest.approx(left.mean(), abs=within)
    assert day.drowsy == pytest.approx(whole["drowsiness"].max(axis=0), abs=within)
    assert day.weak == pytest.approx(whole["weakness"].max(axis=0), abs=2 * within)


def test_levels_follow_the_dose_in_proportion(people, tablets):
    again = levels(people, "20 mg at 08:00, 14:00, 20:00")

    assert again.cord_ng_per_ml == pytest.approx(tablets.cord_ng_per_ml, rel=1e-9)


def test_two_stretches_are_as_one(people, tablets):
    dose = np.full(people.people, 60.0)
    once, _ = live(people, tablets, dose, Slow.fresh(people.people), days=20)
    _, half = live(people, tablets, dose, Slow.fresh(people.people), days=10)
    twice, _ = live(people, tablets, dose, half, days=10)

    assert twice.drowsy == pytest.approx(once.drowsy, abs=1e-12)
    assert twice.spasms == pytest.approx(once.spasms, abs=1e-12)


# What a policy may see, and what it does.


def seen(relief=0.0, ashworth=3.0, drowsy=False, weak=False):
    return Seen(np.array([relief]), np.array([ashworth]), np.array([drowsy]), np.array([weak]))


def test_a_policy_is_given_what_is_visible_and_nothing_else():
    visible = {field.name for field in dataclasses.fields(Seen)}

    assert visible == {"relief", "ashworth", "drowsy", "weak"}


@pytest.mark.parametrize(
    ("policy", "sight", "dose", "after"),
    [
        (Policy(start=15, most=60, rise=15), {}, 15, 30),
        (Policy(start=15, most=60, rise=15), {}, 60, 60),
        (Policy(start=15, most=60, rise=15), {"drowsy": True}, 30, 45),
        (Policy(start=15, most=60, rise=15, lowers=True), {"drowsy": True}, 30, 15),
        (Policy(start=15, most=60, rise=15, lowers=True), {"weak": True}, 15, 15),
        (Policy(start=15, most=60, rise=15, **RELIEF), {"relief": 0.4}, 30, 30),
        (Policy(start=15, most=60, rise=15, **RELIEF), {"relief": 0.2}, 30, 45),
        (Policy(start=100, most=900, rise_share=0.2, **SLIGHT), {}, 100, 120),
        (
            Policy(start=100, most=900, rise_share=0.2, **SLIGHT),
            {"ashworth": 1.5}, 100, 100,
        ),
        (Policy(start=15, most=60, rise=15, last_rise_day=5), {}, 15, 15),
    ],
)  # fmt: skip
def test_a_dose_goes_up_until_the_goal_and_down_at_a_complaint(policy, sight, dose, after):
    next_dose = policy.decide(seen(**sight), np.array([float(dose)]), np.array([False]), day=7)

    assert next_dose == [after]


def test_a_dose_that_was_lowered_is_not_raised_again():
    policy = Policy(start=15, most=60, rise=15)

    assert policy.decide(seen(), np.array([30.0]), np.array([True]), day=7) == [30.0]


def test_placebo_changes_what_people_say_and_never_what_the_drug_does(people, tablets):
    policy = Policy(start=60, most=60)
    with_it, without = (
        attend(people, tablets, policy, [7, 28], placebo=placebo) for placebo in (True, False)
    )

    assert (with_it.spasms == without.spasms).all()
    assert (with_it.ashworth == without.ashworth).all()
    assert with_it.relief.mean() > without.relief.mean()


def test_nobody_on_placebo_has_any_effect_of_the_drug(people, tablets):
    made = attend(people, tablets, Policy(start=0, most=0), [7, 28], placebo=True)

    assert made.spasms == pytest.approx(1.0, abs=1e-12)
    assert made.drowsiest == pytest.approx(0.0, abs=1e-12)
    assert np.isinf(made.stopped_day).all()


def test_people_who_stop_take_nothing_any_more_and_have_one_reason(people, tablets):
    policy = Policy(start=80, most=80, stops_after=1)
    made = attend(people, tablets, policy, [3, 7, 14], placebo=True)
    stopped = made.stopped_day <= 7

    assert stopped.any()
    assert (made.dose[2, stopped] == 0).all()
    assert not (made.for_weakness & made.for_drowsiness).any()
    assert ((made.for_weakness | made.for_drowsiness) == np.isfinite(made.stopped_day)).all()


def leaving(policy, *, relief, complaints, complains):
    return policy.leaves(
        seen(relief=relief),
        np.array([complaints]),
        complains=np.array([complains]),
        borne=np.array([complaints - complains == 0]),
    ).tolist()


def test_who_has_complained_and_has_no_relief_at_a_later_visit_stops():
    policy = Policy(start=15, most=60, stops_after=2, stops_unless_goal=True, **RELIEF)

    assert leaving(policy, relief=0.1, complaints=1, complains=True) == [False]
    assert leaving(policy, relief=0.1, complaints=1, complains=False) == [True]
    assert leaving(policy, relief=0.4, complaints=1, complains=False) == [False]
    assert leaving(policy, relief=0.1, complaints=0, complains=False) == [False]
    assert leaving(policy, relief=0.4, complaints=2, complains=True) == [True]


# What comes out.


def test_every_trial_that_was_asked_for_is_there():
    assert set(shipped_names()) >= WANTED


def test_every_published_number_of_our_trials_comes_from_the_evidence(evidence):
    for name in shipped_names():
        for endpoint in shipped_trial(name, evidence).endpoints:
            assert endpoint.published is None or endpoint.published.key in evidence


def test_the_same_question_has_the_same_answer(evidence, results):
    spec = shipped_trial("penn-1989", evidence)
    again = run_trial(spec, evidence=evidence, people=300, replicates=20)

    assert as_dict(again) == as_dict(results["penn-1989"])


def test_the_interval_is_that_of_a_trial_of_the_published_size(evidence):
    spec = shipped_trial("penn-1989", evidence)
    small, large = (
        dataclasses.replace(spec, arms=tuple(dataclasses.replace(arm, n=n) for arm in spec.arms))
        for n in (10, 250)
    )
    widths = []
    for one in (small, large):
        low, high = finding(
            run_trial(one, evidence=evidence, people=2000, replicates=100), "penn"
        ).interval
        widths.append(high - low)

    assert widths[0] / widths[1] == pytest.approx(5.0, rel=0.35)


def test_tablets_and_pump_stand_in_the_order_that_was_seen(results):
    survey = results["mccormick-2016"]

    assert finding(survey, "pump").simulated < finding(survey, "tablets").simulated


def test_more_drug_confuses_more_people(results):
    assert finding(results["muanda-2019"], "difference").simulated > 0


def test_confirmed_benefit_is_part_of_open_benefit(results):
    open_, blind = (
        finding(results["hedley-1975"], name).simulated
        for name in ("spasticity", "spasticity-confirmed")
    )

    assert 0 < blind < open_


def test_the_dose_of_a_pump_grows_over_the_year(results):
    year = results["stampacchia-2016"]

    assert finding(year, "dose-year").simulated > finding(year, "dose-start").simulated


def test_a_miss_is_called_a_miss(results):
    said = {row[0]: row[-1] for row in rows(results["hedley-1975"])}

    assert said["Stopped for other unwanted effects (here drowsiness), percent"].startswith(
        "MISSED"
    )


def test_what_was_put_in_is_not_counted_as_met(results):
    said = {row[0]: row[-1] for row in rows(results["us-label-drowsiness"])}

    assert said["Drowsy at some time on placebo, percent"] == "put in"
    assert tally([results["us-label-drowsiness"]])[1] == 2


def test_the_page_holds_every_trial_and_what_stands_below(results):
    page = markdown(list(results.values()), staying="how long people stay")

    assert all(result.spec.title in page for result in results.values())
    assert page.endswith("how long people stay")


@pytest.mark.parametrize(("people", "replicates"), [(5, 20), (300, 5), (10**7, 20)])
def test_a_number_of_people_or_trials_that_does_not_fit_is_refused(evidence, people, replicates):
    spec = shipped_trial("penn-1989", evidence)

    with pytest.raises(InputError, match="fit"):
        run_trial(spec, evidence=evidence, people=people, replicates=replicates)
