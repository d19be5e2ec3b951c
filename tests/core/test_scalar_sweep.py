"""The reverse sweep from a Scalar: what it adds up, how deep and large a graph may be, its numbers."""

import gc
import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.reference import gradients

import backprop_nb as bp
from backprop_nb import Dual, Scalar

small = st.floats(-20.0, 20.0).filter(lambda x: abs(x) > 1e-3)


def test_a_second_sweep_changes_nothing():
    x = Scalar(2.0)
    out = np.log(x) + x * x
    for _ in range(2):
        out.backward()
        assert (x.gradient, out.gradient) == (4.5, 1.0)


def test_a_value_used_twice_collects_both_contributions():
    for f, slope in ((lambda x: x * x, 6), (lambda x: x + x, 2), (lambda x: x - x, 0), (lambda x: x / x, 0)):
        assert gradients(f, 3.0) == [slope]
    assert gradients(lambda x: 5 * (2 * x) + 2 * x, 3.0) == [12.0]  # claim N23


def test_operands_are_whole_before_they_hand_on():
    """log z + exp z with z = xy: plain recursion would count z twice (claim N23)."""
    x, y = Scalar(1.5), Scalar(0.5)
    z = x * y
    (bp.log(z) + bp.exp(z)).backward()
    slope = 1 / 0.75 + math.exp(0.75)
    assert (x.gradient, y.gradient) == pytest.approx((slope * 0.5, slope * 1.5), rel=1e-15)


def test_accumulating_over_two_results_is_spelled_out():
    x = Scalar(3.0)
    a, b = x * x, 5 * x
    a.backward()
    b.backward(accumulate=True)
    assert x.gradient == 11.0
    b.backward()
    assert x.gradient == 5.0


def test_accumulating_adds_at_the_inputs_only():
    x = Scalar(3.0)
    middle = x * x
    out = middle * 2
    out.backward()
    out.backward(accumulate=True)
    assert (x.gradient, middle.gradient, out.gradient) == (24.0, 2.0, 1.0)
    x.backward(accumulate=True)  # an input that is its own result
    assert x.gradient == 25.0


def test_the_seed_scales_every_gradient():
    x = Scalar(3.0)
    x.backward()
    assert x.gradient == 1.0
    out = x * x
    out.backward(seed=10.0)
    assert (out.gradient, x.gradient) == (10.0, 60.0)


def test_what_the_result_does_not_depend_on_has_no_gradient():
    x, y = Scalar(3.0), Scalar(4.0)
    unused = x * y
    (x * 2).backward()
    assert y.gradient is None
    assert unused.gradient is None


def test_a_shared_node_is_swept_from_each_of_its_results():
    x = Scalar(2.0)
    middle = x * x
    a, b = middle * 3, bp.exp(middle)
    a.backward()
    assert x.gradient == 12.0
    b.backward()
    assert x.gradient == pytest.approx(4 * math.exp(4))


def test_a_failed_sweep_leaves_no_half_made_gradient_and_the_graph_usable():
    x, y = Scalar(0.0), Scalar(2.0)
    root = bp.sqrt(x)  # has a value, and no derivative
    out = root * y + y * y
    with pytest.raises(ZeroDivisionError, match=r"^sqrt\(0\) has a value but no derivative there.*above 0"):
        out.backward()
    assert [v.gradient for v in (x, y, root, out)] == [None] * 4
    (y * y).backward()
    assert y.gradient == 4.0
    with pytest.raises(ZeroDivisionError):
        out.backward()
    assert y.gradient is None


def test_a_partial_that_overflows_says_so():
    """1e-200 ** -1 is 1e200, and its derivative -1e400: nothing to do with the domain."""
    x = Scalar(1e-200)
    with pytest.raises(OverflowError, match=r"^pow\(1e-200, -1\).*overflows"):
        (x**-1).backward()


@given(x=small, y=small, z=st.floats(0.1, 5.0))
def test_the_sweep_agrees_with_dual_numbers(x, y, z):
    """Claim N12: one sweep an input against one an output, the same gradient."""

    def f(x, y, z):
        a = bp.sin(x * y) + z**2.5
        b = bp.log(z + a * a) / (1 + bp.exp(-x / 5))
        return a * b - bp.maximum(x, y) * bp.sqrt(z)

    found = gradients(f, x, y, z)
    for slot, g in enumerate(found):
        dual = f(*(Dual(v, float(i == slot)) for i, v in enumerate((x, y, z))))
        assert g == pytest.approx(dual.tangent, rel=1e-9, abs=1e-9)


def test_a_scalar_may_hold_another_carrier():
    """The sweep on dual numbers: the tangent of the gradient is a second derivative."""
    x = Scalar(Dual(2.0, 1.0))
    out = x**3 + bp.sin(x)
    out.backward()
    assert (x.gradient.value, x.gradient.tangent) == pytest.approx((12 + math.cos(2.0), 12 - math.sin(2.0)))


# Depth, time and memory


def test_a_deep_chain_is_no_trouble():
    x = Scalar(1.0)
    out = x
    for _ in range(200_000):
        out = out + 1e-6
    out.backward()
    assert x.gradient == 1.0
    del out  # nor is freeing it


def test_a_long_chain_of_multiplications_by_itself():
    x = Scalar(1.0)
    out = x
    for _ in range(50):  # 2⁵⁰ paths
        out = out * out
    out.backward()
    assert x.gradient == 2.0**50


def test_dropping_the_result_frees_the_graph_at_once():
    gc.collect()
    gc.disable()
    try:
        x = Scalar(2.0)
        count = scalars_alive()
        out = x
        for _ in range(1000):
            out = bp.tanh(out) * 1.5 + x
        out.backward()
        assert scalars_alive() == count + 3000
        del out
        assert scalars_alive() == count
    finally:
        gc.enable()


def scalars_alive():
    return sum(type(thing) is Scalar for thing in gc.get_objects())


def test_a_node_takes_at_most_130_bytes_after_the_sweep():
    out = bp.sin(Scalar(0.5)) + 1.5
    out.backward()
    assert sum(map(sys.getsizeof, (out, out.value, out.gradient))) <= 130


# float32 and complex numbers


def test_a_float32_graph_stays_float32_to_its_gradients():
    x, y = Scalar(np.float32(0.7)), Scalar(np.float32(1.3))
    out = bp.sigmoid(x * 2 + 1) * y - 0.5 / y + bp.relu(x - y) + abs(x) ** 3 + np.sin(x)
    out.backward()
    for node in (x, y, out):
        assert (type(node.value), type(node.gradient)) == (np.float32, np.float32)
    one, two = np.float32(1), np.float32(2)
    assert [type(g) for g in gradients(lambda x, y: x + y - 1, one, two)] == [np.float32] * 2


@pytest.mark.parametrize(
    ("f", "values", "shown"),
    [
        *[(f, values, r"div\(1, 0\) (divides by zero|is outside its domain: operand 2)")
          for f, values in ((lambda x: 1 / x, [0]), (lambda x, y: x / y, [1, 0]), (lambda x: x / 0, [1]))],
        (bp.exp, [200], r"exp\(200\) overflows"),
        (bp.log, [-1], r"log\(-1\) is outside its domain: operand 1 must be above 0"),
        (lambda x: x**0.5, [-8], r"pow\(-8, 0.5\) is outside its domain: operand 1 must be above 0"),
    ],
)  # fmt: skip
def test_float32_fails_as_loudly_as_float(f, values, shown):
    """NumPy would go on with inf or nan and a warning."""
    with pytest.raises((ArithmeticError, ValueError), match=shown):
        f(*(Scalar(np.float32(v)) for v in values))


def test_complex_numbers_flow_through_analytic_functions():
    z, w = Scalar(1 + 2j), 1 + 2j
    out = bp.exp(z) * z / (z + 1)
    out.backward()
    assert z.gradient == pytest.approx(out.value * (1 + 1 / w - 1 / (w + 1)), rel=1e-14)


def test_complex_numbers_are_refused_where_they_mean_nothing():
    for f in (bp.relu, bp.abs, lambda z: bp.maximum(z, 1), lambda z: z % 2, lambda z: z // 2):
        with pytest.raises(TypeError, match=r"(relu|abs|maximum|mod|floordiv)\(\(1\+2j\)"):
            f(Scalar(1 + 2j))
