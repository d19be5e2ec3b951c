"""Records a run on Tensors, and writes it as rows."""

import sys
from weakref import ref

import numpy as np

from ..arrays.context import Watcher
from ..arrays.pullback import Node, ancestors
from ..arrays.structural import Gathering, Structural
from ..arrays.trees import flatten
from ..drawing.text_columns import keep_ends
from .adjoints import edges_of, newest_first
from .array_rows import ArrayRow, Pull, freeze_copy, freeze_in_place
from .digests import Digest, condense, is_large
from .rows import Operand, Trace

__all__ = ["Recorder", "array_rows", "sweep_arrays"]


class Recorder(Watcher):
    """Keeps the values and operands of all nodes that are made while it watches.

    values:   {node: array, or Digest of a large one}; an input, which f might change, is copied first
    operands: {node: one Node or constant per operand}
    lines:    {node: line of the learner's function}
    large:    {node: weak reference to the array that is not in ``values``}
    """

    def __init__(self, watch, leaves):
        self.values, self.operands, self.lines, self.watch, self.leaves = {}, {}, {}, watch, leaves
        self.large, self.counted = {}, set()
        self.constants = {}  # {id: (the array itself, so that the id stays its own, a copy of its numbers)}

    def plant(self, node, value):
        """An input: from here on f works on a copy of its own."""
        self.operands[node] = ()
        value = np.array(value)[()]
        self.keep(node, value)
        self.counted.add(id(value))
        self.watch.spend(2 * value.nbytes)  # as much again for the adjoint
        return value

    def record(self, node, value, operands):
        """The result of an operation."""
        pairs = zip(node.parents, operands, strict=True)
        self.operands[node] = tuple([self.constant(x) if p is None else p for p, x in pairs])
        self.keep(node, value)
        self.lines[node] = self.watch.find_line(sys._getframe(1))
        self.watch.spend(self.bytes_for_the_way_back(node) if is_large(value) else 2 * value.nbytes)

    def keep(self, node, value):
        """The value, or of a large one what will be shown: the array lives as long as the graph needs it."""
        self.values[node] = condense(value)
        if is_large(value):
            self.large[node] = ref(value)

    def bytes_for_the_way_back(self, node):
        """How many bytes of arrays a node is the first to keep."""
        arrays = [x for x in flatten(list(node.saved))[0] if is_large(x) and id(x) not in self.counted]
        self.counted.update(map(id, arrays))
        return sum(x.nbytes for x in arrays)

    def constant(self, x):
        """A constant as it is now: f may fill the same array anew."""
        if not isinstance(x, (list, np.ndarray)) or is_large(x):
            return condense(x)
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
    values = {v: x if isinstance(x := run.values[v], Digest) else freeze_copy(x) for v in index}
    alive = ((v, run.large[v]() if v in run.large else run.values[v]) for v in index)
    known = {id(x): v for v, x in alive if x is not None}
    drafts, keepers = {}, {}
    for v in index:
        saved, keeps, beside = copy_saved(v, known, values)
        for x in keeps:
            keepers.setdefault(x, []).append(index[v])
        facts = (tuple(sorted(index[x] for x in keeps)), beside)
        operands = array_operands(v, run.operands[v], index, values, saved)
        drafts[v] = (operands, tuple(map(condense, saved[first_option(v.operation) :])), *facts)
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
            return x if is_large(x) else values[known[id(x)]]
        if isinstance(x, np.ndarray):
            beside += x.nbytes
            return x if is_large(x) else freeze_copy(x)
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
            plain = isinstance(x, Digest) or not np.ndim(x)
            found.append(Operand(None, x if plain else freeze_copy(x), None))
    return tuple(found)


def sweep_arrays(run):
    """The run with its adjoints. If it has large arrays, each is let go of when the sweep has passed it.

    Then the steps are made on the way, of large arrays as Digests; the inputs' adjoints stay whole.
    """
    if not any(isinstance(x, Digest) for row in run.rows for x in (row.value, *row.options)):
        return run.find_adjoints()
    rows, steps, out = {}, [], freeze_copy(run[run.output].zero + 1.0)
    adjoints = {run.output: (out, out)}  # of each row so far: the array, and what is kept of it
    for draft in newest_first(run):
        g, kept = adjoints.pop(draft.index)
        row = draft._replace(adjoint=freeze_in_place(g) if draft.is_input else kept)
        rows[row.index] = row
        if not steps:
            steps.append(row.start())
        for _, slot, x in edges_of(row):
            flow = g * x.partial
            before, shown_before = adjoints.get(x.index, (None, None))
            after = flow if before is None else freeze_in_place(before + flow)
            shown = condense(flow)
            adjoints[x.index] = after, shown if after is flow else condense(after)
            steps.append(row.hand_on(slot, shown, shown_before, adjoints[x.index][1]))
        for _, _, x in edges_of(row):
            if any(map(is_large, flatten(list(x.partial.saved))[0])):
                x.partial.saved = None
    found = Trace([rows[row.index] for row in run.rows], run.output, run.title)
    found.steps, found.is_whole = tuple(steps), False
    large = [row.name for row in found.rows if isinstance(row.value, Digest)]
    found.notes = (LARGE_ARRAYS.format(", ".join(keep_ends(large, 8, 4, 3, "… {} more …"))),)
    return found


LARGE_ARRAYS = (
    "of large arrays ({}) the shape, the range and a coarse picture are kept, and of inputs the derivative; "
    "paths and faulty sweeps, which need every number, are left to smaller arrays"
)
