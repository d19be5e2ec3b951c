"""Rows that reduce axes, to a sum or its kin, and the running sum."""

import math

import numpy as np

from .row import Structural, at, axes_of, axis_of, lead, plain, shape_of

__all__ = ["AXES", "SPREAD", "reduction", "spread"]

# Reductions: what was summed along an axis is spread along it on the way back.


def reduction(name, **defaults):
    """The front door of a reduction: axes counted from the end, and the shape before it."""

    def prepare(x, axis=None, keepdims=False, **options):
        if strange := set(options) - set(defaults):
            raise TypeError(
                f"{name} has no option {min(strange)!r}; it has axis, keepdims " + ", ".join(defaults)
            )
        shape = shape_of(x)
        extra = tuple(options.get(key, usual) for key, usual in defaults.items())
        return (x,), (axes_of(axis, len(shape), name), bool(keepdims), shape, *extra)

    prepare.__doc__ = (
        f"The {name} along some axes (all without ``axis``); ``keepdims`` leaves them with size 1."
    )
    return prepare


def spread(g, axes, keepdims, shape):
    """The cotangent of a reduction's result, copied along the axes that it reduced."""
    stack = lead(g, len(shape) - (0 if keepdims else len(axes)))
    ones = tuple(1 if a in axes else n for a, n in enumerate(shape, -len(shape)))
    return np.broadcast_to(g.reshape(stack + ones), stack + shape)


def count(axes, shape):
    """How many elements each result of a reduction was made of."""
    return math.prod(shape[a] for a in axes)


AXES = {"axis": 0, "keepdims": 1}
SPREAD = r"\operatorname{{spread}}\left({g}\right)"

Structural("sum", reduction("sum"), lambda x, axes, keepdims, shape: np.sum(x, axes, keepdims=keepdims),
           lambda g, _out, _x, axes, keepdims, shape: spread(g, axes, keepdims, shape),
           rules=SPREAD, shown=AXES)  # fmt: skip
Structural("mean", reduction("mean"), lambda x, axes, keepdims, shape: np.mean(x, axes, keepdims=keepdims),
           lambda g, _out, _x, axes, keepdims, shape: spread(g / count(axes, shape), axes, keepdims, shape),
           rules=SPREAD + r"/n", shown=AXES)  # fmt: skip


def centred(g, _out, x, axes, keepdims, shape, ddof):
    slope = (x - np.mean(x, axis=axes, keepdims=True)) * (2 / (count(axes, shape) - ddof))
    return spread(g, axes, keepdims, shape) * slope


Structural("var", reduction("var", ddof=0),
           lambda x, axes, keepdims, shape, ddof: np.var(x, axes, ddof=ddof, keepdims=keepdims), centred,
           rules=SPREAD + r"\odot \tfrac{{2}}{{n}}({x}-\operatorname{{mean}}\,{x})", shown=AXES)  # fmt: skip


def firsts(x, axes, best):
    """A mask: True at the first of the best elements of each group that a reduction looks at."""
    x = plain(x)
    groups = [a for a in range(-x.ndim, 0) if a not in axes]
    order = [a + x.ndim for a in (*groups, *axes)]
    moved = x.transpose(order)
    line = moved.reshape(*moved.shape[: len(groups)], math.prod(moved.shape[len(groups) :]))
    mask = np.arange(line.shape[-1]) == best(line, axis=-1)[..., None]
    return mask.reshape(moved.shape).transpose(np.argsort(order))


def extreme(name, best):
    """The row of max or min."""
    compute = getattr(np, name)
    return Structural(name, reduction(name),
                      lambda x, axes, keepdims, shape: compute(x, axes, keepdims=keepdims),
                      lambda g, _out, x, axes, keepdims, shape: np.where(
                          firsts(x, axes, best), spread(g, axes, keepdims, shape), 0),
                      rules=SPREAD + rf"\,[\,\text{{{{first {name}}}}}\,]", shown=AXES,
                      kink="Of equal elements the first takes the whole derivative.")  # fmt: skip


extreme("max", np.argmax)
extreme("min", np.argmin)


def without_each(g, out, x, axes, keepdims, shape):
    if np.all(plain(x) != 0):
        return spread(g * out, axes, keepdims, shape) / x
    groups = tuple(a for a in range(-len(shape), 0) if a not in axes)
    n, kept = count(axes, shape), tuple(shape[a] for a in groups)
    line = np.transpose(x, groups + axes).reshape((*kept, n))
    grid = np.broadcast_to(line.reshape((*kept, 1, n)), (*kept, n, n))
    others = np.prod(np.where(np.eye(n, dtype=bool), 1, grid), axis=-1)
    others = others.reshape(kept + tuple(shape[a] for a in axes))
    inverse = sorted(range(-len(shape), 0), key=lambda a: (groups + axes)[a])
    return spread(g, axes, keepdims, shape) * np.transpose(others, inverse)


Structural("prod", reduction("prod"), lambda x, axes, keepdims, shape: np.prod(x, axes, keepdims=keepdims),
           without_each, shown=AXES,
           rules=SPREAD + r"\odot \operatorname{{product\ of\ the\ others}}")  # fmt: skip


def running(x, axis=None):
    """The sums up to each element along an axis; without ``axis`` of all elements in one line."""
    if axis is None:
        x, axis = Structural.table["ravel"](x), 0
    return (x,), (axis_of(axis, len(shape_of(x)), "cumsum"),)


def running_back(g, _out, _x, axis):
    backwards = at(axis, slice(None, None, -1))
    return np.cumsum(g[backwards], axis=axis)[backwards]


Structural("cumsum", running, np.cumsum, running_back,
           rules=r"\operatorname{{cumsum\ from\ the\ end}}\left({g}\right)", shown={"axis": 0})  # fmt: skip


def two_norm(x, ord=None, axis=None, keepdims=False):
    """The square root of the sum of squares, of a vector or of all elements of a matrix."""
    n = len(shape_of(x)) if axis is None else np.size(axis)
    if not (ord is None or (n == 1 and ord == 2) or (n == 2 and ord == "fro")):
        raise ValueError(
            f"norm: only the square root of the sum of squares has a rule; received ord={ord!r:.40}"
        )
    return NORM_AXES(x, axis, keepdims)


def root_of_squares(x, axes, keepdims, _shape):
    scale = np.max(np.abs(x), initial=0)  # squares of very large or small elements leave the floats
    if not 0 < scale < np.inf:
        return np.sqrt(np.sum(np.square(x), axes, keepdims=keepdims))
    return scale * np.sqrt(np.sum(np.square(x / scale), axes, keepdims=keepdims))


def unit(g, out, x, axes, keepdims, shape):
    length = np.where(plain(out) == 0, 1, out)
    return spread(g / length, axes, keepdims, shape) * x


NORM_AXES = reduction("norm")
Structural("norm", two_norm, root_of_squares, unit, rules=r"{g}\,{x}/\lVert {x}\rVert", shown=AXES,
           kink="At 0 the derivative is taken as 0.")  # fmt: skip
