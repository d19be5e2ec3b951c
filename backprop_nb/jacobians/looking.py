"""Look at Jacobians: of any function of the package, of your own function, or of a matrix you made."""

import numpy as np

from ..arrays.tensor import Tensor
from ..arrays.transforms import jacobian
from ..core.primitives import Primitive
from ..runs.tracing import title_of
from .dense import Jacobian
from .entries import (
    LAYOUT_SIDES,
    flatten_derivative,
    input_name,
    nearby,
    output_name,
    require_choice,
    require_whole,
)

__all__ = ["Jacobian", "from_matrix", "look"]

MOST_ENTRIES = 2**22  # entries of a Jacobian that is built to be looked at: 32 MiB in float64
OUTSIDE = (ValueError, ArithmeticError)  # what a function may raise at a point beyond its domain


def look(f, *x, argnums=0, layout="notes", order="rows", points=3):
    """The whole Jacobian of ``f`` at ``x``: its matrix, its picture, its kind, its costs (N27-N32).

    f:       a row of either table (``bp.exp``, ``bp.softmax``) or your function, of arrays, giving one array
    x:       its arguments, floats or arrays of floats
    argnums: which one is differentiated
    layout:  "notes": row = input, column = output; "usual": the transpose of that, as in most texts
    order:   how arrays become vectors: "rows" (NumPy's ravel) or "columns" (vec)
    points:  at how many points the kind is looked for: ``x`` and random ones nearby, so that an entry which
             is 0 by chance is found out
    returns: Jacobian; shows itself in a notebook
    raises:  TypeError or ValueError where there is no such matrix, or one of more than 2²² entries;
             whatever ``f`` raises

    >>> J = look(lambda x: np.array([2.0, 3.0, -1.0]) * x, np.ones(3))
    >>> J.kind, J.layout, J.vjp_multiplications
    ('diagonal', 'notes', 3)
    """
    require_choice("layout", layout, LAYOUT_SIDES)
    require_whole(points=points)
    at = differentiated(f, x, argnums)
    first, outputs, kept = run_once(f, x, argnums, at)
    samples = [first, *neighbours(f, x, argnums, at, points - 1, first)]
    matrices = np.stack([flatten_derivative(T, at.shape, outputs, order) for T in samples])
    letter = input_name(f, argnums)
    title = f.name if isinstance(f, Primitive) else title_of(f)
    return Jacobian(matrices, at.shape, outputs, layout, order, title, letter, output_name(letter), kept)


def neighbours(f, x, argnums, at, count, first):
    """The derivative at random points near ``at``, but for those where it fails, or has another shape."""
    scalar = isinstance(x[argnums], (int, float))
    for other in nearby(at, count if first.size else 0):
        arguments = (*x[:argnums], other.item() if scalar else other, *x[argnums + 1 :])
        try:
            with np.errstate(all="ignore"):
                found = derivative(f, arguments, argnums)
        except OUTSIDE:  # beyond the domain: one point fewer
            continue
        if found.shape == first.shape and np.all(np.isfinite(found) | ~np.isfinite(first)):
            yield found


def differentiated(f, x, argnums):
    """The argument that is differentiated, as an array of floats; TypeError or ValueError for any other."""
    if not callable(f):
        raise TypeError(f"the first argument is your function; received {f!r:.60}; try look(bp.exp, x)")
    if isinstance(argnums, bool) or not isinstance(argnums, int) or not 0 <= argnums < len(x):
        raise ValueError(
            f"argnums counts one of the {len(x)} arguments, from 0; received {argnums!r:.60}; "
            "look at one argument at a time"
        )
    given = x[argnums]
    at = np.asarray(getattr(given, "value", given))
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        at = at.astype(float)
    if at.dtype.kind != "f" or isinstance(given, (list, tuple)):
        raise TypeError(
            f"differentiate with respect to an array of floats; argument {argnums} is {given!r:.60}; "
            "try np.array(x, dtype=float), or argnums for another argument"
        )
    return at


def run_once(f, x, argnums, at):
    """``(derivative, shape of the output, bytes kept)`` at ``x``, after a look at the sizes."""
    out = f(*x[:argnums], Tensor(at), *x[argnums + 1 :])
    if isinstance(out, (tuple, list, dict)):
        raise TypeError(f"look takes one output at a time; received a {type(out).__name__}: pick one of them")
    outputs = np.shape(getattr(out, "value", out))
    entries = at.size * int(np.prod(outputs))
    if entries > MOST_ENTRIES:
        raise ValueError(
            f"this Jacobian has {entries:,} entries, more than the {MOST_ENTRIES:,} that are built: take "
            "smaller arrays; vjp(f, x) never builds it"
        )
    found = derivative(f, x, argnums) if entries else np.zeros((*at.shape, *outputs), at.dtype)
    return found, outputs, kept_bytes(out)


def derivative(f, x, argnums):
    """The derivative as an array of shape (input…, output…)."""
    return np.asarray(jacobian(f, *x, argnums=argnums, layout="notes"))


def kept_bytes(out):
    """Bytes of the arrays that the graph of a Tensor holds for the way back, each array once.

    >>> kept_bytes(Tensor(np.ones(4)) * np.arange(4.0))    # the other operand, 4 numbers of 8 bytes
    32
    """
    if not isinstance(out, Tensor):
        return 0
    held, met, stack = {}, set(), [out.node]
    while stack:
        node = stack.pop()
        if node is None or node in met:
            continue
        met.add(node)
        stack.extend(node.parents)
        for item in node.saved or ():
            arrays = item if isinstance(item, (list, tuple)) else [item]
            held |= {id(x): x.nbytes for x in arrays if isinstance(x, (np.ndarray, np.generic))}
    return sum(held.values())


def from_matrix(matrix, layout="notes", title="your matrix", inputs=None, outputs=None, order="rows"):
    """A matrix of your own as a Jacobian to look at.

    matrix:  array of two axes
    layout:  the layout it is written in
    inputs, outputs: shapes of what goes in and comes out; None for vectors
    returns: Jacobian
    raises:  ValueError if it has not two axes, or the shapes do not fit

    >>> from_matrix(np.kron(np.eye(2), [[1.0, 2.0], [3.0, 4.0]])).kind
    'I₂ ⊗ B'
    """
    matrix = np.asarray(matrix, dtype=float)
    if matrix.ndim != 2:
        raise ValueError(f"a matrix has two axes; received shape {matrix.shape}")
    notes = matrix if require_choice("layout", layout, LAYOUT_SIDES) == "notes" else matrix.T
    given = zip(notes.shape, (inputs, outputs), strict=True)
    shapes = [(n,) if shape is None else tuple(shape) for n, shape in given]
    for n, shape, what in zip(notes.shape, shapes, ("inputs", "outputs"), strict=True):
        if np.prod(shape, dtype=int) != n:
            raise ValueError(f"{what}={shape} has {np.prod(shape, dtype=int)} entries; the matrix has {n}")
    return Jacobian(notes[None], *shapes, layout, order, title)
