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
    "Three batches of equal size have the derivatives 2, -1 and 5 of their mean losses. What is the derivative "
    "of the mean loss of all?", 2.0, {
        "You added: that is right for sums, and these are means.": 6.0,
        "You took the middle one.": -1.0,
        "The minus belongs to it.": 8 / 3}))


def steps():
    """Parameters, gradients and rates on which a step is tried."""
    yield {"parameters": {"w": 2.0, "b": -1.0}, "gradient": {"w": 4.0, "b": -2.0}, "rate": 0.5}
    yield {"parameters": {"w": 0.25}, "gradient": {"w": 1.0}, "rate": 0.125}


def read_step(result, parameters, *_):
    """The numbers of a dict built like ``parameters``; ValueError for anything else."""
    if not isinstance(result, dict) or result.keys() != parameters.keys():
        raise ValueError(f"return a dict with the keys {', '.join(parameters)}; received {result!r:.60}")
    return result


def stepped(change):
    """A function that makes every step in this way."""
    return lambda parameters, gradient, rate: {
        name: change(p, gradient[name], rate) for name, p in parameters.items()}


register("12-3", lambda: Task(
    "Return a new dict: every parameter one step downhill.", "step(parameters, gradient, rate)", Trials(
        steps, stepped(lambda p, g, rate: p - rate * g), {
            "That goes uphill: subtract.": stepped(lambda p, g, rate: p + rate * g),
            "You forgot the rate.": stepped(lambda p, g, rate: p - g),
            "You return the step itself, not the parameter after it.": stepped(lambda p, g, rate: rate * g),
            "You return the negative step, not the parameter after it.": stepped(lambda p, g, rate: -rate * g),
            "You divided by the rate.": stepped(lambda p, g, rate: p - g / rate)},
        where="For {parameters}, the gradient {gradient} and the rate {rate:g}", split=read_step),
    "That is gradient descent: two lines, whatever the network."))
