"""Dual: a value with its tangent, forward mode."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import backprop_nb as bp
from backprop_nb import Dual

number = st.floats(-3.0, 3.0)


def smooth(x, y):
    return bp.tanh(x * y) + bp.exp(-x * x) * bp.cos(y) / (2 + bp.sin(x))


@given(x=number, y=number, dx=number, dy=number)
def test_the_tangent_is_the_derivative_along_a_direction(x, y, dx, dy):
    out = smooth(Dual(x, dx), Dual(y, dy))
    h = 1e-5
    difference = (smooth(x + h * dx, y + h * dy) - smooth(x - h * dx, y - h * dy)) / (2 * h)
    assert out.tangent == pytest.approx(difference, rel=1e-6, abs=1e-6)


@given(x=number, y=number, dx=number, dy=number)
def test_the_tangent_is_linear_in_the_direction(x, y, dx, dy):
    along = smooth(Dual(x, dx), Dual(y, dy)).tangent
    parts = dx * smooth(Dual(x, 1.0), y).tangent + dy * smooth(x, Dual(y, 1.0)).tangent
    assert along == pytest.approx(parts, rel=1e-12, abs=1e-12)


def test_without_a_direction_the_tangent_is_zero():
    assert (bp.sin(Dual(2.0)) * 3 + 1).tangent == 0.0


def test_duals_nest_for_second_derivatives():
    x = Dual(Dual(2.0, 1.0), Dual(1.0, 0.0))
    assert bp.sin(x).tangent.tangent == pytest.approx(-math.sin(2.0))
    assert (x**3).tangent.tangent == pytest.approx(12.0)


@given(x=number, y=number)
def test_control_flow_goes_by_values(x, y):
    def f(a, b):
        return max(a, b) * 2 if a > 0 and b != 0 else min(a, b)

    assume(x != y)
    assert f(Dual(x, 1.0), Dual(y, 1.0)).value == f(x, y)
    assert bool(Dual(x)) is bool(x)
    assert int(Dual(x)) == int(x)


def test_its_repr_and_slots():
    assert repr(Dual(2.0, 3.0)) == "Dual(2, tangent=3)"
    assert not hasattr(Dual(1.0), "__dict__")


def test_an_undefined_value_or_derivative_is_an_error_that_says_where():
    with pytest.raises(ValueError, match=r"^log\(-1\) is outside its domain"):
        bp.log(Dual(-1.0, 1.0))
    with pytest.raises(ZeroDivisionError, match=r"^div\(1, 0\) divides by zero"):
        1 / Dual(0.0, 1.0)
    with pytest.raises(ZeroDivisionError, match=r"^sqrt\(0\) has a value but no derivative there"):
        bp.sqrt(Dual(0.0, 1.0))


def test_arrays_inside_a_dual_carry_their_tangents():
    out = bp.sin(Dual(np.array([0.0, 1.0]), np.ones(2)))
    assert out.tangent == pytest.approx([1.0, math.cos(1.0)])
