"""The rows of the second table that move elements: shapes, axes, indexing, joining, choosing, padding."""

import math
import operator

import numpy as np

from .notation import ATOM, Notation, Style
from .structural import Gathering, Structural, axes_of, axis_of, lead, plain

__all__ = ["at", "hstack", "shape_of", "split", "vstack"]

ALL = slice(None)


def shape_of(x):
    """The shape of an array, a carrier, or anything that NumPy can read."""
    return x.shape if hasattr(x, "shape") else np.shape(x)


# Shapes: the elements stay in their order, so the way back is another reshape.


def fitted(shape, size, name):
    """A shape with its -1 worked out; ValueError where it does not hold ``size`` elements."""
    shape = tuple(map(operator.index, shape)) if isinstance(shape, (tuple, list)) else (operator.index(shape),)
    known = math.prod(n for n in shape if n != -1)
    if shape.count(-1) == 1 and known and size % known == 0:
        shape = tuple(size // known if n == -1 else n for n in shape)
    if -1 in shape or math.prod(shape) != size:
        raise ValueError(f"{name}: {size} elements do not fill the shape {shape}; the product of its sizes must "
                         f"be {size}, and one of them may be -1, to be worked out")  # fmt: skip
    return shape


def to_shape(x, shape, order="C"):
    """The same elements, in the same order, in another shape."""
    only_rows("reshape", order)
    return (x,), (fitted(shape, math.prod(shape_of(x)), "reshape"), shape_of(x))


def to_line(x, order="C"):
    """All elements in one line, row by row."""
    only_rows("ravel", order)
    return (x,), ((math.prod(shape_of(x)),), shape_of(x))


def only_rows(name, order):
    """Refuse another order of the elements than row by row."""
    if order not in ("C", None):
        raise ValueError(f"{name} goes row by row, order='C'; received order={order!r:.20}: transpose first, x.T, "
                         "to go column by column")  # fmt: skip


def with_axis(x, axis):
    """The same elements with a new axis of size 1, or several; ``axis`` counts in the result."""
    before = shape_of(x)
    extra = len(axis) if isinstance(axis, (tuple, list)) else 1
    new, sizes = axes_of(axis, len(before) + extra, "expand_dims"), iter(before)
    shape = tuple(1 if a in new else next(sizes) for a in range(-len(before) - extra, 0))
    return (x,), (shape, before)


def without_axes(x, axis=None):
    """The same elements without the axes of size 1, or without those that ``axis`` names."""
    before = shape_of(x)
    axes = [a for a in range(-len(before), 0) if before[a] == 1] if axis is None else (
        axes_of(axis, len(before), "squeeze"))  # fmt: skip
    if large := [a for a in axes if before[a] != 1]:
        raise ValueError(f"squeeze: axis {large[0]} of the shape {before} has the size {before[large[0]]}, and "
                         "only an axis of size 1 can go")  # fmt: skip
    return (x,), (tuple(n for a, n in enumerate(before, -len(before)) if a not in axes), before)


def reshaped(x, shape, _before):
    return np.reshape(x, shape)


def shaped_back(g, _out, _x, shape, before):
    return g.reshape(lead(g, len(shape)) + before)


RESHAPE = r"\operatorname{{reshape}}\left({g}\right)"
for name, prepare in {
    "reshape": to_shape, "ravel": to_line, "expand_dims": with_axis, "squeeze": without_axes,
}.items():  # fmt: skip
    Structural(name, prepare, reshaped, shaped_back, rules=RESHAPE, shown={} if name == "ravel" else {"shape": 0})


# Axes in another order: the way back is the inverse permutation.


def in_order(x, axes=None):
    """The axes in another order; without ``axes`` in the opposite one."""
    n = len(shape_of(x))
    axes = tuple(range(-1, -n - 1, -1)) if axes is None else axes_of(axes, n, "transpose")
    if len(axes) != n:
        raise ValueError(f"transpose: the shape {shape_of(x)} has {n} axes, and axes={axes} names {len(axes)}")
    return (x,), (axes,)


def two_swapped(x, axis1, axis2):
    """Two axes in each other's place."""
    n = len(shape_of(x))
    a, b = axis_of(axis1, n, "swapaxes"), axis_of(axis2, n, "swapaxes")
    axes = list(range(-n, 0))
    axes[a], axes[b] = axes[b], axes[a]
    return (x,), (tuple(axes),)


def some_moved(x, source, destination):
    """Some axes to other places, the others in their order."""
    n = len(shape_of(x))
    source, destination = axes_of(source, n, "moveaxis"), axes_of(destination, n, "moveaxis")
    if len(source) != len(destination):
        raise ValueError(f"moveaxis: as many places as axes; received {source} and {destination}")
    rest = iter(a for a in range(-n, 0) if a not in source)
    goes = dict(zip(destination, source, strict=True))
    return (x,), (tuple(goes[a] if a in goes else next(rest) for a in range(-n, 0)),)


def permuted(x, axes):
    return np.transpose(x, axes)


def permuted_back(g, _out, _x, axes):
    stack = tuple(range(g.ndim - len(axes)))
    inverse = sorted(range(-len(axes), 0), key=lambda a: axes[a])
    return g.transpose(stack + tuple(inverse))


PRIMED = Notation(Style("{}′", ATOM, (ATOM,)), Style("{}'", ATOM, (ATOM,)))
Structural("transpose", in_order, permuted, permuted_back, rules="{g}'", notation=PRIMED)
Structural("swapaxes", two_swapped, permuted, permuted_back, rules="{g}'", shown={"axes": 0})
Structural("moveaxis", some_moved, permuted, permuted_back,
           rules=r"\operatorname{{moved\ back}}\left({g}\right)", shown={"axes": 0})  # fmt: skip


def spread_to(x, shape):
    """Copies along new axes and axes of size 1."""
    shape, before = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,), shape_of(x)
    if len(before) > len(shape) or any(m not in (1, n) for m, n in zip(before[::-1], shape[::-1], strict=False)):
        raise ValueError(f"broadcast_to: read from the right, each size of {before} must be 1 or that of {shape}; "
                         "try expand_dims or reshape first")  # fmt: skip
    return (x,), (shape,)


Structural("broadcast_to", spread_to, lambda x, shape: np.broadcast_to(x, shape),
           lambda g, _out, _x, _shape: g, rules=r"\sum {g}", shown={"shape": 0})  # fmt: skip


# Picking elements: the way back adds each cotangent to the place that its element came from.


def picked(x, index):
    """Some elements: slices, whole numbers, arrays of whole numbers (repeats allowed), or a mask."""
    index = tuple(plain(i) if hasattr(i, "dtype") else np.asarray(i) if isinstance(i, list) else i
                  for i in (index if isinstance(index, tuple) else (index,)))  # fmt: skip
    shape = shape_of(x)
    if any(getattr(i, "dtype", None) is not None and i.dtype.kind not in "iub" for i in index):
        raise IndexError("an index holds whole numbers, slices or a mask; received floats: try x.astype(int)")
    if all(i is None or i is Ellipsis or isinstance(i, (slice, int, np.integer)) and not isinstance(i, bool)
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
    else:
        np.add.at(out.reshape((*stack, -1)) if out.size else out, (..., places), g)
    return out


def picked_again(h, _out, _g, index, places, shape, _ndim):
    stack = lead(h, len(shape))
    if places is None:
        return h[(ALL,) * (h.ndim - len(shape)) + index]
    return h.reshape((*stack, math.prod(shape)))[..., places]


put_at = Structural("put_at", to_places, put, picked_again, rules=r"{g}[\ldots]")


# Joining and splitting


def along(arrays, axis=0):
    """Several arrays one after the other along an axis; None: all elements in one line."""
    arrays = listed(arrays, "concatenate")
    if axis is None:
        arrays, axis = tuple(map(Structural.table["ravel"], arrays)), 0
    axis = axis_of(axis, len(shape_of(arrays[0])), "concatenate")
    ends = np.cumsum([0] + [shape_of(x)[axis] if len(shape_of(x)) >= -axis else 0 for x in arrays])
    return arrays, (axis, tuple(map(int, ends)))


def on_top(arrays, axis=0):
    """Several arrays of one shape along a new axis; ``axis`` counts in the result."""
    arrays = listed(arrays, "stack")
    return arrays, (axis_of(axis, len(shape_of(arrays[0])) + 1, "stack"),)


def listed(arrays, name):
    if not isinstance(arrays, (list, tuple)):
        arrays = list(arrays) if np.ndim(plain(arrays)) else arrays
    if not isinstance(arrays, (list, tuple)) or not arrays:
        raise TypeError(f"{name} takes a list of at least one array: {name}([x, y]); received {arrays!r:.60}")
    return tuple(arrays)


def at(axis, which):
    """The index of ``which`` along an axis counted from the end, whatever stands in front."""
    return (..., which) + (ALL,) * (-axis - 1)


Gathering("concatenate", along, lambda xs, axis, ends: np.concatenate(xs, axis),
          lambda g, i, _out, _xs, axis, ends: g[at(axis, slice(ends[i], ends[i + 1]))],
          rules=r"\operatorname{{part}}_{{{i}}}\left({g}\right)", shown={"axis": 0})  # fmt: skip
Gathering("stack", on_top, lambda xs, axis: np.stack(xs, axis),
          lambda g, i, _out, _xs, axis: g[at(axis, i)],
          rules=r"\operatorname{{part}}_{{{i}}}\left({g}\right)", shown={"axis": 0})  # fmt: skip


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
            raise ValueError(f"split: {size} elements along axis {axis} do not make {parts} equal pieces; name "
                             "the places where to cut instead, as a list")  # fmt: skip
        parts = [k * (size // parts) for k in range(1, parts)]
    ends = [None, *parts, None]
    getitem = Structural.table["getitem"]
    return [getitem(x, at(axis, slice(a, b))) for a, b in zip(ends, ends[1:], strict=False)]


def vstack(arrays):
    """Rows on top of each other; a vector counts as one row."""
    rows = [x if len(shape_of(x)) > 1 else Structural.table["reshape"](x, (1, -1)) for x in arrays]
    return Structural.table["concatenate"](rows, 0)


def hstack(arrays):
    """Arrays side by side; vectors one after the other."""
    return Structural.table["concatenate"](arrays, 1 if len(shape_of(arrays[0])) > 1 else 0)


# Choosing


def chosen(condition, x, y):
    """Elements of ``x`` where the condition holds, of ``y`` where not; the three broadcast."""
    condition = np.asarray(plain(condition)) != 0
    shapes = condition.shape, shape_of(x), shape_of(y)
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        raise ValueError(
            f"where: condition, x and y of the shapes {', '.join(map(str, shapes))} do not broadcast: read from the "
            "right, sizes must be equal or 1"
        ) from None
    return (x, y), (condition,)


Structural("where", chosen, lambda x, y, condition: np.where(condition, x, y),
           lambda g, _out, _x, _y, condition: np.where(condition, g, 0),
           lambda g, _out, _x, _y, condition: np.where(condition, 0, g),
           rules=(r"{g}\,[\,\text{{holds}}\,]", r"{g}\,[\,\text{{else}}\,]"))  # fmt: skip


def bounded(x, low=None, high=None):
    """Elements below ``low`` raised to it, above ``high`` lowered to it; None for no bound."""
    if low is None and high is None:
        raise ValueError("clip: give a lower bound, an upper bound, or both: clip(x, 0, 1)")
    return (x,), tuple(plain(bound) for bound in (low, high))


def inside(g, _out, x, low, high):
    x = plain(x)
    kept = (x >= (-np.inf if low is None else low)) & (x <= (np.inf if high is None else high))
    return np.where(kept, g, 0)


Structural("clip", bounded, lambda x, low, high: np.clip(x, low, high), inside,
           rules=r"{g}\,[\,\text{{inside}}\,]", shown={"low": 0, "high": 1},
           kink="At a bound the derivative is taken as 1.")  # fmt: skip


def with_margin(x, width, mode="constant", constant_values=0):
    """A margin of constant elements: ``width`` for all sides, (before, after), or such a pair per axis."""
    if mode != "constant":
        raise ValueError(f"pad: only mode='constant' has a rule; received {mode!r:.40}")
    shape = shape_of(x)
    pairs = np.asarray(width)
    if pairs.shape not in ((), (1,), (2,), (1, 2), (len(shape), 1), (len(shape), 2)):
        raise ValueError(f"pad: width is one number, (before, after), or such a pair for each of the {len(shape)} "
                         f"axes of the shape {shape}; received {width!r:.60}")  # fmt: skip
    pairs = np.broadcast_to(pairs, (len(shape), 2))
    if pairs.dtype.kind not in "iu" or (pairs < 0).any():
        raise ValueError(f"pad: a margin is a whole number, 0 or more; received {width!r:.60}")
    width = tuple((int(a), int(b)) for a, b in pairs)
    inner = tuple(slice(a, a + n) for (a, _), n in zip(width, shape, strict=True))
    return (x,), (width, constant_values, inner)


Structural("pad", with_margin,
           lambda x, width, constant, inner: np.pad(x, width, constant_values=constant) if width else x,
           lambda g, _out, _x, _width, _constant, inner: g[(..., *inner)],
           rules=r"\operatorname{{inner}}\left({g}\right)", shown={"width": 0})  # fmt: skip
