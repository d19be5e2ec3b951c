"""Random networks of affine maps, elementwise words and reductions: all passes beside the graph.

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
            np.testing.assert_allclose(others[name], g, near, near * (1 + abs(g).max()), err_msg=name)
        p = {name: x - dtype(0.01) * others[name] for name, x in p.items()}


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
    print(f"{sys.argv[1]} networks, none wrong")
