"""Notebook 12, training."""

from .. import count
from ..bank import register
from ..tasks import Task
from ..trials import Trials

__all__ = []

# fmt: off
register("12-1", lambda: count(
    "The loss is (w - 3)², and w = 4.6. One step with the rate 0.15: what is w then?", 4.12, {
        "You went uphill: the step is subtracted.": 5.08,
        "The derivative of (w - 3)² is 2 (w - 3).": 4.6 - 0.15 * 1.6,
        "You forgot the rate: it is a factor of the step.": 1.4,
        "That is the step; w is what is left.": 0.48,
        "That is where the loss is least; one step goes part of the way.": 3.0}))

register("12-2", lambda: count(
    "Three batches of equal size have the derivatives 2.4, -1.2 and 5.7 of their mean losses. What is "
    "the derivative of the mean loss of all?", 2.3, {
        "You added: that is right for sums, and these are means.": 6.9,
        "You took the one in the middle.": -1.2,
        "You lost the minus of the second.": 3.1}))


def steps():
    """Weights, gradients and rates on which a step is tried: all exact in binary."""
    import numpy as np

    slope = np.array([[4.0, -2.0], [1.0, 8.0]])
    yield {"W": np.array([[2.0, -1.0], [0.5, 4.0]]), "gradient": slope, "rate": 0.5}
    yield {"W": np.array([0.25, 3.0]), "gradient": np.array([1.0, -16.0]), "rate": 0.125}


register("12-3", lambda: Task(
    "Return the weights W after one step downhill.", "step(W, gradient, rate)", Trials(
        steps, lambda W, gradient, rate: W - rate * gradient, {
            "That goes uphill: subtract.": lambda W, gradient, rate: W + rate * gradient,
            "You forgot the rate.": lambda W, gradient, rate: W - gradient,
            "You return the step itself, not the weights after it.":
                lambda W, gradient, rate: rate * gradient,
            "You return the negative step, not the weights after it.":
                lambda W, gradient, rate: -rate * gradient,
            "You divided by the rate.": lambda W, gradient, rate: W - gradient / rate,
            "The rate scales the gradient, not the weights.":
                lambda W, gradient, rate: rate * (W - gradient)}),
    "That is gradient descent, for a network of any size."))
