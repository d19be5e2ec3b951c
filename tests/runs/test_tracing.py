"""A run as plain rows: Figure 1 of the notes, what counts as an input, and what a call may look like."""

import functools
import math
import operator
from collections import namedtuple

import numpy as np
import pytest
from support.reference import balanced
from support.small_programs import f as eq1

import backprop_nb as bp
from backprop_nb import Scalar
from backprop_nb.core.primitives import Primitive
from backprop_nb.runs.tracing import Operand, Row, Step, trace


@pytest.fixture
def figure1():
    return trace(eq1, 2, 5).in_notation("notes")


def lines(run):
    return [row.definition for row in run.rows]


# Figure 1


def test_the_forward_lines_are_those_of_figure_1(figure1):
    """Claim N15, numbering and all."""
    assert lines(figure1) == [
        "v₋₁ = x1", "v₀ = x2", "v₁ = log(v₋₁)", "v₂ = v₋₁ × v₀", "v₃ = sin(v₀)", "v₄ = v₁ + v₂",
        "v₅ = v₄ - v₃",
    ]  # fmt: skip
    assert [row.value for row in figure1.rows] == pytest.approx(
        [2, 5, math.log(2), 10, math.sin(5), math.log(2) + 10, math.log(2) + 10 - math.sin(5)], rel=1e-15
    )
    assert [row.level for row in figure1.rows] == [0, 0, 1, 1, 1, 2, 3]


def test_the_nine_backward_lines_come_in_the_order_of_figure_1(figure1):
    """Claim N16: the newest first, operands left to right; = where an adjoint receives first, += after."""
    assert [step.text for step in figure1.steps] == [
        "v̄₅ = 1",
        "v̄₄ = v̄₅ ∂v₅/∂v₄",
        "v̄₃ = v̄₅ ∂v₅/∂v₃",
        "v̄₁ = v̄₄ ∂v₄/∂v₁",
        "v̄₂ = v̄₄ ∂v₄/∂v₂",
        "v̄₀ = v̄₃ ∂v₃/∂v₀",
        "v̄₋₁ = v̄₂ ∂v₂/∂v₋₁",
        "v̄₀ += v̄₂ ∂v₂/∂v₀",
        "v̄₋₁ += v̄₁ ∂v₁/∂v₋₁",
    ]
    assert [step.edge for step in figure1.steps] == [
        None, "e5_4_0", "e5_3_1", "e4_1_0", "e4_2_1", "e3_0_0", "e2_-1_0", "e2_0_1", "e1_-1_0",
    ]  # fmt: skip
    assert [step.after for step in figure1.steps] == pytest.approx(
        [1, 1, -1, 1, 1, -math.cos(5), 5, 2 - math.cos(5), 5.5], rel=1e-15
    )


def test_the_gradient_is_the_notes(figure1):
    assert list(figure1.gradient) == ["x1", "x2"]
    assert figure1.gradient["x1"] == 5.5
    assert figure1.gradient["x2"] == pytest.approx(1.7163378145367738, rel=1e-15)
    assert figure1.value == pytest.approx(11.652071455223084, rel=1e-15)


def test_it_is_plain_data(figure1):
    row = figure1[4]
    operands = Operand(1, math.log(2), 1.0), Operand(2, 10.0, 1.0)
    assert row == Row(4, "", "add", operands, row.value, 1.0, 2, line=3)
    step = figure1.steps[-1]
    assert step == Step("flow", -1, 1, 0, False, 1.0, 0.5, 0.5, 5.0, 5.5)
    for held in (figure1.rows, figure1.steps):
        assert not any(isinstance(x, Scalar) for thing in held for x in thing)


def test_a_row_can_be_named_in_every_way(figure1):
    first = figure1.inputs[0]
    for which in ("x1", "v₋₁", "v-1", -1, first):
        assert figure1.find(which) is first
    assert figure1.find("v5") is figure1[5] is figure1.rows[-1]
    assert (first.name, first.latex, first.bar, first.bar_latex, first.id, first.is_input) == (
        "v₋₁", "v_{-1}", "v\u0304₋₁", r"\bar{v}_{-1}", "v-1", True,
    )  # fmt: skip
    for missing in ("x3", "", "v9", 9, None):
        with pytest.raises(
            ValueError, match=r"there is no .* in this run; its inputs are x1, x2, its rows v₋₁ …"
        ):
            figure1.find(missing)
    with pytest.raises(IndexError):
        figure1[6]
    assert len(figure1) == 7


def test_formulas_and_partials_in_text_and_latex(figure1):
    log, mul, sin, sub = figure1[1], figure1[2], figure1[3], figure1[5]
    assert (log.partial_text(0), log.partial_latex(0)) == ("1 / v₋₁", r"\frac{1}{v_{-1}}")
    assert (mul.partial_text(0), mul.partial_text(1)) == ("v₀", "v₋₁")
    assert (sin.partial_text(0), sub.partial_text(1)) == ("cos(v₀)", "-1")
    assert [row.formula_latex for row in figure1.rows] == [
        "x_{1}", "x_{2}", r"\log\left(v_{-1}\right)", "v_{-1} v_{0}", r"\sin\left(v_{0}\right)",
        "v_{1} + v_{2}", "v_{4} - v_{3}",
    ]  # fmt: skip
    by = r"\frac{\partial v_{1}}{\partial v_{-1}}"
    assert figure1.steps[-1].latex == rf"\bar{{v}}_{{-1}} \mathrel{{+}}= \bar{{v}}_{{1}} {by}"
    assert figure1.steps[0].latex == r"\bar{v}_{5} = 1"


# Notations


def test_inputs_stand_under_the_learners_names_and_the_notes_numbering_is_a_view_of_the_same_run(figure1):
    run = trace(eq1, 2, 5)
    assert lines(run)[:4] == ["x1", "x2", "v₁ = log(x1)", "v₂ = x1 × x2"]
    assert [step.text for step in run.steps[-2:]] == ["x̄2 += v̄₂ ∂v₂/∂x2", "x̄1 += v̄₁ ∂v₁/∂x1"]
    assert run.steps[-1].latex == (
        r"\bar{x}_{1} \mathrel{+}= \bar{v}_{1} \frac{\partial v_{1}}{\partial x_{1}}"
    )
    assert run[1].partial_latex(0) == r"\frac{1}{x_{1}}"
    for which in ("x1", "v₋₁", "v-1", -1):
        assert run.find(which) is run.rows[0]
    assert [row.id for row in run.rows] == [row.id for row in figure1.rows]
    assert (run.rows, run.steps, run.output) == (figure1.rows, figure1.steps, figure1.output)  # but for names
    back = figure1.in_notation("yours")
    assert lines(back) == lines(run)
    assert [step.text for step in back.steps] == [step.text for step in run.steps]
    assert run.in_notation(None) is run
    with pytest.raises(ValueError, match="no notation 'mine': choose 'yours' or 'notes'"):
        run.in_notation("mine")


def test_the_notes_notation_runs_nothing_again():
    calls = []

    def f(x):
        calls.append(x)
        return x * x

    run = trace(f, 3)
    assert (run.in_notation("notes").rows[1].definition, len(calls)) == ("v₁ = v₀ × v₀", 1)


@pytest.mark.parametrize(
    ("arguments", "bars"),
    [
        ({"W1": 1.0, "bias": 2.0}, ["W̄1", "bias_bar"]),
        ({"p": {"W1": 1.0, "b": [2.0, 3.0]}}, ["p[W̄1]", "p[b̄][0]", "p[b̄][1]"]),
        ({"_": 1.0, "w_out": 2.0}, ["_\N{COMBINING MACRON}", "w̄_out"]),
    ],
)
def test_the_adjoint_of_an_input_has_the_bar_over_its_last_name(arguments, bars):
    def total(**named):
        p = named.pop("p", {"W1": 0, "b": [0, 0]})
        return sum(named.values()) + p["W1"] + sum(p["b"])

    assert [row.bar for row in trace(total, **arguments).inputs] == bars


def test_an_input_called_v1_is_not_written_as_the_first_result_is():
    run = trace(lambda v1: v1 * v1, 2)
    assert run.rows[0].latex == r"\text{v1}" != run.rows[1].latex == "v_{1}"
    assert run.rows[1].formula_latex == r"\text{v1} \cdot \text{v1}"


# Numbering


def test_results_are_numbered_by_level_and_ties_by_the_order_of_evaluation():
    def late(x, y):
        first = (x + y) * y  # levels 1 and 2
        return first + bp.exp(x)  # exp is evaluated last but one, and stands on level 1

    assert lines(trace(late, 1, 2)) == [
        "x", "y", "v₁ = x + y", "v₂ = exp(x)", "v₃ = v₁ × y", "v₄ = v₃ + v₂",
    ]  # fmt: skip

    def swapped(x):
        s = bp.sin(x)
        return bp.cos(x) + s

    assert lines(trace(swapped, 1))[1:] == ["v₁ = sin(x)", "v₂ = cos(x)", "v₃ = v₂ + v₁"]
    run = trace(lambda x, y: bp.sin(bp.sin(bp.sin(x))) * y + x, 1, 2)
    assert [row.level for row in run.rows] == [0, 0, 1, 2, 3, 4, 5]  # the longest distance from an input


def test_what_the_result_does_not_need_is_no_row():
    def wasteful(x):
        bp.exp(x)
        return x * 2

    assert lines(trace(wasteful, 1)) == ["x", "v₁ = x × 2"]


# Special cases


def test_a_plain_number_as_the_result_of_something_or_of_nothing():
    run = trace(lambda x: 3, 2)
    assert lines(run) == ["x", "v₁ = 3"]
    assert (run.value, run.output, run[1].operation, run.gradient) == (3.0, 1, "constant", {"x": 0.0})
    assert [step.text for step in run.steps] == ["v̄₁ = 1"]
    assert run[1].formula_latex == "3"
    run = trace(lambda: 2.5)
    assert (lines(run), run.gradient) == (["v₁ = 2.5"], {})


def test_a_branch_condition_carries_no_gradient():
    """Claim N24's limit: this function is x, and at 0 its derivative comes out as 0."""

    def f(x):
        return 0 if x == 0 else x

    assert trace(f, 0).gradient == {"x": 0.0}
    assert trace(f, 1e-9).gradient == {"x": 1.0}


def test_an_input_that_is_not_used_or_is_the_output_itself():
    run = trace(lambda x, y: x * x, 3, 4)
    assert run.gradient == {"x": 6.0, "y": 0.0}
    assert run.find("y").adjoint == 0.0
    run = trace(lambda x, y: y, 3, 4)
    assert (run.output, run.value, run.gradient) == (0, 4.0, {"x": 0.0, "y": 1.0})
    assert len(run.steps) == 1


def test_a_value_used_twice_by_one_operation():
    for f, gradient in ((lambda x: x * x, 6.0), (lambda x: x + x, 2.0), (lambda x: x - x, 0.0)):
        run = trace(f, 3)
        assert run.gradient == {"x": gradient}
        assert [step.edge for step in run.steps] == [None, "e1_0_0", "e1_0_1"]
        assert [step.sign for step in run.steps] == ["=", "=", "+="]


def test_constants_are_operands_without_a_row():
    run = trace(lambda x: 2 * x**3 - 1, 2)
    assert lines(run)[1:] == ["v₁ = x ** 3", "v₂ = 2 × v₁", "v₃ = v₂ - 1"]
    assert run[1].operands[1] == Operand(None, 3, None)
    assert trace(lambda x: x * -2 + (-1e-7), 1)[1].formula == "x × (-2)"


def test_scalars_that_the_function_brings_along_count_as_inputs():
    weight, used_before = Scalar(3.0), Scalar(2.0)
    bias = used_before * 5
    run = trace(lambda x: weight * x + bias, 4)
    assert run.value == 22.0
    assert list(run.gradient.values()) == [3.0, 4.0, 5.0]
    assert run.gradient["x"] == 3.0
    assert len(run.inputs) == 3
    assert weight.gradient is None  # they are read, and not touched
    run = trace(lambda w1: weight * w1, 4)  # named like one that was brought along
    assert sorted(run.gradient.values()) == [3.0, 4.0]
    assert run.gradient["w1"] == 3.0


def test_a_scalar_as_an_argument_gives_its_value_and_given_twice_is_two_inputs():
    x = Scalar(3.0)
    assert trace(lambda x: x * x, x).gradient == {"x": 6.0}
    assert trace(lambda a, b: a * b * b, x, x).gradient == {"a": 9.0, "b": 18.0}
    assert x.gradient is None


# What a call may look like


def test_lists_tuples_dicts_and_object_arrays_of_inputs():
    def f(weights, pair, table, matrix):
        total = sum(w * w for w in weights) + pair[0] * pair[1] + table["a"] * 2
        return total + np.sum(matrix @ np.array([1.0, 2.0]))

    matrix = np.array([[1.0, 2.0], [3.0, 4.0]], object)
    run = trace(f, [1, 2], (3.0, 4.0), {"a": 5}, matrix)
    assert run.gradient == {
        "weights[0]": 2.0, "weights[1]": 4.0, "pair[0]": 4.0, "pair[1]": 3.0, "table[a]": 2.0,
        "matrix[0, 0]": 1.0, "matrix[0, 1]": 2.0, "matrix[1, 0]": 1.0, "matrix[1, 1]": 2.0,
    }  # fmt: skip
    assert matrix.tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_containers_in_containers_and_a_named_tuple_stays_one():
    run = trace(lambda net: net[0]["w"][1] * net[1], [{"w": (2.0, 3.0)}, 4.0])
    assert run.gradient == {"net[0][w][0]": 0.0, "net[0][w][1]": 4.0, "net[1]": 3.0}
    point = namedtuple("Point", "x y")(2.0, 3.0)
    assert list(trace(lambda p: p.x * p.y, point).gradient.values()) == [3.0, 2.0]


def test_arrays_of_no_dimensions_and_numpy_numbers_and_float32_stays_float32():
    run = trace(lambda x, y, z: x * y * z, np.array(2.0), np.float64(3.0), np.int64(4))
    assert run.gradient == {"x": 12.0, "y": 8.0, "z": 6.0}
    run = trace(eq1, np.float32(2), np.float32(5))
    assert {type(row.value) for row in run.rows} == {type(g) for g in run.gradient.values()} == {np.float32}
    assert run.gradient["x2"] == pytest.approx(1.7163378, rel=1e-6)


def test_star_arguments_are_numbered_on_and_labels_are_never_shared():
    """Two inputs under one label would lose a derivative."""
    assert trace(lambda *xs: sum(xs), 1, 2, 3).gradient == {"x1": 1.0, "x2": 1.0, "x3": 1.0}
    assert list(trace(lambda a, *xs: a * sum(xs), 1, 2, 3).gradient) == ["a", "x2", "x3"]
    assert sorted(trace(lambda x2, *xs: 3 * x2 + 5 * xs[0], 1, 2).gradient.values()) == [3.0, 5.0]
    assert sorted(trace(lambda t: 3 * t[1] + 5 * t["1"], {1: 1.0, "1": 2.0}).gradient.values()) == [3.0, 5.0]
    assert len(trace(lambda **k: k["a"][0] + k["a[0]"], **{"a": [1.0], "a[0]": 2.0}).gradient) == 2


def test_defaults_are_constants_and_named_arguments_inputs():
    def f(x, scale=10, *, shift=1):
        return x * scale + shift

    assert trace(f, 2).gradient == {"x": 10.0}
    assert trace(f, 2, 3).gradient == {"x": 3.0, "scale": 2.0}
    assert trace(f, 2, shift=4).gradient == {"x": 10.0, "shift": 1.0}
    assert trace(f, scale=3, x=2).gradient == {"x": 3.0, "scale": 2.0}
    assert trace(lambda **named: named["a"] * named["b"], a=2, b=3).gradient == {"a": 3.0, "b": 2.0}


def test_what_is_no_number_is_handed_on_as_it_is():
    def f(x, flag, name, function, nothing):
        assert (flag, name, nothing) == (True, "relu", None)
        return function(x)

    assert trace(f, 2.0, True, "relu", bp.sin, None).gradient == {"x": math.cos(2.0)}


def test_functions_without_a_signature_or_a_name_and_callable_objects():
    class Model:
        weight = 3.0

        def __call__(self, x):
            return self.weight * x + 1

    assert trace(Model(), 2).gradient == trace(Model().__call__, 2).gradient == {"x": 3.0}
    assert trace(bp.mul, 2, 3).gradient in ({"x": 3.0, "y": 2.0}, {"x1": 3.0, "x2": 2.0})
    assert list(trace(np.multiply, 2, 3).gradient.values()) == [3.0, 2.0]
    assert list(trace(max, 2, 3).gradient.values()) == [0.0, 1.0]
    assert list(trace(operator.mul, 2, 3).gradient.values()) == [3.0, 2.0]
    assert trace(functools.partial(eq1, 2), 5).gradient["x2"] == pytest.approx(1.7163378145367738)
    assert trace(functools.partial(eq1, x2=5), 2).gradient["x1"] == 5.5


@pytest.mark.parametrize(
    ("f", "title"),
    [(eq1, "f"), (lambda x1, x2: x1, "f"), (functools.partial(max), "max"), (np.maximum, "maximum")],
)
def test_a_run_is_called_after_its_function(f, title):
    run = trace(f, 2, 5)
    assert (run.title, run.is_named) == (title, f"{title}(x1, x2)")


@pytest.mark.parametrize("name", ["<script>", '"]', "a\\b", "{x}", "v1", "$x$", "x & y", "日本", "", "e^~"])
def test_any_key_makes_a_label(name):
    run = trace(lambda d: d[name] ** 2, {name: 3.0})
    assert run.gradient == {f"d[{name}]": 6.0}
    latex = run.inputs[0].formula_latex
    assert latex.startswith(r"\text{d[")
    assert latex.endswith("]}")
    for sign in "#$%&_":
        assert latex.count(sign) == latex.count("\\" + sign)


# Errors


def test_a_missing_argument_is_named():
    with pytest.raises(TypeError, match=r"^f\(x1, x2\) was given \(2\): missing a required argument: 'x2'"):
        trace(eq1, 2)
    with pytest.raises(TypeError, match=r"^f\(x1, x2\) was given \(2, 5, 7\): too many positional arg"):
        trace(eq1, 2, 5, 7)
    with pytest.raises(TypeError, match=r"^f\(x1, x2\) was given \(2, x3=1\): .*'x[23]'"):
        trace(eq1, 2, x3=1)


@pytest.mark.parametrize(
    ("out", "shown"),
    [([1.0, 2.0], "a list of 2"), ((), "a tuple of 0"), ("text", "a str of 4"),
     (np.ones(3), r"a ndarray of the shape \(3,\)"), ({}, "a dict of 0")],
)  # fmt: skip
def test_a_result_that_is_no_single_number_is_refused(out, shown):
    def f(x):
        return out

    with pytest.raises(TypeError, match=rf"^f must return one number; it returned {shown}: "):
        trace(f, 2)


@pytest.mark.parametrize(
    ("f", "kind", "says"),
    [
        (lambda x: eq1(-x, 5), ValueError, r"\nlog\(-2\) is outside its domain"),
        (lambda x: x / (x - 2), ZeroDivisionError, r"\ndiv\(2, 0\) divides by zero"),
        (lambda x: {}[0], KeyError, "0"),
        (lambda x: bp.sqrt(x - 2), ZeroDivisionError, r"^sqrt\(0\) has a value but no derivative there"),
    ],
)
def test_what_the_function_raises_comes_through_and_a_missing_derivative_is_told(f, kind, says):
    with pytest.raises(kind, match=says):
        trace(f, 2)


# The same way through the code


def test_runs_that_take_the_same_branches_have_the_same_shape():
    def f(a, b, c):
        x = a + b if a > 0 else a + c
        for _ in range(int(b)):
            x = x * a
        return x

    assert trace(f, 1, 2, 3).shape == trace(f, 5, 2.5, -1).shape
    assert trace(f, 1, 2, 3).shape != trace(f, -1, 2, 3).shape  # another branch
    assert trace(f, 1, 2, 3).shape != trace(f, 1, 3, 3).shape  # another number of turns
    assert len({trace(f, 1, 2, 3).shape, trace(f, 4, 2, 3).shape}) == 1


# The rows


def test_every_kind_of_row_writes_itself():
    """Formula and partials, in text and in LaTeX, for each row of the table, constants beside variables."""
    for row in Primitive.table.values():
        two = len(row.partials) == 2
        for f in [row] + [lambda x, row=row: row(x, 0.5), lambda x, row=row: row(0.5, x)] * two:
            first = 1.75 if row.name == "arccosh" else 0.75
            record = trace(f, *[first, 0.5][: 1 + (f is row and two)])
            made = record[record.output]
            assert made.operation == row.name
            for slot, x in enumerate(made.operands):
                texts = [made.formula, made.formula_latex]
                if x.index is not None:
                    texts += [made.partial_text(slot), made.partial_latex(slot)]
                assert all(map(balanced, texts)), texts
                assert all(texts)
