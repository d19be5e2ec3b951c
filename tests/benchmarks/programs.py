"""The programs that the benchmarks run, each written once for every class of scalar nodes."""

import itertools
import math
import random
from dataclasses import dataclass
from typing import NamedTuple

from micrograd.engine import Value

from backprop_nb.core.scalar import Scalar

__all__ = ["CONTENDERS", "backward_of", "chain", "demo_step", "margin_loss", "moons", "network", "random_dag"]


class Contender(NamedTuple):
    """A class of nodes, the two functions that not every class brings along, and the names of its fields."""

    name: str
    node: type
    tanh: object
    exp: object
    value: str
    gradient: str


def micrograd_tanh(x):
    """tanh for micrograd, which has none, in the manner of its own relu."""
    t = math.tanh(x.data)
    out = Value(t, (x,), "tanh")

    def backward():
        x.grad += (1 - t * t) * out.grad

    out._backward = backward
    return out


def micrograd_exp(x):
    """exp for micrograd, likewise."""
    t = math.exp(x.data)
    out = Value(t, (x,), "exp")

    def backward():
        x.grad += t * out.grad

    out._backward = backward
    return out


CONTENDERS = (
    Contender("backprop_nb", Scalar, Scalar.tanh, Scalar.exp, "value", "gradient"),
    Contender("micrograd", Value, micrograd_tanh, micrograd_exp, "data", "grad"),
)


@dataclass(frozen=True)
class Dag:
    """A random program: instruction k, (kind, i, j), makes value ``len(inputs) + k`` from values i and j."""

    inputs: list
    instructions: list

    def __len__(self):
        return len(self.inputs) + len(self.instructions)

    def run(self, contender, inputs=None):
        """Compute it on fresh nodes; returns the inputs' nodes and the result."""
        leaves = [contender.node(x) for x in inputs or self.inputs]
        tanh, exp = contender.tanh, contender.exp
        values = leaves[:]
        for kind, i, j in self.instructions:
            if kind == "scale":
                out = values[i] * 0.3
            elif kind == "tanh":
                out = tanh(values[i])
            elif kind == "exp":
                out = exp(values[i])
            elif kind == "mul":
                out = values[i] * values[j]
            else:
                out = values[i] + values[j]
            values.append(out)
        return leaves, values[-1]


def random_dag(layers=100, width=99, inputs=16, seed=0):
    """Layers of one kind each, in turn, whose two-operand ones reach back at random; a sum closes it.

    returns: Dag of about ``layers * width`` nodes, whose values stay within ±10
    """
    rng = random.Random(seed)
    instructions, newest, recent = [], list(range(inputs)), {}

    def instruct(kind, i, j):
        instructions.append((kind, i, j))
        return inputs + len(instructions) - 1

    for depth in range(layers):
        kind = ("scale", "tanh", "exp", "mul", "add")[depth % 5]
        reach = {"mul": recent.get("tanh"), "add": recent.get("mul")}.get(kind)
        newest = [
            instruct(kind, newest[place % len(newest)], rng.choice(reach) if reach else None)
            for place in range(width)
        ]
        recent[kind] = (recent.get(kind, []) + newest)[-3 * width :]
    total = newest[0]
    for i in newest[1:]:
        total = instruct("add", total, i)
    return Dag([rng.uniform(-1, 1) for _ in range(inputs)], instructions)


def backward_of(contender, dag):
    """Forward and backward on fresh nodes; returns the gradient with respect to the inputs."""
    leaves, out = dag.run(contender)
    out.backward()
    return [getattr(leaf, contender.gradient) for leaf in leaves]


def moons(n, seed=0, noise=0.1):
    """Two half circles that interlock, with labels -1 and 1: a list of points (x, y) and a list of labels."""
    rng = random.Random(seed)
    points, labels = [], []
    for i in range(n):
        upper = i % 2 == 0
        angle = rng.uniform(0, math.pi)
        x, y = (math.cos(angle), math.sin(angle)) if upper else (1 - math.cos(angle), 0.5 - math.sin(angle))
        points.append((x + rng.gauss(0, noise), y + rng.gauss(0, noise)))
        labels.append(-1.0 if upper else 1.0)
    return points, labels


def network(node, widths=(2, 16, 16, 1), seed=0):
    """Random weights for a multilayer perceptron: one list per layer of one (weights, bias) per neuron."""
    rng = random.Random(seed)
    return [
        [([node(rng.uniform(-1, 1)) for _ in range(fan_in)], node(0.0)) for _ in range(fan_out)]
        for fan_in, fan_out in itertools.pairwise(widths)
    ]


def score(layers, point):
    """What the network says about one point: relu after every layer but the last."""
    *hidden, last = layers
    for layer in hidden:
        point = [affine(neuron, point).relu() for neuron in layer]
    return affine(last[0], point)


def affine(neuron, point):
    """w₁x₁ + w₂x₂ + … + b"""
    weights, bias = neuron
    return sum((w * x for w, x in zip(weights, point, strict=True)), bias)


def parameters(layers):
    """Every weight and bias."""
    return [p for layer in layers for weights, bias in layer for p in (*weights, bias)]


def margin_loss(layers, points, labels, alpha=1e-4):
    """Mean of max(0, 1 - label·score), with ``alpha`` times the sum of squares of all parameters."""
    losses = [(1 + -label * score(layers, point)).relu() for point, label in zip(points, labels, strict=True)]
    return sum(losses) * (1.0 / len(losses)) + alpha * sum(p * p for p in parameters(layers))


def demo_step(contender, layers, points, labels, wrapped=True, rate=0.05):
    """One step of gradient descent as micrograd's demo takes it; returns the loss as a number.

    wrapped: whether the coordinates are made nodes first, as the demo does, or stay plain numbers
    """
    value, gradient = contender.value, contender.gradient
    if wrapped:
        points = [[contender.node(x) for x in point] for point in points]
    loss = margin_loss(layers, points, labels)
    for p in parameters(layers):
        setattr(p, gradient, 0.0)
    loss.backward()
    for p in parameters(layers):
        setattr(p, value, getattr(p, value) - rate * getattr(p, gradient))
    return getattr(loss, value)


def chain(x, n):
    """n operations in a row on x, multiplications by a constant and additions of one in turn."""
    for _ in range(n // 2):
        x = x * 1.0000001 + 0.1
    return x
