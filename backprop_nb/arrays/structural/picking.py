"""Rows that pick elements, by an index, a mask or their order, and put them back."""

import math

import numpy as np

from ...drawing.notation import ATOM, Notation, Style
from .row import ALL, Structural, axis_of, lead, plain, shape_of

__all__ = ["put_at"]

# Picking elements: the way back adds each cotangent to the place that its element came from.


def picked(x, index):
    """Some elements: slices, whole numbers, arrays of whole numbers (repeats allowed), or a mask."""
    index = tuple(plain(i) if hasattr(i, "dtype") else np.asarray(i) if isinstance(i, list) else i
                  for i in (index if isinstance(index, tuple) else (index,)))  # fmt: skip
    shape = shape_of(x)
    if any(getattr(i, "dtype", None) is not None and i.dtype.kind not in "iub" for i in index):
        raise IndexError("an index holds whole numbers, slices or a mask; received floats: try x.astype(int)")
    if all(i is None or i is Ellipsis or (isinstance(i, (slice, int, np.integer)) and not isinstance(i, bool))
           for i in index):  # fmt: skip
        return (x,), (index, None, shape, index)
    try:
        places = np.arange(math.prod(shape)).reshape(shape)[index]
    except IndexError as error:
        raise IndexError(f"getitem of the shape {shape}: {error}") from None
    return (x,), (None, places, shape, index if len(index) > 1 else index[0])


def taken(x, indices, axis=None):
    """The elements at ``indices``, whole numbers, along an axis, or of all elements in one line."""
    shape = shape_of(x)
    index = np.asarray(plain(indices))
    if index.dtype.kind not in "iu":
        raise IndexError(f"take: indices are whole numbers; received {index.dtype}")
    axis = None if axis is None else axis_of(axis, len(shape), "take")
    try:
        places = np.take(np.arange(math.prod(shape)).reshape(shape), index, axis)
    except IndexError as error:
        raise IndexError(f"take of the shape {shape}: {error}") from None
    return (x,), (None, places, shape, index)


def in_rising_order(x, axis=-1):
    """The elements from the smallest to the largest along an axis; None: of all elements in one line."""
    shape = shape_of(x)
    line = np.asarray(plain(x)).reshape(-1 if axis is None else shape)
    axis = -1 if axis is None else axis_of(axis, len(shape), "sort")
    order = np.argsort(line, axis=axis, kind="stable")
    places = np.take_along_axis(np.arange(line.size).reshape(line.shape), order, axis)
    return (x,), (None, places, shape, axis)


def gathered(x, index, places, _shape, _shown):
    x = np.asarray(x)
    return x[index] if places is None else x.reshape(-1)[places]


def put_back(g, _out, _x, index, places, shape, _shown):
    return put_at(g, index, places, shape)


PUT = r"\operatorname{{put\ back}}\left({g}\right)"
PICKED = Notation(Style("{}[…]", ATOM, (ATOM,)), Style(r"{}[\ldots]", ATOM, (ATOM,)))
Structural("getitem", picked, gathered, put_back, rules=PUT, notation=PICKED)
Structural("take", taken, gathered, put_back, rules=PUT, shown={"indices": 3})
Structural("sort", in_rising_order, gathered, put_back, rules=PUT, shown={"axis": 3},
           kink="Equal elements keep their order, each with its own derivative.")  # fmt: skip


def to_places(g, index, places, shape):
    """An array of zeros of ``shape``, with each element of ``g`` added at the place that an index names."""
    ndim = np.empty(shape, bool)[index].ndim if places is None else places.ndim
    return (g,), (index, places, shape, ndim)


def put(g, index, places, shape, ndim):
    stack = lead(g, ndim)
    out = np.zeros(stack + shape, g.dtype)
    if places is None:
        out[(ALL,) * len(stack) + index] = g
    elif places.size:
        np.add.at(out.reshape((*stack, -1)) if out.size else out, (..., places), g)
    return out


def picked_again(h, _out, _g, index, places, shape, _ndim):
    stack = lead(h, len(shape))
    if places is None:
        return h[(ALL,) * (h.ndim - len(shape)) + index]
    return h.reshape((*stack, math.prod(shape)))[..., places]


put_at = Structural("put_at", to_places, put, picked_again, rules=r"{g}[\ldots]")
