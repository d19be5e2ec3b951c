"""The graph of array operations, and the reverse sweep through it, for one cotangent or a stack of them."""

from heapq import heapify, heappop, heappush
from itertools import count
from operator import attrgetter

import numpy as np
from numpy import ndarray

from .structural.row import ones

__all__ = ["Input", "Node", "ages", "ancestors", "fold", "own_arrays", "pull_back"]


class Node:
    """One operation of an array graph; the data are elsewhere, but for what the way back needs.

    operation: the row that made it; None for an input
    parents:   one Node per operand, None for a constant
    saved:     what the row's formulas read: (out, *operands, *options), None in place of what none reads
    shape:     of the result
    age:       counts down, so that the youngest has the smallest; a result is younger than its operands
    gradient:  d root / d self after ``backward``; not there before
    """

    __slots__ = ("age", "gradient", "operation", "parents", "saved", "shape")

    @property
    def born(self):
        """Counts up with each node."""
        return -self.age


class Input(Node):
    """A node that nothing computed, older than any other; only its shape is its own (see ``Tensor.leaf``)."""

    __slots__ = ()
    operation, parents, saved, age = None, (), None, 1


ages = count(0, -1)


def ancestors(roots, stop=()):
    """Every node that led to ``roots``, these among them, the oldest first.

    stop: nodes to treat as inputs, whatever they were made of
    """
    met, stack = set(roots), list(roots)
    while stack:
        v = stack.pop()
        if v not in stop:
            new = [x for x in v.parents if x is not None and x not in met]
            met.update(new)
            stack += new
    return sorted(met, key=attrgetter("age"), reverse=True)


def pull_back(seeds, stack=0, keep=False, watch=None, inputs=(), wrap=None):
    """Adjoints by a reverse sweep over arrays: of the inputs, and of all nodes with ``keep``.

    seeds:   {node: cotangent} of the results; becomes what is returned, so that no node outlives its turn
    stack:   how many axes the cotangents have in front of the nodes' own: one sweep for many cotangents
    watch:   called with each ``(node, operand number, contribution)``
    wrap:    ``(value, node)`` → Tensor, for a sweep over Tensors, which can be differentiated again
    inputs:  the nodes where such a sweep stops, whatever they were made of; it leaves out all other ways
    returns: {node: cotangent}; two nodes may have the same array, or a seed

    The youngest node that has an adjoint goes first: all that used it are younger, so its adjoint is whole.
    """
    adjoints, sums = seeds, set()  # sums: nodes whose adjoint was added up here, so that nobody else has it
    wanted = towards(ancestors(seeds, inputs), inputs) if wrap else None
    pending = [(v.age, v) for v in seeds if v.operation is not None and v not in inputs]
    heapify(pending)
    while pending:
        v = heappop(pending)[1]
        g = adjoints[v] if keep else adjoints.pop(v)
        sums.discard(v)
        flow, parents, saved = v.operation.flow, v.parents, v.saved
        if wrap:
            saved, parents = rewrapped(v, wrap), [p if p in wanted else None for p in parents]
        for i, p in enumerate(parents):
            if p is None or (t := flow(i, g, saved)) is None:
                continue
            if watch:
                watch(v, i, t)
            if t.shape != p.shape:
                t = fold(t, p.shape, stack)
            if p not in adjoints:
                adjoints[p] = t
                if p.operation and p not in inputs:
                    heappush(pending, (p.age, p))
            elif p in sums and t.dtype is adjoints[p].dtype:
                adjoints[p] += t  # in place: −20 % where 10⁶ elements are used 50 times
            else:
                adjoints[p] = adjoints[p] + t
                sums.add(p)
    return adjoints


def own_arrays(flows, seeds):
    """The same adjoints, without shared memory: the caller may write into one of them and into no other.

    flows: arrays, numbers, and None where nothing flowed
    seeds: what the sweep started from, which may be somebody else's
    """
    taken, found = set(map(id, seeds)), []
    for g in flows:
        shared = g is not None and (id(g) in taken or g.base is not None)
        found.append(np.array(g) if shared else g)
        taken.add(id(g))
    return found


def towards(nodes, inputs):
    """The nodes, given the oldest first, from which a way leads to ``inputs``."""
    wanted = set(inputs)
    for v in nodes:
        if any(p in wanted for p in v.parents):
            wanted.add(v)
    return wanted


def fold(g, shape, stack=0):
    """Sum a cotangent over the axes along which broadcasting made copies: copy forward, sum backward.

    shape: of the operand that was copied
    stack: how many axes stand in front of the cotangent's own

    >>> import numpy as np
    >>> fold(np.ones((4, 3)), (3,)).tolist(), fold(np.ones((4, 3)), (4, 1)).tolist()
    ([4.0, 4.0, 4.0], [[3.0], [3.0], [3.0], [3.0]])
    """
    if not stack and g.ndim == 2 and type(g) is ndarray and g.shape[1:] == shape:
        return ones(len(g), g.dtype.char).dot(g)  # BLAS sums columns faster than a reduction does
    extra = g.ndim - stack - len(shape)
    if extra:
        g = g.sum(axis=tuple(range(stack, stack + extra)))
    copied = tuple(a for a, n in enumerate(shape, -len(shape)) if n == 1 and g.shape[a] != 1)
    return g.sum(axis=copied, keepdims=True) if copied else g


def rewrapped(v, wrap):
    """What a node saved, with carriers that know where they came from in the place of arrays."""

    def carried(value, node):
        return value if value is None or node is None else wrap(value, node)

    if not v.operation.gathers:
        places = (v, *v.parents)
        return [*map(carried, v.saved, places), *v.saved[len(places) :]]
    out, operands, *options = v.saved
    return [carried(out, v), operands and [*map(carried, operands, v.parents)], *options]
