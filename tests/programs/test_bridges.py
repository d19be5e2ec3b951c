"""Runs in the words of PyTorch and JAX: those libraries run them, and find the same value and gradient."""

import importlib.util

import numpy as np
import pytest
from support.array_cases import CASES, operands

import backprop_nb as bp
from backprop_nb.programs import to_jax, to_pytorch
from backprop_nb.runs.rows import Trace

REFUSED = {"put_at"}  # the vJp of an index, which only second derivatives show
TRIALS = [[trial for trial in trials if all(trial.shapes) and trial.options.get("axis") != ()]
          for name, trials in CASES.items() if name not in REFUSED]  # fmt: skip


def weigh(trial, xs):
    """One number in which each element of a result has a weight of its own."""
    outs = trial.run(*xs)
    outs = outs if isinstance(outs, list) else [outs]
    return sum(bp.sum(out * np.cos(np.arange(np.prod(out.shape))).reshape(out.shape)) for out in outs)


def recorded(trials):
    """All of them as one run, and what it was run on."""
    given = [[np.array(x, float) for x in operands(trial)] for trial in trials]

    def f(*given):
        return sum(weigh(trial, xs) for trial, xs in zip(trials, given, strict=True))

    return bp.record(f, *given), [x for xs in given for x in xs]


def program(source):
    """The function that a source defines."""
    names = {}
    exec(compile(source, "<program>", "exec"), names)
    return names["f"]


def ask_torch(torch, run, xs):
    """Value and gradients of the run, as PyTorch finds them."""
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in xs]
    out = program(to_pytorch(run))(*tensors)
    if out.requires_grad:
        out.backward()
    return out.item(), [np.zeros(t.shape) if t.grad is None else t.grad.numpy() for t in tensors]


@pytest.mark.parametrize("third", range(4))
def test_pytorch_finds_the_value_and_the_gradient_of_every_operation(third):
    torch = pytest.importorskip("torch")
    for trials in TRIALS:
        trial = trials[third * (len(trials) - 1) // 3]
        run, xs = recorded([trial])
        value, gradients = ask_torch(torch, run, xs)
        assert value == pytest.approx(run.value, rel=1e-12, abs=1e-13), trial.label
        for g, expected in zip(gradients, run.gradient.values(), strict=True):
            np.testing.assert_allclose(g, expected, rtol=1e-9, atol=1e-12, err_msg=trial.label)


def test_jax_finds_the_value_of_every_operation():
    """Of all at once, so that JAX compiles once, and without its optimiser."""
    jax = pytest.importorskip("jax")
    run, xs = recorded([trials[-1] for trials in TRIALS])
    quickly = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
    value = jax.jit(program(to_jax(run)), compiler_options=quickly)(*xs)
    assert float(value) == pytest.approx(run.value, rel=1e-12)


def network(p, x, labels):
    hidden = np.maximum(x @ p["W1"] + p["b1"], 0.0)
    return bp.softmax_cross_entropy(bp.tanh(hidden) @ p["W2"] + 1, labels) + 0.5 * np.mean(p["W1"] ** 2)


def notes(x1, x2):
    return bp.log(x1) + x1 * x2 - bp.sin(x2)


def runs():
    chance = np.random.default_rng(4)
    p = {"W1": chance.normal(size=(2, 3)), "b1": chance.normal(size=3), "W2": chance.normal(size=(3, 2))}
    x = chance.normal(size=(5, 2))
    yield bp.record(notes, 2, 5), [2.0, 5.0]
    yield bp.record(network, p, x, np.array([0, 1, 1, 0, 1])), [*p.values(), x]
    yield bp.record(lambda x, y: bp.maximum(x, 2) * bp.hypot(3, y) - x**-2 + bp.floordiv(7, y), 1.5, -0.5), (
        [1.5, -0.5])


@pytest.mark.parametrize("example", range(3))
def test_whole_functions_have_the_same_gradient_in_both(example):
    run, xs = list(runs())[example]
    found = {}
    if importlib.util.find_spec("torch"):
        import torch

        found["torch"] = ask_torch(torch, run, xs)
    if importlib.util.find_spec("jax"):
        f = program(to_jax(run))
        import jax

        found["jax"] = jax.value_and_grad(f, argnums=tuple(range(len(xs))))(*map(jax.numpy.asarray, xs))
    if not found:
        pytest.skip("neither PyTorch nor JAX is here")
    for value, gradients in found.values():
        assert float(value) == pytest.approx(run.value, rel=1e-12)
        for g, expected in zip(gradients, run.gradient.values(), strict=True):
            np.testing.assert_allclose(g, expected, rtol=1e-12)


def test_a_line_a_row_and_the_names_of_the_tables_alone():
    source = to_pytorch(bp.record(notes, 2, 5))
    assert source.splitlines()[3:] == [
        "def f(x1, x2):", "    v1 = torch.log(x1)", "    v2 = x1 * x2", "    v3 = torch.sin(x2)",
        "    v4 = v1 + v2", "    v5 = v4 - v3", "    return v5"]  # fmt: skip


def test_what_a_learner_named_is_a_name_or_is_left_out():
    def f(**named):
        return sum(named.values())

    odd = {"import": 1.0, "x y": 2.0, "x_y": 3.0, "torch": 4.0, "v1": 5.0, "é": 6.0, "a;b()": 7.0}
    run = bp.record(f, **odd)
    source = to_pytorch(run).partition("\n\n\n")[2]
    assert source.splitlines()[0] == "def f(import_, x_y, x_y_, torch_, v1_, é, a_b):"
    assert program(source)(*odd.values()) == 28


def test_what_has_no_plain_word_is_refused_by_the_row():
    run = bp.record(lambda x: bp.sum(x * 2.0), np.arange(3.0))
    rows = [row._replace(operation="put_at") if row.operation == "sum" else row for row in run.rows]
    for to, library in ((to_pytorch, "torch"), (to_jax, "jax")):
        with pytest.raises(ValueError, match=f"v₂ = .*: {library} has no plain word for 'put_at'"):
            to(Trace(rows, run.output))
    with pytest.raises(ValueError, match=r"v₁ = .*1,200 numbers is too long.*make it an argument"):
        to_jax(bp.record(lambda x: bp.sum(x * np.ones(1200)), np.ones(1200)))
    with pytest.raises(ValueError, match="no axis is reduced"):
        to_pytorch(bp.record(lambda x: bp.sum(bp.sum(x, axis=())), np.ones((2, 2))))
