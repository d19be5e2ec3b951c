"""Records a run on Tensors, and writes it as rows."""

import sys

import numpy as np

from ..arrays.context import Watcher
from ..arrays.pullback import Node, ancestors
from ..arrays.structural import Gathering, Structural
from .array_rows import ArrayRow, Pull, freeze_copy
from .rows import Operand

__all__ = ["Recorder", "array_rows"]


class Recorder(Watcher):
    """Keeps the values and operands of all nodes that are made while it watches.

    values:   {node: array}; an input, which f might change in place, is copied first
    operands: {node: one Node or constant per operand}
    lines:    {node: line of the learner's function}
    """

    def __init__(self, watch):
        self.values, self.operands, self.lines, self.watch = {}, {}, {}, watch
        self.constants = {}  # {id: (the array itself, so that the id stays its own, a copy of its numbers)}

    def plant(self, node, value):
        """An input: from here on f works on a copy of its own."""
        self.operands[node] = ()
        self.values[node] = value = np.array(value)[()]
        self.watch.spend(2 * value.nbytes)
        return value

    def record(self, node, value, operands):
        """The result of an operation."""
        pairs = zip(node.parents, operands, strict=True)
        self.operands[node] = tuple([self.constant(x) if p is None else p for p, x in pairs])
        self.values[node] = value
        self.lines[node] = self.watch.find_line(sys._getframe(1))
        self.watch.spend(2 * value.nbytes)  # as much again for the adjoint

    def constant(self, x):
        """A constant as it is now: f may fill the same array anew."""
        if not isinstance(x, (list, np.ndarray)):
            return x
        known, numbers = self.constants.get(id(x), (None, None))
        if known is not x or not np.array_equal(numbers, x, equal_nan=True):
            numbers = np.array(x)
            self.constants[id(x)] = x, numbers
        return numbers

    def history(self, root):
        """Every node that ``root`` was computed from, itself too, the oldest first."""
        nodes = ancestors([root])
        if not all(v in self.values for v in nodes):
            raise TypeError(
                "a Tensor from outside took part in the run, or another thread computed with one: give it to "
                "f as an argument, or make it inside f, so that the run can show where it comes from"
            )
        return nodes


def array_rows(run, root, index, labels, level):
    """The rows of a run, their adjoints still to come.

    run:     the Recorder that watched it
    root:    node of the result; None if the result used no input
    index:   {node: number}, in the order of the numbers
    labels:  {node: label} of the inputs
    level:   {node: longest distance from an input}
    returns: list of ArrayRow
    """
    values = {v: freeze_copy(run.values[v]) for v in index}
    known = {id(run.values[v]): v for v in index}
    drafts, keepers = {}, {}
    for v in index:
        saved, keeps, beside = copy_saved(v, known, values)
        for x in keeps:
            keepers.setdefault(x, []).append(index[v])
        facts = (tuple(sorted(index[x] for x in keeps)), beside)
        operands = array_operands(v, run.operands[v], index, values, saved)
        drafts[v] = (operands, tuple(saved[first_option(v.operation) :]), *facts)
    rows = []
    for v, (operands, *facts) in drafts.items():
        name = v.operation.name if v.operation else "input"
        place = (index[v], labels.get(v, ""), name)
        kept_by = tuple(keepers.get(v, ()))
        rows.append(ArrayRow(*place, operands, values[v], None, level[v], *facts, kept_by, run.lines.get(v)))
    return rows


def copy_saved(v, known, values):
    """What a node saved, as private copies; which nodes' values are in it; the bytes of anything else."""
    keeps, beside = {}, 0

    def copy(x, of_a_row):
        nonlocal beside
        if isinstance(x, list):
            return [copy(item, of_a_row) for item in x]
        if of_a_row and id(x) in known:
            keeps[known[id(x)]] = True
            return values[known[id(x)]]
        if isinstance(x, np.ndarray):
            beside += x.nbytes
            return freeze_copy(x)
        return x

    first = first_option(v.operation)
    return [copy(x, place < first) for place, x in enumerate(v.saved or ())], list(keeps), beside


def first_option(row):
    """Where, in what a row saves, its options begin: behind the result and the operands."""
    if row is None or isinstance(row, Gathering):
        return 2
    return 1 + len(row.letters if isinstance(row, Structural) else row.partials)


def array_operands(v, operands, index, values, saved):
    """The operands as plain data, each with what takes a cotangent back to it."""
    found = []
    for slot, x in enumerate(operands):
        if isinstance(x, Node):
            pull = Pull(v.operation.name, slot, saved, (v.shape, values[v].dtype), x.shape)
            found.append(Operand(index[x], values[x], pull))
        else:
            found.append(Operand(None, freeze_copy(x) if np.ndim(x) else x, None))
    return tuple(found)
