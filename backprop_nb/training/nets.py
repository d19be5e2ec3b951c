"""Networks as plain functions of a dict of weights: on arrays, and the same lines on numbers."""

import math
import random
from itertools import pairwise

from ..core.primitives import Primitive

__all__ = ["linear", "mlp", "neurons", "start_mlp"]

def linear(W, b, x):
    """A layer on arrays: a row of outputs for each row of inputs (…, m), from W (m, n) and b (n,)."""
    return x @ W + b


def neurons(W, b, x):
    """The same layer on numbers, for one row of inputs: a list of n sums.

    >>> neurons([[1, 2], [3, 4]], [10, 20], [1, -1])
    [8, 18]
    """
    return [sum((x[i] * W[i][j] for i in range(len(x))), b[j]) for j in range(len(b))]


def mlp(parameters, x, activation=None, layer=linear):
    """A multi-layer perceptron: layers ``W1, b1``, ``W2, b2`` …, the activation between them.

    parameters: dict as ``start_mlp`` makes it
    x:          rows of inputs with ``layer=linear``; one row of numbers with ``layer=neurons``
    activation: function of one number or an array; relu if None
    returns:    rows of outputs, or a list: what the last layer gives, before any activation

    >>> mlp({"W1": [[1, -1]], "b1": [0, 0], "W2": [[2], [3]], "b2": [1]}, [-5], layer=neurons)
    [16.0]
    """
    activation, last = activation or Primitive.table["relu"], len(parameters) // 2
    for i in range(1, last + 1):
        x = layer(parameters[f"W{i}"], parameters[f"b{i}"], x)
        if i < last:
            x = activation(x) if layer is linear else [activation(z) for z in x]
    return x


SPREADS = {
    "he": lambda m, n: math.sqrt(2 / m),  # for relu: He and others (2015), arXiv:1502.01852
    "glorot": lambda m, n: math.sqrt(2 / (m + n)),  # for tanh: Glorot and Bengio (2010)
    "zeros": lambda m, n: 0.0,  # for a lesson: all neurons of a layer stay the same
}


def start_mlp(sizes, seed=0, start="he", numbers=False):
    """First weights of an MLP: normal with a spread that keeps signals their size, biases 0.

    sizes:   widths, inputs first: ``[64, 128, 10]``
    start:   "he", "glorot" or "zeros"
    numbers: nested lists of floats instead of arrays; the same numbers for the same seed
    returns: dict ``{"W1": (m, n), "b1": (n,), …}``

    >>> {name: p.shape for name, p in start_mlp([2, 8, 1]).items()}
    {'W1': (2, 8), 'b1': (8,), 'W2': (8, 1), 'b2': (1,)}
    """
    if start not in SPREADS or len(sizes) < 2:
        raise ValueError(
            f"start_mlp takes two widths or more and start = {', '.join(map(repr, SPREADS))}; "
            f"received {sizes!r} and {start!r}"
        )
    draw, parameters = random.Random(seed).gauss, {}
    for i, (m, n) in enumerate(pairwise(sizes), start=1):
        spread = SPREADS[start](m, n)
        parameters[f"W{i}"] = [[draw(0, spread) if spread else 0.0 for _ in range(n)] for _ in range(m)]
        parameters[f"b{i}"] = [0.0] * n
    if numbers:
        return parameters
    import numpy as np

    return {name: np.array(p) for name, p in parameters.items()}
