"""The derivative of F(X) = A X: with vec and ⊗ as a matrix, with four indices, and what there is in it."""

import math

import numpy as np

from ..drawing.array_text import bytes_text
from ..drawing.sheets import Sheet, count_text
from .entries import LAYOUT_SIDES, ORDERS, flatten_derivative, require_choice, require_whole

__all__ = ["as_four_indices", "as_matrix", "counts", "four_indices", "of_left", "of_right", "unvec", "vec"]


def vec(a):
    """The columns of a matrix, one on top of the other, as a vector (N38).

    a:       matrix (m, n), an array or a Tensor
    returns: vector of m·n numbers; NumPy's own ``ravel`` reads row by row, which is vec of the transpose
    raises:  ValueError for anything but two axes

    >>> vec(np.array([[1, 2, 3], [4, 5, 6]])), np.array([[1, 2, 3], [4, 5, 6]]).ravel()
    (array([1, 4, 2, 5, 3, 6]), array([1, 2, 3, 4, 5, 6]))
    """
    a = require_matrix("a", a)
    return a.T.reshape(-1)


def unvec(v, shape):
    """The matrix whose columns stand in ``v`` one on top of the other: ``unvec(vec(a), a.shape)`` is ``a``.

    v:      vector of m·n numbers, an array or a Tensor
    shape:  (m, n)
    raises: ValueError if the sizes do not fit

    >>> unvec(np.arange(6), (2, 3))
    array([[0, 2, 4], [1, 3, 5]])
    """
    v = v if hasattr(v, "reshape") else np.asarray(v)
    m, n = shape
    if len(v.shape) != 1 or v.shape[0] != m * n:
        raise ValueError(
            f"a matrix of shape {(m, n)} has {m * n} entries; received a vector of shape {v.shape}"
        )
    return v.reshape(n, m).T


def of_right(a, columns, layout="notes"):
    """∂ vec(A X) / ∂ vec X as a matrix: I ⊗ A' in the notes' layout, I ⊗ A in the usual one (N33, N35).

    a:       matrix A (m, k)
    columns: how many columns X has
    returns: array (k·columns, m·columns) in the notes' layout, its transpose in the usual one
    raises:  ValueError for a matrix without two axes, or another layout

    >>> of_right([[1.0, 2.0]], 2)
    array([[1., 0.], [2., 0.], [0., 1.], [0., 2.]])
    """
    a = require_matrix("a", np.asarray(a, dtype=float))
    return np.kron(np.eye(columns), a.T if require_choice("layout", layout, LAYOUT_SIDES) == "notes" else a)


def of_left(x, rows, layout="notes"):
    """∂ vec(A X) / ∂ vec A as a matrix: X ⊗ I in the notes' layout, X' ⊗ I in the usual one; an addition.

    x:       matrix X (k, n)
    rows:    how many rows A has
    returns: array (rows·k, rows·n) in the notes' layout, its transpose in the usual one
    raises:  ValueError for a matrix without two axes, or another layout

    >>> of_left([[1.0, 2.0]], 2)
    array([[1., 0., 2., 0.], [0., 1., 0., 2.]])
    """
    x = require_matrix("x", np.asarray(x, dtype=float))
    return np.kron(x if require_choice("layout", layout, LAYOUT_SIDES) == "notes" else x.T, np.eye(rows))


def four_indices(a, columns):
    """The same derivative with four indices: T[i, j, k, l] = ∂F_kl / ∂X_ij = A_ki where l = j, 0 elsewhere.

    a:       matrix A (m, k)
    columns: how many columns X has
    returns: array (k, columns, m, columns), the shape that ``jacobian(…, layout="notes")`` gives
    raises:  ValueError for a matrix without two axes

    >>> four_indices([[5.0, 7.0]], 2)[1, 0, 0]      # what F_0l has of X_10
    array([7., 0.])
    """
    a = require_matrix("a", np.asarray(a, dtype=float))
    return np.einsum("ki,jl->ijkl", a, np.eye(columns))


def as_matrix(tensor, inputs=2, layout="notes", order="columns"):
    """A derivative with an index per axis as a matrix, inputs and outputs each written as a vector.

    tensor:  array T[input…, output…], shape X.shape + F.shape
    inputs:  how many of its axes belong to the input
    layout:  "notes": rows are inputs; "usual": rows are outputs
    order:   "columns": arrays become vectors by vec; "rows": by NumPy's ravel
    returns: array of two axes
    raises:  ValueError for another layout, order, or number of axes

    >>> A = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> np.array_equal(as_matrix(four_indices(A, 3)), of_right(A, 3))
    True
    """
    tensor = np.asarray(tensor)
    if not 0 <= inputs <= tensor.ndim:
        raise ValueError(f"inputs is a number of axes, 0 … {tensor.ndim}; received {inputs!r:.60}")
    found = flatten_derivative(tensor, tensor.shape[:inputs], tensor.shape[inputs:], order)
    return found if require_choice("layout", layout, LAYOUT_SIDES) == "notes" else found.T


def as_four_indices(found, inputs, outputs, layout="notes", order="columns"):
    """The way back of ``as_matrix``: a matrix as a derivative with an index per axis.

    found:   array of two axes
    inputs, outputs: shapes of X and of F
    returns: array of the shape inputs + outputs
    raises:  ValueError for another layout or order, or if the shapes do not fit

    >>> A = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> np.array_equal(as_four_indices(of_right(A, 3), (2, 3), (2, 3)), four_indices(A, 3))
    True
    """
    found = require_matrix("a derivative as a matrix", np.asarray(found))
    notes = found if require_choice("layout", layout, LAYOUT_SIDES) == "notes" else found.T
    if notes.shape != (math.prod(inputs), math.prod(outputs)):
        raise ValueError(
            f"{math.prod(inputs)} inputs and {math.prod(outputs)} outputs make a matrix of that shape in the "
            f"notes' layout; received {notes.shape} there"
        )
    if require_choice("order", order, ORDERS) == "rows":
        return notes.reshape(*inputs, *outputs)
    n, m = len(inputs), len(outputs)
    turned = notes.reshape(*inputs[::-1], *outputs[::-1])
    return turned.transpose([*range(n - 1, -1, -1), *range(n + m - 1, n - 1, -1)])


def counts(n, width=4):
    """What there is in ∂(A X)/∂X for n × n matrices: entries, those not 0, different numbers (N35).

    n:       rows and columns
    width:   bytes a number
    returns: Sheet; ``["entries"]``, ``["nonzeros"]``, ``["distinct"]`` are the counts
    raises:  ValueError for n below 1

    >>> sheet = counts(1024)
    >>> sheet["entries"] * 4 == 4 * 1024**4, sheet["nonzeros"], sheet["distinct"]
    (True, 1073741824, 1048576)
    """
    require_whole(n=n)
    data = {"entries": n**4, "nonzeros": n**3, "distinct": n**2}
    words = ("all entries, n⁴", "not 0, n³: sparsity alone", "different numbers, n²: the structure I ⊗ A")
    rows = [
        (what, count_text(count), bytes_text(width * count), f"1 in {count_text(n**4 / count)}")
        for what, count in zip(words, data.values(), strict=True)
    ]
    title = f"∂(A X)/∂X for n = {n:,}, {width} bytes a number"
    note = f"The structure saves {count_text(n)} times as much again as leaving out the zeros does."
    return Sheet(title, ("what is stored", "numbers", "bytes", "of all"), tuple(rows), (note,), data)


def require_matrix(name, a):
    """``a`` if it has two axes; ValueError otherwise."""
    a = a if hasattr(a, "reshape") else np.asarray(a)
    if len(a.shape) != 2:
        raise ValueError(f"{name} is a matrix, with two axes; received shape {a.shape}")
    return a
