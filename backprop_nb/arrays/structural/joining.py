"""Rows that join arrays, and functions that split them."""

from itertools import pairwise

import numpy as np

from .row import Gathering, Structural, at, axis_of, data_of, shape_of

__all__ = ["split"]

# Joining and splitting


def along(arrays, axis=0):
    """Several arrays one after the other along an axis; None: all elements in one line."""
    arrays = sequence(arrays, "concatenate")
    if axis is None:
        arrays, axis = tuple(map(Structural.table["ravel"], arrays)), 0
    axis = axis_of(axis, len(shape_of(arrays[0])), "concatenate")
    ends = np.cumsum([0] + [shape_of(x)[axis] if len(shape_of(x)) >= -axis else 0 for x in arrays])
    return arrays, (axis, tuple(map(int, ends)))


def on_top(arrays, axis=0):
    """Several arrays of one shape along a new axis; ``axis`` counts in the result."""
    arrays = sequence(arrays, "stack")
    return arrays, (axis_of(axis, len(shape_of(arrays[0])) + 1, "stack"),)


def sequence(arrays, name):
    """Several arrays as a tuple; TypeError, naming the row, for anything else."""
    if not isinstance(arrays, (list, tuple)):
        arrays = list(arrays) if np.ndim(data_of(arrays)) else arrays
    if not isinstance(arrays, (list, tuple)) or not arrays:
        raise TypeError(f"{name} takes a list of at least one array: {name}([x, y]); received {arrays!r:.60}")
    return tuple(arrays)


PART = r"\operatorname{{part}}_{{{i}}}\left({g}\right)"
Gathering("concatenate", along, lambda xs, axis, ends: np.concatenate(xs, axis),
          lambda g, i, _out, _xs, axis, ends: g[at(axis, slice(ends[i], ends[i + 1]))],
          rules=PART, shown={"axis": 0}, cases=[
    ([(3,), (3,)],), ([(2,), (3,)],), ([(2, 3), (1, 3), (0, 3)],), ([(2, 3)],), ([(0,), (0,)],),
    ([(2, 1, 3), (2, 2, 3)], 1), ([(2, 1, 3), (2, 2, 3)], -2), ([(2, 3), (2, 1)], {"axis": -1}),
    ([(2, 3), (2,), (1, 1)], {"axis": None})])  # fmt: skip
Gathering("stack", on_top, np.stack,
          lambda g, i, _out, _xs, axis: g[at(axis, i)],
          rules=PART, shown={"axis": 0}, cases=[
    ([(3,), (3,)],), ([(), ()],), ([(3,), (3,), (3,)],), ([(2, 3)],), ([(0,), (0,)],),
    *[([(2, 3), (2, 3)], {"axis": axis}) for axis in (0, 1, 2, -1, -2, -3)]])  # fmt: skip


def split(x, parts, axis=0):
    """An array in pieces along an axis.

    parts:   how many pieces of equal size, or a list of the places where to cut
    returns: list of arrays or Tensors

    >>> [piece.tolist() for piece in split(np.arange(5.0), [2])]
    [[0.0, 1.0], [2.0, 3.0, 4.0]]
    """
    shape = shape_of(x)
    axis = axis_of(axis, len(shape), "split")
    size = shape[axis]
    if isinstance(parts, (int, np.integer)):
        if parts < 1 or size % parts:
            raise ValueError(
                f"split: {size} elements along axis {axis} do not make {parts} equal pieces; name "
                "the places where to cut instead, as a list"
            )
        parts = [k * (size // parts) for k in range(1, parts)]
    ends = [None, *parts, None]
    getitem = Structural.table["getitem"]
    return [getitem(x, at(axis, slice(a, b))) for a, b in pairwise(ends)]
