"""How an array is shown small: its numbers where they fit, else its shape and range; in text and LaTeX."""

import math

__all__ = ["FEW", "array_latex", "array_text", "bytes_text", "finite_extent", "range_text", "shape_text"]

FEW = 8  # numbers that fit into a line
DIGITS, COARSE = 4, 3  # significant digits of a number among few, and of a range


def array_text(x, write, few=FEW):
    """An array in one line: its numbers, or of more than ``few`` its shape, type and range.

    x:     array of one axis or more; NumPy itself is not imported here
    write: ``(number, digits)`` → text

    >>> import numpy as np
    >>> from backprop_nb.drawing.notation import number
    >>> array_text(np.array([[1.0, 2.0], [3.0, 0.12345]]), number)
    '[[1 2] [3 0.1235]]'
    >>> array_text(np.arange(12.0).reshape(4, 3), number)
    '(4, 3) float64, 0 … 11, mean 5.5'
    """
    if 0 < x.size <= few:
        return nest_text(x.tolist(), write)
    return f"{shape_text(x.shape)} {x.dtype}, {range_text(x, write)}"


def nest_text(x, write):
    """A nested list the way NumPy prints arrays."""
    if isinstance(x, list):
        return f"[{' '.join(nest_text(item, write) for item in x)}]"
    return write(x, DIGITS)


def shape_text(shape):
    """A shape as Python writes it, without NumPy's own integers: (4, 3)."""
    return str(tuple(map(int, shape)))


def finite_extent(x):
    """Smallest, mean and largest of the finite elements, as floats, and in words what else there is.

    returns: (low, mean, high, rest); numbers None where no element is finite
    """
    if hasattr(x, "extent"):  # a Digest knows it
        return x.extent
    low, high = (float(x.min()), float(x.max())) if x.size else (math.nan, math.nan)
    if math.isfinite(low) and math.isfinite(high):
        return low, mean_of(x, low, high), high, ""
    finite = x[abs(x) < math.inf] if x.dtype.kind == "f" else x.ravel()
    nans, infinite = int((x != x).sum()), x.size - finite.size
    rest = [f"{nans:,} nan"] * (nans > 0) + [f"{infinite - nans:,} infinite"] * (infinite > nans)
    if not finite.size:
        return None, None, None, ", ".join(rest)
    low, high = float(finite.min()), float(finite.max())
    return low, mean_of(finite, low, high), high, ", ".join(rest)


def mean_of(x, low, high):
    """The mean of an array; 0 where all of it is rounding, as 1e-18 between -1 and 1 is."""
    middle = float(x.mean(dtype=float))
    return middle if abs(middle) > 1e-14 * max(-low, high) else 0.0


def range_text(x, write, mean=True):
    """From the smallest to the largest element, and the mean: "-1.2 … 3.4, mean 0.5"."""
    low, middle, high, rest = finite_extent(x)
    if low is None:
        return rest or "no elements"
    if low == high:
        words = f"all {write(low, COARSE)}" if x.size > 1 and not rest else write(low, COARSE)
    else:
        words = f"{write(low, COARSE)} … {write(high, COARSE)}" + f", mean {write(middle, COARSE)}" * mean
    return f"{words}, {rest}" if rest else words


def array_latex(x, write, few=FEW):
    r"""A matrix in LaTeX, or of more than ``few`` numbers its sizes.

    >>> import numpy as np
    >>> from backprop_nb.drawing.notation import number_latex
    >>> array_latex(np.array([1.0, -2.0]), number_latex), array_latex(np.ones((4, 3)), number_latex)
    ('\\begin{pmatrix} 1 & -2 \\end{pmatrix}', '\\text{array } 4 \\times 3')
    """
    if x.ndim > 2 or not 0 < x.size <= few:
        return r"\text{array } " + (r" \times ".join(str(int(n)) for n in x.shape) or "1")
    rows = x.tolist() if x.ndim == 2 else [x.tolist()]
    body = r" \\ ".join(" & ".join(write(item, DIGITS) for item in row) for row in rows)
    return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"


def bytes_text(n):
    """A size in memory, in the unit that keeps it short.

    >>> bytes_text(96), bytes_text(1000), bytes_text(2048), bytes_text(4 * 2**40)
    ('96 B', '1000 B', '2 KiB', '4 TiB')
    """
    power = min(6, (int(n).bit_length() - 1) // 10) if n >= 1 else 0
    size = n / 1024**power
    return f"{size:.{3 if size < 1000 else 4}g} {('B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB')[power]}"
