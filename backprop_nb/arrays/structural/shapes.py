"""Rows that leave the elements as they are: shapes, the order of the axes, copies along them."""

import math
import operator

import numpy as np

from ...drawing.notation import ATOM, Notation, Style
from .row import Structural, array_of, axes_of, axis_of, lead, shape_of
from .writing import ANY_SHAPE

__all__ = []

# Shapes: the elements stay in their order, so the way back is another reshape.


def fitted(shape, size, name):
    """A shape with its -1 worked out; ValueError where it does not hold ``size`` elements."""
    try:
        shape = tuple(map(operator.index, shape if isinstance(shape, (tuple, list)) else (shape,)))
    except TypeError:
        raise TypeError(f"{name} takes whole numbers as sizes; received {shape!r:.60}") from None
    known = math.prod(n for n in shape if n != -1)
    if shape.count(-1) == 1 and known and size % known == 0:
        shape = tuple(size // known if n == -1 else n for n in shape)
    if -1 in shape or math.prod(shape) != size:
        raise ValueError(
            f"{name}: {size} elements do not fill the shape {shape}; the product of its sizes must "
            f"be {size}, and one of them may be -1, to be worked out"
        )
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
        raise ValueError(
            f"{name} goes row by row, order='C'; received order={order!r:.20}: transpose first, x.T, "
            "to go column by column"
        )


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
        raise ValueError(
            f"squeeze: axis {large[0]} of the shape {before} has the size {before[large[0]]}, and "
            "only an axis of size 1 can go"
        )
    return (x,), (tuple(n for a, n in enumerate(before, -len(before)) if a not in axes), before)


def reshaped(x, shape, _before):
    return np.reshape(x, shape)


def shaped_back(g, _out, _x, shape, before):
    return g.reshape(lead(g, len(shape)) + before)


RESHAPE = r"\operatorname{{reshape}}\left({g}\right)"
Structural("reshape", to_shape, reshaped, shaped_back, rules=RESHAPE, shown={"shape": 0}, cases=[
    ((2, 3), (3, 2)), ((2, 3), 6), ((2, 3), -1), ((2, 3), (-1, 2)), ((2, 3), (1, 6, 1)), ((), (1,)),
    ((1, 1), ()), ((0, 3), (3, 0)), ((2, 3, 2), (3, 4)), ((6,), (2, -1)), ((3,), (3,))])  # fmt: skip
Structural("ravel", to_line, reshaped, shaped_back, rules=RESHAPE, cases=ANY_SHAPE)
Structural("expand_dims", with_axis, reshaped, shaped_back, rules=RESHAPE, shown={"shape": 0}, cases=[
    ((2, 3), 0), ((2, 3), 1), ((2, 3), -2), ((2, 3), (0, 2)), ((2, 3), (0, -1)), ((3,), 0), ((3,), -1),
    ((), 0), ((0,), 0)])  # fmt: skip
Structural("squeeze", without_axes, reshaped, shaped_back, rules=RESHAPE, shown={"shape": 0}, cases=[
    ((1, 3),), ((1, 3, 1),), ((1, 3, 1), 0), ((1, 3, 1), -1), ((1, 3, 1), (0, 2)), ((2, 3),), ((1, 1),),
    ((),), ((1, 0), 0)])  # fmt: skip


# Axes in another order: the way back is the inverse permutation.


def in_order(x, axes=None):
    """The axes in another order; without ``axes`` in the opposite one."""
    n = len(shape_of(x))
    axes = tuple(range(-1, -n - 1, -1)) if axes is None else axes_of(axes, n, "transpose")
    if len(axes) != n:
        raise ValueError(
            f"transpose: the shape {shape_of(x)} has {n} axes, and axes={axes} names {len(axes)}"
        )
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
Structural("transpose", in_order, permuted, permuted_back, rules="{g}'", notation=PRIMED, cases=[
    ((2, 3),), ((),), ((3,),), ((2, 3, 2),), ((0, 3),), ((2, 3), (0, 1)), ((1, 3), (1, 0)),
    ((2, 3, 4), (1, 0, 2)), ((2, 3, 4), (2, 0, 1)), ((2, 3, 4), (-1, 0, -2))])  # fmt: skip
Structural("swapaxes", two_swapped, permuted, permuted_back, rules="{g}'", shown={"axes": 0}, cases=[
    ((2, 3), 0, 1), ((2, 3, 4), 0, -1), ((2, 3, 4), -2, -1), ((2, 3, 4), 1, 1), ((0, 3), 0, 1)])  # fmt: skip
Structural("moveaxis", some_moved, permuted, permuted_back,
           rules=r"\operatorname{{moved\ back}}\left({g}\right)", shown={"axes": 0}, cases=[
    ((2, 3), 0, -1), ((2, 3, 4), 0, -1), ((2, 3, 4), -1, 0), ((2, 3, 4), (0, 1), (-1, 0)),
    ((2, 3, 4), (0, -1), (1, 0)), ((3,), 0, 0), ((2, 0, 3), 1, 0)])  # fmt: skip


def spread_to(x, shape):
    """Copies along new axes and axes of size 1."""
    shape, before = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,), shape_of(x)
    if len(before) > len(shape) or any(
        m not in (1, n) for m, n in zip(before[::-1], shape[::-1], strict=False)
    ):
        raise ValueError(
            f"broadcast_to: read from the right, each size of {before} must be 1 or that of {shape}; "
            "try expand_dims or reshape first"
        )
    return (x,), (shape,)


Structural("broadcast_to", spread_to, np.broadcast_to,
           lambda g, _out, _x, _shape: g, rules=r"\sum {g}", shown={"shape": 0}, cases=[
    ((3,), (3, 3)), ((3,), (2, 3)), ((2, 1), (4, 2, 3)), ((), (2, 2)), ((2, 3), (2, 3)), ((1,), (0,)),
    ((), 3), ((1, 1), (2, 1)), ((1, 3), (0, 3)), ((), ())])  # fmt: skip


# Another type of floats: what flows back takes the type from before.


def as_floats(x, dtype=None, copy=True):
    """The same elements as float16, float32 or float64; TypeError for a type without derivatives."""
    kind = x.dtype if dtype is None else np.dtype(dtype)
    if kind.kind != "f":
        raise TypeError(
            f"astype: {kind} has no derivative; bp.rint, bp.floor and comparisons work on floats, "
            f"and np.asarray(x.value).astype({kind}) gives plain numbers"
        )
    return (x,), (kind, x.dtype)


Structural("_astype", as_floats, lambda x, kind, _before: array_of(x).astype(kind)[()],
           lambda g, _out, _x, _kind, before: g.astype(before), rules="{g}")  # fmt: skip
