"""Rows that pick elements, by an index, a mask or their order, and put them back."""

import math

import numpy as np

from ...drawing.notation import ATOM, Notation, Style
from .row import ALL, Structural, array_of, axis_of, data_of, lead, shape_of

__all__ = ["PUT", "gather", "put_at", "put_back"]

# Picking elements: the way back adds each cotangent to the place that its element came from.


def pick(x, index):
    """Some elements: slices, whole numbers, arrays of whole numbers (repeats allowed), or a mask."""
    index = tuple(map(own_index, index if isinstance(index, tuple) else (index,)))
    shape = shape_of(x)
    if any(getattr(i, "dtype", None) is not None and i.dtype.kind not in "iub" for i in index):
        raise IndexError(
            "an index holds whole numbers, slices or a mask; received floats: write i.astype(int), "
            "or i.value.astype(int) for a Tensor"
        )
    if all(i is None or i is Ellipsis or (isinstance(i, (slice, int, np.integer)) and not isinstance(i, bool))
           for i in index):  # fmt: skip
        return (x,), (index, None, shape, index)
    try:
        places = np.array(np.arange(math.prod(shape)).reshape(shape)[index], order="C")
    except IndexError as error:
        raise IndexError(f"getitem of the shape {shape}: {error}") from None
    return (x,), (None, places, shape, index if len(index) > 1 else index[0])


def own_index(i):
    """One part of an index; a list or array as an array of its own, which nobody writes into."""
    if isinstance(i, list):
        return np.array(i, None if np.size(i) else int)
    i = data_of(i) if hasattr(i, "dtype") else i
    return i.copy() if type(i) is np.ndarray else i


def take_along(x, indices, axis=None):
    """The elements at ``indices``, whole numbers, along an axis, or of all elements in one line."""
    shape = shape_of(x)
    index = own_index(data_of(indices) if hasattr(indices, "dtype") else np.asarray(indices))
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
    if hasattr(type(x), "held"):  # of a run that becomes a program, which sorts anew each time
        return (x,), (None, np.empty(math.prod(shape) if axis is None else shape, int), shape, axis_of(
            -1 if axis is None else axis, len(shape) if axis is not None else 1, "sort"))  # fmt: skip
    line = np.asarray(data_of(x)).reshape(-1 if axis is None else shape)
    axis = -1 if axis is None else axis_of(axis, len(shape), "sort")
    order = np.argsort(line, axis=axis, kind="stable")
    places = np.take_along_axis(np.arange(line.size).reshape(line.shape), order, axis)
    return (x,), (None, places, shape, axis)


def gather(x, index, places, _shape, *_shown):
    x = array_of(x)
    return x[index] if places is None else x.reshape(-1)[places]


def put_back(g, _out, _x, index, places, shape, *_shown):
    return put_at(g, index, places, shape)


PUT = r"\operatorname{{put\ back}}\left({g}\right)"
PICKED = Notation(Style("{}[…]", ATOM, (ATOM,)), Style(r"{}[\ldots]", ATOM, (ATOM,)))
A, ix = np.array, np.s_
INDICES = (  # of an array of 4 × 3
    0, -1, A(1), np.int64(2), (), ..., None, ix[1:3], ix[::-1], ix[-1:0:-2], ix[:0], ix[0, 1], ix[-1, -2],
    ix[:, 1], ix[..., 0], ix[0, ...], ix[None, 1], ix[:, None], ix[..., None], ix[::2, ::-1],
    ix[None, 1:, None, 0], [0, 0, 2], A([2, -1, 2]), A([[0, 1], [1, 1]]), A([], int), A([1, 3], np.uint8),
    ix[:, [2, 0, 2]], ix[[0, 1, 0], [2, 2, 2]], ix[[0, 1], 1:], ix[A([[0], [3]]), A([0, 1, 1])],
    ix[None, [0, 0], 1], ix[::-2, A([[0, 1], [1, 0]])], ix[0, [1, 1]], ix[[3, 3], ...],
    A([True, False, True, True]), A([False] * 4), ix[:, A([True, False, True])], ix[A([True, False] * 2), 1],
    ix[A([True, False] * 2), [0, 2]], A([[True, False, True]] * 2 + [[False, True, False]] * 2), True,
)  # fmt: skip
APART = (  # of one of 3 × 2 × 4 × 2: arrays of places that a slice keeps apart send their axes to the front
    ix[[0, 1, 1], :, [0, 3, 3]], ix[0, :, [1, 1]], ix[[2, 0], ..., [1, 1]], ix[:, [0, 1], ::-1, [1, 1]],
    ix[[0, 2], None, [1, 1]], ix[:, [1, 0], [3, 3]], ix[A([[0], [1]]), :, A([0, 3, 3])],
    ix[A([True, False, True]), :, [1, 1]], ix[..., [0, 1, 1]], ix[:, A([[True] * 4, [False, True] * 2])],
    ix[1, :, :2, 0],
)  # fmt: skip
Structural("getitem", pick, gather, put_back, rules=PUT, notation=PICKED, cases=[
    ((4,), [2, 0, 0]), *[((4, 3), index) for index in INDICES], *[((3, 2, 4, 2), index) for index in APART],
    ((), ()), ((), None), ((), ...), ((0, 3), ix[:]), ((3,), -2), ((1,), [0, 0])])  # fmt: skip
Structural("take", take_along, gather, put_back, rules=PUT, shown={"indices": 3}, cases=[
    ((2, 3), [1, 2]), ((4, 3), A([0, 5, 5])), ((4, 3), 7), ((4, 3), A([0, 0, 3]), 0), ((), 0),
    ((4, 3), A([[2, -1], [0, 2]]), 1), ((4, 3), A([1]), -2), ((4, 3), 1, -1), ((3,), A([], int)),
    ((2, 3, 2), [1, 1], 1)])  # fmt: skip
Structural("sort", in_rising_order, gather, put_back, rules=PUT, shown={"axis": 3}, cases=[
    ((2, 3),), ((3,),), ((5,),), ((1,),), ((2, 3, 2),), ((0, 3),), ((0,),),
    *[((2, 3, 2), {"axis": axis}) for axis in (0, 1, -2, -3)]],
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


def pick_again(h, _out, _g, index, places, shape, _ndim):
    stack = lead(h, len(shape))
    if places is None:
        return h[(ALL,) * (h.ndim - len(shape)) + index]
    return h.reshape((*stack, math.prod(shape)))[..., places]


put_at = Structural("put_at", to_places, put, pick_again, rules=r"{g}[\ldots]", cases=[
    ((3,), None, A([1, 2, 1]), (4,)), ((3,), None, A([0, 4, 4]), (2, 3)), ((0,), None, A([], int), (3,)),
    ((2, 2), None, A([[5, 0], [0, 2]]), (2, 3)), ((2, 3), ix[1:3,], None, (4, 3)),
    ((), (1, 0), None, (2, 3))])  # fmt: skip
