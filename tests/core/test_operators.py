"""Python's operators and NumPy's functions, the same on every carrier."""

import math
import operator
import re
import subprocess
import sys

import numpy as np
import pytest
from support.reference import ROWS, every_row, passing_rows

import backprop_nb as bp
from backprop_nb import Dual, Scalar, Symbol, Tensor
from backprop_nb.core.operators import COMPARISONS, OPERATORS, UFUNC_COMPARISONS
from backprop_nb.core.primitives import Unary
from backprop_nb.core.refusals import INSTEAD
from backprop_nb.drawing.notation import function

SPECIAL = {"Dual": lambda x: Dual(x, 1.0), "Symbol": lambda x: Symbol(f"x{x:g}")}  # others take the number
CARRIERS = {
    name: SPECIAL.get(name, getattr(bp, name))
    for name, home in bp.HOMES.items()
    if home.startswith("core.") and hasattr(getattr(bp, name), "__primitives__")
}
COMPARED = {
    name: carrier for name, carrier in CARRIERS.items() if name != "Symbol"
}  # whose truth is not known
UFUNCS = [row for row in ROWS if isinstance(row.array, str) and hasattr(np, row.array)]
# Of an object NumPy asks x > 0, x * x, math.floor(x) or sin(πx) / (πx), and calls no method of the name
DONE_BY_NUMPY = ("sign", "square", "floor", "ceil", "trunc", "sinc")
every_carrier = pytest.mark.parametrize("carrier", CARRIERS.values(), ids=CARRIERS)


def shown(x):
    """What a result holds, in a form that can be compared."""
    return (x.value, getattr(x, "tangent", None)) if isinstance(x, (Scalar, Dual)) else str(x)


def inside(row):
    """A number that a row is defined at."""
    return 1.5 if row.name == "arccosh" else 0.5


@every_carrier
@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator_is_its_row_on_both_sides(carrier, name):
    row, op = OPERATORS[name], getattr(operator, name)
    x, y = carrier(3.0), carrier(2.0)
    for a, b in ((x, y), (x, 5.0), (5.0, x)):
        assert shown(op(a, b)) == shown(row(a, b))


@every_carrier
@every_row
def test_numpys_name_and_the_packages_name_are_one(carrier, row):
    operands = [carrier(inside(row)), carrier(0.25)][: len(row.partials)]
    expected = shown(row(*operands))
    assert shown(getattr(operands[0], row.name)(*operands[1:])) == expected
    if row in UFUNCS:
        assert shown(getattr(np, row.array)(*operands)) == expected
        if len(operands) == 2:
            for pair in ((operands[0], 0.25), (0.25, operands[0]), (np.float64(0.25), operands[0])):
                assert shown(getattr(np, row.array)(*pair)) == shown(row(*pair))


@every_carrier
def test_signs(carrier):
    x = carrier(3.0)
    assert +x is np.positive(x) is x
    assert shown(-x) == shown(bp.neg(x))
    assert shown(abs(x)) == shown(bp.abs(x))


@every_carrier
def test_divmod_is_both_of_its_operators(carrier):
    x, y = carrier(7.0), carrier(2.0)
    for a, b in ((x, y), (x, 2.0), (7.0, y)):
        assert list(map(shown, divmod(a, b))) == [shown(a // b), shown(a % b)]


@every_carrier
def test_carriers_of_equal_value_stay_apart_in_sets_and_dicts(carrier):
    x, y = carrier(1.0), carrier(1.0)
    assert len({x, y, x}) == 2
    assert {x: "x", y: "y"}[y] == "y"


@pytest.mark.parametrize("carrier", COMPARED.values(), ids=COMPARED)
@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons_look_at_values_also_through_numpy(carrier, name):
    ufunc = getattr(np, next(key for key, value in UFUNC_COMPARISONS.items() if value == name))
    for a, b in ((1.0, 2.0), (2.0, 2.0), (3.0, 2.0)):
        expected = COMPARISONS[name](a, b)
        for left, right in ((carrier(a), carrier(b)), (carrier(a), b), (a, carrier(b))):
            assert COMPARISONS[name](left, right) is expected
            assert bool(ufunc(left, right)) is expected


@pytest.mark.parametrize("carrier", [Scalar, Dual])
def test_numpys_questions_are_about_the_value(carrier):
    for test, x in ((np.isnan, math.nan), (np.isinf, math.inf), (np.signbit, -1.0)):
        assert bool(test(carrier(x))) is True
        assert bool(test(carrier(1.0))) is False


@every_carrier
def test_beside_an_array_it_is_broadcast(carrier):
    x, array = carrier(3.0), np.array([[1.0, 2.0]])
    out = array * x + np.array([[1.0], [0.5]])
    assert out.shape == (2, 2)
    assert shown(out[1, 1]) == shown(2.0 * x + 0.5)
    for out in (array * x, np.multiply(array, x), bp.mul(array, x)):
        assert [shown(v) for v in out[0]] == [shown(1.0 * x), shown(2.0 * x)]
    for out in (x * array, bp.mul(x, array)):
        assert [shown(v) for v in out[0]] == [shown(x * 1.0), shown(x * 2.0)]


@every_carrier
def test_elements_of_object_arrays_are_reached_by_numpys_functions(carrier):
    for row in UFUNCS:
        x = carrier(inside(row))
        if isinstance(row, Unary) and row.name not in DONE_BY_NUMPY:
            assert shown(getattr(np, row.array)(np.array([x]))[0]) == shown(row(x)), row.name


@every_carrier
@every_row
def test_a_row_takes_an_object_array_element_by_element(carrier, row):
    x, y = carrier(inside(row)), carrier(inside(row) / 2 + (row.name == "arccosh"))
    columns = [np.array([x, y]), np.array([y, x])][: len(row.partials)]
    out = row(*columns)
    assert list(map(shown, out)) == [shown(row(*pair)) for pair in zip(*columns, strict=True)]


@every_carrier
@pytest.mark.parametrize("op", [operator.add, operator.pow, operator.mod], ids=lambda op: op.__name__)
def test_what_is_no_number_is_a_type_error_on_either_side(carrier, op):
    for stranger in ("text", None, [1.0]):
        with pytest.raises(TypeError):
            op(carrier(1.0), stranger)
        if not (op is operator.mod and stranger == "text"):  # "text" % x formats a string
            with pytest.raises(TypeError):
                op(stranger, carrier(1.0))


def test_two_carriers_that_know_nothing_of_each_other_are_refused():
    for pair in ((Scalar(3.0), Dual(1.0, 1.0)), (Dual(1.0), Symbol("x")), (Symbol("x"), Scalar(1.0))):
        with pytest.raises(TypeError):
            bp.mul(*pair)


# NumPy's functions without a rule


@every_carrier
def test_a_numpy_function_without_a_row_is_refused_with_what_to_write(carrier):
    x, kind = carrier(0.5), type(carrier(0.5)).__name__
    for call, words in {
        lambda: np.ldexp(x, 2): rf"numpy\.ldexp has no rule for a {kind}; instead: x \* 2\.0 \*\* k",
        lambda: np.spacing(x): rf"numpy\.spacing has no rule for a {kind}; instead: nothing: how a float is",
        lambda: np.add.reduce(x): rf"numpy\.add\.reduce has no rule for a {kind}",
        lambda: np.multiply.accumulate(x): r"numpy\.multiply\.accumulate has no rule",
        lambda: np.sin(x, where=True): r"numpy\.sin with where= has no rule.*call numpy\.sin\(x\) plainly",
        lambda: np.exp(x, out=np.zeros(())): r"numpy\.exp with out= has no rule.*plainly",
    }.items():
        with pytest.raises(TypeError, match=words) as caught:
            call()
        tail = "on x.value it works, without a derivative" in str(caught.value)
        assert tail == (hasattr(x, "value") and "plainly" not in words)


X, Y, W = np.random.default_rng(4).uniform(0.1, 0.9, (3, 3, 3))
GIVEN = {"np": np, "k": 2, "w": W, "condition": W > 0.5}
NUMPYS = {  # the calls that a formula stands for, where it is not the function of x, or of x and y
    "asarray": lambda x, y: np.asarray([x, y]), "ldexp": lambda x, y: np.ldexp(x, 2),
    "divmod": lambda x, y: x // y, "modf": lambda x, y: np.modf(x)[0], "copysign": np.copysign,
    "vecmat": lambda x, y: y.T @ x, "matvec": np.matmul, "logspace": lambda x, y: np.logspace(x, y, 4),
    "geomspace": lambda x, y: np.geomspace(x, y, 4), "partition": lambda x, y: np.sort(x),
    "fill_diagonal": lambda x, y: x * (1 - np.eye(3)), "apply_along_axis": lambda x, y: np.sum(x, axis=1),
    "nanvar": lambda x, y: np.nanstd(x), "nancumprod": lambda x, y: np.nancumsum(x),
    "nanquantile": lambda x, y: np.nanmedian(x), "nanpercentile": lambda x, y: np.nanmedian(x),
    "lstsq": np.linalg.solve, "pinv": lambda x, y: np.linalg.inv(x),
}  # fmt: skip
ALIKE = set("put place putmask copyto put_along_axis piecewise apply_over_axes polyfit".split())


@pytest.mark.parametrize("name", [name for name, words in INSTEAD.items() if not words.startswith("nothing")])
def test_what_is_to_be_written_instead_gives_the_same_on_a_tensor(name):
    formula, x = re.split(" where |, or ", INSTEAD[name])[0], X
    y = -Y if name == "copysign" else Y
    names = {row: getattr(bp, row) for row in bp.__all__} | GIVEN
    out = eval(formula, names, {"x": Tensor(x), "y": Tensor(y)})
    assert isinstance(out, Tensor)
    if name not in ALIKE:
        function = NUMPYS.get(name) or getattr(np, name)
        expected = function(*(x, y)[: 2 if name in NUMPYS else getattr(function, "nin", 1)])
        np.testing.assert_allclose(out.value, expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "words"),
    [("unique", "take(x, "), ("sort", "x = bp.sort(x)"), ("softmax", "bp.softmax(x)"), ("shpae", "")],
)
def test_a_method_that_a_tensor_lacks_says_what_to_write(name, words):
    with pytest.raises(AttributeError, match=f"'Tensor' object has no attribute '{name}'") as caught:
        getattr(Tensor(X), name)
    assert str(caught.value).partition("; instead: ")[2].startswith(words)
    assert bool(words) == ("instead" in str(caught.value))


# Public names


def test_an_unknown_name_is_answered_with_the_nearest_few():
    for name, near in {"sofmax": "softmax", "Tenser": "Tensor", "recrod": "record", "gard": "grad"}.items():
        words = rf"backprop_nb has no '{name}'; did you mean .*{near}.*\?"
        with pytest.raises(AttributeError, match=words) as caught:
            getattr(bp, name)
        assert len(str(caught.value)) < 90
    for name in ("xyzzy", "_alias", "__wrapped__"):
        with pytest.raises(AttributeError, match=rf"no '{name}'; dir\(backprop_nb\) lists"):
            getattr(bp, name)


def test_without_numpy_the_names_are_those_of_the_first_table():
    program = """
import sys
sys.modules["numpy"] = None
import backprop_nb as bp
print("sin" in dir(bp), "sum" in bp.__all__, bp.sin(0.0))
bp.sum
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == "True False 0.0\n"
    assert "AttributeError: backprop_nb has no 'sum'" in done.stderr


# A row that joins


def test_a_row_that_joins_later_reaches_every_carrier():
    with passing_rows():
        cube = Unary("cube", function("cube", r"\mathrm{cube}"), lambda x: x**3, lambda np, x: x**3,
                     lambda out, x: 3 * x**2)  # fmt: skip
        x = Scalar(2.0)
        out = cube(x)
        out.backward()
        assert (out.value, x.gradient) == (8.0, 12.0)
        assert cube(Dual(2.0, 1.0)).tangent == 12.0
        assert str(cube(Symbol("x")) + 1) == "cube(x) + 1"
        assert cube(Symbol("x")).latex == r"\mathrm{cube}\left(x\right)"
        assert cube(np.array([2.0])).tolist() == bp.cube(Tensor([2.0])).value.tolist() == [8.0]
    with pytest.raises(AttributeError, match="no 'cube'"):
        bp.cube  # noqa: B018  reading the attribute is the test


def test_a_function_that_numpy_lacks_is_computed_element_by_element():
    """In the type of the operands; whole numbers become floats."""
    with passing_rows():
        row = Unary("frown", function("frown", r"\mathrm{frown}"), lambda x: math.exp(-x * x), "frown",
                    lambda out, x: -2 * x * out)  # fmt: skip
        x = np.array([[0.5, -1.0]])
        assert row(x).tolist() == [[row(0.5), row(-1.0)]]
        assert row(np.array([1, 0])).tolist() == [row(1.0), 1]
        for kind in (np.float32, np.float64):
            assert row(x.astype(kind)).dtype == Tensor(x.astype(kind)).frown().dtype == kind
            assert type(row(kind(0.5))) is kind
        assert bp.check_grad(lambda x: bp.sum(row(x)), x) < 1e-8


def test_a_row_of_the_packages_own_is_not_replaced():
    with pytest.raises(ValueError, match=r"the table has a row 'sin' already"):
        Unary("sin", function("sin", r"\sin"), lambda x: x, "sin", lambda out, x: 1.0)
    with pytest.raises(ValueError, match=r"the table has a row 'sum' already"):
        bp.Structural("sum", lambda x: ((x,), ()), lambda x: x, lambda g, _out, _x: g, rules="{g}")
    assert bp.sin(0.5) == pytest.approx(0.479425538604203)


def test_the_same_function_runs_on_every_carrier():
    """Equation (1), written with NumPy's names and with the package's own."""
    for log, sin in ((np.log, np.sin), (bp.log, bp.sin)):

        def f(x1, x2, log=log, sin=sin):
            return log(x1) + x1 * x2 - sin(x2)

        plain = f(2.0, 5.0)
        assert f(Scalar(2.0), Scalar(5.0)).value == pytest.approx(plain, rel=1e-15)
        assert f(Dual(2.0, 1.0), 5.0).tangent == f(Dual(2.0, 1.0), Dual(5.0)).tangent == 5.5
        assert f(Dual(2.0), Dual(5.0, 1.0)).tangent == pytest.approx(1.7163378145367738, rel=1e-15)
        assert str(f(Symbol("x1"), Symbol("x2"))) == "log(x1) + x1 × x2 - sin(x2)"
        assert f(2.0 + 1e-60j, 5.0).imag / 1e-60 == pytest.approx(5.5, rel=1e-15)
        assert f(np.full(3, 2.0), np.full(3, 5.0)) == pytest.approx(np.full(3, plain), rel=1e-15)
        assert f(Scalar(np.float32(2)), Scalar(np.float32(5))).value.dtype == np.float32
