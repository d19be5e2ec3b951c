"""Rows that reduce axes, to a sum or its kin, and the running sum."""

import math

import numpy as np

from ...core.primitives import sqrt
from .row import (
    ANY_SHAPE,
    Structural,
    at,
    axes_of,
    axis_of,
    data_of,
    lead,
    plain_values,
    roomy,
    shape_of,
    to_floats,
)

__all__ = ["SPREAD", "over_axes", "reduction", "share", "spread"]

# What was summed along an axis is spread along it on the way back.

EACH_AXIS = {  # the axes that a reduction is tried on, by the shape
    (2, 3): [1, None, 0, -1, (0,), (0, 1), (-1, 0)], (2, 3, 2): [None, 1, -3, (0, 2), (-1, 1), (0, 1, 2)],
    (3,): [None, 0, -1], (1, 3): [None, 0], (2, 1): [None, -1], (): [None], (1,): [None], (1, 1): [(0, 1)],
    (0, 3): [1],
}  # fmt: skip
EMPTY = {(0,): [None], (0, 3): [0, 1], (3, 0): [-1], (2, 0, 3): [(0, 1)], (0, 0): [None], (3, 0, 2): [(0, 2)]}


def calls(axes_by_shape):
    """The cases of a reduction, each axis with and without ``keepdims``."""
    pairs = [(shape, axis) for shape, axes in axes_by_shape.items() for axis in axes]
    return [(shape, {"axis": axis} | keep) for keep in ({}, {"keepdims": True}) for shape, axis in pairs]


def over_axes(name, read=lambda x: x, **defaults):
    """What a reduction does with its arguments: options are the axes, whether they stay, the shape before.

    read:     what is done with the operand first
    defaults: further options, with what each is where it is not given
    """

    def prepare(x, axis=None, keepdims=False, **options):
        if strange := set(options) - set(defaults):
            raise TypeError(
                f"{name} has no option {min(strange)!r}; it has axis, keepdims " + ", ".join(defaults)
            )
        x = read(x)
        shape = shape_of(x)
        extra = tuple(options.get(key, usual) for key, usual in defaults.items())
        return (x,), (axes_of(axis, len(shape), name), bool(keepdims), shape, *extra)

    prepare.__doc__ = (
        f"The {name} along some axes (all without ``axis``); ``keepdims`` leaves them with size 1."
    )
    return prepare


def reduction(name, compute, vjp, rule, cases=(), prepare=None, kink=""):
    """The row of a reduction."""
    return Structural(name, prepare or over_axes(name), compute, vjp, rules=rule,
                      shown={"axis": 0, "keepdims": 1}, kink=kink,
                      cases=cases or calls(EACH_AXIS))  # fmt: skip


def spread(g, axes, keepdims, shape):
    """The cotangent of a reduction's result, copied along the axes that it reduced."""
    stack = lead(g, len(shape) - (0 if keepdims else len(axes)))
    ones = tuple(1 if a in axes else n for a, n in enumerate(shape, -len(shape)))
    return np.broadcast_to(g.reshape(stack + ones), stack + shape)


def group_size(axes, shape):
    """How many elements each result of a reduction was made of."""
    return math.prod(shape[a] for a in axes)


def share(g, n):
    """g / n, also for an n that float16 cannot hold."""
    return g * (1 / n) if n > 65504 and g.dtype == np.float16 else g / n


SPREAD = r"\operatorname{{spread}}\left({g}\right)"

reduction("sum", lambda x, axes, keepdims, shape: np.sum(x, axes, keepdims=keepdims),
          lambda g, _out, _x, axes, keepdims, shape: spread(g, axes, keepdims, shape),
          SPREAD, [*calls(EACH_AXIS | EMPTY), ((2, 3), {"axis": ()})])  # fmt: skip
reduction("mean", lambda x, axes, keepdims, shape: np.mean(x, axes, keepdims=keepdims),
          lambda g, _out, _x, axes, keepdims, shape: spread(
              share(g, group_size(axes, shape)), axes, keepdims, shape), SPREAD + r"/n")  # fmt: skip


def mean_square(x, axes, keepdims, shape, ddof):
    if x.dtype.kind != "O":
        return np.var(roomy(x), axes, ddof=ddof, keepdims=keepdims).astype(x.dtype)
    off = x - np.mean(x, axes, keepdims=True)
    return np.sum(off * off, axes, keepdims=keepdims) / (group_size(axes, shape) - ddof)


def centred(g, _out, x, axes, keepdims, shape, ddof):
    n = group_size(axes, shape) - ddof
    slope = (x - np.mean(x, axis=axes, keepdims=True)) * (2 / n if n > 0 else np.nan)
    return spread(g, axes, keepdims, shape) * slope


reduction("var", mean_square, centred, SPREAD + r"\odot \tfrac{{2}}{{n}}({x}-\operatorname{{mean}}\,{x})", [
    *calls(EACH_AXIS), ((3,), {"ddof": 2}),
    *[(shape, options | {"ddof": 1}) for shape, options in calls({(2, 3): [None, 0, -1]})]],
          prepare=over_axes("var", to_floats, ddof=0))  # fmt: skip


def firsts(x, axes, best):
    """A mask: True at the first of the best elements of each group that a reduction looks at."""
    x = data_of(x)
    groups = [a for a in range(-x.ndim, 0) if a not in axes]
    order = [a + x.ndim for a in (*groups, *axes)]
    moved = x.transpose(order)
    line = moved.reshape(*moved.shape[: len(groups)], math.prod(moved.shape[len(groups) :]))
    mask = np.arange(line.shape[-1]) == best(line, axis=-1)[..., None]
    return mask.reshape(moved.shape).transpose(np.argsort(order))


def extreme(name, best):
    """The row of max or min."""
    compute = getattr(np, name)
    return reduction(name, lambda x, axes, keepdims, shape: compute(x, axes, keepdims=keepdims),
                     lambda g, _out, x, axes, keepdims, shape: np.where(
                         firsts(x, axes, best), spread(g, axes, keepdims, shape), 0),
                     SPREAD + rf"\,[\,\text{{{{first {name}}}}}\,]",
                     kink="Of equal elements the first takes the whole derivative.")  # fmt: skip


extreme("max", np.argmax)
extreme("min", np.argmin)


def without_each(g, out, x, axes, keepdims, shape):
    size = np.abs(data_of(out))
    if np.all((size >= np.finfo(size.dtype).tiny) & (size < np.inf)):
        return spread(g * out, axes, keepdims, shape) / x
    groups = tuple(a for a in range(-len(shape), 0) if a not in axes)
    line = np.transpose(x, groups + axes).reshape((*[shape[a] for a in groups], group_size(axes, shape)))
    others = products_of_others(line).reshape(tuple(shape[a] for a in groups + axes))
    inverse = sorted(range(-len(shape), 0), key=lambda a: (groups + axes)[a])
    return spread(g, axes, keepdims, shape) * np.transpose(others, inverse)


def products_of_others(x):
    """For each element the product of all others along the last axis; without a division, so 0 is allowed.

    The others of an element are its partner in a pair, and the other pairs.
    """
    n = x.shape[-1]
    if n <= 1:
        return np.ones(x.shape, x.dtype)
    if n % 2:
        x = np.concatenate([x, np.ones((*x.shape[:-1], 1), x.dtype)], axis=-1)
    left, right = x[..., : (n + 1) // 2], x[..., (n + 1) // 2 :]
    pairs = products_of_others(left * right)
    return np.concatenate([pairs * right, pairs * left], axis=-1)[..., :n]


reduction("prod", lambda x, axes, keepdims, shape: np.prod(x, axes, keepdims=keepdims), without_each,
          SPREAD + r"\odot \operatorname{{product\ of\ the\ others}}",
          calls(EACH_AXIS | EMPTY))  # fmt: skip


def running_sum(x, axis=None):
    """The sums up to each element along an axis; without ``axis`` of all elements in one line."""
    if axis is None:
        x, axis = Structural.table["ravel"](x), 0
    return (x,), (axis_of(axis, len(shape_of(x)), "cumsum"),)


def running_back(g, _out, _x, axis):
    backwards = at(axis, slice(None, None, -1))
    return np.cumsum(g[backwards], axis=axis)[backwards]


Structural("cumsum", running_sum, np.cumsum, running_back,
           rules=r"\operatorname{{cumsum\ from\ the\ end}}\left({g}\right)", shown={"axis": 0}, cases=[
    ((4,),), *ANY_SHAPE, ((0,),), *[((2, 3, 2), {"axis": axis}) for axis in (0, 1, 2, -1, -2, -3)],
    ((3,), 0), ((0, 3), 0), ((1, 3), 0), ((2, 1), 1)])  # fmt: skip


def two_norm(x, ord=None, axis=None, keepdims=False):
    """The square root of the sum of squares, of a vector or of all elements of a matrix."""
    n = len(shape_of(x)) if axis is None else np.size(axis)
    if not (ord is None or (n == 1 and ord == 2) or (n == 2 and ord == "fro")):
        raise ValueError(
            f"norm: only the square root of the sum of squares has a rule; received ord={ord!r:.40}"
        )
    return norm_axes(x, axis, keepdims)


def root_of_squares(x, axes, keepdims, _shape):
    if x.dtype.kind == "f" and x.dtype.itemsize > 2:
        with np.errstate(over="ignore"):
            total, limits = np.sum(x * x, axes, keepdims=keepdims), np.finfo(x.dtype)
        if np.all((total > limits.tiny / limits.eps**2) & (total < np.inf)):
            return np.sqrt(total)  # in which no square has been lost
    largest = np.max(np.abs(plain_values(x)), axes, keepdims=True, initial=0)
    scale = np.where((largest > 0) & (largest < np.inf), largest, largest.dtype.type(1))
    scaled = roomy(x / scale)  # squares of very large or small elements would leave the floats
    out = scale * sqrt(np.sum(scaled * scaled, axes, keepdims=True))
    out = out if keepdims else np.squeeze(out, axes)[()]
    return out if x.dtype.kind == "O" else out.astype(x.dtype)


def unit(g, out, x, axes, keepdims, shape):
    zero = data_of(out) == 0
    if not hasattr(g, "value"):
        return spread(g / np.where(zero, 1, out), axes, keepdims, shape) * x
    direction = x / spread(np.where(zero, np.nan, out), axes, keepdims, shape)  # at 0 it has no derivative
    return spread(g, axes, keepdims, shape) * np.where(spread(zero, axes, keepdims, shape), 0.0, direction)


norm_axes = over_axes("norm", to_floats)
reduction("norm", root_of_squares, unit, r"{g}\,{x}/\lVert {x}\rVert", [
    ((4,),), *[case for case in calls(EACH_AXIS) if np.size(case[1]["axis"]) <= 2]],
          prepare=two_norm, kink="At 0 the derivative is taken as 0.")  # fmt: skip
