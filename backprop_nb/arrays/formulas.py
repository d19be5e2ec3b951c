"""Functions of NumPy's that are formulas of rows: what flows back through them follows from the rows."""

import string
from functools import reduce
from typing import ClassVar

import numpy as np

from ..core.primitives import Primitive
from .moving import MOVED, move
from .structural import Structural
from .structural.row import at, axis_of, data_of, plain_values, shape_of, to_floats

__all__ = ["Formula"]

E, S = Primitive.table, Structural.table
concatenate, einsum, take, moveaxis, ravel = (
    S[name] for name in "concatenate einsum take moveaxis ravel".split()
)


class Formula:
    """The functions of this file by their names; one with _ in front is NumPy's name only, not ``bp``'s."""

    table: ClassVar = {name: move(name, data.split()) for name, data in MOVED.items() if hasattr(np, name)}
    built_in: ClassVar = frozenset()


def formula(f, name="", words=""):
    """Put a function into the table of formulas."""
    f.__name__, f.__doc__ = name or f.__name__, words or f.__doc__
    Formula.table[f.__name__] = f
    return f


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


# Products


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


formula(_cross, "cross")


@formula
def matrix_power(x, n):
    """A square matrix times itself, n times; of its inverse, where n is below 0."""
    if n < 0:
        x, n = S["inv"](x), -n
    return reduce(S["matmul"], [x] * n) if n else S["matmul"](x * 0.0, x) + np.eye(shape_of(x)[-1])


# Statistics


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
    lost = np.isnan(plain_values(np.asarray(data_of(line)))).any(-1)
    if lost.any():
        factor = np.where(lost, np.nan, 1.0).astype(x.dtype)
        out = out * (factor[..., None] if q.ndim else factor)
    if q.ndim:
        out = moveaxis(out, -1, 0)
    if keepdims:
        shape = [1] * n if flat else [1 if a == axis % n else k for a, k in enumerate(shape_of(x))]
        out = S["reshape"](out, [*q.shape, *shape])
    return out


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

    return f


for name, neutral in {"sum": 0.0, "prod": 1.0, "mean": 0.0, "max": -np.inf, "min": np.inf}.items():
    formula(without_nan(name, neutral), f"nan{name}", f"The {name} of the elements that are not nan.")


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


# Losses


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


def without_nans(x, y):
    """Two operands, each with the other in the place of its nans."""
    return S["where"](np.isnan(data_of(x)), y, x), S["where"](np.isnan(data_of(y)), x, y)


# In one line

SHORT = {  # what each gives, and how
    "append": ("Elements at the end: of an axis, or of all elements in one line.",
        lambda x, values, axis=None: concatenate([x, values], axis)),
    "vstack": ("Rows on top of each other; a vector counts as one row.",
        lambda arrays: concatenate([Formula.table["atleast_2d"](x) for x in arrays])),
    "hstack": ("Arrays side by side; vectors one after the other.",
        lambda arrays: concatenate([S["ravel"](x) if len(shape_of(x)) < 2 else x for x in arrays],
                                   min(1, max(0, len(shape_of(arrays[0])) - 1)))),
    "dstack": ("Arrays one behind the other, along a third axis.",
        lambda arrays: concatenate([Formula.table["atleast_3d"](x) for x in arrays], 2)),
    "ediff1d": ("Each element's distance from the one before, in one line.",
        lambda x: diff(ravel(x))),
    "correlate": ("Sums of products of x with y shifted; vectors.",
        lambda x, y, mode="valid": convolve(x, S["flip"](y), mode)),
    "inner": ("Sums of products along the last axes.",
        lambda x, y: tensordot(x, y, (-1, -1)) if shape_of(x) and shape_of(y) else x * y),
    "vdot": ("The inner product of all elements.",
        lambda x, y: S["matmul"](ravel(x), ravel(y))),
    "vecdot": ("The inner products of vectors along an axis.",
        lambda x, y, axis=-1: S["sum"](E["mul"](x, y), axis=axis)),
    "multi_dot": ("The product of several matrices.",
        lambda arrays: reduce(S["matmul"], arrays)),
    "tril": ("The matrix with zeros above a diagonal, the k-th.",
        lambda x, k=0: S["where"](np.tril(np.ones(shape_of(x)), k), x, 0.0)),
    "triu": ("The matrix with zeros below a diagonal, the k-th.",
        lambda x, k=0: S["where"](np.triu(np.ones(shape_of(x)), k), x, 0.0)),
    "full_like": ("An array of the shape of x, filled with a value.",
        lambda x, value: S["broadcast_to"](value, shape_of(x))),
    "leaky_relu": ("x above 0, slope · x at 0 and below; ``slope`` may be a carrier, too.",
        lambda x, slope=0.01: x * (slope + (1 - slope) * E["step"](x))),
    "elu": ("x above 0, alpha (eˣ − 1) below.",
        lambda x, alpha=1.0: E["relu"](x) + alpha * E["expm1"](E["minimum"](x, 0.0))),
    "column_stack": ("Vectors and matrices side by side, as columns.",
        lambda arrays: concatenate([S["reshape"](x, (len(x), -1)) for x in arrays], 1)),
    "ptp": ("The largest element minus the smallest, along some axes.",
        lambda x, **options: S["max"](x, **options) - S["min"](x, **options)),
    "_round": ("The nearest number with so many decimals: a staircase, whose derivative is 0.",
        lambda x, decimals=0: E["rint"](x * 10.0**decimals) / 10.0**decimals if decimals else E["rint"](x)),
    "_fmax": ("The larger one; where one of the two is nan the other.",
        lambda x, y: E["maximum"](*without_nans(x, y))),
    "_fmin": ("The smaller one; where one of the two is nan the other.",
        lambda x, y: E["minimum"](*without_nans(x, y))),
    "median": ("The middle element, or the mean of the two in the middle.",
        lambda x, axis=None, keepdims=False: quantile(x, 0.5, axis, keepdims)),
    "percentile": ("The number that q per cent of the elements lie below.",
        lambda x, q, axis=None, keepdims=False: quantile(x, np.asarray(q, float) / 100, axis, keepdims)),
    "slogdet": ("The sign of the determinant, which is constant, and the logarithm of its size.",
        lambda x: np.linalg.slogdet(data_of(x))._replace(logabsdet=S["logabsdet"](x))),
}  # fmt: skip
for name, (words, f) in SHORT.items():
    formula(f, name, words)


Formula.built_in = frozenset(Formula.table)
