"""What may be shown of counts, and that the people who are counted change in tens."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from unclench.experience import LEAST, ROUNDED_TO, Roll, guarded, guarded_share, moved, rounded

COUNTS = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 200), min_size=1)
WEEKS = st.lists(
    st.tuples(st.sets(st.integers(0, 59)), st.booleans(), st.integers(0, 3)), min_size=2, max_size=8
)


def lot(batch, person):
    return sha256(f"{batch}:{person}".encode()).hexdigest()


def shown(counted):
    """Whom a release tells of: of fewer than ten people it tells nothing."""
    return counted if len(counted) >= LEAST else {}


def test_nine_people_are_hidden_and_ten_are_shown():
    assert guarded_share(9, 40) is None
    assert guarded_share(10, 40) == (10, 40)
    assert guarded_share(31, 40) is None
    assert guarded_share(30, 40) == (30, 40)
    assert guarded({"a": 9, "b": 30, "c": 40}) == {"a": None, "b": None, "c": 40}
    assert guarded({"a": 10, "b": 30}) == {"a": 10, "b": 30}


@given(COUNTS)
def test_no_shown_cell_and_no_hidden_rest_is_under_ten(cells):
    shown = guarded(cells)
    hidden = [cells[name] for name, count in shown.items() if count is None]
    assert all(cells[name] >= LEAST for name, count in shown.items() if count is not None)
    assert all(abs(count - cells[name]) < ROUNDED_TO for name, count in shown.items() if count)
    if len(hidden) < len(cells):
        assert not hidden or (len(hidden) > 1 and sum(hidden) >= LEAST)


@given(st.integers(LEAST, 10_000))
def test_rounding_moves_a_count_by_two_at_most_and_never_below_ten(count):
    assert abs(rounded(count) - count) <= 2
    assert rounded(count) >= LEAST


@given(WEEKS)
def test_two_releases_differ_by_ten_people_or_not_at_all(weeks):
    """Whoever joins, leaves, changes or is erased: people come and go in any order."""
    roll = Roll()
    for number, (here, is_due, changed) in enumerate(weeks):
        erased = {p for p in here if p % 17 == number % 17}
        before = dict(roll.counted)
        kept = {p: v for p, v in roll.counted.items() if p not in erased}
        lost = len(roll.counted) - len(kept)
        roll = Roll(
            counted=kept,
            resting={p: v for p, v in roll.resting.items() if p not in erased},
            known=roll.known - erased,
            batch=roll.batch,
        )
        standing = {p: changed if p % 5 == 0 else 0 for p in here - erased}
        roll = moved(roll, standing, lost=lost, is_due=is_due, lot=lot)
        differ = {person for person, _ in shown(before).items() ^ shown(roll.counted).items()}
        left = set(before) - set(roll.counted)
        assert not differ or len(differ) >= LEAST
        assert roll.counted.keys() <= standing.keys()
        assert roll.resting.keys() <= standing.keys()
        assert not roll.counted.keys() & roll.resting.keys()
        assert left >= set(before) - set(standing)


def test_nine_newcomers_wait_and_ten_are_let_in():
    first = moved(Roll(), dict.fromkeys(range(50), 1), lost=0, is_due=False, lot=lot)
    nine = moved(first, dict.fromkeys(range(59), 1), lost=0, is_due=False, lot=lot)
    assert nine.counted == first.counted
    ten = moved(first, dict.fromkeys(range(60), 1), lost=0, is_due=False, lot=lot)
    assert ten.batch == first.batch + 1
    assert len(ten.counted) == 50
    assert set(ten.counted) | set(ten.resting) == set(range(60))


def test_changed_reports_wait_for_newcomers_or_for_a_quarter():
    first = moved(Roll(), dict.fromkeys(range(50), 1), lost=0, is_due=False, lot=lot)
    changed = dict.fromkeys(range(50), 1) | dict.fromkeys(range(12), 2)
    assert moved(first, changed, lost=0, is_due=False, lot=lot).counted == first.counted
    assert moved(first, changed, lost=0, is_due=True, lot=lot).batch == first.batch + 1
    few = dict.fromkeys(range(50), 1) | dict.fromkeys(range(9), 2)
    assert moved(first, few, lost=0, is_due=True, lot=lot).counted == first.counted


def test_who_leaves_is_out_and_others_sit_out_with_them():
    first = moved(Roll(), dict.fromkeys(range(100), 1), lost=0, is_due=False, lot=lot)
    leaver = next(iter(first.counted))
    without = {person: 1 for person in range(100) if person != leaver}
    after = moved(first, without, lost=0, is_due=False, lot=lot)
    assert leaver not in after.counted
    assert len(first.counted.keys() - after.counted.keys()) == LEAST
    assert after.batch == first.batch


def test_who_sat_out_leaves_without_a_trace():
    first = moved(Roll(), dict.fromkeys(range(100), 1), lost=0, is_due=False, lot=lot)
    leaver = next(iter(first.resting))
    without = {person: 1 for person in range(100) if person != leaver}
    after = moved(first, without, lost=0, is_due=False, lot=lot)
    assert after.counted == first.counted
    assert leaver not in after.resting


def test_a_tenth_sits_out_and_never_fewer_than_ten():
    for people in (40, 100, 101, 300):
        roll = moved(Roll(), dict.fromkeys(range(people), 1), lost=0, is_due=False, lot=lot)
        assert len(roll.resting) == max(10, -(-people // 10))
