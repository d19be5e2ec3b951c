"""Functions of NumPy's that are formulas of rows: what flows back through them follows from the rows."""

import math
import string
from functools import reduce
from typing import ClassVar, NamedTuple

import numpy as np

from ..core.primitives import Primitive
from .structural import Structural
from .structural.rearranging import bind
from .structural.row import at, axis_of, data_of, plain_values, shape_of, to_floats
from .trees import flatten, map_leaves

__all__ = ["MOVED", "Formula"]

E, S = Primitive.table, Structural.table
concatenate, einsum, take, moveaxis, ravel = (
    S[name] for name in "concatenate einsum take moveaxis ravel".split()
)


class Formula:
    """The functions of this file by their names; one with _ in front is NumPy's name only, not ``bp``'s."""

    table: ClassVar = {}
    built_in: ClassVar = frozenset()


def formula(f):
    """Put a function into the table of formulas."""
    Formula.table[f.__name__] = f
    return f


# Moving the elements of several arrays: NumPy's own function is asked where each place goes.

MOVED = {  # the arguments that hold arrays
    "array": "object", "insert": "arr values", "block": "arrays", "atleast_1d": "arys", "atleast_2d": "arys",
    "atleast_3d": "arys", "hsplit": "ary", "vsplit": "ary", "dsplit": "ary", "array_split": "ary",
    "rollaxis": "a", "delete": "arr", "extract": "arr", "compress": "a", "resize": "a", "meshgrid": "xi",
    "broadcast_arrays": "args", "fliplr": "m", "flipud": "m", "unstack": "x", "diag": "v", "diagflat": "v",
    "choose": "choices",
}  # fmt: skip


def move(name, data):
    """The function of NumPy's of that name, which moves the elements of its arguments ``data``."""
    function = getattr(np, name, None)

    def moved(*arguments, **options):
        call = bind(function, arguments, options) if name != "array" else ArrayCall(*arguments, **options)
        kind = call.arguments.pop("dtype", None)
        leaves, rebuild = flatten({key: call.arguments[key] for key in data if key in call.arguments})
        carriers = [x for x in leaves if hasattr(type(x), "__structural__")]
        if not carriers:
            return function(*map(data_of, arguments), **options)
        weak = next(x.dtype for x in carriers).type
        leaves = [weak(x) if type(x) in (int, float) else x for x in leaves]
        ends = np.cumsum([1, *(math.prod(shape_of(x)) for x in leaves)])  # place 0 stands for a zero
        places = [np.arange(end, end + math.prod(shape_of(x))).reshape(shape_of(x))
                  for end, x in zip(ends, leaves, strict=False)]  # fmt: skip
        others = call.arguments.keys() - set(data)
        call.arguments |= {key: map_leaves(data_of, call.arguments[key]) for key in others}
        call.arguments |= rebuild(places)

        def pick(found):
            return to_type(picked(leaves, ends, np.asarray(found)), kind)

        return map_leaves(pick, function(*call.args, **call.kwargs))

    moved.__name__ = name
    moved.__doc__ = f"As numpy.{name}: it moves elements, and each takes its derivative along."
    return moved


class ArrayCall:
    """The arguments of np.array, which has no signature."""

    def __init__(self, object, dtype=None, copy=True):
        self.arguments, self.kwargs = {"object": object, "dtype": dtype}, {}

    args = property(lambda self: (self.arguments["object"],))


def picked(leaves, ends, found):
    """The elements of several arrays at some places, counted from 1 through all of them; 0 is a zero."""
    used = [i for i, x in enumerate(leaves) if np.any((found >= ends[i]) & (found < ends[i + 1]))]
    if len(used) == 1 and not np.any(found == 0):
        x, places = leaves[used[0]], found - ends[used[0]]
        if np.array_equal(places.ravel(), np.arange(math.prod(shape_of(x)))):
            return x if shape_of(x) == found.shape else S["reshape"](x, found.shape)
        return take(x, places)
    if not used:
        return np.zeros(found.shape)
    zero = data_of(leaves[used[0]]).dtype.type(0) if np.any(found == 0) else None
    parts = [] if zero is None else [np.array([zero])]
    places, count = found.copy(), len(parts)
    for i in used:
        mine = (found >= ends[i]) & (found < ends[i + 1])
        places[mine] += count - ends[i]
        parts.append(ravel(leaves[i]))
        count += ends[i + 1] - ends[i]
    return take(concatenate(parts), places)


def to_type(x, kind):
    return x if kind is None else S["_astype"](x, kind)


for name, data in MOVED.items():
    if hasattr(np, name):  # unstack joined NumPy in 2.1
        Formula.table[name] = move(name, data.split())


# Joining


@formula
def append(x, values, axis=None):
    """Elements at the end: of an axis, or of all elements in one line."""
    return concatenate([x, values], axis)


@formula
def column_stack(arrays):
    """Vectors and matrices side by side, as columns."""
    return concatenate([S["reshape"](x, (-1, 1)) if len(shape_of(x)) < 2 else x for x in arrays], 1)


@formula
def dstack(arrays):
    """Arrays one behind the other, along a third axis."""
    return concatenate([Formula.table["atleast_3d"](x) for x in arrays], 2)


# Differences, integrals, interpolation


@formula
def diff(x, n=1, axis=-1):
    """Each element's distance from the one before, n times."""
    x = to_floats(x)
    axis = axis_of(axis, len(shape_of(x)), "diff")
    for _ in range(n):
        x = x[at(axis, slice(1, None))] - x[at(axis, slice(None, -1))]
    return x


@formula
def ediff1d(x):
    """Each element's distance from the one before, in one line."""
    return diff(ravel(x))


def _gradient(x, *spacing, axis=None):
    """NumPy's gradient: central differences of the elements, at the ends to one side; no derivative of f."""
    n = len(shape_of(x))
    axes = range(n) if axis is None else [axis] if isinstance(axis, int) else axis
    spacing = list(spacing or [1.0]) * (1 if len(spacing) > 1 else len(axes))
    if any(shape_of(h) for h in spacing):
        raise TypeError("numpy.gradient has a rule for equal steps only: write np.diff(y) / np.diff(x)")
    found = []
    for given, h in zip(axes, spacing, strict=True):
        a = axis_of(given, n, "gradient")
        first, last = at(a, slice(0, 1)), at(a, slice(-1, None))
        steps = diff(x, axis=a)
        inner = (steps[at(a, slice(1, None))] + steps[at(a, slice(None, -1))]) / 2
        found.append(concatenate([steps[first], inner, steps[last]], a) / h)
    return found[0] if len(found) == 1 else tuple(found)


Formula.table["_gradient"] = _gradient


@formula
def trapezoid(y, x=None, dx=1.0, axis=-1):
    """The area under straight lines between the points, along an axis."""
    y = to_floats(y)
    axis = axis_of(axis, len(shape_of(y)), "trapezoid")
    step = dx
    if x is not None:
        step = diff(x, axis=axis if len(shape_of(x)) > 1 else -1)
        if len(shape_of(x)) == 1:
            step = S["reshape"](step, (-1,) + (1,) * (-axis - 1))
    middle = (y[at(axis, slice(1, None))] + y[at(axis, slice(None, -1))]) / 2
    return S["sum"](middle * step, axis=axis)


@formula
def interp(x, xp, fp):
    """Straight lines between the points (xp, fp), at x; beside them the value of the nearest end."""
    xp, fp = to_floats(xp), to_floats(fp)
    x = S["clip"](to_floats(x), data_of(xp)[0], data_of(xp)[-1])
    i = np.clip(np.searchsorted(data_of(xp), data_of(x), "right") - 1, 0, len(data_of(xp)) - 2)
    part = (x - take(xp, i)) / (take(xp, i + 1) - take(xp, i))
    return take(fp, i) + part * (take(fp, i + 1) - take(fp, i))


@formula
def convolve(x, y, mode="full"):
    """Sums of products of x with y turned round and shifted; vectors."""
    x, y = to_floats(x), to_floats(y)
    (n,), (m,) = shape_of(x), shape_of(y)
    if m > n:
        (x, n), (y, m) = (y, m), (x, n)
    windows = np.arange(n + m - 1)[:, None] + np.arange(m)
    every = take(S["pad"](x, m - 1), windows) @ S["flip"](y)
    cut = {"full": slice(None), "same": slice((m - 1) // 2, (m - 1) // 2 + n), "valid": slice(m - 1, n)}
    if mode not in cut:
        raise ValueError(f"convolve: mode is {', '.join(map(repr, cut))}; received {mode!r:.40}")
    return every[cut[mode]]


@formula
def correlate(x, y, mode="valid"):
    """Sums of products of x with y shifted; vectors."""
    return convolve(x, S["flip"](y), mode)


# Products


def _inner(x, y):
    """Sums of products along the last axes."""
    if not (shape_of(x) and shape_of(y)):
        return x * y
    return tensordot(x, y, (-1, -1))


Formula.table["inner"] = _inner


@formula
def vdot(x, y):
    """The inner product of all elements."""
    return S["matmul"](ravel(x), ravel(y))


@formula
def vecdot(x, y, axis=-1):
    """The inner products of vectors along an axis."""
    return S["sum"](E["mul"](x, y), axis=axis)


@formula
def tensordot(x, y, axes=2):
    """Sums of products over some axes of both: a number of them, or a list for each."""
    m, n = len(shape_of(x)), len(shape_of(y))
    if isinstance(axes, (int, np.integer)):
        axes = (range(m - axes, m), range(axes))
    left, right = ([axis_of(a, k, "tensordot") for a in (axis if np.iterable(axis) else [axis])]
                   for axis, k in zip(axes, (m, n), strict=True))  # fmt: skip
    a, b = list(string.ascii_letters[:m]), list(string.ascii_letters[m : m + n])
    for i, j in zip(left, right, strict=True):
        b[j] = a[i]
    kept = [c for c in a if c not in b] + [c for c in b if c not in a]
    return einsum(f"{''.join(a)},{''.join(b)}->{''.join(kept)}", x, y)


@formula
def kron(x, y):
    """Every element of x times the whole of y, as blocks."""
    n = max(len(shape_of(x)), len(shape_of(y)))
    a, b = ((1,) * (n - len(shape_of(v))) + shape_of(v) for v in (x, y))
    every = S["reshape"](x, [k for m in a for k in (m, 1)]) * S["reshape"](y, [k for m in b for k in (1, m)])
    return S["reshape"](every, [i * j for i, j in zip(a, b, strict=True)])


def _cross(x, y, axis=-1):
    """The vector at right angles to two vectors of 3 numbers, along an axis."""
    x, y = (moveaxis(v, axis, -1) for v in (x, y))
    if shape_of(x)[-1:] != (3,) or shape_of(y)[-1:] != (3,):
        raise ValueError(f"cross: vectors have 3 numbers; received {shape_of(x)} and {shape_of(y)}")
    after, before = [1, 2, 0], [2, 0, 1]
    out = x[..., after] * y[..., before] - x[..., before] * y[..., after]
    return moveaxis(out, -1, axis)


Formula.table["cross"] = _cross


@formula
def matrix_power(x, n):
    """A square matrix times itself, n times; of its inverse, where n is below 0."""
    if n < 0:
        x, n = S["inv"](x), -n
    return reduce(S["matmul"], [x] * n) if n else S["matmul"](x * 0.0, x) + np.eye(shape_of(x)[-1])


@formula
def multi_dot(arrays):
    """The product of several matrices."""
    return reduce(S["matmul"], arrays)


class SignAndSize(NamedTuple):
    """What slogdet returns."""

    sign: float
    logabsdet: object


@formula
def slogdet(x):
    """The sign of the determinant, which is constant, and the logarithm of its size."""
    return SignAndSize(np.linalg.slogdet(data_of(x))[0], S["logabsdet"](x))


# Statistics


@formula
def ptp(x, axis=None, keepdims=False):
    """The largest element minus the smallest, along some axes."""
    return S["max"](x, axis=axis, keepdims=keepdims) - S["min"](x, axis=axis, keepdims=keepdims)


@formula
def average(x, axis=None, weights=None, keepdims=False):
    """The mean, with weights: sum(weights · x) / sum(weights)."""
    x = to_floats(x)
    if weights is None:
        return S["mean"](x, axis=axis, keepdims=keepdims)
    if len(shape_of(weights)) == 1 < len(shape_of(x)):
        weights = S["reshape"](weights, (-1,) + (1,) * (-axis_of(axis, len(shape_of(x)), "average") - 1))
    weights = S["broadcast_to"](weights, shape_of(x))
    total = S["sum"](weights, axis=axis, keepdims=keepdims)
    return S["sum"](weights * x, axis=axis, keepdims=keepdims) / total


@formula
def quantile(x, q, axis=None, keepdims=False):
    """The number that a part q of the elements lies below; between two elements on a straight line."""
    x, q = to_floats(x), np.asarray(q, float)
    n = len(shape_of(x))
    if np.any((q < 0) | (q > 1)):
        raise ValueError(f"quantile: q is between 0 and 1; received {q}")
    flat = axis is None
    line = ravel(x) if flat else moveaxis(x, axis, -1)
    line = S["sort"](line)
    place = q * (shape_of(line)[-1] - 1)
    low, high = np.floor(place).astype(int), np.ceil(place).astype(int)
    part = (place - low).astype(x.dtype)
    out = line[..., low] + (line[..., high] - line[..., low]) * part
    if np.isnan(plain_values(np.asarray(data_of(line)))).any():  # sorted to the end
        out = out + line[..., -1:] * 0.0 if q.ndim else out + line[..., -1] * 0.0
    if q.ndim:
        out = moveaxis(out, -1, 0)
    if keepdims:
        shape = [1] * n if flat else [1 if a == axis % n else k for a, k in enumerate(shape_of(x))]
        out = S["reshape"](out, [*q.shape, *shape])
    return out


@formula
def percentile(x, q, axis=None, keepdims=False):
    """The number that q per cent of the elements lie below."""
    return quantile(x, np.asarray(q, float) / 100, axis, keepdims)


@formula
def median(x, axis=None, keepdims=False):
    """The middle element, or the mean of the two in the middle."""
    return quantile(x, 0.5, axis, keepdims)


@formula
def cov(x, rowvar=True, bias=False, ddof=None):
    """The covariances of the rows (or, with rowvar=False, columns) of a matrix."""
    x = x if len(shape_of(x)) > 1 else S["reshape"](x, (1, -1))
    x = x if rowvar or shape_of(x)[0] == 1 else S["transpose"](x)
    off = x - S["mean"](x, axis=1, keepdims=True)
    out = off @ S["transpose"](off) / (shape_of(x)[1] - (not bias if ddof is None else ddof))
    return S["squeeze"](out)


@formula
def corrcoef(x, rowvar=True):
    """The covariances of the rows, divided by their standard deviations."""
    out = cov(x, rowvar)
    size = E["sqrt"](S["diagonal"](out))
    return out / S["outer"](size, size)


def without_nan(name, neutral):
    """NumPy's nansum and its kin: nan counts for nothing."""

    def f(x, axis=None, keepdims=False):
        x = to_floats(x)
        kept = ~np.isnan(data_of(x))
        out = S["sum" if name == "mean" else name](S["where"](kept, x, neutral), axis=axis, keepdims=keepdims)
        return out / kept.sum(axis, keepdims=keepdims).astype(x.dtype) if name == "mean" else out

    f.__name__, f.__doc__ = f"nan{name}", f"The {name} of the elements that are not nan."
    return f


for name, neutral in {"sum": 0.0, "prod": 1.0, "mean": 0.0, "max": -np.inf, "min": np.inf}.items():
    formula(without_nan(name, neutral))


# Polynomials, sequences, choices


@formula
def polyval(p, x):
    """The polynomial with the coefficients p, that of the highest power first, at x."""
    out = x * 0.0
    for i in range(shape_of(p)[0]):
        out = out * x + p[i]
    return out


@formula
def vander(x, N=None, increasing=False):
    """The powers of each element, as the columns of a matrix."""
    powers = np.arange(shape_of(x)[0] if N is None else N)
    return S["reshape"](x, (-1, 1)) ** (powers if increasing else powers[::-1])


@formula
def linspace(start, stop, num=50, endpoint=True):
    """Numbers at equal distances from start to stop."""
    kind = getattr(stop if hasattr(stop, "dtype") else start, "dtype", float)
    part = np.arange(num, dtype=kind) / max(1, num - 1 if endpoint else num)
    part = part.reshape((-1,) + (1,) * max(len(shape_of(start)), len(shape_of(stop))))
    return start + (stop - start) * part


@formula
def full_like(x, value):
    """An array of the shape of x, filled with a value."""
    return S["broadcast_to"](value, shape_of(x))


@formula
def select(conditions, choices, default=0.0):
    """Of several arrays the elements of the first whose condition holds."""
    out = default
    for condition, x in zip(reversed(conditions), reversed(choices), strict=True):
        out = S["where"](condition, x, out)
    return out


@formula
def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    """Numbers in the place of nan and of infinities; nothing flows back there."""
    value = data_of(x)
    return S["where"](np.isfinite(value), x, np.nan_to_num(value, nan=nan, posinf=posinf, neginf=neginf))


def _round(x, decimals=0):
    """The nearest number with so many decimals: a staircase, whose derivative is 0."""
    return E["rint"](x) if decimals == 0 else E["rint"](x * 10.0**decimals) / 10.0**decimals


Formula.table["_round"] = _round


def other_than_nan(row):
    """NumPy's fmax or fmin: as maximum or minimum, and where one of the two is nan the other."""

    def f(x, y):
        no_x, no_y = np.isnan(data_of(x)), np.isnan(data_of(y))
        return row(S["where"](no_x, y, x), S["where"](no_y, x, y))

    return f


Formula.table |= {"_fmax": other_than_nan(E["maximum"]), "_fmin": other_than_nan(E["minimum"])}


# What networks are made of


@formula
def leaky_relu(x, slope=0.01):
    """x above 0, slope · x below; ``slope``, between 0 and 1, may be a carrier, too."""
    return E["maximum"](x, slope * x)


@formula
def elu(x, alpha=1.0):
    """x above 0, alpha (eˣ − 1) below."""
    return E["relu"](x) + alpha * E["expm1"](E["minimum"](x, 0.0))


@formula
def log_softmax(x, axis=-1):
    """The logarithm of softmax, which does not overflow."""
    x = to_floats(x)
    return x - S["logsumexp"](x, axis=axis, keepdims=True)


@formula
def mse(x, y):
    """The mean of the squares of the differences, of two arrays of one shape: the mean square error."""
    x, y = to_floats(x), to_floats(y)
    if shape_of(x) != shape_of(y):
        raise ValueError(
            f"mse takes two arrays of one shape; received {shape_of(x)} and {shape_of(y)}: broadcasting "
            "would compare each with all. Try x.reshape(y.shape)"
        )
    return S["mean"](E["square"](x - y))


Formula.built_in = frozenset(Formula.table)
