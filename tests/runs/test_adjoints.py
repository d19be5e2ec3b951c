"""The reverse sweep over rows: the same gradient as of the engine, and steps that add up to the adjoints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.programs import random_program, run, spelled

import backprop_nb as bp
from backprop_nb import Scalar
from backprop_nb.runs.tracing import trace


def test_the_gradient_of_a_run_is_that_of_the_sweep_on_random_programs_and_its_steps_add_up():
    """Orders differ, and so may roundings; on a chain or a tree nothing is left to differ."""
    for seed in range(150):
        program = random_program(seed)
        record = trace(lambda *xs, program=program: run(program, xs, spelled), *program.inputs)
        check_steps(record)
        nodes = [Scalar(x) for x in program.inputs]
        out = run(program, nodes, spelled)
        out.backward()
        assert record.value == out.value
        scale = max(abs(step.contribution) for step in record.steps)
        for found, node in zip(record.gradient.values(), nodes, strict=True):
            assert found == pytest.approx(node.gradient or 0.0, rel=1e-10, abs=1e-10 * scale)


def check_steps(record):
    """Every step follows from the ones before it, and the last one of each row gives its adjoint."""
    seed, *flows = record.steps
    assert (seed.kind, seed.target, seed.after, seed.sign) == ("seed", record.output, 1.0, "=")
    so_far = {record.output: 1.0}
    for step in flows:
        operand = record[step.source].operands[step.slot]
        assert (step.kind, operand.index, operand.partial) == ("flow", step.target, step.partial)
        assert step.first is (step.target not in so_far)
        assert step.before == so_far.get(step.target)
        assert step.g == so_far[step.source] == record[step.source].adjoint
        assert step.contribution == step.g * step.partial
        assert step.after == step.contribution + (step.before or 0.0)
        so_far[step.target] = step.after
    sources = [step.source for step in flows]
    assert sources == sorted(sources, reverse=True)
    for row in record.rows:
        assert so_far.get(row.index, 0.0) == row.adjoint
    edges = [step.edge for step in flows]
    operands = [x for row in record.rows for x in row.operands]
    assert len(set(edges)) == len(edges) == sum(x.index is not None for x in operands)


@given(x=st.floats(-5, 5), n=st.integers(0, 30))
def test_a_loop_is_another_graph_each_run(x, n):
    def f(x):
        out = x
        for k in range(n):
            out = bp.tanh(out) + k * x
        return out

    record = trace(f, x)
    assert len(record) == 1 + 3 * n
    check_steps(record)


def test_a_deep_run_is_no_trouble():
    def f(x):
        for _ in range(20_000):
            x = x + 1e-6
        return x

    record = trace(f, 1.0)
    assert (len(record), record.gradient, len(record.steps)) == (20_001, {"x": 1.0}, 20_001)
