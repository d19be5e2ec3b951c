"""What the rows of the table say about themselves: names, notation, domains, kinks; and powers by cases."""

import math
import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support import reference as ref
from support.reference import every_row

import backprop_nb as bp
from backprop_nb import Dual, Scalar
from backprop_nb.core.primitives import REAL, Primitive, Unary
from backprop_nb.drawing.notation import ATOM, number


def first_of_two_equals(row):
    x, y = Scalar(3.0), Scalar(3.0)
    row(x, y).backward()
    array = np.array([3.0])
    return (x.gradient, y.gradient) == (1, 0) and [p(array, array, array)[0] for p in row.partials] == [1, 0]


def constant_between_jumps(row):
    points = [(x, 3.0)[: len(row.partials)] for x in (-6.0, 0.0, 1.5, 6.0)]
    return all(p(row(*at), *at) * math.inf == 0 for at in points for p in row.partials)


STAIRS = "It is a staircase, and constant beside its jumps: nothing flows back, not even 0 · inf."
KINKS = {
    "At 0 the partial is taken as 0.": lambda row: (
        row.partial1(row(0.0), 0.0) == 0
        and row(Dual(0.0, 1.0)).tangent == 0
        and row.partial1(row(np.zeros(2)), np.zeros(2)).tolist() == [0, 0]
    ),
    "Of two equal operands the first is taken.": first_of_two_equals,
    "It jumps where x/y is whole; the partials beside the jump are taken.": lambda row: (
        [p(row(6.0, 3.0), 6.0, 3.0) for p in row.partials] == [1, -2]
    ),
    "At 0, 0 the partials are taken as 0.": lambda row: [p(0.0, 0.0, 0.0) for p in row.partials] == [0, 0],
    "At 0, 0 the partials are taken as 0; at the jump, x = 0 and y < 0, those beside it.": (
        lambda row: (
            [p(0.0, 0.0, 0.0) for p in row.partials] == [0, 0]
            and [p(math.pi, 0.0, -2.0) for p in row.partials] == [-0.5, 0]
        )
    ),
    "It jumps at x = 0, where its value is y.": lambda row: (
        [row(x, 3.0) for x in (-1.0, 0.0, 1.0)] == [0, 3, 1]
        and [row.partial2(None, x, 3.0) for x in (-1.0, 0.0, 1.0)] == [0, 1, 0]
    ),
    STAIRS: constant_between_jumps,
    f"{STAIRS} Its value at 0 is 0.": lambda row: row(0.0) == 0 and constant_between_jumps(row),
}


@pytest.mark.parametrize("text", KINKS)
def test_at_a_kink_the_value_is_taken_that_the_row_says(text):
    rows = [row for row in ref.ROWS if row.kink == text]
    assert rows, f"no row says any more: {text}"
    for row in rows:
        assert KINKS[text](row), row.name


@every_row
def test_a_kink_is_told_in_words_where_one_looks_for_help(row):
    assert row.kink == "" or row.kink.endswith(".")
    assert row.kink in row.__doc__


@every_row
def test_it_is_written_in_text_and_in_latex(row):
    names = ["alpha", "beta"][: len(row.partials)]
    for write in (row.notation.write_text, row.notation.write_latex):
        text, level = write([(name, ATOM) for name in names])
        assert 0 < level <= ATOM
        assert ref.balanced(text)
        assert all(name in text for name in names)
    assert row.__doc__.startswith(row.notation.text.template)


@every_row
def test_it_goes_by_its_name(row):
    assert getattr(bp, row.name) is row
    assert repr(row) == f"<primitive {row.name}>"
    assert len(row.partials) == len(row.domain) == (1 if isinstance(row, Unary) else 2)
    assert row.partial1 is row.partials[0]
    assert row.partial2 is row.partials[-1]


@every_row
def test_numpy_and_mpmath_know_it(row):
    inside = [0.5 if ref.in_domain(0.5, d) else 1.5 for d in row.domain]
    assert callable(ref.mpmath_function(row))
    if isinstance(row.array, str):
        assert Primitive.by_array_name[row.array] is row
        if hasattr(np, row.array):
            assert getattr(np, row.array)(*map(Scalar, inside)).operation is row


@every_row
def test_outside_its_domain_the_error_names_the_row_and_the_operand(row):
    """Where a value exists at the edge, as sqrt's at 0, it is the derivative that is refused."""
    outside = {
        "log": -1.0,
        "log10": -0.5,
        "log1p": -1.5,
        "sqrt": -2.0,
        "arcsin": 1.5,
        "arccos": -1.5,
        "arctanh": 1.5,
        "arccosh": 0.5,
        "sinc": 1.7e308,
    }
    for slot, domain in enumerate(row.domain):
        if domain is REAL:
            continue
        assert domain.words
        operands = [outside.get(row.name, 0.0) if i == slot else -0.5 for i in range(len(row.domain))]
        shown = re.escape(f"{row.name}({', '.join(map(number, operands))}) ")
        edge = row.name == "cbrt"  # which has a value at 0
        words = "has a value but no derivative" if edge else "is outside its domain|divides by zero"
        for carry in (Scalar,) if edge else (float, Scalar):
            with pytest.raises((ValueError, ArithmeticError), match=f"^{shown}({words})"):
                row(*map(carry, operands)).backward()


@every_row
def test_what_is_no_number_is_named_in_the_error(row):
    for stranger, shown in (("two", "'two' is a str"), (None, "None is a NoneType"), ([1], "is a list")):
        operands = [stranger, 0.5][: len(row.partials)]
        with pytest.raises(TypeError, match=rf"^{row.name}\(.*needs numbers, and .*{shown}"):
            row(*operands)
    if len(row.partials) == 2:
        with pytest.raises(TypeError, match=rf"^{row.name}\(0.5, 'two'\) needs numbers"):
            row(Scalar(0.5), "two")


# Powers, case by case


@pytest.mark.parametrize(
    ("f", "x", "value", "slope"),
    [
        (lambda x: x**2, 3.0, 9.0, 6.0), (lambda x: x**2, 0.0, 0.0, 0.0), (lambda x: x**1, 0.0, 0.0, 1.0),
        (lambda x: x**0, 0.0, 1.0, 0.0), (lambda x: x**0.0, 0.0, 1.0, 0.0), (lambda x: x**0, -3.0, 1.0, 0.0),
        (lambda x: x**3, -2.0, -8.0, 12.0), (lambda x: x**-1, -2.0, -0.5, -0.25),
        (lambda x: x**2.0, -3.0, 9.0, -6.0), (lambda x: x ** np.float64(2.0), -3.0, 9.0, -6.0),  # no log(-3)
        (lambda x: x**0.5, 4.0, 2.0, 0.25), (lambda x: 2**x, 3.0, 8.0, 8.0 * math.log(2)),
        (lambda x: 1**x, 3.0, 1.0, 0.0), (lambda x: x**x, 2.0, 4.0, 4.0 * (1 + math.log(2))),
    ],
)  # fmt: skip
def test_a_power_with_constant_and_with_variable_exponent(f, x, value, slope):
    node = Scalar(x)
    out = f(node)
    out.backward()
    assert (out.value, node.gradient) == (value, pytest.approx(slope, rel=1e-15))
    dual = f(Dual(x, 1.0))
    assert (dual.value, dual.tangent) == (value, pytest.approx(slope, rel=1e-15))


def test_a_power_that_leaves_the_real_numbers_is_refused():
    with pytest.raises(
        ValueError, match=r"^pow\(-8, 0.333+\) is outside its domain: operand 1 must be above 0"
    ):
        Scalar(-8.0) ** (1 / 3)


# The functions that floats would spoil


@given(x=st.floats(-1e300, 1e300))
@example(x=-1000.0)
@example(x=1000.0)
def test_sigmoid_and_softplus_never_overflow(x):
    for column in (lambda row: row(x), lambda row: row(np.array([x]))[0]):
        assert 0 <= column(bp.sigmoid) <= 1
        assert column(bp.softplus) >= max(x, 0)


def test_a_row_that_joins_the_table_is_asked_all_of_this_too():
    with ref.passing_rows():
        for test in ref.walking_the_table(globals()):
            test(row=ref.bell())
