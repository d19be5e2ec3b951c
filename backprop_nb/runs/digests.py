"""What a record keeps of an array with many numbers: its shape, its range, and the means of its blocks."""

import math

import numpy as np

from ..drawing.array_text import finite_extent

__all__ = ["SQUARES", "Digest", "condense", "is_large", "same_numbers", "shrink"]

LARGE = 2**17  # numbers; of an array with more a Digest is kept
SQUARES = 32  # rows and columns of a heat map, at most


class Digest:
    """Stands for an array with many numbers wherever it is shown.

    extent: what ``finite_extent`` says: from where to where the numbers go
    means:  matrix of at most 32 × 32 means of blocks; all axes but the last are counted off as rows
    block:  rows and columns of a block

    >>> x = np.arange(200_000.0).reshape(400, 500)
    >>> condense(x), condense(x).means.shape
    (<400 × 500 numbers, 0 … 199999>, (31, 32))
    """

    __slots__ = ("block", "dtype", "extent", "means", "shape")

    def __init__(self, x):
        self.shape, self.dtype, self.extent = x.shape, x.dtype, finite_extent(x)
        with np.errstate(all="ignore"):
            self.means, self.block = shrink(x.reshape(1, -1) if x.ndim < 2 else x.reshape(-1, x.shape[-1]))

    ndim = property(lambda self: len(self.shape), doc="The number of axes.")
    size = property(lambda self: math.prod(self.shape), doc="The number of elements.")
    nbytes = property(lambda self: self.size * self.dtype.itemsize, doc="The bytes of the array itself.")

    def __repr__(self):
        low, _, high, rest = self.extent
        words = rest if low is None else f"{low:g} … {high:g}" + f", {rest}" * bool(rest)
        return f"<{' × '.join(map(str, self.shape))} numbers, {words}>"


def is_large(x):
    """Whether this is an array of which a record keeps a Digest alone."""
    return isinstance(x, np.ndarray) and x.size > LARGE


def condense(x):
    """The Digest of an array with many numbers; anything else as it is."""
    return Digest(x) if is_large(x) else x


def same_numbers(x, y):
    """Whether two arrays have the same numbers, nan among them; of Digests, as far as they can tell."""
    if isinstance(x, Digest):
        return x is y or same_numbers(x.means, condense(y).means)
    return np.array_equal(x, y, equal_nan=True)


def shrink(x, most=SQUARES):
    """A matrix of at most ``most`` rows and columns, means of blocks, and the size of a block."""
    block, means = tuple(-(-n // most) for n in x.shape), x
    for axis, size in enumerate(block):
        if size > 1:
            starts = np.arange(0, x.shape[axis], size)
            counts = np.diff([*starts, x.shape[axis]])
            means = np.add.reduceat(means, starts, axis, float) / (counts[:, None] if axis == 0 else counts)
    return np.asarray(means, float), block
