"""Masses cannot be mixed up, and every unit has the factor that its definition says."""

from __future__ import annotations

import copy
import math
import pickle
from decimal import Decimal

import pytest

from unclench.errors import InputError
from unclench.units import ZERO, Dimension, Mass, Unit, convert, mcg, mg

INFINITY = Decimal("Infinity")


def test_a_milligram_is_a_thousand_micrograms():
    assert mg(1) == mcg(1000)
    assert mg("0.05") == mcg("50")
    assert hash(mg("1.0")) == hash(mcg("1000"))


def test_a_mass_is_exact_where_a_float_is_not():
    assert mg("0.1") + mg("0.2") == mg("0.3")
    assert sum([mg("2.3")] * 3, ZERO).in_mg == Decimal("6.9")


@pytest.mark.parametrize("make", [mg, mcg])
@pytest.mark.parametrize(
    ("amount", "fragment"),
    [
        (2.5, "float"),
        (True, "bool"),
        (None, "NoneType"),
        (1 + 0j, "complex"),
        ("", "is not a number"),
        ("ten", "is not a number"),
        ("5 mg", "is not a number"),
        ("1,000", "is not a number"),
        ("NaN", "is not a number"),
        (Decimal("sNaN"), "is not a number"),
        ("Infinity", "is not a number"),
        (-INFINITY, "is not a number"),
        (-1, "less than nothing"),
        ("-0.001", "less than nothing"),
        ("1e16", "longer than a mass can hold"),
        ("1e999999", "longer than a mass can hold"),
        ("1." + "1" * 40, "longer than a mass can hold"),
    ],
)
def test_what_is_no_amount_is_refused(make, amount, fragment):
    with pytest.raises(InputError, match=fragment):
        make(amount)


def test_more_than_a_tonne_is_refused():
    assert mg(10**12).in_mcg == 10**15

    with pytest.raises(InputError, match="not an amount of baclofen"):
        mg(10**12) * 2
    with pytest.raises(InputError, match="not an amount of baclofen"):
        mg(10**13)


@pytest.mark.parametrize("amount", [50, 50.0, "50"])
def test_a_mass_is_made_by_mg_and_mcg_only(amount):
    with pytest.raises(InputError, match="cannot be made from"):
        Mass(amount)


def test_masses_add_subtract_and_compare():
    assert mg(5) + mcg(500) == mg("5.5")
    assert mg(5) - mg(5) == ZERO
    assert mg(5) < mg(10) <= mg(10) < mg(11)
    assert max(mcg(999), mg(1)) == mg(1)
    assert mg(1)
    assert not ZERO


def test_nothing_is_left_of_less():
    with pytest.raises(InputError, match="less than nothing would be left"):
        mg(5) - mg(6)


def test_masses_multiply_and_divide():
    assert mg(5) * 3 == 3 * mg(5) == mg(15)
    assert mg(5) * Decimal("0.5") == mg("2.5")
    assert mg(15) / 3 == mg(5)
    assert mg(15) / mg(5) == Decimal(3)
    assert (mg(10) / 3).in_mcg == Decimal("3333.333333333333333333333333")


@pytest.mark.parametrize("factor", [-1, Decimal(-1), Decimal("NaN"), INFINITY])
def test_a_mass_is_not_multiplied_by_what_is_no_factor(factor):
    with pytest.raises(InputError, match="cannot be multiplied or divided"):
        mg(5) * factor


def test_a_mass_is_not_divided_by_nothing_or_less():
    for nothing in (0, ZERO):
        with pytest.raises(InputError, match="divided by nothing"):
            mg(5) / nothing
    with pytest.raises(InputError, match="cannot be multiplied or divided"):
        mg(5) / -1


@pytest.mark.parametrize(
    "mixed",
    [
        lambda: mg(5) + 50,
        lambda: mg(5) - 50,
        lambda: 50 + mg(5),
        lambda: mg(5) < 5,
        lambda: mg(5) * 0.5,
        lambda: mg(5) * True,
        lambda: mg(5) * mg(5),
        lambda: mg(5) / 0.5,
        lambda: mg(5) / True,
        lambda: sum([mg(5), mg(5)]),
        lambda: float(mg(5)),
    ],
)
def test_a_mass_never_mixes_with_a_bare_number(mixed):
    with pytest.raises(TypeError):
        mixed()


def test_a_mass_equals_no_bare_number():
    assert mcg(50) != 50
    assert mcg(50) != Decimal(50)


@pytest.mark.parametrize(
    ("mass", "in_mg", "in_micrograms"),
    [
        (mg("10"), "10 mg", "10000 micrograms"),
        (mg("10.0"), "10 mg", "10000 micrograms"),
        (mg("2.50"), "2.5 mg", "2500 micrograms"),
        (mcg("50"), "0.05 mg", "50 micrograms"),
        (mcg("0.5"), "0.0005 mg", "0.5 micrograms"),
        (mg("1e3"), "1000 mg", "1000000 micrograms"),
        (ZERO, "0 mg", "0 micrograms"),
    ],
)
def test_words_have_a_leading_zero_and_no_trailing_one(mass, in_mg, in_micrograms):
    assert mass.text("mg") == in_mg
    assert mass.text("micrograms") == in_micrograms


def test_a_mass_is_written_in_two_units_only():
    with pytest.raises(InputError, match="not written in 'mcg'"):
        mg(5).text("mcg")


def test_the_name_of_a_mass_makes_it_again():
    assert repr(mg("2.5")) == "mcg('2500')"
    assert eval(repr(mg("2.5"))) == mg("2.5")


def test_a_mass_stays_itself_when_copied():
    assert pickle.loads(pickle.dumps(mg("2.5"))) == mg("2.5")
    assert copy.deepcopy(mg("2.5")) == mg("2.5")


S, H, DAY, YEAR = 1 / 3600, 1.0, 24.0, 365.25 * 24
EXPECTED = {
    # symbol: (dimension, kernel units in one), each from its definition: mcg, h, L, cm
    "ng": ("mass", 1e-3),
    "mcg": ("mass", 1),
    "mg": ("mass", 1e3),
    "g": ("mass", 1e6),
    "s": ("time", S),
    "min": ("time", 60 * S),
    "h": ("time", H),
    "day": ("time", DAY),
    "week": ("time", 7 * DAY),
    "month": ("time", YEAR / 12),
    "year": ("time", YEAR),
    "mL": ("volume", 1e-3),
    "L": ("volume", 1),
    "mm": ("length", 0.1),
    "cm": ("length", 1),
    "Fr": ("length", 0.1 / 3),  # a French gauge is a third of a millimetre
    "mm2": ("area", 0.1**2),
    "cm2": ("area", 1),
    "ng/mL": ("mass per volume", 1e-3 / 1e-3),
    "mcg/L": ("mass per volume", 1),
    "mg/L": ("mass per volume", 1e3),
    "mcg/mL": ("mass per volume", 1 / 1e-3),
    "mg/mL": ("mass per volume", 1e3 / 1e-3),
    "umol/L": ("molecules per volume", 1),
    "g/mol": ("molar mass", 1),
    "ng*h/mL": ("concentration times time", 1e-3 * H / 1e-3),
    "mcg*h/L": ("concentration times time", 1),
    "mg*h/L": ("concentration times time", 1e3),
    "L/h": ("volume per time", 1),
    "L/day": ("volume per time", 1 / DAY),
    "mL/min": ("volume per time", 1e-3 / (60 * S)),
    "mL/h": ("volume per time", 1e-3),
    "mL/day": ("volume per time", 1e-3 / DAY),
    "L/h/kg": ("volume per time and body weight", 1),
    "mL/min/kg": ("volume per time and body weight", 1e-3 / (60 * S)),
    "L/kg": ("volume per body weight", 1),
    "mcg/kg": ("mass per body weight", 1),
    "mg/kg": ("mass per body weight", 1e3),
    "1/min": ("per time", 1 / (60 * S)),
    "1/h": ("per time", 1),
    "1/day": ("per time", 1 / DAY),
    "1/week": ("per time", 1 / (7 * DAY)),
    "1/month": ("per time", 12 / YEAR),
    "1/year": ("per time", 1 / YEAR),
    "fraction/year": ("per time", 1 / YEAR),
    "events/pump-year": ("per time", 1 / YEAR),
    "per 1000 person-years": ("per time", 1 / (1000 * YEAR)),
    "cm2/h": ("area per time", 1),
    "cm2/s": ("area per time", 1 / S),
    "mcg/h": ("mass per time", 1),
    "mcg/day": ("mass per time", 1 / DAY),
    "mg/h": ("mass per time", 1e3),
    "mg/day": ("mass per time", 1e3 / DAY),
    "fraction": ("fraction", 1),
    "percent": ("fraction", 0.01),
    "ratio": ("fraction", 1),
    "count": ("count", 1),
    "count/h": ("count per time", 1),
    "count/day": ("count per time", 1 / DAY),
    "count/week": ("count per time", 1 / (7 * DAY)),
    "points": ("score", 1),
    "score": ("score", 1),
    "kg": ("body weight", 1),
    "years": ("age", 1),
}


def test_every_unit_has_the_factor_of_its_definition():
    assert set(EXPECTED) == {unit.symbol for unit in Unit}
    for symbol, (dimension, factor) in EXPECTED.items():
        unit = Unit.parse(symbol)
        assert unit.dimension.value == dimension, symbol
        assert math.isclose(unit.factor, factor, rel_tol=1e-14), symbol


def test_every_dimension_has_a_unit_of_the_kernel():
    for dimension in Dimension:
        assert any(unit.dimension is dimension and unit.factor == 1 for unit in Unit) or (
            dimension is Dimension.RATE
        )
    assert Unit.PER_H.factor == 1


def test_every_path_through_the_table_ends_at_the_same_number():
    """The test that would find one wrong pair, if there were a table of pairs."""
    for one in Unit:
        for two in (unit for unit in Unit if unit.dimension is one.dimension):
            for three in (unit for unit in Unit if unit.dimension is one.dimension):
                direct = convert(1.7, one, three)
                around = convert(convert(1.7, one, two), two, three)
                assert math.isclose(direct, around, rel_tol=1e-15), (one, two, three)


def test_units_of_different_dimensions_never_convert():
    for one in Unit:
        for other in Unit:
            if one.dimension is not other.dimension:
                with pytest.raises(InputError, match="cannot become"):
                    convert(1.0, one, other)


@pytest.mark.parametrize(
    ("value", "from_", "to", "expected"),
    [
        (1.0, "cm2/s", "cm2/h", 3600.0),
        (175.0, "mL/min", "L/h", 10.5),
        (30.0, "mL/h", "L/h", 0.03),
        (200.0, "mcg/day", "mcg/h", 200 / 24),
        (2.0, "mg/mL", "mcg/mL", 2000.0),
        (27.0, "percent", "fraction", 0.27),
        (0.0, "month", "h", 0.0),
    ],
)
def test_everyday_conversions(value, from_, to, expected):
    assert convert(value, Unit.parse(from_), Unit.parse(to)) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("symbol", "nearest"),
    [("ml/min", "mL/min"), ("µg", "mcg"), ("mcg/ml", "mcg/mL"), ("hours", ""), ("", ""), (5, "")],
)
def test_an_unknown_unit_names_the_nearest(symbol, nearest):
    with pytest.raises(InputError) as caught:
        Unit.parse(symbol)

    assert "There is no unit" in caught.value.what
    assert "mcg/day" in caught.value.expected
    assert nearest in caught.value.hint
