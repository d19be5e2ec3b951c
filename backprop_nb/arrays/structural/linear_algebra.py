"""Rows of linear algebra: the inverse, linear systems, determinants; the rules are those of the textbooks.

M. Giles, "An extended collection of matrix derivative results for forward and reverse mode algorithmic
differentiation" (2008), sections 2.2.3 (inverse), 2.2.4 (determinant), 2.3.1 (linear systems); the same in
K. B. Petersen and M. S. Pedersen, "The Matrix Cookbook" (2012), equations 40, 49 and 57.
"""

import numpy as np

from .products import turned
from .row import Structural, array_of, data_of, shape_of, to_floats

__all__ = []


def square_matrix(x, name):
    """A matrix with as many rows as columns, or a stack of them; ValueError for another shape."""
    x = to_floats(x)
    if x.dtype == object:
        raise TypeError(f"{name} has no rule for an array of Scalars: give one array of floats")
    shape = shape_of(x)
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise ValueError(f"{name}: a matrix has as many rows as columns; received the shape {shape}")
    return x


def invertible(compute):
    """``compute``, with words for a matrix that has no inverse, and float16 computed in float32."""

    def computed(*xs):
        wide = [x.astype(np.float32) if x.dtype == np.float16 else x for x in map(array_of, xs)]
        try:
            out = compute(*wide)
        except np.linalg.LinAlgError:
            raise ValueError(
                "the matrix is singular, its columns depend on each other; for the nearest solution "
                "add a little to its diagonal: x + 1e-6 * np.eye(n)"
            ) from None
        return out.astype(np.result_type(*xs), copy=False)

    return computed


def of_square(name, words, compute, vjp, rule):
    """The row of a function of one square matrix, or of each of a stack."""

    def prepare(x):
        return (square_matrix(x, name),), ()

    prepare.__doc__ = words
    return Structural(name, prepare, invertible(compute), vjp, rules=rule, cases=[
        ((2, 2),), ((3, 3),), ((1, 1),), ((2, 3, 3),), ((0, 0),)])  # fmt: skip


inv = of_square("inv", "The inverse of a matrix, or of each of a stack; ValueError where there is none.",
                np.linalg.inv,
                lambda g, out, _x: -(turned(out) @ g @ turned(out)), r"-{out}'\,{g}\,{out}'")  # fmt: skip


def system(x, y):
    """The solution z of x @ z = y, for a vector y or the columns of a matrix; x square, or a stack."""
    x, y = square_matrix(x, "solve"), to_floats(y)
    a, b = shape_of(x), shape_of(y)
    if not b or b[-2 if len(b) > 1 else 0] != a[-1]:
        raise ValueError(f"solve: x of (n, n) goes with y of (n,) or (n, k); received {a} and {b}")
    return (x, y), (len(b) == 1,)


def solved(x, y, line):
    return np.linalg.solve(x, y[..., None])[..., 0] if line else np.linalg.solve(x, y)


def to_right_side(g, x, line):
    """x'⁻¹ g: what flows back to y, and through it to x."""
    return solved(turned(x), g, line)


def to_system(g, out, x, _y, line):
    flow = to_right_side(g, x, line)
    return -(flow[..., :, None] * out[..., None, :] if line else flow @ turned(out))


BACKWARD = r"\operatorname{{solve}}\left({x}', {g}\right)"
Structural("solve", system, lambda x, y, line: invertible(lambda a, b: solved(a, b, line))(x, y),
           to_system,
           lambda g, _out, x, _y, line: to_right_side(g, x, line),
           rules=(rf"-{BACKWARD}\,{{out}}'", BACKWARD), cases=[
    ((2, 2), (2, 3)), ((3, 3), (3,)), ((3, 3), (3, 2)), ((1, 1), (1,)), ((2, 3, 3), (2, 3, 2)),
    ((2, 2, 2), (2,))])  # fmt: skip


def without_inverse(x):
    """Which matrices of a stack have nan or an infinity beside other numbers: their derivatives are nan."""
    x = data_of(x)
    return (x.shape[-1] > 1) & ~np.isfinite(x).all((-2, -1), keepdims=True)


def cofactors(x):
    """The derivative of det, also of a singular matrix: by minors, or, beyond 8 rows, by a decomposition.

    x: matrix or stack of them; an array, or with up to 8 rows a carrier
    """
    n, lost = x.shape[-1], without_inverse(x)
    if n <= 8:
        others = np.nonzero(~np.eye(n, dtype=bool))[1].reshape(n, max(0, n - 1))
        minors = x[(..., others[:, None, :, None], others[None, :, None, :])]
        found = Structural.table["det"](minors) * (-1.0) ** np.add.outer(range(n), range(n)).astype(x.dtype)
    else:
        u, s, v = np.linalg.svd(np.where(lost, 0, x))
        others = np.stack([np.prod(np.delete(s, i, -1), -1) for i in range(n)], -1)
        sign = np.linalg.det(u) * np.linalg.det(v)
        found = ((sign[..., None] * others)[..., None, :] * u) @ v
    return np.where(lost, np.nan, found)


def determinant(x):
    if x.shape[-1] == 1:
        return x[..., 0, 0]
    if x.shape[-1] == 2:  # NumPy's is the exponential of a logarithm, -2.0000000000000004 for -2
        return x[..., 0, 0] * x[..., 1, 1] - x[..., 0, 1] * x[..., 1, 0]
    return np.linalg.det(x)


def to_matrix(g, out, x):
    if hasattr(x, "value") and x.shape[-1] > 8:  # differentiated again
        return (g * out)[..., None, None] * turned(inv(x))
    return g[..., None, None] * cofactors(x)


of_square("det", "The determinant of a matrix, or of each of a stack.", determinant, to_matrix,
          r"{g}\,{out}\,\operatorname{{inv}}\left({x}\right)'")  # fmt: skip


def to_logarithm(g, out, x):
    lost = without_inverse(x) | (data_of(out) == -np.inf)[..., None, None]  # a singular one has nan, too
    if lost.any():
        x = np.where(lost, np.nan, x)
    return g[..., None, None] * turned(inv(x))


of_square("logabsdet", "The logarithm of the determinant without its sign: no large matrix overflows.",
          lambda x: np.linalg.slogdet(x)[1], to_logarithm,
          r"{g}\,\operatorname{{inv}}\left({x}\right)'")  # fmt: skip
