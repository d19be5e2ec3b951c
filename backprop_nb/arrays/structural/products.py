"""Products of matrices, and what is made of them."""

import string

import numpy as np

from .row import Structural, shape_of
from .writing import juxtaposed

__all__ = ["dot", "matmul"]

# Products of matrices


def inner(x, y):
    """The product of matrices; vectors and stacks of matrices as NumPy's @ has them."""
    a, b = shape_of(x), shape_of(y)
    if not a or not b:
        raise ValueError(
            f"matmul: both need an axis; received the shapes {a} and {b}: multiply a number with *"
        )
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
    if n == 1:
        return g[..., None] * y
    if m == 1:
        return g @ y.T if n == 2 else (y @ g[..., None])[..., 0]
    return g @ turned(y)


def to_right(g, _out, x, _y, m, n):
    if n == 1 < m:
        return g @ x if m == 2 else (turned(x) @ g[..., None])[..., 0]
    if n == 1:
        return g[..., None] * x
    return x[:, None] * g[..., None, :] if m == 1 else turned(x) @ g


matmul = Structural("matmul", inner, product, to_left, to_right, notation=juxtaposed("@"),
                    rules=(r"{g}\,{y}'", r"{x}'\,{g}"), cases=[
    ((2, 3), (3, 2)), ((2, 3), (3, 4)), ((1, 3), (3, 1)), ((1, 1), (1, 1)), ((2, 1), (1, 3)), ((3,), (3,)),
    ((2, 0), (0, 3)), ((0,), (0,)), ((2, 3), (3,)), ((3,), (3, 2)), ((0, 3), (3, 2)), ((4, 2, 3), (3,)),
    ((3,), (4, 3, 2)), ((4, 2, 3), (3, 2)), ((2, 3), (4, 3, 2)), ((4, 2, 3), (4, 3, 2)), ((0, 2, 3), (3, 2)),
    ((1, 2, 3), (4, 3, 1)), ((4, 1, 2, 3), (2, 3, 2)), ((2, 1, 1, 3), (1, 4, 3, 2))])  # fmt: skip


def matmul_flow(i, g, saved):
    """The vJps of two matrices without a detour; everything else as the row has it."""
    _, x, y, m, n = saved
    if m == n == 2 == g.ndim and type(g) is np.ndarray:
        return x.T.dot(g) if i else g.dot(y.T)
    return matmul.vjps[i](g, *saved)


matmul.flow = matmul_flow


def all_pairs(x, y):
    """Every product of an element of x and one of y: a matrix."""
    ravel = Structural.table["ravel"]
    return tuple(v if len(shape_of(v)) == 1 else ravel(v) for v in (x, y)), ()


Structural("outer", all_pairs, np.outer,
           lambda g, _out, _x, y: g @ y,
           lambda g, _out, x, _y: turned(g) @ x, rules=(r"{g}\,{y}", r"{g}'\,{x}"), cases=[
    ((3,), (3,)), ((2,), (3,)), ((2, 2), (3,)), ((), (2,)), ((0,), (3,)), ((1,), (1,))])  # fmt: skip


def of_diagonal(x, offset=0, axis1=0, axis2=1):
    """The sum of the diagonal of a matrix; with more axes, of two of them, the first two without a word."""
    if len(shape_of(x)) < 2:
        raise ValueError(f"trace: a matrix has two axes; received the shape {shape_of(x)}")
    if len(shape_of(x)) > 2 or (axis1, axis2) != (0, 1):
        x = Structural.table["moveaxis"](x, (axis1, axis2), (-2, -1))
    return (x,), (shape_of(x)[-2:], offset or None)


Structural("trace", of_diagonal, lambda x, sizes, offset: np.trace(x, offset or 0, axis1=-2, axis2=-1),
           lambda g, _out, _x, sizes, offset: np.where(
               np.eye(*sizes, k=offset or 0, dtype=bool), g[..., None, None], 0),
           rules="{g}\\,I", shown={"offset": 1}, cases=[
    ((2, 2),), ((3, 3),), ((2, 3),), ((3, 2),), ((1, 1),), ((0, 0),), ((2, 2, 3),), ((2, 3, 2, 2),),
    ((2, 3), 1), ((2, 3, 2), -1, 2, 1)])  # fmt: skip


def dot(x, y):
    """NumPy's dot: the inner product of vectors, the product of matrices, a multiple of an array.

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
