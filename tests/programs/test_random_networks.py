"""Random networks, and random tangles of values that are used again: passes beside the graph.

``python tests/programs/test_random_networks.py 1000`` makes a long run.
"""

import random
import sys
from itertools import pairwise

import numpy as np
import pytest

import backprop_nb as bp

WORDS = [
    bp.tanh, bp.sigmoid, bp.relu, bp.softplus,
    lambda x: x * x * 0.3, lambda x: -x, lambda x: 2.0 - x, lambda x: x / 3, lambda x: 1 / (x * x + 1.5),
    lambda x: bp.log(x * x + 1), lambda x: bp.sqrt(x * x + 0.5), lambda x: bp.exp(-x * x),
    lambda x: bp.maximum(x, 0.1), lambda x: abs(x) + 0.1, lambda x: x - x.mean(axis=0),
    lambda x: x / (1 + x.sum(axis=1, keepdims=True) ** 2),
]  # fmt: skip
LOSSES = [
    lambda h, labels, c: bp.softmax_cross_entropy(h, labels) * c,
    lambda h, labels, c: (h * h).sum() * c,
    lambda h, labels, c: (h / 2).mean(),
    lambda h, labels, c: bp.logsumexp(h * c, axis=1).sum(),
]


JOINED = [
    lambda x, y: x + y, lambda x, y: x - y, lambda x, y: x * y, lambda x, y: x / (y * y + 1.0),
    bp.maximum, lambda x, y: x @ y.T @ x * 0.1, lambda x, y: x + y.sum() * 0.1,
    lambda x, y: x * y.mean(axis=0), lambda x, y: x - (-y), lambda x, y: -(x - y),
    lambda x, y: 1.0 / (y * y + 2) * x, lambda x, y: x * 2.0 + y * -2.0,
    lambda x, y: bp.where(np.arange(x.size).reshape(x.shape) % 2 > 0, x, y),
]  # fmt: skip
ALONE = [
    *WORDS[:10], lambda x: x * -1.0, lambda x: x / 4.0, lambda x: x.T.T,
    lambda x: x.reshape(-1).reshape(x.shape),
]  # fmt: skip
ENDS = [
    lambda h, x: h.sum(), lambda h, x: (h * 0.5).sum() * 3.0, lambda h, x: h.mean(),
    lambda h, x: (h * x).sum() / 2.0,
]  # fmt: skip


def random_tangle(rng):
    """A function of arrays of one shape, whose values are each read again by any of those that follow."""
    steps = [(rng.random() < 0.5, *(rng.randrange(99) for _ in range(3))) for _ in range(rng.randint(3, 22))]
    end = rng.choice(ENDS)

    def f(*xs):
        values = list(xs)
        for alone, which, i, j in steps:
            x, y = (values[max(0, len(values) - 1 - back)] for back in (i % 5, j % 7))
            values.append(ALONE[which % len(ALONE)](x) if alone else JOINED[which % len(JOINED)](x, y))
        return end(values[-1], values[len(values) // 2])

    return f


def random_network(number):
    """A function of parameters and a batch, and these."""
    rng, numbers = random.Random(number), np.random.default_rng(number)
    widths, batch = [rng.randint(1, 6) for _ in range(rng.randint(2, 5))], rng.randint(1, 8)
    layers = [rng.choices(WORDS, k=rng.randint(0, 4)) for _ in widths[1:]]
    p = {f"W{i}": numbers.normal(size=(n, m)) for i, (n, m) in enumerate(pairwise(widths))}
    p |= {f"b{i}": numbers.normal(size=m) for i, m in enumerate(widths[1:])}
    X, labels = numbers.normal(size=(batch, widths[0])), numbers.integers(widths[-1], size=batch)
    loss, c = rng.choice(LOSSES), rng.choice([1.0, 0.5, 3.0, 1 / batch])

    def f(p, h):
        for i, words in enumerate(layers):
            h = h @ p[f"W{i}"] + p[f"b{i}"]
            for word in words:
                h = word(h)
        return loss(h, labels, c)

    return f, p, X


def largest(g):
    """The largest element; what is infinite or no number must be so in both, anyway."""
    return abs(g[np.isfinite(g)]).max(initial=0)


def train_beside(number, dtype, reuse):
    """Four steps of descent by a program; each value and gradient is the graph's."""
    f, p, X = random_network(number)
    p, X = {name: x.astype(dtype) for name, x in p.items()}, X.astype(dtype)
    graph, replayed = bp.value_and_grad(f), bp.replay(f, reuse=reuse)
    near = 1e-9 if dtype is np.float64 else 3e-3
    for _ in range(4):
        (value, gradients), (found, others) = graph(p, X), replayed(p, X)
        np.testing.assert_allclose(found, value, near)
        for name, g in gradients.items():
            assert others[name].dtype == dtype
            np.testing.assert_allclose(others[name], g, near, near * (1 + largest(g)), err_msg=name)
        p = {name: x - dtype(0.01) * others[name] for name, x in p.items()}


def tangle_beside(number):
    """A program with some passes, one with all that is called again: value and gradients are the graph's."""
    rng, numbers = random.Random(number), np.random.default_rng(number)
    f, shape = random_tangle(rng), (rng.randint(1, 4), rng.randint(1, 4))
    inputs = [numbers.normal(size=shape) for _ in range(rng.randint(1, 3))]
    chosen = tuple(range(len(inputs)))
    graph, replayed = bp.value_and_grad(f, chosen), bp.replay(f, chosen, reuse=number % 2 == 0)
    program = bp.emit(f, *inputs, passes=[name for name in bp.programs.PASSES if rng.random() < 0.75])
    for _ in range(3):
        value, gradients = graph(*inputs)
        for found, others in (replayed(*inputs), program(*inputs)):
            np.testing.assert_allclose(found, value, 1e-9, 1e-12)
            for g, other in zip(gradients, others, strict=True):
                np.testing.assert_allclose(other, g, 1e-7, 1e-9 * (1 + largest(g)))
        inputs = [numbers.normal(size=shape) for _ in inputs]


@pytest.mark.parametrize("number", range(100, 180))
def test_a_random_tangle_has_the_gradients_of_the_graph(number):
    with np.errstate(all="ignore"):
        tangle_beside(number)


@pytest.mark.parametrize("number", range(60))
def test_a_random_network_has_the_gradients_of_the_graph(number):
    train_beside(number, (np.float64, np.float32)[number % 2], reuse=number % 3 == 0)


def test_where_two_signs_cancel_the_value_keeps_its_memory():
    W = np.array([[1.0, -2.0], [0.5, 3.0]])

    def f(x, W):  # the adjoint of v2 is that of v4, with another name, and read once more later
        v1 = bp.tanh(x)
        v2 = v1 @ W
        v3 = -(abs(-(v2 + x)) + 0.1)
        return ((v3 @ W) * v3).sum()

    x = np.array([[1.0, 0.5], [-0.3, 2.0]])
    (value, gradients), graph = (
        bp.emit(f, x, W, passes=bp.programs.PASSES)(x, W),
        bp.value_and_grad(f, (0, 1)),
    )
    for found, expected in zip(gradients, graph(x, W)[1], strict=True):
        np.testing.assert_allclose(found, expected, 1e-12)
    assert value == pytest.approx(graph(x, W)[0])


if __name__ == "__main__":
    for number in range(int(sys.argv[1])):
        train_beside(number, (np.float64, np.float32)[number % 2], reuse=number % 3 == 0)
        tangle_beside(number)
    print(f"{sys.argv[1]} networks and tangles, none wrong")
