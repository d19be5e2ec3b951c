"""Record: the run that shows itself, and keeps the numbers that it met."""

import subprocess
import sys

import numpy as np
import pytest
from support.small_programs import f as eq1

import backprop_nb as bp
from backprop_nb import Record, Tensor, record, table
from backprop_nb.runs.chain_rule import chain_rule
from backprop_nb.runs.graph import graph
from backprop_nb.runs.paths import paths
from backprop_nb.runs.tracing import Trace, trace


@pytest.fixture
def figure1():
    return record(eq1, 2, 5)


@pytest.mark.parametrize(
    "first", ["bp.Record", "import backprop_nb.widgets.stepping", "bp.widgets", "bp.trace_of_nothing"]
)
def test_its_name_means_the_function_whatever_was_used_first(first):
    """A module of the same name would take its place on the package as soon as something imports it."""
    program = f"""
import contextlib
import backprop_nb as bp
with contextlib.suppress(AttributeError):
    {first}
assert bp.record(lambda x: x * x, 3).gradient == {{"x": 6.0}}
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_it_is_a_trace_of_the_same_run_with_inputs_by_position_or_by_name(figure1):
    plain = trace(eq1, 2, 5)
    assert isinstance(figure1, Record)
    assert isinstance(figure1, Trace)
    assert (figure1.rows, figure1.steps, figure1.output, figure1.title) == (plain.rows, plain.steps, 5, "f")
    assert figure1.gradient == plain.gradient == {"x1": 5.5, "x2": pytest.approx(1.7163378145367738)}
    assert record(eq1, x2=5, x1=2).rows == record(eq1, 2, x2=5).rows == figure1.rows


def test_a_terminal_gets_the_table_or_one_line_and_a_notebook_a_picture_with_the_text(figure1):
    assert str(figure1) == table.table(figure1).text
    text = " ".join(str(figure1).split())
    for part in ("x1 = 2", "v₅ = v₄ - v₃", "11.6521", "x̄1 += v̄₁ ∂v₁/∂x1", "5.5", "1.71634"):
        assert part in text
    assert repr(figure1) == "<record of f(x1, x2): 7 rows, 2 of them inputs>"
    bundle = figure1._repr_mimebundle_()
    assert str(figure1) in bundle["text/plain"]
    assert "v₅ = v₄ - v₃" in " ".join(bundle.get("image/svg+xml", bundle.get("text/html", "")).split())


def test_every_view_is_a_method(figure1):
    assert str(figure1.table()) == str(table.table(figure1))
    assert str(figure1.graph()) == str(graph(figure1))
    assert type(figure1.paths("x1")) is type(paths(figure1, "x1"))
    assert str(figure1.chain_rule("x1")) == str(chain_rule(figure1, "x1"))


@pytest.mark.parametrize(
    ("show", "yours", "notes"),
    [
        (lambda run, **how: run.table(**how).text, "v₁ = log(x1)", "v₁  = log(v₋₁)"),
        (lambda run, **how: run.graph(**how).text, "v₁ = log(x1)", "v₁ = log(v₋₁)"),
        (lambda run, **how: run.paths("x1", **how).text, "(v₁,x1)", "(v₁,v₋₁)"),
        (lambda run, **how: run.rules(**how).text, "x̄1 += v̄₁ × (1 / x1)", "v̄₋₁ += v̄₁ × (1 / v₋₁)"),
        (lambda run, **how: run.chain_rule("x1", **how).text, "∂v₁/∂x1", "∂v₁/∂v₋₁"),
    ],
    ids=["table", "graph", "paths", "rules", "chain_rule"],
)
def test_every_view_speaks_the_learners_names_or_the_notes(figure1, show, yours, notes):
    assert yours in show(figure1)
    assert notes not in show(figure1)
    assert notes in show(figure1, notation="notes") == show(figure1.in_notation("notes"))
    assert show(figure1.in_notation("notes"), notation="yours") == show(figure1)


@pytest.mark.parametrize(
    ("f", "inputs", "gradient"),
    [
        (lambda x: 3, [2], {"x": 0.0}),
        (lambda x, y: x * x, [2, 3], {"x": 4.0, "y": 0.0}),
        (lambda a: a + a, [2], {"a": 2.0}),
        (lambda x: x, [2], {"x": 1.0}),
        (lambda x: bp.relu(x) * 1, [0], {"x": 0.0}),
        (lambda x: 2**x - 1, [0], {"x": pytest.approx(0.6931471805599453)}),
        (lambda: 2, [], {}),
    ],
    ids=["constant", "unused", "twice", "identity", "kink", "exponent", "nothing"],
)
def test_every_special_case_shows_itself(f, inputs, gradient):
    run = record(f, *inputs)
    assert run.gradient == gradient
    assert str(run)
    assert repr(run).startswith("<record of f(")
    bundle = run._repr_mimebundle_()
    assert bundle["text/plain"]
    for name in gradient:
        assert str(run.paths(name))
        assert str(run.chain_rule(name))


def test_errors_are_those_of_the_trace():
    with pytest.raises(TypeError, match="missing a required argument: 'x2'"):
        record(eq1, 2)
    with pytest.raises(TypeError, match="must return one number"):
        record(lambda x: [x, x], 2)
    with pytest.raises(ValueError, match=r"^in your function, line 3: .*\nlog\(-1\)"):
        record(eq1, -1, 2)


# What it keeps


WAYS = {  # how one and the same array comes in, and what the function makes of it
    "array": (lambda x: x, lambda y: y),
    "list": (lambda x: [x], lambda ys: ys[0]),
    "dict": (lambda x: {"w": x}, lambda table: table["w"]),
    "view": (lambda x: x[::-1], lambda y: y[::-1]),
    "Tensor": (Tensor, lambda y: y),
}


@pytest.mark.parametrize(("give", "take"), WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("when", ["while it runs", "afterwards"])
def test_the_rows_keep_the_old_numbers_of_an_input_that_is_changed_in_place(give, take, when):
    x = np.array([1.0, 2.0])

    def f(given):
        out = (take(given) * take(given)).sum()
        if when == "while it runs":
            x[:] = 100
        return out

    run = record(f, give(x))
    x[:] = 100
    (row,) = run.inputs
    assert (run.value, sorted(row.value), sorted(row.adjoint)) == (5.0, [1.0, 2.0], [2.0, 4.0])
    assert sorted(next(iter(run.paths(row).contributions))) == [1.0, 2.0]
    for kept in [x for each in run.rows for x in (each.value, each.adjoint)]:
        with pytest.raises((ValueError, TypeError)):
            kept[...] = 0


def test_the_rows_keep_the_old_numbers_of_a_constant_which_stays_the_learners():
    c = np.array([3.0, 4.0])
    run = record(lambda x: (x * c).sum(), np.ones(2))
    c[:] = 100
    assert run[1].operands[1].value.tolist() == run.steps[-1].contribution.tolist() == [3.0, 4.0]


def test_an_object_array_and_a_list_are_copied_number_by_number():
    def f(y):
        out = y[0] * y[1]
        y[0] = 100.0
        return out

    for x in (np.array([1.0, 2.0], object), [1.0, 2.0]):
        run = record(f, x)
        assert (list(x), {type(item) for item in x}) == ([1.0, 2.0], {float})
        x[0] = 100.0
        assert ([row.value for row in run.inputs], list(run.gradient.values())) == ([1.0, 2.0], [2.0, 1.0])
