"""Races: the whole Jacobian against the vJp, single numbers against arrays; timed while you wait."""

import numpy as np

from ..arrays.transforms import jvp, vjp
from ..core.scalar import Scalar
from ..drawing.array_text import bytes_text
from ..drawing.sheets import Growth, Sheet, count_text, factor_text, seconds_text
from ..runs.timing import ROUNDS, fastest
from .entries import flatten_derivative, require_whole
from .looking import derivative, differentiated, run_once
from .sizes import scalar_matmul

__all__ = ["matmul_race", "products", "race", "races"]


def race(f, x, g=None):
    """J g with the whole Jacobian against the vJp: the same numbers, at which price (N28, N29).

    f:       function of one array
    x:       array of floats
    g:       what flows back, an array like the result; None for random numbers
    returns: Sheet; ``["difference"]`` is the largest difference between both gradients, ``["explicit"]`` and
             ``["vjp"]`` are seconds, ``["bytes"]`` and ``["kept"]`` bytes
    raises:  as ``look``; ValueError for ``g`` of another shape

    >>> race(lambda x: np.array([2.0, 3.0]) * x, np.ones(2), np.array([1.0, 10.0]))["difference"]
    0.0
    """
    at = differentiated(f, (x,), 0)
    tensor, outputs, kept = run_once(f, (x,), 0, at)
    matrix = flatten_derivative(tensor, at.shape, outputs)
    g = like_result(g, outputs, at.dtype)
    _, pull = vjp(f, x)
    explicit, implicit = matrix @ np.ravel(g), pull(g)[0]
    difference = float(np.max(np.abs(explicit - np.ravel(implicit)), initial=0))
    line = np.ravel(g)
    data = {
        "difference": difference,
        "build": fastest(lambda: derivative(f, (x,), 0)),
        "explicit": fastest(lambda: matrix @ line),
        "vjp": fastest(lambda: pull(g)),
        "bytes": matrix.nbytes,
        "kept": kept,
    }
    size = f"{matrix.shape[0]:,}×{matrix.shape[1]:,}"
    rows = (
        (f"build J, {size}", seconds_text(data["build"]), bytes_text(matrix.nbytes)),
        (f"J g: {count_text(matrix.size)} multiplications", seconds_text(data["explicit"]), "the same J"),
        ("vJp: J never built", seconds_text(data["vjp"]), f"{bytes_text(kept)} kept"),
    )
    notes = (f"Both give the same gradient; largest difference {difference:.2g}.",)
    return Sheet("J g with the whole J against the vJp", ("way", "time", "memory"), rows, notes, data)


def like_result(g, shape, dtype):
    """``g`` as an array of ``shape``; random numbers for None, the same ones every time."""
    if g is None:
        return np.random.default_rng(0).normal(size=shape).astype(dtype)
    g = np.asarray(g, dtype=dtype)
    if g.shape != shape:
        raise ValueError(f"g is like the result of f, shape {shape}; received shape {g.shape}")
    return g


def products(f, x, g=None, t=None):
    """Both products with a Jacobian: back to the inputs (vJp) and forth to the outputs (Jvp) (N30).

    f:       function of one vector that gives a vector
    x:       array of floats, one axis
    g, t:    what flows back (like the result), in which direction x moves (like x); None for random numbers
    returns: Sheet; ``["vjp"]`` and ``["jvp"]`` are arrays, ``["difference"]`` is the largest difference
             between products that should be equal
    raises:  as ``look``; ValueError for ``g`` or ``t`` of another shape

    >>> sheet = products(lambda x: np.array([2.0, 3.0]) * x, np.ones(2), g=[1.0, 10.0], t=[1.0, 1.0])
    >>> sheet["vjp"], sheet["jvp"]
    (array([ 2., 30.]), array([2., 3.]))
    """
    at = differentiated(f, (x,), 0)
    tensor, outputs, _ = run_once(f, (x,), 0, at)
    notes = flatten_derivative(tensor, at.shape, outputs)
    g, t = like_result(g, outputs, at.dtype), like_result(t, at.shape, at.dtype)
    back, forth = vjp(f, x)[1](g)[0], jvp(f, (x,), (t,))[1]
    lines = [
        ("J g, J in the notes' layout", notes @ np.ravel(g), back),
        ("g′ J, J in the usual layout", np.ravel(g) @ notes.T, back),
        ("vjp(f, x): what back-propagation does", np.ravel(back), back),
        ("J t, J in the usual layout", notes.T @ np.ravel(t), forth),
        ("jvp(f, x, t): what dual numbers do", np.ravel(forth), forth),
    ]
    difference = max(float(np.max(np.abs(a - np.ravel(b)), initial=0)) for _, a, b in lines)
    rows = [(words, np.array2string(a, precision=4, threshold=8, separator=", ")) for words, a, _ in lines]
    note = (
        "The first three are equal, as are the last two: the name tells on which side of J the vector stands."
    )
    data = {"vjp": back, "jvp": forth, "difference": difference}
    return Sheet("Products with one Jacobian", ("product", "result"), tuple(rows), (note,), data)


def timed(title, x, names, measure, sizes, slow, quick):
    """A Growth: ``measure(size)`` gives each name's seconds; ``slow`` compared with ``quick``."""
    columns = dict(zip(names, zip(*(measure(size) for size in sizes), strict=True), strict=True))
    rows = []
    for i, size in enumerate(sizes):
        ratio = factor_text(columns[slow][i] / columns[quick][i])
        rows.append((f"{size:,}", *(seconds_text(columns[name][i]) for name in names), ratio))
    head = ("n", *names, f"{slow} / {quick}")
    sheet = Sheet(title, head, tuple(rows), (f"Fastest of {ROUNDS} rounds each.",), columns)
    return Growth(sheet, {name: (tuple(sizes), columns[name]) for name in names}, x, "seconds")


def matmul_race(sizes=(2, 4, 8, 16, 32, 48)):
    """The product of n × n matrices: Scalars, loops of Python, loops of C, NumPy with BLAS (N26).

    sizes:   the n to measure, in rising order
    returns: Growth; ``["Scalar"]``, ``["loops"]``, ``["einsum"]``, ``["NumPy"]`` are seconds, one for each n
    raises:  ValueError for a size below 1, or none
    """
    sizes = require_sizes(sizes)

    def measure(n):
        a, b = np.random.default_rng(n).normal(size=(2, n, n))
        rows, columns = a.tolist(), b.tolist()
        nodes = [[[Scalar(value) for value in row] for row in matrix] for matrix in (rows, columns)]
        ways = (lambda: scalar_matmul(*nodes), lambda: scalar_matmul(rows, columns),
                lambda: np.einsum("ij,jk->ik", a, b, optimize=False), lambda: a @ b)  # fmt: skip
        return [fastest(way) for way in ways]

    names = ("Scalar", "loops", "einsum", "NumPy")
    return timed("One product of n × n matrices, forward", "n", names, measure, sizes, "Scalar", "NumPy")


def races(make, sizes=(8, 32, 128, 512, 2048)):
    """``race`` for growing arrays: n² multiplications against what the vJp takes (N29).

    make:    function of n that gives ``(f, x)``
    sizes:   the n to measure, in rising order
    returns: Growth; ``["J g"]`` and ``["vJp"]`` are seconds, one number for each n
    raises:  as ``race``; ValueError for a size below 1, or none
    """

    def measure(n):
        sheet = race(*make(n))
        return sheet["explicit"], sheet["vjp"]

    title = "J g with the whole J against the vJp"
    return timed(title, "n", ("J g", "vJp"), measure, require_sizes(sizes), "J g", "vJp")


def require_sizes(sizes):
    """The sizes as a tuple; ValueError for none, or one below 1."""
    sizes = tuple(sizes)
    if not sizes:
        raise ValueError("sizes are whole numbers, 1 or more, and at least one of them")
    for n in sizes:
        require_whole(n=n)
    return sizes
