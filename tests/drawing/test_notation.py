"""How numbers, names and expressions are written."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.reference import balanced

from backprop_nb.core.primitives import mul
from backprop_nb.drawing import notation
from backprop_nb.drawing.notation import ATOM, NEGATIVE, POWER, PRODUCT, SUM, function, infix, number


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (2, "2"),
        (2.0, "2"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (11.652071455223084, "11.6521"),
        (-0.28366218546322625, "-0.283662"),
        (1e300, "1e+300"),
        (-1.5e-7, "-1.5e-07"),
        (123456789.0, "1.23457e+08"),
        (math.inf, "inf"),
        (math.nan, "nan"),
        (True, "1"),
        (np.float32(0.1), "0.1"),
        (np.int64(3), "3"),
        (1 + 2j, "(1+2j)"),
        (-0.5j, "(0-0.5j)"),
        (None, "–"),
    ],
)
def test_a_number_is_written_in_six_digits(x, text):
    assert number(x) == text


@given(st.floats(allow_nan=False))
def test_six_digits_are_right_to_half_a_unit_and_there_are_more_on_request(x):
    assert float(number(x)) == pytest.approx(x, rel=5e-6, abs=1e-320)
    assert "−" not in number(x)  # ASCII minus, so that it can be copied into Python
    assert float(number(x, 17)) == x


@pytest.mark.parametrize(
    ("x", "latex"),
    [
        (2.5, "2.5"),
        (-0.5, "-0.5"),
        (1.5e-7, r"1.5 \cdot 10^{-7}"),
        (-1e300, r"-1 \cdot 10^{300}"),
        (math.inf, r"\infty"),
        (-math.inf, r"-\infty"),
        (math.nan, r"\text{nan}"),
        (1 + 2j, r"\left(1 + 2 i\right)"),
    ],
)
def test_a_number_in_latex_spells_powers_of_ten_out(x, latex):
    assert notation.number_latex(x) == latex


@given(st.complex_numbers(allow_nan=False, allow_infinity=False))
def test_any_complex_number_can_be_written(z):
    assert complex(number(z, 17)) == z
    assert balanced(notation.number_latex(z))
    assert not re.search(r"\de[-+]?\d", notation.number_latex(z))


@given(st.integers(-999, 999))
def test_variables_and_their_adjoints_carry_their_number(index):
    digits = str(index).translate(str.maketrans("-0123456789", "₋₀₁₂₃₄₅₆₇₈₉"))
    assert notation.variable(index) == f"v{digits}"
    assert notation.bar(index) == f"v\u0304{digits}"
    assert notation.LATEX.variable(index) == f"v_{{{index}}}"
    assert notation.LATEX.bar(index) == rf"\bar{{v}}_{{{index}}}"


@pytest.mark.parametrize(
    ("label", "latex"),
    [("x1", "x_{1}"), ("x", "x"), ("x12", "x_{12}"), ("w1", "w_{1}"), ("total", r"\text{total}"),
     ("a_b", r"\text{a\_b}"), ("50%", r"\text{50\%}"), ("a\\b", r"\text{a\textbackslash b}")],
)  # fmt: skip
def test_a_learners_name_in_latex(label, latex):
    assert notation.label_latex(label) == latex


def test_levels_rise_with_tightness_and_a_negative_constant_binds_more_loosely_than_a_name():
    assert 0 < SUM < NEGATIVE < PRODUCT < POWER < ATOM
    assert notation.number_part(3) == ("3", ATOM)
    assert notation.number_part(-3) == ("-3", NEGATIVE)
    assert notation.number_part(1e-7, notation.number_latex)[1] == PRODUCT
    assert notation.number_part(-1e-7, notation.number_latex)[1] == NEGATIVE


def test_an_operand_that_binds_too_loosely_gets_parentheses():
    minus = infix("-", "-", SUM, (SUM, PRODUCT))
    assert minus.write_text([("a - b", SUM), ("c", ATOM)]) == ("a - b - c", SUM)
    assert minus.write_text([("a", ATOM), ("b - c", SUM)]) == ("a - (b - c)", SUM)
    assert minus.write_latex([("a", ATOM), ("b - c", SUM)]) == (r"a - \left(b - c\right)", SUM)


@pytest.mark.parametrize("latex", [r"\log", r"\log_{10}", r"\operatorname{relu}", r"\mathrm{f}_{a}"])
def test_braces_in_the_name_of_a_function_survive(latex):
    assert function("f", latex).write_latex([("x + 1", SUM)]) == (rf"{latex}\left(x + 1\right)", ATOM)
    assert function("f", latex, 2).write_text([("a", ATOM), ("b - c", SUM)]) == ("f(a, b - c)", ATOM)


def test_factors_that_begin_with_a_digit_are_set_apart():
    """x 2 would read as one name, and 2 3 as twenty-three."""
    assert mul.notation.write_latex([("2", ATOM), ("x", ATOM)])[0] == "2 x"
    assert mul.notation.write_latex([("x", ATOM), ("2", ATOM)])[0] == r"x \cdot 2"
    assert re.fullmatch(r"2 \\cdot 3.*", mul.notation.write_latex([("2", ATOM), ("3^{2}", POWER)])[0])
