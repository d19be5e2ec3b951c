"""The works of the array benchmarks: each one program for every library, with its twin written by hand."""

import itertools
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from . import by_hand

__all__ = ["WORKS", "Problem", "Work", "two_layers"]


@dataclass(frozen=True)
class Problem:
    """A work with its numbers.

    parameters: dict of the arrays to differentiate with respect to
    program:    library → a function of such a dict
    twin:       such a dict → the same by hand, an object with ``run`` and, where there is a rate, ``train``
    seed:       what is pulled back, where the output is no single number
    rate:       of the step of gradient descent that ends the work, where it is training
    """

    parameters: dict
    program: object
    twin: object
    seed: object = None
    rate: float | None = None

    def by_library(self, library):
        """The work done by a library, as a function without arguments."""
        f = self.program(library)
        if self.rate is not None:
            return library.training(f, self.parameters, self.rate)
        return library.gradient(f, self.parameters, self.seed)

    def by_hand(self):
        """The work done by hand, as a function without arguments."""
        twin = self.twin({name: p.copy() for name, p in self.parameters.items()})
        return twin.run if self.rate is None else partial(twin.train, self.rate)


class Work(NamedTuple):
    """A line of the table: what it says, what builds the problem, how often the time by hand it may take."""

    what: str
    build: object
    target: float | None = None


def perceptron(sizes, batch, dtype):
    """One step of training: relu between the layers, the mean softmax cross-entropy of random labels."""
    rng = np.random.default_rng(1)
    parameters = {}
    for i, (fan_in, fan_out) in enumerate(itertools.pairwise(sizes)):
        parameters[f"W{i}"] = (rng.normal(size=(fan_in, fan_out)) / np.sqrt(fan_in)).astype(dtype)
        parameters[f"b{i}"] = np.zeros(fan_out, dtype)
    X, labels = rng.normal(size=(batch, sizes[0])).astype(dtype), rng.integers(sizes[-1], size=batch)
    last = len(sizes) - 2
    hidden = [(f"W{i}", f"b{i}") for i in range(last)]

    def program(library):
        ops, x0, y = library.ops, library.constant(X), library.constant(labels)

        def loss(p):
            x = x0
            for W, b in hidden:
                x = ops.relu(ops.affine(x, p[W], p[b]))
            return ops.cross_entropy(ops.affine(x, p[f"W{last}"], p[f"b{last}"]), y)

        return loss

    return Problem(parameters, program, lambda p: by_hand.Perceptron(p, X, labels), rate=1e-3)


def elementwise(n):
    """The sum of 20 elementwise operations in a row on n elements; eight of them keep an array for backward.

    None is sin or cos: in NumPy each takes as long as ten of the others and would hide what an engine adds.
    """

    def program(library):
        ops = library.ops

        def value(p):
            x = ops.tanh(p["x"] * 0.7 + 0.3)
            x = ops.exp(x * 1.5)
            x = ops.log((x - 0.2) / 3.0 + 1.5)
            x = 1.0 / (-(x * x) + 2.0)
            x = ops.relu(x * 4.0 - 3.0)
            x = ops.sqrt(ops.exp(x) + 0.1) / 2.0
            return ops.sum(x)

        return value

    x = np.random.default_rng(2).normal(size=n)
    return Problem({"x": x}, program, by_hand.Chain)


def products(batch, n, bias=False):
    """A batch of products of n×n matrices, plus a row b where wanted, pulled back to all operands."""
    rng = np.random.default_rng(3)
    A, B, G = rng.normal(size=(3, batch, n, n))
    parameters = {"A": A, "B": B, **({"b": rng.normal(size=n)} if bias else {})}

    def program(library):
        return lambda p: p["A"] @ p["B"] + p["b"] if bias else p["A"] @ p["B"]

    return Problem(parameters, program, lambda p: by_hand.Products(p, G), G)


def additions(times, n, both=True):
    """x + y + y + … on n elements, pulled back to x, and to y where both are parameters."""
    x, y, G = np.random.default_rng(5).normal(size=(3, n))

    def program(library):
        constant = library.constant(y)

        def total(p):
            x, y = p["x"], p["y"] if both else constant
            for _ in range(times):
                x = x + y
            return x

        return total

    parameters = {"x": x, "y": y} if both else {"x": x}
    return Problem(parameters, program, lambda p: by_hand.Additions(p, times, p.get("y", y), G), G)


def two_layers(library, n=20, hidden=50, outputs=30):
    """A small network x ↦ tanh(tanh(x A) B) for a Jacobian: the function, a point x, and its twin by hand."""
    rng = np.random.default_rng(6)
    x, A, B = rng.normal(size=n), rng.normal(size=(n, hidden)) / 4, rng.normal(size=(hidden, outputs)) / 7
    ops, a, b = library.ops, library.constant(A), library.constant(B)
    return lambda x: ops.tanh(ops.tanh(x @ a) @ b), x, by_hand.TwoLayers(x, A, B)


def perceptrons(sizes, batch, targets):
    """The works of one network in both precisions."""
    what = f"MLP {'-'.join(map(str, sizes))}, batch {batch}, one step"
    return [
        Work(f"{what}, {dtype.__name__}", partial(perceptron, sizes, batch, dtype), target)
        for dtype, target in zip((np.float64, np.float32), targets, strict=True)
    ]


WORKS = {
    "tiny": perceptrons((2, 16, 16, 2), 100, (2.0, 2.0)),
    "small": perceptrons((64, 128, 10), 128, (1.3, 1.35)),
    "large": perceptrons((784, 512, 512, 10), 256, (1.05, 1.05)),
    "chain20": [Work("20 elementwise operations on 10⁶ elements", partial(elementwise, 10**6), 1.55)],
    "batched": [Work("batched product (64, 128, 128)², both gradients", partial(products, 64, 128), 1.05)],
    "bias": [Work("the same and a broadcast bias", partial(products, 64, 128, bias=True), 1.05)],
    "additions": [
        Work("1000 × x + y, 10 elements, both gradients", partial(additions, 1000, 10), 3.6),
        Work("1000 × x + constant, 10 elements", partial(additions, 1000, 10, both=False)),
    ],
}
