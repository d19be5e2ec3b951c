"""Code not written for this package: micrograd's own network, Rosenbrock's valley, a spring pendulum."""

import math
import random

import numpy as np
import pytest
from micrograd.engine import Value
from micrograd.nn import MLP

import backprop_nb as bp

POINTS, LABELS = [(0.9, -0.3), (-0.4, 0.8), (0.2, 0.5)], [1, -1, 1]


def margin_loss(model, points, labels, alpha=1e-4):
    """The loss of micrograd's demo: max-margin, with an L2 penalty on every parameter."""
    losses = [(1 + -label * model(point)).relu() for label, point in zip(labels, points, strict=True)]
    return sum(losses) * (1.0 / len(losses)) + alpha * sum(p * p for p in model.parameters())


def network(numbers=None):
    """micrograd's 2-4-1 network; given numbers, its parameters are those instead of Values."""
    random.seed(7)
    model = MLP(2, [4, 1])
    if numbers is not None:
        numbers = iter(numbers)
        for neuron in (neuron for layer in model.layers for neuron in layer.neurons):
            neuron.w, neuron.b = [next(numbers) for _ in neuron.w], next(numbers)
    return model


@pytest.fixture(scope="module")
def demo():
    """micrograd's own gradient, and our record of the same loss as a function of the parameters."""
    model = network()
    loss = margin_loss(model, POINTS, LABELS)
    loss.backward()
    run = bp.record(lambda w: margin_loss(network(w), POINTS, LABELS), [p.data for p in model.parameters()])
    return loss, [p.grad for p in model.parameters()], run


def test_micrograds_network_runs_on_scalars_and_has_the_same_gradient(demo):
    loss, gradient, run = demo
    assert run.value == pytest.approx(loss.data, rel=1e-14)
    assert list(run.gradient.values()) == pytest.approx(gradient, rel=1e-12, abs=1e-15)
    assert any(isinstance(p, Value) for p in network().parameters())  # its own class, while ours were put in


def test_micrograds_network_is_drawn_tabled_and_stepped(demo):
    _, gradient, run = demo
    assert run.graph().svg.count('class="node') == len(run)
    assert f"{run[run.output].name}" in run.table(limit=None).text
    numbers = [row.value for row in run.inputs]
    stepper = bp.widgets.stepper(lambda w: margin_loss(network(w), POINTS, LABELS), numbers)
    stepper.position = len(run) + len(run.steps)
    assert list(stepper.record.gradient.values()) == pytest.approx(gradient, rel=1e-12, abs=1e-15)


def test_rosenbrocks_valley_as_numpy_users_write_it():
    def rosenbrock(x):
        return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    at = np.array([-1.2, 1.0, 0.7])
    run = bp.record(rosenbrock, at)
    one_by_one = bp.record(lambda x: rosenbrock(np.asarray(x)), at.astype(object))  # asarray takes no Tensor
    x, y, z = at
    by_hand = [
        -400 * x * (y - x**2) - 2 * (1 - x),
        200 * (y - x**2) - 400 * y * (z - y**2) - 2 * (1 - y),
        200 * (z - y**2),
    ]
    assert run.value == one_by_one.value == pytest.approx(rosenbrock(at))
    assert run.gradient["x"] == pytest.approx(by_hand)
    assert list(one_by_one.gradient.values()) == pytest.approx(by_hand)
    assert len(run) < len(one_by_one)


def test_the_energy_of_a_spring_pendulum_gives_the_force():
    def energy(x, y, k=20.0, rest=1.0, mass=0.5, g=9.81):
        return 0.5 * k * (np.sqrt(x**2 + y**2) - rest) ** 2 + mass * g * y

    run = bp.record(energy, 0.6, -1.1)
    length = math.hypot(0.6, -1.1)
    pull = 20 * (length - 1) / length
    assert run.gradient == {"x": pytest.approx(pull * 0.6), "y": pytest.approx(pull * -1.1 + 0.5 * 9.81)}
