"""A carrier is looked at when that is asked for, and does not turn into a float by itself."""

import cmath
import copy
import math
import statistics

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb import Dual, Scalar, Tensor
from backprop_nb.core.refusals import LostDerivative

CARRIERS = {"Scalar": Scalar(2.5), "Tensor": Tensor(2.5), "Dual": Dual(2.5, 1.0)}
carriers = pytest.mark.parametrize("x", CARRIERS.values(), ids=CARRIERS)


@carriers
@pytest.mark.parametrize("ask", [
    float, complex, math.sin, math.erf, cmath.sin, lambda x: math.hypot(x, 1.0),
    np.float64, lambda x: np.fromiter([x], float), lambda x: np.array([x], dtype=float),
    lambda x: np.zeros(2).__setitem__(0, x),
])  # fmt: skip
def test_what_would_lose_the_derivative_is_refused_with_what_to_write(x, ask):
    with pytest.raises((TypeError, ValueError)) as caught:
        ask(x)
    error = caught.value if isinstance(caught.value, TypeError) else caught.value.__cause__
    assert "x.value" in str(error)
    assert "bp.zeros" in str(error)


@carriers
def test_what_chooses_or_shows_gets_the_number(x):
    assert (int(x), bool(x), math.floor(x), math.ceil(x), math.trunc(x)) == (2, True, 2, 3, 2)
    assert (round(x), round(x, 1), f"{x:.3f}", f"{x:8.1f}") == (2, 2.5, "2.500", "     2.5")
    assert ("%.3f" % x, "%d %5.2f" % (x, x), type(round(x, 1))) == ("2.500", "2  2.50", float)  # noqa: UP031
    assert isinstance(x, float)
    assert not isinstance(x, (np.ndarray, int, str))
    assert copy.copy(x) is copy.deepcopy([x])[0] is x


def test_a_tensor_passes_for_what_it_holds():
    assert isinstance(Tensor([1.0, 2.0]), np.ndarray)
    assert isinstance(Tensor([1.0, 2.0]).sum(), float)
    assert isinstance(Tensor(np.float32(1.0)) * 1, np.float32)

    def half_square(x):
        if isinstance(x, np.ndarray):
            return 0.5 * np.sum(x**2)
        return 0.5 * x**2 if isinstance(x, float) else 0.0

    for x, slope in ((np.array([1.0, 2.0]), [1.0, 2.0]), (3.0, 3.0)):
        run = bp.record(half_square, x)
        assert run.value == half_square(x)
        assert run.notes == ()
        assert np.array_equal(bp.grad(half_square)(x), slope)


def test_the_refusal_names_the_learners_line_and_the_row_for_a_function_of_math():
    def squash(z):
        return 1 / (1 + math.exp(-z))

    line = r"(?s)^in your function, line 2: return 1 / \(1 \+ math.exp\(-z\)\)\n.*bp.exp for math.exp"
    for run in (bp.record, bp.vjp, lambda f, x: bp.grad(f)(x), lambda f, x: bp.jvp(f, (x,), (1.0,))):
        with pytest.raises(LostDerivative, match=line):
            run(squash, 0.5)
    with pytest.raises(LostDerivative, match=r"none is math\.gamma"):
        bp.grad(lambda x: math.gamma(x))(0.5)  # noqa: PLW0108


def test_where_a_library_meets_a_number_of_a_graph_the_learners_line_is_named():
    def middle(x):
        return statistics.mean([x, 2.0])

    def middle_of_floats(x):
        return statistics.fmean([x, 2.0])

    with pytest.raises(TypeError, match=r"(?s)^in your function, line 2: return .*a library that computes"):
        bp.grad(middle)(1.0)
    with pytest.raises(LostDerivative, match=": line 2 of middle_of_floats, `return"):
        middle_of_floats(Scalar(1.0))


def test_an_array_of_floats_filled_inside_a_run_names_the_line_and_the_buffer():
    def table(x):
        out = np.zeros((2, 2))
        for i in range(2):
            out[i, 0] = x[i] * x[i]
        return out.sum()

    for run in (bp.record, lambda f, x: bp.grad(f)(x), bp.vjp, bp.jacobian):
        with pytest.raises(LostDerivative, match=r"(?s)line 4: out\[i, 0\] = x\[i\] \* x\[i\]\n.*bp.zeros"):
            run(table, np.array([1.0, 2.0]))


def test_adding_into_an_array_of_floats_says_what_to_write():
    def f(w):
        acc = np.zeros(2)
        acc += w * np.array([0.5, 1.0])
        return acc.sum()

    for x in (2.0, np.array([2.0, 3.0])):
        with pytest.raises(TypeError, match=r"y = y \+ x"):
            bp.record(f, x)


def test_a_scalar_in_an_array_of_objects_goes_on_working():
    x = np.array([Scalar(1.0), Scalar(2.0)])
    out = np.sum(x * np.array([3.0, 4.0]))
    out.backward()
    assert [v.gradient for v in x] == [3.0, 4.0]
    for name, answer in {"isnan": False, "isinf": False, "isfinite": True, "signbit": False}.items():
        for y in (Scalar(2.0), Tensor(2.0), Dual(2.0)):
            assert getattr(np, name)(y) == answer


def test_a_carrier_inside_a_carrier_is_written_and_looked_at():
    x = Scalar(Scalar(2.0))
    assert (str(x), round(x, 1), f"{x:.1f}", int(x)) == ("Scalar(2)", 2.0, "2.0", 2)
