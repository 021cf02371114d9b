"""What holds for every plan, every review and every pump, whatever is asked."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.property.strategies import patients, regimens
from unclench.errors import InputError
from unclench.evidence import load_evidence
from unclench.patient import Patient
from unclench.regimen import MINUTES_PER_DAY, Formulation, format, parse
from unclench.therapy import (
    PROTOCOLS,
    TAPERS,
    Day,
    Origin,
    Pace,
    Symptom,
    Verdict,
    bridge,
    device,
    exact,
    hold,
    missed,
    review,
    split_day,
    tablets,
    taper,
    titrate,
    titrate_pump,
    volume_ml,
    wean_oral,
)
from unclench.therapy.medicines import formulary
from unclench.units import ZERO, Unit, mcg, mg

EVIDENCE = load_evidence()
FIVES = st.integers(1, 30).map(lambda pieces: mg(5) * pieces)
HALVES = st.integers(1, 80).map(lambda pieces: mg("2.5") * pieces)
PROTOCOL = st.sampled_from(PROTOCOLS)
TAPER = st.sampled_from(TAPERS)
PACE = st.sampled_from(Pace)
WEEKS = st.floats(0, 2000, allow_nan=False)
MEDICINES = st.lists(
    st.one_of(
        st.sampled_from([name for name, _ in formulary().names.values()]),
        st.text("abcdefghijklmnopqrstuvwxyz ", min_size=3, max_size=20).filter(str.strip),
    ),
    max_size=6,
).map(tuple)
SYMPTOMS = st.frozensets(st.sampled_from(Symptom), max_size=4)
ML = st.integers(1, 500).map(lambda hundredths: Decimal(hundredths) / 100)
STRENGTHS = st.sampled_from([500, 1000, 2000, "750", "1500"])
DAILY = st.integers(1, 20_000).map(lambda tenths: mcg(tenths) / 10)


# Coming down.


@given(HALVES, WEEKS, TAPER, PACE)
def test_a_taper_never_raises_a_dose_and_ends_at_nothing(daily, weeks, rule, pace):
    plan = taper(
        daily, weeks_on=weeks, evidence=EVIDENCE, protocol=rule, pace=pace, piece=mg("2.5")
    )

    levels = [daily, *(step.daily for step in plan.steps)]
    assert all(later <= earlier for earlier, later in pairwise(levels))
    assert levels[-1] == ZERO
    assert all(levels[:-1])


@given(FIVES, WEEKS, TAPER, PACE)
def test_a_taper_never_drops_faster_than_its_protocol(daily, weeks, rule, pace):
    plan = taper(daily, weeks_on=weeks, evidence=EVIDENCE, protocol=rule, pace=pace)

    largest = exact.masses(EVIDENCE, *rule.step)[-1]
    shortest = exact.days(EVIDENCE, rule.interval)[0]
    levels = [daily, *(step.daily for step in plan.steps)]
    assert all(earlier - later <= largest for earlier, later in pairwise(levels))
    assert all(step.days >= shortest for step in plan.steps[:-1])


@given(FIVES, WEEKS, TAPER, PACE)
def test_a_taper_lasts_as_long_as_its_protocol_asks(daily, weeks, rule, pace):
    plan = taper(daily, weeks_on=weeks, evidence=EVIDENCE, protocol=rule, pace=pace)

    lasted = plan.steps[-1].first_day - 1
    short_use = exact.numbers(EVIDENCE, Unit.WEEK, rule.short_use)[0] if rule.short_use else 0
    if Decimal(str(weeks)) >= short_use:
        assert lasted >= exact.days(EVIDENCE, rule.least)[0]
    if rule.high_dose and daily > exact.mass(EVIDENCE, rule.high_dose):
        assert lasted >= exact.days(EVIDENCE, rule.least_high)[0]


@given(FIVES, st.integers(1, 3), st.integers(1, 60))
def test_a_hold_lengthens_a_taper_and_changes_no_dose(daily, step, days):
    plan = taper(daily, weeks_on=10, evidence=EVIDENCE)
    number = min(step, len(plan.steps) - 1)
    held = hold(plan, step=number, days=days)

    assert [one.daily for one in held.steps] == [one.daily for one in plan.steps]
    assert held.steps[-1].first_day == plan.steps[-1].first_day + days
    assert held.regimen.oral.steps[number - 1].days == plan.steps[number - 1].days + days


# Going up.


@given(PROTOCOL, st.integers(1, 16), st.integers(1, 3), st.integers(1, 28), st.integers(1, 6))
def test_a_titration_never_exceeds_its_maximum_or_its_step(rule, pieces, step, every, doses):
    asked = {
        "target": mg(5) * pieces,
        "step": mg(5) * step,
        "every_days": every,
        "doses": doses,
    }
    maximum = exact.mass(EVIDENCE, rule.maximum)
    try:
        plan = titrate(rule, evidence=EVIDENCE, **asked)
    except InputError:
        largest = exact.mass(EVIDENCE, rule.step) if rule.step else mg(15)
        shortest = exact.days(EVIDENCE, rule.interval)[0] if rule.interval else 1
        assert asked["target"] > maximum or asked["step"] > largest or every < shortest
        return

    levels = [one.daily for one in plan.steps]
    assert levels[-1] == asked["target"] <= maximum
    assert all(later > earlier for earlier, later in pairwise(levels))
    assert all(later - earlier <= asked["step"] for earlier, later in pairwise(levels))
    assert levels[0] <= exact.masses(EVIDENCE, rule.start)[-1]
    assert all(one.days == every for one in plan.steps[:-1])


# Splits and pieces.


@given(st.integers(1, 60), st.integers(1, 8), st.integers(0, 600), st.integers(60, 839))
def test_a_split_adds_up_to_the_day(pieces, doses, wakes, awake):
    day = Day(wakes_min=wakes, bed_min=wakes + awake)
    if pieces < doses:
        return
    split = split_day(mg(5) * pieces, doses=doses, day=day)

    assert sum((amount for _, amount in split), ZERO) == mg(5) * pieces
    amounts = [amount for _, amount in split]
    assert amounts == sorted(amounts)
    assert amounts[-1] - amounts[0] <= mg(5)
    minutes = [minute for minute, _ in split]
    assert minutes[0] == wakes
    assert minutes == sorted(minutes)


@given(st.integers(2, 60), st.integers(2, 8), st.decimals("0.05", "0.95", places=2))
def test_a_night_share_adds_up_too_and_is_within_half_a_piece(pieces, doses, share):
    try:
        split = split_day(mg(5) * pieces, doses=doses, night_share=share)
    except InputError:
        return

    assert sum((amount for _, amount in split), ZERO) == mg(5) * pieces
    night = Fraction(split[-1][1].in_mcg) / Fraction(mg(5).in_mcg)
    assert abs(night - Fraction(share) * pieces) <= Fraction(1, 2)


@given(HALVES)
def test_tablets_add_up_to_the_dose(dose):
    if dose > mg(100):
        return
    made = tablets(dose, of=(mg(5), mg(10), mg(15), mg(20)))

    assert sum((each * number for number, each in made), ZERO) == dose


@given(HALVES, st.sampled_from([Formulation.LIQUID_1, Formulation.LIQUID_2, Formulation.LIQUID_5]))
def test_a_volume_holds_the_dose(dose, liquid):
    if dose > mg(100):
        return

    assert mg(volume_ml(dose, liquid=liquid) * liquid.mg_per_ml) == dose


# The pump.


@given(ML, ML, STRENGTHS, STRENGTHS, DAILY, DAILY)
def test_a_bridge_conserves_drug(tubing, catheter, old, new, old_daily, new_daily):
    if Decimal(old) == Decimal(new):
        return
    pump = device(reservoir_ml=40, alarm_ml=2, tubing_ml=tubing, catheter_ml=catheter)
    over = bridge(
        pump, old_mcg_per_ml=old, new_mcg_per_ml=new, old_daily=old_daily, new_daily=new_daily
    )

    amount = Fraction(over.amount.in_mcg)
    assert amount == Fraction(over.volume_ml) * Fraction(old)
    assert over.duration_days * Fraction(old_daily.in_mcg) == amount
    assert over.flow * over.duration_days == Fraction(over.volume_ml)
    assert over.without_daily * over.without_days == amount
    assert over.then_flow * Fraction(new) == Fraction(new_daily.in_mcg)


@given(DAILY, st.integers(100, 400), st.integers(1, 30), st.sampled_from(Origin))
def test_a_pump_never_rises_by_more_than_its_share(start, percent, rise, origin):
    target = start * (Decimal(percent) / 100)
    share = min(Decimal(rise) / 100, Decimal("0.15"))
    plan = titrate_pump(start, target=target, origin=origin, rise=share, evidence=EVIDENCE)

    levels = [step.daily for step in plan.steps]
    assert levels[-1] == target
    for earlier, later in pairwise(levels):
        assert later > earlier
        assert later - earlier <= max(earlier * share, mcg("0.1"))


@given(FIVES, st.decimals("0.25", "0.5", places=2))
def test_weaning_cuts_no_more_than_its_share_or_one_piece(daily, cut):
    plan = wean_oral(daily, cut=cut, every_days=7, evidence=EVIDENCE)

    levels = [daily, *(step.daily for step in plan.steps)]
    assert levels[-1] == ZERO
    for earlier, later in pairwise(levels):
        assert later <= earlier
        assert earlier - later <= max(earlier * cut, mg(5))


# Missed doses.


@given(
    st.lists(st.integers(0, 287), min_size=1, max_size=6, unique=True), st.integers(1440, 20_000)
)
def test_a_missed_dose_is_taken_only_two_hours_before_the_next(fives, now):
    times = ", ".join(f"{at * 5 // 60:02d}:{at * 5 % 60:02d}" for at in sorted(fives))
    answer = missed(parse(f"10 mg at {times}"), now_min=now, evidence=EVIDENCE)

    assert answer.due[-1] <= now < answer.next_min <= answer.due[-1] + MINUTES_PER_DAY
    assert (answer.verdict is Verdict.TAKE) == (answer.next_min - now >= 120)


# Reviews.


@given(patients(), regimens(), SYMPTOMS)
def test_every_person_and_regimen_can_be_reviewed(patient, regimen, symptoms):
    findings = review(patient, regimen, evidence=EVIDENCE, symptoms=symptoms)

    ranks = [finding.severity.rank for finding in findings]
    assert ranks == sorted(ranks)
    assert all(finding.evidence for finding in findings)


@given(MEDICINES, MEDICINES, st.sampled_from(["10 mg x3", "pump 100 mcg/day"]))
def test_findings_grow_with_the_list_of_medicines(some, more, plan):
    regimen = parse(plan)
    few = review(Patient(medications=some), regimen, evidence=EVIDENCE)
    many = review(Patient(medications=some + more), regimen, evidence=EVIDENCE)

    assert {finding.code for finding in few} <= {finding.code for finding in many}


@given(MEDICINES, MEDICINES)
def test_a_list_in_two_parts_says_what_the_parts_say(some, more):
    regimen = parse("10 mg x3")
    whole = {
        one.code for one in review(Patient(medications=some + more), regimen, evidence=EVIDENCE)
    }
    parts = {
        one.code
        for part in (some, more)
        for one in review(Patient(medications=part), regimen, evidence=EVIDENCE)
    }

    assert whole - parts <= {"burden.sedatives"}
    assert parts <= whole


@given(MEDICINES)
def test_every_medicine_is_either_understood_or_said_to_be_unknown(names):
    findings = review(Patient(medications=names), parse("10 mg x3"), evidence=EVIDENCE)

    assert bool(names) <= bool(findings)


@given(PROTOCOL, FIVES)
def test_the_regimen_of_a_plan_can_be_written_and_read_back(rule, daily):
    plans = [taper(daily, weeks_on=10, evidence=EVIDENCE)]
    if daily <= exact.mass(EVIDENCE, rule.maximum):
        plans.append(titrate(rule, evidence=EVIDENCE, target=daily, step=mg(5), every_days=14))

    for plan in plans:
        assert parse(format(plan.regimen)) == plan.regimen
