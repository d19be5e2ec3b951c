"""A Tensor that remembers its values and its operands, and its run as rows."""

import numpy as np

from ..arrays.pullback import Node, ancestors
from ..arrays.structural import Gathering, Structural
from ..arrays.tensor import Tensor, teach
from .array_rows import ArrayRow, Pull, freeze_copy
from .rows import Operand

__all__ = ["Traced", "array_rows", "recording"]


class TracedNode(Node):
    """A Node that knows its value and its operands, constants too."""

    __slots__ = ("operands", "value")

    def __init__(self, operation, parents, saved, value, operands):
        super().__init__(operation, parents, saved, value.shape)
        self.value = value
        self.operands = [x if p is None else p for p, x in zip(parents, operands, strict=True)]

    @property
    def born(self):
        """Counts up with each node."""
        return -self.age


class Traced(Tensor):
    """A Tensor whose graph can be read as rows."""

    __slots__ = ()

    @staticmethod
    def made(out, row, parents, saved, operands):
        """The result of an operation, as a new node; an input, which f might change in place, as a copy."""
        out = out if row else np.array(out)[()]
        t = object.__new__(Traced)
        t.value, t.node = out, TracedNode(row, parents, saved, out, operands)
        return t


teach(Traced)


class recording:
    """While this lasts, every new Tensor is a ``Traced`` one."""

    def __enter__(self):
        Tensor.kinds.append(Traced)

    def __exit__(self, *_):
        Tensor.kinds.pop()


def met(root):
    """Every node that ``root`` was computed from, itself too, the oldest first."""
    nodes = ancestors([root])
    if not all(isinstance(v, TracedNode) for v in nodes):
        raise TypeError(
            "a Tensor from outside took part in the run: give it to f as an argument, or make it inside f, "
            "so that the run can show where it comes from"
        )
    return nodes


def array_rows(root, index, labels, level):
    """The rows of a run, their adjoints still to come.

    root:    node of the result; None if the result used no input
    index:   {node: number}, in the order of the numbers
    labels:  {node: label} of the inputs
    level:   {node: longest distance from an input}
    returns: list of ArrayRow
    """
    values = {v: freeze_copy(v.value) for v in index}
    known = {id(v.value): v for v in index}
    drafts, keepers = {}, {}
    for v in index:
        saved, keeps, beside = copied(v, known, values)
        for x in keeps:
            keepers.setdefault(x, []).append(index[v])
        facts = (tuple(sorted(index[x] for x in keeps)), beside)
        drafts[v] = (operands_of(v, index, values, saved), tuple(saved[first_option(v.operation) :]), *facts)
    rows = []
    for v, (operands, *facts) in drafts.items():
        name = v.operation.name if v.operation else "input"
        place = (index[v], labels.get(v, ""), name)
        kept_by = tuple(keepers.get(v, ()))
        rows.append(ArrayRow(*place, operands, values[v], None, level[v], *facts, kept_by))
    return rows


def copied(v, known, values):
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


def operands_of(v, index, values, saved):
    """The operands as plain data, each with what takes a cotangent back to it."""
    found = []
    for slot, x in enumerate(v.operands):
        if isinstance(x, TracedNode):
            pull = Pull(v.operation.name, slot, saved, (v.shape, v.value.dtype), x.shape)
            found.append(Operand(index[x], values[x], pull))
        else:
            found.append(Operand(None, freeze_copy(x) if np.ndim(x) else x, None))
    return tuple(found)
