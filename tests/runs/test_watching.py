"""Which line of the learner's function made a row, its text, and what it took out of the graph."""

from functools import partial

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb.runs.watching import Left, Source


def helper(x):
    return bp.sin(x) * 2


def stepwise(x1, x2):
    a = bp.log(x1)
    for i in range(2):
        a = a + i * x2
    # a line that does nothing
    b = helper(a)
    return sum(b * k for k in (1, 2))


def lines(run):
    return [(row.definition, row.line) for row in run.rows if row.operands]


def test_each_row_knows_its_line_and_calls_and_comprehensions_count_for_the_line_that_makes_them():
    run = bp.record(stepwise, 2.0, 3.0)
    assert lines(run)[:3] == [("v₁ = log(x1)", 2), ("v₂ = 0 × x2", 4), ("v₃ = 1 × x2", 4)]
    assert {row.line for row in run.rows if row.operation == "sin"} == {6}
    assert run[run.output].line == 7
    assert [row.line for row in run.inputs] == [None, None]
    assert run.source.lines[0] == "def stepwise(x1, x2):"
    assert run.source.lines[6] == "    return sum(b * k for k in (1, 2))"
    assert len(run.source.lines) == 7
    assert str(run.source).splitlines() == [*run.source.lines]


def test_rows_of_arrays_know_their_lines_too():
    def loss(X, w):
        y = X @ w
        return ((y - 1.0) ** 2).sum()

    run = bp.record(loss, np.ones((3, 2)), np.ones(2))
    assert [line for _, line in lines(run)] == [2, 3, 3, 3]
    assert run.source.lines[0] == "def loss(X, w):"


def test_partial_methods_lambdas_and_the_steppers_settings_have_their_own_source():
    class Model:
        def __call__(self, x):
            return x * x

    assert bp.record(partial(stepwise, x2=1.0), 2.0).source.lines[0] == "def stepwise(x1, x2):"
    assert bp.record(Model(), 2.0).source.lines[0] == "def __call__(self, x):"
    square = lambda x: (  # noqa: E731
        x * x + 1
    )
    run = bp.record(square, 2.0)
    assert [text.strip() for text in run.source.lines] == ["square = lambda x: (  # noqa: E731", "x * x + 1"]
    assert [line for _, line in lines(run)] == [2, 2]

    def power(x, n):
        out = 1.0
        for _ in range(n):
            out = out * x
        return out

    shown = bp.widgets.stepper(power, 2.0, range(1, 4)).record
    assert shown.source.lines[0] == "def power(x, n):"
    assert {line for _, line in lines(shown)} == {4}


def test_without_a_text_the_source_is_empty_and_says_why():
    space = {}
    exec("def f(x):\n    return x * x", space)
    run = bp.record(space["f"], 2.0)
    why = "the text of this function is not at hand: made by exec, or its file is gone"
    assert run.source == Source((), why)
    assert lines(run) == [("v₁ = x × x", 2)]
    for f in (abs, bp.relu):
        run = bp.record(f, 2.0)
        assert (run.source.lines, run.rows[-1].line) == ((), None)
        assert "no lines of its own" in str(run.source)


def test_lines_outlive_the_sweep_a_change_of_notation_and_pickle():
    import pickle

    run = bp.record(stepwise, 2.0, 3.0)
    for other in (run.in_notation("notes"), pickle.loads(pickle.dumps(run))):
        assert [row.line for row in other.rows] == [row.line for row in run.rows]
        assert (other.source, other.left) == (run.source, run.left)


def test_a_value_that_leaves_the_graph_is_told_with_its_line():
    def f(x, y):
        a = x.value
        b = helper(y) + a
        for _ in range(3):
            n = int(y) + round(y)
        return b * n if x > y.value else b

    run = bp.record(f, 2.0, 3.0)
    assert run.left == (
        Left(2, "x.value", "value"),
        Left(5, "int(y)", "value"),
        Left(5, "round(y)", "value"),
        Left(6, "y.value", "value"),
        Left(6, "x > y.value", "comparison"),
    )
    assert run.left[0].words == "x.value left the graph in line 2: nothing flows back through it"
    assert run.left[-1].words.startswith("x > y.value chose a way in line 6")


def test_a_value_taken_in_a_helper_counts_for_the_line_that_called_it():
    def frozen(x):
        return x.value

    def f(x):
        y = x * x
        return y + frozen(y)

    assert bp.record(f, 2.0).left == (Left(3, "x.value", "value"),)


@pytest.mark.parametrize("f", [lambda x: x * x, lambda x: bp.maximum(bp.log(x), 1), lambda x: abs(x) ** x])
def test_nothing_leaves_by_calculating_and_printing(f, capsys):
    def shown(x):
        print(f"{x:.3f}", x, repr(x))
        return f(x)

    assert bp.record(shown, 2.0).left == ()
    assert capsys.readouterr().out


def test_of_arrays_the_code_tells_where_values_are_read():
    def f(x):
        most = x.value.max()
        return ((x - most) * x.sum().item()).sum()

    assert bp.record(f, np.array([1.0, 2.0])).left == (
        Left(2, "x.value", "value"),
        Left(3, "x.sum().item", "value"),
    )
    assert bp.record(lambda x: (x * x).sum(), np.ones(2)).left == ()


def test_outside_a_record_nothing_is_noted():
    x = bp.Scalar(2.0)
    assert type(x).value is bp.Scalar.value  # the plain slot
    assert bp.grad(lambda x: x * x.value)(3.0) == 3.0
