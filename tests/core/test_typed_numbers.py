"""Typed numbers: read as people write them, to the digits that they typed, and never evaluated."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop_nb as bp
from backprop_nb.core.primitives import Primitive
from backprop_nb.core.typed_numbers import ALLOWED_FUNCTIONS, fits, nearly_fits, read_number

WRITTEN = {
    "5.5": 5.5, "11/2": 5.5, "½": 0.5, "1,716": 1.716, "−3": -3, "1.716,5": 1716.5, "1,234,567": 1234567,
    "2 - cos(5)": 2 - math.cos(5), "0.5 + 5 = 5.5": 5.5, "x1 = 7": 7, "≈ 2.5": 2.5, "2^3": 8, "2**-1": 0.5,
    "(1 + 2) × 3 ÷ 4": 2.25, "ln(2)": math.log(2), "π": math.pi, "1.5e-7": 1.5e-7, ".5": 0.5, "5.": 5,
    "0e9999": 0, "5e-324": 5e-324,
}  # fmt: skip
GIVEN = [(5, 5), (5.5, 5.5), (np.float64(5.5), 5.5), (np.int64(3), 3), (bp.Scalar(2.5), 2.5)]


@pytest.mark.parametrize(("answer", "value"), [*WRITTEN.items(), *GIVEN])
def test_a_number_is_read_as_people_write_it(answer, value):
    read = read_number(answer)[0].value
    assert read == pytest.approx(value, rel=1e-15)
    assert type(read) is float  # also on the way: a power of whole numbers could take for ever


def test_a_comma_may_stand_for_a_point_or_part_thousands():
    assert [typed.value for typed in read_number("1,716")] == [1.716, 1716]


@pytest.mark.parametrize(
    "answer",
    [
        "__import__('os')", "().__class__.__mro__", "9**9**9", "9" * 150 + "**9", "lambda: 1", "[1]", "1j",
        "True", "nan", "inf", "1e999", "1/0", "log(-1)", "(-8)**(1/3)", "exec('1')", "open('x')", "x1", "5 5",
        "(" * 150, "-" * 199, "f'{1}'", "1 if 1 else 2", "5or 3", "2;3", "(y:=3)", "'5'", "five", "5,5,5",
        "sin", "sin(1, 2)", "cos(x=1)", "9" * 10**6, "1+" * 10**5 + "1", "\0", "\ud800", "💥", "5 % 2",
        "1 << 99", object(), [1, 2], True, 1j, np.array([1.0, 2.0]), {}, b"5", 10**5000,
    ],
    ids=lambda answer: ascii(answer)[:20] if not isinstance(answer, int) else "",
)  # fmt: skip
def test_what_is_no_number_is_refused_kindly_and_never_evaluated(answer):
    with pytest.raises(ValueError, match=r"number|value") as refusal:
        read_number(answer)
    assert 10 < len(str(refusal.value)) < 300


def test_two_hundred_characters_are_read_and_no_more():
    assert read_number("1" + "0" * 199)[0].value == 1e199
    for text in ("1" + "0" * 200, " " * 200 + "1"):
        with pytest.raises(ValueError, match="201 characters long, and at most 200 are read"):
            read_number(text)


@pytest.mark.parametrize("name", sorted(Primitive.table))
def test_of_the_table_only_a_few_functions_may_be_typed(name):
    if name in ALLOWED_FUNCTIONS:
        assert read_number(f"{name}(0.5)")[0].value == Primitive.table[name](0.5)
    else:
        for call in (f"{name}(1)", f"{name}(1, 1)"):
            with pytest.raises(ValueError, match="cannot read"):
                read_number(call)


@given(st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-3), st.integers(2, 15))
def test_a_rounded_number_fits_the_number_it_was_rounded_from(x, digits):
    assert fits(read_number(f"{x:.{digits - 1}e}")[0], x)


def test_one_digit_nearly_fits_and_must_be_the_number_itself_to_fit():
    typed = read_number("0.5")[0]
    assert nearly_fits(typed, 0.52)
    assert not nearly_fits(typed, 0.56)
    assert not fits(typed, 0.52)
    assert fits(typed, 0.5)
