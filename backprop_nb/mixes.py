"""The rows of the second table that mix elements: sums and their kin, products of matrices, softmax."""

import math
import string
from functools import lru_cache

import numpy as np

from .moves import at, shape_of
from .structural import (
    Gathering,
    Structural,
    axes_of,
    axis_of,
    frozen,
    juxtaposed,
    lead,
    ones,
    plain,
)

__all__ = ["dot"]


# Reductions: what was summed along an axis is spread along it on the way back.


def reduction(name, **defaults):
    """The front door of a reduction: axes counted from the end, and the shape before it."""

    def prepare(x, axis=None, keepdims=False, **options):
        if strange := set(options) - set(defaults):
            raise TypeError(f"{name} has no option {min(strange)!r}; it has axis, keepdims "
                            + ", ".join(defaults))  # fmt: skip
        shape = shape_of(x)
        extra = tuple(options.get(key, usual) for key, usual in defaults.items())
        return (x,), (axes_of(axis, len(shape), name), bool(keepdims), shape, *extra)

    prepare.__doc__ = f"The {name} along some axes (all without ``axis``); ``keepdims`` leaves them with size 1."
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
           without_each, rules=SPREAD + r"\odot \prod_{{j \ne i}} {x}_j", shown=AXES)  # fmt: skip


def running(x, axis=None):
    """The sums up to each element along an axis; without ``axis`` of all elements in one line."""
    if axis is None:
        x, axis = Structural.table["ravel"](x), 0
    return (x,), (axis_of(axis, len(shape_of(x)), "cumsum"),)


def running_back(g, _out, _x, axis):
    backwards = at(axis, slice(None, None, -1))
    return np.cumsum(g[backwards], axis=axis)[backwards]


Structural("cumsum", running, lambda x, axis: np.cumsum(x, axis), running_back,
           rules=r"\operatorname{{cumsum\ from\ the\ end}}\left({g}\right)", shown={"axis": 0})  # fmt: skip


def two_norm(x, ord=None, axis=None, keepdims=False):
    """The square root of the sum of squares, of a vector or of all elements of a matrix."""
    n = len(shape_of(x)) if axis is None else np.size(axis)
    if not (ord is None or (n == 1 and ord == 2) or (n == 2 and ord == "fro")):
        raise ValueError(f"norm: only the square root of the sum of squares has a rule; received ord={ord!r:.40}")
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


# Softmax and its kin: the largest element is taken out before exp, so that nothing overflows.


def shift(x, axes):
    """The largest element along some axes, 0 in place of an infinite one."""
    largest = np.max(x, axes, keepdims=True, initial=-np.inf)
    return np.where(np.isfinite(largest), largest, 0)


def log_of_sum(x, axes, keepdims, _shape):
    top = shift(x, axes)
    with np.errstate(divide="ignore"):  # log 0 = -inf is right where every element is -inf
        out = np.log(np.sum(np.exp(x - top), axes, keepdims=True)) + top
    return out if keepdims else out.reshape([n for a, n in enumerate(x.shape, -x.ndim) if a not in axes])[()]


def shares(g, out, x, axes, keepdims, shape):
    finite = np.where(np.isfinite(plain(out)), out, 0)
    return spread(g, axes, keepdims, shape) * np.exp(x - spread(finite, axes, keepdims, shape))


Structural("logsumexp", reduction("logsumexp"), log_of_sum, shares,
           rules=SPREAD + r"\odot \operatorname{{softmax}}\,{x}", shown=AXES)  # fmt: skip


def along_axis(x, axis=-1):
    """Positive numbers that sum to 1 along an axis: exp of each over the sum of them."""
    return (x,), (axis_of(axis, len(shape_of(x)), "softmax"),)


def normalised(x, axis):
    out = np.exp(x - shift(x, axis))
    out /= np.sum(out, axis, keepdims=True)
    return out


def centred_by_shares(g, out, _x, axis):
    flow = g * out
    return flow - out * np.sum(flow, axis=axis, keepdims=True)


softmax = Structural("softmax", along_axis, normalised, centred_by_shares, shown={"axis": 0},
                     rules=r"{out}\odot({g}-\langle {g},{out}\rangle)")  # fmt: skip


def scores_and_labels(logits, labels):
    """The mean of -log softmax(logits)[label]; logits (…, classes), labels (…) whole numbers: one number."""
    scores, labels = plain(logits), plain(labels)
    labels = labels if type(labels) is np.ndarray else np.asarray(labels)
    if labels.dtype.kind not in "iu" or labels.shape != scores.shape[:-1] or not scores.ndim:
        raise ValueError(
            "softmax_cross_entropy takes logits of the shape (…, classes) and one class number per row; received "
            f"the shapes {scores.shape} and {labels.shape} of {labels.dtype}: one-hot rows become class numbers by "
            "np.argmax(rows, -1)"
        )
    shape, classes = scores.shape, scores.shape[-1]
    if scores.ndim != 2:
        scores, labels = scores.reshape(-1, classes), labels.reshape(-1)
    n, rows = len(labels), counting(len(labels))
    slope = scores - np.maximum.reduce(scores, 1, keepdims=True)
    try:
        right = slope[rows, labels if np.minimum.reduce(labels, initial=0) >= 0 else classes]
    except IndexError:
        raise ValueError(f"softmax_cross_entropy: labels are 0 … {classes - 1}; received {labels.min()} … "
                         f"{labels.max()}") from None  # fmt: skip
    np.exp(slope, out=slope)
    total = slope.dot(ones(classes, slope.dtype))
    loss = np.add.reduce(np.log(total) - right) / n
    slope /= total[:, None]
    slope[rows, labels] -= 1  # softmax minus one-hot: the derivative of the sum
    return (logits,), (scores.dtype.type(loss), slope, labels)


@lru_cache(maxsize=16)
def counting(n):
    """0 … n − 1, kept for the next time."""
    return frozen(np.arange(n))


def loss_back(g, _out, x, _loss, slope, labels):
    if hasattr(g, "value"):  # differentiated again, the shares depend on the logits
        slope = softmax(x).reshape(slope.shape) - (np.arange(slope.shape[-1]) == labels[:, None])
    flow = g / len(labels)
    return (flow.reshape((*g.shape, 1, 1)) * slope if g.ndim else flow * slope).reshape(g.shape + x.shape)


Structural("softmax_cross_entropy", scores_and_labels, lambda x, loss, slope, labels: loss, loss_back,
           rules=r"\tfrac{{{g}}}{{n}}(\operatorname{{softmax}}\,{x}-\operatorname{{one\text{{-}}hot}})")  # fmt: skip


# Products of matrices


def inner(x, y):
    """The product of matrices; vectors and stacks of matrices as NumPy's @ has them."""
    a, b = shape_of(x), shape_of(y)
    if not a or not b:
        raise ValueError(f"matmul: both need an axis; received the shapes {a} and {b}: multiply a number with *")
    if a[-1] != b[-2 if len(b) > 1 else 0]:
        turned = [f"{p} @ {q}" for p, q, m, n in (("x", "y.T", a, b[::-1]), ("x.T", "y", a[::-1], b),
                  ("y", "x", b, a)) if m[-1] == n[-2 if len(n) > 1 else 0]]  # fmt: skip
        hint = f"; {' or '.join(turned)} would fit" if turned else ""
        raise ValueError(f"matmul: the inner sizes must be equal, (m, k) @ (k, n); received {a} @ {b}{hint}")
    return (x, y), (len(a), len(b))


def product(x, y, m, n):
    return np.dot(x, y) if m <= 2 and n <= 2 else np.matmul(x, y)


def turned(x):
    return np.swapaxes(x, -1, -2)


def to_left(g, _out, _x, y, m, n):
    if m == n == 2 == g.ndim:
        return g.dot(y.T)
    if n == 1:
        return g[..., None] * y
    if m == 1:
        return g @ y.T if n == 2 else (y @ g[..., None])[..., 0]
    return g @ turned(y)


def to_right(g, _out, x, _y, m, n):
    if m == n == 2 == g.ndim:
        return x.T.dot(g)
    if n == 1 < m:
        return g @ x if m == 2 else (turned(x) @ g[..., None])[..., 0]
    if n == 1:
        return g[..., None] * x
    return x[:, None] * g[..., None, :] if m == 1 else turned(x) @ g


matmul = Structural("matmul", inner, product, to_left, to_right, notation=juxtaposed("@"),
                    rules=(r"{g}\,{y}'", r"{x}'\,{g}"))  # fmt: skip


def all_pairs(x, y):
    """Every product of an element of x and one of y: a matrix."""
    ravel = Structural.table["ravel"]
    return tuple(v if len(shape_of(v)) == 1 else ravel(v) for v in (x, y)), ()


Structural("outer", all_pairs, lambda x, y: np.outer(x, y),
           lambda g, _out, _x, y: g @ y,
           lambda g, _out, x, _y: turned(g) @ x, rules=(r"{g}\,{y}", r"{g}'\,{x}"))  # fmt: skip


def of_diagonal(x):
    """The sum of the diagonal of a matrix; with more axes, of the first two."""
    if len(shape_of(x)) < 2:
        raise ValueError(f"trace: a matrix has two axes; received the shape {shape_of(x)}")
    if len(shape_of(x)) > 2:
        x = Structural.table["moveaxis"](x, (0, 1), (-2, -1))
    return (x,), (shape_of(x)[-2:],)


Structural("trace", of_diagonal, lambda x, sizes: np.trace(x, axis1=-2, axis2=-1),
           lambda g, _out, _x, sizes: g[..., None, None] * np.eye(*sizes, dtype=bool),
           rules="{g}\\,I", notation=None)  # fmt: skip


def dot(x, y):
    """NumPy's dot: of vectors the inner product, of matrices the product, of a number and an array the multiple.

    >>> float(dot(np.array([1.0, 2.0]), np.array([3.0, 4.0])))
    11.0
    """
    m, n = len(shape_of(x)), len(shape_of(y))
    if not m or not n:
        return x * y
    if n <= 2:
        return matmul(x, y)
    left, right = string.ascii_letters[: m - 1], string.ascii_letters[m : m + n - 2]
    return Structural.table["einsum"](f"{left}X,{right}XY->{left}{right}Y", x, y)


# Einstein's sum


def letters(subscripts, *operands, optimize=None):
    """A sum of products by NumPy's subscripts: ``einsum("ij,jk->ik", x, y)``."""
    if not isinstance(subscripts, str):
        raise TypeError(f"einsum starts with its subscripts, such as 'ij,jk->ik'; received {subscripts!r:.60}")
    left, arrow, output = subscripts.replace(" ", "").partition("->")
    inputs = left.split(",")
    if len(inputs) != len(operands):
        raise ValueError(f"einsum {subscripts!r} names {len(inputs)} operands, and {len(operands)} were given")
    free = iter(c for c in string.ascii_letters if c not in subscripts)
    dots = [len(shape_of(x)) - len(s.replace("...", "")) for s, x in zip(inputs, operands, strict=True)]
    hidden = "".join(next(free) for _ in range(max((d for d, s in zip(dots, inputs, strict=True) if "..." in s), default=0)))
    inputs = [s.replace("...", hidden[len(hidden) - d :]) for s, d in zip(inputs, dots, strict=True)]
    if not arrow:
        together = "".join(inputs)
        output = hidden + "".join(sorted(c for c in set(together) - set(hidden) if together.count(c) == 1))
    output = output.replace("...", hidden)
    pairs = list(zip(inputs, operands, strict=True))
    for s, x in pairs:
        if len(s) != len(shape_of(x)):
            raise ValueError(f"einsum {subscripts!r}: {s!r} names {len(s)} axes, and its operand has the shape {shape_of(x)}")
    pairs = [once_each(s, x) for s, x in pairs]
    sizes = {}
    for s, x in pairs:
        for c, n in zip(s, shape_of(x), strict=True):
            if sizes.setdefault(c, n) != n and 1 not in (sizes[c], n):
                shapes = ", ".join(str(shape_of(x)) for x in operands)
                raise ValueError(f"einsum {subscripts!r} of the shapes {shapes}: a letter has one size, and {c!r} has "
                                 f"{sizes[c]} and {n}")  # fmt: skip
            sizes[c] = max(sizes[c], n) if n else 0
    return tuple(x for _, x in pairs), (tuple(s for s, _ in pairs), output, sizes, subscripts)


def once_each(s, x):
    """An operand without repeated letters: of ``ii`` the diagonal is taken first."""
    if len(set(s)) == len(s):
        return s, x
    unique = "".join(dict.fromkeys(s))
    shape = shape_of(x)
    places = np.einsum(f"{s}->{unique}", np.arange(math.prod(shape)).reshape(shape))
    return unique, Structural.table["take"](x, places)


def summed(xs, inputs, output, _sizes, _subscripts):
    return np.einsum(f"{','.join(inputs)}->{output}", *xs, optimize=len(xs) > 1)


def summed_back(g, i, _out, xs, inputs, output, sizes, _subscripts):
    others = [(s, x) for k, (s, x) in enumerate(zip(inputs, xs, strict=True)) if k != i]
    known = set(output).union(*(s for s, _ in others))
    others += [(c, np.ones(sizes[c], bool)) for c in inputs[i] if c not in known]
    terms = ",".join(["..." + output, *(s for s, _ in others)])
    return np.einsum(f"{terms}->...{inputs[i]}", g, *(x for _, x in others), optimize=bool(others))


Gathering("einsum", letters, summed, summed_back,
          rules=r"\operatorname{{einsum}}\left({g}, \ldots\right)", shown={"subscripts": 3})  # fmt: skip
