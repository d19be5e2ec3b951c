"""Rows that reduce axes, to a sum or its kin, and the running sum."""

import math

import numpy as np

from ...core.primitives import abs as absolute
from ...core.primitives import sqrt
from .row import Structural, at, axes_of, axis_of, data_of, lead, plain_values, roomy, shape_of, to_floats
from .writing import ANY_SHAPE

__all__ = ["SPREAD", "divide_by_count", "over_axes", "reduction", "spread"]

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


NEUTRAL = {"sum": 0.0, "prod": 1.0, "max": None, "min": None, "mean": 0.0}  # what changes no result


def over_axes(name, read=lambda x: x, **defaults):
    """What a reduction does with its arguments: options are the axes, whether they stay, the shape before.

    read:     what is done with the operand first
    defaults: further options, with what each is where it is not given
    """

    known = ["axis", "keepdims", "dtype", *(["where", "initial"] if name in NEUTRAL else []), *defaults]

    def prepare(x, axis=None, keepdims=False, **options):
        x = read(x)
        for key in BEFORE if options else ():
            if (value := options.pop(key, None)) is not None and value is not True:
                x = BEFORE[key](name, x, axis, value, options.get("initial"))
        if options and (strange := set(options) - set(defaults)):
            raise TypeError(f"{name} has no option {min(strange)!r}; it has {', '.join(known)}")
        shape = shape_of(x)
        extra = tuple(options.get(key, usual) for key, usual in defaults.items())
        return (x,), (axes_of(axis, len(shape), name), bool(keepdims), shape, *extra)

    prepare.__doc__ = (
        f"The {name} along some axes (all without ``axis``); ``keepdims`` leaves them with size 1."
    )
    return prepare


def in_type(_name, x, _axis, dtype, _initial):
    """``dtype``: the elements in another type before they are reduced."""
    return Structural.table["_astype"](x, dtype)


def where_it_holds(name, x, axis, condition, initial):
    """``where``: elements that do not count become what changes no result."""
    neutral = initial if NEUTRAL.get(name) is None else NEUTRAL[name]
    if neutral is None:
        raise ValueError(
            f"{name}: the option where= needs initial=, the result where nothing counts"
            if name in NEUTRAL
            else f"{name} has no rule for where=: pick the elements first, x[mask], or write the sums out"
        )
    x, condition = to_floats(x), np.asarray(data_of(condition)) != 0
    kept = Structural.table["where"](condition, x, neutral)
    if name != "mean":
        return kept
    counts = np.broadcast_to(condition, shape_of(kept)).astype(x.dtype)
    return kept / np.mean(counts, axis if axis is None else axes_of(axis, counts.ndim, name), keepdims=True)


def beside_initial(name, x, axis, initial, _initial):
    """``initial``: one more element, along the first of the axes that are reduced."""
    if name not in NEUTRAL or name == "mean":
        raise TypeError(f"{name} has no option 'initial'")
    if axis is None:
        x, axis = Structural.table["ravel"](x), 0
    axis = axes_of(axis, len(shape_of(x)), name)[0]
    start = tuple(1 if a == axis else n for a, n in enumerate(shape_of(x), -len(shape_of(x))))
    return Structural.table["concatenate"]([np.full(start, initial, x.dtype), x], axis)


BEFORE = {"dtype": in_type, "where": where_it_holds, "initial": beside_initial}


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


def divide_by_count(g, n):
    """g / n, also for an n that float16 cannot hold."""
    return g * (1 / n) if n > 65504 and g.dtype == np.float16 else g / n


SPREAD = r"\operatorname{{spread}}\left({g}\right)"

reduction("sum", lambda x, axes, keepdims, shape: np.sum(x, axes, keepdims=keepdims),
          lambda g, _out, _x, axes, keepdims, shape: spread(g, axes, keepdims, shape),
          SPREAD, [*calls(EACH_AXIS | EMPTY), ((2, 3), {"axis": ()})])  # fmt: skip
reduction("mean", lambda x, axes, keepdims, shape: np.mean(x, axes, keepdims=keepdims),
          lambda g, _out, _x, axes, keepdims, shape: spread(
              divide_by_count(g, group_size(axes, shape)), axes, keepdims, shape),
          SPREAD + r"/n")  # fmt: skip


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


def deviation(x, axes, keepdims, shape, ddof):
    return sqrt(mean_square(x, axes, keepdims, shape, ddof))


def centred_unit(g, out, x, axes, keepdims, shape, ddof):
    flow = unit(g, out, x - np.mean(x, axis=axes, keepdims=True), axes, keepdims, shape)
    return flow / (group_size(axes, shape) - ddof)


reduction("std", deviation, centred_unit,
          SPREAD + r"\odot \tfrac{{1}}{{n\,{out}}}({x}-\operatorname{{mean}}\,{x})", [
    *calls({shape: EACH_AXIS[shape] for shape in [(2, 3), (2, 3, 2), (3,), (0, 3)]}),
    ((3,), {"ddof": 2}), ((2, 3), {"axis": 1, "ddof": 1})],
          prepare=over_axes("std", to_floats, ddof=0),
          kink="Where all are equal the derivative is taken as 0.")  # fmt: skip


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


def running_sum(x, axis=None, name="cumsum"):
    """The sums up to each element along an axis; without ``axis`` of all elements in one line."""
    if axis is None:
        x, axis = Structural.table["ravel"](x), 0
    return (x,), (axis_of(axis, len(shape_of(x)), name),)


def running_back(g, _out, _x, axis):
    backwards = at(axis, slice(None, None, -1))
    return np.cumsum(g[backwards], axis=axis)[backwards]


Structural("cumsum", running_sum, np.cumsum, running_back,
           rules=r"\operatorname{{cumsum\ from\ the\ end}}\left({g}\right)", shown={"axis": 0}, cases=[
    ((4,),), *ANY_SHAPE, ((0,),), *[((2, 3, 2), {"axis": axis}) for axis in (0, 1, 2, -1, -2, -3)],
    ((3,), 0), ((0, 3), 0), ((1, 3), 0), ((2, 1), 1)])  # fmt: skip


def running_product(x, axis=None):
    """The products up to each element along an axis; without ``axis`` of all elements in one line."""
    return running_sum(x, axis, "cumprod")


def product_back(g, out, x, axis):
    size = np.abs(data_of(out))
    if np.all((size >= np.finfo(size.dtype).tiny) & (size < np.inf)):
        return running_back(g * out, None, None, axis) / x
    line, flow = np.moveaxis(x, axis, -1), np.moveaxis(g, axis, -1)
    n = line.shape[-1]  # by each element, the products of those before and after it
    without = np.where(np.eye(n, dtype=bool), x.dtype.type(1), line[..., None, :])
    return np.moveaxis(np.sum(np.triu(np.cumprod(without, axis=-1) * flow[..., None, :]), axis=-1), -1, axis)


Structural("cumprod", running_product, np.cumprod, product_back,
           rules=r"\operatorname{{cumsum\ from\ the\ end}}\left({g}\odot {out}\right)\oslash {x}",
           shown={"axis": 0}, cases=[
    ((4,),), *ANY_SHAPE, ((0,),), *[((2, 3, 2), {"axis": axis}) for axis in (0, 1, -1, -3)],
    ((0, 3), 0)])  # fmt: skip


def two_norm(x, ord=None, axis=None, keepdims=False):
    """The square root of the sum of squares, of a vector or of all elements of a matrix.

    ord: of vectors a number p above 0, the p-th root of the sum of |x|ᵖ, or inf, the largest |x|; of matrices
         "fro", 1 (the largest sum of a column's |x|) or inf (of a row's). The norm of one number is its size
    """
    x = to_floats(x)
    axes = axes_of(axis, len(shape_of(x)), "norm")
    if ord is None or (ord, len(axes)) in ((2, 1), ("fro", 2)):
        return norm_axes(x, axis, keepdims)
    sum, max = Structural.table["sum"], Structural.table["max"]
    size = absolute(x)
    if len(axes) == 1 and ord == np.inf:
        size = max(size, axis=axes, keepdims=True)
    elif len(axes) == 1 and isinstance(ord, (int, float)) and ord > 0:
        size = sum(size**ord, axis=axes, keepdims=True) ** (1 / ord) if ord != 1 else (
            sum(size, axis=axes, keepdims=True))  # fmt: skip
    elif len(axes) == 2 and ord in (1, np.inf):
        first, second = axes if ord == 1 else axes[::-1]
        size = max(sum(size, axis=first, keepdims=True), axis=second, keepdims=True)
    else:
        raise ValueError(
            f"norm: ord={ord!r:.40} of {'a matrix' if len(axes) == 2 else f'{len(axes)} axes'} has no rule; "
            "there are 1, 2, inf and p above 0 of vectors, and 'fro', 1 and inf of matrices"
        )
    return norm_axes(size, axes, keepdims)


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
