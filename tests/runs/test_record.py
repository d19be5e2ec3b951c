"""Record: the run that shows itself."""

import subprocess
import sys

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb import Record, record, table
from backprop_nb.runs.chain_rule import chain_rule
from backprop_nb.runs.graph import graph
from backprop_nb.runs.paths import paths
from backprop_nb.runs.tracing import Trace, trace


def eq1(x1, x2):
    return np.log(x1) + x1 * x2 - np.sin(x2)


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


def test_it_is_a_trace_of_the_same_run(figure1):
    plain = trace(eq1, 2, 5)
    assert isinstance(figure1, Record)
    assert isinstance(figure1, Trace)
    assert (figure1.rows, figure1.steps, figure1.output, figure1.title) == (plain.rows, plain.steps, 5, "eq1")
    assert figure1.gradient == plain.gradient == {"x1": 5.5, "x2": pytest.approx(1.7163378145367738)}


def test_inputs_go_by_position_or_by_name(figure1):
    assert record(eq1, x2=5, x1=2).rows == record(eq1, 2, x2=5).rows == figure1.rows


def test_str_is_the_text_table(figure1):
    assert str(figure1) == table.table(figure1).text
    text = " ".join(str(figure1).split())
    for part in ("v₋₁ = x1", "v₅ = v₄ - v₃", "11.6521", "v̄₋₁ += v̄₁ ∂v₁/∂v₋₁", "5.5", "1.71634"):
        assert part in text


def test_repr_is_one_line(figure1):
    assert repr(figure1) == "<record of eq1(x1, x2): 7 rows, 2 of them inputs>"


def test_a_notebook_gets_a_picture_and_a_text_that_stands_alone(figure1):
    bundle = figure1._repr_mimebundle_()
    assert str(figure1) in bundle["text/plain"]
    assert "v₅ = v₄ - v₃" in " ".join(bundle.get("image/svg+xml", bundle.get("text/html", "")).split())


def test_every_view_is_a_method(figure1):
    assert str(figure1.table()) == str(table.table(figure1))
    assert str(figure1.graph()) == str(graph(figure1))
    assert type(figure1.paths("x1")) is type(paths(figure1, "x1"))
    assert str(figure1.chain_rule("x1")) == str(chain_rule(figure1, "x1"))


def test_names_that_look_like_markup_are_text():
    run = record(
        lambda d: d["<script>alert(1)</script>"] * 2 + d['"]'], {"<script>alert(1)</script>": 3, '"]': 1}
    )
    bundle = run._repr_mimebundle_()
    assert run.gradient == {"d[<script>alert(1)</script>]": 2.0, 'd["]]': 1.0}
    for kind, content in bundle.items():
        assert kind == "text/plain" or "<script>" not in content


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
    with pytest.raises(ValueError, match=r"^log\(-1\)"):
        record(eq1, -1, 2)
