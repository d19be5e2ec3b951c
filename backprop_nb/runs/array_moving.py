"""A run once more with one of its arrays moved: what really happens where a row is a little larger."""

from operator import attrgetter

from ..arrays.context import Watcher
from ..arrays.pullback import ancestors
from ..arrays.trees import map_labelled
from ..core.calling import call_learners
from ..core.limits import Budget
from .tracing import bind_arguments, one_result, place_nodes, plant_array, plant_leaf, title_of

__all__ = ["value_where_moved"]


class Mover(Watcher):
    """Adds ``by`` to the result of operation ``place``, from 0; ``made`` are the nodes of all, in order."""

    def __init__(self, place=None, by=0.0):
        self.place, self.by, self.made, self.budget = place, by, [], Budget()

    def plant(self, node, value):
        """An input: f works on a copy of its own."""
        return value.copy()

    def change(self, node, value):
        """The result, larger where it is the one to be moved."""
        self.made.append(node)
        self.budget.spend(value.nbytes)
        return value + self.by if len(self.made) - 1 == self.place else value


def value_where_moved(f, inputs, row, by):
    """What f returns where each number of ``row`` is larger by ``by``; all that comes after is computed anew.

    row:     ArrayRow of a result, from a record of f at ``inputs``
    returns: a float
    raises:  whatever f raises there; ``core.limits.TooLongRun`` beyond the limits

    >>> import numpy as np
    >>> from backprop_nb import record, sin
    >>> f, x = lambda x: sin(2 * x).sum(), np.array([0.5, 1.0])
    >>> round(value_where_moved(f, (x,), record(f, x).find("v1"), 0.1), 6)
    1.754417
    >>> round(float(np.sin(2 * x + 0.1).sum()), 6)
    1.754417
    """
    first = Mover()
    nodes = ancestors([run_moved(f, inputs, first).node])
    index = place_nodes(nodes, {}, attrgetter("parents"))[1]
    place = next(i for i, v in enumerate(first.made) if index.get(v) == row.index)
    return float(run_moved(f, inputs, Mover(place, by)).value)


def run_moved(f, inputs, mover):
    """What f returns, under a Mover."""

    def work():
        def plant(x, label):
            return plant_leaf(x, label, {}, plant_array)

        planted = [map_labelled(plant, x, label) for label, x in bind_arguments(f, inputs, {}).positional]
        return one_result(call_learners(f, planted, {}), title_of(f))

    return mover.run(work)
