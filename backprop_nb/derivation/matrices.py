"""A learner's matrices: read with care, written small, and moved entry by entry to measure a derivative."""

import numpy as np

from ..arrays.differences import central_difference
from ..drawing.notation import number
from ..drawing.text_columns import align_columns

__all__ = ["check_fit", "matrix_text", "measure_slope", "read_matrix", "size_text", "take_array", "value_of"]

ENTRIES = 1024  # entries of one matrix whose derivative is measured entry by entry: 32×32
ROWS_SHOWN = 6  # rows and columns of a matrix that are written out


def read_matrix(name, given):
    """A learner's matrix as float64, copied; a Tensor gives its value.

    name:    what it is called in the errors
    given:   rows of equal length, or an array with two axes, of real numbers
    raises:  TypeError for anything but real numbers; ValueError for another number of axes, for a matrix
             without entries, and for nan or infinity

    >>> read_matrix("A", [[1, 2], [3, 4]])
    array([[1., 2.],
           [3., 4.]])
    """
    found = take_array(name, given)
    if found.ndim != 2:
        hint = f"; {name}[:, None] makes it a column, {name}[None, :] a row" if found.ndim == 1 else ""
        raise ValueError(f"{name} is a matrix, with two axes; received shape {found.shape}{hint}")
    return found


def take_array(name, given):
    """Real, finite numbers as a float64 array of any shape, copied; the errors of ``read_matrix``."""
    if hasattr(given, "value") and hasattr(given, "gradient"):
        given = given.value
    try:
        found = np.array(given)
    except ValueError:
        raise ValueError(f"{name} needs rows of equal length; received {given!r:.60}") from None
    if found.dtype.kind not in "iuf":
        raise TypeError(f"{name} holds real numbers; received {found.dtype.name}: {given!r:.60}")
    if not found.size:
        raise ValueError(f"{name} needs at least one entry; received shape {found.shape}")
    if not np.all(np.isfinite(found)):
        raise ValueError(f"{name} holds finite numbers; received nan or infinity")
    return found.astype(float)


def check_fit(names, matrices):
    """The matrices, if they can be multiplied and G fits the product; ValueError with a hint otherwise."""
    (left, right), (L, R, G) = names, matrices
    received = f"received {left} {size_text(L.shape)} and {right} {size_text(R.shape)}"
    if L.shape[1] != R.shape[0]:
        turned = [f"{left}.T"] * (L.shape[0] == R.shape[0]) + [f"{right}.T"] * (L.shape[1] == R.shape[1])
        hint = f"; did you mean {' or '.join(turned)}?" if turned else ""
        rule = f"{left}{right} needs as many columns of {left} as rows of {right}"
        raise ValueError(f"{rule}; {received}{hint}")
    product = (L.shape[0], R.shape[1])
    if G.shape != product:
        hint = "; did you mean G.T?" if G.shape == product[::-1] else ""
        raise ValueError(
            f"G has an entry for each entry of {left}{right}, so it is {size_text(product)}; "
            f"received {size_text(G.shape)}{hint}"
        )
    return matrices


def measure_slope(form, arrays, place):
    """∂form/∂arrays[place] by central differences, for a form that is linear in that array.

    form:    a function of all ``arrays`` that gives one number
    returns: array of the shape of ``arrays[place]``; exact up to rounding, because the step is as large as
             the array's largest entry and a linear form has no curvature
    raises:  ValueError beyond 1,024 entries

    >>> measure_slope(lambda a, x: float(np.sum(a * x)), [np.array([2.0, 3.0]), np.array([1.0, -1.0])], 0)
    array([ 1., -1.])
    """
    base = arrays[place]
    if base.size > ENTRIES:
        size = f"{size_text(base.shape)} = {base.size:,} entries"
        raise ValueError(
            f"every entry is moved up and down, {ENTRIES:,} of them at most; received {size}: take a corner"
        )
    step = float(np.max(np.abs(base))) or 1.0
    return central_difference(lambda x: form(*arrays[:place], x, *arrays[place + 1 :]), base, step)


def value_of(x, noise):
    """``x``, or 0 where it is no larger than rounding."""
    return 0.0 if abs(x) <= noise else x


def size_text(shape):
    """A shape as it is said.

    >>> size_text((2, 3)), size_text((4,)), size_text(())
    ('2×3', 'a vector of 4', 'one number')
    """
    if len(shape) == 1:
        return f"a vector of {shape[0]}"
    return "×".join(map(str, shape)) or "one number"


def matrix_text(values, noise=0.0):
    """A matrix, or a vector as one row, in aligned columns; of a large one the first rows and columns.

    noise: numbers up to this size are written 0

    >>> print(matrix_text(np.array([[1.0, -2.5], [10.0, 0.0]])))
     1  -2.5
    10     0
    """
    rows = np.atleast_2d(values)
    shown = [[number(value_of(x, noise)) for x in row[:ROWS_SHOWN]] for row in rows[:ROWS_SHOWN]]
    if rows.shape[1] > ROWS_SHOWN:
        shown = [[*row, "…"] for row in shown]
    if rows.shape[0] > ROWS_SHOWN:
        shown.append(["…"] * len(shown[0]))
    return "\n".join(align_columns(shown, right=True))
