"""Symbol: expressions, how they are written, and the question that they cannot answer."""

import copy
import math
import operator
import pickle
from functools import reduce

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from support.latex_reader import read_latex
from support.reference import balanced, evaluated

import backprop_nb as bp
from backprop_nb import Scalar, Symbol, symbols
from backprop_nb.core.expressions import LONGEST_WRITTEN
from backprop_nb.core.sweep import operands_first
from backprop_nb.drawing.notation import number

x, y = symbols("x y")
VALUES = {x: 1.75, y: -0.625}

BINARY = [operator.add, operator.sub, operator.mul, operator.truediv, operator.mod, operator.floordiv]
UNARY = [lambda a: -a, bp.square, bp.exp, bp.sin, bp.sqrt, bp.expm1, bp.log1p, lambda a: a**2,
         lambda a: a**-1, lambda a: a**3.5, lambda a: 2**a]  # fmt: skip


LEAVES = [*[lambda a, b: a, lambda a, b: b] * 5, *[lambda a, b, c=c: c for c in (2, 3.0, -1.5, 0.25, -2)]]
some_tree = st.recursive(  # expressions as functions of (x, y), so that they run on symbols and on numbers
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        st.builds(lambda op, f: lambda a, b: op(f(a, b)), st.sampled_from(UNARY), inner),
        st.builds(lambda op, f, g: lambda a, b: op(f(a, b), g(a, b)), st.sampled_from(BINARY), inner, inner)),
    max_leaves=7,
)  # fmt: skip


def examples(*trees):
    """Trees that are tried each time."""
    return lambda test: reduce(lambda test, tree: example(tree)(test), trees, test)


def both_ways(tree):
    """The expression on symbols, and the value on numbers; goes on only where there is a value."""
    try:
        expression, value = tree(x, y), tree(VALUES[x], VALUES[y])
    except (ArithmeticError, ValueError, TypeError):
        assume(False)
    assume(not isinstance(value, complex))  # Python's own (-0.625) ** 3.5
    return expression, value


def is_written_exactly(expression):
    """Whether six digits write every constant in it: a folded one such as exp(2) loses some."""
    if not isinstance(expression, Symbol):
        return False
    operands = [p for v in operands_first(expression) for p in (v.parent1, v.parent2)]
    return all(float(number(c)) == c for c in operands if isinstance(c, (int, float)))


def close(a, b):
    return a == b or math.isclose(a, b, rel_tol=1e-9) or (a != a and b != b)


# As text


@settings(max_examples=400)
@given(some_tree)
@examples(
    lambda a, b: -(a % b), lambda a, b: a - (b - a), lambda a, b: a / (b / a), lambda a, b: a / b / a,
    lambda a, b: (a + b) * (a - b), lambda a, b: -a * b, lambda a, b: (-a) ** 2, lambda a, b: -(a**2),
    lambda a, b: (a**2) ** 3, lambda a, b: 2 ** (3.0**a), lambda a, b: bp.square(bp.square(a)),
    lambda a, b: bp.square(-a), lambda a, b: a * (b % a), lambda a, b: (a % b) * a, lambda a, b: a * (-2.0),
    lambda a, b: a - (-b),
)  # fmt: skip
def test_text_reads_as_python_and_means_the_same(tree):
    expression, value = both_ways(tree)
    assume(is_written_exactly(expression) and isinstance(value, float))
    assert close(as_python(str(expression)), value), str(expression)


def as_python(text):
    """Python's own reading of an expression: × is *, ² is ** 2."""
    names = {name: getattr(bp, name) for name in ("exp", "log", "sin", "sqrt", "expm1", "log1p")}
    return eval(text.replace("×", "*").replace("²", "**2"), names, {"x": VALUES[x], "y": VALUES[y]})


@settings(max_examples=100)
@given(some_tree)
def test_the_expression_evaluates_to_the_value(tree):
    expression, value = both_ways(tree)
    assert close(evaluated(expression, VALUES), value)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (x - (y - x), "x - (y - x)"), (x + (y + x), "x + (y + x)"), (x / (y * x), "x / (y × x)"),
        (1 / (2 * x**2), "1 / (2 × x ** 2)"), (-(x + y), "-(x + y)"), (x - -y, "x - (-y)"),
        ((-2.0) ** x, "(-2) ** x"), (x**y**2, "x ** (y ** 2)"), ((x**y) ** 2, "(x ** y) ** 2"),
        (bp.square(x + y), "(x + y)²"), (abs(x - 1), "|x - 1|"), (bp.maximum(x, y + 1), "max(x, y + 1)"),
        (bp.exp(-x * x), "exp(-x × x)"), (1e-7 * x, "1e-07 × x"),
    ],
)  # fmt: skip
def test_what_is_written_down(expression, text):
    assert str(expression) == text
    assert repr(expression) == f"Symbol({text!r})"


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (1 * x, "x"), (x * 1.0, "x"), (x + 0, "x"), (0 + x, "x"), (x - 0.0, "x"), (0 - x, "-x"), (x / 1, "x"),
        (x**1, "x"), (x * y + 0 * x, "x × y"),
    ],
)  # fmt: skip
def test_what_nobody_would_write_down_is_left_out(expression, text):
    assert str(expression) == text


# In LaTeX


@settings(max_examples=400)
@given(some_tree)
@examples(
    lambda a, b: a * (b % a), lambda a, b: (a % b) * a, lambda a, b: -(a % b), lambda a, b: -(a * b),
    lambda a, b: bp.expm1(a) * b, lambda a, b: a * bp.expm1(b), lambda a, b: bp.exp(a) ** 2,
    lambda a, b: (a / b) ** 2, lambda a, b: a * (-b), lambda a, b: bp.log1p(a - b),
    lambda a, b: bp.log1p(-b), lambda a, b: a - (-b * a), lambda a, b: -(-b * a),
)  # fmt: skip
def test_latex_reads_as_mathematics_and_means_the_same(tree):
    expression, value = both_ways(tree)
    assume(is_written_exactly(expression) and isinstance(value, float))
    assert balanced(expression.latex)
    assert close(read_latex(expression.latex, x=VALUES[x], y=VALUES[y]), value), expression.latex


def test_latex_as_a_page_shows_it():
    assert (1 / (2 * x**2)).latex == r"\frac{1}{2 x^{2}}"
    assert (x**y**2).latex == "x^{y^{2}}"
    assert ((x + 1) * -y).latex == r"\left(x + 1\right) \left(-y\right)"
    assert bp.relu(x).latex == r"\operatorname{relu}\left(x\right)"
    assert bp.log10(x).latex == r"\log_{10}\left(x\right)"
    assert abs(x - 1).latex == r"\left|x - 1\right|"
    assert x._repr_latex_() == r"$\displaystyle x$"


def test_a_symbol_may_have_a_name_of_its_own_in_latex():
    assert symbols("a b c")[2].name == "c"
    v = Symbol("v₋₁", "v_{-1}")
    assert (str(1 / v), (1 / v).latex) == ("1 / v₋₁", r"\frac{1}{v_{-1}}")


# As a carrier


@pytest.mark.parametrize("sign", ["<", "≤", ">", "≥", "=", "≠"])
def test_a_comparison_can_be_written_and_its_truth_is_not_known(sign):
    """Claim N11: another language for the model, and control flow."""
    condition = {"<": x < 1, "≤": x <= 1, ">": x > 1, "≥": x >= 1, "=": x == 1, "≠": x != 1}[sign]
    assert str(condition) == f"x {sign} 1"
    with pytest.raises(TypeError, match=rf"whether x {sign} 1 holds is not known.*branch.*run the function"):
        bool(condition)


def test_a_function_with_a_branch_stops_on_symbols_and_runs_on_scalars():
    def f(a):
        return a * a if a > 0 else -a

    with pytest.raises(TypeError, match=r"whether x > 0 holds is not known"):
        f(x)
    assert f(Scalar(3.0)).value == 9.0
    for ask in (lambda: max(x, y), lambda: x in [y], lambda: 0 < x < 1, lambda: not x, lambda: x and y):
        with pytest.raises(TypeError, match="is not known"):
            ask()


def test_a_symbol_is_no_number():
    for convert in (float, int, complex, math.sin, round):
        with pytest.raises(TypeError):
            convert(x)
    with pytest.raises(TypeError, match="x \\+ 1 has no value: it is a symbol"):
        float(x + 1)


def test_a_shared_part_is_one_node():
    """Claims N07 and N09: the expression is a DAG; e^x is there once."""
    e = bp.exp(x)
    out = e * bp.cos(e)
    assert len(operands_first(out)) == 4
    assert str(out) == "exp(x) × cos(exp(x))"


def test_depth_is_no_trouble():
    out = x
    for _ in range(2000):
        out = out + 1
    assert str(out).count("+") == 2000
    assert balanced(bp.sin(out).latex)


# Long expressions


def doubled(times):
    """x + x, added to itself again and again: 2 ** times addends, were they written out."""
    out = x
    for _ in range(times):
        out = out + out
    return out


def chain(length):
    """sin(sin(… x …))."""
    out = x
    for _ in range(length):
        out = bp.sin(out)
    return out


def test_shared_parts_of_a_long_expression_are_named():
    assert str(doubled(2)) == "x + x + (x + x)"  # a short one in full
    assert str(doubled(7)).count("x") == 128
    text = str(doubled(24))
    assert text.startswith("s23 + s23 where s1 = x + x, s2 = s1 + s1, ")
    assert text.endswith("s23 = s22 + s22")
    assert doubled(24).latex.startswith(r"s_{23} + s_{23}\quad\text{where } s_{1} = x + x, s_{2} = s_{1}")


def test_the_named_parts_put_together_again_are_the_expression():
    body, _, definitions = str(doubled(24)).partition(" where ")
    known = {"x": 1.0}
    for definition in definitions.split(", "):
        name, _, right = definition.partition(" = ")
        known[name] = eval(right, {}, known)
    assert eval(body, {}, known) == 2.0**24


def test_a_name_that_a_leaf_has_is_not_given_again():
    s1 = Symbol("s1")
    out = s1
    for _ in range(24):
        out = out * out
    assert " where s2 = s1 × s1, s3 = s2 × s2" in str(out)


@pytest.mark.parametrize("long", [doubled(24), chain(50_000), chain(50_000) * doubled(300), doubled(3000)])
def test_no_expression_is_written_longer_than_stated(long):
    longest = LONGEST_WRITTEN + 60  # and how many operations are left out
    assert len(str(long)) <= longest
    assert len(long.latex) <= longest
    assert balanced(long.latex)
    for refuse in (bool, float):
        with pytest.raises(TypeError) as caught:
            refuse(long)
        assert len(str(caught.value)) < 500


def test_what_is_left_out_is_counted():
    text = str(chain(50_000))
    assert text.startswith("sin(sin(sin(")
    body, _, left = text.partition(" (… stands for ")
    assert left == f"{50_000 - body.count('sin'):,} operations left out)"
    assert "sin(…)" in body


# Pickle


@pytest.mark.parametrize("expression", [x, x * y + bp.sin(x), x < y, chain(50_000), doubled(200)])
def test_a_symbol_comes_back_from_pickle_and_copy(expression):
    for again in (pickle.loads(pickle.dumps(expression)), copy.deepcopy(expression)):
        assert str(again) == str(expression)
        assert again.latex == expression.latex
        assert len(operands_first(again)) == len(operands_first(expression))


def test_symbols_pickled_together_share_their_leaves():
    a, product = pickle.loads(pickle.dumps((x, x * y)))
    assert product.parent1 is a
