"""Notebook 12, training."""

from ..asking import count
from ..bank import register
from ..tasks import Task
from ..trials import Trials

__all__ = []

# fmt: off
register("12-1", lambda: count(
    "The loss is (w - 3)², and w = 5. One step with the rate 0.25: what is w then?", 4.0, {
        "You went uphill: the step is subtracted.": 6.0,
        "The derivative of (w - 3)² is 2 (w - 3).": 5 - 0.25 * 2,
        "You forgot the rate; or that is the step, and w is what is left.": 1.0,
        "That is where the loss is least; one step of this size goes half the way.": 3.0}))

register("12-2", lambda: count(
    "Three batches of equal size have the derivatives 2, -1 and 5 of their mean losses. What is the "
    "derivative of the mean loss of all?", 2.0, {
        "You added: that is right for sums, and these are means.": 6.0,
        "You took the middle one.": -1.0,
        "The minus belongs to it.": 8 / 3}))


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
