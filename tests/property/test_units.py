"""What holds for every mass and every conversion."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.property.strategies import masses
from unclench.errors import InputError
from unclench.units import ZERO, Unit, convert, mcg, mg

WHOLE = st.integers(0, 10**9)
UNITS = st.sampled_from(Unit)


def exact(mass) -> Fraction:
    return Fraction(mass.in_mcg)


@given(WHOLE, WHOLE)
def test_written_masses_add_and_subtract_without_loss(one, other):
    small, large = sorted((mcg(one), mg(other) / 1000))

    assert exact(small + large) == exact(small) + exact(large)
    assert exact(large - small) == exact(large) - exact(small)
    assert (large - small) + small == large


@given(masses(), masses())
def test_the_order_of_a_sum_does_not_matter(one, other):
    assert one + other == other + one
    assert one + ZERO == one


@given(masses(), st.integers(1, 1000))
def test_equal_parts_make_the_whole_again(mass, parts):
    again = mass / parts * parts

    assert abs(exact(again) - exact(mass)) <= exact(mass) * Fraction(1, 10**26)


@given(masses(), masses())
def test_masses_are_ordered_as_their_micrograms_are(one, other):
    assert (one < other) == (one.in_mcg < other.in_mcg)
    assert (one == other) == (one.in_mcg == other.in_mcg)
    assert one != other or hash(one) == hash(other)


@given(masses())
def test_a_mass_reads_the_same_in_both_units(mass):
    assert mg(mass.in_mg) == mcg(mass.in_mcg) == mass


@given(masses())
def test_a_mass_is_written_without_ornament(mass):
    for unit in ("mg", "micrograms"):
        number, word = mass.text(unit).split(" ")

        assert word == unit
        assert number[0].isdigit()
        assert set(number) <= set("0123456789.")
        assert "." not in number or number[-1] not in "0."
        assert {"mg": mg, "micrograms": mcg}[unit](number) == mass


@given(st.one_of(st.floats(), st.booleans(), st.none(), st.binary(), st.complex_numbers()))
def test_nothing_but_exact_numbers_makes_a_mass(value):
    for make in (mg, mcg):
        with pytest.raises(InputError, match="Expected: "):
            make(value)


@given(st.text(max_size=50))
def test_any_text_is_a_mass_or_is_refused(text):
    try:
        mass = mg(text)
    except InputError as error:
        refusal = str(error)
    else:
        assert mass.in_mg == Decimal(text)
        return
    assert "Expected: " in refusal


@given(UNITS, UNITS, st.floats(-1e12, 1e12))
def test_there_and_back_is_the_same_value(one, other, value):
    if one.dimension is other.dimension:
        there = convert(value, one, other)

        assert math.isclose(convert(there, other, one), value, rel_tol=1e-15, abs_tol=1e-300)


@given(UNITS, st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
def test_a_conversion_is_a_factor_and_keeps_the_order(unit, one, other):
    for to in (to for to in Unit if to.dimension is unit.dimension):
        small, large = sorted((one, other))

        assert convert(small, unit, to) <= convert(large, unit, to)
        assert convert(0.0, unit, to) == 0.0
        assert convert(one, unit, unit) == one
