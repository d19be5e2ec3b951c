"""Python's operators and NumPy's functions, the same on every carrier."""

import operator

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb import Dual, Scalar, Symbol
from backprop_nb.core.operators import COMPARISONS, OPERATORS, UFUNC_COMPARISONS
from backprop_nb.core.primitives import Primitive, Unary
from backprop_nb.drawing.notation import function

CARRIERS = {"Scalar": Scalar, "Dual": lambda x: Dual(x, 1.0), "Symbol": lambda x: Symbol(f"x{x:g}")}
ROWS = list(Primitive.table.values())
DONE_BY_NUMPY = ("sign", "square")  # of an object NumPy asks x > 0 and x * x, and calls no method
every_carrier = pytest.mark.parametrize("carrier", CARRIERS.values(), ids=CARRIERS)


def shown(x):
    """What a result holds, in a form that can be compared."""
    return (x.value, getattr(x, "tangent", None)) if isinstance(x, (Scalar, Dual)) else str(x)


@every_carrier
@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator_is_its_row_on_both_sides(carrier, name):
    row, op = OPERATORS[name], getattr(operator, name)
    x, y = carrier(3.0), carrier(2.0)
    assert shown(op(x, y)) == shown(row(x, y))
    assert shown(op(x, 5.0)) == shown(row(x, 5.0))
    assert shown(op(5.0, x)) == shown(row(5.0, x))


@every_carrier
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_numpys_name_and_the_packages_name_are_one(carrier, row):
    operands = [carrier(0.5), carrier(0.25)][: len(row.partials)]
    expected = shown(row(*operands))
    assert shown(getattr(operands[0], row.name)(*operands[1:])) == expected
    if isinstance(row.array, str):
        assert shown(getattr(np, row.array)(*operands)) == expected
        if len(operands) == 2:
            for pair in ((operands[0], 0.25), (0.25, operands[0]), (np.float64(0.25), operands[0])):
                assert shown(getattr(np, row.array)(*pair)) == shown(row(*pair))


@every_carrier
def test_signs(carrier):
    x = carrier(3.0)
    assert +x is x
    assert shown(-x) == shown(bp.neg(x))
    assert shown(abs(x)) == shown(bp.abs(x))


@every_carrier
def test_divmod_is_both_of_its_operators(carrier):
    x, y = carrier(7.0), carrier(2.0)
    for a, b in ((x, y), (x, 2.0), (7.0, y)):
        assert list(map(shown, divmod(a, b))) == [shown(a // b), shown(a % b)]


@every_carrier
def test_nodes_hash_by_identity(carrier):
    x, y = carrier(1.0), carrier(1.0)
    assert len({x, y, x}) == 2


@pytest.mark.parametrize("carrier", [Scalar, Dual], ids=["Scalar", "Dual"])
@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons_look_at_values_also_through_numpy(carrier, name):
    ufunc = getattr(np, next(key for key, value in UFUNC_COMPARISONS.items() if value == name))
    for a, b in ((1.0, 2.0), (2.0, 2.0), (3.0, 2.0)):
        expected = COMPARISONS[name](a, b)
        for left, right in ((carrier(a), carrier(b)), (carrier(a), b), (a, carrier(b))):
            assert bool(COMPARISONS[name](left, right)) is expected
            assert bool(ufunc(left, right)) is expected


@every_carrier
def test_beside_an_array_it_is_broadcast(carrier):
    x = carrier(3.0)
    out = np.array([[1.0, 2.0]]) * x + np.array([[1.0], [0.5]])
    assert out.shape == (2, 2)
    assert shown(out[1, 1]) == shown(2.0 * x + 0.5)


@every_carrier
def test_elements_of_object_arrays_are_reached_by_numpys_functions(carrier):
    x = carrier(0.5)
    for row in ROWS:
        if isinstance(row, Unary) and isinstance(row.array, str) and row.name not in DONE_BY_NUMPY:
            assert shown(getattr(np, row.array)(np.array([x]))[0]) == shown(row(x)), row.name


@every_carrier
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_takes_an_object_array_element_by_element(carrier, row):
    x, y = carrier(0.5), carrier(0.25)
    columns = [np.array([x, y]), np.array([y, x])][: len(row.partials)]
    out = row(*columns)
    assert list(map(shown, out)) == [shown(row(*pair)) for pair in zip(*columns, strict=True)]


@every_carrier
def test_an_unknown_numpy_function_is_refused_with_the_nearest_known(carrier):
    x = carrier(0.5)
    kind = type(x).__name__
    with pytest.raises(TypeError, match=rf"numpy.arctanh has no rule for a {kind}; the nearest.*arctan"):
        np.arctanh(x)
    with pytest.raises(TypeError, match=r"numpy.multiply.accumulate has no rule"):
        np.multiply.accumulate(x)
    with pytest.raises(TypeError, match=r"numpy.sin with where= has no rule.*call numpy.sin\(x\) plainly"):
        np.sin(x, where=True)


@every_carrier
@pytest.mark.parametrize("op", [operator.add, operator.pow, operator.mod], ids=lambda op: op.__name__)
def test_what_is_no_number_is_a_type_error_on_either_side(carrier, op):
    for stranger in ("text", None, [1.0]):
        with pytest.raises(TypeError):
            op(carrier(1.0), stranger)
        if not (op is operator.mod and stranger == "text"):  # "text" % x formats a string
            with pytest.raises(TypeError):
                op(stranger, carrier(1.0))


def test_the_same_function_runs_on_every_carrier():
    """Equation (1), written with NumPy's names and with the package's own."""
    for log, sin in ((np.log, np.sin), (bp.log, bp.sin)):

        def f(x1, x2, log=log, sin=sin):
            return log(x1) + x1 * x2 - sin(x2)

        plain = f(2.0, 5.0)
        assert f(Scalar(2.0), Scalar(5.0)).value == pytest.approx(plain, rel=1e-15)
        assert f(Dual(2.0, 1.0), 5.0).tangent == 5.5
        assert str(f(Symbol("x1"), Symbol("x2"))) == "log(x1) + x1 × x2 - sin(x2)"
        assert f(2.0 + 1e-60j, 5.0).imag / 1e-60 == pytest.approx(5.5, rel=1e-15)
        assert f(np.full(3, 2.0), np.full(3, 5.0)) == pytest.approx(np.full(3, plain), rel=1e-15)
        assert f(Scalar(np.float32(2)), Scalar(np.float32(5))).value.dtype == np.float32


def test_a_row_that_joins_later_reaches_every_carrier():
    table, names = dict(Primitive.table), dict(Primitive.by_array_name)
    cube = Unary("cube", function("cube", r"\mathrm{cube}"), lambda x: x**3, lambda np, x: x**3,
                 lambda out, x: 3 * x**2)  # fmt: skip
    try:
        x = Scalar(2.0)
        out = cube(x)
        out.backward()
        assert (out.value, x.gradient) == (8.0, 12.0)
        assert cube(Dual(2.0, 1.0)).tangent == 12.0
        assert str(cube(Symbol("x")) + 1) == "cube(x) + 1"
        assert cube(Symbol("x")).latex == r"\mathrm{cube}\left(x\right)"
        assert cube(np.array([2.0])).tolist() == [8.0]
    finally:
        Primitive.table.clear()
        Primitive.table.update(table)
        Primitive.by_array_name.clear()
        Primitive.by_array_name.update(names)
        for carrier in (Scalar, Dual, Symbol):
            del carrier.__primitives__[cube]
            del carrier.cube


def test_a_row_of_the_packages_own_is_not_replaced():
    with pytest.raises(ValueError, match=r"the table has a row 'sin' already"):
        Unary("sin", function("sin", r"\sin"), lambda x: x, "sin", lambda out, x: 1.0)
    assert bp.sin(0.5) == pytest.approx(0.479425538604203)
