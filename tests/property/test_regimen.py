"""What holds for every regimen, and for every text."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.property.strategies import oral_regimens, plans, pump_programs, regimens
from tests.property.strategies import swallowed_minutes as swallowed
from unclench.errors import InputError
from unclench.regimen import (
    MINUTES_PER_DAY,
    Administration,
    Formulation,
    Regimen,
    Route,
    format,
    parse,
)
from unclench.units import ZERO, Mass, mcg

ROUNDING = mcg(Decimal("1e-15"))

SEEDS = [
    "10 mg at 08:00, 14:00, 20:00 for 7 days",
    "5 mg at 08:00, 14:00 and 10 mg at 22:00",
    "5 mg x3 for 3 days then 10 mg x3 for 3 days then 15 mg three times a day for 2 weeks",
    "liquid 5 mg/mL: 2 mL at 8 am, 8:30 pm with food",
    "granules: 10 mg every 8 hours, missed day 3 16:00, doubled day 4 08:00",
    "every 2 days: 5 mg at 8 am and 10 mg at 8 pm",
    "10 mg every other day at noon and midnight for 3 weeks then nothing",
    "pump 150 micrograms/day, bolus 20 micrograms at 22:00, 06:00",
    "pump 100 mcg/day 06:00-22:00, 8 mcg/hour from 22:00 to 06:00 for 2 weeks then off",
    "test dose 50 micrograms at 09:00, then test dose 75 micrograms on day 2 at 09:30",
    "10 mg at 08:00, 20:00 + pump 100 micrograms/day, stopped pump day 8 08:00",
]


def total(given: tuple[Administration, ...]) -> Mass:
    return sum((one.dose.amount for one in given), ZERO)


def close(one: Mass, other: Mass) -> bool:
    return max(one, other) - min(one, other) <= ROUNDING


def written(regimen: Regimen) -> str:
    """The text of a regimen, if there is one short enough."""
    try:
        return format(regimen)
    except InputError:
        assume(False)
        raise


@given(regimens())
def test_what_is_written_is_read_back_unchanged(regimen):
    text = written(regimen)

    assert parse(text) == regimen
    assert format(parse(text)) == text


def test_a_text_settles_in_its_one_form_at_once():
    for seed in SEEDS:
        once = format(parse(seed))

        assert format(parse(once)) == once
        assert parse(once) == parse(seed)


@given(oral_regimens(), st.integers(1, 40))
def test_the_doses_of_a_day_are_what_the_plan_says(oral, day):
    regimen = Regimen(oral=oral)
    first = 0
    for step in oral.steps:
        if step.days is None or day <= first + step.days:
            assert regimen.daily_mass(day)[0] == step.mass_on(day - first)
            return
        first += step.days
    assert regimen.daily_mass(day) == (ZERO, ZERO)


@given(pump_programs())
def test_a_pump_gives_its_daily_mass_every_day(pump):
    regimen = Regimen(pump=pump)
    expected, days = ZERO, 0
    for step in pump.steps:
        lasts = 50 if step.days is None else step.days
        expected, days = expected + step.mass_a_day * lasts, days + lasts

    assert close(total(regimen.administrations(days * MINUTES_PER_DAY)), expected)
    assert close(regimen.daily_mass(1)[1], pump.steps[0].mass_a_day)


@given(regimens(), st.integers(1, 30))
def test_the_days_add_up_to_the_whole(regimen, days):
    whole = total(regimen.administrations(days * MINUTES_PER_DAY))
    daily = sum((sum(regimen.daily_mass(day + 1), ZERO) for day in range(days)), ZERO)

    assert close(whole, daily)


@given(regimens(), st.integers(0, 10 * MINUTES_PER_DAY))
def test_administrations_come_in_order_and_end_in_time(regimen, until_min):
    given = regimen.administrations(until_min)

    assert all(one.start_min <= next_.start_min for one, next_ in pairwise(given))
    assert all(0 <= one.start_min < until_min and one.end_min <= until_min for one in given)


@given(regimens(), st.integers(0, 5000), st.integers(0, 5000))
def test_looking_further_ahead_changes_nothing_before(regimen, one, other):
    sooner, later = sorted((one, other))
    whole = [given for given in regimen.administrations(sooner) if not given.duration_min]
    further = [given for given in regimen.administrations(later) if not given.duration_min]

    assert whole == [given for given in further if given.start_min < sooner]


@given(pump_programs(), st.integers(1, 20 * MINUTES_PER_DAY))
def test_rates_of_a_pump_never_overlap(pump, until_min):
    rates = [one for one in pump.administrations(0, until_min) if one.duration_min]

    assert all(one.end_min <= following.start_min for one, following in pairwise(rates))


@given(plans(), st.data())
def test_missing_a_dose_removes_that_dose_and_no_other(plan, data):
    taken = swallowed(plan)
    assume(taken)
    at_min = data.draw(st.sampled_from(taken))

    before = plan.administrations(31 * MINUTES_PER_DAY)
    after = plan.missing(at_min).administrations(31 * MINUTES_PER_DAY)

    gone = [one for one in before if one.start_min == at_min and one.dose.route is Route.ORAL]
    assert len(gone) == 1
    assert list(after) == [one for one in before if one is not gone[0] and one != gone[0]]


@given(plans(), st.data())
def test_doubling_a_dose_adds_it_once_more(plan, data):
    taken = swallowed(plan)
    assume(taken)
    at_min = data.draw(st.sampled_from(taken))
    amount = plan.oral.amount_at(at_min)

    before = total(plan.administrations(31 * MINUTES_PER_DAY))
    after = total(plan.doubling(at_min).administrations(31 * MINUTES_PER_DAY))

    assert close(after, before + amount)


@given(plans(), st.integers(0, 10 * MINUTES_PER_DAY), st.sampled_from([None, *Route]))
def test_nothing_is_given_after_a_stop(plan, at_min, route):
    try:
        stopped = plan.stopping(at_min, route=route)
    except InputError:
        assume(False)

    before = plan.administrations(20 * MINUTES_PER_DAY)
    after = stopped.administrations(20 * MINUTES_PER_DAY)

    others = [one for one in before if route not in (None, one.dose.route)]
    assert [one for one in after if one.end_min > at_min or one.start_min == at_min] == [
        one for one in others if one.end_min > at_min or one.start_min == at_min
    ]
    assert total(stopped.administrations(at_min)) == total(plan.administrations(at_min))


@given(st.sampled_from(Formulation), st.integers(1, 10**7))
def test_a_liquid_is_written_in_millilitres_without_loss(formulation, amount_mcg):
    assume(formulation.mg_per_ml is not None)
    volume_ml = mcg(amount_mcg).in_mg / formulation.mg_per_ml

    regimen = parse(f"{formulation.value}: {volume_ml:f} mL at 08:00")

    assert regimen.daily_mass(1)[0] == mcg(amount_mcg)
    assert parse(format(regimen)) == regimen


def refuses_politely(text: str) -> None:
    try:
        regimen = parse(text)
    except InputError as error:
        refusal = error
    else:
        assert parse(format(regimen)) == regimen
        return
    assert refusal.what
    assert f"Expected: {refusal.expected}" in str(refusal)


@given(st.text(max_size=200))
@example("١٠ mg at 08:00")
@example("10\u00a0mg\tat\n08:00")
@example("½ mg x3")
@example("ǆ")
def test_any_text_is_read_or_refused_with_a_reason(text):
    refuses_politely(text)


WORDS = sorted({word for seed in SEEDS for word in seed.replace(",", " , ").split()})
ODD_WORDS = [
    *("mcg", "g", "mL", "00:00", "24:00", "25:61", "0", "-1", "1e9", "99999999999", ".5", "1,5"),
    *("+", ":", "/", "-", "x", "every", "on", "from", "no", "per", "other", "week", "hours", "½"),
]


@given(st.lists(st.sampled_from(WORDS + ODD_WORDS), max_size=25), st.sampled_from(["", " "]))
def test_known_words_in_any_order_are_read_or_refused(words, gap):
    refuses_politely(gap.join(words))


@given(st.sampled_from(SEEDS), st.data())
def test_a_slip_of_the_pen_is_read_or_refused(seed, data):
    text = list(seed)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text)))
        slip = data.draw(st.sampled_from(["drop", "add", "swap", "cut"]))
        if slip == "drop":
            del text[place : place + 1]
        elif slip == "add":
            text.insert(place, data.draw(st.sampled_from(" ,.:+-/0123456789mgxatµ½éЖ%")))
        elif slip == "swap":
            text[place : place + 2] = reversed(text[place : place + 2])
        else:
            del text[place:]

    refuses_politely("".join(text))


@given(st.text(alphabet="0123456789,.:-+/ mgx", max_size=60))
def test_numbers_and_signs_are_read_or_refused(text):
    refuses_politely(text)


@given(regimens())
def test_a_regimen_is_a_value(regimen):
    same = Regimen(regimen.oral, regimen.pump, regimen.tests, regimen.changes)

    assert same == regimen
    assert hash(same) == hash(regimen)


@given(st.integers(1, 10_000), st.integers(1, MINUTES_PER_DAY))
def test_a_steady_rate_is_one_administration_cut_where_it_is_asked(rate_mcg, until_min):
    (only,) = parse(f"pump {rate_mcg} micrograms/day").administrations(until_min)

    assert (only.start_min, only.end_min) == (0, until_min)
    assert close(only.dose.amount * MINUTES_PER_DAY, mcg(rate_mcg) * until_min)
