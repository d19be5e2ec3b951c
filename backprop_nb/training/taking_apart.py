"""Where a weight's derivative comes from: products along paths for one example, examples for a batch."""

import math
import re
from typing import NamedTuple

from ..drawing.notation import factor, number
from ..runs.paths import add_value, paths
from ..runs.recording import record
from .data import take_rows
from .fitting import on_numbers

__all__ = ["Derivative", "read_weight", "take_apart"]


class Derivative(NamedTuple):
    """One weight's derivative, taken apart.

    weight:     its name, "W1[0][3]"
    example:    which of the batch, from 0
    paths:      for each path from that example's loss to the weight, its local partials other than 1
    value:      the derivative of that example's loss, as the sweep finds it: the sum of the paths' products
    examples:   the derivative of each example's loss
    batch:      the derivative of the batch's loss: the mean of ``examples``
    rows:       how many rows that example's run has
    """

    weight: str
    example: int
    paths: list
    value: float
    examples: list
    batch: float
    rows: int

    @property
    def lines(self):
        """Each path as an equation in numbers."""
        return [
            add_value(" · ".join(map(factor, path)) or "1", number(math.prod(path), 4)) for path in self.paths
        ]

    def __str__(self):
        count = f"{len(self.paths)} path{'s' * (len(self.paths) != 1)}"
        head = f"{self.weight}, example {self.example}: {count} in a run of {self.rows} rows"
        foot = f"sum: {number(self.value, 4)}; the mean over all {len(self.examples)} examples: "
        return "\n".join([head, *self.lines, foot + number(self.batch, 4)])


def take_apart(loss, parameters, examples, weight, which=0):
    """Where the derivative of ``loss(parameters, *examples)`` with respect to one weight comes from.

    loss:       function as for ``fit``, a mean over its examples
    parameters: dict of (lists of) floats
    examples:   columns of a batch, as lists
    weight:     its name, such as "W1[0][3]"
    which:      the example whose run is recorded
    returns:    Derivative

    >>> def loss(p, x):
    ...     return sum((p["w"] * xi + p["b"]) ** 2 for xi in x) / len(x)
    >>> print(take_apart(loss, {"w": 3.0, "b": 1.0}, ([1.0, 2.0],), "w"))
    w, example 0: 1 path in a run of 7 rows
    8
    sum: 8; the mean over all 2 examples: 18
    """
    place = read_weight(parameters, weight)
    differentiate = on_numbers(loss)
    singles = [[take_rows(column, [i]) for column in examples] for i in range(len(examples[0]))]
    if not 0 <= which < len(singles):
        raise ValueError(f"the examples are 0 … {len(singles) - 1}; received {which}")
    run = record(lambda parameters: loss(parameters, *singles[which]), parameters)
    label = f"parameters[{place[0]}]" + "".join(f"[{i}]" for i in place[1:])
    routes = [[step.partial for step in path.steps if step.partial != 1] for path in paths(run, label)]
    slopes = [pick_out(differentiate(parameters, *single)[1], place) for single in singles]
    batch = pick_out(differentiate(parameters, *examples)[1], place)
    return Derivative(weight, which, routes, slopes[which], slopes, batch, len(run.rows))


def read_weight(parameters, weight):
    """The keys and places that a name such as "W1[0][3]" spells; ValueError where there is no such weight."""
    name, *rest = re.findall(r"[^\[\]]+", str(weight)) or [""]
    try:
        place = (name, *map(int, rest))
        if isinstance(pick_out(parameters, place), (int, float)):
            return place
    except (KeyError, IndexError, ValueError, TypeError):
        pass
    there = ", ".join(parameters)
    raise ValueError(f"no weight {weight!r}: there is {there}, and their elements as in W1[0][3]")


def pick_out(tree, place):
    """What stands at these keys and places, one after the other."""
    for key in place:
        tree = tree[key]
    return tree
