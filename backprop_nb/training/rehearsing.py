"""A small network on points in the plane, trained a few steps at a time, with what can go wrong."""

import math
from collections.abc import Callable
from typing import NamedTuple

from ..arrays.trees import flatten, map_leaves
from ..core.primitives import Primitive
from .data import moons, spirals, take_rows
from .fitting import on_numbers, shuffle
from .losses import logistic
from .nets import mlp, neurons, start_mlp
from .optimisers import sgd

__all__ = ["ACTIVATIONS", "CLOUDS", "TROUBLES", "Rehearsal", "Trouble"]

CLOUDS = {"moons": moons, "spirals": spirals}
ACTIVATIONS = ("tanh", "relu", "sigmoid")
LARGEST = 1e9  # of a loss or a weight: beyond, the rehearsal stops


class Trouble(NamedTuple):
    """Something that goes wrong on purpose: its name, what to look at, and what is changed."""

    title: str
    words: str
    settings: dict
    start: str = "glorot"
    change: Callable | None = None
    forgets: bool = False


def set_biases(value):
    """A function that gives every bias of a hidden layer this value."""

    def change(parameters):
        last = f"b{len(parameters) // 2}"
        return {
            name: [value] * len(p) if name[0] == "b" and name != last else p for name, p in parameters.items()
        }

    return change


TROUBLES = {
    "none": Trouble(
        "nothing",
        "At a good rate the loss falls, the border bends, and all layers have gradients of similar size.",
        {},
    ),
    "rate": Trouble(
        "rate too high",
        "Each step is longer than the valley is wide: the loss jumps up instead of falling.",
        {"rate": 20.0},
    ),
    "zeros": Trouble(
        "all weights zero",
        "Neurons of one layer get the same gradient and stay the same; where everything is 0, only the last "
        "bias moves at all.",
        {},
        start="zeros",
    ),
    "dead": Trouble(
        "dead relus",
        "No relu is above 0 for any example: its local derivative is 0, and nothing flows on through it.",
        {"activation": "relu"},
        change=set_biases(-9.0),
    ),
    "flat": Trouble(
        "saturated tanh",
        "Every tanh is close to 1, where it is flat: each layer multiplies the gradient by almost 0.",
        {"activation": "tanh"},
        change=set_biases(6.0),
    ),
    "reset": Trouble(
        "forgotten reset",
        "Each step adds its gradient to the old ones, as += does when nobody sets it to 0 first: the steps "
        "follow the past.",
        {},
        forgets=True,
    ),
}


class Rehearsal:
    """A network in training, one step at a time; the gradient it holds is the one that the next step takes.

    data:       "moons" or "spirals": ``points`` of them, as rows of two numbers, with labels 0 and 1
    hidden:     widths of the hidden layers
    activation: "tanh", "relu" or "sigmoid"
    rate:       learning rate; may be changed between steps
    trouble:    a name of ``TROUBLES``
    batch:      examples a step

    >>> rehearsal = Rehearsal(hidden=(3,), points=12, batch=6)
    >>> before = rehearsal.value
    >>> rehearsal.walk(20).steps, rehearsal.value < before
    (20, True)
    """

    def __init__(self, data="moons", hidden=(8, 8), activation="tanh", rate=1.0, trouble="none",
                 points=80, batch=20, seed=0):  # fmt: skip
        for name, known in ((data, CLOUDS), (activation, ACTIVATIONS), (trouble, TROUBLES)):
            if name not in known:
                raise ValueError(f"no {name!r}: choose {', '.join(known)}")
        hidden = [int(n) for n in hidden]
        if not (1 <= len(hidden) <= 4 and all(1 <= n <= 16 for n in hidden)):
            raise ValueError(f"one to four hidden layers of 1 to 16 neurons; received {hidden}")
        if not (isinstance(rate, (int, float)) and 0 < rate <= 100):
            raise ValueError(f"a rate is above 0 and at most 100; received {rate!r}")
        chosen = TROUBLES[trouble]
        self.trouble, self.seed, self.batch = trouble, seed, batch
        self.points = CLOUDS[data](points, seed=seed)
        self.settings = {"data": data, "hidden": hidden, "activation": activation, "rate": float(rate)}
        self.settings |= chosen.settings
        self.activation = Primitive.table[self.settings["activation"]]
        parameters = start_mlp([2, *hidden, 1], seed, chosen.start, numbers=True)
        self.parameters = chosen.change(parameters) if chosen.change else parameters
        self.losses, self.steps, self.stopped, self.gradient = [], 0, "", None
        self.look_ahead()

    def loss(self, parameters, rows, labels):
        """The mean over these examples of log(1 + e^(−sign · score))."""
        scores = [self.score(parameters, row) for row in rows]
        return logistic(scores, [2 * label - 1 for label in labels])

    def score(self, parameters, row):
        """What the network says of one point: class 1 above 0."""
        return mlp(parameters, row, self.activation, neurons)[0]

    def examples(self):
        """The columns of the batch that comes next."""
        n = len(self.points.labels)
        epoch, place = divmod(self.steps * self.batch, n - n % self.batch)
        order = shuffle(n, self.seed, epoch)[place : place + self.batch]
        return [take_rows(column, order) for column in self.points]

    def look_ahead(self):
        """Loss and gradient of the next batch at the present weights; where they grow beyond bounds, stop."""
        self.value, gradient = on_numbers(self.loss)(self.parameters, *self.examples())
        leaves = flatten(gradient)[0] + flatten(self.parameters)[0] + [self.value]
        if not all(abs(x) < LARGEST for x in leaves):
            self.stopped = f"Stopped at step {self.steps}: numbers beyond {LARGEST:.0e}. Try a smaller rate."
            return
        if TROUBLES[self.trouble].forgets and self.gradient is not None:
            gradient = map_leaves(lambda old, new: old + new, self.gradient, gradient)
        self.gradient = gradient
        self.losses.append(self.value)

    def walk(self, steps=1):
        """So many steps downhill; fewer where it has stopped. Returns itself."""
        for _ in range(steps):
            if self.stopped:
                break
            step = sgd(self.settings["rate"])
            self.parameters, _ = step(self.parameters, self.gradient, None)
            self.steps += 1
            self.look_ahead()
        return self

    def right(self):
        """How many points lie on their side of the border."""
        rows, labels = self.points
        scores = [self.score(self.parameters, row) for row in rows]
        return sum((score > 0) == label for score, label in zip(scores, labels, strict=True))

    def layer_sizes(self):
        """The root mean square of the gradient of each layer's weights, from the input on."""
        layers = [flatten(self.gradient[f"W{i}"])[0] for i in range(1, len(self.parameters) // 2 + 1)]
        return [math.sqrt(sum(g * g for g in layer) / len(layer)) for layer in layers]
