"""Results share memory with nothing that a graph keeps or a caller gave, and no caller's array is frozen."""

import numpy as np
import pytest

import backprop_nb as bp
from backprop_nb import Tensor

X = np.array([[0.4, 1.5, 0.9], [2.5, 0.7, 1.2]])
G = np.array([[1.0, -2.0, 0.5], [0.3, 1.0, 2.0]])
FUNCTIONS = {
    "exp": bp.exp, "identity": lambda x: x, "square": lambda x: x * x, "transposed": lambda x: x.T.T,
    "reshaped": lambda x: bp.exp(x).reshape(3, 2).reshape(2, 3), "slice": lambda x: bp.tanh(x)[:, ::1],
    "pair": lambda x: bp.where(x > 1, x, bp.exp(x)), "product": lambda x: x @ (x.T @ x),
}  # fmt: skip
functions = pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)


@functions
def test_a_pull_gives_the_old_gradient_whatever_is_written_into_arguments_and_result(f):
    expected = bp.vjp(f, X)[1](G)[0]
    x, g = X.copy(), G.copy()
    out, pull = bp.vjp(f, x)
    out[...] = np.nan
    assert np.array_equal(x, X)
    x -= 5.0
    flow = pull(g)[0]
    np.testing.assert_array_equal(flow, expected)
    flow[...] = np.nan
    assert np.array_equal(g, G)
    np.testing.assert_array_equal(pull(g)[0], expected)


def test_several_results_share_nothing_with_each_other():
    (y, z), pull = bp.vjp(lambda x: (bp.exp(x), bp.exp(x) * 2), X)
    expected = pull((G, G))[0]
    y[...] = z[...] = 0.0
    np.testing.assert_array_equal(pull((G, G))[0], expected)


CONSTANTS = {
    "mul": lambda x, c: (x * c).sum(), "div": lambda x, c: (c / x).sum(),
    "matmul": lambda x, c: (x @ c.T).sum(), "matmul reflected": lambda x, c: (c.T @ x).sum(),
    "pow": lambda x, c: (x**c).sum(),
    "where": lambda x, c: bp.where(c > 1, x, 0.0).sum(), "clip": lambda x, c: bp.clip(x, c / 2, c).sum(),
    "einsum": lambda x, c: bp.einsum("ij,ij->", x, c), "outer": lambda x, c: bp.outer(x, c).sum(),
    "maximum": lambda x, c: bp.maximum(x, c).sum(),
    "take": lambda x, c: bp.take(x, (c > 1).astype(int), 1).sum(),
    "index": lambda x, c: x[(c > 1).astype(int)].sum(),
}  # fmt: skip


@pytest.mark.parametrize("f", CONSTANTS.values(), ids=CONSTANTS)
def test_a_constant_that_is_filled_anew_before_the_sweep_counts_as_it_was(f):
    buffer, parts = np.empty_like(X), (G + 3.0, X, X + 1.0)

    def refilled(x):
        total = 0.0
        for part in parts:
            buffer[...] = part
            total = total + f(x, buffer)
        return total

    expected = sum(bp.grad(lambda x, c=part: f(x, c))(X) for part in parts)
    np.testing.assert_allclose(bp.grad(refilled)(X), expected)
    out, pull = bp.vjp(refilled, X)
    buffer[...] = 0.0
    np.testing.assert_allclose(pull(1.0)[0], expected)
    run = bp.record(refilled, X)
    np.testing.assert_allclose(run.gradient["x"], expected)
    assert run.value == pytest.approx(out)


def test_labels_may_be_changed_before_the_pull():
    labels = np.array([0, 2])
    expected = bp.grad(bp.softmax_cross_entropy)(X, labels)
    _, pull = bp.vjp(lambda x: bp.softmax_cross_entropy(x, labels), X)
    labels[...] = 1
    np.testing.assert_array_equal(pull(1.0)[0], expected)


def test_every_line_of_a_record_with_a_buffer_that_is_used_again_is_true():
    def weighted(x):
        weights, total = np.zeros(2), 0.0
        for i in (1.0, 2.0, 3.0):
            weights[:] = i
            total = total + (x * weights).sum()
        return total

    run = bp.record(weighted, np.array([1.0, 2.0]))
    for row in run.rows:
        if row.operation == "mul":
            np.testing.assert_array_equal(row.operands[0].value * row.operands[1].value, row.value)
    assert run.gradient["x"].tolist() == [6.0, 6.0]


def test_parameters_can_be_updated_in_place_between_any_two_calls():
    W, c = X.copy(), G.copy()
    loss = lambda W: bp.sum(bp.tanh(W @ c.T) ** 2)  # noqa: E731
    x = Tensor(W)
    out = loss(x)
    gradients = (
        bp.grad(loss),
        lambda W: bp.vjp(loss, W)[1](1.0)[0],
        lambda W: bp.record(loss, W).gradient["W"],
    )
    for gradient in gradients:
        W -= 0.1 * gradient(W)
        c *= 0.9
        assert W.flags.writeable
        assert c.flags.writeable
    out.backward()  # of the parameters and constants as they were
    np.testing.assert_allclose(x.gradient, bp.grad(lambda W: bp.sum(bp.tanh(W @ G.T) ** 2))(X))
