"""The graph of array operations, and the reverse sweep through it, for one cotangent or a stack of them."""

from functools import cache, lru_cache

import numpy as np
from numpy import ndarray

from .primitives import Primitive
from .symbolic import Symbol
from .sweep import operands_first

__all__ = ["Node", "fold", "kept_by", "operands_first", "pull_back", "results_last"]


class Node:
    """One operation of an array graph; the data are elsewhere, but for what the way back needs.

    operation: the row that made it; None for an input
    parents:   one Node per operand, None for a constant
    saved:     what the row's formulas read: (out, *operands, *options), None in place of what none reads
    shape:     of the result
    gradient:  d root / d self after ``backward``; None before
    """

    __slots__ = ("gradient", "operation", "parents", "saved", "shape")

    def __init__(self, operation, parents, saved, shape):
        self.operation, self.parents, self.saved, self.shape = operation, parents, saved, shape
        self.gradient = None


@cache
def kept_by(row):
    """What each partial of an elementwise row reads, and its value where it is a constant.

    returns: tuple of (places, constant), one per operand; place 0 is the result, 1 and 2 are the operands.
             Found by running the partials on symbols.

    >>> from .primitives import Primitive
    >>> kept_by(Primitive.table["mul"]), kept_by(Primitive.table["exp"]), kept_by(Primitive.table["neg"])
    ((((2,), None), ((1,), None)), (((0,), None),), (((), -1.0),))
    """
    unknowns = [Symbol(name) for name in ("out", "x", "y")[: 1 + len(row.partials)]]
    found = []
    for partial in row.partials:
        formula = partial(*unknowns)
        if isinstance(formula, Symbol):
            met = set(operands_first(formula))
            found.append((tuple(i for i, x in enumerate(unknowns) if x in met), None))
        else:
            found.append(((), float(formula)))
    return tuple(found)


def results_last(roots, stop=()):
    """The operations that led to ``roots``, each after its operands, and the inputs they began with.

    stop:    nodes to treat as inputs, whatever they were made of
    returns: (list of nodes, set of nodes)

    Iterative, so that depth does not matter; a node counts as met when it is opened, not when it is named.
    """
    order, leaves, opened, stack = [], set(), set(), list(roots)
    pop, push = stack.pop, stack.append
    while stack:
        v = pop()
        if v is None:
            order.append(pop())
        elif v not in opened:
            opened.add(v)
            if v.operation is None or v in stop:
                leaves.add(v)
                continue
            push(v)
            push(None)
            for x in v.parents:
                if x is not None and x not in opened:
                    push(x)
    return order, leaves


def pull_back(order, seeds, stack=0, keep=False, wrap=None, wanted=None, watch=None):
    """Adjoints by a reverse sweep: {node: cotangent} of the inputs, and of all nodes with ``keep``.

    order:  the operations from ``results_last``
    seeds:  {node: cotangent} of the results
    stack:  how many axes the cotangents have in front of the nodes' own: one sweep for many cotangents
    wrap:   ``(value, node)`` → carrier: sweep over nodes instead of values, so that the result can be
            differentiated again
    wanted: nodes that matter; contributions to others are not computed
    watch:  called with each ``(node, operand number, contribution)``
    """
    adjoints, own = dict(seeds), set()  # own: nodes whose adjoint is an array that nobody else holds
    for v in reversed(order):
        g = adjoints.get(v) if keep else adjoints.pop(v, None)
        if g is None:
            continue
        row, parents = v.operation, v.parents
        saved = v.saved if wrap is None else rewrapped(v, wrap)
        elementwise = isinstance(row, Primitive)
        spare = v in own and not keep and sum(p is not None for p in parents) == 1
        for i, p in enumerate(parents):
            if p is None or (wanted is not None and p not in wanted):
                continue
            t = slope_times(row, i, g, saved, spare) if elementwise else row.vjp(i, g, saved)
            if t is None:
                continue
            if watch is not None:
                watch(v, i, t)
            if t.shape != p.shape:
                t = fold(t, p.shape, stack)
            so_far = adjoints.get(p)
            if so_far is None:
                adjoints[p] = t
                if wrap is None and (spare if t is g else t.base is None):
                    own.add(p)
            elif p in own and so_far.ndim and so_far.dtype == t.dtype:
                np.add(so_far, t, out=so_far)
            else:
                adjoints[p] = so_far + t
                if wrap is None:
                    own.add(p)
    return adjoints


def slope_times(row, i, g, saved, spare):
    """The vJp of an elementwise row: g ⊙ partial, the product with a diagonal Jacobian (claim N29).

    spare: whether g's own memory may take the product; so may that of a partial made just now
    """
    constant = kept_by(row)[i][1]
    if constant is not None:
        return g if constant == 1.0 else -g if constant == -1.0 else None if constant == 0.0 else g * constant
    slope = row.partials[i](*saved)
    if type(g) is ndarray and type(slope) is ndarray and slope.shape == g.shape and slope.dtype == g.dtype:
        if slope.base is None and not any(slope is x for x in saved):
            return np.multiply(g, slope, out=slope)
        if spare:
            return np.multiply(g, slope, out=g)
    return g * slope


def fold(g, shape, stack=0):
    """Sum a cotangent over the axes along which broadcasting made copies: copy forward, sum backward.

    shape: of the operand that was copied
    stack: how many axes stand in front of the cotangent's own

    >>> fold(np.ones((4, 3)), (3,)).tolist(), fold(np.ones((4, 3)), (4, 1)).tolist()
    ([4.0, 4.0, 4.0], [[3.0], [3.0], [3.0], [3.0]])
    """
    if g.ndim == 2 and len(shape) == 1 and not stack and shape[0] == g.shape[1] and type(g) is ndarray:
        return ones(g.shape[0], g.dtype).dot(g)  # BLAS sums columns faster than a reduction does
    extra = g.ndim - stack - len(shape)
    if extra:
        g = g.sum(axis=tuple(range(stack, stack + extra)))
    copied = tuple(a for a, n in enumerate(shape, -len(shape)) if n == 1 and g.shape[a] != 1)
    return g.sum(axis=copied, keepdims=True) if copied else g


@lru_cache(maxsize=32)
def ones(n, dtype):
    """A vector of ones, kept for the next time."""
    vector = np.ones(n, dtype)
    vector.flags.writeable = False
    return vector


def rewrapped(v, wrap):
    """What a node saved, with carriers that know where they came from in the place of arrays."""

    def carrier(node):
        return (lambda value: value) if node is None else (lambda value: wrap(value, node))

    wraps = [carrier(x) for x in v.parents]
    if not isinstance(v.operation, Primitive):
        return v.operation.rewrapped(v.saved, carrier(v), wraps)
    return [x if x is None else w(x) for w, x in zip([carrier(v), *wraps], v.saved, strict=False)]
